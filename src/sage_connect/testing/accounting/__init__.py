"""A simulator of Sage Accounting v3.1 on a real socket (extra `testing`).

It was written apart from the client, from what Sage publishes and what was seen in
production, so that the two share no mistakes.
"""

from .books import Books
from .calls import Seen
from .faults import (
    Charset,
    Drop,
    Failure,
    Fault,
    Html,
    Slow,
    Throttle,
    Trouble,
    Truncate,
    WrongBusiness,
)
from .options import Options
from .simulator import AccountingSimulator

__all__ = (
    "AccountingSimulator",
    "Books",
    "Charset",
    "Drop",
    "Failure",
    "Fault",
    "Html",
    "Options",
    "Seen",
    "Slow",
    "Throttle",
    "Trouble",
    "Truncate",
    "WrongBusiness",
)

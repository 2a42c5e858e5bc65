"""A simulator of Sage Intacct's XML gateway on a real socket (extra `testing`).

It was written apart from the client, from what Sage publishes and what was seen in public
code, so that the two share no mistakes.
"""

from .books import Books
from .faults import (
    Cut,
    Drop,
    Elsewhere,
    Expired,
    Failure,
    Fault,
    Html,
    Offline,
    OtherControlId,
    Refuse,
    Slow,
    Throttle,
    Trouble,
    Truncate,
)
from .options import Options
from .simulator import IntacctSimulator, Seen

__all__ = (
    "Books",
    "Cut",
    "Drop",
    "Elsewhere",
    "Expired",
    "Failure",
    "Fault",
    "Html",
    "IntacctSimulator",
    "Offline",
    "Options",
    "OtherControlId",
    "Refuse",
    "Seen",
    "Slow",
    "Throttle",
    "Trouble",
    "Truncate",
)

"""A simulator of Sage Accounting v3.1 on a real socket (extra `testing`)."""

from .options import Options
from .simulator import AccountingSimulator

__all__ = ("AccountingSimulator", "Options")

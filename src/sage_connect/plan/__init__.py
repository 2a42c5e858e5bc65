"""How work is described without being done: plans of steps, and the modes that run them."""

from .pages import Page, Pages
from .retry import retrying
from .secret import MASK, Sealed, Secret, opened
from .steps import (
    AppendFile,
    DeleteFile,
    DeleteFolder,
    FileInfo,
    FindFile,
    Hold,
    ListFolder,
    MoveFile,
    Now,
    Plan,
    Probe,
    ReadFile,
    Reply,
    Send,
    Step,
    T,
    Wait,
    WriteFile,
)
from .tokens import TokenStore
from .verbs import Async, Driver, M, Seat, Sync, operation

__all__ = (
    "MASK",
    "AppendFile",
    "Async",
    "DeleteFile",
    "DeleteFolder",
    "Driver",
    "FileInfo",
    "FindFile",
    "Hold",
    "ListFolder",
    "M",
    "MoveFile",
    "Now",
    "Page",
    "Pages",
    "Plan",
    "Probe",
    "ReadFile",
    "Reply",
    "Sealed",
    "Seat",
    "Secret",
    "Send",
    "Step",
    "Sync",
    "T",
    "TokenStore",
    "Wait",
    "WriteFile",
    "opened",
    "operation",
    "retrying",
)

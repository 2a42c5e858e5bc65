"""How work is described without being done: plans of steps, and the modes that run them."""

from .pages import Page, Pages
from .retry import relayed, retrying
from .secret import MASK, Sealed, Secret, opened
from .steps import (
    AppendFile,
    DeleteFile,
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
    ScanFile,
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
    "ScanFile",
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
    "relayed",
    "retrying",
)

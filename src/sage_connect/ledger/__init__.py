"""One typed ledger for every Sage: seats and verbs, keys and outcomes."""

from .back_end import BackEnd, Health, HealthState, Postable, judged
from .capabilities import DIRECTORIES, OUTBOXES, REGISTERS, SEATS, Capabilities, Verb
from .key import Key
from .outcome import POSTED, Outcome, Preview, PreviewEntry, Receipt, State
from .outcomes import Outcomes
from .protocols import (
    AsyncClosing,
    AsyncConnectedLedger,
    Closing,
    ConnectedLedger,
    Ledger,
    OpenLedger,
    OpenReadableLedger,
    ReadableLedger,
)
from .seats import Attachments, Collection, Company, Directory, Documents, Outbox, Register
from .translation import Mapping, translated

__all__ = (
    "DIRECTORIES",
    "OUTBOXES",
    "POSTED",
    "REGISTERS",
    "SEATS",
    "AsyncClosing",
    "AsyncConnectedLedger",
    "Attachments",
    "BackEnd",
    "Capabilities",
    "Closing",
    "Collection",
    "Company",
    "ConnectedLedger",
    "Directory",
    "Documents",
    "Health",
    "HealthState",
    "Key",
    "Ledger",
    "Mapping",
    "OpenLedger",
    "OpenReadableLedger",
    "Outbox",
    "Outcome",
    "Outcomes",
    "Postable",
    "Preview",
    "PreviewEntry",
    "ReadableLedger",
    "Receipt",
    "Register",
    "State",
    "Verb",
    "judged",
    "translated",
)

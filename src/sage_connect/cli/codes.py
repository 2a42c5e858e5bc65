"""Codes that the command line shows and no rule of a ledger finds, told as rules are."""

from typing import Final

from ..sage100.rules import BOOK
from ..validation import Mark, Owner, RuleBook

UNREADABLE: Final = "SC-DOC-UNREADABLE"

_OWN: Final = RuleBook("sage_connect.cli")
_OWN.declare(UNREADABLE, source="library#documents", mark=Mark.OURS)
_OWN.declare(
    "SC-S100-EXPORT-CUT",
    source="library#workspace",
    mark=Mark.OBSERVED,
    owner=Owner.ACCOUNTANT,
)
_OWN.declare(
    "SC-S100-REGISTRY",
    source="library#workspace",
    mark=Mark.OURS,
    owner=Owner.CUSTOMER_IT,
)

CODES: Final = BOOK | _OWN
"""Every code that a document, a folder or a command can be told; not those of files."""

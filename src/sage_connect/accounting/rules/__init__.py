"""Sage Accounting's own rules."""

from typing import Final

from ...validation import Mark, Owner, RuleBook
from ...validation.book import COMMON

RULES: Final = RuleBook("sage_connect.accounting")
for _code in (
    "SC-SA-READ-BACK",
    "SC-SA-RECORD-UNKNOWN",
    "SC-SA-NUMBER-TAKEN",
    "SC-SA-REFUSED",
    "SC-SA-ATTACHMENT",
):
    RULES.declare(
        _code,
        source="library#posting",
        mark=Mark.OURS,
        owner=Owner.CALLER,
        products=("accounting",),
    )
BOOK: Final = RuleBook(RULES.home, (*COMMON.values(), *RULES.values()))

"""Codes of the preflight alone; what documents are refused for has a rule of its own."""

from functools import partial
from typing import Final

from ...validation import Mark, Owner, RuleBook, Severity
from .book import HOME, PRODUCTS

PREFLIGHTED: Final = RuleBook(HOME)
_declare: Final = partial(
    PREFLIGHTED.declare, products=PRODUCTS, source="library#preflight", mark=Mark.OURS
)

for _subject in (
    "ACCOUNTS",
    "BANK",
    "BUSINESS",
    "CIS",
    "CURRENCIES",
    "DATES",
    "NUMBERING",
    "RIGHTS",
    "TAXES",
):
    _declare(f"SC-SA-OK-{_subject}", severity=Severity.NOTE)
_declare("SC-SA-UNREACHABLE", owner=Owner.CUSTOMER_IT)
_declare("SC-SA-NOT-RUN", severity=Severity.NOTE)
_declare(
    "SC-SA-SUBSCRIPTION",
    source="accounting-business#choice",
    mark=Mark.DOCUMENTED,
    owner=Owner.SAGE_ADMINISTRATOR,
)
_declare(
    "SC-SA-RIGHTS",
    source="accounting-api#errors",
    mark=Mark.DOCUMENTED,
    severity=Severity.WARNING,
    owner=Owner.SAGE_ADMINISTRATOR,
)
_declare("SC-SA-CIS-OFF", severity=Severity.NOTE, owner=Owner.ACCOUNTANT)
_declare("SC-SA-ONE-CURRENCY", severity=Severity.NOTE, owner=Owner.SAGE_ADMINISTRATOR)
_declare("SC-SA-UNREGISTERED", severity=Severity.NOTE, owner=Owner.ACCOUNTANT)
_declare("SC-SA-TAXES-NONE", owner=Owner.SAGE_ADMINISTRATOR)
_declare("SC-SA-MAP-TAX")
_declare("SC-SA-SAGES-NUMBERING", severity=Severity.NOTE)
_declare(
    "SC-SA-LOCKED",
    source="accounting-documents#start-date",
    mark=Mark.INFERRED,
    severity=Severity.WARNING,
    owner=Owner.ACCOUNTANT,
)

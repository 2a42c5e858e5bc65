"""Codes of the preflight alone; what documents are refused for has a rule of its own."""

from functools import partial
from typing import Final

from ...validation import Mark, Owner, RuleBook, Severity
from .book import HOME, PRODUCTS

PREFLIGHTED: Final = RuleBook(HOME)
_declare: Final = partial(
    PREFLIGHTED.declare, products=PRODUCTS, source="library#preflight", mark=Mark.OURS
)
_required: Final = partial(
    PREFLIGHTED.declare,
    products=PRODUCTS,
    source="dmo#user",
    mark=Mark.DOCUMENTED,
    owner=Owner.SAGE_ADMINISTRATOR,
)

for _subject in (
    "ACCOUNTS",
    "BANK",
    "COMPANY",
    "DIMENSIONS",
    "ENTITIES",
    "JOURNALS",
    "MODULES",
    "RIGHTS",
    "SENDER",
    "TAXES",
    "TERMS",
    "USER",
):
    _declare(f"SC-IN-OK-{_subject}", severity=Severity.NOTE)
_declare("SC-IN-UNREACHABLE", owner=Owner.CUSTOMER_IT)
_declare("SC-IN-NOT-LOOKED-AT", severity=Severity.NOTE)
_declare("SC-IN-UNREAD", severity=Severity.NOTE, owner=Owner.SAGE_ADMINISTRATOR)

# The user who signs in.
for _code in (
    "SC-IN-USER-TYPE",
    "SC-IN-USER-PRIVILEGE",
    "SC-IN-USER-INACTIVE",
    "SC-IN-ROLE",
    "SC-IN-TOP-LEVEL",
):
    _required(_code)
_required("SC-IN-RIGHTS", severity=Severity.WARNING)
_required("SC-IN-MODULE-MISSING")
_declare("SC-IN-MODULE-OFF", severity=Severity.NOTE, owner=Owner.SAGE_ADMINISTRATOR)
_declare("SC-IN-VERSION", severity=Severity.WARNING, owner=Owner.SAGE_ADMINISTRATOR)

# The settings.
_declare("SC-IN-LEVEL")
_declare("SC-IN-LEVEL-SINGLE", severity=Severity.WARNING)
_declare("SC-IN-BANK-UNSET", severity=Severity.WARNING)
_declare("SC-IN-FOLDER-UNSEEN", severity=Severity.NOTE)
_declare("SC-IN-MAP-SOLUTION", owner=Owner.ACCOUNTANT)
_declare("SC-IN-MAP-TAX", owner=Owner.ACCOUNTANT)
_declare("SC-IN-SOLUTIONS-NONE", severity=Severity.NOTE, owner=Owner.ACCOUNTANT)
_declare("SC-IN-PROJECTS-OFF", severity=Severity.NOTE)
_declare(
    "SC-IN-DIMENSIONS-MANY",
    source="dmo#dimensions",
    mark=Mark.DOCUMENTED,
    severity=Severity.WARNING,
    owner=Owner.SAGE_ADMINISTRATOR,
)

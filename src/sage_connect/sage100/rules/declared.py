"""Codes that preflight and the opening of a ledger find; here they are only explained."""

from functools import partial
from typing import Final

from ...validation import Mark, Owner, RuleBook, Severity
from .book import HOME, PRODUCTS

DECLARED: Final = RuleBook(HOME)
_declare: Final = partial(DECLARED.declare, products=PRODUCTS)

for _code in (
    "SC-S100-EDITION",
    "SC-S100-PATH-EXTENSION",
    "SC-S100-PATH-MODULE",
    "SC-S100-PATH-MISSING",
    "SC-S100-PATH-FOLDER",
    "SC-S100-PATH-UNREADABLE",
    "SC-S100-FILE-IN-USE",
):
    _declare(
        _code, source="library#company-file", mark=Mark.DOCUMENTED, owner=Owner.CUSTOMER_IT
    )
for _code in (
    "SC-S100-WORKSPACE",
    "SC-S100-FOLDER-IN-USE",
    "SC-S100-REGISTRY",
    "SC-S100-EXPORT-CUT",
    "SC-S100-EXPORT-OURS",
):
    _declare(_code, source="library#workspace", mark=Mark.OURS, owner=Owner.CUSTOMER_IT)
for _code in ("SC-S100-UNWRITABLE", "SC-S100-NUMBER-TAKEN"):
    _declare(_code, source="library#key", mark=Mark.OURS)
_declare("SC-S100-REVERSAL-CURRENCY", source="library#reversal", mark=Mark.OURS)
_declare(
    "SC-S100-PARTY-NUMBER-TWICE",
    source="library#key",
    mark=Mark.OURS,
    severity=Severity.WARNING,
)
_declare("SC-BANK-BEFORE-PURCHASE", source="spendesk#bank", mark=Mark.DOCUMENTED)
_declare(
    "SC-MAP-ACCOUNT-UNSET",
    source="ooti#accounts",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
)
_declare(
    "SC-S100-TAXES-NONE",
    source="ooti#vat-code",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
)
_declare(
    "SC-S100-YEARS-NONE",
    source="library#entries",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
)
_declare(
    "SC-S100-EXPORT-UNREADABLE",
    source="library#workspace",
    mark=Mark.OURS,
    owner=Owner.ACCOUNTANT,
)
_declare(
    "SC-S100-IMPORT-UPDATE-OFF",
    source="library#destructive-import",
    mark=Mark.INFERRED,
    owner=Owner.SAGE_ADMINISTRATOR,
)
_declare(
    "SC-S100-MAP-TAX",
    source="ooti#vat-code",
    mark=Mark.DOCUMENTED,
    owner=Owner.ACCOUNTANT,
)
_declare(
    "SC-S100-PLAN-FREE-VALUES",
    source="spendesk#axes",
    mark=Mark.INFERRED,
    owner=Owner.ACCOUNTANT,
)
_declare(
    "SC-S100-ACCOUNTS-OPENED",
    source="doc#import-accounts",
    mark=Mark.DOCUMENTED,
    severity=Severity.WARNING,
    owner=Owner.SAGE_ADMINISTRATOR,
)
_declare(
    "SC-S100-NOT-RUN", source="library#preflight", mark=Mark.OURS, severity=Severity.WARNING
)
for _subject in (
    "COMPANY-FILE",
    "EXPORT",
    "COMPANY",
    "JOURNAL",
    "ACCOUNTS",
    "TAXES",
    "PLAN",
    "LEVEL",
    "PARTIES",
    "YEARS",
):
    _declare(
        f"SC-S100-OK-{_subject}",
        source="library#preflight",
        mark=Mark.OURS,
        severity=Severity.NOTE,
    )

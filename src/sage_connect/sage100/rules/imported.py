"""Codes of what is found after an import; here they are only explained."""

from functools import partial
from typing import Final

from ...validation import Mark, Owner, RuleBook, Severity
from .book import HOME, PRODUCTS

IMPORTED: Final = RuleBook(HOME)
_declare: Final = partial(IMPORTED.declare, products=PRODUCTS)

# What Sage says: its own document on messages, and messages seen in production.
for _name, _owner in {
    "JOURNAL": Owner.ACCOUNTANT,
    "YEAR": Owner.ACCOUNTANT,
    "CURRENCY": Owner.ACCOUNTANT,
    "ACCOUNT": Owner.ACCOUNTANT,
    "UNBALANCED": Owner.ACCOUNTANT,
    "ANALYTIC": Owner.ACCOUNTANT,
    "INSTALMENTS": Owner.CALLER,
    "FORMAT": Owner.CUSTOMER_IT,
    "INCONSISTENT": Owner.CALLER,
}.items():
    _declare(
        f"SC-S100-SAGE-{_name}",
        source="pnm-s#messages",
        mark=Mark.DOCUMENTED,
        owner=_owner,
    )
for _name, _owner in {
    "FILE": Owner.SAGE_ADMINISTRATOR,
    "ASSET": Owner.ACCOUNTANT,
}.items():
    _declare(
        f"SC-S100-SAGE-{_name}", source="mel#messages", mark=Mark.OBSERVED, owner=_owner
    )
_declare(
    "SC-S100-SAGE-ACCOUNT-LENGTH",
    source="lay#messages",
    mark=Mark.OBSERVED,
    owner=Owner.SAGE_ADMINISTRATOR,
)
# Inferred: that Sage looks at these is known, its words are not.
for _name in ("THIRD-PARTY", "TAX", "SECTION", "CLOSED"):
    _declare(
        f"SC-S100-SAGE-{_name}",
        source="entries#messages",
        mark=Mark.INFERRED,
        owner=Owner.ACCOUNTANT,
    )
_declare("SC-S100-SAGE-UNKNOWN", source="library#messages", mark=Mark.OURS)
_declare("SC-S100-FILE-UNKNOWN", source="library#messages", mark=Mark.OURS)

for _name in ("FIELD", "PIECE", "LINE-GONE", "LINE-ADDED", "GONE"):
    _declare(
        f"SC-S100-DRIFT-{_name}",
        source="library#confirmation",
        mark=Mark.OURS,
        severity=Severity.WARNING,
        owner=Owner.ACCOUNTANT,
    )
_declare(
    "SC-S100-IMPORTED-TWICE",
    source="destructive-import#twice",
    mark=Mark.OBSERVED,
    owner=Owner.ACCOUNTANT,
)
_declare(
    "SC-S100-NOT-IMPORTED",
    source="library#confirmation",
    mark=Mark.OURS,
    severity=Severity.WARNING,
    owner=Owner.ACCOUNTANT,
)
_declare(
    "SC-S100-CANNOT-TELL",
    source="library#confirmation",
    mark=Mark.OURS,
    severity=Severity.NOTE,
    owner=Owner.ACCOUNTANT,
)
_declare(
    "SC-S100-CONFIRMED",
    source="library#workspace",
    mark=Mark.OURS,
    owner=Owner.CUSTOMER_IT,
)

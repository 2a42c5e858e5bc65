"""Codes that sign-in, requests and preflight find; here they are only explained."""

from functools import partial
from typing import Final

from ...validation import Mark, Owner, RuleBook, Severity
from .book import HOME, PRODUCTS

DECLARED: Final = RuleBook(HOME)
_declare: Final = partial(DECLARED.declare, products=PRODUCTS)

# The app and the sign-in.
for _code in ("SC-SA-CLIENT", "SC-SA-REDIRECT"):
    _declare(
        _code,
        source="accounting-api#sign-in",
        mark=Mark.DOCUMENTED,
        owner=Owner.CUSTOMER_IT,
    )
for _code in (
    "SC-SA-SIGN-IN",
    "SC-SA-CODE",
    "SC-SA-ACCESS-DENIED",
    "SC-SA-EMAIL-COUNTRY",
    "SC-SA-REAUTH-NEEDED",
    "SC-SA-TOKEN",
    "SC-SA-REVOKE",
    "SC-SA-TOKEN-SERVICE",
):
    _declare(_code, source="accounting-api#sign-in", mark=Mark.DOCUMENTED)
for _code in ("SC-SA-STATE", "SC-SA-TOKEN-LOST", "SC-SA-TOKEN-DAMAGED"):
    _declare(_code, source="library#sign-in", mark=Mark.OURS)

# The business, and what its user may do.
_declare("SC-SA-BUSINESS", source="accounting-business#choice", mark=Mark.DOCUMENTED)
_declare(
    "SC-SA-NO-BUSINESS",
    source="accounting-business#choice",
    mark=Mark.DOCUMENTED,
    owner=Owner.SAGE_ADMINISTRATOR,
)
_declare("SC-SA-ECHO", source="accounting-business#choice", mark=Mark.DOCUMENTED)
_declare(
    "SC-SA-EDITION",
    source="ledgerscope#editions",
    mark=Mark.OBSERVED,
    owner=Owner.SAGE_ADMINISTRATOR,
)
_declare(
    "SC-SA-ROLE",
    source="accounting-api#errors",
    mark=Mark.DOCUMENTED,
    owner=Owner.SAGE_ADMINISTRATOR,
)
_declare("SC-SA-THROTTLED", source="accounting-api#limits", mark=Mark.DOCUMENTED)

# What Sage refuses of a document.
for _code, _source, _mark in (
    ("SC-SA-NUMBER-TAKEN", "gas#unique", Mark.OBSERVED),
    ("SC-SA-ALLOCATED", "gas#allocated", Mark.OBSERVED),
    ("SC-SA-PAID", "accounting-money#paid", Mark.DOCUMENTED),
    ("SC-SA-STOCK", "accounting-documents#stock", Mark.DOCUMENTED),
    ("SC-SA-RECORD-UNKNOWN", "olsgreen#record", Mark.OBSERVED),
    ("SC-SA-IN-USE", "accounting-api#errors", Mark.DOCUMENTED),
    ("SC-SA-IDEMPOTENCY", "accounting-api#idempotency", Mark.DOCUMENTED),
):
    _declare(_code, source=_source, mark=_mark)
for _code, _source, _mark in (
    ("SC-SA-TAKEN", "byte8#references", Mark.INFERRED),
    ("SC-SA-METHOD", "accounting-api#errors", Mark.INFERRED),
    ("SC-SA-CONTACT-KIND", "olsgreen#record", Mark.OBSERVED),
    ("SC-SA-NOT-FOUND", "accounting-api#errors", Mark.DOCUMENTED),
    ("SC-SA-UMBRELLA", "byte8#entities", Mark.OBSERVED),
    ("SC-SA-VALUE", "accounting-api#words", Mark.OBSERVED),
    ("SC-SA-ACCOUNT-KIND", "accounting-api#words", Mark.OBSERVED),
    ("SC-SA-SAME-ACCOUNT", "accounting-api#words", Mark.OBSERVED),
):
    _declare(_code, source=_source, mark=_mark)
for _code, _source, _mark in (
    ("SC-SA-MEDIA-TYPE", "accounting-api#errors", Mark.DOCUMENTED),
    ("SC-SA-NOT-SAGE", "library#messages", Mark.OURS),
):
    _declare(_code, source=_source, mark=_mark, owner=Owner.CUSTOMER_IT)
_declare(
    "SC-SA-UNAVAILABLE",
    source="ledgerscope#overload",
    mark=Mark.OBSERVED,
    owner=Owner.SAGE_SUPPORT,
)
_declare(
    "SC-SA-SAGE-FAILED",
    source="accounting-api#errors",
    mark=Mark.DOCUMENTED,
    owner=Owner.SAGE_SUPPORT,
)

# What was posted, looked at again.
_declare(
    "SC-SA-READ-BACK",
    source="library#read-back",
    mark=Mark.OURS,
    severity=Severity.WARNING,
    owner=Owner.ACCOUNTANT,
)
_declare("SC-SA-RATE-DIRECTION", source="library#read-back", mark=Mark.OURS)
_declare("SC-SA-AMBIGUOUS", source="library#found", mark=Mark.OURS)
_declare(
    "SC-SA-ATTACHMENT",
    source="library#receipts",
    mark=Mark.OURS,
    severity=Severity.WARNING,
)
_declare("SC-SA-REFUSED", source="library#messages", mark=Mark.OURS)
_declare(
    "SC-SA-DIFFERS",
    source="library#read-back",
    mark=Mark.OURS,
    severity=Severity.WARNING,
    owner=Owner.ACCOUNTANT,
)

# What the verbs of its seats, and the feed of changes, find.
_declare("SC-SA-CURSOR", source="library#cursor", mark=Mark.OURS)
_declare("SC-SA-STATUS", source="accounting-documents#status", mark=Mark.DOCUMENTED)
_declare("SC-SA-LINES-KEPT", source="accounting-api#lines", mark=Mark.INFERRED)
_declare(
    "SC-SA-EDIT-REST",
    source="library#edits",
    mark=Mark.OURS,
    severity=Severity.WARNING,
    owner=Owner.ACCOUNTANT,
)
_declare(
    "SC-SA-PERSON-LEFT",
    source="library#people",
    mark=Mark.OURS,
    severity=Severity.WARNING,
)

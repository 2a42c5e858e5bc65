"""Codes that sign-in, requests and posting find; here they are only explained."""

from functools import partial
from typing import Final

from ...validation import Mark, Owner, RuleBook, Severity
from .book import HOME, PRODUCTS

DECLARED: Final = RuleBook(HOME)
_declare: Final = partial(DECLARED.declare, products=PRODUCTS)

# Who sends, who signs in, and where.
for _code, _mark, _owner in (
    ("SC-IN-SENDER-NOT-AUTHORISED", Mark.DOCUMENTED, Owner.SAGE_ADMINISTRATOR),
    ("SC-IN-SENDER", Mark.DOCUMENTED, Owner.CUSTOMER_IT),
    ("SC-IN-SIGN-IN", Mark.DOCUMENTED, Owner.SAGE_ADMINISTRATOR),
    ("SC-IN-SESSION", Mark.OBSERVED, Owner.SAGE_ADMINISTRATOR),
    ("SC-IN-DEMO-EXPIRED", Mark.OBSERVED, Owner.SAGE_SUPPORT),
    ("SC-IN-POLICY", Mark.DOCUMENTED, Owner.SAGE_SUPPORT),
):
    _declare(_code, source="intacct-gateway#sign-in", mark=_mark, owner=_owner)
for _code in ("SC-IN-CREDENTIALS", "SC-IN-ENTITY"):
    _declare(_code, source="library#sign-in", mark=Mark.OURS, owner=Owner.CUSTOMER_IT)
_declare(
    "SC-IN-ENDPOINT",
    source="intacct-gateway#endpoint",
    mark=Mark.DOCUMENTED,
    owner=Owner.CUSTOMER_IT,
)

# What the gateway says of a request as a whole.
for _code, _source, _mark in (
    ("SC-IN-XML", "intacct-gateway#errors", Mark.DOCUMENTED),
    ("SC-IN-REQUEST", "intacct-gateway#errors", Mark.DOCUMENTED),
    ("SC-IN-CONTROL-ID", "intacct-gateway#repeats", Mark.DOCUMENTED),
    ("SC-IN-THROTTLED", "intacct-gateway#limits", Mark.DOCUMENTED),
    ("SC-IN-ROLLED-BACK", "intacct-gateway#transactions", Mark.DOCUMENTED),
    ("SC-IN-REPEATED", "intacct-gateway#repeats", Mark.INFERRED),
    ("SC-IN-READER", "intacct-gateway#reading", Mark.INFERRED),
):
    _declare(_code, source=_source, mark=_mark)
for _code, _mark in (
    ("SC-IN-OFFLINE", Mark.OBSERVED),
    ("SC-IN-UNAVAILABLE", Mark.INFERRED),
    ("SC-IN-STILL-RUNNING", Mark.DOCUMENTED),
    ("SC-IN-SAGE-FAILED", Mark.DOCUMENTED),
):
    _declare(_code, source="intacct-gateway#outages", mark=_mark, owner=Owner.SAGE_SUPPORT)
for _code in ("SC-IN-NOT-SAGE", "SC-IN-ECHO"):
    _declare(_code, source="library#messages", mark=Mark.OURS, owner=Owner.CUSTOMER_IT)

# What Intacct refuses of a function.
for _code, _mark, _owner in (
    ("SC-IN-PERMISSION", Mark.OBSERVED, Owner.SAGE_ADMINISTRATOR),
    ("SC-IN-OPERATION", Mark.OBSERVED, Owner.CALLER),
    ("SC-IN-DUPLICATE", Mark.OBSERVED, Owner.CALLER),
    ("SC-IN-OBJECT", Mark.INFERRED, Owner.SAGE_ADMINISTRATOR),
    ("SC-IN-FIELD", Mark.OBSERVED, Owner.CALLER),
    ("SC-IN-PROJECT-MODULE", Mark.INFERRED, Owner.SAGE_ADMINISTRATOR),
    ("SC-IN-REFERENCE", Mark.OBSERVED, Owner.CALLER),
    ("SC-IN-DATE", Mark.OBSERVED, Owner.ACCOUNTANT),
    ("SC-IN-PAYMENT", Mark.INFERRED, Owner.ACCOUNTANT),
    ("SC-IN-VAGUE", Mark.DOCUMENTED, Owner.CALLER),
    ("SC-IN-REFUSED", Mark.DOCUMENTED, Owner.CALLER),
):
    _declare(_code, source="intacct-gateway#errors", mark=_mark, owner=_owner)
for _code in ("SC-IN-RECORD-UNKNOWN", "SC-IN-REFUND-AMOUNT", "SC-IN-REFUND-ADVANCE"):
    _declare(_code, source="library#found", mark=Mark.OURS)
_declare(
    "SC-IN-DEFINITION-UNKNOWN",
    source="dmo#definitions",
    mark=Mark.DOCUMENTED,
    owner=Owner.SAGE_ADMINISTRATOR,
)

# What was posted, looked at again.
for _code in (
    "SC-IN-TAKEN-BACK",
    "SC-IN-READ-BACK",
    "SC-IN-DIFFERS",
    "SC-IN-NOT-READ-BACK",
):
    _declare(
        _code,
        source="library#read-back",
        mark=Mark.OURS,
        severity=Severity.WARNING,
        owner=Owner.ACCOUNTANT,
    )
_declare(
    "SC-IN-LEVEL-CHANGE-PENDING",
    source="dmo#level-change",
    mark=Mark.DOCUMENTED,
)

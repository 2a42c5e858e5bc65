"""Sage 100's own rules: what its import refuses, and what it would take and should not."""

from collections.abc import Mapping
from typing import Final

from ...validation import Checker, RuleBook, Severity
from ...validation.book import COMMON
from ..settings import ReceiptPolicy, Sage100Settings
from .accounts import ACCOUNTS
from .analytics import ANALYTICS
from .currency import CURRENCY
from .declared import DECLARED
from .document import WHOLE
from .imported import IMPORTED
from .journals import JOURNALS, journal_named
from .parties import PARTIES
from .plans import PLANS
from .receipts import RECEIPTS
from .taxes import TAXES
from .texts import TEXTS

RULES: Final = (
    WHOLE
    | JOURNALS
    | TEXTS
    | PARTIES
    | ACCOUNTS
    | TAXES
    | CURRENCY
    | ANALYTICS
    | PLANS
    | RECEIPTS
    | DECLARED
    | IMPORTED
)
"""The rules of Sage 100 alone."""

BOOK: Final = RuleBook(
    RULES.home,
    # What the common book only explains, this one may also check.
    (*(one for one in COMMON.values() if one.code not in RULES), *RULES.values()),
)
"""The common rules and Sage 100's own."""


def severities(settings: Sage100Settings) -> Mapping[str, Severity]:
    """Return the severities that the policy gives, for a `Checker`."""
    found = {"SC-S100-NOT-CARRIED": Severity(settings.policy.not_carried)}
    if settings.policy.receipts is ReceiptPolicy.WARN:
        found["SC-S100-RECEIPT-MISSING"] = Severity.WARNING
    return found


def checker(settings: Sage100Settings, *, country: str = "", edition: str = "") -> Checker:
    """Return what applies the book; to a French company, if no country is given."""
    return Checker(
        book=BOOK,
        target="sage100",
        country=country or "FR",
        edition=edition,
        settings=settings,
        rounding=settings.rounding,
        severities={**severities(settings), **settings.severities},
        journal_of=journal_named,
    )

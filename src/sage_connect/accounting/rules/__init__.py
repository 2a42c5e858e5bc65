"""Sage Accounting's own rules: what its API refuses, and what it takes and should not."""

from collections.abc import Mapping
from typing import Final

from ...model import Reference
from ...validation import Checker, RuleBook, Severity
from ...validation.book import COMMON
from ...validation.credits import CREDITS
from ..settings import AccountingSettings
from .accounts import ACCOUNTS
from .business import BUSINESS
from .cis import CIS
from .declared import DECLARED
from .entries import ENTRIES
from .existing import EXISTING
from .money import MONEY, REPLACED
from .parties import PARTIES
from .preflighted import PREFLIGHTED
from .taxes import ITEM_TAXES, TAXES
from .texts import TEXTS

RULES: Final = (
    BUSINESS
    | TEXTS
    | EXISTING
    | PARTIES
    | ACCOUNTS
    | TAXES
    | CIS
    | MONEY
    | DECLARED
    | PREFLIGHTED
)
"""The rules of Sage Accounting alone."""

# There are no years to be opened: any day is posted to that is not locked.
_NO_MATTER: Final = frozenset({"SC-DATE-OUTSIDE-YEARS"})
_REPLACED: Final = REPLACED | CREDITS | ENTRIES | ITEM_TAXES

BOOK: Final = RuleBook(
    RULES.home,
    (
        # In their places: what the first common rule refuses, others cannot add up.
        *(
            _REPLACED.get(code, one)
            for code, one in COMMON.items()
            if code not in _NO_MATTER
        ),
        *RULES.values(),
    ),
)
"""The common rules and Sage Accounting's own."""


def severities(settings: AccountingSettings) -> Mapping[str, Severity]:
    """Return the severities that the policy gives, for a `Checker`."""
    policy = settings.policy
    return {
        "SC-SA-NOT-CARRIED": Severity(policy.not_carried),
        "SC-DUP-EXISTING": Severity(policy.existing),
    }


def checker(
    settings: AccountingSettings,
    reference: Reference,
    *,
    country: str = "",
    edition: str = "",
) -> Checker:
    """Return what applies the book; country and edition are the business's if not given."""
    company = reference.company
    return Checker(
        book=BOOK,
        target="accounting",
        country=country or (company.country if company else ""),
        edition=(edition or (company.edition if company else "")).lower(),
        settings=settings,
        severities={**severities(settings), **settings.severities},
    )

"""Sage Intacct's own rules: what its gateway refuses, and what it takes and should not."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs

from ...model import Reference
from ...validation import Case, Checker, Fault, RuleBook, Severity
from ...validation.book import COMMON
from ...validation.credits import CREDITS
from ...validation.registry import Faults, Rule
from ..resolve import (
    STATISTICAL_ACCOUNTS,
    is_claim,
    is_statistical,
    listed,
    option,
)
from ..settings import IntacctSettings
from .accounts import ACCOUNTS
from .declared import DECLARED
from .dimensions import DIMENSIONS
from .entities import ENTITIES
from .journals import JOURNALS
from .money import MONEY, adjustment_has_an_account
from .parties import PARTIES
from .preflighted import PREFLIGHTED
from .taxes import TAXES, line_takes_taxes
from .texts import TEXTS

RULES: Final = (
    TEXTS
    | PARTIES
    | ENTITIES
    | ACCOUNTS
    | DIMENSIONS
    | TAXES
    | MONEY
    | JOURNALS
    | DECLARED
    | PREFLIGHTED
)
"""The rules of Sage Intacct alone."""

# Intacct has a rate of its own for every day, and its periods are not read.
_NO_MATTER: Final = frozenset({"SC-RATE-MISSING", "SC-DATE-OUTSIDE-YEARS"})


def _of(code: str) -> Callable[..., Any]:
    check = COMMON[code].check
    assert check is not None, code  # noqa: S101 - every one of those below is a rule
    return check


def _unless(code: str, lifted: Callable[[Any, Case], bool]) -> Rule:
    """Return a common rule that says nothing where `lifted` does."""
    look = _of(code)

    def check(subject: Any, case: Case) -> Faults:
        found: Faults = look(subject, case)
        return None if found is not None and lifted(subject, case) else found

    return attrs.evolve(COMMON[code], check=check)


def _claims_are_of_employees(document: Any, _: Case) -> bool:
    return is_claim(document)


def _counts(entry: Any, case: Case) -> bool:
    return is_statistical(entry, case.reference)


_account_exists: Final = _of("SC-ACCOUNT-UNKNOWN")


def _account_is_somewhere(subject: Any, case: Case) -> Faults:
    """Statistical accounts stand in a chart of their own."""
    found: list[Fault] | None = _account_exists(subject, case)
    if not found:
        return None
    counting = listed(option(STATISTICAL_ACCOUNTS, case.reference))
    return [one for one in found if one.values["account"] not in counting] or None


REPLACED: Final = RuleBook(
    COMMON.home,
    (
        attrs.evolve(COMMON["SC-INV-ADJUSTMENT"], check=adjustment_has_an_account),
        attrs.evolve(COMMON["SC-LINE-MULTIPLE-TAXES"], check=line_takes_taxes),
        attrs.evolve(COMMON["SC-ACCOUNT-UNKNOWN"], check=_account_is_somewhere),
        _unless("SC-ENTRY-UNBALANCED", _counts),
        *(
            _unless(code, _claims_are_of_employees)
            for code in (
                "SC-SUPPLIER-UNKNOWN",
                "SC-PARTY-INACTIVE",
                "SC-INV-CURRENCY-MISMATCH",
            )
        ),
    ),
)
"""Rules of every product that this one has another view of, or that its settings lift."""
_REPLACED: Final = REPLACED | CREDITS

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
"""The common rules and Sage Intacct's own."""


def severities(settings: IntacctSettings) -> Mapping[str, Severity]:
    """Return the severities that the policy gives, for a `Checker`."""
    return {"SC-IN-NOT-CARRIED": Severity(settings.policy.not_carried)}


def checker(
    settings: IntacctSettings,
    reference: Reference,
    *,
    country: str = "",
    edition: str = "",
) -> Checker:
    """Return what applies the book; country and edition are the company's if not given."""
    company = reference.company
    return Checker(
        book=BOOK,
        target="intacct",
        country=country or (company.country if company else ""),
        edition=edition or (company.edition if company else ""),
        settings=settings,
        severities={**severities(settings), **settings.severities},
    )

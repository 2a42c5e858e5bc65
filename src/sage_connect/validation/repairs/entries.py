"""Remedies for journal entries and splits."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

import attrs

from ...model import (
    AnalyticShare,
    JournalEntry,
    Movement,
)
from ...model.money import minor_unit, round_half_up
from ..finding import Finding
from ..registry import Case
from .known import usable
from .places import at, is_parts, put
from .remedy import remedy

_ZERO: Final = Decimal()


@remedy("right-side", guess=False)
def right_side(document: Any, _: Finding, _case: Case) -> Iterator[Any]:
    """Give every movement one side, above zero; leave those out that move nothing."""
    if not isinstance(document, JournalEntry):
        return
    moved = [
        (one, (one.debit or _ZERO) - (one.credit or _ZERO)) for one in document.movements
    ]
    yield attrs.evolve(
        document,
        movements=tuple(
            attrs.evolve(
                one,
                debit=amount if amount > 0 else None,
                credit=-amount if amount < 0 else None,
            )
            for one, amount in moved
            if amount
        ),
    )


@remedy("suspense")
def suspense(document: Any, _: Finding, case: Case) -> Iterator[Any]:
    """Put the difference of an entry on the suspense account of the chart (471)."""
    if not isinstance(document, JournalEntry):
        return
    difference = sum(
        ((one.debit or _ZERO) - (one.credit or _ZERO) for one in document.movements), _ZERO
    )
    for account in usable(case.reference):
        if account.code.startswith("471"):
            closing = Movement(
                account=account.code,
                debit=-difference if difference < 0 else None,
                credit=difference if difference > 0 else None,
            )
            yield attrs.evolve(document, movements=(*document.movements, closing))


@remedy("whole-split")
def whole_split(document: Any, finding: Finding, _: Case) -> Iterator[Any]:
    """Make the shares of a split come to the whole line, in the proportions given."""
    place = "/".join(finding.path.split("/")[:3])
    shares = at(document, f"{place}/analytic")
    part = at(document, place)
    if not is_parts(shares) or not shares:
        return
    bare = tuple(_by_weight(one) for one in shares)
    if part is not None and all(one.weight > 0 for one in bare):
        yield put(document, f"{place}/analytic", bare)
    even = tuple(attrs.evolve(one, weight=Decimal(1), amount=None) for one in shares)
    yield put(document, f"{place}/analytic", even)


def _by_weight(share: AnalyticShare) -> AnalyticShare:
    if share.amount is None:
        return share
    return attrs.evolve(share, weight=abs(share.amount), amount=None)


@remedy("amount-from-rate")
def amount_from_rate(document: Any, _: Finding, _case: Case) -> Iterator[Any]:
    """Compute the amounts in currency of an entry by its exchange rate."""
    rate: Decimal | None = getattr(document, "exchange_rate", None)
    if not isinstance(document, JournalEntry) or not rate:
        return
    unit = minor_unit(document.currency)
    moved = (
        (one, abs((one.debit or _ZERO) - (one.credit or _ZERO)))
        for one in document.movements
    )
    yield attrs.evolve(
        document,
        movements=tuple(
            attrs.evolve(one, currency_amount=round_half_up(amount / rate, unit))
            for one, amount in moved
        ),
    )


@remedy("base-currency")
def base_currency(document: Any, _: Finding, case: Case) -> Iterator[Any]:
    """Say an entry in the base currency, which its debits and credits are in anyway."""
    company = case.reference.company
    if isinstance(document, JournalEntry) and company is not None:
        yield attrs.evolve(
            document,
            currency=company.base_currency,
            exchange_rate=None,
            movements=tuple(
                attrs.evolve(one, currency_amount=None) for one in document.movements
            ),
        )

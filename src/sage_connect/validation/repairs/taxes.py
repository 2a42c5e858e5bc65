"""Remedies for taxes: another code, one tax, a tax on every line."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

import attrs

from ...model import (
    Charge,
    Line,
    Movement,
    Reference,
    Tax,
    TaxCode,
    TaxDirection,
    TaxMode,
    TradeDocument,
)
from ...model.refit import taxed_by_line
from ..finding import Finding
from ..registry import Case
from .known import is_of_customers, nearest
from .places import at, is_parts, put
from .remedy import remedy

_ZERO: Final = Decimal()
_WITHIN: Final = 3


@remedy("nearest-tax")
def nearest_tax(document: Any, finding: Finding, case: Case) -> Iterator[Any]:
    """Write the ledger's code of a tax of the same rate, for this direction."""
    place = finding.path
    tax = at(document, place)
    if not isinstance(tax, Tax):
        place = place.rpartition("/")[0]
        tax = at(document, place)
    if isinstance(tax, Movement):
        yield from _same_rate(document, tax, place, case.reference)
    if not isinstance(tax, Tax):
        return
    codes = case.reference.tax_codes or {}
    fitting = {
        one.code: codes[one.code] for one in _of_rate(tax.rate, document, case.reference)
    }
    near = nearest(tax.code, fitting)
    exact = [
        one for one, known in fitting.items() if known.direction is _direction(document)
    ]
    for name in dict.fromkeys((*(one for one in near if one in exact), *exact, *near)):
        if name == tax.code:
            continue
        yield put(document, f"{place}/code", name)


def _same_rate(
    document: Any, movement: Movement, place: str, reference: Reference
) -> Iterator[Any]:
    """Yield a movement's entry with the codes in use of the rate that its code has."""
    codes = reference.tax_codes or {}
    old = codes.get(movement.tax_code)
    rate = None if old is None else old.rate_on(document.date)
    if old is None or rate is None:
        return
    for one in codes.values():
        alike = one.active and one.direction is old.direction
        if alike and one is not old and one.rate_on(document.date) == rate:
            yield put(document, f"{place}/tax_code", one.code)


def _of_rate(rate: Decimal, document: Any, reference: Reference) -> Iterator[Tax]:
    """Yield the ledger's taxes in use of a rate, for the direction of a document."""
    for known in (reference.tax_codes or {}).values():
        if known.active and _fits(known, document, rate, reference):
            yield Tax(known.code, rate)


def _fits(known: TaxCode, document: Any, rate: Decimal, reference: Reference) -> bool:
    day = getattr(document, "date", None)
    if day is None or known.rate_on(day) != rate:
        return False
    company = reference.company
    # A code by which the receiver accounts for the tax posts something else.
    name = f"reverse_charge:{known.code}"
    reverses = company is not None and company.own.get(name) == "true"
    if reverses is not getattr(document, "reverse_charge", False):
        return False
    return known.direction in {_direction(document), TaxDirection.BOTH}


def _direction(document: Any) -> TaxDirection:
    return TaxDirection.SALES if is_of_customers(document) else TaxDirection.PURCHASES


def _taxes_of(finding: Finding) -> str:
    """Return where the taxes stand of which something was found."""
    place = finding.path
    return place if place.endswith("/taxes") else f"{place}/taxes"


@remedy("one-tax")
def one_tax(document: Any, finding: Finding, case: Case) -> Iterator[Any]:
    """Write one tax with the sum of the rates, where the ledger has such a code."""
    place = _taxes_of(finding)
    taxes = at(document, place)
    if not is_parts(taxes) or any(one.amount is not None for one in taxes):
        return
    rate = sum((one.rate for one in taxes), _ZERO)
    for whole in _of_rate(rate, document, case.reference):
        yield put(document, place, (whole,))


@remedy("no-tax")
def no_tax(document: Any, finding: Finding, case: Case) -> Iterator[Any]:
    """Give a line without tax the ledger's code of no tax (0 %)."""
    place = _taxes_of(finding)
    if at(document, place) != ():
        return
    for none in _of_rate(_ZERO, document, case.reference):
        yield put(document, place, (none,))


@remedy("without-zero-tax", guess=False)
def without_zero_tax(document: Any, finding: Finding, _: Case) -> Iterator[Any]:
    """Leave out taxes that come to nothing, beside one that does not."""
    place = _taxes_of(finding)
    taxes = at(document, place)
    if is_parts(taxes):
        kept = tuple(one for one in taxes if one.rate or one.amount)
        if 0 < len(kept) < len(taxes):
            bare = put(document, place, kept)
            yield bare
            by_line = taxed_by_line(bare) if place == "/taxes" else None
            if by_line is not None:
                yield by_line


def free_of_tax(document: TradeDocument, case: Case) -> Iterator[Tax]:
    """Yield the ledger's taxes in use of 0 %, of either direction."""
    for one in (case.reference.tax_codes or {}).values():
        if one.active and one.rate_on(document.date) == 0:
            yield Tax(one.code, _ZERO)


@remedy("tax-on-lines", guess=False)
def tax_on_lines(document: Any, _: Finding, _case: Case) -> Iterator[Any]:
    """Put the one tax of the whole on each line, to the cent."""
    if isinstance(document, TradeDocument) and document.tax_mode is TaxMode.GROUP:
        moved = taxed_by_line(document)
        if moved is not None:
            yield moved


@remedy("line-per-tax")
def line_per_tax(document: Any, finding: Finding, case: Case) -> Iterator[Any]:
    """Repeat a line for each of its taxes, and take the surplus back without tax."""
    steps = finding.path.split("/")
    if not isinstance(document, TradeDocument) or len(steps) < _WITHIN:
        return
    name = steps[1]
    parts: tuple[Line | Charge, ...] = getattr(document, name)
    number = int(steps[2])
    part = parts[number]
    surplus = len(part.taxes) - 1
    if document.prices_include_tax or surplus < 1:
        return
    each = [attrs.evolve(part, taxes=(tax,)) for tax in part.taxes]
    back: Line | Charge
    if isinstance(part, Line):
        back = attrs.evolve(part, quantity=-part.quantity * surplus, taxes=())
    else:
        back = attrs.evolve(part, amount=-part.amount * surplus, taxes=())
    for free in ((), *((tax,) for tax in free_of_tax(document, case))):
        untaxed = attrs.evolve(back, taxes=free)
        said = (*parts[:number], *each, untaxed, *parts[number + 1 :])
        yield put(document, f"/{name}", said)


@remedy("taxes-where-they-count", guess=False)
def taxes_where_they_count(document: Any, _: Finding, _case: Case) -> Iterator[Any]:
    """Leave taxes out that the document's tax mode leaves out of its total."""
    if not isinstance(document, TradeDocument):
        return
    if document.tax_mode is TaxMode.LINE:
        yield attrs.evolve(document, taxes=())
    else:
        lines = tuple(attrs.evolve(one, taxes=()) for one in document.lines)
        charges = tuple(attrs.evolve(one, taxes=()) for one in document.charges)
        yield attrs.evolve(document, lines=lines, charges=charges)

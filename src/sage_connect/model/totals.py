"""What a document adds up to, to the last cent and by one rule."""

import datetime as dt
import enum
from collections.abc import Sequence
from decimal import Decimal, localcontext

import attrs

from .invoice import Amount, Charge, Line, Percent, Tax, TaxMode, TradeDocument
from .money import WIDE, apportion, minor_unit, round_half_up

_HUNDRED = Decimal(100)
_ZERO = Decimal()


class Rounding(enum.StrEnum):
    """Where tax is rounded, half-up to the currency's minor unit."""

    LINE = "line"
    """On each line; the document's tax is their sum."""
    DOCUMENT = "document"
    """On the sum of the lines that carry the same tax."""


@attrs.frozen(kw_only=True)
class TaxTotal:
    """What one tax comes to on a document.

    Attributes:
        code: The tax code.
        rate: In per cent.
        base: Net amount that it is taken of.
        amount: The tax.
    """

    code: str
    rate: Decimal
    base: Decimal
    amount: Decimal


@attrs.frozen(kw_only=True)
class Totals:
    """What a document adds up to, in its own currency; all amounts positive in a usual one.

    Attributes:
        lines: Net amount of each line, in order.
        charges: Net amount of each charge, in order.
        taxes: One for each tax code and rate, in order of appearance.
        net: Sum of lines and charges without tax.
        tax: Sum of taxes.
        gross: Net, tax and adjustment.
        due: Gross less what the payer withholds.
        consistent: False when the document states a net, tax or gross that its lines do not
            come to; the computed figures then stand here.
    """

    lines: tuple[Decimal, ...]
    charges: tuple[Decimal, ...]
    taxes: tuple[TaxTotal, ...]
    net: Decimal
    tax: Decimal
    gross: Decimal
    due: Decimal
    consistent: bool


def totals(document: TradeDocument, rounding: Rounding = Rounding.LINE) -> Totals:
    """Add up `document`, half-up to the minor unit of its currency.

    Totals that the caller states win where they differ from ours by no more than rounding
    can explain: half a minor unit for each line, charge and tax code. The difference then
    goes to the largest tax.

    Args:
        document: An invoice or credit note, valid or not.
        rounding: Where the tax is rounded.
    """
    with localcontext(WIDE):
        return _totals(document, rounding)


def line_amount(line: Line) -> Decimal:
    """Return quantity times price less discount, unrounded; with tax if prices have it."""
    amount = line.quantity * line.unit_price
    match line.discount:
        case Percent(value):
            return amount - amount * value / _HUNDRED
        case Amount(value):
            return amount - value
        case None:
            return amount


def _totals(document: TradeDocument, rounding: Rounding) -> Totals:
    unit = minor_unit(document.currency)
    parts: tuple[Line | Charge, ...] = (*document.lines, *document.charges)
    group = document.tax_mode is TaxMode.GROUP
    nets: list[Decimal] = []
    sums: dict[tuple[str, Decimal], tuple[Decimal, Decimal]] = {}
    for part in parts:
        amount = round_half_up(
            line_amount(part) if isinstance(part, Line) else part.amount, unit
        )
        applied = document.taxes if group else part.taxes
        net = _without_tax(amount, applied, unit) if document.prices_include_tax else amount
        nets.append(net)
        for tax in () if group else applied:
            base, sum_ = sums.get((tax.code, tax.rate), (_ZERO, _ZERO))
            sums[tax.code, tax.rate] = (
                base + net,
                sum_ + _tax_of_part(net, tax, unit, rounding),
            )
    net = sum(nets, _ZERO)
    for tax in document.taxes if group else ():
        stated = tax.amount if tax.amount is not None else net * tax.rate / _HUNDRED
        base, sum_ = sums.get((tax.code, tax.rate), (_ZERO, _ZERO))
        sums[tax.code, tax.rate] = (base + net, sum_ + round_half_up(stated, unit))
    taxes = [
        TaxTotal(code=code, rate=rate, base=base, amount=round_half_up(sum_, unit))
        for (code, rate), (base, sum_) in sums.items()
    ]
    adjustment = document.adjustment or _ZERO
    tax_sum = sum((one.amount for one in taxes), _ZERO)
    stated_tax = _stated_tax(document, net, tax_sum, adjustment)
    tolerance = unit * (len(parts) + len(taxes)) / 2
    consistent = abs(stated_tax - tax_sum) <= tolerance and (
        document.net is None or document.net == net
    )
    consistent = consistent and (
        document.gross is None or document.gross == net + stated_tax + adjustment
    )
    if consistent and stated_tax != tax_sum and taxes:
        largest = max(range(len(taxes)), key=lambda at: abs(taxes[at].amount))
        mended = taxes[largest].amount + stated_tax - tax_sum
        taxes[largest] = attrs.evolve(taxes[largest], amount=mended)
        tax_sum = stated_tax
    elif stated_tax != tax_sum:
        consistent = False
    gross = net + tax_sum + adjustment
    return Totals(
        lines=tuple(nets[: len(document.lines)]),
        charges=tuple(nets[len(document.lines) :]),
        taxes=tuple(taxes),
        net=net,
        tax=tax_sum,
        gross=gross,
        due=gross - _withheld(document, unit),
        consistent=consistent,
    )


def _stated_tax(
    document: TradeDocument, net: Decimal, tax: Decimal, adjustment: Decimal
) -> Decimal:
    if document.tax is not None:
        return document.tax
    return tax if document.gross is None else document.gross - net - adjustment


def _tax_of_part(net: Decimal, tax: Tax, unit: Decimal, rounding: Rounding) -> Decimal:
    if tax.amount is not None:
        return round_half_up(tax.amount, unit)
    exact = net * tax.rate / _HUNDRED
    return round_half_up(exact, unit) if rounding is Rounding.LINE else exact


def _without_tax(amount: Decimal, taxes: Sequence[Tax], unit: Decimal) -> Decimal:
    stated = [tax.amount for tax in taxes if tax.amount is not None]
    if taxes and len(stated) == len(taxes):
        return amount - sum(stated, _ZERO)
    rate = sum((tax.rate for tax in taxes), _ZERO)
    if rate <= -_HUNDRED:
        return amount
    return round_half_up(amount / (1 + rate / _HUNDRED), unit)


def _withheld(document: TradeDocument, unit: Decimal) -> Decimal:
    kept = document.withholding
    return _ZERO if kept is None else round_half_up(kept.base * kept.rate / _HUNDRED, unit)


def due_parts(
    document: TradeDocument, total: Decimal
) -> tuple[tuple[dt.date | None, Decimal], ...]:
    """Return when and how much of `total` is due; one part without a day if not said."""
    if isinstance(document.due, tuple) and document.due:
        unit = minor_unit(document.currency)
        weights = [part.amount for part in document.due]
        parts = apportion(total, weights, unit)
        return tuple(zip((part.due for part in document.due), parts, strict=True))
    return ((None if isinstance(document.due, tuple) else document.due, total),)

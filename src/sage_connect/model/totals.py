"""What a document adds up to, to the last cent and by one rule."""

import datetime as dt
import enum
from collections.abc import Iterable, Sequence
from decimal import Decimal, localcontext

import attrs

from .invoice import Charge, Line, Percent, Tax, TaxMode, TradeDocument
from .money import WIDE, apportion, minor_unit, round_half_up

_HUNDRED = Decimal(100)
_ZERO = Decimal()


class Rounding(enum.StrEnum):
    """Where tax is rounded, half-up to the currency's minor unit."""

    LINE = "line"
    """On each line; the document's tax is their sum."""
    DOCUMENT = "document"
    """On the sum of the lines that carry the same tax; where prices contain their tax, as
    LINE, since net and tax of a price must come to the price."""


# Looked up once: a member of an enumeration is slow to reach.
_BY_LINE = Rounding.LINE
_TAXED_BY_LINE = TaxMode.LINE


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
        if document.reverse_charge:
            document = _uncharged(document)
        return _totals(document, rounding)


def _uncharged(document: TradeDocument) -> TradeDocument:
    """Return `document` with every tax at its rate and without an amount."""

    def freed(taxes: tuple[Tax, ...]) -> tuple[Tax, ...]:
        return tuple(attrs.evolve(tax, amount=_ZERO) for tax in taxes)

    return attrs.evolve(
        document,
        prices_include_tax=False,
        taxes=freed(document.taxes),
        lines=[attrs.evolve(line, taxes=freed(line.taxes)) for line in document.lines],
        charges=[attrs.evolve(one, taxes=freed(one.taxes)) for one in document.charges],
    )


def line_amount(line: Line) -> Decimal:
    """Return quantity times price less discount, unrounded; with tax if prices have it."""
    amount = line.quantity * line.unit_price
    discount = line.discount
    if discount is None:
        return amount
    if isinstance(discount, Percent):
        return amount - amount * discount.value / _HUNDRED
    return amount - discount.value


def _totals(document: TradeDocument, rounding: Rounding) -> Totals:
    unit = minor_unit(document.currency)
    parts: tuple[Line | Charge, ...] = (*document.lines, *document.charges)
    amounts = [
        round_half_up(line_amount(part) if isinstance(part, Line) else part.amount, unit)
        for part in parts
    ]
    nets = _nets(document, parts, amounts, unit)
    net = sum(nets, _ZERO)
    # Each base, what it comes to with tax where that is known, and its taxes.
    taxed: Iterable[tuple[Decimal, Decimal, tuple[Tax, ...]]]
    taxed = zip(nets, amounts, (part.taxes for part in parts), strict=True)
    if document.tax_mode is not _TAXED_BY_LINE:
        rounding = Rounding.LINE
        taxed = [(net, sum(amounts, _ZERO), document.taxes)]
    sums: dict[tuple[str, Decimal], list[Decimal]] = {}
    # Most lines carry the tax of the line before: a rate is slow to look up.
    latest, sum_of_tax = None, [_ZERO, _ZERO]
    for base, amount, applied in taxed:
        if document.prices_include_tax:
            each = _taxes_within(base, amount, applied, unit)
        else:
            each = [_tax_of_part(base, tax, unit, rounding) for tax in applied]
        for tax, one in zip(applied, each, strict=True):
            if latest is None or latest.code != tax.code or latest.rate != tax.rate:
                latest = tax
                sum_of_tax = sums.setdefault((tax.code, tax.rate), [_ZERO, _ZERO])
            sum_of_tax[0] += base
            sum_of_tax[1] += one
    taxes = [
        TaxTotal(code=code, rate=rate, base=base, amount=round_half_up(sum_, unit))
        for (code, rate), (base, sum_) in sums.items()
    ]
    consistent = (document.net is None or document.net == net) and (
        (document.tax is None and document.gross is None)
        or _brought_to_stated(document, net, taxes, unit * _rounded(document, parts) / 2)
    )
    tax_sum = sum((one.amount for one in taxes), _ZERO)
    gross = net + tax_sum + (document.adjustment or _ZERO)
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


def part_taxes(
    document: TradeDocument, unmoved: Sequence[int] = ()
) -> tuple[tuple[Decimal, ...], ...]:
    """Return each tax of each line, then of each charge; they add up to those of `totals`.

    What the caller states may differ from that by a rounding: the largest amount of the
    tax takes it.

    Args:
        document: An invoice or credit note whose lines carry their taxes.
        unmoved: Positions of parts whose tax is computed elsewhere. Where such a part is
            the only one with a tax, the largest other tax takes its rounding.
    """
    with localcontext(WIDE):
        if document.reverse_charge:
            document = _uncharged(document)
        return _part_taxes(document, unmoved)


def _part_taxes(
    document: TradeDocument, unmoved: Sequence[int]
) -> tuple[tuple[Decimal, ...], ...]:
    unit = minor_unit(document.currency)
    parts: tuple[Line | Charge, ...] = (*document.lines, *document.charges)
    sums = _totals(document, Rounding.LINE)
    found: list[list[Decimal]] = []
    for part, net in zip(parts, (*sums.lines, *sums.charges), strict=True):
        if document.prices_include_tax:
            exact = line_amount(part) if isinstance(part, Line) else part.amount
            amount = round_half_up(exact, unit)
            found.append(_taxes_within(net, amount, part.taxes, unit))
        else:
            found.append([_tax_of_part(net, tax, unit, _BY_LINE) for tax in part.taxes])
    every = [(at, place) for at, one in enumerate(found) for place in range(len(one))]
    for total in sums.taxes:
        own = [
            (at, place)
            for at, place in every
            if (total.code, total.rate)
            == (parts[at].taxes[place].code, parts[at].taxes[place].rate)
        ]
        residue = total.amount - sum((found[at][place] for at, place in own), _ZERO)
        if residue and own:
            able = [one for one in own if one[0] not in unmoved]
            able = able or [
                one for one in every if one not in own and found[one[0]][one[1]]
            ]
            at, place = max(able or own, key=lambda one: abs(found[one[0]][one[1]]))
            found[at][place] += residue
    return tuple(map(tuple, found))


def _rounded(document: TradeDocument, parts: Sequence[Line | Charge]) -> int:
    """Return how many amounts of tax are rounded: only they can differ from the stated."""
    applied = (
        [part.taxes for part in parts]
        if document.tax_mode is _TAXED_BY_LINE
        else [document.taxes] * len(parts)
    )
    taxed = [{tax.code for tax in taxes if tax.rate} for taxes in applied]
    return sum(map(bool, taxed)) + len(set[str]().union(*taxed))


def _brought_to_stated(
    document: TradeDocument, net: Decimal, taxes: list[TaxTotal], slack: Decimal
) -> bool:
    """Bring `taxes` to what the caller states; return False where rounding cannot."""
    computed = sum((one.amount for one in taxes), _ZERO)
    untaxed = net + (document.adjustment or _ZERO)
    stated = document.tax
    if stated is None:
        stated = computed if document.gross is None else document.gross - untaxed
    if abs(stated - computed) > slack or (
        document.gross is not None and document.gross != untaxed + stated
    ):
        return False
    if stated != computed:
        # There is one: without a tax that was rounded there is no slack.
        rated = [at for at, one in enumerate(taxes) if one.rate]
        largest = max(rated, key=lambda at: abs(taxes[at].amount))
        mended = taxes[largest].amount + stated - computed
        taxes[largest] = attrs.evolve(taxes[largest], amount=mended)
    return True


def _tax_of_part(net: Decimal, tax: Tax, unit: Decimal, rounding: Rounding) -> Decimal:
    if tax.amount is not None:
        return round_half_up(tax.amount, unit)
    exact = net * tax.rate / _HUNDRED
    return round_half_up(exact, unit) if rounding is _BY_LINE else exact


def _nets(
    document: TradeDocument,
    parts: Sequence[Line | Charge],
    amounts: Sequence[Decimal],
    unit: Decimal,
) -> list[Decimal]:
    if not document.prices_include_tax:
        return list(amounts)
    if document.tax_mode is _TAXED_BY_LINE:
        return [
            amount - stated
            if (stated := _all_stated(part.taxes, unit)) is not None
            else _without_tax(amount, part.taxes, unit)
            for part, amount in zip(parts, amounts, strict=True)
        ]
    nets = [_without_tax(amount, document.taxes, unit) for amount in amounts]
    stated = _all_stated(document.taxes, unit)
    if stated is not None and nets:
        # The tax is as stated and the prices are what is paid: the rest is net.
        largest = max(range(len(nets)), key=lambda at: abs(nets[at]))
        nets[largest] += sum(amounts, _ZERO) - stated - sum(nets, _ZERO)
    return nets


def _all_stated(taxes: Sequence[Tax], unit: Decimal) -> Decimal | None:
    """Return the sum of `taxes` where the caller states every one of them."""
    stated = [round_half_up(tax.amount, unit) for tax in taxes if tax.amount is not None]
    return sum(stated, _ZERO) if taxes and len(stated) == len(taxes) else None


def _taxes_within(
    net: Decimal, amount: Decimal, taxes: Sequence[Tax], unit: Decimal
) -> list[Decimal]:
    """Return the taxes that a price contains: with `net` they come to `amount`."""
    each = [_tax_of_part(net, tax, unit, Rounding.LINE) for tax in taxes]
    computed = [at for at, tax in enumerate(taxes) if tax.amount is None]
    if computed:
        largest = max(computed, key=lambda at: abs(each[at]))
        each[largest] += amount - net - sum(each, _ZERO)
    return each


def _without_tax(amount: Decimal, taxes: Sequence[Tax], unit: Decimal) -> Decimal:
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

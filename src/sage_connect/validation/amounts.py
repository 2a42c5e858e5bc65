"""Rules on numbers: conceivable, exact to the cent, and adding up to what is stated."""

from collections.abc import Iterable, Iterator
from decimal import Context, Decimal, Inexact, InvalidOperation
from typing import Any, Final, cast

import attrs

from ..model import (
    Amount,
    BankEntry,
    Charge,
    Item,
    JournalEntry,
    Line,
    Party,
    Payment,
    Percent,
    Tax,
    TaxMode,
    TradeDocument,
)
from ..model.money import minor_unit
from .finding import Fault, Mark, fault
from .registry import Case, RuleBook

AMOUNTS: Final = RuleBook("sage_connect.validation")

# Thirteen digits before the point are more than any of the products can hold, and ten
# decimals more than any price or rate needs: with both, nothing is rounded unnoticed.
_LIMIT: Final = Decimal(10**13)
_FINEST: Final = Decimal("1e-10")
# Its `quantize` breaks on a larger number and on a finer one: one quick question for both.
_FITTING: Final = Context(prec=23, traps=[InvalidOperation, Inexact])
_HUNDRED: Final = Decimal(100)
_ZERO: Final = Decimal()
# Looked up once: a member of an enumeration is slow to reach.
_LINE: Final = TaxMode.LINE


@AMOUNTS.rule(
    "SC-AMOUNT-RANGE",
    on=(TradeDocument, Payment, JournalEntry, BankEntry, Item, Party),
    source="library#amounts",
    mark=Mark.OURS,
)
def amounts_are_conceivable(document: Any, case: Case) -> Iterable[Fault] | None:
    """No amount is of a size, or of a number of decimals, that no books can hold.

    The first of all rules: what it refuses, the others need not be able to add up.
    """
    try:
        for number in _numbers(document):
            if number is not None:
                _FITTING.quantize(number, _FINEST)
    except ArithmeticError:
        return [
            fault(path, value=_short(number), limit=_LIMIT)
            for path, number in placed_numbers(document)
            if not -_LIMIT < number < _LIMIT or number % _FINEST
        ]
    if not isinstance(document, TradeDocument):
        return None
    sums = case.totals
    for amount in (sums.gross, *sums.lines):
        if abs(amount) >= _LIMIT:
            return [fault("", value=_short(amount), limit=_LIMIT)]
    return None


def _numbers(document: Any) -> list[Decimal | None]:
    # One flat list without paths: this runs on every document, the paths only on bad ones.
    if not isinstance(document, TradeDocument):
        return [number for _, number in placed_numbers(document)]
    found = [
        document.exchange_rate,
        document.adjustment,
        document.net,
        document.tax,
        document.gross,
    ]
    for line in document.lines:
        found += (line.quantity, line.unit_price)
        if line.discount is not None:
            found.append(line.discount.value)
        for tax in line.taxes:
            found += (tax.rate, tax.amount)
        for share in line.analytic:
            found += (share.weight, share.amount)
    instalments = document.due if isinstance(document.due, tuple) else ()
    for rare in (document.charges, document.taxes, instalments, document.withholding):
        if rare:
            found += [number for _, number in placed_numbers(rare)]
    return found


def placed_numbers(value: object, path: str = "") -> Iterator[tuple[str, Decimal]]:
    """Yield the JSON pointer and value of every number within a document."""
    if isinstance(value, Decimal):
        yield path, value
    elif isinstance(value, tuple):
        # isinstance knows no members.
        for at, one in enumerate(cast("tuple[object, ...]", value)):
            yield from placed_numbers(one, f"{path}/{at}")
    elif attrs.has(kind := cast("type[Any]", type(value))):
        for name in attrs.fields_dict(kind):
            yield from placed_numbers(getattr(value, name), f"{path}/{name}")


def _short(number: Decimal) -> str:
    return f"{number:.6E}" if len(str(number)) > 40 else str(number)  # noqa: PLR2004 - a sentence stays readable


@AMOUNTS.rule(
    "SC-AMOUNT-PRECISION",
    on=(TradeDocument, Payment, JournalEntry, BankEntry),
    source="library#amounts",
    mark=Mark.OURS,
)
def amounts_are_payable(document: Any, case: Case) -> Iterable[Fault] | None:
    """No stated amount is finer than the smallest unit of its currency.

    Prices and quantities may be: their product is rounded once, by the rule of the books.
    """
    if isinstance(document, TradeDocument) and not _states_amounts(document):
        return None
    currency: str = document.currency
    if isinstance(document, JournalEntry):
        # Debits and credits are in the base currency, whatever the entry's.
        company = case.reference.company
        currency = (company.base_currency if company else "") or currency
    unit = minor_unit(currency)
    faults = [
        fault(path, amount=number, unit=unit, currency=currency)
        for path, number in _stated(document)
        if number is not None and number % unit
    ]
    return faults or None


def _states_amounts(document: TradeDocument) -> bool:
    # Most documents state none, and their paths need not be made up.
    whole = (document.adjustment, document.net, document.tax, document.gross)
    if document.charges or document.taxes or any(one is not None for one in whole):
        return True
    if isinstance(document.due, tuple) or document.withholding is not None:
        return True
    for line in document.lines:
        if line.discount is not None or line.analytic:
            return True
        for tax in line.taxes:
            if tax.amount is not None:
                return True
    return False


def _stated(document: Any) -> Iterator[tuple[str, Decimal | None]]:
    if isinstance(document, TradeDocument):
        yield from _stated_on_trade(document)
    elif isinstance(document, JournalEntry):
        for at, movement in enumerate(document.movements):
            yield f"/movements/{at}/debit", movement.debit
            yield f"/movements/{at}/credit", movement.credit
            for share_at, share in enumerate(movement.analytic):
                yield f"/movements/{at}/analytic/{share_at}/amount", share.amount
    else:
        yield "/amount", document.amount
        if isinstance(document, Payment):
            yield "/on_account", document.on_account
            for at, allocation in enumerate(document.allocations):
                yield f"/allocations/{at}/amount", allocation.amount


def _stated_on_trade(document: TradeDocument) -> Iterator[tuple[str, Decimal | None]]:
    yield "/adjustment", document.adjustment
    yield "/net", document.net
    yield "/tax", document.tax
    yield "/gross", document.gross
    for at, line in enumerate(document.lines):
        if isinstance(line.discount, Amount):
            yield f"/lines/{at}/discount/value", line.discount.value
        for tax_at, tax in enumerate(line.taxes):
            if tax.amount is not None:
                yield f"/lines/{at}/taxes/{tax_at}/amount", tax.amount
        for share_at, share in enumerate(line.analytic):
            yield f"/lines/{at}/analytic/{share_at}/amount", share.amount
    for name in ("charges", "taxes", "due", "withholding"):
        rare = getattr(document, name)
        for path, number in placed_numbers(rare, f"/{name}") if rare else ():
            if path.endswith(("/amount", "/base")):
                yield path, number


@AMOUNTS.rule(
    "SC-TOTAL-DECLARED", on=TradeDocument, source="library#totals", mark=Mark.OURS
)
def stated_totals_are_the_sum(
    document: TradeDocument, case: Case
) -> Iterable[Fault] | None:
    """Net, tax and gross, where the caller states them, are what the lines come to."""
    if document.net is None and document.tax is None and document.gross is None:
        return None
    sums = case.totals
    if sums.consistent:
        return None
    pairs = (
        ("/net", document.net, sums.net),
        ("/tax", document.tax, sums.tax),
        ("/gross", document.gross, sums.gross),
    )
    return [
        fault(path, stated=stated, computed=computed, currency=document.currency)
        for path, stated, computed in pairs
        if stated is not None and stated != computed
    ]


@AMOUNTS.rule(
    "SC-INV-NEGATIVE-TOTAL", on=TradeDocument, source="library#direction", mark=Mark.OURS
)
def total_is_not_negative(document: TradeDocument, case: Case) -> Fault | None:
    """The kind of document gives the direction; a total below zero would reverse it."""
    gross = case.totals.gross
    return fault("", gross=gross, currency=document.currency) if gross < 0 else None


@AMOUNTS.rule(
    "SC-INV-ADJUSTMENT",
    on=TradeDocument,
    source="vtiger#adjustment",
    mark=Mark.DOCUMENTED,
)
def nothing_is_adjusted(document: TradeDocument, _case: Case) -> Fault | None:
    """No amount is added to the total outside the lines."""
    if not document.adjustment:
        return None
    return fault("/adjustment", amount=document.adjustment, currency=document.currency)


@AMOUNTS.rule("SC-LINE-DISCOUNT", on=Line, source="library#totals", mark=Mark.OURS)
def discount_is_part_of_the_line(line: Line, _case: Case) -> Fault | None:
    """A discount takes off something between nothing and the whole line."""
    discount = line.discount
    if discount is None:
        return None
    whole = line.quantity * line.unit_price
    if isinstance(discount, Percent):
        sound = 0 <= discount.value <= _HUNDRED
    else:
        # A returned line, below zero, takes its discount below zero too.
        sound = min(whole, _ZERO) <= discount.value <= max(whole, _ZERO)
    return None if sound else fault("/discount", discount=discount.value, line=whole)


@AMOUNTS.rule(
    "SC-TAX-RATE-RANGE",
    on=(TradeDocument, Line, Charge),
    source="library#taxes",
    mark=Mark.OURS,
)
def tax_rates_are_per_cent(
    part: TradeDocument | Line | Charge, _case: Case
) -> Iterable[Fault] | None:
    """A rate is from 0 to 100 per cent: 20, not 0.2 or 2000."""
    for tax in part.taxes:
        if not 0 <= tax.rate <= _HUNDRED:
            break
    else:
        return None
    return [
        fault(f"/taxes/{at}/rate", rate=tax.rate, tax=tax.code)
        for at, tax in enumerate(part.taxes)
        if not 0 <= tax.rate <= _HUNDRED
    ]


@AMOUNTS.rule(
    "SC-LINE-MULTIPLE-TAXES",
    on=(Line, Charge),
    source="vtiger#taxes",
    mark=Mark.DOCUMENTED,
)
def one_tax_a_line(part: Line | Charge, _case: Case) -> Fault | None:
    """A line or charge carries one tax at most."""
    if len(part.taxes) <= 1:
        return None
    return fault("/taxes", taxes=", ".join(tax.code for tax in part.taxes))


@AMOUNTS.rule("SC-TAX-MODE", on=TradeDocument, source="library#taxes", mark=Mark.OURS)
def taxes_stand_where_they_count(
    document: TradeDocument, _case: Case
) -> Iterable[Fault] | None:
    """No tax stands where the tax mode would leave it out of the total unnoticed."""
    mode = document.tax_mode
    if mode is _LINE:
        return [fault("/taxes", mode=mode)] if document.taxes else None
    faults = [
        fault(f"/{name}/{at}/taxes", mode=mode)
        for name in ("lines", "charges")
        for at, part in enumerate(getattr(document, name))
        if part.taxes
    ]
    return faults or None


@AMOUNTS.rule(
    "SC-TAX-AMOUNT",
    on=TradeDocument,
    source="library#taxes",
    mark=Mark.OURS,
    adjustable=True,
)
def stated_taxes_follow_their_rate(
    document: TradeDocument, case: Case
) -> Iterable[Fault] | None:
    """A tax amount that the caller states is its rate of its base, but for rounding."""
    parts: tuple[TradeDocument | Line | Charge, ...]
    parts = (document, *document.lines, *document.charges)
    for part in parts:
        for tax in part.taxes:
            if tax.amount is not None:
                return list(_off_rate(document, case))
    return None


def _off_rate(document: TradeDocument, case: Case) -> Iterator[Fault]:
    sums, unit = case.totals, minor_unit(document.currency)
    if document.tax_mode is not _LINE:
        # Summed line by line, every line may have rounded by half a unit.
        slack = unit * max(1, len(document.lines) + len(document.charges))
        yield from _off(document.taxes, sums.net, slack, "")
        return
    for at, (line, net) in enumerate(zip(document.lines, sums.lines, strict=True)):
        yield from _off(line.taxes, net, unit, f"/lines/{at}")
    for at, (charge, net) in enumerate(zip(document.charges, sums.charges, strict=True)):
        yield from _off(charge.taxes, net, unit, f"/charges/{at}")


def _off(
    taxes: tuple[Tax, ...], net: Decimal, slack: Decimal, place: str
) -> Iterator[Fault]:
    for at, tax in enumerate(taxes):
        due = net * tax.rate / _HUNDRED
        if tax.amount is not None and abs(tax.amount - due) > slack:
            yield fault(
                f"{place}/taxes/{at}/amount",
                amount=tax.amount,
                tax=tax.code,
                rate=tax.rate,
                base=net,
            )

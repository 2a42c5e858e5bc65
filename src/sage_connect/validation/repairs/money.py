"""Remedies for amounts: adjustments, payments, taxes, rates, splits, sides."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import attrs

from ...model import (
    Allocation,
    Amount,
    AnalyticShare,
    BankEntry,
    Charge,
    DocumentState,
    JournalEntry,
    Line,
    Movement,
    Payment,
    PurchaseCreditNote,
    PurchaseInvoice,
    PurchaseKind,
    SalesCreditNote,
    SalesInvoice,
    Tax,
    TaxMode,
    TradeDocument,
    totals,
)
from ...model.money import minor_unit, round_half_up
from ...model.payment import BankDirection
from ...model.refit import adjusted_by_line, taxed_by_line, without_quantities
from ...model.reversal import OPPOSITE_PAYMENT
from ...model.totals import line_amount
from ..finding import Finding
from ..registry import Case
from .places import at, fields_of, is_parts, put
from .remedy import Instead, remedy

_ZERO: Final = Decimal()
_WITHIN: Final = 3
_OPPOSITE: Final[Mapping[Any, Any]] = {
    SalesInvoice: SalesCreditNote,
    SalesCreditNote: SalesInvoice,
    PurchaseInvoice: PurchaseCreditNote,
    PurchaseCreditNote: PurchaseInvoice,
}


@remedy("adjustment-as-line", guess=False)
def adjustment_as_line(document: Any, _: Finding, case: Case) -> Iterator[Any]:
    """Enter the adjustment as a line, on the settings' account or the largest line's."""
    if not isinstance(document, TradeDocument) or not document.adjustment:
        return
    named: str = getattr(getattr(case.settings, "accounts", None), "adjustments", "")
    accounts = [named] if named else []
    if document.lines:
        largest = max(document.lines, key=lambda one: abs(line_amount(one)))
        accounts.append(largest.account)
    for account in dict.fromkeys(accounts):
        yield adjusted_by_line(document, account)
        for tax in _free_of_tax(document, case):
            yield adjusted_by_line(document, account, (tax,))


def _free_of_tax(document: TradeDocument, case: Case) -> Iterable[Tax]:
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
    for free in ((), *((tax,) for tax in _free_of_tax(document, case))):
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


@remedy("charge-as-line", guess=False)
def charge_as_line(document: Any, finding: Finding, _: Case) -> Iterator[Any]:
    """Enter a charge as a line, whose tax may be stated."""
    steps = finding.path.split("/")
    if not isinstance(document, TradeDocument) or steps[1:2] != ["charges"]:
        return
    number = int(steps[2])
    charge = document.charges[number]
    line = Line(
        description=charge.description or str(charge.kind).capitalize(),
        unit_price=charge.amount,
        account=charge.account,
        taxes=charge.taxes,
    )
    left = (*document.charges[:number], *document.charges[number + 1 :])
    yield attrs.evolve(document, charges=left, lines=(*document.lines, line))


@remedy("fold-quantity", guess=False)
def fold_quantity(document: Any, _: Finding, _case: Case) -> Iterator[Any]:
    """Put quantities into the amount, and into the text: "3 x Bolts"."""
    if isinstance(document, TradeDocument):
        yield without_quantities(document)


@remedy("opposite-document", guess=False)
def opposite_document(document: Any, _: Finding, _case: Case) -> Iterator[Any]:
    """Send a credit note for an invoice below zero, or an invoice for a credit note."""
    other: Any = _OPPOSITE.get(type(document))
    if other is None or totals(document).gross >= 0:
        return
    shared = fields_of(document).keys() & attrs.fields_dict(other).keys()
    turned = {name: getattr(document, name) for name in shared}
    for name in ("adjustment", "net", "tax", "gross"):
        turned[name] = _turned(turned[name])
    turned["lines"] = tuple(_negated(one) for one in document.lines)
    turned["charges"] = tuple(
        attrs.evolve(one, amount=-one.amount, taxes=_taxes(one)) for one in document.charges
    )
    turned["taxes"] = tuple(
        attrs.evolve(one, amount=_turned(one.amount)) for one in document.taxes
    )
    yield other(**turned)


def _negated(line: Line) -> Line:
    discount = line.discount
    if isinstance(discount, Amount):
        discount = attrs.evolve(discount, value=-discount.value)
    return attrs.evolve(
        line,
        unit_price=-line.unit_price,
        taxes=_taxes(line),
        discount=discount,
        analytic=tuple(
            attrs.evolve(one, amount=_turned(one.amount)) for one in line.analytic
        ),
    )


def _taxes(part: Line | Charge) -> tuple[Tax, ...]:
    return tuple(attrs.evolve(one, amount=_turned(one.amount)) for one in part.taxes)


def _turned(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else -amount


@remedy("card-refund-as-credit-note")
def card_refund_as_credit_note(document: Any, _: Finding, _case: Case) -> Iterator[Any]:
    """Send what a card is refunded as a credit note of the supplier."""
    if isinstance(document, PurchaseInvoice):
        shared = attrs.fields_dict(PurchaseCreditNote)
        note = PurchaseCreditNote(**{name: getattr(document, name) for name in shared})
        yield note
        yield attrs.evolve(note, kind=PurchaseKind.SUPPLIER_INVOICE)


@remedy("computed-totals")
def computed_totals(document: Any, finding: Finding, _: Case) -> Iterator[Any]:
    """Leave a stated amount out, to have it computed from the lines."""
    value = at(document, finding.path)
    if isinstance(value, Tax):
        yield put(document, f"{finding.path}/amount", None)
    elif isinstance(value, Decimal):
        yield put(document, finding.path, None)


@remedy("round-amount")
def round_amount(document: Any, finding: Finding, _: Case) -> Iterator[Any]:
    """Round an amount half-up to the smallest unit of its currency."""
    value = at(document, finding.path)
    if isinstance(value, Decimal):
        rounded = round_half_up(value, minor_unit(getattr(document, "currency", "")))
        yield put(document, finding.path, rounded)


@remedy("final")
def final(document: Any, _: Finding, _case: Case) -> Iterator[Any]:
    """Send the draft as final."""
    if isinstance(document, TradeDocument):
        yield attrs.evolve(document, state=DocumentState.FINAL)


@remedy("rate-of-ledger")
def rate_of_ledger(document: Any, _: Finding, case: Case) -> Iterator[Any]:
    """Take the ledger's exchange rate, or none in its own currency."""
    if not hasattr(document, "exchange_rate"):
        return
    company = case.reference.company
    if company is not None and company.base_currency == document.currency:
        yield attrs.evolve(document, exchange_rate=None)
    known = (case.reference.exchange_rates or {}).get(document.currency)
    if known is not None:
        yield attrs.evolve(document, exchange_rate=known.rate)
    yield attrs.evolve(document, exchange_rate=None)


# --- payments


@remedy("rest-on-account", guess=False)
def rest_on_account(document: Any, _: Finding, _case: Case) -> Iterator[Any]:
    """Leave on account what the allocations do not use; they use no more than there is."""
    if isinstance(document, Payment):
        parts: list[Allocation] = []
        left = document.amount
        for one in document.allocations:
            if one.amount > 0 and left > 0:
                parts.append(Allocation(one.number, min(one.amount, left)))
                left -= parts[-1].amount
        if left >= 0:
            yield attrs.evolve(document, allocations=tuple(parts), on_account=left or None)


@remedy("cap-overpayment", guess=False)
def cap_overpayment(document: Any, finding: Finding, case: Case) -> Iterator[Any]:
    """Settle no more than is open, and leave the rest on account."""
    if not isinstance(document, Payment) or _is_sent_twice(document, case):
        return
    part = at(document, finding.path.rpartition("/")[0])
    parts = list(document.allocations)
    if isinstance(part, Allocation) and "owed" in finding.values:
        owed = Decimal(finding.values["owed"])
        where = int(finding.path.split("/")[2])
        parts[where : where + 1] = [Allocation(part.number, owed)] if owed > 0 else []
    left = document.amount - _used(parts)
    if left >= 0:
        yield attrs.evolve(document, allocations=tuple(parts), on_account=left or None)


def _is_sent_twice(payment: Payment, case: Case) -> bool:
    """Return whether the batch has the same money a second time, under another identity."""

    def bare(one: Payment) -> Payment:
        return attrs.evolve(one, source_id="", number="")

    same = (one for one in case.batch if isinstance(one, Payment) and one is not payment)
    return any(bare(one) == bare(payment) for one in same)


@remedy("to-account")
def to_account(document: Any, finding: Finding, _: Case) -> Iterator[Any]:
    """Leave on account what was to settle a document that cannot be settled."""
    if not isinstance(document, Payment) or not finding.path.startswith("/allocations/"):
        return
    where = int(finding.path.split("/")[2])
    parts = (*document.allocations[:where], *document.allocations[where + 1 :])
    left = document.amount - _used(parts)
    if left >= 0:
        yield attrs.evolve(document, allocations=parts, on_account=left or None)


@remedy("advance-apart", guess=False)
def advance_apart(document: Any, _: Finding, _case: Case) -> Iterator[Any]:
    """Send what stays on account as a payment of its own."""
    if not isinstance(document, Payment):
        return
    used = _used(document.allocations)
    if not 0 < used < document.amount:
        return
    rest = document.amount - used
    own: dict[str, Any] = {
        name: f"{value}-2"
        for name in ("source_id", "number")
        if (value := getattr(document, name))
    }
    yield Instead(
        documents=(
            attrs.evolve(document, amount=used, on_account=None),
            attrs.evolve(document, amount=rest, allocations=(), on_account=rest, **own),
        )
    )


@remedy("money-back")
def money_back(document: Any, _: Finding, _case: Case) -> Iterator[Any]:
    """Turn money below zero round: a refund for a receipt, out for in."""
    if isinstance(document, Payment):
        if document.amount < 0:
            parts = tuple(
                Allocation(one.number, abs(one.amount)) for one in document.allocations
            )
            rest = document.on_account
            yield attrs.evolve(
                document,
                kind=OPPOSITE_PAYMENT[document.kind],
                amount=-document.amount,
                allocations=parts,
                on_account=None if rest is None else abs(rest),
            )
    elif isinstance(document, BankEntry) and document.amount < 0:
        out = document.direction is BankDirection.IN
        yield attrs.evolve(
            document,
            amount=-document.amount,
            direction=BankDirection.OUT if out else BankDirection.IN,
        )


@remedy("only-bank-account")
def only_bank_account(document: Any, _: Finding, case: Case) -> Iterator[Any]:
    """Take the ledger's bank account in the currency of the money."""
    if isinstance(document, Payment | BankEntry):
        known = [one for one in (case.reference.bank_accounts or {}).values() if one.active]
        same = [one for one in known if one.currency in {"", document.currency}]
        if not document.bank_account or len(same) == 1:
            for one in same:
                yield attrs.evolve(document, bank_account=one.code)


def _used(parts: Sequence[Allocation]) -> Decimal:
    return sum((one.amount for one in parts), _ZERO)


# --- entries


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
    for account in (case.reference.accounts or {}).values():
        if account.code.startswith("471") and account.active and not account.total:
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

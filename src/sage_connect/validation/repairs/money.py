"""Remedies for the amounts of invoices and credit notes."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

import attrs

from ...model import (
    Amount,
    Charge,
    DocumentState,
    Line,
    PurchaseCreditNote,
    PurchaseInvoice,
    PurchaseKind,
    Tax,
    TradeDocument,
    totals,
)
from ...model.money import minor_unit, round_half_up
from ...model.refit import adjusted_by_line, without_quantities
from ...model.reversal import OPPOSITE_DOCUMENT
from ...model.totals import line_amount
from ..finding import Finding
from ..registry import Case
from .places import at, fields_of, put
from .remedy import remedy
from .taxes import free_of_tax

_ZERO: Final = Decimal()


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
        for tax in free_of_tax(document, case):
            yield adjusted_by_line(document, account, (tax,))


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
    if not isinstance(document, TradeDocument) or totals(document).gross >= 0:
        return
    other: Any = OPPOSITE_DOCUMENT[type(document)]
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

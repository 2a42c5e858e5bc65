"""Whether what is posted comes to the same."""

from collections.abc import Iterable
from decimal import Decimal, localcontext
from typing import Any, Final

from ...model import (
    BankDirection,
    BankEntry,
    JournalEntry,
    Payment,
    PaymentKind,
    PurchaseCreditNote,
    PurchaseKind,
    SalesCreditNote,
    TradeDocument,
    totals,
)
from ...model.money import WIDE, minor_unit, round_half_up

_OPPOSITE: Final = (SalesCreditNote, PurchaseCreditNote)
_ABSURD: Final = 30
_REFUNDS: Final = (PaymentKind.CUSTOMER_REFUND, PaymentKind.SUPPLIER_REFUND)


def same_worth(before: Iterable[Any], after: Iterable[Any]) -> bool:
    """Return whether groups of documents come to the same: net, tax, gross, money moved.

    A credit note counts against an invoice, a refund against a payment. Totals that a
    document states are part of what it says: a changed or dropped one is not the same.
    """
    with localcontext(WIDE):
        try:
            return _worth(before) == _worth(after)
        except ArithmeticError:
            # Nobody can add up absurd amounts, so that nobody can say they are the same.
            return False


def _worth(documents: Iterable[Any]) -> dict[tuple[str, str, str], Decimal]:
    sums: dict[tuple[str, str, str], Decimal] = {}
    for one in documents:
        for name, amount in _amounts(one):
            # What an entry moves is in the base currency, whatever the entry is in.
            entry = isinstance(one, JournalEntry)
            place = (_side(one), "" if entry else getattr(one, "currency", ""), name)
            sums[place] = sums.get(place, Decimal()) + amount
    # What is finer than a currency's smallest unit is posted by nobody.
    rounded = {
        place: round_half_up(amount, minor_unit(place[1]))
        if abs(amount.adjusted()) < _ABSURD
        else amount
        for place, amount in sums.items()
    }
    return {place: amount for place, amount in rounded.items() if amount}


def _is_card_refund(document: TradeDocument) -> bool:
    return getattr(document, "kind", None) is PurchaseKind.CARD_REFUND


def _side(document: Any) -> str:
    kind = getattr(document, "type", "")
    if isinstance(document, TradeDocument):
        return "sales" if kind.startswith("sales") else "purchases"
    return "suppliers" if getattr(document, "kind", "").startswith("supplier") else kind


def _amounts(document: Any) -> Iterable[tuple[str, Decimal]]:
    if isinstance(document, TradeDocument):
        back = isinstance(document, _OPPOSITE) or _is_card_refund(document)
        sign = -1 if back else 1
        whole = totals(document)
        # An adjustment that becomes a line is in the net amount from then on.
        added = document.adjustment or Decimal()
        yield "net", sign * (whole.net + added)
        yield "tax", sign * whole.tax
        yield "gross", sign * whole.gross
        for name in ("net", "tax", "gross"):
            stated: Decimal | None = getattr(document, name)
            if stated is not None:
                yield f"stated {name}", sign * (stated + (added if name == "net" else 0))
        if document.withholding is not None:
            yield "withheld", sign * (whole.gross - whole.due)
    elif isinstance(document, Payment):
        yield "amount", -document.amount if document.kind in _REFUNDS else document.amount
    elif isinstance(document, BankEntry):
        comes_in = document.direction is BankDirection.IN
        yield "amount", document.amount if comes_in else -document.amount
    elif isinstance(document, JournalEntry):
        for one in document.movements:
            moved = (one.debit or Decimal()) - (one.credit or Decimal())
            yield "moved", abs(moved)
            yield "left", moved

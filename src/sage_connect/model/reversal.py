"""The opposite of a posted document: the only way back, since nothing posted is deleted."""

import datetime as dt
from typing import Any

import attrs

from .invoice import (
    PurchaseCreditNote,
    PurchaseInvoice,
    PurchaseKind,
    SalesCreditNote,
    SalesInvoice,
    TradeDocument,
)
from .journal import JournalEntry
from .payment import BankDirection, BankEntry, Payment, PaymentKind
from .postable import Document

OPPOSITE_DOCUMENT: dict[type[TradeDocument], type[TradeDocument]] = {
    SalesInvoice: SalesCreditNote,
    SalesCreditNote: SalesInvoice,
    PurchaseInvoice: PurchaseCreditNote,
    PurchaseCreditNote: PurchaseInvoice,
}
"""What takes an invoice or credit note of each type back."""
OPPOSITE_PAYMENT = {
    PaymentKind.CUSTOMER_RECEIPT: PaymentKind.CUSTOMER_REFUND,
    PaymentKind.CUSTOMER_REFUND: PaymentKind.CUSTOMER_RECEIPT,
    PaymentKind.SUPPLIER_PAYMENT: PaymentKind.SUPPLIER_REFUND,
    PaymentKind.SUPPLIER_REFUND: PaymentKind.SUPPLIER_PAYMENT,
}
"""What takes a payment of each kind back."""
# What a card paid is refunded, and the other way round.
_OPPOSITE_PURCHASE = {
    PurchaseKind.CARD_PAYMENT: PurchaseKind.CARD_REFUND,
    PurchaseKind.CARD_REFUND: PurchaseKind.CARD_PAYMENT,
}


def reversal(
    document: Document, *, number: str, day: dt.date | None = None, source_id: str = ""
) -> Document:
    """Return what takes `document` back, to the cent, on every account and axis.

    An invoice becomes a credit note and the other way round; a payment becomes a refund; a
    journal entry changes sides. Amounts stay positive.

    Args:
        document: What to take back.
        number: Of the reversal.
        day: Of the reversal; the document's own when None.
        source_id: The caller's identity of the reversal, or "".
    """
    changes: dict[str, Any] = {
        "number": number,
        "source_id": source_id,
        "date": day or document.date,
        "reverses": document.number or document.source_id,
    }
    match document:
        case JournalEntry():
            turned = tuple(
                attrs.evolve(one, debit=one.credit, credit=one.debit)
                for one in document.movements
            )
            return attrs.evolve(document, movements=turned, reversed_on=None, **changes)
        case Payment():
            return attrs.evolve(document, kind=OPPOSITE_PAYMENT[document.kind], **changes)
        case BankEntry():
            way_in = document.direction is BankDirection.IN
            back = BankDirection.OUT if way_in else BankDirection.IN
            return attrs.evolve(document, direction=back, **changes)
        case _:
            # An instalment plan is the invoice's; what is taken back is due at once.
            names = attrs.fields_dict(type(document))
            values: dict[str, Any] = {name: getattr(document, name) for name in names}
            kind: Any = OPPOSITE_DOCUMENT[type(document)]
            if values.get("kind") in _OPPOSITE_PURCHASE:
                values["kind"] = _OPPOSITE_PURCHASE[values["kind"]]
            opposite: Document = kind(**{**values, "due": None, **changes})
            return opposite

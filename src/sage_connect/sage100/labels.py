"""The texts that entries and records are given: one truth for the rules and the codec."""

import re
import unicodedata
from decimal import Decimal
from typing import Final

from ..model import (
    BankEntry,
    Charge,
    JournalEntry,
    Line,
    Movement,
    Payment,
    PaymentKind,
    PurchaseCreditNote,
    PurchaseInvoice,
    PurchaseKind,
    SalesCreditNote,
    SalesInvoice,
)
from .resolve import PURCHASES, Booked, Trade
from .settings import Policy
from .wire.spelling import NO_WIDTH, plainer
from .wire.values import encodable

LABEL_LENGTH: Final = 69
"""Characters of an entry's label (sources.md#flat-values, documented for version 31)."""

_CENT: Final = Decimal("0.01")
# Fourteen characters with two decimals, one of them perhaps a minus sign.
_MOST_UNITS: Final = Decimal(10) ** 10

_TITLES: Final[dict[type, str]] = {
    SalesInvoice: "Facture",
    SalesCreditNote: "Avoir",
    PurchaseInvoice: "Facture",
    PurchaseCreditNote: "Avoir",
    Payment: "Règlement",
    BankEntry: "Banque",
    JournalEntry: "Écriture",
}
# What a card or an employee spent is no invoice of the other side.
_SPENT: Final = {
    PurchaseKind.CARD_PAYMENT: "Carte",
    PurchaseKind.CARD_REFUND: "Carte",
    PurchaseKind.EXPENSE_CLAIM: "Note de frais",
}
_REFUNDS: Final = {PaymentKind.CUSTOMER_REFUND, PaymentKind.SUPPLIER_REFUND}

# What ends a line or a column, with the blanks around it: a field is one line of the file.
_BREAK: Final = re.compile(r"\s*[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]\s*")


def piece_label(document: Booked) -> str:
    """Return the label of the third-party, bank and VAT lines, as it is before `written`.

    "Facture FA-12", "Avoir AV-3 / FA-12 commande 77": what it is, its numbers, the document
    that it takes back, the other side's reference.
    """
    if isinstance(document, BankEntry) and _visible(document.description):
        label = document.description
        if document.settles:
            label = f"{label} {document.settles}"
    else:
        number = _number(document)
        title = _title(document)
        label = f"{title} {number}" if number else title
    if document.reverses:
        label = f"{label} / {document.reverses}"
    return f"{label} {document.reference}" if document.reference else label


def _title(document: Booked) -> str:
    if isinstance(document, PURCHASES) and document.kind in _SPENT:
        title = _SPENT[document.kind]
        back = isinstance(document, PurchaseCreditNote)
        return f"{title}, remboursement" if back else title
    if isinstance(document, Payment) and document.kind in _REFUNDS:
        return "Remboursement"
    return _TITLES[type(document)]


def _number(document: Booked) -> str:
    if isinstance(document, PURCHASES):
        # The supplier's number is what people look for, ours what it is filed under.
        return f"{document.party_number} {document.number}".strip()
    if isinstance(document, BankEntry) and document.settles:
        return f"{document.number} {document.settles}".strip()
    return document.number


def _visible(text: str) -> str:
    """Return a text without blanks around; "" for one that nobody would see."""
    label = text.strip()
    hidden = not label.isascii() and not label.strip(f"{NO_WIDTH} \xa0")
    return "" if hidden else label


def line_label(part: Line | Charge, document: Trade) -> str:
    """Return the label of an income or expense line, as it is before `written`.

    Item and description; the document's label where there is neither.
    """
    label = _visible(part.description)
    if isinstance(part, Line) and part.item:
        label = f"{part.item} {label}".strip()
    return label or piece_label(document)


def movement_label(movement: Movement, entry: JournalEntry) -> str:
    """Return the label of a movement, as it is before `written`.

    Its own description, or the entry's; then what the entry takes back, and its reference.
    """
    label = _visible(movement.description) or _visible(entry.description)
    if not label:
        return piece_label(entry)
    if entry.reverses:
        label = f"{label} / {entry.reverses}"
    return f"{label} {entry.reference}" if entry.reference else label


def settling_label(payment: Payment, number: str) -> str:
    """Return the label of what a payment settles, or leaves on account where "".

    As it is before `written`.
    """
    label = piece_label(payment)
    return f"{label} {number}" if number else label


def written(label: str, policy: Policy) -> str:
    """Return a label as it stands in the file: spelt, and cut where the policy allows.

    What the policy does not allow is left as it was, for a rule to refuse.
    """
    spelt = spelled(label, policy)
    if policy.cut_labels and len(spelt) > LABEL_LENGTH:
        return spelt[:LABEL_LENGTH].rstrip()
    return spelt


def spelled(text: str, policy: Policy) -> str:
    """Return a text as it stands in the file, uncut: in one line, without blanks around.

    Accents are composed, which changes no character that a reader sees. Only where the
    policy says so, characters that CP850 lacks are spelt in plainer ones.
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    if text.isprintable() and unicodedata.is_normalized("NFC", text):
        one_line = text.strip()
    else:
        one_line = _BREAK.sub(" ", unicodedata.normalize("NFC", text)).strip()
    if not policy.transliterate or encodable(one_line):
        return one_line
    return "".join(plainer(one, "cp850") for one in one_line).strip()


def quantity_written(quantity: Decimal) -> Decimal | None:
    """Return the quantity that an entry line is given; None where it has no room for it.

    The field has two decimals. It is never rounded: an hour and 7.5 minutes are left out,
    since the amount beside them is exact and a rounded quantity would contradict it.
    """
    if -_MOST_UNITS < quantity < _MOST_UNITS and not quantity % _CENT:
        return quantity
    return None

"""The texts that entries and records are given: one truth for the rules and the codec."""

import re
import unicodedata
from decimal import Decimal
from typing import Final

from ..model import Charge, Line, SalesInvoice, TradeDocument
from .settings import Policy
from .wire.spelling import NO_WIDTH, plainer
from .wire.values import encodable

LABEL_LENGTH: Final = 69
"""Characters of an entry's label (sources.md#flat-values, documented for version 31)."""

_CENT: Final = Decimal("0.01")
# Fourteen characters with two decimals, one of them perhaps a minus sign.
_MOST_UNITS: Final = Decimal(10) ** 10

_TITLES: Final = {True: "Facture", False: "Avoir"}

# What ends a line or a column, with the blanks around it: a field is one line of the file.
_BREAK: Final = re.compile(r"\s*[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]\s*")


def piece_label(document: TradeDocument) -> str:
    """Return the label of the third-party and VAT lines, as it is before `written`.

    "Facture FA-12", "Avoir AV-3 / FA-12 commande 77": what it is, its number, the document
    that it takes back, the other side's reference.
    """
    title = _TITLES[isinstance(document, SalesInvoice)]
    label = f"{title} {document.number}" if document.number else title
    if document.reverses:
        label = f"{label} / {document.reverses}"
    return f"{label} {document.reference}" if document.reference else label


def line_label(part: Line | Charge, document: TradeDocument) -> str:
    """Return the label of a revenue line, as it is before `written`.

    Item and description; the document's label where there is neither.
    """
    label = part.description.strip()
    if not label.isascii() and not label.strip(f"{NO_WIDTH} \xa0"):
        label = ""
    if isinstance(part, Line) and part.item:
        label = f"{part.item} {label}".strip()
    return label or piece_label(document)


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

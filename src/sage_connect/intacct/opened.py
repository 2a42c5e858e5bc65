"""What is open: looked up when it is to be settled, since others pay and post as well."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from ..model import OpenDocument, Payment
from ..plan import Plan
from .codec.decoding import amount_of, day_of, text_of
from .ids import Ids
from .kinds import AP_ADJUSTMENT, AP_BILL, AR_ADJUSTMENT, AR_INVOICE, Kind, stands
from .records import Records
from .resolve import is_received, is_refund

Opened = dict[tuple[str, str], OpenDocument]

OPENED: Final = (
    (AR_INVOICE, "sales_invoice"),
    (AR_ADJUSTMENT, "sales_credit_note"),
    (AP_BILL, "purchase_invoice"),
    (AP_ADJUSTMENT, "purchase_credit_note"),
)
"""What leaves something to be settled: its kind in Intacct, and ours."""
KIND_NAMES: Final[Mapping[str, str]] = {kind.object: name for kind, name in OPENED}
"""Our name of what is open, by its object."""
SAID: Final[Mapping[str, str]] = {
    AP_BILL.object: "DOCNUMBER",
    AP_ADJUSTMENT.object: "DESCRIPTION",
}
"""Field that begins with our number where the supplier's is the document's, by object."""


def said_names(kind: Kind, row: Any) -> Iterable[str]:
    """Return what a document may be called beside its number, by its reference.

    A bill carries its supplier's number; ours stands before its reference then.
    """
    told = text_of(row, SAID.get(kind.object, ""))
    ours = (told, told.partition(": ")[0], told.partition(" ")[0])
    return dict.fromkeys(filter(None, ours))


def open_of(kind: Kind, row: Any, number: str = "") -> OpenDocument:
    """Return what a record leaves to be settled.

    Args:
        kind: What it is.
        row: The record.
        number: What it is called, where that is not the number that it carries.
    """
    return OpenDocument(
        number=number or text_of(row, kind.number),
        kind=KIND_NAMES[kind.object],
        party=text_of(row, kind.party),
        currency=text_of(row, "CURRENCY"),
        total=abs(amount_of(row, "TRX_TOTALENTERED")),
        outstanding=abs(amount_of(row, "TRX_TOTALDUE")),
        date=day_of(row, kind.date),
        due=day_of(row, "WHENDUE"),
    )


def settled(records: Records, payments: Iterable[Payment], ids: Ids) -> Plan[Opened]:
    """Return what payments settle, as it stands now, and note its record numbers.

    Args:
        records: The way to it.
        payments: In Intacct's codes.
        ids: Grows.
    """
    found: Opened = {}
    asked = [one for one in payments if not is_refund(one)]
    for kind in (AR_INVOICE, AP_BILL):
        wanted = {
            (one.party, part.number): ""
            for one in asked
            if is_received(one) is (kind is AR_INVOICE)
            for part in one.allocations
            if part.number
        }
        if not wanted:
            continue
        numbers = [number for _, number in wanted]
        rows = yield from records.numbered(kind, numbers)
        _note(kind, rows, ids, found)
        missing = [place for place in wanted if place not in found]
        if kind.object in SAID and missing:
            for party, number in missing:
                rows = yield from called(records, kind, number, party)
                _note(kind, rows, ids, found, number)
    return found


def _note(
    kind: Kind, rows: Sequence[Any], ids: Ids, found: Opened, number: str = ""
) -> None:
    for row in rows:
        if not stands(kind, row):
            continue
        one = open_of(kind, row, number)
        place = (one.party, one.number)
        # Of two with the same number, what is open is what is paid.
        if place not in found or not found[place].outstanding:
            found[place] = one
            ids.documents[kind.object, *place] = text_of(row, kind.id)


def called(records: Records, kind: Kind, number: str, party: str) -> Plan[tuple[Any, ...]]:
    """Return a supplier's documents that carry his number, by our own of them."""
    where = SAID.get(kind.object)
    if where is None or not number or not party:
        return ()
    rows = yield from records.like(kind, where, f"{number}%", party)
    # `%` and `_` in a number would stand for anything.
    return tuple(row for row in rows if _begins(text_of(row, where), number))


def _begins(text: str, number: str) -> bool:
    return text.startswith(number) and text[len(number) :][:1] in {"", " ", ":"}

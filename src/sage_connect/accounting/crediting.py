"""What was taken back of a document, so that no more is than it came to."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from ..model import PurchaseCreditNote, SalesCreditNote, totals
from ..plan import Plan
from .kinds import (
    PURCHASE_CREDIT_NOTES,
    PURCHASE_INVOICES,
    SALES_CREDIT_NOTES,
    SALES_INVOICES,
    Kind,
)
from .marks import Fit, Mark, marks_of
from .records import Records, is_removed
from .resolve import told_in

_CREDITED: Final[Mapping[str, tuple[Kind, Kind]]] = {
    SalesCreditNote.type: (SALES_INVOICES, SALES_CREDIT_NOTES),
    PurchaseCreditNote.type: (PURCHASE_INVOICES, PURCHASE_CREDIT_NOTES),
}
"""By type of a credit note: where what it takes back is, and where it is itself."""
_NOTHING: Final = Decimal()


class Crediting:
    """Looks up what credit notes take back. What it read it keeps.

    Args:
        records: Of the business.
    """

    def __init__(self, records: Records) -> None:
        self._records: Records = records
        self._originals: dict[tuple[str, str, str], Any] = {}
        self._notes: dict[tuple[str, str], list[Any]] = {}

    def excess(self, own: Any, mark: Mark) -> Plan[Mapping[str, object]]:
        """Return what shows that `own` takes back more than is left; {} for nothing.

        What it names may not be in Sage, or be there under another number: then nobody can
        say.

        Args:
            own: What is to be posted, in Sage's codes.
            mark: What it would be found by; that is not counted, if it stands.
        """
        if own.type not in _CREDITED or not own.reverses or not mark.contact:
            return {}
        kind, notes = _CREDITED[own.type]
        original = yield from self._original(kind, own.reverses, mark.contact)
        whole: Decimal | None = getattr(original, "total_amount", None)
        if whole is None or getattr(original.currency, "id", "") != own.currency:
            return {}
        back = yield from self._back(notes, own.reverses, mark)
        if back + totals(own).gross <= whole:
            return {}
        return {"number": own.reverses, "whole": whole, "back": back}

    def add(self, kind: Kind, record: Any) -> None:
        """Note a credit note that was just created."""
        contact = getattr(record, "contact", None)
        place = (kind.resource, "" if contact is None else contact.id)
        if place in self._notes:
            self._notes[place].append(record)

    def _original(self, kind: Kind, number: str, contact: str) -> Plan[Any]:
        """Return the record that is taken back; None where it is not found."""
        place = (kind.resource, contact, number)
        found = self._originals.get(place)
        if found is None:
            for mark in marks_of(kind, number, contact):
                found = found or (yield from self._records.find(kind, mark))
            if found is None or is_removed(found):
                return None
            self._originals[place] = found
        return found

    def _back(self, kind: Kind, number: str, mark: Mark) -> Plan[Decimal]:
        place = (kind.resource, mark.contact)
        if place not in self._notes:
            told = f"{kind.told},total_amount,status,notes"
            self._notes[place] = yield from self._records.all(
                kind, contact_id=mark.contact, attributes=told
            )
        return sum(
            (
                one.total_amount or _NOTHING
                for one in self._notes[place]
                if told_in(one.notes or "")[-1] == number
                and not is_removed(one)
                and mark.fit(kind, one) is Fit.NOT
            ),
            _NOTHING,
        )

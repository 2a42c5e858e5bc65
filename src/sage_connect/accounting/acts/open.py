"""What the ledger knows of open documents, kept up to date as they are settled."""

from collections.abc import Iterable
from typing import Any, Final

from ...errors import NotFoundError
from ...ledger import Key, Receipt
from ...model import OpenDocument, Reference
from ...plan import Plan
from ..codec.decoding import Decoding
from ..ids import CUSTOMER, SUPPLIER, Names
from ..kinds import (
    PURCHASE_CREDIT_NOTES,
    PURCHASE_INVOICES,
    SALES_CREDIT_NOTES,
    SALES_INVOICES,
    Kind,
)
from ..posting import VOID, receipt_of, status_of
from ..resources import AccountingBooks
from .settled import Settlement

UNISSUED: Final = frozenset({"DRAFT", "PRO_FORMA"})
_CLOSED: Final = UNISSUED | {VOID}
# By side, and by whether it is owed to whom we buy from or sell to.
_KINDS: Final = {
    (CUSTOMER, True): SALES_INVOICES,
    (CUSTOMER, False): SALES_CREDIT_NOTES,
    (SUPPLIER, True): PURCHASE_INVOICES,
    (SUPPLIER, False): PURCHASE_CREDIT_NOTES,
}


class OpenDocuments:
    """The open documents that the ledger knows of one business.

    Args:
        books: The business.
    """

    def __init__(self, books: AccountingBooks) -> None:
        self._books: AccountingBooks = books

    def receipt(self, kind: Kind, record: Any) -> Plan[Receipt[Any]]:
        """Return the receipt of a document as it stands."""
        reference = self._books.reference or (yield from self._books.load())
        names = Names.of(self._books.ids)
        decoding = Decoding(names, self._books.settings, reference)
        told = decoding.document(kind.resource, record)
        return receipt_of(Key.of(told, self._books.scope), told, record)

    def settled(self, settlement: Settlement) -> Plan[None]:
        """Look again at everything that a payment or an allocation settles, or did."""
        side = CUSTOMER if settlement.type.startswith("CUSTOMER") else SUPPLIER
        # Amounts that settle invoices are positive; of suppliers' allocations, and of
        # money given back, it is the other way round.
        turned = settlement.type in {
            "VENDOR_ALLOCATION",
            "CUSTOMER_REFUND",
            "VENDOR_REFUND",
        }
        yield from self.look(
            (_KINDS[side, (one.amount > 0) is not turned], one.artefact)
            for one in settlement.shares
        )

    def look(self, documents: Iterable[tuple[Kind, str]]) -> Plan[None]:
        """Look again at documents; what is none is passed over."""
        for kind, id in documents:
            known = self._books.reference
            if known is None or known.open_documents is None:
                return
            try:
                record = yield from self._books.records.get(kind, id)
            except NotFoundError:
                # What is left of a payment on account.
                continue
            yield from self._note(kind, record)

    def _note(self, kind: Kind, record: Any) -> Plan[None]:
        self.forget(record)
        if not record.outstanding_amount or status_of(record) in _CLOSED:
            return
        receipt = yield from self.receipt(kind, record)
        told, reference = receipt.document, self._books.reference
        if reference is None:
            return
        opened = OpenDocument(
            number=told.number,
            kind=told.type,
            party=told.party,
            currency=told.currency,
            total=record.total_amount,
            outstanding=abs(record.outstanding_amount),
            date=told.date,
            due=getattr(record, "due_date", None),
        )
        known = {**(reference.open_documents or {}), (told.party, told.number): opened}
        self._books.reference = reference.with_parts(open_documents=known)
        self._books.ids.artefacts[kind.wrap, told.party, told.number] = record.id

    def forget(self, record: Any) -> None:
        """Let a document be open no longer."""
        if self._books.reference is not None:
            self._books.reference = self.without(record.id)

    def without(self, id: str) -> Reference:
        """Return what is known, as if the document with this id were not open."""
        reference = self._books.known(None)
        artefacts = self._books.ids.artefacts
        closed = {(name[1], name[2]) for name, one in artefacts.items() if one == id}
        if reference.open_documents is None or not closed:
            return reference
        left = {
            name: one
            for name, one in reference.open_documents.items()
            if name not in closed
        }
        return reference.with_parts(open_documents=left)

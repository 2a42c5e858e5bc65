"""The seats of Sage Accounting that do more than those of every ledger."""

from collections.abc import Sequence
from typing import Any, Generic

from typing_extensions import TypeVar

from ..ledger import Collection, Outcome, Receipt
from ..plan import Driver, M, Plan, operation
from .acts.documents import DocumentActs
from .acts.editing import Editing
from .acts.settled import Allocated
from .resources import AccountingBooks

T = TypeVar("T", default=Any)


class TradeDocuments(Collection[T, M], Generic[T, M]):
    """Invoices or credit notes, and what is done to them once they are posted.

    An `id` is Sage's, as on a receipt. Each verb that takes several requests is carried on
    by being repeated: what stands in Sage says what is left to do.
    """

    def __init__(self, driver: Driver[M], books: AccountingBooks, name: str) -> None:
        super().__init__(driver, books, name)
        self._acts: DocumentActs = DocumentActs(books, name)

    @operation
    def allocations(self, id: str) -> Plan[Sequence[Allocated]]:
        """Return what settles a document: payments, credit notes, what was on account.

        Raises:
            NotFoundError: There is no such document.
        """
        found = yield from self._acts.allocations(id)
        return found

    @operation
    def unallocate(self, id: str) -> Plan[Sequence[Allocated]]:
        """Take off everything that settles a document; return what was taken off.

        Payments stay, with the amount on account. Of an allocation of several documents
        the others' part stays.

        Raises:
            RefusedError: Something cannot be taken off; all stands as before.
            OutcomeUnknownError: Contact was lost half way; repeat it.
        """
        found = yield from self._acts.unallocate(id)
        return found

    @operation
    def delete(self, id: str) -> Plan[None]:
        """Delete a draft, for good.

        Raises:
            RefusedError: It was issued; nothing was changed.
            OutcomeUnknownError: Contact was lost; repeat it.
        """
        yield from self._acts.delete(id)

    @operation
    def release(self, id: str) -> Plan[Receipt[T]]:
        """Issue a draft or a pro forma: it takes the next number and is posted.

        One that is issued already is left as it is, so that this may be repeated.

        Raises:
            RefusedError: It is void, or Sage refuses; nothing was changed.
            OutcomeUnknownError: Contact was lost; repeat it.
        """
        receipt: Receipt[T] = yield from self._acts.release(id)
        return receipt

    @operation
    def edit(
        self, document: T, *, id: str = "", unallocate: bool = False, key: str = ""
    ) -> Plan[Outcome[T]]:
        """Make what is posted say what `document` says.

        What settles a document must be taken off before it is changed. With `unallocate`
        that is done, and it is put on again afterwards: first a draft is created that
        keeps what was on, then it is taken off, the document changed, everything put on
        again as far as it still fits, and the draft deleted. An edit that is broken off
        anywhere is carried on by being repeated, by this process or another. What Sage
        refuses leaves everything as it was.

        Args:
            document: As it is to be. All of its lines count.
            id: Which document to change; by default the one with the document's key.
            unallocate: Whether what settles it may be taken off meanwhile.
            key: What all requests of this edit stand under; by default the document's key
                and content.

        Returns:
            UPDATED, or UNCHANGED where it says so already. The report tells what Sage made
            different, and what no longer fits and stays on account.

        Raises:
            DocumentRejectedError: A rule failed; nothing was sent.
            NotFoundError: There is no such document.
            RefusedError: It is settled (`SC-SA-ALLOCATED`) or void, or Sage refuses.
            UnsupportedError: More settles it than can be kept meanwhile.
            OutcomeUnknownError: Contact was lost half way; repeat it.
        """
        outcome: Outcome[T] = yield from Editing(self._acts).edit(
            document, id=id, unallocate=unallocate, key=key
        )
        return outcome


class SalesDocuments(TradeDocuments[T, M]):
    """Invoices or credit notes to customers."""

    @operation
    def void(self, id: str, *, reason: str, unallocate: bool = False) -> Plan[None]:
        """Void an issued document; it keeps its number. One that is void stays so.

        Args:
            id: Sage's.
            reason: Shown to the auditor; Sage demands it. 200 characters at most.
            unallocate: Whether what settles it is taken off first; payments then stay on
                account.

        Raises:
            CodecError: There is no reason, or too much of one; nothing was sent.
            RefusedError: It is settled (`SC-SA-ALLOCATED`, naming by what) or a draft, or
                Sage refuses; all stands as before.
            OutcomeUnknownError: Contact was lost half way; repeat it.
        """
        yield from self._acts.void(id, reason=reason, unallocate=unallocate)


class PurchaseDocuments(TradeDocuments[T, M]):
    """Invoices or credit notes of suppliers."""

    @operation
    def void(self, id: str, *, unallocate: bool = False) -> Plan[None]:
        """Void an issued document; Sage asks for no reason. One that is void stays so.

        Args:
            id: Sage's.
            unallocate: Whether what settles it is taken off first; payments then stay on
                account.

        Raises:
            RefusedError: It is settled (`SC-SA-ALLOCATED`, naming by what) or a draft, or
                Sage refuses; all stands as before.
            OutcomeUnknownError: Contact was lost half way; repeat it.
        """
        yield from self._acts.void(id, reason="", unallocate=unallocate)

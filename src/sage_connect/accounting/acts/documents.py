"""Invoices and credit notes: voided, deleted, released, and what settles them."""

from typing import Any, Final

from ...errors import CodecError, OutcomeUnknownError, RefusedError
from ...ledger import Receipt, Verb
from ...plan import Plan
from ..kinds import BY_SEAT, Kind
from ..posting import VOID, status_of
from ..resources import AccountingBooks
from .open import UNISSUED, OpenDocuments
from .removing import removed
from .settled import CERTAIN, Allocated, Settlements, allocated, named

LONGEST_REASON: Final = 200
_TRIES: Final = 3


class DocumentActs:
    """What is done to posted documents of one seat.

    Args:
        books: The business.
        seat: Such as "sales_invoices".
    """

    def __init__(self, books: AccountingBooks, seat: str) -> None:
        self.books: AccountingBooks = books
        self.seat: str = seat
        self.kind: Kind = BY_SEAT[seat]
        self.settlements: Settlements = Settlements(books.records)
        self.open: OpenDocuments = OpenDocuments(books)

    # ---- told

    def allocations(self, id: str) -> Plan[tuple[Allocated, ...]]:
        """Return what settles a document."""
        self.books.capabilities.require(self.seat, Verb.READ)
        _, standing = yield from self.settlements.on(self.kind, id)
        return standing

    # ---- changed

    def unallocate(self, id: str) -> Plan[tuple[Allocated, ...]]:
        """Take off what settles a document; return what was taken off."""
        self.books.capabilities.require(self.seat, Verb.UPDATE)
        record, standing = yield from self.settlements.on(self.kind, id)
        if standing:
            key = f"unallocate:{self.books.scope}:{id}:{record.updated_at}"
            yield from self.settlements.cleared(self.kind, id, key)
            yield from self.open.look([(self.kind, id)])
        return standing

    def void(self, id: str, *, reason: str, unallocate: bool) -> Plan[None]:
        """Void an issued document: first what settles it goes, then it.

        What was taken off is put on again where Sage then refuses the void.
        """
        self.books.capabilities.require(self.seat, Verb.VOID)
        if self.kind.voided and not 0 < len(reason.strip()) <= LONGEST_REASON:
            raise CodecError(
                f"Sage wants a reason of 1 to {LONGEST_REASON} characters, not "
                f"{len(reason.strip())}",
                path="/reason",
            )
        record, standing = yield from self.settlements.on(self.kind, id)
        status = status_of(record)
        if status == VOID or record.deleted_at is not None:
            return
        if status in UNISSUED:
            raise _unfit(record, "is only a draft: it is deleted, not voided", "delete")
        if standing and not unallocate:
            raise allocated(record, standing)
        key = f"void:{self.books.scope}:{id}:{record.updated_at}"
        taken = yield from self.settlements.cleared(self.kind, id, key)
        try:
            yield from removed(
                self.books.records,
                self.kind,
                id,
                reason=reason.strip() if self.kind.voided else "",
                place=self.books.settings.conventions.void_reason,
            )
        except CERTAIN:
            yield from self.settlements.restored(self.kind, id, taken, key)
            raise
        self.open.forget(record)

    def delete(self, id: str) -> Plan[None]:
        """Delete a draft, for good; nothing that was issued."""
        self.books.capabilities.require(self.seat, Verb.CREATE)
        record = yield from self.books.records.get(self.kind, id)
        if status_of(record) not in UNISSUED:
            raise _unfit(record, "is no draft, and what was issued is not deleted", "void")
        yield from removed(self.books.records, self.kind, id)

    def release(self, id: str) -> Plan[Receipt[Any]]:
        """Issue a draft or a pro forma, which takes the next number then.

        The API does not guard this against a repeat. After a lost answer the status tells
        whether it was done; Sage itself refuses to release twice.
        """
        self.books.capabilities.require(self.seat, Verb.CREATE)
        record = yield from self.books.records.get(self.kind, id)
        if status_of(record) == VOID:
            raise _unfit(record, "is void, and stays so", "post a new one instead of")
        lost: OutcomeUnknownError | None = None
        for _ in range(_TRIES):
            if status_of(record) not in UNISSUED:
                break
            try:
                yield from self.books.records.act(self.kind, id, "release")
            except OutcomeUnknownError as error:
                lost = error
            except RefusedError:
                if lost is None:
                    raise
            record = yield from self.books.records.get(self.kind, id)
        else:
            if status_of(record) in UNISSUED:
                raise OutcomeUnknownError(
                    f"contact was lost while {named(record)} was being released; it is a "
                    "draft so far. Repeat it: a document is not released twice"
                ) from lost
        receipt = yield from self.open.receipt(self.kind, record)
        yield from self.open.look([(self.kind, id)])
        return receipt


def _unfit(record: Any, why: str, verb: str) -> RefusedError:
    return RefusedError(
        f"{named(record)} {why}. Nothing was changed",
        code="SC-SA-STATUS",
        fix=f"Call `{verb}` for it.",
    )

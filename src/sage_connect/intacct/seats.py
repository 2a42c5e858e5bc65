"""The seats of Sage Intacct that do more than those of every ledger."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Final, Generic

import attrs
from typing_extensions import TypeVar

from ..errors import NotFoundError
from ..ledger import Collection, Company, Documents, Outcome, Receipt
from ..model import Document
from ..plan import Driver, M, Plan, operation
from .callback import Callback
from .codec.decoding import amount_of, text_of
from .definitions import Area, Definition, Transacted, Transaction, definitions, transact
from .kinds import AR_ADVANCE, AR_INVOICE, AR_PAYMENT
from .levels import change_level
from .queueing import Queued
from .resources import IntacctBooks
from .settings import IntacctSettings, Level
from .wire.queries import field

T = TypeVar("T", default=Any)
_ZERO: Final = Decimal()


@attrs.frozen(kw_only=True)
class Settlement:
    """How far an invoice is settled, in its own currency.

    Attributes:
        total: What it comes to, tax included.
        paid: What was paid or credited so far, with what was paid before it.
        prepaid: The part of `paid` that the customer had paid before there was an invoice.
        due: What is left.
        advances: What the customer has paid before and not used for any invoice yet.
    """

    total: Decimal
    paid: Decimal
    prepaid: Decimal
    due: Decimal
    advances: Decimal


class IntacctCompany(Company[M], Generic[M]):
    """The company behind the ledger, and how it is set up."""

    def __init__(self, driver: Driver[M], books: IntacctBooks) -> None:
        super().__init__(driver, books)
        self._books: IntacctBooks = books

    @operation
    def definitions(self, *areas: Area, name: str = "") -> Plan[Sequence[Definition]]:
        """Return the transaction definitions that the company has now.

        They are read anew each time: whoever may, changes them and adds more. Those of an
        application that the company lacks, or this user may not read, are left out.

        Args:
            *areas: Of which applications; all of them by default.
            name: The only one to return; "" for all.
        """
        wanted = areas or tuple(Area)
        return (yield from definitions(self._books.records, wanted, name))

    @operation
    def transact(self, transaction: Transaction, *, entity: str = "") -> Plan[Transacted]:
        """Make a transaction in Order Entry, Purchasing or Inventory, by its definition.

        Give it a `control_id` of your own: sent twice under the same, it is made once.

        Args:
            transaction: Such as `functions.OrderEntryTransactionCreate(...)`.
            entity: Entity to make it in; "" for the top level.

        Raises:
            DocumentRejectedError: The company has no such definition
                (`SC-IN-DEFINITION-UNKNOWN`); nothing was sent.
            CodecError: Something is missing; nothing was sent.
            DuplicateError: It was made before under its control id.
            OutcomeUnknownError: It may have been made.
            RemoteError: Intacct refused it.
        """
        return (yield from transact(self._books.records, transaction, entity))

    @operation
    def change_level(
        self,
        level: Level,
        *,
        entity: str = "",
        pending: Iterable[Document] = (),
        drain: bool = False,
    ) -> Plan[IntacctSettings]:
        """Post at another level from now on; return the settings that say so.

        What was previewed keeps its level: posted after the change, it is refused as stale.

        Args:
            level: The new one.
            entity: Entity of documents at entity level that name none.
            pending: What waits to be posted. Of it nothing may be left that the change
                would move.
            drain: True to post that first, at the old level.

        Raises:
            DocumentRejectedError: Some of `pending` stands nowhere yet
                (`SC-IN-LEVEL-CHANGE-PENDING`, a finding for each), or cannot be posted. The
                level is the old one still.
        """
        waiting = tuple(pending)
        return (
            yield from change_level(
                self._books, level, entity=entity, pending=waiting, drain=drain
            )
        )


class IntacctDocuments(Documents[M], Generic[M]):
    """Mixed batches, posted at once or queued."""

    def __init__(self, driver: Driver[M], books: IntacctBooks) -> None:
        super().__init__(driver, books)
        self._books: IntacctBooks = books

    @operation
    def queue(self, documents: Iterable[Document], *, policy_id: str = "") -> Plan[Queued]:
        """Have documents carried out later, by an asynchronous request of Intacct's.

        They are checked, and looked up, as by `post_all`. What Intacct then says is only
        that they are queued: what became of them is told in a callback to the address of
        the transport policy. Read it with `parse_callback`, and hand it to `settle`.

        A callback that never comes is no loss: `reconcile` looks a document up, and
        `post_all` posts what does not stand; under the same keys, nothing comes twice.

        Args:
            documents: Master data cannot wait: post them before.
            policy_id: Transport policy; "" for that of the ledger.

        Raises:
            ConfigurationError: No transport policy is named (`SC-IN-POLICY`); nothing was
                sent.
            UnsupportedError: Master data are among them; nothing was sent.
        """
        return (yield from self._books.queue(tuple(documents), policy_id))

    @operation
    def settle(
        self, documents: Iterable[Document], callback: Callback
    ) -> Plan[Sequence[Outcome[Any]]]:
        """Say what became of queued documents: one outcome each, in input order.

        Args:
            documents: Those that wait for this callback: `Queued.waiting[control_id]`.
            callback: What `parse_callback` made of what was posted to the address.

        Raises:
            BrokenReplyError: It tells of other documents; nothing was read or sent.
        """
        return (yield from self._books.settle(tuple(documents), callback))


class SalesDocuments(Collection[T, M], Generic[T, M]):
    """Invoices to customers, and what became of them in Intacct."""

    def __init__(self, driver: Driver[M], books: IntacctBooks, name: str) -> None:
        super().__init__(driver, books, name)
        self._own: IntacctBooks = books

    @operation
    def settlement(self, invoice: Receipt[Any] | str) -> Plan[Settlement]:
        """Return how far an invoice is settled, as Intacct tells it now.

        Args:
            invoice: Its receipt, or its record number.

        Raises:
            NotFoundError: There is no such invoice.
        """
        id = invoice.id if isinstance(invoice, Receipt) else invoice
        records = self._own.records
        found = yield from records.whole(AR_INVOICE, [id])
        if not found:
            raise NotFoundError(f"there is no invoice with the record number {id!r}")
        (record,) = found
        fields = ["TRX_POSTEDADVANCEAMOUNT", "TRX_POSTEDOVERPAYMENTAMOUNT"]
        rows = yield from records.named(AR_PAYMENT.lines, "RECORDKEY", [id], fields)
        before = sum((amount_of(row, name) for row in rows for name in fields), _ZERO)
        party = text_of(record, AR_INVOICE.party)
        where = (field("CUSTOMERID") == party) & (field("TOTALDUE") != _ZERO)
        unused = yield from records.every(AR_ADVANCE.object, ["TRX_TOTALDUE"], where)
        return Settlement(
            total=amount_of(record, "TRX_TOTALENTERED"),
            paid=amount_of(record, "TRX_TOTALPAID"),
            prepaid=before,
            due=amount_of(record, "TRX_TOTALDUE"),
            advances=sum((amount_of(one, "TRX_TOTALDUE") for one in unused), _ZERO),
        )

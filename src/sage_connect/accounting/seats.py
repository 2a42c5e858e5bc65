"""The seats of Sage Accounting that do more than those of every ledger."""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Final, Generic

from typing_extensions import TypeVar

from ..ledger import Collection, Company, Outcome, Receipt
from ..model import Allocation, Payment
from ..plan import Driver, M, Pages, Plan, operation
from .acts.documents import DocumentActs
from .acts.editing import Editing
from .acts.offsetting import Offsetting, SetOff
from .acts.payments import Move, Moved, PaymentActs
from .acts.settled import Allocated
from .describe import Model
from .kinds import BY_SEAT
from .resources import AccountingBooks

T = TypeVar("T", default=Any)
FRESH: Final = dt.timedelta(minutes=15)
"""How old what is described may be, unless the caller says otherwise."""


class Business(Company[M], Generic[M]):
    """The business behind the ledger."""

    def __init__(self, driver: Driver[M], books: AccountingBooks) -> None:
        super().__init__(driver, books)
        self._books: AccountingBooks = books

    @operation
    def describe(self, kind: str, *, max_age: dt.timedelta = FRESH) -> Plan[Model]:
        """Return what this business needs for a kind of document.

        Accounts, taxes, parties and the like are read anew when they are older than
        `max_age`.

        Args:
            kind: A seat: "sales_invoices", "payments", "customers" …; also "bank_entries".
            max_age: 0 to read them now.

        Raises:
            ConfigurationError: No such kind.
        """
        return (yield from self._books.describe(kind, max_age))


_OPPOSITE: Final = {
    "sales_invoices": "sales_credit_notes",
    "sales_credit_notes": "sales_invoices",
    "purchase_invoices": "purchase_credit_notes",
    "purchase_credit_notes": "purchase_invoices",
}


class TradeDocuments(Collection[T, M], Generic[T, M]):
    """Invoices or credit notes, and what is done to them once they are posted.

    An `id` is Sage's, as on a receipt. Each verb that takes several requests is carried on
    by being repeated: what stands in Sage says what is left to do.
    """

    def __init__(self, driver: Driver[M], books: AccountingBooks, name: str) -> None:
        super().__init__(driver, books, name)
        self._acts: DocumentActs = DocumentActs(books, name)
        self._offsetting: Offsetting = Offsetting(books)

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
    def settle(
        self,
        document: Receipt[Any] | str,
        by: Receipt[Any] | str,
        *,
        amount: Decimal | None = None,
        date: dt.date | None = None,
    ) -> Plan[SetOff]:
        """Set an invoice off against a credit note of the same party.

        Made for what `documents.reverse` posts. Where it is done already, what stands is
        returned; to take a second time the same `amount` of both, give another `date`.

        Args:
            document: Of this seat: its receipt, or Sage's id.
            by: The credit note for an invoice, or the invoice for a credit note: its
                receipt, or Sage's id.
            amount: How much of both; by default all that is left of the smaller.
            date: Of the allocation; Sage's today by default.

        Raises:
            CodecError: They are not of one party, or both the same kind.
            RefusedError: Less than that is left (`SC-SA-PAID`); nothing was changed.
            OutcomeUnknownError: Contact was lost; repeat it.
        """
        own = (self._acts.kind, _id(document))
        other = (BY_SEAT[_OPPOSITE[self._acts.seat]], _id(by))
        done = yield from self._offsetting.settle(own, other, amount=amount, date=date)
        return done

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
        refuses leaves everything as it was. Edits of one document go one after the other
        in a process; see to it that no two processes change the same at once.

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


class Payments(Collection[Payment, M]):
    """Money received and paid, and what it settles.

    An `id` is Sage's, as on a receipt. Each verb that takes several requests is carried on
    by being repeated: what stands in Sage says what is left to do.
    """

    def __init__(self, driver: Driver[M], books: AccountingBooks, name: str) -> None:
        super().__init__(driver, books, name)
        self._books: AccountingBooks = books
        self._acts: PaymentActs = PaymentActs(books)
        self._offsetting: Offsetting = Offsetting(books)

    def list(
        self,
        *,
        since: dt.date | None = None,
        party: str = "",
        open: bool | None = None,
        bank: str = "",
    ) -> Pages[Payment, M]:
        """Iterate lazily: `for` in sync mode, `async for` in async mode.

        Args:
            since: Only payments of this day or later.
            party: Only those of this customer or supplier.
            open: Only those with (True) or without (False) something left on account.
            bank: Only those on the bank account with this code.
        """
        return Pages(
            self._driver,
            self._books.documents(
                self._name, since=since, party=party, open=open, bank=bank
            ),
        )

    @operation
    def pay(
        self,
        document: Receipt[Any] | str,
        amount: Decimal,
        *,
        date: dt.date,
        bank_account: str = "",
        method: str = "",
        number: str = "",
        party: str = "",
        exchange_rate: Decimal | None = None,
    ) -> Plan[Receipt[Payment]]:
        """Post a payment that settles one document: an invoice is paid, credit given back.

        Args:
            document: Its receipt; or its number, while it is open.
            amount: In the document's currency.
            date: Day the money moved.
            bank_account: Code of the bank account; by default that of the settings.
            method: Id of the payment method; by default that of the settings.
            number: The payment's. By default the document's number, the day and the
                amount: a second payment of the same on the same day needs one of its own.
            party: Whose document it is, where several have the number.
            exchange_rate: Base currency per unit of the document's.

        Raises:
            NotFoundError: No open document has the number.
            DocumentRejectedError: A rule failed, such as more than is owed.
            RefusedError: Sage refuses; nothing was posted.
            OutcomeUnknownError: Contact was lost; repeat it, it is posted once.
        """
        payment = Payment(
            number=number,
            date=date,
            party="",
            currency="",
            exchange_rate=exchange_rate,
            amount=amount,
            method=method,
            bank_account=bank_account,
        )
        receipt = yield from self._acts.pay(document, payment, party)
        return receipt

    @operation
    def refund(
        self,
        id: str,
        amount: Decimal | None = None,
        *,
        date: dt.date,
        bank_account: str = "",
        method: str = "",
        number: str = "",
        exchange_rate: Decimal | None = None,
    ) -> Plan[Receipt[Payment]]:
        """Give a payment back, or a part of it.

        First the payment is freed of so much as it settles, from its last allocation on,
        so that the amount is on account; then a refund is posted that takes it from there.
        Where Sage refuses the refund, the payment settles again what it did.

        Args:
            id: Of the payment.
            amount: In its currency; by default all of it.
            date: Day the money went back.
            bank_account: Code of the bank account; by default that of the payment.
            method: Id of the payment method; by default that of the payment.
            number: The refund's. By default it names the payment, the day and the amount:
                a second refund of the same on the same day needs one of its own.
            exchange_rate: Base currency per unit; by default that of the payment.

        Raises:
            NotFoundError: There is no such payment.
            RefusedError: It is less than that, a refund itself, or Sage refuses.
            OutcomeUnknownError: Contact was lost half way; repeat it.
        """
        payment = Payment(
            number=number,
            date=date,
            party="",
            currency="",
            exchange_rate=exchange_rate,
            amount=amount or Decimal(),
            method=method,
            bank_account=bank_account,
        )
        receipt = yield from self._acts.refund(id, amount, payment)
        return receipt

    @operation
    def allocate(
        self,
        party: str,
        parts: Iterable[Allocation],
        *,
        date: dt.date | None = None,
        key: str = "",
    ) -> Plan[SetOff]:
        """Set off what a party owes against what it is owed.

        Args:
            party: Code of the customer or supplier.
            parts: Numbers of open invoices, of credit notes and of payments with something
                on account, each with a positive amount. Invoices and the others must come
                to the same.
            date: Of the allocation; Sage's today by default.
            key: By default the same parts are set off once, on any `date` given; under a
                key of their own they are set off again, once for each key in seven days.

        Raises:
            NotFoundError: Nothing is open under a number.
            CodecError: Several are, or the amounts do not come to the same.
            RefusedError: Less is left of one (`SC-SA-PAID`), or Sage refuses.
            OutcomeUnknownError: Contact was lost; repeat it.
        """
        given = tuple(parts)
        done = yield from self._offsetting.allocate(party, given, date=date, key=key)
        return done

    @operation
    def unallocate(self, id: str) -> Plan[Sequence[Allocated]]:
        """Free a payment from all that it settles, or take an allocation away.

        Args:
            id: Of a payment, whose amount is on account then; or of an allocation.

        Returns:
            What was taken off.

        Raises:
            NotFoundError: There is neither.
            RefusedError: Sage does not let it be taken off.
            OutcomeUnknownError: Contact was lost half way; repeat it.
        """
        found = yield from self._acts.unallocate(id)
        return found

    @operation
    def void(self, id: str, *, unallocate: bool = False) -> Plan[None]:
        """Take a payment away; what it settled is open again. The audit trail shows it.

        Args:
            id: Of the payment.
            unallocate: Whether allocations of what is left of it on account are taken away
                first.

        Raises:
            NotFoundError: There is none, or no longer.
            RefusedError: What is left of it is allocated (`SC-SA-ALLOCATED`), or Sage
                refuses.
            OutcomeUnknownError: Contact was lost half way; repeat it.
        """
        yield from self._acts.void(id, unallocate=unallocate)

    @operation
    def replace(self, id: str, payment: Payment) -> Plan[Receipt[Payment]]:
        """Take a wrong payment away and post the right one; the audit trail shows both.

        First the wrong one goes, since an invoice takes no more than it is owed, then the
        right one is posted. Repeated, it goes on where it stopped.

        Args:
            id: Of the wrong payment.
            payment: The right one; it may have the same number.

        Raises:
            DocumentRejectedError: A rule failed; the wrong payment stands.
            RefusedError: Sage refuses; says which of the two stands.
            OutcomeUnknownError: Contact was lost half way; repeat it.
        """
        receipt = yield from self._acts.replace(id, payment)
        return receipt

    @operation
    def plan_move(
        self, ids: Iterable[str] = (), *, to: str, bank: str = ""
    ) -> Plan[Sequence[Move]]:
        """Return what moving payments to another bank account would do. Changes nothing.

        Args:
            ids: Of the payments.
            to: Code of the bank account that they are to go to.
            bank: In place of ids: code of the bank account whose payments are meant.

        Raises:
            NotFoundError: There is no such payment or bank account.
        """
        moves = yield from self._acts.moves(ids, bank, to)
        return moves

    @operation
    def move(self, moves: Iterable[Move]) -> Plan[Sequence[Moved]]:
        """Move payments to another bank account, one by one.

        One that cannot go stops no other. What has gone already is left there, so that this
        may be repeated.

        Args:
            moves: As `plan_move` returns them.
        """
        done = yield from self._acts.move(moves)
        return done


def _id(document: Receipt[Any] | str) -> str:
    return document.id if isinstance(document, Receipt) else document

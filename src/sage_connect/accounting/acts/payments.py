"""Payments: made, given back, freed, voided, replaced, moved to another bank account."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

import attrs

from ...errors import (
    CodecError,
    DocumentRejectedError,
    NotFoundError,
    RefusedError,
    SageConnectError,
)
from ...ledger import Receipt, Verb
from ...model import Allocation, Payment, Reference
from ...model.payment import PaymentKind
from ...model.reversal import OPPOSITE_PAYMENT
from ...plan import Plan
from ..codec.decoding import Decoding
from ..codec.money import REFUNDS
from ..ids import CUSTOMER, SUPPLIER, Names
from ..kinds import CONTACT_ALLOCATIONS, CONTACT_PAYMENTS
from ..resolve import mark_of
from ..resources import AccountingBooks
from .open import OpenDocuments
from .removing import is_gone, removed
from .settled import TRIES, Allocated, AllocatedBy, Settlement, Settlements, named

_KINDS: Final = {
    "sales_invoice": PaymentKind.CUSTOMER_RECEIPT,
    "sales_credit_note": PaymentKind.CUSTOMER_REFUND,
    "purchase_invoice": PaymentKind.SUPPLIER_PAYMENT,
    "purchase_credit_note": PaymentKind.SUPPLIER_REFUND,
}
"""What pays a document of each kind."""
_SEAT: Final = "payments"


@attrs.frozen(kw_only=True)
class Move:
    """A payment that is to go to another bank account.

    Attributes:
        id: Sage's id of the payment.
        name: As Sage shows it.
        amount: In the payment's currency.
        origin: Code of the bank account that it is on.
        target: Code of the bank account that it is to go to.
        obstacle: Why it cannot go; "" where nothing is known to be in its way.
    """

    id: str
    name: str
    amount: Decimal
    origin: str
    target: str
    obstacle: str = ""


@attrs.frozen(kw_only=True)
class Moved:
    """What became of a move.

    Attributes:
        move: What was to be done.
        done: True where the payment is on its new bank account.
        error: What stopped it; None where it is done.
    """

    move: Move
    done: bool
    error: SageConnectError | None = None


class PaymentActs:
    """What is done to payments.

    Args:
        books: The business.
    """

    def __init__(self, books: AccountingBooks) -> None:
        self._books: AccountingBooks = books
        self._records = books.records
        self._settlements: Settlements = Settlements(books.records)
        self._known: OpenDocuments = OpenDocuments(books)

    def _loaded(self) -> Plan[Reference]:
        return self._books.reference or (yield from self._books.load())

    def _require(self, verb: Verb) -> None:
        self._books.capabilities.require(_SEAT, verb)

    # ---- made

    def pay(
        self, document: Receipt[Any] | str, payment: Payment, party: str
    ) -> Plan[Receipt[Payment]]:
        """Post a payment that settles one document.

        Args:
            document: Its receipt, or its number where it is open.
            payment: With everything but what the document says.
            party: Whose it is, where parties share numbers.
        """
        self._require(Verb.CREATE)
        kind, party, number, currency = yield from self._target(document, party)
        amount = payment.amount
        # Told in Sage: which document, when, how much. The same again is the same. Without
        # blanks, behind which stands what is not a number.
        told = f"{number}:{payment.date}:{amount.normalize():f}".replace(" ", "_")
        whole = attrs.evolve(
            payment,
            kind=_KINDS[kind],
            source_id="" if payment.number else told,
            party=party,
            currency=currency,
            allocations=(Allocation(number, amount),),
        )
        return (yield from self._posted(whole))

    def _posted(self, payment: Payment) -> Plan[Receipt[Payment]]:
        """Post a payment, and look again at what it settles."""
        outcomes = yield from self._books.post((payment,))
        receipt: Receipt[Payment] = outcomes[0].unwrap()
        found = yield from self._settlements.read(CONTACT_PAYMENTS, receipt.id)
        if found is not None:
            yield from self._known.settled(found[1])
        return receipt

    def _target(
        self, document: Receipt[Any] | str, party: str
    ) -> Plan[tuple[str, str, str, str]]:
        """Return kind, party in the caller's codes, number and currency of a document."""
        reference = yield from self._loaded()
        if isinstance(document, Receipt):
            told = document.document
            number = told.number or told.source_id
            artefact = (told.type, self._own(told.party), number)
            self._books.ids.artefacts[artefact] = document.id
            return told.type, told.party, number, told.currency
        for again in (False, True):
            if again:
                # Somebody else may have posted it since the business was read.
                reference = yield from self._books.load()
            found = [
                one
                for (code, number), one in (reference.open_documents or {}).items()
                if number == document and (not party or code == self._own(party))
            ]
            if len(found) > 1:
                raise CodecError(
                    f"{len(found)} open documents have the number {document!r}",
                    path="/document",
                    fix="Name the party, or give the receipt.",
                )
            for one in found:
                return one.kind, party or self._given(one.party), one.number, one.currency
        raise NotFoundError(
            f"no open document has the number {document!r}",
            fix="It may be settled already: see `allocations`.",
        )

    def _own(self, party: str) -> str:
        return self._books.settings.mapping.parties.get(party, party)

    def _given(self, code: str) -> str:
        """Return the caller's code of a party."""
        parties = self._books.settings.mapping.parties
        return next((given for given, own in parties.items() if own == code), code)

    # ---- given back

    def refund(
        self, id: str, amount: Decimal | None, payment: Payment
    ) -> Plan[Receipt[Payment]]:
        """Give a payment back, or a part of it.

        Args:
            id: Of the payment.
            amount: How much; None for all of it.
            payment: With everything but what the first payment says.
        """
        self._require(Verb.REVERSE)
        reference = yield from self._loaded()
        record = yield from self._records.get(CONTACT_PAYMENTS, id)
        names = Names.of(self._books.ids)
        first = Decoding(names, self._books.settings, reference).payment(record)
        if first.kind in REFUNDS:
            raise RefusedError(
                f"{named(record)} is a refund itself. Nothing was changed",
                code="SC-SA-REFUND",
                fix="Void it: `payments.void`.",
            )
        taken = first.number or id
        side = CUSTOMER if first.kind is PaymentKind.CUSTOMER_RECEIPT else SUPPLIER
        self._books.ids.payments[side, first.party, taken] = id
        banks = self._books.settings.mapping.bank_accounts
        bank = next(
            (given for given, own in banks.items() if own == first.bank_account),
            first.bank_account,
        )
        amount = first.amount if amount is None else amount
        told = f"{taken}:{payment.date}:{-amount.normalize():f}".replace(" ", "_")
        whole = attrs.evolve(
            payment,
            kind=OPPOSITE_PAYMENT[first.kind],
            number=payment.number or mark_of(told),
            # Payments of one party may share a number.
            source_id="" if payment.number else f"{told} of {id}",
            party=self._given(first.party),
            currency=first.currency,
            exchange_rate=payment.exchange_rate or first.exchange_rate,
            amount=amount,
            bank_account=payment.bank_account or bank,
            method=payment.method or first.method,
            reverses=taken,
        )
        settlement = Settlement.of(CONTACT_PAYMENTS, record)
        receipt = yield from self._posted(whole)
        yield from self._known.settled(settlement)
        return receipt

    # ---- taken off, taken away

    def unallocate(self, id: str) -> Plan[tuple[Allocated, ...]]:
        """Free a payment from all that it settles, or take an allocation away."""
        self._require(Verb.UPDATE)
        found = yield from self._settlements.read(CONTACT_PAYMENTS, id)
        if found is None:
            return (yield from self._set_on(id))
        record, payment = found
        off: list[Allocated] = []
        rest = yield from self._on_account(record)
        for one in rest:
            off += yield from self._set_on(one.id)
        told = _told(record, AllocatedBy.INVOICE)
        if told:
            key = f"unallocate:{self._books.scope}:{id}"
            for attempt in range(TRIES):
                found = yield from self._settlements.read(CONTACT_PAYMENTS, id)
                if found is None or not found[1].shares:
                    break
                own = f"{key}:{attempt}"
                yield from self._settlements.put(CONTACT_PAYMENTS, found[0], (), own)
            yield from self._known.settled(payment)
        return (*told, *off)

    def _set_on(self, id: str) -> Plan[tuple[Allocated, ...]]:
        found = yield from self._settlements.read(CONTACT_ALLOCATIONS, id)
        if found is None:
            raise NotFoundError(f"there is no payment or allocation {id!r}")
        record, settlement = found
        yield from removed(self._records, CONTACT_ALLOCATIONS, id)
        yield from self._known.settled(settlement)
        return _told(record, AllocatedBy.OTHER)

    def _on_account(self, record: Any) -> Plan[list[Settlement]]:
        """Return the allocations of what a payment has left on account."""
        rest = record.payment_on_account
        if rest is None or rest.outstanding_amount == rest.total_amount:
            return []
        listed = yield from self._records.all(
            CONTACT_ALLOCATIONS, attributes="all", contact_id=record.contact.id
        )
        every = [Settlement.of(CONTACT_ALLOCATIONS, one) for one in listed]
        return [one for one in every if one.share_of(rest.id) is not None]

    def void(self, id: str, *, unallocate: bool) -> Plan[None]:
        """Take a payment away; what it settled is open again."""
        self._require(Verb.VOID)
        record = yield from self._records.get(CONTACT_PAYMENTS, id)
        rest = yield from self._on_account(record)
        if rest and not unallocate:
            names = ", ".join(one.name for one in rest)
            raise RefusedError(
                f"what is left of {named(record)} on account is allocated ({names}). "
                "Nothing was changed",
                code="SC-SA-ALLOCATED",
                fix="Take that away first, or repeat this with unallocate=True.",
            )
        settled = [*rest, Settlement.of(CONTACT_PAYMENTS, record)]
        for one in settled:
            yield from removed(self._records, one.kind, one.id)
        for one in settled:
            yield from self._known.settled(one)

    def replace(self, id: str, payment: Payment) -> Plan[Receipt[Payment]]:
        """Take a wrong payment away and post the right one."""
        self._require(Verb.VOID)
        reference = yield from self._loaded()
        if not (yield from is_gone(self._records, CONTACT_PAYMENTS, id)):
            # What it is to settle may be open only when the wrong one is gone.
            unsettled = reference.with_parts(open_documents=None)
            report = self._books.check((payment,), unsettled)
            if not report.ok:
                raise DocumentRejectedError(report)
            yield from self.void(id, unallocate=False)
        # A repeated key would be answered with the payment that is gone.
        self._records.gone.add(id)
        return (yield from self._posted(payment))

    # ---- moved

    def moves(self, ids: Iterable[str], bank: str, to: str) -> Plan[tuple[Move, ...]]:
        """Return what moving payments to another bank account would do."""
        self._require(Verb.UPDATE)
        yield from self._loaded()
        target = self._books.bank(to)
        query = {"bank_account_id": self._books.bank(bank)} if bank else {}
        wanted = tuple(ids)
        records: list[Any] = []
        if wanted:
            for id in wanted:
                record = yield from self._records.get(CONTACT_PAYMENTS, id)
                records.append(record)
        elif bank:
            records = yield from self._records.all(
                CONTACT_PAYMENTS, attributes="all", **query
            )
        names = Names.of(self._books.ids).banks
        return tuple(
            Move(
                id=one.id,
                name=named(one),
                amount=one.total_amount,
                origin=names.get(one.bank_account.id, one.bank_account.id),
                target=to,
                obstacle=_obstacle(one),
            )
            for one in records
            if one.bank_account is not None and one.bank_account.id != target
        )

    def move(self, moves: Iterable[Move]) -> Plan[tuple[Moved, ...]]:
        """Move payments one by one; one that cannot go stops no other."""
        self._require(Verb.UPDATE)
        yield from self._loaded()
        done: list[Moved] = []
        for one in moves:
            try:
                yield from self._moved(one)
            except SageConnectError as error:
                done.append(Moved(move=one, done=False, error=error))
            else:
                done.append(Moved(move=one, done=True))
        return tuple(done)

    def _moved(self, move: Move) -> Plan[None]:
        target = self._books.bank(move.target)
        for attempt in range(TRIES):
            record = yield from self._records.get(CONTACT_PAYMENTS, move.id)
            if record.bank_account is not None and record.bank_account.id == target:
                return
            key = f"move:{move.id}:{target}:{record.updated_at}:{attempt}"
            fields = {"bank_account_id": target}
            yield from self._records.update(CONTACT_PAYMENTS, move.id, fields, key)
        raise RefusedError(
            f"{move.name} stays on its bank account, though Sage took the change"
        )


def _obstacle(record: Any) -> str:
    rest = record.payment_on_account
    if rest is not None and rest.outstanding_amount != rest.total_amount:
        return "what is left of it on account is allocated"
    return "" if record.editable is not False else "Sage says that it cannot be changed"


def _told(record: Any, by: AllocatedBy) -> tuple[Allocated, ...]:
    return tuple(
        Allocated(
            id=record.id,
            by=by,
            name=one.artefact.displayed_as or one.artefact.id,
            date=record.date,
            amount=abs(one.amount or Decimal()),
            discount=getattr(one, "discount", None) or Decimal(),
        )
        for one in record.allocated_artefacts
        if one.artefact is not None
    )

"""What a party owes, set off against what it is owed."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import attrs

from ...errors import CodecError, NotFoundError, RefusedError
from ...ledger import Verb
from ...model import Allocation
from ...plan import Plan
from ..ids import CUSTOMER, SUPPLIER
from ..kinds import (
    CONTACT_ALLOCATIONS,
    CONTACT_PAYMENTS,
    PURCHASE_CREDIT_NOTES,
    PURCHASE_INVOICES,
    SALES_CREDIT_NOTES,
    SALES_INVOICES,
    Kind,
)
from ..records import is_removed
from ..resources import AccountingBooks
from .open import OpenDocuments
from .settled import ZERO, Settlement, Share, named, shares_of

_TYPES: Final = {CUSTOMER: "CUSTOMER_ALLOCATION", SUPPLIER: "VENDOR_ALLOCATION"}
_TRADE: Final[Mapping[str, tuple[Kind, Kind]]] = {
    CUSTOMER: (SALES_INVOICES, SALES_CREDIT_NOTES),
    SUPPLIER: (PURCHASE_INVOICES, PURCHASE_CREDIT_NOTES),
}
_OPEN: Final = ("UNPAID", "PART_PAID")
INVOICES: Final = frozenset({SALES_INVOICES, PURCHASE_INVOICES})


@attrs.frozen(kw_only=True)
class SetOff:
    """Documents of one party that are set off against each other.

    Attributes:
        id: Sage's id of the allocation; `payments.unallocate` takes it.
        parts: What was taken of each, positive, by number.
    """

    id: str
    parts: tuple[Allocation, ...]


@attrs.frozen(kw_only=True)
class _Artefact:
    """Something that is open.

    Attributes:
        id: Sage's.
        name: As Sage shows it.
        owed: True for an invoice, False for what takes back.
        left: What is outstanding.
    """

    id: str
    name: str
    owed: bool
    left: Decimal


class Offsetting:
    """Sets documents off against each other.

    Args:
        books: The business.
    """

    def __init__(self, books: AccountingBooks) -> None:
        self._books: AccountingBooks = books
        self._records = books.records
        self._known: OpenDocuments = OpenDocuments(books)

    def allocate(
        self,
        party: str,
        parts: Sequence[Allocation],
        *,
        date: dt.date | None,
        key: str,
    ) -> Plan[SetOff]:
        """Set open documents and payments on account of a party off, by number."""
        self._books.capabilities.require("payments", Verb.UPDATE)
        if not self._books.reference:
            yield from self._books.load()
        code = self._books.settings.mapping.parties.get(party, party)
        side = self._side(code)
        contact = self._books.ids.parties[side, code]
        if not key:
            done = yield from self._done(side, code, contact, parts, date)
            if done is not None:
                return SetOff(id=done, parts=tuple(parts))
        found = yield from self._open(side, contact, [one.number for one in parts])
        pairs = [(found[one.number], one.amount) for one in parts]
        id = yield from self._set_off(side, contact, pairs, date, key)
        return SetOff(id=id, parts=tuple(parts))

    def settle(
        self,
        one: tuple[Kind, str],
        other: tuple[Kind, str],
        *,
        amount: Decimal | None,
        date: dt.date | None,
    ) -> Plan[SetOff]:
        """Set an invoice and a credit note off against each other."""
        self._books.capabilities.require("payments", Verb.UPDATE)
        pair: list[tuple[_Artefact, Any]] = []
        for kind, id in (one, other):
            record = yield from self._records.get(kind, id)
            if is_removed(record):
                raise _gone(record)
            pair.append((_artefact(kind, record), record))
        (first, record), (second, opposite) = pair
        if record.contact.id != opposite.contact.id or first.owed is second.owed:
            raise CodecError(
                f"{first.name} and {second.name} cannot be set off against each other: an "
                "invoice and a credit note of one party can",
                path="/by",
            )
        side, contact = one[0].side, record.contact.id
        taken = min(first.left, second.left) if amount is None else amount
        if amount is not None or not taken:
            wanted = {first.id: taken, second.id: taken}
            done = yield from self._done_of(contact, wanted, date)
            if done is not None:
                id, shares = done
                return _told(id, (first, second), shares)
        pairs = [(first, taken), (second, taken)]
        id = yield from self._set_off(side, contact, pairs, date, "")
        return SetOff(id=id, parts=tuple(Allocation(a.name, taken) for a, _ in pairs))

    def _side(self, code: str) -> str:
        sides = [
            side for side in (CUSTOMER, SUPPLIER) if (side, code) in self._books.ids.parties
        ]
        if not sides:
            raise NotFoundError(f"there is no contact with the reference {code!r}")
        return sides[0]

    # ---- what is open

    def _open(
        self, side: str, contact: str, numbers: Sequence[str]
    ) -> Plan[dict[str, _Artefact]]:
        """Return what is open under each number.

        Raises:
            NotFoundError: Nothing is.
            CodecError: Several are.
        """
        found: dict[str, dict[str, _Artefact]] = {number: {} for number in numbers}

        def sort(kind: Kind, records: Iterable[Any]) -> None:
            for record in records:
                for number in _names(kind, record) & found.keys():
                    found[number][record.id] = _artefact(kind, record)

        for kind in _TRADE[side]:
            for status in _OPEN:
                query = {"contact_id": contact, "status_id": status}
                told = f"{kind.told},outstanding_amount"
                sort(kind, (yield from self._records.all(kind, attributes=told, **query)))
        if not all(found.values()):
            told = f"{CONTACT_PAYMENTS.told},payment_on_account"
            listed = yield from self._records.all(
                CONTACT_PAYMENTS, attributes=told, contact_id=contact
            )
            sort(CONTACT_PAYMENTS, filter(_has_rest, listed))
        return {number: _only(number, ones) for number, ones in found.items()}

    # ---- what is done already

    def _done(
        self,
        side: str,
        code: str,
        contact: str,
        parts: Sequence[Allocation],
        date: dt.date | None,
    ) -> Plan[str | None]:
        """Return the allocation that sets off just these; None for none."""
        ids = self._books.ids.artefacts
        names = [kind.wrap for kind in _TRADE[side]]
        wanted = {
            next(
                (
                    ids[name, code, one.number]
                    for name in names
                    if (name, code, one.number) in ids
                ),
                one.number,
            ): one.amount
            for one in parts
        }
        done = yield from self._done_of(contact, wanted, date)
        return None if done is None else done[0]

    def _done_of(
        self, contact: str, wanted: Mapping[str, Decimal], date: dt.date | None
    ) -> Plan[tuple[str, tuple[Share, ...]] | None]:
        """Return an allocation of these, by id or name, and its shares.

        An amount of nothing stands for any.
        """
        listed = yield from self._records.all(
            CONTACT_ALLOCATIONS, attributes="all", contact_id=contact
        )
        for record in listed:
            if date is not None and record.date != date:
                continue
            if _fits(record, wanted):
                return record.id, shares_of(record)
        return None

    # ---- done

    def _set_off(
        self,
        side: str,
        contact: str,
        pairs: Sequence[tuple[_Artefact, Decimal]],
        date: dt.date | None,
        key: str,
    ) -> Plan[str]:
        for one, amount in pairs:
            if amount <= 0 or amount > one.left:
                raise RefusedError(
                    f"{one.name} has {one.left} left, of which {amount} cannot be taken. "
                    "Nothing was sent",
                    code="SC-SA-PAID",
                    fix="See `allocations` for what settles it already.",
                )
        owed = sum((amount for one, amount in pairs if one.owed), ZERO)
        back = sum((amount for one, amount in pairs if not one.owed), ZERO)
        if owed != back:
            raise CodecError(
                f"invoices of {owed} cannot be set off against credits of {back}: both "
                "must be the same",
                path="/parts",
            )
        # Customers: invoices positive, credits negative; suppliers the other way round.
        way = 1 if side == CUSTOMER else -1
        shares = [
            Share(artefact=one.id, amount=amount * way * (1 if one.owed else -1))
            for one, amount in pairs
        ]
        fields: dict[str, Any] = {
            "transaction_type_id": _TYPES[side],
            "contact_id": contact,
            "allocated_artefacts": [one.body() for one in shares],
        }
        if date is not None:
            fields["date"] = date
        left = [(one.id, str(one.left), str(amount)) for one, amount in pairs]
        # What is left of each tells this time from one before.
        own = key or f"allocate:{self._books.scope}:{left!r}:{date}"
        record = yield from self._records.create(CONTACT_ALLOCATIONS, fields, own)
        yield from self._known.settled(Settlement.of(CONTACT_ALLOCATIONS, record))
        id: str = record.id
        return id


def _has_rest(payment: Any) -> bool:
    rest = payment.payment_on_account
    return rest is not None and bool(rest.outstanding_amount)


def _only(number: str, ones: Mapping[str, _Artefact]) -> _Artefact:
    if not ones:
        raise NotFoundError(f"nothing is open under the number {number!r}")
    if len(ones) > 1:
        raise CodecError(
            f"{len(ones)} open documents have the number {number!r}",
            path="/parts",
            fix="Give Sage's ids in the place of numbers.",
        )
    (one,) = ones.values()
    return one


def _told(id: str, pair: Sequence[_Artefact], shares: Sequence[Share]) -> SetOff:
    amounts = {one.artefact: abs(one.amount) for one in shares}
    parts = tuple(Allocation(one.name, amounts[one.id]) for one in pair)
    return SetOff(id=id, parts=parts)


def _artefact(kind: Kind, record: Any) -> _Artefact:
    own = record.payment_on_account if kind is CONTACT_PAYMENTS else record
    return _Artefact(
        id=own.id,
        name=named(record),
        owed=kind in INVOICES,
        left=abs(own.outstanding_amount or ZERO),
    )


def _names(kind: Kind, record: Any) -> set[str]:
    """Return everything that people may call a record by."""
    reference = record.reference or ""
    names = {record.id, record.displayed_as, reference, reference.partition(" ")[0]}
    if kind.number:
        prefix = getattr(record, f"{kind.number}_prefix", None) or ""
        number = getattr(record, kind.number) or ""
        names |= {number, number.removeprefix(prefix)}
    elif kind.side == SUPPLIER:
        names.add(record.vendor_reference)
    return {name for name in names if name}


def _fits(record: Any, wanted: Mapping[str, Decimal]) -> bool:
    parts = [one for one in record.allocated_artefacts if one.artefact is not None]
    if len(parts) != len(wanted):
        return False
    left = dict(wanted)
    for one in parts:
        name = next((name for name in _both(one.artefact) if name in left), None)
        if name is None or left.pop(name) not in {ZERO, abs(one.amount or ZERO)}:
            return False
    return not left


def _both(artefact: Any) -> Iterator[str]:
    yield artefact.id
    if artefact.displayed_as:
        yield artefact.displayed_as


def _gone(record: Any) -> RefusedError:
    return RefusedError(f"{named(record)} is void. Nothing was sent", code="SC-SA-STATUS")

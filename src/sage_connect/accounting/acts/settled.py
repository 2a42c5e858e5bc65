"""What settles a document: told, taken off, put on again."""

import datetime as dt
import enum
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Final

import attrs

from ...errors import (
    DuplicateError,
    NotFoundError,
    PermissionDeniedError,
    RefusedError,
)
from ...plan import Plan
from ..kinds import CONTACT_ALLOCATIONS, CONTACT_PAYMENTS, Kind
from ..records import Records
from .removing import removed

ZERO: Final = Decimal()
CERTAIN: Final = (RefusedError, NotFoundError, PermissionDeniedError, DuplicateError)
"""Answers that say for sure that nothing was done."""
_REFUND: Final = "REFUND"
TRIES: Final = 8
"""How often something is asked anew under another key.

A key that was used before, for the same in the past, is answered with what came of it
then, and nothing is done: what stands tells.
"""


class AllocatedBy(enum.StrEnum):
    """What settles a document."""

    PAYMENT = "payment"
    CREDIT_NOTE = "credit_note"
    INVOICE = "invoice"
    PAYMENT_ON_ACCOUNT = "payment_on_account"
    OTHER = "other"


# By the beginning of an artefact's path.
_BY: Final = {
    "sales_invoices": AllocatedBy.INVOICE,
    "purchase_invoices": AllocatedBy.INVOICE,
    "sales_credit_notes": AllocatedBy.CREDIT_NOTE,
    "purchase_credit_notes": AllocatedBy.CREDIT_NOTE,
    "payments_on_account": AllocatedBy.PAYMENT_ON_ACCOUNT,
    "contact_payments": AllocatedBy.PAYMENT_ON_ACCOUNT,
}


@attrs.frozen(kw_only=True)
class Allocated:
    """Something that settles a document, or a part of it.

    Attributes:
        id: Sage's id of the payment; of the allocation, where something else settles it.
        by: What settles it.
        name: As Sage shows it: the payment, or the documents on the other side.
        date: Day.
        amount: What it settles, in the document's currency.
        discount: What is let off besides.
        reference: The payment's.
    """

    id: str
    by: AllocatedBy
    name: str
    date: dt.date | None = None
    amount: Decimal
    discount: Decimal = ZERO
    reference: str = ""

    def __str__(self) -> str:
        discount = f" and {self.discount} discount" if self.discount else ""
        return f"{self.name} ({self.amount}{discount})"

    @property
    def kind(self) -> Kind:
        """The resource that its id is of."""
        return CONTACT_PAYMENTS if self.by is AllocatedBy.PAYMENT else CONTACT_ALLOCATIONS


@attrs.frozen(kw_only=True)
class Share:
    """What a payment or an allocation settles of one artefact, signed as Sage counts it."""

    artefact: str
    amount: Decimal
    discount: Decimal = ZERO

    def body(self) -> dict[str, Any]:
        """Return it as it is sent."""
        told: dict[str, Any] = {"artefact_id": self.artefact, "amount": self.amount}
        if self.discount:
            told["discount"] = self.discount
        return told


@attrs.frozen(kw_only=True)
class Settlement:
    """A payment or an allocation, and everything that it settles.

    Attributes:
        kind: Resource of its record.
        id: Of its record.
        name: As Sage shows it.
        shares: What it settles.
        type: Id of its transaction type.
        contact: Id of its contact.
        date: Day.
    """

    kind: Kind
    id: str
    name: str
    shares: tuple[Share, ...]
    type: str = ""
    contact: str = ""
    date: dt.date | None = None

    @classmethod
    def of(cls, kind: Kind, record: Any) -> "Settlement":
        """Return the settlement that a record is."""
        return cls(
            kind=kind,
            id=record.id,
            name=named(record),
            shares=shares_of(record),
            type=_id(record.transaction_type),
            contact=_id(record.contact),
            date=record.date,
        )

    @property
    def artefacts(self) -> frozenset[str]:
        """Ids of what it settles."""
        return frozenset(one.artefact for one in self.shares)

    def share_of(self, artefact: str) -> Share | None:
        """Return what it settles of an artefact; None for nothing."""
        return next((one for one in self.shares if one.artefact == artefact), None)


class Settlements:
    """Payments and allocations of one business.

    Args:
        records: Of the business.
    """

    def __init__(self, records: Records) -> None:
        self._records: Records = records

    # ---- told

    def on(
        self, kind: Kind, id: str, *, names: bool = True
    ) -> Plan[tuple[Any, tuple[Allocated, ...]]]:
        """Return a document's record, and what settles it.

        Args:
            kind: Of the document.
            id: Of the document.
            names: Whether to ask what stands on the other side of allocations.

        Raises:
            NotFoundError: There is none.
        """
        record = yield from self._records.get(kind, id, show_payments_allocations=True)
        found: list[Allocated] = []
        for one in record.payments_allocations:
            told = yield from self._told(id, one, names=names)
            found.append(told)
        return record, tuple(found)

    def _told(self, document: str, one: Any, *, names: bool) -> Plan[Allocated]:
        holder, by = _id(one.contact_payment), AllocatedBy.PAYMENT
        name = one.displayed_as or one.reference or holder
        if not holder:
            holder, by = _id(one.contact_allocation), AllocatedBy.OTHER
        if names and holder and by is AllocatedBy.OTHER:
            whole = yield from self._records.get(CONTACT_ALLOCATIONS, holder)
            by, name = _counterparts(document, whole)
        return Allocated(
            id=holder,
            by=by,
            name=name or one.type or "?",
            date=one.date,
            # What settles a credit note is told with a sign by some.
            amount=abs(one.amount or ZERO),
            discount=one.discount or ZERO,
            reference=one.reference or "",
        )

    def read(self, kind: Kind, id: str) -> Plan[tuple[Any, Settlement] | None]:
        """Return the record of a payment or an allocation; None when it is gone."""
        try:
            record = yield from self._records.get(kind, id)
        except NotFoundError:
            return None
        if record.deleted_at is not None:
            return None
        return record, Settlement.of(kind, record)

    def loosenable(self, one: Allocated) -> Plan[Settlement | None]:
        """Return what settles a document in whole, if it can be taken off.

        Raises:
            RefusedError: It cannot; nothing was changed.
        """
        if not one.id:
            raise _fast(one, "Sage does not tell what it is of")
        found = yield from self.read(one.kind, one.id)
        if found is None:
            return None
        record, settlement = found
        if settlement.type.endswith(_REFUND):
            raise _fast(one, "money that was given back cannot stay on account")
        rest = getattr(record, "payment_on_account", None)
        if rest is not None and _is_used(rest):
            raise _fast(one, "what was left of it on account is allocated itself")
        return settlement

    # ---- taken off

    def cleared(
        self, kind: Kind, document: str, key: str, known: Iterable[Settlement] = ()
    ) -> Plan[tuple[Settlement, ...]]:
        """Take off everything that settles a document, and return what was taken off.

        Payments keep the amount on account; of an allocation the others' part stays. What
        is refused half way is put on again.

        Args:
            kind: Of the document.
            document: Its id.
            key: What the requests stand under.
            known: What is known to be loosenable.

        Raises:
            RefusedError: Something cannot be taken off; all stands as before.
        """
        off: dict[str, Settlement] = {}
        read = {one.id: one for one in known}
        for attempt in range(TRIES):
            _, standing = yield from self.on(kind, document, names=False)
            if not standing:
                return tuple(off.values())
            try:
                found: list[Settlement] = []
                for one in standing:
                    settlement = read.get(one.id) or (yield from self.loosenable(one))
                    if settlement is not None:
                        found.append(settlement)
                for settlement in found:
                    off.setdefault(settlement.id, settlement)
                    yield from self.off(document, settlement, f"{key}:{attempt}")
            except CERTAIN:
                yield from self.restored(kind, document, tuple(off.values()), key)
                raise
        raise _stuck("taken off", document)

    def off(self, document: str, one: Settlement, key: str) -> Plan[None]:
        """Take one payment or allocation off a document, if it is on."""
        found = yield from self.read(one.kind, one.id)
        if found is None or found[1].share_of(document) is None:
            return
        record, settlement = found
        rest = [share for share in settlement.shares if share.artefact != document]
        if one.kind is CONTACT_ALLOCATIONS:
            rest = _evened(rest)
            if not rest:
                yield from removed(self._records, one.kind, one.id)
                return
        yield from self.put(one.kind, record, rest, f"{key}:off:{document}")

    def put(
        self, kind: Kind, record: Any, shares: Iterable[Share], key: str
    ) -> Plan[Settlement]:
        """Have a payment or an allocation settle these, and nothing else."""
        fields = {"allocated_artefacts": [share.body() for share in shares]}
        # What was asked before under the same key was asked of another state.
        own = f"{key}:{record.updated_at}:{shares_of(record)!r}"
        changed = yield from self._records.update(kind, record.id, fields, own)
        return Settlement.of(kind, changed)

    # ---- put on again

    def restored(
        self, kind: Kind, document: str, taken: Sequence[Settlement], key: str
    ) -> Plan[Decimal]:
        """Put on again what was taken off; return what no longer fits.

        Raises:
            RefusedError: Sage does not take it back; says what is on, and what is not.
        """
        lost: dict[str, Decimal] = {}
        for attempt in range(TRIES):
            record, standing = yield from self.on(kind, document, names=False)
            free = abs(record.outstanding_amount or ZERO)
            off = yield from self._still_off(taken, standing)
            acted = False
            for one in off:
                own = f"{key}:{attempt}"
                share = one.share_of(document)
                if share is None:
                    continue
                put = yield from self._on_again(share, one, free, own)
                lost[one.id] = abs(share.amount) - put
                free -= put + (share.discount if put else ZERO)
                acted |= bool(put)
            if not acted:
                return sum(lost.values(), ZERO)
        raise _stuck("put on again", document)

    def _still_off(
        self, taken: Sequence[Settlement], standing: Sequence[Allocated]
    ) -> Plan[list[Settlement]]:
        """Return what was taken off and is not on again.

        An allocation that was deleted stands again under another id.
        """
        on = {one.id for one in standing}
        off = [one for one in taken if one.id not in on]
        ids = {one.id for one in taken}
        for one in standing:
            if one.kind is CONTACT_ALLOCATIONS and one.id not in ids:
                found = yield from self.read(one.kind, one.id)
                if found is not None:
                    _match(off, found[1])
        return off

    def _on_again(
        self, own: Share, one: Settlement, free: Decimal, key: str
    ) -> Plan[Decimal]:
        """Put a share of a settlement on again; return how much of it."""
        found = yield from self.read(one.kind, one.id)
        unused = abs(own.amount)
        if one.kind is CONTACT_PAYMENTS:
            if found is None:
                return ZERO
            unused = _unused(*found)
        share = _capped(own, free, unused)
        if not share.amount:
            return ZERO
        name = f"{key}:on:{share.artefact}"
        others = [each for each in one.shares if each.artefact != share.artefact]
        if found is not None:
            whole = [*found[1].shares, share]
            if one.kind is CONTACT_ALLOCATIONS:
                whole = _evened([*others, share])
            yield from self.put(one.kind, found[0], whole, name)
        else:
            fields = {
                "transaction_type_id": one.type,
                "contact_id": one.contact,
                "date": one.date,
                "allocated_artefacts": [each.body() for each in _evened([*others, share])],
            }
            own_key = f"{name}:{one.id}"
            yield from self._records.create(one.kind, fields, own_key, fits=never)
        return abs(share.amount)


def never(_: Any) -> bool:
    """Have an answer looked up, whatever it says: it may be of what is gone."""
    return False


def shares_of(record: Any) -> tuple[Share, ...]:
    """Return what the record of a payment or an allocation settles."""
    return tuple(
        Share(
            artefact=one.artefact.id,
            amount=one.amount or ZERO,
            discount=getattr(one, "discount", None) or ZERO,
        )
        for one in record.allocated_artefacts
        if one.artefact is not None
    )


def named(record: Any) -> str:
    """Return what people call a record."""
    return str(record.displayed_as or getattr(record, "reference", "") or record.id)


def allocated(record: Any, standing: Sequence[Allocated]) -> RefusedError:
    """Return the refusal to change what is settled, naming by what."""
    names = ", ".join(str(one) for one in standing)
    return RefusedError(
        f"{named(record)} is settled by {names}. Nothing was sent",
        code="SC-SA-ALLOCATED",
        fix="Take that off first with `unallocate`, or repeat this with unallocate=True.",
    )


def _fast(one: Allocated, reason: str) -> RefusedError:
    return RefusedError(
        f"{one} cannot be taken off: {reason}. Nothing was changed",
        code="SC-SA-ALLOCATED",
        fix="Remove it first: `payments.void` or `payments.unallocate` with its id.",
    )


def _stuck(done: str, document: str) -> RefusedError:
    return RefusedError(
        f"not everything that settles {document} could be {done}: others change it too",
        code="SC-SA-ALLOCATED",
        fix="See what `allocations` says now, and repeat this.",
    )


def _match(off: list[Settlement], renewed: Settlement) -> None:
    """Strike out what was put on again: of the same amounts rather than of others."""
    alike = [one for one in off if one.artefacts == renewed.artefacts]
    same = [one for one in alike if set(one.shares) == set(renewed.shares)]
    for one in (same or alike)[:1]:
        off.remove(one)


def _is_used(rest: Any) -> bool:
    left, total = rest.outstanding_amount, rest.total_amount
    return left is not None and total is not None and abs(left) < abs(total)


def _unused(record: Any, settlement: Settlement) -> Decimal:
    """Return what a payment has not allocated."""
    used = sum((one.amount for one in settlement.shares), ZERO)
    total: Decimal = record.total_amount or ZERO
    return max(total - used, ZERO)


def _capped(share: Share, free: Decimal, unused: Decimal) -> Share:
    """Return a share of no more than is left of its artefact, and of what settles it."""
    discount = min(share.discount, free)
    amount = min(abs(share.amount), free - discount, unused)
    return attrs.evolve(
        share, amount=amount if share.amount > 0 else -amount, discount=discount
    )


def _evened(shares: Sequence[Share]) -> list[Share]:
    """Return shares that add up to nothing: the last of the larger side are lowered."""
    surplus = sum((one.amount for one in shares), ZERO)
    evened: list[Share] = []
    for one in reversed(shares):
        if surplus and (one.amount > 0) == (surplus > 0):
            cut = min(abs(one.amount), abs(surplus))
            cut = cut if surplus > 0 else -cut
            surplus -= cut
            one = attrs.evolve(one, amount=one.amount - cut)  # noqa: PLW2901 - the same share
        if one.amount:
            evened.append(one)
    return evened[::-1]


def _counterparts(document: str, whole: Any) -> tuple[AllocatedBy, str]:
    own = [one for one in whole.allocated_artefacts if _id(one.artefact) == document]
    sign = sum((one.amount or ZERO for one in own), ZERO)
    others = [
        one.artefact
        for one in whole.allocated_artefacts
        if one.artefact is not None and (one.amount or ZERO) * sign < 0
    ]
    kinds = {_by(one) for one in others}
    by = kinds.pop() if len(kinds) == 1 else AllocatedBy.OTHER
    return by, ", ".join(one.displayed_as or one.id for one in others)


def _by(artefact: Any) -> AllocatedBy:
    head = (artefact.path or "").strip("/").partition("/")[0]
    return _BY.get(head, AllocatedBy.OTHER)


def _id(record: Any) -> str:
    return "" if record is None else str(record.id)

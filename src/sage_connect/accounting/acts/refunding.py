"""Money given back: a payment is freed from what it settles, then a refund takes it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import attrs

from ...errors import NotFoundError, RefusedError
from ...model import Payment
from ...model.payment import FROM_CUSTOMERS
from ...model.reversal import OPPOSITE_PAYMENT
from ...plan import Plan
from ..codec.money import REFUNDS, TYPES
from ..ids import CUSTOMER, SUPPLIER, Ids
from ..kinds import CONTACT_PAYMENTS
from ..records import Records
from ..resolve import mark_of
from .settled import TRIES, ZERO, Settlement, Settlements, Share, named, shares_of


def gives_back(payment: Any) -> bool:
    """Return whether a payment takes another one back."""
    return isinstance(payment, Payment) and bool(
        payment.reverses and payment.kind in REFUNDS
    )


@attrs.frozen(kw_only=True)
class Freed:
    """A payment with enough on account to be given back.

    Attributes:
        id: Of the payment.
        before: What it settled before.
    """

    id: str
    before: tuple[Share, ...]


class Refunds:
    """Frees payments of one business for refunds.

    Args:
        records: Of the business.
        ids: Learns what a refund is allocated to.
    """

    def __init__(self, records: Records, ids: Ids) -> None:
        self._records: Records = records
        self._ids: Ids = ids
        self._settlements: Settlements = Settlements(records)

    def freed(self, refund: Payment) -> Plan[Freed]:
        """Have what `refund` gives back on account; its last allocations make room.

        Raises:
            NotFoundError: There is no such payment.
            RefusedError: It is less than that, or cannot be freed; nothing was changed.
        """
        side = CUSTOMER if refund.kind in FROM_CUSTOMERS else SUPPLIER
        id = self._ids.payments.get((side, refund.party, refund.reverses))
        id = id or (yield from self._found(refund, self._ids.parties[side, refund.party]))
        key = f"refund:{id}:{refund.amount}"
        before: tuple[Share, ...] = ()
        for attempt in range(TRIES):
            record = yield from self._records.get(CONTACT_PAYMENTS, id)
            before = before or shares_of(record)
            if refund.amount > record.total_amount:
                raise RefusedError(
                    f"{named(record)} is of {record.total_amount}: {refund.amount} cannot "
                    "be given back. Nothing was changed",
                    code="SC-SA-REFUND",
                )
            rest = record.payment_on_account
            free: Decimal = (rest.outstanding_amount if rest else None) or ZERO
            if rest is not None and free >= refund.amount:
                self._ids.rests[side, refund.party, refund.reverses] = rest.id
                return Freed(id=id, before=before)
            left = _lowered(Settlement.of(CONTACT_PAYMENTS, record), refund.amount - free)
            own = f"{key}:{attempt}"
            yield from self._settlements.put(CONTACT_PAYMENTS, record, left, own)
        raise RefusedError(
            f"{refund.reverses!r} has less on account than is to be given back, and more "
            "cannot be freed. Nothing was given back",
            code="SC-SA-REFUND",
            fix="See what is left of it on account, and what that is allocated to.",
        )

    def forget(self, refund: Payment) -> None:
        """Let what a refund was to be allocated to be looked up anew."""
        side = CUSTOMER if refund.kind in FROM_CUSTOMERS else SUPPLIER
        self._ids.rests.pop((side, refund.party, refund.reverses), None)

    def restored(self, freed: Freed) -> Plan[None]:
        """Have a payment settle again what it did before it was freed."""
        record = yield from self._records.get(CONTACT_PAYMENTS, freed.id)
        if shares_of(record) != freed.before:
            key = f"refund:{freed.id}:restored"
            yield from self._settlements.put(CONTACT_PAYMENTS, record, freed.before, key)

    def _found(self, refund: Payment, contact: str) -> Plan[str]:
        mark = mark_of(refund.reverses)
        type_ = TYPES[OPPOSITE_PAYMENT[refund.kind]]
        query = {"contact_id": contact, "transaction_type_id": type_}
        listed = yield from self._records.all(
            CONTACT_PAYMENTS, attributes=CONTACT_PAYMENTS.told, **query
        )
        found = [one.id for one in listed if _has(one.reference or "", mark)]
        if not found:
            raise NotFoundError(f"contact_payments: there is no {refund.reverses!r}")
        if len(found) > 1:
            raise RefusedError(
                f"{len(found)} payments have the reference {mark!r}. Nothing was changed",
                code="SC-SA-AMBIGUOUS",
                fix="Give one back by its id: `payments.refund`.",
            )
        id: str = found[0]
        return id


def _has(reference: str, mark: str) -> bool:
    return reference == mark or reference.startswith(f"{mark} ")


def _lowered(payment: Settlement, by: Decimal) -> Sequence[Share]:
    """Return the shares of a payment that settle so much less: the last make room."""
    kept: list[Share] = []
    for one in reversed(payment.shares):
        cut = min(max(one.amount, ZERO), by)
        by -= cut
        if one.amount != cut:
            kept.append(attrs.evolve(one, amount=one.amount - cut))
    return kept[::-1]

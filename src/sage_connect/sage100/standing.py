"""What was handed over, held against what comes next: numbers, credit, and money."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final, TypeAlias

from ..ledger import State
from ..ledger.batch import Batch
from ..model import BankEntry, Payment, PaymentKind, totals
from ..validation.sets import SETTLES
from .registry import ZERO, Place, Registry, Settled
from .settings import Sage100Settings

_REVERSED: Final[Mapping[str, str]] = {
    "sales_credit_note": "sales_invoice",
    "sales_invoice": "sales_credit_note",
    "purchase_credit_note": "purchase_invoice",
    "purchase_invoice": "purchase_credit_note",
}
_Against: TypeAlias = tuple[str, str, Mapping[str, Any]]
"""A code, the pointer to what is wrong, and the values of its sentence."""
# What money may belong to, in the order of likelihood.
_KINDS: Final = (
    "purchase_invoice",
    "purchase_credit_note",
    "sales_invoice",
    "sales_credit_note",
)
_BACK: Final = {
    PaymentKind.CUSTOMER_RECEIPT: PaymentKind.CUSTOMER_REFUND,
    PaymentKind.CUSTOMER_REFUND: PaymentKind.CUSTOMER_RECEIPT,
    PaymentKind.SUPPLIER_PAYMENT: PaymentKind.SUPPLIER_REFUND,
    PaymentKind.SUPPLIER_REFUND: PaymentKind.SUPPLIER_PAYMENT,
}


def owner_of(item: Any) -> str:
    """Return the party whose numbers are unique for it only; "" for the company's own."""
    own = item.type.startswith(("purchase", "payment"))
    return str(item.party) if own else ""


def settled_by(item: Any, registry: Registry) -> Iterator[tuple[str, Settled]]:
    """Yield pointer and part of each document that money settles, or gives back."""
    if isinstance(item, BankEntry) and item.settles:
        yield "/settles", Settled(_found(item, registry), item.amount)
    elif isinstance(item, Payment):
        # What takes a payment back gives its parts back to what it had settled.
        kind = SETTLES[_BACK[item.kind] if item.reverses else item.kind]
        sign = -1 if item.reverses else 1
        owner = _owner(kind, item.party)
        for at, part in enumerate(item.allocations):
            place = (kind, owner, part.number)
            yield f"/allocations/{at}/number", Settled(place, sign * part.amount)


def _found(entry: BankEntry, registry: Registry) -> Place:
    places = [(kind, _owner(kind, entry.party), entry.settles) for kind in _KINDS]
    return next((one for one in places if one in registry.numbers), places[0])


def _owner(kind: str, party: str) -> str:
    return party if kind.startswith("purchase") else ""


class Standing:
    """Refuses what the registry shows to be wrong, also within a batch.

    Args:
        batch: What is on its way.
        registry: What was handed over, and what of the batch may go so far.
        settings: Policies, and how totals are rounded.
    """

    def __init__(self, batch: Batch, registry: Registry, settings: Sage100Settings) -> None:
        self._batch = batch
        self._registry = registry
        self._settings = settings

    def refuses(self, at: int, item: Any, *, posting: bool) -> bool:
        """Settle an item as refused where it must not go; return whether it is.

        Args:
            at: Its position in the batch.
            item: In Sage's own codes.
            posting: False where nobody knows what was handed over before.
        """
        found = [
            *self._taken_number(at, item),
            *self._over_credited(item),
            *self._too_early(item, posting=posting),
            *self._over_paid(item),
        ]
        for code, path, values in found:
            self._batch.find(at, code, path, **values)
        if found:
            self._batch.settle(at, State.REFUSED)
        return bool(found)

    def _taken_number(self, at: int, item: Any) -> Iterator[_Against]:
        key, registry = self._batch.keys[at], self._registry
        number = getattr(item, "number", "")
        other = registry.numbers.get((item.type, owner_of(item), number), key.digest)
        if number and other != key.digest:
            values = {"number": number, "id": registry.entries[other].id}
            yield "SC-S100-NUMBER-TAKEN", "/number", values

    def _over_credited(self, item: Any) -> Iterator[_Against]:
        reverses = getattr(item, "reverses", "")
        kind = _REVERSED.get(item.type, "")
        original = self._registry.numbers.get((kind, owner_of(item), reverses), "")
        if not reverses or not original:
            return
        whole = self._registry.entries[original].gross
        place = (item.type, owner_of(item), reverses)
        back = self._registry.taken_back.get(place, ZERO)
        if back + totals(item, self._settings.rounding).gross > whole:
            values = {"number": reverses, "whole": whole, "back": back}
            yield "SC-OVER-CREDITED", "/reverses", values

    def _too_early(self, item: Any, *, posting: bool) -> Iterator[_Against]:
        """Yield each purchase that was not handed over before its money."""
        if not posting or self._settings.policy.settle_unknown:
            return
        for path, part in settled_by(item, self._registry):
            kind, _, number = part.place
            if kind.startswith("purchase") and part.place not in self._registry.numbers:
                values = {"number": number, "party": item.party or "?"}
                yield "SC-BANK-BEFORE-PURCHASE", path, values

    def _over_paid(self, item: Any) -> Iterator[_Against]:
        """Yield each document that money would settle beyond what is left of it.

        What is left is known only of documents in the money's own currency. What was
        credited is not taken off: it may be paid, and the credit note paid back.
        """
        coming: dict[Place, Decimal] = {}
        for path, part in settled_by(item, self._registry):
            original = self._registry.numbers.get(part.place)
            if original is None or part.amount <= 0:
                continue
            entry = self._registry.entries[original]
            if entry.currency != item.currency:
                continue
            before = coming.get(part.place, ZERO)
            paid = self._registry.settled.get(part.place, ZERO)
            owed = max(entry.gross - paid - before, ZERO)
            coming[part.place] = before + part.amount
            if part.amount > owed:
                values = {
                    "amount": part.amount,
                    "owed": owed,
                    "excess": part.amount - owed,
                    "number": part.place[-1],
                    "currency": item.currency,
                }
                yield "SC-PAY-OVERPAID", path.replace("/number", "/amount"), values

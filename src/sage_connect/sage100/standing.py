"""What was handed over, held against what comes next: numbers, credit, and money."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, TypeAlias

from ..ledger import State
from ..ledger.batch import Batch
from ..model import BankEntry, JournalEntry, Payment, Reference, totals
from ..model.reversal import OPPOSITE_PAYMENT
from ..validation.sets import SETTLES
from .known import Name, is_known, lost_names, name_of
from .registry import ZERO, Entry, Place, Registry, Settled
from .settings import Sage100Settings

# What takes a document of a type back: money and entries by their own type.
_REVERSED: Final[Mapping[str, str]] = {
    "sales_credit_note": "sales_invoice",
    "sales_invoice": "sales_credit_note",
    "purchase_credit_note": "purchase_invoice",
    "purchase_invoice": "purchase_credit_note",
    "payment": "payment",
    "bank_entry": "bank_entry",
    "journal_entry": "journal_entry",
}
_Against: TypeAlias = tuple[str, str, Mapping[str, Any]]
"""A code, the pointer to what is wrong, and the values of its sentence."""
# What a bank entry may settle; the first that was handed over counts.
_KINDS: Final = (
    "purchase_invoice",
    "purchase_credit_note",
    "sales_invoice",
    "sales_credit_note",
)


def owner_of(item: Any) -> str:
    """Return the party whose numbers are unique for it only; "" for the company's own."""
    own = item.type.startswith(("purchase", "payment"))
    return str(item.party) if own else ""


def names_of(item: Any) -> tuple[str, ...]:
    """Return what a document is known by besides its number.

    The supplier's number; and, for one without a number, the caller's identity of it.
    """
    names = [getattr(item, "party_number", "")]
    if not item.number:
        names.append(item.source_id)
    return tuple(name for name in names if name and name != item.number)


def settled_by(item: Any, registry: Registry) -> Iterator[tuple[str, Settled]]:
    """Yield pointer and part of each document that money settles, or gives back."""
    if isinstance(item, BankEntry) and item.settles:
        amount = -item.amount if item.reverses else item.amount
        yield "/settles", Settled(_settled_place(item, registry), amount)
    elif isinstance(item, Payment):
        # What takes a payment back gives its parts back to what it had settled.
        kind = SETTLES[OPPOSITE_PAYMENT[item.kind] if item.reverses else item.kind]
        owner = _owner(kind, item.party)
        for at, part in enumerate(item.allocations):
            place = registry.place((kind, owner, part.number))
            amount = -part.amount if item.reverses else part.amount
            yield f"/allocations/{at}/number", Settled(place, amount)


def _settled_place(entry: BankEntry, registry: Registry) -> Place:
    places = [
        registry.place((kind, _owner(kind, entry.party), entry.settles)) for kind in _KINDS
    ]
    if not entry.party:
        # The account alone is said: any supplier's document of that number will do.
        named = (one for one in registry.numbers if one[-1] == entry.settles)
        places += [one for one in named if one[0] in _KINDS]
    return next((one for one in places if one in registry.numbers), places[0])


def _owner(kind: str, party: str) -> str:
    return party if kind.startswith("purchase") else ""


class Standing:
    """Refuses what the registry shows to be wrong, also within a batch.

    Args:
        batch: What is on its way.
        registry: What was handed over, and what of the batch may go so far.
        settings: Policies, and how totals are rounded.
        known: What Sage has or was given, without the batch.
    """

    def __init__(
        self, batch: Batch, registry: Registry, settings: Sage100Settings, known: Reference
    ) -> None:
        self._batch = batch
        self._registry = registry
        self._settings = settings
        self._known = known
        self._lost: set[Name] = set()

    def lose(self, item: Any) -> None:
        """Remember master data of the batch, in Sage's codes, that does not go."""
        if not is_known(item, self._known):
            self._lost.add(name_of(item))

    def refuses(self, at: int, item: Any, *, posting: bool) -> bool:
        """Settle an item that must not go; return whether it is settled.

        Args:
            at: Its position in the batch.
            item: In Sage's own codes.
            posting: False where nobody knows what was handed over before.
        """
        if self._lost:
            lacking = [*lost_names(item, self._lost, self._known, self._settings)]
            for path, name in lacking:
                self._batch.find(at, "SC-DEPENDENCY", path, other=name)
            if lacking:
                self._batch.settle(at, State.NOT_RUN)
                return True
        settled = [*settled_by(item, self._registry)]
        found = [
            *self._taken_number(at, item),
            *self._over_credited(item),
            *(self._too_early(item, settled) if posting else ()),
            *self._over_paid(item, settled),
        ]
        for code, path, values in (*found, *self._booked_already(at, item)):
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

    def _booked_already(self, at: int, item: Any) -> Iterator[_Against]:
        """Yield a warning on a supplier's invoice that another document seems to be."""
        number = getattr(item, "party_number", "")
        place = (item.type, owner_of(item), number)
        other = self._registry.names.get(place) if number else None
        if other is not None and other != self._batch.keys[at].digest:
            values = {"number": number, "id": self._registry.entries[other].id}
            yield "SC-S100-PARTY-NUMBER-TWICE", "/party_number", values

    def _original(self, item: Any) -> Entry | None:
        """Return what a document takes back, where it was handed over from here."""
        reverses = getattr(item, "reverses", "")
        kind = _REVERSED.get(item.type, "")
        if not reverses or not kind:
            return None
        place = self._registry.place((kind, owner_of(item), reverses))
        digest = self._registry.numbers.get(place, "")
        return self._registry.entries.get(digest)

    def _over_credited(self, item: Any) -> Iterator[_Against]:
        original = self._original(item)
        if original is None:
            return
        if original.currency not in {"", item.currency}:
            values = {"number": item.reverses, "currency": item.currency}
            told = {**values, "other": original.currency}
            yield "SC-S100-REVERSAL-CURRENCY", "/currency", told
            return
        place = (item.type, owner_of(item), item.reverses)
        back = self._registry.taken_back.get(place, ZERO)
        if back + self._gross(item) > original.gross:
            values = {"number": item.reverses, "whole": original.gross, "back": back}
            yield "SC-OVER-CREDITED", "/reverses", values

    def _gross(self, item: Any) -> Decimal:
        if isinstance(item, Payment | BankEntry):
            return item.amount
        if isinstance(item, JournalEntry):
            return sum((one.debit for one in item.movements if one.debit), ZERO)
        return totals(item, self._settings.rounding).gross

    def _too_early(
        self, item: Any, settled: Sequence[tuple[str, Settled]]
    ) -> Iterator[_Against]:
        """Yield each purchase that was not handed over before its money."""
        if self._settings.policy.settle_unknown:
            return
        for path, part in settled if not getattr(item, "reverses", "") else ():
            kind, _, number = part.place
            if kind.startswith("purchase") and part.place not in self._registry.numbers:
                values = {"number": number, "party": item.party or "?"}
                yield "SC-BANK-BEFORE-PURCHASE", path, values

    def _over_paid(
        self, item: Any, settled: Sequence[tuple[str, Settled]]
    ) -> Iterator[_Against]:
        """Yield each document that money would settle beyond what is left of it.

        What was credited is not taken off: it may be paid, and the credit note paid back.
        """
        coming: dict[Place, Decimal] = {}
        for path, part in settled:
            original = self._registry.numbers.get(part.place)
            if original is None or part.amount <= 0:
                continue
            entry = self._registry.entries[original]
            number = part.place[-1]
            if entry.currency != item.currency:
                if entry.currency:
                    values = {"number": number, "currency": item.currency}
                    told = {**values, "document_currency": entry.currency}
                    yield "SC-PAY-CURRENCY", path, told
                continue
            before = coming.get(part.place, ZERO)
            paid = self._registry.settled.get(part.place, ZERO)
            owed = max(entry.gross - paid - before, ZERO)
            coming[part.place] = before + part.amount
            if part.amount > owed:
                told = {
                    "amount": part.amount,
                    "owed": owed,
                    "excess": part.amount - owed,
                    "number": number,
                    "currency": item.currency,
                }
                yield "SC-PAY-OVERPAID", path.replace("/number", "/amount"), told

"""What every back end does with a batch: its order, its dependencies, its outcomes."""

import datetime as dt
import enum
import hashlib
import json
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any, Final, TypeAlias

import attrs

from ..errors import SageConnectError
from ..model import (
    BankEntry,
    Customer,
    DimensionValue,
    Item,
    JournalEntry,
    MasterData,
    OpenDocument,
    Payment,
    PurchaseCreditNote,
    PurchaseInvoice,
    Reference,
    SalesCreditNote,
    SalesInvoice,
    Supplier,
    TradeDocument,
    totals,
)
from ..model.fields import FrozenMap
from ..model.payment import FROM_CUSTOMERS
from ..validation import Checker, Finding, Report, RuleBook
from ..validation.finding import step_of
from .back_end import Postable, judged
from .key import Key
from .outcome import Outcome, Receipt, State

_SEATS: Final[Mapping[type, str]] = {
    DimensionValue: "dimension_values",
    Customer: "customers",
    Supplier: "suppliers",
    Item: "items",
    SalesInvoice: "sales_invoices",
    SalesCreditNote: "sales_credit_notes",
    PurchaseInvoice: "purchase_invoices",
    PurchaseCreditNote: "purchase_credit_notes",
    JournalEntry: "journal_entries",
    Payment: "payments",
    BankEntry: "bank_entries",
}
# Master data first, in the order in which one needs the other; what settles comes last.
_STAGE: Final[Mapping[type, int]] = {
    DimensionValue: 0,
    Customer: 1,
    Supplier: 1,
    Item: 1,
    Payment: 3,
    BankEntry: 3,
}
_DOCUMENTS: Final = 2
_SALES: Final = (SalesInvoice, SalesCreditNote)
_LETS_PASS: Final = {State.SKIPPED}
_ABSURD: Final = 30

_Name: TypeAlias = tuple[str, ...]
Trade: TypeAlias = SalesInvoice | SalesCreditNote | PurchaseInvoice | PurchaseCreditNote
"""What leaves something to be settled."""


def seat_of(item: Postable) -> str:
    """Return the seat that `item` belongs to, such as "sales_invoices".

    A `BankEntry` belongs to "bank_entries", which is no seat of its own: it is posted
    through `documents`.
    """
    return _SEATS[type(item)]


def key_of(item: Postable, scope: str) -> Key:
    """Return the key of a document or of master data in the books `scope`.

    The code is the identity of master data; of a dimension's value, with the dimension in
    the place of the party.
    """
    match item:
        case DimensionValue():
            return Key(scope=scope, kind=item.type, party=item.dimension, id=item.code)
        case Customer() | Supplier() | Item():
            return Key(scope=scope, kind=item.type, id=item.code)
        case _:
            return Key.of(item, scope)


def order(items: Sequence[Postable]) -> tuple[int, ...]:
    """Return positions in posting order: master data, documents, payments.

    Within each, the caller's order stands.
    """
    return tuple(
        sorted(range(len(items)), key=lambda at: _STAGE.get(type(items[at]), _DOCUMENTS))
    )


def checked(checker: Checker, items: Sequence[Postable], reference: Reference) -> Report:
    """Return what the rules say of a batch, each item seen after what it depends on.

    Findings are in input order and name positions of the input.

    Args:
        checker: The rules.
        items: In any order.
        reference: What is known without the batch.
    """
    places = order(items)
    report = checker.check([items[at] for at in places], reference=merged(reference, items))
    if places == tuple(range(len(items))):
        return report
    moved = [_moved(one, places[one.index]) for one in report]
    return attrs.evolve(report, findings=tuple(sorted(moved, key=lambda one: one.index)))


def _moved(finding: Finding, at: int) -> Finding:
    # A nameless document is known by its position.
    nameless = finding.document == f"#{finding.index + 1}"
    name = f"#{at + 1}" if nameless else finding.document
    return attrs.evolve(finding, index=at, document=name)


def merged(reference: Reference, items: Iterable[Postable]) -> Reference:
    """Return `reference` as it will be once the batch's own data are posted.

    Master data of the batch are known to its documents, and its invoices to its payments.
    A part that was not read stays not read.
    """
    batch = tuple(items)
    new: dict[str, dict[Any, MasterData]] = {}
    for item in batch:
        match item:
            case DimensionValue():
                # Of two with one code the second is refused: the first is what will be.
                place = item.dimension, item.code
                new.setdefault("dimension_values", {}).setdefault(place, item)
            case Customer() | Supplier() | Item():
                new.setdefault(seat_of(item), {}).setdefault(item.code, item)
            case _:
                pass
    # What the ledger has comes first: how it looks there, and not what the batch would make
    # of it, says what an entry meets and what an update writes over.
    parts: dict[str, Mapping[Any, object]] = {
        part: {**values, **getattr(reference, part)}
        for part, values in new.items()
        if getattr(reference, part) is not None
    }
    if reference.open_documents is not None:
        opened = _opened(batch)
        if opened:
            # What the ledger has comes first: a batch cannot make its own debt larger.
            parts["open_documents"] = {**opened, **reference.open_documents}
    return reference.with_parts(**parts) if parts else reference


def open_document(document: Trade) -> OpenDocument:
    """Return what `document` leaves to be settled once it is posted."""
    sums = totals(document)
    return OpenDocument(
        number=document.number,
        kind=document.type,
        party=document.party,
        currency=document.currency,
        total=sums.gross,
        outstanding=sums.due,
        date=document.date,
        due=document.due if isinstance(document.due, dt.date) else None,
    )


def _opened(batch: Sequence[Postable]) -> dict[tuple[str, str], OpenDocument]:
    # Only what the batch itself settles: totals are not worth computing for nobody.
    settled = {
        part.number for one in batch if isinstance(one, Payment) for part in one.allocations
    }
    settled |= {one.settles for one in batch if isinstance(one, BankEntry)}
    opened: dict[tuple[str, str], OpenDocument] = {}
    for one in batch:
        if isinstance(one, TradeDocument) and one.number and one.number in settled:
            try:
                opened[one.party, one.number] = open_document(one)
            except ArithmeticError:
                # Amounts beyond all reason; a rule refuses the document for them.
                continue
    return opened


def content_digest(item: Postable) -> str:
    """Return the SHA-256 of everything that `item` says, 64 hexadecimal digits.

    The same in every process, on every system and in every version: fields that are left
    at their default take no part, so that a field that is added later changes nothing.
    Numbers count by value: 100 and 100.00 are the same; attachments count by content.
    """
    text = json.dumps(_plain(item), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def content_text(item: Postable) -> str:
    """Return everything that `item` says as one line of JSON, defaults left out.

    It is what `content_digest` is taken of, but for the order of its fields.
    """
    return json.dumps(_plain(item), ensure_ascii=False)


@cache
def _fields(kind: type) -> tuple[tuple[str, object], ...]:
    return tuple((one.name, one.default) for one in attrs.fields(kind))


def _plain(value: object) -> Any:  # noqa: PLR0911 - one for each kind of value
    match value:
        case enum.Enum():
            return value.value
        case None | str() | bool() | int():
            return value
        case Decimal():
            return _number(value)
        case dt.date():
            return value.isoformat()
        case bytes():
            return hashlib.sha256(value).hexdigest()
        case FrozenMap():
            return dict(_any(value))
        case tuple():
            return [_plain(one) for one in _any(value)]
        case _:
            kind: Any = type(value)
            # The name keeps two kinds with like fields apart: ten per cent is not ten.
            plain = {"type": getattr(kind, "type", kind.__name__)}
            for name, default in _fields(kind):
                content = getattr(value, name)
                # Mostly the very same object, and comparing mappings takes long.
                if content is not default and content != default:
                    plain[name] = _plain(content)
            return plain


def _any(value: Any) -> Any:
    # Strict checkers call the parts of a matched container unknown.
    return value


def _number(value: Decimal) -> str:
    """The one way to write a number: 10.5 for 10.50, 100 for 1E+2, 0 for -0.00."""
    if not value:
        return "0"
    if abs(value.adjusted()) < _ABSURD:
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    # A million zeros are not written out. Not `normalize`, which rounds to the context.
    sign, digits, _ = value.as_tuple()
    bare = "".join(map(str, digits)).rstrip("0")
    exponent = value.adjusted() - len(bare) + 1
    return f"{Decimal((sign, tuple(map(int, bare)), exponent)):E}"


class Batch:
    """A batch on its way: what may go, in posting order, and what became of each item.

    A back end settles what it knows already, has the rest judged, then goes over the batch
    itself: iteration gives the positions that may be posted, one after the other, and
    settles what a refusal before them holds back.

    Attributes:
        items: As they were given.
        keys: The key of each.
    """

    def __init__(self, items: Sequence[Postable], *, scope: str, book: RuleBook) -> None:
        self.items: tuple[Postable, ...] = tuple(items)
        self.keys: tuple[Key, ...] = tuple(key_of(item, scope) for item in self.items)
        self._book: RuleBook = book
        self._reports: dict[int, Report] = {}
        self._outcomes: dict[int, Outcome[Any]] = {}
        self._stopped: set[_Name] = set()

    @property
    def pending(self) -> tuple[int, ...]:
        """Positions without an outcome, in input order."""
        return tuple(at for at in range(len(self.items)) if at not in self._outcomes)

    @property
    def outcomes(self) -> tuple[Outcome[Any], ...]:
        """One outcome for each item, in input order.

        Raises:
            RuntimeError: The back end left an item without one.
        """
        if self.pending:
            names = ", ".join(_name(self.items[at], at) for at in self.pending)
            raise RuntimeError(f"no outcome was given to {names}")
        return tuple(self._outcomes[at] for at in range(len(self.items)))

    def outcome(self, at: int) -> Outcome[Any]:
        """Return what became of an item that is settled."""
        return self._outcomes[at]

    @property
    def settled(self) -> tuple[Outcome[Any], ...]:
        """The outcomes there are so far, in input order."""
        return tuple(self._outcomes[at] for at in sorted(self._outcomes))

    @property
    def report(self) -> Report:
        """Everything found so far, in input order."""
        reports = [self._reports[at] for at in sorted(self._reports)]
        unchecked = dict.fromkeys(one for report in reports for one in report.unchecked)
        return Report(
            findings=tuple(one for report in reports for one in report),
            unchecked=tuple(unchecked),
            documents=len(self.items),
        )

    def judge(self, report: Report) -> None:
        """Take what the rules say of the pending items, checked in input order.

        What they refuse, or a setting leaves out, is settled.
        """
        for place, at in enumerate(self.pending):
            own = report.of(place)
            moved = tuple(_moved(one, at) for one in own)
            self._reports[at] = attrs.evolve(own, findings=moved)
            state = judged(own)
            if state is not None:
                self.settle(at, state)

    def __iter__(self) -> Iterator[int]:
        for group in self.groups(1, lambda _: None):
            yield from group

    def groups(
        self, most: int, alike: Callable[[int], Hashable]
    ) -> Iterator[tuple[int, ...]]:
        """Give positions that may be posted together, in posting order.

        Each group is settled before the next is asked for. None of it depends on another
        of the same group.

        Args:
            most: How many a group has at most.
            alike: Only positions for which it gives the same stand in one group.
        """
        group: list[int] = []
        provided: set[_Name] = set()
        for at in order(self.items):
            if at in self._outcomes:
                continue
            needs = {need for need, _ in _needs(self.items[at])}
            if group and (
                len(group) == most or alike(group[0]) != alike(at) or needs & provided
            ):
                yield tuple(group)
                group, provided = [], set()
            if self._is_held_back(at):
                continue
            group.append(at)
            provided.update(name for name in _provides(self.items[at]) if name[-1])
        if group:
            yield tuple(group)

    def _is_held_back(self, at: int) -> bool:
        """Settle an item that needs what was stopped; return whether it was."""
        lacking = [need for need in _needs(self.items[at]) if need[0] in self._stopped]
        for name, path in lacking:
            self.find(at, "SC-DEPENDENCY", path, other=name[-1])
        if lacking:
            self.settle(at, State.NOT_RUN)
        return bool(lacking)

    def find(self, at: int, code: str, path: str = "", **values: object) -> None:
        """Add a finding to what the rules said of an item."""
        item = self.items[at]
        found: Finding = self._book.finding(
            code, path, document=_name(item, at), index=at, **values
        )
        # Not by keyword above: a sentence may name a value of that name.
        journal: str = getattr(item, "journal", "")
        found = attrs.evolve(found, kind=item.type, journal=journal)
        report = self._reports.get(at, Report(documents=1))
        self._reports[at] = attrs.evolve(report, findings=(*report, found))

    def settle(
        self,
        at: int,
        state: State,
        *,
        receipt: Receipt[Any] | None = None,
        error: SageConnectError | None = None,
    ) -> None:
        """Say what became of an item; what needs it is then not run if it did not pass."""
        item = self.items[at]
        outcome: Outcome[Any] = Outcome(
            document=item,
            key=self.keys[at],
            state=state,
            receipt=receipt,
            report=self._reports.get(at, Report(documents=1)),
            error=error,
        )
        self._outcomes[at] = outcome
        if not outcome.posted and state not in _LETS_PASS:
            self._stopped.update(name for name in _provides(item) if name[-1])


def _name(item: Any, at: int) -> str:
    for attribute in ("number", "code", "source_id"):
        name: str = getattr(item, attribute, "")
        if name:
            return name
    return f"#{at + 1}"


def _provides(item: Postable) -> Iterator[_Name]:
    match item:
        case DimensionValue():
            yield "dimension_values", item.dimension, item.code
            # Documents may leave the dimension to the ledger.
            yield "dimension_values", "", item.code
        case Customer() | Supplier() | Item():
            yield seat_of(item), item.code
        case _:
            yield "documents", getattr(item, "party", ""), item.number


def _needs(item: Postable) -> Iterator[tuple[_Name, str]]:
    """Each name that `item` depends on, and the path that names it."""
    whole: Any = item
    party = getattr(whole, "party", "")
    for seat in _party_seats(item):
        yield (seat, party), "/party"
    for attribute in ("lines", "movements"):
        for at, part in enumerate(getattr(whole, attribute, ())):
            yield from _needs_of_part(part, f"/{attribute}/{at}")
    yield ("dimension_values", "", getattr(whole, "project", "")), "/project"
    for at, part in enumerate(getattr(whole, "allocations", ())):
        yield ("documents", party, part.number), f"/allocations/{at}/number"
    for attribute in ("settles", "reverses"):
        yield ("documents", party, getattr(whole, attribute, "")), f"/{attribute}"


def _party_seats(item: Postable) -> tuple[str, ...]:
    match item:
        case Payment():
            received = item.kind in FROM_CUSTOMERS
        case BankEntry():
            return ("customers", "suppliers")
        case TradeDocument():
            received = isinstance(item, _SALES)
        case _:
            return ()
    return ("customers",) if received else ("suppliers",)


def _needs_of_part(part: Any, path: str) -> Iterator[tuple[_Name, str]]:
    yield ("items", getattr(part, "item", "")), f"{path}/item"
    for seat in ("customers", "suppliers"):
        yield (seat, getattr(part, "party", "")), f"{path}/party"
    for dimension, value in part.dimensions.items():
        place = f"{path}/dimensions/{step_of(dimension)}"
        yield ("dimension_values", dimension, value), place
    for at, share in enumerate(part.analytic):
        name = ("dimension_values", share.dimension, share.value)
        yield name, f"{path}/analytic/{at}/value"

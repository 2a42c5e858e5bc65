"""Entry lines of ours, as they were handed over and as an export shows them.

An export may hold millions of lines, so it is read twice and never kept. The first reading
only adds up, for each document of ours, a digest of each of its lines: where the sum is
that of what was handed over, nothing has changed. The second keeps the lines of the others.
"""

import datetime as dt
import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple, TypeAlias

import attrs

from .codec import DIGEST_LENGTH
from .registry import Entry
from .wire import CompanyFile, EntryLine, Record, Side, stream

Number: TypeAlias = tuple[str, str]
"""Journal and invoice number."""
Place: TypeAlias = tuple[str, str, str]
"""Journal, day and piece number: one piece in one export."""


class Booked(NamedTuple):
    """What is compared of an entry line, as text; "" for an empty field and for 0."""

    journal: str
    date: str
    invoice_number: str
    account: str
    third_party: str
    label: str
    due: str
    side: str
    amount: str
    currency_amount: str
    tax_code: str


class Seen(NamedTuple):
    """A line as an export has it: with its piece number and its physical line there."""

    booked: Booked
    piece: str
    line: int

    @property
    def place(self) -> Place:
        """The piece it stands in."""
        return self.booked.journal, self.booked.date, self.piece


def booked_of(record: EntryLine) -> Booked:
    """Return what is compared of an entry line.

    Raises:
        CodecError: A value cannot be read.
    """
    return Booked(
        journal=record.journal,
        date=_day(record),
        invoice_number=record.invoice_number,
        account=record.account,
        third_party=record.third_party,
        label=record.label.strip(),
        due=record.due_date.isoformat() if record.due_date else "",
        side="credit" if record.side == Side.CREDIT else "debit",
        amount=_amount(record.amount),
        currency_amount=_amount(record.currency_amount),
        tax_code=record.tax_code,
    )


def seen_of(record: EntryLine) -> Seen:
    """Return a line of an export.

    Raises:
        CodecError: A value cannot be read.
    """
    return Seen(booked_of(record), record.piece, record.line)


def _day(record: EntryLine) -> str:
    return record.date.isoformat() if record.date else ""


def _amount(value: Decimal | None) -> str:
    if not value:
        return ""
    in_cents = f"{value:.2f}"
    return in_cents if Decimal(in_cents) == value else f"{value:f}"


@attrs.define
class Sum:
    """Digests of lines, added up in any order.

    Attributes:
        digests: Their sum.
        count: Of lines.
        piece: Piece number of the first.
        line: Its physical line.
    """

    digests: int = 0
    count: int = 0
    piece: str = ""
    line: int = 0

    def add(self, record: EntryLine) -> None:
        """Add a line."""
        if not self.count:
            self.piece, self.line = record.piece, record.line
        text = "\x1f".join(booked_of(record)).encode()
        self.digests += int.from_bytes(hashlib.blake2b(text, digest_size=16).digest())
        self.count += 1

    def is_same(self, other: "Sum") -> bool:
        """Return whether both are of the same lines."""
        return (self.digests, self.count) == (other.digests, other.count)


@attrs.define(kw_only=True)
class Handed:
    """A document that was handed over.

    Attributes:
        reference: The start of its key's digest, which stands on every line.
        entry: Its row in the registry.
        number: Its invoice number, as it was written.
        day: Its day, or "" where the registry is too old to tell.
        sum: Of its lines; of none where the registry is too old to have them.
    """

    reference: str
    entry: Entry
    number: str
    day: str = ""
    sum: Sum = attrs.field(factory=Sum)


class Expected:
    """Every document that was handed over, by what its lines are recognised by.

    Attributes:
        by_reference: By the start of the key's digest, which stands on every line.
        by_number: By journal and invoice number, which several may share.
        numbers: Their invoice numbers alone, by which other people's lines are passed over.
    """

    def __init__(self, entries: Iterable[Entry], contents: Iterable[bytes]) -> None:
        self.by_reference: dict[str, Handed] = {
            handed.reference: handed
            # Customers are no entries; they have no journal.
            for handed in (_handed(entry) for entry in entries if entry.journal)
        }
        for content in contents:
            for record in _entry_lines(content):
                handed = self.by_reference.get(record.reference)
                if handed is not None:
                    handed.sum.add(record)
                    handed.number, handed.day = record.invoice_number, _day(record)
        self.by_number: dict[Number, list[str]] = {}
        for reference, handed in self.by_reference.items():
            number = handed.entry.journal, handed.number
            if handed.number:
                self.by_number.setdefault(number, []).append(reference)
        self.numbers: frozenset[str] = frozenset(number for _, number in self.by_number)


def _handed(entry: Entry) -> Handed:
    reference = entry.digest[:DIGEST_LENGTH]
    return Handed(reference=reference, entry=entry, number=entry.number)


def lines_of(
    contents: Iterable[bytes], wanted: Collection[str]
) -> Mapping[str, list[Booked]]:
    """Return the lines of some documents, as they were handed over."""
    found: dict[str, list[Booked]] = {}
    for content in contents:
        for record in _entry_lines(content):
            if record.reference in wanted:
                found.setdefault(record.reference, []).append(booked_of(record))
    return found


def _entry_lines(content: bytes) -> Iterator[EntryLine]:
    return (record for record in stream(content) if isinstance(record, EntryLine))


class Survey:
    """The first reading of an export: which of ours it holds, and which may have changed.

    Attributes:
        own: What bears the reference of a document of ours.
        loose: What bears the invoice number of one, and no reference of ours.
        places: Pieces with lines of ours, and whose.
        days: First and last day of the entries, by journal.
        full: Whether it is an export of the company itself, with its own record.
        unchanged: What stands there exactly as it was handed over; empty before `finish`.
        suspects: What stands there, or may, otherwise; empty before `finish`.
        sought: What neither reference nor number show, on a day that is there: its lines
            may stand there all the same; empty before `finish`.
    """

    def __init__(self, expected: Expected) -> None:
        self._expected = expected
        self.own: dict[str, Sum] = {}
        self.loose: dict[Number, Sum] = {}
        self.places: dict[Place, str] = {}
        self.days: dict[str, tuple[dt.date, dt.date]] = {}
        self.full: bool = False
        self.unchanged: dict[str, Sum] = {}
        self.suspects: set[str] = set()
        self.sought: set[str] = set()

    def take(self, record: Record) -> None:
        """Take the next record."""
        if isinstance(record, EntryLine):
            self._take_entry(record)
        elif isinstance(record, CompanyFile):
            self.full = True

    def _take_entry(self, record: EntryLine) -> None:
        journal, day = record.journal, record.date
        if day is not None:
            days = self.days.get(journal)
            if days is None:
                self.days[journal] = day, day
            elif not days[0] <= day <= days[1]:
                self.days[journal] = min(days[0], day), max(days[1], day)
        reference = record.reference
        if reference in self._expected.by_reference:
            self.own.setdefault(reference, Sum()).add(record)
            self.places.setdefault((journal, _day(record), record.piece), reference)
            return
        if record.invoice_number not in self._expected.numbers:
            return
        number = record.journal, record.invoice_number
        if number in self._expected.by_number:
            self.loose.setdefault(number, Sum()).add(record)

    def finish(self) -> None:
        """Tell what is unchanged from what has to be looked at, once all was taken."""
        for reference, handed in self._expected.by_reference.items():
            number = handed.entry.journal, handed.number
            own, loose = self.own.get(reference), self.loose.get(number)
            if own is None and self._expected.by_number.get(number) == [reference]:
                # Sage may not have kept the reference.
                own, loose = loose, None
            if own is not None and loose is None and own.is_same(handed.sum):
                self.unchanged[reference] = own
        by_number = (
            one for number in self.loose for one in self._expected.by_number[number]
        )
        self.suspects = {*self.own, *by_number}.difference(self.unchanged)
        self.sought = {
            reference
            for reference, handed in self._expected.by_reference.items()
            if self.has_day_of(handed)
        }.difference(self.unchanged, self.suspects)

    def has_day_of(self, handed: Handed) -> bool:
        """Return whether the export has entries of its journal before and after its day.

        A person may export some months, or some journals, alone: of other days, or of a
        document whose day is not known, an export says nothing.
        """
        days = self.days.get(handed.entry.journal)
        if days is None or not handed.day:
            return False
        return days[0] <= dt.date.fromisoformat(handed.day) <= days[1]


Trace: TypeAlias = bytes
"""What a line is known by that lost reference and number; see `trace_of`."""


def trace_of(line: Booked) -> Trace:
    """Return what a line is known by where Sage kept neither reference nor number."""
    kept = (
        line.journal,
        line.date,
        line.account,
        line.third_party,
        line.side,
        line.amount,
    )
    return hashlib.blake2b("\x1f".join(kept).encode(), digest_size=8).digest()


def traces_of(
    contents: Iterable[bytes], wanted: Collection[str]
) -> Mapping[Trace, tuple[str, ...]]:
    """Return whose a line may be, by its trace, of some documents that were handed over."""
    found: dict[Trace, tuple[str, ...]] = {}
    for content in contents:
        for record in _entry_lines(content):
            if record.reference in wanted:
                trace = trace_of(booked_of(record))
                known = found.get(trace, ())
                if record.reference not in known:
                    found[trace] = (*known, record.reference)
    return found


class Gathered:
    """The second reading of an export: the lines that have to be looked at.

    Args:
        expected: What was handed over.
        survey: The first reading.
        traces: Of the documents that are sought by their lines.

    Attributes:
        own: Lines that bear the reference of a suspect.
        added: Lines that stand in a piece of ours and bear no reference of ours.
        loose: Lines that bear the invoice number of a suspect, and stand elsewhere.
        alike: Lines that look like one that is sought.
    """

    def __init__(
        self,
        expected: Expected,
        survey: Survey,
        traces: Mapping[Trace, tuple[str, ...]],
    ) -> None:
        self._expected = expected
        self._places = survey.places
        self._suspects = survey.suspects
        handed = (expected.by_reference[one] for one in survey.suspects)
        self._numbers = {(one.entry.journal, one.number) for one in handed if one.number}
        self.own: dict[str, list[Seen]] = {}
        self.added: dict[str, list[Seen]] = {}
        self.loose: dict[Number, list[Seen]] = {}
        self.alike: dict[Place, list[Seen]] = {}
        self._traces = traces
        sought = (expected.by_reference[one] for one in survey.sought if traces)
        self._days = {(one.entry.journal, one.day) for one in sought}
        self._found: set[str] = set()

    @property
    def found(self) -> tuple[str, ...]:
        """Whose `alike` may be, in the order of handing over."""
        return tuple(one for one in self._expected.by_reference if one in self._found)

    def take(self, record: Record) -> None:
        """Take the next record."""
        if not isinstance(record, EntryLine):
            return
        reference = record.reference
        if reference in self._expected.by_reference:
            if reference in self._suspects:
                self.own.setdefault(reference, []).append(seen_of(record))
            return
        number = record.journal, record.invoice_number
        day = _day(record)
        home = self._places.get((record.journal, day, record.piece))
        # Of another invoice number it is somebody's own piece of the same number and day.
        if home is not None and number[1] in {"", self._expected.by_reference[home].number}:
            self.added.setdefault(home, []).append(seen_of(record))
        elif number in self._numbers:
            self.loose.setdefault(number, []).append(seen_of(record))
        elif (record.journal, day) in self._days:
            self._take_alike(seen_of(record))

    def _take_alike(self, seen: Seen) -> None:
        owners = self._traces.get(trace_of(seen.booked))
        if owners:
            self._found.update(owners)
            self.alike.setdefault(seen.place, []).append(seen)

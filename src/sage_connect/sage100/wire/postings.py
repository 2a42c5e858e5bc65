"""The entry lines of a flat file: booked by piece and month, and split by plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ...errors import CodecError
from ._generated.entries import AnalyticLine, EntryLine
from .balance import BookedSide, Books, Totals, Words, exact, units
from .record import Record
from .sentences import Code
from .values import parse_day

__all__ = ("Postings",)

_JOURNAL = EntryLine.journal.at
_DATE = EntryLine.date.at
_PIECE = EntryLine.piece.at
_ACCOUNT = EntryLine.account.at
_PARTY = EntryLine.third_party.at
_LABEL = EntryLine.label.at
_SIDE = EntryLine.side.at
_AMOUNT = EntryLine.amount.at
_WORDS = Words(
    piece=Code.BALANCE_PIECE,
    month=Code.BALANCE_MONTH,
    dates=Code.PIECE_DATES,
    twice=Code.TWICE,
    piece_field=EntryLine.piece.label,
    date_field=EntryLine.date.label,
    date_at=_DATE + 1,
    amount_field=EntryLine.amount.label,
)


class Postings:
    """Takes the records of a file in their order, and tells what does not add up."""

    def __init__(self, add: Callable[..., None]) -> None:
        self._add = add
        self._books = Books(add, _WORDS)
        # Amount of the entry line above; None where it cannot be read.
        self._entry: int | None = None
        self._plans: dict[str, list[int]] = {}
        self._unread: set[str] = set()

    def take(self, record: Record, *, whole: bool) -> None:
        """Count an entry or analytic line; `whole` says that it is not shifted."""
        if isinstance(record, AnalyticLine):
            self._analytic(record, whole=whole)
        elif isinstance(record, EntryLine):
            self._close_entry()
            cells = record.cells()
            # Of versions whose layout nobody published, a short record may be "whole" too.
            if whole and len(cells) > _AMOUNT:
                self._line(cells, record)
            else:
                self._shifted(cells)
        elif not record.layout.parents:
            self._close_entry()

    def _line(self, cells: Sequence[str], record: EntryLine) -> None:
        journal, day, piece = key = cells[_JOURNAL], cells[_DATE], cells[_PIECE]
        side, text = cells[_SIDE], cells[_AMOUNT]
        try:
            amount = units(text)
        except CodecError as error:
            # Reported by the field. One of too many decimals is an amount, and lacks.
            if error.code:
                self._books.spoil(journal, piece)
            return
        self._entry = amount
        if side not in {"0", "1"}:
            self._books.spoil(journal, piece)
            return
        booked: BookedSide = "credit" if side == "1" else "debit"
        try:
            parse_day(day, record.dialect.around)
        except ValueError:
            self._books.spoil(journal, piece)
            self._books.total(journal, booked, amount, record.line)
            return
        content = hash((key, cells[_ACCOUNT], cells[_PARTY], cells[_LABEL], side, text))
        self._books.take(key, booked, amount, content, record.line)

    def _shifted(self, cells: Sequence[str]) -> None:
        """Leave out the piece of a line that has too many or too few fields."""
        if len(cells) > _PIECE:
            self._books.spoil(cells[_JOURNAL], cells[_PIECE])
        # Where the line is missing before the number of the piece, that is another field.
        self._books.lose()

    def _analytic(self, record: AnalyticLine, *, whole: bool) -> None:
        cells = record.cells()
        if not whole or len(cells) <= AnalyticLine.amount.at:
            self._entry = None
            return
        plan, _, amount = cells[:3]
        found = self._plans.setdefault(plan, [0, record.line])
        try:
            found[0] += units(amount)
        except CodecError as error:
            if error.code:
                self._unread.add(plan)

    def _close_entry(self) -> None:
        """Compare the analytic lines with the entry line, now that they are all known."""
        if self._plans:
            for plan, (found, line) in self._plans.items():
                if self._entry not in {None, found} and plan not in self._unread:
                    self._add(
                        Code.ANALYTIC_SUM,
                        line,
                        AnalyticLine.amount.label,
                        plan=plan,
                        found=exact(found),
                        expected=exact(self._entry or 0),
                    )
            self._plans.clear()
            self._unread.clear()
        self._entry = None

    def close(self) -> None:
        """Tell what is left at the end of the file."""
        self._close_entry()
        self._books.close()

    def totals(self) -> Totals:
        """Return the sums of all lines whose side and amount can be read."""
        return self._books.totals()

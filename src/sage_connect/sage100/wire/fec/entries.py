"""The rows of a FEC as entries: balance, one date, one journal, one number, no twins.

Memory: entries that balance are forgotten but for their number (see `numbering`) and a
hash of eight to sixteen bytes; at most `OPEN` that do not balance are kept.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from types import MappingProxyType

from ..balance import Sums, Totals
from ..twins import Seen
from .cells import exact
from .faults import Code, Faults
from .numbering import Numbers

__all__ = ("OPEN", "Entries")

OPEN = 10_000
"""Entries that do not balance and are remembered at once."""

_ROWS = 10_000
Cents = int | Fraction


class _Entry:
    __slots__ = (
        "again",
        "credit",
        "day",
        "debit",
        "journal",
        "line",
        "mixture",
        "number",
        "rows",
        "spoilt",
    )

    def __init__(self, journal: str, number: str, day: str, line: int) -> None:
        self.journal = journal
        self.number = number
        self.day = day
        self.line = line
        self.debit: Cents = 0
        self.credit: Cents = 0
        self.spoilt = False
        self.again = False
        # Of all its rows, in any order.
        self.mixture = 0
        self.rows: set[int] = set()


class Entries:
    """Takes rows in the order of the file."""

    def __init__(self, faults: Faults, label: Callable[[str], str]) -> None:
        self._faults = faults
        self._label = label
        self._numbers = Numbers(faults, label)
        self._amount = label("Debit")
        self._rows = 0
        self._seen = Seen()
        self._entry = _Entry("", "", "", 0)
        self._spoilt: set[str] = set()
        self._unread = False
        self._open: dict[tuple[str, str], _Entry] = {}
        self._journals: dict[str, list[Cents]] = {}

    def take(  # noqa: PLR0917 - called a million times in a file: keywords cost
        self,
        journal: str,
        number: str,
        day: str,
        debit: Cents | None,
        credit: Cents | None,
        content: int,
        line: int,
    ) -> bool:
        """Count a row; return whether it begins an entry.

        Args:
            journal: As it stands.
            number: As it stands; rows without one are counted in the totals only.
            day: The date as it stands.
            debit: In cents; None where it cannot be read, so that nothing is said of the
                balance.
            credit: Likewise.
            content: A hash of what the row says besides its number.
            line: Physical line.
        """
        entry = self._entry
        self._rows += 1
        begins = False
        if number != entry.number or journal != entry.journal:
            if number and number == entry.number and entry.debit != entry.credit:
                # It still wants rows: this is one of them, in a wrong journal.
                self._faults.add(
                    Code.ENTRY_JOURNALS,
                    line,
                    self._label("JournalCode"),
                    number=number,
                    found=journal,
                    expected=entry.journal,
                )
            else:
                begins = True
                entry = self._turn(journal, number, day, line)
        if day != entry.day and number:
            self._faults.add(
                Code.ENTRY_DATES,
                line,
                self._label("EcritureDate"),
                number=number,
                found=day,
                expected=entry.day,
            )
        if debit is None or credit is None:
            entry.spoilt = self._unread = True
            return begins
        entry.debit += debit
        entry.credit += credit
        entry.mixture += content
        if len(entry.rows) < _ROWS:
            known = len(entry.rows)
            entry.rows.add(content)
            if len(entry.rows) == known and number:
                self._faults.add(Code.ROW_TWICE, line, number=number)
        sums = self._journals.get(journal)
        if sums is None:
            sums = self._journals[journal] = [0, 0]
        sums[0] += debit
        sums[1] += credit
        return begins

    def spoil(self, number: str) -> None:
        """Take note that a row of an entry cannot be read, or stands in pieces."""
        self._unread = True
        if number == self._entry.number:
            self._entry.spoilt = True
        else:
            self._spoilt.add(number)

    def _turn(self, journal: str, number: str, day: str, line: int) -> _Entry:
        """Leave an entry, and begin or resume another."""
        self._leave()
        spoilt = number in self._spoilt
        self._spoilt.clear()
        known = self._open.pop((journal, number), None)
        if known is not None:
            self._entry = known
            known.spoilt = known.spoilt or spoilt
            self._faults.add(
                Code.ENTRY_SPLIT,
                line,
                self._label("EcritureNum"),
                number=number,
                first=known.line,
            )
            return known
        self._entry = _Entry(journal, number, day, line)
        self._entry.spoilt = spoilt
        if number and self._numbers.again(journal, number, line):
            self._entry.again = True
            self._faults.add(
                Code.NUMBER_AGAIN,
                line,
                self._label("EcritureNum"),
                number=number,
                journal=journal,
            )
        return self._entry

    def _leave(self) -> None:
        entry = self._entry
        if entry.spoilt or not entry.number:
            return
        if entry.debit != entry.credit:
            if len(self._open) >= OPEN:
                oldest = next(iter(self._open))
                self._tell(self._open.pop(oldest), Code.BALANCE_ENTRY)
            self._open[entry.journal, entry.number] = entry
        elif not entry.again and self._seen.again(entry.mixture):
            self._faults.add(Code.ENTRY_TWICE, entry.line, number=entry.number)

    def _tell(self, entry: _Entry, code: Code) -> None:
        self._faults.add(
            code,
            entry.line,
            self._amount,
            number=entry.number,
            journal=entry.journal,
            debit=exact(entry.debit),
            credit=exact(entry.credit),
        )

    def close(self, last: int) -> Totals:
        """Tell what is left at the end of the file, and return the sums."""
        end = self._entry
        self._leave()
        for entry in self._open.values():
            self._tell(entry, Code.BALANCE_ENTRY)
        if end.number and not end.spoilt and end.debit != end.credit:
            self._faults.add(
                Code.BALANCE_END,
                last,
                self._amount,
                number=end.number,
                debit=exact(end.debit),
                credit=exact(end.credit),
            )
        self._numbers.close()
        debit = sum((pair[0] for pair in self._journals.values()), start=Fraction(0))
        credit = sum((pair[1] for pair in self._journals.values()), start=Fraction(0))
        totals = Totals(
            debit=exact(debit),
            credit=exact(credit),
            by_journal=MappingProxyType(
                {
                    name: Sums(exact(one[0]), exact(one[1]))
                    for name, one in self._journals.items()
                }
            ),
        )
        if debit != credit and not self._unread:
            self._faults.add(
                Code.BALANCE, last, self._amount, debit=totals.debit, credit=totals.credit
            )
        if self._rows:
            self._faults.add(Code.NO_TRAILER, number=end.number, found=self._rows)
        return totals

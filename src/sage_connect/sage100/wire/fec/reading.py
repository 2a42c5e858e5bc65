"""A FEC as rows of entries: strict about what a row cannot hold, in flat memory."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator
from decimal import Decimal
from typing import Final

import attrs

from ....errors import FileFormatError
from ....model.fields import NOTHING, FrozenMap
from ..flat import Source
from ..rows import EntryKind, EntryRow
from .cells import amount, day, plain, side
from .columns import AMOUNTS, NAMES, SIDED, Columns, miscounted, names_of, picker
from .faults import Code, Problem, broken, fault
from .lines import Lines

__all__ = ("OPENING_JOURNALS", "is_opening", "rows")

OPENING_JOURNALS: Final = frozenset({"AN", "ANO", "ANOUV", "RAN"})
"""Codes of the journals that carry the last year's balances forward.

Inferred: habits, none of them demanded (sources.md#fec)."""

_OPENING_NAME = re.compile(r"(?:\b|[^a-z])[àa][ -]?nouveau", re.IGNORECASE)
_ESSENTIAL = ("EcritureNum", "EcritureDate", "CompteNum", *AMOUNTS, *SIDED)
_READ_ON = {Code.COLUMN_FEW, Code.COLUMN_MISSING}
_REMEMBERED = 50_000


def is_opening(journal: str, journal_name: str, opening: Collection[str]) -> bool:
    """Whether a journal carries the last year's balances forward."""
    return journal in opening or _OPENING_NAME.search(journal_name) is not None


def rows(
    source: Source, *, name: str = "", opening: Collection[str] = OPENING_JOURNALS
) -> Iterator[EntryRow]:
    """Read a FEC row by row, in flat memory.

    Tabs or vertical bars, UTF-8, ISO 8859-15 or ASCII, any line ends, 18 columns or those
    of cash-basis books, Debit and Credit or Montant and Sens. Dates that the tax office's
    checker tolerates are read too. Empty lines are passed over. Texts are as they stand.

    Letters of Windows-1252 are read as such. Inferred: ISO 8859-15 has control characters
    in their place, which no text has.

    A row of the file with both a debit and a credit comes as two. PieceRef is `piece`,
    ModeRglt is `method`; DateRglt, NatOp, IdClient, columns that the law does not know and
    dates with a time stand in `extra` by the name of their column. Amounts are in the
    currency of the books, which the file does not name; the sign of `currency_amount` is
    the file's own.

    Args:
        source: Bytes, a file opened in binary mode, or blocks of bytes of any size.
        name: The file's name, for messages.
        opening: Codes of journals whose rows are `opening` rows; so are those of journals
            that are called "à nouveau".

    Raises:
        FileFormatError: No FEC (at once); a header, date, amount or number of columns that
            cannot be read, or two encodings in one file (while iterating). Names line and
            column. `inspect` finds everything at once.
        TypeError: The source does not give bytes.
    """
    return _rows(Lines(source, name=name), frozenset(opening))


def _rows(lines: Lines, opening: frozenset[str]) -> Iterator[EntryRow]:
    reader: _Reader | None = None
    for first, texts in lines:
        if lines.damaged:
            at = lines.damaged[0]
            raise broken(fault(Code.UTF8, at, found=texts[at - first][:60]), lines.name)
        line = first
        if reader is None:
            reader = _Reader(_columns(texts[0], lines.name), lines, opening)
            texts, line = texts[1:], line + 1  # noqa: PLW2901 - the header is no row
        read = reader.read
        for at, text in enumerate(texts, line):
            yield from read(text, at)


def _columns(line: str, name: str) -> Columns:
    columns = Columns.of(line)
    for found in columns.faults:
        if found.severity != "error" or found.code in _READ_ON:
            continue
        raise broken(found, name)
    amounts = SIDED if columns.sided else AMOUNTS
    for wanted in (*_ESSENTIAL[:3], *amounts):
        if wanted not in columns.places:
            raise broken(fault(Code.COLUMN_MISSING, 1, wanted, found=wanted), name)
    return columns


class _Reader:
    def __init__(self, columns: Columns, lines: Lines, opening: frozenset[str]) -> None:
        self.columns = columns
        self.lines = lines
        self.name = lines.name
        self.opening = opening
        self.width = len(columns.names)
        self.pick = picker(columns)
        self.method = columns.places.get("ModeRglt")
        own = names_of(sided=columns.sided)
        taken = {at for key, at in columns.places.items() if key in own}
        self.extra = {
            title: at
            for at, title in enumerate(columns.names)
            if at not in taken and at != self.method
        }
        self.days: dict[str, dt.date] = {"": dt.date.min}
        self.kinds: dict[tuple[str, str], EntryKind] = {}

    def read(self, text: str, line: int) -> Iterator[EntryRow]:
        """Yield the row on a line: none for an empty one, two for one with two amounts."""
        cells = text.split(self.columns.separator)
        if len(cells) != self.width:
            if not text.strip():
                return
            last = line == self.lines.unended
            raise self._broken(miscounted(len(cells), self.width, last=last), line)
        cells.append("")
        values = self.pick(cells)
        if not any(cells):
            return
        extra = {title: cells[at] for title, at in self.extra.items() if cells[at]}
        amounts = self._amounts(values[11], values[12], line)
        days: list[dt.date | None] = []
        for at in (3, 9, 14, 15):
            found = self.days.get(values[at])
            if found is None:
                found = self._day(values[at], at, line, extra)
            days.append(found if values[at] else None)
        if days[0] is None:
            raise self._broken((Code.EMPTY, {}), line, "EcritureDate")
        foreign = self._amount(values[16], 16, line) if values[16] else None
        if not (foreign or values[17]):
            # 0 without a currency is how many programs write nothing.
            foreign = None
        row = EntryRow(
            journal=values[0],
            journal_name=values[1],
            number=values[2],
            date=days[0],
            account=values[4],
            account_name=values[5],
            third_party=values[6],
            third_party_name=values[7],
            piece=values[8],
            piece_date=days[1],
            label=values[10],
            debit=amounts[0][0],
            amount=amounts[0][1],
            lettering=values[13],
            lettered_on=days[2],
            validated_on=days[3],
            currency_amount=foreign,
            currency=values[17],
            method="" if self.method is None else cells[self.method],
            kind=self._kind(values[0], values[1]),
            extra=FrozenMap(extra) if extra else NOTHING,
            line=line,
        )
        yield row
        for debit, value in amounts[1:]:
            # What was in a foreign currency is said once.
            yield attrs.evolve(
                row, debit=debit, amount=value, currency="", currency_amount=None
            )

    def _amounts(self, left: str, right: str, line: int) -> list[tuple[bool, Decimal]]:
        """Return sides and amounts: one, or two where both are filled in."""
        if self.columns.sided:
            return [(self._side(right, line), self._amount(left, 11, line))]
        debit = (True, self._amount(left, 11, line))
        credit = (False, self._amount(right, 12, line))
        # Where neither says anything, the side that is filled in stands for the row.
        neither = credit if right and not left else debit
        return [side for side in (debit, credit) if side[1]] or [neither]

    def _kind(self, journal: str, journal_name: str) -> EntryKind:
        found = self.kinds.get((journal, journal_name))
        if found is None:
            opening = is_opening(journal, journal_name, self.opening)
            found = "opening" if opening else "normal"
            if len(self.kinds) < _REMEMBERED:
                self.kinds[journal, journal_name] = found
        return found

    def _amount(self, text: str, at: int, line: int) -> Decimal:
        value = plain(text)
        if value is not None:
            return value
        value, problem = amount(text)
        if value is None:
            assert problem is not None  # noqa: S101 - what is not read is told
            raise self._broken(problem, line, names_of(sided=self.columns.sided)[at])
        return value

    def _day(self, text: str, at: int, line: int, extra: dict[str, str]) -> dt.date:
        value, problem = day(text)
        if value is None:
            assert problem is not None  # noqa: S101 - what is not read is told
            raise self._broken(problem, line, NAMES[at])
        if ":" in text:
            # The time, which a row has no place for.
            extra[NAMES[at]] = text
        elif len(self.days) < _REMEMBERED:
            self.days[text] = value
        return value

    def _side(self, text: str, line: int) -> bool:
        found = side(text)
        if found is None:
            raise self._broken((Code.SIDE, {"found": text}), line, "Sens")
        return found

    def _broken(self, problem: Problem, line: int, name: str = "") -> FileFormatError:
        code, values = problem
        field = self.columns.label(name) if name else ""
        return broken(fault(code, line, field, **values), self.name)

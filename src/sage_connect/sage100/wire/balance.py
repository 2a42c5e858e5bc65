"""Debit against credit, by piece and by journal and month; and pieces posted twice.

Amounts are counted as whole millionths, so that sums are exact whatever the decimal
context of the caller. A piece that balances is forgotten but for a hash: eight to sixteen
bytes each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

import attrs

from ...errors import CodecError
from .twins import Seen
from .values import parse_amount

__all__ = ("DECIMALS", "BookedSide", "Books", "Sums", "Totals", "Words", "exact", "units")

DECIMALS = 6
_CENT = 10_000
_OPEN_PIECES = 10_000

Piece = tuple[str, str, str]
"""Journal, day as JJMMAA, number or reference."""
BookedSide = Literal["debit", "credit"]


@attrs.frozen
class Sums:
    """Exact sums in the base currency of the file."""

    debit: Decimal
    credit: Decimal


@attrs.frozen
class Totals(Sums):
    """Sums of all entry lines whose side and amount can be read.

    Attributes:
        by_journal: Journal code to its sums.
    """

    by_journal: Mapping[str, Sums]


def units(text: str) -> int:
    """Read an amount as whole millionths.

    Raises:
        CodecError: No amount, or one with more than six decimals.
    """
    if text[-3:-2] == ",":
        digits = text[:-3] + text[-2:]
        if digits.isascii() and digits.isdecimal():
            return int(digits) * _CENT
    sign, digits_, exponent = parse_amount(text).as_tuple()
    if not isinstance(exponent, int) or exponent < -DECIMALS:
        raise CodecError(f"{text!r} has more than {DECIMALS} decimals.", path="amount")
    shift: int = 10 ** (DECIMALS + exponent)
    whole = int("".join(map(str, digits_))) * shift
    return -whole if sign else whole


def exact(millionths: int) -> Decimal:
    """Return the amount with two decimals, or six where it needs them."""
    cents, rest = divmod(abs(millionths), _CENT)
    whole, exponent = (abs(millionths), -DECIMALS) if rest else (cents, -2)
    digits = tuple(map(int, str(whole)))
    return Decimal((1 if millionths < 0 else 0, digits, exponent))


class _Pair:
    """Sums that should be equal; `spoilt` where a line of them could not be read."""

    __slots__ = ("credit", "debit", "line", "spoilt")

    def __init__(self, line: int) -> None:
        self.debit = 0
        self.credit = 0
        self.line = line
        self.spoilt = False

    @property
    def open(self) -> bool:
        return self.debit != self.credit and not self.spoilt

    def sums(self) -> Sums:
        return Sums(exact(self.debit), exact(self.credit))


class _PieceSums(_Pair):
    """A piece; its lines since it last balanced are remembered by their hashes."""

    __slots__ = ("balanced", "begun", "dated", "mixture", "odd", "told")

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.balanced = 0
        self.begun = 0
        # Of the lines since then, in any order: their sum, and what stands an odd number
        # of times.
        self.mixture = 0
        self.odd = 0
        self.dated = False
        self.told = False


@attrs.frozen
class Words:
    """With what codes and names of fields a format tells what does not add up.

    The date stands `date_at` lines after the line that is told otherwise.
    """

    piece: str
    month: str
    dates: str
    twice: str
    piece_field: str
    date_field: str
    date_at: int
    amount_field: str


class Books:
    """Keeps the sums of the lines that pass by, and tells what does not add up.

    A piece is what has one journal, day and number. Of one with a line that cannot be
    read, and of its month, nothing is said: the line itself is told.
    """

    def __init__(self, add: Callable[..., None], words: Words) -> None:
        self._add = add
        self._words = words
        self._journals: dict[str, _Pair] = {}
        self._months: dict[tuple[str, str], _Pair] = {}
        self._open: dict[Piece, _PieceSums] = {}
        self._key: Piece = ("", "", "")
        self._piece = _PieceSums(0)
        self._spoilt: set[tuple[str, str]] = set()
        self._lost = False
        self._seen = Seen()

    def take(
        self, key: Piece, side: BookedSide, amount: int, content: int, line: int
    ) -> None:
        """Count a line.

        Args:
            key: Its piece.
            side: Where it is booked.
            amount: In millionths.
            content: A hash of what it says.
            line: Physical line.
        """
        if key != self._key:
            self._turn(key, line)
        pair = self._piece
        # A line with another date than its piece is told once, and not by its month too.
        day = self._key[1]
        month = self._months.get((key[0], day[2:]))
        if month is None:
            month = self._months[key[0], day[2:]] = _Pair(line)
        if self._lost or pair.spoilt:
            self._lost = False
            pair.spoilt = month.spoilt = True
        if not pair.begun:
            pair.begun = line
        if side == "debit":
            pair.debit += amount
            month.debit += amount
        else:
            pair.credit += amount
            month.credit += amount
        self.total(key[0], side, amount, line)
        pair.mixture += content
        pair.odd ^= content
        if pair.debit == pair.credit != pair.balanced:
            self._balanced(pair)

    def total(self, journal: str, side: BookedSide, amount: int, line: int) -> None:
        """Count a line towards the totals only."""
        total = self._journals.get(journal)
        if total is None:
            total = self._journals[journal] = _Pair(line)
        if side == "debit":
            total.debit += amount
        else:
            total.credit += amount

    def spoil(self, journal: str, piece: str) -> None:
        """Take note that a line of a piece cannot be read."""
        if len(self._spoilt) < _OPEN_PIECES:
            self._spoilt.add((journal, piece))
        if (journal, piece) == (self._key[0], self._key[2]):
            self._spoil_current()

    def lose(self) -> None:
        """Take note of a line of an unknown piece: its neighbours may lack it."""
        self._spoil_current()
        self._lost = True

    def _spoil_current(self) -> None:
        self._piece.spoilt = True
        month = self._months.get((self._key[0], self._key[1][2:]))
        if month is not None:
            month.spoilt = True

    def _balanced(self, pair: _PieceSums) -> None:
        """Tell what was posted before, now that as much is debited as credited."""
        twice = not pair.odd or self._seen.again(pair.mixture)
        if twice and not pair.told and not pair.spoilt:
            pair.told = True
            journal, day, piece = self._key
            self._add(
                self._words.twice,
                pair.begun,
                self._words.piece_field,
                journal=journal,
                day=_day(day),
                piece=piece,
            )
        pair.balanced = pair.debit
        pair.begun = pair.mixture = pair.odd = 0

    def _turn(self, key: Piece, line: int) -> None:
        """Find the piece that a line belongs to."""
        journal, day, piece = key
        before = self._key
        if self._piece.open and piece and (journal, piece) == (before[0], before[2]):
            if self._piece.dated:
                return
            self._piece.dated = True
            self._add(
                self._words.dates,
                line + self._words.date_at,
                self._words.date_field,
                found=_day(day),
                expected=_day(before[1]),
                piece=piece,
                journal=journal,
            )
            return
        self._close_piece()
        self._key = key
        self._piece = self._open.pop(key) if key in self._open else _PieceSums(line)
        if (journal, piece) in self._spoilt:
            self._piece.spoilt = True

    def _close_piece(self) -> None:
        if not self._piece.open:
            return
        if len(self._open) >= _OPEN_PIECES:
            oldest = next(iter(self._open))
            self._tell(oldest, self._open.pop(oldest))
        self._open[self._key] = self._piece

    def _tell(self, key: Piece, pair: _Pair) -> None:
        if (key[0], key[2]) in self._spoilt:
            self._months[key[0], key[1][2:]].spoilt = True
            return
        self._add(
            self._words.piece,
            pair.line,
            self._words.amount_field,
            journal=key[0],
            day=_day(key[1]),
            piece=key[2],
            debit=exact(pair.debit),
            credit=exact(pair.credit),
        )

    def close(self) -> None:
        """Tell what is left unbalanced at the end of the file."""
        self._close_piece()
        for key, pair in self._open.items():
            self._tell(key, pair)
        for (journal, month), sums in self._months.items():
            if sums.open:
                self._add(
                    self._words.month,
                    sums.line,
                    self._words.amount_field,
                    journal=journal,
                    month=f"{month[:2]}/{month[2:]}",
                    debit=exact(sums.debit),
                    credit=exact(sums.credit),
                )

    def totals(self) -> Totals:
        """Return the sums of everything counted."""
        pairs = self._journals.values()
        return Totals(
            debit=exact(sum(pair.debit for pair in pairs)),
            credit=exact(sum(pair.credit for pair in pairs)),
            by_journal=MappingProxyType({k: p.sums() for k, p in self._journals.items()}),
        )


def _day(text: str) -> str:
    return f"{text[:2]}/{text[2:4]}/{text[4:]}"

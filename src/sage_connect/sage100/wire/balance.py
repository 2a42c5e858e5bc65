"""Debit against credit: by piece, by journal and month, and analytic lines by plan.

Amounts are counted as whole millionths, so that sums are exact whatever the decimal
context of the caller. A piece that balances is forgotten: memory stays flat.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType

import attrs

from ...errors import CodecError
from ._generated.entries import AnalyticLine, EntryLine
from .record import Record
from .sentences import Code
from .values import parse_amount

__all__ = ("Books", "Sums", "Totals", "units")

DECIMALS = 6
_CENT = 10_000
_OPEN_PIECES = 10_000

_JOURNAL = EntryLine.journal.at
_DATE = EntryLine.date.at
_PIECE = EntryLine.piece.at
_SIDE = EntryLine.side.at
_AMOUNT = EntryLine.amount.at
_FEWEST: Mapping[type[Record], int] = {
    EntryLine: _AMOUNT + 1,
    AnalyticLine: AnalyticLine.amount.at + 1,
}


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
    __slots__ = ("credit", "debit", "line")

    def __init__(self, line: int = 0) -> None:
        self.debit = 0
        self.credit = 0
        self.line = line

    def sums(self) -> Sums:
        return Sums(exact(self.debit), exact(self.credit))


class Books:
    """Keeps the sums of the entry lines that pass by, and tells what does not add up."""

    def __init__(self, add: Callable[..., None]) -> None:
        self._add = add
        self._journals: dict[str, _Pair] = {}
        self._months: dict[tuple[str, str], _Pair] = {}
        self._open: dict[tuple[str, str, str], _Pair] = {}
        self._key = ("", "", "")
        self._piece = _Pair()
        self._entry = 0
        self._entry_readable = False
        self._plans: dict[str, list[int]] = {}

    def take(self, record: Record, *, whole: bool) -> None:
        """Count an entry or analytic line; `whole` says that it is not shifted."""
        # Of versions whose layout nobody published, a short record may be "whole" too.
        whole = whole and len(record.cells()) >= _FEWEST.get(type(record), 0)
        if isinstance(record, AnalyticLine):
            if whole:
                self._analytic(record)
        elif isinstance(record, EntryLine):
            self._close_entry()
            self._entry_readable = False
            if whole:
                self._line(record)
        elif not record.layout.parents:
            self._close_entry()

    def _line(self, record: EntryLine) -> None:
        cells = record.cells()
        journal, day, piece = cells[_JOURNAL], cells[_DATE], cells[_PIECE]
        side = cells[_SIDE]
        try:
            amount = units(cells[_AMOUNT])
        except CodecError:
            # Reported by the field; what cannot be read cannot be summed.
            return
        self._entry, self._entry_readable = amount, True
        key = self._key
        if (journal, piece) != (key[0], key[2]) or day != key[1]:
            pair = self._piece
            unfinished = pair.debit != pair.credit
            if unfinished and piece and (journal, piece) == (key[0], key[2]):
                self._add(
                    Code.PIECE_DATES,
                    record.line + _DATE + 1,
                    EntryLine.date.label,
                    found=_day(day),
                    expected=_day(key[1]),
                    piece=piece,
                    journal=journal,
                )
            else:
                self._close_piece()
                self._key = (journal, day, piece)
                known = self._key in self._open
                self._piece = self._open.pop(self._key) if known else _Pair(record.line)
        month = self._months.setdefault((journal, day[2:6]), _Pair(record.line))
        total = self._journals.setdefault(journal, _Pair(record.line))
        if side == "0":
            for pair in (self._piece, month, total):
                pair.debit += amount
        elif side == "1":
            for pair in (self._piece, month, total):
                pair.credit += amount

    def _analytic(self, record: AnalyticLine) -> None:
        plan, _, amount = record.cells()[:3]
        found = self._plans.setdefault(plan, [0, record.line])
        try:
            found[0] += units(amount)
        except CodecError:
            # Reported by the field; the sum of this plan then differs as well, rightly.
            return

    def _close_entry(self) -> None:
        if self._plans and self._entry_readable:
            for plan, (found, line) in self._plans.items():
                if found != self._entry:
                    self._add(
                        Code.ANALYTIC_SUM,
                        line,
                        "amount (3)",
                        plan=plan,
                        found=exact(found),
                        expected=exact(self._entry),
                    )
        self._plans.clear()

    def _close_piece(self) -> None:
        pair = self._piece
        if pair.debit == pair.credit:
            return
        if len(self._open) >= _OPEN_PIECES:
            oldest = next(iter(self._open))
            self._tell(oldest, self._open.pop(oldest))
        self._open[self._key] = pair
        self._piece = _Pair()

    def _tell(self, key: tuple[str, str, str], pair: _Pair) -> None:
        self._add(
            Code.BALANCE_PIECE,
            pair.line,
            journal=key[0],
            day=_day(key[1]),
            piece=key[2],
            debit=exact(pair.debit),
            credit=exact(pair.credit),
        )

    def close(self) -> None:
        """Tell what is left unbalanced at the end of the file."""
        self._close_entry()
        self._close_piece()
        for key, pair in self._open.items():
            self._tell(key, pair)
        for (journal, month), pair in self._months.items():
            if pair.debit != pair.credit:
                self._add(
                    Code.BALANCE_MONTH,
                    pair.line,
                    journal=journal,
                    month=f"{month[:2]}/{month[2:]}",
                    debit=exact(pair.debit),
                    credit=exact(pair.credit),
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
    return f"{text[:2]}/{text[2:4]}/{text[4:]}" if text.isdecimal() else repr(text)

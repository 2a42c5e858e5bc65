"""Debit against credit in PNM files: by piece, by journal and month, exact and flat."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

import attrs

from ..balance import Sums, Totals, exact
from .lines import COLUMNS, PnmLine
from .sentences import PnmCode

__all__ = ("Books", "units")

_OPEN_PIECES = 10_000
_DECIMALS = 6

Piece = tuple[str, str, str]


def units(line: PnmLine) -> int | None:
    """Return the amount as whole millionths; None where it cannot be read."""
    whole, _, rest = line["amount"].partition(".")
    digits = whole.removeprefix("-") + rest
    if not (digits.isascii() and digits.isdecimal()) or len(rest) > _DECIMALS:
        return None
    return int(whole + rest.ljust(_DECIMALS, "0"))


@attrs.define
class _Pair:
    """Sums that should be equal; `mixed` where a line is in another currency."""

    line: int
    debit: int = 0
    credit: int = 0
    mixed: bool = False

    def add(self, side: str, amount: int) -> None:
        if side == "D":
            self.debit += amount
        else:
            self.credit += amount

    @property
    def open(self) -> bool:
        return self.debit != self.credit and not self.mixed

    def sums(self) -> Sums:
        return Sums(exact(self.debit), exact(self.credit))


class Books:
    """Keeps the sums of the G and X lines that pass by, and tells what does not add up.

    A piece is what has one journal, day and reference, as far as a PNM file tells. One
    that balances is forgotten: memory stays flat.
    """

    def __init__(self, add: Callable[..., None]) -> None:
        self._add = add
        self._journals: dict[str, _Pair] = {}
        self._months: dict[tuple[str, str], _Pair] = {}
        self._open: dict[Piece, _Pair] = {}
        self._key: Piece = ("", "", "")
        self._piece = _Pair(0)
        self._currency = ""

    def take(self, line: PnmLine) -> None:
        """Count a line; one whose side or amount cannot be read is told elsewhere."""
        side, amount = line["side"], units(line)
        if side not in {"D", "C"} or amount is None:
            return
        journal, day = line["journal"], line["date"]
        self._turn(line, (journal, day, line["reference"]))
        month = self._months.setdefault((journal, day[2:]), _Pair(line.line))
        currency = line["amount_currency"]
        self._currency = self._currency or currency
        if currency and currency != self._currency:
            self._piece.mixed = month.mixed = True
            label = COLUMNS["amount_currency"].label
            self._add(
                PnmCode.CURRENCY_MIXED,
                line.line,
                label,
                found=currency,
                expected=self._currency,
            )
            return
        total = self._journals.setdefault(journal, _Pair(line.line))
        for pair in (self._piece, month, total):
            pair.add(side, amount)

    def _turn(self, line: PnmLine, key: Piece) -> None:
        """Find the piece that a line belongs to."""
        before = self._key
        if key == before:
            return
        journal, day, reference = key
        if (
            self._piece.open
            and reference
            and (journal, reference) == (before[0], before[2])
        ):
            self._add(
                PnmCode.PIECE_DATES,
                line.line,
                COLUMNS["date"].label,
                found=_day(day),
                expected=_day(before[1]),
                piece=reference,
                journal=journal,
            )
            return
        self._close_piece()
        self._key = key
        self._piece = self._open.pop(key) if key in self._open else _Pair(line.line)

    def _close_piece(self) -> None:
        if not self._piece.open:
            return
        if len(self._open) >= _OPEN_PIECES:
            oldest = next(iter(self._open))
            self._tell(oldest, self._open.pop(oldest))
        self._open[self._key] = self._piece

    def _tell(self, key: Piece, pair: _Pair) -> None:
        sums = pair.sums()
        self._add(
            PnmCode.BALANCE_PIECE,
            pair.line,
            journal=key[0],
            day=_day(key[1]),
            piece=key[2],
            debit=sums.debit,
            credit=sums.credit,
        )

    def close(self) -> None:
        """Tell what is left unbalanced at the end of the file."""
        self._close_piece()
        for key, pair in self._open.items():
            self._tell(key, pair)
        for (journal, month), pair in self._months.items():
            if pair.open:
                sums = pair.sums()
                self._add(
                    PnmCode.BALANCE_MONTH,
                    pair.line,
                    journal=journal,
                    month=f"{month[:2]}/{month[2:]}",
                    debit=sums.debit,
                    credit=sums.credit,
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

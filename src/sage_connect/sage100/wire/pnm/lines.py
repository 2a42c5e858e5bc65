"""One line of a PNM file: its columns, its bytes, and the values in them.

Columns are places in the line, counted in bytes: each byte is one character, of ASCII or
of Windows-1252 (sources.md#pnm).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Context, Decimal, Inexact, InvalidOperation
from types import MappingProxyType
from typing import Literal

import attrs

from ..values import AROUND, CONTROL, parse_day
from .sentences import PnmCode, refuse

__all__ = (
    "COLUMNS",
    "COMPANY_WIDTH",
    "WIDTHS",
    "Column",
    "ColumnName",
    "PnmEncoding",
    "PnmLine",
    "amount_text",
    "column",
    "currency_amount_text",
    "day_text",
    "decoded",
    "encoded",
    "fitted",
)

WIDTHS = (105, 112, 138, 141, 164, 199)
"""Lengths of line that Sage imports; it exports 138, or 199 with currencies and plans."""

COMPANY_WIDTH = 30
"""Characters of the company's name on the first line."""

PnmEncoding = Literal["ascii", "cp1252"]
"""How text is written. Inferred: Sage's description is silent, files from Sage are ASCII,
and one exporter writes Windows-1252."""

ColumnName = Literal[
    "journal",
    "date",
    "piece_type",
    "account",
    "line_type",
    "party",
    "reference",
    "label",
    "method",
    "due",
    "side",
    "amount",
    "entry_kind",
    "entry_number",
    "reserved",
    "amount_currency",
    "currency_amount",
    "currency",
    "plan",
    "unused_section",
]
"""Columns of a line, from left to right; `party` is the third party or the section."""


@attrs.frozen
class Column:
    """A place in the line.

    Attributes:
        name: Ours, in English.
        at: Characters before it.
        width: Its characters.
        right: Its text stands at its right.
    """

    name: ColumnName
    at: int
    width: int
    right: bool = False

    @property
    def end(self) -> int:
        """Characters of a line that ends with it."""
        return self.at + self.width

    @property
    def label(self) -> str:
        """Name and position, counted from 1, as `amount (85)`."""
        return f"{self.name} ({self.at + 1})"


COLUMNS: Mapping[ColumnName, Column] = MappingProxyType(
    {
        one.name: one
        for one in (
            Column("journal", 0, 3),
            Column("date", 3, 6),
            Column("piece_type", 9, 2),
            Column("account", 11, 13),
            Column("line_type", 24, 1),
            Column("party", 25, 13),
            Column("reference", 38, 13),
            Column("label", 51, 25),
            Column("method", 76, 1),
            Column("due", 77, 6),
            Column("side", 83, 1),
            Column("amount", 84, 20, right=True),
            Column("entry_kind", 104, 1),
            Column("entry_number", 105, 7, right=True),
            Column("reserved", 112, 26),
            Column("amount_currency", 138, 3),
            Column("currency_amount", 141, 20, right=True),
            Column("currency", 161, 3),
            Column("plan", 164, 10),
            Column("unused_section", 174, 25),
        )
    }
)
"""Every column of the longest line; a shorter one has those that end within it. "party" is
the third party, or the section of an analytic line."""


def column(name: str) -> Column:
    """Return the column of that name.

    Raises:
        CodecError: There is none.
    """
    # The names are closed to type checkers, not to callers without one.
    for known, found in COLUMNS.items():
        if known == name:
            return found
    raise refuse(
        PnmCode.COLUMN, path=name, width=WIDTHS[-1], found=name, expected=", ".join(COLUMNS)
    )


def decoded(data: bytes) -> str:
    """Decode one character for each byte; what Windows-1252 lacks becomes a surrogate."""
    if data.isascii():
        return data.decode("ascii")
    return data.decode("cp1252", "surrogateescape")


def encoded(
    text: str, encoding: PnmEncoding = "ascii", *, path: str, hint: str = ""
) -> bytes:
    """Encode strictly: what does not exist is refused, never replaced.

    Raises:
        CodecError: Names the character and its position; a control character too.
    """
    control = CONTROL.search(text)
    try:
        data = text.encode(encoding)
        at = control.start() if control else -1
    except UnicodeEncodeError as error:
        data, at = b"", error.start
    if at >= 0:
        raise refuse(
            PnmCode.CHARACTER,
            path=path,
            character=text[at],
            point=f"U+{ord(text[at]):04X}",
            position=at + 1,
            encoding={"ascii": "ASCII", "cp1252": "Windows-1252"}[encoding],
            hint=hint,
        )
    return data


def fitted(text: str, name: ColumnName, *, path: str) -> str:
    """Return a text filled with blanks to the width of its column; never cut.

    Raises:
        CodecError: It is longer than the column.
    """
    place = COLUMNS[name]
    if len(text) > place.width:
        raise refuse(
            PnmCode.TOO_LONG, path=path, found=text, length=len(text), limit=place.width
        )
    return text.rjust(place.width) if place.right else text.ljust(place.width)


_AMOUNT = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_EXACT = Context(prec=60, traps=[Inexact, InvalidOperation])
_WIDEST = COLUMNS["amount"].width


def amount_text(value: Decimal, *, path: str, least: int = 2, most: int = 2) -> str:
    """Write an amount with a point and `least` to `most` decimals; never rounded.

    Raises:
        TypeError: The value is a float, or no number at all.
        CodecError: It would need rounding, is too long, or not finite.
    """
    given: object = value
    if isinstance(given, bool) or not isinstance(given, (Decimal, int)):
        raise TypeError(f"{path}: expected a Decimal, found {value!r}")
    exact = Decimal(given)
    if not exact.is_finite():
        raise refuse(PnmCode.AMOUNT, path=path, found=str(exact))
    if exact and exact.adjusted() >= _WIDEST:
        raise refuse(
            PnmCode.TOO_LONG,
            path=path,
            found=str(exact),
            length=exact.adjusted() + 1,
            limit=_WIDEST,
        )
    exponent = exact.as_tuple().exponent
    assert isinstance(exponent, int)  # noqa: S101 - finite, so never "n" or "F"
    decimals = min(max(-exponent, least), most)
    try:
        text = f"{exact.quantize(Decimal((0, (1,), -decimals)), context=_EXACT):f}"
    except (Inexact, InvalidOperation) as error:
        raise refuse(PnmCode.ROUNDING, path=path, found=exact, decimals=decimals) from error
    return text if exact else text.removeprefix("-")


def currency_amount_text(value: Decimal, *, path: str) -> str:
    """Write an amount of another currency with two decimals, or as many as it has.

    Inferred: only two decimals were seen; currencies with three need them.
    """
    return amount_text(value, path=path, most=6)


def day_text(value: dt.date, *, path: str, around: int = AROUND) -> str:
    """Write a day as JJMMAA.

    Raises:
        TypeError: Not a plain date; an instant has no place in the books.
        CodecError: A two-digit year would be read back as another year.
    """
    if type(value) is not dt.date:
        raise TypeError(f"{path}: expected a date, found {value!r}")
    if not around - 50 <= value.year <= around + 49:
        raise refuse(
            PnmCode.YEAR, path=path, found=value, first=around - 50, last=around + 49
        )
    return f"{value.day:02}{value.month:02}{value.year % 100:02}"


@attrs.frozen
class PnmLine:
    """One line as it stands in the file. To change it, put its `replace(…)` in its place.

    Attributes:
        raw: Its bytes without the line end.
        end: The line end; b"" at the end of a file without one.
        line: The physical line, from 1, the company's name included; 0 for a new one.
        at: Bytes of the file before it.
        around: Two-digit years are read from 50 before this year to 49 after.
        text: What it says: one character for each byte.
    """

    raw: bytes
    end: bytes = b"\r\n"
    line: int = attrs.field(default=0, eq=False)
    at: int = attrs.field(default=0, eq=False)
    around: int = AROUND
    text: str = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "text", decoded(self.raw))

    def __bytes__(self) -> bytes:
        return self.raw + self.end

    def __getitem__(self, name: ColumnName) -> str:
        """Return the text of a column, "" where the line is too short to have it.

        Blanks at its end are dropped, and those before a text that stands at the right.
        """
        place = COLUMNS[name]
        text = self.text[place.at : place.end].rstrip(" ")
        return text.lstrip(" ") if place.right else text

    @property
    def kind(self) -> str:
        """`G`, `X`, `A` or `E`; any other letter as it stands. Blank is `G`."""
        return self["line_type"] or "G"

    @property
    def date(self) -> dt.date:
        """Day of the piece.

        Raises:
            CodecError: No day of the calendar.
        """
        return self._day("date")

    @property
    def due(self) -> dt.date | None:
        """Day it falls due; None where there is none.

        Raises:
            CodecError: No day of the calendar.
        """
        return self._day("due") if self["due"] else None

    @property
    def amount(self) -> Decimal:
        """What stands in the column: see `amount_currency` for what it is in.

        Raises:
            CodecError: No amount.
        """
        return self._amount("amount")

    @property
    def currency_amount(self) -> Decimal | None:
        """The amount in `currency`; None where there is none.

        Raises:
            CodecError: No amount.
        """
        return self._amount("currency_amount") if self["currency_amount"] else None

    def _day(self, name: Literal["date", "due"]) -> dt.date:
        try:
            return parse_day(self[name], self.around)
        except ValueError as error:
            raise refuse(PnmCode.DATE, path=name, found=self[name]) from error

    def _amount(self, name: Literal["amount", "currency_amount"]) -> Decimal:
        text = self[name]
        if not _AMOUNT.fullmatch(text):
            raise refuse(PnmCode.AMOUNT, path=name, found=text)
        return Decimal(text)

    def replace(
        self,
        *,
        encoding: PnmEncoding = "ascii",
        **changes: str | Decimal | dt.date | int | None,
    ) -> PnmLine:
        """Return the line with some columns changed and no other byte touched.

        Args:
            encoding: Of the new texts.
            changes: Column name to a text, an amount, a day, a plan number or None.

        Raises:
            CodecError: No such column in this line, or a value that does not fit; `path`
                is the column's name.
            TypeError: A value of the wrong type.
        """
        raw = self.raw
        for name, value in changes.items():
            place = column(name)
            if place.end > len(raw):
                names = (one.name for one in COLUMNS.values() if one.end <= len(raw))
                raise refuse(
                    PnmCode.COLUMN,
                    path=name,
                    width=len(raw),
                    found=name,
                    expected=", ".join(names),
                )
            text = fitted(self._text(place, value), place.name, path=name)
            data = encoded(text, encoding, path=name)
            raw = raw[: place.at] + data + raw[place.end :]
        return attrs.evolve(self, raw=raw)

    def _text(self, place: Column, value: str | Decimal | dt.date | int | None) -> str:
        name = place.name
        if name in {"date", "due"} and isinstance(value, dt.date):
            return day_text(value, path=name, around=self.around)
        if name == "amount" and isinstance(value, Decimal):
            return amount_text(value, path=name)
        if name == "currency_amount" and isinstance(value, Decimal):
            return currency_amount_text(value, path=name)
        if name in {"plan", "entry_number"} and type(value) is int:
            return str(value)
        if value is None or isinstance(value, str):
            return value or ""
        raise TypeError(f"{name}: {value!r} is not of the column's type")

"""Texts for a layout that an accountant saved in Sage ("format paramétrable").

Such a text says nothing about itself: its columns, separator, dates and code page stand in
the layout inside Sage, in a file (`.ema`) that only Sage can read or make. Here the layout
is a `DelimitedLayout`; `column_sheet` says what to choose in Sage so that both agree.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Final

import attrs

from ...errors import CodecError, FileFormatError
from .damage import utf8_of
from .fitting import Fitter, lines_of, placed, tell_missing
from .flat import RECORD_LIMIT, Source, blocks_of
from .rows import EntryRow, Losses, RowShare
from .spelling import SPELT
from .values import AROUND, amount_text, day_text, parse_amount, parse_day, parse_long_day

__all__ = ("PRESETS", "Column", "DayFormat", "DelimitedLayout", "rows", "write")


class Column(StrEnum):
    """What a column holds, in the words of Sage's list of fields (sources.md#layouts).

    Inferred: the wording of `AMOUNT`, `SIDE`, `METHOD`, `REFERENCE`, `TAX_CODE` and `TYPE`;
    choose the nearest entry of the list.
    """

    JOURNAL = "Code journal"
    DATE = "Date de pièce"
    PIECE = "N° pièce"
    INVOICE_NUMBER = "N° facture"
    REFERENCE = "Référence"
    ACCOUNT = "N° compte général"
    THIRD_PARTY = "N° compte tiers"
    LABEL = "Libellé écriture"
    METHOD = "Mode de règlement"
    DUE = "Date d'échéance"
    DEBIT = "Montant débit"
    CREDIT = "Montant crédit"
    AMOUNT = "Montant"
    SIDE = "Sens"
    TAX_CODE = "Code taxe"
    SECTION = "N° section 1"
    TYPE = "Type"
    UNUSED = "-"


class DayFormat(StrEnum):
    """How a layout writes days; Sage's wizard proposes the first."""

    SHORT = "jjmmaa"
    LONG = "jjmmaaaa"
    YEAR_FIRST = "aaaammjj"


_FIELDS: Final[Mapping[Column, str]] = {
    column: column.name.lower()
    for column in Column
    if column.name not in {"DEBIT", "CREDIT", "SIDE", "TYPE", "UNUSED", "SECTION"}
}
"""The field of `EntryRow` that a column holds."""
_LIMITS: Final[Mapping[Column, int]] = {
    Column.JOURNAL: 6,
    Column.PIECE: 13,
    Column.INVOICE_NUMBER: 17,
    Column.REFERENCE: 17,
    Column.ACCOUNT: 13,
    Column.THIRD_PARTY: 17,
    Column.LABEL: 69,
    Column.METHOD: 35,
    Column.DEBIT: 14,
    Column.CREDIT: 14,
    Column.AMOUNT: 14,
    Column.SIDE: 1,
    Column.TAX_CODE: 5,
    Column.SECTION: 13,
    Column.TYPE: 1,
}
"""Characters that Sage keeps of a column (sources.md#flat-values)."""
_AMOUNTS: Final = {Column.DEBIT, Column.CREDIT, Column.AMOUNT}
_DAYS: Final = {Column.DATE, Column.DUE}
_NUMBERS: Final = {Column.PIECE, Column.INVOICE_NUMBER, Column.REFERENCE}
_CODECS: Final = ("cp1252", "iso8859-15", "cp850", "cp437", "ascii")
_LEAD: Final = re.compile(r"^[=+\-@\s]+")
_LINE_END: Final = re.compile(rb"\r\n|\r|\n")
_ZERO: Final = Decimal()
_GENERAL: Final = "G"
_POINTS: Final = str.maketrans(",.", ".,")
_SIDES: Final = {"D": True, "C": False}
_FULL_WIDTH: Final = {DayFormat.SHORT: 6, DayFormat.LONG: 8, DayFormat.YEAR_FIRST: 8}


@attrs.frozen(kw_only=True)
class DelimitedLayout:
    """What both Sage and this library must know of a text to read it.

    Attributes:
        columns: In the order of the text. Journal, date, account and either debit and
            credit or amount and side are needed.
        separator: One character between columns; "" for columns of fixed widths.
        widths: Characters of each column. For a separator, the most that a column may have
            (0, or no widths at all: as many as Sage keeps).
        dates: How days are written; it is a choice of the layout, not of Sage.
        decimal: What stands before the cents: "," or ".".
        encoding: Code page: cp1252, iso8859-15, cp850, cp437 or ascii. There is never a
            byte order mark, which would spoil the first field.
    """

    columns: tuple[Column, ...]
    separator: str = ";"
    widths: tuple[int, ...] = ()
    dates: DayFormat = DayFormat.SHORT
    decimal: str = ","
    encoding: str = "cp1252"

    def __attrs_post_init__(self) -> None:
        fault = next(_faults(self), "")
        if fault:
            raise ValueError(fault)

    def limit(self, at: int) -> int:
        """Return the most characters of the column at `at`, from 0."""
        column = self.columns[at]
        width = self.widths[at] if self.widths else 0
        if column in _DAYS:
            return width or _FULL_WIDTH[self.dates]
        most = _LIMITS.get(column, 0)
        return min(width, most) if width and most else width or most


def _faults(layout: DelimitedLayout) -> Iterator[str]:
    """Yield what makes a layout unusable, in the words of its settings."""
    columns, separator, widths = layout.columns, layout.separator, layout.widths
    needed = [Column.JOURNAL, Column.DATE, Column.ACCOUNT]
    sided = {Column.AMOUNT, Column.SIDE} & set(columns)
    needed += [Column.AMOUNT, Column.SIDE] if sided else [Column.DEBIT, Column.CREDIT]
    missing = [column for column in needed if column not in columns]
    if missing:
        yield f"columns: expected {', '.join(missing)} too, found none"
    if sided and {Column.DEBIT, Column.CREDIT} & set(columns):
        yield "columns: expected debit and credit, or amount and side, found both"
    twice = [one for one in columns if columns.count(one) > 1 and one != Column.UNUSED]
    if twice:
        yield f"columns: expected each column once, found {twice[0]} twice"
    if widths and (len(widths) != len(columns) or min(widths) < 0):
        yield f"widths: expected {len(columns)} widths, one a column, found {widths}"
    elif not separator and (not widths or not all(widths)):
        yield "widths: expected a width for each column, since there is no separator"
    elif any(
        column in _DAYS and 0 < width < _FULL_WIDTH[layout.dates]
        for column, width in zip(columns, widths, strict=False)
    ):
        yield f"widths: expected {_FULL_WIDTH[layout.dates]} for dates as {layout.dates}"
    if separator and not re.fullmatch(r"[\t!#$%&*/:;<>?\\^_`{|}~,]", separator):
        yield f"separator: expected one sign such as ; or a tabulator, found {separator!r}"
    if layout.decimal not in {",", "."} or layout.decimal == separator:
        yield f"decimal: expected a comma or a point, found {layout.decimal!r}"
    if layout.encoding not in _CODECS:
        yield f"encoding: expected {', '.join(_CODECS)}, found {layout.encoding!r}"


PRESETS: Final[Mapping[str, DelimitedLayout]] = {
    "semicolon": DelimitedLayout(
        columns=(
            Column.JOURNAL,
            Column.DATE,
            Column.INVOICE_NUMBER,
            Column.ACCOUNT,
            Column.THIRD_PARTY,
            Column.LABEL,
            Column.DEBIT,
            Column.CREDIT,
        ),
        dates=DayFormat.YEAR_FIRST,
    ),
    "fixed-88": DelimitedLayout(
        columns=(
            Column.JOURNAL,
            Column.DATE,
            Column.ACCOUNT,
            Column.LABEL,
            Column.DEBIT,
            Column.CREDIT,
        ),
        separator="",
        widths=(6, 6, 13, 35, 14, 14),
    ),
    "tab-11": DelimitedLayout(
        columns=(
            Column.TYPE,
            Column.JOURNAL,
            Column.DATE,
            Column.PIECE,
            Column.ACCOUNT,
            Column.THIRD_PARTY,
            Column.LABEL,
            Column.METHOD,
            Column.DUE,
            Column.DEBIT,
            Column.CREDIT,
        ),
        separator="\t",
    ),
}
"""Layouts that were seen at work (sources.md#layouts), by name."""


# ------------------------------------------------------------------ writing


def write(
    entries: Iterable[EntryRow], layout: DelimitedLayout, *, losses: Losses
) -> Iterator[bytes]:
    """Write rows as a text for `layout`, in flat memory.

    One line a row, CR LF after each, no header. A row with instalments becomes one line for
    each; one below zero stands on the other side. The side without an amount holds 0,00.

    Args:
        entries: In the order of the text.
        layout: The layout that is saved in Sage too.
        losses: Told of everything that the text does not say as the row does.

    Yields:
        Blocks of bytes.

    Raises:
        CodecError: A value that the layout cannot hold and that must not be changed; names
            the line of the file read, and the field.
    """
    writing = _Writing(layout, losses)
    for row in entries:
        try:
            yield b"".join(map(writing.line, lines_of(row, losses)))
        except CodecError as error:
            raise placed(error, row.line) from error


class _Writing:
    def __init__(self, layout: DelimitedLayout, losses: Losses) -> None:
        self.layout = layout
        self.losses = losses
        self.fitter = Fitter(layout.encoding, losses, self._forbidden)
        known = {_FIELDS[column] for column in layout.columns if column in _FIELDS}
        own = {"shares"} if Column.SECTION in layout.columns else set[str]()
        self.written = frozenset(known | own)
        self.makers = [
            self._maker(column, layout.limit(at))
            for at, column in enumerate(layout.columns)
        ]

    def _forbidden(self, text: str) -> str:
        separator = self.layout.separator
        if separator and separator in text:
            return f"the separator {separator!r}"
        if _LEAD.match(text):
            return "a sign at its start that a spreadsheet takes for a formula"
        return ""

    def line(self, row: EntryRow) -> bytes:
        layout = self.layout
        tell_missing(row, self.written, self.losses, "The layout has no column for it.")
        texts = [make(row) for make in self.makers]
        if not layout.separator:
            texts = [
                text.rjust(width) if column in _AMOUNTS else text.ljust(width)
                for text, width, column in zip(
                    texts, layout.widths, layout.columns, strict=True
                )
            ]
        line = layout.separator.join(texts)
        return f"{line}\r\n".encode(layout.encoding)

    def _maker(self, column: Column, limit: int) -> Callable[[EntryRow], str]:
        """Return what makes the text of a column."""
        fit, field = self.fitter, _FIELDS.get(column, "")
        makers: dict[Column, Callable[[EntryRow], str]] = {
            Column.DATE: lambda row: self._day(field, row.date),
            Column.DUE: lambda row: "" if row.due is None else self._day(field, row.due),
            Column.DEBIT: lambda row: self._amount(
                row.amount if row.debit else _ZERO, limit
            ),
            Column.CREDIT: lambda row: self._amount(
                _ZERO if row.debit else row.amount, limit
            ),
            Column.AMOUNT: lambda row: self._amount(row.amount, limit),
            Column.SIDE: lambda row: "D" if row.debit else "C",
            Column.TYPE: lambda _: _GENERAL,
            Column.UNUSED: lambda _: "",
            Column.SECTION: lambda row: self._section(row, limit),
            Column.LABEL: lambda row: self._label(field, row, limit),
            Column.METHOD: lambda row: self._label(field, row, limit),
        }
        if column in _NUMBERS:
            upper = column is Column.PIECE
            return lambda row: fit.number(
                field, getattr(row, field), limit, line=row.line, upper=upper
            )
        upper = column in {Column.THIRD_PARTY, Column.TAX_CODE}
        # Sage takes an empty journal for the one of the line above.
        needed = column in {Column.JOURNAL, Column.ACCOUNT}
        return makers.get(column) or (
            lambda row: fit.code(
                field, getattr(row, field), limit, line=row.line, upper=upper, needed=needed
            )
        )

    def _label(self, field: str, row: EntryRow, limit: int) -> str:
        """Return a text that neither breaks columns nor acts in a spreadsheet."""
        text: str = getattr(row, field)
        # Spelt first: a plainer spelling may be a separator, or a sign.
        found = self.fitter.label(field, text, len(text) * SPELT, line=row.line)
        separator = self.layout.separator
        if separator and separator in found:
            reason = "A separator inside a text becomes a blank."
            self.losses.add(field, reason, line=row.line, value=text)
            found = found.replace(separator, " ").strip()
        if _LEAD.match(found):
            reason = "A sign that a spreadsheet takes for a formula is left out."
            self.losses.add(field, reason, line=row.line, value=text)
            found = _LEAD.sub("", found)
        return self.fitter.label(field, found, limit, line=row.line)

    def _day(self, field: str, day: dt.date) -> str:
        if self.layout.dates is DayFormat.SHORT:
            return day_text(day, field)
        text = day_text(day, field, long=True)
        first = self.layout.dates is DayFormat.YEAR_FIRST
        return f"{text[4:]}{text[2:4]}{text[:2]}" if first else text

    def _amount(self, amount: Decimal, limit: int) -> str:
        text = amount_text(amount, unsigned=True, width=limit)
        return text.replace(",", self.layout.decimal)

    def _section(self, row: EntryRow, limit: int) -> str:
        first = [one for one in row.shares if one.plan in {0, 1}]
        whole = len(row.shares) == len(first) == 1 and first[0].amount == row.amount
        if row.shares and not whole:
            reason = (
                "A line of the layout holds one section of plan 1 for its whole amount."
            )
            value = ", ".join(f"{one.section} {one.amount}" for one in row.shares)
            self.losses.add("shares", reason, line=row.line, value=value)
        if not whole:
            return ""
        if first[0].quantity is not None:
            reason = "The layout has no column for it."
            self.losses.add(
                "shares.quantity", reason, line=row.line, value=first[0].quantity
            )
        section = first[0].section
        return self.fitter.code("section", section, limit, line=row.line, upper=True)


# ------------------------------------------------------------------ reading


def rows(
    source: Source,
    layout: DelimitedLayout,
    *,
    losses: Losses | None = None,
    name: str = "",
    around: int = AROUND,
) -> Iterator[EntryRow]:
    """Read a text of which the layout is known, in flat memory.

    An empty journal or date repeats the line above, as Sage reads it. Lines may end with
    CR LF, LF or CR. The side that holds no amount may be empty; both may be 0,00.

    Args:
        source: Bytes, a file opened in binary mode, or blocks of bytes of any size.
        layout: How to read it; what an `UNUSED` column holds stands in `extra`.
        losses: Told of a last line without a line end, which may have been cut off; None
            for nobody.
        name: The file's name, for messages.
        around: Two-digit years are read from 50 before this year to 49 after.

    Raises:
        FileFormatError: A line that is not of the layout, has no amount, or is UTF-8; names
            file, line and column.
        TypeError: The source does not give bytes.
    """
    return _Reading(layout, losses, name, around).run(source)


class _Reading:
    def __init__(
        self, layout: DelimitedLayout, losses: Losses | None, name: str, around: int
    ) -> None:
        self.layout = layout
        self.losses = losses
        self.name = name
        self.around = around
        self.above: tuple[str, str] = ("", "")
        self.line = 0

    def run(self, source: Source) -> Iterator[EntryRow]:
        for raw, ended in _lines(source, self._refuse):
            self.line += 1
            if self.line == 1 and raw.startswith((b"\xef\xbb\xbf", b"\xff\xfe")):
                raise self._refuse(
                    "expected text without a byte order mark, which Sage takes for a part "
                    "of the first field, found one.",
                    fix="Save the file as ANSI (Windows-1252), without a mark.",
                )
            # An end of file from the age of DOS, and an empty last line, hold nothing.
            if raw.strip(b" \t\x1a"):
                yield self._row(self._cells(raw))
                if not ended and self.losses is not None:
                    reason = (
                        "The last line has no line end: make sure that nothing was cut off."
                    )
                    text = raw.decode(self.layout.encoding)
                    self.losses.add("line end", reason, line=self.line, value=text)

    def _refuse(self, message: str, fix: str = "") -> FileFormatError:
        return FileFormatError(
            message,
            file=self.name,
            line=self.line,
            fix=fix or "Check that the layout is the one that the file was made for.",
        )

    def _cells(self, raw: bytes) -> list[str]:
        layout = self.layout
        if found := utf8_of(raw):
            raise self._refuse(
                f"expected {layout.encoding.upper()} text, found UTF-8 in {found!r}.",
                fix="Save the file as ANSI (Windows-1252), or as the layout has it.",
            )
        try:
            text = raw.decode(layout.encoding)
        except UnicodeDecodeError as error:
            raise self._refuse(
                f"expected {layout.encoding.upper()} text, found byte "
                f"0x{raw[error.start]:02X} at position {error.start + 1}."
            ) from error
        if layout.separator:
            cells = text.split(layout.separator)
        else:
            cells = _cut(text, layout.widths)
        if len(cells) != len(layout.columns):
            raise self._refuse(
                f"expected {len(layout.columns)} columns, found {len(cells)} in {text!r}."
            )
        return [cell.strip(" ") for cell in cells]

    def _row(self, cells: list[str]) -> EntryRow:
        found = dict(zip(self.layout.columns, cells, strict=True))
        self.above = (
            found[Column.JOURNAL] or self.above[0],
            found[Column.DATE] or self.above[1],
        )
        journal, day = self.above
        if not journal or not day:
            empty = Column.DATE if journal else Column.JOURNAL
            raise self._wrong(empty, "a value, or one on the line above", "")
        if found.get(Column.TYPE, _GENERAL) != _GENERAL:
            raise self._wrong(Column.TYPE, _GENERAL, found[Column.TYPE])
        debit, amount = self._amount(found)
        due, section = found.get(Column.DUE, ""), found.get(Column.SECTION, "")
        shares = (RowShare(section=section, amount=amount, plan=1, line=self.line),)
        return EntryRow(
            line=self.line,
            journal=journal,
            date=self._day(Column.DATE, day),
            account=found[Column.ACCOUNT],
            label=found.get(Column.LABEL, ""),
            debit=debit,
            amount=amount,
            piece=found.get(Column.PIECE, ""),
            invoice_number=found.get(Column.INVOICE_NUMBER, ""),
            reference=found.get(Column.REFERENCE, ""),
            third_party=found.get(Column.THIRD_PARTY, ""),
            due=self._day(Column.DUE, due) if due else None,
            method=found.get(Column.METHOD, ""),
            tax_code=found.get(Column.TAX_CODE, ""),
            shares=shares if section else (),
            extra={
                f"column {at}": cell
                for at, (column, cell) in enumerate(
                    zip(self.layout.columns, cells, strict=True), start=1
                )
                if column is Column.UNUSED and cell
            },
        )

    def _amount(self, found: Mapping[Column, str]) -> tuple[bool, Decimal]:
        """Return the side, True for debit, and the amount; 0,00 twice is a debit."""
        if Column.AMOUNT in found:
            side = found[Column.SIDE]
            if side not in _SIDES:
                raise self._wrong(Column.SIDE, "D or C", side)
            if not found[Column.AMOUNT]:
                raise self._wrong(Column.AMOUNT, "an amount", "")
            return _SIDES[side], self._number(Column.AMOUNT, found[Column.AMOUNT])
        debit = self._number(Column.DEBIT, found[Column.DEBIT])
        credit = self._number(Column.CREDIT, found[Column.CREDIT])
        if debit and credit:
            raise self._wrong(Column.CREDIT, "debit or credit", f"{debit} and {credit}")
        # A line that was cut off before its amount looks like this.
        empty = [one for one in (Column.DEBIT, Column.CREDIT) if not found[one]]
        if empty and not (debit or credit):
            raise self._wrong(empty[-1], "an amount, or 0,00 on both sides", "")
        return not credit, debit or credit

    def _number(self, column: Column, text: str) -> Decimal:
        if not text:
            return _ZERO
        decimal = self.layout.decimal
        try:
            # A comma where points are expected would be a thousands separator.
            return parse_amount(text if decimal == "," else text.translate(_POINTS))
        except CodecError:
            expected = f"an amount such as 1234{decimal}50"
            raise self._wrong(column, expected, text) from None

    def _day(self, column: Column, text: str) -> dt.date:
        try:
            if self.layout.dates is DayFormat.SHORT:
                return parse_day(text, self.around)
            first = self.layout.dates is DayFormat.YEAR_FIRST
            return parse_long_day(f"{text[6:]}{text[4:6]}{text[:4]}" if first else text)
        except ValueError:
            raise self._wrong(column, f"a day as {self.layout.dates}", text) from None

    def _wrong(self, column: Column, expected: str, found: str) -> FileFormatError:
        at = self.layout.columns.index(column) + 1
        return self._refuse(
            f"column {at} ({column}): expected {expected}, found {found!r}."
        )


def _cut(text: str, widths: Iterable[int]) -> list[str]:
    """Cut a line at fixed widths; blanks at its end may be missing."""
    cells: list[str] = []
    at = 0
    for width in widths:
        cells.append(text[at : at + width])
        at += width
    return [*cells, text[at:]] if text[at:].strip() else cells


def _lines(
    source: Source, refuse: Callable[[str], FileFormatError]
) -> Iterator[tuple[bytes, bool]]:
    """Yield lines without their ends (CR LF, LF or CR), and whether they have one."""
    held = b""
    for block in blocks_of(source):
        text = held + block
        # A line end may be cut in two.
        cut = b"\r" if text.endswith(b"\r") else b""
        *whole, held = _LINE_END.split(text.removesuffix(cut))
        held += cut
        for line in whole:
            yield line, True
        if len(held) > RECORD_LIMIT:
            raise refuse(f"expected a line of at most {RECORD_LIMIT} bytes, found more.")
    yield held.removesuffix(b"\r"), held.endswith(b"\r")

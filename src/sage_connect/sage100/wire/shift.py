"""Records whose fields are not where they should be: where the shift begins, and why.

A line that is missing or too many shifts all that follow it; a flag that lost its number
sign, its case or its line makes one record of two.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs

from .fields import Field, Rows
from .flat import record_class
from .layout import Dialect, Layout
from .record import Record
from .sentences import Code

__all__ = ("Part", "part_of", "shifted_at")

_FEWEST = 3
_MOST = 12


@attrs.frozen
class Part:
    """A record found inside another, or (`record` is None) the end mark `#FIN`.

    Attributes:
        code: What is wrong with its flag.
        line: Where the flag stands, or should stand.
        found: What stands there.
        flag: The flag that was expected.
        head: The record before it.
        record: With its own lines.
    """

    code: Code
    line: int
    found: str
    flag: str
    head: Record
    record: Record | None


# ------------------------------------------------------------------ shifted fields


def shifted_at(record: Record, expected: int) -> tuple[str, str, int]:
    """Tell from which field on a record is shifted.

    Returns:
        The label of the first field that may be missing or too many, and of the last:
        every place between them explains the record equally well, and better than all
        others. Then how many faults remain. ("", "", 0) where nothing is known of the
        fields.
    """
    cells = record.cells()
    extra = len(cells) - expected
    fields = _fields(type(record), expected)
    if not any(fields):
        return "", "", 0

    def wrong(at: int, text: str) -> bool:
        field = fields[at] if at < expected else None
        return field is not None and field[1].problem(text, record.dialect) is not None

    shared = min(len(cells), expected)
    # Faults of the fields before a place if they stand right, and after it if shifted.
    before = [0]
    for at in range(shared):
        before.append(before[-1] + wrong(at, cells[at]))
    after = [0] * (shared + 1)
    for at in range(shared - 1, -1, -1):
        text = cells[at + extra] if extra > 0 else cells[at] if at < len(cells) else ""
        after[at] = after[at + 1] + wrong(at if extra > 0 else at - extra, text)
    sums = [one + two for one, two in zip(before, after, strict=True)]
    best = min(sums)
    first = min(sums.index(best), expected - 1)
    last = min(len(sums) - 1 - sums[::-1].index(best), expected - 1)
    return _label(fields, first), _label(fields, last), best


def _label(fields: Sequence[tuple[str, Field[Any]] | None], at: int) -> str:
    found = fields[at]
    return found[0] if found is not None else f"field ({at + 1})"


def _fields(kind: type[Record], count: int) -> list[tuple[str, Field[Any]] | None]:
    """Return the fields by place, of tables too."""
    found: list[tuple[str, Field[Any]] | None] = [None] * count
    for field in kind.own_fields:
        if field.at < count:
            found[field.at] = field.label, field
    for tail in kind.repeated:
        if not isinstance(tail, Rows):
            continue
        for start in range(tail.at, count, tail.width):
            row = (start - tail.at) // tail.width
            for field in tail.kind.own_fields:
                at = start + field.at
                if at < count:
                    label = f"{tail.name}[{row}].{field.name} ({at + 1})"
                    found[at] = label, field
    return found


# ------------------------------------------------------------------ two records in one


def part_of(record: Record) -> Part | None:
    """Return the record that hides in another; None where the record is one.

    Judged by the published layouts: what stands before it must be a whole record.
    """
    layout, dialect = record.layout, record.dialect
    if not layout.known:
        return None
    cells = record.cells()
    shifted = layout.fits(len(cells), dialect.version) != "yes"
    if not (shifted or layout.width):
        return None
    for at, cell in enumerate(cells):
        if not shifted and at < layout.least:
            continue
        flag = _flag_in(cell, dialect)
        if flag is None or layout.fits(at, dialect.version) != "yes":
            continue
        # Data that begins with a number sign is escaped; a word may be data.
        if cell.startswith("#") or _stands(flag, cells[at + 1 :], dialect):
            rest = None
            if flag != "#FIN":
                rest = _made(
                    record, dialect.layout(flag), cells[at + 1 :], record.line + at + 1
                )
            head = _made(record, layout, cells[:at], record.line)
            return Part(Code.FLAG_FORM, record.line + at + 1, cell, flag, head, rest)
    return _flagless(record) if shifted else None


def _flag_in(cell: str, dialect: Dialect) -> str | None:
    """Return the flag that a cell may have been meant to be."""
    word = cell.strip(" \t").removeprefix("#").upper()
    if not _FEWEST <= len(word) <= _MOST or not word.isascii():
        return None
    if word == "FIN" or dialect.layout(f"#{word}").known:
        return f"#{word}"
    return None


def _stands(flag: str, rest: Sequence[str], dialect: Dialect) -> bool:
    """Tell whether what follows a word makes a whole record, or the end of the file."""
    if flag == "#FIN":
        return not any(rest)
    layout = dialect.layout(flag)
    count = layout.count(dialect.version)
    if layout.width or count is None or len(rest) <= count:
        return layout.fits(len(rest), dialect.version) == "yes"
    # More records may hide in what follows.
    return _flag_in(rest[count], dialect) is not None


def _flagless(record: Record) -> Part | None:
    """Return the record whose flag is missing altogether, if its fields say so."""
    cells, dialect = record.cells(), record.dialect
    own = record.layout.count(dialect.version)
    if own is None or record.layout.width or len(cells) <= own:
        return None
    for flag in (record.flag, *_NEIGHBOURS.get(record.flag, ())):
        layout = dialect.layout(flag)
        if layout.width or layout.count(dialect.version) != len(cells) - own:
            continue
        # As if the flag stood on the last line before it: its fields are in place.
        found = _made(record, layout, cells[own:], record.line + own)
        texts = found.cells()
        if any(field.problem(texts[field.at], dialect) for field in found.own_fields):
            continue
        head = _made(record, record.layout, cells[:own], record.line)
        line = record.line + own + 1
        return Part(Code.FLAG_MISSING, line, cells[own], flag, head, found)
    return None


# Which flags may be the missing one.
_NEIGHBOURS = {"#MECG": ("#MECA",), "#MECA": ("#MECG",)}


def _made(record: Record, layout: Layout, cells: Sequence[str], line: int) -> Record:
    """Make a record of some of the lines of another; its flag stands on `line`."""
    text = "\r\n".join((layout.flag.removeprefix("#"), *cells))
    kind = record_class(layout)
    return kind(text, line, layout, record.dialect, "\r\n", record.end)

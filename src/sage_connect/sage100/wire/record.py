"""One record of a flat file, read without loss and changed without side effects."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import IntEnum
from typing import Any, ClassVar, Self, TypeVar

from typing_extensions import override

from ...errors import CodecError, FileFormatError
from .fields import (
    Amount,
    Day,
    Field,
    Fielded,
    Rows,
    Series,
    Whole,
    YesNo,
    encode_cells,
)
from .layout import Dialect, Layout
from .sentences import Code, refuse
from .showing import record_card
from .values import Unknown, encode

__all__ = ("LINE_END", "Record", "build")

LINE_END = re.compile(r"\r\n|\r|\n")
_CAPTURED_LINE_END = re.compile(r"(\r\n|\r|\n)")

K = TypeVar("K", bound="Record")


class Record(Fielded):
    """A flag and the lines that belong to it. Treat it as frozen.

    Typed subclasses add one attribute per field, decoded when it is asked for.

    Attributes:
        text: Everything between the number sign and the last line end, as in the file.
        line: The physical line of the flag, from 1, header included; 0 for a new record.
        layout: The published shape of its flag.
        dialect: What the file's header decided.
        sep: What separates its lines; "" where they do not all end alike.
        end: The line end after its last line; "" at the end of a file without one.
    """

    __slots__ = ("_cells", "end", "layout", "line", "sep", "text")

    FLAG: ClassVar[str] = ""

    def __init__(  # noqa: PLR0917 - made a million times in a file: keywords cost
        self,
        text: str,
        line: int,
        layout: Layout,
        dialect: Dialect,
        sep: str = "\r\n",
        end: str = "\r\n",
    ) -> None:
        self.text: str = text
        self.line: int = line
        self.layout: Layout = layout
        self.dialect = dialect
        self.sep: str = sep
        self.end: str = end
        self._cells: tuple[str, ...] | None = None

    @property
    def flag(self) -> str:
        """The flag with its number sign, as `#MECG`."""
        return self.layout.flag

    @property
    def raw(self) -> str:
        """The record as it stands in the file, line ends included."""
        return f"#{self.text}{self.end}"

    @override
    def cells(self) -> tuple[str, ...]:
        cells = self._cells
        if cells is None:
            parts = self.text.split(self.sep) if self.sep else LINE_END.split(self.text)
            # A tuple of texts, unlike a list, is nothing the garbage collector visits.
            cells = self._cells = tuple(parts[1:])
        return cells

    @property
    def fields(self) -> tuple[str, ...]:
        """The text of every field, undecoded; works for unknown flags too."""
        return self.cells()

    def replace(self, **changes: object) -> Self:
        """Return the record with some fields changed and no other byte touched.

        Raises:
            CodecError: An unknown field, one that this version lacks, or a value that
                breaks a published limit; `path` is the field's name.
            TypeError: A value of the wrong type.
        """
        known = {field.name: field for field in (*self.own_fields, *self.repeated)}
        parts = _CAPTURED_LINE_END.split(self.text) if not self.sep else None
        cells = list(self.cells())
        for name, value in changes.items():
            field = known.get(name)
            if field is None:
                raise refuse(
                    Code.FIELD_NAME,
                    path=name,
                    flag=self.flag,
                    found=name,
                    expected=", ".join(known),
                )
            if isinstance(field, (Series, Rows)):
                texts = field.encode(value, self.dialect)
                last = None if field.count is None else field.at + len(texts)
                cells[field.at : last] = texts
            elif field.at < len(cells):
                cells[field.at] = field.encode(value, self.dialect)
            else:
                raise refuse(
                    Code.FIELD_ABSENT, path=name, version=self.dialect.version, found=value
                )
            if isinstance(value, str):
                encode(value, self.dialect.encoding, path=name)
        if parts is None:
            head = self.text.split(self.sep, 1)[0]
            text = self.sep.join((head, *cells))
        elif len(cells) == len(parts) // 2:
            parts[2::2] = cells
            text = "".join(parts)
        else:
            text = "\r\n".join((parts[0], *cells))
        sep = self.sep if parts is None or len(cells) == len(parts) // 2 else "\r\n"
        return type(self)(text, self.line, self.layout, self.dialect, sep, self.end)

    def __bytes__(self) -> bytes:
        return encode(self.raw, self.dialect.encoding, path=self.flag)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Record):
            return NotImplemented
        return (self.text, self.sep, self.end, self.dialect.module) == (
            other.text,
            other.sep,
            other.end,
            other.dialect.module,
        )

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        place = f" line {self.line}" if self.line else ""
        return f"<{type(self).__name__} {self.flag}{place}: {len(self.cells())} fields>"

    def _repr_html_(self) -> str:
        return record_card(self)

    @classmethod
    def _columns_(cls) -> Mapping[str, type]:
        """Return the columns of a frame: the line, and each field that stands once."""
        return {"line": int, **{one.name: _held(one) for one in cls.own_fields}}

    def _row_(self) -> Mapping[str, Any]:
        """Return what a frame says of it, by `_columns_`.

        Raises:
            FileFormatError: A field that cannot be read, or a 0 or 1 that is neither.
        """
        row: dict[str, Any] = {"line": self.line}
        for field in self.own_fields:
            try:
                row[field.name] = self._cell(field)
            except CodecError as error:
                line = self.line + field.at + 1 if self.line else 0
                raise FileFormatError(error.message, line=line, code=error.code) from error
        return row

    def _cell(self, field: Field[Any]) -> Any:
        value = getattr(self, field.name)
        if isinstance(value, IntEnum):
            return value.name
        if not isinstance(value, Unknown):
            return value
        if value and isinstance(field, YesNo):
            raise refuse(Code.ENUM, path=field.name, found=value, expected="0, 1")
        return str(value) or None


def _held(field: Field[Any]) -> type:
    for kind, holds in ((Amount, Decimal), (Day, date), (Whole, int), (YesNo, bool)):
        if isinstance(field, kind):
            return holds
    return str


NEW = Dialect()


def build(kind: type[K], /, *, dialect: Dialect = NEW, **values: Any) -> K:
    """Return a new record of `kind` from values by field name.

    What is not given is empty, or the neutral code or amount of its field.

    Raises:
        CodecError: A missing required value, an unknown name, or a value that breaks a
            published limit or the code page; `path` is the field's name.
        TypeError: A value of the wrong type.
    """
    layout = dialect.layout(kind.FLAG)
    count = layout.count(dialect.version) or 0
    cells = encode_cells(kind, values, count, dialect, kind.FLAG)
    if layout.width and len(cells) < layout.least:
        missing = next(tail for tail in kind.repeated if tail.count is None)
        raise refuse(Code.EMPTY, path=missing.name)
    text = "\r\n".join((kind.FLAG.removeprefix("#"), *cells))
    if not text.isascii():
        for name, value in values.items():
            if isinstance(value, str):
                encode(value, dialect.encoding, path=name)
        encode(text, dialect.encoding, path=kind.FLAG)
    return kind(text, 0, layout, dialect)

"""Fields of a record as descriptors: decoded when asked for, encoded when changed.

A field knows its place, its type and the limits that Sage publishes. The same check
serves the writer, which refuses, and the inspection, which reports.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import IntEnum
from typing import Any, ClassVar, Generic, Self, TypeVar, cast, overload

from typing_extensions import override

from ...errors import CodecError
from .layout import Dialect
from .sentences import Code, refuse
from .values import (
    AMOUNT_WIDTH,
    BLANKS,
    CONTROL,
    Unknown,
    amount_text,
    day_text,
    parse_amount,
    parse_day,
    parse_long_day,
    parse_whole,
)

__all__ = (
    "Amount",
    "Choice",
    "Day",
    "Field",
    "Fielded",
    "Problem",
    "Row",
    "Rows",
    "Series",
    "Text",
    "Whole",
    "YesNo",
    "encode_cells",
)

T = TypeVar("T")
E = TypeVar("E", bound=IntEnum)
R = TypeVar("R", bound="Row")

Problem = tuple[Code, dict[str, object]]

_NO_LIMITS: Mapping[int, int] = {}


class Fielded:
    """Something whose lines are fields: a record, or one row of a table."""

    __slots__ = ("dialect",)

    own_fields: ClassVar[tuple[Field[Any], ...]] = ()
    repeated: ClassVar[tuple[Series[Any] | Rows[Any], ...]] = ()
    dialect: Dialect

    def __init_subclass__(cls) -> None:
        own: list[Any] = list(vars(cls).values())
        fields: list[Field[Any]] = [x for x in own if isinstance(x, Field)]
        tails: list[Series[Any] | Rows[Any]] = [x for x in own if isinstance(x, _TAILS)]
        cls.own_fields, cls.repeated = tuple(fields), tuple(tails)

    def cells(self) -> Sequence[str]:
        """Return the text of every field, as in the file."""
        raise NotImplementedError


class Field(Generic[T]):
    """One field.

    Attributes:
        name: The English name, set by the class it stands in.
        at: Its place, from 0.
        required: Sage refuses the record without it.
        default: What the writer puts where no value is given.
    """

    __slots__ = ("at", "default", "name", "required")

    def __init__(self, number: int, *, required: bool = False, default: str = "") -> None:
        self.name: str = ""
        self.at: int = number - 1
        self.required: bool = required
        self.default: str = default

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, record: None, owner: type) -> Self: ...
    @overload
    def __get__(self, record: Fielded, owner: type) -> T: ...
    def __get__(self, record: Fielded | None, owner: type) -> Self | T:
        if record is None:
            return self
        cells = record.cells()
        # Old versions stop earlier: a field they lack reads as an empty one.
        return self.decode(cells[self.at] if self.at < len(cells) else "", record.dialect)

    @property
    def label(self) -> str:
        """Name and number, as messages show them."""
        return f"{self.name} ({self.at + 1})"

    def decode(self, text: str, dialect: Dialect) -> T:
        """Return the value of `text`.

        Raises:
            CodecError: `text` is nothing of this type.
        """
        raise NotImplementedError

    def encode(self, value: object, dialect: Dialect) -> str:
        """Return the text of `value`, checked.

        Raises:
            CodecError: It breaks a published limit; `path` is the field's name.
            TypeError: It has the wrong type.
        """
        text = "" if value is None else self.write(value, dialect)
        problem = self.problem(text, dialect)
        if problem is not None:
            raise refuse(problem[0], path=self.name, **problem[1])
        return text

    def write(self, value: object, dialect: Dialect) -> str:
        """Return the text of `value`, not yet checked against the field's limits."""
        raise NotImplementedError

    def problem(self, text: str, dialect: Dialect) -> Problem | None:
        """Return what is wrong with `text`, or None."""
        if not text:
            return (Code.EMPTY, {}) if self.required else None
        if text[0] in BLANKS or text[-1] in BLANKS:
            return Code.BLANKS, {"found": text}
        return self.flaw(text, dialect)

    def flaw(self, text: str, dialect: Dialect) -> Problem | None:
        """Return what is wrong with a `text` that is neither empty nor padded."""
        try:
            self.decode(text, dialect)
        except CodecError as error:
            # Told once more with the sentence's values, so that a report can show it.
            return Code(error.code), _values(error.code, text)
        return None


def _values(code: str, text: str) -> dict[str, object]:
    values: dict[str, object] = {"found": text}
    if code == Code.DATE.value:
        values["pattern"] = "JJMMAA or JJMMAAAA"
    return values


class Text(Field[str]):
    """Text, its length counted in characters."""

    __slots__ = ("least", "limit", "lines", "old_limits", "upper")

    def __init__(
        self,
        number: int,
        limit: int = 0,
        *,
        least: int = 0,
        upper: bool = False,
        required: bool = False,
        default: str = "",
        old_limits: Mapping[int, int] = _NO_LIMITS,
        lines: bool = False,
    ) -> None:
        super().__init__(number, required=required, default=default)
        self.lines: bool = lines
        self.old_limits: Mapping[int, int] = old_limits
        self.limit: int = limit
        self.least: int = least
        self.upper: bool = upper

    @override
    def decode(self, text: str, dialect: Dialect) -> str:
        return text[1:] if text.startswith("\\#") else text

    @override
    def write(self, value: object, dialect: Dialect) -> str:
        if not isinstance(value, str):
            raise TypeError(f"{self.name}: expected text, found {value!r}")
        if value.startswith("\\#"):
            # It would be read back without its backslash.
            raise refuse(Code.HASH, path=self.name, found=value)
        return f"\\{value}" if value.startswith("#") else value

    @override
    def flaw(self, text: str, dialect: Dialect) -> Problem | None:
        controls = CONTROL.findall(text.replace("\n", "") if self.lines else text)
        if controls:
            found = controls[0]
            return Code.CONTROL, {"found": f"U+{ord(found):04X}"}
        value = self.decode(text, dialect)
        limit = self.limit
        if self.old_limits and dialect.version is not None:
            limit = self.old_limits.get(dialect.version, limit)
        if limit and len(value) > limit:
            return Code.LENGTH, {"found": value, "length": len(value), "limit": limit}
        if len(value) < self.least:
            return Code.SHORT, {"found": value, "length": len(value), "limit": self.least}
        if self.upper and value != value.upper():
            return Code.CASE, {"found": value}
        return None


class Amount(Field[Decimal | None]):
    """An amount, a rate or a quantity; None where the field is empty."""

    __slots__ = ("decimals", "limit", "unsigned")

    def __init__(
        self,
        number: int,
        decimals: int | None = 2,
        *,
        limit: int = AMOUNT_WIDTH,
        unsigned: bool = False,
        required: bool = False,
        default: str = "",
    ) -> None:
        super().__init__(number, required=required, default=default)
        self.decimals: int | None = decimals
        self.limit: int = limit
        self.unsigned: bool = unsigned

    @override
    def decode(self, text: str, dialect: Dialect) -> Decimal | None:
        return parse_amount(text, path=self.name) if text else None

    @override
    def write(self, value: object, dialect: Dialect) -> str:
        if not isinstance(value, Decimal):
            raise TypeError(f"{self.name}: expected a Decimal, found {value!r}")
        return amount_text(
            value, self.decimals, path=self.name, unsigned=self.unsigned, width=self.limit
        )

    @override
    def flaw(self, text: str, dialect: Dialect) -> Problem | None:
        problem = super().flaw(text, dialect)
        if problem is None and len(text) > self.limit:
            return Code.LENGTH, {"found": text, "length": len(text), "limit": self.limit}
        if problem is None and self.decimals is not None:
            rest = text.partition(",")[2][self.decimals :]
            if rest.strip("0"):
                return Code.ROUNDING, {"found": text, "decimals": self.decimals}
        if problem is None and self.unsigned and text.startswith("-"):
            return Code.NEGATIVE, {"found": text}
        return problem


class Day(Field[date | None]):
    """A date, JJMMAA or (`long`) JJMMAAAA; None where the field is empty."""

    __slots__ = ("long",)

    def __init__(
        self, number: int, *, long: bool = False, required: bool = False, default: str = ""
    ) -> None:
        super().__init__(number, required=required, default=default)
        self.long: bool = long

    @override
    def decode(self, text: str, dialect: Dialect) -> date | None:
        if not text:
            return None
        try:
            return parse_long_day(text) if self.long else parse_day(text, dialect.around)
        except ValueError as error:
            pattern = "JJMMAAAA" if self.long else "JJMMAA"
            raise refuse(Code.DATE, path=self.name, found=text, pattern=pattern) from error

    @override
    def write(self, value: object, dialect: Dialect) -> str:
        if not isinstance(value, date):
            raise TypeError(f"{self.name}: expected a date, found {value!r}")
        return day_text(value, self.name, dialect.around, long=self.long)


class Whole(Field[int | None]):
    """A whole number; None where the field is empty."""

    __slots__ = ("bounds",)

    def __init__(
        self,
        number: int,
        bounds: tuple[int, int] | None = None,
        *,
        required: bool = False,
        default: str = "",
    ) -> None:
        super().__init__(number, required=required, default=default)
        self.bounds: tuple[int, int] | None = bounds

    @override
    def decode(self, text: str, dialect: Dialect) -> int | None:
        return parse_whole(text, path=self.name) if text else None

    @override
    def write(self, value: object, dialect: Dialect) -> str:
        if isinstance(value, bool) or not isinstance(value, int):
            raise TypeError(f"{self.name}: expected an int, found {value!r}")
        return str(value)

    @override
    def flaw(self, text: str, dialect: Dialect) -> Problem | None:
        problem = super().flaw(text, dialect)
        if problem is None and self.bounds is not None:
            first, last = self.bounds
            if not first <= int(text) <= last:
                return Code.RANGE, {"found": text, "first": first, "last": last}
        return problem


class YesNo(Field[bool | Unknown]):
    """0 or 1; anything else, and an empty field, is `Unknown`."""

    __slots__ = ()

    @override
    def decode(self, text: str, dialect: Dialect) -> bool | Unknown:
        return text == "1" if text in {"0", "1"} else Unknown(text)

    @override
    def write(self, value: object, dialect: Dialect) -> str:
        if isinstance(value, Unknown):
            return str(value)
        if not isinstance(value, bool):
            raise TypeError(f"{self.name}: expected a bool, found {value!r}")
        return "1" if value else "0"

    @override
    def flaw(self, text: str, dialect: Dialect) -> Problem | None:
        return (
            None if text in {"0", "1"} else (Code.ENUM, {"found": text, "expected": "0, 1"})
        )


class Choice(Field[E | Unknown], Generic[E]):
    """A code of a published list; one that is not listed, or empty, is `Unknown`."""

    __slots__ = ("codes", "kind")

    def __init__(
        self, number: int, kind: type[E], *, required: bool = False, default: str = ""
    ) -> None:
        super().__init__(number, required=required, default=default)
        self.kind: type[E] = kind
        self.codes: dict[str, E] = {str(member.value): member for member in kind}

    @override
    def decode(self, text: str, dialect: Dialect) -> E | Unknown:
        found = self.codes.get(text)
        return Unknown(text) if found is None else found

    @override
    def write(self, value: object, dialect: Dialect) -> str:
        if isinstance(value, Unknown):
            return str(value)
        if not isinstance(value, self.kind):
            raise TypeError(f"{self.name}: expected {self.kind.__name__}, found {value!r}")
        return str(value.value)

    @override
    def encode(self, value: object, dialect: Dialect) -> str:
        # A code from a newer Sage must survive a change of its neighbours.
        if isinstance(value, Unknown) and value and not CONTROL.search(value):
            return str(value)
        return super().encode(value, dialect)

    @override
    def flaw(self, text: str, dialect: Dialect) -> Problem | None:
        if text in self.codes:
            return None
        return Code.ENUM, {"found": text, "expected": ", ".join(self.codes)}


class Series(Generic[T]):
    """One field repeated: `count` times, or to the end of the record."""

    __slots__ = ("at", "count", "item", "name")

    def __init__(self, number: int, count: int | None, item: Field[T]) -> None:
        self.name: str = ""
        self.at: int = number - 1
        self.count: int | None = count
        self.item: Field[T] = item

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = self.item.name = name

    @overload
    def __get__(self, record: None, owner: type) -> Self: ...
    @overload
    def __get__(self, record: Fielded, owner: type) -> tuple[T, ...]: ...
    def __get__(self, record: Fielded | None, owner: type) -> Self | tuple[T, ...]:
        if record is None:
            return self
        last = None if self.count is None else self.at + self.count
        return tuple(
            self.item.decode(text, record.dialect)
            for text in record.cells()[self.at : last]
        )

    def encode(self, value: object, dialect: Dialect) -> list[str]:
        """Return the texts of all items; a fixed series is filled up with defaults."""
        items = _sequence(value, self.name)
        texts = [self.item.encode(item, dialect) for item in items]
        return _filled(texts, self.count, [self.item.default], self.name)

    def problems(
        self, cells: Sequence[str], dialect: Dialect
    ) -> Iterable[tuple[int, str, Problem]]:
        """Yield place, label and problem of every item that has one."""
        last = len(cells) if self.count is None else min(self.at + self.count, len(cells))
        for at in range(self.at, last):
            problem = self.item.problem(cells[at], dialect)
            if problem is not None:
                yield at, f"{self.name}[{at - self.at}] ({at + 1})", problem


class Rows(Generic[R]):
    """A table of rows by position: `count` of them, or to the end of the record."""

    __slots__ = ("at", "count", "kind", "name", "width")

    def __init__(self, number: int, count: int | None, width: int, kind: type[R]) -> None:
        self.name: str = ""
        self.at: int = number - 1
        self.count: int | None = count
        self.width: int = width
        self.kind: type[R] = kind

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, record: None, owner: type) -> Self: ...
    @overload
    def __get__(self, record: Fielded, owner: type) -> tuple[R, ...]: ...
    def __get__(self, record: Fielded | None, owner: type) -> Self | tuple[R, ...]:
        if record is None:
            return self
        cells = record.cells()
        last = len(cells) if self.count is None else self.at + self.count * self.width
        if self.count is None and (last - self.at) % self.width > 0:
            # Where the rows begin cannot be told any more; half a row would be a lie.
            raise CodecError(
                f"{self.name}: expected rows of {self.width} fields, found "
                f"{last - self.at} fields; read `fields` instead.",
                path=self.name,
                code=Code.COUNT.value,
            )
        return tuple(
            self.kind(cells[at : at + self.width], record.dialect)
            for at in range(self.at, last, self.width)
        )

    def encode(self, value: object, dialect: Dialect) -> list[str]:
        """Return the texts of all rows, given as rows or as mappings of name to value."""
        texts: list[str] = []
        for item in _sequence(value, self.name):
            if isinstance(item, self.kind):
                texts += item.cells()
            elif isinstance(item, Mapping):
                # What a mapping holds is checked name by name and value by value below.
                named = cast("Mapping[str, object]", item)
                texts += encode_cells(self.kind, named, self.width, dialect, self.name)
            else:
                raise TypeError(f"{self.name}: expected rows, found {item!r}")
        blank = [""] * self.width
        for field in self.kind.own_fields:
            blank[field.at] = field.default
        return _filled(texts, None if self.count is None else self.count, blank, self.name)

    def problems(
        self, cells: Sequence[str], dialect: Dialect
    ) -> Iterable[tuple[int, str, Problem]]:
        """Yield place, label and problem of every field that has one."""
        last = len(cells) if self.count is None else self.at + self.count * self.width
        for start in range(self.at, min(last, len(cells)), self.width):
            for field in self.kind.own_fields:
                at = start + field.at
                # Empty rows of a fixed table are unused slots, not faults.
                problem = field.problem(cells[at], dialect) if at < len(cells) else None
                if problem is not None:
                    row = (start - self.at) // self.width
                    yield at, f"{self.name}[{row}].{field.name} ({at + 1})", problem


_TAILS = (Series, Rows)


class Row(Fielded):
    """One row of a table, or one item of a repeated tail."""

    __slots__ = ("_cells",)

    def __init__(self, cells: Sequence[str], dialect: Dialect) -> None:
        self._cells = cells
        self.dialect = dialect

    @override
    def cells(self) -> Sequence[str]:
        return self._cells

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and [*self._cells] == [*other.cells()]

    def __hash__(self) -> int:
        return hash(tuple(self._cells))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({list(self._cells)!r})"


def _sequence(value: object, name: str) -> list[object]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise TypeError(f"{name}: expected a sequence, found {value!r}")
    # Each item is checked by the field that writes it.
    return list(cast("Iterable[object]", value))


def _filled(texts: list[str], count: int | None, blank: list[str], name: str) -> list[str]:
    if count is None:
        return texts
    places = count * len(blank)
    if len(texts) > places:
        raise refuse(
            Code.LENGTH, path=name, found=name, length=len(texts) // len(blank), limit=count
        )
    return texts + blank * ((places - len(texts)) // len(blank))


def encode_cells(
    kind: type[Fielded],
    values: Mapping[str, object],
    count: int,
    dialect: Dialect,
    title: str,
) -> list[str]:
    """Return the texts of all fields of a new record or row: values, or defaults.

    Raises:
        CodecError: An unknown name, a missing required value, a value out of limits.
        TypeError: A value of the wrong type.
    """
    cells = [""] * count
    known = {field.name: field for field in (*kind.own_fields, *kind.repeated)}
    for name, value in values.items():
        if name not in known:
            raise refuse(
                Code.FIELD_NAME,
                path=name,
                flag=title,
                found=name,
                expected=", ".join(known),
            )
        if known[name].at >= count and not isinstance(known[name], (Series, Rows)):
            raise refuse(Code.FIELD_ABSENT, path=name, version=dialect.version, found=value)
    for field in kind.own_fields:
        if field.at < count:
            given = values.get(field.name, field.default)
            cells[field.at] = (
                field.encode(given, dialect)
                if field.name in values
                else _default(field, dialect)
            )
    for tail in kind.repeated:
        texts = tail.encode(values.get(tail.name, ()), dialect)
        cells[tail.at : tail.at + len(texts)] = texts
    return cells


def _default(field: Field[Any], dialect: Dialect) -> str:
    if field.required:
        return field.encode(None, dialect)
    return field.default

"""Values of records, read from their texts when they are asked for.

An empty text, and a field that the answer does not have, are None. A text that is not of
the declared kind raises `CodecError`; `record["FIELD"]` gives it all the same.
"""

import datetime as dt
import functools
import re
from decimal import Decimal
from typing import Any, ClassVar, Final, Generic, NoReturn, Self, TypeVar, overload

from ...errors import CodecError
from .record import Record

T = TypeVar("T")
R = TypeVar("R", bound=Record)

_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,30}")
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]{1,60}(?:\.[0-9]{0,60})?|\.[0-9]{1,60})")
_DAY: Final = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_MOMENT: Final = re.compile(_DAY.pattern + r" ([0-9]{1,2}):([0-9]{2}):([0-9]{2})")
_FLAGS: Final = {"true": True, "t": True, "false": False, "f": False}
_LONGEST_SHOWN: Final = 80


class Field(Generic[T]):
    """A field of a record: its name on the wire, and how its text is read.

    On the class it is the field itself, whose `str` is its name on the wire.
    """

    __slots__ = ("on_wire",)
    expected: ClassVar[str] = "text"

    def __init__(self, on_wire: str) -> None:
        self.on_wire: str = on_wire

    @overload
    def __get__(self, record: None, owner: type) -> Self: ...
    @overload
    def __get__(self, record: Record, owner: type) -> T | None: ...
    def __get__(self, record: Record | None, owner: type) -> "Self | T | None":
        if record is None:
            return self
        value: Any = record._texts.get(self.on_wire)  # noqa: SLF001 - once for each value read
        if value is None:
            value = record.raw(self.on_wire)
        if value.__class__ is not str:
            value = record[self.on_wire] if value is not None else None
        if not value:
            return None
        try:
            return self.read(value)
        except ValueError as error:
            self._refuse(record, value, error)

    def read(self, text: str) -> T:
        """Return the value that `text`, which is not empty, stands for.

        Raises:
            ValueError: It stands for none.
        """
        raise NotImplementedError

    def _refuse(self, record: Record, text: str, error: ValueError) -> NoReturn:
        shown = text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"
        raise CodecError(
            f"{record.tag}.{self.on_wire}: expected {self.expected}, found {shown!r}",
            path=self.on_wire,
            fix=f'The text as it came is record["{self.on_wire}"].',
        ) from error

    def __str__(self) -> str:
        return self.on_wire

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.on_wire!r})"


class Text(Field[str]):
    """A text, or one of a set of words, which the gateway may add to."""

    __slots__ = ()

    def read(self, text: str) -> str:
        """Return it as it is."""
        return text


class Integer(Field[int]):
    """A whole number."""

    __slots__ = ()
    expected = "a whole number"

    def read(self, text: str) -> int:
        """Read plain digits."""
        if not _INTEGER.fullmatch(text):
            raise ValueError(text)
        return int(text)


class Number(Field[Decimal]):
    """An amount, a rate, a percentage: exact, with a point and without separators."""

    __slots__ = ()
    expected = "a decimal number"

    def read(self, text: str) -> Decimal:
        """Read plain decimal digits; neither exponents nor words such as "NaN"."""
        if not _NUMBER.fullmatch(text):
            raise ValueError(text)
        return Decimal(text)


class Flag(Field[bool]):
    """True or false; "T" and "F" in some answers."""

    __slots__ = ()
    expected = "true, false, T or F"

    def read(self, text: str) -> bool:
        """Read either way of saying it, in either case."""
        try:
            return _FLAGS[text.lower()]
        except KeyError:
            raise ValueError(text) from None


class Day(Field[dt.date]):
    """A date. Answers have mm/dd/yyyy, wherever the company is."""

    __slots__ = ()
    expected = "a date mm/dd/yyyy"

    def read(self, text: str) -> dt.date:
        """Read a date that exists."""
        return day(text)


class Moment(Field[dt.datetime]):
    """A date and a time, naive: no source says in which time zone answers are."""

    __slots__ = ()
    expected = "a date and time mm/dd/yyyy hh:mm:ss"

    def read(self, text: str) -> dt.datetime:
        """Read an instant that exists, if only in some zone."""
        found = _MOMENT.fullmatch(text)
        if found is None:
            raise ValueError(text)
        month, date, year, hour, minute, second = map(int, found.groups())
        return dt.datetime(year, month, date, hour, minute, second)  # noqa: DTZ001 - none is given


class Rows(Generic[R]):
    """The lines inside a record, such as the entries of a batch. Always a tuple.

    A query leaves them out; `read` gives them.
    """

    __slots__ = ("on_wire",)

    def __init__(self, on_wire: str) -> None:
        self.on_wire: str = on_wire

    @overload
    def __get__(self, record: None, owner: type) -> Self: ...
    @overload
    def __get__(self, record: Record, owner: type) -> tuple[R, ...]: ...
    def __get__(self, record: Record | None, owner: type) -> Any:
        if record is None:
            return self
        return tuple(
            row for inside in record.rows(self.on_wire) for row in inside.all_rows()
        )

    def __str__(self) -> str:
        return self.on_wire

    def __repr__(self) -> str:
        return f"Rows({self.on_wire!r})"


# A page has few different dates, and each costs more than a look-up.
@functools.lru_cache(maxsize=4096)
def day(text: str) -> dt.date:
    """Return the date that an answer gives as mm/dd/yyyy.

    Raises:
        ValueError: There is no such date, or `text` is none.
    """
    found = _DAY.fullmatch(text)
    if found is None:
        raise ValueError(text)
    month, date, year = map(int, found.groups())
    return dt.date(year, month, date)

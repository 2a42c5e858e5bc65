"""Plain values (dicts, lists, text, numbers) to attrs classes and back, strictly.

Straight code over the classes' annotations: every fault of a value is kept, each with its
path, and 10,000 documents are read in about a second.
"""

import base64
import binascii
import datetime as dt
import enum
import functools
import re
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, Final, TypeAlias

import attrs

from ..fields import FrozenMap

Step: TypeAlias = str | int
Path: TypeAlias = tuple[Step, ...]
Reader: TypeAlias = Callable[[Any], Any]
Writer: TypeAlias = Callable[[Any], object]

# An amount of this many digits on either side of the point still multiplies exactly in the
# 60 digits that totals are computed with.
MOST_DIGITS: Final = 30
_AMOUNT: Final = re.compile(rf"-?[0-9]{{1,{MOST_DIGITS}}}(\.[0-9]{{1,{MOST_DIGITS}}})?")
_COMMA: Final = re.compile(r"-?[0-9]+,[0-9]+")
_EXPONENT: Final = re.compile(r"-?[0-9.]+[eE][-+]?[0-9]+")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
LONGEST_SHOWN: Final = 40
"""Characters of a foreign text in a message."""


@attrs.frozen
class Fault:
    """One thing wrong with a plain value.

    Attributes:
        path: Field names and positions in lists, counted from 0.
        message: What was expected and what was found.
        is_float: True for a binary float where an exact amount is needed.
    """

    path: Path
    message: str
    is_float: bool = False


@attrs.frozen
class Unread:
    """Stands where the text held something that has no value, such as NaN.

    Attributes:
        message: What is wrong with it.
        key: The field within it that is at fault, or "".
    """

    message: str
    key: str = ""


class Misfit(Exception):
    """A plain value does not fit. Never leaves the package.

    Attributes:
        faults: All that is wrong, in order.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        super().__init__()
        self.faults: tuple[Fault, ...] = tuple(faults)

    def under(self, step: Step) -> tuple[Fault, ...]:
        """Return the faults as seen from one level up."""
        return tuple(attrs.evolve(fault, path=(step, *fault.path)) for fault in self.faults)


def misfit(expected: str, value: object, *, cure: str = "") -> Misfit:
    """Return the error for a `value` that is not what was `expected`."""
    if isinstance(value, Unread):
        return Misfit([Fault((value.key,) if value.key else (), value.message)])
    tail = f"; {cure}" if cure else ""
    return Misfit([Fault((), f"expected {expected}, found {shown(value)}{tail}")])


def shown(value: object) -> str:
    """Return `value` as a message shows it: its kind in JSON's words, cut to be short."""
    match value:
        case None | bool():
            return {None: "null", True: "true", False: "false"}[value]
        case str():
            cut = value if len(value) <= LONGEST_SHOWN else f"{value[:LONGEST_SHOWN]}…"
            return f'the text "{cut}"'
        case int() if value.bit_length() > MOST_DIGITS * 4:
            # Python refuses to write down an int of more than 4,300 digits.
            return "a number of many digits"
        case int() | float() | Decimal():
            return f"the number {value}"
        case _:
            names = ((Mapping, "an object"), ((list, tuple), "a list"))
            other = f"a Python {type(value).__name__}"
            return next((name for kind, name in names if isinstance(value, kind)), other)


def unknown(name: object, names: Iterable[str], kind: str = "field") -> str:
    """Return the message for a name that is not one of `names`, with the nearest one."""
    known = list(names)
    near = nearest(name, known)
    hint = f'did you mean "{near}"?' if near else "known are " + ", ".join(sorted(known))
    return f'unknown {kind} "{name}"; {hint}'


def nearest(name: object, names: Iterable[str]) -> str:
    """Return which of `names` was perhaps meant, or ""."""
    import difflib  # noqa: PLC0415 - 5 ms to import, needed for an error only

    return next(iter(difflib.get_close_matches(str(name).lower(), list(names), n=1)), "")


def read_text(value: object) -> str:
    """Return text that every encoding of Unicode can carry."""
    if not isinstance(value, str):
        raise misfit("text", value)
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError as error:
            code = f"U+{ord(value[error.start]):04X}"
            raise Misfit([Fault((), f"half of a character ({code}) in the text")]) from None
    return value


def read_amount(value: object) -> Decimal:
    """Return an exact number: from decimal text, an int or a Decimal, never a float."""
    if isinstance(value, str):
        if _AMOUNT.fullmatch(value):
            return Decimal(value)
        raise misfit('decimal text such as "12.50"', value, cure=_cure(value))
    if isinstance(value, float):
        found = (
            f"expected an exact amount, found the float {value!r}; "
            f'give it as text or as a Decimal: "{value!r}"'
        )
        raise Misfit([Fault((), found, is_float=True)])
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise misfit('an amount as text, such as "12.50"', value)
    return _checked(value)


def _checked(value: int | Decimal) -> Decimal:
    amount = Decimal(value)
    if not amount.is_finite():
        raise misfit("a finite amount", value)
    exponent = amount.as_tuple().exponent
    small = isinstance(exponent, int) and exponent < -MOST_DIGITS
    if small or amount.adjusted() >= MOST_DIGITS:
        raise misfit(
            f"an amount of at most {MOST_DIGITS} digits on either side of the point", value
        )
    return amount


def _cure(text: str) -> str:
    if _COMMA.fullmatch(text):
        return f'write a decimal point: "{text.replace(",", ".")}"'
    if _EXPONENT.fullmatch(text):
        return "write all digits, without an exponent"
    return "write digits and a decimal point only"


def read_day(value: object) -> dt.date:
    """Return a calendar day: from a date, or from text as 2026-10-31."""
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    # fromisoformat also takes weeks and dates without hyphens, which a person may misread.
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            raise misfit("a day of the calendar", value) from None
    raise misfit("a date as 2026-10-31", value)


def read_instant(value: object) -> dt.datetime:
    """Return an aware instant: from text as 2026-10-31T09:30:00+00:00."""
    wanted = "an instant with its offset, as 2026-10-31T09:30:00+00:00"
    if not isinstance(value, str):
        raise misfit(wanted, value)
    try:
        instant = dt.datetime.fromisoformat(value)
    except ValueError:
        raise misfit(wanted, value) from None
    if instant.tzinfo is None:
        raise misfit(wanted, value)
    return instant


def read_flag(value: object) -> bool:
    """Return True or False; no number and no text stands for either."""
    if not isinstance(value, bool):
        raise misfit("true or false", value)
    return value


def read_whole(value: object) -> int:
    """Return a whole number."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise misfit("a whole number", value)
    return value


def read_bytes(value: object) -> bytes:
    """Return the bytes behind base64 text."""
    if not isinstance(value, str):
        raise misfit("base64 text", value)
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise misfit("base64 text", value) from None


_PLAIN: Final[dict[object, Reader]] = {
    str: read_text,
    Decimal: read_amount,
    dt.date: read_day,
    dt.datetime: read_instant,
    bool: read_flag,
    int: read_whole,
    bytes: read_bytes,
}


def members(value: Any, expected: str = "a list") -> Iterable[Any]:
    """Return the members of a list."""
    found: Iterable[Any] = value
    if not isinstance(value, list | tuple):
        raise misfit(expected, value)
    return found


def entries(value: Any, expected: str = "an object") -> Mapping[Any, Any]:
    """Return the fields of an object, whose names may still be anything."""
    found: Mapping[Any, Any] = value
    if not isinstance(value, Mapping):
        raise misfit(expected, value)
    return found


def is_mapping(hint: Any) -> bool:
    """Return whether an annotation is a mapping, such as `FrozenMap[str]`."""
    origin: Any = typing.get_origin(hint)
    return isinstance(origin, type) and issubclass(origin, Mapping)


class Reading:
    """Readers of annotated types, each made once.

    A reader takes a plain value and returns the typed one, or raises `Misfit`.
    """

    def __init__(self, own: Mapping[object, Reader]) -> None:
        self._readers: dict[object, Reader] = {**_PLAIN, **own}

    def reader(self, hint: object) -> Reader:
        """Return the reader of an annotation.

        Raises:
            TypeError: Nothing is known of such an annotation.
        """
        found = self._readers.get(hint)
        if found is None:
            found = self._readers[hint] = self._made(hint)
        return found

    def _made(self, hint: Any) -> Reader:
        origin, arguments = typing.get_origin(hint), typing.get_args(hint)
        if origin in {typing.Union, types.UnionType} and type(None) in arguments:
            rest = [one for one in arguments if one is not type(None)]
            return _optional(self.reader(functools.reduce(lambda a, b: a | b, rest)))
        if origin is tuple and arguments[1:] == (...,):
            return _many(self.reader(arguments[0]))
        if is_mapping(hint):
            return _named(self.reader(arguments[-1]))
        if isinstance(hint, type) and issubclass(hint, enum.Enum):
            return _choice(hint)
        if isinstance(hint, type) and attrs.has(hint):
            return self._whole(hint)
        raise TypeError(f"no reader for {hint!r}")

    def _whole(self, cls: type[Any]) -> Reader:
        hints = typing.get_type_hints(cls)
        readers = {
            field.name: self.reader(hints[field.name]) for field in attrs.fields(cls)
        }
        needed = {
            field.name for field in attrs.fields(cls) if field.default is attrs.NOTHING
        }

        def read(value: Any) -> Any:
            fields = entries(value)
            given: dict[str, Any] = {}
            faults: list[Fault] = []
            for name, one in fields.items():
                reader = readers.get(name)
                if reader is None:
                    faults.append(Fault((str(name),), unknown(name, readers)))
                    continue
                try:
                    given[name] = reader(one)
                except Misfit as error:
                    faults += error.under(name)
            if len(given) < len(readers) and not needed <= fields.keys():
                faults += [
                    Fault((name,), "this field is missing")
                    for name in readers
                    if name in needed and name not in fields
                ]
            if faults:
                raise Misfit(faults)
            try:
                return cls(**given)
            except (TypeError, ValueError) as error:
                raise Misfit([Fault((), str(error))]) from None

        return read


def _optional(reader: Reader) -> Reader:
    return lambda value: None if value is None else reader(value)


def _many(reader: Reader) -> Reader:
    def read(value: object) -> tuple[Any, ...]:
        made: list[Any] = []
        faults: list[Fault] = []
        for at, one in enumerate(members(value)):
            try:
                made.append(reader(one))
            except Misfit as error:
                faults += error.under(at)
        if faults:
            raise Misfit(faults)
        return tuple(made)

    return read


def _named(reader: Reader) -> Reader:
    def read(value: Any) -> FrozenMap[Any]:
        made: dict[str, Any] = {}
        faults: list[Fault] = []
        for name, one in entries(value).items():
            try:
                made[read_text(name)] = reader(one)
            except Misfit as error:
                faults += error.under(str(name))
        if faults:
            raise Misfit(faults)
        return FrozenMap(made)

    return read


def _choice(kind: type[enum.Enum]) -> Reader:
    by_value = {str(member.value): member for member in kind}

    def read(value: object) -> enum.Enum:
        found = by_value.get(value) if isinstance(value, str) else None
        if found is None:
            raise misfit("one of " + ", ".join(by_value), value)
        return found

    return read


_defaults: Final[dict[type, Mapping[str, Any]]] = {}


def defaults(cls: Any) -> Mapping[str, Any]:
    """Return the default of each field of an attrs class; `attrs.NOTHING` for none."""
    if cls not in _defaults:
        _defaults[cls] = {
            # What a factory makes is a value like any other: these classes are frozen.
            field.name: getattr(
                field.default, "factory", lambda field=field: field.default
            )()
            for field in attrs.fields(cls)
        }
    return _defaults[cls]


def _write_amount(value: Decimal) -> str:
    return format(_checked(value), "f")


_WRITERS: Final[dict[type, Writer]] = {
    Decimal: _write_amount,
    dt.date: dt.date.isoformat,
    dt.datetime: dt.datetime.isoformat,
    bytes: lambda value: base64.b64encode(value).decode("ascii"),
    type(None): lambda value: value,
    str: read_text,
    bool: lambda value: value,
    int: lambda value: value,
}


def plain(value: object, own: Mapping[type, Writer]) -> Any:
    """Return `value` as JSON can hold it: fields in their order, defaults left out.

    Args:
        value: An attrs object or a part of one.
        own: Writers of types that are written in a way of their own.

    Raises:
        Misfit: Something that could not be read back.
    """
    kind = type(value)
    writer = own.get(kind) or _WRITERS.get(kind)
    if writer is not None:
        return writer(value)
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, tuple):
        return [_under(at, one, own) for at, one in enumerate(members(value))]
    if isinstance(value, Mapping):
        return {
            read_text(name): _under(name, one, own) for name, one in entries(value).items()
        }
    return {
        name: _under(name, one, own)
        for name, default in defaults(kind).items()
        if (one := getattr(value, name)) is not default and one != default
    }


def _under(step: Step, value: Any, own: Mapping[type, Writer]) -> Any:
    try:
        return plain(value, own)
    except Misfit as error:
        raise Misfit(error.under(step)) from None

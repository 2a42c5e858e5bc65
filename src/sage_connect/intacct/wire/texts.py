"""Values as the gateway writes them: dates, exact decimals, legal characters."""

import base64
import datetime as dt
import math
import re
import reprlib
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final, NoReturn, TypeGuard

from ...errors import CodecError

# What XML 1.0 cannot hold, not even escaped.
_ILLEGAL: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Integration names are ASCII; a colon would make a namespace.
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)")
# Far beyond any amount; a larger exponent would fill the memory with zeros.
_DIGITS: Final = 60


def is_mapping(value: object) -> TypeGuard[Mapping[Any, Any]]:
    """Return whether `value` is a mapping."""
    return isinstance(value, Mapping)


def is_listed(value: object) -> TypeGuard[Iterable[Any]]:
    """Return whether `value` is a list of any kind: no text, and no mapping."""
    return isinstance(value, Iterable) and not isinstance(value, str | Mapping)


def refuse(path: str, wanted: str, found: object) -> NoReturn:
    """Raise what names the field, what it must be, and what it is.

    Raises:
        CodecError: Always.
    """
    raise CodecError(f"{path} must be {wanted}, not {reprlib.repr(found)}", path=path)


def element_name(name: object, path: str) -> str:
    """Return `name` if an element can be called that.

    Raises:
        CodecError: It cannot.
    """
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        refuse(path, "the name of an element (letters, digits, underscores)", name)
    return name


def is_legal(text: str) -> bool:
    """Return whether XML can hold every character of `text`."""
    return _ILLEGAL.search(text) is None


def legal(text: str, path: str) -> str:
    """Return `text` if XML can hold every character of it.

    Raises:
        CodecError: It cannot; tells the first that is illegal.
    """
    if found := _ILLEGAL.search(text):
        raise CodecError(
            f"{path} holds U+{ord(found[0]):04X}, which XML cannot carry", path=path
        )
    return text


def scalar(value: object, path: str) -> str:
    """Return the text of a single value, whatever its type.

    Raises:
        CodecError: It is not a single value, or cannot be written.
    """
    if isinstance(value, str):
        return legal(value, path)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return number(value, path)
    if isinstance(value, dt.datetime):
        if value.tzinfo is not None:
            refuse(path, "a time without a zone, as the gateway has none", value)
        return f"{_day(value)} {value:%H:%M:%S}"
    if isinstance(value, dt.date):
        return _day(value)
    refuse(path, "text, a number, a date, True or False", value)


def number(value: object, path: str) -> str:
    """Return the digits of an exact number: no exponent, no zeros that say nothing.

    Raises:
        CodecError: It is no number, or not a finite one.
    """
    exact = decimal(value, path)
    if not exact:
        return "0"
    if abs(exact.adjusted()) > _DIGITS or len(exact.as_tuple().digits) > _DIGITS:
        refuse(path, f"a number of at most {_DIGITS} digits", value)
    text = format(exact, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def decimal(value: object, path: str) -> Decimal:
    """Return the exact number that `value` is.

    Raises:
        CodecError: It is no number, or not a finite one.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        refuse(path, "a number", value)
    if isinstance(value, str) and not (value.isascii() and _NUMBER.fullmatch(value)):
        refuse(path, "a number: digits, and a point where needed", value)
    try:
        exact = Decimal(repr(value) if isinstance(value, float) else value)
    except InvalidOperation:
        refuse(path, "a number", value)
    if not math.isfinite(exact):
        refuse(path, "a finite number", value)
    return exact


def key(value: object, path: str) -> str:
    """Return the text of a record number or another whole number.

    Raises:
        CodecError: It is neither a whole number nor text.
    """
    if isinstance(value, bool) or not isinstance(value, int | str):
        refuse(path, "a whole number", value)
    return legal(str(value), path)


def within(value: object, path: str, low: int, high: int | None) -> int:
    """Return a whole number from `low` to `high`; None for no end.

    Raises:
        CodecError: It is none.
    """
    wanted = f"a whole number from {low}" + (f" to {high}" if high is not None else "")
    if isinstance(value, bool) or not isinstance(value, int):
        refuse(path, wanted, value)
    if value < low or (high is not None and value > high):
        refuse(path, wanted, value)
    return value


def day(value: object, path: str) -> dt.date:
    """Return the date that `value` is.

    Raises:
        CodecError: It is none, or a time within a day.
    """
    if isinstance(value, dt.datetime):
        if value.time() != dt.time():
            refuse(path, "a date without a time of day", value)
        return value.date()
    if not isinstance(value, dt.date):
        refuse(path, "a date", value)
    return value


def items(value: object, path: str) -> list[object]:
    """Return the items of a list; a single text or number is a list of one.

    Raises:
        CodecError: It is no list.
    """
    if isinstance(value, str | int):
        return [value]
    if not is_listed(value):
        refuse(path, "a list", value)
    return list(value)


def joined(value: object, path: str, mark: str) -> str:
    """Return the items of a list in one text, with `mark` between them.

    Raises:
        CodecError: An item holds the mark, so that it would be read as two.
    """
    texts: list[str] = []
    for index, item in enumerate(items(value, path)):
        text = scalar(item, f"{path}/{index}")
        if mark in text:
            refuse(f"{path}/{index}", f"text without {mark!r}, which parts items", item)
        texts.append(text)
    return mark.join(texts)


def _flag(value: object, path: str) -> str:
    if not isinstance(value, bool):
        refuse(path, "True or False", value)
    return "true" if value else "false"


def _either(true: str, false: str) -> Callable[[object, str], str]:
    """Return a kind that writes True and False in words of its own."""

    def text(value: object, path: str) -> str:
        return true if _flag(value, path) == "true" else false

    return text


def _day(value: dt.date) -> str:
    return f"{value.month:02}/{value.day:02}/{value.year:04}"


def _date(value: object, path: str) -> str:
    return _day(day(value, path))


def _instant(value: object, path: str) -> str:
    if isinstance(value, dt.datetime):
        return value.isoformat(timespec="seconds")
    return dt.datetime.combine(day(value, path), dt.time()).isoformat()


def _base64(value: object, path: str) -> str:
    if not isinstance(value, bytes | bytearray):
        refuse(path, "bytes", value)
    return base64.b64encode(value).decode("ascii")


def _names(value: object, path: str) -> str:
    # One text may already be a list with commas, or `*`.
    if isinstance(value, str):
        return legal(value, path) or "*"
    return joined(value, path, ",") or "*"


def _commas(value: object, path: str) -> str:
    return joined(value, path, ",")


def _marks(value: object, path: str) -> str:
    return joined(value, path, "#~#")


def _absolute(value: object, path: str) -> str:
    return number(abs(decimal(value, path)), path)


def _where(value: object, path: str) -> str:
    from .conditions import where  # noqa: PLC0415  # few read by where-strings

    return legal(where(value, path), path)


TEXTS: Final[Mapping[str, Callable[[Any, str], str]]] = {
    "absolute": _absolute,
    "base64": _base64,
    "commas": _commas,
    "date": _date,
    "digit": _either("1", "0"),
    "flag": _flag,
    "instant": _instant,
    "int": key,
    "letter": _either("T", "F"),
    "list": _marks,
    "names": _names,
    "number": number,
    "status": _either("active", "inactive"),
    "text": scalar,
    "where": _where,
}
"""How a value is written, by kind; `triple`, a legacy date, is made of elements."""

"""Single values of the flat format: text in a DOS code page, amounts, dates, codes.

Nothing here rounds, cuts or replaces: a value that the format cannot hold as it is
raises `CodecError` with the name of the field as `path`.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from .sentences import Code, refuse

__all__ = (
    "AMOUNT_WIDTH",
    "AROUND",
    "Encoding",
    "Unknown",
    "amount_text",
    "day_text",
    "decode",
    "encodable",
    "encode",
    "money_text",
    "parse_amount",
    "parse_day",
    "parse_long_day",
    "parse_whole",
)

Encoding = Literal["cp850", "cp437"]
"""Code page of a flat file's text."""

AMOUNT_WIDTH = 14
"""Characters of the longest amount, sign and comma included (sources.md#flat-values)."""

AROUND = 2026
"""The year around which two-digit years are read where the caller names none.

Inferred: no pivot is published. The window is 50 years back and 49 ahead."""

CONTROL = re.compile(r"[\x00-\x1f\x7f]")
BLANKS = " \xa0\t"


class Unknown(str):
    """A code that the published layout does not list, kept as it was found.

    Empty (and so false) where the field is empty.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Unknown({str(self)!r})"


def _encoder(name: Encoding) -> Callable[[str], bytes]:
    """Return a strict encoder through a lookup table, several times the codec's speed."""
    table = bytes(range(256)).decode(name)
    try:
        mapping = codecs.charmap_build(table)
    except AttributeError:  # pragma: no cover - undocumented, might go one day
        return lambda text: text.encode(name)

    def charmap(text: str) -> bytes:
        return codecs.charmap_encode(text, "strict", mapping)[0]

    return charmap


_ENCODERS: dict[str, Callable[[str], bytes]] = {
    "cp850": _encoder("cp850"),
    "cp437": _encoder("cp437"),
}


def encode(text: str, encoding: Encoding = "cp850", *, path: str = "") -> bytes:
    """Encode strictly: what the code page lacks is refused, never replaced.

    Raises:
        CodecError: Names the character and its position; `path` as given.
    """
    if text.isascii():
        return text.encode("ascii")
    try:
        return _ENCODERS[encoding](text)
    except UnicodeEncodeError as error:
        raise refuse(
            Code.CHARACTER,
            path=path,
            character=text[error.start],
            point=f"U+{ord(text[error.start]):04X}",
            position=error.start + 1,
            encoding=encoding,
        ) from error


def encodable(text: str, encoding: Encoding = "cp850") -> bool:
    """Tell whether every character of `text` exists in the code page."""
    if text.isascii():
        return True
    try:
        _ENCODERS[encoding](text)
    except UnicodeEncodeError:
        return False
    return True


def decode(data: bytes, encoding: Encoding = "cp850") -> str:
    """Decode a code page in which every byte is a character; it cannot fail."""
    if data.isascii():
        return data.decode("ascii")
    return data.decode(encoding)


def amount_text(
    value: Decimal,
    decimals: int | None = 2,
    *,
    path: str = "amount",
    unsigned: bool = False,
    width: int = AMOUNT_WIDTH,
) -> str:
    """Write an amount with a decimal comma and exactly `decimals` decimals.

    Args:
        value: In major units, exact. An `int` is taken as it is.
        decimals: None keeps the decimals of the value.
        path: Name of the field, for the error.
        unsigned: Refuse a value below zero.
        width: Longest text, sign and comma included.

    Raises:
        TypeError: The value is a float, or no number at all.
        CodecError: It would need rounding, is too long, negative or not finite.
    """
    if decimals == 2 and width == AMOUNT_WIDTH and type(value) is Decimal:  # noqa: PLR2004
        text = str(value)
        if text[-3:-2] == "." and len(text) <= AMOUNT_WIDTH and text[0] != "-":
            return text.replace(".", ",")
        if text.isdecimal() and len(text) <= AMOUNT_WIDTH - 3:
            return f"{text},00"
        if text[-2:-1] == "." and len(text) < AMOUNT_WIDTH and text[0] != "-":
            return f"{text.replace('.', ',')}0"
    return _amount_text(value, decimals, path, unsigned=unsigned, width=width)


def _amount_text(
    value: object, decimals: int | None, path: str, *, unsigned: bool, width: int
) -> str:
    if isinstance(value, bool) or not isinstance(value, (Decimal, int)):
        raise TypeError(f"{path}: expected a Decimal, found {value!r}")
    exact = Decimal(value)
    if not exact.is_finite():
        raise refuse(Code.AMOUNT, path=path, found=exact)
    sign, digits, exponent = exact.as_tuple()
    assert isinstance(exponent, int)  # noqa: S101 - finite, so never "n" or "F"
    whole = int("".join(map(str, digits)))
    if whole and exact.adjusted() >= width:
        raise refuse(
            Code.LENGTH, path=path, found=exact, length=exact.adjusted() + 1, limit=width
        )
    if decimals is None:
        decimals = max(-exponent, 0)
    if exponent + decimals >= 0:
        scaled = whole * 10 ** (exponent + decimals) if whole else 0
    else:
        scaled, rest = divmod(whole, 10 ** -(exponent + decimals)) if whole else (0, 0)
        if rest:
            raise refuse(Code.ROUNDING, path=path, found=exact, decimals=decimals)
    if sign and scaled and unsigned:
        raise refuse(Code.NEGATIVE, path=path, found=exact)
    body = str(scaled).rjust(decimals + 1, "0")
    text = f"{body[:-decimals]},{body[-decimals:]}" if decimals else body
    if sign and scaled:
        text = f"-{text}"
    if len(text) > width:
        raise refuse(Code.LENGTH, path=path, found=text, length=len(text), limit=width)
    return text


def parse_amount(text: str, *, path: str = "amount") -> Decimal:
    """Read an amount exactly: digits, a comma, digits, and perhaps a minus sign.

    Raises:
        CodecError: A point, a thousands separator, an exponent, or no number at all.
    """
    digits = text.replace(",", "", 1).removeprefix("-")
    if digits.isascii() and digits.isdecimal():
        return Decimal(text.replace(",", "."))
    raise refuse(Code.AMOUNT, path=path, found=text)


def parse_whole(text: str, *, path: str) -> int:
    """Read a whole number.

    Raises:
        CodecError: Anything but digits and perhaps a minus sign.
    """
    digits = text.removeprefix("-")
    if digits.isascii() and digits.isdecimal() and len(digits) <= AMOUNT_WIDTH:
        return int(text)
    raise refuse(Code.WHOLE, path=path, found=text)


def money_text(value: Decimal, path: str) -> str:
    """Write an amount that is never negative, with two decimals; the common case, fast."""
    text = str(value)
    if (
        text[-3:-2] == "."
        and len(text) <= AMOUNT_WIDTH
        and text[0] != "-"
        and type(value) is Decimal
    ):
        return text.replace(".", ",")
    return _amount_text(value, 2, path, unsigned=True, width=AMOUNT_WIDTH)


_DAYS: dict[date, str] = {}


def day_text(
    value: date, path: str = "date", around: int = AROUND, *, long: bool = False
) -> str:
    """Write a date as JJMMAA, or JJMMAAAA where `long`.

    Raises:
        TypeError: Not a plain date; an instant has no place in the books.
        CodecError: A two-digit year would be read back as another year.
    """
    if around == AROUND and not long:
        text = _DAYS.get(value)
        if text is not None:
            return text
    if type(value) is not date:
        raise TypeError(f"{path}: expected a date, found {value!r}")
    if long:
        return f"{value.day:02}{value.month:02}{value.year:04}"
    if not around - 50 <= value.year <= around + 49:
        raise refuse(Code.YEAR, path=path, found=value, first=around - 50, last=around + 49)
    text = f"{value.day:02}{value.month:02}{value.year % 100:02}"
    if around == AROUND:
        # At most the days of a hundred years.
        _DAYS[value] = text
    return text


@lru_cache(maxsize=8192)
def parse_day(text: str, around: int = AROUND) -> date:
    """Read JJMMAA within 50 years before and 49 after `around`.

    Raises:
        ValueError: Not six digits, or no day of the calendar.
    """
    if len(text) != 6 or not (text.isascii() and text.isdecimal()):  # noqa: PLR2004 - JJMMAA
        raise ValueError(text)
    first = around - 50
    return date(first + (int(text[4:]) - first) % 100, int(text[2:4]), int(text[:2]))


def parse_long_day(text: str) -> date:
    """Read JJMMAAAA.

    Raises:
        ValueError: Not eight digits, or no day of the calendar.
    """
    if len(text) != 8 or not (text.isascii() and text.isdecimal()):  # noqa: PLR2004 - JJMMAAAA
        raise ValueError(text)
    return date(int(text[4:]), int(text[2:4]), int(text[:2]))

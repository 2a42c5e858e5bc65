"""Dates and amounts of a FEC: what the law asks for, and what is read besides."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from fractions import Fraction
from typing import Final

from .faults import Code, Problem, refuse

__all__ = (
    "amount",
    "amount_text",
    "cents",
    "day",
    "day_text",
    "exact",
    "plain",
    "side",
)

_DIGITS = 8
_FIRST, _LAST = 1900, 2099
_LONGEST = 30
_CENT_DIGITS = -2
_BLANKS = " \xa0\u202f\u2009"
_THOUSANDS_MARK = re.compile(r"[ \xa0\u202f\u2009'\u2019]")
_THOUSANDS = re.compile(
    r"\d{1,3}(?:\.\d{3})+,\d*|\d{1,3}(?:,\d{3}){2,}|\d{1,3}(?:,\d{3})+\.\d*"
)
_PLAIN = re.compile(r"(\d*)(?:,(\d*))?(?:[eE]([+-]?\d{1,3}))?")
_TIME = re.compile(r"(.+?)[ T]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?Z?")
_YEAR_FIRST = re.compile(r"(\d{4})([-/.]?)(\d{2})\2(\d{2})")
_DAY_FIRST = re.compile(r"(\d{2})([-/.]?)(\d{2})\2(\d{4})")
_SIDES: Final = {"D": True, "C": False, "+1": True, "1": True, "-1": False}


def day(text: str) -> tuple[dt.date | None, Problem | None]:
    """Read AAAAMMJJ, or what the tax office's checker takes for a date as well.

    That is JJMMAAAA, separators (`/`, `-`, `.`) and a time behind it. Returns the day,
    None where it is none, and what is wrong, None where it is as the law has it.
    """
    if len(text) == _DIGITS and text.isascii() and text.isdecimal():
        try:
            found = dt.date(int(text[:4]), int(text[4:6]), int(text[6:]))
        except ValueError:
            pass
        else:
            if _FIRST <= found.year <= _LAST:
                return found, None
    return _odd_day(text)


def _odd_day(text: str) -> tuple[dt.date | None, Problem | None]:
    bare = text.strip(_BLANKS)
    timed = _TIME.fullmatch(bare)
    digits = timed[1] if timed else bare
    orders: list[tuple[str, str, str]] = []
    if digits.isascii():
        if match := _YEAR_FIRST.fullmatch(digits):
            orders.append((match[1], match[3], match[4]))
        if match := _DAY_FIRST.fullmatch(digits):
            orders.append((match[4], match[3], match[1]))
    # Eight digits may be read both ways: the law's order first, if that gives a day.
    days = [found for order in orders if (found := _calendar(*order)) is not None]
    inside = [found for found in days if _FIRST <= found.year <= _LAST]
    if inside:
        value = inside[0]
        told: dict[str, object] = {
            "found": text,
            "day": value.strftime("%d/%m/%Y"),
            "text": day_text(value),
        }
        return value, (Code.DATE_FORM, told)
    if days:
        return days[0], (Code.DATE_CENTURY, {"found": text, "year": days[0].year})
    reason = "there is no such day" if orders else "it has not eight digits"
    if orders and int(orders[0][1]) > 12:  # noqa: PLR2004 - months
        reason = f"there is no month {orders[0][1]}"
    return None, (Code.DATE, {"found": text, "reason": reason})


def _calendar(year: str, month: str, number: str) -> dt.date | None:
    try:
        return dt.date(int(year), int(month), int(number))
    except ValueError:
        return None


def day_text(value: dt.date) -> str:
    """Write AAAAMMJJ."""
    return f"{value.year:04}{value.month:02}{value.day:02}"


def plain(text: str) -> Decimal | None:
    """Read an amount as most are: digits, a comma, two digits; None for any other."""
    if text[-3:-2] == "," and text.isascii() and len(text) <= _LONGEST:
        whole, fraction = text[:-3], text[-2:]
        if whole.isdecimal() and fraction.isdecimal():
            return Decimal(f"{whole}.{fraction}")
    return None


def amount(text: str) -> tuple[Decimal | None, Problem | None]:
    """Read an amount exactly; an empty one is 0.

    A sign may stand before or behind; an exponent is read. A point and a thousands
    separator are no part of an amount, whatever they may have meant.
    """
    bare = text.strip(_BLANKS)
    if not bare:
        return Decimal(0), None
    sign, digits = _sign(bare)
    match = _PLAIN.fullmatch(digits) if digits.isascii() else None
    if match is None or not (match[1] or match[2]) or len(digits) > _LONGEST:
        return None, _no_amount(text, digits)
    fraction = match[2] or ""
    exponent = int(match[3] or 0) - len(fraction)
    if abs(exponent) > _LONGEST:
        return None, (Code.AMOUNT, {"found": text})
    number = (match[1] or "") + fraction
    value = Decimal((sign, tuple(map(int, number)), exponent))
    if match[3] is not None:
        return value, (Code.AMOUNT_EXPONENT, {"found": text})
    if exponent < _CENT_DIGITS and int(number[exponent - _CENT_DIGITS :]):
        return value, (Code.AMOUNT_CENTS, {"found": text})
    return value, None


def _sign(bare: str) -> tuple[int, str]:
    """Split off one sign, before or behind; 1 for a minus."""
    if bare[0] in "+-":
        return int(bare[0] == "-"), bare[1:].lstrip(" ")
    if bare[-1] in "+-":
        return int(bare[-1] == "-"), bare[:-1].rstrip(" ")
    return 0, bare


def _no_amount(text: str, digits: str) -> Problem:
    packed = _THOUSANDS_MARK.sub("", digits)
    rest = packed.replace(",", "").replace(".", "")
    code = Code.AMOUNT
    if rest.isascii() and rest.isdecimal() and len(digits) <= _LONGEST:
        if packed != digits or _THOUSANDS.fullmatch(digits):
            code = Code.AMOUNT_THOUSANDS
        elif digits.count(".") == 1 and "," not in digits:
            code = Code.AMOUNT_POINT
    return code, {"found": text}


def amount_text(value: Decimal, path: str) -> str:
    """Write an amount with a decimal comma, at least two decimals, and all of its own.

    Raises:
        TypeError: No Decimal.
        CodecError: Not finite, or longer than what is read back.
    """
    text = str(value) if type(value) is Decimal else ""
    if text[-3:-2] == "." and text[0] != "-" and len(text) <= _LONGEST:
        return text.replace(".", ",")
    return _amount_text(value, path)


def _amount_text(value: object, path: str) -> str:
    if not isinstance(value, Decimal):
        raise TypeError(f"{path}: expected a Decimal, found {value!r}")
    if not value.is_finite() or abs(value.adjusted()) >= _LONGEST - 1:
        raise refuse(Code.AMOUNT, path=path, found=str(value))
    sign, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)  # noqa: S101 - finite, so never "n" or "F"
    text = "".join(map(str, digits)) + "0" * max(exponent, 0)
    decimals = max(-exponent, 0)
    text = text.rjust(decimals + 1, "0")
    whole, fraction = (text[:-decimals], text[-decimals:]) if decimals else (text, "")
    # Zeros behind the cents say nothing more.
    fraction = fraction[:2] + fraction[2:].rstrip("0")
    written = f"{whole.lstrip('0') or '0'},{fraction.ljust(2, '0')}"
    if len(written) > _LONGEST:
        raise refuse(Code.AMOUNT, path=path, found=str(value))
    return f"-{written}" if sign and value else written


def cents(value: Decimal) -> int | Fraction:
    """Return an amount in cents, exactly: whole, or as a fraction where it is not."""
    sign, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)  # noqa: S101 - only finite ones are read
    number = int("".join(map(str, digits))) * (-1 if sign else 1)
    if exponent >= _CENT_DIGITS:
        return int(number * 10 ** (exponent - _CENT_DIGITS))
    exact_ = Fraction(number, 10 ** (_CENT_DIGITS - exponent))
    return exact_.numerator if exact_.denominator == 1 else exact_


def exact(value: int | Fraction) -> Decimal:
    """Return cents as an amount with two decimals, or as many as it needs."""
    decimals = 2
    scaled = Fraction(value)
    while scaled.denominator != 1:
        # Ends, since every amount read has finitely many decimals.
        scaled *= 10
        decimals += 1
    digits = tuple(map(int, str(abs(scaled.numerator))))
    return Decimal((int(value < 0), digits, -decimals))


def side(text: str) -> bool | None:
    """Read Sens: True for debit, None for neither.

    Inferred: +1 is the debit and -1 the credit; the law names no more than the two signs.
    """
    return _SIDES.get(text.strip(_BLANKS))

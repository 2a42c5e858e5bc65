"""The name that the law gives a FEC: SIREN, "FEC" and the day the year was closed."""

from __future__ import annotations

import datetime as dt
import re

import attrs

from ..sentences import FileFault
from .cells import day_text
from .faults import Code, fault, refuse

__all__ = ("LegalName", "legal_name", "name_faults", "parse_name")

_SIREN_DIGITS = 9
_NAME = re.compile(r"(.+?)FEC(\d{8})", re.IGNORECASE)


@attrs.frozen
class LegalName:
    """What a file's name says.

    Attributes:
        siren: The company's nine digits.
        closing: The last day of the year.
    """

    siren: str
    closing: dt.date


def legal_name(siren: str, closing: dt.date) -> str:
    """Return `SIRENFECAAAAMMJJ.txt`.

    Args:
        siren: Nine digits; blanks between them are left out.
        closing: The last day of the year.

    Raises:
        CodecError: No SIREN, or one whose digits do not prove each other.
        TypeError: `closing` is no plain date.

    >>> legal_name("732 829 320", dt.date(2026, 12, 31))
    '732829320FEC20261231.txt'
    """
    bare = siren.replace(" ", "").replace("\xa0", "")
    if not _proven(bare):
        raise refuse(Code.NAME_SIREN, path="siren", found=siren)
    if type(closing) is not dt.date:
        raise TypeError(f"closing: expected a date, found {closing!r}")
    return f"{bare}FEC{day_text(closing)}.txt"


def parse_name(name: str) -> LegalName:
    """Read the name of a file, with or without its folder and extension.

    Raises:
        CodecError: Not named as the law has it, or with a SIREN that cannot be.

    >>> parse_name("732829320FEC20261231.txt").closing
    datetime.date(2026, 12, 31)
    """
    found, closing = _parts(name)
    if isinstance(closing, str):
        raise refuse(Code.NAME, path="name", found=_base(name), reason=closing)
    if not _proven(found):
        raise refuse(Code.NAME_SIREN, path="name", found=found)
    return LegalName(found, closing)


def name_faults(name: str) -> tuple[dt.date | None, tuple[FileFault, ...]]:
    """Return the closing date that a file's name says, and what is wrong with the name.

    What has neither an extension nor "FEC" in it is no name of a file: that of a stream,
    say.
    """
    base = _base(name)
    if "." not in base and "FEC" not in base.upper():
        return None, ()
    found, closing = _parts(name)
    if isinstance(closing, str):
        return None, (fault(Code.NAME, found=base, reason=closing),)
    if not _proven(found):
        return closing, (fault(Code.NAME_SIREN, found=found),)
    return closing, ()


def _base(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2]


def _parts(name: str) -> tuple[str, dt.date | str]:
    """Return what stands for the SIREN, and the closing date or why there is none."""
    base = _base(name)
    match = _NAME.fullmatch(base.rpartition(".")[0] or base)
    if match is None:
        return "", "nine digits, FEC and eight digits were expected"
    try:
        text = match[2]
        closing = dt.date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return match[1], f"{match[2]} is no day of the calendar"
    if not 2000 <= closing.year < 2100:  # noqa: PLR2004 - as the tax office's checker
        return match[1], f"{closing.year} lies outside 2000 to 2099"
    return match[1], closing


def _proven(siren: str) -> bool:
    """Whether nine digits prove each other: the Luhn sum ends in 0."""
    if len(siren) != _SIREN_DIGITS or not (siren.isascii() and siren.isdecimal()):
        return False
    doubled = (int(digit) * (1 + at % 2) for at, digit in enumerate(siren))
    return sum(value - 9 * (value > 9) for value in doubled) % 10 == 0  # noqa: PLR2004 - a digit

"""Text that another program changed: another code page, or a spreadsheet."""

from __future__ import annotations

import re

import attrs

from .fields import Field, Problem, Text
from .sentences import Code
from .values import Encoding, encode

__all__ = ("Damage", "mangled", "odd", "utf8_in", "utf8_of")

# How Windows-1252 accents look when read in a DOS code page, and box drawing, which no
# accountant writes. A habit, not a proof: hence a warning. Alone: a grave accent on the
# verb or the preposition. Between or after letters and digits: quotes, the ligature of
# "coeur", the euro sign.
_ODD = re.compile(
    "[\u2500-\u259f]|[a-z][ÚÞÛþÓÔ¹¯¶¨]|[ÚÞþ][a-z]|(?<![^ ])Ó(?![^ ])"
    "|[a-z][Æ£][a-z]|(?<![^ 0-9])Ç(?![^ .,;)])|[0-9] ?Ç(?![A-Za-z])"
)
_UTF8_RECIPE = "decode it as UTF-8 and encode the result as {encoding}"
_TWICE_RECIPE = (
    "decode it as UTF-8, encode as Windows-1252 and read the result as {encoding}"
)
# What a spreadsheet makes of a code that looks like a number.
_EXPONENT = re.compile(r"-?[0-9](?:[.,][0-9]+)?E[+-]?[0-9]{1,3}", re.IGNORECASE)
_ACCOUNT = re.compile(r"[0-9OIl ]+")
_DIGITS = 2
_LONGEST_CODE = 21
_QUOTED = 2


def odd(text: str) -> bool:
    """Tell whether a text looks like Windows-1252 that was read in a DOS code page."""
    return _ODD.search(text) is not None


def utf8_of(data: bytes) -> str:
    """Return the text that bytes are in UTF-8; "" where they are ASCII or no UTF-8."""
    try:
        return "" if data.isascii() else data.decode("utf-8")
    except UnicodeDecodeError:
        return ""


def utf8_in(text: str, encoding: Encoding) -> str:
    """Return what a text, read in a DOS code page, is in UTF-8; "" for none."""
    return "" if text.isascii() else utf8_of(encode(text, encoding))


def _letters(text: str) -> bool:
    return all(char.isalpha() for char in text if not char.isascii())


def _written(text: str, encoding: str) -> bytes:
    """Return a text in an encoding; nothing where it cannot be, or is UTF-8 once more."""
    try:
        data = text.encode(encoding)
    except UnicodeEncodeError:
        return b""
    return b"" if utf8_of(data) else data


@attrs.define
class Damage:
    """The texts of one file that went through UTF-8: told once, with what repairs them all.

    Attributes:
        encoding: In which the file should be.
        count: How many texts.
        line: Of the first.
        field: Of the first.
        found: The first.
    """

    encoding: Encoding
    count: int = 0
    line: int = 0
    field: str = ""
    found: str = ""
    _direct: bool = attrs.field(default=True, init=False)
    _twice: bool = attrs.field(default=True, init=False)

    def add(self, text: str, meant: str, line: int, field: str) -> None:
        """Take a text, as it was read and as UTF-8 has it."""
        if not self.count:
            self.line, self.field, self.found = line, field, text
        self.count += 1
        if windows := _written(meant, "cp1252"):
            # Accents of a DOS code page are no letters in Windows-1252: they give it away.
            self._twice = self._twice and _letters(windows.decode(self.encoding))
            given_away = not _letters(meant)
        else:
            self._twice = given_away = False
        sound = _written(meant, self.encoding) and not (given_away and self._twice)
        self._direct = self._direct and bool(sound)

    def recipe(self) -> str:
        """Return how to repair the file; "" where nothing repairs all of it."""
        if not (self._direct or self._twice):
            return ""
        recipe = _UTF8_RECIPE if self._direct else _TWICE_RECIPE
        return ", or repair it: " + recipe.format(encoding=self.encoding.upper())


def mangled(field: Field[object], text: str) -> Problem | None:
    """Tell what a spreadsheet, or a hand, did to a text; None for one that may be meant."""
    if not isinstance(field, Text):
        return None
    if len(text) > _QUOTED and text[0] == text[-1] == '"':
        return Code.QUOTED, {"found": text}
    code = 0 < field.limit <= _LONGEST_CODE
    account = code and "account" in field.name and _ACCOUNT.fullmatch(text)
    if code and _EXPONENT.fullmatch(text):
        return Code.MANGLED, {"found": text, "reason": "the exponent of a large number"}
    if account and " " in text:
        return Code.MANGLED, {"found": text, "reason": "a blank between its digits"}
    if account and not text.isdecimal() and sum(map(str.isdecimal, text)) > _DIGITS:
        return Code.LOOKALIKE, {"found": text}
    return None

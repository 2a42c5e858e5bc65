"""Text in the characters that a PNM file has: accents dropped, signs spelled out."""

from __future__ import annotations

import re
import unicodedata

from .lines import PnmEncoding

__all__ = ("plain",)

# What French accounting texts have and Unicode does not take apart by itself.
_SPELLINGS = {
    "oe": "œ",
    "OE": "Œ",
    "ae": "æ",
    "AE": "Æ",
    "ss": "ß",
    "o": "ø°",
    "O": "Ø",
    "l": "ł",
    "L": "Ł",
    "d": "đ",
    "D": "Đ",
    "u": "µ",
    "EUR": "€",
    # Quotes and hyphens of every kind, the bullet, the dot, times and the fraction's bar.
    "'": "\u2018\u2019\u201a\u00b4\u2039\u203a",
    '"': "\u201c\u201d\u201e\u00ab\u00bb",
    "-": "\u2010\u2011\u2012\u2013\u2014\u2212\u2022",
    ".": "\u00b7",
    "x": "\u00d7",
    "/": "\u2044",
}
_SPELLED = str.maketrans({one: text for text, them in _SPELLINGS.items() for one in them})
# A character with the accents that follow it.
_LETTER = re.compile("(?s:.)[\u0300-\u036f]*")
_ACCENTED = re.compile("([A-Za-z])[\u0300-\u036f]+")


def plain(text: str, encoding: PnmEncoding) -> str:
    """Return a text with what `encoding` lacks spelled in ASCII, as far as it can be.

    A character that has no spelling stays as it is: the encoder refuses it.
    """
    letters = _LETTER.findall(text)
    return "".join(
        one if _has(encoding, one) else _spelled(one, encoding) for one in letters
    )


def _has(encoding: PnmEncoding, text: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _spelled(letter: str, encoding: PnmEncoding) -> str:
    # An accent may be a character of its own, which Windows-1252 has not.
    whole = unicodedata.normalize("NFC", letter)
    if _has(encoding, whole):
        return whole
    apart = unicodedata.normalize("NFKD", letter.translate(_SPELLED)).translate(_SPELLED)
    spelled = _ACCENTED.sub(r"\1", apart)
    # Half a spelling would hide what is lacking.
    return spelled if spelled.isascii() else letter

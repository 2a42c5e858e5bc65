"""Plainer spellings of the characters that old code pages lack."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

__all__ = ("NO_WIDTH", "SPELT", "plainer")

SPELT: Final = 20
"""Characters that the spelling of one may have, at the most ("ffi", "(10)", and longer)."""

NO_WIDTH: Final = "\u200b\u200c\u200d\u2060\ufeff"
"""Characters that nobody sees."""

# What has a usual spelling in plainer characters. Only characters that the code page lacks
# are looked up: CP850 keeps « » and ². Accents are dropped by Unicode's own tables.
_SPELLINGS: Final = {
    "œ": "oe",
    "Œ": "OE",
    "€": "EUR",
    "ł": "l",
    "Ł": "L",
    "đ": "d",
    "Đ": "D",
    "ß": "ss",
    "ẞ": "SS",
    "æ": "ae",
    "Æ": "AE",
    "ø": "o",
    "Ø": "O",
    "°": "o",
    "µ": "u",
    "·": ".",
    "\u00d7": "x",
    # Apostrophes and quotation marks, dashes and bullets; what has no width at all.
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u00b4", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2022\u2212", "-"),
    **dict.fromkeys(NO_WIDTH, ""),
    "\u2039": "<",
    "\u203a": ">",
    # What Unicode takes a fraction apart with.
    "\u2044": "/",
}


@lru_cache(maxsize=4096)
def plainer(character: str, codec: str) -> str:
    """Return how to spell a character in a code page; itself where there is no way."""
    if _encodable(character, codec):
        return character
    if character in _SPELLINGS:
        return _SPELLINGS[character]
    decomposed = unicodedata.normalize("NFKD", character)
    letters = (one for one in decomposed if not unicodedata.combining(one))
    plain = "".join(
        one if _encodable(one, codec) else _SPELLINGS.get(one, one) for one in letters
    )
    # A character without a plainer spelling stays, so that it is refused and not lost.
    return plain if plain and _encodable(plain, codec) else character


def _encodable(text: str, codec: str) -> bool:
    try:
        text.encode(codec)
    except UnicodeEncodeError:
        return False
    return True

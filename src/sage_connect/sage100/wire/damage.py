"""Texts that another program re-encoded: seen by their bytes, and how to repair them."""

from __future__ import annotations

import re

from .values import Encoding, encode

__all__ = ("odd_text", "utf8_in", "utf8_recipe")

# How Windows-1252 accents look when read in a DOS code page, and box drawing, which no
# accountant writes. A habit, not a proof: hence a warning.
_ODD = re.compile("[\u2500-\u259f]|[a-z][ÚÞÛþÓÔ¹¯¶¨]|[ÚÞþ][a-z]")
_UTF8_RECIPE = "decode it as UTF-8 and encode the result as {encoding}"
_TWICE_RECIPE = (
    "decode it as UTF-8, encode as Windows-1252 and read the result as {encoding}"
)


def odd_text(text: str) -> bool:
    """Tell whether a text of a DOS code page reads as if it were of another."""
    return _ODD.search(text) is not None


def utf8_in(data: bytes) -> str:
    """Return the text that bytes are in UTF-8; "" where they are ASCII or no UTF-8."""
    try:
        return "" if data.isascii() else data.decode("utf-8")
    except UnicodeDecodeError:
        return ""


def utf8_recipe(text: str, encoding: Encoding) -> str:
    """Return how to repair a text that went through UTF-8; "" for a sound one.

    Args:
        text: As it was read in `encoding`.
        encoding: The code page that it should be in.
    """
    found = utf8_in(encode(text, encoding))
    if not found:
        return ""
    try:
        # Accents of a DOS code page are no letters in Windows-1252: they give it away.
        twice = found.encode("cp1252").decode(encoding)
    except UnicodeEncodeError:
        twice = ""
    letters = all(char.isalpha() for char in twice if not char.isascii())
    direct = all(char.isalpha() for char in found if not char.isascii())
    recipe = _TWICE_RECIPE if twice and letters and not direct else _UTF8_RECIPE
    return recipe.format(encoding=encoding.upper())

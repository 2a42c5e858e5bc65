"""Codes that people and programs may take for one: they differ in accents or case only."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

__all__ = ("alike", "folded")


def folded(code: str) -> str:
    """Return a code in upper case and without accents."""
    if code.isascii():
        return code.upper()
    parts = unicodedata.normalize("NFKD", code)
    return "".join(part for part in parts if not unicodedata.combining(part)).upper()


def alike(codes: Mapping[str, int]) -> list[tuple[str, str]]:
    """Return pairs of codes that are one when folded, the later of each pair last.

    Args:
        codes: Code to the line where it stands first.
    """
    if all(code.isascii() and code == code.upper() for code in codes):
        return []
    first: dict[str, str] = {}
    found: list[tuple[str, str]] = []
    for code in sorted(codes, key=lambda one: codes[one]):
        other = first.setdefault(folded(code), code)
        if other != code:
            found.append((other, code))
    return found

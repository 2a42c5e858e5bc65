"""A flat file that a spreadsheet saved: quoted lines, separators after each of them.

What the spreadsheet added is taken away, so that all other faults are still told by line
and field; it is told once, since Sage reads nothing of such a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

__all__ = ("added_to", "without")

_FIRST = re.compile(
    rb'(?:\xef\xbb\xbf)?("?)#(?:FLG|VER|DEV|[A-Z][A-Z0-9]{2,11})\b[^\r\n;,\t"]*\1'
    rb"([;,\t]*)[ ]*(?=[\r\n]|\Z)"
)
_LINES = re.compile(rb"[^\r\n]+")


def added_to(start: bytes) -> bytes | None:
    """Return the separators after the first line; None where no spreadsheet was at work."""
    found = _FIRST.match(start)
    if found is None or not (found[1] or found[2]):
        return None
    return found[2]


def without(separators: bytes, blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the file without quotes around, and separators after, its lines."""

    def line(found: re.Match[bytes]) -> bytes:
        text = found[0].removesuffix(separators)
        if len(text) > 1 and text[:1] == text[-1:] == b'"':
            text = text[1:-1].replace(b'""', b'"')
        return text

    held = b""
    for block in blocks:
        whole = (held + block).removeprefix(b"\xef\xbb\xbf")
        cut = max(whole.rfind(b"\n"), whole.rfind(b"\r")) + 1
        held = whole[cut:]
        yield _LINES.sub(line, whole[:cut])
    if held:
        yield _LINES.sub(line, held)

"""PNM files ("Ecritures Sage") read line by line, without loss."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from typing import TypeVar

import attrs

from ....errors import FileFormatError
from ..flat import Source, blocks_of
from ..recognition import recognise
from ..showing import pnm_card
from ..values import AROUND
from .lines import WIDTHS, PnmLine, decoded
from .sentences import PnmCode, broken, fault

__all__ = ("BOM", "PnmFile", "PnmStream", "read", "stream")

BOM = b"\xef\xbb\xbf"
LINE_LIMIT = 4096
"""Bytes of the longest line that is still looked at."""

_LINE = re.compile(rb"([^\r\n]*)(\r\n|\r|\n)")
_MOVEMENT = re.compile(rb"[^\r\n]{3}[0-9]{6}[A-Z ]{2}[^\r\n]{13}[GXAE ]")
_EMPTY_RUN = 100

Line = tuple[bytes, bytes]
T = TypeVar("T")


class PnmStream(Iterator[PnmLine]):
    """The lines of one file, one after the other, in flat memory.

    Attributes:
        name: The file's name, for messages.
        head: The first line with its line end, byte for byte.
        company: What it says, without the blanks that fill it.
        width: Length of most lines that have one of the published lengths, as far as the
            first block tells; 0 where none has.
        line_end: How most of them end.
        tail: The line ends of empty lines at the end; b"" while unread.
    """

    def __init__(self, source: Source, *, name: str = "", around: int = AROUND) -> None:
        self.name: str = name
        self.around: int = around
        self.tail: bytes = b""
        blocks = blocks_of(source)
        start = next(blocks, b"")
        found = recognise(start, name)
        if found.kind not in {"pnm", "unknown"}:
            fix = found.fix or "It is no PNM file: read it in the format that it has."
            raise FileFormatError(found.message, file=name, code="SC-FILE-KIND", fix=fix)
        lines = _LINE.findall(start)
        self.line_end: bytes = _most([end for _, end in lines], b"\r\n")
        lengths = [len(raw) for raw, _ in lines[1:]]
        if not lengths and len(start.rpartition(b"\n")[2].rstrip(b"\r")) == WIDTHS[-1]:
            # One movement without its line end: if it were shorter, it might be cut off.
            lengths = [WIDTHS[-1]]
        self.width: int = _most([x for x in lengths if x in WIDTHS], 0)
        self._lines = _lines(chain((start,), blocks), name)
        raw, end = next(self._lines, (b"", b""))
        self.head: bytes = raw + end
        self.company: str = decoded(raw.removeprefix(BOM)).rstrip(" ")
        self._rest = self._run()

    # The generator itself: one call less for each line.
    def __iter__(self) -> Iterator[PnmLine]:  # noqa: PYI034 - see above
        return self._rest

    def __next__(self) -> PnmLine:
        return next(self._rest)

    @property
    def movement_first(self) -> bool:
        """Whether a movement stands where the company's name was expected."""
        raw = self.head.rstrip(b"\r\n")
        return len(raw) in WIDTHS and _MOVEMENT.match(raw) is not None

    def _run(self) -> Iterator[PnmLine]:
        # Empty lines may be the end of the file: they wait for what follows them.
        waiting: list[Line] = []
        number, at = 2, len(self.head)
        for raw, end in self._lines:
            waiting.append((raw, end))
            if not raw and len(waiting) < _EMPTY_RUN:
                continue
            for one in waiting:
                line = PnmLine(*one, number, at, self.around)
                number += 1
                at += len(line.raw) + len(line.end)
                yield line
            waiting.clear()
        self.tail = b"".join(end for _, end in waiting)


@attrs.frozen(repr=False)
class PnmFile:
    """A whole file: `bytes(file)` is what was read, byte for byte.

    Attributes:
        head: The first line with its line end.
        lines: In the order of the file; to change one, put its `replace(…)` in its place.
        tail: The line ends of empty lines at the end.
        company: The company's name.
    """

    head: bytes
    lines: list[PnmLine]
    tail: bytes
    company: str

    def __bytes__(self) -> bytes:
        return b"".join((self.head, *map(bytes, self.lines), self.tail))

    def __repr__(self) -> str:
        return f"<PnmFile of {self.company}: {len(self.lines):,} lines>"

    def _repr_html_(self) -> str:
        return pnm_card(self)


def stream(source: Source, *, name: str = "", around: int = AROUND) -> PnmStream:
    """Read lines one after the other, in flat memory, sound or not.

    Args:
        source: Bytes, a file opened in binary mode, or blocks of bytes of any size.
        name: The file's name, for messages and to recognise other products' files.
        around: Two-digit years are read from 50 before this year to 49 after.

    Raises:
        FileFormatError: Another kind of file (at once; `fix` says what to do), or a line
            beyond 4096 bytes (while iterating).
        TypeError: The source does not give bytes.
    """
    return PnmStream(source, name=name, around=around)


def read(source: Source, *, name: str = "", around: int = AROUND) -> PnmFile:
    """Read a whole file; arguments and errors as for `stream`."""
    lines = stream(source, name=name, around=around)
    return PnmFile(lines.head, list(lines), lines.tail, lines.company)


def _lines(blocks: Iterator[bytes], name: str) -> Iterator[Line]:
    held = b""
    number = 1
    for block in blocks:
        text = held + block
        done = 0
        # A CR at the end of a block may be half of a CR LF.
        last = len(text) - text.endswith(b"\r")
        for found in _LINE.finditer(text, 0, last):
            yield found[1], found[2]
            done = found.end()
            number += 1
        held = text[done:]
        if len(held) > LINE_LIMIT:
            raise broken(fault(PnmCode.ENDLESS, number, limit=LINE_LIMIT), name)
    if held:
        raw = held.rstrip(b"\r")
        yield raw, held[len(raw) :]


def _most(found: list[T], otherwise: T) -> T:
    return Counter(found).most_common(1)[0][0] if found else otherwise

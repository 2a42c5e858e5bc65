"""The lines of a FEC, decoded in flat memory: any line end, and whatever encoding it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import Literal

from ....errors import FileFormatError
from ..flat import RECORD_LIMIT, Source, blocks_of
from ..recognition import EBCDIC_NAME, recognise
from .faults import SENTENCES, Code, broken, fault

__all__ = ("ENDS", "Batch", "Lines")

ENDS = {"\r\n": "CR LF", "\n": "LF", "\r": "CR"}
BOM = b"\xef\xbb\xbf"

_END = re.compile(r"\r\n|\r|\n")
_KEPT = re.compile(rb"(\r\n|\r|\n)")
# Windows-1252 letters stand where ISO 8859 has control characters, which no text has.
_PRINTABLE = bytes((*range(32, 127), *b"\t\r\n"))
_C1 = re.compile(rb"[\x80-\x9f]")
_OTHER_FORMAT = "Hand over a FEC, or read this file by its own format."
_READABLE = {"fec", "delimited", "unknown"}

Found = Literal["ascii", "utf-8", "iso8859-15"]
Batch = tuple[int, list[str]]
"""The physical line of the first, and lines without their ends."""


class Lines:
    """The lines of one file, in batches, first to last.

    Attributes:
        encoding: As far as was read: ASCII until another character is met.
        bom: Whether a byte order mark stands before the first name.
        end: How the first line ends; "" where it is the only one and does not.
        odd_ends: The first line that ends otherwise, and how; None where none does.
        unended: Physical line of the last one if it has no line end; else, and while
            unread, 0.
        last: Physical line of the last one; 0 while unread.
        damaged: Lines that are not in the file's encoding; the reader takes them out.
        windows: Lines with letters of Windows-1252, likewise.
        plain: Whether the batch has nothing but printable ASCII, tabs and line ends.
    """

    def __init__(self, source: Source, *, name: str = "") -> None:
        self.name: str = name
        self.encoding: Found = "ascii"
        self.end: str = ""
        self.odd_ends: tuple[int, str] | None = None
        self.unended: int = 0
        self.last: int = 0
        self.damaged: list[int] = []
        self.windows: list[int] = []
        self.plain: bool = True
        blocks = blocks_of(source)
        start = next(blocks, b"")
        self._recognised(start)
        self.bom: bool = start.startswith(BOM)
        self._blocks = chain((start.removeprefix(BOM),), blocks)

    def _recognised(self, start: bytes) -> None:
        found = recognise(start, self.name)
        if start.startswith(EBCDIC_NAME):
            raise broken(fault(Code.EBCDIC), self.name)
        if found.kind not in _READABLE:
            fix = found.fix or _OTHER_FORMAT
            raise FileFormatError(
                found.message, file=self.name, code="SC-FILE-KIND", fix=fix
            )

    def __iter__(self) -> Iterator[Batch]:
        line = 1
        held = b""
        for block in self._blocks:
            data = held + block
            # A CR at the end may be half a line end.
            body = data[:-1] if data.endswith(b"\r") else data
            cut = max(body.rfind(b"\n"), body.rfind(b"\r")) + 1
            held = data[cut:]
            if len(held) > RECORD_LIMIT:
                raise self._too_long(line + len(_KEPT.findall(data[:cut])))
            if cut:
                lines = self._lines(data[:cut], line)
                lines.pop()
                yield line, lines
                line += len(lines)
        if held:
            lines = self._lines(held, line)
            if lines[-1]:
                self.unended = line + len(lines) - 1
            else:
                lines.pop()
            yield line, lines
            line += len(lines)
        self.last = line - 1

    def _lines(self, data: bytes, line: int) -> list[str]:
        text = self._text(data, line)
        if not self.end and (first := _END.search(text)):
            self.end = first[0]
        crlf = text.count("\r\n")
        lf, cr = text.count("\n"), text.count("\r")
        regular = {
            "\r\n": lf == crlf == cr,
            "\n": not cr,
            "\r": not lf,
            "": True,
        }[self.end]
        if regular:
            return text.split(self.end) if self.end else [text]
        self.odd_ends = self.odd_ends or next(
            (line + at, found)
            for at, found in enumerate(_END.findall(text))
            if found != self.end
        )
        return _END.split(text)

    def _text(self, data: bytes, line: int) -> str:
        self.plain = not data.translate(None, _PRINTABLE)
        if data.isascii():
            return data.decode("ascii")
        if self.encoding != "iso8859-15":
            try:
                text = data.decode("utf-8")
            except UnicodeDecodeError:
                if self.encoding == "ascii":
                    self.encoding = _guess(data)
            else:
                self.encoding = "utf-8"
                return text
        if self.encoding == "iso8859-15" and not _C1.search(data):
            return data.decode("iso8859-15")
        parts = _KEPT.split(data)
        return "".join(
            self._piece(part, line + at // 2) if at % 2 == 0 else part.decode("ascii")
            for at, part in enumerate(parts)
        )

    def _piece(self, data: bytes, line: int) -> str:
        """Decode one line of a file whose lines differ, or that may be Windows-1252."""
        if data.isascii():
            return data.decode("ascii")
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            if self.encoding == "utf-8":
                self.damaged.append(line)
            return self._single(data, line)
        if self.encoding == "iso8859-15":
            self.damaged.append(line)
        return text

    def _single(self, data: bytes, line: int) -> str:
        if not _C1.search(data):
            return data.decode("iso8859-15")
        if self.encoding != "utf-8":
            self.windows.append(line)
        try:
            return data.decode("cp1252")
        except UnicodeDecodeError:
            # Five bytes that Windows-1252 lacks: shown as control characters.
            return data.decode("iso8859-15")

    def _too_long(self, line: int) -> FileFormatError:
        return FileFormatError(
            SENTENCES[Code.ROW_LONG].text.format(limit=RECORD_LIMIT),
            file=self.name,
            line=line,
            code=Code.ROW_LONG.value,
        )


def _guess(data: bytes) -> Found:
    """Tell a damaged UTF-8 file from an 8-bit one by what most of its lines are."""
    sound = broken_ = 0
    for part in re.split(rb"[\r\n]+", data):
        if not part.isascii():
            try:
                part.decode("utf-8")
            except UnicodeDecodeError:
                broken_ += 1
            else:
                sound += 1
    return "utf-8" if sound > broken_ else "iso8859-15"

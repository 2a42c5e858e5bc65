"""Files in the flat "format Sage": read without loss, streamed flat, written strictly.

Reading takes what the wild offers: any header, any line ends, no `#FIN`, foreign flags.
Writing makes only what Sage documents: CR LF, code page 850, `#FIN`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from importlib import import_module
from itertools import chain, islice
from typing import Literal, Protocol, TypeVar, cast

import attrs

from ...errors import FileFormatError, UnsupportedError
from .layout import Dialect, Layout, Module, flags_of
from .recognition import recognise
from .record import LINE_END, Record
from .sentences import SENTENCES, Code, refuse
from .showing import file_card
from .values import AROUND, Encoding, decode, encode

__all__ = (
    "RECORD_LIMIT",
    "WRITTEN_VERSIONS",
    "BinaryFile",
    "FlatFile",
    "Header",
    "Source",
    "Stream",
    "blocks_of",
    "header_bytes",
    "read",
    "record_bytes",
    "stream",
    "write",
)


class BinaryFile(Protocol):
    """Anything with the `read` of a file opened in binary mode."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes; none at the end."""
        ...


Source = bytes | bytearray | memoryview | BinaryFile | Iterable[bytes]
"""What a file is read from: its bytes, a binary file, or blocks of bytes of any size."""
R = TypeVar("R", bound=Record)

BLOCK = 256 * 1024
RECORD_LIMIT = 4 * 1024 * 1024
"""Characters of the longest record; the largest published has under 2000 short lines."""

WRITTEN_VERSIONS = (31, 25, 14, 5)
"""`#VER` numbers that can be written; all but the first for entry lines only."""

_FLAG = re.compile(r"[A-Z0-9]{3,12}")
_FIRST_FLAG = re.compile(
    r"(?:\A|(?<=[\r\n]))#(?!(?:FLG|VER|DEV)[ \t]*(?:[\r\n]|\Z))"
    r"(?=[A-Z0-9]{3,12}[ \t]*(?:[\r\n]|\Z))"
)
_HEADER_LINE = re.compile(r"(?:\u00b4\u2557\u2510)?#(FLG|VER|DEV)(?:[ \t]+(.*?))?[ \t]*")
_BOUNDARY = re.compile(r"(\r\n|\r|\n)#")
_FORMULA_FLAGS = {"#MINF", "#CINF", "#IINF"}
_ENTRY_FLAGS = {"#MECG", "#MECA"}

Kind = tuple[type[Record], Layout]
Pieces = list[tuple[str, str]]
Batch = tuple[list[str], list[str], bool, str]


@attrs.frozen
class Header:
    """The first lines of a file.

    Attributes:
        raw: As they stand, line ends included.
        flg: The text on the `#FLG` line; None without the line.
        version: The number on the `#VER` line; None without the line, or without a number.
        version_text: The text on the `#VER` line; None without the line.
        currency: The text on the `#DEV` line, "" where it has none; None without the line.
        currency_line: The physical line of `#DEV`; 0 without the line.
        line_end: How most lines of the file end.
        lines: Number of physical lines.
        other: What stands there and does not belong there, or "".
    """

    raw: str
    flg: str | None
    version: int | None
    version_text: str | None
    currency: str | None
    currency_line: int
    line_end: str
    lines: int
    other: str


class Stream(Iterator[Record]):
    """The records of one file, one after the other, in flat memory.

    Attributes:
        header: Known at once.
        dialect: Module, version and code page of the records.
        trailer: `#FIN` and what follows it; "" while unread, and for a file without it.
        trailer_line: The physical line of `#FIN`; 0 while unread, and without it.
    """

    def __init__(
        self,
        source: Source,
        *,
        name: str = "",
        encoding: Encoding = "cp850",
        around: int = AROUND,
    ) -> None:
        self.name: str = name
        self.encoding: Encoding = encoding
        self.trailer: str = ""
        self.trailer_line: int = 0
        self._blocks = blocks_of(source)
        start = next(self._blocks, b"")
        found = recognise(start, name)
        if found.kind != "flat":
            raise FileFormatError(
                found.message, file=name, code="SC-FILE-KIND", fix=found.fix
            )
        text = decode(start, encoding)
        while _FIRST_FLAG.search(text) is None and (more := next(self._blocks, b"")):
            text += decode(more, encoding)
            if len(text) > RECORD_LIMIT:
                raise self._too_long(1)
        self.header: Header = _header(text)
        self.dialect: Dialect = Dialect(
            _module(self.header, text), self.header.version, encoding, around
        )
        self._kinds: dict[str, Kind] = {}
        self._records = self._run(text[len(self.header.raw) :])

    # The generator itself: one call less for each of a million records.
    def __iter__(self) -> Iterator[Record]:  # noqa: PYI034 - see above
        return self._records

    def __next__(self) -> Record:
        return next(self._records)

    def _run(self, start: str) -> Iterator[Record]:
        sep = self.header.line_end
        dialect = self.dialect
        kinds = self._kinds
        line = self.header.lines + 1
        # A record is complete only when the next flag is seen, since a text may begin with
        # a number sign: `body` waits for that, and `more` for what else belongs to it.
        body, end, kind, plain = "", "", None, True
        more: list[str] = []
        batches = self._batches(start)
        for bodies, ends, regular, rest in batches:
            for at, piece in enumerate(bodies):
                place = piece.find(sep)
                role = kinds.get(piece if place < 0 else piece[:place]) or self._role(piece)
                if role == "data" and kind is not None:
                    more.append(f"{end}#{piece}")
                    end, plain = ends[at], False
                    continue
                if kind is not None:
                    if plain:
                        yield kind[0](body, line, kind[1], dialect, sep, end)
                        line += body.count("\n" if sep == "\r\n" else sep) + 1
                    else:
                        record = self._irregular(kind, body + "".join(more), line, end)
                        yield record
                        line += len(record.cells()) + 1
                        more.clear()
                if role == "end":
                    self._finish([*zip(bodies, ends, strict=True)][at:], batches, line)
                    return
                kind = (Record, dialect.layout("#")) if role == "data" else role
                body, end, plain = piece, ends[at], regular
            if len(rest) + len(body) + sum(map(len, more)) > RECORD_LIMIT:
                yield from self._overflow(kind, body + "".join(more), line, end, rest)
        if kind is not None:
            yield self._irregular(kind, body + "".join(more), line, end)

    def _overflow(
        self, kind: Kind | None, body: str, line: int, end: str, rest: str
    ) -> Iterator[Record]:
        """Refuse a file whose record, or what follows `#FIN`, does not end."""
        if len(body) <= RECORD_LIMIT and self._role(rest[1:]) == "end":
            # Who only judges the file needs no more than this of what follows.
            if kind is not None:
                record = self._irregular(kind, body, line, end)
                yield record
                line += len(record.cells()) + 1
            self.trailer, self.trailer_line = rest, line
        raise self._too_long(line)

    def _batches(self, start: str) -> Iterator[Batch]:
        """Cut each block before its flags: bodies, their ends, whether all lines end alike.

        The fourth is what is left over, with its number sign: the next begins with it.
        """
        sep = self.header.line_end
        held = ""
        blocks = chain((start.removeprefix("#"),), map(self._decode, self._blocks))
        for block, last in _marked(blocks if start else iter(())):
            text, cut = held + block, ""
            if text.endswith("\r") and not last:
                text, cut = text[:-1], "\r"
            regular = _regular(text, sep)
            bodies, ends = _pieces(text, sep, regular=regular, last=last)
            held = "" if last else bodies.pop() + cut
            yield bodies, ends, regular, "" if last else f"#{held}"

    def _irregular(self, kind: Kind, body: str, line: int, end: str) -> Record:
        """Make a record whose lines may end differently from each other."""
        record, layout = kind
        sep = self.header.line_end
        # The formula of a free field is the one text in which a bare LF is no line end.
        formula = layout.flag in _FORMULA_FLAGS and sep == "\r\n" and sep in body
        own = sep if formula or set(LINE_END.findall(body)) <= {sep} else ""
        return record(body, line, layout, self.dialect, own, end)

    def _decode(self, block: bytes) -> str:
        return decode(block, self.encoding)

    def _role(self, piece: str) -> Kind | Literal["data", "end"]:
        """Tell a flag that was not met before from data that begins with a number sign."""
        head = LINE_END.split(piece, maxsplit=1)[0].rstrip(" \t")
        if head == "FIN":
            return "end"
        word = head.split(None, 1)[0] if head else ""
        if word not in {"FLG", "VER", "DEV"} and not _FLAG.fullmatch(head):
            return "data"
        layout = self.dialect.layout(f"#{word}")
        kind = (record_class(layout), layout)
        if layout.known:
            self._kinds[word] = kind
        return kind

    def _finish(self, pieces: Pieces, batches: Iterator[Batch], line: int) -> None:
        """Keep `#FIN` and all that follows it, whatever it looks like."""
        parts = [f"#{body}{end}" for body, end in pieces]
        size = sum(map(len, parts))
        for bodies, ends, _, rest in batches:
            parts += (f"#{body}{end}" for body, end in zip(bodies, ends, strict=True))
            size += sum(map(len, bodies))
            if size + len(rest) > RECORD_LIMIT:
                # Who only judges the file needs no more than this of it.
                self.trailer, self.trailer_line = "".join(parts), line
                raise self._too_long(line)
        self.trailer, self.trailer_line = "".join(parts), line

    def _too_long(self, line: int) -> FileFormatError:
        return FileFormatError(
            SENTENCES[Code.TOO_LONG].text.format(limit=RECORD_LIMIT),
            file=self.name,
            line=line,
            code=Code.TOO_LONG.value,
        )


@attrs.frozen(repr=False)
class FlatFile:
    """A whole file: `bytes(file)` is what was read, byte for byte.

    Attributes:
        header: The first lines.
        dialect: Module, version and code page.
        records: In the order of the file; to change one, put its `replace(…)` in its place.
        trailer: `#FIN` and what follows it, or "".
        trailer_line: Its physical line when it was read; 0 without it.
    """

    header: Header
    dialect: Dialect
    records: list[Record]
    trailer: str
    trailer_line: int

    def of(self, kind: type[R]) -> Iterator[R]:
        """Iterate over the records of one class."""
        return (record for record in self.records if isinstance(record, kind))

    def chunks(self) -> Iterator[bytes]:
        """Give back the file in blocks of bytes."""
        texts = chain((self.header.raw,), (r.raw for r in self.records), (self.trailer,))
        while batch := list(islice(texts, 1024)):
            if data := encode("".join(batch), self.dialect.encoding):
                yield data

    def __bytes__(self) -> bytes:
        return b"".join(self.chunks())

    def __repr__(self) -> str:
        what = f"{self.dialect.module} VER {self.header.version_text}"
        return f"<FlatFile {what}: {len(self.records):,} records>"

    def _repr_html_(self) -> str:
        return file_card(self)


def stream(
    source: Source, *, name: str = "", encoding: Encoding = "cp850", around: int = AROUND
) -> Stream:
    """Read records one after the other, in flat memory.

    Args:
        source: Bytes, a file opened in binary mode, or blocks of bytes of any size.
        name: The file's name, for messages and to recognise other products' files.
        encoding: Code page of the text; `cp437` for some old exporters.
        around: Two-digit years are read from 50 before this year to 49 after.

    Raises:
        FileFormatError: Not a flat file (at once; `fix` says what to do), or a record
            beyond `RECORD_LIMIT` (while iterating).
        TypeError: The source does not give bytes.
    """
    return Stream(source, name=name, encoding=encoding, around=around)


def read(
    source: Source, *, name: str = "", encoding: Encoding = "cp850", around: int = AROUND
) -> FlatFile:
    """Read a whole file; arguments and errors as for `stream`."""
    records = stream(source, name=name, encoding=encoding, around=around)
    found = list(records)
    return FlatFile(
        records.header, records.dialect, found, records.trailer, records.trailer_line
    )


def record_class(layout: Layout) -> type[Record]:
    """Return the class that reads `layout`; `Record` where its fields are unknown."""
    if layout.home is None:
        return Record
    module, name = layout.home
    found: type[Record] = getattr(import_module(f"{__package__}._generated.{module}"), name)
    return found


# ------------------------------------------------------------------ reading, inside


def blocks_of(source: Source) -> Iterator[bytes]:
    """Yield blocks of about `BLOCK` bytes, whatever the source gives."""
    if isinstance(source, (bytes, bytearray, memoryview)):
        view = memoryview(source).cast("B")
        for at in range(0, len(view), BLOCK):
            yield bytes(view[at : at + BLOCK])
        return
    if isinstance(source, str):
        raise TypeError("expected bytes, found str: open the file in binary mode")
    given: Iterator[object] = (
        iter(source)
        if isinstance(source, Iterable) and not hasattr(source, "read")
        else _parts(cast("BinaryFile", source))  # all that is left of the union
    )
    parts: list[bytes] = []
    size = 0
    for part in given:
        if not isinstance(part, bytes):
            raise TypeError(
                f"expected bytes, found {type(part).__name__}: open the file in binary mode"
            )
        parts.append(part)
        size += len(part)
        if size >= BLOCK:
            yield b"".join(parts)
            parts, size = [], 0
    if size:
        yield b"".join(parts)


def _parts(file: BinaryFile) -> Iterator[bytes]:
    while part := file.read(BLOCK):
        yield part


def _header(text: str) -> Header:
    found = _FIRST_FLAG.search(text)
    raw = text if found is None else text[: found.start()]
    crlf = text.count("\r\n")
    counts = {"\r\n": crlf, "\n": text.count("\n") - crlf, "\r": text.count("\r") - crlf}
    line_end = max(counts, key=lambda end: counts[end])
    words: dict[str, tuple[str, int]] = {}
    other = ""
    lines = LINE_END.split(raw)
    if not lines[-1]:
        lines.pop()
    for number, line in enumerate(lines, 1):
        match = _HEADER_LINE.fullmatch(line)
        if match is None or match[1] in words:
            other = other or line or "an empty line"
        else:
            words[match[1]] = ((match[2] or "").strip(), number)
            if not line.startswith("#"):
                other = line
    flg, version = words.get("FLG"), words.get("VER")
    currency = words.get("DEV")
    digits = version[0] if version else ""
    return Header(
        raw=raw,
        flg=flg[0] if flg else None,
        version=int(digits) if re.fullmatch(r"[0-9]{1,4}", digits) else None,
        version_text=version[0] if version else None,
        currency=currency[0] if currency else None,
        currency_line=currency[1] if currency else 0,
        line_end=line_end,
        lines=len(lines),
        other=other,
    )


def _module(header: Header, text: str) -> Module:
    """Tell the module by the flags of the first block, `#DEV` and `#VER`."""
    flags = set(re.findall(r"(?:\A|[\r\n])(#[A-Z0-9]{3,12})(?=[ \t]*(?:[\r\n]|\Z))", text))
    # Many flags are shared: only those that accounting lacks tell.
    flags -= set(flags_of("accounting"))
    for module in ("fixed_assets", "commercial_management"):
        if not flags.isdisjoint(flags_of(module)):
            return module
    by_version: dict[int | None, Module] = {
        19: "commercial_management",
        23: "fixed_assets",
        33: "commercial_management",
    }
    return (
        by_version.get(header.version, "accounting")
        if header.currency is None
        else "accounting"
    )


def _marked(blocks: Iterator[str]) -> Iterator[tuple[str, bool]]:
    """Yield every block, and whether it is the last."""
    before = next(blocks, None)
    if before is None:
        return
    for block in blocks:
        yield before, False
        before = block
    yield before, True


def _regular(text: str, sep: str) -> bool:
    if sep == "\r\n":
        ends = text.count("\r\n")
        return text.count("\n") == ends and text.count("\r") == ends
    return ("\r" if sep == "\n" else "\n") not in text


def _pieces(
    text: str, sep: str, *, regular: bool, last: bool
) -> tuple[list[str], list[str]]:
    """Cut before every number sign that begins a line: bodies, and what ends each."""
    if regular:
        bodies = text.split(f"{sep}#")
        ends = [sep] * (len(bodies) - 1)
    else:
        parts = _BOUNDARY.split(text)
        bodies, ends = parts[::2], parts[1::2]
    if last:
        final = re.search(r"(?:\r\n|\r|\n)\Z", bodies[-1])
        ends.append(final[0] if final else "")
        if final:
            bodies[-1] = bodies[-1][: final.start()]
    return bodies, ends


# ------------------------------------------------------------------ writing


def header_bytes(version: int = 31, currency: str = "EUR") -> bytes:
    """Return the first lines of an accounting file.

    Files of `#VER 5` get no `#DEV`: no exporter of that age writes one.

    Raises:
        UnsupportedError: A version that is never written.
        CodecError: No ISO 4217 code.
    """
    if version not in WRITTEN_VERSIONS:
        raise UnsupportedError(
            f"Files of #VER {version} are read but not written.",
            fix=f"Write one of {', '.join(map(str, WRITTEN_VERSIONS))}.",
        )
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise refuse(Code.CURRENCY, path="currency", found=currency)
    money = f"#DEV {currency}\r\n" if version != 5 else ""  # noqa: PLR2004 - see above
    return f"#FLG 000\r\n#VER {version}\r\n{money}".encode("ascii")


def record_bytes(records: Iterable[Record], *, version: int = 31) -> bytes:
    """Return records as they are written, without header and `#FIN`.

    Raises:
        UnsupportedError: A record that files of this version cannot hold.
        CodecError: A character that the code page lacks; a field count of another version.
    """
    checked = _checked(records, version)
    return encode("".join(map(_strict, checked)))


def write(
    records: Iterable[Record],
    *,
    version: int = 31,
    module: Module = "accounting",
    currency: str = "EUR",
) -> Iterator[bytes]:
    """Write a file that Sage imports: CR LF, code page 850, closed by `#FIN`.

    Args:
        records: New ones (`build`, `entry_line`, …) or read ones; children after their
            parent. May be endless: memory stays flat.
        version: One of `WRITTEN_VERSIONS`.
        module: Only accounting files are written.
        currency: ISO 4217 code of the company's base currency.

    Yields:
        Blocks of bytes, `#FIN` last.

    Raises:
        UnsupportedError, CodecError: As for `record_bytes` and `header_bytes`.
    """
    if module != "accounting":
        raise UnsupportedError(
            f"Files of {module} are read but not written.",
            fix="Change a file read from Sage and give it back byte for byte instead.",
        )
    return _write(header_bytes(version, currency), records, version)


def _write(header: bytes, records: Iterable[Record], version: int) -> Iterator[bytes]:
    yield header
    checked = _checked(records, version)
    while batch := "".join(map(_strict, islice(checked, 1024))):
        yield encode(batch)
    yield b"#FIN\r\n"


def _checked(records: Iterable[Record], version: int) -> Iterator[Record]:
    for record in records:
        dialect = record.dialect
        if (
            dialect.version != version
            or dialect.module != "accounting"
            or dialect.encoding != "cp850"
        ):
            _check_foreign(record, version)
        yield record


def _check_foreign(record: Record, version: int) -> None:
    """Refuse a record made for, or read from, a file into which it does not fit."""
    layout = Dialect(version=version).layout(record.flag)
    if record.dialect.module != "accounting" or not layout.known:
        raise UnsupportedError(f"{record.flag} is no record of accounting files.")
    if version != WRITTEN_VERSIONS[0] and record.flag not in _ENTRY_FLAGS:
        raise UnsupportedError(
            f"{record.flag} cannot be written in #VER {version}: only entry lines are "
            "published for it.",
            fix="Write #VER 31.",
        )
    found = len(record.cells())
    if layout.fits(found, version) != "yes":
        raise refuse(
            Code.COUNT,
            path=record.flag,
            flag=record.flag,
            found=found,
            expected=layout.expected(version),
        )
    bytes(record)
    encode(record.raw, path=record.flag)


def _strict(record: Record) -> str:
    if record.sep == record.end == "\r\n":
        return f"#{record.text}\r\n"
    return "\r\n".join((record.flag, *record.cells(), ""))

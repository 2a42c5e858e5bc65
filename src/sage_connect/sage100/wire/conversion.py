"""From any format of entries to any other: who reads it, who writes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import Final, Literal

import attrs

from ...errors import FileFormatError
from . import delimited, fec, flat_rows, pnm
from ._generated.entries import EntryLine
from .delimited import DelimitedLayout
from .flat import Source, Stream, blocks_of, stream, write as write_records
from .recognition import recognise
from .record import Record
from .rows import EntryRow, Losses

__all__ = ("Conversion", "Target", "convert")

TargetKind = Literal["flat", "pnm", "fec", "delimited"]

_EURO: Final = "EUR"
"""The base currency where a file names none."""
_LAYOUT_FIX: Final = "Name its layout: --from semicolon, or a TOML file that describes it."
_NAMING: Final = {31, 25, 14}
"""Versions of flat files that name their base currency (`#DEV`)."""
_WHOLE: Final = 31
"""The version in which all records of a company are published, not only entry lines."""


@attrs.frozen(kw_only=True)
class Target:
    """What a file of entries is converted to.

    Attributes:
        kind: `flat`, `pnm`, `fec` or `delimited`.
        number: `#VER` of a flat file (31, 25, 14, 5); characters of a PNM line (199, 138).
        layout: Of a delimited text.
        company: Name on the first line of a PNM file.
    """

    kind: TargetKind
    number: int = 0
    layout: DelimitedLayout = delimited.PRESETS["semicolon"]
    company: str = ""


class Conversion(Iterator[bytes]):
    """The blocks of the file written; the rest is known when they have been read.

    Attributes:
        rows: Lines of entries read so far.
        losses: What the file written does not say, so far.
    """

    def __init__(
        self,
        source: Source,
        target: Target,
        *,
        name: str = "",
        layout: DelimitedLayout | None = None,
    ) -> None:
        self.rows: int = 0
        self.losses: Losses = Losses()
        self.target: Target = target
        self.name: str = name
        self.layout: DelimitedLayout | None = layout
        self.currency: str = _EURO
        self._blocks: Iterator[bytes] = self._run(source)

    def __next__(self) -> bytes:
        return next(self._blocks)

    def _run(self, source: Source) -> Iterator[bytes]:
        # A text of fixed widths looks like anything: its layout is believed.
        if self.layout is not None:
            yield from self._written(delimited.rows(source, self.layout, name=self.name))
            return
        kind, whole = self._recognised(source)
        if kind in _READERS:
            yield from self._written(_READERS[kind](whole, self.name))
            return
        records = stream(whole, name=self.name)
        self._take_currency(records)
        target = self.target
        if target.kind == "flat" and target.number == records.dialect.version == _WHOLE:
            yield from write_records(self._records(records), currency=self.currency)
            return
        named = target.kind != "flat"
        yield from self._written(flat_rows.rows(records, losses=self.losses, named=named))

    def _written(self, entries: Iterable[EntryRow]) -> Iterator[bytes]:
        return _WRITERS[self.target.kind](self, self._counted(entries))

    def _recognised(self, source: Source) -> tuple[str, Iterator[bytes]]:
        """Return the kind of a file that can be read, and its blocks."""
        blocks = blocks_of(source)
        start = next(blocks, b"")
        found = recognise(start, self.name)
        if found.kind != "flat" and found.kind not in _READERS:
            raise FileFormatError(
                found.message,
                file=self.name,
                code="SC-FILE-KIND",
                fix=_LAYOUT_FIX if found.kind == "delimited" else found.fix,
            )
        return found.kind, chain((start,), blocks)

    def _take_currency(self, records: Stream) -> None:
        header = records.header
        self.currency = header.currency or _EURO
        says_it = self.target.kind == "flat" and self.target.number in _NAMING
        # Who reads a file without it takes the amounts for euros.
        if self.currency != _EURO and not says_it:
            reason = "The file written does not name the base currency of its amounts."
            self.losses.add("#DEV", reason, line=header.currency_line, value=self.currency)

    def _counted(self, entries: Iterable[EntryRow]) -> Iterator[EntryRow]:
        for entry in entries:
            self.rows += 1
            yield entry
        if not self.rows:
            raise FileFormatError(
                "expected lines of entries, found none.",
                file=self.name,
                fix="Export entries from Sage too: Fichier > Exporter > Format Sage.",
            )

    def _records(self, records: Stream) -> Iterator[Record]:
        """Yield the records of a whole file that Sage documents, entries and all others."""
        for record in records:
            layout = record.layout
            if not layout.known:
                reason = "No record of this flag is published."
                self.losses.add(record.flag, reason, line=record.line)
                continue
            flat_rows.require_whole(record, self.name)
            self.rows += isinstance(record, EntryLine)
            yield record


def _width(target: Target) -> pnm.Width:
    # `Target` lets no other number in.
    narrow: Literal[138] = 138
    return narrow if target.number == narrow else 199


# A format is a line in each table: what reads it by its bytes alone, and what writes it.
_READERS: Final[Mapping[str, Callable[[Source, str], Iterator[EntryRow]]]] = {
    "pnm": lambda source, name: pnm.rows(source, name=name),
    "fec": lambda source, name: fec.rows(source, name=name),
}
_WRITERS: Final[
    Mapping[TargetKind, Callable[[Conversion, Iterable[EntryRow]], Iterator[bytes]]]
] = {
    "flat": lambda to, rows: flat_rows.write(
        rows, losses=to.losses, version=to.target.number, currency=to.currency
    ),
    "pnm": lambda to, rows: pnm.write(
        rows, losses=to.losses, width=_width(to.target), company=to.target.company
    ),
    "fec": lambda to, rows: fec.write(rows, losses=to.losses, base=to.currency),
    "delimited": lambda to, rows: delimited.write(rows, to.target.layout, losses=to.losses),
}


def convert(
    source: Source,
    target: Target,
    *,
    name: str = "",
    layout: DelimitedLayout | None = None,
) -> Conversion:
    """Convert a file of entries to another format, in flat memory.

    A whole flat file of `#VER 31` stays whole in `flat` 31: it is written anew as Sage
    documents it. Everywhere else, entries alone are written and the rest is told.

    Args:
        source: Bytes, a file opened in binary mode, or blocks of bytes of any size.
        target: The format to write.
        name: The file's name, for messages and to recognise it.
        layout: How to read a delimited text; other formats are recognised.

    Returns:
        The blocks to write; `rows` and `losses` are complete after the last of them.

    Raises:
        FileFormatError: While iterating: no file of entries, or a damaged one.
        CodecError: While iterating: a value that `target` cannot hold and that must not be
            changed.
    """
    return Conversion(source, target, name=name, layout=layout)

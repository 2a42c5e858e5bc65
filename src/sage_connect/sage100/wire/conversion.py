"""From any format of entries to any other: who reads it, who writes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Context, Decimal
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
from .sentences import Code

__all__ = ("Conversion", "Target", "convert")

TargetKind = Literal["flat", "pnm", "fec", "delimited"]

_EURO: Final = "EUR"
"""The base currency where a file names none."""
_UNSAID: Final = "The file written does not name the base currency of its amounts."
_TAKEN: Final = (
    "The currency of the amounts is taken for the company's base currency: check it."
)
_INVENTED: Final = (
    "The file read does not name its base currency, which is taken to be EUR: check it."
)
_UNBALANCED: Final = (
    "Debit and credit of a journal differ in a month: Sage refuses the file, or fills the "
    "gap by itself."
)
_READABLE: Final = {"flat", "pnm", "fec"}
_LAYOUT_FIX: Final = "Name its layout: --from semicolon, or a TOML file that describes it."
_NAMING: Final = {31, 25, 14}
"""Versions of flat files that name their base currency (`#DEV`)."""
_CURRENCY: Final = "pnm.amount_currency"
_WIDEST: Final = 199
"""Characters of the PNM lines that name the currency of their amounts."""
_EXACT: Final = Context(prec=100)
"""Sums are exact, whatever the context of the caller."""
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
        self.currency: str = ""
        self.titles: flat_rows.Titles = flat_rows.Titles()
        self._months: dict[tuple[str, int, int], tuple[int, Decimal]] = {}
        self._records: Stream | None = None
        self._blocks: Iterator[bytes] = self._run(source)

    def __next__(self) -> bytes:
        return next(self._blocks)

    def _run(self, source: Source) -> Iterator[bytes]:
        # A text of fixed widths looks like anything: its layout is believed.
        if self.layout is not None:
            entries = delimited.rows(
                source, self.layout, losses=self.losses, name=self.name
            )
            yield from self._written(entries)
            return
        kind, whole = self._recognised(source)
        target = self.target
        if kind == "fec":
            yield from self._written(fec.rows(whole, name=self.name))
            return
        if kind == "pnm":
            yield from self._written(self._pnm(whole))
            return
        records = stream(whole, name=self.name)
        self._records = records
        self._take_currency(records)
        if target.kind == "flat" and target.number == records.dialect.version == _WHOLE:
            currency = self.currency or _EURO
            yield from write_records(self._whole(records), currency=currency)
            return
        yield from self._written(
            flat_rows.rows(
                records,
                losses=self.losses,
                named=target.kind != "flat",
                titles=self.titles if target.kind == "fec" else None,
            )
        )

    def _written(self, entries: Iterable[EntryRow]) -> Iterator[bytes]:
        return _WRITERS[self.target.kind](self, self._counted(entries))

    def _recognised(self, source: Source) -> tuple[str, Iterator[bytes]]:
        """Return the kind of a file that can be read, and its blocks."""
        blocks = blocks_of(source)
        start = next(blocks, b"")
        found = recognise(start, self.name)
        if found.kind not in _READABLE:
            raise FileFormatError(
                found.message,
                file=self.name,
                code="SC-FILE-KIND",
                fix=_LAYOUT_FIX if found.kind == "delimited" else found.fix,
            )
        return found.kind, chain((start,), blocks)

    def _take_currency(self, records: Stream) -> None:
        header = records.header
        self.currency = header.currency or ""
        if self.currency:
            self._tell_currency(header.currency_line)
        elif self.target.kind == "flat" and self.target.number in _NAMING:
            self.losses.add("#DEV", _INVENTED, line=header.currency_line)

    @property
    def _says_currency(self) -> bool:
        kind, number = self.target.kind, self.target.number
        return (kind == "flat" and number in _NAMING) or (
            kind == "pnm" and number == _WIDEST
        )

    def _tell_currency(self, line: int, reason: str = "") -> None:
        """Tell of a base currency that the file written does not name.

        Who reads such a file takes its amounts for euros.
        """
        if not self._says_currency:
            reason = _UNSAID
        if reason and self.currency != _EURO:
            self.losses.add("#DEV", reason, line=line, value=self.currency)

    def _pnm(self, source: Iterator[bytes]) -> Iterator[EntryRow]:
        """Read a PNM file; elsewhere, its amounts are in one currency or are refused."""
        entries = pnm.rows(source, name=self.name)
        if self.target.kind == "pnm" and self._says_currency:
            # Each line keeps its own.
            return entries
        # A file without a movement was refused.
        first = next(entries)
        self.currency = first.extra.get(_CURRENCY, "")
        if self.currency:
            self._tell_currency(first.line, _TAKEN)
        return map(self._in_currency, chain((first,), entries))

    def _in_currency(self, row: EntryRow) -> EntryRow:
        """Take the currency of the amount off a row: it is the file's.

        Raises:
            FileFormatError: It is another than that of the rows before.
        """
        names = [name for name in row.extra if name.endswith(".amount_currency")]
        found = {row.extra[name] for name in names}
        if found != ({self.currency} if self.currency else set()):
            other = next(iter(found - {self.currency}), "")
            raise FileFormatError(
                f"expected amounts in {self.currency or 'the base currency'}, as on the "
                f"lines before, found one in {other or 'the base currency'}.",
                file=self.name,
                line=row.line,
                code="SC-PNM-CURRENCY-MIXED",
                fix="Split the file: one file for each currency.",
            )
        if not names:
            return row
        extra = {name: text for name, text in row.extra.items() if name != _CURRENCY}
        return attrs.evolve(row, extra=extra)

    def _counted(self, entries: Iterable[EntryRow]) -> Iterator[EntryRow]:
        for entry in entries:
            self.rows += 1
            signed = entry.amount if entry.debit else -entry.amount
            self._sum(entry.journal, entry.date, entry.line, signed)
            yield entry
        self._tell_sums()
        if not self.rows:
            raise FileFormatError(
                "expected lines of entries, found none.",
                file=self.name,
                fix="Export entries from Sage too: Fichier > Exporter > Format Sage.",
            )

    def _whole(self, records: Stream) -> Iterator[Record]:
        """Yield the records of a whole file that Sage documents, entries and all others."""
        for record in records:
            layout = record.layout
            if not layout.known:
                reason = "No record of this flag is published."
                self.losses.add(record.flag, reason, line=record.line)
                continue
            flat_rows.tell_text(record, self.losses, self.name)
            flat_rows.require_whole(record, self.name)
            if isinstance(record, EntryLine):
                self.rows += 1
                day, debit, amount = flat_rows.booked(record, self.name)
                self._sum(record.journal, day, record.line, amount if debit else -amount)
            yield record
        flat_rows.tell_end(records, self.losses)
        self._tell_sums()

    def _sum(self, journal: str, day: dt.date, line: int, signed: Decimal) -> None:
        month = (journal, day.year, day.month)
        first, balance = self._months.get(month, (line, Decimal()))
        self._months[month] = (first, _EXACT.add(balance, signed))

    def _tell_sums(self) -> None:
        """Tell of journals that do not balance in a month, as Sage demands of files.

        Raises:
            FileFormatError: The file read has no end either: it was cut off.
        """
        endless = self._records is not None and not self._records.trailer
        for (journal, year, month), (line, balance) in self._months.items():
            if not balance:
                continue
            value = f"{journal} {month:02}/{year}: {balance}"
            if endless:
                raise FileFormatError(
                    "expected #FIN at the end, or at least journals that balance, found "
                    f"neither ({value}): the file was cut off.",
                    file=self.name,
                    line=line,
                    code=Code.NO_END.value,
                    fix="Export or copy it again; or add #FIN if it is meant so.",
                )
            self.losses.add("balance", _UNBALANCED, line=line, value=value)


def _width(target: Target) -> pnm.Width:
    # `Target` lets no other number in.
    narrow: Literal[138] = 138
    return narrow if target.number == narrow else 199


_WRITERS: Final[
    Mapping[TargetKind, Callable[[Conversion, Iterable[EntryRow]], Iterator[bytes]]]
] = {
    "flat": lambda to, rows: flat_rows.write(
        rows,
        losses=to.losses,
        version=to.target.number,
        currency=to.currency or _EURO,
    ),
    "pnm": lambda to, rows: pnm.write(
        rows,
        losses=to.losses,
        width=_width(to.target),
        company=to.target.company,
        currency=to.currency,
    ),
    "fec": lambda to, rows: fec.write(
        rows,
        losses=to.losses,
        base=to.currency or _EURO,
        journal_names=to.titles.journals,
        account_names=to.titles.accounts,
        third_party_names=to.titles.third_parties,
    ),
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
    documents it. Everywhere else, entries alone are written and the rest is told; a FEC
    takes up the names of journals, accounts and third parties. Told too: a flat file
    without `#FIN`, journals that do not balance in a month, and a base currency that had
    to be assumed (EUR, or the one of the lines of a PNM file).

    Args:
        source: Bytes, a file opened in binary mode, or blocks of bytes of any size.
        target: The format to write.
        name: The file's name, for messages and to recognise it.
        layout: How to read a delimited text; other formats are recognised.

    Returns:
        The blocks to write; `rows` and `losses` are complete after the last of them.

    Raises:
        FileFormatError: While iterating: no file of entries, or a damaged one; one that was
            cut off, where that can be seen; a PNM file in several currencies.
        CodecError: While iterating: a value that `target` cannot hold and that must not be
            changed.
    """
    return Conversion(source, target, name=name, layout=layout)

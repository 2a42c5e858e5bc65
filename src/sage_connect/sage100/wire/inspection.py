"""Everything that is wrong with a file, found in one pass and in flat memory."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from importlib import import_module
from itertools import chain
from types import MappingProxyType
from typing import Any, Literal

import attrs

from ..._card import counted
from ...errors import FileFormatError
from ._generated.entries import AnalyticEntry, EntryLine
from ._generated.parties import ThirdParty
from .balance import Totals
from .damage import Damage, mangled, odd, utf8_in
from .fields import Field, Problem
from .flat import Source, Stream, blocks_of
from .layout import Fit, Layout, Module
from .listing import Listing
from .postings import Postings
from .recognition import Kind, named, recognise
from .record import LINE_END, Record
from .references import References
from .sentences import SENTENCES, Code, FileFault, Severity, fault
from .shift import part_of, shifted_at
from .showing import inspection_card
from .spreadsheet import added_to, without
from .values import AROUND, CONTROL, Encoding

__all__ = ("Inspection", "inspect")

_KNOWN_VERSIONS: Mapping[Module, frozenset[int]] = {
    "accounting": frozenset({5, 10, 14, 18, 25, 31}),
    "commercial_management": frozenset({19, 33}),
    "fixed_assets": frozenset({23}),
}
# Modules whose own `inspect` knows the other kinds of file; loaded when one is met.
_OTHERS: Mapping[Kind, str] = {
    "fec": "fec.checking",
    "pnm": "pnm.inspection",
}
Judged = tuple[Field[Any], int, bool, set[str]]
# Texts of one field that are not judged again: most fields have few different ones.
_REMEMBERED = 2000
_FORMATS = {
    "flat": "a file in the Sage format",
    "pnm": "a PNM file (Ecritures Sage)",
    "fec": "a FEC",
}
_LINE_END_NAMES = {"\r\n": "CR LF", "\n": "LF", "\r": "CR", "": "nothing"}
_BASE_CURRENCY_SINCE = 14
# A record that may end anywhere is shifted where that explains so many faults.
_SHIFT_FAULTS = 2
# Fields without which a line is no debit and no credit: any other code is refused.
_SIDES = (EntryLine.side, AnalyticEntry.side)


@attrs.frozen(repr=False)
class Inspection:
    """What was found in a file.

    Attributes:
        format: `flat`, `pnm` or `fec`.
        module: Whose file it is.
        version: The number on `#VER`; None where there is none.
        records: Number of records, header and `#FIN` not counted; of rows in a FEC.
        records_by_flag: In the order of their first appearance; of a PNM file, by the
            type of line; none in a FEC.
        totals: Sums of the entry lines whose side and amount can be read.
        faults: In the order in which they were found.
    """

    format: Literal["flat", "pnm", "fec"]
    module: Module
    version: int | None
    records: int
    records_by_flag: Mapping[str, int]
    totals: Totals
    faults: tuple[FileFault, ...]

    @property
    def ok(self) -> bool:
        """Whether no fault is an error."""
        return all(found.severity != "error" for found in self.faults)

    def __repr__(self) -> str:
        faults = counted(len(self.faults), "fault") if self.faults else "no fault"
        records = counted(self.records, "record")
        return f"<Inspection of a {self.format} file: {records}, {faults}>"

    def _repr_html_(self) -> str:
        return inspection_card(self)


def inspect(
    source: Source,
    *,
    name: str = "",
    encoding: Encoding = "cp850",
    around: int = AROUND,
    limit: int = 1000,
) -> Inspection:
    """Read a flat or PNM file, or a FEC, once and report everything wrong with it.

    Args:
        source: As for `read`.
        name: The file's name, for messages, and to recognise what its bytes do not tell.
        encoding: Code page of the text of a flat file.
        around: Two-digit years are read from 50 before this year to 49 after.
        limit: Faults of one code to list; one more says how many were left out.

    Raises:
        FileFormatError: Another kind of file, or a record without end.
        TypeError: The source does not give bytes.
    """
    blocks = blocks_of(source)
    start = next(blocks, b"")
    separators = added_to(start)
    if separators is not None:
        blocks = without(separators, chain((start,), blocks))
        start = next(blocks, b"")
    whole = chain((start,), blocks)
    kind = recognise(start, name).kind
    other = _OTHERS.get(kind)
    if other is not None:
        module = import_module(f"{__package__}.{other}")
        # A FEC writes its years out.
        years = {} if kind == "fec" else {"around": around}
        found: Inspection = module.inspect(whole, name=name, limit=limit, **years)
    else:
        stream = Stream(whole, name=name, encoding=encoding, around=around)
        found = _Inspector(stream, limit).run(separators)
    called = named(name)
    if called is None or called.kind == found.format:
        return found
    shown = name.replace("\\", "/").rpartition("/")[2]
    note = fault(Code.NAME, name=shown, found=_FORMATS[found.format])
    return attrs.evolve(found, faults=(*found.faults, note))


class _Inspector:
    def __init__(self, stream: Stream, limit: int) -> None:
        self.stream = stream
        self.listing = Listing(limit)
        self.by_flag: dict[str, int] = {}
        self.open_parents: list[str] = []
        self.keys: dict[tuple[str, ...], int] = {}
        self.fields_of: dict[type[Record], list[Judged]] = {}
        self.damage = Damage(stream.encoding)
        self.quoted: list[tuple[int, str, dict[str, object]]] = []
        # The end mark was found where it is no flag.
        self.ended = False
        self.postings = Postings(self.add)
        self.references = References(self.add)

    def run(self, separators: bytes | None) -> Inspection:
        if separators is not None:
            added = f"followed by {separators.decode()!r}" if separators else "quoted"
            self.add(Code.SPREADSHEET, 1, found=added)
        self.header()
        before: Record | None = None
        try:
            for record in self.stream:
                if before is not None:
                    self.record(before)
                before = record
        except FileFormatError:
            # What follows #FIN may be long: it is told, and need not be read.
            if not self.stream.trailer:
                raise
        # The last one is judged with the knowledge that nothing follows.
        if before is not None:
            self.record(before, last=not self.stream.trailer)
        self.postings.close()
        self.references.close()
        self.end(before)
        self.told_once()
        dialect = self.stream.dialect
        more = SENTENCES[Code.MORE]
        return Inspection(
            format="flat",
            module=dialect.module,
            version=dialect.version,
            records=sum(self.by_flag.values()),
            records_by_flag=MappingProxyType(self.by_flag),
            totals=self.postings.totals(),
            faults=self.listing.close(
                FileFault(more.severity, Code.MORE.value, 0, "", more.text)
            ),
        )

    def add(self, code: Code, line: int = 0, field: str = "", /, **values: object) -> None:
        self.listing.put(fault(code, line, field, **values))

    def graded(
        self,
        severity: Severity,
        code: Code,
        line: int,
        field: str = "",
        /,
        **values: object,
    ) -> None:
        """List a fault that is worse, or better, than it mostly is."""
        found = fault(code, line, field, **values)
        self.listing.put(attrs.evolve(found, severity=severity))

    def told_once(self) -> None:
        """Tell what one cause did to many texts: the whole file has it."""
        damage = self.damage
        if damage.count:
            self.add(
                Code.UTF8,
                damage.line,
                damage.field,
                found=damage.found,
                encoding=damage.encoding.upper(),
                count=damage.count,
                recipe=damage.recipe(),
            )
        for line, label, values in self.quoted[:1]:
            self.add(Code.QUOTED, line, label, **values, count=len(self.quoted))

    # -------------------------------------------------------------- the envelope

    def header(self) -> None:
        header, dialect = self.stream.header, self.stream.dialect
        lines = LINE_END.split(header.raw)
        first = lines[0][:40] if header.raw else "a record"
        if header.other or not header.raw:
            place = lines.index(header.other) + 1 if header.other in lines else 1
            self.add(Code.HEADER, place, found=header.other[:40] or first)
        elif header.flg != "000":
            self.add(Code.FLG, 1, found=first)
        if dialect.version not in _KNOWN_VERSIONS[dialect.module]:
            self.graded(
                "error" if dialect.version is None else "warning",
                Code.VERSION,
                min(2, header.lines),
                found=header.version_text or "",
            )
        self.currency()
        if header.line_end != "\r\n":
            self.add(Code.LINE_END, 1, found=_LINE_END_NAMES[header.line_end])
        elif set(LINE_END.findall(header.raw)) - {"\r\n"}:
            self.add(Code.LINE_END_MIXED, 1, found="LF or CR")
        self.text(None, lines, 0)

    def currency(self) -> None:
        header, dialect = self.stream.header, self.stream.dialect
        if dialect.module != "accounting":
            if header.currency is not None:
                module = dialect.module.replace("_", " ")
                self.add(Code.CURRENCY_PLACE, header.currency_line, module=module)
        elif not re.fullmatch(r"[A-Z]{3}", header.currency or ""):
            # Old exporters leave the code out, older ones the line.
            old = not header.currency and (dialect.version or 0) < _BASE_CURRENCY_SINCE
            bare = header.currency == ""
            self.graded(
                "note" if old or bare else "warning",
                Code.CURRENCY,
                header.currency_line or header.lines,
                found=header.currency or "",
            )

    def end(self, last: Record | None) -> None:
        trailer, line = self.stream.trailer, self.stream.trailer_line
        if not trailer:
            final = self.stream.header.lines if last is None else last.line
            final += len(last.cells()) if last is not None else 0
            if not self.ended:
                self.add(Code.NO_END, final)
            if last is not None and not last.end:
                self.add(Code.NO_LINE_END, final)
            return
        first = LINE_END.split(trailer, 1)
        after = first[1] if len(first) > 1 else ""
        if after.strip(" \t\r\n\x1a\x00"):
            self.add(Code.AFTER_END, line + 1)
        elif after or first[0] != "#FIN":
            self.add(Code.BLANK_AFTER_END, line)
        if len(first) == 1:
            self.add(Code.NO_LINE_END, line)

    # -------------------------------------------------------------- one record

    def record(self, record: Record, *, last: bool = False) -> None:
        """Judge a record, or several that run into one."""
        while (fit := self.fit(record)) != "yes" or record.layout.width:
            part = part_of(record)
            if part is None:
                break
            values = {"found": part.found, "expected": part.flag}
            self.add(part.code, part.line, **values)
            self.one(part.head, "yes")
            if part.record is None:
                self.ended = True
                return
            record = part.record
        self.one(record, fit, last=last)

    def fit(self, record: Record) -> Fit:
        return record.layout.fits(len(record.cells()), self.stream.dialect.version)

    def one(self, record: Record, fit: Fit, *, last: bool = False) -> None:
        layout, line = record.layout, record.line
        flag = layout.flag
        self.by_flag[flag] = self.by_flag.get(flag, 0) + 1
        cells = record.cells()
        if not layout.known:
            self.foreign(record)
        elif record.text[len(flag) - 1 : len(flag)] in {" ", "\t"}:
            self.add(Code.FLAG_BLANK, line, found=record.raw[: len(flag) + 1])
        if not record.sep or (record.end != self.stream.header.line_end and not last):
            ends = sorted({*LINE_END.findall(record.text), record.end})
            found = ", ".join(_LINE_END_NAMES[end] for end in ends)
            self.add(Code.LINE_END_MIXED, line, found=found)
        self.parent(layout, line)
        if fit != "yes":
            self.count(record, fit, last=last)
            self.references.spoil(flag)
        # The fields of a shifted record are not what their places say.
        typed = type(record) is not Record and fit == "yes"
        if not typed or not record.text.isascii():
            self.text(record, cells, line, typed=typed)
        if fit == "yes":
            bad = self.fields(record, cells, line)
            if bad is None:
                self.references.spoil(flag)
            else:
                self.references.take(record, cells, bad)
        if fit != "no":
            self.key(record, cells, line)
        self.postings.take(record, whole=fit != "no")

    def count(self, record: Record, fit: str, *, last: bool) -> None:
        """Tell a record that has too many fields, or too few, and where it is shifted."""
        layout, version = record.layout, self.stream.dialect.version
        found = len(record.cells())
        count = layout.least if layout.width else layout.count(version) or layout.least
        if last and found < count:
            code = Code.TRUNCATED
        else:
            code = Code.COUNT if fit == "no" else Code.COUNT_UNPROVEN
        field, where = "", ""
        if code is Code.COUNT:
            field, last_field, _ = shifted_at(record, count)
            where = _shift(field, last_field)
        flag = f"{layout.flag}{where}"
        expected = layout.expected(version)
        self.add(code, record.line, field, flag=flag, found=found, expected=expected)

    def tail(self, record: Record, faults: int) -> bool:
        """Tell a record whose count may vary, and which is shifted by one all the same."""
        found = len(record.cells())
        if record.layout.width != 1 or faults <= _SHIFT_FAULTS:
            return False
        for expected in (found - 1, found + 1):
            field, last, rest = shifted_at(record, expected)
            if field and rest + _SHIFT_FAULTS <= faults:
                flag = f"{record.flag}{_shift(field, last)}"
                values = {"flag": flag, "found": found, "expected": expected}
                self.add(Code.COUNT, record.line, field, **values)
                return True
        return False

    def foreign(self, record: Record) -> None:
        module = record.dialect.module.replace("_", " ")
        if record.flag in {"#FLG", "#VER", "#DEV"}:
            head = f"#{LINE_END.split(record.text, 1)[0]}"
            self.add(Code.HEADER_AGAIN, record.line, found=head)
        else:
            self.add(Code.FLAG, record.line, found=record.flag, module=module)

    def parent(self, layout: Layout, line: int) -> None:
        if not layout.known:
            return
        chain = self.open_parents
        if not layout.parents:
            self.open_parents = [layout.flag]
            return
        while chain and chain[-1] not in layout.parents:
            chain.pop()
        if not chain:
            self.add(
                Code.PARENT, line, flag=layout.flag, expected=" or ".join(layout.parents)
            )
        if layout.flag not in chain:
            chain.append(layout.flag)

    def fields(
        self, record: Record, cells: Sequence[str], line: int
    ) -> Collection[int] | None:
        """Judge the fields; return places of damaged codes, None for a shifted record."""
        found: list[tuple[Field[Any], str, Problem]] = []
        dialect = record.dialect
        count = len(cells)
        for field, at, required, sound in self.judged(type(record)):
            if at >= count:
                continue
            text = cells[at]
            if text in sound or not (text or required):
                continue
            problem = field.problem(text, dialect) or mangled(field, text)
            if problem is not None:
                found.append((field, text, problem))
            elif len(sound) < _REMEMBERED:
                sound.add(text)
        if self.tail(record, len(found)):
            return None
        for field, text, problem in found:
            self.problem(problem, field, text, line + field.at + 1)
        for tail in type(record).repeated:
            for at, label, problem in tail.problems(cells, dialect):
                self.add(problem[0], line + at + 1, label, **problem[1])
        self.attached(record, line)
        return [field.at for field, _, one in found if one[0] is Code.MANGLED]

    def attached(self, record: Record, line: int) -> None:
        if isinstance(record, ThirdParty):
            attached = record.attached_accounts
            if record.main_account not in attached:
                self.add(
                    Code.ATTACHED,
                    line + ThirdParty.main_account.at + 1,
                    ThirdParty.main_account.label,
                    found=record.main_account,
                    expected=", ".join(attached),
                )

    def problem(self, problem: Problem, field: Field[Any], text: str, line: int) -> None:
        code, values = problem
        if code is Code.QUOTED:
            self.quoted.append((line, field.label, values))
        elif code is Code.LENGTH and utf8_in(text, self.stream.encoding):
            # Longer than it was: the damage itself is told.
            return
        elif code is Code.ENUM and field in _SIDES:
            self.graded("error", code, line, field.label, **values)
        else:
            self.add(code, line, field.label, **values)

    def judged(self, kind: type[Record]) -> list[Judged]:
        """Return the fields of `kind`, each with the texts that it is known to allow."""
        found = self.fields_of.get(kind)
        if found is None:
            found = [(x, x.at, x.required, set[str]()) for x in kind.own_fields]
            self.fields_of[kind] = found
        return found

    def key(self, record: Record, cells: Sequence[str], line: int) -> None:
        layout = record.layout
        if layout.singleton:
            key: tuple[str, ...] = (layout.flag,)
            shown, place, label = "", line, ""
        elif layout.key and max(layout.key) <= len(cells):
            key = (layout.flag, *(cells[number - 1].upper() for number in layout.key))
            shown, place = f" {' '.join(key[1:])}", line + layout.key[-1]
            label = _label(record, layout.key[-1] - 1)
        else:
            return
        first = self.keys.setdefault(key, line)
        if first != line:
            self.add(Code.DUPLICATE, place, label, flag=layout.flag, key=shown, first=first)

    def text(
        self, record: Record | None, cells: Sequence[str], line: int, *, typed: bool = False
    ) -> None:
        """Look for another code page, and for control characters where no field does."""
        told = False
        for at, cell in enumerate(cells):
            place = line + at + 1
            if not typed and (controls := CONTROL.findall(cell)):
                found = f"U+{ord(controls[0]):04X}"
                self.add(Code.CONTROL, place, _label(record, at), found=found)
            if cell.isascii():
                continue
            encoding = self.stream.encoding
            meant = utf8_in(cell, encoding)
            if meant:
                self.damage.add(cell, meant, place, _label(record, at))
            elif not told and odd(cell):
                # Once for a record: the whole file has it.
                told = True
                label = _label(record, at)
                name = encoding.upper()
                self.add(Code.CODE_PAGE, place, label, found=cell, encoding=name)


def _shift(first: str, last: str) -> str:
    if not first:
        return ""
    return (
        f", shifted from {first} on,"
        if first == last
        else (f", shifted from between {first} and {last} on,")
    )


def _label(record: Record | None, at: int) -> str:
    if record is None:
        return ""
    names = (field.label for field in type(record).own_fields if field.at == at)
    return next(names, f"field ({at + 1})")

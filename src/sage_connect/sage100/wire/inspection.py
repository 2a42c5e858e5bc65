"""Everything that is wrong with a file, found in one pass and in flat memory."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from importlib import import_module
from itertools import chain
from types import MappingProxyType
from typing import Any, Literal

import attrs

from ._generated.parties import ThirdParty
from .balance import Books, Totals
from .damage import odd_text, utf8_recipe
from .fields import Field
from .flat import Source, Stream, blocks_of
from .layout import Layout, Module
from .recognition import Kind, recognise
from .record import LINE_END, Record
from .sentences import Code, FileFault, Severity, fault
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
_LINE_END_NAMES = {"\r\n": "CR LF", "\n": "LF", "\r": "CR", "": "nothing"}


@attrs.frozen
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
        limit: Faults to list; one more says how many were left out.

    Raises:
        FileFormatError: Another kind of file, or a record without end.
        TypeError: The source does not give bytes.
    """
    blocks = blocks_of(source)
    start = next(blocks, b"")
    whole = chain((start,), blocks)
    kind = recognise(start, name).kind
    other = _OTHERS.get(kind)
    if other is not None:
        module = import_module(f"{__package__}.{other}")
        # A FEC writes its years out.
        years = {} if kind == "fec" else {"around": around}
        found: Inspection = module.inspect(whole, name=name, limit=limit, **years)
        return found
    stream = Stream(whole, name=name, encoding=encoding, around=around)
    return _Inspector(stream, limit).run()


class _Inspector:
    def __init__(self, stream: Stream, limit: int) -> None:
        self.stream = stream
        self.limit = limit
        self.faults: list[FileFault] = []
        self.more: dict[Severity, int] = {}
        self.by_flag: dict[str, int] = {}
        self.open_parents: list[str] = []
        self.keys: dict[tuple[str, ...], int] = {}
        self.fields_of: dict[type[Record], list[Judged]] = {}
        self.books = Books(self.add)

    def run(self) -> Inspection:
        self.header()
        before: Record | None = None
        for record in self.stream:
            if before is not None:
                self.record(before)
            before = record
        # The last one is judged with the knowledge that nothing follows.
        if before is not None:
            self.record(before, last=not self.stream.trailer)
        self.books.close()
        self.end(before)
        if self.more:
            worst: Severity = "error" if "error" in self.more else "warning"
            more = fault(Code.MORE, found=sum(self.more.values()))
            self.faults.append(attrs.evolve(more, severity=worst))
        dialect = self.stream.dialect
        return Inspection(
            format="flat",
            module=dialect.module,
            version=dialect.version,
            records=sum(self.by_flag.values()),
            records_by_flag=MappingProxyType(self.by_flag),
            totals=self.books.totals(),
            faults=tuple(self.faults),
        )

    def add(self, code: Code, line: int = 0, field: str = "", /, **values: object) -> None:
        self.put(fault(code, line, field, **values))

    def put(self, found: FileFault) -> None:
        if len(self.faults) < self.limit:
            self.faults.append(found)
        else:
            self.more[found.severity] = self.more.get(found.severity, 0) + 1

    # -------------------------------------------------------------- the envelope

    def header(self) -> None:
        header, dialect = self.stream.header, self.stream.dialect
        first = header.raw[:40].splitlines()[0] if header.raw else "a record"
        if header.other or not header.raw:
            self.add(Code.HEADER, 1, found=header.other or first)
        elif header.flg != "000":
            self.add(Code.FLG, 1, found=first)
        if dialect.version not in _KNOWN_VERSIONS[dialect.module]:
            self.add(Code.VERSION, min(2, header.lines), found=header.version_text or "")
        if dialect.module != "accounting":
            if header.currency is not None:
                module = dialect.module.replace("_", " ")
                self.add(Code.CURRENCY_PLACE, header.currency_line, module=module)
        elif not re.fullmatch(r"[A-Z]{3}", header.currency or ""):
            found = fault(Code.CURRENCY, header.currency_line, found=header.currency or "")
            self.put(attrs.evolve(found, severity="warning") if header.currency else found)
        if header.line_end != "\r\n":
            self.add(Code.LINE_END, found=_LINE_END_NAMES[header.line_end])
        elif set(LINE_END.findall(header.raw)) - {"\r\n"}:
            self.add(Code.LINE_END_MIXED, 1, found="LF or CR")
        self.text(None, LINE_END.split(header.raw), 0)

    def end(self, last: Record | None) -> None:
        trailer, line = self.stream.trailer, self.stream.trailer_line
        if not trailer:
            self.add(Code.NO_END)
            if last is not None and not last.end:
                self.add(Code.NO_LINE_END, last.line + len(last.cells()))
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
        fit = layout.fits(len(cells), self.stream.dialect.version)
        if fit != "yes":
            expected = layout.expected(self.stream.dialect.version)
            count = layout.count(self.stream.dialect.version) or layout.least
            code = Code.COUNT if fit == "no" else Code.COUNT_UNPROVEN
            if last and len(cells) < count:
                code = Code.TRUNCATED
            self.add(code, line, flag=flag, found=len(cells), expected=expected)
        typed = type(record) is not Record and fit != "no"
        if not typed or not record.text.isascii():
            self.text(record, cells, line, typed=typed)
        # The fields of a shifted record are not what their places say.
        if fit != "no":
            self.fields(record, cells, line)
            self.key(layout, cells, line)
        self.books.take(record, whole=fit != "no")

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

    def fields(self, record: Record, cells: Sequence[str], line: int) -> None:
        dialect = record.dialect
        count = len(cells)
        for field, at, required, sound in self.judged(type(record)):
            if at >= count:
                continue
            text = cells[at]
            if text in sound or not (text or required):
                continue
            problem = field.problem(text, dialect)
            if problem is not None:
                self.add(problem[0], line + at + 1, field.label, **problem[1])
            elif len(sound) < _REMEMBERED:
                sound.add(text)
        for tail in type(record).repeated:
            for at, label, problem in tail.problems(cells, dialect):
                self.add(problem[0], line + at + 1, label, **problem[1])
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

    def judged(self, kind: type[Record]) -> list[Judged]:
        """Return the fields of `kind`, each with the texts that it is known to allow."""
        found = self.fields_of.get(kind)
        if found is None:
            found = [(x, x.at, x.required, set[str]()) for x in kind.own_fields]
            self.fields_of[kind] = found
        return found

    def key(self, layout: Layout, cells: Sequence[str], line: int) -> None:
        if not layout.key or max(layout.key) > len(cells):
            return
        key = (layout.flag, *(cells[number - 1].upper() for number in layout.key))
        first = self.keys.setdefault(key, line)
        if first != line:
            shown = " ".join(key[1:])
            place = line + layout.key[-1]
            self.add(Code.DUPLICATE, place, flag=layout.flag, key=shown, first=first)

    def text(
        self, record: Record | None, cells: Sequence[str], line: int, *, typed: bool = False
    ) -> None:
        """Look for another code page, and for control characters where no field does."""
        for at, cell in enumerate(cells):
            place = line + at + 1
            if not typed and (controls := CONTROL.findall(cell)):
                found = f"U+{ord(controls[0]):04X}"
                self.add(Code.CONTROL, place, _label(record, at), found=found)
            if cell.isascii():
                continue
            encoding = self.stream.encoding
            recipe = utf8_recipe(cell, encoding)
            values = {"found": cell, "encoding": encoding.upper()}
            if recipe:
                self.add(Code.UTF8, place, _label(record, at), **values, recipe=recipe)
            elif odd_text(cell):
                self.add(Code.CODE_PAGE, place, _label(record, at), **values)
            else:
                continue
            # Once for a record: the whole file has it.
            return


def _label(record: Record | None, at: int) -> str:
    if record is None:
        return ""
    names = (field.label for field in type(record).own_fields if field.at == at)
    return next(names, f"field ({at + 1})")

"""Everything that is wrong with a PNM file, found in one pass and in flat memory."""

from __future__ import annotations

import re
from types import MappingProxyType

import attrs

from ..balance import DECIMALS, BookedSide, Books, Words, exact
from ..damage import utf8_of
from ..flat import Source
from ..inspection import Inspection
from ..listing import Listing
from ..sentences import FileFault
from ..values import AROUND, CONTROL, parse_day
from .judging import MAIN, line_faults, place_faults
from .lines import COLUMNS, COMPANY_WIDTH, PnmLine, decoded
from .reading import BOM, PnmStream, stream
from .sentences import SENTENCES, PnmCode, fault

__all__ = ("inspect",)

_LINE_END_NAMES = {b"\r\n": "CR LF", b"\n": "LF", b"\r": "CR", b"": "nothing"}
_LINE_ENDS = re.compile(rb"\r\n|\r|\n")
_EMPTY_LINES = 2
# Accents of code page 850 that are signs in Windows-1252, beside a letter: a habit of DOS
# programs, not a proof.
_DOS = re.compile(
    rb"[A-Za-z][\x81-\x84\x87-\x8b\x8d\x90]|[\x81-\x84\x87-\x8b\x8d\x90][A-Za-z]"
)

_WORDS = Words(
    piece=PnmCode.BALANCE_PIECE,
    month=PnmCode.BALANCE_MONTH,
    dates=PnmCode.PIECE_DATES,
    twice=PnmCode.TWICE,
    piece_field=COLUMNS["reference"].label,
    date_field=COLUMNS["date"].label,
    date_at=0,
    amount_field=COLUMNS["amount"].label,
)


def inspect(
    source: Source, *, name: str = "", around: int = AROUND, limit: int = 1000
) -> Inspection:
    """Read a file once and report everything wrong with it.

    A cut inside a line is an error; a file cut between two lines is told by its sums, or
    else by its number of lines alone: a note gives that number, always.

    Args:
        source: Bytes, a file opened in binary mode, or blocks of bytes of any size.
        name: The file's name, for messages.
        around: Two-digit years are read from 50 before this year to 49 after.
        limit: Faults of one code to list; one more says how many were left out.

    Returns:
        What was found; `records_by_flag` counts lines by their type: G (blank too), X, A
        and E.

    Raises:
        FileFormatError: Another kind of file, or a line without end.
        TypeError: The source does not give bytes.
    """
    return _Inspector(stream(source, name=name, around=around), limit).run()


class _Inspector:
    def __init__(self, lines: PnmStream, limit: int) -> None:
        self.lines = lines
        self.listing = Listing(limit)
        self.kinds: dict[str, int] = {}
        self.count = 0
        self.accents_told = False
        self.parent: PnmLine | None = None
        # After a line that cannot be read, nobody knows what the next ones belong to.
        self.lost = False
        self.plans: dict[str, _Sum] = {}
        self.instalments: _Sum | None = None
        # A piece is what has one journal, day and reference, as far as the file tells.
        self.books = Books(self.add, _WORDS)
        self.currency = ""

    def run(self) -> Inspection:
        self.head()
        before: PnmLine | None = None
        for line in self.lines:
            if before is not None:
                self.line(before)
            before = line
        # The last one is judged with the knowledge that nothing follows.
        if before is not None:
            self.line(before, last=not self.lines.tail)
        self.close()
        self.books.close()
        self.end()
        more = SENTENCES[PnmCode.MORE]
        return Inspection(
            format="pnm",
            module="accounting",
            version=None,
            records=sum(self.kinds.values()),
            records_by_flag=MappingProxyType(self.kinds),
            totals=self.books.totals(),
            faults=self.listing.close(
                FileFault(more.severity, PnmCode.MORE.value, 0, "", more.text)
            ),
        )

    def add(
        self, code: PnmCode, line: int = 0, field: str = "", /, **values: object
    ) -> None:
        self.put(fault(code, line, field, **values))

    def put(self, found: FileFault) -> None:
        self.listing.put(found)

    # -------------------------------------------------------------- the envelope

    def head(self) -> None:
        lines = self.lines
        raw = lines.head.rstrip(b"\r\n")
        if raw.startswith(BOM):
            self.add(PnmCode.BOM, 1)
            raw = raw.removeprefix(BOM)
        name = raw.rstrip(b" ")
        if lines.movement_first:
            self.add(PnmCode.COMPANY_MISSING, 1)
        elif not 1 <= len(name) <= COMPANY_WIDTH:
            self.add(PnmCode.COMPANY, 1, found=decoded(name), limit=COMPANY_WIDTH)
        if control := CONTROL.search(decoded(raw)):
            self.add(PnmCode.CONTROL, 1, found=f"U+{ord(control[0]):04X}")
        if lines.line_end != b"\r\n":
            self.add(PnmCode.LINE_END, 1, found=_LINE_END_NAMES[lines.line_end])
        end = lines.head[len(lines.head.rstrip(b"\r\n")) :]
        self.line_end(1, end, last=False)
        if text := utf8_of(raw):
            self.add(PnmCode.UTF8, 1, found=text)
        else:
            self.accents(raw, 1)

    def line_end(self, line: int, end: bytes, *, last: bool) -> None:
        if end == self.lines.line_end:
            return
        if last or not end:
            self.add(PnmCode.NO_LINE_END, line)
        else:
            expected = _LINE_END_NAMES[self.lines.line_end]
            found = _LINE_END_NAMES[end]
            self.add(PnmCode.LINE_END_MIXED, line, found=found, expected=expected)

    def accents(self, raw: bytes, line: int) -> None:
        """Tell of characters beyond ASCII, once: the whole file has them or none."""
        if raw.isascii() or self.accents_told:
            return
        self.accents_told = True
        at = next(at for at, byte in enumerate(raw) if byte > 0x7F)  # noqa: PLR2004 - ASCII
        place = next((x for x in COLUMNS.values() if x.at <= at < x.end and line > 1), None)
        part = raw[place.at : place.end] if place else raw
        label = place.label if place else ""
        found = decoded(part).strip()
        if _DOS.search(part):
            other = part.decode("cp850").strip()
            self.add(PnmCode.CODE_PAGE, line, label, found=found, other=other)
        else:
            self.add(PnmCode.NOT_ASCII, line, label, found=found)

    def end(self) -> None:
        tail = _LINE_ENDS.findall(self.lines.tail)
        last = self.count + 1 + len(tail)
        if len(tail) > _EMPTY_LINES:
            self.add(PnmCode.EMPTY_END, last, found=len(tail))
        for number, end in enumerate(tail, last - len(tail) + 1):
            self.line_end(number, end, last=number == last)
        if not self.count:
            self.add(PnmCode.NO_MOVEMENT, 1)
        else:
            self.add(PnmCode.NO_TRAILER, found=self.count)

    # -------------------------------------------------------------- one line

    def line(self, line: PnmLine, *, last: bool = False) -> None:
        self.count += 1
        name = line.raw.strip(b" ")
        if name and name == self.lines.head.strip(b" \r\n"):
            self.close()
            self.parent, self.lost = None, True
            self.add(PnmCode.COMPANY_AGAIN, line.line)
            return
        found = [*line_faults(line, self.lines.width)]
        for one in found:
            self.put(one)
        shaped = bool(line.raw) and len(line.raw) == self.lines.width
        if shaped or line.end:
            self.line_end(line.line, line.end, last=last)
        if any(one.code in _SHAPELESS for one in found):
            self.close()
            self.parent, self.lost = None, True
            if line.raw.strip(b" \t"):
                self.books.lose()
            return
        self.accents(line.raw, line.line)
        kind = line.kind
        self.kinds[kind] = self.kinds.get(kind, 0) + 1
        if kind in MAIN:
            self.close()
            self.parent, self.lost = line, False
            self.book(line)
        elif kind in {"A", "E"} and not self.lost:
            faults = [*place_faults(line, self.parent)]
            for one in faults:
                self.put(one)
            if all(one.code != PnmCode.PARENT.value for one in faults):
                self.part(line, kind)

    def book(self, line: PnmLine) -> None:
        """Count a general or third-party line towards its piece and month."""
        journal, day, piece = key = line["journal"], line["date"], line["reference"]
        side, amount = _SIDES.get(line["side"]), units(line)
        if side is None or amount is None:
            self.books.spoil(journal, piece)
            return
        currency = line["amount_currency"]
        self.currency = self.currency or currency
        if currency and currency != self.currency:
            self.books.spoil(journal, piece)
            self.add(
                PnmCode.CURRENCY_MIXED,
                line.line,
                COLUMNS["amount_currency"].label,
                found=currency,
                expected=self.currency,
            )
            return
        try:
            parse_day(day, line.around)
        except ValueError:
            self.books.spoil(journal, piece)
            self.books.total(journal, side, amount, line.line)
            return
        texts = (line["account"], line["party"], line["label"], line["side"])
        self.books.take(key, side, amount, hash((key, texts, amount)), line.line)

    def part(self, line: PnmLine, kind: str) -> None:
        """Count an A or E line towards the line that it belongs to."""
        if kind == "A":
            found = self.plans.setdefault(line["plan"].strip(" "), _Sum(line.line))
        else:
            found = self.instalments = self.instalments or _Sum(line.line)
        amount = units(line)
        found.readable = found.readable and amount is not None
        found.amount += amount or 0

    def close(self) -> None:
        """Compare the A and E lines of a line with it, now that they are all known."""
        parent = self.parent
        expected = None if parent is None else units(parent)
        if parent is not None and expected is not None:
            label = COLUMNS["amount"].label
            for plan, found in self.plans.items():
                if found.readable and found.amount != expected:
                    self.add(
                        PnmCode.ANALYTIC_SUM,
                        found.line,
                        label,
                        plan=plan or "(main)",
                        found=exact(found.amount),
                        parent=parent.line,
                        expected=exact(expected),
                    )
            due = self.instalments
            if due is not None and due.readable and due.amount != expected:
                self.add(
                    PnmCode.INSTALMENT_SUM,
                    due.line,
                    label,
                    found=exact(due.amount),
                    parent=parent.line,
                    expected=exact(expected),
                    account=parent["account"],
                )
        self.plans.clear()
        self.instalments = None


def units(line: PnmLine) -> int | None:
    """Return the amount as whole millionths; None where it cannot be read."""
    whole, _, rest = line["amount"].partition(".")
    digits = whole.removeprefix("-") + rest
    if not (digits.isascii() and digits.isdecimal()) or len(rest) > DECIMALS:
        return None
    return int(whole + rest.ljust(DECIMALS, "0"))


_SIDES: dict[str, BookedSide] = {"D": "debit", "C": "credit"}


@attrs.define
class _Sum:
    line: int
    amount: int = 0
    readable: bool = True


_SHAPELESS = {
    code.value
    for code in (
        PnmCode.BLANK_LINE,
        PnmCode.EMPTY_LINE,
        PnmCode.UTF8,
        PnmCode.TRUNCATED,
        PnmCode.LENGTH,
        PnmCode.LENGTH_MIXED,
        PnmCode.LINE_TYPE,
    )
}

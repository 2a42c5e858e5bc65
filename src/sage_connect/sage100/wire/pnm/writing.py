"""Neutral rows as a PNM file that Sage imports."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Literal, get_args

from ....errors import CodecError, UnsupportedError
from ..fitting import Fitter
from ..rows import EntryRow, Losses, RowShare
from ..spelling import SPELT, plainer
from ..values import AROUND
from .entries import COPIED, ENTRY_KINDS, EXTRA, KEPT
from .judging import line_faults, place_faults
from .lines import (
    COLUMNS,
    COMPANY_WIDTH,
    ColumnName,
    PnmEncoding,
    PnmLine,
    amount_text,
    currency_amount_text,
    day_text,
    encoded,
    fitted,
)
from .sentences import PnmCode, refuse, refuse_found

__all__ = ("WRITTEN_WIDTHS", "ReferenceField", "Width", "write")

Width = Literal[138, 199]
"""Length of the lines: what Sage itself exports, without or with currencies and plans."""
WRITTEN_WIDTHS: tuple[Width, ...] = get_args(Width)

ReferenceField = Literal["invoice_number", "piece", "reference"]
"""Fields of a row that may stand in the one reference column."""

Cells = dict[ColumnName, str]

_KIND_LETTERS = {kind: letter for letter, kind in ENTRY_KINDS.items()}
_LABEL = COLUMNS["label"].width
_PLANS = range(1, 11)
_NUMBERS = 10 ** COLUMNS["entry_number"].width
_BLOCK = 1024
_ISO = re.compile(r"[A-Z]{3}|")
_HINT = ", or write the file with encoding='cp1252'"
# What a line has no column for, whatever its length.
_PLACELESS = (
    "journal_name",
    "number",
    "account_name",
    "third_party_name",
    "parity",
    "quantity",
    "tax_code",
    "lettering",
    "lettered_on",
    "validated_on",
    "entered_on",
)


def write(
    rows: Iterable[EntryRow],
    *,
    company: str,
    losses: Losses,
    width: Width = 199,
    encoding: PnmEncoding = "ascii",
    currency: str = "EUR",
    main_plan: int = 1,
    references: Sequence[ReferenceField] = ("invoice_number", "piece", "reference"),
    around: int = AROUND,
) -> Iterator[bytes]:
    """Write rows as a file for Sage's import of the format "Ecritures Sage".

    Labels are cut at 25 characters; in labels and references, accents are dropped and line
    breaks become blanks. All of it is told to `losses`, with all else that a row has and a
    line has no column for. Journals, accounts, third parties, sections and amounts are
    never cut, rounded or respelled, and references never cut: they are refused. Amounts
    below zero stay so. No rule of accounting is checked: see `inspect`.

    Args:
        rows: In the order of the file; the lines of a piece after each other. May be
            endless: memory stays flat.
        company: The company's name, at most 30 characters.
        losses: Is told what the file does not say. Complete when all is written.
        width: 138, or 199 with currencies and the numbers of analytic plans.
        encoding: `ascii`, as files from Sage are; `cp1252` keeps accents. Inferred: one
            exporter in use writes it, Sage's description does not say.
        currency: ISO 4217 code of the base currency, written on each line of 199; "" for
            none.
        main_plan: Number of the plan marked as main in Sage: stands for plan 0 in lines of
            199, and is the only one in lines of 138.
        references: The first of these that is not empty stands in the reference column,
            which Sage makes the piece and the invoice number of. The others are lost.
        around: Two-digit years are those from 50 before this year to 49 after.

    Yields:
        Blocks of bytes.

    Raises:
        UnsupportedError: Another width.
        CodecError: A value that does not fit, with the row's place as `path`, counted from
            0 (`/3/account`), and the line that it was read from; no row at all; a
            company's name that is blank or too long.
        TypeError: A value of the wrong type.
    """
    if width not in WRITTEN_WIDTHS:
        raise UnsupportedError(
            f"PNM lines of {width} characters are read but not written.",
            fix=f"Write {' or '.join(map(str, WRITTEN_WIDTHS))}.",
        )
    if not _ISO.fullmatch(currency):
        raise refuse(PnmCode.CURRENCY, path="currency", found=currency)
    if main_plan not in _PLANS:
        raise refuse(PnmCode.PLAN, path="main_plan", found=main_plan, line="N")
    writer = _Writer(losses, width, encoding, currency, main_plan, references, around)
    name = writer.text(company, "company", "company", 0)
    if not 1 <= len(name) <= COMPANY_WIDTH:
        raise refuse(PnmCode.COMPANY, path="company", found=name, limit=COMPANY_WIDTH)
    head = encoded(name.ljust(COMPANY_WIDTH), encoding, path="company")
    return _blocks(head + b"\r\n", rows, writer)


def _blocks(head: bytes, rows: Iterable[EntryRow], writer: _Writer) -> Iterator[bytes]:
    lines = chain.from_iterable(writer.lines(at, row) for at, row in enumerate(rows))
    first = next(lines, None)
    if first is None:
        # Sage would answer nothing to such a file, and nobody would know why.
        raise refuse(PnmCode.NO_MOVEMENT, path="rows")
    batch = [head, first]
    for line in lines:
        batch.append(line)
        if len(batch) >= _BLOCK:
            yield b"".join(batch)
            batch.clear()
    yield b"".join(batch)


class _Writer:
    def __init__(  # noqa: PLR0917 - all of them decided by `write`
        self,
        losses: Losses,
        width: Width,
        encoding: PnmEncoding,
        currency: str,
        main_plan: int,
        references: Sequence[ReferenceField],
        around: int,
    ) -> None:
        self.losses = losses
        self.width: Width = width
        self.encoding: PnmEncoding = encoding
        self.currency = currency
        self.main_plan = main_plan
        self.references: Sequence[ReferenceField] = references
        self.around = around
        self.fitter = Fitter(encoding, losses)
        self.long = width >= COLUMNS["unused_section"].end

    def lines(self, index: int, row: EntryRow) -> Iterator[bytes]:
        """Make the lines of a row; a refusal names the line that it was read from."""
        try:
            yield from self._lines(index, row)
        except CodecError as error:
            if not row.line:
                raise
            told = f"line {row.line} of the file read: {error.message}"
            raise CodecError(told, path=error.path, code=error.code) from error

    def _lines(self, index: int, row: EntryRow) -> Iterator[bytes]:
        path = f"/{index}"
        extra = dict(row.extra)
        cells = self._main(row, path, index)
        for name in KEPT:
            if (text := extra.pop(f"{EXTRA}{name}", None)) is not None:
                self._keep(row, cells, name, f"{EXTRA}{name}", text, path)
        if not row.third_party and (stray := extra.pop(f"{EXTRA}party", "")):
            cells["party"] = stray
        parent = self._line(cells, path, None)
        yield bytes(parent)
        for kind, number, child in self._children(row, cells, path):
            prefix = f"{EXTRA}{kind}{number}."
            for key in [key for key in extra if key.startswith(prefix)]:
                for name in COLUMNS:
                    if key == prefix + name:
                        self._keep(row, child, name, key, extra.pop(key), path)
            yield bytes(self._line(child, f"{path}/{kind}{number}", parent))
        for key, text in extra.items():
            reason = "A PNM line has no column of this name."
            self.losses.add(key, reason, line=row.line, value=text)

    # ---------------------------------------------------------------- the line itself

    def _main(self, row: EntryRow, path: str, index: int) -> Cells:
        self._lose(row)
        cells: Cells = {
            "journal": self.code(row.journal, "journal", path),
            "date": day_text(row.date, path=f"{path}/date", around=self.around),
            "piece_type": self.code(row.piece_type, "piece_type", path),
            "account": self.code(row.account, "account", path),
            "line_type": "X" if row.third_party else "",
            "party": self.code(row.third_party, "party", path, "third_party"),
            "reference": self._reference(row, path),
            "label": self._label(row, path),
            "method": self._method(row.method, row),
            "due": self._due(row, path),
            "side": "D" if row.debit else "C",
            "amount": amount_text(row.amount, path=f"{path}/amount"),
            "entry_kind": _KIND_LETTERS[row.kind],
            "entry_number": str((index + 1) % _NUMBERS),
            "amount_currency": self.currency,
        }
        if not row.amount:
            reason = "Sage skips lines of amount 0 without a word."
            self.losses.add("amount", reason, line=row.line, value=row.amount)
        self._in_currency(row, cells, path)
        return cells

    def _lose(self, row: EntryRow) -> None:
        for name in _PLACELESS:
            value = getattr(row, name)
            if value is not None and value != "":
                reason = "A PNM line has no column for it."
                self.losses.add(name, reason, line=row.line, value=value)
        if row.piece_date not in {None, row.date}:
            reason = "A PNM line has one date, that of the entry."
            self.losses.add("piece_date", reason, line=row.line, value=row.piece_date)

    def _reference(self, row: EntryRow, path: str) -> str:
        given: dict[ReferenceField, str] = {
            "invoice_number": row.invoice_number,
            "piece": row.piece,
            "reference": row.reference,
        }
        chosen: ReferenceField | None = next(
            (name for name in self.references if given[name]), None
        )
        for name, text in given.items():
            if text and (chosen is None or text != given[chosen]):
                reason = "A PNM line has one reference, and another number stands there."
                self.losses.add(name, reason, line=row.line, value=text)
        if chosen is None:
            return ""
        text = self.text(given[chosen], chosen, f"{path}/{chosen}", row.line)
        return fitted(text, "reference", path=f"{path}/{chosen}").rstrip(" ")

    def _label(self, row: EntryRow, path: str) -> str:
        text = self.fitter.cut("label", row.label, _LABEL, line=row.line)
        encoded(text, self.encoding, path=f"{path}/label", hint=self._hint())
        return text

    def _method(self, method: str, row: EntryRow) -> str:
        if len(method) == 1 and method.isascii() and method.isalpha():
            return method
        if not method:
            return ""
        letter = plainer(method[0], "ascii")[:1].upper()
        if not (letter.isascii() and letter.isalpha()):
            reason = (
                "A PNM line has the first letter of the method's name, and this has none."
            )
            self.losses.add("method", reason, line=row.line, value=method)
            return ""
        reason = "A PNM line has only the first letter of the method's name."
        self.losses.add("method", reason, line=row.line, value=method)
        return letter

    def _due(self, row: EntryRow, path: str) -> str:
        if row.due is None:
            return ""
        return day_text(row.due, path=f"{path}/due", around=self.around)

    def _in_currency(self, row: EntryRow, cells: Cells, path: str) -> None:
        if row.currency_amount is not None and self.long and not row.currency:
            reason = "The ISO code of the currency is not known, which a PNM line needs."
            amount = row.currency_amount
            self.losses.add("currency_amount", reason, line=row.line, value=amount)
            return
        if row.currency_amount is not None and self.long:
            place = f"{path}/currency_amount"
            cells["currency_amount"] = currency_amount_text(row.currency_amount, path=place)
            cells["currency"] = row.currency
            return
        if row.currency_amount is not None:
            reason = f"Lines of {self.width} characters have no amount in currency."
            value = f"{row.currency_amount} {row.currency}"
            self.losses.add("currency_amount", reason, line=row.line, value=value)
        elif row.currency:
            reason = "A PNM line names a currency only beside an amount in it."
            self.losses.add("currency", reason, line=row.line, value=row.currency)

    def _keep(  # noqa: PLR0917 - a column, what it is called, and where it stands
        self,
        row: EntryRow,
        cells: Cells,
        name: ColumnName,
        key: str,
        text: str,
        path: str,
    ) -> None:
        """Put back what a PNM file had, or say that these lines have no place for it."""
        if COLUMNS[name].end <= self.width:
            cells[name] = text
        elif name == "amount_currency" and text and text != self.currency:
            # Without its currency the amount would be another.
            raise refuse(
                PnmCode.COLUMN,
                path=f"{path}/{key}",
                width=self.width,
                found=name,
                expected=f"amounts in {self.currency or 'the base currency'} only",
            )
        elif name != "amount_currency":
            reason = f"Lines of {self.width} characters have no such column."
            self.losses.add(key, reason, line=row.line, value=text)

    # ---------------------------------------------------------------- A and E lines

    def _children(
        self, row: EntryRow, parent: Cells, path: str
    ) -> Iterator[tuple[str, int, Cells]]:
        for number, share in enumerate(row.shares, 1):
            if (plan := self._plan(share, row)) is not None:
                place = f"{path}/shares/{number - 1}"
                cells = self._child("A", parent)
                cells["party"] = self.code(share.section, "party", place, "section")
                cells["amount"] = amount_text(share.amount, path=f"{place}/amount")
                cells["plan"] = str(plan)
                yield "A", number, cells
        if row.instalments and not row.third_party:
            reason = "Only a PNM line with a third party has instalments."
            value = len(row.instalments)
            self.losses.add("instalments", reason, line=row.line, value=value)
            return
        for number, part in enumerate(row.instalments, 1):
            place = f"{path}/instalments/{number - 1}"
            cells = self._child("E", parent)
            cells["method"] = self._method(part.method, row)
            cells["due"] = day_text(part.due, path=f"{place}/due", around=self.around)
            cells["amount"] = amount_text(part.amount, path=f"{place}/amount")
            yield "E", number, cells

    def _child(self, kind: Literal["A", "E"], parent: Cells) -> Cells:
        cells: Cells = {name: parent[name] for name in COPIED[kind]}
        cells["line_type"] = kind
        return cells

    def _plan(self, share: RowShare, row: EntryRow) -> int | None:
        """Return the plan's number; None, and a loss, where the lines cannot have it."""
        if share.quantity is not None:
            reason = "An analytic PNM line has no quantity."
            self.losses.add("quantity", reason, line=row.line, value=share.quantity)
        plan = share.plan or self.main_plan
        if plan in _PLANS and (self.long or plan == self.main_plan):
            if self.long and not share.plan:
                reason = f"The file read names no plan; plan {plan} is written."
                line = share.line or row.line
                self.losses.add("shares.plan", reason, line=line, value=share.section)
            return plan
        reason = (
            "PNM lines have plans 1 to 10."
            if self.long
            else f"Lines of {self.width} characters have sections of the main plan only."
        )
        value = f"{share.section} of plan {plan}: {share.amount}"
        self.losses.add("shares", reason, line=row.line, value=value)
        return None

    # ---------------------------------------------------------------- text

    def code(self, text: str, name: ColumnName, path: str, field: str = "") -> str:
        """Return a code that Sage has to find: as it is, or refused."""
        place = f"{path}/{field or name}"
        if not (text.isascii() and text.isprintable()):
            encoded(text, self.encoding, path=place, hint=self._hint())
        if text != text.strip(" "):
            raise refuse(PnmCode.BLANKS, path=place, found=text)
        fitted(text, name, path=place)
        return text

    def text(self, text: str, field: str, path: str, line: int) -> str:
        """Return a name or number spelt in the characters of the file, whole."""
        spelled = self.fitter.cut(field, text, len(text) * SPELT, line=line)
        encoded(spelled, self.encoding, path=path, hint=self._hint())
        return spelled

    def _hint(self) -> str:
        return _HINT if self.encoding == "ascii" else ""

    def _line(self, cells: Cells, path: str, parent: PnmLine | None) -> PnmLine:
        """Make a line, and refuse one that a reader would refuse."""
        texts = {
            name: fitted(cells.get(name, ""), name, path=f"{path}/{name}")
            for name, place in COLUMNS.items()
            if place.end <= self.width
        }
        text = "".join(texts.values())
        if text.isascii() and text.isprintable():
            data = text.encode("ascii")
        else:
            data = b"".join(
                encoded(one, self.encoding, path=f"{path}/{name}")
                for name, one in texts.items()
            )
        line = PnmLine(data, around=self.around)
        beside = () if parent is None else place_faults(line, parent)
        for one in chain(line_faults(line, self.width), beside):
            if one.severity == "error":
                place = f"{path}/{one.field.partition(' ')[0]}"
                raise refuse_found(one, place)
        return line

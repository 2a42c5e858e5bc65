"""Rows of entries as a FEC: strict about what the law asks for, in flat memory."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Context, Decimal
from itertools import islice
from types import MappingProxyType
from typing import Literal

from ....errors import UnsupportedError
from ..fitting import shown
from ..rows import EntryRow, Losses
from ..spelling import plainer
from .cells import amount_text, day_text
from .columns import ADDED, THIRD_PARTIES, names_of
from .faults import Code, refuse
from .reading import OPENING_JOURNALS, is_opening

__all__ = ("AmountColumns", "Encoding", "Regime", "write")

Encoding = Literal["utf-8", "iso8859-15", "ascii"]
"""Encoding of the text of a FEC; the law names the last two (and EBCDIC)."""

AmountColumns = Literal["debit_credit", "montant_sens"]
"""Two columns of amounts, or one and a column of its side."""

Regime = Literal["general", "BA", "BNC"]
"""Whose books: 18 columns, 21 for farms on a cash basis, 22 for professions on one."""

_REGIMES: Mapping[str, int] = {"general": 0, "BA": 3, "BNC": 4}
_SEPARATORS = ("\t", "|")
_ENCODINGS = ("utf-8", "iso8859-15", "ascii")
_NO_NAMES: Mapping[str, str] = MappingProxyType({})
_BATCH = 1024
_OPEN = 10_000
# Line breaks, tabs and other controls, no-break spaces: none of them belongs in a text.
_ODD = re.compile(r"[\x00-\x1f\x7f-\x9f\xa0\u2007\u2028\u2029\u202f\ufeff]")
# What rows may say and the general FEC has no column for.
_NO_COLUMN = (
    "piece_type",
    "due",
    "method",
    "parity",
    "quantity",
    "tax_code",
    "entered_on",
    "shares",
    "instalments",
)
_NO_COLUMN_REASON = "a FEC has no column for it"
_EMPTY = ("", "")
# Sums are exact, whatever the context of the caller.
_SUMS = Context(prec=100)
Group = tuple[str, str, dt.date]


def write(
    rows: Iterable[EntryRow],
    *,
    losses: Losses,
    separator: str = "\t",
    encoding: Encoding = "utf-8",
    amounts: AmountColumns = "debit_credit",
    regime: Regime = "general",
    base: str = "EUR",
    transliterate: bool = False,
    journal_names: Mapping[str, str] = _NO_NAMES,
    account_names: Mapping[str, str] = _NO_NAMES,
    third_party_names: Mapping[str, str] = _NO_NAMES,
) -> Iterator[bytes]:
    """Write rows as a FEC: CR LF, no byte order mark, dates AAAAMMJJ, decimal commas.

    EcritureNum is the row's `number`. Where the first row has none, entries are numbered 1,
    2, 3 in the order in which they come: rows of one journal, piece (or invoice number) and
    day are one entry; without either, an entry ends where its rows balance.
    PieceRef is the invoice number, else the piece, else the reference; PieceDate is the day
    of the proof, else of the entry. Rows come in the order of validation, opening ones
    first: nothing is sorted here.

    Told to `losses` and not written: what has no column; simulated rows; a third party on
    an account that does not begin with 40 or 41; an amount in the currency of the books.
    Told and written otherwise: line breaks, tabs, no-break spaces and other controls in
    texts (a blank each), transliterated letters. Told and written: opening rows behind
    others, or in a journal that does not say so; a field left empty that the law demands.

    Args:
        rows: As of `rows`, or of another format. May be endless: memory stays flat.
        losses: Takes what the file does not say as the rows do.
        separator: A tab, or a vertical bar.
        encoding: What it lacks is refused, or spelt otherwise: never replaced unseen.
        amounts: Columns of the amounts.
        regime: General, or the cash-basis books of farms (BA) and professions (BNC).
        base: ISO 4217 code of the currency of the books.
        transliterate: Write letters that `encoding` lacks without accents, or in two.
        journal_names: Names of journals for rows that have none.
        account_names: Names of accounts for rows that have none.
        third_party_names: Names of third parties for rows that have none.

    Yields:
        Blocks of bytes, the first line first.

    Raises:
        UnsupportedError: A separator or encoding that the law does not know (at once).
        CodecError: A row without an account, or without a number where the first has one;
            a character that the encoding lacks; an amount that cannot be written.
        TypeError: A date or amount of another type.
    """
    if separator not in _SEPARATORS:
        raise UnsupportedError(
            f"A FEC is separated by tabs or vertical bars, not by {separator!r}.",
            fix='Ask for separator="\\t".',
        )
    if encoding not in _ENCODINGS:
        raise UnsupportedError(
            f"A FEC is not written in {encoding}.",
            fix=f"Ask for one of {', '.join(_ENCODINGS)}.",
        )
    writer = _Writer(losses, separator, encoding, regime, base)
    writer.sided = amounts == "montant_sens"
    writer.transliterate = transliterate
    writer.titles = (journal_names, account_names, third_party_names)
    return writer.run(rows)


class _Writer:
    sided = False
    transliterate = False
    titles: tuple[Mapping[str, str], ...] = (_NO_NAMES,) * 3

    def __init__(
        self, losses: Losses, separator: str, encoding: str, regime: Regime, base: str
    ) -> None:
        self.losses = losses
        self.separator = separator
        self.encoding = encoding
        self.added = ADDED[: _REGIMES[regime]]
        self.base = base
        self.count = 0
        self.opened = True
        self.numbers: _Numbers | None = None

    def run(self, rows: Iterable[EntryRow]) -> Iterator[bytes]:
        names = names_of(sided=self.sided, added=len(self.added))
        yield (self.separator.join(names) + "\r\n").encode("ascii")
        lines = self.lines(rows, names)
        while batch := list(islice(lines, _BATCH)):
            yield "".join(batch).encode(self.encoding)

    def lines(self, rows: Iterable[EntryRow], names: tuple[str, ...]) -> Iterator[str]:
        separator, encoding = self.separator, self.encoding
        for row in rows:
            self.count += 1
            if row.kind == "simulation":
                reason = "simulated rows are no part of the books, and are left out"
                self.lose(row, "kind", reason, row.kind)
                continue
            cells = self.cells(row)
            text = "".join(cells)
            if not (
                text.isprintable()
                and separator not in text
                and (text.isascii() or encoding == "utf-8")
            ):
                cells = [
                    cell
                    if cell.isascii() and cell.isprintable() and separator not in cell
                    else self.fitted(cell, name, row)
                    for cell, name in zip(cells, names, strict=True)
                ]
            yield f"{separator.join(cells)}\r\n"

    def cells(self, row: EntryRow) -> list[str]:
        if type(row.date) is not dt.date:
            raise TypeError(f"row {self.count}: expected a date, found {row.date!r}")
        if not row.account:
            raise refuse(Code.EMPTY, path=f"row {self.count}: CompteNum")
        if row.extra or any(getattr(row, field) for field in _NO_COLUMN):
            self.unsaid(row)
        journals, accounts, parties = self.titles
        journal_name = row.journal_name or journals.get(row.journal, "")
        account_name = row.account_name or accounts.get(row.account, "")
        self.order(row, journal_name)
        for name, value in (("account_name", account_name), ("label", row.label)):
            if not value:
                reason = "the law demands it, the row has none, and the field stays empty"
                self.lose(row, name, reason, row.account)
        party, party_name = row.third_party, row.third_party_name
        if party or party_name:
            if row.account.startswith(THIRD_PARTIES):
                party_name = party_name or parties.get(party, "")
            else:
                reason = "a FEC has third parties on accounts 40 and 41 only"
                self.lose(row, "third_party", reason, party or party_name)
                party = party_name = ""
        amount = amount_text(row.amount, f"row {self.count}: Montant")
        if self.sided:
            side = (amount, "D" if row.debit else "C")
        else:
            side = (amount, "0,00") if row.debit else ("0,00", amount)
        foreign = _EMPTY
        if row.currency or row.currency_amount is not None:
            foreign = self.foreign(row)
        cells = [
            row.journal,
            journal_name,
            self.number(row),
            day_text(row.date),
            row.account,
            account_name,
            party,
            party_name,
            self.proof(row),
            day_text(row.piece_date or row.date),
            row.label,
            *side,
            row.lettering,
            day_text(row.lettered_on) if row.lettered_on else "",
            day_text(row.validated_on) if row.validated_on else "",
            *foreign,
        ]
        cells.extend(
            row.method if name == "ModeRglt" else row.extra.get(name, "")
            for name in self.added
        )
        return cells

    # -------------------------------------------------------------- what a row says

    def lose(self, row: EntryRow, field: str, reason: str, value: object) -> None:
        self.losses.add(field, reason, line=row.line, value=shown(value))

    def unsaid(self, row: EntryRow) -> None:
        """Tell what no column is for."""
        for field in _NO_COLUMN:
            value = getattr(row, field)
            if value and not (field == "method" and self.added):
                self.lose(row, field, _NO_COLUMN_REASON, value)
        for name, value in row.extra.items():
            if name not in self.added or name == "ModeRglt":
                self.lose(row, name, _NO_COLUMN_REASON, value)

    def order(self, row: EntryRow, journal_name: str) -> None:
        if row.kind != "opening":
            self.opened = False
            return
        if not self.opened:
            reason = "opening entries were expected before all others; sort the rows"
            self.lose(row, "kind", reason, row.kind)
        if not is_opening(row.journal, journal_name, OPENING_JOURNALS):
            reason = "a FEC tells opening entries by their journal, and this is another"
            self.lose(row, "kind", reason, row.journal)

    def number(self, row: EntryRow) -> str:
        if self.numbers is None:
            self.numbers = _Numbers(given=bool(row.number))
        if self.numbers.given:
            if not row.number:
                raise refuse(Code.EMPTY, path=f"row {self.count}: EcritureNum")
            return row.number
        if row.number:
            reason = "entries are numbered anew, since the first row has no number"
            self.lose(row, "number", reason, row.number)
        return self.numbers.of(row)

    def proof(self, row: EntryRow) -> str:
        """Return the reference of the proof, and tell what else there was."""
        found = row.invoice_number or row.piece or row.reference
        for field, value in (("piece", row.piece), ("reference", row.reference)):
            if value and value != found:
                reason = "a FEC has one reference, which another field gives"
                self.lose(row, field, reason, value)
        return found

    def foreign(self, row: EntryRow) -> tuple[str, str]:
        """Return amount and currency where it is a foreign one."""
        value, currency = row.currency_amount, row.currency
        if currency in {"", self.base}:
            if value is not None and abs(value) != abs(row.amount):
                reason = "a FEC gives amounts in foreign currencies only"
                self.lose(row, "currency_amount", reason, value)
            return _EMPTY
        if value is None:
            reason = "a FEC gives a currency with its amount only"
            self.lose(row, "currency", reason, currency)
            return _EMPTY
        return amount_text(value, f"row {self.count}: Montantdevise"), currency

    # -------------------------------------------------------------- texts

    def fitted(self, cell: str, name: str, row: EntryRow) -> str:
        """Return a text that the file can hold, and tell what was changed."""
        clean = _ODD.sub(" ", cell).replace(self.separator, " ")
        if clean != cell:
            reason = "separators, line breaks and other controls become blanks"
            self.lose(row, name, reason, cell)
        if self.transliterate:
            spelt = "".join(plainer(character, self.encoding) for character in clean)
            if spelt != clean:
                reason = f"{self.encoding} lacks some of its characters"
                self.lose(row, name, reason, clean)
            clean = spelt
        try:
            clean.encode(self.encoding)
        except UnicodeEncodeError as error:
            raise refuse(
                Code.CHARACTER,
                path=f"row {self.count}: {name}",
                character=clean[error.start],
                point=f"U+{ord(clean[error.start]):04X}",
                position=error.start + 1,
                encoding=self.encoding,
            ) from error
        return clean


class _Numbers:
    """Numbers entries by journal, piece and day, in the order in which they begin."""

    def __init__(self, *, given: bool) -> None:
        self.given = given
        self._last = 0
        self._key: Group | None = None
        self._current = (0, Decimal(0))
        self._moved = False
        self._open: dict[Group, tuple[int, Decimal]] = {}

    def of(self, row: EntryRow) -> str:
        key = (row.journal, row.piece or row.invoice_number, row.date)
        # Nothing but its balance tells where an entry without a piece ends.
        if key != self._key or (not key[1] and self._moved and not self._current[1]):
            known = self._open.pop(key, None)
            if self._key is not None and self._current[1]:
                # Its rows may go on behind those of others.
                if len(self._open) >= _OPEN:
                    self._open.pop(next(iter(self._open)))
                self._open[self._key] = self._current
            self._key = key
            if known is None:
                self._last += 1
                known = (self._last, Decimal(0))
            self._current = known
            self._moved = bool(known[1])
        number, balance = self._current
        amount = row.amount if row.debit else -row.amount
        self._current = (number, _SUMS.add(balance, amount))
        self._moved = self._moved or bool(amount)
        return str(number)

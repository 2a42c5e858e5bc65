"""Entry lines of flat files as rows, and rows as flat files of entries.

`rows` reads what `#MECG` and `#MECA` say, of any version; `write` makes a file of them in
`#VER` 31, 25, 14 or 5. What a row has no field for travels in its `extra` under the name of
the attribute of `EntryLine`, so that it comes back; what cannot travel is told to `Losses`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

import attrs

from ...errors import CodecError, FileFormatError
from ._generated.accounts import GeneralAccount, JournalRecord
from ._generated.entries import AnalyticLine, EntryLine, EntryLineOpeningType, Side
from ._generated.parties import ThirdParty
from ._generated.setup import Currencies, PaymentMethods
from .damage import Damage, odd, utf8_in
from .fields import Field, Text
from .fitting import Fitter, lines_of, placed, tell_missing
from .flat import Source, Stream, stream, write as write_records
from .layout import Dialect
from .record import LINE_END, Record
from .rows import EntryRow, Losses, RowShare
from .sentences import SENTENCES, Code
from .values import AROUND, Encoding
from .writing import analytic_writer, entry_writer

__all__ = ("Titles", "booked", "require_whole", "rows", "tell_end", "tell_text", "write")

_CHILDREN: Final = {"#MECA", "#MRGR", "#MRGT", "#MEDN", "#MIVA"}
_NO_PLACE: Final = "A file of entries alone has no place for this record."
_NO_END: Final = "The file read ends without it: make sure that nothing was cut off."
_ODD_TEXT: Final = (
    "It does not read like {encoding}, perhaps it is Windows-1252 or another code page: "
    "look at the texts, and ask how the file was written."
)
_HARMLESS: Final = " \t\r\n\x1a\x00"
"""What may follow `#FIN`."""
_AGAIN: Final = "`sage-connect inspect` lists all faults of the file."
_NO_CHILD: Final = "A line of an entry has no place for what hangs on it in this record."
_CARRIED: Final = {"due", "currency", "method", "kind", "shares"}
"""Fields of `EntryRow` that the flat format has in another form."""

_OWN: Final = (
    "journal", "date", "entered_on", "piece", "invoice_number", "account", "third_party",
    "label", "quantity", "parity", "side", "amount", "currency_amount", "tax_code",
    "lettering", "reference", "due_date",
)  # fmt: skip
"""Fields of `EntryLine` that are fields of `EntryRow` too."""
_KNOWN: Final[Mapping[str, Field[Any]]] = {one.name: one for one in EntryLine.own_fields}
_EXTRA: Final[Mapping[str, Field[Any]]] = {
    name: field for name, field in _KNOWN.items() if name not in _OWN
}
_LAST: Final = max(field.at for field in _KNOWN.values()) + 1

_OPENING: Final = EntryLineOpeningType.MANUAL_OPENING
"""How an opening line is written that comes from another format.

Inferred: the code of an opening entry that a person keys in, which an import is nearest to.
"""
_MAIN_PLAN: Final = 1
"""Plan of a share that names none. Inferred: companies with one plan have it first."""


@attrs.frozen
class Titles:
    """What a file calls its journals, accounts and third parties; filled as it is read.

    Attributes:
        journals: Names by journal code (`#MCJR`).
        accounts: Names by account number (`#MPLG`).
        third_parties: Names by number (`#MPCT`).
    """

    journals: dict[str, str] = attrs.field(factory=dict[str, str])
    accounts: dict[str, str] = attrs.field(factory=dict[str, str])
    third_parties: dict[str, str] = attrs.field(factory=dict[str, str])


def rows(
    source: Source | Stream,
    *,
    losses: Losses,
    name: str = "",
    named: bool = True,
    titles: Titles | None = None,
    encoding: Encoding = "cp850",
    around: int = AROUND,
) -> Iterator[EntryRow]:
    """Read the entry lines of a flat file of any version, in flat memory.

    A line that falls due on several days stands in the file as one line a day, and is read
    so. Amounts are in the base currency, never below zero unless the file has it so.

    Args:
        source: As for `stream`, or a stream of which nothing was read.
        losses: Told of every record that is no entry line, by its flag; of texts that
            look re-encoded, and of a file without `#FIN`.
        name: The file's name, for messages.
        named: Name currencies and payment methods by the tables of the same file (`#MDEV`,
            `#MREG`); False keeps their numbers, for a file of the same company.
        titles: Is given the names of the file's journals, accounts and third parties,
            before the entries that follow them; None gathers none.
        encoding: Code page of the text.
        around: Two-digit years are read from 50 before this year to 49 after.

    Raises:
        FileFormatError: No flat file; a line that is cut, shifted, or holds a value that
            cannot be read; a text that went through UTF-8; content behind `#FIN`. Names
            file, line and field.
    """
    records = (
        source
        if isinstance(source, Stream)
        else stream(source, name=name, encoding=encoding, around=around)
    )
    return _Reading(records, losses, titles, named=named).run()


class _Reading:
    def __init__(
        self, records: Stream, losses: Losses, titles: Titles | None, *, named: bool
    ) -> None:
        self.records = records
        self.losses = losses
        self.titles = titles
        self.named = named
        self.currencies: dict[str, str] = {}
        self.methods: dict[str, str] = {}

    def run(self) -> Iterator[EntryRow]:
        row: EntryRow | None = None
        shares: list[RowShare] = []
        for record in self.records:
            tell_text(record, self.losses, self.records.name)
            if row is not None and record.flag not in _CHILDREN:
                yield attrs.evolve(row, shares=tuple(shares)) if shares else row
                row = None
                shares.clear()
            if isinstance(record, EntryLine):
                row = self._row(record)
            elif isinstance(record, AnalyticLine) and row is not None:
                shares.append(self._share(record))
            else:
                self._other(record, inside=row is not None)
        if row is not None:
            yield attrs.evolve(row, shares=tuple(shares)) if shares else row
        tell_end(self.records, self.losses)

    def _other(self, record: Record, *, inside: bool) -> None:
        if isinstance(record, Currencies):
            table = enumerate(record.currencies, start=1)
            self.currencies = {str(at): one.iso_code for at, one in table if one.iso_code}
        elif isinstance(record, PaymentMethods):
            lines = enumerate(record.methods, start=1)
            self.methods = {str(at): one.label for at, one in lines if one.label}
        elif self.titles is not None:
            _entitle(self.titles, record)
        reason = _NO_CHILD if inside else _NO_PLACE
        text = next(filter(None, record.fields), "")
        self.losses.add(record.flag, reason, line=record.line, value=text)

    def _row(self, record: EntryLine) -> EntryRow:
        cells = require_whole(record, self.records.name)
        extra = {
            name: cells[field.at]
            for name, field in _EXTRA.items()
            if field.at < len(cells) and _says(field, cells[field.at])
        }
        # Of a newer version than any published one.
        for at in range(_LAST, len(cells)):
            if cells[at]:
                extra[f"field ({at + 1})"] = cells[at]
        opening = extra.get("opening_type", "")
        if opening == str(_OPENING.value):
            del extra["opening_type"]
        currency = self._name(self.currencies, "currency_no", extra)
        method = self._name(self.methods, "method_no", extra)
        day, debit, amount = booked(record, self.records.name)
        try:
            return EntryRow(
                line=record.line,
                journal=record.journal,
                date=day,
                account=record.account,
                label=record.label,
                debit=debit,
                amount=amount,
                piece=record.piece,
                invoice_number=record.invoice_number,
                reference=record.reference,
                third_party=record.third_party,
                due=record.due_date,
                method=method,
                kind="opening" if opening else "normal",
                currency=currency,
                currency_amount=record.currency_amount or None,
                parity=record.parity or None,
                quantity=record.quantity or None,
                tax_code=record.tax_code,
                lettering=record.lettering,
                entered_on=record.entered_on,
                extra=extra,
            )
        except CodecError as error:
            raise _placed(record, error, self.records.name) from error

    def _share(self, record: AnalyticLine) -> RowShare:
        name = self.records.name
        require_whole(record, name)
        try:
            plan, amount = record.plan_no, record.amount
            if plan is None or amount is None:
                empty = "amount" if amount is None else "plan_no"
                raise _unreadable(record, empty, "a value", "", name)
            return RowShare(
                section=record.section,
                amount=amount,
                plan=plan,
                quantity=record.quantity or None,
                line=record.line,
            )
        except CodecError as error:
            raise _placed(record, error, name) from error

    def _name(self, table: Mapping[str, str], field: str, extra: dict[str, str]) -> str:
        """Take a number out of `extra` if its name is known, and return the name."""
        number = extra.get(field, "")
        if not self.named or number not in table:
            return ""
        del extra[field]
        return table[number]


def booked(record: EntryLine, name: str) -> tuple[dt.date, bool, Decimal]:
    """Return day, side (True for debit) and amount of an entry line.

    Raises:
        FileFormatError: One of them is empty or cannot be read; `name` is the file's.
    """
    side = record.side
    if not isinstance(side, Side):
        raise _unreadable(record, "side", "0 for debit or 1 for credit", side, name)
    try:
        day, amount = record.date, record.amount
    except CodecError as error:
        raise _placed(record, error, name) from error
    if day is None or amount is None:
        empty = "amount" if amount is None else "date"
        raise _unreadable(record, empty, "a value", "", name)
    return day, side is Side.DEBIT, amount


def _placed(record: Record, error: CodecError, name: str) -> FileFormatError:
    at = next(one.at for one in type(record).own_fields if one.name == error.path)
    return FileFormatError(
        error.message,
        file=name,
        line=record.line + at + 1,
        code=error.code,
        fix=_AGAIN,
    )


def _unreadable(
    record: Record, field: str, expected: str, found: object, name: str
) -> FileFormatError:
    message = f"{field}: expected {expected}, found {str(found)!r}."
    return _placed(record, CodecError(message, path=field), name)


def _entitle(titles: Titles, record: Record) -> None:
    if isinstance(record, GeneralAccount):
        titles.accounts[record.account_number] = record.label
    elif isinstance(record, JournalRecord):
        titles.journals[record.code] = record.label
    elif isinstance(record, ThirdParty):
        titles.third_parties[record.number] = record.name


def tell_text(record: Record, losses: Losses, name: str) -> None:
    """Tell of a text that looks re-encoded; `name` is the file's.

    Raises:
        FileFormatError: A text that went through UTF-8.
    """
    if record.text.isascii():
        return
    encoding = record.dialect.encoding
    for at, cell in enumerate(record.cells()):
        if cell.isascii():
            continue
        if meant := utf8_in(cell, encoding):
            damage = Damage(encoding)
            damage.add(cell, meant, record.line + at + 1, "")
            raise FileFormatError(
                f"expected {encoding.upper()} text, found UTF-8 in {cell!r}",
                file=name,
                line=damage.line,
                code=Code.UTF8.value,
                fix="A mail or upload tool changed the file: ask for it again"
                f"{damage.recipe()}.",
            )
        if odd(cell):
            names = (one.name for one in type(record).own_fields if one.at == at)
            reason = _ODD_TEXT.format(encoding=encoding.upper())
            field = next(names, record.flag)
            losses.add(field, reason, line=record.line + at + 1, value=cell)


def tell_end(records: Stream, losses: Losses) -> None:
    """Tell of a file without `#FIN`, all of whose records were read.

    Exporters of an older age leave it out (sources.md#flat-envelope).

    Raises:
        FileFormatError: More than blanks follow `#FIN`, which Sage would not read.
    """
    if not records.trailer:
        losses.add("#FIN", _NO_END)
        return
    after = "".join(LINE_END.split(records.trailer, maxsplit=1)[1:])
    if after.strip(_HARMLESS):
        raise FileFormatError(
            SENTENCES[Code.AFTER_END].text,
            file=records.name,
            line=records.trailer_line + 1,
            code=Code.AFTER_END.value,
        )


def require_whole(record: Record, name: str) -> tuple[str, ...]:
    """Return the cells of a record that is whole.

    Raises:
        FileFormatError: It lacks lines, or has too many; `name` is the file's.
    """
    cells = record.cells()
    version = record.dialect.version
    if record.layout.fits(len(cells), version) == "no":
        raise FileFormatError(
            SENTENCES[Code.COUNT].text.format(
                flag=record.flag,
                found=len(cells),
                expected=record.layout.expected(version),
            ),
            file=name,
            line=record.line,
            code=Code.COUNT.value,
        )
    return cells


def _says(field: Field[Any], text: str) -> bool:
    """Tell whether a cell holds more than nothing: zero is how numbers say nothing."""
    return bool(text if isinstance(field, Text) else text.strip("0,"))


def write(
    entries: Iterable[EntryRow],
    *,
    losses: Losses,
    version: int = 31,
    currency: str = "EUR",
    currencies: Mapping[str, int] = {},
    methods: Mapping[str, int] = {},
) -> Iterator[bytes]:
    """Write rows as a flat file of entries, in flat memory.

    A row with instalments becomes one line for each of them; one below zero stands on the
    other side.

    Args:
        entries: In the order of the file.
        losses: Told of everything that the file does not say.
        version: `#VER` of the file: 31, 25, 14 or 5.
        currency: ISO 4217 code of the company's base currency.
        currencies: Numbers of the company's currencies in its `#MDEV`, by ISO 4217 code.
            The amount in a currency without a number is left out, and told.
        methods: Numbers of the company's payment methods in its `#MREG`, by their names.

    Yields:
        Blocks of bytes, `#FIN` last.

    Raises:
        UnsupportedError: A version that is never written.
        CodecError: A value that the format cannot hold and that must not be changed; names
            the line of the file read, and the field.
    """
    writing = _Writing(losses, version, currency, currencies, methods)
    return write_records(writing.records(entries), version=version, currency=currency)


class _Writing:
    def __init__(
        self,
        losses: Losses,
        version: int,
        base: str,
        currencies: Mapping[str, int],
        methods: Mapping[str, int],
    ) -> None:
        self.losses = losses
        self.base = base
        self.version = version
        self.currencies = currencies
        self.methods = methods
        self.entry = entry_writer(version)
        self.analytic = analytic_writer(version)
        self.dialect = Dialect(version=version)
        self.fields = self.dialect.layout("#MECG").count(version) or 0
        self.label_limit = EntryLine.label.old_limits.get(version, EntryLine.label.limit)
        self.fitter = Fitter("cp850", losses)
        lacking = {name for name in _KNOWN if self.lacks(name)}
        self.written = frozenset({*_CARRIED, *_KNOWN} - lacking)
        self.no_field = f"The flat format has no such field in #VER {version}."

    def lacks(self, name: str) -> bool:
        """Tell whether the version stops before a field."""
        return _KNOWN[name].at >= self.fields

    def records(self, entries: Iterable[EntryRow]) -> Iterator[Record]:
        for row in entries:
            try:
                for line in lines_of(row, self.losses):
                    tell_missing(line, self.written, self.losses, self.no_field)
                    yield self._line(line)
                    for share in line.shares:
                        yield self._share(share, line)
            except CodecError as error:
                raise placed(error, row.line) from error

    def _line(self, row: EntryRow) -> EntryLine:
        values = self._extra(row)
        foreign = self._currency(row, values)
        fit, line = self.fitter, row.line
        lettering = fit.number("lettering", row.lettering, 5, line=line, upper=True)
        if lettering:
            values["lettering"] = lettering
        return self.entry(
            journal=fit.code("journal", row.journal, 6, line=line),
            date=row.date,
            account=fit.code("account", row.account, 13, line=line),
            label=fit.label("label", row.label, self.label_limit, line=line),
            side=Side.DEBIT if row.debit else Side.CREDIT,
            amount=row.amount,
            entered_on=row.entered_on,
            piece=fit.number("piece", row.piece, 13, line=line, upper=True),
            invoice_number=fit.number("invoice_number", row.invoice_number, 17, line=line),
            third_party=fit.code("third_party", row.third_party, 17, line=line, upper=True),
            method_no=self._method(row, values),
            due_date=row.due,
            parity=row.parity if foreign else None,
            quantity=self._quantity("quantity", row.quantity, line),
            currency_no=values.pop("currency_no", None),
            currency_amount=row.currency_amount if foreign else None,
            tax_code=fit.code("tax_code", row.tax_code, 5, line=line, upper=True),
            origin=values.pop("origin", None),
            reference=""
            if self.lacks("reference")
            else fit.number("reference", row.reference, 17, line=line),
            **values,
        )

    def _extra(self, row: EntryRow) -> dict[str, Any]:
        """Return the values of the seldom filled fields, by their names."""
        values: dict[str, Any] = {
            name: _EXTRA[name].decode(text, self.dialect)
            for name, text in row.extra.items()
            if name in _EXTRA and not self.lacks(name)
        }
        if row.kind == "opening":
            values.setdefault("opening_type", _OPENING)
        elif row.kind == "simulation":
            reason = (
                "The line becomes a real one: import it into a journal for simulations."
            )
            self.losses.add("kind", reason, line=row.line, value=row.kind)
        return values

    def _currency(self, row: EntryRow, values: dict[str, Any]) -> bool:
        """Number the row's currency; tell whether its amount can be written."""
        if not row.currency:
            return True
        number = self.currencies.get(row.currency)
        if number is not None:
            values["currency_no"] = number
            return True
        same = row.currency_amount in {None, row.amount} and row.parity in {None, 1}
        if row.currency == self.base and same:
            return False
        reason = "The number of the currency in #MDEV of the company is not known."
        for name in ("currency", "currency_amount", "parity"):
            value = getattr(row, name)
            if value:
                self.losses.add(name, reason, line=row.line, value=value)
        return False

    def _method(self, row: EntryRow, values: dict[str, Any]) -> int | None:
        number: int | None = values.pop("method_no", None)
        if not row.method:
            return number
        if row.method not in self.methods:
            reason = (
                "The number of the payment method in #MREG of the company is not known."
            )
            self.losses.add("method", reason, line=row.line, value=row.method)
            return number
        return self.methods[row.method]

    def _quantity(self, field: str, value: Decimal | None, line: int) -> Decimal | None:
        if value is None or value == round(value, 2):
            return value
        reason = "Quantities have two decimals, and are not rounded."
        self.losses.add(field, reason, line=line, value=value)
        return None

    def _share(self, share: RowShare, row: EntryRow) -> Record:
        line = share.line or row.line
        if not share.plan:
            reason = f"The file read names no plan; plan {_MAIN_PLAN} is written."
            self.losses.add("shares.plan", reason, line=line, value=share.section)
        return self.analytic(
            plan_no=share.plan or _MAIN_PLAN,
            section=self.fitter.code("section", share.section, 13, line=line, upper=True),
            amount=share.amount,
            quantity=self._quantity("shares.quantity", share.quantity, line),
        )

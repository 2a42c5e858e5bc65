"""What a company's file holds between two imports, and how it is read back."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from enum import IntEnum
from typing import Final, NamedTuple, Self

import attrs

from ...sage100.wire import Dialect
from .lines import RawRecord, amount_in, amount_text, day_in, write_file

Key = tuple[str, ...]
Identity = tuple[str, ...]

_ORDER: Final = (
    "#MDOS", "#MSTT", "#MSTV", "#MRIS", "#MDEV", "#MINF", "#MEIN", "#MREG", "#MREJ",
    "#MNAT", "#MNIC", "#MCLN", "#MPLB", "#MANA", "#MENA", "", "#MPLG", "#MPCA", "#MPCR",
    "#MPCT", "#MCOL", "#MTAX", "#MCJR", "#MBQE",
)  # fmt: skip
"""In which Sage exports its sections; "" stands for the ones that are not named."""
_KEYS: Final[Mapping[str, tuple[int, ...]]] = {
    "#MPLG": (1,),
    "#MPCT": (1,),
    "#MCJR": (1,),
    "#MTAX": (6,),
    "#MPCA": (1, 2),
}
_ENTRY_FIELDS: Final = 39
_YEARS: Final = 10
_PLANS: Final = 11
_CURRENCIES: Final = 32


class Option(IntEnum):
    """Fields of `#MDOS` that decide an import."""

    NAME = 1
    FIRST_START = 13
    FIRST_END = 23
    ACCOUNT_LENGTH = 33
    CREATE_ACCOUNTS = 42
    UPDATE = 48
    PAD_WITH_ZEROS = 49
    BASE_CURRENCY = 52
    NEGATIVE_REVERSALS = 64
    BALANCE_JOURNALS = 66
    GAP_DEBIT = 68
    GAP_CREDIT = 69
    LAST_CLOSING = 83
    FORBID_DORMANT = 118
    LAST_CLOSED_PERIOD = 119


class Cell(IntEnum):
    """Fields of `#MECG`."""

    JOURNAL = 1
    DATE = 2
    PIECE = 4
    INVOICE = 5
    ACCOUNT = 7
    THIRD_PARTY = 9
    LABEL = 11
    METHOD = 12
    DUE = 13
    PARITY = 14
    CURRENCY = 16
    SIDE = 17
    AMOUNT = 18
    CURRENCY_AMOUNT = 25
    TAX_CODE = 26
    REFERENCE = 33


class Plan(NamedTuple):
    """An analytic plan; `suspense` is the section that takes what is not split."""

    name: str
    suspense: str
    allocation: str
    mandatory: bool


class Share(NamedTuple):
    """A part of a line on a section; `amount` is positive, on the side of its line."""

    plan: int
    section: str
    amount: Decimal


class PostedLine(NamedTuple):
    """One line of a piece. Amounts are positive; `side` is "D" or "C"."""

    account: str
    third_party: str
    side: str
    amount: Decimal
    label: str
    tax_code: str
    due: dt.date | None
    analytic: tuple[Share, ...]
    currency: str
    currency_amount: Decimal | None


class Piece(NamedTuple):
    """The lines of one import with the same journal, day, piece and invoice number."""

    journal: str
    date: dt.date
    piece: str
    invoice_number: str
    reference: str
    lines: tuple[PostedLine, ...]


class TaxBalance(NamedTuple):
    """What was posted under one tax code, debit less credit."""

    base: Decimal = Decimal()
    tax: Decimal = Decimal()


@attrs.frozen(kw_only=True)
class Balances:
    """Debit less credit of everything posted, in the base currency.

    Attributes:
        accounts: By general account.
        third_parties: By third party.
        sections: By plan number and section.
        vat: By tax code: lines on a VAT account are tax, the others base. "" collects
            lines on a VAT account without a code.
    """

    accounts: Mapping[str, Decimal]
    third_parties: Mapping[str, Decimal]
    sections: Mapping[tuple[int, str], Decimal]
    vat: Mapping[str, TaxBalance]


@attrs.frozen
class Keyed:
    """A record that has a key, and the records that belong to it."""

    record: RawRecord
    children: tuple[RawRecord, ...] = ()


@attrs.frozen(kw_only=True)
class Entry:
    """A posted line.

    Attributes:
        record: Its `#MECG`, as kept.
        children: `#MECA` and others.
        batch: Which import brought it, from 0 for the export.
        identity: What makes it the same line again, as it stood in the file.
    """

    record: RawRecord
    children: tuple[RawRecord, ...]
    batch: int
    identity: Identity


def identity_of(record: RawRecord) -> Identity:
    """Return what a line is recognised by when a file is imported twice."""
    cells = (Cell.JOURNAL, Cell.DATE, Cell.PIECE, Cell.INVOICE, Cell.ACCOUNT)
    amount = (Cell.THIRD_PARTY, Cell.SIDE, Cell.AMOUNT)
    return tuple(record[cell] for cell in (*cells, *amount))


def key_of(record: RawRecord) -> Key | None:
    """Return the key of a record, () for one of a kind, None for a child of another."""
    layout = Dialect().layout(record.flag)
    if record.flag in _KEYS:
        return tuple(record[number] for number in _KEYS[record.flag])
    if layout.parents:
        return None
    if layout.singleton:
        return ()
    # Without a published key two records are the same when all of their fields are.
    return tuple(record[number] for number in layout.key) or record.fields


class Books:
    """All records of one company. An import works on a copy of them."""

    def __init__(self) -> None:
        self.tables: dict[str, dict[Key, Keyed]] = {}
        self.entries: list[Entry] = []
        self.batches = 0

    def copy(self) -> Self:
        """Return books that can be changed without changing these."""
        other = type(self)()
        other.tables = {flag: dict(table) for flag, table in self.tables.items()}
        other.entries = list(self.entries)
        other.batches = self.batches
        return other

    def find(self, flag: str, *key: str) -> RawRecord | None:
        """Return the record with this key."""
        keyed = self.tables.get(flag, {}).get(key)
        return keyed.record if keyed else None

    def option(self, field: Option) -> str:
        """Return a field of the company file; "" without one."""
        company = self.find("#MDOS")
        return company[field] if company else ""

    def years(self) -> tuple[tuple[dt.date, dt.date], ...]:
        """Return first and last day of each fiscal year."""
        found: list[tuple[dt.date, dt.date]] = []
        for slot in range(_YEARS):
            company = self.find("#MDOS")
            if company is None or not company[Option.FIRST_START + slot]:
                continue
            start = _day(company[Option.FIRST_START + slot])
            end = _day(company[Option.FIRST_END + slot])
            if start and end:
                found.append((start, end))
        return tuple(found)

    def day(self, text: str) -> dt.date | None:
        """Return the day of a JJMMAA, in the century of the fiscal years."""
        years = self.years()
        return day_in(text, years[-1][1].year) if years else _day(text)

    def plan(self, number: str) -> Plan | None:
        """Return the analytic plan at a place; None where there is none."""
        plans = self.find("#MANA")
        if plans is None or not number.isdecimal() or not 1 <= int(number) <= _PLANS:
            return None
        first = 23 * (int(number) - 1)
        name, suspense, _, allocation, mandatory = (plans[first + at] for at in range(1, 6))
        return Plan(name, suspense, allocation, mandatory == "1") if name else None

    def currency(self, number: str) -> str:
        """Return the ISO code at a place of the currency table; "" for none."""
        currencies = self.find("#MDEV")
        if (
            currencies is None
            or not number.isdecimal()
            or not 1 <= int(number) <= _CURRENCIES
        ):
            return ""
        return currencies[20 * (int(number) - 1) + 7]

    def base_currency(self) -> str:
        """Return the ISO code that the books are kept in; EUR where nothing says."""
        return self.currency(self.option(Option.BASE_CURRENCY)) or "EUR"

    def identities(self) -> Counter[Identity]:
        """Count what the posted lines are recognised by."""
        return Counter(entry.identity for entry in self.entries)

    def export(self) -> bytes:
        """Return everything in the flat format."""
        middle = _ORDER.index("")
        order = {flag: at for at, flag in enumerate(_ORDER)}
        records: list[RawRecord] = []
        for flag in sorted(self.tables, key=lambda flag: order.get(flag, middle)):
            for keyed in self.tables[flag].values():
                records += (keyed.record, *keyed.children)
        for entry in self.entries:
            # Lines of old versions have fewer fields; an export always has all of them.
            records += (entry.record.having(_ENTRY_FIELDS, entry.record[_ENTRY_FIELDS]),)
            records += entry.children
        return write_file(records, self.base_currency())

    def pieces(self) -> tuple[Piece, ...]:
        """Return what was posted, in order."""
        grouped: dict[tuple[object, ...], list[Entry]] = {}
        for entry in self.entries:
            cells = (Cell.JOURNAL, Cell.DATE, Cell.PIECE, Cell.INVOICE)
            key = (entry.batch, *(entry.record[cell] for cell in cells))
            grouped.setdefault(key, []).append(entry)
        return tuple(self._piece(entries) for entries in grouped.values())

    def _piece(self, entries: Sequence[Entry]) -> Piece:
        first = entries[0].record
        return Piece(
            journal=first[Cell.JOURNAL],
            date=self.day(first[Cell.DATE]) or dt.date.min,
            piece=first[Cell.PIECE],
            invoice_number=first[Cell.INVOICE],
            reference=first[Cell.REFERENCE],
            lines=tuple(self._line(entry) for entry in entries),
        )

    def _line(self, entry: Entry) -> PostedLine:
        record = entry.record
        currency_amount = amount_in(record[Cell.CURRENCY_AMOUNT])
        return PostedLine(
            account=record[Cell.ACCOUNT],
            third_party=record[Cell.THIRD_PARTY],
            side="C" if record[Cell.SIDE] == "1" else "D",
            amount=amount_in(record[Cell.AMOUNT]) or Decimal(),
            label=record[Cell.LABEL],
            tax_code=record[Cell.TAX_CODE],
            due=self.day(record[Cell.DUE]) if record[Cell.DUE] else None,
            analytic=tuple(_shares(entry)),
            currency=self.currency(record[Cell.CURRENCY]),
            currency_amount=currency_amount,
        )

    def balances(self) -> Balances:
        """Add up what was posted."""
        accounts: defaultdict[str, Decimal] = defaultdict(Decimal)
        parties: defaultdict[str, Decimal] = defaultdict(Decimal)
        sections: defaultdict[tuple[int, str], Decimal] = defaultdict(Decimal)
        vat: defaultdict[str, TaxBalance] = defaultdict(TaxBalance)
        tax_accounts = {tax.record[5] for tax in self.tables.get("#MTAX", {}).values()}
        for entry in self.entries:
            line = self._line(entry)
            sign = -1 if line.side == "C" else 1
            accounts[line.account] += sign * line.amount
            if line.third_party:
                parties[line.third_party] += sign * line.amount
            for share in line.analytic:
                sections[share.plan, share.section] += sign * share.amount
            if line.account in tax_accounts:
                base, tax = vat[line.tax_code]
                vat[line.tax_code] = TaxBalance(base, tax + sign * line.amount)
            elif line.tax_code:
                base, tax = vat[line.tax_code]
                vat[line.tax_code] = TaxBalance(base + sign * line.amount, tax)
        return Balances(
            accounts=dict(accounts),
            third_parties=dict(parties),
            sections=dict(sections),
            vat=dict(vat),
        )


def _shares(entry: Entry) -> Iterator[Share]:
    for child in entry.children:
        if child.flag == "#MECA":
            yield Share(int(child[1]), child[2], amount_in(child[3]) or Decimal())


def share_record(plan: str, section: str, amount: Decimal) -> RawRecord:
    """Return the `#MECA` that Sage adds for what was not split."""
    return RawRecord("#MECA", 0, (plan, section, amount_text(amount), "0,00"))


def _day(text: str) -> dt.date | None:
    # Only for the fiscal years themselves, which nothing else can date.
    return day_in(text, 2026)

"""What the entries of a full export refer to: its tables, fiscal years and options.

Only a file with the company's header (`#MDOS`) holds all that its entries refer to; a file
made for import names what the company has already. Memory grows with the different codes
and days, not with the entries.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

import attrs

from ._generated.accounts import GeneralAccount, JournalRecord, Section, TaxRate
from ._generated.company import CompanyFile
from ._generated.entries import AnalyticLine, EntryLine
from ._generated.parties import ThirdParty
from ._generated.setup import Currencies, PaymentMethods
from .fields import Field
from .folding import alike, folded
from .record import Record
from .sentences import Code
from .values import AROUND, parse_day

__all__ = ("References",)

_WHAT = {
    "#MCJR": "journal",
    "#MPLG": "general account",
    "#MPCT": "third party",
    "#MTAX": "tax code",
    "#MPCA": "section",
    "#MDEV": "currency",
    "#MREG": "payment method",
}
_YEARS = 10


@attrs.define
class _Use:
    """Where a code is used: line of the first one, name of the field, how often."""

    line: int
    field: str
    count: int = 0


@attrs.frozen
class _Place:
    """A field that holds a code of a table."""

    at: int
    flag: str
    label: str
    none: str = ""


def _place(field: object, flag: str, none: str = "") -> _Place:
    assert isinstance(field, Field)  # noqa: S101 - descriptors of our own classes
    return _Place(field.at, flag, field.label, none)


_PLACES: dict[type[Record], tuple[_Place, ...]] = {
    EntryLine: (
        _place(EntryLine.journal, "#MCJR"),
        _place(EntryLine.account, "#MPLG"),
        _place(EntryLine.counterpart_account, "#MPLG"),
        _place(EntryLine.third_party, "#MPCT"),
        _place(EntryLine.counterpart_third_party, "#MPCT"),
        _place(EntryLine.tax_code, "#MTAX"),
        _place(EntryLine.currency_no, "#MDEV", "0"),
        _place(EntryLine.method_no, "#MREG", "0"),
    ),
    ThirdParty: (_place(ThirdParty.main_account, "#MPLG"),),
    TaxRate: (_place(TaxRate.vat_account, "#MPLG"),),
    JournalRecord: (_place(JournalRecord.treasury_account, "#MPLG"),),
}
_KEYS: dict[type[Record], tuple[str, int]] = {
    JournalRecord: ("#MCJR", JournalRecord.code.at),
    GeneralAccount: ("#MPLG", GeneralAccount.account_number.at),
    ThirdParty: ("#MPCT", ThirdParty.number.at),
    TaxRate: ("#MTAX", TaxRate.tax_code.at),
}
_DATE = EntryLine.date.at
_JOURNAL = EntryLine.journal.at
_ACCOUNT = EntryLine.account.at
_PARTY = EntryLine.third_party.at
_CLOSED = EntryLine.closed_on.at

Key = str | tuple[str, str]
"""A code, or a plan and a section."""
Told = tuple[int, Code, str, dict[str, object]]


class References:
    """Takes whole records in the order of the file, and tells at its end what lacks."""

    def __init__(self, add: Callable[..., None]) -> None:
        self._add = add
        self._around = AROUND
        self._spoilt: set[str] = set()
        self._company: CompanyFile | None = None
        self._keys: dict[str, dict[Key, int]] = {}
        self._uses: dict[str, dict[Key, _Use]] = {flag: {} for flag in _WHAT}
        # As many a line as a file has looks here: what it needs is at hand.
        self._places = {
            kind: [(one.at, one.none, self._uses[one.flag], one) for one in places]
            for kind, places in _PLACES.items()
        }
        self._days: dict[tuple[str, str, bool], _Use] = {}
        self._pairs: dict[tuple[str, str], _Use] = {}
        self._with_party: dict[str, bool] = {}
        self._detail: dict[str, int] = {}
        self._attached: dict[str, tuple[str, ...]] = {}

    def spoil(self, flag: str) -> None:
        """Take note that a record cannot be read: its table says nothing any more."""
        self._spoilt.add(flag)

    def take(self, record: Record, cells: Sequence[str], bad: Collection[int]) -> None:
        """Note what a record gives, and what it refers to.

        Args:
            record: Whole.
            cells: Its fields.
            bad: Places of codes that were told already.
        """
        kind = type(record)
        line = record.line
        count = len(cells)
        for at, none, uses, place in self._places.get(kind, ()):
            code = cells[at] if at < count else ""
            if code and code != none and at not in bad:
                use = uses.get(code)
                if use is None:
                    use = uses[code] = _Use(line + at + 1, place.label)
                use.count += 1
        if kind is EntryLine:
            self._entry(cells, line)
        elif kind is AnalyticLine:
            self._section(cells, line)
        else:
            self._master(record, cells, line)

    def _section(self, cells: Sequence[str], line: int) -> None:
        uses = self._uses["#MPCA"]
        key = cells[0], cells[1]
        use = uses.get(key)
        if use is None:
            section = AnalyticLine.section
            use = uses[key] = _Use(line + section.at + 1, section.label)
        use.count += 1

    def _entry(self, cells: Sequence[str], line: int) -> None:
        closed = len(cells) > _CLOSED and bool(cells[_CLOSED])
        day = cells[_JOURNAL], cells[_DATE], closed
        use = self._days.get(day)
        if use is None:
            use = self._days[day] = _Use(line + _DATE + 1, EntryLine.date.label)
        use.count += 1
        pair = cells[_ACCOUNT], cells[_PARTY]
        use = self._pairs.get(pair)
        if use is None:
            use = self._pairs[pair] = _Use(line + _PARTY + 1, EntryLine.third_party.label)
        use.count += 1

    def _master(self, record: Record, cells: Sequence[str], line: int) -> None:
        known = _KEYS.get(type(record))
        if known is not None:
            flag, at = known
            self._keys.setdefault(flag, {}).setdefault(cells[at], line + at + 1)
        if isinstance(record, CompanyFile):
            self._company = self._company or record
            self._around = record.dialect.around
        elif isinstance(record, Section):
            keys = self._keys.setdefault("#MPCA", {})
            keys.setdefault((cells[0], cells[1]), line + Section.section.at + 1)
        elif isinstance(record, Currencies):
            table = Currencies.currencies
            self._numbers("#MDEV", cells, table.width, line)
        elif isinstance(record, PaymentMethods):
            self._numbers("#MREG", cells, PaymentMethods.methods.width, line)
        elif isinstance(record, GeneralAccount):
            self._with_party[cells[0]] = cells[GeneralAccount.third_party.at] == "1"
            if cells[GeneralAccount.type.at] == "0":
                self._detail[cells[0]] = line + 1
        elif isinstance(record, ThirdParty):
            first = ThirdParty.attached_accounts.at
            accounts = (cells[ThirdParty.main_account.at], *cells[first:])
            self._attached[cells[0]] = accounts

    def _numbers(self, flag: str, cells: Sequence[str], width: int, line: int) -> None:
        """Note which rows of a table are used: those that have a name."""
        keys = self._keys.setdefault(flag, {})
        for at in range(0, len(cells), width):
            if cells[at]:
                keys.setdefault(str(at // width + 1), line + at + 1)

    def close(self) -> None:
        """Tell everything, by line."""
        told: list[Told] = [*self._alike()]
        if self._company is not None:
            told += self._missing(self._company)
            told += self._lengths(self._company)
            told += self._outside(self._company)
            told += self._parties()
        for line, code, field, values in sorted(told, key=lambda one: one[:2]):
            self._add(code, line, field, **values)

    def _alike(self) -> Iterator[Told]:
        for flag in ("#MCJR", "#MPLG", "#MPCT"):
            keys, uses = self._keys.get(flag, {}), self._uses[flag]
            codes = {str(code): use.line for code, use in uses.items()}
            codes |= {str(code): line for code, line in keys.items()}
            for other, code in alike(codes):
                place = codes[code]
                field = uses[code].field if code not in keys else _KEY_FIELDS[flag]
                values: dict[str, object] = {
                    "what": _WHAT[flag],
                    "found": code,
                    "other": other,
                    "first": codes[other],
                }
                yield place, Code.ALIKE, field, values

    def _missing(self, company: CompanyFile) -> Iterator[Told]:
        """Yield codes that are used, and not among those of the file."""
        length = _whole(company, CompanyFile.account_length.at)
        for flag, uses in self._uses.items():
            keys = self._keys.get(flag)
            if keys is None or flag in self._spoilt:
                continue
            near = {folded(str(key)): key for key in keys}
            for code, use in uses.items():
                if code in keys or (flag == "#MPLG" and length not in {0, len(str(code))}):
                    # One of another length is told so.
                    continue
                other = near.get(folded(str(code)))
                values: dict[str, object] = {
                    "what": _WHAT[flag],
                    "found": _shown(code),
                    "flag": flag,
                    "count": use.count,
                    "near": f" (is it {_shown(other)}?)" if other is not None else "",
                }
                yield use.line, Code.REFERENCE, use.field, values

    def _lengths(self, company: CompanyFile) -> Iterator[Told]:
        """Yield accounts and sections that have not the company's length."""
        for what, length, codes in (
            ("account", _whole(company, CompanyFile.account_length.at), self._accounts()),
            ("section", _whole(company, CompanyFile.section_length.at), self._sections()),
        ):
            for code, line, field in codes:
                if length and len(code) != length:
                    values: dict[str, object] = {
                        "what": what,
                        "found": code,
                        "length": len(code),
                        "expected": length,
                    }
                    yield line, Code.CODE_LENGTH, field, values

    def _accounts(self) -> Iterator[tuple[str, int, str]]:
        uses = self._uses["#MPLG"]
        for code, line in self._detail.items():
            yield code, line, GeneralAccount.account_number.label
        for used, use in uses.items():
            if used not in self._with_party:
                yield str(used), use.line, use.field

    def _sections(self) -> Iterator[tuple[str, int, str]]:
        for key, use in self._uses["#MPCA"].items():
            yield key[1], use.line, use.field

    def _outside(self, company: CompanyFile) -> Iterator[Told]:
        """Yield days outside all fiscal years, and months that are closed."""
        cells = company.cells()
        first, last = CompanyFile.fiscal_year_start_1.at, CompanyFile.fiscal_year_end_1.at
        day = self._day
        years = [
            (day(cells[first + at]), day(cells[last + at]))
            for at in range(_YEARS)
            if day(cells[first + at]) and day(cells[last + at])
        ]
        closed = max(
            day(cells[CompanyFile.last_closed_period.at]),
            day(cells[CompanyFile.last_closing_date.at]),
        )
        shown = ", ".join(f"{_date(one)} to {_date(two)}" for one, two in years)
        months: dict[tuple[str, str], Told] = {}
        for (journal, text, frozen), use in self._days.items():
            found = day(text)
            if not found:
                continue
            if years and not any(one <= found <= two for one, two in years):
                values: dict[str, object] = {
                    "found": _date(found),
                    "journal": journal,
                    "expected": shown,
                    "count": use.count,
                }
                yield use.line, Code.FISCAL_YEAR, use.field, values
            elif found <= closed and not frozen:
                values = {
                    "found": _date(found),
                    "journal": journal,
                    "closed": _date(closed),
                }
                told = use.line, Code.CLOSED_PERIOD, use.field, values
                key = journal, text[2:]
                months[key] = min(months.get(key, told), told, key=lambda one: one[0])
        yield from months.values()

    def _day(self, text: str) -> str:
        """Return a day as a text that sorts; "" where there is none."""
        try:
            return parse_day(text, self._around).isoformat()
        except ValueError:
            return ""

    def _parties(self) -> Iterator[Told]:
        """Yield accounts with a third party that should have none, or the reverse."""
        for (account, party), use in self._pairs.items():
            wanted = self._with_party.get(account)
            values: dict[str, object] = {"account": account, "found": party}
            if wanted is None:
                continue
            if wanted and not party:
                yield use.line, Code.PARTY_MISSING, use.field, values
            elif party and not wanted:
                yield use.line, Code.PARTY_STRAY, use.field, values
            elif party in self._attached and account not in self._attached[party]:
                expected = ", ".join(dict.fromkeys(self._attached[party]))
                values["expected"] = expected
                yield use.line, Code.PARTY_ACCOUNT, use.field, values


_KEY_FIELDS = {
    "#MCJR": JournalRecord.code.label,
    "#MPLG": GeneralAccount.account_number.label,
    "#MPCT": ThirdParty.number.label,
}


def _shown(code: Key) -> str:
    if isinstance(code, tuple):
        plan, section = code
        return f"{section!r} of plan {plan}"
    return repr(code)


def _date(text: str) -> str:
    return "/".join(reversed(text.split("-")))


def _whole(company: CompanyFile, at: int) -> int:
    text = company.cells()[at]
    return int(text) if text.isascii() and text.isdecimal() else 0

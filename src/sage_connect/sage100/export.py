"""Full exports of Sage 100 ("format Sage") read as `Reference`."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from ..errors import CodecError, FileFormatError
from ..model import (
    Account,
    AccountKind,
    Address,
    BankAccount,
    CodePart,
    CompanyOptions,
    Customer,
    DatedRate,
    Dimension,
    DimensionValue,
    DueFrom,
    ExchangeRate,
    FiscalYear,
    Journal,
    JournalKind,
    PartyBank,
    PartyTerm,
    Reference,
    Supplier,
    TaxCode,
    TaxDirection,
)
from ..model.fields import FrozenMap
from .wire import (
    AccountNature,
    AnalyticPlanRow,
    AnalyticPlans,
    BreakValue,
    CompanyFile,
    Currencies,
    CurrencyRowQuotationMode,
    GeneralAccount,
    GeneralAccountType,
    Header,
    JournalRecord,
    JournalType,
    LevelNames,
    OwnBank,
    OwnBankAccountRow,
    PaymentMethods,
    Record,
    Section,
    SectionType,
    Source,
    TaxDirection as SageDirection,
    TaxRate,
    TaxRateRateType,
    ThirdParty,
    ThirdPartyBank,
    ThirdPartyTerm,
    ThirdPartyTermCondition,
    ThirdPartyTermSplitType,
    ThirdPartyType,
    stream,
)

_AGAIN: Final = "Export the company from Sage again: Fichier > Exporter > Format Sage."
EXPENSES: Final = ("6",)
"""How the numbers of expense accounts begin: class 6 of the French chart."""

# Lists of journals by what is set for them, and the field that says so.
_MARKED_BY: Final = (
    ("journals_without_analytic", "analytic_entry", False),
    ("journals_protected", "protected", True),
    ("journals_ifrs", "ifrs_only", True),
)
_MARKED: Final = tuple(name for name, _, _ in _MARKED_BY)
_BOTH_DOMAINS: Final = "0"
_YEARS: Final = range(1, 11)
_BREAKS: Final = range(1, 7)
_DAYS_OF_MONTH: Final = range(1, 7)
_KINDS: Final[Mapping[Any, AccountKind]] = {
    AccountNature.CLIENT: AccountKind.CUSTOMERS,
    AccountNature.SUPPLIER: AccountKind.SUPPLIERS,
    AccountNature.BANK: AccountKind.BANK,
    AccountNature.CASH: AccountKind.BANK,
    AccountNature.INCOME: AccountKind.INCOME,
    AccountNature.FIXED_ASSET: AccountKind.ASSET,
    AccountNature.STOCK: AccountKind.ASSET,
    AccountNature.SECURITIES: AccountKind.ASSET,
    AccountNature.CAPITAL: AccountKind.EQUITY,
}
_JOURNALS: Final[Mapping[Any, JournalKind]] = {
    JournalType.PURCHASE: JournalKind.PURCHASES,
    JournalType.SALES: JournalKind.SALES,
    JournalType.TREASURY_BANK: JournalKind.BANK,
    JournalType.GENERAL: JournalKind.GENERAL,
    JournalType.SITUATION_PROVISIONAL: JournalKind.PROVISIONAL,
}


_DUE_FROM: Final[Mapping[Any, DueFrom]] = {
    ThirdPartyTermCondition.END_OF_CIVIL_MONTH: DueFrom.END_OF_CIVIL_MONTH,
    ThirdPartyTermCondition.END_OF_MONTH: DueFrom.END_OF_MONTH,
}


@attrs.frozen(kw_only=True)
class ExportFile:
    """A file that a person exported from Sage.

    Attributes:
        name: File name, for messages.
        content: Its bytes.
        modified: When it was written, an aware instant.
    """

    name: str
    content: bytes = attrs.field(repr=lambda content: f"<{len(content)} bytes>")
    modified: dt.datetime


def reference_of(
    files: Iterable[ExportFile], *, expenses: Sequence[str] = EXPENSES
) -> Reference:
    """Return what exports say of the company.

    Files are read oldest first. One with the company's header (`#MDOS`) is a full export
    and starts anew; one without it adds to what came before.

    Args:
        files: In any order.
        expenses: How the numbers of expense accounts begin.

    Raises:
        FileFormatError: A file is no flat file, is cut off before `#FIN`, or holds a value
            that cannot be read; names file, line and field.
    """
    reading = Reading(tuple(expenses))
    for file in sorted(files, key=lambda one: one.modified):
        reading.take(file.content, name=file.name, modified=file.modified)
    return reading.reference()


def scan(
    source: Source, take: Callable[[Record], None], *, name: str, modified: dt.datetime
) -> Header:
    """Give every record of an export to `take`, one after the other, in flat memory.

    Args:
        source: The file.
        take: What it cannot read of a record, it raises as `CodecError`.
        name: File name, for messages.
        modified: When the file was written; two-digit years are read around it.

    Raises:
        FileFormatError: It is no flat file, is cut off before `#FIN`, or holds a value that
            cannot be read; names file, line and field.
    """
    records = stream(source, name=name, around=modified.year)
    line = 0
    try:
        for record in records:
            line = record.line
            take(record)
    except CodecError as error:
        raise FileFormatError(
            error.message, file=name, line=line, code=error.code, fix=_AGAIN
        ) from error
    if not records.trailer:
        raise FileFormatError(
            "expected #FIN at the end of the export, found none: the file is cut off",
            file=name,
            line=line,
            code="SC-S100-EXPORT-CUT",
            fix=_AGAIN,
        )
    return records.header


class Reading:
    """The records of exports, gathered by kind; files are taken oldest first."""

    def __init__(self, expenses: tuple[str, ...]) -> None:
        self._expenses = expenses
        self._start_anew()
        self._takes: dict[type, Callable[[Any], None]] = {
            CompanyFile: self._take_company,
            LevelNames: self._take_levels,
            Currencies: self._take_currencies,
            AnalyticPlans: self._take_plans,
            BreakValue: self._take_break_value,
            GeneralAccount: self._take_account,
            JournalRecord: self._take_journal,
            TaxRate: self._take_tax_code,
            ThirdParty: self._take_third_party,
            ThirdPartyBank: self._take_party_bank,
            ThirdPartyTerm: self._take_party_term,
            Section: self._take_section,
            OwnBank: self._take_bank,
            PaymentMethods: self._take_methods,
        }

    def _start_anew(self) -> None:
        self.taken_at: dt.datetime | None = None
        self.company: CompanyFile | None = None
        self.years: tuple[FiscalYear, ...] = ()
        self.closed_through: dt.date | None = None
        self.version: str = ""
        self.header_currency: str = ""
        self.levels: tuple[str, ...] = ()
        self.level_at: tuple[str, ...] = ()
        self.currencies: dict[int, tuple[str, bool, Any]] = {}
        self.parts: dict[str, dict[Any, Any]] = {}
        self.origins: dict[str, str] = {}
        self.methods: dict[int, tuple[str, str]] = {}
        self.breaks: dict[str, Mapping[int, CodePart]] = {}
        self.break_values: dict[tuple[str, int], dict[str, str]] = {}
        self.allocations: dict[str, str] = {}
        self.marked: dict[str, dict[str, str]] = {name: {} for name in _MARKED}
        self.domains: dict[tuple[str, str], str] = {}
        self.party: str = ""

    def take(self, source: Source, *, name: str, modified: dt.datetime) -> None:
        """Take one file in.

        Raises:
            FileFormatError: As for `reference_of`.
        """
        header = scan(source, self._take_record, name=name, modified=modified)
        self.version = str(header.version or "")
        self.header_currency = header.currency or ""
        self.taken_at = modified

    def _take_record(self, record: Record) -> None:
        take = self._takes.get(type(record))
        if take is not None:
            take(record)

    def _take_company(self, record: CompanyFile) -> None:
        self._start_anew()
        self.company = record
        # Decoded here, where an error still names its line.
        self.years = tuple(years_of(record))
        self.closed_through = record.last_closed_period

    def _take_levels(self, record: LevelNames) -> None:
        self.levels = tuple(level for level in record.levels if level)
        self.level_at = tuple(record.levels)

    def _take_account(self, record: GeneralAccount) -> None:
        self._enter("accounts", record.account_number, self._account(record))

    def _take_journal(self, record: JournalRecord) -> None:
        self._enter("journals", record.code, _journal(record))
        for name, field, value in _MARKED_BY:
            self.marked[name].pop(record.code, None)
            if getattr(record, field) is value:
                self.marked[name][record.code] = "1"

    def _take_tax_code(self, record: TaxRate) -> None:
        self.origins[record.tax_code] = _number(record.origin)
        self._enter("tax_codes", record.tax_code, _tax_code(record))

    def _take_section(self, record: Section) -> None:
        key = (str(record.plan_no), record.section)
        self._enter("dimension_values", key, self._section(record))
        self.domains[key] = _number(record.domain)

    def _enter(self, part: str, key: object, value: object) -> None:
        self.parts.setdefault(part, {})[key] = value

    def _take_currencies(self, table: Currencies) -> None:
        for number, row in enumerate(table.currencies, start=1):
            if row.iso_code:
                certain = row.quotation_mode == CurrencyRowQuotationMode.CERTAIN
                self.currencies[number] = (row.iso_code, certain, row.rate)

    def _take_plans(self, table: AnalyticPlans) -> None:
        for number, row in enumerate(table.plans, start=1):
            if row.label:
                plan = Dimension(
                    code=str(number),
                    name=row.label,
                    levels=self.levels,
                    mandatory=row.mandatory is True,
                    suspense=row.suspense_section,
                )
                self.breaks[plan.code] = dict(_breaks(row))
                self.allocations[plan.code] = _number(row.allocation_type)
                self._enter("dimensions", plan.code, plan)

    def _take_break_value(self, record: BreakValue) -> None:
        place = str(record.plan_no), record.break_no or 0
        self.break_values.setdefault(place, {})[record.code] = record.label

    def _take_methods(self, table: PaymentMethods) -> None:
        for number, row in enumerate(table.methods, start=1):
            if row.label or row.code:
                self.methods[number] = row.label, row.code

    def _take_third_party(self, record: ThirdParty) -> None:
        values: dict[str, Any] = {
            "code": record.number,
            "name": record.name,
            "account": record.main_account,
            "currency": self._iso(record.currency_no),
            "tax_number": record.vat_id,
            "registration": record.siret,
            "address": Address(
                lines=tuple(
                    line for line in (record.address, record.address_complement) if line
                ),
                postal_code=record.postal_code,
                city=record.city,
                region=record.region,
                country=record.country,
            ),
            "email": record.email,
            "phone": record.phone,
            "active": record.dormant is not True,
            "control_accounts": tuple(
                account
                for account in record.attached_accounts
                if account and account != record.main_account
            ),
        }
        self.party = record.number
        self.parts.setdefault("customers", {})
        self.parts.setdefault("suppliers", {})
        # "Other" third parties may stand on either side.
        if record.type in {ThirdPartyType.CLIENT, ThirdPartyType.OTHER}:
            self._enter("customers", record.number, Customer(**values))
        if record.type != ThirdPartyType.CLIENT:
            employee = record.type == ThirdPartyType.EMPLOYEE
            self._enter("suppliers", record.number, Supplier(**values, employee=employee))

    def _take_party_bank(self, record: ThirdPartyBank) -> None:
        bank = PartyBank(
            name=record.label,
            iban=record.iban,
            bic=record.bic,
            number=_national(record),
            currency=self._iso(record.currency_no),
            main=record.is_main is True,
        )
        self._add_to_party("banks", bank)

    def _take_party_term(self, record: ThirdPartyTerm) -> None:
        split, share = record.split_type, record.split_value
        days = (getattr(record, f"day_of_month_{number}") for number in _DAYS_OF_MONTH)
        term = PartyTerm(
            method=self.methods.get(record.method_no or 0, ("",))[0],
            days=record.days or 0,
            due_from=_DUE_FROM.get(record.condition, DueFrom.DATE),
            on_days=tuple(day for day in days if day),
            percent=share if split == ThirdPartyTermSplitType.PERCENTAGE else None,
            amount=share if split == ThirdPartyTermSplitType.FIXED_AMOUNT else None,
        )
        self._add_to_party("terms", term)

    def _add_to_party(self, name: str, value: object) -> None:
        # An "other" third party stands on both sides.
        for part in ("customers", "suppliers"):
            known = self.parts.get(part, {}).get(self.party)
            if known is not None:
                values = (*getattr(known, name), value)
                self._enter(part, self.party, attrs.evolve(known, **{name: values}))

    def _take_bank(self, record: OwnBank) -> None:
        taken = self.parts.setdefault("bank_accounts", {})
        for row in record.accounts:
            number = _national(row)
            names = [one for one in (row.short_name, row.journal, row.iban, number) if one]
            if names:
                # A short name need not be unique: no account hides another.
                names.append(f"{record.label} {len(taken) + 1}")
                bank = BankAccount(
                    code=next(one for one in names if one not in taken),
                    name=record.label,
                    journal=row.journal,
                    currency=self._iso(row.currency_no),
                    iban=row.iban,
                    active=row.dormant is not True,
                )
                self._enter("bank_accounts", bank.code, bank)

    def _iso(self, number: int | None) -> str:
        return self.currencies[number][0] if number in self.currencies else ""

    def _account(self, record: GeneralAccount) -> Account:
        return Account(
            code=record.account_number,
            name=record.label,
            kind=AccountKind.EXPENSE
            if record.account_number.startswith(self._expenses)
            else _KINDS.get(record.nature, AccountKind.OTHER),
            currency=self._iso(record.currency_no),
            foreign_currency=record.currency is True,
            tax_code=record.tax_code,
            control=record.third_party is True,
            analytic=record.analytic is True,
            total=record.type == GeneralAccountType.TOTAL,
            active=record.dormant is not True,
        )

    def _section(self, record: Section) -> DimensionValue:
        level = record.level_no or 0
        named = 0 < level <= len(self.level_at)
        return DimensionValue(
            dimension=str(record.plan_no),
            code=record.section,
            name=record.label,
            level=self.level_at[level - 1] if named else "",
            total=record.type == SectionType.TOTAL,
            active=record.dormant is not True,
        )

    def reference(self) -> Reference:
        """Return what all files taken say of the company."""
        rates = {
            iso: ExchangeRate(currency=iso, rate=rate if not certain else 1 / rate)
            for iso, certain, rate in self.currencies.values()
            if rate
        }
        return Reference(
            taken_at=self.taken_at,
            company=self._options() if self.company else None,
            exchange_rates=rates if self.currencies else None,
            **{**self.parts, **self._joined()},
        )

    def _joined(self) -> dict[str, dict[Any, Any]]:
        """Return the parts that several records tell of, in whatever order they came."""
        journals = self.parts.get("journals", {})
        joined: dict[str, dict[Any, Any]] = {}
        for code, plan in self.parts.get("dimensions", {}).items():
            parts = tuple(
                attrs.evolve(part, values=self.break_values.get((code, number), {}))
                for number, part in self.breaks[code].items()
            )
            joined.setdefault("dimensions", {})[code] = attrs.evolve(plan, parts=parts)
        for code, bank in self.parts.get("bank_accounts", {}).items():
            account = journals[bank.journal].account if bank.journal in journals else ""
            banks = joined.setdefault("bank_accounts", {})
            banks[code] = attrs.evolve(bank, account=account)
        return joined

    def _options(self) -> CompanyOptions:
        company = self.company
        assert company is not None  # noqa: S101 - asked by `reference` alone
        own = {
            "version": self.version,
            "account_length": str(company.account_length or 0),
            "section_length": str(company.section_length or 0),
            "import_update_mode": _number(company.import_update_mode),
            "import_journal_balance": _number(company.import_journal_balance),
            "import_analytic_balance": _digit(company.import_analytic_balance),
            "import_gap_debit_account": company.import_gap_debit_account,
            "import_gap_credit_account": company.import_gap_credit_account,
            "protect_piece_no": _digit(company.protect_piece_no),
            "continuous_numbering": _digit(company.continuous_numbering),
            "carry_field": _number(company.carry_field),
            "create_account_on_entry": _digit(company.create_account_on_entry),
            "forbid_dormant": _digit(company.forbid_dormant),
            "default_analytic_plan": str(company.default_analytic_plan or ""),
            "currency_numbers": ",".join(
                f"{iso}={number}" for number, (iso, _, _) in self.currencies.items()
            ),
            "currencies_quoted_certain": ",".join(
                iso for iso, certain, _ in self.currencies.values() if certain
            ),
            "payment_methods": "\n".join(
                f"{number}\t{label}\t{code}"
                for number, (label, code) in self.methods.items()
            ),
            "analysis_levels": "\t".join(self.level_at),
            "tax_origins": ",".join(
                f"{code}={origin}" for code, origin in self.origins.items()
            ),
            "plan_allocations": ",".join(
                f"{code}={kind}" for code, kind in self.allocations.items()
            ),
            "section_domains": ",".join(
                f"{plan}\t{section}={domain}"
                for (plan, section), domain in self.domains.items()
                if domain not in {"", _BOTH_DOMAINS}
            ),
            "opening_journal": company.opening_journal,
            **{
                name: ",".join(f"{code}={value}" for code, value in listed.items())
                for name, listed in self.marked.items()
            },
        }
        return CompanyOptions(
            name=company.company_name,
            registration=company.siret,
            tax_number=company.vat_id,
            base_currency=self._iso(company.base_currency_no) or self.header_currency,
            country="FR",
            fiscal_years=self.years,
            closed_through=self.closed_through,
            own=FrozenMap(own),
        )


def _breaks(plan: AnalyticPlanRow) -> Iterator[tuple[int, CodePart]]:
    """Yield the parts of a plan's section numbers with their own numbers.

    Inferred: a part whose values stand in the export (`#MENA`) is a closed list, one
    without is free. What the three published types of a part mean is not said anywhere.
    """
    for number in _BREAKS:
        name = getattr(plan, f"break_name_{number}")
        length = getattr(plan, f"break_length_{number}")
        if length:
            yield number, CodePart(name=name, length=length)


def _national(bank: OwnBankAccountRow | ThirdPartyBank) -> str:
    """Return an account number of its own country: bank, branch, account, key."""
    parts = (bank.bank_code, bank.branch, bank.account_number, bank.key)
    return " ".join(part for part in parts if part)


def years_of(company: CompanyFile) -> list[FiscalYear]:
    """Return the years, oldest first.

    Inferred: a year is closed when its last day is in a closed period, or is at the latest
    the end of the year that was closed last. The day of that closing is only taken for the
    end of a year where a year ends on it: it may be the day on which it was done.
    """
    slots = [
        (
            getattr(company, f"fiscal_year_start_{number}"),
            getattr(company, f"fiscal_year_end_{number}"),
        )
        for number in _YEARS
    ]
    years = sorted((start, end) for start, end in slots if start and end)
    done, through = company.last_closing_date, company.last_closed_period
    closings = [day for day in (through, done) if day]
    if done and done != through and done not in {end for _, end in years}:
        closings.remove(done)
    return [
        FiscalYear(start=start, end=end, closed=any(end <= day for day in closings))
        for start, end in years
    ]


def _number(value: object) -> str:
    """Return a code as its digits; "" for one that is blank or not published."""
    return str(int(value)) if isinstance(value, int) else ""


def _digit(value: object) -> str:
    return "1" if value is True else "0"


def _journal(record: JournalRecord) -> Journal:
    return Journal(
        code=record.code,
        name=record.label,
        kind=_JOURNALS.get(record.type, JournalKind.GENERAL),
        account=record.treasury_account,
        active=record.dormant is not True,
    )


def _tax_code(record: TaxRate) -> TaxCode:
    sales = record.direction == SageDirection.COLLECTED_ON_SALES
    return TaxCode(
        code=record.tax_code,
        name=record.label,
        # A tax of so much for a unit has no rate in per cent.
        rates=()
        if record.rate is None or record.rate_type != TaxRateRateType.RATE_PERCENT
        else (DatedRate(record.rate),),
        direction=TaxDirection.SALES if sales else TaxDirection.PURCHASES,
        account=record.vat_account,
        net_accounts=tuple(record.net_accounts),
    )

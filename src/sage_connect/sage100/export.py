"""Full exports of Sage 100 ("format Sage") read as `Reference`."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

import attrs

from ..errors import CodecError, FileFormatError
from ..model import (
    Account,
    AccountKind,
    Address,
    BankAccount,
    CompanyOptions,
    Customer,
    DatedRate,
    Dimension,
    DimensionValue,
    ExchangeRate,
    FiscalYear,
    Journal,
    JournalKind,
    Reference,
    Supplier,
    TaxCode,
    TaxDirection,
)
from ..model.fields import FrozenMap
from .wire import (
    AccountNature,
    AnalyticPlans,
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
    PaymentMethods,
    Record,
    Section,
    SectionType,
    Source,
    TaxDirection as SageDirection,
    TaxRate,
    ThirdParty,
    ThirdPartyType,
    stream,
)

_AGAIN: Final = "Export the company from Sage again: Fichier > Exporter > Format Sage."
_YEARS: Final = range(1, 11)
_KINDS: Final[Mapping[Any, AccountKind]] = {
    AccountNature.CLIENT: AccountKind.CUSTOMERS,
    AccountNature.SUPPLIER: AccountKind.SUPPLIERS,
    AccountNature.BANK: AccountKind.BANK,
    AccountNature.CASH: AccountKind.BANK,
    AccountNature.EXPENSE: AccountKind.EXPENSE,
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


def reference_of(files: Iterable[ExportFile]) -> Reference:
    """Return what exports say of the company.

    Files are read oldest first. One with the company's header (`#MDOS`) is a full export
    and starts anew; one without it adds to what came before.

    Raises:
        FileFormatError: A file is no flat file, is cut off before `#FIN`, or holds a value
            that cannot be read; names file, line and field.
    """
    reading = Reading()
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

    def __init__(self) -> None:
        self._start_anew()
        self._takes: dict[type, Callable[[Any], None]] = {
            CompanyFile: self._take_company,
            LevelNames: self._take_levels,
            Currencies: self._take_currencies,
            AnalyticPlans: self._take_plans,
            GeneralAccount: self._take_account,
            JournalRecord: self._take_journal,
            TaxRate: self._take_tax_code,
            ThirdParty: self._take_third_party,
            Section: self._take_section,
            OwnBank: self._take_bank,
            PaymentMethods: self._take_methods,
        }

    def _start_anew(self) -> None:
        self.taken_at: dt.datetime | None = None
        self.company: CompanyFile | None = None
        self.years: tuple[FiscalYear, ...] = ()
        self.closed_through: dt.date | None = None
        self.version = ""
        self.header_currency = ""
        self.levels: tuple[str, ...] = ()
        self.level_at: tuple[str, ...] = ()
        self.methods = ""
        self.currencies: dict[int, tuple[str, bool, Any]] = {}
        self.parts: dict[str, dict[Any, Any]] = {}
        self.origins: dict[str, str] = {}

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

    def _take_methods(self, table: PaymentMethods) -> None:
        self.methods = "\n".join(
            f"{number}\t{row.label}\t{row.code}"
            for number, row in enumerate(table.methods, start=1)
            if row.label or row.code
        )

    def _take_account(self, record: GeneralAccount) -> None:
        self._enter("accounts", record.account_number, self._account(record))

    def _take_journal(self, record: JournalRecord) -> None:
        self._enter("journals", record.code, _journal(record))

    def _take_tax_code(self, record: TaxRate) -> None:
        self.origins[record.tax_code] = _number(record.origin)
        self._enter("tax_codes", record.tax_code, _tax_code(record))

    def _take_section(self, record: Section) -> None:
        key = (str(record.plan_no), record.section)
        self._enter("dimension_values", key, self._section(record))

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
                self._enter("dimensions", plan.code, plan)

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
        }
        self.parts.setdefault("customers", {})
        self.parts.setdefault("suppliers", {})
        # "Other" third parties may stand on either side.
        if record.type in {ThirdPartyType.CLIENT, ThirdPartyType.OTHER}:
            self._enter("customers", record.number, Customer(**values))
        if record.type != ThirdPartyType.CLIENT:
            employee = record.type == ThirdPartyType.EMPLOYEE
            self._enter("suppliers", record.number, Supplier(**values, employee=employee))

    def _take_bank(self, record: OwnBank) -> None:
        for row in record.accounts:
            if row.journal:
                journal = self.parts.get("journals", {}).get(row.journal)
                bank = BankAccount(
                    code=row.short_name or row.journal,
                    name=record.label,
                    account=journal.account if journal else "",
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
            kind=_KINDS.get(record.nature, AccountKind.OTHER),
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
            **self.parts,
        )

    def _options(self) -> CompanyOptions:
        company = self.company
        assert company is not None  # noqa: S101 - asked by `reference` alone
        own = {
            "version": self.version,
            "account_length": str(company.account_length or 0),
            "section_length": str(company.section_length or 0),
            "import_update_mode": _number(company.import_update_mode),
            "import_journal_balance": _number(company.import_journal_balance),
            "create_account_on_entry": _digit(company.create_account_on_entry),
            "forbid_dormant": _digit(company.forbid_dormant),
            "default_analytic_plan": str(company.default_analytic_plan or ""),
            "currency_numbers": ",".join(
                f"{iso}={number}" for number, (iso, _, _) in self.currencies.items()
            ),
            "currencies_quoted_certain": ",".join(
                iso for iso, certain, _ in self.currencies.values() if certain
            ),
            "payment_methods": self.methods,
            "analysis_levels": "\t".join(self.level_at),
            "tax_origins": ",".join(
                f"{code}={origin}" for code, origin in self.origins.items()
            ),
        }
        return CompanyOptions(
            name=company.company_name,
            registration=company.siret,
            tax_number=company.vat_id,
            base_currency=self._iso(company.base_currency_no) or self.header_currency,
            country="FR",
            fiscal_years=tuple(sorted(self.years, key=lambda year: year.start)),
            closed_through=self.closed_through,
            own=FrozenMap(own),
        )


def years_of(company: CompanyFile) -> Iterator[FiscalYear]:
    """Yield the fiscal years of a company."""
    for number in _YEARS:
        start = getattr(company, f"fiscal_year_start_{number}")
        end = getattr(company, f"fiscal_year_end_{number}")
        if start and end:
            yield FiscalYear(start=start, end=end)


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
        rates=() if record.rate is None else (DatedRate(record.rate),),
        direction=TaxDirection.SALES if sales else TaxDirection.PURCHASES,
        account=record.vat_account,
        net_accounts=tuple(record.net_accounts),
    )

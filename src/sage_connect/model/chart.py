"""The books' own master data: accounts, journals, taxes, dimensions, banks, terms."""

import datetime as dt
import enum
from decimal import Decimal
from typing import ClassVar

import attrs

from . import fields


class AccountKind(enum.StrEnum):
    """What an account collects."""

    ASSET = "asset"
    LIABILITY = "liability"
    EQUITY = "equity"
    INCOME = "income"
    EXPENSE = "expense"
    BANK = "bank"
    CUSTOMERS = "customers"
    SUPPLIERS = "suppliers"
    OTHER = "other"


class JournalKind(enum.StrEnum):
    """What a journal takes."""

    SALES = "sales"
    PURCHASES = "purchases"
    BANK = "bank"
    GENERAL = "general"
    PROVISIONAL = "provisional"


class TaxDirection(enum.StrEnum):
    """Which documents a tax code belongs to."""

    SALES = "sales"
    PURCHASES = "purchases"
    BOTH = "both"


@attrs.frozen(kw_only=True)
class Account:
    """A general ledger account.

    Attributes:
        code: Account number or nominal code.
        name: As in the chart.
        kind: What it collects.
        currency: ISO 4217 code that it is kept in besides the base currency, or "".
        foreign_currency: True when movements may carry an amount in another currency; None
            when the product does not tell.
        tax_code: Code of the `TaxCode` that usually applies, or "".
        control: True for a collective account, whose movements must name a party.
        analytic: True when movements may be split over dimension values.
        total: True for a heading that takes no movements.
        active: False when it is no longer offered.
    """

    type: ClassVar[str] = "account"

    code: str = attrs.field(validator=fields.is_text)
    name: str = fields.text()
    kind: AccountKind = fields.choice(AccountKind, AccountKind.OTHER)
    currency: str = fields.text()
    foreign_currency: bool | None = fields.one_of(bool, None)
    tax_code: str = fields.text()
    control: bool = fields.flag()
    analytic: bool = fields.flag()
    total: bool = fields.flag()
    active: bool = fields.flag(default=True)


@attrs.frozen(kw_only=True)
class Journal:
    """A book of first entry.

    Attributes:
        code: Such as "VTE".
        name: As in the product.
        kind: What it takes.
        account: General account of a bank journal, or "".
        active: False when it is no longer offered.
    """

    type: ClassVar[str] = "journal"

    code: str = attrs.field(validator=fields.is_text)
    name: str = fields.text()
    kind: JournalKind = fields.choice(JournalKind, JournalKind.GENERAL)
    account: str = fields.text()
    active: bool = fields.flag(default=True)


@attrs.frozen
class DatedRate:
    """A rate and the day from which it applies.

    Attributes:
        rate: In per cent: `Decimal("20")` is 20 %.
        since: First day; None for "always".
    """

    rate: Decimal = attrs.field(converter=fields.exact, validator=fields.is_number)
    since: dt.date | None = fields.day()


@attrs.frozen(kw_only=True)
class TaxCode:
    """A tax (VAT, sales tax) as the product knows it.

    Attributes:
        code: Such as "C20"; taxes on documents name it.
        name: As in the product.
        rates: Rates by date, oldest first; empty when the product does not tell.
        direction: Whether sales, purchases or both may carry it.
        account: General account that the tax is posted to, or "".
        net_accounts: General accounts that the product ties to this code; empty for any.
        active: False when it is no longer offered.
    """

    type: ClassVar[str] = "tax_code"

    code: str = attrs.field(validator=fields.is_text)
    name: str = fields.text()
    rates: tuple[DatedRate, ...] = attrs.field(
        default=(), converter=fields.as_tuple, validator=fields.all_are(DatedRate)
    )
    direction: TaxDirection = fields.choice(TaxDirection, TaxDirection.BOTH)
    account: str = fields.text()
    net_accounts: tuple[str, ...] = attrs.field(
        default=(), converter=fields.as_tuple, validator=fields.all_are(str)
    )
    active: bool = fields.flag(default=True)

    def rate_on(self, day: dt.date | None) -> Decimal | None:
        """Return the rate in per cent on `day` (None: the newest), or None if not known."""
        found: Decimal | None = None
        for dated in self.rates:
            if day is None or dated.since is None or dated.since <= day:
                found = dated.rate
        return found


class ValueMode(enum.StrEnum):
    """Whether a dimension takes values of a list only."""

    FIXED = "fixed"
    FREE = "free"


@attrs.frozen(kw_only=True)
class CodePart:
    """A part of the codes of a dimension's values.

    Attributes:
        name: As in the product.
        length: Characters.
        values: Codes that it may be, by their names; empty where it is free text.
    """

    name: str = fields.text()
    length: int = fields.one_of(int, 0)
    values: fields.FrozenMap[str] = attrs.field(
        default=fields.NOTHING, converter=fields.frozen, validator=fields.are_texts
    )


@attrs.frozen(kw_only=True)
class Dimension:
    """An axis of analysis: analytic plan, analysis type, Intacct dimension.

    Attributes:
        code: The product's key of it (a plan's number in Sage 100).
        name: As in the product.
        levels: Names of the levels of analysis that its values may stand on, in order.
        mandatory: True when every analytic movement must be split over it in full.
        suspense: Code of the value that takes what is not split, or "".
        parts: What the codes of its values are made of, in order; empty for no parts.
        active: False when it is no longer offered.
    """

    type: ClassVar[str] = "dimension"

    code: str = attrs.field(validator=fields.is_text)
    name: str = fields.text()
    levels: tuple[str, ...] = attrs.field(
        default=(), converter=fields.as_tuple, validator=fields.all_are(str)
    )
    mandatory: bool = fields.flag()
    suspense: str = fields.text()
    parts: tuple[CodePart, ...] = attrs.field(
        default=(), converter=fields.as_tuple, validator=fields.all_are(CodePart)
    )
    active: bool = fields.flag(default=True)

    @property
    def value_mode(self) -> ValueMode:
        """FREE where a part of its codes has no list of values; else FIXED."""
        free = any(not part.values for part in self.parts)
        return ValueMode.FREE if free else ValueMode.FIXED


@attrs.frozen(kw_only=True)
class DimensionValue:
    """A value on an axis: analytic section, project, department.

    Attributes:
        dimension: Code of its `Dimension`.
        code: The value's own code.
        name: As in the product.
        level: Name of the level of analysis it stands on, or "".
        total: True for a heading that takes no movements.
        active: False when it is no longer offered.
    """

    type: ClassVar[str] = "dimension_value"

    dimension: str = attrs.field(validator=fields.is_text)
    code: str = attrs.field(validator=fields.is_text)
    name: str = fields.text()
    level: str = fields.text()
    total: bool = fields.flag()
    active: bool = fields.flag(default=True)


@attrs.frozen(kw_only=True)
class BankAccount:
    """A bank or cash account of the company.

    Attributes:
        code: The caller's code.
        name: As in the product.
        account: General account behind it.
        journal: Journal that its movements go to, or "".
        currency: ISO 4217 code, or "" for the base currency.
        iban: International account number, or "".
        active: False when it is closed.
    """

    type: ClassVar[str] = "bank_account"

    code: str = attrs.field(validator=fields.is_text)
    name: str = fields.text()
    account: str = fields.text()
    journal: str = fields.text()
    currency: str = fields.text()
    iban: str = fields.text()
    active: bool = fields.flag(default=True)


@attrs.frozen(kw_only=True)
class PaymentTerm:
    """When an invoice falls due.

    Attributes:
        code: The caller's code.
        name: As in the product.
        days: Days after the document's date.
        end_of_month: True when the days run to the end of that month.
    """

    type: ClassVar[str] = "payment_term"

    code: str = attrs.field(validator=fields.is_text)
    name: str = fields.text()
    days: int = fields.one_of(int, 0)
    end_of_month: bool = fields.flag()


@attrs.frozen(kw_only=True)
class Entity:
    """A legal entity, site or location within the company's books."""

    type: ClassVar[str] = "entity"

    code: str = attrs.field(validator=fields.is_text)
    name: str = fields.text()
    currency: str = fields.text()
    active: bool = fields.flag(default=True)


@attrs.frozen(kw_only=True)
class ExchangeRate:
    """What one unit of a currency is worth.

    Attributes:
        currency: ISO 4217 code of the foreign currency.
        rate: Base currency per one unit of `currency`.
        day: Day it was fixed on; None when the product does not tell.
    """

    type: ClassVar[str] = "exchange_rate"

    currency: str = attrs.field(validator=fields.is_text)
    rate: Decimal = attrs.field(converter=fields.exact, validator=fields.is_number)
    day: dt.date | None = fields.day()


@attrs.frozen(kw_only=True)
class FiscalYear:
    """A year of the books.

    Attributes:
        start: First day.
        end: Last day, included.
        closed: True when nothing may be posted in it any more.
    """

    start: dt.date = attrs.field(validator=attrs.validators.instance_of(dt.date))
    end: dt.date = attrs.field(validator=attrs.validators.instance_of(dt.date))
    closed: bool = fields.flag()

    def __contains__(self, day: dt.date) -> bool:
        return self.start <= day <= self.end


@attrs.frozen(kw_only=True)
class CompanyOptions:
    """What the product says of the company as a whole.

    Attributes:
        name: Company name.
        registration: Registration number (SIRET in France), or "".
        tax_number: VAT number, or "".
        base_currency: ISO 4217 code that the books are kept in.
        country: ISO 3166 two-letter code, or "".
        edition: The product's edition, or "".
        fiscal_years: Oldest first; empty when not known.
        closed_through: Last day of the last closed period; None when none is closed.
        own: Options in the product's own words, which its back end's rules read.
    """

    type: ClassVar[str] = "company_options"

    name: str = fields.text()
    registration: str = fields.text()
    tax_number: str = fields.text()
    base_currency: str = fields.text()
    country: str = fields.text()
    edition: str = fields.text()
    fiscal_years: tuple[FiscalYear, ...] = attrs.field(
        default=(), converter=fields.as_tuple, validator=fields.all_are(FiscalYear)
    )
    closed_through: dt.date | None = fields.day()
    own: fields.FrozenMap[str] = attrs.field(
        default=fields.NOTHING,
        converter=fields.frozen,
        validator=fields.are_texts,
        repr=lambda own: f"<{len(own)} options>",
    )

"""Who is invoiced and who invoices."""

import enum
from decimal import Decimal
from typing import ClassVar

import attrs

from . import fields


@attrs.frozen(kw_only=True)
class Address:
    """A postal address.

    Attributes:
        lines: Street lines, top first, without postal code and city.
        postal_code: As written in its country.
        city: Town.
        region: State, county or region.
        country: ISO 3166 two-letter code where known, else the name as given.
    """

    lines: tuple[str, ...] = attrs.field(
        default=(), converter=fields.as_tuple, validator=fields.all_are(str)
    )
    postal_code: str = fields.text()
    city: str = fields.text()
    region: str = fields.text()
    country: str = fields.text()


@attrs.frozen(kw_only=True)
class PartyBank:
    """A bank account of a party, to pay into or to collect from.

    Attributes:
        name: As in the product.
        iban: International account number, or "".
        bic: Bank identifier (SWIFT), or "".
        number: Account number of its own country, parts separated by blanks, or "".
        currency: ISO 4217 code, or "" for the base currency.
        main: True for the account that payments use.
    """

    name: str = fields.text()
    iban: str = fields.text()
    bic: str = fields.text()
    number: str = fields.text()
    currency: str = fields.text()
    main: bool = fields.flag()


class DueFrom(enum.StrEnum):
    """What the days of a term are counted from, or run to."""

    DATE = "date"
    END_OF_CIVIL_MONTH = "end_of_civil_month"
    END_OF_MONTH = "end_of_month"


@attrs.frozen(kw_only=True)
class PartyTerm:
    """One part of what a party owes or is owed: when it falls due, and how it is paid.

    Attributes:
        method: Name of the payment method, as in the product; "" when not known.
        days: Days after the document's date.
        due_from: What the days are counted from, or run to, in the product's own words.
        on_days: Days of the month that it then falls on, in order; empty for any.
        percent: Share of the total, in per cent; None for an amount or the rest.
        amount: Fixed part of the total; None for a share or the rest.
    """

    method: str = fields.text()
    days: int = fields.one_of(int, 0)
    due_from: DueFrom = fields.choice(DueFrom, DueFrom.DATE)
    on_days: tuple[int, ...] = attrs.field(
        default=(), converter=fields.as_tuple, validator=fields.all_are(int)
    )
    percent: Decimal | None = fields.amount()
    amount: Decimal | None = fields.amount()


@attrs.frozen(kw_only=True)
class Person:
    """Somebody to talk to at a party.

    Attributes:
        name: First and last name.
        job_title: As written.
        email: Address.
        phone: As written.
        mobile: As written.
        main: True for the one whom the product asks first.
    """

    name: str = attrs.field(validator=fields.is_text)
    job_title: str = fields.text()
    email: str = fields.text()
    phone: str = fields.text()
    mobile: str = fields.text()
    main: bool = fields.flag()


@attrs.frozen(kw_only=True)
class Party:
    """A business partner; use `Customer` or `Supplier`.

    Attributes:
        code: The caller's code of the party; documents name parties by it.
        name: Legal or trading name.
        account: General (control) account that the party's entries are collected on; "" for
            the ledger's default.
        currency: ISO 4217 code that the party trades in, or "" for any.
        tax_number: VAT or other tax identification number.
        registration: Company registration number (SIRET in France).
        address: Main address.
        delivery_address: Where goods go; None for the main address.
        people: Whom to talk to.
        email: Address for invoices.
        phone: As written.
        payment_term: Code of a `PaymentTerm`.
        control_accounts: Control accounts that its entries may stand on besides `account`.
        banks: Its bank accounts, as the product knows them.
        terms: Its own terms of payment, where the product keeps them with the party.
        notes: Free text.
        active: False when the product no longer offers the party for new documents.
    """

    code: str = attrs.field(validator=fields.is_text)
    name: str = fields.text()
    account: str = fields.text()
    currency: str = fields.text()
    tax_number: str = fields.text()
    registration: str = fields.text()
    address: Address | None = fields.one_of(Address, None)
    delivery_address: Address | None = fields.one_of(Address, None)
    people: tuple[Person, ...] = attrs.field(
        default=(), converter=fields.as_tuple, validator=fields.all_are(Person)
    )
    email: str = fields.text()
    phone: str = fields.text()
    payment_term: str = fields.text()
    control_accounts: tuple[str, ...] = attrs.field(
        default=(), converter=fields.as_tuple, validator=fields.all_are(str)
    )
    banks: tuple[PartyBank, ...] = attrs.field(
        default=(), converter=fields.as_tuple, validator=fields.all_are(PartyBank)
    )
    terms: tuple[PartyTerm, ...] = attrs.field(
        default=(), converter=fields.as_tuple, validator=fields.all_are(PartyTerm)
    )
    notes: str = fields.text()
    active: bool = fields.flag(default=True)


@attrs.frozen(kw_only=True)
class Customer(Party):
    """Somebody we invoice."""

    type: ClassVar[str] = "customer"


@attrs.frozen(kw_only=True)
class Supplier(Party):
    """Somebody who invoices us, or an employee with expense claims.

    Attributes:
        employee: True for an employee whose expense claims are paid back.
    """

    type: ClassVar[str] = "supplier"

    employee: bool = fields.flag()

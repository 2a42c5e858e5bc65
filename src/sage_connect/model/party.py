"""Who is invoiced and who invoices."""

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
        email: Address for invoices.
        phone: As written.
        payment_term: Code of a `PaymentTerm`.
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
    email: str = fields.text()
    phone: str = fields.text()
    payment_term: str = fields.text()
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

"""Customers, suppliers, items and analysis categories, as Sage Accounting takes them."""

from decimal import Decimal
from typing import Final

from ...errors import CodecError
from ...model import (
    Address,
    Customer,
    DimensionValue,
    Item,
    ItemKind,
    Party,
    Person,
    Reference,
)
from ..ids import ITEM_RESOURCES, SIDES, Ids
from ..regions import region_id
from ..resolve import bank_of_party, terms_of
from ..settings import AccountingSettings
from .encoded import Encoded, Writing

CONTACT_TYPES: Final = {"customer": "CUSTOMER", "supplier": "VENDOR"}
SALES_PRICE: Final = "Sales Price"
"""The name that Sage itself gives the first price of an item."""
RATE: Final = "Rate"
LONGEST_PERSON: Final = 50
"""Characters that the name of a person has."""
_STREETS: Final = ("address_line_1", "address_line_2")


class MasterCodec:
    """Writes master data of one business; arguments as of `TradeCodec`."""

    def __init__(
        self, ids: Ids, settings: AccountingSettings, reference: Reference
    ) -> None:
        self._ids: Ids = ids
        self._settings: AccountingSettings = settings
        self._reference: Reference = reference

    def party(self, party: Party) -> Encoded:
        """Return the fields of a customer or supplier."""
        side = SIDES[type(party)]
        out = Writing()
        out.put("name", party.name or party.code, "/name")
        out.put("contact_type_ids", [CONTACT_TYPES[side]])
        out.put("reference", party.code, "/code")
        if party.currency and not self._is_base(party.currency):
            out.put("currency_id", party.currency, "/currency")
        out.put("tax_number", party.tax_number, "/tax_number")
        out.put("notes", party.notes, "/notes")
        if party.account:
            name = (
                "default_sales_ledger_account_id"
                if isinstance(party, Customer)
                else "default_purchase_ledger_account_id"
            )
            account = self._ids.account(party.account)
            out.refer(name, account, "/account", "account", party.account)
        terms = terms_of(party, self._reference)
        if party.payment_term and terms is None and not party.terms:
            term = party.payment_term
            out.refer("credit_days", None, "/payment_term", "payment term", term)
        if terms is not None:
            place = "/terms/0" if party.terms else "/payment_term"
            out.put("credit_days", terms.days, place)
            out.put("credit_terms", terms.counted, place)
        if party.address is not None:
            self._address(out.part("main_address", "/address"), party.address, "/address")
        if party.delivery_address is not None:
            place = "/delivery_address"
            self._address(
                out.part("delivery_address", place), party.delivery_address, place
            )
        self._person(out, party)
        bank = bank_of_party(party)
        if bank is not None:
            inner = out.part("bank_account_details", "/banks/0")
            inner.put("account_name", bank.name, "/banks/0/name")
            inner.put("account_number", bank.number, "/banks/0/number")
            inner.put("iban", bank.iban, "/banks/0/iban")
            inner.put("bic", bank.bic, "/banks/0/bic")
        return out.encoded("contacts")

    def _person(self, out: Writing, party: Party) -> None:
        at, person = _main(party.people)
        email = _either(party.email, person.email if person else "", "/email")
        phone = _either(party.phone, person.phone if person else "", "/phone")
        if not (person or email or phone):
            return
        inner = out.part("main_contact_person", "/people" if person else "/email")
        place = f"/people/{at}"
        # Sage gives the person a name where a party's own is too long for one.
        named = party.name if len(party.name) <= LONGEST_PERSON else ""
        inner.put("name", person.name if person else named, f"{place}/name")
        inner.put("email", email, "/email")
        inner.put("telephone", phone, "/phone")
        if person:
            inner.put("job_title", person.job_title, f"{place}/job_title")
            inner.put("mobile", person.mobile, f"{place}/mobile")
            if person.main:
                inner.put("is_main_contact", value=True, path=f"{place}/main")

    def _address(self, out: Writing, address: Address, path: str) -> None:
        for at, name in enumerate(_STREETS):
            if at < len(address.lines):
                out.put(name, address.lines[at], f"{path}/lines/{at}")
        out.put("city", address.city, f"{path}/city")
        out.put("postal_code", address.postal_code, f"{path}/postal_code")
        company = self._reference.company
        country = address.country or (company.country if company is not None else "")
        # Where Sage checks regions it knows them by their ids.
        region = region_id(address.region, country) or address.region
        out.put("region", region, f"{path}/region")
        out.put("country_id", address.country, f"{path}/country")

    def item(self, item: Item) -> Encoded:
        """Return the fields of a product, service or stock item."""
        service = item.kind is ItemKind.SERVICE
        out = Writing()
        out.put("item_code", item.code, "/code")
        out.put("description", item.description, "/description")
        for name, code, usual, path in (
            (
                "sales_ledger_account_id",
                item.sales_account,
                self._settings.accounts.sales,
                "/sales_account",
            ),
            (
                "purchase_ledger_account_id",
                item.purchase_account,
                self._settings.accounts.purchases,
                "/purchase_account",
            ),
        ):
            wanted = code or usual
            # Only services may do without an account to be bought on.
            if wanted or not (service and name.startswith("purchase")):
                account = self._ids.account(wanted)
                out.refer(name, account, path, "account", wanted)
        if item.tax_code:
            tax = self._ids.taxes.get(item.tax_code)
            out.refer("sales_tax_rate_id", tax, "/tax_code", "tax", item.tax_code)
        out.put("cost_price", item.purchase_price, "/purchase_price")
        out.put("notes", item.notes, "/notes")
        if not item.active:
            out.put("active", False, "/active")
        if item.sales_price is not None:
            self._price(out, item.sales_price, service=service)
        return out.encoded(ITEM_RESOURCES[item.kind])

    def _price(self, out: Writing, price: Decimal, *, service: bool) -> None:
        path = "/sales_price"
        row = out.row("sales_rates" if service else "sales_prices", path)
        row.put("rate_name" if service else "price_name", RATE if service else SALES_PRICE)
        row.put("rate" if service else "price", price, path)
        row.put("rate_includes_tax" if service else "price_includes_tax", False, path)

    def category(self, value: DimensionValue, type_id: str | None) -> Encoded:
        """Return the fields of an analysis category of the type `type_id`."""
        out = Writing()
        out.refer(
            "analysis_type_id", type_id, "/dimension", "analysis type", value.dimension
        )
        out.put("name", value.name or value.code, "/name")
        out.put("code", value.code, "/code")
        return out.encoded("analysis_type_categories")

    def _is_base(self, currency: str) -> bool:
        company = self._reference.company
        return company is not None and company.base_currency == currency


def _either(own: str, persons: str, path: str) -> str:
    """Return what a party or its main person says: the contact has one place for both.

    Raises:
        CodecError: They say different things.
    """
    if own and persons and own != persons:
        raise CodecError(
            f"{own!r} and {persons!r} cannot both stand on a contact",
            path=path,
            fix="Give the main person's, or none of the party's own.",
        )
    return own or persons


def _main(people: tuple[Person, ...]) -> tuple[int, Person | None]:
    for at, person in enumerate(people):
        if person.main:
            return at, person
    return 0, people[0] if people else None

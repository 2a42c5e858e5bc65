"""Businesses of the simulator that have something of everything."""

import contextlib
import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

import attrs

from sage_connect.accounting import AccountingSettings, SageAccounting
from sage_connect.accounting.settings import Accounts
from sage_connect.model import (
    Address,
    Allocation,
    Customer,
    DimensionValue,
    Item,
    Line,
    Payment,
    PurchaseInvoice,
    SalesCreditNote,
    SalesInvoice,
    Supplier,
    Tax,
)
from sage_connect.testing.accounting import AccountingSimulator

from ..business import connected
from .muddle import DAY, Shop
from .sending import Sending

D = Decimal


@attrs.frozen
class World:
    """A business, and what right documents of it name.

    Attributes:
        sage: The ledger on it.
        shop: What it has.
        sending: The way past the rules.
    """

    sage: SageAccounting
    shop: Shop
    sending: Sending


OPTIONS: Final[dict[str, dict[str, Any]]] = {
    "plus": {},
    "ireland": {"country": "ie"},
    "canada": {"country": "ca"},
    "start": {"edition": "start"},
    "standard": {"edition": "standard", "announced_standard": True},
    "unregistered": {"tax_registered": False},
    "strict": {"missing_tax": "refused", "missing_tax_rate": "refused"},
    "cis": {},
}


@contextlib.contextmanager
def world(name: str) -> Iterator[World]:
    """Open a business by its name in `OPTIONS`."""
    with (
        AccountingSimulator(seed="demo", **OPTIONS[name]) as simulator,
        connected(simulator) as reader,
        connected(simulator, _settings(Shop(reader.company.load()))) as sage,
    ):
        sage.company.load()
        _furnish(sage, simulator, name)
        reference = sage.company.load()
        yield World(sage, Shop(reference, start=name == "start"), Sending(sage))
        assert simulator.crashes == []


def _settings(shop: Shop) -> AccountingSettings:
    sales, expenses = shop.accounts("sales"), shop.accounts("expenses")
    accounts = Accounts(sales=sales[0], purchases=expenses[0], shipping=sales[-1])
    return AccountingSettings(bank_account=min(shop.banks), accounts=accounts)


def _furnish(sage: SageAccounting, simulator: AccountingSimulator, name: str) -> None:
    # Bodies are made of parts here.
    api: Any = sage.api
    start = name == "start"
    api.financial_settings.update({"accounts_start_date": dt.date(2024, 1, 1)})
    for type_, code in (("CUSTOMER", "CHANGED"), ("VENDOR", "CHANGED2")):
        api.contacts.create({"name": code, "reference": code, "contact_type_ids": [type_]})
    gone = {"name": "Gone", "reference": "GONE1", "contact_type_ids": ["CUSTOMER"]}
    api.contacts.delete(api.contacts.create(gone).id)
    bank: dict[str, Any] = {"bank_account_type_id": "CHECKING"}
    closed, foreign = (1290, {"is_active": False}), (1230, {"currency_id": "EUR"})
    for nominal, more in (closed,) if start else (closed, foreign):
        named = {"bank_account_details": {"account_name": f"Bank {nominal}"}}
        api.bank_accounts.create({**bank, **named, **more, "nominal_code": nominal})
    if name in {"plus", "strict"}:
        api.business_exchange_rates.create({"currency_id": "EUR", "rate": D("0.85")})
    sage.company.load()
    if not start:
        spare = Item(code="SPARE", description="Spare")
        old = Item(code="OLD", description="Old", active=False)
        north = DimensionValue(dimension="Analysis type 1", code="NORTH", name="North")
        _made(sage, [spare, old, north])
    abroad = [Customer(code="VATTED", name="Vatted", tax_number="GB123456789")]
    if name == "plus":
        abroad.append(Customer(code="OSLO", name="Oslo", address=Address(country="NO")))
    _made(sage, [*abroad, Supplier(code="MASON", name="Mason")])
    if name == "cis":
        api.cis_settings.update({"contractor": True, "subcontractor": True})
        for side, code in (("customer", "VATTED"), ("supplier", "MASON")):
            simulator.books().register_cis(sage._books.ids.parties[side, code])
    sage.company.load()
    _trade(sage, start=start)


def _made(sage: SageAccounting, items: list[Any]) -> None:
    for one in sage.documents.post_all(items):
        one.unwrap()


def _trade(sage: SageAccounting, *, start: bool) -> None:
    """Post documents that are open, and some that are paid."""
    reference = sage.company.load()
    company = reference.company
    assert company is not None
    registered = company.own.get("tax_scheme") != "NOT_REGISTERED"
    rates = [(one.code, one.rate_on(DAY)) for one in (reference.tax_codes or {}).values()]
    taxes = [Tax(code, rate) for code, rate in rates if rate is not None][:1]
    line = Line(
        description="Work",
        unit_price=D(100),
        taxes=taxes if registered else (),
    )
    common: dict[str, Any] = {"date": DAY, "currency": company.base_currency}
    sale: dict[str, Any] = {**common, "party": "ARDENT", "lines": [line]}
    bought: dict[str, Any] = {**common, "party": "HARBOUR", "lines": [line]}
    paid = SalesInvoice(number="PAID-1", **sale)
    found: list[Any] = [
        SalesInvoice(number="OPEN-1", **sale),
        paid,
        SalesCreditNote(number="CREDIT-1", **sale),
    ]
    if not start:
        found.append(PurchaseInvoice(number="PURCH-1", due=DAY, **bought))
    for one in sage.documents.post_all(found):
        one.unwrap()
    (owed,) = [
        one.outstanding
        for one in (sage.company.load().open_documents or {}).values()
        if one.number == "PAID-1"
    ]
    _made(
        sage,
        [
            Payment(
                number="R-0",
                party="ARDENT",
                amount=owed,
                allocations=(Allocation("PAID-1", owed),),
                **common,
            )
        ],
    )

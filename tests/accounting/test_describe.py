"""What a business needs for a kind of document, made from what its books hold."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import attrs
import pytest

from sage_connect import (
    AccountingSettings,
    ConfigurationError,
    Customer,
    JournalEntry,
    Line,
    Movement,
    Payment,
    PurchaseInvoice,
    SalesInvoice,
    Supplier,
    Tax,
)
from sage_connect.accounting import SageAccounting
from sage_connect.accounting.describe import KINDS, Model
from sage_connect.accounting.settings import Accounts
from sage_connect.testing import AccountingSimulator, SimulatedAccounting

DAY = dt.date(2026, 9, 15)
SOLD = Line(
    description="Bolts",
    unit_price=Decimal("10.33"),
    account="4000",
    taxes=(Tax("GB_STANDARD", Decimal(20)),),
)
BOUGHT = attrs.evolve(SOLD, account="7500")
# Nothing but what is required.
BARE: dict[str, Any] = {
    "sales_invoices": SalesInvoice(
        number="F1", date=DAY, party="ARDENT", currency="GBP", lines=(SOLD,)
    ),
    "purchase_invoices": PurchaseInvoice(
        number="P1", date=DAY, due=DAY, party="HARBOUR", currency="GBP", lines=(BOUGHT,)
    ),
    "payments": Payment(
        number="R1",
        date=DAY,
        party="ARDENT",
        currency="GBP",
        amount=Decimal(10),
        bank_account="1200",
    ),
    "journal_entries": JournalEntry(
        number="J1",
        journal="",
        date=DAY,
        currency="GBP",
        movements=(
            Movement(account="7500", debit=Decimal(5)),
            Movement(account="2101", credit=Decimal(5)),
        ),
    ),
    "customers": Customer(code="NEW", name="New"),
    "suppliers": Supplier(code="NEW", name="New"),
}


@pytest.fixture(scope="module")
def ledger() -> Iterator[SageAccounting]:
    with SimulatedAccounting(AccountingSimulator()) as ledger:
        ledger.company.load()
        yield ledger


def codes(model: Model, path: str) -> list[str]:
    return [one.code for one in model.field(path).choices]


@pytest.mark.requirement("S64")
def test_two_businesses_with_different_books_give_two_models() -> None:
    with (
        SimulatedAccounting(AccountingSimulator("gb")) as british,
        SimulatedAccounting(AccountingSimulator("ie")) as irish,
    ):
        models = [one.company.describe("sales_invoices") for one in (british, irish)]
        british.customers.upsert([Customer(code="FRESH", name="Fresh")])
        third = british.company.describe("sales_invoices", max_age=dt.timedelta())

    first, second = models
    assert first != second
    assert codes(first, "currency")[0] == "GBP"
    assert codes(second, "currency")[0] == "EUR"
    assert "GB_STANDARD" in codes(first, "lines.taxes.code")
    assert "GB_STANDARD" not in codes(second, "lines.taxes.code")
    assert set(codes(third, "party")) - set(codes(first, "party")) == {"FRESH"}


@pytest.mark.requirement("S64")
def test_what_was_read_lately_is_not_read_again() -> None:
    simulator = AccountingSimulator()
    with SimulatedAccounting(simulator) as ledger:
        first = ledger.company.describe("sales_invoices")
        calls = len(simulator.calls)
        again = ledger.company.describe("sales_invoices")
        other = ledger.company.describe("payments")
        still = len(simulator.calls)
        ledger.company.describe("payments", max_age=dt.timedelta())
        anew = len(simulator.calls)

    assert first == again
    assert calls == still < anew
    assert codes(other, "bank_account") == ["1200", "1210"]
    assert "CREDIT_DEBIT" in codes(other, "method")


def test_choices_are_what_the_business_takes_there(ledger: SageAccounting) -> None:
    sales = ledger.company.describe("sales_invoices")
    bought = ledger.company.describe("purchase_invoices")

    assert "4000" in codes(sales, "lines.account")
    assert "7500" in codes(bought, "lines.account")
    assert set(codes(sales, "lines.account")) & set(codes(bought, "lines.account")) == set()
    assert "ARDENT" in codes(sales, "party")
    assert "HARBOUR" in codes(bought, "party")
    assert codes(sales, "notes") == []
    assert sales.field("reference").longest == 25
    assert sales.field("lines.account").about.startswith("General account")
    assert codes(ledger.company.describe("journal_entries"), "currency") == ["GBP"]


@pytest.mark.parametrize("kind", sorted(BARE))
def test_what_is_required_is_enough_and_each_part_is_needed(
    kind: str, ledger: SageAccounting
) -> None:
    model = ledger.company.describe(kind)
    document = BARE[kind]

    assert ledger.documents.check([document]).ok
    needless = [
        path
        for path in model.required
        # No line can be made without its price.
        if path != "lines.unit_price"
        and ledger.documents.check([_without(document, path)]).ok
    ]
    assert needless == []


def test_settings_make_fields_needless() -> None:
    settings = AccountingSettings(accounts=Accounts(sales="4000"), bank_account="1200")
    with SimulatedAccounting(AccountingSimulator(), settings) as ledger:
        sales = ledger.company.describe("sales_invoices")
        payments = ledger.company.describe("payments")
        short = _without(BARE["sales_invoices"], "lines.account")

        assert ledger.documents.check([short]).ok
    assert "lines.account" not in sales.required
    assert "bank_account" not in payments.required


def test_a_business_without_vat_needs_no_tax() -> None:
    with SimulatedAccounting(AccountingSimulator(tax_registered=False)) as ledger:
        model = ledger.company.describe("sales_invoices")
        untaxed = _without(BARE["sales_invoices"], "lines.taxes")

        assert ledger.documents.check([untaxed]).ok
    assert "lines.taxes" not in model.required


def test_every_kind_is_described(ledger: SageAccounting) -> None:
    for kind in KINDS:
        model = ledger.company.describe(kind)
        paths = [one.path for one in model.fields]
        assert len(paths) == len(set(paths)) > 3
        assert set(model.required) <= set(paths)
        assert [one.path for one in model.fields if not one.about] == []


def test_what_is_no_kind_is_told(ledger: SageAccounting) -> None:
    with pytest.raises(ConfigurationError, match="sales_invoices"):
        ledger.company.describe("invoices")
    with pytest.raises(KeyError):
        ledger.company.describe("sales_invoices").field("lines.analytic")


def _without(document: Any, path: str) -> Any:
    """Return the document with the field emptied in all its parts."""
    name, _, inner = path.partition(".")
    value = getattr(document, name)
    if inner:
        return attrs.evolve(
            document, **{name: tuple(_without(one, inner) for one in value)}
        )
    empty: Any = None
    if isinstance(value, str | tuple):
        empty = type(value)()
    elif isinstance(value, Decimal):
        empty = Decimal(0)
    return attrs.evolve(document, **{name: empty})

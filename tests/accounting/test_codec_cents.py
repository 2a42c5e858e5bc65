"""What is sent comes to what the document says, to the cent; what settles has its place."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import attrs
import pytest

from sage_connect import (
    Address,
    BankDirection,
    BankEntry,
    Charge,
    Customer,
    Line,
    Percent,
    PurchaseInvoice,
    SalesInvoice,
    Supplier,
    Tax,
    totals,
)
from sage_connect.testing import AccountingSimulator, SimulatedAccounting

DAY = dt.date(2026, 9, 15)
TAX = Tax("GB_STANDARD", Decimal(20))


@pytest.fixture
def ledger() -> Iterator[SimulatedAccounting]:
    with SimulatedAccounting(AccountingSimulator(seed="empty")) as ledger:
        ledger.customers.post(Customer(code="ABLE", name="Able"))
        ledger.suppliers.post(Supplier(code="BAKER", name="Baker"))
        yield ledger
        assert ledger.simulator.crashes == []


@pytest.mark.parametrize(
    ("quantity", "price", "percent"),
    [
        # Half a cent: rounded on the discount, it is a cent less than on the line.
        ("2", "737.35", "15"),
        ("10", "803.89", "15"),
        ("1", "0.10", "5"),
        ("3", "10.33", "12.5"),
        ("7", "352.77", "33.333"),
    ],
)
def test_a_discount_keeps_its_cent(
    quantity: str, price: str, percent: str, ledger: SimulatedAccounting
) -> None:
    line = Line(
        description="Work",
        quantity=Decimal(quantity),
        unit_price=Decimal(price),
        discount=Percent(Decimal(percent)),
        account="4000",
        taxes=(TAX,),
    )
    invoice = SalesInvoice(
        number="SI-1", date=DAY, due=DAY, party="ABLE", currency="GBP", lines=(line,)
    )

    (outcome,) = ledger.documents.post_all([invoice])
    again = ledger.documents.post_all([invoice])

    (record,) = ledger.simulator.books().all("sales_invoices")
    assert list(outcome.report) == []
    assert Decimal(record["total_amount"]) == totals(invoice).gross
    assert again[0].state.value == "UNCHANGED"


def test_a_bank_entry_settles_what_it_names(ledger: SimulatedAccounting) -> None:
    line = Line(
        description="Paper", unit_price=Decimal("80.00"), account="7500", taxes=(TAX,)
    )
    bought = PurchaseInvoice(
        number="P1", date=DAY, due=DAY, party="BAKER", currency="GBP", lines=(line,)
    )
    debit = BankEntry(
        number="B1",
        date=DAY,
        bank_account="1200",
        currency="GBP",
        amount=Decimal("96.00"),
        direction=BankDirection.OUT,
        party="BAKER",
        settles="P1",
        description="Card 4071",
    )

    outcomes = ledger.documents.post_all([debit, bought])
    again = ledger.documents.post_all([debit, bought])

    (record,) = ledger.simulator.books().all("purchase_invoices")
    assert [one.state.value for one in outcomes] == ["CREATED", "CREATED"]
    assert [one.state.value for one in again] == ["UNCHANGED", "UNCHANGED"]
    assert Decimal(record["outstanding_amount"]) == 0
    assert ledger.simulator.books().is_balanced()


def test_a_bank_entry_with_an_account_and_a_document_has_no_place(
    ledger: SimulatedAccounting,
) -> None:
    entry = BankEntry(
        number="B1",
        date=DAY,
        bank_account="1200",
        currency="GBP",
        amount=Decimal("96.00"),
        party="BAKER",
        settles="P1",
        account="7500",
    )
    ledger.company.load()

    both = ledger.documents.check([entry])
    neither = ledger.documents.check(
        [attrs.evolve(entry, settles="", party="", account="")]
    )

    assert "/settles" in {one.path for one in both.errors}
    assert "SC-SA-BANK-ENTRY-ACCOUNT" in neither.by_code


def test_a_contact_that_has_not_changed_is_left_alone(ledger: SimulatedAccounting) -> None:
    whole = Customer(
        code="CHARLIE",
        name="Charlie",
        address=Address(
            lines=("1 Way",), postal_code="NT1 2AB", city="Newtown", country="GB"
        ),
    )
    first = ledger.customers.upsert([whole])
    ledger.company.load()
    second = ledger.customers.upsert([whole])
    address = Address(lines=("1 Way",), postal_code="NT1 2AB", city="Oldtown", country="GB")
    moved = attrs.evolve(whole, address=address)
    third = ledger.customers.upsert([moved])

    states = [one.state.value for one in (*first, *second, *third)]
    assert states == ["CREATED", "UNCHANGED", "UPDATED"]


def test_a_stated_cent_of_tax_is_not_lost_on_carriage(ledger: SimulatedAccounting) -> None:
    """Sage computes the tax of carriage itself: another line takes the cent."""
    line = Line(
        description="Work", unit_price=Decimal("10.02"), account="4000", taxes=(TAX,)
    )
    invoice = SalesInvoice(
        number="SI-1",
        date=DAY,
        due=DAY,
        party="ABLE",
        currency="GBP",
        lines=(line,),
        charges=(Charge(amount=Decimal(50), taxes=(TAX,)),),
        tax=Decimal("12.01"),
    )

    (outcome,) = ledger.documents.post_all([invoice])

    (record,) = ledger.simulator.books().all("sales_invoices")
    assert [one.code for one in outcome.report] == ["SC-SA-TAX-CENT"]
    assert Decimal(record["tax_amount"]) == Decimal("12.01")


def test_a_stated_cent_of_tax_goes_to_the_tax_that_has_it(
    ledger: SimulatedAccounting,
) -> None:
    """The largest line may be of another tax than the largest tax."""
    low = Tax("GB_LOWER", Decimal(5))
    small = Line(
        description="Work", unit_price=Decimal("5.02"), account="4000", taxes=(TAX,)
    )
    large = attrs.evolve(small, unit_price=Decimal(40), taxes=(low,))
    invoice = SalesInvoice(
        number="SI-1",
        date=DAY,
        due=DAY,
        party="ABLE",
        currency="GBP",
        lines=(*[small] * 10, large),
        tax=Decimal("12.01"),
    )
    wanted = {one.code: one.amount for one in totals(invoice).taxes}

    ledger.documents.post_all([invoice])

    (record,) = ledger.simulator.books().all("sales_invoices")
    found = dict.fromkeys(wanted, Decimal())
    for one in record["invoice_lines"]:
        found[one["tax_rate"]["id"]] += Decimal(one["tax_amount"])
    assert found == wanted == {"GB_STANDARD": Decimal("10.01"), "GB_LOWER": Decimal(2)}

"""CIS, the reverse charge and the edition Start: what is posted, and what comes back."""

from collections.abc import Iterator
from decimal import Decimal

import attrs
import pytest

from sage_connect import Line, SalesInvoice, totals
from sage_connect.accounting import AccountingSettings
from sage_connect.accounting.settings import Policy, StartQuantity
from sage_connect.ledger import State
from sage_connect.model import Withholding
from sage_connect.testing.accounting import AccountingSimulator
from sage_connect.testing.modes import Books

from .business import connected
from .conftest import Opening
from .trading import (
    CUSTOMER,
    STANDARD,
    SUPPLIER,
    a_purchase,
    a_supplier_payment,
    an_invoice,
    outstanding,
    posted,
    record,
    status,
)

# ---- CIS


@pytest.fixture
def builder() -> Iterator[AccountingSimulator]:
    """A business under CIS, with a customer and a supplier who are registered."""
    with AccountingSimulator() as simulator:
        contacts = {
            one["reference"]: one["id"] for one in simulator.books().all("contacts")
        }
        for code in (CUSTOMER, SUPPLIER):
            simulator.books().register_cis(contacts[code])
        with connected(simulator) as sage:
            sage.api.cis_settings.update({"contractor": True, "subcontractor": True})
        simulator.calls.clear()
        yield simulator

        assert simulator.crashes == []


def cis_lines(simulator: AccountingSimulator, *, sale: bool) -> list[Line]:
    """Labour of 1,000 and materials of 500, on the accounts that Sage has made for them."""
    scope = "visible_in_sales" if sale else "visible_in_expenses"
    accounts = simulator.books().all("ledger_accounts")
    found: list[Line] = []
    for name, price in (("cis_labour", "1000"), ("cis_materials", "500")):
        (account,) = [one for one in accounts if one[name] and one[scope]]
        code = f"{account['nominal_code']:04d}"
        line = Line(
            description=name, unit_price=Decimal(price), account=code, taxes=[STANDARD]
        )
        found.append(line)
    return found


@pytest.mark.requirement("S151")
@pytest.mark.parametrize("sale", [True, False], ids=["sale", "purchase"])
def test_labour_is_deducted_from_and_materials_are_not(
    opening: Opening, builder: AccountingSimulator, *, sale: bool
) -> None:
    lines = cis_lines(builder, sale=sale)
    kept = Withholding(rate=Decimal(20), base=Decimal(1000))
    make = an_invoice if sale else a_purchase
    given = make("C1", lines=lines, withholding=kept)
    seat = "sales_invoices" if sale else "purchase_invoices"

    (outcome,) = opening(builder).post([given])
    books = opening(builder)
    found = books.run(getattr(books.ledger, seat).get(outcome.unwrap().id))

    assert outcome.state is State.CREATED
    assert [one.code for one in outcome.report] == []
    stands = record(builder, seat, outcome.unwrap().id)
    told = {
        name: Decimal(stands[name])
        for name in (
            "net_amount",
            "total_amount",
            "cis_applicable_amount",
            "withholding_tax_amount",
            "total_after_cis_deduction",
        )
    }
    assert told == {
        "net_amount": Decimal(1500),
        "total_amount": Decimal(1800),
        "cis_applicable_amount": Decimal(1000),
        "withholding_tax_amount": Decimal(200),
        "total_after_cis_deduction": Decimal(1600),
    }
    assert found.withholding == kept
    assert totals(given).due == Decimal(1600)
    assert builder.books().is_balanced()


@pytest.mark.requirement("S151")
def test_what_is_paid_is_what_the_deduction_leaves(
    opening: Opening, builder: AccountingSimulator
) -> None:
    kept = Withholding(rate=Decimal(20), base=Decimal(1000))
    lines = cis_lines(builder, sale=False)
    books = opening(builder)

    id, _ = posted(
        books,
        a_purchase("C1", lines=lines, withholding=kept),
        a_supplier_payment("S1", "1600", ("C1", "1600")),
    )

    assert status(builder, "purchase_invoices", id) == "PAID"


@pytest.mark.requirement("S152")
@pytest.mark.parametrize(("rate", "state"), [(0, "C"), (20, "C"), (30, "C"), (120, "R")])
def test_the_rates_are_those_of_the_scheme(
    opening: Opening, builder: AccountingSimulator, rate: int, state: str
) -> None:
    kept = Withholding(rate=Decimal(rate), base=Decimal(1000))
    lines = cis_lines(builder, sale=False)
    builder.calls.clear()

    (outcome,) = opening(builder).post([a_purchase("C1", lines=lines, withholding=kept)])

    assert outcome.state.value[0] == state
    writes = [call for call in builder.calls if call.method != "GET"]
    assert len(writes) == (1 if state == "C" else 0)


@pytest.mark.requirement("S153")
def test_what_sage_made_different_is_told(
    opening: Opening, builder: AccountingSimulator
) -> None:
    """Sage computes a deduction by itself: a document that has none is told of it."""
    labour = cis_lines(builder, sale=False)[:1]

    (outcome,) = opening(builder).post([a_purchase("C1", lines=labour)])

    stands = record(builder, "purchase_invoices", outcome.unwrap().id)
    assert Decimal(stands["withholding_tax_amount"]) == Decimal(200)
    told = {one.code: one.values for one in outcome.report}
    assert "SC-SA-READ-BACK" in told


@pytest.mark.requirement("S155")
def test_a_contact_that_is_not_registered_is_refused(
    opening: Opening, builder: AccountingSimulator
) -> None:
    kept = Withholding(rate=Decimal(20), base=Decimal(1000))
    lines = cis_lines(builder, sale=False)
    builder.calls.clear()

    (outcome,) = opening(builder).post(
        [a_purchase("C1", lines=lines, withholding=kept, party="INK")]
    )

    assert outcome.state is State.REFUSED
    assert "SC-SA-CIS-CUSTOMER" in {one.code for one in outcome.report}
    assert "POST" not in {call.method for call in builder.calls}


# ---- reverse charge


@pytest.mark.parametrize("sale", [True, False], ids=["sale", "purchase"])
def test_under_the_reverse_charge_the_tax_is_shown_and_not_charged(
    opening: Opening, simulator: AccountingSimulator, *, sale: bool
) -> None:
    make = an_invoice if sale else a_purchase
    given = make("R1", reverse_charge=True)
    party = CUSTOMER if sale else SUPPLIER
    seat = "sales_invoices" if sale else "purchase_invoices"
    with connected(simulator) as sage:
        contacts = {
            one["reference"]: one["id"] for one in simulator.books().all("contacts")
        }
        sage.api.contacts.update(contacts[party], {"tax_number": "GB999999973"})

    (outcome,) = opening(simulator).post([given])
    (again,) = opening(simulator).post([given])
    books = opening(simulator)
    found = books.run(getattr(books.ledger, seat).get(outcome.unwrap().id))

    assert (outcome.state, again.state) == (State.CREATED, State.UNCHANGED)
    assert [one.code for one in outcome.report] == []
    sums = totals(given)
    assert [sums.net, sums.tax, sums.gross] == [Decimal(100), Decimal(), Decimal(100)]
    stands = record(simulator, seat, outcome.unwrap().id)
    assert [Decimal(stands[name]) for name in ("net_amount", "total_amount")] == [100, 100]
    assert found.reverse_charge is True
    assert totals(found).gross == Decimal(100)
    assert simulator.books().is_balanced()


# ---- Start


@pytest.fixture
def start() -> Iterator[AccountingSimulator]:
    with AccountingSimulator(edition="start") as simulator:
        yield simulator


def three_bolts() -> SalesInvoice:
    invoice = an_invoice("Q1", "10.00")
    return attrs.evolve(
        invoice, lines=[attrs.evolve(invoice.lines[0], quantity=Decimal(3))]
    )


@pytest.mark.requirement("S127")
def test_in_start_a_quantity_is_folded_into_price_and_text(
    opening: Opening, start: AccountingSimulator
) -> None:
    policy = Policy(start_quantity=StartQuantity.FOLD)
    settings = AccountingSettings(policy=policy)
    given = three_bolts()

    (outcome,) = opening(start, settings).post([given])
    (again,) = opening(start, settings).post([given])

    assert (outcome.state, again.state) == (State.CREATED, State.UNCHANGED)
    stands = record(start, "sales_invoices", outcome.unwrap().id)
    (line,) = stands["invoice_lines"]
    assert line["description"] == "3 x Bolts"
    assert Decimal(line["quantity"]) == 1
    assert Decimal(line["unit_price"]) == Decimal("30.00")
    assert Decimal(stands["total_amount"]) == totals(given).gross == Decimal("36.00")


@pytest.mark.requirement("S127")
def test_in_start_a_quantity_is_refused_unless_it_may_be_folded(
    opening: Opening, start: AccountingSimulator
) -> None:
    (outcome,) = opening(start).post([three_bolts()])

    assert outcome.state is State.REFUSED
    assert {one.code for one in outcome.report} == {"SC-SA-START-QUANTITY"}
    assert start.books().count("sales_invoices") == 0


@pytest.mark.requirement("S127")
def test_what_is_folded_can_be_edited(opening: Opening, start: AccountingSimulator) -> None:
    settings = AccountingSettings(policy=Policy(start_quantity=StartQuantity.FOLD))
    books: Books = opening(start, settings)
    (id,) = posted(books, three_bolts())
    invoice = three_bolts()
    four = attrs.evolve(
        invoice, lines=[attrs.evolve(invoice.lines[0], quantity=Decimal(4))]
    )

    books.run(books.ledger.sales_invoices.edit(four))

    assert outstanding(start, "sales_invoices", id) == Decimal("48.00")

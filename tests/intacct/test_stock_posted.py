"""Entries of a stock journal, posted: what moves in the books of the company."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import attrs
import pytest

from sage_connect import (
    Goods,
    JournalEntry,
    Line,
    PurchaseInvoice,
    SalesInvoice,
    State,
    StockJournal,
)
from sage_connect.testing.intacct import IntacctSimulator

from .company import connected

DAY = dt.date(2026, 11, 2)
STOCK = StockJournal(
    code="GJ",
    currency="GBP",
    stock="1300",
    received="2050",
    cost="5000",
    revenue="4000",
    unbilled="1101",
    deferred="2400",
    adjustments="5090",
    item_dimension="ITEM",
)
PIPES = Goods(
    item="COPPER-15",
    quantity=Decimal(40),
    unit_cost=Decimal("2.50"),
    unit_price=Decimal("4.00"),
    dimensions={"DEPARTMENT": "ENG"},
)


@pytest.fixture
def simulator() -> Iterator[IntacctSimulator]:
    with IntacctSimulator() as simulator:
        yield simulator
        assert simulator.crashes == []


def accounts_of(simulator: IntacctSimulator) -> dict[str, str]:
    """Accounts that the company has, in the place of those it lacks."""
    known = [row["ACCOUNTNO"] for row in simulator.books().all("GLACCOUNT")]
    names = ("stock", "received", "cost", "revenue", "unbilled", "deferred", "adjustments")
    return dict(zip(names, known, strict=False))


@pytest.mark.requirement("S243", "S244", "S245", "S246", "S247", "S248")
def test_the_way_of_goods_is_posted_to_the_journal_once(
    simulator: IntacctSimulator,
) -> None:
    accounts = accounts_of(simulator)
    stock = attrs.evolve(STOCK, **accounts)
    bought = PurchaseInvoice(
        number="R-88",
        date=DAY,
        party="INK",
        currency="GBP",
        lines=[
            Line(
                quantity=Decimal(40),
                unit_price=Decimal("2.80"),
                account=accounts["received"],
            )
        ],
    )
    sold = SalesInvoice(
        number="S-1",
        date=DAY,
        party="ARDENT",
        currency="GBP",
        lines=[Line(unit_price=Decimal(50))],
    )
    made: list[JournalEntry | None] = [
        stock.receipt([PIPES], number="GRN-7", date=DAY),
        # Goods and income in one entry.
        stock.shipment([PIPES], number="SH-9", date=DAY, revenue=True),
        stock.recognition(sold),
        stock.settlement(bought, [PIPES]),
    ]
    entries: list[Any] = [one for one in made if one is not None]

    with connected(simulator) as ledger:
        outcomes = ledger.documents.post_all(entries)
        again = ledger.documents.post_all(entries)

    assert [one.report.by_code for one in outcomes] == [{}] * 4
    assert [one.state for one in outcomes] == [State.CREATED] * 4
    assert [one.state for one in again] == [State.UNCHANGED] * 4
    books = simulator.books()
    assert books.is_balanced()
    assert books.count("GLBATCH") == 4
    balances = books.balances()
    moved = {name: balances.get(number, Decimal()) for name, number in accounts.items()}
    # 100 in and out of stock; 12 too much on the bill; 160 and 50 of income.
    assert moved == {
        "stock": Decimal(0),
        "received": Decimal("-112.00"),
        "cost": Decimal("100.00"),
        "revenue": Decimal("-210.00"),
        "unbilled": Decimal("160.00"),
        "deferred": Decimal("50.00"),
        "adjustments": Decimal("12.00"),
    }


@pytest.mark.requirement("S243")
def test_an_entry_that_does_not_balance_is_refused(simulator: IntacctSimulator) -> None:
    stock = attrs.evolve(STOCK, **accounts_of(simulator))
    entry = stock.receipt([PIPES], number="GRN-7", date=DAY)
    whole, _ = entry.movements
    torn = attrs.evolve(entry, movements=[*entry.movements, whole])

    with connected(simulator) as ledger:
        (outcome,) = ledger.documents.post_all([torn])

    assert outcome.state is State.REFUSED
    assert set(outcome.report.by_code) == {"SC-ENTRY-UNBALANCED"}

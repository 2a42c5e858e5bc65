"""Items and invoices as they were given, after the way to Sage and back."""

import datetime as dt
from decimal import Decimal
from typing import Any

import attrs
import pytest

from sage_connect import Customer, Item, Line, Percent, SalesInvoice, State, Tax
from sage_connect.model import Charge, ChargeKind, ItemKind, totals
from sage_connect.testing.accounting import AccountingSimulator

from .conftest import Opening
from .trading import DUE

LOWER = Tax("GB_LOWER", Decimal(5))
STANDARD = Tax("GB_STANDARD", Decimal(20))
DAY = dt.date(2026, 11, 2)


def an_item(kind: ItemKind, **more: Any) -> Item:
    service = kind is ItemKind.SERVICE
    return Item(
        **{
            "code": "NEW-1",
            "description": "Brass valve, 22 mm",
            "kind": kind,
            "sales_price": Decimal("12.40"),
            "purchase_price": None if service else Decimal("7.15"),
            "sales_account": "4010" if service else "4000",
            "purchase_account": "" if service else "5000",
            "tax_code": "GB_LOWER",
            "notes": "Two on the shelf",
            "active": True,
            **more,
        }
    )


def came_back(given: Any, found: Any) -> None:
    """Compare field by field, so that the one that differs is named."""
    for name in attrs.fields_dict(type(given)):
        assert (name, getattr(found, name)) == (name, getattr(given, name))


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param(ItemKind.PRODUCT, marks=pytest.mark.requirement("S75")),
        pytest.param(ItemKind.STOCK, marks=pytest.mark.requirement("S75")),
        pytest.param(ItemKind.SERVICE, marks=pytest.mark.requirement("S76")),
    ],
)
@pytest.mark.parametrize("active", [True, False])
def test_every_field_of_an_item_comes_back(
    opening: Opening, simulator: AccountingSimulator, kind: ItemKind, *, active: bool
) -> None:
    given = an_item(kind, active=active)

    first = opening(simulator).post([given])
    books = opening(simulator)
    found = books.run(books.ledger.items.get("NEW-1"))
    again = books.post([given])

    assert [one.state for one in (*first, *again)] == [State.CREATED, State.UNCHANGED]
    came_back(given, found)


@pytest.mark.requirement("S136")
def test_a_customer_is_created_read_changed_and_left_alone(
    opening: Opening, simulator: AccountingSimulator
) -> None:
    given = Customer(code="NEW1", name="New Ltd", currency="GBP", email="a@example.com")
    moved = attrs.evolve(given, email="b@example.com", notes="Moved")
    books = opening(simulator)
    states = [
        outcome.state
        for one in (given, given, moved, moved)
        for outcome in books.run(books.ledger.customers.upsert([one]))
    ]

    other = opening(simulator)
    found = other.run(other.ledger.customers.get("NEW1"))

    assert states == [State.CREATED, State.UNCHANGED, State.UPDATED, State.UNCHANGED]
    assert (found.name, found.email, found.notes) == ("New Ltd", "b@example.com", "Moved")
    assert len([one for one in simulator.books().all("contacts") if _is_new(one)]) == 1


def _is_new(contact: Any) -> bool:
    return bool(contact["reference"] == "NEW1")


def an_invoice(**more: Any) -> SalesInvoice:
    return SalesInvoice(
        **{
            "number": "F1",
            "date": DAY,
            "due": DUE,
            "party": "ARDENT",
            "currency": "GBP",
            "reference": "PO 77",
            "notes": "Leave at the gate",
            "lines": [
                Line(
                    description="Copper pipe",
                    quantity=Decimal(3),
                    unit_price=Decimal("10.33"),
                    discount=Percent(Decimal(10)),
                    item="COPPER-15",
                    account="4000",
                    taxes=[STANDARD],
                ),
                Line(
                    description="Call-out",
                    quantity=Decimal(1),
                    unit_price=Decimal("60.00"),
                    item="CALLOUT",
                    account="4010",
                    taxes=[LOWER],
                ),
            ],
            "charges": [
                Charge(amount=Decimal("4.50"), kind=ChargeKind.SHIPPING, taxes=[STANDARD])
            ],
            **more,
        }
    )


ZERO = Tax("GB_ZERO", Decimal(0))
EUROS: dict[str, Any] = {
    "party": "EIFFEL",
    "currency": "EUR",
    "exchange_rate": Decimal("0.8612"),
    "charges": [],
    "lines": [
        Line(
            description="Copper pipe",
            quantity=Decimal(3),
            unit_price=Decimal("10.33"),
            item="COPPER-15",
            account="4000",
            taxes=[ZERO],
        )
    ],
}


@pytest.mark.requirement("S77", "S137")
@pytest.mark.parametrize(
    "given",
    [
        an_invoice(),
        an_invoice(**EUROS),
        an_invoice(prices_include_tax=True),
    ],
    ids=["at home", "abroad", "tax included"],
)
def test_every_field_of_an_invoice_comes_back(
    opening: Opening, simulator: AccountingSimulator, given: SalesInvoice
) -> None:
    (outcome,) = opening(simulator).post([given])
    books = opening(simulator)
    found = books.run(books.ledger.sales_invoices.get(outcome.unwrap().id))

    came_back(given, found)
    (stands,) = simulator.books().all("sales_invoices")
    assert Decimal(stands["total_amount"]) == totals(given).gross
    assert [one.severity for one in outcome.report.errors] == []

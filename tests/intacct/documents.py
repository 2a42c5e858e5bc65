"""Documents for a company in the simulator, another for each number."""

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from sage_connect import (
    Allocation,
    Customer,
    JournalEntry,
    Line,
    Movement,
    Payment,
    PurchaseInvoice,
    SalesCreditNote,
    SalesInvoice,
    Supplier,
    Tax,
)
from sage_connect.testing.intacct import IntacctSimulator

from .company import connected

DAY = dt.date(2026, 11, 2)
DUE = dt.date(2026, 12, 2)
SOLD = Tax("UK Sale Goods Standard Rate", Decimal(20))
BOUGHT = Tax("UK Purchase Goods Standard Rate", Decimal(20))
CUSTOMER, SUPPLIER = "CUST1", "SUPP1"
GROSS = Decimal("12.40")
PARTIES: Sequence[Customer | Supplier] = (
    Customer(code=CUSTOMER, name="Customer One"),
    Customer(code="OTHER", name="Customer Two"),
    Supplier(code=SUPPLIER, name="Supplier One"),
)


def trading(simulator: IntacctSimulator) -> IntacctSimulator:
    """Give a new company those whom it trades with."""
    with connected(simulator) as sage:
        for outcome in sage.documents.post_all(PARTIES):
            outcome.unwrap()
    return simulator


def an_invoice(n: int, price: str = "10.33", **more: Any) -> SalesInvoice:
    line = Line(
        description="Bolts", unit_price=Decimal(price), account="4000", taxes=[SOLD]
    )
    values = {"date": DAY, "due": DUE, "party": CUSTOMER, "currency": "GBP", **more}
    return SalesInvoice(number=f"F{n}", lines=[line], **values)


def a_credit(n: int) -> SalesCreditNote:
    line = Line(description="Bolts", unit_price=Decimal(4), account="4000", taxes=[SOLD])
    return SalesCreditNote(
        number=f"C{n}", date=DAY, party=CUSTOMER, currency="GBP", lines=[line]
    )


def a_purchase(n: int, **more: Any) -> PurchaseInvoice:
    line = Line(description="Paper", unit_price=Decimal(9), account="7500", taxes=[BOUGHT])
    values = {"date": DAY, "due": DUE, "party": SUPPLIER, "currency": "GBP", **more}
    return PurchaseInvoice(number=f"S{n}", lines=[line], **values)


def a_payment(n: int, amount: Decimal = GROSS) -> Payment:
    """Of the invoice with the same number."""
    return Payment(
        number=f"P{n}",
        date=DAY,
        party=CUSTOMER,
        currency="GBP",
        amount=amount,
        bank_account="BANK",
        method="EFT",
        allocations=[Allocation(f"F{n}", amount)],
    )


def an_entry(n: int) -> JournalEntry:
    movements = [
        Movement(account="7500", debit=Decimal("12.50"), description="Paper"),
        Movement(account="2101", credit=Decimal("12.50"), description="Paper"),
    ]
    return JournalEntry(
        number=f"J{n}",
        journal="GJ",
        date=DAY,
        currency="GBP",
        description="Accrual",
        movements=movements,
    )


KINDS: Sequence[tuple[Callable[[int], Any], str, str, str, Decimal | None]] = (
    (an_invoice, "ARINVOICE", "RECORDID", "TRX_TOTALENTERED", GROSS),
    (a_purchase, "APBILL", "RECORDID", "TRX_TOTALENTERED", Decimal("10.80")),
    (a_payment, "ARPYMT", "DOCNUMBER", "TRX_TOTALENTERED", GROSS),
    (an_entry, "GLBATCH", "REFERENCENO", "", None),
)
"""Kinds of documents: how they are made, and where in the books they stand."""

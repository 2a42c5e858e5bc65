"""Sage Accounting keeps what every ledger promises, blocking and awaiting."""

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import attrs
import pytest

from sage_connect import (
    Customer,
    DimensionValue,
    Item,
    JournalEntry,
    Line,
    Movement,
    Payment,
    PurchaseCreditNote,
    PurchaseInvoice,
    SalesInvoice,
    Supplier,
    Tax,
)
from sage_connect.accounting import AsyncSageAccounting, SageAccounting
from sage_connect.ledger import Postable
from sage_connect.testing import LedgerContract
from sage_connect.testing.accounting import AccountingSimulator

from .business import connected, connected_async, created

DAY = dt.date(2026, 11, 2)
DUE = dt.date(2026, 12, 2)
STANDARD = Tax("GB_STANDARD", Decimal(20))
CUSTOMER = "CUST1"
SUPPLIER = "SUPP1"


class TestSageAccounting(LedgerContract):
    # A contact has one bank account, and CIS is the one scheme there is.
    implied = frozenset({"/banks/0/main", "/withholding/code"})

    @pytest.fixture(autouse=True)
    def _business(self) -> Iterator[None]:
        with AccountingSimulator(seed="empty") as self.simulator:
            with connected(self.simulator) as sage:
                for party in (
                    Customer(code=CUSTOMER, name="Customer One"),
                    Supplier(code=SUPPLIER, name="Supplier One"),
                ):
                    (sage.documents.post_all([party])[0]).unwrap()
            self.simulator.calls.clear()
            yield

    def ledger(self) -> SageAccounting:
        return connected(self.simulator)

    def async_ledger(self) -> AsyncSageAccounting:
        return connected_async(self.simulator)

    def a_customer(self) -> Customer:
        return Customer(code="NEW1", name="New Customer", email="new@example.com")

    def a_bad_customer(self) -> Customer:
        # A reference has ten characters at most.
        return Customer(code="ELEVEN-LONG", name="Eleven")

    def an_invoice(self, n: int) -> SalesInvoice:
        return SalesInvoice(
            number=f"F{n}",
            date=DAY,
            due=DUE,
            party=CUSTOMER,
            currency="GBP",
            lines=[
                Line(
                    description="Bolts",
                    quantity=Decimal(3),
                    unit_price=Decimal("10.33"),
                    account="4000",
                    taxes=[STANDARD],
                )
            ],
        )

    def posted_content(self, ledger: Any) -> bytes:
        del ledger
        return created(self.simulator)

    def samples(self) -> Mapping[str, Postable]:
        bought = Line(
            description="Paper",
            quantity=Decimal(2),
            unit_price=Decimal("4.50"),
            account="7500",
            taxes=[STANDARD],
        )
        values: dict[str, Any] = {
            "date": DAY,
            "party": SUPPLIER,
            "currency": "GBP",
            "lines": [bought],
        }
        invoice = self.an_invoice(1)
        return {
            **super().samples(),
            "suppliers": Supplier(code="NEW2", name="New Supplier"),
            "dimension_values": DimensionValue(
                dimension="Analysis type 1", code="D1", name="Depot"
            ),
            "items": Item(
                code="BOLT",
                description="Bolts",
                sales_price=Decimal("10.33"),
                sales_account="4000",
                purchase_account="5000",
            ),
            "purchase_invoices": PurchaseInvoice(number="PI1", due=DUE, **values),
            "purchase_credit_notes": PurchaseCreditNote(number="PC1", **values),
            "payments": attrs.evolve(
                self.a_payment(invoice), bank_account="1200", method="CREDIT_DEBIT"
            ),
            "journal_entries": JournalEntry(
                number="J1",
                journal="",
                date=DAY,
                currency="GBP",
                description="Accrual",
                movements=[
                    Movement(account="7500", debit=Decimal("12.50"), description="Paper"),
                    Movement(account="2101", credit=Decimal("12.50"), description="Paper"),
                ],
            ),
        }

    def a_payment(self, invoice: SalesInvoice) -> Payment:
        return attrs.evolve(super().a_payment(invoice), bank_account="1200")

"""`MemoryLedger` keeps the promises of every ledger."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from sage_connect.ledger import Postable
from sage_connect.model import (
    Customer,
    DimensionValue,
    Item,
    JournalEntry,
    Line,
    Movement,
    PurchaseCreditNote,
    PurchaseInvoice,
    SalesCreditNote,
    SalesInvoice,
    Supplier,
    Tax,
)
from sage_connect.testing import AsyncMemoryLedger, LedgerContract, MemoryLedger

DAY = dt.date(2026, 1, 15)
LINE = Line(unit_price=Decimal("10.50"), account="706000", taxes=(Tax("C20", Decimal(20)),))


@pytest.mark.requirement("S29", "S38", "S39")
class TestMemoryLedger(LedgerContract):
    def ledger(self) -> MemoryLedger:
        return MemoryLedger()

    def async_ledger(self) -> AsyncMemoryLedger:
        return AsyncMemoryLedger()

    def a_customer(self) -> Customer:
        return Customer(code="C9", name="Ninth")

    def an_invoice(self, n: int) -> SalesInvoice:
        return SalesInvoice(
            number=f"F{n}", date=DAY, party="C1", currency="EUR", lines=[LINE]
        )

    def posted_content(self, ledger: Any) -> bytes:
        content: bytes = ledger.content
        return content

    def samples(self) -> Mapping[str, Postable]:
        trade: dict[str, Any] = {"date": DAY, "currency": "EUR", "lines": [LINE]}
        sides = [
            Movement(account="706000", credit=Decimal(5)),
            Movement(account="411000", debit=Decimal(5), party="C1"),
        ]
        return {
            "customers": self.a_customer(),
            "suppliers": Supplier(code="S9", name="Ninth"),
            "items": Item(code="I9", description="Ninth"),
            "dimension_values": DimensionValue(dimension="1", code="V9", name="Ninth"),
            "sales_invoices": self.an_invoice(1),
            "sales_credit_notes": SalesCreditNote(number="A1", party="C1", **trade),
            "purchase_invoices": PurchaseInvoice(number="B1", party="S1", **trade),
            "purchase_credit_notes": PurchaseCreditNote(number="B2", party="S1", **trade),
            "payments": self.a_payment(self.an_invoice(1)),
            "journal_entries": JournalEntry(
                number="J1", journal="OD", date=DAY, currency="EUR", movements=sides
            ),
        }

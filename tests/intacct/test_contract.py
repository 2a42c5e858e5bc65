"""Sage Intacct keeps what every ledger promises, blocking and awaiting."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import attrs
import pytest

from sage_connect import (
    BankDirection,
    BankEntry,
    Customer,
    DimensionValue,
    Item,
    JournalEntry,
    Line,
    Movement,
    PurchaseCreditNote,
    PurchaseInvoice,
    SalesInvoice,
    Supplier,
    Tax,
)
from sage_connect.intacct import AsyncSageIntacct, SageIntacct
from sage_connect.ledger import Postable
from sage_connect.testing import LedgerContract
from sage_connect.testing.intacct import IntacctSimulator

from .company import connected, connected_async

DAY = dt.date(2026, 11, 2)
DUE = dt.date(2026, 12, 2)
STANDARD = Tax("UK Sale Goods Standard Rate", Decimal(20))
BOUGHT = Tax("UK Purchase Goods Standard Rate", Decimal(20))
CUSTOMER = "CUST1"
SUPPLIER = "SUPP1"
_ID = re.compile(rb'controlid="[^"]*"')


class TestSageIntacct(LedgerContract):
    # Products and services are one kind of item there: it is kept in no stock.
    implied = frozenset({"/kind"})

    @pytest.fixture(autouse=True)
    def _company(self) -> Iterator[None]:
        with IntacctSimulator(seed="empty") as self.simulator:
            with connected(self.simulator) as sage:
                for party in (
                    Customer(code=CUSTOMER, name="Customer One"),
                    Supplier(code=SUPPLIER, name="Supplier One"),
                ):
                    (sage.documents.post_all([party])[0]).unwrap()
            self.simulator.calls.clear()
            yield
            assert self.simulator.crashes == []

    def ledger(self) -> SageIntacct:
        return connected(self.simulator)

    def async_ledger(self) -> AsyncSageIntacct:
        return connected_async(self.simulator)

    def a_customer(self) -> Customer:
        return Customer(code="NEW1", name="New Customer", email="new@example.com")

    def a_bad_customer(self) -> Customer:
        # No XML can carry it.
        return attrs.evolve(self.a_customer(), name="New\x00Customer")

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
                    # Intacct keeps amounts: a quantity would come back in the text.
                    unit_price=Decimal("30.99"),
                    account="4000",
                    taxes=[STANDARD],
                )
            ],
        )

    def posted_content(self, ledger: Any) -> bytes:
        del ledger
        # Each function as it was sent; reads change nothing.
        sent = [
            call.body for call in self.simulator.calls if call.unique and call.status == 200
        ]
        return b"\n".join(
            function
            for body in sent
            for function in re.findall(rb"<function .*?</function>", body, re.DOTALL)
        ) + (b"\n" if sent else b"")

    def samples(self) -> Mapping[str, Postable]:
        bought = Line(
            description="Paper",
            unit_price=Decimal(9),
            account="7500",
            taxes=[BOUGHT],
        )
        values: dict[str, Any] = {
            "date": DAY,
            "party": SUPPLIER,
            "currency": "GBP",
        }
        return {
            **super().samples(),
            "suppliers": Supplier(code="NEW2", name="New Supplier"),
            "dimension_values": DimensionValue(
                dimension="DEPARTMENT", code="D1", name="Depot"
            ),
            "items": Item(
                code="BOLT",
                description="Bolts",
                sales_price=Decimal("10.33"),
                sales_account="4000",
                purchase_account="5000",
            ),
            "purchase_invoices": PurchaseInvoice(
                number="PI1", due=DUE, lines=[bought], **values
            ),
            "purchase_credit_notes": PurchaseCreditNote(
                number="PC1", lines=[bought], **values
            ),
            "payments": attrs.evolve(
                self.a_payment(self.an_invoice(1)), bank_account="BANK", method="EFT"
            ),
            "journal_entries": JournalEntry(
                number="J1",
                journal="GJ",
                date=DAY,
                currency="GBP",
                description="Accrual",
                movements=[
                    Movement(account="7500", debit=Decimal("12.50"), description="Paper"),
                    Movement(account="2101", credit=Decimal("12.50"), description="Paper"),
                ],
            ),
            "bank_entries": BankEntry(
                number="R1",
                date=DAY,
                bank_account="BANK",
                currency="GBP",
                amount=Decimal(7),
                direction=BankDirection.IN,
                account="4900",
                description="Interest",
            ),
        }

"""Sage 100 keeps what every ledger promises, blocking and awaiting."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest

from sage_connect import (
    Allocation,
    AsyncSage100,
    Customer,
    DimensionValue,
    JournalEntry,
    Line,
    Movement,
    Payment,
    PaymentKind,
    PurchaseCreditNote,
    PurchaseInvoice,
    Sage100,
    SalesInvoice,
    Supplier,
    Tax,
    totals,
)
from sage_connect.ledger import Postable
from sage_connect.sage100.settings import Policy
from sage_connect.testing import LedgerContract
from sage_connect.testing.demo import export_bytes, settings

SETTINGS = attrs.evolve(
    settings(),
    policy=Policy(create_suppliers=True, create_analytics=True),
)


@pytest.mark.requirement("S96")
class TestSage100(LedgerContract):
    expects_confirmation = True

    @pytest.fixture(autouse=True)
    def _workspace(self, tmp_path: Path) -> None:
        self.folder = tmp_path / "company"
        (self.folder / "exports").mkdir(parents=True)
        (self.folder / "exports" / "company.txt").write_bytes(export_bytes())

    def ledger(self) -> Sage100:
        return Sage100(self.folder, SETTINGS)

    def async_ledger(self) -> AsyncSage100:
        return AsyncSage100(self.folder, SETTINGS)

    def samples(self) -> Mapping[str, Postable]:
        bought = attrs.evolve(
            self.an_invoice(3).lines[0], account="606300", taxes=(Tax("D20", Decimal(20)),)
        )
        day = dt.date(2026, 9, 15)
        values: dict[str, Any] = {
            "date": day,
            "party": "PAPETERIE",
            "currency": "EUR",
            "lines": (bought,),
        }
        purchase = PurchaseInvoice(number="HC1", **values)
        gross = totals(purchase).gross
        return {
            **super().samples(),
            "suppliers": Supplier(code="NOUVEAUF", name="Nouveau", account="401000"),
            "dimension_values": DimensionValue(
                dimension="PROJET", code="P2026-077", name="Gare", level="Production cost"
            ),
            "purchase_invoices": purchase,
            "purchase_credit_notes": PurchaseCreditNote(number="HC2", **values),
            "payments": Payment(
                kind=PaymentKind.SUPPLIER_PAYMENT,
                number="PC1",
                date=day,
                party="PAPETERIE",
                currency="EUR",
                amount=gross,
                allocations=(Allocation("HC1", gross),),
            ),
            "journal_entries": JournalEntry(
                number="OC1",
                journal="OD",
                date=day,
                currency="EUR",
                movements=(
                    Movement(account="606300", debit=Decimal(10)),
                    Movement(account="606400", credit=Decimal(10)),
                ),
            ),
        }

    def a_customer(self) -> Customer:
        return Customer(code="NOUVEAU", name="Nouveau client", account="411000")

    def an_invoice(self, n: int) -> SalesInvoice:
        return SalesInvoice(
            number=f"FC{n}",
            date=dt.date(2026, 9, 1 + n % 28),
            party="DUPONT",
            currency="EUR",
            lines=(
                Line(
                    description="Étude",
                    quantity=Decimal(2),
                    unit_price=Decimal("150.00") + n,
                    account="706000",
                    taxes=(Tax("C20", Decimal(20)),),
                ),
            ),
        )

    def a_bad_customer(self) -> Customer:
        return attrs.evolve(self.a_customer(), name="日本")

    def posted_content(self, ledger: Any) -> bytes:  # noqa: ARG002 - the folder has it
        return b"".join(
            file.read_bytes() for file in sorted((self.folder / "imports").glob("*.txt"))
        )

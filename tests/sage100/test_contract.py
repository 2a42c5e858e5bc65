"""Sage 100 keeps what every ledger promises, blocking and awaiting."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest

from sage_connect import AsyncSage100, Customer, Line, Sage100, SalesInvoice, Tax
from sage_connect.testing import LedgerContract
from sage_connect.testing.demo import export_bytes, settings


class TestSage100(LedgerContract):
    expects_confirmation = True

    @pytest.fixture(autouse=True)
    def _workspace(self, tmp_path: Path) -> None:
        self.folder = tmp_path / "company"
        (self.folder / "exports").mkdir(parents=True)
        (self.folder / "exports" / "company.txt").write_bytes(export_bytes())

    def ledger(self) -> Sage100:
        return Sage100(self.folder, settings())

    def async_ledger(self) -> AsyncSage100:
        return AsyncSage100(self.folder, settings())

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

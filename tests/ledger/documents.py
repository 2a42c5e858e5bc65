"""Documents and a rule book that the tests of the ledger share."""

import datetime as dt
from decimal import Decimal
from typing import Any

from sage_connect.model import (
    Allocation,
    Customer,
    Line,
    Payment,
    PurchaseInvoice,
    SalesInvoice,
    Tax,
)

DAY = dt.date(2026, 1, 15)
LINE = Line(unit_price=Decimal(10), account="706000", taxes=(Tax("C20", Decimal(20)),))


def invoice(number: str = "F1", **said: Any) -> SalesInvoice:
    usual: dict[str, Any] = {"date": DAY, "party": "C1", "currency": "EUR", "lines": [LINE]}
    return SalesInvoice(number=number, **{**usual, **said})


def purchase(number: str = "B1", **said: Any) -> PurchaseInvoice:
    usual: dict[str, Any] = {"date": DAY, "party": "S1", "currency": "EUR", "lines": [LINE]}
    return PurchaseInvoice(number=number, **{**usual, **said})


def payment(*settled: str, number: str = "P1", **said: Any) -> Payment:
    parts = tuple(Allocation(one, Decimal(12)) for one in settled)
    usual: dict[str, Any] = {"date": DAY, "party": "C1", "currency": "EUR"}
    amount = Decimal(12) * max(len(parts), 1)
    return Payment(number=number, amount=amount, allocations=parts, **{**usual, **said})


def customer(code: str = "C1", **said: Any) -> Customer:
    return Customer(code=code, name="First", **said)

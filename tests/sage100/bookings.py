"""Purchases, money and what they become, for the tests of them."""

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs

from sage_connect import (
    Allocation,
    AnalyticShare,
    BankEntry,
    JournalEntry,
    Line,
    Movement,
    Outcome,
    Payment,
    PaymentKind,
    PurchaseCreditNote,
    PurchaseInvoice,
    Tax,
)
from sage_connect.sage100.settings import Policy
from sage_connect.sage100.wire import EntryLine, read
from sage_connect.testing.demo import settings
from sage_connect.testing.importer import Sage100Importer

DAY = dt.date(2026, 9, 10)
D20 = Tax("D20", Decimal(20))
CREATING = attrs.evolve(
    settings(), policy=Policy(create_suppliers=True, create_analytics=True)
)
Entry = tuple[str, str, str, str]
Imported = Callable[[], Sage100Importer]
Post = Callable[..., Sequence[Outcome[Any]]]


def bought(price: str = "100.00", **changes: Any) -> Line:
    values: dict[str, Any] = {
        "description": "Papier",
        "unit_price": Decimal(price),
        "account": "606400",
        "taxes": (D20,),
    }
    return Line(**{**values, **changes})


def purchase(number: str = "HA1", **changes: Any) -> PurchaseInvoice:
    values: dict[str, Any] = {
        "number": number,
        "date": DAY,
        "party": "PAPETERIE",
        "currency": "EUR",
        "lines": (bought(),),
    }
    return PurchaseInvoice(**{**values, **changes})


def credit(number: str = "HAV1", **changes: Any) -> PurchaseCreditNote:
    given = attrs.asdict(purchase(number), recurse=False)
    return PurchaseCreditNote(**{**given, **changes})


def paid(number: str = "R1", **changes: Any) -> Payment:
    values: dict[str, Any] = {
        "kind": PaymentKind.SUPPLIER_PAYMENT,
        "number": number,
        "date": DAY,
        "party": "PAPETERIE",
        "currency": "EUR",
        "amount": Decimal("120.00"),
        "bank_account": "BQ",
        "allocations": (Allocation("HA1", Decimal("120.00")),),
    }
    return Payment(**{**values, **changes})


def moved(number: str = "B1", **changes: Any) -> BankEntry:
    values: dict[str, Any] = {
        "number": number,
        "date": DAY,
        "bank_account": "BQ",
        "currency": "EUR",
        "amount": Decimal("120.00"),
        "party": "PAPETERIE",
        "description": "CB PAPETERIE",
    }
    return BankEntry(**{**values, **changes})


def records(folder: Path) -> list[Any]:
    files = sorted((folder / "imports").glob("*.txt"))
    return [one for file in files for one in read(file.read_bytes()).records]


def lines(folder: Path) -> list[Entry]:
    """Return journal, account, third party and amount of each line, credit below 0."""
    found: list[Entry] = []
    for one in records(folder):
        if isinstance(one, EntryLine):
            assert one.amount is not None
            assert one.amount > 0, "the side turns, never the sign"
            sign = -1 if int(one.side) else 1
            amount = str(sign * one.amount)
            found.append((one.journal, one.account, one.third_party, amount))
    return found


def codes(outcome: Outcome[Any]) -> set[str]:
    return {one.code for one in outcome.report.errors}


ACCRUAL = JournalEntry(
    number="OD1",
    journal="OD",
    date=DAY,
    currency="EUR",
    description="Facture à recevoir",
    reference="septembre",
    movements=(
        Movement(
            account="606400",
            debit=Decimal("50.00"),
            analytic=(AnalyticShare("P2026-001", "PROJET"),),
        ),
        Movement(account="401000", credit=Decimal("50.00"), party="PAPETERIE", due=DAY),
    ),
)

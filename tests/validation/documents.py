"""Documents that every rule accepts, to be spoilt one fault at a time, and a ledger."""

import datetime as dt
from decimal import Decimal
from typing import Any, Final

from sage_connect.model import (
    Account,
    Allocation,
    AnalyticShare,
    BankEntry,
    CompanyOptions,
    Customer,
    DatedRate,
    FiscalYear,
    JournalEntry,
    Line,
    Movement,
    OpenDocument,
    Payment,
    PurchaseInvoice,
    Reference,
    SalesInvoice,
    Supplier,
    Tax,
    TaxCode,
    TaxDirection,
)
from sage_connect.model.reference import by_code

D = Decimal
DAY: Final = dt.date(2026, 3, 31)
VAT: Final = Tax("C20", D(20))

REFERENCE: Final = Reference(
    company=CompanyOptions(
        base_currency="EUR",
        fiscal_years=(
            FiscalYear(start=dt.date(2025, 1, 1), end=dt.date(2025, 12, 31), closed=True),
            FiscalYear(start=dt.date(2026, 1, 1), end=dt.date(2026, 12, 31)),
        ),
        closed_through=dt.date(2026, 1, 31),
    ),
    accounts=by_code(
        [
            *(Account(code=code) for code in ("411000", "512000", "706000")),
            Account(code="7", total=True),
            Account(code="706999", active=False),
        ]
    ),
    tax_codes=by_code(
        [
            TaxCode(
                code="C20",
                rates=(DatedRate(D("19.6")), DatedRate(D(20), dt.date(2014, 1, 1))),
                direction=TaxDirection.SALES,
            ),
            TaxCode(
                code="D20", rates=(DatedRate(D(20)),), direction=TaxDirection.PURCHASES
            ),
            TaxCode(code="OLD", active=False),
            TaxCode(code="ANY"),
        ]
    ),
    customers=by_code(
        [
            Customer(code="ACME", currency="EUR"),
            Customer(code="USA", currency="USD"),
            Customer(code="GONE", active=False),
        ]
    ),
    suppliers=by_code([Supplier(code="PAPER")]),
    exchange_rates={},
    open_documents={
        ("ACME", "FA-1"): OpenDocument(
            number="FA-1",
            kind="sales_invoice",
            party="ACME",
            currency="EUR",
            total=D(120),
            outstanding=D(100),
        ),
        ("ACME", "FA-2"): OpenDocument(
            number="FA-2",
            kind="sales_invoice",
            party="ACME",
            currency="USD",
            total=D(120),
            outstanding=D(120),
        ),
    },
)


def line(**changes: Any) -> Line:
    """Return a line of 100.00 with one tax."""
    usual: dict[str, Any] = {
        "description": "Étude",
        "unit_price": D(100),
        "account": "706000",
        "taxes": (VAT,),
    }
    return Line(**{**usual, **changes})


def invoice(**changes: Any) -> SalesInvoice:
    """Return an invoice that every rule accepts: 100.00 net, 120.00 gross."""
    usual: dict[str, Any] = {
        "number": "FA-2026-001",
        "date": DAY,
        "party": "ACME",
        "currency": "EUR",
        "lines": (line(),),
    }
    return SalesInvoice(**{**usual, **changes})


def purchase(**changes: Any) -> PurchaseInvoice:
    """Return a purchase that every rule accepts."""
    usual: dict[str, Any] = {
        "number": "A-1",
        "date": DAY,
        "party": "PAPER",
        "currency": "EUR",
        "lines": (line(taxes=(Tax("D20", D(20)),)),),
    }
    return PurchaseInvoice(**{**usual, **changes})


def payment(**changes: Any) -> Payment:
    """Return a receipt of 100.00 that settles FA-1 in full."""
    usual: dict[str, Any] = {
        "number": "R-1",
        "date": DAY,
        "party": "ACME",
        "currency": "EUR",
        "amount": D(100),
        "allocations": (Allocation("FA-1", D(100)),),
    }
    return Payment(**{**usual, **changes})


def entry(*movements: Movement, **changes: Any) -> JournalEntry:
    """Return an entry that every rule accepts, or one of `movements`."""
    usual: dict[str, Any] = {
        "number": "OD-1",
        "journal": "OD",
        "date": DAY,
        "currency": "EUR",
        "movements": movements
        or (
            Movement(account="411000", debit=D(50)),
            Movement(account="706000", credit=D(50)),
        ),
    }
    return JournalEntry(**{**usual, **changes})


def moved(one: Movement, **changes: Any) -> JournalEntry:
    """Return an entry of `one` movement and what balances it: one fault alone stays one."""
    amount = (one.debit or D(0)) - (one.credit or D(0))
    other = Movement(
        account="411000",
        debit=-amount if amount < 0 else None,
        credit=amount if amount > 0 else None,
    )
    # Of one that moves nothing, the others balance each other.
    rest = (other,) if amount else entry().movements
    return entry(one, *rest, **changes)


def bank(**changes: Any) -> BankEntry:
    """Return a bank entry that every rule accepts."""
    usual: dict[str, Any] = {
        "number": "B-1",
        "date": DAY,
        "bank_account": "MAIN",
        "currency": "EUR",
        "amount": D(10),
        "account": "512000",
    }
    return BankEntry(**{**usual, **changes})


def shares(*amounts: str | None) -> tuple[AnalyticShare, ...]:
    """Return a share for each amount; of weight 1 for None."""
    return tuple(
        AnalyticShare(f"P{at}", amount=None if amount is None else D(amount))
        for at, amount in enumerate(amounts)
    )

"""Documents for a business in the simulator, another for each number."""

import datetime as dt
from decimal import Decimal

from sage_connect import Allocation, Line, Payment, PurchaseInvoice, SalesInvoice, Tax

DAY = dt.date(2026, 11, 2)
STANDARD = Tax("GB_STANDARD", Decimal(20))
CUSTOMER, SUPPLIER = "CUST1", "SUPP1"


def an_invoice(n: int, price: str = "10.33") -> SalesInvoice:
    line = Line(
        description="Bolts", unit_price=Decimal(price), account="4000", taxes=[STANDARD]
    )
    return SalesInvoice(
        number=f"F{n}", date=DAY, party=CUSTOMER, currency="GBP", lines=[line]
    )


def a_purchase(n: int) -> PurchaseInvoice:
    line = Line(
        description="Paper", unit_price=Decimal(9), account="7500", taxes=[STANDARD]
    )
    return PurchaseInvoice(
        number=f"S{n}", date=DAY, due=DAY, party=SUPPLIER, currency="GBP", lines=[line]
    )


def a_payment(n: int) -> Payment:
    return Payment(
        number=f"P{n}",
        date=DAY,
        party=CUSTOMER,
        currency="GBP",
        amount=Decimal("12.40"),
        bank_account="1200",
        allocations=[Allocation(f"F{n}", Decimal("12.40"))],
    )

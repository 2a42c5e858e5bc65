"""What payments come to in the simulator's books."""

import datetime as dt
from decimal import Decimal

from sage_connect.testing.accounting import AccountingSimulator

from .trading import (
    record,
)

LATER = dt.date(2026, 11, 20)


def on_account(simulator: AccountingSimulator, id: str) -> Decimal:
    """What is left of a payment on account."""
    rest = record(simulator, "contact_payments", id)["payment_on_account"]
    return Decimal(rest["outstanding_amount"]) if rest else Decimal()


def created(simulator: AccountingSimulator, resource: str) -> int:
    """How many records of a resource were created by requests that were answered."""
    return sum(
        (call.method, call.path, call.status) == ("POST", f"/{resource}", 201)
        for call in simulator.calls
    )

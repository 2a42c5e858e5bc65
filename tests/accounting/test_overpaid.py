"""More than is owed: the rest goes on account, whoever posts it, in whatever batches."""

from decimal import Decimal
from typing import Any

import pytest

from sage_connect import State
from sage_connect.accounting import AccountingSettings
from sage_connect.accounting.settings import Overpayment, Policy
from sage_connect.testing.accounting import AccountingSimulator

from .business import connected
from .trading import a_receipt, allocations, an_invoice

ON_ACCOUNT = AccountingSettings(policy=Policy(overpayment=Overpayment.ON_ACCOUNT))
INVOICES = [an_invoice("A1"), an_invoice("A2")]
PAYMENTS = [
    a_receipt("P1", "100", ("A1", "100")),
    a_receipt("P2", "100", ("A1", "100")),
    a_receipt("P3", "50", ("A1", "50")),
    a_receipt("P4", "180", ("A1", "30"), ("A2", "150")),
]


def posted(simulator: AccountingSimulator, *batches: list[Any]) -> list[State]:
    found: list[State] = []
    with connected(simulator, ON_ACCOUNT) as sage:
        for batch in batches:
            found += [one.state for one in sage.documents.post_all(batch)]
    return found


def settled(simulator: AccountingSimulator) -> dict[str, list[str]]:
    payments = allocations(simulator)["payments"]
    return {name: [amount for _, amount, _ in parts] for name, parts in payments.items()}


@pytest.mark.parametrize("how", ["one batch", "two batches", "two processes"])
def test_what_is_too_much_goes_on_account(simulator: AccountingSimulator, how: str) -> None:
    if how == "one batch":
        posted(simulator, [*INVOICES, *PAYMENTS])
    elif how == "two batches":
        posted(simulator, INVOICES, PAYMENTS)
    else:
        posted(simulator, INVOICES)
        posted(simulator, PAYMENTS)

    assert settled(simulator) == {
        "P1": ["100.0"],
        "P2": ["20.0"],
        "P3": [],
        "P4": ["120.0"],
    }
    left = [Decimal(one["outstanding_amount"]) for one in _all(simulator)]
    assert left == [Decimal(0)] * 2


def test_what_went_on_account_is_the_same_payment_when_it_is_posted_again(
    simulator: AccountingSimulator,
) -> None:
    posted(simulator, [*INVOICES, *PAYMENTS])

    again = posted(simulator, PAYMENTS, [*INVOICES, *PAYMENTS])

    assert again == [State.UNCHANGED] * 10


def test_a_preview_shows_what_goes_on_account(simulator: AccountingSimulator) -> None:
    with connected(simulator, ON_ACCOUNT) as sage:
        sage.company.load()
        preview = sage.documents.preview([*INVOICES, *PAYMENTS])
        outcomes = sage.documents.post_all(preview)

    assert [one.state for one in outcomes] == [State.CREATED] * 6
    assert preview.content.count(b'"amount": "20.00"') == 1


def test_a_ledger_knows_what_it_has_been_paid(simulator: AccountingSimulator) -> None:
    with connected(simulator) as sage:
        sage.documents.post_all([an_invoice("A1"), a_receipt("P1", "100", ("A1", "100"))])

        report = sage.documents.check([a_receipt("P2", "30", ("A1", "30"))])
        (outcome,) = sage.documents.post_all([a_receipt("P2", "20", ("A1", "20"))])
        paid = sage.documents.check([a_receipt("P3", "1", ("A1", "1"))])

    assert [one.code for one in report.errors] == ["SC-PAY-OVERPAID"]
    assert outcome.state == State.CREATED
    assert [one.code for one in paid.errors] == ["SC-PAY-DOCUMENT-UNKNOWN"]


def _all(simulator: AccountingSimulator) -> Any:
    return simulator.books().all("sales_invoices")

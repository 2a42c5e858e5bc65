"""What payments call documents by, in the process that posted them and in a later one."""

from decimal import Decimal
from typing import Any

import pytest

from sage_connect import Payment, State
from sage_connect.accounting import AccountingSettings
from sage_connect.accounting.settings import Numbering, Policy
from sage_connect.model import Allocation, PaymentKind
from sage_connect.testing.accounting import AccountingSimulator

from .business import connected
from .trading import (
    CUSTOMER,
    DAY,
    SUPPLIER,
    a_credit,
    a_purchase,
    a_purchase_credit,
    a_receipt,
    a_supplier_payment,
    an_invoice,
)

SAGES = AccountingSettings(policy=Policy(numbering=Numbering.SAGES))


def a_refund(number: str, kind: PaymentKind, party: str) -> Payment:
    return Payment(
        number=number,
        kind=kind,
        date=DAY,
        party=party,
        currency="GBP",
        amount=Decimal(120),
        bank_account="1200",
        allocations=[Allocation("7", Decimal(120))],
    )


@pytest.mark.parametrize("later", [False, True], ids=["one batch", "another process"])
@pytest.mark.parametrize(
    ("settings", "document", "payment", "resource"),
    [
        (
            None,
            a_purchase("S1", reference="PO 9"),
            a_supplier_payment("P1", "120", ("S1", "120")),
            "purchase_invoices",
        ),
        (
            None,
            a_purchase("S1", reference="PO 9", party_number="THEIRS"),
            a_supplier_payment("P1", "120", ("S1", "120")),
            "purchase_invoices",
        ),
        (
            SAGES,
            an_invoice("A1", reference="PO 9"),
            a_receipt("P1", "120", ("A1", "120")),
            "sales_invoices",
        ),
    ],
    ids=["ours", "theirs", "sages"],
)
def test_a_document_is_paid_by_the_number_that_it_was_posted_with(
    simulator: AccountingSimulator,
    settings: AccountingSettings | None,
    document: Any,
    payment: Payment,
    resource: str,
    *,
    later: bool,
) -> None:
    with connected(simulator, settings) as sage:
        outcomes = [*sage.documents.post_all([document] if later else [document, payment])]
    if later:
        with connected(simulator, settings) as sage:
            outcomes += sage.documents.post_all([payment])

    assert [one.state for one in outcomes] == [State.CREATED] * 2
    (paid,) = simulator.books().all(resource)
    assert paid["status"]["id"] == "PAID"


@pytest.mark.parametrize("later", [False, True], ids=["one batch", "another process"])
@pytest.mark.parametrize(
    ("documents", "payment", "refund", "resources"),
    [
        (
            [an_invoice("7"), a_credit("7")],
            a_receipt("P1", "120", ("7", "120")),
            a_refund("R1", PaymentKind.CUSTOMER_REFUND, CUSTOMER),
            ["sales_invoices", "sales_credit_notes"],
        ),
        (
            [a_purchase("7"), a_purchase_credit("7")],
            a_supplier_payment("P1", "120", ("7", "120")),
            a_refund("R1", PaymentKind.SUPPLIER_REFUND, SUPPLIER),
            ["purchase_invoices", "purchase_credit_notes"],
        ),
    ],
    ids=["sales", "purchases"],
)
def test_an_invoice_and_a_credit_note_of_one_number_are_told_apart(
    simulator: AccountingSimulator,
    documents: list[Any],
    payment: Payment,
    refund: Payment,
    resources: list[str],
    *,
    later: bool,
) -> None:
    with connected(simulator) as sage:
        sage.documents.post_all(documents if later else [*documents, payment])
    if later:
        with connected(simulator) as sage:
            known = sage.company.load().open_documents
            sage.documents.post_all([payment])
        assert known is not None
        assert sorted(one.kind for one in known.values()) == sorted(
            one.removesuffix("s") for one in resources
        )
    with connected(simulator) as sage:
        (back,) = sage.documents.post_all([refund])

    assert back.state == State.CREATED
    for resource in resources:
        assert [one["status"]["id"] for one in simulator.books().all(resource)] == ["PAID"]

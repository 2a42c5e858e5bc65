"""Whatever becomes of the answers, each document stands in the books once."""

import asyncio
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

import attrs
import pytest

from sage_connect import (
    AuthenticationError,
    Customer,
    Outcome,
    OutcomeUnknownError,
    State,
    Supplier,
)
from sage_connect.accounting import SageAccounting
from sage_connect.testing.accounting import (
    AccountingSimulator,
    Charset,
    Drop,
    Failure,
    Html,
    Throttle,
    Truncate,
    WrongBusiness,
)
from sage_connect.testing.accounting.faults import Fault

from .business import connected, connected_async
from .documents import CUSTOMER, DAY, SUPPLIER, a_payment, a_purchase, an_invoice

POSTS = int(os.environ.get("POSTS", "200"))


@pytest.fixture
def simulator() -> Iterator[AccountingSimulator]:
    with AccountingSimulator(seed="empty") as made:
        with connected(made) as sage:
            parties: list[Customer | Supplier] = [
                Customer(code=CUSTOMER, name="Customer One"),
                Supplier(code=SUPPLIER, name="Supplier One"),
            ]
            for outcome in sage.documents.post_all(parties):
                outcome.unwrap()
        yield made
        assert made.crashes == []


def names(records: Iterable[Any], field: str) -> Counter[str]:
    return Counter(record[field] for record in records)


def posted_until_quiet(
    sage: SageAccounting, documents: Sequence[Any]
) -> Sequence[Outcome[Any]]:
    """Post, and post again what is not known to stand: as a caller would."""
    outcomes = sage.documents.post_all(documents)
    for _ in range(20):
        if all(one.posted for one in outcomes):
            break
        outcomes = sage.documents.post_all(documents)
    return outcomes


@pytest.mark.requirement("S260")
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "fault",
    [
        Drop(after_commit=True),
        Drop(after_commit=False),
        Failure(status=500, after_commit=True),
        Failure(status=503),
        Truncate(keep=25),
        Charset(),
        Html(status=200),
        Throttle(retry_after=0),
    ],
    ids=lambda fault: type(fault).__name__,
)
def test_documents_stand_once_whatever_becomes_of_the_answers(
    simulator: AccountingSimulator, fault: Fault, seed: int
) -> None:
    each = max(POSTS // 60, 5)
    documents = [
        *(an_invoice(n) for n in range(each)),
        *(a_purchase(n) for n in range(each)),
        *(a_payment(n) for n in range(each)),
    ]
    with connected(simulator) as sage:
        sage.company.load()
        simulator.fail(fault, times=None, chance=0.3, seed=seed)

        outcomes = posted_until_quiet(sage, documents)

    assert [
        (one.document.number, one.state, one.error) for one in outcomes if not one.posted
    ] == []
    books = simulator.books()
    once = range(each)
    assert names(books.all("sales_invoices"), "invoice_number") == {
        f"F{n}": 1 for n in once
    }
    assert names(books.all("purchase_invoices"), "vendor_reference") == {
        f"S{n}": 1 for n in once
    }
    assert names(books.all("contact_payments"), "reference") == {f"P{n}": 1 for n in once}


def test_a_document_whose_answer_is_lost_for_good_is_unknown_and_then_found(
    simulator: AccountingSimulator,
) -> None:
    with connected(simulator) as sage:
        sage.company.load()
        simulator.fail(Drop(after_commit=True), method="POST", times=None)
        # It is looked for on its day, and that look fails as well.
        day = {"to_date": DAY.isoformat()}
        simulator.fail(Drop(), method="GET", query=day, times=None)

        (outcome,) = sage.documents.post_all([an_invoice(1)])
        simulator.mend()
        receipt = sage.documents.reconcile(outcome.key)
        (again,) = sage.documents.post_all([an_invoice(1)])

    assert outcome.state == State.UNKNOWN
    assert isinstance(outcome.error, OutcomeUnknownError)
    assert (outcome.key, an_invoice(1)) == (outcome.error.key, outcome.error.document)
    assert receipt is not None
    assert getattr(receipt.document, "number", "") == "F1"
    assert (State.UNCHANGED, receipt.id) == (again.state, again.unwrap().id)
    assert names(simulator.books().all("sales_invoices"), "invoice_number") == {"F1": 1}


def test_two_workers_who_post_the_same_make_one_document(
    simulator: AccountingSimulator,
) -> None:
    async def both() -> None:
        async with connected_async(simulator) as one, connected_async(simulator) as two:
            await asyncio.gather(one.company.load(), two.company.load())
            for n in range(10):
                await asyncio.gather(
                    one.sales_invoices.post(an_invoice(n)),
                    two.sales_invoices.post(an_invoice(n)),
                )

    asyncio.run(both())

    once = {f"F{n}": 1 for n in range(10)}
    assert once == names(simulator.books().all("sales_invoices"), "invoice_number")


@pytest.mark.parametrize("number", ["", "PO 77"])
def test_a_changed_document_under_a_known_key_is_refused_and_told(
    simulator: AccountingSimulator, number: str
) -> None:
    first = attrs.evolve(an_invoice(1), reference=number)
    with connected(simulator) as sage:
        sage.sales_invoices.post(first)
        before = simulator.books().all("sales_invoices")

        changed = attrs.evolve(
            first, lines=[attrs.evolve(first.lines[0], unit_price=Decimal("10.34"))]
        )
        (outcome,) = sage.documents.post_all([changed])

    assert outcome.state == State.REFUSED
    assert [one.code for one in outcome.report.errors] == ["SC-KEY-CONFLICT"]
    told = {one.path: dict(one.values) for one in outcome.report if one.path}
    assert told["/lines/0/unit_price"]["sent"] == "10.34"
    assert before == simulator.books().all("sales_invoices")


def test_what_another_business_answers_may_stand(simulator: AccountingSimulator) -> None:
    with connected(simulator) as sage:
        sage.company.load()
        simulator.fail(WrongBusiness(), times=None, method="POST")
        (made,) = sage.documents.post_all([an_invoice(1)])
        # It is looked for in the business that was meant, which does not answer either.
        day = {"to_date": DAY.isoformat()}
        simulator.fail(WrongBusiness(), method="GET", query=day, times=None)
        (lost,) = sage.documents.post_all([an_invoice(2)])

    assert made.state == State.CREATED
    assert isinstance(lost.error, OutcomeUnknownError)
    assert (lost.state, lost.error.code) == (State.UNKNOWN, "SC-SA-ECHO")


@pytest.mark.parametrize("fault", [Drop(), Failure(status=503), Html(status=200)])
def test_a_document_that_cannot_be_looked_up_is_not_said_to_be_nowhere(
    simulator: AccountingSimulator, fault: Fault
) -> None:
    """Its last post may have been lost: that nothing of it stands would be a guess."""
    with connected(simulator) as sage:
        first = sage.sales_invoices.post(an_invoice(1))
        simulator.fail(fault, method="GET", path="/sales_invoices", times=None)

        (outcome,) = sage.documents.post_all([an_invoice(1)])
        simulator.mend()
        found = sage.documents.reconcile(outcome.key)

    assert (outcome.state, outcome.receipt) == (State.UNKNOWN, None)
    assert isinstance(outcome.error, OutcomeUnknownError)
    assert (outcome.key, an_invoice(1)) == (outcome.error.key, outcome.error.document)
    assert found is not None
    assert first.id == found.id


def test_a_document_that_nobody_is_signed_in_to_look_up_is_not_run(
    simulator: AccountingSimulator,
) -> None:
    with connected(simulator) as sage:
        sage.sales_invoices.post(an_invoice(1))
    with connected(simulator) as sage:
        sage.company.load()
        simulator.advance(600)

        (outcome,) = sage.documents.post_all([an_invoice(1)])

    assert outcome.state == State.NOT_RUN
    assert isinstance(outcome.error, AuthenticationError)

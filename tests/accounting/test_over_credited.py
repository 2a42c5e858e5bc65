"""No more is taken back of an invoice than it came to."""

from typing import Any

import pytest

from sage_connect.accounting import AccountingSettings
from sage_connect.accounting.settings import Numbering, Policy
from sage_connect.ledger import Outcome, State
from sage_connect.testing.accounting import AccountingSimulator
from sage_connect.testing.accounting.faults import Drop, Failure
from sage_connect.testing.modes import Books

from .conftest import Opening
from .trading import (
    a_credit,
    a_purchase,
    a_purchase_credit,
    a_receipt,
    an_invoice,
    posted,
)

NUMBERED_BY_SAGE = AccountingSettings(policy=Policy(numbering=Numbering.SAGES))
CREATED, REFUSED, UNCHANGED = State.CREATED, State.REFUSED, State.UNCHANGED


def told(*outcomes: Outcome[Any]) -> list[tuple[State, list[str]]]:
    return [(one.state, [each.code for each in one.report.errors]) for one in outcomes]


OVER = ["SC-OVER-CREDITED"]


def test_a_check_finds_what_the_books_know_to_be_too_much(books: Books) -> None:
    posted(books, an_invoice("F1"))

    report = books.check([a_credit("C1", "100.01", reverses="F1")])

    (found,) = report.errors
    assert (found.code, found.path) == ("SC-OVER-CREDITED", "/reverses")
    assert dict(found.values) == {"number": "F1", "whole": "120.00", "back": "0"}
    assert books.check([a_credit("C1", "100", reverses="F1")]).ok


@pytest.mark.parametrize("make", [(an_invoice, a_credit), (a_purchase, a_purchase_credit)])
def test_parts_of_a_batch_add_up(books: Books, make: Any) -> None:
    invoice, credit = make
    batch = [invoice("F1"), credit("C1", "60", reverses="F1")]

    outcomes = books.post([*batch, credit("C2", "40.01", reverses="F1")])

    assert told(*outcomes) == [(CREATED, []), (CREATED, []), (REFUSED, OVER)]


@pytest.mark.parametrize("settings", [None, NUMBERED_BY_SAGE])
@pytest.mark.parametrize("make", [(an_invoice, a_credit), (a_purchase, a_purchase_credit)])
def test_what_was_taken_back_before_counts_though_the_invoice_is_not_open_any_more(
    opening: Opening, simulator: AccountingSimulator, make: Any, settings: Any
) -> None:
    invoice, credit = make
    first = opening(simulator, settings)
    posted(first, invoice("F1"), credit("C1", "60", reverses="F1"))
    if make[0] is an_invoice:
        posted(first, a_receipt("P1", "120", ("F1", "120")))
    books = opening(simulator, settings)

    too_much = books.post([credit("C2", "40.01", reverses="F1")])
    rest = books.post([credit("C3", "40", reverses="F1")])
    again = books.post([credit("C1", "60", reverses="F1")])
    other = books.post([credit("C4", "999", reverses="")])

    assert told(*too_much) == [(REFUSED, OVER)]
    (found,) = too_much[0].report.errors
    assert dict(found.values) == {"number": "F1", "whole": "120.0", "back": "72.0"}
    assert told(*rest, *again, *other) == [(CREATED, []), (UNCHANGED, []), (CREATED, [])]


def test_a_credit_note_that_is_void_took_nothing_back(
    opening: Opening, simulator: AccountingSimulator
) -> None:
    books = opening(simulator)
    _, id = posted(books, an_invoice("F1"), a_credit("C1", reverses="F1"))
    books.run(books.ledger.api.sales_credit_notes.void(id, reason="Wrong"))

    outcomes = opening(simulator).post([a_credit("C2", reverses="F1")])

    assert told(*outcomes) == [(CREATED, [])]


def test_what_sage_does_not_have_limits_nothing(books: Books) -> None:
    outcomes = books.post([a_credit("C1", "999", reverses="ELSEWHERE")])

    assert told(*outcomes) == [(CREATED, [])]


def test_a_credit_note_whose_answer_was_lost_does_not_count_against_itself(
    opening: Opening, simulator: AccountingSimulator
) -> None:
    posted(opening(simulator), an_invoice("F1"))
    credit = a_credit("C1", reverses="F1")
    simulator.fail(Drop(after_commit=True), path="/sales_credit_notes", method="POST")
    first = opening(simulator).post([credit])

    again = opening(simulator).post([credit])

    assert told(*first, *again) == [(CREATED, []), (UNCHANGED, [])]
    assert len(simulator.books().all("sales_credit_notes")) == 1


def test_where_it_cannot_be_looked_up_nothing_is_sent(
    opening: Opening, simulator: AccountingSimulator
) -> None:
    first = opening(simulator)
    posted(first, an_invoice("F1"), a_receipt("P1", "120", ("F1", "120")))
    books = opening(simulator)
    books.run(books.ledger.company.load())
    simulator.fail(Failure(status=502), path="/sales_invoices", method="GET", times=20)

    (outcome,) = books.post([a_credit("C1", reverses="F1")])

    assert outcome.state is State.NOT_RUN
    assert simulator.books().all("sales_credit_notes") == []

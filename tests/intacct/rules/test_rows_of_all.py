"""What holds for every back end, shown on Sage Intacct: order, isolation, no duplicates."""

import itertools
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import attrs
import pytest

from sage_connect import Customer, Item, State
from sage_connect.model import Allocation, AnalyticShare
from sage_connect.validation import Severity

from ..trading import SOLD as SOLD_AT, a_line, a_payment, an_invoice
from .shape import checked
from .world import World, world

D = Decimal
NEW = Customer(code="NEW", name="New Ltd", currency="GBP")
DESK = Item(code="DESK", description="Desk", sales_account="4000")
SOLD = an_invoice("F1", a_line(100, item="DESK"), party="NEW")
PAID = a_payment(100, ("F1", 100), party="NEW")
OFTEN = 20


@pytest.fixture(scope="module")
def there() -> Iterator[World]:
    """A company that is set back before each batch."""
    with world() as opened:
        yield opened


@pytest.mark.requirement("S255")
@pytest.mark.parametrize(
    "batch",
    [*itertools.permutations((NEW, DESK, SOLD, PAID))],
)
def test_whatever_the_order_given_master_data_go_first_and_payments_last(
    there: World, batch: tuple[Any, ...]
) -> None:
    outcomes = there.post(batch)

    assert there.check(batch).ok
    assert [one.state for one in outcomes] == [State.CREATED] * 4


@pytest.mark.requirement("S257")
def test_one_faulty_document_in_ten_is_explained_and_the_others_are_posted(
    there: World,
) -> None:
    faults: tuple[dict[str, Any], ...] = (
        {"party": "NOBODY"},
        {"currency": "USD"},
        {"lines": ()},
        {"date": None},
        {"entity": "999"},
        {"project": "NOPE"},
        {"notes": "\0"},
        {"adjustment": D(1), "lines": (a_line(1, account="nope"),)},
        {"exchange_rate": D(0)},
        {"lines": (a_line(1, dimensions={"FLAVOUR": "SWEET"}),)},
    )
    batch = [an_invoice(f"N{at}", a_line(10)) for at in range(100)]
    for at, changes in enumerate(faults):
        batch[at * 10] = attrs.evolve(batch[at * 10], **changes)

    outcomes = there.post(batch)

    refused = [one for one in outcomes if one.state is State.REFUSED]
    assert [one.state for one in outcomes].count(State.CREATED) == 90
    assert len(refused) == len(faults)
    assert all(
        any(found.severity is Severity.ERROR and found.fix() for found in one.report)
        for one in refused
    )


@pytest.mark.requirement("S260")
def test_the_same_batch_again_makes_nothing_new_and_another_under_its_number_is_refused(
    there: World,
) -> None:
    batch = [an_invoice(f"N{at}", a_line(10)) for at in range(OFTEN)]
    there.post(batch)
    again = there.sage.documents.post_all(batch)
    other = an_invoice("N1", a_line(11))
    reference = there.sage.company.load()

    assert {one.state for one in again} == {State.UNCHANGED}
    assert there.simulator.books().count("ARINVOICE") == OFTEN
    found = there.sage.documents.check([other], reference=reference)
    assert [one.code for one in found] == ["SC-IN-NUMBER-OPEN"]


@pytest.mark.requirement("S260")
def test_several_payments_of_a_batch_are_no_more_together_than_what_is_open() -> None:
    half = a_payment(60, ("SI-1", 60), number="R-1", party="ACME", method="EFT")
    rest = attrs.evolve(half, number="R-2", on_account=None)
    exact = attrs.evolve(rest, amount=D(40), allocations=[Allocation("SI-1", D(40))])

    assert checked((half, exact)).ok
    assert [one.code for one in checked((half, rest))] == ["SC-PAY-OVERPAID"]


@pytest.mark.requirement("S257")
def test_what_cannot_even_be_written_stops_nothing_else(there: World) -> None:
    right = an_invoice("N1", a_line(10))
    halves = (AnalyticShare("SALES", "DEPARTMENT"), AnalyticShare("ENG", "DEPARTMENT"))
    nowhere = tuple(attrs.evolve(one, weight=D(0)) for one in halves)
    batch = [
        right,
        # Nothing to share, all the same shared.
        an_invoice("N2", a_line(0, analytic=halves, taxes=[SOLD_AT])),
        an_invoice("N3", a_line(10, analytic=nowhere)),
        attrs.evolve(right, number="N4", due=()),
        attrs.evolve(right, number="N\0 5"),
    ]

    outcomes = there.post(batch)

    created, refused = State.CREATED, State.REFUSED
    assert [one.state for one in outcomes] == [created, created, refused, created, refused]

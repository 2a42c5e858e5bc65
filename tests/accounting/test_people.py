"""A contact's people and its delivery address, there and back."""

from typing import Any

import attrs
import pytest

from sage_connect import Customer, Supplier
from sage_connect.ledger import State
from sage_connect.model import Address, DueFrom, PartyBank, PartyTerm, Person
from sage_connect.testing.accounting import AccountingSimulator
from sage_connect.testing.accounting.faults import Drop, Failure
from sage_connect.testing.modes import Books

from .business import connected
from .conftest import Opening

ADDRESS = Address(
    lines=["1 High Street", "Unit 4"],
    postal_code="LS1 1AA",
    city="Leeds",
    region="West Yorkshire",
    country="GB",
)
DELIVERY = Address(lines=["The Yard"], postal_code="LS9 9ZZ", city="Leeds", country="GB")
ANN = Person(
    name="Ann Archer",
    job_title="Director",
    email="ann@example.com",
    phone="0113 1",
    mobile="07700 1",
    main=True,
)
BOB = Person(name="Bob Baker", job_title="Buyer", email="bob@example.com", phone="0113 2")
CAT = Person(name="Cat Carter", mobile="07700 3")


def a_party(kind: Any = Customer, **more: Any) -> Any:
    return kind(
        **{
            "code": "NEW1",
            "name": "Archer Ltd",
            "currency": "GBP",
            "tax_number": "GB999999973",
            "address": ADDRESS,
            "delivery_address": DELIVERY,
            "people": [ANN, BOB, CAT],
            "email": ANN.email,
            "phone": ANN.phone,
            "notes": "Likes bolts",
            "terms": [PartyTerm(days=14, due_from=DueFrom.DATE)],
            "banks": [PartyBank(name="Archer", number="12345678", main=True)],
            **more,
        }
    )


def people(simulator: AccountingSimulator) -> list[str]:
    """Names of the new contact's people in Sage."""
    mine = {"Ann Archer", "Bob Baker", "Cat Carter", "Dan Dyer"}
    found = [str(one["name"]) for one in simulator.books().all("contact_persons")]
    return sorted(name for name in found if name in mine)


@pytest.mark.requirement("S73", "S74")
@pytest.mark.parametrize("kind", [Customer, Supplier])
def test_every_field_of_a_contact_and_its_people_comes_back(
    opening: Opening, simulator: AccountingSimulator, kind: Any
) -> None:
    given = a_party(kind)
    seat = "customers" if kind is Customer else "suppliers"

    (outcome,) = opening(simulator).post([given])
    books = opening(simulator)
    found = books.run(getattr(books.ledger, seat).get("NEW1"))

    assert outcome.state is State.CREATED
    for name in attrs.fields_dict(kind):
        assert (name, getattr(found, name)) == (name, getattr(given, name))


@pytest.mark.requirement("S74")
def test_people_are_created_once(books: Books, simulator: AccountingSimulator) -> None:
    first = books.post([a_party()])
    second = books.post([a_party()])

    assert [one.state for one in (*first, *second)] == [State.CREATED, State.UNCHANGED]
    assert people(simulator) == ["Ann Archer", "Bob Baker", "Cat Carter"]


@pytest.mark.requirement("S74")
def test_people_are_changed_and_added_and_nobody_is_removed(
    books: Books, simulator: AccountingSimulator
) -> None:
    books.post([a_party()])
    dan = Person(name="Dan Dyer", email="dan@example.com")
    promoted = attrs.evolve(BOB, job_title="Head buyer")

    (outcome,) = books.post([a_party(people=[ANN, promoted, dan])])
    (again,) = books.post([a_party(people=[ANN, promoted, dan])])

    assert (outcome.state, again.state) == (State.UPDATED, State.UNCHANGED)
    assert people(simulator) == ["Ann Archer", "Bob Baker", "Cat Carter", "Dan Dyer"]
    stands = simulator.books().all("contact_persons")
    assert {one["job_title"] for one in stands if one["name"] == "Bob Baker"} == {
        "Head buyer"
    }


def test_the_first_is_the_main_one_where_none_is_marked(
    books: Books, simulator: AccountingSimulator
) -> None:
    books.post([a_party(people=[attrs.evolve(ANN, main=False), BOB])])

    mains = {
        one["name"]: one["is_main_contact"]
        for one in simulator.books().all("contact_persons")
        if one["name"] in {ANN.name, BOB.name}
    }
    assert mains == {"Ann Archer": True, "Bob Baker": False}


def test_a_lost_answer_makes_nobody_twice(
    books: Books, simulator: AccountingSimulator
) -> None:
    for fault in (Drop(after_commit=True), Failure(after_commit=True)):
        simulator.fail(fault, method="POST", path="/contact_persons")

    (outcome,) = books.post([a_party()])

    assert outcome.state is State.CREATED
    assert people(simulator) == ["Ann Archer", "Bob Baker", "Cat Carter"]


def test_a_person_who_cannot_be_kept_leaves_the_contact_and_is_told(
    books: Books, simulator: AccountingSimulator
) -> None:
    simulator.fail(Drop(), method="POST", path="/contact_persons", times=99)

    (outcome,) = books.post([a_party()])
    simulator.mend()
    (again,) = books.post([a_party()])

    assert outcome.state is State.CREATED
    assert [one.code for one in outcome.report] == ["SC-SA-PERSON-LEFT"]
    assert again.state is State.UPDATED
    assert people(simulator) == ["Ann Archer", "Bob Baker", "Cat Carter"]


@pytest.mark.requirement("S74")
def test_without_an_address_there_is_no_place_for_more_than_one(
    books: Books, simulator: AccountingSimulator
) -> None:
    (outcome,) = books.post([a_party(address=None, delivery_address=None)])

    assert outcome.state is State.CREATED
    assert [one.code for one in outcome.report] == ["SC-SA-CONTACT-PEOPLE"]
    assert people(simulator) == ["Ann Archer"]


@pytest.mark.requirement("S73")
def test_a_delivery_address_is_changed(
    opening: Opening, simulator: AccountingSimulator
) -> None:
    moved = attrs.evolve(DELIVERY, lines=["The New Yard"], city="York")
    books = opening(simulator)
    books.post([a_party()])

    (outcome,) = books.post([a_party(delivery_address=moved)])

    with connected(simulator) as sage:
        found = sage.customers.get("NEW1")
    assert outcome.state is State.UPDATED
    assert (found.address, found.delivery_address) == (ADDRESS, moved)


def test_terms_of_a_code_are_said_to_be_unknown_to_sage_and_days_are_kept(
    books: Books,
) -> None:
    named, spelt = a_party(terms=[], payment_term="30D"), a_party()

    (refused,) = books.post([named])
    (kept,) = books.post([spelt])

    (found,) = refused.report.errors
    assert (refused.state, found.code) == (State.REFUSED, "SC-SA-PAYMENT-TERM")
    assert "each contact has a number of days of its own" in found.message()
    assert kept.state is State.CREATED

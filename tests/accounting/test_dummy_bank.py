"""Payments of a business without a bank account, where the policy makes one up."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest

from sage_connect.accounting import AccountingSettings
from sage_connect.accounting.settings import Policy
from sage_connect.ledger import State
from sage_connect.testing.accounting import AccountingSimulator
from sage_connect.testing.accounting.faults import Drop
from sage_connect.testing.modes import Books

from .business import connected, connected_async
from .conftest import Opening
from .trading import a_receipt, an_invoice, posted, record

NAME = "To be assigned"
DUMMY = "1211"
"""The next free number of a bank in the simulator."""
SETTINGS = AccountingSettings(policy=Policy(dummy_bank=NAME))


@pytest.fixture
def bankless() -> Iterator[AccountingSimulator]:
    with AccountingSimulator() as simulator:
        with connected(simulator) as sage:
            for bank in simulator.books().all("bank_accounts"):
                sage.api.bank_accounts.delete(bank["id"])
        yield simulator

        assert simulator.crashes == []


def receipt(n: int) -> Any:
    """A payment that names no bank account."""
    return a_receipt(f"P{n}", "10", bank_account="")


def names(simulator: AccountingSimulator) -> list[str]:
    banks = simulator.books().all("bank_accounts")
    return [str(one["bank_account_details"]["account_name"]) for one in banks]


@pytest.mark.requirement("S145")
def test_one_is_made_up_once_and_each_use_is_warned_of(
    opening: Opening, bankless: AccountingSimulator
) -> None:
    books = opening(bankless, SETTINGS)

    first = books.post([an_invoice("A1"), receipt(1), receipt(2)])
    second = books.post([receipt(3)])

    assert [one.state for one in (*first, *second)] == [State.CREATED] * 4
    assert names(bankless) == [NAME]
    for outcome in (*first[1:], *second):
        (found,) = [one for one in outcome.report if one.code == "SC-SA-DUMMY-BANK"]
        assert found.values["name"] == NAME
    (bank,) = bankless.books().all("bank_accounts")
    assert bank["bank_account_type"]["id"] == "CHECKING"
    assert books.ledger.reference.bank_accounts.keys() == {DUMMY}


@pytest.mark.requirement("S145")
def test_a_hundred_payments_of_two_workers_make_exactly_one(
    bankless: AccountingSimulator,
) -> None:
    def post(worker: int) -> set[State]:
        with connected(bankless, SETTINGS) as sage:
            outcomes = sage.documents.post_all(
                [receipt(worker * 50 + n) for n in range(50)]
            )
            return {one.state for one in outcomes}

    with ThreadPoolExecutor(2) as pool:
        states = list(pool.map(post, range(2)))

    assert states == [{State.CREATED}] * 2
    assert names(bankless) == [NAME]
    assert bankless.books().count("contact_payments") == 100
    assert bankless.books().balances()[DUMMY] == Decimal(1000)


@pytest.mark.requirement("S145")
def test_workers_of_an_event_loop_make_exactly_one(bankless: AccountingSimulator) -> None:
    async def post(n: int) -> State:
        async with connected_async(bankless, SETTINGS) as sage:
            (outcome,) = await sage.payments.post_all([receipt(n)])
            return outcome.state

    async def all_at_once() -> set[State]:
        return set(await asyncio.gather(*(post(n) for n in range(6))))

    assert asyncio.run(all_at_once()) == {State.CREATED}
    assert names(bankless) == [NAME]


def test_a_later_worker_finds_it_by_its_name(
    opening: Opening, bankless: AccountingSimulator
) -> None:
    posted(opening(bankless, SETTINGS), receipt(1))
    # Sage forgets keys after seven days.
    bankless.advance(8 * 86_400)

    outcomes = opening(bankless, SETTINGS).post([receipt(2)])

    assert outcomes[0].state is State.CREATED
    assert names(bankless) == [NAME]


def test_a_lost_answer_makes_no_second_one(
    opening: Opening, bankless: AccountingSimulator
) -> None:
    bankless.fail(Drop(after_commit=True), method="POST", path="/bank_accounts")

    posted(opening(bankless, SETTINGS), receipt(1))

    assert names(bankless) == [NAME]


@pytest.mark.requirement("S145")
def test_without_the_policy_such_payments_are_refused(
    opening: Opening, bankless: AccountingSimulator
) -> None:
    books = opening(bankless)

    (outcome,) = books.post([receipt(1)])

    assert outcome.state is State.REFUSED
    assert "SC-SA-NO-BANK-ACCOUNT" in {one.code for one in outcome.report}
    assert names(bankless) == []


def test_nothing_is_made_up_by_a_look_or_for_what_needs_none(
    opening: Opening, bankless: AccountingSimulator
) -> None:
    books = opening(bankless, SETTINGS)
    books.run(books.ledger.company.load())

    report = books.check([receipt(1)])
    preview = books.preview([receipt(1)])
    books.post([an_invoice("A1")])

    assert [one.code for one in report] == ["SC-SA-DUMMY-BANK"]
    assert f"{{bank account {NAME}}}".encode() in preview.content
    assert names(bankless) == []


def test_a_business_with_a_bank_account_gets_no_other(
    opening: Opening, simulator: AccountingSimulator
) -> None:
    books = opening(simulator, SETTINGS)

    (outcome,) = books.post([receipt(1)])

    # It has two: which one is for the caller to say.
    assert outcome.state is State.REFUSED
    assert {one.code for one in outcome.report} == {"SC-SA-BANK-MISSING"}
    assert NAME not in names(simulator)


def test_where_sage_does_not_let_it_be_made_only_such_payments_fail(
    opening: Opening,
) -> None:
    with AccountingSimulator(roles={"Bank": "Read Only"}) as simulator:
        store = simulator.books()
        company = store._company
        with company.store.work():
            for bank in company.all("bank_accounts"):
                company.delete("bank_accounts", bank)
        books = opening(simulator, SETTINGS)

        outcomes = books.post([an_invoice("A1"), receipt(1)])

        assert [one.state for one in outcomes] == [State.CREATED, State.FAILED]
        assert outcomes[1].error is not None
        assert outcomes[1].error.code == "SC-SA-ROLE"


@pytest.mark.requirement("S145", "S146")
def test_what_stands_on_it_is_moved_to_the_real_one(
    opening: Opening, bankless: AccountingSimulator
) -> None:
    ids = posted(opening(bankless, SETTINGS), *(receipt(n) for n in range(10)))
    with connected(bankless) as sage:
        sage.api.bank_accounts.create(
            {
                "bank_account_type_id": "CHECKING",
                "bank_account_details": {"account_name": "The real one"},
                "nominal_code": 1250,
            }
        )
    books: Books = opening(bankless, SETTINGS)

    moves = books.run(books.ledger.payments.plan_move(bank=DUMMY, to="1250"))
    moved = books.run(books.ledger.payments.move(moves))

    assert [one.id for one in moves] == ids
    assert all(one.done for one in moved)
    assert bankless.books().balances().get(DUMMY) is None
    assert bankless.books().balances()["1250"] == Decimal(100)
    assert record(bankless, "contact_payments", ids[0])["total_amount"] == "10.0"

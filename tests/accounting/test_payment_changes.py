"""What is changed of payments that are posted: freed, voided, replaced, moved."""

import asyncio
import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from sage_connect import (
    Allocation,
    Customer,
    DocumentRejectedError,
    NotFoundError,
    RefusedError,
)
from sage_connect.testing.accounting import AccountingSimulator
from sage_connect.testing.accounting.faults import Drop, Failure
from sage_connect.testing.modes import Books

from .business import connected
from .conftest import Opening
from .mortal import Fate, MortalDriver, dies
from .paying import on_account
from .trading import (
    CUSTOMER,
    a_receipt,
    allocations,
    an_invoice,
    outstanding,
    posted,
    status,
)

LATER = dt.date(2026, 11, 20)


# ---- freed


def test_a_payment_is_freed_from_all_that_it_settles(
    books: Books, simulator: AccountingSimulator
) -> None:
    one, two, payment, three = posted(
        books,
        an_invoice("A1"),
        an_invoice("A2"),
        a_receipt("P1", "250", ("A1", "120"), ("A2", "100")),
        an_invoice("A3"),
    )
    parts = [Allocation("A3", Decimal(30)), Allocation("P1", Decimal(30))]
    books.run(books.ledger.payments.allocate(CUSTOMER, parts))

    off = books.run(books.ledger.payments.unallocate(payment))
    nothing = books.run(books.ledger.payments.unallocate(payment))

    assert [(each.name, each.amount) for each in off[:2]] == [("A1", 120), ("A2", 100)]
    assert nothing == ()
    for id in (one, two, three):
        assert status(simulator, "sales_invoices", id) == "UNPAID"
    assert on_account(simulator, payment) == Decimal(250)
    with pytest.raises(NotFoundError):
        books.run(books.ledger.payments.unallocate("0" * 32))


# ---- voided and replaced


@pytest.mark.requirement("S164")
def test_a_wrong_payment_is_removed_and_the_right_one_posted(
    books: Books, simulator: AccountingSimulator
) -> None:
    id, wrong = posted(books, an_invoice("A1"), a_receipt("P1", "90", ("A1", "90")))

    right = books.run(
        books.ledger.payments.replace(wrong, a_receipt("P1", "120", ("A1", "120")))
    )

    assert right.id != wrong
    assert status(simulator, "sales_invoices", id) == "PAID"
    assert simulator.books().balances()["1200"] == Decimal(120)
    assert simulator.books().is_balanced()
    # The audit trail shows both, and that the wrong one is gone.
    with connected(simulator) as sage:
        trail = [
            (one.total, one.deleted)
            for one in sage.api.transactions.list(attributes="all")
            if one.transaction_type is not None
            and one.transaction_type.id == "CUSTOMER_RECEIPT"
        ]
    assert sorted(trail) == [(Decimal(90), True), (Decimal(120), False)]


@pytest.mark.requirement("S164")
@pytest.mark.parametrize("done", [False, True], ids=["before", "after"])
def test_a_replacement_that_is_killed_at_any_request_is_carried_on(
    simulator: AccountingSimulator, *, done: bool
) -> None:
    n, killed = 0, True
    while killed:
        n += 1
        invoice = f"A{n}"
        right = a_receipt(f"P{n}", "120", (invoice, "120"))
        with connected(simulator) as sage:
            id, wrong = posted(
                Books(sage), an_invoice(invoice), a_receipt(f"P{n}", "90", (invoice, "90"))
            )
            sage.close()
            sage._driver = MortalDriver(Fate(n, done=done))

            def replace(sage: Any = sage, wrong: str = wrong, right: Any = right) -> object:
                return sage.payments.replace(wrong, right)

            killed = dies(replace)
        with connected(simulator) as sage:
            sage.payments.replace(wrong, right)

        assert status(simulator, "sales_invoices", id) == "PAID"
        assert simulator.books().count("contact_payments") == n
    assert simulator.books().balances()["1200"] == Decimal(120) * n
    assert n > 5


@pytest.mark.requirement("S164")
def test_voided_and_posted_anew_under_the_same_number_is_posted_anew(
    opening: Opening, simulator: AccountingSimulator
) -> None:
    """Within seven days Sage answers a repeated key with what is gone."""
    books = opening(simulator)
    id, wrong = posted(books, an_invoice("A1"), a_receipt("P1", "90", ("A1", "90")))

    books.run(books.ledger.payments.void(wrong))
    (same,) = posted(books, a_receipt("P1", "90", ("A1", "90")))
    books.run(books.ledger.payments.void(same))
    elsewhere = opening(simulator)
    (right,) = posted(elsewhere, a_receipt("P1", "120", ("A1", "120")))

    assert len({wrong, same, right}) == 3
    assert status(simulator, "sales_invoices", id) == "PAID"
    assert simulator.books().count("contact_payments") == 1


DAY_IN_SECONDS = 86_400


@pytest.mark.requirement("S164")
def test_what_was_voided_elsewhere_is_posted_anew(simulator: AccountingSimulator) -> None:
    receipt = a_receipt("P1", "120", ("A1", "120"))
    simulator.advance(-DAY_IN_SECONDS)
    with connected(simulator) as sage:
        id, first = posted(Books(sage), an_invoice("A1"), receipt)
        sage.payments.void(first)
    simulator.advance(DAY_IN_SECONDS)

    with connected(simulator) as sage:
        (again,) = posted(Books(sage), receipt)

    assert again != first
    assert status(simulator, "sales_invoices", id) == "PAID"


@pytest.mark.parametrize(
    "fault", [Drop(), Drop(after_commit=True), Failure(after_commit=True)]
)
def test_a_void_whose_answer_is_lost_is_looked_up(
    books: Books, simulator: AccountingSimulator, fault: Any
) -> None:
    id, payment = posted(books, an_invoice("A1"), a_receipt("P1", "90", ("A1", "90")))
    simulator.fail(fault, method="DELETE")

    books.run(books.ledger.payments.void(payment))

    assert status(simulator, "sales_invoices", id) == "UNPAID"
    assert simulator.books().count("contact_payments") == 0


def test_a_right_payment_that_the_rules_refuse_leaves_the_wrong_one(
    books: Books, simulator: AccountingSimulator
) -> None:
    id, wrong = posted(books, an_invoice("A1"), a_receipt("P1", "90", ("A1", "90")))

    with pytest.raises(DocumentRejectedError):
        books.run(books.ledger.payments.replace(wrong, a_receipt("P1", "-5")))

    assert outstanding(simulator, "sales_invoices", id) == Decimal(30)


def test_a_payment_whose_rest_is_allocated_is_not_voided_unawares(
    books: Books, simulator: AccountingSimulator
) -> None:
    id, payment = posted(books, an_invoice("A1"), a_receipt("P1", "100"))
    parts = [Allocation("A1", Decimal(30)), Allocation("P1", Decimal(30))]
    books.run(books.ledger.payments.allocate(CUSTOMER, parts))

    with pytest.raises(RefusedError, match="on account is allocated") as caught:
        books.run(books.ledger.payments.void(payment))
    assert outstanding(simulator, "sales_invoices", id) == Decimal(90)
    books.run(books.ledger.payments.void(payment, unallocate=True))

    assert caught.value.code == "SC-SA-ALLOCATED"
    assert outstanding(simulator, "sales_invoices", id) == Decimal(120)
    assert simulator.books().count("contact_payments") == 0


# ---- moved


@pytest.fixture
def second_bank(simulator: AccountingSimulator) -> str:
    with connected(simulator) as sage:
        made = sage.api.bank_accounts.create(
            {
                "bank_account_type_id": "CHECKING",
                "bank_account_details": {"account_name": "Second"},
                "nominal_code": 1220,
            }
        )
    assert made.id
    return "1220"


@pytest.mark.requirement("S146")
def test_payments_are_moved_to_another_bank_account_one_by_one(
    books: Books, simulator: AccountingSimulator, second_bank: str
) -> None:
    invoices = [an_invoice(f"A{n}") for n in range(10)]
    payments = [a_receipt(f"P{n}", "120", (f"A{n}", "120")) for n in range(10)]
    ids = posted(books, *invoices, *payments, a_receipt("C1", "7", bank_account="1210"))
    before = allocations(simulator)
    simulator.calls.clear()
    ledger = books.ledger

    moves = books.run(ledger.payments.plan_move(bank="1200", to=second_bank))

    assert {call.method for call in simulator.calls} == {"GET"}
    assert [move.id for move in moves] == ids[10:20]
    assert {(move.origin, move.target, move.obstacle) for move in moves} == {
        ("1200", second_bank, "")
    }
    assert simulator.books().balances()["1200"] == Decimal(1200)

    moved = books.run(ledger.payments.move(moves))
    again = books.run(ledger.payments.move(moves))
    left = books.run(ledger.payments.plan_move(bank="1200", to=second_bank))

    assert [one.done for one in moved] == [one.done for one in again] == [True] * 10
    assert left == ()
    balances = simulator.books().balances()
    assert (balances.get("1200"), balances[second_bank]) == (None, Decimal(1200))
    assert balances["1210"] == Decimal(7)
    assert allocations(simulator) == before
    assert [call.method for call in simulator.calls].count("PUT") == 10
    assert simulator.books().is_balanced()


@pytest.mark.requirement("S146")
def test_payments_are_listed_by_their_bank_account(books: Books, second_bank: str) -> None:
    payments = [a_receipt("P1", "5"), a_receipt("P2", "6", bank_account=second_bank)]
    posted(books, *payments)
    ledger = books.ledger

    found = books.all(ledger.payments.list(bank=second_bank))
    rest = books.all(ledger.payments.list(bank="1200", open=True))

    assert [one.number for one in found] == ["P2"]
    assert [one.number for one in rest] == ["P1"]
    with pytest.raises(NotFoundError, match="no bank account '9999'"):
        books.all(ledger.payments.list(bank="9999"))


def test_a_move_that_cannot_be_made_stops_no_other(
    books: Books, simulator: AccountingSimulator, second_bank: str
) -> None:
    _, stuck, free = posted(
        books, an_invoice("A1"), a_receipt("P1", "100"), a_receipt("P2", "5")
    )
    parts = [Allocation("A1", Decimal(30)), Allocation("P1", Decimal(30))]
    books.run(books.ledger.payments.allocate(CUSTOMER, parts))

    moves = books.run(books.ledger.payments.plan_move([stuck, free], to=second_bank))
    moved = books.run(books.ledger.payments.move(moves))

    assert [bool(move.obstacle) for move in moves] == [True, False]
    assert [one.done for one in moved] == [False, True]
    assert isinstance(moved[0].error, RefusedError)
    assert simulator.books().balances()[second_bank] == Decimal(5)


def test_a_move_there_and_back_and_there_again_is_made_each_time(
    books: Books, simulator: AccountingSimulator, second_bank: str
) -> None:
    (id,) = posted(books, a_receipt("P1", "100"))

    for bank in (second_bank, "1200", second_bank, "1200", second_bank):
        moves = books.run(books.ledger.payments.plan_move([id], to=bank))
        assert [one.done for one in books.run(books.ledger.payments.move(moves))] == [True]
        assert simulator.books().balances()[bank] == Decimal(100)


@pytest.fixture
def start() -> Iterator[AccountingSimulator]:
    with AccountingSimulator(edition="start") as simulator:
        yield simulator


def test_start_pays_in_full_and_gives_nothing_back(
    opening: Opening, start: AccountingSimulator
) -> None:
    books = opening(start)
    (id,) = posted(books, an_invoice("A1"))
    pay, refund = books.ledger.payments.pay, books.ledger.payments.refund

    paid = books.run(pay("A1", Decimal(120), date=LATER, bank_account="1200"))
    with pytest.raises(DocumentRejectedError, match="SC-SA-EDITION-REFUND"):
        books.run(refund(paid.id, date=LATER))

    assert status(start, "sales_invoices", id) == "PAID"


def test_several_workers_pay_one_invoice_once(simulator: AccountingSimulator) -> None:
    from .business import connected_async  # noqa: PLC0415 - of this trial alone

    with connected(simulator) as sage:
        posted(Books(sage), an_invoice("A1"), Customer(code="X1", name="X"))

    async def pay() -> str:
        async with connected_async(simulator) as sage:
            receipt = await sage.payments.pay(
                "A1", Decimal(70), date=LATER, bank_account="1200"
            )
            return receipt.id

    async def all_at_once() -> set[str]:
        return set(await asyncio.gather(*(pay() for _ in range(5))))

    assert len(asyncio.run(all_at_once())) == 1
    assert simulator.books().count("contact_payments") == 1

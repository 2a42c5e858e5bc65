"""Whatever becomes of the answers, each document stands in the books once."""

import asyncio
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import attrs
import pytest

from sage_connect import (
    AuthenticationError,
    Customer,
    Outcome,
    OutcomeUnknownError,
    State,
)
from sage_connect.drive import HttpOptions
from sage_connect.intacct import IntacctSettings, RepeatAnswer, SageIntacct
from sage_connect.intacct.settings import Conventions, Policy
from sage_connect.testing.intacct import (
    Cut,
    Drop,
    Expired,
    Failure,
    Fault,
    Html,
    IntacctSimulator,
    Offline,
    OtherControlId,
    Slow,
    Throttle,
    Truncate,
)

from .company import (
    IMPATIENT,
    QUICK,
    SETTINGS,
    connected,
    connected_async,
    credentials_of,
)
from .documents import KINDS, an_invoice, trading

POSTS = int(os.environ.get("POSTS", "200"))
EACH = max(POSTS // 50, 4)
POLICIES = {
    "alone": Policy(batch=1),
    "batches": Policy(batch=7),
    "transactions": Policy(batch=7, transaction=True),
}
FAULTS: Sequence[Fault] = (
    Drop(after_commit=True),
    Drop(after_commit=False),
    Cut(keep=200),
    Failure(status=500, after_commit=True),
    Failure(status=524, after_commit=True),
    Failure(status=503),
    Truncate(keep=300),
    OtherControlId(),
    Html(status=200),
    Throttle(),
    Throttle(text_only=True),
    Offline(),
    Expired(),
)


@pytest.fixture
def simulator() -> Iterator[IntacctSimulator]:
    # It keeps a second document of the same number: nothing but us prevents one.
    with IntacctSimulator(seed="empty", same_number="kept") as made:
        yield trading(made)
        assert made.crashes == []


def settings_of(how: str) -> IntacctSettings:
    return attrs.evolve(SETTINGS, policy=POLICIES[how])


def everything(each: int = EACH) -> list[Any]:
    return [kind[0](n) for kind in KINDS for n in range(each)]


def standing(simulator: IntacctSimulator) -> Counter[str]:
    """Return how often each number stands in the books."""
    books = simulator.books()
    return Counter(
        record[number] for _, object, number, *_ in KINDS for record in books.all(object)
    )


def once(documents: Sequence[Any]) -> Counter[str]:
    return Counter(one.number for one in documents)


def posted_until_quiet(
    sage: SageIntacct, documents: Sequence[Any]
) -> Sequence[Outcome[Any]]:
    """Post, and post again what is not known to stand: as a caller would."""
    done: list[Outcome[Any]] = []
    left: list[Outcome[Any]] = []
    waiting = [*documents]
    for _ in range(20):
        outcomes = sage.documents.post_all(waiting)
        done += [one for one in outcomes if one.posted]
        left = [one for one in outcomes if not one.posted]
        waiting = [one.document for one in left]
        if not waiting:
            break
    return [*done, *left]


@pytest.mark.parametrize("seed", range(max(1, POSTS // 200)))
@pytest.mark.parametrize("how", POLICIES)
@pytest.mark.parametrize("fault", FAULTS, ids=repr)
def test_documents_stand_once_whatever_becomes_of_the_answers(
    simulator: IntacctSimulator, fault: Fault, how: str, seed: int
) -> None:
    documents = everything()
    with connected(simulator, settings_of(how)) as sage:
        sage.company.load()
        trouble = simulator.fail(fault, times=None, chance=0.3, seed=seed)

        first = sage.documents.post_all(documents)
        stood = standing(simulator)
        outcomes = posted_until_quiet(sage, documents)

    assert trouble.met > 0
    # At any time, what was said to be posted stood, and what failed did not.
    assert {stood[one.document.number] for one in first if one.posted} <= {1}
    assert {stood[one.document.number] for one in first if _is_nowhere(one)} <= {0}
    assert [
        (one.document.number, one.state, one.error) for one in outcomes if not one.posted
    ] == []
    assert standing(simulator) == once(documents)
    assert simulator.books().is_balanced()


def _is_nowhere(outcome: Outcome[Any]) -> bool:
    return outcome.state in {State.FAILED, State.NOT_RUN, State.REFUSED}


def meanwhile(
    simulator: IntacctSimulator,
    work: Callable[[], Sequence[Outcome[Any]]],
    slow: Slow,
    other: Callable[[], object],
) -> Sequence[Outcome[Any]]:
    """Do `work`, and `other` while the first invoices that it posts are under way."""
    done: list[Sequence[Outcome[Any]]] = []
    trouble = simulator.fail(slow, function="create_invoice")
    worker = threading.Thread(target=lambda: done.append(work()))
    worker.start()
    while not trouble.met:
        time.sleep(0.01)
    if slow.after_commit:
        while not standing(simulator):
            time.sleep(0.01)
    other()
    worker.join()
    return done[0]


# Nobody has published how a repeat is refused: a client must not depend on it.
SAID: Sequence[tuple[str, str]] = (
    ("XL03000011", "The function with control id '{id}' has already been executed."),
    ("XL03000011", "Das wurde schon erledigt."),
    ("BL01001973", "Could not create the record."),
    ("BL03000018", "Duplicate transaction."),
    ("PL04000005", "That was here before."),
    ("", ""),
)


@pytest.mark.parametrize("how", POLICIES)
@pytest.mark.parametrize("level", ["result", "control"])
@pytest.mark.parametrize(("number", "text"), SAID)
def test_a_repeat_is_recognised_by_what_stands_whatever_is_said_of_it(
    number: str, text: str, level: Any, how: str
) -> None:
    documents = everything()
    with IntacctSimulator(
        seed="empty",
        repeat_number=number,
        repeat_text=text,
        repeat_level=level,
        repeat_scope="sender",
    ) as simulator:
        trading(simulator)
        with connected(simulator, settings_of(how)) as sage:
            sage.company.load()
            for function in ("create_invoice", "create_bill", "create"):
                dropped = Drop(after_commit=True)
                simulator.fail(dropped, function=function, times=None, chance=0.5)

            first = sage.documents.post_all(documents)
            stood = standing(simulator)
            outcomes = posted_until_quiet(sage, documents)

        assert {stood[one.document.number] for one in first if one.posted} <= {1}
        assert {stood[one.document.number] for one in first if _is_nowhere(one)} <= {0}
        assert {one.state for one in outcomes} <= {State.CREATED, State.UNCHANGED}
        assert standing(simulator) == once(documents)
        assert simulator.crashes == []


@pytest.mark.parametrize(("number", "text"), SAID)
def test_a_repeat_of_another_program_is_no_failure_whatever_is_said_of_it(
    number: str, text: str
) -> None:
    """It was not ours that was lost: somebody posted the same since we looked."""
    with IntacctSimulator(
        seed="empty", repeat_number=number, repeat_text=text
    ) as simulator:
        trading(simulator)
        with connected(simulator) as one, connected(simulator) as other:
            one.company.load()
            other.company.load()
            (outcome,) = meanwhile(
                simulator,
                lambda: one.documents.post_all([an_invoice(1)]),
                Slow(seconds=1, after_commit=False),
                lambda: other.sales_invoices.post(an_invoice(1)),
            )

        assert outcome.posted, outcome.error
        assert standing(simulator) == {"F1": 1}


def test_how_a_repeat_is_refused_is_a_setting() -> None:
    own = RepeatAnswer(numbers=("XX-1",), texts=("war schon da",))
    settings = attrs.evolve(SETTINGS, conventions=Conventions(repeat=own))
    with IntacctSimulator(
        seed="empty", repeat_number="XX-1", repeat_text="", repeat_level="control"
    ) as simulator:
        trading(simulator)
        with connected(simulator, settings) as sage:
            sage.company.load()
            simulator.fail(Drop(after_commit=True), function="create_invoice")
            outcomes = sage.documents.post_all([an_invoice(n) for n in range(5)])

        assert [one.state for one in outcomes] == [State.CREATED] * 5
        assert standing(simulator) == {f"F{n}": 1 for n in range(5)}


def test_a_document_whose_answer_is_lost_for_good_is_unknown_and_then_found(
    simulator: IntacctSimulator,
) -> None:
    with connected(simulator) as sage:
        sage.company.load()
        dropped = Drop(after_commit=True)
        simulator.fail(dropped, function="create_invoice", times=None)
        # Before it was sent, it was looked for once.
        simulator.fail(Drop(), function="query", object="ARINVOICE", times=None, after=1)

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
    assert standing(simulator) == {"F1": 1}


@pytest.mark.parametrize("after_commit", [False, True])
def test_an_answer_that_comes_too_late_is_no_reason_to_post_twice(
    simulator: IntacctSimulator,
    after_commit: bool,  # noqa: FBT001 - pytest's
) -> None:
    """Work that goes on after the caller gave up may be done after its repeat was."""
    with SageIntacct(
        credentials_of(simulator),
        SETTINGS,
        gateway=simulator.endpoint,
        http=HttpOptions(read_timeout=0.3),
        patience=QUICK,
        limits=IMPATIENT,
    ) as sage:
        sage.company.load()
        slow = Slow(seconds=0.6, after_commit=after_commit)
        trouble = simulator.fail(slow, function="create_invoice", times=1)
        outcomes = sage.documents.post_all([an_invoice(n) for n in range(3)])
        while simulator.running:
            pass

    assert trouble.met == 1
    assert [one.state for one in outcomes] == [State.CREATED] * 3
    assert standing(simulator) == {f"F{n}": 1 for n in range(3)}


def test_two_workers_who_post_the_same_make_one_document(
    simulator: IntacctSimulator,
) -> None:
    told: list[Any] = []

    async def both() -> None:
        async with connected_async(simulator) as one, connected_async(simulator) as two:
            await asyncio.gather(one.company.load(), two.company.load())
            for n in range(10):
                told.extend(
                    await asyncio.gather(
                        one.sales_invoices.post(an_invoice(n)),
                        two.sales_invoices.post(an_invoice(n)),
                    )
                )

    asyncio.run(both())

    assert standing(simulator) == {f"F{n}": 1 for n in range(10)}
    assert [one.id for one in told[::2]] == [one.id for one in told[1::2]]


@pytest.mark.parametrize("fault", [Drop(), Failure(status=503), Html(status=200)])
def test_a_document_that_cannot_be_looked_up_is_not_said_to_be_nowhere(
    simulator: IntacctSimulator, fault: Fault
) -> None:
    """Its last post may have been lost: that nothing of it stands would be a guess."""
    with connected(simulator) as sage:
        first = sage.sales_invoices.post(an_invoice(1))
        simulator.fail(fault, function="query", object="ARINVOICE", times=None)

        (outcome,) = sage.documents.post_all([an_invoice(1)])
        simulator.mend()
        found = sage.documents.reconcile(outcome.key)

    assert (outcome.state, outcome.receipt) == (State.UNKNOWN, None)
    assert isinstance(outcome.error, OutcomeUnknownError)
    assert found is not None
    assert first.id == found.id


def test_a_customer_whose_answers_are_lost_is_there_once(
    simulator: IntacctSimulator,
) -> None:
    with connected(simulator) as sage:
        sage.company.load()
        simulator.fail(Drop(after_commit=True), function="create", times=2)
        outcomes = sage.documents.post_all(
            [Customer(code=f"NEW{n}", name=f"New {n}") for n in range(5)]
        )

    assert [one.state for one in outcomes] == [State.CREATED] * 5
    rows = simulator.books().all("CUSTOMER")
    stands = Counter(row["CUSTOMERID"] for row in rows)
    assert stands == {"CUST1": 1, "OTHER": 1, **{f"NEW{n}": 1 for n in range(5)}}


def test_nothing_more_is_posted_once_the_sign_in_is_refused_in_the_middle(
    simulator: IntacctSimulator,
) -> None:
    documents = [an_invoice(n) for n in range(20)]
    with connected(simulator, settings_of("batches")) as sage:
        sage.company.load()
        # The user is locked while the first request is answered.
        outcomes = meanwhile(
            simulator,
            lambda: sage.documents.post_all(documents),
            Slow(seconds=1, after_commit=True),
            lambda: simulator.user(status="inactive"),
        )
        stood = standing(simulator)
        simulator.user(status="active")
        again = sage.documents.post_all(documents)

    assert [one.state for one in outcomes] == [
        *([State.CREATED] * 7),
        *([State.NOT_RUN] * 13),
    ]
    assert all(isinstance(one.error, AuthenticationError) for one in outcomes[7:])
    assert stood == {f"F{n}": 1 for n in range(7)}
    assert [one.state for one in again] == [
        *([State.UNCHANGED] * 7),
        *([State.CREATED] * 13),
    ]
    assert standing(simulator) == once(documents)

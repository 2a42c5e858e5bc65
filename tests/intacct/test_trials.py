"""Promises proved by trial; `nox -s nightly` runs them at their full size.

`TRIALS` multiplies how often each is tried; 1 unless it is set.
"""

import multiprocessing
import os
import random
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import attrs
import pytest

from sage_connect import (
    Amount,
    Attachment,
    AuthenticationError,
    SalesInvoice,
    State,
    Tax,
)
from sage_connect.intacct import Credentials, SageIntacct
from sage_connect.testing.faultproxy import Cut, FaultProxy, Side
from sage_connect.testing.intacct import Drop, IntacctSimulator

from .company import IMPATIENT, QUICK, SETTINGS, connected
from .documents import KINDS, a_payment, a_purchase, an_entry, an_invoice, trading
from .mortal import post_and_die
from .test_lost_answers import POLICIES, once, settings_of, standing

TRIALS = int(os.environ.get("TRIALS", "1"))


@pytest.fixture
def simulator() -> Iterator[IntacctSimulator]:
    # It keeps a second document of the same number: nothing but us prevents one.
    with IntacctSimulator(seed="empty", same_number="kept") as made:
        yield trading(made)
        assert made.crashes == []


@pytest.mark.parametrize("side", ["request", "answer"])
@pytest.mark.parametrize("make", [an_invoice, an_entry], ids=["invoice", "entry"])
def test_a_cut_at_any_byte_loses_and_doubles_nothing(
    simulator: IntacctSimulator, make: Callable[[int], Any], side: Side
) -> None:
    place = urlsplit(simulator.endpoint)
    cuts = range(0, 6000, max(1, 400 // TRIALS))
    with FaultProxy("127.0.0.1", place.port or 0) as proxy:
        gateway = f"{proxy.url}{place.path}"
        simulator._engine.endpoint = gateway
        with connected(simulator, gateway=gateway) as sage:
            for n, after in enumerate(cuts):
                proxy.fault = None
                sage.company.load()
                # Its connection is given up: the next meets the fault.
                sage.close()
                proxy.fault = Cut(side=side, after=after, times=proxy.connections + 1)
                tries = (sage.documents.post_all([make(n)])[0] for _ in range(5))
                assert any(one.posted for one in tries), after

    assert standing(simulator) == {make(n).number: 1 for n in range(len(cuts))}


def _changes(chance: random.Random, invoice: SalesInvoice) -> SalesInvoice:
    """Return `invoice` with something else in it, under the same number."""
    line = invoice.lines[0]

    def with_line(**changes: Any) -> SalesInvoice:
        return attrs.evolve(invoice, lines=[attrs.evolve(line, **changes)])

    step = Decimal(chance.randrange(1, 99999)) / 100
    day = invoice.date
    assert day is not None
    changes: list[Callable[[], SalesInvoice]] = [
        lambda: with_line(unit_price=line.unit_price + step),
        lambda: with_line(quantity=line.quantity + chance.randrange(1, 50)),
        lambda: with_line(description=f"{line.description} {step}"),
        lambda: with_line(account="4010"),
        lambda: with_line(taxes=[Tax("UK Sale Goods Reduced Rate", Decimal(5))]),
        # It comes to the same amount.
        lambda: with_line(taxes=[Tax("UK Sale Services Standard Rate", Decimal(20))]),
        lambda: attrs.evolve(invoice, entity="100"),
        lambda: with_line(discount=Amount(min(step, line.unit_price))),
        lambda: attrs.evolve(invoice, lines=[line, line]),
        lambda: attrs.evolve(invoice, date=day + timedelta(chance.randrange(1, 20))),
        lambda: attrs.evolve(invoice, due=day + timedelta(chance.randrange(40, 90))),
        lambda: attrs.evolve(invoice, notes=f"Say {step}"),
        lambda: attrs.evolve(invoice, reference=f"PO {step}"),
    ]
    return chance.choice(changes)()


def test_a_changed_document_is_refused_whatever_is_changed(
    simulator: IntacctSimulator,
) -> None:
    chance = random.Random(7)  # noqa: S311 - a trial, not a secret
    known = [an_invoice(n) for n in range(10)]
    with connected(simulator) as sage:
        for outcome in sage.documents.post_all(known):
            outcome.unwrap()
        before = simulator.books().all("ARINVOICE")
        for _ in range(60 * TRIALS):
            changed = _changes(chance, chance.choice(known))
            (outcome,) = sage.documents.post_all([changed])
            assert (
                outcome.state,
                "SC-KEY-CONFLICT" in {one.code for one in outcome.report.errors},
            ) == (State.REFUSED, True), changed
            assert "SC-IN-DIFFERS" in {one.code for one in outcome.report}, changed
            receipt = sage.documents.reconcile(outcome.key)
            # What stands under the key is still told.
            assert receipt is not None
            assert receipt.key == outcome.key

    assert before == simulator.books().all("ARINVOICE")


def test_an_entry_that_is_posted_anew_into_another_journal_is_refused(
    simulator: IntacctSimulator,
) -> None:
    with connected(simulator) as sage:
        sage.journal_entries.post(an_entry(1))
        (changed,) = sage.documents.post_all([attrs.evolve(an_entry(1), journal="APJ")])

    assert changed.state == State.REFUSED
    assert {"SC-KEY-CONFLICT"} == {one.code for one in changed.report.errors}
    assert "/journal" in {one.path for one in changed.report}
    assert standing(simulator) == {"J1": 1}


def test_a_changed_document_is_refused_though_the_first_was_lost(
    simulator: IntacctSimulator,
) -> None:
    with connected(simulator) as sage:
        sage.company.load()
        simulator.fail(Drop(after_commit=True), function="create_invoice", times=None)
        simulator.fail(Drop(), function="query", object="ARINVOICE", times=None, after=1)
        (lost,) = sage.documents.post_all([an_invoice(1)])
        simulator.mend()
        (changed,) = sage.documents.post_all([an_invoice(1, "99")])

    assert (lost.state, changed.state) == (State.UNKNOWN, State.REFUSED)
    (stands,) = simulator.books().all("ARINVOICE")
    assert Decimal(stands["TRX_TOTALENTERED"]) == Decimal("12.40")


def needing_another_account(invoice: SalesInvoice) -> SalesInvoice:
    line = attrs.evolve(invoice.lines[0], account="4010")
    return attrs.evolve(invoice, lines=[line])


def lock_account(simulator: IntacctSimulator, status: str) -> None:
    """Lock, or unlock, the account that `needing_another_account` needs."""
    accounts = simulator.books().all("GLACCOUNT")
    (closed,) = [one["RECORDNO"] for one in accounts if one["ACCOUNTNO"] == "4010"]
    simulator.change("GLACCOUNT", closed, STATUS=status)


FIFTY = sorted({*range(0, 50, max(1, 16 // TRIALS)), 49})


@pytest.mark.parametrize("lost", [False, True], ids=["answered", "lost"])
@pytest.mark.parametrize("how", ["batches", "transactions"])
@pytest.mark.parametrize("failing", FIFTY)
def test_one_refused_of_fifty_is_told_from_the_others(
    simulator: IntacctSimulator,
    failing: int,
    how: str,
    lost: bool,  # noqa: FBT001 - pytest's
) -> None:
    policy = attrs.evolve(POLICIES[how], batch=50)
    documents = [an_invoice(n) for n in range(50)]
    documents[failing] = needing_another_account(documents[failing])
    with connected(simulator, attrs.evolve(SETTINGS, policy=policy)) as sage:
        sage.company.load()
        # Somebody locks the account that one of them needs, in Sage itself.
        lock_account(simulator, "inactive")
        if lost:
            simulator.fail(Drop(after_commit=True), function="create_invoice", times=2)

        outcomes = sage.documents.post_all(documents)
        stood = standing(simulator)
        lock_account(simulator, "active")
        again = sage.documents.post_all(documents)

    others = [one for at, one in enumerate(outcomes) if at != failing]
    assert outcomes[failing].state == State.FAILED
    assert "SC-IN-REFUSED" in {one.code for one in outcomes[failing].report}
    if how == "transactions":
        assert {one.state for one in others} == {State.FAILED}
        assert {code.code for one in others for code in one.report} == {"SC-IN-ROLLED-BACK"}
        assert stood == {}
    else:
        assert {one.state for one in others} == {State.CREATED}
        assert stood == {one.document.number: 1 for one in others}
    assert all(one.posted for one in again)
    assert standing(simulator) == once(documents)
    assert simulator.books().is_balanced()


# ---- files


def _with_files(n: int) -> SalesInvoice:
    files = [Attachment(name=f"proof-{n}.pdf", content=b"%PDF-1.7 proof")]
    return attrs.evolve(an_invoice(n), attachments=files)


@pytest.mark.parametrize("level", ["result", "control"])
def test_files_stand_or_fall_with_their_document(level: Any) -> None:
    with IntacctSimulator(seed="empty", repeat_level=level) as simulator:
        trading(simulator)
        documents = [_with_files(n) for n in range(8)]
        documents[3] = needing_another_account(documents[3])
        with connected(simulator) as sage:
            sage.company.load()
            lock_account(simulator, "inactive")
            dropped = Drop(after_commit=True)
            simulator.fail(dropped, function="create_invoice", times=None, chance=0.5)

            first = sage.documents.post_all(documents)
            files = Counter(row["SUPDOCID"] for row in simulator.books().all("supdoc"))
            stood = standing(simulator)
            lock_account(simulator, "active")
            outcomes = sage.documents.post_all(documents)

        assert [one.document for one in first if not one.posted] == [documents[3]]
        assert first[3].state == State.FAILED
        # Those of the one that was refused were taken back with it.
        assert len(files) == stood.total() == 7
        assert all(one.posted for one in outcomes)
        books = simulator.books()
        kept = Counter(row["SUPDOCID"] for row in books.all("supdoc"))
        used = Counter(row["SUPDOCID"] for row in books.all("ARINVOICE"))
        assert kept == used
        assert set(used.values()) == {1}
        assert standing(simulator) == once(documents)
        assert simulator.crashes == []


# ---- many at once


def _opened(line: Any) -> SageIntacct:
    credentials = Credentials(
        sender_id=line["sender_id"],
        sender_password=line["sender_password"],
        company_id=line["company_id"],
        user_id=line["user_id"],
        user_password=line["user_password"],
    )
    gateway = line["endpoint"]
    return SageIntacct(
        credentials, SETTINGS, gateway=gateway, patience=QUICK, limits=IMPATIENT
    )


def _post_in_process(line: Any, n: int, gate: Any, told: Any) -> None:
    with _opened(line) as sage:
        sage.company.load()
        for round_ in range(n):
            gate.wait()
            documents = [kind[0](round_) for kind in KINDS]
            for outcome in sage.documents.post_all(documents):
                told.put((outcome.document.number, outcome.state.value))


def test_threads_and_processes_that_post_the_same_make_one_document(
    simulator: IntacctSimulator,
) -> None:
    rounds, threads, processes = 3 * TRIALS, 6, 2
    start = multiprocessing.get_context("fork")
    gate, told = start.Barrier(threads + processes), start.Queue()
    line = simulator.ready_line()
    workers: list[Any] = [
        *(
            start.Process(target=_post_in_process, args=(line, rounds, gate, told))
            for _ in range(processes)
        ),
        *(
            threading.Thread(target=_post_in_process, args=(line, rounds, gate, told))
            for _ in range(threads)
        ),
    ]
    for worker in workers:
        worker.start()
    each = rounds * len(KINDS) * len(workers)
    states = Counter(told.get(timeout=60)[1] for _ in range(each))
    for worker in workers:
        worker.join()

    assert set(states) <= {"CREATED", "UNCHANGED"}
    expected = [kind[0](n) for kind in KINDS for n in range(rounds)]
    assert standing(simulator) == once(expected)
    assert simulator.books().is_balanced()


# ---- kills


@pytest.mark.skipif(sys.platform == "win32", reason="processes are not killed so there")
@pytest.mark.parametrize("done", [False, True], ids=["before", "after"])
def test_a_process_that_is_killed_at_any_request_leaves_what_another_finishes(
    simulator: IntacctSimulator,
    done: bool,  # noqa: FBT001 - pytest's
) -> None:
    n, killed = 0, True
    while killed:
        n += 1
        documents = [kind[0](n) for kind in KINDS]
        with connected(simulator) as doomed:
            doomed.company.load()
            doomed.close()
            killed = post_and_die(doomed, documents, n, done=done)
        stood = standing(simulator)
        with connected(simulator) as sage:
            outcomes = sage.documents.post_all(documents)

        # What stood is known again, and what did not is made.
        assert [(one.document.number, one.state) for one in outcomes] == [
            (
                document.number,
                State.UNCHANGED if stood[document.number] else State.CREATED,
            )
            for document in documents
        ]
    # As many requests as that takes.
    assert n > 10
    expected = [kind[0](at) for kind in KINDS for at in range(1, n + 1)]
    assert standing(simulator) == once(expected)
    assert simulator.books().is_balanced()


@pytest.mark.kills
@pytest.mark.skipif(sys.platform == "win32", reason="processes are not killed so there")
def test_processes_that_are_killed_again_and_again_lose_and_double_nothing(
    simulator: IntacctSimulator, kills: int
) -> None:
    chance = random.Random(kills)  # noqa: S311 - chance, no secret
    # Each takes a process, a session and the whole of a company's master data.
    kills //= 20
    killed, round_ = 0, 0
    expected: list[Any] = []
    while killed < kills:
        documents = [
            kind[0](n) for kind in KINDS for n in range(5 * round_, 5 * round_ + 5)
        ]
        round_ += 1
        expected += documents
        how = settings_of(chance.choice([*POLICIES]))
        # Killed once, or several times in a row.
        for _ in range(chance.choice([1, 2, 3])):
            with connected(simulator, how) as doomed:
                doomed.company.load()
                doomed.close()
                at, done = chance.randrange(1, 30), chance.random() < 0.7
                killed += post_and_die(doomed, documents, at, done=done)
        with connected(simulator, how) as sage:
            assert all(one.posted for one in sage.documents.post_all(documents))

    assert standing(simulator) == once(expected)
    assert simulator.books().is_balanced()


# ---- levels and sessions


def test_a_session_that_ends_in_the_middle_is_renewed_for_its_level_alone(
    simulator: IntacctSimulator,
) -> None:
    levels = ["", "100", "200"]
    documents = [an_invoice(n, entity=levels[n % 3]) for n in range(60)]
    with connected(simulator, settings_of("batches")) as sage:
        sage.company.load()
        for start in range(0, 60, 12):
            if start % 24:
                simulator.end_sessions()
            else:
                simulator.advance(7200)
            for outcome in sage.documents.post_all(documents[start : start + 12]):
                assert outcome.state == State.CREATED

    stands = {
        row["RECORDID"]: row.get("MEGAENTITYID", "")
        for row in simulator.books().all("ARINVOICE")
    }
    assert stands == {one.number: one.entity for one in documents}
    assert standing(simulator) == once(documents)


def test_nothing_is_posted_into_an_entity_that_was_not_meant(
    simulator: IntacctSimulator,
) -> None:
    documents = [an_invoice(n, entity=["", "100", "200"][n % 3]) for n in range(9)]
    with connected(simulator) as sage:
        sage.company.load()
        # The user's rights are cut: sessions end, and lead to one entity only.
        simulator.user(entities=("200",))
        simulator.end_sessions()
        outcomes = sage.documents.post_all(documents)
        simulator.user(entities=())
        stood = standing(simulator)
        again = sage.documents.post_all(documents)

    assert {one.state for one in outcomes} == {State.NOT_RUN}
    assert {isinstance(one.error, AuthenticationError) for one in outcomes} == {True}
    assert stood == {}
    assert {one.state for one in again} == {State.CREATED}
    for row in simulator.books().all("ARINVOICE"):
        (meant,) = [one.entity for one in documents if one.number == row["RECORDID"]]
        assert row.get("MEGAENTITYID", "") == meant


def test_a_payment_posted_by_many_at_once_is_one_payment(
    simulator: IntacctSimulator,
) -> None:
    with connected(simulator) as sage:
        sage.sales_invoices.post(an_invoice(1))
        sage.purchase_invoices.post(a_purchase(1))
    gate, line = threading.Barrier(8), simulator.ready_line()

    def pay() -> None:
        with _opened(line) as sage:
            sage.company.load()
            gate.wait()
            # There is room for a second one.
            sage.payments.post(a_payment(1, Decimal(5)))

    workers = [threading.Thread(target=pay) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert standing(simulator) == {"F1": 1, "S1": 1, "P1": 1}
    (paid,) = simulator.books().all("ARPYMT")
    assert Decimal(paid["TRX_TOTALENTERED"]) == 5

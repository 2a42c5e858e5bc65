"""Promises proved by trial; `nox -s nightly` runs them at their full size.

`TRIALS` says how much is tried: 1, unless it is set, up to 100 for all of it.
"""

import itertools
import multiprocessing
import os
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import attrs
import pytest

from sage_connect import Amount, Customer, SalesInvoice, State, Supplier, Tax
from sage_connect.accounting import App, Hosts, SageAccounting
from sage_connect.plan import Secret
from sage_connect.testing.accounting import AccountingSimulator
from sage_connect.testing.faultproxy import Cut, FaultProxy, Side

from .business import IMPATIENT, QUICK, app_of, connected
from .documents import CUSTOMER, DAY, SUPPLIER, a_payment, a_purchase, an_invoice

TRIALS = int(os.environ.get("TRIALS", "1"))


def sized(small: int, whole: int) -> int:
    """Return how much of a trial to run: `small`, or more, up to `whole`."""
    return small + (whole - small) * min(TRIALS - 1, 99) // 99


@pytest.fixture
def simulator() -> Iterator[AccountingSimulator]:
    with AccountingSimulator(seed="empty") as made:
        with connected(made) as sage:
            parties: list[Customer | Supplier] = [
                Customer(code=CUSTOMER, name="Customer One"),
                Customer(code="OTHER", name="Customer Two"),
                Supplier(code=SUPPLIER, name="Supplier One"),
            ]
            for outcome in sage.documents.post_all(parties):
                outcome.unwrap()
        yield made
        assert made.crashes == []


def numbers(simulator: AccountingSimulator) -> Counter[str]:
    records = simulator.books().all("sales_invoices")
    return Counter(one["invoice_number"] for one in records)


def batched(cuts: Iterable[tuple[int, int]], size: int) -> Iterator[list[tuple[int, int]]]:
    waiting = iter(cuts)
    while some := [*itertools.islice(waiting, size)]:
        yield some


@pytest.mark.parametrize("side", ["request", "answer"])
@pytest.mark.parametrize("make", [an_invoice, a_purchase], ids=["sale", "purchase"])
def test_a_cut_at_any_byte_loses_and_doubles_nothing(
    simulator: AccountingSimulator, make: Callable[[int], Any], side: Side
) -> None:
    port = urlsplit(simulator.base_url).port or 0
    path = urlsplit(simulator.base_url).path
    cuts = range(0, 4000, 4000 // sized(10, 4000))
    with FaultProxy("127.0.0.1", port) as proxy:
        hosts = Hosts(api=f"http://127.0.0.1:{proxy.port}{path}")
        app = attrs.evolve(app_of(simulator), hosts=hosts)
        # What is open is read anew now and then only: it grows with each cut.
        for some in batched(enumerate(cuts), 50):
            proxy.fault = None
            token = Secret(simulator.access_token)
            with SageAccounting(
                app, token, simulator.business_id, patience=QUICK, limits=IMPATIENT
            ) as sage:
                sage.company.load()
                for n, after in some:
                    sage.close()
                    seen = proxy.connections
                    proxy.fault = Cut(side=side, after=after, times=seen + 1)
                    tries = (sage.documents.post_all([make(n)])[0] for _ in range(5))
                    assert any(one.posted for one in tries), after
        # What was cut off was sent by another connection.
        assert proxy.connections > len(cuts) + len(cuts) // 50 + 1

    resource = "sales_invoices" if make is an_invoice else "purchase_invoices"
    field = "invoice_number" if make is an_invoice else "vendor_reference"
    stands = Counter(one[field] for one in simulator.books().all(resource))
    assert stands == {make(n).number: 1 for n in range(len(cuts))}


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
        lambda: with_line(taxes=[Tax("GB_LOWER", Decimal(5))]),
        lambda: with_line(discount=Amount(min(step, line.unit_price))),
        lambda: attrs.evolve(invoice, lines=[line, line]),
        lambda: attrs.evolve(invoice, date=day + timedelta(chance.randrange(1, 20))),
        lambda: attrs.evolve(invoice, due=day + timedelta(chance.randrange(40, 90))),
        lambda: attrs.evolve(invoice, notes=f"Say {step}"),
    ]
    return chance.choice(changes)()


def test_a_changed_document_is_refused_whatever_is_changed(
    simulator: AccountingSimulator,
) -> None:
    chance = random.Random(7)  # noqa: S311 - a trial, not a secret
    known = [an_invoice(n) for n in range(10)]
    with connected(simulator) as sage:
        for outcome in sage.documents.post_all(known):
            outcome.unwrap()
        before = simulator.books().all("sales_invoices")
        for _ in range(sized(100, 10_000)):
            changed = _changes(chance, chance.choice(known))
            (outcome,) = sage.documents.post_all([changed])
            assert (
                outcome.state,
                "SC-KEY-CONFLICT" in {one.code for one in outcome.report.errors},
            ) == (State.REFUSED, True), changed
            assert any(one.path for one in outcome.report), "where it differs is told"

    assert before == simulator.books().all("sales_invoices")


@pytest.mark.parametrize("failing", range(0, 50, 50 // sized(3, 50)))
def test_one_refused_of_fifty_stops_no_other(
    simulator: AccountingSimulator, failing: int
) -> None:
    with connected(simulator) as sage:
        sage.company.load()
        # Typed in Sage meanwhile: Sage itself refuses the number.
        (other,) = sage.api.contacts.list(search="OTHER")
        (sales,) = sage.api.ledger_accounts.list(search="4000")
        sage.api.sales_invoices.create(
            {
                "contact_id": other.id,
                "date": DAY,
                "invoice_number": f"F{failing}",
                "invoice_lines": [
                    {
                        "description": "Nuts",
                        "ledger_account_id": sales.id,
                        "quantity": 1,
                        "unit_price": Decimal(1),
                        "tax_rate_id": "GB_ZERO",
                    }
                ],
            }
        )

        outcomes = sage.documents.post_all([an_invoice(n) for n in range(50)])

    states = [one.state for one in outcomes]
    assert [failing] == [at for at, state in enumerate(states) if state != State.CREATED]
    codes = {one.code for one in outcomes[failing].report.errors}
    assert (State.FAILED, {"SC-SA-NUMBER-TAKEN"}) == (states[failing], codes)
    assert {f"F{n}": 1 for n in range(50)} == numbers(simulator)


def _post_in_process(found: Any, n: int, gate: Any) -> None:
    secret = Secret(found["client_secret"])
    hosts = Hosts(api=found["base_url"])
    app = App(client_id=found["client_id"], client_secret=secret, hosts=hosts)
    token = Secret(found["access_token"])
    with SageAccounting(
        app, token, found["business_id"], patience=QUICK, limits=IMPATIENT
    ) as sage:
        sage.company.load()
        gate.wait()
        for round_ in range(n):
            sage.sales_invoices.post(an_invoice(round_))


def test_threads_and_processes_that_post_the_same_make_one_document(
    simulator: AccountingSimulator,
) -> None:
    rounds, threads, processes = sized(3, 1000), sized(6, 64), sized(2, 8)
    start = multiprocessing.get_context("fork")
    gate = start.Barrier(threads + processes)
    line = simulator.ready_line()
    workers: list[Any] = [
        *(
            start.Process(target=_post_in_process, args=(line, rounds, gate))
            for _ in range(processes)
        ),
        *(
            threading.Thread(target=_post_in_process, args=(line, rounds, gate))
            for _ in range(threads)
        ),
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert {f"F{n}": 1 for n in range(rounds)} == numbers(simulator)


def test_a_payment_posted_by_many_at_once_is_one_payment(
    simulator: AccountingSimulator,
) -> None:
    with connected(simulator) as sage:
        sage.sales_invoices.post(an_invoice(1))
    gate = threading.Barrier(8)

    def pay() -> None:
        with connected(simulator) as sage:
            sage.company.load()
            gate.wait()
            sage.payments.post(a_payment(1))

    workers = [threading.Thread(target=pay) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    paid = simulator.books().all("contact_payments")
    assert [one["reference"] for one in paid] == ["P1"]

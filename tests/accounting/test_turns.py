"""What Sage wants created in turn is created in turn, within one process."""

import asyncio
import datetime as dt
import os
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from typing_extensions import override

from sage_connect import Line, SalesInvoice, Tax
from sage_connect.accounting.turns import SERIALISED, TURNS
from sage_connect.accounting.wire.facts import facts
from sage_connect.ledger import Outcome, State
from sage_connect.plan.turns import Turns
from sage_connect.testing.accounting import AccountingSimulator
from sage_connect.testing.accounting.calls import Answer, Call

from .business import connected, connected_async

STANDARD = Tax("GB_STANDARD", Decimal(20))


class Watched(AccountingSimulator):
    """Takes its time, and counts how many requests of a kind it has at once."""

    now: Counter[str]
    most: Counter[str]

    @override
    async def _handle(self, call: Call, raw: str) -> Answer:
        name = f"{call.method} {call.path.removeprefix('/v3.1')}"
        self.now[name] += 1
        self.most[name] = max(self.most[name], self.now[name])
        await asyncio.sleep(0.02)
        made = await super()._handle(call, raw)
        self.now[name] -= 1
        return made


@pytest.fixture
def watched() -> Iterator[Watched]:
    Watched.now, Watched.most = Counter(), Counter()
    with Watched(businesses=2) as made:
        yield made


def invoice(n: int) -> SalesInvoice:
    line = Line(
        description="Bolts", unit_price=Decimal(10), account="4000", taxes=[STANDARD]
    )
    return SalesInvoice(
        number=f"T{n}",
        date=dt.date(2026, 11, 2),
        due=dt.date(2026, 12, 2),
        party="ARDENT",
        currency="GBP",
        lines=[line],
    )


def states(outcomes: list[Outcome[SalesInvoice]]) -> Counter[State]:
    return Counter(one.state for one in outcomes)


def test_the_list_is_the_one_that_sage_publishes() -> None:
    assert facts().serialised == SERIALISED


def test_twenty_coroutines_create_one_after_the_other(watched: Watched) -> None:
    async def post(n: int) -> Outcome[SalesInvoice]:
        async with connected_async(watched) as sage:
            (outcome,) = await sage.sales_invoices.post_all([invoice(n)])
            return outcome

    async def all_at_once() -> list[Outcome[SalesInvoice]]:
        return await asyncio.gather(*(post(n) for n in range(20)))

    outcomes = asyncio.run(all_at_once())

    assert Counter({State.CREATED: 20}) == states(outcomes)
    assert watched.most["POST /sales_invoices"] == 1
    assert watched.most["GET /sales_invoices"] > 1


def test_coroutines_of_one_ledger_create_one_after_the_other(watched: Watched) -> None:
    async def all_at_once() -> list[Outcome[SalesInvoice]]:
        async with connected_async(watched) as sage:
            await sage.company.load()
            each = (sage.sales_invoices.post_all([invoice(n)]) for n in range(6))
            return [one for (one,) in await asyncio.gather(*each)]

    outcomes = asyncio.run(all_at_once())

    assert Counter({State.CREATED: 6}) == states(outcomes)
    assert watched.most["POST /sales_invoices"] == 1


def test_eight_threads_create_one_after_the_other(watched: Watched) -> None:
    def post(n: int) -> Outcome[SalesInvoice]:
        with connected(watched) as sage:
            (outcome,) = sage.sales_invoices.post_all([invoice(n)])
            return outcome

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(post, range(8)))

    assert Counter({State.CREATED: 8}) == states(outcomes)
    assert watched.most["POST /sales_invoices"] == 1
    assert watched.most["GET /sales_invoices"] > 1


def test_the_native_resources_wait_for_their_turn_too(watched: Watched) -> None:
    def create(n: int) -> str:
        with connected(watched) as sage:
            contact = sage.api.contacts.create(
                {"name": f"Contact {n}", "contact_type_ids": ["CUSTOMER"]}
            )
            return contact.id

    with ThreadPoolExecutor(8) as pool:
        ids = set(pool.map(create, range(8)))

    assert len(ids) == 8
    assert watched.most["POST /contacts"] == 1


def test_businesses_do_not_wait_for_each_other(watched: Watched) -> None:
    with ThreadPoolExecutor(1) as pool, connected(watched) as sage:
        with TURNS.exclusive(f"{watched.base_url} {watched.businesses[1]}"):
            receipt = pool.submit(sage.sales_invoices.post, invoice(1)).result(timeout=20)

        assert receipt.key.scope == watched.businesses[0]


@pytest.mark.skipif(sys.platform == "win32", reason="there are no forks")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_fork_does_not_wait_for_who_is_not_there() -> None:
    turns = Turns()
    os.register_at_fork(after_in_child=turns.forget)
    with turns.exclusive("business"):
        child = os.fork()
        if not child:
            with turns.exclusive("business"):
                os._exit(0)

        _, status = os.waitpid(child, 0)

    assert os.waitstatus_to_exitcode(status) == 0


def test_a_turn_that_nobody_wants_is_forgotten() -> None:
    turns = Turns()
    with turns.exclusive("one"), turns.exclusive("two"):
        assert {"one", "two"} == set(turns._turns)

    assert turns._turns == {}

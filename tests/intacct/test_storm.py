"""A month of storms: answers lost, throttled and cut, and the books right all the same.

`POSTS` says how many documents the slow trial posts; 20,000 unless it is set.
"""

import contextlib
import os
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import attrs
import pytest

from sage_connect import State
from sage_connect.intacct import SageIntacct
from sage_connect.intacct.settings import Policy
from sage_connect.testing.faultproxy import Cut, FaultProxy, Side
from sage_connect.testing.intacct import (
    Drop,
    Expired,
    Failure,
    IntacctSimulator,
    Throttle,
    Truncate,
)
from sage_connect.testing.intacct.faults import Fault

from .company import SETTINGS, connected
from .documents import KINDS, trading

_POLICIES: Sequence[Policy] = (
    Policy(),
    Policy(batch=10),
    Policy(transaction=True),
    Policy(batch=1),
)
_WRITES = ("create_invoice", "create_bill", "create")
_WEATHER: Sequence[tuple[Fault, float]] = (
    (Throttle(), 0.05),
    (Throttle(text_only=True), 0.05),
    (Failure(status=503), 0.03),
    (Failure(status=500, after_commit=True), 0.03),
    (Failure(status=524, after_commit=True), 0.03),
    (Drop(), 0.03),
    (Truncate(keep=300), 0.03),
    (Expired(), 0.01),
)


@pytest.fixture
def simulator() -> Iterator[IntacctSimulator]:
    # It keeps a second document of the same number: nothing but us prevents one.
    with IntacctSimulator(seed="empty", same_number="kept") as made:
        yield trading(made)


@contextlib.contextmanager
def through(simulator: IntacctSimulator, gateway: str) -> Iterator[list[SageIntacct]]:
    """Open ledgers of each policy whose every request goes to `gateway`."""
    # Sessions are told to be used there, too.
    simulator._engine.endpoint = gateway
    with contextlib.ExitStack() as opened:
        ledgers = [
            opened.enter_context(
                connected(simulator, attrs.evolve(SETTINGS, policy=policy), gateway=gateway)
            )
            for policy in _POLICIES
        ]
        for sage in ledgers:
            sage.company.load()
        yield ledgers


def weathered(
    simulator: IntacctSimulator, posts: int, seed: int, chunk: int = 75
) -> Counter[State]:
    """Post `posts` documents through a storm and return how the first tries ended."""
    chance = random.Random(seed)  # noqa: S311 - weather, not a secret
    first = Counter[State]()
    place = urlsplit(simulator.endpoint)
    each = posts // len(KINDS)
    with (
        FaultProxy("127.0.0.1", place.port or 0) as proxy,
        through(simulator, f"{proxy.url}{place.path}") as ledgers,
    ):
        for number, function in enumerate(_WRITES):
            dropped = Drop(after_commit=True)
            simulator.fail(
                dropped, function=function, times=None, chance=0.3, seed=seed + number
            )
        for number, (fault, often) in enumerate(_WEATHER):
            simulator.fail(fault, times=None, chance=often, seed=seed + number)
        for turn, start in enumerate(range(0, each, chunk)):
            sage = ledgers[turn % len(ledgers)]
            numbers = range(start, min(start + chunk, each))
            waiting: list[Any] = [kind[0](n) for kind in KINDS for n in numbers]
            side: Side = "request" if chance.random() < 0.5 else "answer"
            proxy.fault = Cut(side=side, after=chance.randrange(500, 100_000))
            for attempt in range(30):
                outcomes = sage.documents.post_all(waiting)
                if not attempt:
                    first.update(one.state for one in outcomes)
                waiting = [one.document for one in outcomes if not one.posted]
                if not waiting:
                    break
                # No network cuts every long answer for ever.
                proxy.fault = None
            assert waiting == []
    return first


def proved_whole(simulator: IntacctSimulator, posts: int) -> None:
    """Each document stands once, with its amount, and the books balance."""
    books, each = simulator.books(), posts // len(KINDS)
    for make, object, number, total, amount in KINDS:
        records = books.all(object)
        stands = Counter(record[number] for record in records)
        assert stands == {make(n).number: 1 for n in range(each)}
        if amount is not None:
            assert {Decimal(record[total]) for record in records} == {amount}
    assert books.is_balanced()
    # Every invoice is paid; every bill is owed, and so is every accrual.
    assert books.balances() == {
        account: each * amount
        for account, amount in {
            "1200": Decimal("12.40"),
            "2100": Decimal("-10.80"),
            "2101": Decimal("-12.50"),
            "2200": Decimal("-2.07"),
            "2201": Decimal("1.80"),
            "4000": Decimal("-10.33"),
            "7500": Decimal("21.50"),
        }.items()
    }
    assert simulator.crashes == []


def test_a_storm_loses_and_doubles_nothing(simulator: IntacctSimulator) -> None:
    first = weathered(simulator, 92, seed=1, chunk=6)

    assert first.total() == 92
    proved_whole(simulator, 92)


@pytest.mark.slow
def test_a_long_storm_loses_and_doubles_nothing(simulator: IntacctSimulator) -> None:
    posts = int(os.environ.get("POSTS", "20000"))
    began = time.monotonic()

    first = weathered(simulator, posts, seed=2)

    took = time.monotonic() - began
    print(
        f"{posts} documents in {took:.0f} s; first tries: {dict(first)}; "
        f"{len(simulator.calls)} calls"
    )
    proved_whole(simulator, posts)

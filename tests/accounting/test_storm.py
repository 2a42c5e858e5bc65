"""A month of storms: answers dropped, throttled and cut, and the books right all the same.

`POSTS` says how many documents the slow trial posts; 20,000 unless it is set.
"""

import datetime as dt
import os
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import attrs
import pytest

from sage_connect import Customer, State, Supplier
from sage_connect.accounting import App, Hosts, SageAccounting
from sage_connect.accounting.session import Grant
from sage_connect.drive import MemoryTokens
from sage_connect.plan import Secret
from sage_connect.testing.accounting import AccountingSimulator, Drop, Throttle
from sage_connect.testing.faultproxy import Cut, FaultProxy, Side

from .business import IMPATIENT, QUICK
from .documents import CUSTOMER, SUPPLIER, a_payment, a_purchase, an_invoice

_BATCH = 300
_DAYS = 28


@pytest.fixture
def simulator() -> Iterator[AccountingSimulator]:
    with AccountingSimulator(seed="empty") as made:
        yield made


def through(simulator: AccountingSimulator, port: int) -> SageAccounting:
    """Return a ledger whose every request goes through the proxy at `port`."""
    path = urlsplit(simulator.base_url).path
    app = App(
        client_id=simulator.client_id,
        client_secret=simulator.client_secret,
        hosts=Hosts(api=f"http://127.0.0.1:{port}{path}", token=simulator.token_url),
    )
    now = dt.datetime.now(dt.UTC)
    grant = Grant(
        access_token=Secret(simulator.access_token),
        refresh_token=Secret(simulator.refresh_token),
        issued_at=now,
        expires_at=now + dt.timedelta(seconds=240),
        refresh_expires_at=now + dt.timedelta(days=30),
    )
    tokens = MemoryTokens()
    tokens.save(app.token_name(), grant.to_text())
    # A month in minutes: at Sage's own pace the day's budget would end it after hours.
    limits = attrs.evolve(IMPATIENT, per_day=10**9, burst=10**9)
    return SageAccounting(app, tokens, simulator.business_id, patience=QUICK, limits=limits)


def on_its_day(document: Any, n: int) -> Any:
    """Return a document on one of the days of a month, as a month's documents are."""
    return attrs.evolve(document, date=document.date + dt.timedelta(n % _DAYS))


def weathered(simulator: AccountingSimulator, posts: int, seed: int) -> Counter[State]:
    """Post `posts` documents through a storm and return how the first tries ended."""
    chance = random.Random(seed)  # noqa: S311 - weather, not a secret
    first = Counter[State]()
    parties = (
        Customer(code=CUSTOMER, name="Customer One"),
        Supplier(code=SUPPLIER, name="Supplier One"),
    )
    port = urlsplit(simulator.base_url).port or 0
    with FaultProxy("127.0.0.1", port) as proxy, through(simulator, proxy.port) as sage:
        for outcome in sage.documents.post_all(parties):
            outcome.unwrap()
        for path in ("/sales_invoices", "/purchase_invoices", "/contact_payments"):
            dropped = Drop(after_commit=True)
            simulator.fail(dropped, method="POST", path=path, times=None, chance=0.3)
        simulator.fail(Throttle(retry_after=0), times=None, chance=0.1, seed=seed)
        for start in range(0, posts // 3, _BATCH // 3):
            numbers = range(start, min(start + _BATCH // 3, posts // 3))
            waiting: list[Any] = [
                on_its_day(make(n), n)
                for make in (an_invoice, a_purchase, a_payment)
                for n in numbers
            ]
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


def proved_whole(simulator: AccountingSimulator, posts: int) -> None:
    """Each document stands once, and the books balance."""
    books, once = simulator.books(), range(posts // 3)
    for resource, field, letter in (
        ("sales_invoices", "invoice_number", "F"),
        ("purchase_invoices", "vendor_reference", "S"),
        ("contact_payments", "reference", "P"),
    ):
        stands = Counter(record[field] for record in books.all(resource))
        assert stands == {f"{letter}{n}": 1 for n in once}
    assert sum(books.balances().values()) == 0
    assert simulator.crashes == []


def test_a_storm_loses_and_doubles_nothing(simulator: AccountingSimulator) -> None:
    first = weathered(simulator, 90, seed=1)

    assert first.total() == 90
    proved_whole(simulator, 90)


@pytest.mark.slow
def test_a_long_storm_loses_and_doubles_nothing(simulator: AccountingSimulator) -> None:
    posts = int(os.environ.get("POSTS", "20000"))

    first = weathered(simulator, posts, seed=2)

    print(f"{posts} documents; first tries: {dict(first)}; {len(simulator.calls)} calls")
    proved_whole(simulator, posts)

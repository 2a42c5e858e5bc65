"""One budget for all businesses of an app: fair, obedient, and patient in a storm."""

import datetime as dt
import itertools
import random
import statistics
import threading
from collections import Counter
from typing import Any

import pytest

from sage_connect.accounting.pace import Limiter, Limits, limiter_of
from sage_connect.accounting.service import FixedToken, Patience, Request, Service
from sage_connect.errors import BrokenReplyError, NotSentError
from sage_connect.plan import Reply, Secret, Send

from .world import World

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
TOKEN = FixedToken(Secret("token"))
GET = Request(method="GET", path="/contacts", repeatable=True)


def later(seconds: float) -> dt.datetime:
    return NOON + dt.timedelta(seconds=seconds)


def business_of(step: Send) -> str:
    return str(dict(step.headers)["x-business"])


def service(limiter: Limiter, business: str, patience: Patience | None = None) -> Service:
    return Service(
        "http://x/v3.1", TOKEN, business=business, pace=limiter, patience=patience
    )


def test_the_official_numbers_hold_from_the_start() -> None:
    limits = Limits()

    assert (limits.per_day, limits.concurrent) == (1_296_000, 150)
    assert limits.rate * 86_400 + limits.burst == pytest.approx(1_296_000)


def test_a_day_of_requests_is_no_more_than_the_limit() -> None:
    limiter = Limiter(Limits(per_day=86_400, burst=100))
    sent, time = 0, 0.0

    while time < 86_400:
        wait = limiter.delay("a", later(time))
        if wait:
            # Asked again once an hour, it may send what became due.
            time += 3600
            continue
        sent += 1
        limiter.ended("a", failed=False)

    assert sent <= 86_400


def test_after_a_rest_a_burst_leaves_and_then_an_even_stream() -> None:
    limiter = Limiter(Limits(per_day=864_000, burst=10))

    waits = [limiter.delay("a", NOON) for _ in range(12)]

    assert waits[:10] == [0] * 10
    assert waits[10:] == pytest.approx([0.1, 0.1], rel=0.02)
    assert limiter.delay("a", later(0.11)) == 0


def test_a_business_that_asks_for_little_goes_before_one_that_asks_for_much() -> None:
    limiter = Limiter(Limits(per_day=86_400, burst=50))
    for _ in range(50):
        limiter.delay("noisy", NOON)

    noisy = limiter.delay("noisy", NOON)
    quiet = limiter.delay("quiet", NOON)

    assert quiet < limiter.delay("noisy", NOON)
    assert limiter.delay("noisy", later(noisy + 0.01)) > 0
    assert limiter.delay("quiet", later(quiet + 0.01)) == 0


def test_who_does_not_come_back_holds_up_nobody() -> None:
    limiter = Limiter(Limits(per_day=86_400, burst=1))
    limiter.delay("a", NOON)
    limiter.delay("gone", NOON)
    limiter.delay("b", NOON)

    waited = limiter.delay("b", later(1.2))

    assert waited > 0
    assert limiter.delay("b", later(3.0)) == 0


def test_no_more_are_under_way_than_is_allowed() -> None:
    limiter = Limiter(Limits(concurrent=2))

    assert [limiter.delay(one, NOON) == 0 for one in "abc"] == [True, True, False]
    limiter.ended("a", failed=None)
    assert limiter.delay("c", later(0.1)) == 0


def test_a_clock_that_is_set_back_gives_nothing_and_takes_nothing() -> None:
    limiter = Limiter(Limits(per_day=86_400, burst=1))
    limiter.delay("a", NOON)

    assert 0 < limiter.delay("a", NOON - dt.timedelta(days=1)) <= 1.01
    assert limiter.delay("a", NOON - dt.timedelta(days=1, seconds=-2)) == 0


def test_an_app_has_one_limiter_in_a_process() -> None:
    assert limiter_of("app-1") is limiter_of("app-1")
    assert limiter_of("app-1") is not limiter_of("app-2")


def test_threads_share_the_budget() -> None:
    limiter = Limiter(Limits(per_day=1000, burst=400))
    granted = Counter[str]()

    def ask(name: str) -> None:
        for _ in range(200):
            if limiter.delay(name, NOON) == 0:
                granted[name] += 1
                limiter.ended(name, failed=False)

    threads = [threading.Thread(target=ask, args=(f"t{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert granted.total() == 400


def test_the_memory_of_many_businesses_is_bounded() -> None:
    limiter = Limiter(Limits(per_day=10**9, burst=10**6))
    for number in range(30_000):
        limiter.delay(f"b{number}", later(number))
        limiter.ended(f"b{number}", failed=False)

    assert len(limiter._businesses) <= 10_001


class Twin:
    """Counts what arrives against a budget of its own."""

    def __init__(self, rate: float, burst: float) -> None:
        self.arrived = Counter[str]()
        self.above = 0
        self.times: list[float] = []
        self._rate, self._burst = rate, burst
        self._left, self._time = burst, 0.0

    def __call__(self, step: Send, time: float) -> Reply:
        self._left = min(self._burst, self._left + (time - self._time) * self._rate)
        self._time = time
        self.arrived[business_of(step)] += 1
        self.times.append(time)
        if self._left < 1:
            self.above += 1
            return Reply(status=429, headers=(("retry-after", "2"),))
        self._left -= 1
        return Reply(status=200, body=b"{}")


def _crowd(
    tenants: int, seconds: float, limits: Limits, twin: Any, load: float
) -> tuple[World, dict[str, list[float]]]:
    """Let one noisy business and many quiet ones send for a while; return their waits."""
    chance = random.Random(5)  # noqa: S311 - a trial that can be repeated
    limiter = Limiter(limits)
    world = World(twin)
    waits: dict[str, list[float]] = {}

    def ask(name: str, pause: float) -> None:
        asked = world.time

        def done(result: Any) -> None:
            waits.setdefault(name, []).append(world.time - asked)
            assert isinstance(result, Reply)
            world.after(pause and chance.expovariate(1 / pause), lambda: ask(name, pause))

        world.start(service(limiter, name).send(GET), done)

    for _ in range(50):
        ask("noisy", 0)
    pause = tenants / limits.rate / load
    for number in range(tenants - 1):
        start = chance.expovariate(1 / pause)
        world.after(start, lambda name=f"quiet{number}": ask(name, pause))  # type: ignore[misc]  # bound now
    world.run(seconds)
    return world, waits


@pytest.mark.parametrize(
    "seconds", [300, pytest.param(7200, marks=pytest.mark.slow)], ids=["ci", "nightly"]
)
def test_one_noisy_tenant_of_a_thousand_starves_nobody(seconds: float) -> None:
    limits = Limits(burst=150)
    twin = Twin(limits.rate, limits.burst)

    _, waits = _crowd(1000, seconds, limits, twin, load=0.8)

    total = twin.arrived.total()
    noisy = twin.arrived["noisy"]
    quiet = sorted(wait for name, all_ in waits.items() if name != "noisy" for wait in all_)
    share = 1000 / limits.rate
    assert twin.above <= total * 0.01
    # Nothing is left unused while anybody waits.
    assert total >= limits.rate * seconds * 0.97
    assert noisy >= total * 0.1
    assert statistics.quantiles(quiet, n=100)[98] <= 2 * share
    # Far better, in fact: those who ask for less than their share hardly wait at all.
    assert statistics.quantiles(quiet, n=100)[98] <= share / 30


def test_a_limit_that_is_lower_than_ours_is_learnt() -> None:
    limits = Limits(burst=20, per_day=86_400 * 20)
    twin = Twin(rate=5, burst=20)

    _crowd(20, 1200, limits, twin, load=3)

    assert twin.above <= twin.arrived.total() * 0.02
    assert twin.arrived.total() >= 5 * 1200 * 0.5


def test_a_wait_that_sage_asks_of_one_business_is_not_asked_of_others() -> None:
    limiter = Limiter()
    limiter.throttled("a", NOON, 60)

    assert limiter.delay("a", later(1)) == pytest.approx(59)
    assert limiter.delay("b", later(1)) == 0
    assert limiter.delay("a", later(61)) == 0


def test_a_wait_that_sage_asks_of_several_is_asked_of_all() -> None:
    limiter = Limiter(Limits(shared_after=3, per_day=172_800, burst=1))
    for name in "abc":
        limiter.throttled(name, NOON, 30)

    assert limiter.delay("d", later(1)) == pytest.approx(29)
    # And then not all at once.
    assert limiter.delay("d", later(30.1)) == 0
    assert [limiter.delay(name, later(30.1)) > 0 for name in "efghijkl"][-1]


def test_a_service_that_is_down_is_tried_once_a_minute_by_each_tenant() -> None:
    down = 3600.0
    limits = Limits(burst=150)
    tries: dict[str, list[float]] = {}
    posted: dict[str, list[str]] = {}
    peak = Counter[int]()

    def serve(step: Send, time: float) -> Reply:
        name = business_of(step)
        tries.setdefault(name, []).append(time)
        if time < down:
            if len(tries[name]) % 2:
                return Reply(status=503)
            raise NotSentError("refused")
        peak[int(time)] += 1
        posted.setdefault(name, []).append(dict(step.query)["number"])
        return Reply(status=201, body=b"{}")

    limiter = Limiter(limits)
    world = World(serve)

    def post(name: str, numbers: list[str]) -> None:
        request = Request(
            method="POST",
            path="/journals",
            query=(("number", numbers[0]),),
            repeatable=True,
        )

        def done(result: Any) -> None:
            # A document that failed is tried again before the next one.
            rest = numbers[1:] if isinstance(result, Reply) else numbers
            if rest:
                post(name, rest)

        world.start(service(limiter, name).send(request), done)

    for tenant in range(200):
        post(f"t{tenant}", [str(number) for number in range(20)])
    world.run(down + 900)

    for name, times in tries.items():
        during = [time for time in times if 60 <= time < down]
        gaps = [b - a for a, b in itertools.pairwise(during)]
        assert min(gaps) >= 59.9, name
        assert len(during) >= 50, name
    assert posted == {f"t{n}": [str(number) for number in range(20)] for n in range(200)}
    assert max(peak.values()) <= limits.burst + limits.rate + 1
    after = sum(count for second, count in peak.items() if second >= down + 20)
    assert after <= (900 * limits.rate) + limits.burst


def test_a_business_that_fails_does_not_stop_the_others() -> None:
    limiter = Limiter(Limits(failures=3))
    for _ in range(3):
        limiter.delay("broken", NOON)
        limiter.ended("broken", failed=True)

    assert limiter.has_given_up("broken")
    assert limiter.delay("broken", later(1)) == pytest.approx(59)
    assert limiter.delay("fine", later(1)) == 0
    assert limiter.delay("broken", later(61)) == 0
    # One try, not one for each that waits.
    assert limiter.delay("broken", later(61)) > 0
    limiter.ended("broken", failed=False)
    assert limiter.delay("broken", later(62)) == 0


def _broken(_: Send, __: float) -> Reply:
    return Reply(status=503)


def test_a_request_in_a_storm_is_not_repeated_in_vain() -> None:
    world = World(_broken)
    one = service(Limiter(), "a", Patience(delays=(0.5, 2, 8)))

    for _ in range(3):
        world.start(one.send(GET))
        world.run(world.time + 300)

    errors = [result for _, result in world.results]
    assert [type(error) for error in errors] == [BrokenReplyError] * 3
    times = [time for time, _ in world.results]
    # All four tries; the fifth failure ends it; then a single try after a minute.
    assert times[0] < 15
    assert times[1] < 301
    assert times[2] - 600 < 1


def test_a_closed_plan_is_no_longer_under_way() -> None:
    limiter = Limiter(Limits(concurrent=1))
    plan = service(limiter, "a").send(GET)
    next(plan)
    plan.send(NOON)

    assert limiter.delay("b", NOON) > 0
    plan.close()
    assert limiter.delay("b", later(0.1)) == 0

"""Siblings that share a store and no lock: in every order of their steps, nobody is lost.

Time is simulated: each step takes a while, and the steps of all are done in the order in
which they end.
"""

import contextlib
import datetime as dt
import heapq
import itertools
import os
import random
from collections.abc import Generator
from typing import Any
from urllib.parse import parse_qs

from sage_connect.accounting.session import Session
from sage_connect.drive import MemoryTokens
from sage_connect.drive.stores import perform
from sage_connect.errors import SageConnectError
from sage_connect.plan import (
    Exclusively,
    LoadToken,
    Now,
    Plan,
    Reply,
    SaveToken,
    Send,
    Step,
    Wait,
)

from .sessions import APP, NAME, after, answer, grant, kept_in, refusal, sent

RACES = int(os.environ.get("RACES", "1000"))


class NoLock(MemoryTokens):
    """A store on a share whose server passes no locks on."""

    @contextlib.contextmanager
    def exclusive(self, name: str) -> Generator[None]:
        del name
        yield


class Service:
    """The token service: a refresh token is good once, and only the newest."""

    def __init__(self) -> None:
        self.newest = 1
        self.calls = list[int]()

    def reply(self, request: Send) -> Reply:
        token = parse_qs(sent(request))["refresh_token"][0]
        number = int(token.removeprefix("canary-refresh-"))
        self.calls.append(number)
        if number != self.newest:
            return refusal()
        self.newest += 1
        return answer(self.newest)


class World:
    """Carries out plans side by side, step by step."""

    def __init__(self, chance: random.Random, slowest: float) -> None:
        self.service = Service()
        self.results = list[Any]()
        self._chance = chance
        self._slowest = slowest
        self._queue = list[tuple[float, int, Any]]()
        self._order = itertools.count()

    def run(self, plans: list[Plan[Any]]) -> None:
        for plan in plans:
            self._later(self._chance.uniform(0, self._slowest), self._carried_out(plan))
        while self._queue:
            now, _, task = heapq.heappop(self._queue)
            with contextlib.suppress(StopIteration):
                self._later(now + task.send(now if task.gi_suspended else None), task)

    def _later(self, at: float, task: Any) -> None:
        heapq.heappush(self._queue, (at, next(self._order), task))

    def _carried_out(self, plan: Plan[Any]) -> Generator[float, float, None]:
        try:
            result: Any = yield from self._driven(plan)
        except SageConnectError as error:
            result = error
        self.results.append(result)

    def _driven(self, plan: Plan[Any]) -> Generator[float, float, Any]:
        """Drive a plan; yields how long each part of a step takes, is sent the time."""
        try:
            step = next(plan)
            while True:
                try:
                    reply = yield from self._done(step)
                except SageConnectError as error:
                    step = plan.throw(error)
                else:
                    step = plan.send(reply)
        except StopIteration as stop:
            return stop.value

    def _done(self, step: Step[Any]) -> Generator[float, float, Any]:
        match step:
            case Wait(seconds):
                yield seconds
                return None
            case Exclusively():
                with step.store.exclusive(step.name):
                    return (yield from self._driven(step.plan()))
            case _:
                pass
        now = yield self._chance.uniform(0, self._slowest)
        match step:
            case Now():
                return after(300) + dt.timedelta(seconds=now)
            case LoadToken() | SaveToken():
                return perform(step)
            case Send():
                # The answer takes its time too.
                reply = self.service.reply(step)
                yield self._chance.uniform(0, self._slowest)
                return reply
            case _:
                raise AssertionError(step)


def raced(seed: int, siblings: int) -> tuple[World, NoLock]:
    store = NoLock()
    store.save(NAME, grant(1).to_text())
    world = World(random.Random(seed), slowest=0.5)  # noqa: S311 - chance, no secret
    world.run([Session(APP, store).token() for _ in range(siblings)])
    return world, store


def test_a_sibling_that_was_faster_costs_no_sign_in_and_no_token() -> None:
    orders = set[tuple[int, ...]]()
    for seed in range(RACES):
        store = NoLock()
        store.save(NAME, grant(1).to_text())
        world = World(random.Random(seed), slowest=0.5)  # noqa: S311 - chance, no secret
        world.run([Session(APP, store).token() for _ in range(2 + seed % 3)])

        newest = grant(world.service.newest)
        assert set(map(repr, world.results)) == {"Secret('***')"}, seed
        assert newest.access_token in world.results, seed
        kept = kept_in(store)
        assert kept is not None
        assert kept.refresh_token == newest.refresh_token, seed
        orders.add(tuple(world.service.calls))
    # They were races: siblings met, and did not meet.
    assert {(1,), (1, 1)} <= orders

"""Many plans at once in a time that only passes when nobody has anything to do."""

import datetime as dt
import heapq
import itertools
from collections.abc import Callable
from functools import partial
from typing import Any

from sage_connect.plan import Now, Plan, Reply, Send, Wait

BEGINNING = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)


class World:
    """Runs plans side by side; `serve` answers their requests.

    Attributes:
        time: Seconds since the beginning.
        results: What each plan came to, or raised, with the time.
    """

    def __init__(self, serve: Callable[[Send, float], Reply], latency: float = 0.2) -> None:
        self.time: float = 0
        self.results: list[tuple[float, Any]] = []
        self._serve = serve
        self._latency = latency
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._serial = itertools.count()

    def after(self, seconds: float, do: Callable[[], None]) -> None:
        """Do something later."""
        event = (self.time + seconds, next(self._serial), do)
        heapq.heappush(self._events, event)

    def start(self, plan: Plan[Any], done: Callable[[Any], None] | None = None) -> None:
        """Run a plan; `done` is given what it comes to, or raises."""
        self._go_on(plan, plan.send, None, done)

    def run(self, until: float) -> None:
        """Let time pass."""
        while self._events and self._events[0][0] <= until:
            self.time, _, do = heapq.heappop(self._events)
            do()
        self.time = until

    def _go_on(
        self,
        plan: Plan[Any],
        give: Callable[[Any], Any],
        reply: Any,
        done: Callable[[Any], None] | None,
    ) -> None:
        while True:
            try:
                step = give(reply)
            except StopIteration as stop:
                self._end(stop.value, done)
                return
            except Exception as error:  # noqa: BLE001 - a result like any other
                self._end(error, done)
                return
            give = plan.send
            match step:
                case Now():
                    reply = BEGINNING + dt.timedelta(seconds=self.time)
                case Wait(seconds):
                    self.after(seconds, partial(self._go_on, plan, plan.send, None, done))
                    return
                case Send():
                    self.after(self._latency, partial(self._answer, plan, step, done))
                    return
                case _:
                    raise TypeError(step)

    def _answer(
        self, plan: Plan[Any], step: Send, done: Callable[[Any], None] | None
    ) -> None:
        try:
            reply: Any = self._serve(step, self.time)
        except Exception as error:  # noqa: BLE001 - raised at the step
            self._go_on(plan, plan.throw, error, done)
        else:
            self._go_on(plan, plan.send, reply, done)

    def _end(self, result: Any, done: Callable[[Any], None] | None) -> None:
        self.results.append((self.time, result))
        if done is not None:
            done(result)

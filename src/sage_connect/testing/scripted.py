"""Drivers that answer from a script, so that a plan is tested without a world around it."""

import contextlib
import datetime as dt
from typing import Any, Final

from ..drive.stores import perform
from ..plan import (
    Async,
    Driver,
    Exclusively,
    LoadToken,
    Now,
    Plan,
    SaveToken,
    Step,
    Sync,
    Wait,
)

NOON: Final = dt.datetime(2026, 1, 15, 12, tzinfo=dt.UTC)
"""What the clock of a scripted driver shows first."""


class _Script:
    """Replies in order, and the steps that asked for them.

    Attributes:
        asked: Every step so far, `Now`, `Wait` and those of tokens among them.
        now: What the clock shows: only `Wait` moves it.
    """

    def __init__(self, *replies: Any, now: dt.datetime = NOON) -> None:
        self.asked: list[Step[Any]] = []
        self.now: dt.datetime = now
        self._replies: list[Any] = list(replies)
        self._given: int = 0

    def _run(self, plan: Plan[Any]) -> Any:
        try:
            step = next(plan)
            while True:
                reply = self._reply_to(step)
                if isinstance(reply, Exception):
                    step = plan.throw(reply)
                else:
                    step = plan.send(reply)
        except StopIteration as stop:
            return stop.value
        finally:
            plan.close()

    def _reply_to(self, step: Step[Any]) -> Any:
        self.asked.append(step)
        match step:
            case Now():
                return self.now
            case Wait(seconds):
                self.now += dt.timedelta(seconds=seconds)
                return None
            case LoadToken() | SaveToken() | Exclusively():
                return self._done(step)
            case _:
                pass
        if self._given == len(self._replies):
            # Raised beside the plan, not into it: a plan may handle errors of its steps.
            raise AssertionError(
                f"step {len(self.asked)} is not in the script, which has "
                f"{len(self._replies)} replies and gave them all: {step!r}"
            )
        reply = self._replies[self._given]
        self._given += 1
        return reply(step) if callable(reply) else reply

    def _done(self, step: LoadToken | SaveToken | Exclusively[Any]) -> Any:
        """Do a step of tokens; return its reply, or what it raised for the plan."""
        try:
            if not isinstance(step, Exclusively):
                return perform(step)
            with contextlib.ExitStack() as held:
                alone = step.store.exclusive(step.name)
                alone.__enter__()
                held.callback(alone.__exit__, None, None, None)
                return self._run(step.plan())
        except AssertionError:
            raise
        except Exception as error:  # noqa: BLE001 - the plan decides
            return error

    def _finish(self) -> None:
        unused = self._replies[self._given :]
        # Told once: `close` may be called twice.
        self._given = len(self._replies)
        if unused:
            raise AssertionError(
                f"{len(unused)} of {len(self._replies)} replies were never asked for; "
                f"next is {unused[0]!r}"
            )


class ScriptedDriver(_Script, Driver[Sync]):
    """Answers the steps of plans from a script.

    Each reply is a value, an exception (it is raised at the step), or a callable that is
    given the step and returns either. `Now` and `Wait` need no reply: they read and move
    the driver's own clock; nor do the steps of tokens, which are done with their store. A
    step beyond the script fails the test; so does `close`, if
    replies are left.

    Args:
        replies: In the order of the steps.
        now: What the clock shows first, an aware instant.

    >>> from sage_connect.plan import ReadFile
    >>> driver = ScriptedDriver(b"content")
    >>> driver.drive(iter(ReadFile("a.txt")))
    b'content'
    >>> driver.asked == [ReadFile("a.txt")]
    True
    """

    def drive(self, plan: Plan[Any], /) -> Any:
        """Return the plan's result.

        Raises:
            AssertionError: The plan asked for more than the script has.
        """
        return self._run(plan)

    def close(self) -> None:
        """Check that the script was used up.

        Raises:
            AssertionError: Replies are left.
        """
        self._finish()


class AsyncScriptedDriver(_Script, Driver[Async]):
    """`ScriptedDriver`, awaited.

    Args:
        replies: In the order of the steps.
        now: What the clock shows first, an aware instant.
    """

    async def drive(self, plan: Plan[Any], /) -> Any:
        """Return the plan's result.

        Raises:
            AssertionError: The plan asked for more than the script has.
        """
        return self._run(plan)

    async def close(self) -> None:
        """Check that the script was used up.

        Raises:
            AssertionError: Replies are left.
        """
        self._finish()

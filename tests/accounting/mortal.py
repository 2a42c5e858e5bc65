"""Drivers that die at a request, as a process does that is killed: nothing is tidied up."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from typing_extensions import override

from sage_connect.drive import AwaitingDriver, BlockingDriver
from sage_connect.plan import Send, Step


class Killed(BaseException):
    """No plan can catch it."""


class Fate:
    """At which request to die, and whether Sage still does what it asks."""

    def __init__(self, at: int, *, done: bool) -> None:
        self._left = at
        self._done = done

    def strikes(self, step: Step[Any], *, done: bool) -> None:
        """Die, if it is time."""
        if not isinstance(step, Send):
            return
        if not done:
            self._left -= 1
        if self._left == 0 and done is self._done:
            raise Killed


class MortalDriver(BlockingDriver):
    """A blocking driver with a fate."""

    def __init__(self, fate: Fate) -> None:
        super().__init__()
        self._fate = fate

    @override
    def _perform(self, step: Step[Any], held: ExitStack) -> Any:
        self._fate.strikes(step, done=False)
        reply = super()._perform(step, held)
        self._fate.strikes(step, done=True)
        return reply


class MortalAwaitingDriver(AwaitingDriver):
    """An awaiting driver with a fate."""

    def __init__(self, fate: Fate) -> None:
        super().__init__()
        self._fate = fate

    @override
    async def _perform(self, step: Step[Any], held: ExitStack, holder: Any) -> Any:
        self._fate.strikes(step, done=False)
        reply = await super()._perform(step, held, holder)
        self._fate.strikes(step, done=True)
        return reply


def dies(work: Callable[[], object]) -> bool:
    """Do it; say whether it was killed."""
    try:
        work()
    except Killed:
        return True
    return False

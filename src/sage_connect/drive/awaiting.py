"""The driver that awaits."""

import asyncio
import datetime as dt
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, Any

from ..plan import (
    Async,
    Download,
    Driver,
    Exclusively,
    Hold,
    LoadToken,
    Now,
    Plan,
    SaveToken,
    Send,
    Step,
    T,
    Wait,
)
from . import files
from .holding import Holder, Turns, in_thread, perform_apart
from .locks import claims
from .log import Lines
from .options import HttpOptions

if TYPE_CHECKING:
    from .http import AwaitingHttp


class AwaitingDriver(Driver[Async]):
    """Performs a plan while it is awaited. For one event loop at a time; usable in a fork.

    File and store steps are done in a thread. When a drive is cancelled, the step under way
    is awaited to its end before the plan is closed and its locks are freed, so that nothing
    goes on behind the back of the next holder; a request under way is broken off, and so is
    waiting for another holder.

    Args:
        http: What all requests have in common.
    """

    def __init__(self, http: HttpOptions | None = None) -> None:
        self._options: HttpOptions = http or HttpOptions()
        self._http: AwaitingHttp | None = None
        self._turns: Turns = Turns()

    async def drive(self, plan: Plan[T], /) -> T:
        """Perform every step; close the plan and free its locks, whatever happens."""
        return await self._drive(plan, None)

    async def _drive(self, plan: Plan[T], holder: Holder | None) -> T:
        lines = Lines()
        # The plan is closed before its locks are freed.
        with ExitStack() as held, closing(plan):
            try:
                step = next(plan)
                while True:
                    try:
                        with lines.about(step):
                            reply = lines.reply = await self._perform(step, held, holder)
                    except Exception as error:  # noqa: BLE001 - the plan decides
                        step = plan.throw(error)
                    else:
                        step = plan.send(reply)
            except StopIteration as stop:
                result: T = stop.value
                return result

    async def close(self) -> None:
        """Give connections back. May be called twice; a later request opens anew."""
        if self._http is not None:
            await self._http.close()

    async def _perform(  # noqa: PLR0911 - one for each step
        self, step: Step[Any], held: ExitStack, holder: Holder | None
    ) -> Any:
        match step:
            case Send():
                return await self._opened().send(step)
            case Download():
                return await self._opened().download(step)
            case Wait(seconds):
                return await asyncio.sleep(seconds)
            case Now():
                return dt.datetime.now(dt.UTC)
            case Hold():
                tries = claims(step, held)
                while (pause := await in_thread(next, tries, None)) is not None:  # noqa: ASYNC110 - another process sets no event
                    await asyncio.sleep(pause)
                return None
            case LoadToken() | SaveToken():
                return await (holder.perform if holder else perform_apart)(step)
            case Exclusively(store, name, plan):
                async with self._turns.of(store, name):
                    return await self._drive_alone(Holder(store, name), plan())
            case _:
                return await in_thread(files.perform, step)

    async def _drive_alone(self, holder: Holder, plan: Plan[Any]) -> Any:
        # Closed here if it is never driven.
        with closing(plan):
            await holder.enter()
            try:
                return await self._drive(plan, holder)
            finally:
                await holder.leave()

    def _opened(self) -> "AwaitingHttp":
        if self._http is None:
            from .http import AwaitingHttp  # noqa: PLC0415 - 120 ms that files do not need

            self._http = AwaitingHttp(self._options)
        return self._http

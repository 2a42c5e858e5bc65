"""The driver that blocks."""

import datetime as dt
import time
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, Any

from ..plan import (
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
    Sync,
    T,
    Wait,
)
from . import files
from .locks import claims
from .log import Lines
from .options import HttpOptions
from .stores import perform

if TYPE_CHECKING:
    from .http import BlockingHttp


class BlockingDriver(Driver[Sync]):
    """Performs a plan before it returns. For one thread; usable in a fork.

    HTTP is opened when the first request comes.

    Args:
        http: What all requests have in common.
    """

    def __init__(self, http: HttpOptions | None = None) -> None:
        self._options: HttpOptions = http or HttpOptions()
        self._http: BlockingHttp | None = None

    def drive(self, plan: Plan[T], /) -> T:
        """Perform every step; close the plan and free its locks, whatever happens."""
        lines = Lines()
        # The plan is closed before its locks are freed.
        with ExitStack() as held, closing(plan):
            try:
                step = next(plan)
                while True:
                    try:
                        with lines.about(step):
                            reply = lines.reply = self._perform(step, held)
                    except Exception as error:  # noqa: BLE001 - the plan decides
                        step = plan.throw(error)
                    else:
                        step = plan.send(reply)
            except StopIteration as stop:
                result: T = stop.value
                return result

    def close(self) -> None:
        """Give connections back. May be called twice; a later request opens anew."""
        if self._http is not None:
            self._http.close()

    def _perform(self, step: Step[Any], held: ExitStack) -> Any:  # noqa: PLR0911 - one for each step
        match step:
            case Send():
                return self._opened().send(step)
            case Download():
                return self._opened().download(step)
            case Wait(seconds):
                return time.sleep(seconds)
            case Now():
                return dt.datetime.now(dt.UTC)
            case Hold():
                for pause in claims(step, held):
                    time.sleep(pause)
                return None
            case LoadToken() | SaveToken():
                return perform(step)
            case Exclusively():
                return self._drive_alone(step)
            case _:
                return files.perform(step)

    def _drive_alone(self, step: Exclusively[Any]) -> Any:
        with ExitStack() as held:
            # Left without the error that ended the plan: see `TokenStore`.
            alone = step.store.exclusive(step.name)
            alone.__enter__()
            held.callback(alone.__exit__, None, None, None)
            return self.drive(step.plan())

    def _opened(self) -> "BlockingHttp":
        if self._http is None:
            from .http import BlockingHttp  # noqa: PLC0415 - 120 ms that files do not need

            self._http = BlockingHttp(self._options)
        return self._http

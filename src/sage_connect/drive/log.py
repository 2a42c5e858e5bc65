"""What is told of the work: one line for each step, and never a body or a secret.

The logger is called `sage_connect.drive` and is never configured here. Its lines, at INFO:
`POST https://api.example/sales_invoices 201 84 ms attempt 1 key 9f86d081`; of a file step
its path, of a token its name; where a step failed, the name of the error instead of the
status.
"""

import logging
import time
from types import TracebackType
from typing import Any, Self

from ..plan import (
    Download,
    Exclusively,
    ListFolder,
    LoadToken,
    MoveFile,
    Now,
    Reply,
    SaveToken,
    Send,
    Step,
    Wait,
)

logger: logging.Logger = logging.getLogger("sage_connect.drive")


class Lines:
    """Writes the lines of one plan: `with lines.about(step): lines.reply = …`.

    Attributes:
        reply: The reply of the step under way, for its status.
    """

    __slots__ = ("_attempt", "_began", "_sent", "_step", "reply")

    def __init__(self) -> None:
        self.reply: Any = None
        self._step: Step[Any] | None = None
        self._sent: Send | None = None
        self._attempt: int = 0
        self._began: float = 0

    def about(self, step: Step[Any]) -> Self:
        """Begin the line of `step`."""
        self._step = step.request if isinstance(step, Download) else step
        self.reply = None
        if isinstance(self._step, Send):
            # A repeated request is the same object: see `plan.retrying`.
            self._attempt = self._attempt + 1 if self._step is self._sent else 1
            self._sent = self._step
        return self

    def __enter__(self) -> None:
        self._began = time.perf_counter()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not logger.isEnabledFor(logging.INFO) or self._step is None:
            return
        took = (time.perf_counter() - self._began) * 1000
        status = kind.__name__ if kind else "done"
        if isinstance(self._step, Send):
            if isinstance(self.reply, Reply):
                status = str(self.reply.status)
            logger.info(
                "%s %s %s %.0f ms attempt %d key %s",
                self._step.method,
                place(self._step.url),
                status,
                took,
                self._attempt,
                self._step.key or "-",
            )
        else:
            logger.info(
                "%s %s %s %.0f ms",
                type(self._step).__name__,
                _about(self._step),
                status,
                took,
            )


def place(url: str) -> str:
    """Return `url` without its query and without a name and password in it."""
    scheme, mark, rest = url.partition("?")[0].partition("#")[0].rpartition("://")
    host, slash, path = rest.partition("/")
    return _printable(f"{scheme}{mark}{host.rpartition('@')[2]}{slash}{path}")


def _about(step: Step[Any]) -> str:
    match step:
        case Wait(seconds):
            return f"{seconds:g} s"
        case ListFolder(folder):
            return _printable(folder)
        case MoveFile(source, target):
            return f"{_printable(source)} -> {_printable(target)}"
        case LoadToken() | SaveToken() | Exclusively():
            return _printable(step.name)
        case Now():
            return "-"
        case _:
            return _printable(str(getattr(step, "path", "-")))


def _printable(text: str) -> str:
    # A line break in a name must not forge a line.
    return text if text.isprintable() else repr(text)

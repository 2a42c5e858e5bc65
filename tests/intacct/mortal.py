"""A driver that kills its process at a request, and the process that it kills."""

import os
import signal
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

from typing_extensions import override

from sage_connect.drive import BlockingDriver
from sage_connect.intacct import SageIntacct
from sage_connect.plan import Send, Step


class DoomedDriver(BlockingDriver):
    """Kills its process at a request, before it leaves or once it is answered."""

    def __init__(self, at: int, *, done: bool) -> None:
        super().__init__()
        self._left = at
        self._done = done

    @override
    def _perform(self, step: Step[Any], held: ExitStack) -> Any:
        if not isinstance(step, Send):
            return super()._perform(step, held)
        self._left -= 1
        if self._left == 0 and not self._done:
            os.kill(os.getpid(), signal.SIGKILL)
        reply = super()._perform(step, held)
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return reply


def post_and_die(
    sage: SageIntacct, documents: Sequence[Any], at: int, *, done: bool
) -> bool:
    """Post in a process of its own that dies at a request; return whether it did."""
    child = os.fork()
    if not child:
        # Whatever happens, this process ends here: it has no tests to run.
        try:
            sage._driver = DoomedDriver(at, done=done)
            sage.documents.post_all(documents)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL

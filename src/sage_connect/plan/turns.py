"""One at a time: locks by name, for the step `Exclusively`."""

import threading
from collections.abc import Generator
from contextlib import contextmanager

import attrs

from .secret import Secret
from .tokens import TokenStore


@attrs.define(eq=False)
class _Turn:
    lock: threading.Lock = attrs.field(factory=threading.Lock)
    wanted: int = 0


class Turns(TokenStore):
    """Locks by name, for the step `Exclusively`; keeps no tokens.

    For any number of threads and event loops of one process.
    """

    def __init__(self) -> None:
        self._turns: dict[str, _Turn] = {}
        self._guard: threading.Lock = threading.Lock()

    def load(self, name: str) -> Secret | None:
        """Return nothing: there is never anything to load."""
        del name
        return None

    def save(self, name: str, token: Secret) -> None:
        """Keep nothing."""

    @contextmanager
    def exclusive(self, name: str) -> Generator[None]:
        """Hold `name` against every other thread while the context lasts."""
        turns = self._turns
        with self._guard:
            turn = turns.setdefault(name, _Turn())
            turn.wanted += 1
        try:
            with turn.lock:
                yield
        finally:
            with self._guard:
                turn.wanted -= 1
                if not turn.wanted:
                    turns.pop(name, None)

    def forget(self) -> None:
        """Begin anew: in a fork, those who hold or want a turn are not there."""
        self._turns = {}
        self._guard = threading.Lock()

"""Where rotating tokens are kept between runs and shared between processes."""

from contextlib import AbstractContextManager
from typing import Protocol

from .secret import Secret


class TokenStore(Protocol):
    """Keeps one token, as opaque text, for each name.

    A refresh happens inside `exclusive`: of all threads and processes that share the store,
    one refreshes and the others then load what it saved. A driver makes all calls of one
    `exclusive` in one thread, and leaves it in the same way whether or not the refresh
    succeeded: what was saved must stay saved.
    """

    def load(self, name: str) -> Secret | None:
        """Return the text saved last under `name`, or None."""
        ...

    def save(self, name: str, token: Secret) -> None:
        """Keep `token` under `name`, durably, before this returns; erase it if empty."""
        ...

    def exclusive(self, name: str) -> AbstractContextManager[None]:
        """Hold `name` against every other thread and process while the context lasts."""
        ...

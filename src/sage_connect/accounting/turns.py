"""One at a time: what Sage wants created in turn, within this process.

Numbers and references are unique in a business, and Sage asks that what carries one is not
created in parallel. Other processes are not held back: they meet Sage's own refusals.
"""

import os
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

import attrs

from ..plan import Secret, TokenStore

SERIALISED: Final = frozenset(
    {
        "contacts",
        "products",
        "purchase_corrective_invoices",
        "purchase_credit_notes",
        "purchase_invoices",
        "purchase_quick_entries",
        "sales_corrective_invoices",
        "sales_credit_notes",
        "sales_estimates",
        "sales_invoices",
        "sales_quick_entries",
        "sales_quotes",
        "services",
        "stock_items",
    }
)
"""Resources whose creation Sage asks to be done in turn, for each business.

Drafts of theirs are released in turn too: that is when they are numbered.
"""


@attrs.define(eq=False)
class _Turn:
    lock: threading.Lock = attrs.field(factory=threading.Lock)
    wanted: int = 0


class Turns(TokenStore):
    """Locks by name, for the step `Exclusively`; keeps no tokens.

    For any number of threads and event loops. A fork begins without any.
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


TURNS: Final = Turns()
"""The turns of this process."""

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=TURNS.forget)

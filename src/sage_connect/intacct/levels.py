"""Another level for transactions: only once nothing waits to be posted at the old one."""

from collections.abc import Iterator, Sequence
from typing import Any

import attrs

from ..errors import DocumentRejectedError
from ..ledger import Postable, State
from ..ledger.key import Key
from ..model import Document
from ..plan import Plan
from ..validation import Report
from ..validation.registry import finding_of
from .fitting import own_of
from .resolve import entity_of
from .resources import IntacctBooks
from .rules import BOOK
from .settings import IntacctSettings, Level

PENDING = "SC-IN-LEVEL-CHANGE-PENDING"


def change_level(
    books: IntacctBooks,
    level: Level,
    *,
    entity: str,
    pending: Sequence[Document],
    drain: bool,
) -> Plan[IntacctSettings]:
    """Give `books` another level; see `IntacctCompany.change_level`."""
    changed = attrs.evolve(books.settings, level=Level(level), entity=entity)
    waiting = [at for at, one in enumerate(pending) if _moves(books, one, changed)]
    if drain:
        outcomes = yield from books.post([pending[at] for at in waiting])
        waiting = [
            at
            for at, one in zip(waiting, outcomes, strict=True)
            if not one.posted and one.state is not State.SKIPPED
        ]
    else:
        left: list[int] = []
        for at in waiting:
            stands = yield from books.reconcile(Key.of(pending[at], books.scope))
            if stands is None:
                left.append(at)
        waiting = left
    if waiting:
        raise DocumentRejectedError(_report(pending, waiting))
    books.settings = changed
    return changed


def _moves(books: IntacctBooks, document: Postable, changed: IntacctSettings) -> bool:
    """Return whether another level would post a document somewhere else."""
    known = books.known(None)
    before: Any = own_of(document, books.settings, known)
    after: Any = own_of(document, changed, known)
    return entity_of(before, books.settings) != entity_of(after, changed)


def _report(pending: Sequence[Document], waiting: Sequence[int]) -> Report:
    return Report(findings=tuple(_findings(pending, waiting)), documents=len(pending))


def _findings(pending: Sequence[Document], waiting: Sequence[int]) -> Iterator[Any]:
    for at in waiting:
        one = pending[at]
        name = one.number or one.source_id or f"#{at + 1}"
        found = finding_of(BOOK[PENDING], "/entity", {})
        yield attrs.evolve(found, document=name, index=at, kind=one.type)

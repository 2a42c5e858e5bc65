"""What a remedy is, and which remedies answer which code."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

import attrs

from ...model import MasterData
from ..finding import Finding
from ..registry import Case


@attrs.frozen(kw_only=True)
class Instead:
    """What a remedy puts in the place of a document, where it is not one document alone.

    Attributes:
        documents: What stands in its place, in order.
        newcomers: Master data that has to be sent before.
        settings: Settings to go by; None to leave them as they are.
    """

    documents: tuple[Any, ...]
    newcomers: tuple[MasterData, ...] = ()
    settings: Any = None


Mend: TypeAlias = Callable[[Any, Finding, Case], Iterable[Any]]
"""Called with a document, what was found in it and the case; yields what could stand in
its place, the best first: documents, or `Instead`s. It may yield nothing."""


@attrs.frozen
class Remedy:
    """A way to put something right.

    Attributes:
        name: Stable: "cap-overpayment".
        mend: Makes the offers.
        guess: True where it chooses what only a person can know: another account, tax,
            party, day or setting, or that something may be left out. Not made unasked.
    """

    name: str
    mend: Mend = attrs.field(repr=False)
    guess: bool = True


def remedy(name: str, *, guess: bool = True) -> Callable[[Mend], Remedy]:
    """Return a decorator that makes a function the remedy `name`."""
    return lambda mend: Remedy(name, mend, guess)


Remedies: TypeAlias = Mapping[str, tuple[Remedy, ...]]
"""Remedies by the code that they answer, the best first."""


def joined(*books: Remedies) -> Remedies:
    """Return the remedies of several books; of the same code, those of the last first."""
    whole: dict[str, tuple[Remedy, ...]] = {}
    for book in books:
        for code, answers in book.items():
            whole[code] = (*answers, *whole.get(code, ()))
    return whole

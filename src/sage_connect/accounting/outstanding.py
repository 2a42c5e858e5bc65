"""What is open while a batch is posted: documents add to it, payments take from it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

import attrs

from ..model import OpenDocument, Payment
from ..validation.sets import SETTLES

_Name = tuple[str, str]
_NOTHING: Final = Decimal()


class Outstanding:
    """Open documents by party and number, as they become.

    Args:
        known: What was open before; None where that was not read.
    """

    def __init__(self, known: Mapping[_Name, OpenDocument] | None) -> None:
        self._known: Mapping[_Name, OpenDocument] | None = known
        # With nothing outstanding: open no longer.
        self._changed: dict[_Name, OpenDocument] = {}

    @property
    def documents(self) -> Mapping[_Name, OpenDocument] | None:
        """Everything that is open; None where that was not read."""
        if self._known is None or not self._changed:
            return self._known
        every = {**self._known, **self._changed}
        return {name: one for name, one in every.items() if one.outstanding}

    def of(self, payment: Payment, number: str) -> OpenDocument | None:
        """Return what `payment` settles under a number; None where that is not known."""
        name = payment.party, number
        found = self._get(name)
        return found if found is not None and _fits(payment, found) else None

    def put(self, document: OpenDocument, id: str) -> None:
        """Note how a document stands.

        Args:
            document: With what is left of it, if only nothing.
            id: What it is known by where a document of another kind has its number.
        """
        name = document.party, document.number
        other = self._get(name)
        if other is not None and other.kind not in {"", document.kind}:
            name = document.party, id
            document = attrs.evolve(document, number=id)
        self._changed[name] = document

    def take(self, payment: Payment) -> None:
        """Note that a payment was posted."""
        for part in payment.allocations:
            found = self.of(payment, part.number)
            if found is not None:
                left = max(found.outstanding - part.amount, _NOTHING)
                self.put(attrs.evolve(found, outstanding=left), part.number)

    def _get(self, name: _Name) -> OpenDocument | None:
        return self._changed.get(name) or (self._known or {}).get(name)


def _fits(payment: Payment, document: OpenDocument) -> bool:
    return document.kind in {"", SETTLES[payment.kind]}

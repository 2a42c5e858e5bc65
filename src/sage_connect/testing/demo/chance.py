"""What a seed decides: the same on every version of Python."""

import random
from collections.abc import Sequence
from decimal import Decimal
from typing import Final, TypeVar

T = TypeVar("T")
CENT: Final = Decimal("0.01")


class Chance:
    """Choices that a seed decides; only `random()` is the same in every Python."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - invoices of a demo, no secret

    def below(self, number: int) -> int:
        """Return a number from 0 up to, and without, `number`."""
        return int(self._random.random() * number)

    def one(self, options: Sequence[T]) -> T:
        """Return one of the options."""
        return options[self.below(len(options))]

    def price(self, low: int, high: int) -> Decimal:
        """Return an amount with cents, `low` to `high` units."""
        return Decimal(low * 100 + self.below((high - low) * 100)) * CENT

    def shuffle(self, items: list[T]) -> None:
        """Shuffle a list in place."""
        for last in range(len(items) - 1, 0, -1):
            other = self.below(last + 1)
            items[last], items[other] = items[other], items[last]

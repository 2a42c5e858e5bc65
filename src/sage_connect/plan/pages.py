"""Listings that are fetched page by page while they are iterated."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Generic

import attrs

from .steps import Plan, T
from .verbs import Async, Driver, M, Sync


@attrs.frozen
class Page(Generic[T]):
    """One page, and the plan of the next."""

    items: tuple[T, ...]
    next: "Callable[[], Plan[Page[T]]] | None" = None


@attrs.frozen
class Pages(Generic[T, M]):
    """Every item of a listing: `for` in sync mode, `async for` in async mode.

    Each iteration starts anew at the first page.
    """

    _driver: Driver[M]
    _first: Callable[[], Plan[Page[T]]]

    def __iter__(self: "Pages[T, Sync]") -> Iterator[T]:
        following: Callable[[], Plan[Page[T]]] | None = self._first
        while following is not None:
            page: Page[T] = self._driver.drive(following())
            yield from page.items
            following = page.next

    async def __aiter__(self: "Pages[T, Async]") -> AsyncIterator[T]:
        following: Callable[[], Plan[Page[T]]] | None = self._first
        while following is not None:
            page: Page[T] = await self._driver.drive(following())
            for item in page.items:
                yield item
            following = page.next

"""Listings that are fetched page by page while they are iterated."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Generic

import attrs

from .._card import card
from .steps import Plan, T
from .verbs import Async, Driver, M, Sync


@attrs.frozen(repr=False)
class Page(Generic[T]):
    """One page, and the plan of the next."""

    items: tuple[T, ...]
    next: "Callable[[], Plan[Page[T]]] | None" = None

    def __repr__(self) -> str:
        return f"<Page of {len(self.items):,}{', more follow' if self.next else ''}>"


@attrs.frozen(repr=False)
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

    def __repr__(self) -> str:
        return "<Pages: nothing is read before they are iterated>"

    def _repr_html_(self) -> str:
        # Looking at an object sends nothing.
        return card(
            "A listing",
            note="Fetched page by page while it is iterated, each time anew; nothing is "
            "read before. list(…) has them all, frame_of(…) makes a frame of them.",
        )

    async def __aiter__(self: "Pages[T, Async]") -> AsyncIterator[T]:
        following: Callable[[], Plan[Page[T]]] | None = self._first
        while following is not None:
            page: Page[T] = await self._driver.drive(following())
            for item in page.items:
                yield item
            following = page.next

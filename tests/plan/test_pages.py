"""Listings, fetched while they are iterated."""

import asyncio
from collections.abc import Callable

from sage_connect.plan import Page, Pages, Plan, ReadFile
from sage_connect.testing import AsyncScriptedDriver, ScriptedDriver


def page(number: int) -> Callable[[], Plan[Page[str]]]:
    def plan() -> Plan[Page[str]]:
        content = yield from ReadFile(f"page-{number}")
        following = page(number + 1) if number < 3 else None
        return Page(tuple(content.decode()), following)

    return plan


def test_every_item_of_every_page_comes_in_order() -> None:
    driver = ScriptedDriver(b"ab", b"", b"c")

    assert [*Pages(driver, page(1))] == ["a", "b", "c"]
    driver.close()


def test_a_page_is_fetched_only_when_it_is_reached() -> None:
    driver = ScriptedDriver(b"ab", b"cd")
    items = iter(Pages(driver, page(1)))

    first = [next(items), next(items)]
    asked = len(driver.asked)
    third = next(items)

    assert (first, asked, third) == (["a", "b"], 1, "c")


def test_each_iteration_starts_anew() -> None:
    driver = ScriptedDriver(b"a", b"", b"", b"a", b"", b"")
    pages = Pages(driver, page(1))

    assert [[*pages], [*pages]] == [["a"], ["a"]]


def test_pages_are_awaited_in_asynchronous_mode() -> None:
    driver = AsyncScriptedDriver(b"ab", b"", b"c")

    async def collected() -> list[str]:
        return [item async for item in Pages(driver, page(1))]

    assert asyncio.run(collected()) == ["a", "b", "c"]

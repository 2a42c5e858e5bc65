"""A verb is defined once and typed for both modes."""

from collections.abc import Awaitable
from typing import Any, assert_type

from sage_connect.ledger import Directory, Documents, Outbox, Outcomes, Receipt
from sage_connect.model import Account, SalesInvoice
from sage_connect.plan import Async, M, Plan, ReadFile, Seat, Sync, operation


class Shelf(Seat[M]):
    @operation
    def read(self, path: str, *, times: int = 1) -> Plan[bytes]:
        content = yield from ReadFile(path)
        assert_type(content, bytes)
        return content * times


def a_blocking_verb_returns(shelf: Shelf[Sync]) -> None:
    assert_type(shelf.read("a", times=2), bytes)


def an_awaiting_verb_is_awaited(shelf: Shelf[Async]) -> None:
    assert_type(shelf.read("a"), Awaitable[bytes])


async def what_is_awaited_is_the_result(shelf: Shelf[Async]) -> None:
    assert_type(await shelf.read("a"), bytes)


def a_seat_blocks_unless_it_says_otherwise(shelf: Shelf) -> None:
    assert_type(shelf.read("a"), bytes)


def arguments_are_checked(shelf: Shelf[Sync]) -> None:
    shelf.read()  # type: ignore[call-arg]  # a path
    shelf.read(7)  # type: ignore[arg-type]  # of text
    shelf.read("a", 2)  # type: ignore[call-arg]  # times=2


def a_result_is_not_awaited_by_itself(shelf: Shelf[Async]) -> int:
    return len(shelf.read("a"))  # type: ignore[arg-type]  # not awaited


def master_data_are_looked_up(
    place: Directory[Account, Sync], other: Directory[Account, Async]
) -> None:
    assert_type(place.get("706000"), Account)
    assert_type(other.get("706000"), Awaitable[Account])
    for account in place.search("x"):
        assert_type(account, Account)
    for _ in other.list():  # type: ignore[misc]  # async for
        pass


async def listings_are_awaited_item_by_item(other: Directory[Account, Async]) -> None:
    async for account in other.list(active=True):
        assert_type(account, Account)


def documents_of_one_kind_give_receipts_of_that_kind(
    place: Outbox[SalesInvoice, Sync], other: Outbox[SalesInvoice, Async], one: SalesInvoice
) -> None:
    assert_type(place.post(one), Receipt[SalesInvoice])
    assert_type(other.post(one), Awaitable[Receipt[SalesInvoice]])
    assert_type(place.post_all([one]), Outcomes[SalesInvoice])


def mixed_batches_give_outcomes_of_any_kind(
    place: Documents[Sync], other: Documents[Async], one: SalesInvoice
) -> None:
    assert_type(place.post_all([one]), Outcomes[Any])
    assert_type(other.post_all([one]), Awaitable[Outcomes[Any]])
    place.post_all(["F1"])  # type: ignore[list-item]  # documents

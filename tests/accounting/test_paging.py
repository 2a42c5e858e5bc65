"""Listings: whole, without repeats, and smaller where Sage cannot bear them."""

import datetime as dt
import itertools
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

import pytest

from sage_connect.accounting.api import Api
from sage_connect.accounting.paging import Single, listing
from sage_connect.accounting.service import FixedToken, Patience, Service
from sage_connect.accounting.wire.shapes import Base, decode_base
from sage_connect.errors import BrokenReplyError, OutcomeUnknownError
from sage_connect.plan import Pages, Reply, Secret
from sage_connect.testing.accounting import AccountingSimulator, Failure, Html
from sage_connect.testing.scripted import ScriptedDriver

from .native import Native, reached
from .serving import Shelf

QUICK = Patience(delays=(0.01, 0.01), throttled=0.01)


def service() -> Service:
    return Service(
        "http://x/v3.1", FixedToken(Secret("t")), business="b" * 32, patience=QUICK
    )


def listed(shelf: Shelf, **options: Any) -> list[str]:
    """Read a whole list from a shelf; return the ids."""
    query = options.pop("query", {})
    pages = Pages(
        shelf.driver(), listing(service(), "/contacts", query, decode_base, **options)
    )
    return [one.id for one in pages]


@pytest.mark.parametrize("count", [0, 1, 199, 200, 201, 1000])
def test_a_list_is_read_to_its_end_and_no_further(count: int) -> None:
    shelf = Shelf(count)

    assert listed(shelf) == shelf.ids
    assert len(shelf.asked) == max(1, -(-count // 200))


def test_a_page_past_the_end_repeats_the_last_one_and_ends_the_list() -> None:
    shelf = Shelf(400)
    # The last page vanishes while the first is read, and its number is asked for.
    shelf.before[2] = lambda: shelf.ids.__delitem__(slice(150, None))

    found = listed(shelf)

    assert found[:150] == shelf.ids
    assert len(found) == len({*found})


def test_a_list_that_goes_in_circles_is_an_error_and_no_hang() -> None:
    shelf = Shelf(600, always="page=2")
    shelf.before = dict.fromkeys(range(2, 99), lambda: shelf.__setattr__("page", 1))

    with pytest.raises(BrokenReplyError, match="goes in circles"):
        listed(shelf)
    assert len(shelf.asked) < 10


def test_records_that_are_deleted_meanwhile_pull_no_other_past_us() -> None:
    for page, size in itertools.product((2, 3, 4), (5, 7)):
        shelf = Shelf(40)
        gone = shelf.ids[1:4]
        shelf.before[page] = lambda shelf=shelf: shelf.ids.__delitem__(slice(1, 4))  # type: ignore[misc]  # bound now

        found = listed(shelf, items_per_page=size)

        assert [one for one in shelf.ids if one not in found] == []
        assert len(found) == len({*found})
        assert {*found} - {*shelf.ids} <= {*gone}


def test_records_that_are_made_meanwhile_push_none_at_us_twice() -> None:
    shelf = Shelf(40)
    shelf.before[3] = lambda: shelf.ids.__setitem__(slice(0, 0), ["new1", "new2"])

    found = listed(shelf, items_per_page=10)

    assert len(found) == len({*found})
    assert [one for one in found if one.startswith("r")] == [f"r{n:04}" for n in range(40)]


def test_an_iteration_begins_anew_each_time() -> None:
    shelf = Shelf(30)
    pages = Pages(
        shelf.driver(), listing(service(), "/contacts", {}, decode_base, items_per_page=10)
    )

    assert [*pages] == [*pages]
    assert len(shelf.asked) == 6


def test_the_page_size_and_the_filters_are_kept_on_every_page() -> None:
    shelf = Shelf(30)
    query = {"search": "Ærøskøbing & Co", "attributes": "name"}

    listed(shelf, items_per_page=10, query=query)

    assert [one["items_per_page"] for one in shelf.asked] == ["10"] * 3
    assert [one["search"] for one in shelf.asked] == ["Ærøskøbing & Co"] * 3
    assert [one.get("page") for one in shelf.asked] == [None, "2", "3"]


def test_the_default_page_is_large_and_smaller_for_whole_records() -> None:
    plain, whole = Shelf(1), Shelf(1)

    listed(plain)
    listed(whole, query={"attributes": "all"})

    assert plain.asked[0]["items_per_page"] == "200"
    assert whole.asked[0]["items_per_page"] == "50"


def test_a_list_of_no_page_size_is_asked_for_none() -> None:
    shelf = Shelf(300)

    listed(shelf, is_paged=False)

    assert {*shelf.asked[0]} == set()


@pytest.mark.parametrize("size", [0, -1, 201])
def test_a_page_size_that_sage_does_not_take_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="1 to 200"):
        listing(service(), "/contacts", {}, decode_base, items_per_page=size)


def test_a_time_without_a_zone_is_refused_before_anything_is_sent() -> None:
    api = Api(ScriptedDriver(), service())

    with pytest.raises(ValueError, match="without a zone"):
        api.contacts.list(updated_or_created_since=dt.datetime(2026, 1, 1))  # noqa: DTZ001 - that is the case


def test_new_records_come_last_unless_another_order_is_asked_for() -> None:
    shelf = Shelf(3)
    api = Api(shelf.driver(), service())

    [*api.sales_invoices.list()]
    [*api.sales_invoices.list(sort="date:desc")]
    [*api.contacts.list()]

    assert [one.get("sort") for one in shelf.asked] == ["created_at:asc", "date:desc", None]


@pytest.mark.parametrize(
    "body", [b'{"a":1}', b'{"$items":7}', b'{"$items":[7]}', b"null", b"7"]
)
def test_what_is_no_list_is_told(body: bytes) -> None:
    driver = ScriptedDriver(Reply(status=200, body=body))

    with pytest.raises(BrokenReplyError, match="what is no list"):
        [*Pages(driver, listing(service(), "/contacts", {}, decode_base))]


def test_a_bare_array_is_a_list_as_the_published_description_has_it() -> None:
    driver = ScriptedDriver(Reply(status=200, body=b'[{"id":"a"},{"id":"b"}]'))

    found = [*Pages(driver, listing(service(), "/contacts", {}, decode_base))]

    assert found == [Base(id="a"), Base(id="b")]


class Weak(Shelf):
    """Cannot give whole records on pages larger than it bears."""

    def __init__(self, count: int, bears: int, status: int | None) -> None:
        super().__init__(count)
        self.bears = bears
        self.status = status

    def reply(self, path: str, query: Mapping[str, str]) -> Reply:
        is_list = path.endswith("/contacts")
        if "attributes" in query and is_list and int(query["items_per_page"]) > self.bears:
            if self.status is None:
                raise OutcomeUnknownError("timed out")
            return Reply(status=self.status, body=b"<html>")
        return super().reply(path, query)


@pytest.mark.parametrize("status", [500, 502, 504, 525, None])
def test_a_page_that_sage_cannot_bear_is_read_record_by_record(status: int | None) -> None:
    shelf = Weak(120, bears=0, status=status)
    single = Single(takes=frozenset({"attributes"}), query=(("mark_as_sent", "false"),))

    found = listed(shelf, query={"attributes": "all"}, single=single)

    assert found == shelf.ids
    # Each size is tried once, without waiting, and then no more.
    failed = [one["items_per_page"] for one in shelf.asked if "attributes" in one][:1]
    heavy = [
        one["items_per_page"]
        for one in shelf.asked
        if "attributes" in one and "items_per_page" in one
    ]
    assert failed == ["50"]
    assert heavy == ["50", "25", "5", "1"]
    assert shelf.waits == []
    assert len(shelf.alone) == 120
    assert all(one == {"attributes": "all", "mark_as_sent": "false"} for one in shelf.alone)


@pytest.mark.parametrize("bears", [1, 3, 5, 25, 49])
def test_a_list_without_single_records_is_read_in_smaller_pages(bears: int) -> None:
    shelf = Weak(120, bears=bears, status=504)

    found = listed(shelf, query={"attributes": "all"})

    assert found == shelf.ids
    assert len(shelf.asked) <= 120 + 4


def test_after_a_page_was_read_singly_smaller_ones_are_tried_again() -> None:
    shelf = Weak(120, bears=10, status=502)
    single = Single(takes=frozenset({"attributes"}))

    assert listed(shelf, query={"attributes": "all"}, single=single) == shelf.ids
    assert len(shelf.alone) == 50 + 25


def test_a_list_that_cannot_be_had_at_all_is_an_error() -> None:
    shelf = Weak(120, bears=0, status=502)

    with pytest.raises(BrokenReplyError) as caught:
        listed(shelf, query={"attributes": "all"})

    assert caught.value.status == 502
    # The last size is repeated as any read is.
    assert [one["items_per_page"] for one in shelf.asked] == [
        "50",
        "25",
        "5",
        "1",
        "1",
        "1",
    ]


def test_a_record_that_is_deleted_between_list_and_look_is_left_out() -> None:
    shelf = Weak(10, bears=0, status=502)
    shelf.missing = {"r0004"}

    found = listed(shelf, query={"attributes": "all"}, single=Single(takes=frozenset()))

    assert found == [one for one in shelf.ids if one != "r0004"]


def test_maintenance_is_waited_for_and_not_taken_for_overload() -> None:
    shelf = Weak(3, bears=0, status=503)
    single = Single(takes=frozenset())

    with pytest.raises(BrokenReplyError):
        listed(shelf, query={"attributes": "all"}, single=single)
    assert len(shelf.waits) == 2


# Over a real socket.


@pytest.mark.requirement("S48")
def test_a_real_list_falls_back_and_marks_nothing_as_sent(native: Native) -> None:
    simulator = native.simulator
    ids = [native.post(number).id for number in range(7)]
    whole = {"attributes": "all"}
    # A single record is asked for with the same parameter, but unsorted.
    trouble = simulator.fail(
        Failure(status=504), query={**whole, "sort": "created_at:asc"}, times=None
    )

    listed = native.api.sales_invoices.list(attributes="all", items_per_page=6)
    invoices = native.all(listed)

    assert [one.id for one in invoices] == ids
    assert all(one.invoice_lines for one in invoices)
    assert trouble.met == 2
    looked = [one for one in simulator.calls if one.path.startswith("/sales_invoices/")]
    assert {parse_qs(one.query)["mark_as_sent"][0] for one in looked} == {"false"}
    assert len(looked) == 7


def test_a_page_that_a_proxy_spoils_is_asked_for_again(native: Native) -> None:
    trouble = native.simulator.fail(Html(status=200), path="/contacts", query={"page": "2"})

    contacts = native.all(native.api.contacts.list(items_per_page=2))

    assert trouble.met == 1
    assert len(contacts) == native.simulator.books().count("contacts")


@pytest.mark.parametrize("mode", ["blocking", "awaiting"])
def test_the_list_of_businesses_has_a_size_of_its_own(mode: str) -> None:
    with (
        AccountingSimulator(businesses=30) as simulator,
        reached(simulator, mode) as native,
    ):
        found = native.all(native.api.businesses.list())

        assert [one.id for one in found] == [*simulator.businesses]
        assert [one.query for one in simulator.calls] == ["", "page=2"]
        assert [one.business for one in simulator.calls] == ["", ""]

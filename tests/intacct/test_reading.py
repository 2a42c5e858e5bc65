"""Many records, whatever happens to them between two pages."""

import asyncio
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sage_connect.errors import BrokenReplyError, ConfigurationError, NotFoundError
from sage_connect.intacct import AsyncSageIntacct, SageIntacct, field, query
from sage_connect.intacct.functions import GetList
from sage_connect.intacct.wire.queries import Query
from sage_connect.intacct.wire.selecting import Sum

from .answering import (
    CREDENTIALS,
    NOW,
    Answer,
    Asked,
    ScriptedGateway,
    cut,
    error,
    failed,
    http,
    operation,
    result,
)

ALL = query("CLASS").select("CLASSID")


class Shelf:
    """Records that a query, or a reader, goes through; changed between requests."""

    def __init__(self, count: int) -> None:
        self.numbers: list[int] = list(range(1, count + 1))
        self.before: dict[int, Callable[[], None]] = {}
        self.queries: list[Any] = []

    def __call__(self, asked: Asked) -> bytes:
        function = asked.functions[0][0]
        self.queries.append(function)
        self.before.get(len(self.queries), lambda: None)()
        found = [one for one in self.numbers if _fits(function.find("filter"), one)]
        # There is no order unless one is asked for.
        random.Random(len(self.queries)).shuffle(found)  # noqa: S311 - a game
        for order in reversed(function.findall("orderby/order")):
            name = order.findtext("field")
            found.sort(
                key=lambda one: _value(one, name),
                reverse=order.find("descending") is not None,
            )
        offset = int(function.findtext("offset") or 0)
        size = int(function.findtext("pagesize") or 100)
        page = found[offset : offset + size]
        left = len(found) - offset - len(page)
        rows = "".join(
            f"<CLASS><CLASSID>C{one}</CLASSID><RECORDNO>{one}</RECORDNO></CLASS>"
            for one in page
        )
        inner = (
            f'<data listtype="CLASS" totalcount="{len(found)}" offset="{offset}" '
            f'count="{len(page)}" numremaining="{max(left, 0)}">{rows}</data>'
        )
        return http(operation(asked, result(asked, 0, inner)))


def _value(number: int, name: str) -> int:
    return number % 3 if name == "GROUP" else number


def _fits(element: Any, number: int) -> bool:
    if element is None:
        return True
    (condition,) = element
    return _holds(condition, number)


def _holds(condition: Any, number: int) -> bool:
    match condition.tag:
        case "and":
            return all(_holds(one, number) for one in condition)
        case "greaterthan":
            return number > int(condition.findtext("value"))
        case "lessthan":
            return number < int(condition.findtext("value"))
        case "lessthanorequalto":
            return number <= int(condition.findtext("value"))
        case tag:
            raise AssertionError(tag)


@pytest.fixture(params=["blocking", "awaiting"])
def read(
    request: pytest.FixtureRequest, gateway: ScriptedGateway
) -> Iterator[Callable[[Callable[[Any], Any]], list[Any]]]:
    """Gives the native seat to a function, and all of the pages that it returns."""
    options: Any = {"gateway": gateway.url, "patience": NOW}
    if request.param == "blocking":
        with SageIntacct(CREDENTIALS, **options) as intacct:
            yield lambda asked: list(asked(intacct.api))
        return

    def awaited(asked: Callable[[Any], Any]) -> list[Any]:
        async def every() -> list[Any]:
            async with AsyncSageIntacct(CREDENTIALS, **options) as intacct:
                return [one async for one in asked(intacct.api)]

        return asyncio.run(every())

    yield awaited


Read = Callable[[Callable[[Any], Any]], list[Any]]


def ids(records: list[Any]) -> list[int]:
    return [int(one["RECORDNO"]) for one in records]


def test_a_query_is_read_by_its_key(gateway: ScriptedGateway, read: Read) -> None:
    shelf = Shelf(25)
    gateway.script = [shelf] * 9

    found = read(lambda api: api.query(ALL.page_size(10)))

    assert ids(found) == list(range(1, 26))
    assert [one.findtext("filter/greaterthan/value") for one in shelf.queries] == [
        None,
        "10",
        "20",
    ]
    assert {one.findtext("offset") for one in shelf.queries} == {None}
    assert [one.text for one in shelf.queries[0].iterfind("select/field")] == [
        "CLASSID",
        "RECORDNO",
    ]


def test_what_is_deleted_or_made_meanwhile_hides_nothing(
    gateway: ScriptedGateway, read: Read
) -> None:
    shelf = Shelf(30)
    shelf.before = {
        2: lambda: shelf.numbers.remove(3),
        3: lambda: shelf.numbers.append(31),
    }
    gateway.script = [shelf] * 9

    found = read(lambda api: api.query(ALL.page_size(10)))

    assert ids(found) == list(range(1, 32))


def test_the_callers_filter_holds_on_every_page(
    gateway: ScriptedGateway, read: Read
) -> None:
    gateway.script = [Shelf(30)] * 9

    found = read(lambda api: api.query(ALL.where(field("RECORDNO") <= 25).page_size(10)))

    assert ids(found) == list(range(1, 26))


def test_the_newest_may_come_first(gateway: ScriptedGateway, read: Read) -> None:
    shelf = Shelf(25)
    gateway.script = [shelf] * 9

    found = read(
        lambda api: api.query(ALL.order_by(field("RECORDNO").descending()).page_size(10))
    )

    assert ids(found) == list(range(25, 0, -1))
    assert shelf.queries[1].findtext("filter/lessthan/value") == "16"


def test_an_order_of_its_own_is_read_by_offset_with_the_key_breaking_ties(
    gateway: ScriptedGateway, read: Read
) -> None:
    shelf = Shelf(25)
    gateway.script = [shelf] * 9

    found = read(lambda api: api.query(ALL.order_by("GROUP").page_size(10)))

    assert sorted(ids(found)) == list(range(1, 26))
    assert [one % 3 for one in ids(found)] == [0] * 8 + [1] * 9 + [2] * 8
    assert [one.findtext("offset") for one in shelf.queries] == [None, "10", "20"]


def test_what_is_pushed_over_the_edge_is_not_given_twice(
    gateway: ScriptedGateway, read: Read
) -> None:
    shelf = Shelf(20)
    shelf.before = {2: lambda: shelf.numbers.append(0)}
    gateway.script = [shelf] * 9

    found = read(lambda api: api.query(ALL.order_by("GROUP").page_size(10)))

    assert len(ids(found)) == len(set(ids(found)))


def test_groups_are_read_in_a_stable_order(gateway: ScriptedGateway, read: Read) -> None:
    shelf = Shelf(3)
    gateway.script = [shelf] * 9
    grouped = query("CLASS").select("GROUP", Sum("TOTALDUE"))

    read(lambda api: api.query(grouped.page_size(2)))

    assert [one.text for one in shelf.queries[0].iterfind("orderby/order/field")] == [
        "GROUP"
    ]
    assert [one.findtext("offset") for one in shelf.queries] == [None, "2"]
    assert shelf.queries[0].find("select/sum").text == "TOTALDUE"


def test_the_largest_page_is_asked_for(gateway: ScriptedGateway, read: Read) -> None:
    shelf = Shelf(1)
    gateway.script = [shelf]

    read(lambda api: api.query(ALL))

    assert shelf.queries[0].findtext("pagesize") == "2000"


def test_a_page_that_comes_again_and_again_is_an_error(
    gateway: ScriptedGateway, read: Read
) -> None:
    first = Shelf(25)

    def stuck(asked: Asked) -> bytes:
        for name in ("filter", "offset"):
            for one in asked.functions[0][0].findall(name):
                asked.functions[0][0].remove(one)
        return first(asked)

    gateway.script = [stuck] * 9

    with pytest.raises(BrokenReplyError, match="circles"):
        read(lambda api: api.query(ALL.page_size(10)))
    with pytest.raises(BrokenReplyError, match="circles"):
        read(lambda api: api.query(ALL.order_by("GROUP").page_size(10)))
    with pytest.raises(BrokenReplyError, match="circles"):
        read(lambda api: api.query(ALL.page_size(10), key=None))


def test_a_query_of_the_retired_sdks_is_left_as_it_was(
    gateway: ScriptedGateway, read: Read
) -> None:
    gateway.script = [Shelf(25)] * 9
    asked = Query(object_name="CLASS").select("CLASSID").page_size(10)
    before = repr(asked)

    read(lambda api: api.query(asked))

    assert repr(asked) == before


def reader(asked: Asked, first: int, count: int, left: int, *, id: str = "r~1") -> bytes:
    rows = "".join(
        f"<class><RECORDNO>{number}</RECORDNO></class>"
        for number in range(first, first + count)
    )
    inner = (
        f'<data listtype="class" count="{count}" totalcount="99" numremaining="{left}" '
        f'resultId="{id}">{rows}</data>'
    )
    return http(operation(asked, result(asked, 0, inner)))


def test_a_reader_is_gone_through_by_its_id(gateway: ScriptedGateway, read: Read) -> None:
    gateway.script = [
        lambda asked: reader(asked, 1, 10, 15),
        lambda asked: reader(asked, 11, 10, 5),
        lambda asked: reader(asked, 21, 5, 0, id=""),
    ]

    found = read(
        lambda api: api.read_by_query("CLASS", "NAME = 'x'", ["RECORDNO"], page_size=10)
    )

    assert ids(found) == list(range(1, 26))
    assert [one.names for one in gateway.sent] == [
        ["readByQuery"],
        ["readMore"],
        ["readMore"],
    ]
    assert [one.functions[0][0].findtext("resultId") for one in gateway.sent[1:]] == [
        "r~1",
        "r~1",
    ]


@pytest.mark.parametrize(
    "page",
    [cut, lambda asked: reader(asked, 21, 5, 0)],
    ids=["a lost answer", "a page left out"],
)
def test_a_reader_that_lost_records_says_so(
    gateway: ScriptedGateway, read: Read, page: Answer
) -> None:
    gateway.script = [lambda asked: reader(asked, 1, 10, 15), page]

    with pytest.raises(BrokenReplyError) as caught:
        read(lambda api: api.read_by_query("CLASS"))

    assert caught.value.code == "SC-IN-READER"
    assert len(gateway.sent) == 2


def test_a_view_is_gone_through_in_the_same_way(
    gateway: ScriptedGateway, read: Read
) -> None:
    gateway.script = [
        lambda asked: http(
            operation(
                asked,
                result(
                    asked,
                    0,
                    '<data><view listtype="x" count="1" numremaining="1" resultId="v">'
                    "<CLASS><RECORDNO>1</RECORDNO></CLASS></view></data>",
                ),
            )
        ),
        lambda asked: reader(asked, 2, 1, 0),
    ]

    assert ids(read(lambda api: api.read_view("CLASS#1"))) == [1, 2]


def told(**said: str) -> Answer:
    inner = "".join(f"<{name}>{text}</{name}>" for name, text in said.items())
    return lambda asked: http(
        operation(asked, result(asked, 0, f"<data><report>{inner}</report></data>"))
    )


def test_a_report_is_waited_for_and_then_read(gateway: ScriptedGateway, read: Read) -> None:
    gateway.script = [
        told(reportId="rep-1", status="PENDING"),
        told(reportId="rep-1", status="PENDING"),
        lambda asked: reader(asked, 1, 2, 1, id=""),
        lambda asked: reader(asked, 3, 1, 0, id=""),
    ]

    found = read(lambda api: api.read_report("Due", {"PERIOD": "Now"}, delays=[0, 0, 0]))

    assert ids(found) == [1, 2, 3]
    assert [one.functions[0][0].findtext("reportId") for one in gateway.sent] == [
        None,
        *["rep-1"] * 3,
    ]


def test_a_report_that_does_not_end_is_not_waited_for_for_ever(
    gateway: ScriptedGateway, read: Read
) -> None:
    gateway.script = [told(reportId="rep-1", status="PENDING")] * 9

    with pytest.raises(ConfigurationError, match="rep-1"):
        read(lambda api: api.read_report("Due", delays=[0, 0]))

    assert len(gateway.sent) == 3


@pytest.mark.parametrize(("most", "given"), [(None, 250), (120, 120)])
def test_a_legacy_list_is_read_in_parts(
    gateway: ScriptedGateway, read: Read, most: int | None, given: int
) -> None:
    def page(asked: Asked) -> bytes:
        function = asked.functions[0][0]
        start, size = int(function.get("start", 0)), int(function.get("maxitems"))
        end = min(start + size, 250)
        rows = "".join(
            f"<supdoc><recordno>{at}</recordno></supdoc>" for at in range(start, end)
        )
        inner = (
            f'<listtype start="{start}" end="{end - 1}" total="250">supdoc</listtype>'
            f"<data>{rows}</data>"
        )
        return http(operation(asked, result(asked, 0, inner)))

    gateway.script = [page] * 9

    found = read(
        lambda api: api.get_list(GetList(object_name="supdoc", max_total_count=most))
    )

    assert ids(found) == list(range(given))


class TestRecords:
    def test_any_number_of_keys_is_read_a_hundred_at_a_time(
        self, gateway: ScriptedGateway
    ) -> None:
        def some(asked: Asked) -> bytes:
            keys = asked.functions[0][0].findtext("keys").split(",")
            rows = "".join(f"<CLASS><RECORDNO>{one}</RECORDNO></CLASS>" for one in keys)
            return http(operation(asked, result(asked, 0, f"<data>{rows}</data>")))

        gateway.script = [some] * 9
        keys = list(range(1, 251))
        with SageIntacct(CREDENTIALS, gateway=gateway.url, patience=NOW) as intacct:
            by_key = intacct.api.read("CLASS", keys, ["RECORDNO"])
            by_name = intacct.api.read_by_name("CLASS", ["1", "2"])
            related = intacct.api.read_related("CLASS", "R", keys[:101])

        assert (ids(list(by_key)), ids(list(by_name))) == (keys, [1, 2])
        assert ids(list(related)) == keys[:101]
        assert gateway.counted == {
            "getAPISession": 1,
            "read": 3,
            "readByName": 1,
            "readRelated": 2,
        }

    @pytest.mark.requirement("S235", "S253")
    def test_what_a_company_has_is_looked_up(self, gateway: ScriptedGateway) -> None:
        described = (
            '<data listtype="All" count="1"><Type Name="CLASS" DocumentType=""><Fields>'
            "<Field><ID>CLASSID</ID><LABEL>Class</LABEL><DESCRIPTION/><REQUIRED>true"
            "</REQUIRED><READONLY>false</READONLY><DATATYPE>TEXT</DATATYPE><ISCUSTOM>false"
            "</ISCUSTOM></Field></Fields><Relationships/></Type></data>"
        )
        gateway.script = [
            lambda asked: http(operation(asked, result(asked, 0, described))),
            failed(error("Query Failed", "Object definition NO not found")),
        ]
        with SageIntacct(CREDENTIALS, gateway=gateway.url, patience=NOW) as intacct:
            found = intacct.api.lookup("CLASS")
            with pytest.raises(NotFoundError):
                intacct.api.lookup("NO")

        assert [one.name for one in found.fields] == ["CLASSID"]

    def test_a_seat_at_another_level_signs_in_there(self, gateway: ScriptedGateway) -> None:
        with SageIntacct(CREDENTIALS, gateway=gateway.url, patience=NOW) as intacct:
            intacct.api.at("E1").read("CLASS", [1])
            intacct.api.at("").read("CLASS", [1])

        assert [
            one.text("operation/authentication/login/locationid") for one in gateway.asked
        ] == ["E1", None, "", None]

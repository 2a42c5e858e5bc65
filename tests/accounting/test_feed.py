"""The feed of changes: ordered, resumable at any place, nothing missed, nothing twice."""

import datetime as dt
import json
import random
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from sage_connect.accounting.api import Api
from sage_connect.accounting.api.changing import CHANGING
from sage_connect.accounting.cursor import Cursor, Mark
from sage_connect.accounting.feed import Change, changes
from sage_connect.accounting.service import FixedToken, Patience, Service
from sage_connect.accounting.wire.facts import facts
from sage_connect.accounting.wire.shapes import Contact, SalesInvoice
from sage_connect.errors import (
    BrokenReplyError,
    ConfigurationError,
    PermissionDeniedError,
)
from sage_connect.plan import Pages, Reply, Secret
from sage_connect.testing.accounting import AccountingSimulator, Failure
from sage_connect.testing.scripted import ScriptedDriver

from .native import Native, reached
from .serving import ShelfDriver

BUSINESS = "b" * 32
START = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
SOME = ("contacts", "sales_invoices")


def all_of(native: Native, since: Any = None, resources: Any = SOME) -> list[Change]:
    found: list[Change] = native.all(native.api.changes(since=since, resources=resources))
    return found


def told(found: list[Change]) -> list[tuple[str, str, bool]]:
    return [(one.resource, one.id, one.deleted) for one in found]


@pytest.mark.requirement("S48")
def test_a_feed_begins_with_everything_in_the_order_of_its_change(native: Native) -> None:
    books = native.simulator.books()
    ids = [native.post(number).id for number in range(3)]

    found = all_of(native)

    times = [one.at for one in found]
    assert times == sorted(times, key=lambda at: at or START)
    assert sorted(told(found)) == sorted(
        [("contacts", one["id"], False) for one in books.all("contacts")]
        + [("sales_invoices", one, False) for one in ids]
    )
    kinds = {type(one.record) for one in found}
    assert kinds == {Contact, SalesInvoice}
    assert all(one.record and one.record.plain()["id"] == one.id for one in found)


def test_a_feed_goes_on_from_any_change_and_tells_nothing_twice(native: Native) -> None:
    ids = []
    for number in range(4):
        ids.append(native.post(number).id)
        native.simulator.advance(2)
    native.run(native.api.contacts.update(native.contact(), {"notes": "changed"}))
    native.simulator.advance(400)
    whole = all_of(native)

    for at in range(len(whole)):
        rest = all_of(native, whole[at].cursor)

        assert told(rest) == told(whole[at + 1 :])


def test_what_changed_since_is_told_and_nothing_else(native: Native) -> None:
    first = native.post(1).id
    native.simulator.advance(3600)
    cursor = all_of(native)[-1].cursor
    assert all_of(native, cursor) == []

    native.simulator.advance(10)
    second = native.post(2).id
    native.simulator.advance(10)
    native.run(native.api.sales_invoices.update(first, {"notes": "later"}))
    native.simulator.advance(10)
    native.run(
        native.api.contacts.create({"name": "Passing", "contact_type_ids": ["CUSTOMER"]})
    )
    found = all_of(native, cursor)

    assert told(found)[:2] == [
        ("sales_invoices", second, False),
        ("sales_invoices", first, False),
    ]
    assert getattr(found[1].record, "notes", "") == "later"
    assert told(found)[2][0] == "contacts"
    assert all_of(native, found[-1].cursor) == []
    assert told(all_of(native, found[0].cursor)) == told(found)[1:]


def test_two_changes_in_one_second_are_two(native: Native) -> None:
    invoice = native.post(1).id
    seen = 0
    found = all_of(native)
    for number in range(5):
        cursor = found[-1].cursor
        native.run(native.api.sales_invoices.update(invoice, {"notes": f"n{number}"}))
        found = all_of(native, cursor)
        seen += len([one for one in found if one.id == invoice])

        assert getattr(found[-1].record, "notes", "") == f"n{number}"
    assert seen == 5


def test_deletes_are_told_after_what_came_before(native: Native) -> None:
    made = native.run(
        native.api.contacts.create({"name": "Passing", "contact_type_ids": ["CUSTOMER"]})
    )
    native.simulator.advance(60)
    cursor = all_of(native)[-1].cursor
    native.run(native.api.contacts.delete(made.id))
    native.simulator.advance(60)
    invoice = native.post(1).id

    found = all_of(native, cursor)

    assert told(found) == [("contacts", made.id, True), ("sales_invoices", invoice, False)]
    assert found[0].record is None
    assert all_of(native, found[-1].cursor) == []
    assert told(all_of(native, found[0].cursor)) == told(found)[1:]


def test_an_instant_is_a_beginning_too(native: Native) -> None:
    native.post(1)
    native.simulator.advance(3600)
    since = native.simulator.clock.now()
    second = native.post(2).id

    assert told(all_of(native, since)) == [("sales_invoices", second, False)]


def test_resources_that_the_edition_lacks_have_no_changes() -> None:
    with AccountingSimulator(edition="start") as simulator, reached(simulator) as native:
        found = all_of(native, None, None)

        assert {one.resource for one in found} >= {"contacts", "ledger_accounts"}
        assert "stock_items" not in {one.resource for one in found}


def test_what_the_role_may_not_see_is_told_and_not_left_out() -> None:
    with (
        AccountingSimulator(roles={"Sales": "No Access"}) as simulator,
        reached(simulator) as native,
        pytest.raises(PermissionDeniedError) as caught,
    ):
        all_of(native)

    assert caught.value.code == "SC-SA-ROLE"


def test_a_feed_that_breaks_off_goes_on_from_its_last_change(native: Native) -> None:
    for number in range(3):
        native.post(number)
    native.simulator.advance(600)
    whole = all_of(native)
    native.simulator.fail(Failure(status=500), path="/sales_invoices", times=None)

    with pytest.raises(BrokenReplyError):
        all_of(native)
    native.simulator.mend()

    assert told(all_of(native)) == told(whole)


def test_a_feed_reads_record_by_record_where_sage_cannot_bear_more(native: Native) -> None:
    ids = [native.post(number).id for number in range(3)]
    native.simulator.fail(
        Failure(status=504),
        query={"attributes": "all", "sort": "updated_at:asc"},
        times=None,
    )

    found = all_of(native, None, ["sales_invoices"])

    assert [one.id for one in found] == ids
    looked = [
        one for one in native.simulator.calls if one.path.startswith("/sales_invoices/")
    ]
    assert all("mark_as_sent=false" in one.query for one in looked)


def test_every_resource_that_tells_changes_is_known() -> None:
    telling = {
        resource
        for resource, verbs in facts().operations.items()
        if "list" in verbs and "updated_or_created_since" in verbs["list"].query
    }

    assert {*CHANGING} == telling
    assert len(telling) == 38
    assert sum(one.tells_deletes for one in CHANGING.values()) == 23


def test_a_cursor_is_text_that_survives_and_is_guarded() -> None:
    mark = Mark(at=START, seen={"abcd": START, "ef01": START - dt.timedelta(minutes=2)})
    cursor = Cursor(business=BUSINESS, since=None, marks={"contacts": mark})
    text = cursor.text()

    assert text.isascii()
    assert Cursor.parsed(text, BUSINESS) == cursor
    with pytest.raises(ConfigurationError, match="not of cccc") as foreign:
        Cursor.parsed(text, "cccc")
    assert foreign.value.code == "SC-SA-CURSOR"
    for broken in (
        "",
        "sc1.",
        text[:-4],
        text[5:],
        text.replace("sc1", "sc9"),
        "2026-03-01",
    ):
        with pytest.raises(ConfigurationError, match="no cursor of changes") as refused:
            Cursor.parsed(broken, BUSINESS)
        assert refused.value.code == "SC-SA-CURSOR"


def test_a_cursor_stays_small_and_forgets_the_oldest_first() -> None:
    mark = Mark()
    for second in range(30_000):
        when = START + dt.timedelta(seconds=second)
        if second % 1000 == 0:
            told_now = [(f"{second + n:012x}", when) for n in range(1000)]
            mark = mark.after(told_now, None, dt.timedelta(days=9))

    assert len(mark.seen) == 10_000
    assert f"{29_999:012x}" in mark.seen
    text = Cursor(business=BUSINESS, marks={"contacts": mark}).text()
    assert len(text) < 150_000


def test_a_mark_never_goes_beyond_what_is_known_to_be_complete() -> None:
    later = START + dt.timedelta(hours=1)

    mark = Mark().after([("a", START), ("b", later)], START, dt.timedelta(minutes=5))

    assert mark.at == START
    assert {*mark.seen} == {"a", "b"}


def test_wrong_questions_are_refused_before_anything_is_sent() -> None:
    api = Api(ScriptedDriver(), Service("http://x", FixedToken(Secret("t")), business="b"))

    with pytest.raises(ValueError, match="no changes of countries"):
        api.changes(resources=["contacts", "countries"])
    with pytest.raises(ValueError, match="without a zone"):
        api.changes(since=dt.datetime(2026, 1, 1))  # noqa: DTZ001 - that is the case


class Restless:
    """A service whose records change between, and during, all requests.

    Times are told to the second, as Sage does. Contacts cannot be sorted; journals and
    invoices are told of with deletes.
    """

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - a trial that can be repeated
        self.now = START
        self.records: dict[str, dict[str, dict[str, Any]]] = {one: {} for one in SOME}
        self.waits: list[float] = []
        self.restless = 0.0
        self.late = 0.0
        self._serial = 0
        for _ in range(self.random.randrange(40)):
            self.stir()

    def stir(self) -> None:
        """Let time pass, and one thing happen."""
        self.now += dt.timedelta(seconds=self.random.choice((0, 0.2, 1, 900)))
        rows = self.records[self.random.choice(SOME)]
        alive = [id for id, one in rows.items() if not one["deleted_at"]]
        stamp = (
            self.now - dt.timedelta(seconds=self.late * self.random.random())
        ).strftime("%Y-%m-%dT%H:%M:%SZ")
        self._serial += 1
        choice = self.random.random()
        if choice < 0.4 or not alive:
            id = f"r{self._serial:05}"
            rows[id] = {"id": id, "notes": f"{self._serial}", "created_at": stamp}
            rows[id] |= {"updated_at": stamp, "deleted_at": None}
        elif choice < 0.8:
            one = rows[self.random.choice(alive)]
            one |= {"notes": f"{self._serial}", "updated_at": max(stamp, one["updated_at"])}
        else:
            one = rows[self.random.choice(alive)]
            one |= {"deleted_at": max(stamp, one["updated_at"])}

    def answer(self, path: str, query: Mapping[str, str]) -> Reply:
        while self.random.random() < self.restless:
            self.stir()
        rows = [*self.records[path.lstrip("/")].values()]
        if "deleted_since" in query:
            rows = [
                one for one in rows if (one["deleted_at"] or "") > query["deleted_since"]
            ]
        else:
            rows = [one for one in rows if not one["deleted_at"]]
        since = query.get("updated_or_created_since", "")
        rows = [one for one in rows if one["updated_at"] >= since]
        if "sort" in query:
            is_down = query["sort"] == "updated_at:desc"
            rows.sort(key=lambda one: str(one["updated_at"]), reverse=is_down)
        # Pages of three, so that there are many.
        page, size = int(query.get("page", "1")), 3
        last = max(1, -(-len(rows) // size))
        page = min(page, last)
        names = {"id", *query["attributes"].split(",")}
        items = [
            {key: one[key] for key in one if names >= {"all"} or key in names}
            for one in rows[(page - 1) * size : page * size]
        ]
        tree = {"$total": len(rows), "$page": page, "$items": items}
        tree["$next"] = "/more" if page < last else None
        return Reply(status=200, body=json.dumps(tree).encode())

    def truth(self) -> dict[str, str]:
        return {
            id: one["notes"]
            for rows in self.records.values()
            for id, one in rows.items()
            if not one["deleted_at"]
        }


def _followed(seed: int, late: float = 0) -> tuple[Restless, dict[str, str], Counter[Any]]:
    """Follow a restless service, break off at random, and go on from saved cursors."""
    world = Restless(seed)
    world.late = late
    service = Service(
        "http://x/v3.1",
        FixedToken(Secret("t")),
        business=BUSINESS,
        patience=Patience(delays=()),
    )
    held: dict[str, str] = {}
    seen = Counter[Any]()
    cursor: str | None = None
    for turn in range(8):
        world.restless = 0.25 if turn < 6 else 0
        if turn == 6:
            # Long enough for what is told late.
            world.now += dt.timedelta(seconds=late)
        stop = world.random.randrange(1, 30) if turn < 6 else None
        first = changes(service, CHANGING, since=cursor, resources=SOME)
        for count, one in enumerate(Pages(ShelfDriver(world), first), 1):
            if one.deleted:
                held.pop(one.id, None)
            else:
                held[one.id] = str(getattr(one.record, "notes", ""))
            seen[one.id, one.at, one.deleted, held.get(one.id)] += 1
            cursor = one.cursor
            if count == stop:
                break
        for _ in range(world.random.randrange(6) if turn < 5 else 0):
            world.stir()
    return world, held, seen


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sage_connect.accounting.streams._PAGE", 3)
    monkeypatch.setattr("sage_connect.accounting.feed._PAGE", 4)


TRIALS = [
    pytest.param(0, 300, id="ci"),
    pytest.param(300, 10_000, id="nightly", marks=pytest.mark.slow),
]


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize(("first", "end"), TRIALS)
def test_whoever_follows_the_feed_holds_what_sage_holds(first: int, end: int) -> None:
    for seed in range(first, end):
        world, held, seen = _followed(seed)

        assert held == world.truth(), f"seed {seed}"
        assert [change for change, times in seen.items() if times > 1] == [], f"seed {seed}"


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize(("first", "end"), TRIALS)
def test_changes_that_sage_tells_late_are_not_missed(first: int, end: int) -> None:
    for seed in range(first, end):
        world, held, _ = _followed(seed, late=120)

        assert held == world.truth(), f"seed {seed}"

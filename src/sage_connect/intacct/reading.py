"""Reading many records, page by page, in a way that neither loses nor repeats one.

Pages by offset are fresh queries: what is deleted meanwhile pulls others over the edge. So
a query is read by its key where that can be: ordered by RECORDNO, each page asks for what
comes after the last. A reader of Sage's (`readMore`) moves on when it is asked, so what it
answered into the void is lost, and told.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, TypeAlias

import attrs

from ..errors import (
    BrokenReplyError,
    ConfigurationError,
    OutcomeUnknownError,
    SageConnectError,
)
from ..plan import Page, Plan, Wait
from .functions import Read, ReadByName, ReadMore
from .service import OWN, Own, Service
from .wire.function import Function
from .wire.queries import Query, field
from .wire.record import Record
from .wire.reply import Result
from .wire.selecting import Field, OfField, OrderAscending, OrderDescending

KEY: Final = "RECORDNO"
"""Of nearly every record; unique, and greater for what was made later."""
LARGEST_QUERY: Final = 2000
LARGEST_READER: Final = 1000
LARGEST_READ: Final = 100

First: TypeAlias = Callable[[], Plan[Page[Record]]]


@attrs.frozen(kw_only=True)
class At:
    """Who reads, and at which level.

    Attributes:
        service: The way to the company.
        entity: As for `Service.execute`.
    """

    service: Service
    entity: str | Own | None = OWN

    def one(self, function: Function) -> Plan[Result]:
        """Return the result of one function."""
        return self.service.one(function, entity=self.entity)


def query_pages(at: At, query: Query, *, key: str | None = KEY) -> First:
    """Return the first page of a query, read in the safest way that it allows.

    Args:
        at: Who reads.
        query: Any; its page size is the largest unless it has one.
        key: Name of a field that is unique, and a number; None for records without one.
    """
    query = attrs.evolve(query, control_id=None, page_size=_size(query))
    if any(not isinstance(one, Field) for one in query.select_fields):
        # Of the groups, each is there once; their order must be the same for each page.
        return by_offset(at, _grouped(query), key=None)
    if key is not None and not query._offset and _is_by_key(query, key):  # noqa: SLF001 - its methods have the names
        return by_key(at, query, key=key)
    return by_offset(at, query, key=key)


def by_key(at: At, query: Query, *, key: str = KEY) -> First:
    """Return the first page of a query that is read in the order of its key.

    Args:
        at: Who reads.
        query: Without aggregates, and without an order other than that of the key. The key
            is selected if it is not.
        key: Name of a field that is unique, and a number.
    """
    falling = bool(query.orders) and isinstance(query.orders[0], OrderDescending)
    order = OrderDescending(key) if falling else OrderAscending(key)
    asked = attrs.evolve(_selecting(query, key), orders=[order])

    def page_after(last: int | None) -> Plan[Page[Record]]:
        function = asked
        if last is not None:
            rest = field(key) < last if falling else field(key) > last
            before = asked.condition
            function = attrs.evolve(
                asked, condition=rest if before is None else before & rest
            )
        result = yield from at.one(function)
        newest = last
        for one in result.records:
            number = _number(one, key)
            if newest is not None and (number >= newest if falling else number <= newest):
                raise _circling(f"{key} {number} comes after {newest}")
            newest = number
        if not result.records or result.remaining == 0:
            return Page(result.records)
        return Page(result.records, lambda: page_after(newest))

    return lambda: page_after(None)


def by_offset(at: At, query: Query, *, key: str | None = KEY) -> First:
    """Return the first page of a query that is read in an order of its own.

    A record that others push on to the next page is not given twice. What is deleted
    meanwhile may let another slip through: read by key where all must be had.

    Args:
        at: Who reads.
        query: With an order.
        key: Tells records apart, and breaks ties of the order; None where there is none,
            as among groups.
    """
    asked = query
    if key is not None:
        tie: list[OfField] = [OrderAscending(key)]
        has_key = any(_is(one, key) for one in query.orders)
        orders = query.orders if has_key else query.orders + tie
        asked = attrs.evolve(_selecting(query, key), orders=orders)

    def page_at(offset: int, seen: frozenset[str]) -> Plan[Page[Record]]:
        result = yield from at.one(attrs.evolve(asked, offset=offset or None))
        records = result.records
        if not records:
            return Page(())
        fresh, known = records, seen
        if key is not None:
            fresh = tuple(one for one in records if one.get(key) not in seen)
            known = frozenset(one.get(key) for one in records)
            if not fresh:
                raise _circling("a page holds nothing that the one before did not")
        if result.offset is not None and result.offset != offset:
            raise _circling(
                f"the page at {offset} was asked for, that at {result.offset} came"
            )
        if result.remaining == 0:
            return Page(fresh)
        after = offset + len(records)
        return Page(fresh, lambda: page_at(after, known))

    return lambda: page_at(query._offset or 0, frozenset())  # noqa: SLF001 - see above


def _size(query: Query) -> int:
    return query._page_size or LARGEST_QUERY  # noqa: SLF001 - see above


def _is(one: OfField, name: str) -> bool:
    return one.field_name.upper() == name.upper()


def _is_by_key(query: Query, key: str) -> bool:
    return not query.orders or (len(query.orders) == 1 and _is(query.orders[0], key))


def _selecting(query: Query, key: str) -> Query:
    if any(_is(one, key) or _is(one, "*") for one in query.select_fields):
        return query
    return attrs.evolve(query, select_fields=[*query.select_fields, Field(key)])


def _grouped(query: Query) -> Query:
    if query.orders:
        return query
    orders: list[OfField] = [
        OrderAscending(one.field_name)
        for one in query.select_fields
        if isinstance(one, Field)
    ]
    return attrs.evolve(query, orders=orders)


def reader_pages(
    at: At,
    first: Function,
    more: Callable[[str], Function] = lambda id: ReadMore(result_id=id),
) -> First:
    """Return the first page of what a reader of Sage's goes through.

    Args:
        at: Who reads. A reader is taken to be bound to the session that began it.
        first: Begins the reader.
        more: Asks for the next page.
    """

    def begin() -> Plan[Page[Record]]:
        result = yield from at.one(first)
        return page_of(result, result.result_id)

    def go_on(id: str, left: int | None) -> Plan[Page[Record]]:
        try:
            result = yield from at.one(more(id))
        except (OutcomeUnknownError, BrokenReplyError) as error:
            raise _lost(f"a page was asked for, and its answer lost: {error}") from error
        told, count = result.remaining, len(result.records)
        if left is not None and told is not None and told + count != left:
            raise _lost(f"{left} records were left, {count} came, and {told} are left")
        if not count:
            return Page(())
        return page_of(result, result.result_id or id)

    def page_of(result: Result, id: str) -> Page[Record]:
        left = result.remaining
        if not id or not left:
            if left:
                raise _lost(f"{left} records are left, and no way to them is told")
            return Page(result.records)
        return Page(result.records, lambda: go_on(id, left))

    return begin


def list_pages(at: At, asked: Any, *, most: int | None) -> First:
    """Return the first page of a legacy list.

    Args:
        at: Who reads.
        asked: A `GetList`; its page begins at `start_at_count`.
        most: Records to give at most; None for all.
    """
    begin: int = asked.start_at_count or 0

    def page_at(start: int, given: int) -> Plan[Page[Record]]:
        size = LARGEST_READ if most is None else min(LARGEST_READ, most - given)
        function = attrs.evolve(asked, start_at_count=start or None, max_total_count=size)
        result = yield from at.one(function)
        # `end` is the index of the last record.
        after = start + len(result.records) if result.end is None else result.end + 1
        count = given + len(result.records)
        is_over = result.total is None or after >= result.total or count == most
        if not result.records or is_over:
            return Page(result.records)
        if after <= start:
            raise _circling(f"record {after} comes after record {start}")
        return Page(result.records, lambda: page_at(after, count))

    return lambda: page_at(begin, 0)


def read(
    at: At,
    object_name: str,
    keys: Sequence[int | str],
    fields: Sequence[str] = (),
    *,
    by_name: bool = False,
    doc_par_id: str | None = None,
) -> Plan[tuple[Record, ...]]:
    """Return the records of some keys, a hundred in one request.

    Keys that there are no records of are left out, and so is the order: Sage promises
    none.
    """
    found: list[Record] = []
    for start in range(0, len(keys), LARGEST_READ):
        part = list(keys[start : start + LARGEST_READ])
        function: Function
        if by_name:
            function = ReadByName(
                object_name=object_name,
                names=[str(one) for one in part],
                fields=list(fields) or None,
                doc_par_id=doc_par_id,
            )
        else:
            function = Read(
                object_name=object_name,
                keys=part,
                fields=list(fields) or None,
                doc_par_id=doc_par_id,
            )
        result = yield from at.one(function)
        found += result.records
    return tuple(found)


PENDING: Final = frozenset(
    {"pending", "inprogress", "in progress", "running", "processing"}
)
"""Words for a report that is still at work. Sage publishes none: assumed."""


def report_pages(at: At, first: Function, *, delays: Iterable[float]) -> First:
    """Return the first page of a report, once it has run.

    A run gives an id, by which its pages are read. Sage publishes neither the form of that
    answer nor its words: what is taken for "still running" is assumed.

    Args:
        at: Who reads.
        first: The `ReadReport`.
        delays: Seconds before each look whether it has run.
    """
    waits = tuple(delays)

    def begin() -> Plan[Page[Record]]:
        result = yield from at.one(first)
        id = result.result_id or _report_id(result)
        for delay in waits:
            if not _is_pending(result):
                break
            yield Wait(delay)
            result = yield from at.one(ReadMore(report_id=id))
        if _is_pending(result):
            raise ConfigurationError(
                f"the report {id} has not run within {sum(waits):.0f} s",
                fix="Wait longer, or narrow its arguments.",
            )
        if not id or not result.remaining:
            return Page(result.records)
        following = reader_pages(
            at, ReadMore(report_id=id), lambda known: ReadMore(report_id=known)
        )
        return Page(result.records, following)

    return begin


def _is_pending(result: Result) -> bool:
    status = _told(result, "status", "state")
    return status.strip().lower() in PENDING


def _report_id(result: Result) -> str:
    return _told(result, "reportid", "resultid", "id")


def _told(result: Result, *names: str) -> str:
    """Return what an answer that holds no records says of itself."""
    places: list[Record] = [result.data, *result.records]
    for place in places:
        for name in names:
            for known in place:
                if known.lower() == name and place.get(known):
                    return place.get(known)
    return ""


def _number(record: Record, key: str) -> int:
    text = record.get(key)
    if text.isascii() and text.isdigit():
        return int(text)
    raise BrokenReplyError(
        f"a record of {record.tag} has {text!r} as its {key}, where a number was expected",
        code="SC-IN-NOT-SAGE",
        fix="Name another key, or none to read by offset.",
    )


def _circling(found: str) -> SageConnectError:
    return BrokenReplyError(
        f"the list goes in circles: {found}",
        code="SC-IN-NOT-SAGE",
        fix="Repeat it; if it stays so, ask Sage's support.",
    )


def _lost(found: str) -> SageConnectError:
    return BrokenReplyError(
        f"records may be missing: {found}",
        code="SC-IN-READER",
        fix="Begin the list anew, or read by `query`, which does not lose its place.",
    )

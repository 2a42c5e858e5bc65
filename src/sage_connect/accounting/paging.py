"""Listings, page by page, whatever Sage does to its page numbers meanwhile."""

import math
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

import attrs

from ..errors import (
    BrokenReplyError,
    NotFoundError,
    OutcomeUnknownError,
    SageConnectError,
)
from ..plan import Page, Plan
from .sayings import NOT_SAGE
from .service import Request, Service, encoded_query, path_id
from .wire.shape import Shape

S = TypeVar("S", bound=Shape)

LARGEST: Final = 200
"""Records on a page at most, as Sage allows."""
EXPANDING: Final = frozenset(
    {
        *("attributes", "nested_attributes", "expand_origin"),
        *("show_analysis_types", "show_balance", "show_balance_details"),
        *("show_corrections", "show_payments_allocations"),
    }
)
"""Parameters that ask for more of each record; long lists of that overload Sage."""

_OVERLOADED: Final = frozenset({500, 502, 504, 525})
_WITH_ALL: Final = 50
_IDLE: Final = 3
_STEPS_BACK: Final = 3


@attrs.frozen(kw_only=True)
class Single:
    """How a record of a list is read alone.

    Attributes:
        takes: The parameters of the list that hold for one record too.
        query: Others that it is given.
    """

    takes: frozenset[str]
    query: tuple[tuple[str, str], ...] = ()


@attrs.frozen(kw_only=True)
class Sheet:
    """A page as Sage gives it.

    Attributes:
        entries: Its objects.
        more: Whether there is a next page.
        total: How many there are on all pages; None where it is not said.
        end: Where the next one begins, in records.
    """

    entries: list[dict[str, Any]]
    more: bool
    total: int | None
    end: int


class Sheets:
    """Reads one list, and less of it at a time where Sage cannot bear a whole page.

    A page that asks for much of each record, and that Sage fails on, is not asked for
    again: its records are read one by one, and what follows in smaller pages.

    Args:
        service: The way to the business.
        path: Of the list.
        query: Parameters, without those of pages.
        size: Records on a page; None for the list that takes no such parameter.
        in_business: False for what belongs to the user.
        single: How a record is read alone; None where it cannot be.
    """

    def __init__(
        self,
        service: Service,
        path: str,
        query: Mapping[str, str],
        size: int | None,
        *,
        in_business: bool = True,
        single: Single | None = None,
    ) -> None:
        self._service: Service = service
        self._path: str = path
        self._query: Mapping[str, str] = query
        self._largest: int | None = size
        # Divides every place that is read from, so that pages meet without a gap.
        self._size: int = size or 1
        self._in_business: bool = in_business
        self._single: Single | None = single
        self._expands: bool = not EXPANDING.isdisjoint(query)
        self._one_by_one: bool = False

    def asking(self, query: Mapping[str, str]) -> "Sheets":
        """Return what reads the same list with other parameters, and as carefully."""
        other = Sheets(
            self._service,
            self._path,
            query,
            self._largest,
            in_business=self._in_business,
            single=self._single,
        )
        other._size, other._one_by_one = self._size, self._one_by_one
        return other

    def read(self, at: int) -> Plan[Sheet]:
        """Return the records from a place on, as many as Sage can bear.

        Args:
            at: 0, or the `end` of another sheet.

        Raises:
            SageConnectError: As `Service.json`, once less cannot be asked for.
        """
        while True:
            size = math.gcd(at, self._size)
            if not self._expands:
                return (yield from self._page(at, size, self._query))
            if self._one_by_one:
                return (yield from self._singly(at, size))
            smaller = _divisor(size)
            is_last_hope = smaller is None and self._single is None
            try:
                return (
                    yield from self._page(at, size, self._query, heavy=not is_last_hope)
                )
            except SageConnectError as error:
                if is_last_hope or not _is_overload(error):
                    raise
            if self._single is not None:
                self._one_by_one = smaller is None
                self._size = smaller or self._largest or 1
                return (yield from self._singly(at, size))
            self._size = smaller or 1

    def _singly(self, at: int, size: int) -> Plan[Sheet]:
        plain = {
            name: value for name, value in self._query.items() if name not in EXPANDING
        }
        sheet = yield from self._page(at, size, plain)
        entries: list[dict[str, Any]] = []
        for one in sheet.entries:
            record = yield from self._alone(str(one.get("id", "")))
            if record is not None:
                entries.append(record)
        return attrs.evolve(sheet, entries=entries)

    def _alone(self, id: str) -> Plan[dict[str, Any] | None]:
        """Return a whole record; None if it was deleted in the meantime."""
        single = self._single or Single(takes=frozenset())
        given = [one for one in self._query.items() if one[0] in single.takes]
        request = Request(
            method="GET",
            path=f"{self._path}/{path_id(id)}",
            query=(*given, *single.query),
            repeatable=True,
            in_business=self._in_business,
        )
        try:
            return (yield from self._service.record(request, dict))
        except NotFoundError:
            return None

    def _page(
        self, at: int, size: int, query: Mapping[str, str], *, heavy: bool = False
    ) -> Plan[Sheet]:
        asked = dict(query)
        number = at // size + 1
        if number > 1:
            asked["page"] = str(number)
        if self._largest is not None:
            asked["items_per_page"] = str(size)
        request = Request(
            method="GET",
            path=self._path,
            query=tuple(asked.items()),
            repeatable=True,
            in_business=self._in_business,
            heavy=heavy,
        )
        tree = yield from self._service.json(request)
        match tree:
            case {"$items": [*entries]} if _are_objects(entries):
                # A page past the end gives the last one again, under its own number.
                is_past_the_end = _count(tree, "$page", number) < number
                return Sheet(
                    entries=entries,
                    more=bool(tree.get("$next")) and not is_past_the_end,
                    total=_count(tree, "$total", None),
                    end=at + size,
                )
            case [*entries] if _are_objects(entries):
                # As the published description has it; the real replies are envelopes.
                return Sheet(entries=entries, more=False, total=None, end=at + size)
            case _:
                raise BrokenReplyError(
                    f"{request.doing} was answered with what is no list",
                    status=200,
                    code=NOT_SAGE.code,
                    fix=NOT_SAGE.fix,
                )


def listing(
    service: Service,
    path: str,
    query: Mapping[str, Any],
    decode: Callable[[dict[str, Any]], S],
    *,
    items_per_page: int | None = None,
    in_business: bool = True,
    is_paged: bool = True,
    is_dated: bool = False,
    single: Single | None = None,
) -> Callable[[], Plan[Page[S]]]:
    """Return the plan of the first page of a list.

    Records that come, go and move from page to page meanwhile are not given twice, and
    those that move forward are not left out: whenever fewer are there than before, the
    page before is read again. Only the ids of two pages are remembered.

    Args:
        service: The way to the business.
        path: Of the list.
        query: Parameters; those that are None are left out.
        decode: Makes a record of an object.
        items_per_page: Records on a page; None for as many as Sage bears well.
        in_business: False for what belongs to the user.
        is_paged: False for the list that takes no `items_per_page`.
        is_dated: Whether it can be sorted by `created_at`, in which order new records come
            last. It then is, unless the caller asks for another order.
        single: How a record is read alone; None where it cannot be.

    Raises:
        ValueError: A time has no zone, or a page would have no record or more than 200.
    """
    if items_per_page is not None and not 1 <= items_per_page <= LARGEST:
        raise ValueError(f"items_per_page is 1 to {LARGEST}, not {items_per_page}")
    if is_dated and query.get("sort") is None:
        query = {**query, "sort": "created_at:asc"}
    asked = dict(encoded_query(query))
    expands = "all" in (asked.get("attributes"), asked.get("nested_attributes"))
    size = (items_per_page or (_WITH_ALL if expands else LARGEST)) if is_paged else None

    def first() -> Plan[Page[S]]:
        sheets = Sheets(service, path, asked, size, in_business=in_business, single=single)
        return _Listing(sheets, path, decode).page()

    return first


class _Listing:
    """One iteration over a list: where it stands, and what it has given lately."""

    def __init__(
        self, sheets: Sheets, path: str, decode: Callable[[dict[str, Any]], Any]
    ) -> None:
        self._sheets: Sheets = sheets
        self._path: str = path
        self._decode: Callable[[dict[str, Any]], Any] = decode
        self._at: int = 0
        self._before: int = 0
        self._total: int | None = None
        self._last: frozenset[str] = frozenset()
        self._last_but_one: frozenset[str] = frozenset()
        self._idle: int = 0
        self._steps_back: int = 0

    def page(self) -> Plan[Page[Any]]:
        sheet = yield from self._sheets.read(self._at)
        if self._has_shrunk(sheet):
            # What was deleted has pulled others on to the page that was read already.
            self._at, self._idle = self._before, 0
            return Page((), self.page)
        seen = self._last | self._last_but_one
        fresh = [one for one in sheet.entries if one.get("id") not in seen]
        self._last_but_one = self._last
        self._last = frozenset(str(one["id"]) for one in sheet.entries if "id" in one)
        self._before, self._at = self._at, sheet.end
        self._idle = 0 if fresh else self._idle + 1
        if sheet.more and self._idle >= _IDLE:
            raise BrokenReplyError(
                f"the list {self._path} goes in circles: its last {_IDLE} pages hold "
                "nothing new, and it names a next one",
                status=200,
                fix="Repeat it; if it stays so, ask Sage's support.",
            )
        try:
            found = tuple(self._decode(one) for one in fresh)
        except RecursionError:
            raise BrokenReplyError(
                f"a record of {self._path} is nested too deeply",
                code=NOT_SAGE.code,
                fix=NOT_SAGE.fix,
            ) from None
        return Page(found, self.page if sheet.more else None)

    def _has_shrunk(self, sheet: Sheet) -> bool:
        known, self._total = self._total, sheet.total
        if known is None or sheet.total is None or sheet.total >= known or not self._at:
            self._steps_back = 0
            return False
        self._steps_back += 1
        return self._steps_back <= _STEPS_BACK


def _divisor(size: int) -> int | None:
    """Return the largest smaller size whose pages fit into one of `size`; None for none."""
    return next((one for one in range(size // 2, 0, -1) if size % one == 0), None)


def _is_overload(error: SageConnectError) -> bool:
    if isinstance(error, BrokenReplyError):
        return error.status in _OVERLOADED
    # A read whose answer did not come in time.
    return isinstance(error, OutcomeUnknownError)


def _are_objects(entries: list[Any]) -> bool:
    return all(isinstance(one, dict) for one in entries)


def _count(tree: Mapping[str, Any], name: str, missing: Any) -> Any:
    value = tree.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else missing

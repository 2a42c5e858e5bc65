"""The changes of one resource, in the order in which they happened.

Where Sage can sort by the time of change, the pages are read by that time, not by number:
a record that changes meanwhile comes again later and is never skipped. Elsewhere all
changes are read, again until none is missing, and then sorted.
"""

import datetime as dt
import hashlib
import json
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any, Final

import attrs

from ..errors import BrokenReplyError, NotFoundError, PermissionDeniedError
from ..plan import Plan
from .cursor import Mark
from .paging import Sheets, Single
from .service import Service, encoded_query
from .wire.reading import instant_of

_PAGE: Final = 50
_PASSES: Final = 5
_DIGEST: Final = 6
_IDLE: Final = 3
_SECOND: Final = dt.timedelta(seconds=1)
_TICK: Final = dt.timedelta(microseconds=1)
_BEGINNING: Final = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
UNKNOWN: Final = dt.datetime.min.replace(tzinfo=dt.UTC)
"""When something was changed that Sage does not say."""
_TIMES: Final = "created_at,updated_at,deleted_at"


@attrs.frozen
class Changing:
    """A resource whose changes Sage tells.

    Attributes:
        decode: Name of the function that makes its records.
        is_sorted: Whether it can be sorted by `updated_at`.
        tells_deletes: Whether it lists what was deleted.
        takes: The parameters of its list that hold for one record too.
        is_sent: Whether reading one record marks it as sent.
    """

    decode: str
    is_sorted: bool = False
    tells_deletes: bool = False
    takes: tuple[str, ...] = ()
    is_sent: bool = False


@attrs.frozen
class Item:
    """One change, not decoded yet.

    Attributes:
        id: Of the record.
        at: When, by Sage's clock; `UNKNOWN` where it does not say.
        digest: Of what it says: the same change is known again by it.
        entry: The object; empty for a record that was deleted.
    """

    id: str
    at: dt.datetime
    digest: str
    entry: dict[str, Any] = attrs.field(repr=False, eq=False)


class Stream:
    """The changes, or the deletes, of one resource.

    Args:
        service: The way to the business.
        resource: Such as "contacts".
        changing: What is known of it.
        deletes: Which of the two.
        mark: How far it was delivered.
        since: Where to begin without a mark; None for the beginning.
        overlap: How late Sage may tell of a change.
        attributes: Of the records: "all", or names with commas.

    Attributes:
        name: Of the stream, for the cursor.
        resource: As given.
        changing: As given.
        deletes: As given.
        items: What was read and not taken yet, in order.
        bound: Nothing beyond this is known to be complete; None for no bound.
        is_done: Whether there is nothing more to read.
    """

    def __init__(
        self,
        service: Service,
        resource: str,
        changing: Changing,
        *,
        deletes: bool,
        mark: Mark,
        since: dt.datetime | None,
        overlap: dt.timedelta,
        attributes: str,
    ) -> None:
        self.name: str = f"{resource}-" if deletes else resource
        self.resource: str = resource
        self.changing: Changing = changing
        self.deletes: bool = deletes
        self.items: deque[Item] = deque()
        self.bound: dt.datetime | None = None
        self.is_done: bool = False
        self._seen: frozenset[str] = frozenset(mark.seen)
        self._since: dt.datetime | None = since if mark.at is None else mark.at - overlap
        if deletes:
            attributes = _TIMES
        elif attributes != "all":
            attributes = f"{attributes},{_TIMES}".lstrip(",")
        self._attributes: str = attributes
        # By the time of their deletion they cannot be sorted.
        self._is_sorted: bool = changing.is_sorted and not deletes
        self._at: int = 0
        self._overlap: dt.timedelta = overlap
        self._settled: dt.datetime | None = None
        self._walks: int = _PASSES
        self._walk: set[str] = set()
        self._before: set[str] | None = None
        self._given: set[str] = set()
        unsent = (("mark_as_sent", "false"),) if changing.is_sent else ()
        single = Single(takes=frozenset(changing.takes), query=unsent)
        self._sheets: Sheets = Sheets(
            service,
            f"/{resource}",
            self._query(),
            _PAGE,
            single=None if deletes else single,
        )

    def fill(self) -> Plan[None]:
        """Read on until there is an item, or nothing more.

        Raises:
            SageConnectError: As `Service.json`.
        """
        try:
            while not self.items and not self.is_done:
                if self._is_sorted:
                    yield from self._next_by_time()
                else:
                    yield from self._all()
        except PermissionDeniedError as error:
            if error.code != "SC-SA-EDITION":
                raise
            # What the edition or the country lacks, the business has none of.
            self.is_done = True
        except NotFoundError:
            self.is_done = True

    def _query(self, attributes: str = "") -> dict[str, str]:
        query: dict[str, object] = {"attributes": attributes or self._attributes}
        if self.deletes:
            # Exclusive, unlike the other one; times are told to the second.
            since = self._since or _BEGINNING
            query["deleted_since"] = since - _SECOND
        elif self._since is not None:
            query["updated_or_created_since"] = self._since
        if self._is_sorted:
            query["sort"] = "updated_at:asc"
        return dict(encoded_query(query))

    def _next_by_time(self) -> Plan[None]:
        sheet = yield from self._sheets.read(self._at)
        found = [*self._items(sheet.entries)]
        if not _are_in_order(found):
            self._read_whole_from(self._since)
            return
        if sheet.more and self._settled is None:
            # Known before anything is read that it is to hold for.
            self._settled = yield from self._settled_until()
            return
        settled = self._settled
        is_look = not self._at and sheet.more and found
        if settled and is_look and found[-1].at >= settled:
            # Of so new a time, Sage may still tell of more.
            self._give([one for one in found if one.at < settled])
            self._read_whole_from(max(settled, self._since or settled))
            return
        later = [one for one in found if self._since is None or one.at != self._since]
        if not self._at and (later or not sheet.more):
            # One look at everything from a time on; what is of its last second comes again.
            self._give(found)
            self.is_done = not sheet.more
            self._given = {one.digest for one in found if one.at == found[-1].at}
            self._go_on_from(found[-1].at if found else self._since)
            return
        # A whole page of one second: its records are read by the page's number, and so may
        # move meanwhile. Again, until two walks over them see the same.
        of_now = [one for one in found if one not in later]
        self._walk |= {one.digest for one in of_now}
        self._give(of_now)
        if sheet.more and not later:
            self._at = sheet.end
            self._check_going((sheet.end - len(self._given)) // _PAGE)
        elif self._walk != self._before and self._walks:
            self._at, self._before, self._walk = 0, self._walk, set()
            self._walks -= 1
        elif self._since is None:
            self.is_done = True
        else:
            self._given.clear()
            self._go_on_from(self._since + (_TICK if self._since.microsecond else _SECOND))

    def _settled_until(self) -> Plan[dt.datetime]:
        """Return the time before which Sage does not tell of anything more."""
        newest = self._query(_TIMES) | {"sort": "updated_at:desc"}
        sheet = yield from self._sheets.asking(newest).read(0)
        return max((one.at for one in self._items(sheet.entries)), default=_BEGINNING) - (
            self._overlap
        )

    def _read_whole_from(self, since: dt.datetime | None) -> None:
        self._is_sorted, self._since = False, since
        self._sheets = self._sheets.asking(self._query())

    def _give(self, found: Sequence[Item]) -> None:
        fresh = [one for one in found if one.digest not in self._given]
        self._given |= {one.digest for one in fresh}
        self._take(iter(fresh))

    def _go_on_from(self, since: dt.datetime | None) -> None:
        self._since, self._at = since, 0
        self._walk, self._before, self._walks = set(), None, _PASSES
        self._sheets = self._sheets.asking(self._query())

    def _all(self) -> Plan[None]:
        """Read all there is, until it holds everything that was there before."""
        sheet = yield from self._sheets.read(0)
        known = {one.digest: one for one in self._items(sheet.entries)}
        for _ in range(_PASSES if sheet.more else 0):
            # What changes from here on comes again the next time: the bound sees to that.
            light = yield from self._pass(self._sheets.asking(self._query(_TIMES)))
            self.bound = max((one.at for one in light), default=None)
            found = yield from self._pass(self._sheets)
            known |= {one.digest: one for one in found if one.digest not in known}
            told = {one.id: one.at for one in found}
            missed = [one.at for one in light if told.get(one.id, UNKNOWN) < one.at]
            if not missed:
                break
            # Records move between pages while others are deleted or changed.
            self.bound = max(min(missed), _BEGINNING) - _SECOND
        ordered = sorted(known.values(), key=lambda one: (one.at, one.id))
        self._take(one for one in ordered if one.digest not in self._given)
        self.is_done = True

    def _pass(self, sheets: Sheets) -> Plan[Sequence[Item]]:
        at, idle = 0, 0
        found: dict[str, Item] = {}
        while True:
            sheet = yield from sheets.read(at)
            before = len(found)
            found |= {one.digest: one for one in self._items(sheet.entries)}
            at = sheet.end
            idle = idle + 1 if len(found) == before else 0
            self._check_going(idle)
            if not sheet.more:
                return [*found.values()]

    def _check_going(self, idle: int) -> None:
        if idle > _IDLE:
            raise BrokenReplyError(
                f"the list of changes of {self.resource} goes in circles: {idle} pages on "
                "end hold nothing new",
                status=200,
                fix="Repeat it from the last cursor; if it stays so, ask Sage's support.",
            )

    def _take(self, found: Iterator[Item]) -> None:
        self.items.extend(one for one in found if one.digest not in self._seen)

    def _items(self, entries: Sequence[dict[str, Any]]) -> Iterator[Item]:
        for entry in entries:
            deleted = _time(entry, "deleted_at")
            if deleted and not self.deletes and self.changing.tells_deletes:
                # The other stream tells of it.
                continue
            at = deleted or _time(entry, "updated_at") or _time(entry, "created_at")
            at = at or UNKNOWN
            id = str(entry.get("id", ""))
            said = [id, str(at)] if self.deletes else [id, str(at), entry]
            yield Item(id, at, _digest(said), {} if self.deletes else entry)


def _are_in_order(found: Sequence[Item]) -> bool:
    times = [one.at for one in found]
    return UNKNOWN not in times and times == sorted(times)


def _time(entry: dict[str, Any], name: str) -> dt.datetime | None:
    value = entry.get(name)
    return instant_of(value) if isinstance(value, str) else None


def _digest(said: Sequence[Any]) -> str:
    # Its content, too: a record may change twice in the second that Sage tells.
    text = json.dumps(said, sort_keys=True, default=str).encode()
    return hashlib.blake2b(text, digest_size=_DIGEST).hexdigest()

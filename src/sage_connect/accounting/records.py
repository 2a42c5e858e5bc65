"""Records of one business: read, listed, written and found again, each by one plan."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from ..errors import NotFoundError
from ..plan import Now, Page, Plan
from .kinds import Kind
from .marks import Fit, Mark, beginnings
from .paging import listing
from .service import Request, Service, encoded_query, idempotency_id, path_id
from .wire import bodies
from .wire.body import Body, written

_VERBS: Final = {"POST": "CREATE", "PUT": "UPDATE"}
_FRESH: Final = dt.timedelta(seconds=10)
"""An answer of a record that was created longer ago may be a repeated one."""
_TICK: Final = dt.timedelta(seconds=2)
"""Instants are told in whole seconds, and may be cut off."""


class Seen:
    """What was listed once, for many look-ups in one batch.

    Args:
        records: Of the business.
    """

    def __init__(self, records: "Records") -> None:
        self._records: Records = records
        self._ids: dict[tuple[str, str], dict[str, str]] = {}
        self._hits: dict[tuple[str, str, str], list[Any]] = {}

    def find(self, kind: Kind, mark: Mark) -> Plan[Any]:
        """Return the whole record that carries `mark`; None when none does."""
        if kind.searched:
            id = yield from self._searched(kind, mark)
        else:
            ids = yield from self._listed(kind, mark)
            id = ids.get(mark.reference) or ids.get(mark.own)
        return None if id is None else (yield from self._records.get(kind, id))

    def _searched(self, kind: Kind, mark: Mark) -> Plan[str | None]:
        place = (kind.resource, mark.contact, mark.sought)
        if not mark.sought:
            return None
        hits = self._hits.get(place)
        if hits is None:
            hits = yield from self._records.hits(kind, mark)
            if len(hits) > 1:
                # Many documents may refer to the same, and none of them asks again.
                self._hits[place] = hits
        return best(kind, mark, hits)

    def _listed(self, kind: Kind, mark: Mark) -> Plan[dict[str, str]]:
        """Return the ids of all records, by everything that their references may mean."""
        place = (kind.resource, mark.contact if kind.by_contact else "")
        if place not in self._ids:
            query = {"contact_id": mark.contact} if place[1] else {}
            listed = yield from self._records.all(kind, attributes=kind.told, **query)
            whole = {one.reference: one.id for one in listed if one.reference}
            found: dict[str, str] = {}
            for one in listed:
                for begun in beginnings(one.reference or ""):
                    found.setdefault(begun, one.id)
            self._ids[place] = found | whole
        return self._ids[place]

    def add(self, kind: Kind, mark: Mark, id: str) -> None:
        """Note a record that was just created."""
        place = (kind.resource, mark.contact if kind.by_contact else "")
        if place in self._ids:
            self._ids[place][mark.reference] = id


def is_removed(record: Any) -> bool:
    """Return whether a record is deleted or void."""
    status = getattr(record, "status", None)
    void = status is not None and status.id == "VOID"
    return void or getattr(record, "deleted_at", None) is not None


def best(kind: Kind, mark: Mark, records: Iterable[Any]) -> str | None:
    """Return the id of the record that carries `mark` most surely; None for none."""
    found, fit = None, Fit.NOT
    for record in records:
        own = mark.fit(kind, record)
        if own > fit:
            found, fit = record.id, own
    return found


class Records:
    """The records of one business.

    Args:
        service: The way to it.
    """

    def __init__(self, service: Service) -> None:
        self.service: Service = service
        # What was removed here: a repeated key may still be answered with it.
        self.gone: set[str] = set()

    def get(self, kind: Kind, id: str, **query: object) -> Plan[Any]:
        """Return a whole record; reading never marks it as sent.

        Raises:
            NotFoundError: There is none.
        """
        if kind.voided:
            query["mark_as_sent"] = False
        if kind.nested:
            query["nested_attributes"] = "all"
        request = Request(
            method="GET",
            path=f"{kind.path}/{path_id(id)}",
            query=encoded_query(query),
            repeatable=True,
        )
        return (yield from self.service.record(request, kind.decode))

    def pages(self, kind: Kind, **query: object) -> Callable[[], Plan[Page[Any]]]:
        """Return the plan of the first page of a list."""
        return listing(self.service, kind.path, query, kind.decode)

    def all(self, kind: Kind, **query: object) -> Plan[list[Any]]:
        """Return every record of a list."""
        found: list[Any] = []
        following: Callable[[], Plan[Page[Any]]] | None = self.pages(kind, **query)
        while following is not None:
            page = yield from following()
            found.extend(page.items)
            following = page.next
        return found

    def create(
        self,
        kind: Kind,
        fields: Mapping[str, Any],
        key: str,
        *,
        fits: Callable[[Any], bool] = bool,
    ) -> Plan[Any]:
        """Create a record once, however often this is repeated under `key` in 7 days.

        Where the key is answered with a record that was removed since, another is created.
        One that was removed elsewhere in the last seconds, and said the same, is not told
        from a new one.

        Args:
            kind: Of the record.
            fields: Of the record.
            key: What it stands under.
            fits: Says whether an answer says what was sent.
        """
        since = (yield from Now()) - _FRESH
        record, _ = yield from self.made(kind, fields, key, since, fits=fits)
        return record

    def made(
        self,
        kind: Kind,
        fields: Mapping[str, Any],
        key: str,
        since: dt.datetime,
        *,
        fits: Callable[[Any], bool] = bool,
    ) -> Plan[tuple[Any, bool]]:
        """Create a record as `create` does; say whether it was there before.

        A repeated key is answered with what the record was when it was made, whatever
        became of it: what was there before, or says something else, is read anew.

        Args:
            kind: Of the record.
            fields: Of the record.
            key: What it stands under.
            since: Since when, by our clock, nothing was made under the key but by this.
            fits: Says whether an answer says what was sent.
        """
        while True:
            record = yield from self._write("POST", kind, kind.path, fields, key)
            if not kind.idempotent:
                return record, False
            if record.id not in self.gone:
                before = yield from self.is_older(record, since)
                if not before and fits(record):
                    return record, False
                standing = yield from self._standing(kind, record.id)
                if standing is not None:
                    return standing, before
            key = f"{key}:{record.id}"

    def _standing(self, kind: Kind, id: str) -> Plan[Any]:
        """Return a record as it is now; None when it was removed."""
        try:
            record = yield from self.get(kind, id)
        except NotFoundError:
            return None
        return None if is_removed(record) else record

    def is_older(self, record: Any, since: dt.datetime) -> Plan[bool]:
        """Return whether a record was made before an instant of our clock."""
        made: dt.datetime | None = record.created_at
        if made is None:
            return False
        now = yield from Now()
        # Sage's clock may be ahead of ours, or behind: time passes alike on both.
        told = self.service.answered or now
        return made < told - (now - since) - _TICK

    def update(self, kind: Kind, id: str, fields: Mapping[str, Any], key: str) -> Plan[Any]:
        """Change the given fields of a record."""
        path = f"{kind.path}/{path_id(id)}"
        return (yield from self._write("PUT", kind, path, fields, key))

    def _write(
        self, method: str, kind: Kind, path: str, fields: Mapping[str, Any], key: str
    ) -> Plan[Any]:
        body: Body = getattr(bodies, f"{kind.wrap.upper()}_{_VERBS[method]}")
        guard = {"idempotency_id": idempotency_id(key)} if kind.idempotent else {}
        request = Request(
            method=method,
            path=path,
            body=written(body.wrapped(kind.wrap, fields, guard)),
            repeatable=kind.idempotent,
            key=key,
        )
        return (yield from self.service.record(request, kind.decode))

    def find(
        self,
        kind: Kind,
        mark: Mark,
        *,
        thorough: bool = False,
        day: dt.date | None = None,
    ) -> Plan[Any]:
        """Return the whole record that carries `mark`; None when none was found.

        Args:
            kind: Where to look.
            mark: What it carries.
            thorough: True to go through everything where a search finds nothing: the
                record's reference may have been changed in Sage.
            day: Its date, where only that day is to be looked at.
        """
        query: dict[str, object] = {}
        if kind.by_date and day is not None:
            query |= {"from_date": day, "to_date": day}
        searched = kind.searched and mark.sought
        found = None
        if searched:
            hits = yield from self.hits(kind, mark, **query)
            found = best(kind, mark, hits)
        if found is None and (thorough or not searched):
            found = yield from self._fitting(kind, mark, query)
        return None if found is None else (yield from self.get(kind, found))

    def hits(self, kind: Kind, mark: Mark, **query: object) -> Plan[list[Any]]:
        """Return what a search for `mark` finds, with what tells whether it is that."""
        whose = {"contact_id": mark.contact} if kind.by_contact and mark.contact else {}
        asked = {**query, **whose, "search": mark.sought, "attributes": kind.told}
        return (yield from self.all(kind, **asked))

    def _fitting(
        self, kind: Kind, mark: Mark, query: Mapping[str, object]
    ) -> Plan[str | None]:
        whose = {"contact_id": mark.contact} if kind.by_contact and mark.contact else {}
        asked = {**query, **whose, "attributes": kind.told}
        following: Callable[[], Plan[Page[Any]]] | None = self.pages(kind, **asked)
        passed: list[Any] = []
        while following is not None:
            page = yield from following()
            for record in page.items:
                fit = mark.fit(kind, record)
                if fit is Fit.EXACT:
                    id: str = record.id
                    return id
                if fit is not Fit.NOT:
                    passed.append(record)
            following = page.next
        return best(kind, mark, passed)

    def delete(self, kind: Kind, id: str, body: bytes = b"", **query: object) -> Plan[None]:
        """Delete a record; issued sales are voided by it."""
        request = Request(
            method="DELETE",
            path=f"{kind.path}/{path_id(id)}",
            query=encoded_query(query),
            body=body,
        )
        yield from self.service.send(request)

    def act(self, kind: Kind, id: str, verb: str) -> Plan[Any]:
        """Do something to a record that takes no more than its name: "release"."""
        request = Request(method="POST", path=f"{kind.path}/{path_id(id)}/{verb}")
        return (yield from self.service.record(request, kind.decode))

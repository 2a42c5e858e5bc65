"""Records of one business: read, listed, written and found again, each by one plan."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs

from ..errors import NotFoundError
from ..plan import Now, Page, Plan
from .codec.encoded import Encoded
from .kinds import Kind
from .paging import listing
from .service import Request, Service, encoded_query, idempotency_id, path_id
from .wire import bodies
from .wire.body import Body, written

_VERBS: Final = {"POST": "CREATE", "PUT": "UPDATE"}
_FRESH: Final = dt.timedelta(seconds=10)
"""An answer of a record that was created longer ago may be a repeated one."""


@attrs.frozen(kw_only=True)
class Mark:
    """What a document is found by.

    Attributes:
        number: The number that it carries in Sage; "" where Sage numbers.
        reference: What stands in its reference.
        party_number: The other side's number on a purchase.
        day: Its date.
        contact: Id of its contact; "" where it has none, or is not known.
    """

    number: str = ""
    reference: str = ""
    party_number: str = ""
    contact: str = ""
    day: dt.date | None = None

    @classmethod
    def of(cls, kind: Kind, encoded: Encoded) -> "Mark":
        """Return what the record made of `encoded` will be found by."""
        return cls(
            number=encoded.body.get(kind.number, "") if kind.number else "",
            reference=encoded.body.get("reference", ""),
            party_number=encoded.body.get("vendor_reference", ""),
            contact=encoded.body.get("contact_id", ""),
            day=encoded.body.get("date"),
        )

    def fits(self, kind: Kind, record: Any) -> bool:
        """Return whether `record` carries it, exactly; `search` is no proof."""
        contact = getattr(record, "contact", None)
        if self.contact and contact is not None and contact.id != self.contact:
            return False
        if kind.number and self.number:
            prefix = getattr(record, f"{kind.number}_prefix", None) or ""
            said = getattr(record, kind.number)
            return said in {self.number, f"{prefix}{self.number}"}
        if self.party_number and record.vendor_reference == self.party_number:
            return True
        said = record.reference or ""
        # Behind our number may stand what the caller refers to.
        begins = said.startswith(f"{self.reference} ")
        return bool(self.reference) and (said == self.reference or begins)


class Seen:
    """References of records that a list tells once, for many look-ups in one batch.

    Args:
        records: Of the business.
    """

    def __init__(self, records: "Records") -> None:
        self._records: Records = records
        self._ids: dict[tuple[str, str], dict[str, str]] = {}

    def find(self, kind: Kind, mark: Mark) -> Plan[Any]:
        """Return the whole record that carries `mark`; None when none does."""
        place = (kind.resource, mark.contact if kind.by_contact else "")
        if place not in self._ids:
            query = {"contact_id": mark.contact} if place[1] else {}
            listed = yield from self._records.all(kind, attributes=kind.told, **query)
            found: dict[str, str] = {}
            for one in listed:
                said = one.reference or ""
                found.setdefault(said.partition(" ")[0], one.id)
                found[said] = one.id
            found.pop("", None)
            self._ids[place] = found
        id = self._ids[place].get(mark.reference)
        return None if id is None else (yield from self._records.get(kind, id))

    def add(self, kind: Kind, mark: Mark, id: str) -> None:
        """Note a record that was just created."""
        place = (kind.resource, mark.contact if kind.by_contact else "")
        if place in self._ids:
            self._ids[place][mark.reference] = id


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
        record = yield from self._write("POST", kind, kind.path, fields, key)
        while (yield from self._was_removed(kind, record, fits=fits(record))):
            key = f"{key}:{record.id}"
            record = yield from self._write("POST", kind, kind.path, fields, key)
        return record

    def _was_removed(self, kind: Kind, record: Any, *, fits: bool) -> Plan[bool]:
        """Return whether an answer is an old one, of a record that is no longer there."""
        if record.id in self.gone:
            return True
        now = yield from Now()
        made: dt.datetime | None = record.created_at
        is_new = fits and (made is None or abs(now - made) < _FRESH)
        if is_new or not kind.idempotent:
            return False
        try:
            found = yield from self.get(kind, record.id)
        except NotFoundError:
            return True
        return getattr(found, "deleted_at", None) is not None

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
        if kind.by_contact and mark.contact:
            query["contact_id"] = mark.contact
        searched = kind.searched and mark.reference
        found = None
        if searched:
            found = yield from self._fitting(kind, mark, {**query, "search": searched})
        if found is None and (thorough or not searched):
            found = yield from self._fitting(kind, mark, query)
        return None if found is None else (yield from self.get(kind, found.id))

    def _fitting(self, kind: Kind, mark: Mark, query: Mapping[str, object]) -> Plan[Any]:
        asked = {**query, "attributes": kind.told}
        following: Callable[[], Plan[Page[Any]]] | None = self.pages(kind, **asked)
        while following is not None:
            page = yield from following()
            for record in page.items:
                if mark.fits(kind, record):
                    return record
            following = page.next
        return None

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

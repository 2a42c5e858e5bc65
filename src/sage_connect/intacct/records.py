"""The company's records: looked up by what they are called, whole or with their lines."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from ..errors import RemoteError
from ..plan import Page, Plan
from .functions import Lookup
from .kinds import Kind
from .reading import At, First, query_pages
from .service import Service
from .wire.description import descriptions_of
from .wire.filters import Filtering
from .wire.queries import field, query
from .wire.record import Record
from .wire.texts import is_legal

_PAGE: Final = 2000
_LINES: Final = 50
_UNREADABLE: Final = frozenset({"SC-IN-FIELD", "SC-IN-OBJECT", "SC-IN-OPERATION"})


class Records:
    """Reads what stands in a company.

    Args:
        service: The way to it.
        size: How many numbers are looked up with one query.
    """

    def __init__(self, service: Service, size: int = 100) -> None:
        self.service: Service = service
        self._size: int = max(1, size)
        # Those that an object has, of objects that lack some that were asked for.
        self._fields: dict[str, frozenset[str]] = {}

    def every(
        self, object: str, fields: Sequence[str], where: Filtering | None = None
    ) -> Plan[tuple[Record, ...]]:
        """Return all records of an object, of all entities, at the top level.

        Args:
            object: Such as "CUSTOMER".
            fields: What to read of each.
            where: Which; None for all.
        """
        found: list[Record] = []
        page: Page[Record] | None = yield from self.first(object, fields, where)
        while page is not None:
            found.extend(page.items)
            page = None if page.next is None else (yield from page.next())
        return tuple(found)

    def first(
        self, object: str, fields: Sequence[str], where: Filtering | None = None
    ) -> Plan[Page[Record]]:
        """Return the first page of what `every` reads, without fields it has not.

        Which fields there are depends on the company's modules and dimensions.
        """
        try:
            return (yield from self.pages(object, fields, where)())
        except RemoteError as error:
            if error.code != "SC-IN-FIELD" or object in self._fields:
                raise
        result = yield from self.service.one(Lookup(object_name=object), entity="")
        described = descriptions_of(result)
        names = {field.name for one in described for field in one.fields}
        self._fields[object] = frozenset(names)
        return (yield from self.pages(object, fields, where)())

    def pages(
        self, object: str, fields: Sequence[str], where: Filtering | None = None
    ) -> First:
        """Return the plan of the first page of what `every` reads."""
        there = self._fields.get(object)
        # Fields of what is embedded are not told of all objects.
        wanted = [one for one in fields if there is None or one in there or "." in one]
        asked = query(object).select(*dict.fromkeys(("RECORDNO", *wanted)))
        if where is not None:
            asked = asked.where(where)
        whole = asked.show_private().page_size(_PAGE)
        return query_pages(At(service=self.service, entity=""), whole)

    def named(
        self, object: str, by: str, names: Iterable[str], fields: Sequence[str]
    ) -> Plan[tuple[Record, ...]]:
        """Return the records whose field `by` is one of `names`.

        Args:
            object: Such as "ARINVOICE".
            by: Field.
            names: Values that it may have.
            fields: What to read.
        """
        # What cannot be asked for stands nowhere, and must not hide the others.
        wanted = [one for one in dict.fromkeys(names) if one and is_legal(one)]
        found: list[Record] = []
        for at in range(0, len(wanted), self._size):
            part = wanted[at : at + self._size]
            where = field(by).in_(part)
            found.extend((yield from self.every(object, [by, *fields], where)))
        return tuple(found)

    def numbered(self, kind: Kind, numbers: Iterable[str]) -> Plan[tuple[Record, ...]]:
        """Return the documents that carry one of `numbers`, reversed ones too."""
        return (yield from self.named(kind.object, kind.number, numbers, kind.header))

    def like(
        self, kind: Kind, by: str, pattern: str, party: str
    ) -> Plan[tuple[Record, ...]]:
        """Return a party's documents whose field `by` is like `pattern`."""
        if not is_legal(pattern + party):
            return ()
        where = field(by).like(pattern) & (field(kind.party) == party)
        return (yield from self.every(kind.object, kind.header, where))

    def whole(self, kind: Kind, ids: Iterable[str]) -> Plan[tuple[Record, ...]]:
        """Return the documents with these record numbers."""
        return (yield from self.named(kind.object, kind.id, ids, kind.header))

    def lines(self, kind: Kind, ids: Iterable[str]) -> Plan[Mapping[str, list[Record]]]:
        """Return the lines of documents by record number; {} where none can be read."""
        wanted = [*dict.fromkeys(ids)]
        found: dict[str, list[Record]] = {id: [] for id in wanted}
        if not kind.lines:
            return {}
        for at in range(0, len(wanted), _LINES):
            part = wanted[at : at + _LINES]
            try:
                rows = yield from self.named(kind.lines, kind.joins, part, kind.row)
            except RemoteError as error:
                if error.code not in _UNREADABLE:
                    raise
                # Of some objects it is not published by what their lines are found.
                return {}
            for row in rows:
                found.setdefault(row[kind.joins], []).append(row)
        return found

    def as_it_stands(
        self, kind: Kind, ids: Sequence[str]
    ) -> Plan[dict[tuple[str, str], tuple[Record, list[Record] | None]]]:
        """Return documents with their lines, by object and record number."""
        records = yield from self.whole(kind, ids)
        lines = yield from self.lines(kind, ids)
        return {
            (kind.object, id): (record, lines.get(id))
            for record in records
            if (id := record[kind.id])
        }

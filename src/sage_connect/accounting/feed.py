"""What has changed since: updates and deletes of all resources in one feed."""

import datetime as dt
import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import attrs

from ..plan import Page, Plan
from .cursor import Cursor, Mark
from .service import Service
from .streams import UNKNOWN, Changing, Item, Stream
from .wire import shapes
from .wire.shape import Shape

_PAGE: Final = 50
OVERLAP: Final = dt.timedelta(minutes=5)
"""How far a feed goes back behind what was delivered: Sage may tell of a change late."""


@attrs.frozen(eq=False)
class _Trail:
    """What one page of a feed delivers, and how far the feed was before."""

    before: Cursor
    overlap: dt.timedelta
    delivered: tuple[tuple[Stream, Item], ...]

    def cursor(self, count: int) -> Cursor:
        """Return how far the feed is after the first `count` changes of the page."""
        marks = dict(self.before.marks)
        by_stream: dict[str, tuple[Stream, list[Item]]] = {}
        for stream, item in self.delivered[:count]:
            by_stream.setdefault(stream.name, (stream, []))[1].append(item)
        for name, (stream, items) in by_stream.items():
            told = [(one.digest, one.at) for one in items if one.at != UNKNOWN]
            known = marks.get(name, Mark())
            marks[name] = known.after(told, stream.bound, self.overlap)
        return attrs.evolve(self.before, marks=marks)


@attrs.frozen(kw_only=True)
class Change:
    """A record that was made, changed or deleted.

    Attributes:
        resource: Such as "contacts".
        id: Of the record.
        at: When, by Sage's clock, to the second; None where Sage does not say.
        record: As it is now; None where it was deleted.
        deleted: Whether it was deleted.
    """

    resource: str
    id: str
    at: dt.datetime | None
    record: Shape | None
    deleted: bool
    _trail: _Trail = attrs.field(repr=False, eq=False, alias="trail")
    _count: int = attrs.field(repr=False, eq=False, alias="count")

    @property
    def cursor(self) -> str:
        """Text to go on from, once this change and those before it are dealt with.

        Made of Sage's own times alone. It is never ahead of what was delivered.
        """
        return self._trail.cursor(self._count).text()


def changes(
    service: Service,
    table: Mapping[str, Changing],
    *,
    since: str | dt.datetime | None = None,
    resources: Iterable[str] | None = None,
    attributes: str = "all",
    overlap: dt.timedelta = OVERLAP,
) -> Callable[[], Plan[Page[Change]]]:
    """Return the plan of the first page of a feed of changes; see `Api.changes`.

    Args:
        service: The way to the business.
        table: The resources whose changes Sage tells.
        since: The cursor of a change, an instant with a zone, or None for the beginning.
        resources: Which; None for all.
        attributes: Of the records: "all", or names with commas.
        overlap: How late Sage may tell of a change.

    Raises:
        ValueError: A resource has no changes, or the instant has no zone.
    """
    chosen = [*table] if resources is None else [*dict.fromkeys(resources)]
    unknown = [one for one in chosen if one not in table]
    if unknown:
        raise ValueError(f"Sage tells no changes of {', '.join(unknown)}")
    if isinstance(since, dt.datetime) and since.tzinfo is None:
        raise ValueError("a time without a zone: give it one, as in tzinfo=UTC")
    return functools.partial(
        _first, service, {one: table[one] for one in chosen}, since, attributes, overlap
    )


def _first(
    service: Service,
    chosen: Mapping[str, Changing],
    since: str | dt.datetime | None,
    attributes: str,
    overlap: dt.timedelta,
) -> Plan[Page[Change]]:
    # The cursor says whose it is, so the business must be known.
    yield from service.pin()
    if isinstance(since, str):
        cursor = Cursor.parsed(since, service.business)
    else:
        cursor = Cursor(business=service.business, since=since)
    streams: list[Stream] = []
    for resource, changing in chosen.items():
        for deletes in (False, True) if changing.tells_deletes else (False,):
            name = f"{resource}-" if deletes else resource
            stream = Stream(
                service,
                resource,
                changing,
                deletes=deletes,
                mark=cursor.marks.get(name, Mark()),
                since=cursor.since,
                overlap=overlap,
                attributes=attributes,
            )
            streams.append(stream)
    return (yield from _Feed(streams, cursor, overlap).page())


class _Feed:
    """One iteration over all streams: always the oldest change of any comes next."""

    def __init__(
        self, streams: Sequence[Stream], cursor: Cursor, overlap: dt.timedelta
    ) -> None:
        self._streams: list[Stream] = [*streams]
        self._cursor: Cursor = cursor
        self._overlap: dt.timedelta = overlap

    def page(self) -> Plan[Page[Change]]:
        taken: list[tuple[Stream, Item]] = []
        while len(taken) < _PAGE:
            for stream in self._streams:
                if not stream.items:
                    yield from stream.fill()
            self._streams = [one for one in self._streams if one.items]
            if not self._streams:
                break
            oldest = min(self._streams, key=_age)
            taken.append((oldest, oldest.items.popleft()))
        trail = _Trail(self._cursor, self._overlap, tuple(taken))
        self._cursor = trail.cursor(len(taken))
        found = tuple(
            _change(stream, item, trail, count)
            for count, (stream, item) in enumerate(taken, 1)
        )
        return Page(found, self.page if self._streams else None)


def _change(stream: Stream, item: Item, trail: _Trail, count: int) -> Change:
    deleted = stream.deletes or bool(item.entry.get("deleted_at"))
    decode: Callable[[dict[str, Any]], Shape] = getattr(shapes, stream.changing.decode)
    return Change(
        resource=stream.resource,
        id=item.id,
        at=None if item.at == UNKNOWN else item.at,
        record=None if deleted else decode(item.entry),
        deleted=deleted,
        trail=trail,
        count=count,
    )


def _age(stream: Stream) -> dt.datetime:
    return stream.items[0].at

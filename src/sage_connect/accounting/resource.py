"""What the typed resources of the API have in common."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from ..plan import Driver, M, Pages, Plan, Seat
from .paging import listing
from .service import Request, Service, encoded_query, idempotency_id, path_id
from .wire.body import written
from .wire.shape import Shape

S = TypeVar("S", bound=Shape)

Decoder = Callable[[dict[str, Any]], S]


class Resource(Seat[M], Generic[M]):
    """A resource of the API: its records are read, written and taken back one by one.

    `list` gives all records, page by page, while they are iterated. Unless it is asked for
    more by `attributes="all"` (or some names, with commas), Sage fills only `id`,
    `displayed_as` and `path`. Filters on times take days or instants with a zone.

    All verbs raise what `Service.send` does; those that write raise `CodecError` before
    anything is sent when a field is unknown, missing or not of its kind.
    """

    def __init__(self, driver: Driver[M], service: Service) -> None:
        super().__init__(driver)
        self._service: Service = service

    def _id(self, id: str) -> str:
        return path_id(id)

    def _in_business(self, path: str) -> bool:
        return not path.startswith(("/businesses", "/user"))

    def _pages(
        self,
        path: str,
        query: Mapping[str, Any],
        decode: "Decoder[S]",
        items_per_page: int | None,
    ) -> Pages[S, M]:
        first = listing(
            self._service,
            path,
            query,
            decode,
            items_per_page=items_per_page,
            in_business=self._in_business(path),
        )
        return Pages(self._driver, first)

    def _get(self, path: str, query: Mapping[str, Any], decode: "Decoder[S]") -> Plan[S]:
        request = Request(
            method="GET",
            path=path,
            query=encoded_query(query),
            repeatable=True,
            in_business=self._in_business(path),
        )
        return (yield from self._service.record(request, decode))

    def _bytes(
        self, path: str, accept: str, query: Mapping[str, Any] | None = None
    ) -> Plan[bytes]:
        request = Request(
            method="GET",
            path=path,
            query=encoded_query(query or {}),
            accept=accept,
            repeatable=True,
        )
        reply = yield from self._service.send(request)
        return reply.body

    def _write(
        self,
        method: str,
        path: str,
        wrapped: dict[str, Any],
        decode: "Decoder[S]",
        *,
        key: str | None = None,
    ) -> Plan[S]:
        """Send a body; `key` is None where the API has no guard against a repeat."""
        if key is not None:
            # Without a key of the caller's, one for this call alone makes a repeat safe.
            key = idempotency_id(key) if key else uuid.uuid4().hex
            (body,) = wrapped.values()
            body["idempotency_id"] = key
        request = Request(
            method=method,
            path=path,
            body=written(wrapped),
            repeatable=key is not None,
            key=key or "",
            in_business=self._in_business(path),
        )
        return (yield from self._service.record(request, decode))

    def _act(self, path: str, decode: "Decoder[S]") -> Plan[S]:
        request = Request(method="POST", path=path)
        return (yield from self._service.record(request, decode))

    def _delete(self, path: str) -> Plan[None]:
        yield from self._service.send(Request(method="DELETE", path=path))

    def _void(self, path: str, reason: str, decode: "Decoder[S]") -> Plan[S]:
        request = Request(method="DELETE", path=path, query=(("void_reason", reason),))
        return (yield from self._service.record(request, decode))

"""What the typed resources of the API have in common."""

import uuid
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Generic, TypeVar

from ..plan import Driver, M, Pages, Plan, Reply, Seat
from .paging import Single, listing
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
        *,
        is_paged: bool = True,
        is_dated: bool = False,
        takes: Iterable[str] | None = None,
        is_sent: bool = False,
    ) -> Pages[S, M]:
        """Return a list; `takes` are those of its parameters that one record takes too."""
        single = None
        if takes is not None:
            single = Single(
                takes=frozenset(takes),
                query=(("mark_as_sent", "false"),) if is_sent else (),
            )
        first = listing(
            self._service,
            path,
            query,
            decode,
            items_per_page=items_per_page,
            in_business=self._in_business(path),
            is_paged=is_paged,
            is_dated=is_dated,
            single=single,
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
        request = self._file(path, accept, query)
        reply = yield from self._service.send(request)
        if not _is_file(reply):
            raise self._service.misfit(request, reply)
        return reply.body

    def _save(
        self,
        path: str,
        accept: str,
        target: str | Path,
        query: Mapping[str, Any] | None = None,
    ) -> Plan[None]:
        request = self._file(path, accept, query)
        yield from self._service.save(request, str(target), _is_file)

    def _file(self, path: str, accept: str, query: Mapping[str, Any] | None) -> Request:
        return Request(
            method="GET",
            path=path,
            query=encoded_query(query or {}),
            accept=accept,
            repeatable=True,
        )

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
        told = {"void_reason": reason}
        # Sage's guide shows the body, its published description the query.
        where = self._service.void_reason
        request = Request(
            method="DELETE",
            path=path,
            query=() if where == "body" else encoded_query(told),
            body=b"" if where == "query" else written(told),
        )
        return (yield from self._service.record(request, decode))


def _is_file(reply: Reply) -> bool:
    """False for what a proxy says in place of a file, or Sage in place of bytes."""
    kind = reply.header("content-type").partition(";")[0].strip().lower()
    return kind not in {"text/html", "application/json"}

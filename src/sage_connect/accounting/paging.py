"""Listings, page by page, whatever Sage does to its page numbers meanwhile."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl, urlsplit

from ..errors import BrokenReplyError
from ..plan import Page, Plan
from .service import Request, Service, encoded_query
from .wire.shape import Shape

S = TypeVar("S", bound=Shape)

LARGEST: Final = 200
"""Records on a page at most, as Sage allows."""
_WITH_ALL: Final = 50


def listing(
    service: Service,
    path: str,
    query: Mapping[str, Any],
    decode: Callable[[dict[str, Any]], S],
    *,
    items_per_page: int | None = None,
    in_business: bool = True,
) -> Callable[[], Plan[Page[S]]]:
    """Return the plan of the first page of a list."""
    size = items_per_page or (_WITH_ALL if query.get("attributes") == "all" else LARGEST)
    asked = encoded_query({**query, "items_per_page": size})

    def page(
        query: tuple[tuple[str, str], ...], seen: frozenset[str], number: int
    ) -> Callable[[], Plan[Page[S]]]:
        def plan() -> Plan[Page[S]]:
            request = Request(
                method="GET",
                path=path,
                query=query,
                repeatable=True,
                in_business=in_business,
            )
            tree = yield from service.json(request)
            entries, following = _envelope(tree, request)
            found = [decode(one) for one in entries]
            ids = frozenset(_identity(one) for one in found)
            # Page numbers drift while records come and go, and a page past the end gives
            # the last one again: what the page before held is not given twice.
            fresh = tuple(one for one in found if _identity(one) not in seen)
            more = following is not None and bool(fresh)
            after = page(following, ids, number + 1) if more and following else None
            return Page(fresh, after)

        return plan

    return page(asked, frozenset(), 1)


def _identity(record: Shape) -> str:
    return str(getattr(record, "id", "")) or str(id(record))


def _envelope(
    tree: Any, request: Request
) -> tuple[list[Any], tuple[tuple[str, str], ...] | None]:
    match tree:
        case {"$items": [*entries]} if all(isinstance(one, dict) for one in entries):
            return entries, _following(tree.get("$next"))
        case [*entries] if all(isinstance(one, dict) for one in entries):
            # As the published description has it; the real replies are envelopes.
            return entries, None
        case _:
            raise BrokenReplyError(
                f"{request.doing} was answered with what is no list", status=200
            )


def _following(address: Any) -> tuple[tuple[str, str], ...] | None:
    """Return the query of the next page.

    Only the query counts: the path comes without the version, and sometimes with the host.
    """
    if not isinstance(address, str) or not address:
        return None
    return tuple(parse_qsl(urlsplit(address).query, keep_blank_values=True))

"""A shelf of records that answers lists as Sage documents them."""

import datetime as dt
import json
from collections.abc import Callable, Mapping
from typing import Any

from sage_connect.plan import Driver, Now, Plan, Reply, Send, Sync, Wait

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


class Shelf:
    """Records in a row, in pages; what is done to it between requests is planned.

    Attributes:
        ids: Of the records.
        before: What happens before a request for a list, by its number from 1.
        asked: The parameters of each request for a list.
        alone: The parameters of each request for one record.
        missing: Ids of records that cannot be read alone.
        waits: How long was waited.
        page: The page that is given, whatever is asked for; 0 for the right one.
    """

    def __init__(self, count: int, always: str = "") -> None:
        self.ids: list[str] = [f"r{number:04}" for number in range(count)]
        self.before: dict[int, Callable[[], Any]] = {}
        self.asked: list[dict[str, str]] = []
        self.alone: list[dict[str, str]] = []
        self.missing: set[str] = set()
        self.waits: list[float] = []
        self.page: int = 0
        self._always = always

    def driver(self) -> "ShelfDriver":
        return ShelfDriver(self)

    def answer(self, path: str, query: Mapping[str, str]) -> Reply:
        if path.rpartition("/")[2].startswith("r0"):
            self.alone.append(dict(query))
        else:
            self.asked.append(dict(query))
            self.before.get(len(self.asked), int)()
        return self.reply(path, query)

    def reply(self, path: str, query: Mapping[str, str]) -> Reply:
        """Return a page, or one record."""
        id = path.rpartition("/")[2]
        if id in self.missing:
            return Reply(status=404, body=b"[]")
        if id in self.ids:
            return _json({"id": id, "displayed_as": "whole"})
        size = int(query.get("items_per_page", "20"))
        last = max(1, -(-len(self.ids) // size))
        page = self.page or min(int(query.get("page", "1")), last)
        items = [{"id": one} for one in self.ids[(page - 1) * size : page * size]]
        following = f"/contacts?page={page + 1}&items_per_page={size}"
        has_next = page < last or self._always
        return _json(
            {
                "$total": len(self.ids),
                "$page": int(query.get("page", "1")) if self.page else page,
                "$next": following if has_next else None,
                "$back": None,
                "$itemsPerPage": size,
                "$items": items,
            }
        )


def _json(tree: Any) -> Reply:
    return Reply(status=200, body=json.dumps(tree).encode())


class ShelfDriver(Driver[Sync]):
    """Asks a shelf."""

    def __init__(self, shelf: Any) -> None:
        self._shelf = shelf

    def drive(self, plan: Plan[Any], /) -> Any:
        try:
            step = next(plan)
            while True:
                match step:
                    case Send():
                        try:
                            path = step.url.partition("/v3.1")[2]
                            reply: Any = self._shelf.answer(path, dict(step.query))
                        except Exception as error:  # noqa: BLE001 - the plan decides
                            step = plan.throw(error)
                            continue
                    case Wait(seconds):
                        self._shelf.waits.append(seconds)
                        reply = None
                    case Now():
                        reply = NOON
                    case _:
                        raise AssertionError(step)
                step = plan.send(reply)
        except StopIteration as stop:
            return stop.value
        finally:
            plan.close()

    def close(self) -> None:
        pass

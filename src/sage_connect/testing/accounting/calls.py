"""A request and its answer, free of any server."""

import json
from collections.abc import Mapping
from typing import Any, Final

import attrs

from ..exchange import Answer, Call

__all__ = ("JSON", "Answer", "Call", "Seen", "answer")

JSON: Final = "application/json; charset=utf-8"
_written = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), check_circular=False
).encode


def answer(status: int, value: Any, headers: Mapping[str, str] | None = None) -> Answer:
    """Return an answer in JSON."""
    content = _written(value).encode()
    return Answer(
        status=status, content=content, headers={"content-type": JSON, **(headers or {})}
    )


@attrs.frozen(kw_only=True)
class Seen:
    """A request that reached the simulator.

    Attributes:
        method: HTTP method.
        path: Below the base address; whole for the addresses of OAuth.
        query: As it came.
        status: What was answered; 0 where the connection was dropped instead.
        at: When, in seconds since 1970 by the simulator's clock.
        business: The business it was for; "" for none.
        body: As it came.
    """

    method: str
    path: str
    query: str
    status: int
    at: float
    business: str = ""
    body: bytes = attrs.field(default=b"", repr=False)

"""What is asked of the API, and how ids, keys and filters are written."""

import datetime as dt
import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final

import attrs

JSON: Final = "application/json"

_DIGEST: Final = re.compile(r"[0-9a-f]{32}")
_ID: Final = re.compile(r"[A-Za-z0-9_.-]+")


@attrs.frozen(kw_only=True)
class Request:
    """What is asked of the API.

    Attributes:
        method: HTTP method.
        path: Below the base address, such as "/contacts".
        query: Pairs, in order.
        body: JSON bytes, or b"".
        accept: Media type of the answer.
        repeatable: True where a repeat does nothing more: a read, or a write that the API
            itself guards.
        key: What the write stands under, for the log.
        in_business: False for what belongs to the user: businesses and the user.
        heavy: True for a read that asks for so much that an overloaded server will fail
            again: it is not repeated, so that less can be asked at once.
        patient: False to be answered at once: nothing is repeated.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: bytes = attrs.field(default=b"", repr=False)
    accept: str = JSON
    repeatable: bool = False
    key: str = ""
    in_business: bool = True
    heavy: bool = False
    patient: bool = True

    @property
    def doing(self) -> str:
        """What is asked, for a message."""
        return f"{self.method} {self.path}"

    @property
    def reads(self) -> bool:
        """True where nothing is changed."""
        return self.method == "GET"


def idempotency_id(key: str) -> str:
    """Return the 32 hexadecimal digits that stand for `key` on the wire."""
    return key if _DIGEST.fullmatch(key) else hashlib.sha256(key.encode()).hexdigest()[:32]


def path_id(id: str) -> str:
    """Return an id as a part of a path.

    Raises:
        ValueError: It is none; an empty one would ask for the whole list.
    """
    if not _ID.fullmatch(id):
        raise ValueError(f"{id!r} is no id of Sage Accounting")
    return id


def encoded_query(given: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return query parameters as text; those that are None are left out.

    Raises:
        ValueError: A time has no zone.
    """
    return tuple((name, _asked(one)) for name, one in given.items() if one is not None)


def _asked(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case dt.datetime():
            if value.tzinfo is None:
                raise ValueError("a time without a zone: give it one, as in tzinfo=UTC")
            return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
        case dt.date():
            return value.isoformat()
        case _:
            return str(value)

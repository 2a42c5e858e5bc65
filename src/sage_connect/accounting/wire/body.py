"""What requests carry: plain mappings, checked before anything is sent."""

import datetime as dt
import difflib
import functools
import json
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from ...errors import CodecError
from .facts import Field, Structure, structure
from .shape import Shape, plain_value

_NUMBERS: Final = (Decimal, int, str)


class Body:
    """The fields of one kind of request.

    Args:
        notation: By field, as in the table of facts.
    """

    def __init__(self, notation: Mapping[str, Any]) -> None:
        self._notation: Mapping[str, Any] = notation

    @functools.cached_property
    def fields(self) -> Structure:
        """The fields by name."""
        return structure(self._notation)

    def wrapped(
        self, wrap: str, body: Mapping[str, Any], extra: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        """Return `body` as the API wants it: under the name of its kind, amounts as text.

        Args:
            wrap: The name that it stands under.
            body: Fields by name.
            extra: Fields that this version does not know; sent as they are.

        Raises:
            CodecError: A field is unknown, missing, or not of its kind; names its path.
        """
        sent = _object(self.fields, body, "")
        for name, value in (extra or {}).items():
            sent[name] = _free(value, f"/{name}")
        return {wrap: sent}


def written(tree: Mapping[str, Any]) -> bytes:
    """Return JSON bytes of a checked tree."""
    return json.dumps(tree, ensure_ascii=False, separators=(",", ":")).encode()


def _object(fields: Structure, given: Any, path: str) -> dict[str, Any]:
    if isinstance(given, Shape):
        given = given.plain()
    if not isinstance(given, Mapping):
        raise _misfit("an object of fields", given, path)
    sent: dict[str, Any] = {}
    for name, value in _pairs(given):
        field = fields.get(name) if isinstance(name, str) else None
        if field is not None:
            sent[name] = _value(field, value, f"{path}/{name}")
        elif name == "id":
            # Lines carry their identity back; the published lists leave it out.
            sent[name] = _free(value, f"{path}/id")
        else:
            near = difflib.get_close_matches(str(name), fields, n=1)
            hint = f"Did you mean {near[0]!r}? " if near else ""
            raise CodecError(
                f"there is no field {name!r}",
                path=f"{path}/{name}",
                fix=f"{hint}A field that this version does not know goes into `extra`.",
            )
    for name, field in fields.items():
        if field.required and sent.get(name) is None:
            raise CodecError(f"{name!r} is missing", path=f"{path}/{name}")
    return sent


def _value(field: Field, value: Any, path: str) -> Any:
    if value is None:
        return None
    if not field.many:
        return _one(field, value, path)
    if isinstance(value, (str, Mapping)) or not hasattr(value, "__iter__"):
        raise _misfit("a list", _any(value), path)
    return [_one(field, one, f"{path}/{at}") for at, one in enumerate(value)]


def _one(field: Field, value: Any, path: str) -> Any:
    if field.fields:
        return _object(field.fields, value, path)
    kind = field.kind
    if isinstance(value, bool) != (kind == "flag") and kind != "text":
        raise _misfit("True or False" if kind == "flag" else _WANTED[kind], value, path)
    if kind == "number":
        return _number(value, path)
    if kind == "text" and field.many and isinstance(value, Mapping):
        return _free(value, path)
    if kind == "text" and not isinstance(value, str):
        raise _misfit("text", value, path)
    if field.values and value not in field.values:
        raise _misfit(f"one of {', '.join(field.values)}", value, path)
    if kind == "integer" and not isinstance(value, int):
        raise _misfit("a whole number", value, path)
    if kind in {"date", "instant"}:
        return _time(kind, value, path)
    return plain_value(value, path)


_WANTED: Final = {
    "number": "a number",
    "integer": "a whole number",
    "date": "a date",
    "instant": "a time",
}


def _number(value: Any, path: str) -> str:
    """Return decimal text: a JSON number may pass through a binary one."""
    if isinstance(value, float):
        plain_value(value, path)
    if not isinstance(value, _NUMBERS):
        raise _misfit("a number", value, path)
    try:
        exact = Decimal(value)
    except InvalidOperation:
        raise _misfit("a number", value, path) from None
    if not exact.is_finite() or (isinstance(value, str) and str(exact) != value):
        raise _misfit("a number", value, path)
    return f"{exact:f}"


def _time(kind: str, value: Any, path: str) -> str:
    if isinstance(value, str):
        try:
            dt.datetime.fromisoformat(value)
        except ValueError:
            raise _misfit(f"{_WANTED[kind]} such as 2026-01-31", value, path) from None
        return value
    if not isinstance(value, dt.date):
        raise _misfit(_WANTED[kind], value, path)
    if kind == "date" and isinstance(value, dt.datetime):
        raise _misfit("a date without a time", value, path)
    text: str = plain_value(value, path)
    return text


def _free(value: Any, path: str) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _free(one, f"{path}/{name}") for name, one in _pairs(value)}
    if isinstance(value, (list, tuple)):
        return [_free(one, f"{path}/{at}") for at, one in enumerate(_any(value))]
    return plain_value(value, path)


def _pairs(given: Any) -> Iterator[tuple[Any, Any]]:
    yield from given.items()


def _any(value: Any) -> Any:
    # Strict checkers call the parts of a matched container unknown.
    return value


def _misfit(wanted: str, found: object, path: str) -> CodecError:
    return CodecError(f"{path}: expected {wanted}, found {found!r}", path=path)

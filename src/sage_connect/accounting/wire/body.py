"""What requests carry: plain mappings, checked before anything is sent."""

import datetime as dt
import difflib
import functools
import json
import reprlib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final, NoReturn

from ...errors import CodecError
from .facts import Field, Structure, structure
from .reading import number
from .shape import Shape, plain_value

_WANTED: Final = {
    "flag": "True or False",
    "number": "a number",
    "integer": "a whole number",
    "date": "a date",
    "instant": "a time",
    "text": "text",
}


class Body:
    """The fields of one kind of request.

    Args:
        notation: By field, as in the table of facts.
        partial: True for a change, which names only what it changes: the guides show such
            of one field, whatever the description calls required.
    """

    def __init__(self, notation: Mapping[str, Any], *, partial: bool = False) -> None:
        self._notation: Mapping[str, Any] = notation
        self._partial: bool = partial

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
        try:
            more = {
                str(name): _free(value, f"/{name}") for name, value in _pairs(extra or {})
            }
            sent = _object(self.fields, body, "")
            if not self._partial:
                _require(self.fields, sent | more, "")
        except RecursionError:
            raise CodecError("nested too deeply") from None
        return {wrap: sent | more}


def written(tree: Mapping[str, Any]) -> bytes:
    """Return JSON bytes of a checked tree.

    Raises:
        CodecError: A text holds half a character (a lone surrogate); names its path, below
            the name that the body is wrapped in.
    """
    try:
        return json.dumps(tree, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        _refuse_half_characters(tree)


def _require(fields: Structure, sent: Mapping[str, Any], path: str) -> None:
    for name, field in fields.items():
        if field.required and sent.get(name) is None:
            raise CodecError(f"{name!r} is missing", path=f"{path}/{name}")


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
    return sent


def _value(field: Field, value: Any, path: str) -> Any:
    if value is None:
        return None
    if not field.many:
        return _one(field, value, path)
    if isinstance(value, (str, bytes, Mapping)) or not hasattr(value, "__iter__"):
        raise _misfit("a list", _any(value), path)
    return [_one(field, one, f"{path}/{at}") for at, one in enumerate(_any(value))]


def _one(field: Field, value: Any, path: str) -> Any:  # noqa: PLR0911 - one for each kind
    if field.fields:
        part = _object(field.fields, value, path)
        _require(field.fields, part, path)
        return part
    match field.kind:
        case "number":
            return _number(value, path)
        case "date" | "instant":
            return _time(field.kind, value, path)
        case "flag":
            return _checked(field, value, bool, path)
        case "integer":
            if isinstance(value, bool):
                raise _misfit(_WANTED["integer"], value, path)
            return plain_value(_checked(field, value, int, path), path)
        case "text":
            if field.many and isinstance(value, Mapping):
                # The guide shows objects with an id where the description says texts.
                return _free(value, path)
            return _checked(field, value, str, path)
        case _:
            # A reference of which nothing is published.
            return _free(value, path)


def _checked(field: Field, value: Any, kind: type, path: str) -> Any:
    if not isinstance(value, kind):
        raise _misfit(_WANTED[field.kind], value, path)
    if field.values and value not in field.values:
        raise _misfit(f"one of {', '.join(field.values)}", value, path)
    return value


def _number(value: Any, path: str) -> str:
    """Return decimal text: a JSON number may pass through a binary one."""
    exact = number(value) if isinstance(value, str) else value
    if isinstance(exact, bool) or not isinstance(exact, (int, float, Decimal)):
        raise _misfit(_WANTED["number"], value, path)
    # Refuses what is no amount.
    plain_value(exact, path)
    text = f"{Decimal(exact):f}"
    return text if Decimal(text) else text.removeprefix("-")


def _time(kind: str, value: Any, path: str) -> str:
    """Return a date as `YYYY-MM-DD`; an instant in ISO with a zone, or a date."""
    if isinstance(value, str):
        return _time_text(kind, value, path)
    if not isinstance(value, dt.date):
        raise _misfit(_WANTED[kind], value, path)
    if kind == "date" and isinstance(value, dt.datetime):
        raise _misfit("a date without a time", value, path)
    text: str = plain_value(value, path)
    return text


def _time_text(kind: str, text: str, path: str) -> str:
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        raise _misfit(f"{_WANTED[kind]} such as 2026-01-31", text, path) from None
    if found.date().isoformat() == text:
        return text
    if kind == "date":
        raise _misfit("a date such as 2026-01-31", text, path)
    if found.tzinfo is None:
        raise _misfit("a time with a zone, such as 2026-01-31T08:30:00Z", text, path)
    return text


def _free(value: Any, path: str) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _free(one, f"{path}/{name}") for name, one in _pairs(value)}
    if isinstance(value, (list, tuple)):
        return [_free(one, f"{path}/{at}") for at, one in enumerate(_any(value))]
    return plain_value(value, path)


def _refuse_half_characters(tree: Mapping[str, Any]) -> NoReturn:
    """Name the first text that UTF-8 cannot carry.

    Raises:
        CodecError: Always.
    """
    waiting: list[tuple[str, Any]] = [("", one) for one in tree.values()]
    while waiting:
        path, value = waiting.pop()
        match value:
            case Mapping():
                for name, one in _pairs(value):
                    waiting += [(path, name), (f"{path}/{name}", one)]
            case list():
                waiting += [(f"{path}/{at}", one) for at, one in enumerate(_any(value))]
            case str() if not _is_whole(value):
                raise CodecError(
                    f"{reprlib.repr(value)} holds half a character",
                    path=path.encode(errors="replace").decode(),
                    fix="Correct the text where it comes from: it was cut, or decoded "
                    "wrongly.",
                )
            case _:
                pass
    raise CodecError("a text holds half a character")


def _is_whole(text: str) -> bool:
    return not any("\ud800" <= one <= "\udfff" for one in text)


def _pairs(given: Any) -> Iterator[tuple[Any, Any]]:
    yield from given.items()


def _any(value: Any) -> Any:
    # Strict checkers call the parts of a matched container unknown.
    return value


def _misfit(wanted: str, found: object, path: str) -> CodecError:
    # Shortened: a whole attachment may stand where it should not.
    shown = reprlib.repr(found)
    return CodecError(f"{path}: expected {wanted}, found {shown}", path=path)

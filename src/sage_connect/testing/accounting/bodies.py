"""Whether the body of a request is what its operation takes."""

import datetime as dt
import functools
import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final, TypeAlias

from ...accounting.wire.facts import Field, Structure, facts
from . import refusals
from .digits import text
from .kinds import is_list, is_object
from .references import resource_of
from .refusals import Complaint
from .store import Doc

Exists: TypeAlias = Callable[[str, str], bool]
"""Whether a resource has a record with an id."""

_ID: Final = re.compile(r"_ids?$")
_PLACE: Final = re.compile(r"\[\d+\]$")
_WRONG: Final = object()
# Where Sage's own bound is, is not documented.
_TOO_MUCH: Final = 10**13
# Validated by the rooms that know what they may lead to.
_LATER: Final = frozenset({"schema_id", "combined_id"})
_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\d([T ].*)?$")


class BodyCheck:
    """One check of one body; finds every fault.

    Args:
        exists: Whether references lead somewhere.
    """

    def __init__(self, exists: Exists) -> None:
        self.complaints: list[Complaint] = []
        self._exists = exists

    def body(self, name: str, shape: str, value: Mapping[str, Any]) -> Doc:
        """Return the declared fields of a body, each of its type.

        What is not declared has no effect, which is assumed; Sage's own examples send
        such fields.

        Args:
            name: Of the body.
            shape: Of the reply, which has the limits of length (documented).
            value: As it came.
        """
        table = facts()
        # What a record needs cannot be taken away from it either; inferred.
        whole = table.bodies.get(name.replace("Update", "Create"), {})
        if name.endswith("Update"):
            self.complaints += [
                refusals.required(field)
                for field, given in value.items()
                if given in (None, "") and field in whole and whole[field].required
            ]
        return self._object(table.bodies[name], table.shapes.get(shape, {}), value, "")

    def _object(
        self, fields: Structure, shape: Structure, value: Mapping[str, Any], path: str
    ) -> Doc:
        # Lines have ids, which the description of the bodies leaves out (documented).
        found: Doc = (
            {"id": str(value["id"])} if path.endswith("].") and "id" in value else {}
        )
        for name in _required(fields):
            if value.get(name) in (None, ""):
                self.complaints.append(refusals.required(f"{path}{name}"))
        for name, given in value.items():
            field = fields.get(name)
            if field is None:
                continue
            if given is None or (given == "" and (field.required or field.kind != "text")):
                found[name] = None
                continue
            taken = self._value(field, shape.get(_twin(name)), given, f"{path}{name}")
            if taken is not _WRONG:
                found[name] = taken
        return found

    def _value(self, field: Field, twin: Field | None, value: Any, path: str) -> Any:
        if field.many:
            if not is_list(value):
                return self._wrong("is not a list", path)
            if field.required and not value:
                self.complaints.append(refusals.required(path))
            if path.endswith("analysis_type_categories"):
                return self._categories(value)
            taken = [
                self._one(field, twin, item, f"{path}[{at}]")
                for at, item in enumerate(value)
            ]
            return [item for item in taken if item is not _WRONG]
        return self._one(field, twin, value, path)

    def _one(self, field: Field, twin: Field | None, value: Any, path: str) -> Any:
        if field.kind == "object":
            if not is_object(value):
                return self._wrong("is not an object", path)
            return self._object(field.fields, _inside(twin), value, f"{path}.")
        taken = _READ[field.kind](value)
        if taken is _WRONG:
            return self._wrong(_SAYS[field.kind], path)
        if field.values and taken not in field.values:
            return self._wrong("is not included in the list", path)
        limit = twin.max_length if twin else 0
        if (
            limit
            and isinstance(taken, str)
            and len(taken) > limit
            and not path.endswith("_id")
        ):
            return self._wrong(f"is too long (maximum is {limit} characters)", path)
        return self._reference(twin, taken, path)

    def _reference(self, twin: Field | None, value: Any, path: str) -> Any:
        if "_id" not in path:
            return value
        name = _PLACE.sub("", path).rpartition(".")[2]
        if not _ID.search(name) or name in _LATER:
            return value
        resource = resource_of(_ID.sub("", name), twin.kind if twin else "Base")
        if resource and not self._exists(resource, value):
            # Seen in production with an empty source.
            self.complaints.append(Complaint("RecordNotFound", refusals.NOT_FOUND))
            return _WRONG
        return value

    def _categories(self, value: list[Any]) -> list[str]:
        """Take both forms: ids (API description) and objects with one (guide)."""
        ids = [
            str(item.get("id") or item.get("analysis_type_id") or "")
            if is_object(item)
            else str(item)
            for item in value
        ]
        for id in ids:
            if not self._exists("analysis_type_categories", id):
                self.complaints.append(Complaint("RecordNotFound", refusals.NOT_FOUND))
        return ids

    def _wrong(self, message: str, path: str) -> Any:
        self.complaints.append(Complaint("RecordInvalid", message, path))
        return _WRONG


_NEEDED: Final[dict[int, tuple[str, ...]]] = {}


def _required(fields: Structure) -> tuple[str, ...]:
    """Return the names of the fields that must be sent; found once for each structure."""
    # The facts are read once and stay, so that their identity can stand for them.
    known = _NEEDED.get(id(fields))
    if known is None:
        known = tuple(name for name, field in fields.items() if field.required)
        _NEEDED[id(fields)] = known
    return known


@functools.cache
def _twin(name: str) -> str:
    """Return the name in replies of a field of a body."""
    return _ID.sub(lambda match: "s" if match[0] == "_ids" else "", name)


def recorded(body: Mapping[str, Any]) -> Doc:
    """Return a checked body as a record has it: no `_id` in names, numbers as text."""
    doc: Doc = {}
    for name, value in body.items():
        own = name
        if name.endswith("_ids"):
            own = f"{name[:-4]}s"
        elif name.endswith("_id"):
            own = name[:-3]
        doc[own] = _recorded(value)
    return doc


def _recorded(value: Any) -> Any:
    if isinstance(value, Decimal):
        return text(value)
    if is_object(value):
        return recorded(value)
    if is_list(value):
        return [_recorded(item) for item in value]
    return value


def _inside(twin: Field | None) -> Structure:
    if twin is None:
        return {}
    return twin.fields or facts().shapes.get(twin.kind, {})


def _text(value: Any) -> Any:
    if isinstance(value, (dict, list, bool)):
        return _WRONG
    return str(value)


def _number(value: Any) -> Any:
    """Take numbers and decimal text: both are in use in requests."""
    if isinstance(value, bool) or not isinstance(value, (int, str, Decimal)):
        return _WRONG
    try:
        taken = Decimal(value)
    except InvalidOperation:
        return _WRONG
    return taken if taken.is_finite() and abs(taken) < _TOO_MUCH else _WRONG


def _integer(value: Any) -> Any:
    taken = _number(value)
    return int(taken) if taken is not _WRONG and taken == taken.to_integral() else _WRONG


def _flag(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    return (
        {"true": True, "false": False}.get(value, _WRONG)
        if isinstance(value, str)
        else _WRONG
    )


def _date(value: Any) -> Any:
    if not isinstance(value, str):
        return _WRONG
    try:
        return dt.date.fromisoformat(value[:10]).isoformat()
    except ValueError:
        return _WRONG


def _instant(value: Any) -> Any:
    return value if isinstance(value, str) and _INSTANT.match(value) else _WRONG


_READ: Final[Mapping[str, Callable[[Any], Any]]] = {
    "text": _text,
    "number": _number,
    "integer": _integer,
    "flag": _flag,
    "date": _date,
    "instant": _instant,
}
# "is not a number" and "invalid date" are words of Sage's earlier API; the rest is assumed.
_SAYS: Final = {
    "text": "is not a text",
    "number": "is not a number",
    "integer": "is not a number",
    "flag": "is not true or false",
    "date": "invalid date",
    "instant": "invalid date",
}

"""The table of all operations and shapes, as data.

`facts.json` beside this module is the one home of these facts: the tool that writes the
typed shapes and resources reads it, and so does the simulator.
"""

import functools
import json
from collections.abc import Mapping
from importlib import resources
from typing import Any, Final, TypeAlias

import attrs

SCALARS: Final = frozenset({"text", "number", "integer", "flag", "date", "instant"})
"""Kinds of plain values. `number` is decimal text on the wire, sometimes a bare number."""

Structure: TypeAlias = Mapping[str, "Field"]


@attrs.frozen(kw_only=True)
class Field:
    """What is known of one field.

    Attributes:
        kind: One of `SCALARS`, the name of a shape, or "object" for fields of its own.
        many: True for a list of the kind.
        fields: Those of an "object".
        required: Must be sent.
        ignored: Is accepted and has no effect.
        nullable: Said to be null at times; others are too.
        not_in_start: Does not apply to the edition Start.
        max_length: Characters; 0 for no limit stated.
        values: The values it may have; empty for any.
        countries: Where it applies; empty for everywhere.
    """

    kind: str
    many: bool = False
    fields: Structure = attrs.field(factory=dict[str, "Field"])
    required: bool = False
    ignored: bool = False
    nullable: bool = False
    not_in_start: bool = False
    max_length: int = 0
    values: tuple[str, ...] = ()
    countries: frozenset[str] = frozenset()


@attrs.frozen(kw_only=True)
class Operation:
    """What is known of one operation.

    Attributes:
        resource: Such as "sales_invoices".
        verb: Ours: list, get, create, update, delete, release, reissue, file, bank_feed,
            lead.
        method: HTTP method.
        path: Template, below the base address; `{key}` is the record's id.
        status: Of success.
        query: Parameters by name.
        sort: Keys that `sort` takes.
        body: Name of the body's shape; "" for none.
        wrap: The key that the body stands under.
        returns: Name of the reply's shape; "" for none.
        many: True for a list.
        idempotent: Takes `idempotency_id`.
        editions: Edition ("start", "standard", "plus") to the countries that have it there;
            None where nothing is published.
        roles: Area of rights to the levels that may do it; empty where none is published.
    """

    resource: str
    verb: str
    method: str
    path: str
    status: int
    query: Structure = attrs.field(factory=dict[str, Field])
    sort: tuple[str, ...] = ()
    body: str = ""
    wrap: str = ""
    returns: str = ""
    many: bool = False
    idempotent: bool = False
    editions: Mapping[str, frozenset[str]] | None = None
    roles: Mapping[str, frozenset[str]] = attrs.field(factory=dict[str, frozenset[str]])


@attrs.frozen(kw_only=True)
class Facts:
    """All of them.

    Attributes:
        operations: By resource and verb.
        shapes: Of replies, by name.
        bodies: Of requests, by name.
        serialised: Resources whose creation Sage wants done one at a time in a business.
        near_static: Resources that Sage suggests to keep: "static" and "seldom" changing.
    """

    operations: Mapping[str, Mapping[str, Operation]]
    shapes: Mapping[str, Structure]
    bodies: Mapping[str, Structure]
    serialised: frozenset[str]
    near_static: Mapping[str, frozenset[str]]


@functools.cache
def facts() -> Facts:
    """Return the facts, read once in a process."""
    text = resources.files(__name__.rpartition(".")[0]).joinpath("facts.json").read_text()
    table: dict[str, Any] = json.loads(text)
    editions = {
        letter: {edition: frozenset(countries) for edition, countries in one.items()}
        for letter, one in table["editions"].items()
    }
    return Facts(
        operations={
            resource: {
                verb: _operation(resource, verb, one, editions)
                for verb, one in verbs.items()
            }
            for resource, verbs in table["resources"].items()
        },
        shapes={name: structure(one) for name, one in table["shapes"].items()},
        bodies={name: structure(one) for name, one in table["bodies"].items()},
        serialised=frozenset(table["serialised"]),
        near_static={name: frozenset(of) for name, of in table["near_static"].items()},
    )


_STATUSES: Final = {"GET": 200, "PUT": 200, "POST": 201, "DELETE": 204}


def _operation(
    resource: str,
    verb: str,
    one: Mapping[str, Any],
    editions: Mapping[str, Mapping[str, frozenset[str]]],
) -> Operation:
    returns: str = one.get("returns", "")
    return Operation(
        resource=resource,
        verb=verb,
        method=one["method"],
        path=one["path"],
        status=one.get("status", _STATUSES[one["method"]]),
        query=structure(one.get("query", {})),
        sort=tuple(one.get("sort", ())),
        body=one.get("body", ""),
        wrap=one.get("wrap", ""),
        returns=returns.strip("[]"),
        many=returns.startswith("["),
        idempotent=one.get("idempotent", False),
        editions=editions[one["editions"]] if "editions" in one else None,
        roles={area: frozenset(levels) for area, levels in one.get("roles", {}).items()},
    )


def structure(fields: Mapping[str, Any]) -> dict[str, Field]:
    """Return the fields that are noted by name."""
    return {name: _field(one) for name, one in fields.items() if name}


def _field(notation: Any) -> Field:
    """Return the field that is noted as text, or as an object of its own fields."""
    many = isinstance(notation, list)
    inner = _any(notation)[0] if many else notation
    if isinstance(inner, dict):
        own = _any(inner)
        words: list[str] = own.get("", "").split()
        return _worded("object", words, many=many, fields=structure(own))
    kind, *words = str(inner).split()
    return _worded(kind.strip("[]"), words, many=kind.startswith("["), fields={})


def _any(value: Any) -> Any:
    # Strict checkers call the parts of a matched container unknown.
    return value


def _worded(kind: str, words: list[str], *, many: bool, fields: Structure) -> Field:
    said: dict[str, str] = {}
    for word in words:
        name, _, value = word.partition(":")
        said[name] = value
    return Field(
        kind=kind,
        many=many,
        fields=fields,
        required="required" in said,
        ignored="ignored" in said,
        nullable="nullable" in said,
        not_in_start="not-start" in said,
        max_length=int(said.get("max", 0)),
        values=tuple(said["one"].split("|")) if "one" in said else (),
        countries=frozenset(said["in"].split(",")) if "in" in said else frozenset(),
    )

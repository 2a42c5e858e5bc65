"""Whether a reply is what the description of the API promises."""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from sage_connect.accounting.wire.facts import Field, facts

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_NUMBER = re.compile(r"-?\d+\.\d+")
# Beyond the description: seen in Sage's own samples.
_EXTRA = {"Business": {"$path"}}
# Seen as a bare number beside neighbours that are text.
_BARE = {"weight"}


def faults(shape: str, value: Mapping[str, Any], at: str = "") -> list[str]:
    """Return everything in a reply that its shape does not allow."""
    return list(_faults(shape, value, at or shape))


def _faults(shape: str, value: Mapping[str, Any], at: str) -> Iterator[str]:
    fields = facts().shapes[shape]
    for name, item in value.items():
        if name not in fields:
            if name not in _EXTRA.get(shape, ()):
                yield f"{at}.{name} is not declared"
            continue
        yield from _field(fields[name], item, f"{at}.{name}")


def _field(field: Field, value: Any, at: str) -> Iterator[str]:
    if value is None:
        return
    if not field.many:
        yield from _value(field, value, at)
    elif not isinstance(value, list):
        yield f"{at} is no list"
    else:
        for place, item in enumerate(value):
            yield from _value(field, item, f"{at}[{place}]")


def _value(field: Field, value: Any, at: str) -> Iterator[str]:
    if field.kind in _IS:
        if not _IS[field.kind](value) and at.rpartition(".")[2] not in _BARE:
            yield f"{at} is no {field.kind}: {value!r}"
        elif field.values and value not in field.values:
            yield f"{at} is none of {field.values}: {value!r}"
    elif not isinstance(value, dict):
        yield f"{at} is no {field.kind}: {value!r}"
    else:
        yield from _faults(field.kind, value, at)


_IS: Mapping[str, Callable[[Any], bool]] = {
    "text": lambda value: isinstance(value, str),
    "flag": lambda value: isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: (
        isinstance(value, str)
        and _NUMBER.fullmatch(value) is not None
        and Decimal(value).is_finite()
    ),
    # Seen in production: blank for none.
    "date": lambda value: value == "" or _DATE.fullmatch(value) is not None,
    "instant": lambda value: _INSTANT.fullmatch(value) is not None,
}

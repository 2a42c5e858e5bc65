"""A `Reference` to and from JSON, to keep what was read of a ledger."""

import json
import typing
from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs

from ..reference import Reference
from .documents import codec_error, nowhere
from .notation import decoded, value_of
from .shapes import Fault, Misfit, Reading, entries, plain

_TYPE: Final = "reference"
_VERSION: Final = 1
_READING: Final = Reading({})
# What the parts of a reference are looked up by, where it is not the code.
_KEYS: Final[Mapping[str, Callable[[Any], object]]] = {
    "dimension_values": lambda value: (value.dimension, value.code),
    "exchange_rates": lambda rate: rate.currency,
    "open_documents": lambda document: (document.party, document.number),
}
_HINTS: Final = typing.get_type_hints(Reference)


def _key(part: str, value: Any) -> object:
    return _KEYS[part](value) if part in _KEYS else value.code


def _kind(part: str) -> type[Any] | None:
    """Return what a part is a mapping to, or None for one that is no mapping."""
    mapping = typing.get_args(_HINTS[part])[0]
    kinds = typing.get_args(mapping)
    return kinds[1] if kinds else None


def reference_to_json(reference: Reference) -> bytes:
    """Write `reference` in UTF-8: parts that were not read are left out.

    Raises:
        CodecError: A value stands under a key that is not its own code.
    """
    value: dict[str, Any] = {"type": _TYPE, "version": _VERSION}
    try:
        for field in attrs.fields(Reference):
            part = getattr(reference, field.name)
            if part is not None:
                value[field.name] = _written(field.name, part)
    except Misfit as error:
        raise codec_error(error, nowhere) from None
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def _written(name: str, part: Any) -> object:
    if _kind(name) is None:
        return plain(part, {})
    for key, one in part.items():
        if key != _key(name, one):
            message = f"{key!r} is the key of {_key(name, one)!r}"
            raise Misfit([Fault((name,), message)])
    return [plain(one, {}) for one in part.values()]


def reference_from_json(content: bytes | str, *, name: str = "") -> Reference:
    """Read a reference that `reference_to_json` wrote.

    Args:
        content: UTF-8 without a byte order mark.
        name: Of the file, for errors.

    Raises:
        FileFormatError: It is no JSON.
        CodecError: It is no reference, or of a version that this release does not know.
    """
    found = value_of(decoded(content, name), name)
    try:
        return _read(found.value)
    except Misfit as error:
        raise codec_error(error, found.place) from None


def _read(value: Any) -> Reference:
    given = entries(value)
    head = (given.get("type"), given.get("version"))
    if head != (_TYPE, _VERSION):
        message = f'expected "type": "{_TYPE}" and "version": {_VERSION}'
        raise Misfit([Fault((), message)])
    parts: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, part in given.items():
        if name not in {"type", "version"}:
            try:
                parts[name] = _part(name, part)
            except Misfit as error:
                faults += error.under(name)
    if faults:
        raise Misfit(faults)
    return Reference(**parts)


def _part(name: str, part: object) -> Any:
    if name not in _HINTS:
        raise Misfit([Fault((), "this part is unknown")])
    kind = _kind(name)
    if kind is None:
        return _READING.reader(_HINTS[name])(part)
    many: Any = tuple
    values: tuple[Any, ...] = _READING.reader(many[kind, ...])(part)
    found = {_key(name, one): one for one in values}
    if len(found) < len(values):
        raise Misfit([Fault((), "two values have the same code")])
    return found

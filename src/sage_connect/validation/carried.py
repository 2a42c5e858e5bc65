"""What a back end has no place for is said, never dropped in silence."""

import typing
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, Final, TypeAlias, cast

import attrs

Uncarried: TypeAlias = Callable[[Any], Sequence[str]]
"""Returns the JSON pointers of a document's filled fields that are not carried."""

_EMPTY: Final = (None, "", ())


@attrs.frozen
class _Leaf:
    """A field that is not carried at all."""

    name: str
    default: object

    def find(self, holder: Any, place: str) -> Iterator[str]:
        value = getattr(holder, self.name)
        if value != self.default and value not in _EMPTY:
            yield f"{place}/{self.name}"


@attrs.frozen
class _Branch:
    """A field of parts, some of whose own fields are not carried.

    Attributes:
        parts: By class of part. Of a class that is not here, and is no document part at
            all (a single day instead of instalments), nothing is lost.
    """

    name: str
    parts: dict[type, "tuple[_Leaf | _Branch, ...]"]

    def find(self, holder: Any, place: str) -> Iterator[str]:
        value = getattr(holder, self.name)
        if isinstance(value, tuple):
            # isinstance knows no members.
            for at, part in enumerate(cast("tuple[object, ...]", value)):
                yield from _find(self.parts, part, f"{place}/{self.name}/{at}")
        elif value is not None:
            yield from _find(self.parts, value, f"{place}/{self.name}")


def _find(
    by_class: dict[type, tuple[_Leaf | _Branch, ...]], part: object, place: str
) -> Iterator[str]:
    for field in by_class.get(type(part), ()):
        yield from field.find(part, place)


def uncarried(kind: type, carried: Collection[str]) -> Uncarried:
    """Compile the search for what is filled in documents of `kind` and not carried.

    A field is filled when it differs from its default. The search touches only fields that
    are not carried, so that a back end that carries much pays little.

    Args:
        kind: A class of documents, or of master data.
        carried: Model paths: "number", "lines.description", "lines.taxes.code". A field of
            parts ("lines") is carried whole when no path below it is named, else field by
            field.

    Raises:
        ValueError: A path names a field that `kind` does not have.
    """
    names = set(carried)
    unknown = names - set(_paths(kind))
    if unknown:
        raise ValueError(f"{kind.__name__} has no {', '.join(sorted(unknown))}")
    fields = _compile(kind, names, "")

    def find(document: Any) -> Sequence[str]:
        return [pointer for field in fields for pointer in field.find(document, "")]

    return find


def _compile(kind: type, carried: set[str], place: str) -> tuple[_Leaf | _Branch, ...]:
    found: list[_Leaf | _Branch] = []
    for field, parts in _fields(kind):
        path = f"{place}{field.name}"
        below = any(name.startswith(f"{path}.") for name in carried)
        if not below and path not in carried:
            found.append(_Leaf(field.name, _default(field)))
        elif below:
            inner = {part: _compile(part, carried, f"{path}.") for part in parts}
            if any(inner.values()):
                found.append(_Branch(field.name, inner))
    return tuple(found)


def _paths(kind: type, place: str = "") -> Iterator[str]:
    for field, parts in _fields(kind):
        yield f"{place}{field.name}"
        for part in parts:
            yield from _paths(part, f"{place}{field.name}.")


def _fields(kind: type) -> Iterator[tuple["attrs.Attribute[Any]", list[type]]]:
    hints = typing.get_type_hints(kind)
    for field in attrs.fields(kind):
        yield field, list(_parts_in(hints[field.name]))


def _parts_in(hint: Any) -> Iterator[type]:
    if isinstance(hint, type) and attrs.has(hint):
        yield hint
    for inner in typing.get_args(hint):
        yield from _parts_in(inner)


def _default(field: "attrs.Attribute[Any]") -> object:
    return None if field.default is attrs.NOTHING else field.default

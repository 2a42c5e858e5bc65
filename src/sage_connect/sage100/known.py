"""What is known of master data: the export, what was handed over since, the batch."""

from collections.abc import Iterable, Iterator, Mapping, Set as AbstractSet
from typing import Any, Final, TypeAlias

from ..model import Customer, DimensionValue, Reference, Supplier
from ..model.convert import from_dict
from .carries import tells_alike
from .registry import Registry
from .resolve import plan_number
from .settings import Sage100Settings

_PARTS: Final[Mapping[type, str]] = {
    Customer: "customers",
    Supplier: "suppliers",
    DimensionValue: "dimension_values",
}
Name: TypeAlias = tuple[str, Any]
"""A part of `Reference`, and what it has something under."""


def _place(item: Any) -> Any:
    """Return what a part of `Reference` has `item` under."""
    section = isinstance(item, DimensionValue)
    return (item.dimension, item.code) if section else item.code


def is_in_sage(item: Any, reference: Reference) -> bool:
    """Return whether Sage has master data that says nothing else than `item`."""
    parts: Mapping[Any, Any] | None = getattr(reference, _PARTS[type(item)])
    known = (parts or {}).get(_place(item))
    if isinstance(item, DimensionValue):
        return bool(known == item)
    return tells_alike(item, known)


def with_handed_over(reference: Reference, registry: Registry) -> Reference:
    """Return `reference` with the master data handed over since it was exported."""
    since = reference.taken_at
    if since is None:
        return reference
    handed = [
        from_dict(entry.master)
        for entry in registry.entries.values()
        if entry.master and entry.at > since
    ]
    changes: dict[str, Any] = {}
    for kind, part in _PARTS.items():
        known = getattr(reference, part)
        new = {_place(one): one for one in handed if isinstance(one, kind)}
        if new and known is not None:
            changes[part] = {**new, **known}
    return reference.with_parts(**changes) if changes else reference


def with_batch(reference: Reference, items: Iterable[object]) -> Reference:
    """Return `reference` with the batch's master data, also where none is known.

    Of two with one code the second is refused, so that the first counts.
    """
    given = [*reversed([*items])]
    changes: dict[str, Any] = {}
    for kind, part in _PARTS.items():
        new = {_place(one): one for one in given if isinstance(one, kind)}
        if new or kind is Customer:
            changes[part] = {**new, **(getattr(reference, part) or {})}
    return reference.with_parts(**changes)


def lost_names(
    item: Any, lost: AbstractSet[Name], known: Reference, settings: Sage100Settings
) -> Iterator[tuple[str, str]]:
    """Yield pointer and code of each name in `item` that only lost master data gives.

    Args:
        item: In Sage's own codes.
        lost: Names of master data that does not go, and that Sage does not have.
        known: What Sage has or was given.
        settings: The plan that shares without a plan belong to.
    """
    for path, parts, place in _named(item, known, settings):
        if any((part, place) in lost for part in parts) and not any(
            place in (getattr(known, part) or ()) for part in parts
        ):
            yield path, place if isinstance(place, str) else place[-1]


def name_of(item: Any) -> Name:
    """Return the part of `Reference` that `item` belongs to, and its place there."""
    return _PARTS[type(item)], _place(item)


def is_known(item: Any, known: Reference) -> bool:
    """Return whether Sage has master data of this code, whatever it says."""
    return _place(item) in (getattr(known, _PARTS[type(item)]) or ())


_PARTIES: Final = ("customers", "suppliers")


def _named(
    item: Any, known: Reference, settings: Sage100Settings
) -> Iterator[tuple[str, tuple[str, ...], Any]]:
    party = getattr(item, "party", "")
    if party:
        yield "/party", _PARTIES, party
    project = getattr(item, "project", "")
    if project:
        plan = plan_number("", settings, known)
        yield "/project", ("dimension_values",), (plan, project)
    for name in ("lines", "movements"):
        parts: tuple[Any, ...] = getattr(item, name, ())
        for at, part in enumerate(parts):
            place = f"/{name}/{at}"
            party = getattr(part, "party", "")
            if party:
                yield f"{place}/party", _PARTIES, party
            said = [(one.dimension, one.value) for one in part.analytic]
            for dimension, value in (*said, *part.dimensions.items()):
                plan = plan_number(dimension, settings, known)
                yield place, ("dimension_values",), (plan, value)

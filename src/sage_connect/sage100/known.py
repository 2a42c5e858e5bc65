"""What is known of master data: the export, what was handed over since, the batch."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from ..model import Customer, DimensionValue, Reference, Supplier
from ..model.convert import from_dict
from .carries import tells_alike
from .registry import Registry

_PARTS: Final[Mapping[type, str]] = {
    Customer: "customers",
    Supplier: "suppliers",
    DimensionValue: "dimension_values",
}


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
    """Return `reference` with the batch's master data, also where none is known."""
    given = [*items]
    changes: dict[str, Any] = {}
    for kind, part in _PARTS.items():
        new = {_place(one): one for one in given if isinstance(one, kind)}
        if new or kind is Customer:
            changes[part] = {**new, **(getattr(reference, part) or {})}
    return reference.with_parts(**changes)

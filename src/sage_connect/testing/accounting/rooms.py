"""Who knows which resource."""

import functools
from collections.abc import Callable, Mapping
from typing import Final

from ...accounting.wire.facts import facts
from .fixtures import codes
from .records import CodeList, Records, Setting
from .users import Businesses, Users

_OWN: Final[Mapping[str, Callable[[str], Records]]] = {
    "businesses": Businesses,
    "user": Users,
}


def room_of(resource: str) -> Records:
    """Return who knows a resource."""
    return _rooms()[resource]


@functools.cache
def _rooms() -> Mapping[str, Records]:
    return {resource: _room(resource) for resource in facts().operations}


def _room(resource: str) -> Records:
    verbs = facts().operations[resource]
    if resource in _OWN:
        return _OWN[resource](resource)
    if resource in codes().lists:
        return CodeList(resource)
    if "get" in verbs and "{key}" not in verbs["get"].path:
        return Setting(resource)
    return Records(resource)

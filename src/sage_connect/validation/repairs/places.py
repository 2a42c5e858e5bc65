"""Reading and replacing what stands at a JSON pointer of a document."""

from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any, Final, TypeGuard

import attrs

from ...model.fields import FrozenMap

_NOTHING_THERE: Final = object()


def is_parts(value: object) -> TypeGuard[tuple[Any, ...]]:
    """Return whether `value` is a list of parts, as documents have them."""
    return isinstance(value, tuple)


def is_map(value: object) -> TypeGuard[FrozenMap[Any]]:
    """Return whether `value` is a mapping, as documents have them."""
    return isinstance(value, FrozenMap)


def at(document: object, path: str, otherwise: Any = None) -> Any:
    """Return what stands at `path`; `otherwise` where nothing does."""
    value: Any = document
    for step in _steps(path):
        value = _inside(value, step)
        if value is _NOTHING_THERE:
            return otherwise
    return value


def put(document: Any, path: str, value: object) -> Any:
    """Return `document` with `value` at `path`, which exists."""
    return _put(document, list(_steps(path)), value)


def left_out(document: Any, path: str) -> Any | None:
    """Return `document` without what stands at `path`: a field at its default, no entry.

    None where nothing stands there, or where the field cannot be left out.
    """
    steps = list(_steps(path))
    if not steps:
        return None
    *above, last = steps
    holder = at(document, "".join(f"/{_step(one)}" for one in above), _NOTHING_THERE)
    emptied: Any
    if is_map(holder):
        if last not in holder:
            return None
        emptied = FrozenMap({key: holder[key] for key in holder if key != last})
    elif is_parts(holder):
        if not last.isdigit() or int(last) >= len(holder):
            return None
        emptied = (*holder[: int(last)], *holder[int(last) + 1 :])
    else:
        field = fields_of(holder).get(last)
        if field is None or field.default is attrs.NOTHING:
            return None
        emptied = attrs.evolve(holder, **{last: field.default})
    return _put(document, above, emptied)


def differences(
    before: object, after: object, path: str = ""
) -> Iterator[tuple[str, object, object]]:
    """Yield the pointers at which two values differ, with what stands there in each."""
    if before == after:
        return
    if type(before) is type(after) and attrs.has(type(before)):
        for name in fields_of(before):
            yield from differences(
                getattr(before, name), getattr(after, name), f"{path}/{name}"
            )
    elif is_parts(before) and is_parts(after):
        for number, (one, other) in enumerate(zip_longest(before, after)):
            yield from differences(one, other, f"{path}/{number}")
    else:
        yield path, before, after


def _steps(path: str) -> Iterator[str]:
    for step in path.split("/")[1:]:
        yield step.replace("~1", "/").replace("~0", "~")


def _step(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def fields_of(holder: object) -> Mapping[str, "attrs.Attribute[Any]"]:
    """Return the fields of a document or a part of one; none of what is neither."""
    kind: Any = type(holder)
    return attrs.fields_dict(kind) if attrs.has(kind) else {}


def _inside(value: Any, step: str) -> Any:
    if is_map(value):
        return value.get(step, _NOTHING_THERE)
    if is_parts(value):
        known = step.isdigit() and int(step) < len(value)
        return value[int(step)] if known else _NOTHING_THERE
    return getattr(value, step) if step in fields_of(value) else _NOTHING_THERE


def _put(holder: Any, steps: list[str], value: object) -> Any:
    if not steps:
        return value
    step, *below = steps
    inner = _put(_inside(holder, step), below, value)
    if is_map(holder):
        return FrozenMap({**holder, step: inner})
    if is_parts(holder):
        return (*holder[: int(step)], inner, *holder[int(step) + 1 :])
    return attrs.evolve(holder, **{step: inner})

"""Documents with one optional field filled after the other: is each of them carried?"""

import datetime as dt
import enum
import types
import typing
from collections.abc import Callable, Hashable, Iterator
from decimal import Decimal
from functools import cache
from typing import Any, Final, Generic

import attrs
from typing_extensions import TypeVar

from ..model import AnalyticShare
from ..model.fields import FrozenMap

D = TypeVar("D", default=Any)

# No usual document says any of these.
_TEXT: Final = "FILLED7"
_NUMBER: Final = Decimal("7.25")
_DAY: Final = dt.date(2026, 1, 29)
_PLAIN: Final[dict[Any, tuple[Any, ...]]] = {
    str: (_TEXT,),
    Decimal: (_NUMBER,),
    dt.date: (_DAY,),
    bool: (True, False),
    int: (7,),
    bytes: (b"filled",),
}


@attrs.frozen
class Filled(Generic[D]):
    """A document, and the same with one more thing said.

    Attributes:
        path: JSON pointer to what is said: "/lines/0/item".
        before: Without it.
        after: With it.
    """

    path: str
    before: D
    after: D


def filled(document: D) -> Iterator[Filled[D]]:
    """Yield `document` with each optional field filled in turn, in all of its parts.

    A part that it lacks (a charge, an attachment, a share) is added first, with no more
    than it must have; then each of its own optional fields is filled. Of a choice, every
    other value is taken. Fields that are added to the model later are found without a
    change here.
    """

    def whole(value: Any) -> Any:
        return value

    yield from _filled(document, "", whole)


def _filled(part: Any, path: str, placed: Callable[[Any], Any]) -> Iterator[Filled[Any]]:
    """Fill the fields of `part`; `placed` puts a changed part into its document."""
    kind = _kind(part)
    for field in attrs.fields(kind):
        if field.default is attrs.NOTHING and not _is_tuple(_hints(kind)[field.name]):
            continue
        at = f"{path}/{field.name}"
        current = getattr(part, field.name)
        for sample in _samples(_hints(kind)[field.name]):
            stands = current and _is_tuple(_hints(kind)[field.name])
            if sample != current and not stands and not _is_mute(sample):
                after = attrs.evolve(part, **{field.name: sample})
                yield Filled(at, placed(part), placed(after))
        yield from _inside(part, field.name, at, placed)


def _inside(
    part: Any, name: str, path: str, placed: Callable[[Any], Any]
) -> Iterator[Filled[Any]]:
    """Fill the fields of what stands in a field, or would."""
    kind = _kind(part)
    current = getattr(part, name)
    samples: tuple[Any, ...] = (current,) if current else _samples(_hints(kind)[name])
    for sample in samples:
        first, rest = _split(sample)
        if attrs.has(_kind(first)):

            def in_tuple(changed: Any, rest: tuple[Any, ...] = rest) -> Any:
                return placed(attrs.evolve(part, **{name: (changed, *rest)}))

            yield from _filled(first, f"{path}/0", in_tuple)
        elif attrs.has(_kind(sample)):

            def in_field(changed: Any) -> Any:
                return placed(attrs.evolve(part, **{name: changed}))

            yield from _filled(sample, path, in_field)


def _is_mute(value: object) -> bool:
    """Say whether a part says nothing as long as none of its fields is filled."""
    kind = _kind(value)
    return attrs.has(kind) and all(
        one.default is not attrs.NOTHING for one in attrs.fields(kind)
    )


def _kind(value: object) -> Any:
    return type(value)


def _split(value: Any) -> tuple[Any, tuple[Any, ...]]:
    """The first member of a tuple, None where it is none, and the others."""
    return (None, ()) if not _is_filled(value) else (value[0], value[1:])


def _is_filled(value: object) -> bool:
    return isinstance(value, tuple) and value != ()


@cache
def _hints(kind: Hashable) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _is_tuple(hint: Any) -> bool:
    return typing.get_origin(hint) is tuple


def _samples(hint: Any) -> tuple[Any, ...]:  # noqa: PLR0911 - one for each kind of type
    """Values of the type `hint`; of a union, some of each kind."""
    if hint in _PLAIN:
        return _PLAIN[hint]
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in {typing.Union, types.UnionType}:
        return tuple(
            sample
            for one in arguments
            if one is not types.NoneType
            for sample in _samples(one)
        )
    if origin is tuple and arguments[0] is AnalyticShare:
        # Two: the weight of a single share says nothing.
        return ((AnalyticShare(_TEXT), AnalyticShare(f"{_TEXT}B")),)
    if origin is tuple:
        return tuple((sample,) for sample in _samples(arguments[0])[:1])
    if origin is FrozenMap:
        return (FrozenMap({_TEXT: _TEXT}),)
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return tuple(hint)
    if isinstance(hint, type) and attrs.has(hint):
        return (_least(hint),)
    raise TypeError(f"no sample of {hint!r} is known: add one")


def _least(kind: Any) -> Any:
    """An instance that says no more than it must."""
    return kind(
        **{
            field.name: _samples(_hints(kind)[field.name])[0]
            for field in attrs.fields(kind)
            if field.default is attrs.NOTHING
        }
    )

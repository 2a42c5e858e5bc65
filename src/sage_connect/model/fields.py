"""The attrs fields of documents: they hold the type, rules judge the content.

A wrong *type* raises `TypeError` at construction, since it is a fault of the program. A
wrong *content* (an empty party, a missing date) is a fault of the document: it can be
built, and a rule then says what is missing, with all else that is wrong.
"""

import datetime as dt
import enum
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, TypeVar, overload

import attrs

T = TypeVar("T")
V = TypeVar("V")


class FrozenMap(Mapping[str, V]):
    """A mapping that cannot be changed, can be hashed and pickled; in insertion order."""

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[str, V] | None = None) -> None:
        self._items: dict[str, V] = dict(items or {})

    def __getitem__(self, key: str) -> V:
        return self._items[key]

    @overload
    def get(self, key: str, /) -> V | None: ...
    @overload
    def get(self, key: str, default: V | T, /) -> V | T: ...
    def get(self, key: str, default: V | T | None = None, /) -> V | T | None:
        """Return the value of `key`, or `default`."""
        # Asked for every line of every document: the inherited one is five times slower.
        return self._items.get(key, default)

    def __contains__(self, key: object) -> bool:
        return key in self._items

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        return hash(frozenset(self._items.items()))

    def __repr__(self) -> str:
        return repr(self._items)


NOTHING: FrozenMap[Any] = FrozenMap()


def _refuse(
    holder: object, field: "attrs.Attribute[Any]", wanted: str, value: object
) -> None:
    raise TypeError(
        f"{type(holder).__name__}.{field.name} must be {wanted}, "
        f"not {type(value).__name__} {value!r}"
    )


def is_text(holder: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Raise TypeError unless `value` is a str."""
    if not isinstance(value, str):
        _refuse(holder, field, "a str", value)


def is_flag(holder: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Raise TypeError unless `value` is a bool."""
    if not isinstance(value, bool):
        _refuse(holder, field, "a bool", value)


def is_day(holder: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Raise TypeError unless `value` is a date without a time, or None.

    A `datetime` is refused, though it is a `date` to Python: which day it means depends on
    a time zone that an accounting date does not have.
    """
    if value is not None and (
        not isinstance(value, dt.date) or isinstance(value, dt.datetime)
    ):
        _refuse(holder, field, "a datetime.date (without a time) or None", value)


def is_amount(holder: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Raise TypeError unless it is a Decimal or None, ValueError unless it is finite."""
    if value is None:
        return
    if not isinstance(value, Decimal):
        _refuse(holder, field, f"a Decimal, such as Decimal({str(value)!r})", value)
    elif not value.is_finite():
        raise ValueError(
            f"{type(holder).__name__}.{field.name} must be a finite number, not {value}"
        )


def is_number(holder: object, field: "attrs.Attribute[Any]", value: object) -> None:
    """Raise TypeError unless `value` is a Decimal, ValueError unless it is finite."""
    if value is None:
        _refuse(holder, field, "a Decimal", value)
    is_amount(holder, field, value)


def exact(value: Decimal) -> Decimal:
    """Widen an `int` to the `Decimal` it is exactly; leave the rest to the validator."""
    given: object = value
    if isinstance(given, int) and not isinstance(given, bool):
        return Decimal(given)
    return value


def text(default: str = "") -> Any:
    """Return a field of text."""
    return attrs.field(default=default, validator=is_text)


def flag(*, default: bool = False) -> Any:
    """Return a field that is True or False."""
    return attrs.field(default=default, validator=is_flag)


def day() -> Any:
    """Return an optional field that is a calendar day."""
    return attrs.field(default=None, validator=is_day)


def amount(default: Decimal | None = None) -> Any:
    """Return an optional field that is an exact decimal number."""
    return attrs.field(default=default, converter=exact, validator=is_amount)


def one_of(kind: type | tuple[type, ...], default: object = attrs.NOTHING) -> Any:
    """Return a field that is an instance of `kind`; with `default=None`, or None."""

    def check(holder: object, field: "attrs.Attribute[Any]", value: object) -> None:
        if value is default or isinstance(value, kind):
            return
        kinds = kind if isinstance(kind, tuple) else (kind,)
        _refuse(holder, field, " or ".join(one.__name__ for one in kinds), value)

    return attrs.field(default=default, validator=check)


def choice(kind: type[enum.Enum], default: enum.Enum) -> Any:
    """Return a field that is a member of one of our closed enumerations."""
    return one_of(kind, default)


def all_are(kind: type | tuple[type, ...]) -> Callable[..., None]:
    """Return a validator: every member of the tuple is an instance of `kind`."""

    def check(
        holder: object, field: "attrs.Attribute[Any]", value: tuple[object, ...]
    ) -> None:
        for one in value:
            if not isinstance(one, kind):
                kinds = kind if isinstance(kind, tuple) else (kind,)
                wanted = " or ".join(each.__name__ for each in kinds)
                _refuse(holder, field, f"a tuple of {wanted}", one)

    return check


def as_tuple(value: Iterable[Any]) -> tuple[Any, ...]:
    """Return any iterable as a tuple; a str or mapping is never what is meant."""
    given: object = value
    if isinstance(given, str | bytes | Mapping):
        raise TypeError(f"expected a tuple, not {type(value).__name__} {value!r}")
    return value if isinstance(value, tuple) else tuple(value)


def mapping() -> Any:
    """Return a field that is a frozen mapping from text to text."""
    return attrs.field(default=NOTHING, converter=frozen, validator=are_texts)


def frozen(value: Mapping[str, Any]) -> FrozenMap[Any]:
    """Return any mapping as one that cannot be changed."""
    return value if isinstance(value, FrozenMap) else FrozenMap(value)


def are_texts(
    holder: object, field: "attrs.Attribute[Any]", value: Mapping[Any, object]
) -> None:
    """Raise TypeError unless `value` maps str to str."""
    for name, one in value.items():
        if not isinstance(name, str) or not isinstance(one, str):
            _refuse(holder, field, "a mapping from str to str", (name, one))

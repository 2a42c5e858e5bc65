"""What replies are made of: frozen objects that keep whatever they do not know.

Every field may be missing: a listing gives three of them, and even a whole record has some
that are null. A field that is missing or null reads as its default. What the shape does not
declare, and what is not of the declared kind (an impossible date, a blank), is kept just as
it came; `plain` gives back the JSON that a shape was read from, field for field.
"""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, ClassVar, Final, NoReturn, Self, TypeVar

from typing_extensions import dataclass_transform

from ...errors import CodecError

_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
_LONGEST: Final = 400


class BareNumber(Decimal):
    """A number that came as a JSON number, as few do; it is sent back as one."""

    __slots__ = ()


class _Aliased:
    """A field whose name on the wire is no name in Python, such as `$path`."""

    def __init__(self, wire: str) -> None:
        self._wire = wire

    def __get__(self, shape: "Shape | None", kind: type) -> Any:
        return None if shape is None else shape.__dict__.get(self._wire)


@dataclass_transform(kw_only_default=True, frozen_default=True)
class Shape:
    """A record, or a part of one, as Sage gives it.

    Made by decoding a reply; made by hand for tests. Values of fields: `str`, `bool`,
    `int`, `Decimal` for every `number`, `date`, aware `datetime`, other shapes, tuples.
    Two are equal that were read from the same JSON: null is not the same as missing.
    """

    # A plain class with its defaults as class attributes is made 30 times faster than an
    # attrs class, and the JSON object itself can serve as the instance's namespace.
    __slots__ = ("__dict__", "_rest")
    fields_on_wire: ClassVar[Mapping[str, str]] = _NOTHING
    _rest: dict[str, Any]

    def __init_subclass__(cls, *, aliases: Mapping[str, str] = _NOTHING) -> None:
        own = [name for name in cls.__annotations__ if not name.startswith("_")]
        for name, wire in aliases.items():
            setattr(cls, name, _Aliased(wire))
        cls.fields_on_wire = {
            **cls.fields_on_wire,
            **{name: aliases.get(name, name) for name in own},
        }

    def __init__(self, **values: Any) -> None:
        for name, value in values.items():
            if name not in self.fields_on_wire:
                raise TypeError(f"{type(self).__name__} has no field {name!r}")
            if isinstance(value, float):
                raise TypeError(f"{name} is a float: write Decimal({str(value)!r})")
        wire = self.fields_on_wire
        fill(self, {wire[name]: _frozen(value) for name, value in values.items()})

    @property
    def extra(self) -> Mapping[str, Any]:
        """A copy of what came and is not declared, or not of the declared kind."""
        known = self.fields_on_wire.values()
        return MappingProxyType(
            {
                name: copied(value)
                for name, value in self._kept().items()
                if value is not None or name not in known
            }
        )

    def replace(self, **changes: Any) -> Self:
        """Return a copy with other values in some fields."""
        changed = type(self)(**changes).__dict__
        rest = {name: one for name, one in self._kept().items() if name not in changed}
        return rebuilt(type(self), self.__dict__ | changed, rest)

    def plain(self) -> dict[str, Any]:
        """Return the JSON object that this was read from: numbers as text, dates as ISO.

        A number that came as one is one again, unless no binary number says just the same:
        then it is text.
        """
        said = {name: _plain(value) for name, value in self.__dict__.items()}
        for name, value in self._kept().items():
            said[name] = copied(value, bare=_bare)
        return said

    def _kept(self) -> Mapping[str, Any]:
        return getattr(self, "_rest", _NOTHING)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} is frozen: use `replace({name}=…)`")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} is frozen")

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self) or not isinstance(other, Shape):
            return NotImplemented
        return self.__dict__ == other.__dict__ and self._kept() == other._kept()

    def __hash__(self) -> int:
        return hash((type(self), getattr(self, "id", ""), getattr(self, "path", "")))

    def __repr__(self) -> str:
        values = ((name, self.__dict__.get(at)) for name, at in self.fields_on_wire.items())
        shown = [f"{name}={value!r}" for name, value in values if value is not None]
        extra = self.extra
        if extra:
            shown.append(f"extra={dict(extra)!r}")
        return f"{type(self).__name__}({', '.join(shown)})"

    def __reduce__(self) -> tuple[Any, ...]:
        return rebuilt, (type(self), self.__dict__, dict(self._kept()))


S = TypeVar("S", bound=Shape)

# What fills a frozen shape. For decoders alone.
fill: Final = Shape.__dict__["__dict__"].__set__
keep: Final = Shape.__dict__["_rest"].__set__


def rebuilt(kind: type[S], values: dict[str, Any], rest: dict[str, Any]) -> S:
    """Return a shape of these very values, unpickled or copied."""
    shape = object.__new__(kind)
    fill(shape, values)
    if rest:
        keep(shape, rest)
    return shape


def _frozen(value: Any) -> Any:
    return tuple(_any(value)) if isinstance(value, list) else value


def plain_value(value: Any, path: str = "") -> Any:  # noqa: C901 - one for each kind of value
    """Return `value` as JSON carries it to Sage.

    Raises:
        CodecError: It cannot be sent: a `float`, a `Decimal` that is no number, an object
            of another kind; names `path`.
    """
    match value:
        case None | str() | bool():
            return value
        case int():
            if value.bit_length() > 4 * _LONGEST:
                raise CodecError("a number of that size is no amount", path=path)
            return value
        case Decimal():
            if not value.is_finite() or abs(value.adjusted()) > _LONGEST:
                raise CodecError(f"{value} is no amount", path=path)
            return _plain(value)
        case Shape():
            return value.plain()
        case dt.datetime():
            if value.tzinfo is None:
                raise CodecError(
                    "a time without a zone",
                    path=path,
                    fix="Give it one: datetime(…, tzinfo=UTC).",
                )
            return _plain(value)
        case dt.date():
            return value.isoformat()
        case float():
            raise CodecError(
                f"expected a Decimal, an int or text, found the float {value!r}",
                path=path,
                fix=f'Write Decimal("{value}").',
            )
        case _:
            raise CodecError(
                f"a {type(value).__name__} cannot be sent to Sage Accounting", path=path
            )


def _plain(value: Any) -> Any:  # noqa: PLR0911 - one for each kind of value
    match value:
        case BareNumber():
            return _bare(value)
        case Decimal():
            return f"{value:f}"
        case Shape():
            return value.plain()
        case tuple():
            return [_plain(one) for one in _any(value)]
        case dt.datetime():
            return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
        case dt.date():
            return value.isoformat()
        case _:
            return value


def _bare(value: BareNumber) -> Any:
    """Return the JSON number: a binary one only where it says exactly the same."""
    exponent = value.as_tuple().exponent
    if exponent == 0 and abs(value.adjusted()) <= _LONGEST:
        return int(value)
    near = float(value)
    # Compared as text: that is how it goes out.
    return near if Decimal(repr(near)) == value else str(value)


def copied(tree: Any, *, bare: Any = None) -> Any:
    """Return a copy of a JSON tree, however deep; each `BareNumber` as `bare` gives it."""
    found: list[Any] = [tree]
    # Not recursive: Python ends where JSON does not.
    waiting: list[tuple[Any, Any]] = [(found, 0)]
    while waiting:
        holder, at = waiting.pop()
        value = holder[at]
        match value:
            case dict():
                holder[at] = members = dict(_any(value))
                waiting.extend((members, name) for name in members)
            case list():
                holder[at] = entries = [*_any(value)]
                waiting.extend((entries, place) for place in range(len(entries)))
            case BareNumber() if bare is not None:
                holder[at] = bare(value)
            case _:
                pass
    return found[0]


def _any(value: Any) -> Any:
    # Strict checkers call the parts of a matched container unknown.
    return value

"""What answers are made of: records that keep every text as it came.

A value is read when it is asked for, so an odd one costs nobody who does not want it, and
a page of records is little more than its texts. `record.totaldue` is a `Decimal`,
`record["TOTALDUE"]` the text; what the class does not declare, custom fields among it, is
in `record.extra` and under its name.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Final, NoReturn, TypeAlias, TypeVar

from ...plan.secret import MASK

Value: TypeAlias = "str | Record | tuple[str | Record | None, ...] | None"
"""A text, None for an empty one, a record for what is nested; several under one name."""

Texts: TypeAlias = dict[str, Value]
_NO_ATTRIBUTES: Final[Mapping[str, str]] = MappingProxyType({})
_SHOWN: Final = 3
_LONGEST_SHOWN: Final = 40
SECRETS: Final = frozenset({"SESSIONID", "PASSWORD", "USERPASSWORD", "LOGINPASSWORD"})
"""Names whose texts open doors. They are shown by no `repr` and enter no pickle."""
_PRIVATE: Final = SECRETS | {
    "ACCOUNTNUMBER",
    "ACHACCOUNTNUMBER",
    "ATTACHMENTDATA",
    "BANKACCOUNTNO",
    "BANKACCOUNTNUMBER",
    "CARDNUM",
    "SSN",
    "TAXID",
    "WIREACCOUNTNUMBER",
}


class Record:
    """An object, or a part of one, as Sage Intacct gives it. Frozen.

    Names are those of the answer, whose case follows the request; they are found in either
    case. Two records are equal that were read from the same elements.
    """

    __slots__ = ("_attributes", "_own", "_tag", "_texts")
    fields_on_wire: ClassVar[Mapping[str, str]] = MappingProxyType({})
    """Names in Python to names on the wire; empty for an object without a class."""

    _tag: str
    _texts: Texts

    def __init_subclass__(cls) -> None:
        own = {name: str(one) for name, one in vars(cls).items() if hasattr(one, "on_wire")}
        cls.fields_on_wire = MappingProxyType({**cls.fields_on_wire, **own})

    def __init__(
        self,
        tag: str = "",
        texts: Mapping[str, Value] = MappingProxyType({}),
        *,
        attributes: Mapping[str, str] = _NO_ATTRIBUTES,
        text: str = "",
    ) -> None:
        """Make a record by hand, as tests do.

        Args:
            tag: The element's name; the class's own where it is left out.
            texts: By name on the wire.
            attributes: Of the element itself.
            text: The element's own, where it is no container.
        """
        set_tag(self, tag or type(self).__name__)
        set_texts(self, {name: value or None for name, value in texts.items()})
        if attributes:
            set_attributes(self, dict(attributes))
        if text:
            set_own(self, text)

    @property
    def tag(self) -> str:
        """Name of the element, such as "CUSTOMER"."""
        return self._tag

    @property
    def text(self) -> str:
        """The element's own text: of `<application>GL</application>`, "GL"."""
        return getattr(self, "_own", "")

    @property
    def attributes(self) -> Mapping[str, str]:
        """Of the element itself; records of objects have none."""
        return MappingProxyType(getattr(self, "_attributes", _NO_ATTRIBUTES))

    @property
    def extra(self) -> Mapping[str, Value]:
        """What came and is not declared: custom fields, dimensions, newer ones."""
        declared = {name.upper() for name in self.fields_on_wire.values()}
        return MappingProxyType(
            {name: one for name, one in self._texts.items() if name.upper() not in declared}
        )

    def __getitem__(self, name: str) -> str:
        """Return the text of a field as it came, "" for an empty one.

        Of several under one name it is the first; `rows` gives all.

        Raises:
            KeyError: There is no such field in this answer.
        """
        value = self.raw(name)
        if value is None and name not in self:
            raise KeyError(name)
        first = value[0] if isinstance(value, tuple) else value
        return first.text if isinstance(first, Record) else first or ""

    def get(self, name: str, default: str = "") -> str:
        """Return the text of a field, or `default` where it is missing or empty."""
        return self[name] or default if name in self else default

    def raw(self, name: str) -> Value:
        """Return what is under `name`, nested records included, or None."""
        texts = self._texts
        value = texts.get(name)
        if value is None and name not in texts:
            value = texts.get(name.lower())
            if value is None:
                value = texts.get(name.upper())
        return value

    def rows(self, *path: str) -> "tuple[Record, ...]":
        """Return every element at `path` as a record: `rows("ENTRIES", "GLENTRY")`."""
        found: tuple[Record, ...] = (self,)
        for name in path:
            found = tuple(row for one in found for row in one._under(name))  # noqa: SLF001 - a record too
        return found

    def all_rows(self) -> "tuple[Record, ...]":
        """Return every element right below as a record."""
        return tuple(row for name in self._texts for row in self._under(name))

    def _under(self, name: str) -> "tuple[Record, ...]":
        value = self.raw(name)
        if value is None and name not in self:
            return ()
        several = value if isinstance(value, tuple) else (value,)
        return tuple(
            one if isinstance(one, Record) else Record(name, text=one or "")
            for one in several
        )

    def items(self) -> Iterator[tuple[str, Value]]:
        """Iterate over names and what is under them, in the order they came."""
        return iter(self._texts.items())

    def plain(self) -> dict[str, Any]:
        """Return texts, dicts and lists of them, as JSON can carry them.

        Attributes and the own text of an element stand under `@name` and `#text`.
        """
        said: dict[str, Any] = {f"@{name}": one for name, one in self.attributes.items()}
        if self.text:
            said["#text"] = self.text
        for name, value in self._texts.items():
            if isinstance(value, tuple):
                said[name] = [_plain(one) for one in value]
            else:
                said[name] = _plain(value)
        return said

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str):
            return False
        texts = self._texts
        return name in texts or name.lower() in texts or name.upper() in texts

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def __bool__(self) -> bool:
        # An element that is there is something, though it is empty.
        return True

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self) or not isinstance(other, Record):
            return NotImplemented
        return (
            self._tag == other._tag
            and self._texts == other._texts
            and self.text == other.text
            and self.attributes == other.attributes
        )

    def __hash__(self) -> int:
        return hash((self._tag, self.text, len(self._texts), self.get("RECORDNO")))

    def __repr__(self) -> str:
        shown = [f"@{name}={_shown(name, one)}" for name, one in self.attributes.items()]
        if self.text:
            shown.append(_shown(self._tag, self.text))
        filled = [name for name, one in self._texts.items() if one is not None]
        shown += [f"{name}={_shown(name, self._texts[name])}" for name in filled[:_SHOWN]]
        if len(filled) > _SHOWN:
            shown.append(f"and {len(filled) - _SHOWN} more")
        return f"{self._tag}({', '.join(shown)})"

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{self._tag} is frozen: {name} cannot be set")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{self._tag} is frozen: {name} cannot be deleted")

    def __copy__(self) -> "Record":
        return self

    def __deepcopy__(self, memo: object) -> "Record":
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        open_ = {
            name: MASK if value and name.upper() in SECRETS else value
            for name, value in self._texts.items()
        }
        own = MASK if self.text and self._tag.upper() in SECRETS else self.text
        return rebuilt, (type(self), self._tag, open_, dict(self.attributes), own)


R = TypeVar("R", bound=Record)

# What fills a frozen record. For readers of answers alone.
set_tag: Final[Callable[[Record, str], None]] = Record.__dict__["_tag"].__set__
set_texts: Final[Callable[[Record, Texts], None]] = Record.__dict__["_texts"].__set__
set_attributes: Final[Callable[[Record, dict[str, str]], None]] = Record.__dict__[
    "_attributes"
].__set__
set_own: Final[Callable[[Record, str], None]] = Record.__dict__["_own"].__set__


def rebuilt(
    kind: type[R], tag: str, texts: Texts, attributes: dict[str, str], own: str
) -> R:
    """Return a record of these very values, unpickled or read."""
    record = object.__new__(kind)
    set_tag(record, tag)
    set_texts(record, texts)
    if attributes:
        set_attributes(record, attributes)
    if own:
        set_own(record, own)
    return record


def _plain(value: "str | Record | None") -> Any:
    if not isinstance(value, Record):
        return value or ""
    if len(value) or value.attributes:
        return value.plain()
    return value.text


def _shown(name: str, value: Value) -> str:
    if name.upper() in _PRIVATE:
        return repr(MASK)
    if isinstance(value, tuple):
        return f"[{len(value)}]"
    if isinstance(value, Record):
        return "{…}"
    text = value or ""
    return repr(text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…")

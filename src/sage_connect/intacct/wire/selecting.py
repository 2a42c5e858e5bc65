"""What a query selects, and how it sorts."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Self

import attrs

from ...errors import CodecError
from .function import Fragment
from .texts import is_listed, legal, refuse
from .writing import Node

if TYPE_CHECKING:
    from .writing import Writer


def named(name: object, what: str) -> str:
    """Return the name of a field.

    Raises:
        CodecError: It is empty, or no text.
    """
    if not isinstance(name, str) or not name:
        raise CodecError(f"{what} needs the name of a field", path="field_name")
    return legal(name, "field_name")


@attrs.define(init=False)
class OfField(Fragment):
    """A fragment about one field.

    Attributes:
        field_name: The field; a dot reaches a related object (`CUSTOMER.NAME`).
    """

    verb: ClassVar[str] = ""

    field_name: str

    def __init__(self, field_name: str | None = None, *, field: str | None = None) -> None:
        self.field_name = (field if field_name is None else field_name) or ""

    def nodes(self, writer: "Writer", path: str = "") -> list[Node]:
        """Return the element that names the field.

        Raises:
            CodecError: There is no field.
        """
        writer.used.add(f"{path}field_name")
        return [Node(self.verb, named(self.field_name, type(self).__name__))]


@attrs.define(init=False)
class Field(OfField):
    """A field as it stands (`field`); beside an aggregate, what it is grouped by."""

    verb: ClassVar[str] = "field"


@attrs.define(init=False)
class Average(OfField):
    """The average of a field (`avg`)."""

    verb: ClassVar[str] = "avg"


@attrs.define(init=False)
class Count(OfField):
    """How many values a field has (`count`)."""

    verb: ClassVar[str] = "count"


@attrs.define(init=False)
class Maximum(OfField):
    """The greatest value of a field (`max`)."""

    verb: ClassVar[str] = "max"


@attrs.define(init=False)
class Minimum(OfField):
    """The smallest value of a field (`min`)."""

    verb: ClassVar[str] = "min"


@attrs.define(init=False)
class Sum(OfField):
    """The sum of a field (`sum`)."""

    verb: ClassVar[str] = "sum"


@attrs.define(init=False)
class OrderAscending(OfField):
    """Sort by a field, the smallest first (`order`)."""

    verb: ClassVar[str] = "ascending"

    def nodes(self, writer: "Writer", path: str = "") -> list[Node]:
        """Return the element that names the field and the direction.

        Raises:
            CodecError: There is no field.
        """
        writer.used.add(f"{path}field_name")
        name = named(self.field_name, type(self).__name__)
        return [Node("order", children=[Node("field", name), Node(self.verb)])]


@attrs.define(init=False)
class OrderDescending(OrderAscending):
    """Sort by a field, the greatest first (`order`)."""

    verb: ClassVar[str] = "descending"


@attrs.define(init=False)
class _Builder(Fragment):
    """Fragments one after the other, added by calls that return the builder itself.

    It is written as its only fragment, or within `wrap` where it has several.
    """

    wrap: ClassVar[str] = ""

    parts: list[OfField]

    def __init__(self) -> None:
        self.parts = []

    def nodes(self, writer: "Writer", path: str = "") -> list[Node]:
        """Return the one fragment, or all within the element that holds them.

        Raises:
            CodecError: There is none, or one has no field.
        """
        if not self.parts:
            raise CodecError(f"{type(self).__name__} holds nothing", path=f"{path}parts")
        writer.used.add(f"{path}parts")
        nodes = [node for one in self.parts for node in one.nodes(writer, path)]
        return nodes if len(nodes) == 1 else [Node(self.wrap, children=nodes)]

    def _add(self, kind: type[OfField], name: str) -> Self:
        self.parts.append(kind(named(name, kind.__name__)))
        return self


class SelectBuilder(_Builder):
    """What a query selects, step by step: `SelectBuilder().field("A").sum("B")`.

    Each step raises `CodecError` for an empty name.
    """

    wrap: ClassVar[str] = "select"

    def field(self, name: str) -> Self:
        """Add a field."""
        return self._add(Field, name)

    def fields(self, names: Iterable[str]) -> Self:
        """Add fields."""
        if not is_listed(names):
            refuse("fields", "a list of names", names)
        for name in names:
            self._add(Field, name)
        return self

    def avg(self, name: str) -> Self:
        """Add the average of a field."""
        return self._add(Average, name)

    def count(self, name: str) -> Self:
        """Add how many values a field has."""
        return self._add(Count, name)

    def max(self, name: str) -> Self:
        """Add the greatest value of a field."""
        return self._add(Maximum, name)

    def min(self, name: str) -> Self:
        """Add the smallest value of a field."""
        return self._add(Minimum, name)

    def sum(self, name: str) -> Self:
        """Add the sum of a field."""
        return self._add(Sum, name)

    def get_fields(self) -> list[OfField]:
        """Return what was added."""
        return list(self.parts)


class OrderBuilder(_Builder):
    """How a query sorts, step by step: `OrderBuilder().ascending("RECORDNO")`.

    Each step raises `CodecError` for an empty name.
    """

    wrap: ClassVar[str] = "orderby"

    def ascending(self, name: str) -> Self:
        """Sort by a field, the smallest first."""
        return self._add(OrderAscending, name)

    def descending(self, name: str) -> Self:
        """Sort by a field, the greatest first."""
        return self._add(OrderDescending, name)

    def get_orders(self) -> list[OfField]:
        """Return what was added."""
        return list(self.parts)

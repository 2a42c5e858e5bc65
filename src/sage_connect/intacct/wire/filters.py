"""Which records a query finds."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar, Final, Self, TypeAlias

import attrs

from ...errors import CodecError
from .function import Fragment, Scalar
from .selecting import named
from .texts import is_listed, items, refuse, scalar
from .writing import Node

if TYPE_CHECKING:
    from .writing import Writer

_ENDS: Final = 2


class Filtering(Fragment):
    """A condition; `&` and `|` join two."""

    __slots__ = ()

    def __and__(self, other: "Filtering") -> "AndOperator":
        return AndOperator(
            filters=[*_within(self, AndOperator), *_within(other, AndOperator)]
        )

    def __or__(self, other: "Filtering") -> "OrOperator":
        return OrOperator(filters=[*_within(self, OrOperator), *_within(other, OrOperator)])


@attrs.define(init=False)
class Filter(Filtering):
    """One comparison: `Filter("RECORDNO").greater_than(100)`.

    Each comparison sets the filter and returns it. `%` and `_` are wild in `like`.

    Attributes:
        field_name: The field; a dot reaches a related object.
        operation: The element, such as `equalto`; "" until a comparison is called.
        values: What it is compared with.
    """

    field_name: str
    operation: str
    values: tuple[Scalar, ...]

    def __init__(self, field_name: str | None = None, *, field: str | None = None) -> None:
        self.field_name = (field if field_name is None else field_name) or ""
        self.operation = ""
        self.values = ()

    def equal_to(self, value: Scalar) -> Self:
        """Is the value."""
        return self._set("equalto", value)

    def not_equal_to(self, value: Scalar) -> Self:
        """Is not the value."""
        return self._set("notequalto", value)

    def less_than(self, value: Scalar) -> Self:
        """Is less."""
        return self._set("lessthan", value)

    def less_than_or_equal_to(self, value: Scalar) -> Self:
        """Is the value or less."""
        return self._set("lessthanorequalto", value)

    def greater_than(self, value: Scalar) -> Self:
        """Is more."""
        return self._set("greaterthan", value)

    def greater_than_or_equal_to(self, value: Scalar) -> Self:
        """Is the value or more."""
        return self._set("greaterthanorequalto", value)

    def between(self, *values: Scalar | Sequence[Scalar]) -> Self:
        """Is one of two values, or between them; two arguments or one pair.

        Raises:
            CodecError: There are not two.
        """
        ends = _flat(values)
        if len(ends) != _ENDS:
            refuse("values", "two values", ends)
        return self._set("between", *ends)

    def in_(self, *values: Scalar | Iterable[Scalar]) -> Self:
        """Is one of the values; arguments or one list.

        Raises:
            CodecError: There is none.
        """
        return self._any("in", values)

    def not_in(self, *values: Scalar | Iterable[Scalar]) -> Self:
        """Is none of the values; arguments or one list.

        Raises:
            CodecError: There is none.
        """
        return self._any("notin", values)

    def like(self, value: str) -> Self:
        """Looks like the pattern."""
        return self._set("like", value)

    def not_like(self, value: str) -> Self:
        """Does not look like the pattern."""
        return self._set("notlike", value)

    def is_null(self) -> Self:
        """Has no value."""
        return self._set("isnull")

    def is_not_null(self) -> Self:
        """Has a value."""
        return self._set("isnotnull")

    def nodes(self, writer: "Writer", path: str = "") -> list[Node]:
        """Return the element of the comparison.

        Raises:
            CodecError: There is no field, no comparison, or a value cannot be written.
        """
        if not self.operation:
            raise CodecError("Filter needs a comparison", path=f"{path}operation")
        writer.used |= {f"{path}{name}" for name in ("field_name", "operation", "values")}
        name = Node("field", named(self.field_name, "Filter"))
        texts = [scalar(value, f"{path}values") for value in self.values]
        values = [Node("value", text) for text in texts]
        return [Node(self.operation, children=[name, *values])]

    def _any(self, operation: str, values: Iterable[object]) -> Self:
        flat = _flat(values)
        if not flat:
            refuse("values", "at least one value", flat)
        return self._set(operation, *flat)

    def _set(self, operation: str, *values: Scalar) -> Self:
        for value in values:
            scalar(value, "values")
        self.operation = operation
        self.values = values
        return self


# `in` is no name that Python could call, but what the retired SDKs call it.
setattr(Filter, "in", Filter.in_)


@attrs.define(init=False)
class AndOperator(Filtering):
    """All of two or more filters (`and`).

    Attributes:
        filters: In the order they are written.
    """

    verb: ClassVar[str] = "and"

    filters: list[Filtering]

    def __init__(self, filters: Iterable[Filtering] | None = None) -> None:
        self.filters = list(filters or ())

    def add_filter(self, one: Filtering) -> Self:
        """Add a filter, and return this."""
        self.filters.append(one)
        return self

    def nodes(self, writer: "Writer", path: str = "") -> list[Node]:
        """Return the element that holds the filters.

        Raises:
            CodecError: There are fewer than two, or one cannot be written.
        """
        at = f"{path}filters"
        if len(self.filters) < _ENDS:
            raise CodecError(f"{self.verb} needs two filters or more", path=at)
        for index, one in enumerate(self.filters):
            if not isinstance(one, Filtering):
                refuse(f"{at}/{index}", "a filter", one)
        return [Node(self.verb, children=writer.fragments(self.filters, at, ()))]


class OrOperator(AndOperator):
    """One of two or more filters (`or`).

    Attributes:
        filters: In the order they are written.
    """

    verb: ClassVar[str] = "or"


AnyFilter: TypeAlias = Filter | AndOperator | OrOperator


def _flat(values: Iterable[object]) -> tuple[Scalar, ...]:
    """Return arguments, or the items of the only one if it is a list."""
    given = tuple(values)
    if len(given) == 1 and is_listed(given[0]):
        given = tuple(items(given[0], "values"))
    for value in given:
        scalar(value, "values")
    return given  # type: ignore[return-value]  # each was just seen to be a scalar


def _within(one: Filtering, kind: type[AndOperator]) -> Iterable[Filtering]:
    """Yield what `one` joins in the same way, so that a chain stays flat."""
    if type(one) is kind:
        return one.filters
    if not isinstance(one, Filtering):
        refuse("filters", "a filter", one)
    return (one,)

"""Queries: `query("ARINVOICE").select("RECORDNO").where(field("TOTALDUE") > 0)`."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self

import attrs

from ...errors import CodecError
from .filters import AndOperator, Filter, Filtering
from .function import Function, Scalar
from .selecting import (
    Average,
    Count,
    Field,
    Maximum,
    Minimum,
    OfField,
    OrderAscending,
    OrderBuilder,
    OrderDescending,
    SelectBuilder,
    Sum,
)
from .texts import is_listed, legal, refuse, within
from .writing import Node

if TYPE_CHECKING:
    from .writing import Writer

LARGEST_PAGE: Final = 2000
"""The most records that one page of a query can hold."""


@attrs.define(kw_only=True)
class Query(Function):
    """Read records that fit a filter (`query`), page by page. Changes nothing.

    Required: what it selects, and the object. Each step below sets the query itself and
    returns it, as in the retired SDKs; `query()` makes one whose steps leave it as it is.

    There is no order unless one is given, and each page is a new search: page by a filter
    on `RECORDNO`, ordered by it, where nothing may be lost.

    Source: the reference [O].

    Attributes:
        object_name: What is read, such as `ARINVOICE`.
        select_fields: Fields and aggregates.
        condition: Which records; None for all.
        orders: How they are sorted.
    """

    select_fields: list[OfField] = attrs.field(factory=list[OfField])
    object_name: str | None = None
    condition: Filtering | None = None
    orders: list[OfField] = attrs.field(factory=list[OfField])
    _doc_par_id: str | None = attrs.field(default=None, alias="doc_par_id")
    _case_insensitive: bool = attrs.field(default=False, alias="case_insensitive")
    _show_private: bool = attrs.field(default=False, alias="show_private")
    _page_size: int | None = attrs.field(default=None, alias="page_size")
    _offset: int | None = attrs.field(default=None, alias="offset")

    def select(
        self, *what: "str | OfField | Column | SelectBuilder | Iterable[Any]"
    ) -> Self:
        """Select fields and aggregates, instead of those before.

        Args:
            what: Names, columns (`field("A")`), aggregates, or one list or builder of such.

        Raises:
            CodecError: There is none, or a name is empty.
        """
        return self._step(select_fields=_selected(what, "select_fields"))

    def from_(self, name: str) -> Self:
        """Read records of the object `name`."""
        return self._step(object_name=name)

    def where(self, condition: Filtering) -> Self:
        """Read only records that fit this and the conditions before."""
        before = self.condition
        if not isinstance(condition, Filtering):
            refuse("condition", "a condition, such as field('A') > 0", condition)
        return self._step(condition=condition if before is None else before & condition)

    def filter(self, condition: Filtering) -> Self:
        """Read only records that fit, whatever the condition before."""
        if not isinstance(condition, Filtering):
            refuse("condition", "a filter", condition)
        return self._step(condition=condition)

    def order_by(
        self, *orders: "str | OfField | Column | OrderBuilder | Iterable[Any]"
    ) -> Self:
        """Sort the records.

        Args:
            orders: Names, columns (`field("A").descending()`), or one list or builder.

        Raises:
            CodecError: There is none, or a name is empty.
        """
        return self._step(orders=_sorted(orders))

    def doc_par_id(self, name: str | None) -> Self:
        """Read documents of one transaction definition.

        Raises:
            CodecError: It is empty.
        """
        if not isinstance(name, str) or not name:
            refuse("doc_par_id", "the name of a transaction definition", name)
        return self._step(doc_par_id=name)

    def case_insensitive(self, on: bool = True) -> Self:  # noqa: FBT001, FBT002  # SDKs'
        """Compare texts whatever their case."""
        return self._step(case_insensitive=on)

    def show_private(self, on: bool = True) -> Self:  # noqa: FBT001, FBT002  # SDKs'
        """Read records of private entities too; at top level."""
        return self._step(show_private=on)

    def page_size(self, size: int) -> Self:
        """Read at most `size` records.

        Raises:
            CodecError: It is not from 1 to 2000.
        """
        return self._step(page_size=within(size, "page_size", 1, LARGEST_PAGE))

    def offset(self, start: int) -> Self:
        """Leave out the first `start` records.

        Raises:
            CodecError: It is negative.
        """
        return self._step(offset=within(start, "offset", 0, None))

    def nodes(self, writer: "Writer", path: str = "") -> list[Node]:
        """Return `<query>`.

        Raises:
            CodecError: Nothing is selected, there is no object, or a part is none.
        """
        selected = _selected([self.select_fields], "select_fields")
        if not self.object_name:
            raise CodecError("Query needs object_name", path="object_name")
        for field in attrs.fields(type(self)):
            writer.used.add(path + field.name.lstrip("_"))
        below = [
            Node("select", children=writer.fragments(selected, "select_fields", ())),
            Node("object", legal(self.object_name, "object_name")),
        ]
        if self._doc_par_id is not None:
            below.append(Node("docparid", legal(self._doc_par_id, "doc_par_id")))
        if self.condition is not None:
            inner = writer.fragment(self.condition, "condition", ())
            below.append(Node("filter", children=inner))
        if self.orders:
            inner = writer.fragments(_sorted([self.orders]), "orders", ())
            below.append(Node("orderby", children=inner))
        options = [("caseinsensitive", self._case_insensitive)]
        options.append(("showprivate", self._show_private))
        if switched := [Node(name, "true") for name, on in options if on]:
            below.append(Node("options", children=switched))
        if self._page_size is not None:
            size = within(self._page_size, "page_size", 1, LARGEST_PAGE)
            below.append(Node("pagesize", str(size)))
        if self._offset is not None:
            below.append(Node("offset", str(within(self._offset, "offset", 0, None))))
        return [Node("query", children=below)]

    def _step(self, **changes: Any) -> Self:
        for name, value in changes.items():
            own = name if name in {"select_fields", "object_name", "condition"} else ""
            setattr(self, own or (name if name == "orders" else f"_{name}"), value)
        return self


# `from` is no name that Python could call, but what the retired SDKs call it.
setattr(Query, "from", Query.from_)


class BuiltQuery(Query):
    """A query whose steps return another and leave it as it is: see `query()`."""

    def _step(self, **changes: Any) -> Self:
        return attrs.evolve(self, **changes)


class Column:
    """A field, to compare and to sort by: see `field()`.

    `==`, `!=`, `<`, `<=`, `>`, `>=` make conditions, which `&` and `|` join.
    """

    __slots__ = ("name",)
    __hash__: ClassVar[None] = None  # type: ignore[assignment]  # `==` makes a condition

    def __init__(self, name: str) -> None:
        self.name: str = name

    def __repr__(self) -> str:
        return f"field({self.name!r})"

    def __eq__(self, value: object) -> Filter:  # type: ignore[override]  # a condition
        return self._compared("equal_to", "is_null", value)

    def __ne__(self, value: object) -> Filter:  # type: ignore[override]  # a condition
        return self._compared("not_equal_to", "is_not_null", value)

    def __lt__(self, value: Scalar) -> Filter:
        return Filter(self.name).less_than(value)

    def __le__(self, value: Scalar) -> Filter:
        return Filter(self.name).less_than_or_equal_to(value)

    def __gt__(self, value: Scalar) -> Filter:
        return Filter(self.name).greater_than(value)

    def __ge__(self, value: Scalar) -> Filter:
        return Filter(self.name).greater_than_or_equal_to(value)

    def between(self, low: Scalar, high: Scalar) -> Filter:
        """Is one of two values, or between them."""
        return Filter(self.name).between(low, high)

    def in_(self, *values: Scalar | Iterable[Scalar]) -> Filter:
        """Is one of the values."""
        return Filter(self.name).in_(*values)

    def not_in(self, *values: Scalar | Iterable[Scalar]) -> Filter:
        """Is none of the values."""
        return Filter(self.name).not_in(*values)

    def like(self, pattern: str) -> Filter:
        """Looks like the pattern, in which `%` and `_` are wild."""
        return Filter(self.name).like(pattern)

    def not_like(self, pattern: str) -> Filter:
        """Does not look like the pattern."""
        return Filter(self.name).not_like(pattern)

    def is_null(self) -> Filter:
        """Has no value."""
        return Filter(self.name).is_null()

    def is_not_null(self) -> Filter:
        """Has a value."""
        return Filter(self.name).is_not_null()

    def ascending(self) -> OrderAscending:
        """Sort by it, the smallest first."""
        return OrderAscending(self.name)

    def descending(self) -> OrderDescending:
        """Sort by it, the greatest first."""
        return OrderDescending(self.name)

    def sum(self) -> Sum:
        """Select its sum."""
        return Sum(self.name)

    def count(self) -> Count:
        """Select how many values it has."""
        return Count(self.name)

    def average(self) -> Average:
        """Select its average."""
        return Average(self.name)

    def maximum(self) -> Maximum:
        """Select its greatest value."""
        return Maximum(self.name)

    def minimum(self) -> Minimum:
        """Select its smallest value."""
        return Minimum(self.name)

    def _compared(self, verb: str, null: str, value: object) -> Filter:
        made = Filter(self.name)
        compared: Filter = (
            getattr(made, null)() if value is None else getattr(made, verb)(value)
        )
        return compared


def query(name: str) -> BuiltQuery:
    """Return a query on the object `name`; each step returns another query.

    `query("ARINVOICE").select("RECORDNO").where(field("TOTALDUE") > 0)`
    """
    return BuiltQuery(object_name=name)


def field(name: str) -> Column:
    """Return the field `name`, to compare and to sort by."""
    return Column(name)


def _selected(what: Iterable[Any], path: str) -> list[OfField]:
    parts = [_part(one, Field) for one in _listed(what)]
    if not parts:
        raise CodecError("Query needs select_fields: what it reads", path=path)
    return parts


def _sorted(orders: Iterable[Any]) -> list[OfField]:
    parts = [_part(one, OrderAscending) for one in _listed(orders)]
    if not parts or not all(isinstance(one, OrderAscending) for one in parts):
        refuse("orders", "fields to sort by", parts)
    return parts


def _listed(given: Iterable[Any]) -> list[Any]:
    """Return arguments, or what the only one holds if it is a list or a builder."""
    listed = list(given)
    if len(listed) == 1:
        only = listed[0]
        if isinstance(only, SelectBuilder | OrderBuilder):
            return list(only.parts)
        if is_listed(only):
            return list(only)
    return listed


def _part(one: object, kind: type[OfField]) -> OfField:
    if isinstance(one, OfField):
        return one
    name = one.name if isinstance(one, Column) else one
    if not isinstance(name, str) or not name:
        refuse("field_name", "the name of a field", one)
    return kind(name)


__all__ = (
    "AndOperator",
    "BuiltQuery",
    "Column",
    "Query",
    "field",
    "query",
)

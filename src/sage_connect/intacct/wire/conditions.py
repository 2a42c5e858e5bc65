"""Where-strings of `readByQuery`, quoted so that no value can become part of the query."""

import datetime as dt
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, ClassVar, Final, NoReturn, TypeAlias

import attrs

from ...errors import CodecError
from .filters import AndOperator, Filter, Filtering, OrOperator
from .texts import day, decimal, items, legal, number, refuse, scalar

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")
# The reference tells how a quote is escaped, and not what a backslash before one means [?].
_BACKSLASH: Final = re.compile(r"\\('|$)")
_SIGNS: Final = {
    "equalto": "=",
    "notequalto": "!=",
    "lessthan": "<",
    "lessthanorequalto": "<=",
    "greaterthan": ">",
    "greaterthanorequalto": ">=",
    "like": "LIKE",
    "notlike": "NOT LIKE",
    "in": "IN",
    "notin": "NOT IN",
}


def quoted(value: object, path: str = "value") -> str:
    """Return `value` in quotes.

    Raises:
        CodecError: It has a backslash before a quote or at its end, which could end the
            quotes, or holds what XML cannot.
    """
    text = scalar(value, path)
    if _BACKSLASH.search(text):
        refuse(path, "text without a backslash before a quote or at its end", value)
    return "'" + text.replace("'", "\\'") + "'"


def column(name: object, path: str = "field") -> str:
    """Return the name of a field.

    Raises:
        CodecError: It is more than a name.
    """
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        refuse(path, "the name of a field", name)
    return name


@attrs.define(kw_only=True)
class Condition:
    """A condition of a where-string; `str()` is the string.

    Attributes:
        negate: True for its opposite.
    """

    negate: bool = False

    def text(self) -> str:
        """Return the where-string.

        Raises:
            CodecError: A field or a value cannot be written.
        """
        raise NotImplementedError

    def __str__(self) -> str:
        return self.text()


@attrs.define(kw_only=True)
class QueryString(Condition):
    """A where-string of the caller's, as it is: quoting is the caller's business.

    Attributes:
        query: The string.
    """

    query: str = ""

    def text(self) -> str:
        """Return the where-string."""
        return f"NOT ({self.query})" if self.negate else self.query


@attrs.define(kw_only=True)
class Comparison(Condition):
    """A field compared with a value.

    Attributes:
        field: The field.
        value: What it is compared with, of the kind that the class is named after.
    """

    sign: ClassVar[str] = "="
    kind: ClassVar[str] = "string"

    field: str | None = None
    value: Any = None

    def text(self) -> str:
        """Return the where-string.

        Raises:
            CodecError: The field or the value cannot be written.
        """
        said = f"{column(self.field)} {self.sign} {_value(self.value, self.kind)}"
        return f"NOT {said}" if self.negate else said


@attrs.define(kw_only=True)
class EqualToNull(Condition):
    """A field without a value.

    Attributes:
        field: The field.
    """

    field: str | None = None

    def text(self) -> str:
        """Return the where-string.

        Raises:
            CodecError: The field cannot be written.
        """
        return f"{column(self.field)} IS {'NOT ' if self.negate else ''}NULL"


@attrs.define(kw_only=True)
class LikeString(Comparison):
    """A field that looks like a pattern, in which `%` and `_` are wild."""

    def text(self) -> str:
        """Return the where-string.

        Raises:
            CodecError: The field or the pattern cannot be written.
        """
        verb = "NOT LIKE" if self.negate else "LIKE"
        return f"{column(self.field)} {verb} {_value(self.value, 'string')}"


@attrs.define(kw_only=True)
class InArrayString(Comparison):
    """A field that is one of several texts."""

    def text(self) -> str:
        """Return the where-string.

        Raises:
            CodecError: There is no value, or one cannot be written.
        """
        listed = items(() if self.value is None else self.value, "value")
        if not listed:
            refuse("value", "at least one value", listed)
        values = ",".join(_value(item, self.kind) for item in listed)
        return f"{column(self.field)} {'NOT IN' if self.negate else 'IN'} ({values})"


@attrs.define(kw_only=True)
class InArrayInteger(InArrayString):
    """A field that is one of several whole numbers."""

    kind: ClassVar[str] = "integer"


def _listed(conditions: Iterable[Condition]) -> list[Condition]:
    return list(conditions)


@attrs.define(kw_only=True)
class AndCondition(Condition):
    """All of several conditions.

    Attributes:
        conditions: In the order they are written.
    """

    word: ClassVar[str] = "AND"

    conditions: list[Condition] = attrs.field(factory=list[Condition], converter=_listed)

    def add_condition(self, one: Condition) -> None:
        """Add a condition."""
        self.conditions.append(one)

    def text(self) -> str:
        """Return the where-string.

        Raises:
            CodecError: There is no condition, or one cannot be written.
        """
        if not self.conditions:
            raise CodecError(f"{type(self).__name__} needs conditions", path="conditions")
        said = f" {self.word} ".join(
            _condition(one, f"conditions/{index}")
            for index, one in enumerate(self.conditions)
        )
        return f"NOT ({said})" if self.negate else f"({said})"


@attrs.define(kw_only=True)
class OrCondition(AndCondition):
    """One of several conditions.

    Attributes:
        conditions: In the order they are written.
    """

    word: ClassVar[str] = "OR"


Where: TypeAlias = str | Condition | Filtering
"""A where-string: as text, as a condition, or as a filter of the newer query."""


def where(condition: object, path: str = "query") -> str:
    """Return the where-string of a condition or a filter; text is taken as it is.

    Raises:
        CodecError: A field or a value cannot be written, or a filter has no such form.
    """
    if isinstance(condition, str):
        return legal(condition, path)
    if isinstance(condition, Condition):
        return condition.text()
    if isinstance(condition, AndOperator):
        word = " OR " if isinstance(condition, OrOperator) else " AND "
        if not condition.filters:
            raise CodecError("a filter joins nothing", path=path)
        return f"({word.join(where(one, path) for one in condition.filters)})"
    if isinstance(condition, Filter):
        return _filter(condition, path)
    return refuse(path, "a where-string, a condition or a filter", condition)


def _filter(one: Filter, path: str) -> str:
    name = column(one.field_name, path)
    values = [_scalar(value, path) for value in one.values]
    match one.operation:
        case "isnull":
            return f"{name} IS NULL"
        case "isnotnull":
            return f"{name} IS NOT NULL"
        case "between":
            return f"({name} >= {values[0]} AND {name} <= {values[1]})"
        case "in" | "notin":
            return f"{name} {_SIGNS[one.operation]} ({','.join(values)})"
        case "":
            raise CodecError("the filter has no comparison", path=path)
        case operation:
            return f"{name} {_SIGNS[operation]} {values[0]}"


def _scalar(value: object, path: str) -> str:
    # Stored flags are letters, in where-strings only.
    if isinstance(value, bool):
        return "'T'" if value else "'F'"
    if isinstance(value, int | float | Decimal):
        return number(value, path)
    return quoted(value, path)


def _condition(one: object, path: str) -> str:
    if not isinstance(one, Condition):
        refuse(path, "a condition", one)
    return one.text()


def _value(value: object, kind: str) -> str:
    match kind:
        case "string":
            if not isinstance(value, str):
                _refuse("text", value)
            return quoted(value)
        case "integer":
            if isinstance(value, bool) or not isinstance(value, int):
                _refuse("a whole number", value)
            return str(value)
        case "date":
            return quoted(day(value, "value"))
        case "time":
            if isinstance(value, dt.datetime):
                return quoted(value)
            return quoted(dt.datetime.combine(day(value, "value"), dt.time()))
        case _:
            decimal(value, "value")
            return number(value, "value")


def _refuse(wanted: str, found: object) -> NoReturn:
    refuse("value", wanted, found)

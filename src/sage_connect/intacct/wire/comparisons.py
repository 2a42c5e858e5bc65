"""The comparisons of where-strings, by what they compare with."""

from typing import ClassVar

from .conditions import Comparison, InArrayInteger, InArrayString


class EqualToDate(Comparison):
    """A field that is the same as a date."""

    kind: ClassVar[str] = "date"


class EqualToDateTime(Comparison):
    """A field that is the same as a time."""

    kind: ClassVar[str] = "time"


class EqualToDecimal(Comparison):
    """A field that is the same as an exact number."""

    kind: ClassVar[str] = "number"


class EqualToFloat(Comparison):
    """A field that is the same as a number."""

    kind: ClassVar[str] = "number"


class EqualToInteger(Comparison):
    """A field that is the same as a whole number."""

    kind: ClassVar[str] = "integer"


class EqualToString(Comparison):
    """A field that is the same as a text."""


class GreaterThanDate(Comparison):
    """A field that is greater than a date."""

    sign: ClassVar[str] = ">"
    kind: ClassVar[str] = "date"


class GreaterThanDateTime(Comparison):
    """A field that is greater than a time."""

    sign: ClassVar[str] = ">"
    kind: ClassVar[str] = "time"


class GreaterThanDecimal(Comparison):
    """A field that is greater than an exact number."""

    sign: ClassVar[str] = ">"
    kind: ClassVar[str] = "number"


class GreaterThanFloat(Comparison):
    """A field that is greater than a number."""

    sign: ClassVar[str] = ">"
    kind: ClassVar[str] = "number"


class GreaterThanInteger(Comparison):
    """A field that is greater than a whole number."""

    sign: ClassVar[str] = ">"
    kind: ClassVar[str] = "integer"


class GreaterThanString(Comparison):
    """A field that is greater than a text."""

    sign: ClassVar[str] = ">"


class GreaterThanOrEqualToDate(Comparison):
    """A field that is at least a date."""

    sign: ClassVar[str] = ">="
    kind: ClassVar[str] = "date"


class GreaterThanOrEqualToDateTime(Comparison):
    """A field that is at least a time."""

    sign: ClassVar[str] = ">="
    kind: ClassVar[str] = "time"


class GreaterThanOrEqualToDecimal(Comparison):
    """A field that is at least an exact number."""

    sign: ClassVar[str] = ">="
    kind: ClassVar[str] = "number"


class GreaterThanOrEqualToFloat(Comparison):
    """A field that is at least a number."""

    sign: ClassVar[str] = ">="
    kind: ClassVar[str] = "number"


class GreaterThanOrEqualToInteger(Comparison):
    """A field that is at least a whole number."""

    sign: ClassVar[str] = ">="
    kind: ClassVar[str] = "integer"


class GreaterThanOrEqualToString(Comparison):
    """A field that is at least a text."""

    sign: ClassVar[str] = ">="


class LessThanDate(Comparison):
    """A field that is less than a date."""

    sign: ClassVar[str] = "<"
    kind: ClassVar[str] = "date"


class LessThanDateTime(Comparison):
    """A field that is less than a time."""

    sign: ClassVar[str] = "<"
    kind: ClassVar[str] = "time"


class LessThanDecimal(Comparison):
    """A field that is less than an exact number."""

    sign: ClassVar[str] = "<"
    kind: ClassVar[str] = "number"


class LessThanFloat(Comparison):
    """A field that is less than a number."""

    sign: ClassVar[str] = "<"
    kind: ClassVar[str] = "number"


class LessThanInteger(Comparison):
    """A field that is less than a whole number."""

    sign: ClassVar[str] = "<"
    kind: ClassVar[str] = "integer"


class LessThanString(Comparison):
    """A field that is less than a text."""

    sign: ClassVar[str] = "<"


class LessThanOrEqualToDate(Comparison):
    """A field that is at most a date."""

    sign: ClassVar[str] = "<="
    kind: ClassVar[str] = "date"


class LessThanOrEqualToDateTime(Comparison):
    """A field that is at most a time."""

    sign: ClassVar[str] = "<="
    kind: ClassVar[str] = "time"


class LessThanOrEqualToDecimal(Comparison):
    """A field that is at most an exact number."""

    sign: ClassVar[str] = "<="
    kind: ClassVar[str] = "number"


class LessThanOrEqualToFloat(Comparison):
    """A field that is at most a number."""

    sign: ClassVar[str] = "<="
    kind: ClassVar[str] = "number"


class LessThanOrEqualToInteger(Comparison):
    """A field that is at most a whole number."""

    sign: ClassVar[str] = "<="
    kind: ClassVar[str] = "integer"


class LessThanOrEqualToString(Comparison):
    """A field that is at most a text."""

    sign: ClassVar[str] = "<="


class InListInteger(InArrayInteger):
    """A field that is one of several whole numbers."""


class InListString(InArrayString):
    """A field that is one of several texts."""

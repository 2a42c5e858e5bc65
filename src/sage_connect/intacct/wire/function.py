"""What the gateway is asked: functions, and the fragments that they are made of."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

import attrs

from .layout import Layout

if TYPE_CHECKING:
    from .writing import Node, Writer

# A float, as the retired SDKs take it, is written by the shortest text that gives it back.
Number: TypeAlias = Decimal | int | float | str
"""An amount, a quantity or a rate. Text must be digits, with a point where needed."""

Text: TypeAlias = str | int
"""A text; an id may be given as the number that it looks like."""

Scalar: TypeAlias = str | bool | int | float | Decimal | dt.date
"""What one element can hold. A date goes as mm/dd/yyyy, a `datetime` with its time."""

CustomFields: TypeAlias = Mapping[str, Scalar | Sequence[Scalar] | None]
"""Values of custom fields by their integration names; None and "" clear."""

Fields: TypeAlias = Mapping[str, Any]
"""Values by element name: scalars, mappings, lists of mappings (the element repeated),
lists of scalars (joined by `#~#`), fragments; "" clears, None is left out."""


@attrs.define(kw_only=True)
class Part:
    """Something that is written as XML; subclasses are generated or follow their shape."""

    layout: ClassVar[Layout] = Layout("")

    def nodes(self, writer: "Writer", path: str = "") -> "list[Node]":
        """Return the elements that this is written as, without sending anything.

        Args:
            writer: Collects what was written.
            path: Before the names of fields in an error; "" or ending with a slash.

        Raises:
            CodecError: A field is missing, out of bounds or not of its kind; `path` is it.
        """
        return writer.written(self, self.layout, path)


@attrs.define(kw_only=True)
class Fragment(Part):
    """A piece of a function, such as a line of a bill."""


@attrs.define(kw_only=True)
class Function(Part):
    """One call of the gateway.

    Attributes:
        writes: True where it changes something in the company.
        control_id: 1 to 256 characters that the answer repeats, and by which the gateway
            knows a write again; None for a random UUID at each `encode`.
    """

    writes: ClassVar[bool] = False

    control_id: str | None = None

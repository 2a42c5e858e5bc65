"""Create, update and delete for objects that have no class of their own."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import attrs

from ...errors import CodecError
from .function import Fields, Function, Text
from .texts import element_name, is_mapping, items, joined, refuse
from .writing import Node

if TYPE_CHECKING:
    from .writing import Writer

# The most records that one call may carry.
_MOST = 100


@attrs.define(kw_only=True)
class _Whole(Function):
    """Records of one object, each with its fields."""

    writes: ClassVar[bool] = True
    verb: ClassVar[str] = ""

    object: str | None = None
    fields: Fields | Sequence[Fields] | None = None

    def nodes(self, writer: "Writer", path: str = "") -> list[Node]:
        """Return `<create>` or `<update>` with one element for each record.

        Raises:
            CodecError: The object or a field is none that can be written, or there is
                no record, or more than a hundred.
        """
        if not self.object:
            raise CodecError(f"{type(self).__name__} needs object", path=f"{path}object")
        name = element_name(self.object, f"{path}object")
        at = f"{path}fields"
        given: Any = self.fields
        if is_mapping(given):
            records = [Node(name, children=writer.tree(given, at))]
        else:
            listed = items(given or (), at)
            if not 1 <= len(listed) <= _MOST:
                refuse(at, f"1 to {_MOST} records", len(listed))
            records = [
                Node(name, children=writer.tree(one, f"{at}/{index}"))
                for index, one in enumerate(listed)
            ]
        writer.used |= {f"{path}object", at}
        return [Node(self.verb, children=records)]


@attrs.define(kw_only=True)
class Create(_Whole):
    """Create records of any generic object (`create`). Writes.

    Source: the reference [O].

    Attributes:
        object: Its name, such as `CUSTOMER`; custom objects too.
        fields: By element name, for one record, or a list of up to 100 such. A field that
            is a mapping holds its fields; a list of mappings repeats the element; a list
            of values is joined by `#~#`; None is left out, "" is written empty.
    """

    verb: ClassVar[str] = "create"


@attrs.define(kw_only=True)
class Update(_Whole):
    """Change records of any generic object (`update`). Writes.

    Lists of lines replace those of the record: send all that shall stay.

    Source: the reference [O].

    Attributes:
        object: Its name, such as `CUSTOMER`; custom objects too.
        fields: As of `Create`, with the id or `RECORDNO` of the record.
    """

    verb: ClassVar[str] = "update"


@attrs.define(kw_only=True)
class Delete(Function):
    """Delete records of any generic object (`delete`). Writes.

    Source: the reference [O].

    Attributes:
        object: Its name, such as `CUSTOMER`.
        keys: Record numbers, up to 100.
    """

    writes: ClassVar[bool] = True

    object: str | None = None
    keys: Text | Sequence[Text] | None = None

    def nodes(self, writer: "Writer", path: str = "") -> list[Node]:
        """Return `<delete>` with the object and its keys.

        Raises:
            CodecError: The object cannot be, or there is no key, or more than a hundred.
        """
        if not self.object:
            raise CodecError("Delete needs object", path=f"{path}object")
        name = element_name(self.object, f"{path}object")
        at = f"{path}keys"
        count = len(items(() if self.keys in (None, "") else self.keys, at))
        if not 1 <= count <= _MOST:
            refuse(at, f"1 to {_MOST} keys", count)
        writer.used |= {f"{path}object", at}
        return [
            Node(
                "delete",
                children=[Node("object", name), Node("keys", joined(self.keys, at, ","))],
            )
        ]

"""The table of all objects, as data.

`objects.json` beside this module is the one home of these facts: the tool that writes the
typed records reads it, and so does the simulator.
"""

import functools
import json
from collections.abc import Mapping
from importlib import resources
from typing import Any, Final

import attrs

LINES: Final = "lines:"
"""Begins the kind of a field that holds records of its own: "lines:APBILLITEM"."""


@attrs.frozen(kw_only=True)
class FieldFacts:
    """What is known of one field.

    Attributes:
        kind: "text", "integer", "decimal", "currency", "percent", "date", "timestamp",
            "boolean", "enum", "unknown", or `LINES` and the name of an object.
        label: As the product shows it; one company may have chosen another. Or "".
        required: Must be given when a record is made.
        read_only: Said to be so by the gateway, which does not say it of every field that
            it fills itself.
        values: Those it may have; empty for any.
    """

    kind: str
    label: str = ""
    required: bool = False
    read_only: bool = False
    values: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class ObjectFacts:
    """What is known of one object.

    Attributes:
        name: As the gateway spells it: "CUSTOMER", "supdoc".
        fields: By name, in the gateway's order. Names may have dots: fields of a related
            record; or end in "#", which no element can: such a field is in no answer.
        relations: Name of the relation to "OBJECT by FIELD".
        header: For lines: "OBJECT by FIELD" of the record that they belong to, or "".
        module: Whose it is, or "" where no source says.
        permission: What a role must have to see it, or "" where no source says.
        permission_stated: False where the permission is inferred from names of menus.
        read_by: The functions that read it.
    """

    name: str
    fields: Mapping[str, FieldFacts]
    relations: Mapping[str, str] = attrs.field(factory=dict[str, str])
    header: str = ""
    module: str = ""
    permission: str = ""
    permission_stated: bool = False
    read_by: str = "query, readByQuery"


@functools.cache
def object_facts() -> Mapping[str, ObjectFacts]:
    """Return the facts of all objects by name, read once in a process."""
    folder = resources.files(__name__.rpartition(".")[0])
    table: dict[str, Any] = json.loads(folder.joinpath("objects.json").read_text("utf-8"))
    return {
        name: ObjectFacts(
            name=name,
            **one
            | {"fields": {field: _field(noted) for field, noted in one["fields"].items()}},
        )
        for name, one in table["objects"].items()
    }


def _field(noted: str | list[str]) -> FieldFacts:
    first, *values = [noted] if isinstance(noted, str) else noted
    said, _, label = first.partition(": ")
    kind, *words = said.split()
    return FieldFacts(
        kind=kind,
        label=label,
        required="required" in words,
        read_only="read-only" in words,
        values=tuple(values),
    )

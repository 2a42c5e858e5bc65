"""What is known of each object: fields, their types, relations, module, right."""

import functools
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Final, TypeAlias

import attrs

from ...intacct.wire.object_facts import LINES, object_facts

Kind: TypeAlias = str

TEXT, INTEGER, NUMBER, DATE, BOOLEAN, STAMP, ENUM = "t", "i", "n", "d", "b", "s", "e"
_NAMES: Final = {
    TEXT: "TEXT",
    INTEGER: "INTEGER",
    NUMBER: "DECIMAL",
    DATE: "DATE",
    BOOLEAN: "BOOLEAN",
    STAMP: "TIMESTAMP",
    ENUM: "ENUM",
}
_KINDS: Final = {
    "text": TEXT,
    "integer": INTEGER,
    "decimal": NUMBER,
    "currency": NUMBER,
    "percent": NUMBER,
    "date": DATE,
    "timestamp": STAMP,
    "boolean": BOOLEAN,
    "enum": ENUM,
}
_CODE: Final = re.compile(r"\(([A-Z]+)\)")
_ALIASES: Final = {"JOURNAL": "GLJOURNAL", "ARPAYMENT": "ARPYMT", "APPAYMENT": "APPYMT"}


@attrs.frozen
class Field:
    """A field of an object.

    Attributes:
        name: In capitals, with dots for fields of embedded records.
        kind: Letter of its type.
        required: As lookup says; not always needed on create.
        read_only: As lookup says, which is no reason to refuse it.
        values: What it can be; empty for anything.
        label: As it is shown.
    """

    name: str
    kind: Kind
    required: bool = False
    read_only: bool = False
    values: tuple[str, ...] = ()
    label: str = ""

    @property
    def type(self) -> str:
        """Its type as lookup names it."""
        return _NAMES[self.kind]


@attrs.frozen
class Facts:
    """An object.

    Attributes:
        name: In capitals, but for the legacy ones.
        module: Code of its module; "" for one that is always there or not told.
        permission: The menu item that its rights are for.
        relations: By name: the object, and the field here that holds its key.
        fields: By name.
        lines: Fields that hold records of their own, and the object of those.
    """

    name: str
    module: str
    permission: str
    relations: Mapping[str, tuple[str, str]]
    fields: Mapping[str, Field]
    lines: Mapping[str, str]

    def kind(self, field: str) -> Kind:
        """Return the type of a field; text for a custom one."""
        known = self.fields.get(field)
        return known.kind if known is not None else kind_by_name(field)


def names() -> tuple[str, ...]:
    """Return the names of all objects."""
    return tuple(object_facts())


@functools.cache
def facts_of(name: str) -> Facts | None:
    """Return what is known of an object, however it is written; None for nothing."""
    table = object_facts()
    row = table.get(name.upper()) or table.get(name.lower())
    if row is None:
        return None
    fields = dict[str, Field]()
    lines = dict[str, str]()
    for called, told in row.fields.items():
        if told.kind.startswith(LINES):
            lines[called] = told.kind.removeprefix(LINES)
        elif not called.endswith("#"):
            fields[called] = Field(
                called,
                _kind(called, told.kind),
                told.required,
                told.read_only,
                tuple(value or "" for value in told.values),
                told.label,
            )
    relations = {
        relation: (to.partition(" by ")[0], to.partition(" by ")[2])
        for relation, to in row.relations.items()
    }
    permission = row.permission or row.name
    return Facts(
        row.name, _module(row.name, row.module), permission, relations, fields, lines
    )


def _kind(name: str, told: str) -> Kind:
    # Read from code that knows names only, whose numbers are texts.
    if name == "RECORDNO":
        return INTEGER
    return _KINDS.get(told) or kind_by_name(name)


def home_of(name: str) -> str:
    """Return the object that keeps the records of another name for it."""
    return _ALIASES.get(name, name)


def kind_by_name(field: str) -> Kind:
    """Return the type that the name of a field suggests."""
    if field.endswith("KEY") or field == "RECORDNO":
        return INTEGER
    if "AMOUNT" in field:
        return NUMBER
    return TEXT


def number(text: str) -> Decimal | None:
    """Return what a text says as a number; None for no number."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


_PREFIXES: Final = (
    ("AR", "AR"), ("CUST", "AR"), ("AP", "AP"), ("VEND", "AP"), ("GL", "GL"),
    ("STAT", "GL"), ("EEXP", "EE"), ("EXPENSE", "EE"), ("EPP", "EE"), ("PROJECT", "PA"),
    ("TASK", "PA"), ("TIMESHEET", "PA"), ("SODOC", "SO"), ("PODOC", "PO"),
    ("INVDOC", "INV"), ("WAREHOUSE", "INV"), ("CONTRACT", "CN"), ("TAX", "TX"),
    ("CCTRANS", "CM"), ("CHECKING", "CM"), ("SAVINGS", "CM"), ("DEPOSIT", "CM"),
)  # fmt: skip
# Shared by several modules: there with any of them.
_ANYWHERE: Final = frozenset({"CUSTOMER", "VENDOR", "ITEM", "TAXGROUP", "EMPLOYEE"})


def _module(name: str, told: str) -> str:
    if name in _ANYWHERE:
        return ""
    code = _CODE.search(told)
    if code is not None:
        return "" if code[1] == "CO" else code[1]
    return next((module for start, module in _PREFIXES if name.startswith(start)), "")

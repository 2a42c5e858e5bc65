"""The functions that post a document, and what Intacct must then say of it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import attrs

from ...errors import CodecError
from ...model.money import apportion
from ..kinds import Kind
from ..wire.function import Function

DOCUMENT: Final = "document"
"""The kind of what payments settle."""
PAYMENT: Final = "payment"
"""The kind of what refunds take back."""
EMPLOYEE: Final = "employee"
ITEM: Final = "item"
ACCOUNT: Final = "account"


@attrs.frozen(kw_only=True)
class Missing:
    """Something that a document names and the company lacks.

    Attributes:
        path: Where the document names it.
        kind: What it is: "customer", "account"…
        code: Its code there.
    """

    path: str
    kind: str
    code: str


@attrs.frozen(kw_only=True)
class Row:
    """A line as Intacct must have it.

    Attributes:
        fields: By the name of Intacct's field; amounts are `Decimal`.
        places: Paths in the document, by field.
        path: Of the whole line.
        parts: The same as several lines, where Intacct may split it; () where it does not.
        taxes: Record numbers of the tax details that Intacct adds to it, in order.
    """

    fields: Mapping[str, Any]
    places: Mapping[str, str]
    path: str
    parts: "tuple[Row, ...]" = ()
    taxes: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Encoded:
    """A document, ready to be sent.

    Attributes:
        kind: What it is in Intacct; None for master data.
        functions: In order; the last one makes the record.
        header: What the record's fields must come to, by name.
        rows: What its lines must come to, in order.
        places: Paths in the document, by field of the record.
        missing: What it names and the company lacks; it cannot be sent then.
        entity: Where it is posted; "" for the top level.
        number: What it is found by.
        reverses: True where it makes no record of its own, but takes back the one that it
            is found by.
    """

    kind: Kind | None
    functions: tuple[Function, ...]
    header: Mapping[str, Any]
    rows: tuple[Row, ...] = ()
    places: Mapping[str, str] = attrs.field(factory=dict[str, str])
    missing: tuple[Missing, ...] = ()
    entity: str = ""
    number: str = ""
    reverses: bool = False

    def place(self, field: str, line: int = 0, told: str = "") -> str:
        """Return the path in the document for a field of Intacct's; "" for the whole.

        Args:
            field: Its name, in any case.
            line: Number of the line, counted from 1; 0 for the record.
            told: What is said of it: where several lines have the field, the one is meant
                whose value is named there.
        """
        name = field.upper()
        if 0 < line <= len(self.rows):
            row = self.rows[line - 1]
            return row.places.get(name, row.path)
        if name in self.places:
            return self.places[name]
        named = [row for row in self.rows if name in row.places]
        if len({row.places[name] for row in named}) > 1:
            named = [row for row in named if _is_named(row.fields.get(name), told)]
        places = {row.places[name] for row in named}
        return places.pop() if len(places) == 1 else ""


def _is_named(value: Any, told: str) -> bool:
    text = re.escape(str(value))
    return bool(value) and re.search(rf"(?<!\w){text}(?!\w)", told) is not None


class Writing:
    """A record while it is written."""

    def __init__(self) -> None:
        self.header: dict[str, Any] = {}
        self.places: dict[str, str] = {}
        self.missing: list[Missing] = []
        self.rows: list[Row] = []

    def expect(self, field: str, value: Any, path: str) -> None:
        """Note what a field of the record must come to, and where it comes from."""
        self.places[field] = path
        if value not in (None, ""):
            self.header[field] = value

    def row(
        self,
        path: str,
        fields: Mapping[str, tuple[Any, str]],
        parts: Iterable[Mapping[str, Any]] = (),
        taxes: Iterable[str] = (),
    ) -> None:
        """Note what the next line must come to.

        Args:
            path: Of the line.
            fields: Values and paths, by field.
            parts: What is different in each of several lines that it may be split into.
            taxes: Record numbers of its tax details.
        """
        values = {name: value for name, (value, _) in fields.items()}
        places = {name: place for name, (_, place) in fields.items()}
        split = tuple(
            Row(fields=values | dict(part), places=places, path=path) for part in parts
        )
        row = Row(fields=values, places=places, path=path, parts=split)
        self.rows.append(attrs.evolve(row, taxes=tuple(taxes)))

    def lacks(self, path: str, kind: str, code: str) -> str:
        """Note that there is no `code`; return what a person sees in its place."""
        self.missing.append(Missing(path=path, kind=kind, code=code))
        return f"{{{kind} {code}}}"

    def encoded(
        self,
        kind: Kind | None,
        *functions: Function,
        entity: str = "",
        number: str = "",
        reverses: bool = False,
    ) -> Encoded:
        """Return what was written."""
        return Encoded(
            kind=kind,
            functions=functions,
            header=self.header,
            rows=tuple(self.rows),
            places=self.places,
            missing=tuple(self.missing),
            entity=entity,
            number=number,
            reverses=reverses,
        )


def parted(total: Decimal, weights: Sequence[Decimal], unit: Decimal) -> Sequence[Decimal]:
    """Return `total` divided by `weights`; see `apportion`.

    Raises:
        CodecError: It cannot be divided so. A document is looked up before rules judge it.
    """
    try:
        return apportion(total, weights, unit)
    except ValueError as error:
        raise CodecError(f"shares cannot be told: {error}") from error

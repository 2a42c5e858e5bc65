"""A request body, with the place in the caller's document that each part comes from."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import attrs

DOCUMENT: Final = "document"
"""The kind of what payments settle."""
ITEM: Final = "item"
CATEGORY: Final = "category"
"""The kind of values of analysis."""


@attrs.frozen(kw_only=True)
class Missing:
    """Something that a document names and the business lacks.

    Attributes:
        path: Where the document names it.
        pointer: Where it would stand in the body.
        kind: What it is: "customer", "account"…
        code: Its code there.
    """

    path: str
    pointer: str
    kind: str
    code: str


@attrs.frozen(kw_only=True)
class Encoded:
    """A record, ready to be sent.

    Attributes:
        resource: Such as "sales_invoices".
        body: Its fields in Sage's words; amounts are `Decimal`, days `date`.
        places: Pointers into the body to paths in the document.
        missing: What it names and the business lacks; it cannot be sent then.
        later: Pointers to what only posting itself gives.
        expected: Fields that Sage computes, and what they must come to.
        mark: What its reference begins with that is its own; "" where nothing is.
    """

    resource: str
    body: Mapping[str, Any]
    places: Mapping[str, str] = attrs.field(factory=dict[str, str])
    missing: tuple[Missing, ...] = ()
    later: frozenset[str] = frozenset()
    expected: Mapping[str, Decimal] = attrs.field(factory=dict[str, Decimal])
    mark: str = ""

    def place(self, pointer: str) -> str:
        """Return the path in the document for a pointer into the body; "" for the whole.

        The nearest enclosing part counts where the very part is not known.
        """
        while pointer:
            if pointer in self.places:
                return self.places[pointer]
            pointer = pointer.rpartition("/")[0]
        return ""


class Writing:
    """A body while it is written.

    Args:
        at: Pointer of this part in the whole body.
        whole: The writing that this is a part of.
    """

    def __init__(self, at: str = "", whole: "Writing | None" = None) -> None:
        self.fields: dict[str, Any] = {}
        self.places: dict[str, str] = {} if whole is None else whole.places
        self.missing: list[Missing] = [] if whole is None else whole.missing
        self.later: set[str] = set() if whole is None else whole.later
        self._at: str = at

    def put(self, name: str, value: Any, path: str = "") -> None:
        """Set a field, unless there is nothing to say."""
        if value is None or value == "":
            return
        self.fields[name] = value
        self.places[f"{self._at}/{name}"] = path

    def refer(self, name: str, id: str | None, path: str, kind: str, code: str) -> None:
        """Set a field to the id of what the document calls `code`."""
        self.put(name, id or self.lacks(name, path, kind, code), path)

    def lacks(self, name: str, path: str, kind: str, code: str) -> str:
        """Note that there is no id of `code`; return what a person sees in its place."""
        self.missing.append(
            Missing(path=path, pointer=f"{self._at}/{name}", kind=kind, code=code)
        )
        return f"{{{kind} {code}}}"

    def await_id(self, name: str, id: str | None, path: str, shown: str) -> None:
        """Set a field to an id that only posting gives; till then, to what it is of."""
        if id is None:
            self.later.add(f"{self._at}/{name}")
        self.put(name, id or f"{{{shown}}}", path)

    def part(self, name: str, path: str) -> "Writing":
        """Begin an object below this one."""
        inner = Writing(f"{self._at}/{name}", self)
        self.fields[name] = inner.fields
        self.places[f"{self._at}/{name}"] = path
        return inner

    def row(self, name: str, path: str) -> "Writing":
        """Begin the next object of a list below this one."""
        rows = self.fields.setdefault(name, [])
        inner = Writing(f"{self._at}/{name}/{len(rows)}", self)
        rows.append(inner.fields)
        # The list as a whole, where its length is at fault.
        self.places.setdefault(f"{self._at}/{name}", path.rpartition("/")[0])
        self.places[f"{self._at}/{name}/{len(rows) - 1}"] = path
        return inner

    def encoded(
        self,
        resource: str,
        expected: Mapping[str, Decimal] | None = None,
        *,
        mark: str = "",
    ) -> Encoded:
        """Return what was written."""
        return Encoded(
            resource=resource,
            body=self.fields,
            places=self.places,
            missing=tuple(self.missing),
            later=frozenset(self.later),
            expected=expected or {},
            mark=mark,
        )

"""From the caller's codes to the ledger's own, before anything is checked."""

from typing import Any, Final, TypeVar

import attrs

from ..model import AnalyticShare, Customer, DimensionValue, Item, Supplier, Tax
from ..model.fields import NOTHING, FrozenMap, are_texts, frozen

D = TypeVar("D")


@attrs.frozen(kw_only=True)
class Mapping:
    """The caller's codes to the ledger's. A code that is not named stays as it is.

    Attributes:
        accounts: General accounts.
        taxes: Tax codes.
        parties: Customers and suppliers.
        journals: Journals.
        items: Products and services.
        bank_accounts: Bank accounts.
        payment_terms: Terms of payment.
        dimensions: Axes of analysis.
        dimension_values: Values of axes: sections, projects.
        entities: Entities.
    """

    accounts: FrozenMap[str] = attrs.field(
        default=NOTHING, converter=frozen, validator=are_texts
    )
    taxes: FrozenMap[str] = attrs.field(
        default=NOTHING, converter=frozen, validator=are_texts
    )
    parties: FrozenMap[str] = attrs.field(
        default=NOTHING, converter=frozen, validator=are_texts
    )
    journals: FrozenMap[str] = attrs.field(
        default=NOTHING, converter=frozen, validator=are_texts
    )
    items: FrozenMap[str] = attrs.field(
        default=NOTHING, converter=frozen, validator=are_texts
    )
    bank_accounts: FrozenMap[str] = attrs.field(
        default=NOTHING, converter=frozen, validator=are_texts
    )
    payment_terms: FrozenMap[str] = attrs.field(
        default=NOTHING, converter=frozen, validator=are_texts
    )
    dimensions: FrozenMap[str] = attrs.field(
        default=NOTHING, converter=frozen, validator=are_texts
    )
    dimension_values: FrozenMap[str] = attrs.field(
        default=NOTHING, converter=frozen, validator=are_texts
    )
    entities: FrozenMap[str] = attrs.field(
        default=NOTHING, converter=frozen, validator=are_texts
    )


IDENTITY = Mapping()


# What the fields of documents and of their parts name.
_FIELDS: Final[dict[str, str]] = {
    "account": "accounts",
    "sales_account": "accounts",
    "purchase_account": "accounts",
    "tax_code": "taxes",
    "party": "parties",
    "journal": "journals",
    "item": "items",
    "bank_account": "bank_accounts",
    "payment_term": "payment_terms",
    "dimension": "dimensions",
    "project": "dimension_values",
    "entity": "entities",
}
# What the field `code` (`value` for a share) of these names.
_OWN: Final[dict[type, tuple[str, str]]] = {
    Tax: ("code", "taxes"),
    Customer: ("code", "parties"),
    Supplier: ("code", "parties"),
    Item: ("code", "items"),
    DimensionValue: ("code", "dimension_values"),
    AnalyticShare: ("value", "dimension_values"),
}
_PARTS: Final = ("lines", "charges", "movements", "taxes", "analytic")


def translated(document: D, by: Mapping) -> D:
    """Return `document` with its codes translated; itself for an empty mapping."""
    if by == IDENTITY:
        return document
    whole: Any = document
    changes: dict[str, Any] = {}
    for name, kind in _FIELDS.items():
        if hasattr(whole, name):
            changes[name] = _code(getattr(whole, name), kind, by)
    if type(whole) in _OWN:
        name, kind = _OWN[type(whole)]
        changes[name] = _code(getattr(whole, name), kind, by)
    for name in _PARTS:
        if hasattr(whole, name):
            changes[name] = tuple(translated(part, by) for part in getattr(whole, name))
    if hasattr(whole, "dimensions"):
        changes["dimensions"] = _dimensions(whole.dimensions, by)
    changed: D = attrs.evolve(whole, **changes)
    return changed


def _dimensions(given: FrozenMap[str], by: Mapping) -> dict[str, str]:
    found: dict[str, str] = {}
    for dimension, value in given.items():
        own = _code(dimension, "dimensions", by)
        # Two that become one would lose a value: the second keeps its name, for a rule to
        # refuse it.
        name = dimension if own in found else own
        found[name] = _code(value, "dimension_values", by)
    return found


def _code(code: str, kind: str, by: Mapping) -> str:
    codes: FrozenMap[str] = getattr(by, kind)
    return codes.get(code, code)

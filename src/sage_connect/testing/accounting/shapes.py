"""Records as replies show them: by the shapes of the API description."""

import functools
from collections.abc import Collection, Mapping
from typing import Any, Final, TypeAlias

import attrs

from ...accounting.wire.facts import SCALARS, facts
from .calls import Call
from .company import Company
from .kinds import is_list, is_object
from .references import homes, resource_of
from .rooms import room_of
from .store import Doc

Names: TypeAlias = Collection[str] | None
"""Fields that were asked for; None for all."""

ALWAYS: Final = frozenset({"id", "displayed_as", "$path"})
"""These come back whatever was asked for (documented)."""

# Shown only where a parameter such as `show_payments_allocations` asks for them.
_ON_DEMAND: Final = frozenset(
    {
        "analysis_type_categories",
        "balance_details",
        "corrections",
        "detailed_tax_analysis",
        "has_unfinished_recurring_invoices",
        "payments_allocations",
        "profit_analysis",
        "recurring_invoice",
    }
)
_SHOWN_BY_DEFAULT: Final = frozenset({("AnalysisType", "analysis_type_categories")})
# Sage's journals guide shows the whole account inside each line.
_WHOLE: Final = frozenset(
    {("JournalLine", "ledger_account"), ("BaseJournalLine", "ledger_account")}
)


@attrs.frozen
class _Slot:
    """A field that is more than a plain value.

    Attributes:
        name: Its name.
        shape: Its kind.
        resource: Whom an id in it belongs to; "" where the value says so itself.
        whole: Whether the record stands there in full.
        fields: Of a head: those that its shape has.
    """

    name: str
    shape: str
    resource: str
    whole: bool
    fields: frozenset[str]


@attrs.frozen
class _Plan:
    names: tuple[str, ...]
    on_demand: frozenset[str]
    slots: Mapping[str, _Slot]


@functools.cache
def _plan(shape: str) -> _Plan:
    fields = facts().shapes[shape]
    on_demand = frozenset(
        name
        for name in fields
        if name in _ON_DEMAND and (shape, name) not in _SHOWN_BY_DEFAULT
    )
    slots = {
        name: _Slot(
            name,
            field.kind,
            resource_of(name, field.kind),
            (shape, name) in _WHOLE,
            frozenset(facts().shapes[field.kind]) & ALWAYS,
        )
        for name, field in fields.items()
        if field.kind not in SCALARS and field.kind != "object"
    }
    # The sample of `/businesses` has paths, which that shape lacks.
    more = ("$path",) if shape == "Business" else ()
    names = (name for name in (*fields, *more) if name not in on_demand)
    return _Plan(tuple(names), on_demand, slots)


def render(
    company: Company, shape: str, doc: Doc, wanted: Names = None, nested: Names = ()
) -> Doc:
    """Return a record as a reply shows it.

    Args:
        company: Whose it is.
        shape: Its shape.
        doc: The record: references are ids, or "resource/id" where any may stand; what
            begins with `_` is not shown.
        wanted: The fields asked for by `attributes`.
        nested: Those asked for by `nested_attributes`, of the first level below only.
    """
    plan = _plan(shape)
    names = plan.names
    if wanted is not None:
        names = tuple(name for name in names if name in wanted or name in ALWAYS)
    get = doc.get
    reply: Doc = {name: get(name) for name in names}
    for name in plan.on_demand:
        if name in doc and (wanted is None or name in wanted):
            reply[name] = doc[name]
    for name, slot in plan.slots.items():
        value = reply.get(name)
        if value is not None:
            reply[name] = _filled(company, slot, value, nested)
    if "links" in reply:
        reply["links"] = [_link(doc)]
    return reply


def _link(doc: Doc) -> Doc:
    """Return where the record is on screen, as in the samples; here, nowhere."""
    return {
        "href": f"https://simulator.invalid{doc.get('$path')}",
        "rel": "alternate",
        "type": "text/html",
    }


def _filled(company: Company, slot: _Slot, value: Any, nested: Names) -> Any:
    if is_list(value):
        return [_filled(company, slot, item, nested) for item in value]
    if is_object(value):
        # A part of the record itself; its own parts are of the next level.
        return render(company, slot.shape, value)
    # "resource/id" where the field alone does not say whose the id is.
    own, _, id = value.rpartition("/")
    resource = own or slot.resource
    if slot.shape in homes() and slot.shape not in _LISTED:
        if slot.whole:
            return _whole(company, slot, resource, id, None)
        if nested is None or nested:
            return _whole(company, slot, resource, id, nested)
    head = company.head(resource, id)
    if head is None or len(slot.fields) == len(ALWAYS):
        return head
    return {name: text for name, text in head.items() if name in slot.fields}


# Entries of code lists have nothing more to show.
_LISTED: Final = frozenset(
    {
        "BankReconciliationStatus",
        "CoaGroupType",
        "Country",
        "MigrationStatus",
        "QuoteStatus",
    }
)


# Sage's sample of a journal has the balances of the accounts inside.
_INSIDE: Final = Call(
    method="GET", path="", query={"show_balance_details": "true"}, headers={}, body=b""
)


def _whole(company: Company, slot: _Slot, resource: str, id: str, nested: Names) -> Any:
    doc = company.get(resource, id)
    if doc is None:
        return None
    if resource in facts().operations:
        doc = room_of(resource).shown(company, doc, _INSIDE, alone=False)
    return render(company, slot.shape, doc, nested)


def asked(text: str | None) -> Names:
    """Return the names in `attributes` or `nested_attributes`; None for all."""
    if not text:
        return ()
    names = frozenset(name.strip() for name in text.split(","))
    return None if "all" in names else names

"""Documents with one field filled after the other."""

import datetime as dt
import types
import typing
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import attrs
import pytest

from sage_connect.model import (
    Address,
    Allocation,
    AnalyticShare,
    BankEntry,
    Charge,
    Customer,
    DimensionValue,
    Document,
    Item,
    JournalEntry,
    Line,
    MasterData,
    Movement,
    PartyBank,
    PartyTerm,
    Payment,
    Person,
    PurchaseCreditNote,
    PurchaseInvoice,
    SalesCreditNote,
    SalesInvoice,
    Supplier,
    Tax,
    Withholding,
)
from sage_connect.testing import filled

DAY = dt.date(2026, 1, 15)
LINE = Line(unit_price=Decimal(10))
TRADE: dict[str, Any] = {
    "number": "1",
    "date": DAY,
    "party": "C1",
    "currency": "EUR",
    "lines": (LINE,),
}
SAMPLES: list[Document | MasterData] = [
    SalesInvoice(**TRADE),
    SalesCreditNote(**TRADE),
    PurchaseInvoice(**TRADE),
    PurchaseCreditNote(**TRADE),
    Payment(date=DAY, party="C1", currency="EUR", amount=Decimal(10)),
    JournalEntry(
        journal="OD", date=DAY, currency="EUR", movements=(Movement(account="4"),)
    ),
    BankEntry(date=DAY, bank_account="BQ", currency="EUR", amount=Decimal(1)),
    Customer(code="C"),
    Supplier(code="S"),
    Item(code="I"),
    DimensionValue(dimension="1", code="A"),
]
# What each part says at least is filled with the part itself.
PARTS: dict[str, type] = {
    "lines": Line,
    "charges": Charge,
    "taxes": Tax,
    "analytic": AnalyticShare,
    "movements": Movement,
    "allocations": Allocation,
    "withholding": Withholding,
    "address": Address,
    "delivery_address": Address,
    "people": Person,
    "banks": PartyBank,
    "terms": PartyTerm,
}


def optional_paths(kind: Any, path: str = "") -> Iterator[str]:
    """Every optional field of a document, found by another way than `filled` takes."""
    hints = typing.get_type_hints(kind)
    for field in attrs.fields(kind):
        place = f"{path}/{field.name}"
        # The lines of an address are text.
        part = None if kind is Address else PARTS.get(field.name)
        many = typing.get_origin(hints[field.name]) is tuple
        if field.default is not attrs.NOTHING:
            yield place
        if part is not None:
            yield from optional_paths(part, f"{place}/0" if many else place)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: one.type)
def test_every_optional_field_of_every_part_is_filled(sample: Any) -> None:
    paths = {one.path for one in filled(sample)}
    # An address says nothing until one of its fields does.
    given = {"/lines", "/movements", "/address", "/delivery_address"}

    wanted = set(optional_paths(type(sample)))
    beside = {f"/attachments/0/{name}" for name in ("media_type", "description")}
    assert wanted - given <= paths
    assert paths - wanted <= beside


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: one.type)
def test_each_time_just_one_thing_more_is_said(sample: Any) -> None:
    for one in filled(sample):
        assert type(one.before) is type(one.after) is type(sample)
        assert one.before != one.after
        assert _differences(one.before, one.after) == 1, one.path


def _differences(before: Any, after: Any) -> int:
    """How many places differ, going down to the smallest parts that both have."""
    if type(before) is not type(after) or before == after:
        return int(before != after)
    if attrs.has(type(before)):
        pairs = [
            (getattr(before, one.name), getattr(after, one.name))
            for one in attrs.fields(type(before))
        ]
        return sum(_differences(*pair) for pair in pairs)
    if isinstance(before, tuple) and len(before) == len(after):
        return sum(map(_differences, before, after))
    return 1


def test_of_a_choice_every_other_value_is_taken() -> None:
    payment: Any = SAMPLES[4]
    kinds = {one.after.kind for one in filled(payment) if one.path == "/kind"}

    assert len(kinds) == 3


def test_other_parts_of_a_list_stay_as_they_are() -> None:
    document = SalesInvoice(**{**TRADE, "lines": (LINE, attrs.evolve(LINE, account="7"))})

    assert {one.after.lines[1].account for one in filled(document)} == {"7"}


def test_a_field_of_an_unknown_type_is_reported_rather_than_left_out() -> None:
    @attrs.frozen
    class New:
        field: types.SimpleNamespace | None = None

    with pytest.raises(TypeError, match=r"no sample of .*SimpleNamespace.* is known"):
        [*filled(New())]

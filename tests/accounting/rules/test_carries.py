"""Every field of every document is carried, or is told of; nothing is dropped."""

import datetime as dt
import enum
import typing
from decimal import Decimal
from typing import Any

import attrs
import pytest

import sage_connect
from sage_connect.accounting.carries import CARRIED
from sage_connect.accounting.settings import AccountingSettings, NotCarried, Policy
from sage_connect.model import DimensionValue, Item, SalesInvoice
from sage_connect.validation import Severity

from .company import (
    BANK,
    CATEGORY,
    CREDIT,
    CUSTOMER,
    ENTRY,
    INVOICE,
    ITEM,
    PAYMENT,
    PURCHASE,
    PURCHASE_CREDIT,
    SUPPLIER,
    invoice,
)
from .shape import checked

WHOLES = (
    *(INVOICE, CREDIT, PURCHASE, PURCHASE_CREDIT, PAYMENT, BANK, ENTRY),
    *(CUSTOMER, SUPPLIER, ITEM, CATEGORY),
)
LEFT_OUT = [
    pytest.param(whole, field.name, id=f"{type(whole).__name__}.{field.name}")
    for whole in WHOLES
    for field in attrs.fields(type(whole))
    if field.name not in CARRIED[type(whole)]
]


def filled(hint: Any, default: object) -> Any:
    """Return a value of a field that is not its default."""
    inner = [one for one in typing.get_args(hint) if one is not type(None)]
    if typing.get_origin(hint) is tuple:
        return (filled(inner[0], None),)
    kind = next((one for one in [hint, *inner] if isinstance(one, type)), None)
    if kind is bool:
        return not default
    plain = {str: "x", int: 7, Decimal: Decimal(7), dt.date: dt.date(2020, 2, 2)}
    if kind in plain:
        return plain[kind]
    assert kind is not None
    if issubclass(kind, enum.Enum):
        return next(one for one in kind if one != default)
    part: Any = kind
    given = {
        field.name: filled(typing.get_type_hints(part)[field.name], None)
        for field in attrs.fields(part)
        if field.default is attrs.NOTHING
    }
    return part(**given)


@pytest.mark.parametrize(("whole", "name"), LEFT_OUT)
def test_a_field_without_a_place_is_told_of(whole: Any, name: str) -> None:
    kind = type(whole)
    field = attrs.fields_dict(kind)[name]
    value = filled(typing.get_type_hints(kind)[name], field.default)

    report = checked(attrs.evolve(whole, **{name: value}))

    told = [one.path for one in report if one.code == "SC-SA-NOT-CARRIED"]
    assert any(path.startswith(f"/{name}") for path in told)


def test_what_is_left_out_of_each_document_is_known() -> None:
    # Whoever adds a field to the model decides here what becomes of it.
    left = {
        kind.__name__: " ".join(
            field.name for field in attrs.fields(kind) if field.name not in CARRIED[kind]
        )
        for kind in CARRIED
    }

    assert left == {
        "SalesInvoice": "party_number entity deferral",
        "SalesCreditNote": "party_number due entity deferral",
        "PurchaseInvoice": "entity deferral",
        "PurchaseCreditNote": "due entity deferral",
        "Payment": "notes entity",
        "BankEntry": "entity",
        "JournalEntry": "exchange_rate notes entity reversed_on",
        "Customer": "registration control_accounts active",
        "Supplier": "registration control_accounts active employee",
        "Item": "",
        "DimensionValue": "level total active",
    }


def test_the_policy_lets_such_documents_pass_with_a_warning() -> None:
    lenient = AccountingSettings(policy=Policy(not_carried=NotCarried.WARNING))

    strict = sage_connect.check([invoice(entity="X")], target="accounting", country="GB")
    warned = sage_connect.check(
        [invoice(entity="X")], target="accounting", country="GB", settings=lenient
    )

    assert (strict.ok, warned.ok) == (False, True)
    assert [one.severity for one in warned.by_code["SC-SA-NOT-CARRIED"]] == [
        Severity.WARNING
    ]


def test_all_kinds_that_can_be_posted_have_a_place() -> None:
    assert {type(one) for one in WHOLES} == set(CARRIED)
    assert {SalesInvoice, Item, DimensionValue} <= set(CARRIED)

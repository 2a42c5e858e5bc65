"""Every field of every document is carried, or is told of; nothing is dropped."""

from typing import Any

import attrs
import pytest

import sage_connect
from sage_connect.intacct.carries import CARRIED
from sage_connect.intacct.settings import IntacctSettings, NotCarried, Policy
from sage_connect.testing.filling import Filled, filled
from sage_connect.validation import Severity

from .company import (
    CREDIT,
    CUSTOMER,
    ENTRY,
    INVOICE,
    ITEM,
    PAYMENT,
    PURCHASE,
    PURCHASE_CREDIT,
    RECEIPT,
    SUPPLIER,
    VALUE,
    customer,
)
from .shape import checked

WHOLES = (
    *(INVOICE, CREDIT, PURCHASE, PURCHASE_CREDIT, PAYMENT, RECEIPT, ENTRY),
    *(CUSTOMER, SUPPLIER, ITEM, VALUE),
)


def is_carried(one: Filled[Any]) -> bool:
    path = ".".join(step for step in one.path.split("/")[1:] if not step.isdigit())
    carried = CARRIED[type(one.after)]
    # A field of parts without a path below it is carried whole.
    return any(path == name or path.startswith(f"{name}.") for name in carried)


LEFT_OUT = [
    pytest.param(one, id=f"{type(whole).__name__}-{at}-{one.path}")
    for whole in WHOLES
    for at, one in enumerate(filled(whole))
    if not is_carried(one)
]


@pytest.mark.parametrize("one", LEFT_OUT)
def test_a_field_without_a_place_is_told_of(one: Filled[Any]) -> None:
    report = checked(one.after)

    told = [each.path for each in report if each.code == "SC-IN-NOT-CARRIED"]
    assert any(one.path.startswith(path) for path in told)


def test_what_is_left_out_of_each_document_is_known() -> None:
    # Whoever adds a field to the model decides here what becomes of it.
    left = {
        kind.__name__: " ".join(
            field.name for field in attrs.fields(kind) if field.name not in CARRIED[kind]
        )
        for kind in CARRIED
    }

    assert left == {
        "SalesInvoice": "party_number taxes withholding deferral",
        "SalesCreditNote": "party_number due taxes attachments withholding deferral",
        "PurchaseInvoice": "taxes withholding deferral",
        "PurchaseCreditNote": "due taxes attachments withholding deferral",
        "Payment": "",
        "BankEntry": "settles reverses",
        "JournalEntry": "",
        "Customer": "registration delivery_address people control_accounts banks terms",
        "Supplier": "account registration delivery_address people control_accounts banks "
        "terms employee",
        "Item": "tax_code",
        "DimensionValue": "level total",
    }


def test_the_policy_lets_such_documents_pass_with_a_warning() -> None:
    lenient = IntacctSettings(policy=Policy(not_carried=NotCarried.WARNING))
    registered = customer(registration="1")

    strict = sage_connect.check([registered], target="intacct")
    warned = sage_connect.check([registered], target="intacct", settings=lenient)

    assert (strict.ok, warned.ok) == (False, True)
    assert [one.severity for one in warned.by_code["SC-IN-NOT-CARRIED"]] == [
        Severity.WARNING
    ]


def test_all_kinds_that_can_be_posted_have_a_place() -> None:
    assert {type(one) for one in WHOLES} == set(CARRIED)

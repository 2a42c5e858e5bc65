import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pytest

from sage_connect.errors import CodecError, FileFormatError
from sage_connect.model import (
    Account,
    AccountKind,
    BankAccount,
    CompanyOptions,
    Customer,
    DatedRate,
    Dimension,
    DimensionValue,
    Entity,
    ExchangeRate,
    FiscalYear,
    Item,
    Journal,
    OpenDocument,
    PaymentTerm,
    Reference,
    Supplier,
    TaxCode,
)
from sage_connect.model.convert import reference_from_json, reference_to_json
from sage_connect.model.fields import FrozenMap
from sage_connect.model.reference import by_code

DAY = dt.date(2026, 10, 1)
FULL = Reference(
    taken_at=dt.datetime(2026, 10, 1, 9, 30, 0, 5, tzinfo=dt.UTC),
    company=CompanyOptions(
        name="Ateliers",
        base_currency="EUR",
        fiscal_years=(FiscalYear(start=dt.date(2026, 1, 1), end=dt.date(2026, 12, 31)),),
        closed_through=DAY,
        own=FrozenMap({"analytic": "yes"}),
    ),
    accounts=by_code(
        [
            Account(code="706", kind=AccountKind.INCOME, foreign_currency=False),
            Account(code="2"),
        ]
    ),
    journals=by_code([Journal(code="VTE")]),
    tax_codes=by_code([TaxCode(code="C20", rates=(DatedRate(Decimal(20), DAY),))]),
    customers=by_code([Customer(code="C1", name="Durand & Frères")]),
    suppliers=by_code([Supplier(code="S1", employee=True)]),
    items={},
    dimensions=by_code([Dimension(code="1", levels=("a", "b"))]),
    dimension_values={("1", "P1"): DimensionValue(dimension="1", code="P1")},
    bank_accounts=by_code([BankAccount(code="BNP")]),
    payment_terms=by_code([PaymentTerm(code="30", days=30)]),
    entities=by_code([Entity(code="HQ")]),
    exchange_rates={"USD": ExchangeRate(currency="USD", rate=Decimal("0.91"), day=DAY)},
    open_documents={
        ("", "F-1"): OpenDocument(
            number="F-1", kind="sales_invoice", total=Decimal(120), outstanding=Decimal(20)
        )
    },
)


@pytest.mark.parametrize("reference", [Reference(), FULL])
def test_a_reference_is_read_back_as_it_was_written(reference: Reference) -> None:
    assert reference_from_json(reference_to_json(reference)) == reference


def test_a_part_that_was_not_read_stays_so() -> None:
    found = reference_from_json(reference_to_json(Reference(items={})))

    assert (found.items, found.customers) == ({}, None)


def test_an_age_survives() -> None:
    found = reference_from_json(reference_to_json(FULL))

    assert found.age(dt.datetime(2026, 10, 1, 10, 30, 0, 5, tzinfo=dt.UTC)) == dt.timedelta(
        hours=1
    )


def test_a_value_under_a_key_that_is_not_its_own_is_not_written() -> None:
    wrong = Reference(customers={"c1": Customer(code="C1")})

    with pytest.raises(CodecError, match=r"/customers: 'c1' is the key of 'C1'"):
        reference_to_json(wrong)


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"customres": []}, "column 50: /customres: this part is unknown"),
        ({"customers": {}}, "/customers: expected a list, found an object"),
        (
            {"customers": [{"code": "A"}, {"code": "A"}]},
            "/customers: two values have the same",
        ),
        ({"customers": [{"cod": "A"}]}, '/customers/0/cod: unknown field "cod"'),
        ({"items": [{"code": "A"}, {}]}, "/items/1/code: this field is missing"),
        ({"taken_at": "yesterday"}, "/taken_at: expected an instant with its offset"),
        (
            {"taken_at": "2026-10-01T09:30:00"},
            "/taken_at: expected an instant with its offset",
        ),
        ({"taken_at": 7}, "/taken_at: expected an instant with its offset"),
        ({"company": {"closed": 1}}, "/company/closed: unknown field"),
        ({"accounts": [{"code": "1", "foreign_currency": 1}]}, "expected true or false"),
        (
            {"payment_terms": [{"code": "1", "days": "30"}]},
            "/days: expected a whole number",
        ),
        (
            {"payment_terms": [{"code": "1", "days": True}]},
            "/days: expected a whole number",
        ),
        ({"version": 2}, 'expected "type": "reference" and "version": 1'),
        ({"type": "customer"}, 'expected "type": "reference" and "version": 1'),
    ],
)
def test_what_is_no_reference_is_refused_with_its_place(
    parts: dict[str, Any], message: str
) -> None:
    content = json.dumps({"type": "reference", "version": 1, **parts})

    with pytest.raises(CodecError) as caught:
        reference_from_json(content)

    assert caught.value.message.startswith("line 1, column ")
    assert message in caught.value.message


def test_a_reference_is_an_object() -> None:
    with pytest.raises(
        CodecError, match=r"line 1, column 1: expected an object, found a list"
    ):
        reference_from_json("[]")


def test_a_reference_that_is_cut_off_is_refused() -> None:
    with pytest.raises(FileFormatError, match=r"reference\.json, line 2"):
        reference_from_json(reference_to_json(FULL)[:20], name="reference.json")


def test_items_are_looked_up_by_code() -> None:
    found = reference_from_json('{"type":"reference","version":1,"items":[{"code":"A"}]}')

    assert found.items == {"A": Item(code="A")}

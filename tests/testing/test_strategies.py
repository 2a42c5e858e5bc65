"""Documents for property tests."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, find, given, settings, strategies as st

from sage_connect.errors import ConfigurationError
from sage_connect.model import (
    Account,
    AccountKind,
    BankAccount,
    CompanyOptions,
    Customer,
    DatedRate,
    DimensionValue,
    ExchangeRate,
    FiscalYear,
    Item,
    Journal,
    OpenDocument,
    Payment,
    Reference,
    Supplier,
    TaxCode,
    TaxDirection,
)
from sage_connect.model.money import MINOR_UNITS, minor_unit
from sage_connect.testing import MemoryLedger, strategies as sc

OPEN = OpenDocument(
    number="F0",
    kind="sales_invoice",
    party="C1",
    currency="EUR",
    total=Decimal(50),
    outstanding=Decimal(30),
)
ACCOUNTS = [
    Account(code="706000", kind=AccountKind.INCOME),
    Account(code="607000", kind=AccountKind.EXPENSE),
    Account(code="411000", kind=AccountKind.CUSTOMERS, control=True),
    Account(code="70", kind=AccountKind.INCOME, total=True),
    Account(code="709999", kind=AccountKind.INCOME, active=False),
]
TAXES = [
    TaxCode(
        code="C20",
        direction=TaxDirection.SALES,
        rates=(DatedRate(Decimal("19.6")), DatedRate(Decimal(20), dt.date(2014, 1, 1))),
    ),
    TaxCode(code="D20", direction=TaxDirection.PURCHASES, rates=(DatedRate(Decimal(20)),)),
    TaxCode(code="?", rates=()),
]
SECTIONS = [DimensionValue(dimension="1", code=code) for code in ("A", "B")]
SMALL = Reference(
    company=CompanyOptions(
        base_currency="EUR",
        country="fr",
        fiscal_years=(
            FiscalYear(start=dt.date(2025, 1, 1), end=dt.date(2025, 12, 31), closed=True),
            FiscalYear(start=dt.date(2026, 1, 1), end=dt.date(2026, 12, 31)),
        ),
        closed_through=dt.date(2026, 1, 31),
    ),
    accounts={one.code: one for one in ACCOUNTS},
    journals={"OD": Journal(code="OD")},
    tax_codes={one.code: one for one in TAXES},
    customers={
        "C1": Customer(code="C1"),
        "C2": Customer(code="C2", currency="USD"),
        "C3": Customer(code="C3", active=False),
        "C4": Customer(code="C4", currency="JPY"),
    },
    suppliers={"S1": Supplier(code="S1", currency="EUR")},
    items={"I": Item(code="I")},
    dimension_values={(one.dimension, one.code): one for one in SECTIONS},
    bank_accounts={"BQ": BankAccount(code="BQ")},
    exchange_rates={"USD": ExchangeRate(currency="USD", rate=Decimal("0.9"))},
    open_documents={(OPEN.party, "F0"): OPEN},
)


@given(sc.documents(SMALL))
def test_what_is_made_for_a_reference_is_accepted_there(document: Any) -> None:
    report = MemoryLedger(SMALL).documents.check([document], reference=SMALL)

    assert report.errors == ()


@given(sc.documents())
def test_what_is_made_without_a_reference_is_accepted_anywhere(document: Any) -> None:
    assert MemoryLedger().documents.check([document]).errors == ()


@given(sc.documents(SMALL, wild=True))
def test_what_is_wild_is_refused(document: Any) -> None:
    assert not MemoryLedger(SMALL).documents.check([document], reference=SMALL).ok


@given(st.one_of(sc.customers(), sc.suppliers(), sc.items()))
def test_master_data_are_accepted(value: Any) -> None:
    assert MemoryLedger().documents.check([value]).errors == ()


@given(st.one_of(sc.customers(wild=True), sc.suppliers(wild=True)))
def test_wild_master_data_are_refused(value: Any) -> None:
    assert not MemoryLedger().documents.check([value]).ok


@given(sc.currencies().flatmap(lambda one: st.tuples(st.just(one), sc.amounts(one))))
def test_amounts_are_whole_minor_units_above_zero(pair: tuple[str, Decimal]) -> None:
    currency, amount = pair

    assert currency in MINOR_UNITS
    assert amount > 0
    assert amount % minor_unit(currency) == 0


@given(sc.texts(least=1, most=12))
def test_usual_text_fits_western_code_pages_and_no_formula(text: str) -> None:
    assert 1 <= len(text) <= 12
    assert text.isprintable()
    assert not text.startswith(("=", "+", "-", "@"))
    assert text == text.encode("cp850").decode("cp850")
    assert text == text.encode("cp1252").decode("cp1252")


@pytest.mark.parametrize(
    "nasty",
    [
        lambda text: "€" in text,
        lambda text: "œ" in text,
        lambda text: "\t" in text,
        lambda text: "\n" in text,
        lambda text: "\0" in text,
        lambda text: text.startswith("="),
        lambda text: len(text) > 400,
        lambda text: any(ord(sign) > 0xFFFF for sign in text),
    ],
)
def test_wild_text_has_every_stumbling_block(nasty: Any) -> None:
    quickly = settings(max_examples=2000, suppress_health_check=[*HealthCheck])

    assert nasty(find(sc.texts(wild=True), nasty, settings=quickly))


def test_payments_settle_open_documents_in_part_and_in_full() -> None:
    def settles(payment: Payment) -> bool:
        return any(part.number == "F0" for part in payment.allocations)

    def in_full(payment: Payment) -> bool:
        return settles(payment) and payment.amount == OPEN.outstanding

    assert find(sc.payments(SMALL), settles).party == "C1"
    assert find(sc.payments(SMALL), in_full).amount == OPEN.outstanding


@pytest.mark.parametrize(
    ("lacking", "what"),
    [
        (Reference(customers={}), "active customer"),
        (Reference(accounts={}), "account"),
        (
            Reference(
                company=CompanyOptions(
                    fiscal_years=(
                        FiscalYear(
                            start=dt.date(2025, 1, 1),
                            end=dt.date(2025, 12, 31),
                            closed=True,
                        ),
                    )
                )
            ),
            "open fiscal year",
        ),
    ],
)
def test_a_reference_that_lacks_what_a_document_needs_is_said_so(
    lacking: Reference, what: str
) -> None:
    with pytest.raises(ConfigurationError, match=f"the reference has no {what}"):
        find(sc.sales_invoices(lacking), lambda _: True)

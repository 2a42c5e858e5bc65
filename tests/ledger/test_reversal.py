"""The only way back from what is posted."""

import datetime as dt
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given

from sage_connect.model import (
    BankDirection,
    BankEntry,
    Instalment,
    PaymentKind,
    PurchaseCreditNote,
    Reference,
    SalesCreditNote,
    SalesInvoice,
    totals,
)
from sage_connect.model.reversal import reversal
from sage_connect.testing.bookkeeping import balances, movements
from sage_connect.testing.strategies import documents

from .documents import DAY, invoice, payment, purchase

LATER = dt.date(2026, 2, 1)


@pytest.mark.requirement("S39")
@given(documents())
def test_every_document_and_its_reversal_net_to_zero(document: Any) -> None:
    back = reversal(document, number="R1")

    known = Reference()
    sums = balances([*movements(document, known), *movements(back, known)])

    assert set(sums.values()) <= {Decimal()}
    assert bool(sums) == bool(movements(document, known))


@given(documents())
def test_a_reversal_of_a_reversal_says_what_the_original_said(document: Any) -> None:
    twice = reversal(
        reversal(document, number="R1"),
        number=document.number,
        source_id=document.source_id,
    )

    changes: dict[str, Any] = {"reverses": ""}
    if hasattr(document, "due"):
        changes["due"] = document.due
    assert attrs.evolve(twice, **changes) == document


def test_a_reversal_has_its_own_identity_and_names_the_original() -> None:
    back = reversal(invoice(source_id="row 1"), number="A1", day=LATER, source_id="row 2")

    assert isinstance(back, SalesCreditNote)
    assert (back.number, back.source_id, back.reverses) == ("A1", "row 2", "F1")
    assert back.date == LATER


def test_a_document_without_a_number_is_named_by_its_source_id() -> None:
    assert reversal(invoice("", source_id="row 1"), number="A1").reverses == "row 1"


def test_what_is_taken_back_has_no_instalments() -> None:
    plan = (Instalment(LATER, Decimal(12)),)
    back = reversal(invoice(due=plan), number="A1")

    assert isinstance(back, SalesCreditNote)
    assert back.due is None
    assert totals(back).gross == totals(invoice(due=plan)).gross


@pytest.mark.parametrize(
    ("document", "kind"),
    [(invoice(), SalesCreditNote), (purchase(), PurchaseCreditNote)],
)
def test_an_invoice_becomes_a_credit_note_and_the_other_way_round(
    document: Any, kind: type
) -> None:
    back = reversal(document, number="A1")

    assert type(back) is kind
    assert type(reversal(back, number="F2")) is type(document)


@pytest.mark.parametrize("kind", PaymentKind)
def test_a_payment_becomes_a_refund_and_the_other_way_round(kind: PaymentKind) -> None:
    paid = payment("F1", kind=kind)
    back: Any = reversal(paid, number="R1")

    assert back.kind is not kind
    assert back.allocations == paid.allocations
    again: Any = reversal(back, number="R2")
    assert again.kind is kind


@pytest.mark.parametrize("way", BankDirection)
def test_a_bank_entry_changes_direction(way: BankDirection) -> None:
    entry = BankEntry(
        date=DAY, bank_account="BQ", currency="EUR", amount=Decimal(1), direction=way
    )
    back: Any = reversal(entry, number="R1")

    assert {way, back.direction} == {*BankDirection}


def test_a_sales_invoice_stays_as_it_was() -> None:
    document = invoice()
    reversal(document, number="A1")

    assert document == invoice()
    assert isinstance(document, SalesInvoice)

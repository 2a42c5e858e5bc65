"""What is committed beside the facts of the API says the same as they do."""

import pytest

from sage_connect.accounting.codec.masters import LONGEST_PERSON
from sage_connect.accounting.resolve import EDITIONS, PLUS, STANDARD, START
from sage_connect.accounting.rules.limits import FILE_SIZE, LIMITS
from sage_connect.accounting.wire.facts import facts

FIELDS = [(shape, field) for shape, fields in LIMITS.items() for field in fields]


@pytest.mark.parametrize(("shape", "field"), FIELDS)
def test_a_length_is_the_one_that_sage_states(shape: str, field: str) -> None:
    assert LIMITS[shape][field] == facts().shapes[shape][field].max_length


def test_documents_of_one_side_have_the_same_lengths() -> None:
    # Rules look them up at one of the two.
    for one, other in (
        ("SalesInvoice", "SalesCreditNote"),
        ("PurchaseInvoice", "PurchaseCreditNote"),
    ):
        shared = LIMITS[one].keys() & LIMITS[other].keys()
        assert {LIMITS[one][name] == LIMITS[other][name] for name in shared} == {True}
        assert {"reference", "notes"} <= shared
    assert LIMITS["SalesInvoice"]["notes"] == LIMITS["PurchaseInvoice"]["notes"]
    assert LIMITS["SalesInvoice"]["reference"] == LIMITS["PurchaseInvoice"]["reference"]
    assert (
        LIMITS["SalesInvoice"]["invoice_number_prefix"]
        == LIMITS["SalesCreditNote"]["credit_note_number_prefix"]
    )


def test_a_person_has_a_name_as_long_as_sage_states() -> None:
    assert LIMITS["ContactPerson"]["name"] == LONGEST_PERSON


def test_a_file_is_as_large_as_two_and_a_half_mebibytes() -> None:
    assert int(2.5 * 2**20) == FILE_SIZE


@pytest.mark.parametrize(
    "resource",
    ["purchase_invoices", "purchase_credit_notes", "products", "services", "stock_items"],
)
def test_what_the_rules_deny_to_start_sage_denies_too(resource: str) -> None:
    editions = facts().operations[resource]["create"].editions

    assert editions is not None
    assert "GB" not in editions.get(START, ())


@pytest.mark.parametrize(
    "resource",
    ["sales_invoices", "sales_credit_notes", "contacts", "contact_payments", "journals"],
)
def test_what_the_rules_leave_to_start_sage_leaves_too(resource: str) -> None:
    editions = facts().operations[resource]["create"].editions

    assert editions is not None
    assert "GB" in editions[START]


def test_editions_are_named_as_the_facts_name_them() -> None:
    named = {
        edition
        for verbs in facts().operations.values()
        for one in verbs.values()
        for edition in one.editions or ()
    }

    assert named == set(EDITIONS) == {START, STANDARD, PLUS}

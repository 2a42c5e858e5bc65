"""Contacts, accounts, items, attachments, settings."""

import base64
from typing import Any

import pytest

from .desk import Desk, Start

CUSTOMER = {"name": "New Ltd", "contact_type_ids": ["CUSTOMER"]}


@pytest.mark.parametrize("types", [[], ["CUSTOMER", "VENDOR"], ["BANK"]])
def test_a_contact_is_either_customer_or_supplier(desk: Desk, types: list[str]) -> None:
    desk.refused("/contacts", {"name": "x", "contact_type_ids": types})


def test_a_reference_stays_reserved_after_its_contact_is_deleted(desk: Desk) -> None:
    id = desk.post("/contacts", {**CUSTOMER, "reference": "NEW"})["id"]
    desk.http.delete(f"/contacts/{id}").raise_for_status()

    (complaint,) = desk.refused("/contacts", {**CUSTOMER, "reference": "new"})

    assert complaint["$source"] == "reference"


def test_a_contact_comes_with_address_and_person(desk: Desk) -> None:
    made = desk.post(
        "/contacts",
        {
            **CUSTOMER,
            "reference": "NEW",
            "main_address": {"address_line_1": "2 High Street", "city": "Oldtown"},
            "main_contact_person": {"name": "Ann", "email": "ann@example.com"},
        },
    )
    whole = desk.get(f"/contacts/{made['id']}", nested_attributes="all")
    addresses = desk.get("/addresses", contact_id=made["id"], attributes="all")["$items"]

    assert made["displayed_as"] == "New Ltd (NEW)"
    assert (
        whole["main_address"]["city"],
        whole["main_contact_person"]["email"],
        whole["tax_treatment"]["home_tax"],
    ) == ("Oldtown", "ann@example.com", True)
    assert [row["country"]["id"] for row in addresses] == ["GB"]
    assert desk.get("/contact_persons", contact_id=made["id"])["$total"] == 1


def test_a_contact_that_is_in_use_is_not_deleted(desk: Desk) -> None:
    desk.post("/sales_invoices", desk.invoice())
    reply = desk.http.delete(f"/contacts/{desk.contact('ARDENT')}")

    assert (
        reply.status_code,
        reply.json()[0]["$dataCode"],
    ) == (405, "MethodNotAllowed")


def test_regions_are_codes_in_canada_and_free_elsewhere(start: Start) -> None:
    british, canadian = start(), start(country="ca")

    def contact(region: str) -> dict[str, Any]:
        return {**CUSTOMER, "main_address": {"region": region}}

    british.post("/contacts", contact("Shropshire"))
    canadian.post("/contacts", contact("CA-ON"))
    british.refused("/contacts", contact("x" * 46))
    canadian.refused("/contacts", contact("Shropshire"))


def test_nominal_codes_are_unique_and_have_eight_digits(desk: Desk) -> None:
    body = {
        "ledger_account_type_id": "SALES",
        "included_in_chart": True,
        "name": "Sales Test",
        "display_name": "Test account for Sales (4002)",
    }
    made = desk.post("/ledger_accounts", {**body, "nominal_code": 4002})

    assert (
        made["displayed_as"],
        made["visible_in_sales"],
    ) == ("Test account for Sales (4002)", True)
    desk.refused("/ledger_accounts", {**body, "nominal_code": 4002})
    desk.refused("/ledger_accounts", {**body, "nominal_code": 123456789})


def test_a_control_account_keeps_its_name(desk: Desk) -> None:
    path = f"/ledger_accounts/{desk.account(1100)}"

    assert desk.send("PUT", path, {"name": "Others"}).status_code == 422
    assert desk.put(path, {"visible_in_journals": False})["visible_in_journals"] is False


def test_prices_have_the_names_of_their_types(desk: Desk) -> None:
    types = desk.get("/product_sales_price_types")["$items"]
    made = desk.post(
        "/products",
        {
            "description": "Pipe",
            "item_code": "P-1",
            "sales_ledger_account_id": desk.account(4000),
            "purchase_ledger_account_id": desk.account(5000),
            "sales_prices": [
                {"product_sales_price_type_id": types[1]["id"], "price": "9.99"}
            ],
        },
    )

    assert [
        (row["price_name"], row["price"], row["price_includes_tax"])
        for row in made["sales_prices"]
    ] == [("Trade", "9.99", False)]
    reply = desk.http.delete(f"/product_sales_price_types/{types[1]['id']}")
    assert reply.status_code == 405


def test_a_category_in_use_is_not_deleted(desk: Desk) -> None:
    type_ = desk.get("/analysis_types")["$items"][0]["id"]
    made = desk.post(
        "/analysis_type_categories",
        {"code": "N", "name": "North", "analysis_type_id": type_},
    )
    forms: list[Any] = [[made["id"]], [{"id": made["id"]}]]
    for form in forms:
        body = desk.invoice()
        body["invoice_lines"][0]["analysis_type_categories"] = form
        id = desk.post("/sales_invoices", body)["id"]
        shown = desk.get(f"/sales_invoices/{id}", show_analysis_types="true")
        (category,) = shown["invoice_lines"][0]["analysis_type_categories"]
        assert made["id"] == category["id"]

    reply = desk.http.delete(f"/analysis_type_categories/{made['id']}")
    assert (
        (reply.json()[0]["$message"])
        == "You cannot delete an Analysis Type Category that is in use."
    )
    assert [made["id"]] == [
        row["id"]
        for row in desk.get(f"/analysis_types/{type_}")["analysis_type_categories"]
    ]


# --- attachments


def attachment(content: bytes = b"Hello", **fields: Any) -> dict[str, Any]:
    return {
        "file": base64.b64encode(content).decode(),
        "file_name": "scan.PDF",
        "mime_type": "application/pdf",
        **fields,
    }


def test_a_file_comes_back_byte_for_byte(desk: Desk) -> None:
    content = bytes(range(256))
    made = desk.post("/attachments", attachment(content))
    reply = desk.http.get(
        f"/attachments/{made['id']}/file", headers={"Accept": "application/octet-stream"}
    )

    assert (
        len(made["id"]),
        made["displayed_as"],
        made["file_size"],
        made["file_extension"],
    ) == (36, None, 256, "pdf")
    assert ("application/octet-stream", content) == (
        reply.headers["Content-Type"],
        reply.content,
    )


def test_files_are_attached_to_records_and_found_by_them(desk: Desk) -> None:
    made = desk.post("/purchase_invoices", desk.purchase())
    other = desk.post("/purchase_invoices", desk.purchase())
    context = {
        "attachment_context_type_id": "PURCHASE_INVOICE",
        "attachment_context_id": made["id"],
    }
    desk.post("/attachments", attachment(**context))

    assert desk.get("/attachments", **context)["$total"] == 1
    assert [made["id"]] == [
        row["id"]
        for row in desk.get("/purchase_invoices", has_attachments="true")["$items"]
    ]
    assert [other["id"]] == [
        row["id"]
        for row in desk.get("/purchase_invoices", has_attachments="false")["$items"]
    ]
    desk.refused("/attachments", attachment(attachment_context_id=made["id"]))
    desk.refused(
        "/attachments", attachment(**{**context, "attachment_context_id": "f" * 32})
    )


def test_files_have_at_most_two_and_a_half_mebibytes(desk: Desk) -> None:
    desk.post("/attachments", attachment(b"x" * 2_621_440))

    desk.refused("/attachments", attachment(b"x" * 2_621_441))
    desk.refused("/attachments", attachment(file="not Base64!"))


# --- settings and rates


def test_default_accounts_stand_in_the_settings(desk: Desk) -> None:
    accounts = desk.get("/business_settings")["default_ledger_accounts"]

    assert len(accounts) == 19
    assert accounts["sales_ledger_account"]["displayed_as"] == "Sales - Products (4000)"


def test_parts_of_settings_are_changed_alone(desk: Desk) -> None:
    before = desk.get("/invoice_settings")
    after = desk.put("/invoice_settings", {"document_headings": {"sales_invoice": "Bill"}})

    assert (
        before["document_headings"] | {"sales_invoice": "Bill"}
        == (after["document_headings"])
    )
    assert before["next_invoice_number"] == after["next_invoice_number"]


def test_an_unregistered_business_has_no_tax(start: Start) -> None:
    desk = start(tax_registered=False)
    settings = desk.get("/financial_settings")
    made = desk.post("/sales_invoices", desk.invoice("100"))

    assert (
        settings["tax_scheme"]["id"],
        settings["tax_number"],
        settings["mtd_authenticated_date"],
    ) == ("NOT_REGISTERED", None, "")
    assert (made["total_amount"], made["invoice_lines"][0]["tax_amount"]) == ("100.0", None)


def test_british_rates_are_those_seen_in_production(desk: Desk) -> None:
    rates = desk.get("/tax_rates", attributes="percentage")["$items"]

    assert [(rate["id"], rate["displayed_as"], rate["percentage"]) for rate in rates] == [
        ("GB_STANDARD", "Standard 20.00%", "20.0"),
        ("GB_LOWER", "Lower Rate 5.00%", "5.0"),
        ("GB_ZERO", "Zero Rated 0.00%", "0.0"),
        ("GB_EXEMPT", "Exempt 0.00%", "0.0"),
        ("GB_NO_TAX", "No VAT", "0.0"),
    ]


def test_canadian_rates_are_found_by_region_and_have_parts(start: Start) -> None:
    desk = start(country="ca")
    rates = desk.get("/tax_rates", address_region_id="CA-QC", attributes="all")["$items"]
    combined = next(rate for rate in rates if rate["is_combined_rate"])

    assert combined["percentage"] == "14.975"
    assert [part["displayed_as"] for part in combined["component_tax_rates"]] == [
        "GST 5%",
        "QST 9.975%",
    ]


def canadian(desk: Desk, **fields: Any) -> dict[str, Any]:
    rates = desk.get("/tax_rates", address_region_id="CA-QC", attributes="all")["$items"]
    combined = next(rate["id"] for rate in rates if rate["is_combined_rate"])
    line = {
        "description": "Work",
        "ledger_account_id": desk.account(4020),
        "unit_price": "100",
        "tax_rate_id": combined,
        "tax_amount": "14.98",
    }
    return desk.invoice(invoice_lines=[line], **fields)


def test_the_tax_of_a_combined_rate_is_broken_down(start: Start) -> None:
    desk = start(country="ca")
    made = desk.post("/sales_invoices", canadian(desk, tax_address_region_id="CA-QC"))

    assert [
        (part["percentage"], part["amount"])
        for part in made["invoice_lines"][0]["tax_breakdown"]
    ] == [("5.0", "5.0"), ("9.975", "9.98")]
    assert desk.simulator.books().is_balanced()


def test_canadian_invoices_need_a_region_or_not(start: Start) -> None:
    strict, lenient = start(country="ca"), start(country="ca", region_required=False)

    (complaint,) = strict.refused("/sales_invoices", canadian(strict))
    assert complaint["$source"] == "tax_address_region_id"
    lenient.post("/sales_invoices", canadian(lenient))


def test_published_rates_are_base_units_for_one(desk: Desk) -> None:
    euro = desk.get("/exchange_rates/EUR")

    assert (
        euro["base_currency"]["id"],
        euro["currency"]["id"],
        euro["rate"],
    ) == ("GBP", "EUR", "0.8547008547")


# --- stock


def stock_item(desk: Desk) -> dict[str, Any]:
    found: dict[str, Any] = desk.get("/stock_items", attributes="all")["$items"][0]
    return found


def sold(desk: Desk, quantity: str, **fields: Any) -> dict[str, Any]:
    body = desk.invoice("10", **fields)
    body["invoice_lines"][0] |= {
        "product_id": stock_item(desk)["id"],
        "quantity": quantity,
        "tax_amount": "0",
        "tax_rate_id": "GB_ZERO",
    }
    return body


def test_stock_goes_out_with_sales_and_comes_back_with_voids(desk: Desk) -> None:
    made = desk.post("/sales_invoices", sold(desk, "60"))
    left = stock_item(desk)["quantity_in_stock"]
    desk.post("/sales_invoices", sold(desk, "60", status_id="DRAFT"))
    (complaint,) = desk.refused("/sales_invoices", sold(desk, "60"))
    desk.http.delete(f"/sales_invoices/{made['id']}", params={"void_reason": "x"})

    assert (
        (complaint["$message"])
        == "You cannot fulfil this invoice as you do not have enough stock."
    )
    assert (left, stock_item(desk)["quantity_in_stock"]) == ("40.0", "100.0")


def test_stock_is_adjusted_by_signed_quantities(desk: Desk) -> None:
    def move(quantity: str) -> dict[str, Any]:
        return {
            "stock_item_id": stock_item(desk)["id"],
            "date": "2026-03-01",
            "quantity": quantity,
            "cost_price": "8.25",
            "details": "Counted",
        }

    desk.post("/stock_movements", move("100"))
    averaged = stock_item(desk)
    desk.post("/stock_movements", move("-150"))

    assert (
        averaged["average_cost_price"],
        averaged["quantity_in_stock"],
    ) == ("7.25", "200.0")
    assert stock_item(desk)["quantity_in_stock"] == "50.0"
    desk.refused("/stock_movements", move("-51"))


def test_weights_are_bare_numbers(desk: Desk) -> None:
    assert {"weight": 0, "weight_converted": "0.0"}.items() <= stock_item(desk).items()

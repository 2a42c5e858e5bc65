"""Requests and replies that Sage and others published, against the simulator."""

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from sage_connect.accounting.wire.facts import facts

from .conformity import faults
from .desk import Desk, Start

ALLOWED_BESIDE = {
    # A field that the description lacks, or a shape that it takes for another.
    "bank_accounts_list_all": r"main_contact_person\.(id|displayed_as|\$path)",
    "businesses_list": r"Business\.\$path",
    "business_subscriptions_fragment": r"accountant_pays|created_at is no instant",
    "stock_item_response": r"cost_price_last_updated is no date",
}


@pytest.fixture
def sample(spec: Path) -> Any:
    """Read a sample by its name."""
    folder = spec / "accounting" / "samples"
    if not folder.is_dir():
        pytest.skip(f"no samples at {folder}")

    def read(name: str) -> Any:
        return json.loads((folder / f"{name}.json").read_text("utf-8"))

    return read


def filled(desk: Desk, body: Any, ids: Mapping[str, str]) -> Any:
    """Put ids of the demo business in place of those of a sample."""
    if isinstance(body, list):
        return [filled(desk, item, ids) for item in body]
    if not isinstance(body, dict):
        return body
    return {
        name: ids.get(name, value)
        if not isinstance(value, (dict, list))
        else filled(desk, value, ids)
        for name, value in body.items()
    }


def paths(value: Any, at: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield from paths(item, f"{at}.{name}")
    elif isinstance(value, list):
        for item in value[:1]:
            yield from paths(item, f"{at}[]")
    else:
        yield at


REPLIES = {
    "attachments_list": "Attachment",
    "bank_accounts_list_all": "BankAccount",
    "businesses_list": "Business",
    "business_subscriptions_fragment": "Business",
    "contact_create_response_partial": "Contact",
    "contacts_list": "Contact",
    "financial_settings_response": "FinancialSettings",
    "journal_create_response": "Journal",
    "ledger_accounts_list_visible_in_sales": "LedgerAccount",
    "product_response": "Product",
    "sales_invoice_draft_response_us": "SalesInvoice",
    "sales_invoices_list_with_attributes": "SalesInvoice",
    "sales_quotes_page_2": "SalesQuote",
    "service_response": "Service",
    "stock_item_response": "StockItem",
    "tax_rates_list_gb_all": "TaxRate",
}


@pytest.mark.parametrize("name", REPLIES)
def test_our_yardstick_fits_replies_of_the_real_service(sample: Any, name: str) -> None:
    """What measures the simulator's replies is measured by Sage's own."""
    reply = sample(name)
    found = [
        fault
        for item in reply.get("$items", [reply])
        for fault in faults(REPLIES[name], item)
    ]
    allowed = ALLOWED_BESIDE.get(name, "")

    assert [fault for fault in found if not allowed or not re.search(allowed, fault)] == []


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("bank_accounts_list_all", "/bank_accounts"),
        ("businesses_list", "/businesses"),
        ("contacts_list", "/contacts"),
        ("tax_rates_list_gb_all", "/tax_rates"),
    ],
)
def test_lists_have_what_the_samples_have(
    desk: Desk, sample: Any, name: str, path: str
) -> None:
    theirs = sample(name)
    query = {"attributes": "all"} if name.endswith("all") else {}
    ours = desk.get(path, **query)
    # The description of that field and the sample disagree.
    lost = {".main_contact_person.id", ".main_contact_person.displayed_as"}
    lost |= {".main_contact_person.$path", ".main_address.id"}
    lost |= {".main_address.displayed_as", ".main_address.$path"}

    assert theirs.keys() == ours.keys()
    assert set(paths(theirs["$items"][0])) - lost <= set(paths(ours["$items"][0]))


def test_tax_rates_are_the_same_record_by_record(desk: Desk, sample: Any) -> None:
    own = ("displayed_as", "name", "percentage", "percentages", "is_visible", "editable")
    theirs = sample("tax_rates_list_gb_all")["$items"]
    ours = desk.get("/tax_rates", attributes="all")["$items"]

    assert [{name: rate[name] for name in ("id", *own)} for rate in theirs] == [
        {name: rate[name] for name in ("id", *own)} for rate in ours
    ]


def test_financial_settings_have_the_keys_of_the_sample(start: Start, sample: Any) -> None:
    desk = start(tax_registered=False, multi_currency=False)
    theirs, ours = sample("financial_settings_response"), desk.get("/financial_settings")
    moving = {"year_end_date", "updated_at"}

    assert theirs.keys() == ours.keys()
    assert {name: theirs[name] for name in theirs.keys() - moving} == {
        name: ours[name] for name in theirs.keys() - moving
    }


def test_oauth_replies_have_the_keys_of_the_samples(desk: Desk, sample: Any) -> None:
    simulator = desk.simulator
    app = {"client_id": simulator.client_id, "client_secret": simulator.client_secret}
    form = {"grant_type": "refresh_token", "refresh_token": simulator.refresh_token}
    ours = httpx.post(simulator.token_url, data={**app, **form}).json()
    bad = httpx.post(simulator.token_url, data={**app, **form}).json()
    revoked = httpx.post(simulator.revoke_url, data={**app, "token": "x"}).json()
    theirs = sample("oauth_token_response")
    fixed = ("expires_in", "token_type", "refresh_token_expires_in", "scope")

    assert theirs.keys() == ours.keys()
    assert [theirs[name] for name in fixed] == [ours[name] for name in fixed]
    assert sample("oauth_error_invalid_grant").items() <= bad.items()
    assert sample("oauth_revoke_response") == revoked


def created(desk: Desk, path: str, body: Mapping[str, Any]) -> Any:
    reply = desk.http.post(path, json=body)
    assert reply.status_code == 201, reply.text
    return reply.json()


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("product_create_request", "/products"),
        ("service_create_request", "/services"),
        ("sales_invoice_create_request", "/sales_invoices"),
        ("sales_invoice_with_analysis_request", "/sales_invoices"),
        ("ledger_account_create_request", "/ledger_accounts"),
        ("contact_payment_part_allocated_request", "/contact_payments"),
    ],
)
def test_requests_of_the_guides_are_taken(
    desk: Desk, sample: Any, name: str, path: str
) -> None:
    (type_, *_) = desk.get("/analysis_types")["$items"]
    category = desk.post(
        "/analysis_type_categories",
        {"code": "N", "name": "North", "analysis_type_id": type_["id"]},
    )
    ids = {
        "contact_id": desk.contact("ARDENT"),
        "bank_account_id": desk.bank(),
        "ledger_account_id": desk.account(4000),
        "sales_ledger_account_id": desk.account(4000),
        "purchase_ledger_account_id": desk.account(5000),
        "sales_tax_rate_id": "GB_STANDARD",
        "tax_rate_id": "GB_STANDARD",
        "service_id": desk.get("/services")["$items"][0]["id"],
        "artefact_id": desk.post("/sales_invoices", desk.invoice())["id"],
        "product_sales_price_type_id": desk.get("/product_sales_price_types")["$items"][0][
            "id"
        ],
        "service_rate_type_id": desk.get("/service_rate_types")["$items"][0]["id"],
        "id": category["id"],
    }

    made = created(desk, path, filled(desk, sample(name), ids))

    shape = facts().operations[path.strip("/")]["create"].returns
    assert faults(shape, made) == []
    assert desk.simulator.books().is_balanced()


def test_the_invoice_of_the_guide_comes_to_the_same_amounts(
    desk: Desk, sample: Any
) -> None:
    ids = {
        "contact_id": desk.contact("ARDENT"),
        "ledger_account_id": desk.account(4000),
        "tax_rate_id": "GB_STANDARD",
        "service_id": desk.get("/services")["$items"][0]["id"],
    }
    made = created(
        desk, "/sales_invoices", filled(desk, sample("sales_invoice_create_request"), ids)
    )

    assert (
        made["net_amount"],
        made["tax_amount"],
        made["total_amount"],
    ) == ("120.98", "9.95", "130.93")


def test_the_line_of_the_american_sample_is_priced_alike(desk: Desk, sample: Any) -> None:
    (theirs,) = sample("sales_invoice_draft_response_us")["invoice_lines"]
    line = {
        name: theirs[name]
        for name in ("description", "quantity", "unit_price", "discount_amount")
    }
    line |= {"ledger_account_id": desk.account(4000), "tax_rate_id": "GB_STANDARD"}
    line |= {"tax_amount": theirs["tax_amount"]}
    made = desk.post("/sales_invoices", desk.invoice(invoice_lines=[line]))
    (ours,) = made["invoice_lines"]
    amounts = [name for name in theirs if name.endswith(("amount", "price", "percentage"))]

    assert {name: theirs[name] for name in amounts} == {
        name: ours[name] for name in amounts
    }


def test_the_contact_of_the_guide_is_taken(desk: Desk, sample: Any) -> None:
    made = created(desk, "/contacts", sample("contact_create_request"))
    theirs = sample("contact_create_response_partial")
    same = ("displayed_as", "name", "contact_types")

    assert [theirs[name] for name in same] == [made[name] for name in same]


def test_the_journal_of_the_guide_is_answered_alike(desk: Desk, sample: Any) -> None:
    body = sample("journal_create_request")
    for line, code in zip(body["journal"]["journal_lines"], (1, 50), strict=True):
        line["ledger_account_id"] = desk.account(code)
    made = created(desk, "/journals", body)
    theirs = sample("journal_create_response")

    assert {
        name: theirs[name] for name in ("total", "displayed_as", "date", "migrated")
    } == {name: made[name] for name in ("total", "displayed_as", "date", "migrated")}
    assert set(paths(theirs)) - set(paths(made)) == set()
    own = ("displayed_as", "display_formatted", "nominal_code", "ledger_account_type")
    for ours, their in zip(made["journal_lines"], theirs["journal_lines"], strict=True):
        account, known = ours["ledger_account"], their["ledger_account"]
        assert {name: known[name] for name in own} == {name: account[name] for name in own}
        visible = [name for name in known if name.startswith("visible_in_")]
        assert {name: known[name] for name in visible} == {
            name: account[name] for name in visible
        }


def test_payments_of_the_guide_run_from_receipt_to_refund(desk: Desk, sample: Any) -> None:
    owed = desk.post("/sales_invoices", desk.invoice("100"))
    ids = {"contact_id": desk.contact("ARDENT"), "bank_account_id": desk.bank()}
    full = sample("contact_payment_full_allocation_request")
    paid = created(
        desk, "/contact_payments", filled(desk, full, {**ids, "artefact_id": owed["id"]})
    )
    part = sample("contact_payment_customer_refund_request")
    rest = created(desk, "/contact_payments", {"contact_payment": desk.receipt("100")})
    poa = rest["payment_on_account"]["id"]
    created(desk, "/contact_payments", filled(desk, part, {**ids, "artefact_id": poa}))

    assert paid["payment_on_account"] is None
    left = desk.get(f"/sales_invoices/{owed['id']}")["outstanding_amount"]
    assert Decimal(left) == Decimal("64.45")


def test_many_invoices_are_set_off_at_once(desk: Desk, sample: Any) -> None:
    body = sample("contact_allocation_many_invoices_request")["contact_allocation"]
    note = desk.invoice("100")
    note["credit_note_lines"] = note.pop("invoice_lines")
    credit = desk.post("/sales_credit_notes", note)["id"]
    for part in body["allocated_artefacts"]:
        invoice = desk.post("/sales_invoices", desk.invoice("100"))["id"]
        part["artefact_id"] = credit if part["amount"] < 0 else invoice
    # The guide leaves these out, which the description requires.
    body |= {
        "transaction_type_id": "CUSTOMER_ALLOCATION",
        "contact_id": desk.contact("ARDENT"),
    }
    desk.post("/contact_allocations", body)

    left = desk.get(f"/sales_credit_notes/{credit}")["outstanding_amount"]
    assert left == "20.04"


def test_errors_are_those_of_the_samples(desk: Desk, start: Start, sample: Any) -> None:
    bound = start(roles={"Sales": "No Access"})
    key = {"idempotency_id": "a" * 32}
    desk.post("/sales_invoices", desk.invoice(**key))
    contact = {"name": "x", "contact_type_ids": ["CUSTOMER"], **key}

    assert sample("error_401_no_active_subscription") == (
        desk.http.get("/datev_settings").json()
    )
    assert sample("error_403_multi_user_access_denied") == (
        bound.http.get("/sales_invoices").json()
    )
    assert sample("error_422_couldnt_find_supplier") == desk.refused(
        "/purchase_invoices", desk.purchase(contact_id=desk.contact("ARDENT"))
    )
    assert sample("error_idempotency_resource_mismatch") == desk.refused(
        "/contacts", contact
    )

"""Bodies, what is refused about them, and requests that come twice."""

from typing import Any

import pytest

from .desk import Desk, Start

KEY = "0123456789abcdef0123456789abcdef"


def messages(complaints: list[dict[str, str]]) -> dict[str, str]:
    return {one["$source"]: one["$message"] for one in complaints}


def test_only_json_is_taken(desk: Desk) -> None:
    reply = desk.http.post("/contacts", data={"contact": "x"})

    assert reply.status_code == 415


def test_what_is_not_json_is_told(desk: Desk) -> None:
    headers = {"Content-Type": "application/json"}

    assert desk.http.post("/contacts", content=b"{", headers=headers).status_code == 400


@pytest.mark.parametrize("body", [{}, {"contacts": {}}, {"contact": []}, []])
def test_a_body_stands_under_its_key(desk: Desk, body: Any) -> None:
    reply = desk.http.post("/contacts", json=body)

    assert (reply.status_code, reply.json()[0]["$source"]) == (422, "contact")


def test_all_faults_are_told_at_once(desk: Desk) -> None:
    body = desk.invoice(date="2026-02-30")
    body["invoice_lines"].append({"unit_price": "many"})

    complaints = desk.refused("/sales_invoices", body)

    assert messages(complaints) == {
        "date": "invalid date",
        "invoice_lines[1].description": "This field is required.",
        "invoice_lines[1].ledger_account_id": "This field is required.",
        "invoice_lines[1].unit_price": "is not a number",
    }
    assert {"error"} == {one["$severity"] for one in complaints}


@pytest.mark.parametrize(
    ("style", "source"),
    [
        ("path", "invoice_lines[0].description"),
        ("brackets", "sales_invoice[invoice_lines][0][description]"),
        ("umbrella", "line_items.description"),
    ],
)
def test_fields_are_named_in_three_ways(start: Start, style: str, source: str) -> None:
    desk = start(source_style=style)
    body = desk.invoice()
    del body["invoice_lines"][0]["description"]

    assert {source: "This field is required."} == messages(
        desk.refused("/sales_invoices", body)
    )


def test_null_and_blank_are_missing_where_something_is_required(desk: Desk) -> None:
    for blank in (None, ""):
        complaints = desk.refused(
            "/contacts", {"name": blank, "contact_type_ids": ["CUSTOMER"]}
        )

        assert messages(complaints) == {"name": "This field is required."}


def test_an_id_that_leads_nowhere_is_a_record_not_found(desk: Desk) -> None:
    (complaint,) = desk.refused("/sales_invoices", desk.invoice(contact_id="f" * 32))

    assert complaint == {
        "$severity": "error",
        "$dataCode": "RecordNotFound",
        "$message": "Couldn't find record.",
        "$source": "",
    }


def test_texts_are_as_long_as_the_replies_allow(desk: Desk) -> None:
    types = ["CUSTOMER"]
    (complaint,) = desk.refused(
        "/contacts", {"name": "x", "contact_type_ids": types, "reference": "12345678901"}
    )

    assert (complaint["$source"], complaint["$dataCode"]) == ("reference", "RecordInvalid")


def test_values_of_a_list_are_checked(desk: Desk) -> None:
    body = {"name": "x", "contact_type_ids": ["CUSTOMER"], "credit_terms": "never"}

    assert list(messages(desk.refused("/contacts", body))) == ["credit_terms"]


def test_numbers_may_be_text_or_bare_and_stay_exact(desk: Desk) -> None:
    account = desk.account(4000)
    lines = [
        {"description": "x", "ledger_account_id": account, "unit_price": price}
        | {"tax_rate_id": "GB_NO_TAX"}
        for price in ("0.1", 0.2)
    ]

    made = desk.post("/sales_invoices", desk.invoice(invoice_lines=lines))

    assert made["total_amount"] == "0.3"


def test_one_field_can_be_changed(desk: Desk) -> None:
    id = desk.contact("ARDENT")
    before = desk.get(f"/contacts/{id}")
    desk.simulator.advance(5)
    after = desk.put(f"/contacts/{id}", {"notes": "Pays late"})

    assert {"notes", "updated_at"} == {
        name for name in before if before[name] != after[name]
    }


def test_what_is_not_declared_has_no_effect(desk: Desk) -> None:
    made = desk.post(
        "/contacts", {"name": "x", "contact_type_ids": ["CUSTOMER"], "colour": "red"}
    )

    assert "colour" not in made


# --- requests that come twice


def invoices(desk: Desk) -> int:
    return desk.simulator.books().count("sales_invoices")


def test_the_same_request_returns_the_first_result_for_seven_days(desk: Desk) -> None:
    body = desk.invoice(idempotency_id=KEY)
    first = desk.post("/sales_invoices", body)
    desk.simulator.advance(6 * 86_400)
    desk.renew()

    assert first == desk.post("/sales_invoices", body)
    assert invoices(desk) == 1

    desk.simulator.advance(86_400 + 1)
    desk.renew()
    assert first["id"] != desk.post("/sales_invoices", body)["id"]
    assert invoices(desk) == 2


def test_an_update_is_guarded_as_well(desk: Desk) -> None:
    id = desk.contact("ARDENT")
    first = desk.put(f"/contacts/{id}", {"notes": "a", "idempotency_id": KEY})
    desk.put(f"/contacts/{id}", {"notes": "b"})

    assert first == desk.put(f"/contacts/{id}", {"notes": "a", "idempotency_id": KEY})
    assert desk.get(f"/contacts/{id}")["notes"] == "b"


def test_another_resource_under_the_same_id_is_refused(desk: Desk) -> None:
    desk.post("/sales_invoices", desk.invoice(idempotency_id=KEY))
    contact = {"name": "x", "contact_type_ids": ["CUSTOMER"], "idempotency_id": KEY}

    (complaint,) = desk.refused("/contacts", contact)

    assert (
        complaint["$dataCode"],
        complaint["$message"],
    ) == ("IdempotencyResourceMismatch", "Entity type mismatch")


def test_the_status_of_a_mismatch_is_a_choice(start: Start) -> None:
    desk = start(mismatch_status=409)
    desk.post("/sales_invoices", desk.invoice(idempotency_id=KEY))
    contact = {"name": "x", "contact_type_ids": ["CUSTOMER"], "idempotency_id": KEY}

    assert desk.send("POST", "/contacts", contact).status_code == 409


@pytest.mark.parametrize(("choice", "status"), [("first", 201), ("refused", 422)])
def test_the_same_id_with_another_body_is_a_choice(
    start: Start, choice: str, status: int
) -> None:
    desk = start(same_id_other_body=choice)
    desk.post("/sales_invoices", desk.invoice("100", idempotency_id=KEY))

    reply = desk.send("POST", "/sales_invoices", desk.invoice("200", idempotency_id=KEY))

    assert status == reply.status_code
    assert invoices(desk) == 1


def test_what_was_refused_may_come_again(desk: Desk) -> None:
    desk.refused("/sales_invoices", desk.invoice(date="", idempotency_id=KEY))

    desk.post("/sales_invoices", desk.invoice(idempotency_id=KEY))
    assert invoices(desk) == 1


def test_attachments_are_not_guarded(desk: Desk) -> None:
    body = {
        "file": "SGk=",
        "file_name": "a",
        "mime_type": "text/plain",
        "idempotency_id": KEY,
    }

    assert desk.post("/attachments", body)["id"] != desk.post("/attachments", body)["id"]


def test_businesses_do_not_share_idempotency_ids(start: Start) -> None:
    desk = start(businesses=2)
    body = {"name": "x", "contact_type_ids": ["CUSTOMER"], "idempotency_id": KEY}
    first = desk.post("/contacts", body)
    desk.http.headers["X-Business"] = desk.simulator.businesses[1]

    assert first["id"] != desk.post("/contacts", body)["id"]


def test_a_refusal_leaves_nothing_behind(desk: Desk) -> None:
    before = desk.get("/contacts")["$total"], desk.get("/addresses")["$total"]
    body = {
        "name": "x",
        "contact_type_ids": ["CUSTOMER"],
        "main_address": {"region": "x" * 46},
    }
    desk.refused("/contacts", body)

    assert before == (desk.get("/contacts")["$total"], desk.get("/addresses")["$total"])

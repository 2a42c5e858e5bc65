"""Invoices, credit notes, quotes: numbers, totals, statuses, release, void."""

from decimal import Decimal
from typing import Any

import pytest

from .desk import Desk, Start


def status(doc: dict[str, Any]) -> str:
    return str(doc["status"]["id"])


def line(desk: Desk, **fields: Any) -> dict[str, Any]:
    return {
        "description": "Work",
        "ledger_account_id": desk.account(4000),
        "quantity": "1",
        "unit_price": "100",
        "tax_rate_id": "GB_STANDARD",
        "tax_amount": "20",
        **fields,
    }


def one(desk: Desk, **fields: Any) -> dict[str, Any]:
    """Return a sales invoice of one line."""
    made: dict[str, Any] = desk.post(
        "/sales_invoices", desk.invoice(invoice_lines=[line(desk, **fields)])
    )
    return made


# --- numbers


def test_numbers_follow_each_other_under_a_prefix(desk: Desk) -> None:
    numbers = [
        desk.post("/sales_invoices", desk.invoice())["invoice_number"] for _ in range(3)
    ]

    assert numbers == ["SI-1", "SI-2", "SI-3"]
    assert desk.get("/invoice_settings")["next_invoice_number"] == 4


def test_a_number_of_ones_own_shifts_the_sequence(desk: Desk) -> None:
    own = desk.post("/sales_invoices", desk.invoice(invoice_number="SI-41"))
    following = desk.post("/sales_invoices", desk.invoice())

    assert [own["invoice_number"], following["invoice_number"]] == ["SI-41", "SI-42"]
    assert own["displayed_as"] == "SI-41"


def test_a_number_is_taken_once_even_when_it_is_void(desk: Desk) -> None:
    made = desk.post("/sales_invoices", desk.invoice(invoice_number="A-7"))
    desk.http.delete(f"/sales_invoices/{made['id']}", params={"void_reason": "x"})

    (complaint,) = desk.refused("/sales_invoices", desk.invoice(invoice_number="A-7"))

    assert complaint["$message"] == "Artefact number must be unique"


def test_credit_notes_have_a_sequence_of_their_own_unless_it_is_shared(desk: Desk) -> None:
    def numbers() -> list[str]:
        body = desk.invoice()
        body["credit_note_lines"] = body["invoice_lines"]
        note = desk.post("/sales_credit_notes", body)
        invoice = desk.post("/sales_invoices", body)
        return [note["credit_note_number"], invoice["invoice_number"]]

    apart = numbers()
    desk.put("/invoice_settings", {"separate_invoice_credit_note_numbering": False})

    assert apart == ["SCN-1", "SI-1"]
    assert numbers() == ["SCN-2", "SI-3"]


@pytest.mark.parametrize("kept", ["DRAFT", "PRO_FORMA"])
def test_a_draft_has_no_number_and_owes_nothing_until_it_is_released(
    desk: Desk, kept: str
) -> None:
    draft = desk.post("/sales_invoices", desk.invoice(status_id=kept))
    issued = desk.http.post(f"/sales_invoices/{draft['id']}/release").json()

    assert (kept, "SI-DRAFT", "0.0", "120.0", None) == (
        status(draft),
        draft["invoice_number"],
        draft["outstanding_amount"],
        draft["total_amount"],
        draft["transaction"],
    )
    assert (
        status(issued),
        issued["invoice_number"],
        issued["outstanding_amount"],
    ) == ("UNPAID", "SI-1", "120.0")


def test_only_what_is_not_issued_can_be_released(desk: Desk) -> None:
    made = desk.post("/sales_invoices", desk.invoice())

    assert desk.http.post(f"/sales_invoices/{made['id']}/release").status_code == 422


@pytest.mark.parametrize("asked", ["PAID", "VOID", "DISPUTED"])
def test_a_status_cannot_be_set(desk: Desk, asked: str) -> None:
    (complaint,) = desk.refused("/sales_invoices", desk.invoice(status_id=asked))

    assert complaint["$source"] == "status_id"


# --- totals


def test_a_discount_comes_off_before_tax(desk: Desk) -> None:
    made = one(desk, unit_price="110.00", discount_amount="10.00", tax_amount="9.95")
    (shown,) = made["invoice_lines"]

    assert (
        made["net_amount"],
        made["tax_amount"],
        made["total_amount"],
        made["total_discount_amount"],
        shown["discount_percentage"],
    ) == ("100.0", "9.95", "109.95", "10.0", "9.09")


def test_a_price_may_include_its_tax(desk: Desk) -> None:
    made = one(desk, unit_price="120", unit_price_includes_tax=True)

    assert (
        made["net_amount"],
        made["tax_amount"],
        made["total_amount"],
    ) == ("100.0", "20.0", "120.0")


def test_lines_are_rounded_half_up_to_the_cent(desk: Desk) -> None:
    assert one(desk, quantity="0.5", unit_price="0.05")["net_amount"] == "0.03"


@pytest.mark.parametrize(("choice", "answer"), [("zero", 201), ("refused", 422)])
def test_without_its_tax_a_line_has_none_or_is_refused(
    start: Start, choice: str, answer: int
) -> None:
    desk = start(missing_tax=choice)
    lines = [line(desk, tax_amount=None)]
    reply = desk.send("POST", "/sales_invoices", desk.invoice(invoice_lines=lines))
    untaxed = [line(desk, tax_amount=None, tax_rate_id="GB_ZERO")]

    assert answer == reply.status_code
    assert "100.0" in reply.text if answer == 201 else "tax_amount" in reply.text
    desk.post("/sales_invoices", desk.invoice(invoice_lines=untaxed))


@pytest.mark.parametrize(("choice", "answer"), [("account", 201), ("refused", 422)])
def test_without_its_rate_a_line_has_the_accounts_or_is_refused(
    start: Start, choice: str, answer: int
) -> None:
    desk = start(missing_tax_rate=choice)
    body = desk.invoice(invoice_lines=[line(desk, tax_rate_id=None)])

    assert answer == desk.send("POST", "/sales_invoices", body).status_code


@pytest.mark.parametrize(
    "fault",
    [
        {"total_amount": "121"},
        {"net_amount": "99.99"},
        {"tax_amount": "0"},
    ],
)
def test_totals_that_disagree_are_told_by_the_umbrella(
    desk: Desk, fault: dict[str, str]
) -> None:
    (complaint,) = desk.refused("/sales_invoices", desk.invoice(**fault))

    assert (
        complaint["$message"],
        complaint["$source"],
    ) == ("This field is required", "line_items.description")


def test_so_are_html_entities(desk: Desk) -> None:
    lines = [line(desk, description="Nuts &amp; bolts")]
    (complaint,) = desk.refused("/sales_invoices", desk.invoice(invoice_lines=lines))

    assert complaint["$source"] == "line_items.description"
    assert (
        one(desk, description="Nuts & bolts")["invoice_lines"][0]["description"]
        == "Nuts & bolts"
    )


def test_the_tax_of_carriage_is_worked_out_anew(desk: Desk) -> None:
    made = desk.post(
        "/sales_invoices",
        desk.invoice(
            shipping_net_amount="10",
            shipping_tax_rate_id="GB_STANDARD",
            shipping_tax_amount="7.77",
        ),
    )

    assert (
        made["shipping_tax_amount"],
        made["shipping_total_amount"],
        made["net_amount"],
        made["total_amount"],
    ) == ("2.0", "12.0", "110.0", "132.0")
    assert Decimal(-10) == desk.simulator.books().balances()["4905"]


def test_the_analysis_sums_by_rate(desk: Desk) -> None:
    lines = [line(desk), line(desk), line(desk, tax_rate_id="GB_ZERO", tax_amount="0")]
    made = desk.post("/sales_invoices", desk.invoice(invoice_lines=lines))

    assert {
        row["tax_rate"]["id"]: (row["net_amount"], row["tax_amount"])
        for row in made["tax_analysis"]
    } == {"GB_STANDARD": ("200.0", "40.0"), "GB_ZERO": ("100.0", "0.0")}


def test_what_is_not_said_comes_from_contact_and_settings(desk: Desk) -> None:
    made = desk.post("/sales_invoices", desk.invoice())

    assert (
        made["due_date"],
        made["contact_name"],
        made["main_address_free_form"],
    ) == ("2026-03-31", "Ardent Heating Ltd", "1 Station Road\nNewtown NT1 2AB")
    assert made["main_address_free_form"] == made["delivery_address_free_form"]


@pytest.mark.parametrize(
    ("terms", "due"),
    [
        ("date_from_invoice", "2026-02-20"),
        ("month_end_invoice", "2026-03-10"),
        ("immediate_invoice", "2026-02-10"),
    ],
)
def test_the_contacts_terms_say_when_it_is_due(desk: Desk, terms: str, due: str) -> None:
    fields = {"credit_terms": terms, "credit_days": 10}
    desk.put(f"/contacts/{desk.contact('ARDENT')}", fields)

    assert due == desk.post("/sales_invoices", desk.invoice(date="2026-02-10"))["due_date"]


def test_an_account_that_sales_do_not_see_is_not_found(desk: Desk) -> None:
    lines = [line(desk, ledger_account_id=desk.account(7100))]
    (complaint,) = desk.refused("/sales_invoices", desk.invoice(invoice_lines=lines))

    assert complaint["$dataCode"] == "RecordNotFound"


def test_a_contact_of_the_other_type_is_refused(desk: Desk) -> None:
    (sale,) = desk.refused(
        "/sales_invoices", desk.invoice(contact_id=desk.contact("HARBOUR"))
    )
    (purchase,) = desk.refused(
        "/purchase_invoices", desk.purchase(contact_id=desk.contact("ARDENT"))
    )

    assert [
        sale["$message"],
        purchase["$message"],
    ] == ["can't find customer", "Couldn't find Supplier."]
    assert purchase["$dataCode"] == "RecordInvalid"


def test_services_are_for_sales_only(desk: Desk) -> None:
    service = desk.get("/services", search="CALLOUT")["$items"][0]["id"]
    body = desk.purchase()
    body["invoice_lines"][0]["service_id"] = service

    assert desk.refused("/purchase_invoices", body)[0]["$dataCode"] == "RecordNotFound"
    assert (
        one(desk, service_id=service)["invoice_lines"][0]["service"]["displayed_as"]
        == "Call-out, first hour"
    )


# --- reading that writes, and PDF


@pytest.mark.parametrize(
    ("asked", "sent"), [({}, True), ({"mark_as_sent": "false"}, False)]
)
def test_reading_marks_as_sent_unless_told_otherwise(
    desk: Desk,
    asked: dict[str, str],
    sent: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    made = desk.post("/sales_invoices", desk.invoice())
    desk.get("/sales_invoices", attributes="all")
    desk.get(f"/sales_invoices/{made['id']}", **asked)

    (stands,) = desk.simulator.books().all("sales_invoices")
    assert (False, sent) == (made["sent"], stands["sent"])


def test_perhaps_only_the_pdf_marks_as_sent(start: Start) -> None:
    desk = start(marks_sent_on="pdf")
    made = desk.post("/sales_invoices", desk.invoice())
    path, books = f"/sales_invoices/{made['id']}", desk.simulator.books()
    desk.get(path)
    before = books.all("sales_invoices")[0]["sent"]
    reply = desk.http.get(path, headers={"Accept": "application/pdf"})

    assert [before, books.all("sales_invoices")[0]["sent"]] == [False, True]
    assert reply.headers["Content-Type"] == "application/pdf"
    assert reply.content.startswith(b"%PDF-")
    assert reply.content.endswith(b"%%EOF\n")


# --- void, delete, change


@pytest.mark.parametrize(
    ("choice", "place", "answer"),
    [
        ("both", "query", 200),
        ("both", "body", 200),
        ("both", "nowhere", 422),
        ("query", "query", 200),
        ("query", "body", 422),
        ("body", "body", 200),
        ("body", "query", 422),
    ],
)
def test_where_the_reason_of_a_void_stands_is_a_choice(
    start: Start, choice: str, place: str, answer: int
) -> None:
    desk = start(void_reason_in=choice)
    made = desk.post("/sales_invoices", desk.invoice())
    reason = {"void_reason": "Wrong customer"}

    reply = desk.http.request(
        "DELETE",
        f"/sales_invoices/{made['id']}",
        params=reason if place == "query" else None,
        json=reason if place == "body" else None,
    )

    assert answer == reply.status_code


def test_a_void_invoice_stays_with_its_number_and_posts_nothing(desk: Desk) -> None:
    made = desk.post("/sales_invoices", desk.invoice())
    path = f"/sales_invoices/{made['id']}"
    desk.http.delete(path, params={"void_reason": "Wrong customer"})
    void = desk.get(path)

    assert (
        status(void),
        void["invoice_number"],
        void["void_reason"],
        void["outstanding_amount"],
    ) == ("VOID", "SI-1", "Wrong customer", "0.0")
    assert desk.get("/sales_invoices")["$total"] == 1
    assert desk.simulator.books().balances() == {}
    assert desk.get(made["transaction"]["$path"])["deleted"] is True
    assert desk.http.delete(path, params={"void_reason": "x"}).status_code == 422
    assert desk.send("PUT", path, {"notes": "x"}).status_code == 422


def test_a_draft_is_really_deleted(desk: Desk) -> None:
    made = desk.post("/sales_invoices", desk.invoice(status_id="DRAFT"))
    path = f"/sales_invoices/{made['id']}"

    assert desk.http.delete(path).status_code == 200
    assert desk.http.get(path).status_code == 404
    assert desk.get("/sales_invoices", deleted_since="2000-01-01")["$items"] == []


def test_a_purchase_invoice_goes_without_a_reason(desk: Desk) -> None:
    made = desk.post("/purchase_invoices", desk.purchase())
    path = f"/purchase_invoices/{made['id']}"

    assert desk.http.delete(path).status_code == 204
    assert status(desk.get(path)) == "VOID"
    assert desk.get("/purchase_invoices")["$total"] == 0
    assert desk.get("/purchase_invoices", deleted_since="2000-01-01")["$total"] == 1
    assert desk.simulator.books().balances() == {}


def test_what_is_paid_is_neither_changed_nor_voided(desk: Desk) -> None:
    made = desk.post("/sales_invoices", desk.invoice())
    path = f"/sales_invoices/{made['id']}"
    paid = desk.post("/contact_payments", desk.receipt("20", (made["id"], "20")))
    shown = desk.get(path)

    assert (shown["editable"], status(shown)) == (False, "PART_PAID")
    for reply in (
        desk.send("PUT", path, {"notes": "x"}),
        desk.http.delete(path, params={"void_reason": "x"}),
    ):
        assert reply.status_code == 422
        assert "You must unallocate" in reply.json()[0]["$message"]
    desk.put(f"/contact_payments/{paid['id']}", {"allocated_artefacts": []})
    assert status(desk.get(path)) == "UNPAID"
    assert desk.put(path, {"notes": "x"})["notes"] == "x"


def lines_after_change(desk: Desk) -> list[tuple[str, bool]]:
    body = desk.invoice(
        invoice_lines=[line(desk, description="a"), line(desk, description="b")]
    )
    made = desk.post("/sales_invoices", body)
    ids = [row["id"] for row in made["invoice_lines"]]
    changed = desk.put(
        f"/sales_invoices/{made['id']}",
        {"invoice_lines": [line(desk, id=ids[1], description="c")]},
    )
    return [(row["description"], row["id"] in ids) for row in changed["invoice_lines"]]


def test_an_update_of_lines_replaces_or_merges(start: Start) -> None:
    assert lines_after_change(start()) == [("c", True)]
    assert lines_after_change(start(put_lines="merge")) == [("a", True), ("c", True)]


def test_a_change_is_posted_anew(desk: Desk) -> None:
    made = desk.post("/sales_invoices", desk.invoice("100"))
    changed = desk.put(
        f"/sales_invoices/{made['id']}",
        {"invoice_lines": [line(desk, unit_price="50", tax_amount="10")]},
    )

    assert ("60.0", made["invoice_number"], made["transaction"]["id"]) == (
        changed["outstanding_amount"],
        changed["invoice_number"],
        changed["transaction"]["id"],
    )
    assert {"1100": Decimal(60), "2200": Decimal(-10), "4000": Decimal(-50)} == (
        desk.simulator.books().balances()
    )


def test_a_quote_becomes_an_invoice(desk: Desk) -> None:
    body = {**desk.invoice(), "expiry_date": "2026-04-01"}
    body["quote_lines"] = body.pop("invoice_lines")
    quote = desk.post("/sales_quotes", body)
    invoice = desk.post(
        "/sales_invoices", desk.invoice(original_quote_estimate_id=quote["id"])
    )
    converted = desk.get(f"/sales_quotes/{quote['id']}")

    assert ("SQ-1", "INVOICED", invoice["id"]) == (
        quote["quote_number"],
        status(converted),
        converted["invoice"]["id"],
    )
    assert desk.http.delete(f"/sales_quotes/{quote['id']}").status_code == 204


def test_quick_entries_need_two_of_net_tax_and_total(desk: Desk) -> None:
    entry = {
        "quick_entry_type_id": "INVOICE",
        "date": "2026-03-01",
        "reference": "Q",
        "contact_id": desk.contact("ARDENT"),
        "ledger_account_id": desk.account(4000),
    }
    made = [
        desk.post("/sales_quick_entries", {**entry, **amounts})
        for amounts in (
            {"net_amount": "100", "tax_amount": "20"},
            {"total_amount": "120", "tax_amount": "20"},
            {"net_amount": "100", "total_amount": "120"},
        )
    ]

    assert [
        (doc["net_amount"], doc["tax_amount"], doc["total_amount"]) for doc in made
    ] == [("100.0", "20.0", "120.0")] * 3
    desk.refused("/sales_quick_entries", entry)
    desk.refused(
        "/sales_quick_entries",
        {**entry, "net_amount": "1", "tax_amount": "1", "total_amount": "3"},
    )


def test_the_books_balance_whatever_is_posted(desk: Desk) -> None:
    note = desk.invoice()
    note["credit_note_lines"] = note.pop("invoice_lines")
    bought = desk.purchase("30")
    bought["credit_note_lines"] = bought.pop("invoice_lines")
    desk.post("/sales_invoices", desk.invoice("100"))
    desk.post("/sales_credit_notes", note)
    desk.post("/purchase_invoices", desk.purchase("50"))
    desk.post("/purchase_credit_notes", bought)

    assert {"2100": Decimal(-24), "2201": Decimal(4), "5000": Decimal(20)} == (
        desk.simulator.books().balances()
    )
    assert desk.simulator.books().is_balanced()

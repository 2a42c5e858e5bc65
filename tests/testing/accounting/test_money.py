"""Payments, allocations, journals, banks: what moves money and settles debts."""

from decimal import Decimal
from typing import Any

import pytest

from .desk import Desk, Start


def invoice(desk: Desk, net: str = "100", **fields: Any) -> str:
    return str(desk.post("/sales_invoices", desk.invoice(net, **fields))["id"])


def credit_note(desk: Desk, net: str) -> str:
    body = desk.invoice(net)
    body["credit_note_lines"] = body.pop("invoice_lines")
    return str(desk.post("/sales_credit_notes", body)["id"])


def stands(desk: Desk, id: str, resource: str = "sales_invoices") -> tuple[str, str]:
    doc = desk.get(f"/{resource}/{id}", mark_as_sent="false")
    return doc["status"]["id"], doc["outstanding_amount"]


def refused(desk: Desk, path: str, body: dict[str, Any]) -> str:
    return str(desk.refused(path, body)[0]["$message"])


def test_a_receipt_settles_what_it_is_allocated_to(desk: Desk) -> None:
    first, second = invoice(desk, "100"), invoice(desk, "50")
    made = desk.post(
        "/contact_payments", desk.receipt("150", (first, "120"), (second, "30"))
    )

    assert stands(desk, first) == ("PAID", "0.0")
    assert stands(desk, second) == ("PART_PAID", "30.0")
    assert made["payment_on_account"] is None
    assert {"1100", "1200", "2200", "4000"} == desk.simulator.books().balances().keys()
    assert Decimal(30) == desk.simulator.books().balances()["1100"]


def test_what_is_not_allocated_is_on_account_under_an_id_of_its_own(desk: Desk) -> None:
    made = desk.post("/contact_payments", desk.receipt("99.99", (invoice(desk), "77.77")))
    poa = made["payment_on_account"]
    open_ones = desk.get("/unallocated_artefacts", contact_id=desk.contact("ARDENT"))

    assert (poa["outstanding_amount"], poa["status"]["id"]) == ("22.22", "UNPAID")
    assert poa["id"] not in {made["id"], made["transaction"]["id"]}
    assert poa["id"] in [item["id"] for item in open_ones["$items"]]


def test_the_payment_on_account_can_be_allocated_later(desk: Desk) -> None:
    poa = desk.post("/contact_payments", desk.receipt("50"))["payment_on_account"]["id"]
    owed = invoice(desk, "100")
    allocation = {
        "transaction_type_id": "CUSTOMER_ALLOCATION",
        "contact_id": desk.contact("ARDENT"),
        "allocated_artefacts": [
            {"artefact_id": owed, "amount": "50"},
            {"artefact_id": poa, "amount": "-50"},
        ],
    }
    made = desk.post("/contact_allocations", allocation)

    assert stands(desk, owed) == ("PART_PAID", "70.0")
    desk.http.delete(f"/contact_allocations/{made['id']}").raise_for_status()
    assert stands(desk, owed) == ("UNPAID", "120.0")


def test_more_than_there_is_cannot_be_allocated(desk: Desk) -> None:
    owed = invoice(desk, "100")

    assert "greater than the total" in refused(
        desk, "/contact_payments", desk.receipt("10", (owed, "20"))
    )
    assert "greater than the outstanding" in refused(
        desk, "/contact_payments", desk.receipt("200", (owed, "120.01"))
    )
    assert stands(desk, owed) == ("UNPAID", "120.0")
    assert desk.simulator.books().count("contact_payments") == 0


def test_only_open_invoices_are_paid(desk: Desk) -> None:
    owed = invoice(desk, "100")
    desk.post("/contact_payments", desk.receipt("120", (owed, "120")))
    draft = invoice(desk, status_id="DRAFT")

    for id in (owed, draft):
        assert (
            refused(desk, "/contact_payments", desk.receipt("1", (id, "1")))
            == "You can only pay unpaid or part-paid invoices."
        )


def test_another_contacts_invoice_is_not_found(desk: Desk) -> None:
    theirs = invoice(desk, contact_id=desk.contact("BIRCH"))
    reply = desk.refused("/contact_payments", desk.receipt("1", (theirs, "1")))

    assert reply[0]["$dataCode"] == "RecordNotFound"


def test_a_discount_settles_too(desk: Desk) -> None:
    owed = invoice(desk, "100")
    body = desk.receipt("115", (owed, "115"))
    body["allocated_artefacts"][0]["discount"] = "5"
    desk.post("/contact_payments", body)

    assert stands(desk, owed) == ("PAID", "0.0")
    balances = desk.simulator.books().balances()
    assert (Decimal(115), Decimal(5)) == (balances["1200"], balances["4009"])
    assert "1100" not in balances


def test_a_receipt_is_taken_off_and_refunded(desk: Desk) -> None:
    owed = invoice(desk, "100")
    paid = desk.post("/contact_payments", desk.receipt("120", (owed, "120")))
    freed = desk.put(f"/contact_payments/{paid['id']}", {"allocated_artefacts": []})
    poa = freed["payment_on_account"]["id"]
    refund = {"transaction_type_id": "CUSTOMER_REFUND"}

    assert stands(desk, owed) == ("UNPAID", "120.0")
    assert "must be fully allocated" in refused(
        desk, "/contact_payments", desk.receipt("121", (poa, "120"), **refund)
    )
    desk.post("/contact_payments", desk.receipt("120", (poa, "120"), **refund))
    assert "1200" not in desk.simulator.books().balances()
    assert desk.http.delete(f"/contact_payments/{paid['id']}").status_code == 422


def test_deleting_a_payment_gives_everything_back(desk: Desk) -> None:
    owed = invoice(desk, "100")
    paid = desk.post("/contact_payments", desk.receipt("200", (owed, "120")))
    desk.http.delete(f"/contact_payments/{paid['id']}").raise_for_status()

    assert stands(desk, owed) == ("UNPAID", "120.0")
    assert [owed] == [item["id"] for item in desk.get("/unallocated_artefacts")["$items"]]
    assert "1200" not in desk.simulator.books().balances()


def test_suppliers_are_paid_the_other_way_round(desk: Desk) -> None:
    owed = desk.post("/purchase_invoices", desk.purchase("100"))["id"]
    body = desk.receipt("120", (owed, "120"), transaction_type_id="VENDOR_PAYMENT")
    body["contact_id"] = desk.contact("HARBOUR")
    desk.post("/contact_payments", body)

    assert stands(desk, owed, "purchase_invoices") == ("PAID", "0.0")
    assert {"1200": Decimal(-120), "2201": Decimal(20), "5000": Decimal(100)} == (
        desk.simulator.books().balances()
    )


@pytest.mark.parametrize(
    "change",
    [
        {"transaction_type_id": "SUPPLIER_PAYMENT"},
        {"transaction_type_id": "OTHER_PAYMENT"},
        {"total_amount": "0"},
        {"total_amount": "-5"},
        {"transaction_type_id": "VENDOR_PAYMENT"},
    ],
)
def test_payments_that_are_refused(desk: Desk, change: dict[str, str]) -> None:
    desk.refused("/contact_payments", desk.receipt("10", **change))


def test_the_usual_method_of_the_bank_account_is_taken(desk: Desk) -> None:
    methods = [
        desk.post("/contact_payments", desk.receipt("1", bank_account_id=desk.bank(type_)))[
            "payment_method"
        ]["id"]
        for type_ in ("CHECKING", "CASH_IN_HAND")
    ]

    assert methods == ["CREDIT_DEBIT", "CASH"]


def test_payments_are_shown_on_the_artefact_when_asked_for(desk: Desk) -> None:
    owed = invoice(desk)
    paid = desk.post("/contact_payments", desk.receipt("20", (owed, "20"), reference="R1"))
    plain = desk.get(f"/sales_invoices/{owed}")
    (shown,) = desk.get(f"/sales_invoices/{owed}", show_payments_allocations="true")[
        "payments_allocations"
    ]

    assert "payments_allocations" not in plain
    assert ("20.0", "R1", paid["id"]) == (
        shown["amount"],
        shown["reference"],
        shown["contact_payment"]["id"],
    )


# --- allocations


def allocation(desk: Desk, *parts: tuple[str, str]) -> dict[str, Any]:
    return {
        "transaction_type_id": "CUSTOMER_ALLOCATION",
        "contact_id": desk.contact("ARDENT"),
        "allocated_artefacts": [
            {"artefact_id": id, "amount": amount} for id, amount in parts
        ],
    }


def test_a_credit_note_is_set_off(desk: Desk) -> None:
    owed, credit = invoice(desk, "100"), credit_note(desk, "30")
    desk.post("/contact_allocations", allocation(desk, (owed, "36"), (credit, "-36")))

    assert stands(desk, owed) == ("PART_PAID", "84.0")
    assert stands(desk, credit, "sales_credit_notes") == ("PAID", "0.0")


def test_allocations_add_up_to_zero_with_the_right_signs(desk: Desk) -> None:
    owed, credit = invoice(desk, "100"), credit_note(desk, "30")

    for parts in (
        [(owed, "36"), (credit, "-30")],
        [(owed, "-36"), (credit, "36")],
        [(owed, "40"), (credit, "-40")],
    ):
        desk.refused("/contact_allocations", allocation(desk, *parts))
    assert stands(desk, owed) == ("UNPAID", "120.0")


def test_supplier_allocations_have_the_signs_reversed(desk: Desk) -> None:
    body = desk.purchase("100")
    note = {**body, "credit_note_lines": body["invoice_lines"]}
    owed = desk.post("/purchase_invoices", body)["id"]
    credit = desk.post("/purchase_credit_notes", note)["id"]
    parts = allocation(desk, (owed, "-120"), (credit, "120"))
    parts |= {
        "transaction_type_id": "VENDOR_ALLOCATION",
        "contact_id": desk.contact("HARBOUR"),
    }

    desk.post("/contact_allocations", parts)

    assert stands(desk, owed, "purchase_invoices") == ("PAID", "0.0")


# --- other money


def other(desk: Desk, kind: str, account: int, **fields: Any) -> dict[str, Any]:
    lines = [{"ledger_account_id": desk.account(account), "total_amount": "12"}]
    lines[0]["tax_amount"] = "2"
    return {
        "transaction_type_id": kind,
        "bank_account_id": desk.bank(),
        "date": "2026-03-01",
        "total_amount": "12",
        "payment_lines": lines,
        **fields,
    }


def test_money_in_and_out_by_accounts(desk: Desk) -> None:
    desk.post("/other_payments", other(desk, "OTHER_PAYMENT", 7100))
    desk.post("/other_payments", other(desk, "OTHER_RECEIPT", 4900))

    assert {
        "2200": Decimal(-2),
        "2201": Decimal(2),
        "4900": Decimal(-10),
        "7100": Decimal(10),
    } == desk.simulator.books().balances()


def test_other_payments_that_are_refused(desk: Desk) -> None:
    desk.refused("/other_payments", other(desk, "OTHER_PAYMENT", 7100, total_amount="13"))
    desk.refused("/other_payments", other(desk, "OTHER_PAYMENT", 4000))
    desk.refused("/other_payments", other(desk, "OTHER_RECEIPT", 7100))
    desk.refused(
        "/other_payments", other(desk, "OTHER_PAYMENT", 7100, bank_account_id=None)
    )


def journal(desk: Desk, debit: str, credit: str, account: int = 50) -> dict[str, Any]:
    return {
        "date": "2026-03-01",
        "reference": "J1",
        "journal_lines": [
            {"ledger_account_id": desk.account(1), "debit": debit, "credit": "0"},
            {"ledger_account_id": desk.account(account), "debit": "0", "credit": credit},
        ],
    }


def test_a_journal_balances_and_shows_whole_accounts(desk: Desk) -> None:
    made = desk.post("/journals", journal(desk, "100", "100"))

    assert (
        made["total"],
        made["displayed_as"],
        made["transaction_type"]["id"],
    ) == ("100.0", "J1", "JOURNAL")
    assert [line["ledger_account"]["nominal_code"] for line in made["journal_lines"]] == [
        1,
        50,
    ]
    assert {"0001": Decimal(100), "0050": Decimal(-100)} == (
        desk.simulator.books().balances()
    )


def test_journals_are_deleted_and_never_changed(desk: Desk) -> None:
    made = desk.post("/journals", journal(desk, "100", "100"))
    path = f"/journals/{made['id']}"

    assert desk.http.put(path, json={"journal": {}}).status_code == 405
    assert desk.http.delete(path).status_code == 204
    assert desk.simulator.books().balances() == {}


def test_journals_that_are_refused(desk: Desk) -> None:
    both = journal(desk, "1", "1")
    both["journal_lines"][0]["credit"] = "1"
    lacking = journal(desk, "1", "1")
    del lacking["journal_lines"][1]["debit"]

    assert (
        refused(desk, "/journals", journal(desk, "100", "99.99"))
        == "Debits must equal credits."
    )
    desk.refused("/journals", both)
    assert desk.refused("/journals", lacking)[0]["$source"] == "journal_lines[1].debit"


def test_money_moves_between_banks(desk: Desk) -> None:
    cash, bank = desk.bank("CASH_IN_HAND"), desk.bank()
    move = {"from_bank_account_id": bank, "to_bank_account_id": cash, "date": "2026-03-01"}
    made = desk.post("/bank_transfers", {**move, "amount": "30"})
    deposit = {**move, "from_bank_account_id": cash, "to_bank_account_id": bank}
    deposit |= {"reference": "D", "cash_amount": "10", "cheque_amount": "5"}
    paid_in = desk.post("/bank_deposits", deposit)

    assert (
        made["transaction_type"]["id"],
        paid_in["total_amount"],
    ) == ("BANK_TRANSFER", "15.0")
    assert {"1200": Decimal(-15), "1210": Decimal(15)} == desk.simulator.books().balances()
    assert desk.get(f"/bank_accounts/{bank}")["balance"] == "-15.0"


def test_transfers_and_deposits_that_are_refused(desk: Desk) -> None:
    cash, bank = desk.bank("CASH_IN_HAND"), desk.bank()
    same = {"from_bank_account_id": bank, "to_bank_account_id": bank}
    deposit = {"from_bank_account_id": bank, "to_bank_account_id": cash, "reference": "D"}
    day = {"date": "2026-03-01"}

    assert (
        refused(desk, "/bank_transfers", {**same, **day, "amount": "1"})
        == "should not be the same as source"
    )
    desk.refused("/bank_deposits", {**deposit, **day, "cash_amount": "1"})


def test_a_bank_account_is_deleted_while_it_is_unused(desk: Desk) -> None:
    made = desk.post(
        "/bank_accounts",
        {
            "bank_account_type_id": "SAVINGS",
            "bank_account_details": {"account_name": "Rainy day"},
        },
    )
    opening = {"bank_account_id": made["id"], "date": "2026-01-01", "debit": "5"}
    opened = desk.post("/bank_opening_balances", {**opening, "credit": "0"})

    path = f"/bank_accounts/{made['id']}"
    assert made["displayed_as"] == "Rainy day (1211)"
    assert desk.http.delete(path).status_code == 405
    assert {"1211": Decimal(5), "9999": Decimal(-5)} == desk.simulator.books().balances()
    desk.http.delete(f"/bank_opening_balances/{opened['id']}").raise_for_status()
    assert desk.http.delete(path).status_code == 405


def test_an_opening_balance_of_a_contact_is_paid_like_an_invoice(desk: Desk) -> None:
    opened = desk.post(
        "/contact_opening_balances",
        {
            "contact_opening_balance_type_id": "INVOICE",
            "contact_id": desk.contact("ARDENT"),
            "date": "2026-01-01",
            "reference": "OLD-1",
            "total_amount": "80",
        },
    )
    desk.post("/contact_payments", desk.receipt("80", (opened["id"], "80")))

    assert {"1200": Decimal(80), "9999": Decimal(-80)} == desk.simulator.books().balances()
    assert desk.http.delete(f"/contact_opening_balances/{opened['id']}").status_code == 422


# --- currencies


def foreign(desk: Desk, net: str = "100", **fields: Any) -> dict[str, Any]:
    body = desk.invoice(net, contact_id=desk.contact("EIFFEL"), **fields)
    body["invoice_lines"][0] |= {
        "tax_rate_id": "GB_ZERO",
        "tax_amount": "0",
        "eu_goods_services_type_id": "SERVICES",
    }
    return body


@pytest.mark.parametrize(
    ("direction", "rate", "inverse"),
    [("base_per_unit", "0.8", "1.25"), ("units_per_base", "1.25", "0.8")],
)
def test_what_a_rate_means_is_a_choice(
    start: Start, direction: str, rate: str, inverse: str
) -> None:
    desk = start(rate_direction=direction)
    by_rate = desk.post("/sales_invoices", foreign(desk, exchange_rate=rate))
    by_inverse = desk.post("/sales_invoices", foreign(desk, inverse_exchange_rate=inverse))

    for made in (by_rate, by_inverse):
        assert ("EUR", "100.0", "80.0", rate, inverse) == (
            made["currency"]["id"],
            made["total_amount"],
            made["base_currency_total_amount"],
            made["exchange_rate"],
            made["inverse_exchange_rate"],
        )


def test_rates_that_differ_leave_a_gain_and_no_debt(desk: Desk) -> None:
    owed = desk.post("/sales_invoices", foreign(desk, exchange_rate="0.8"))["id"]
    body = desk.receipt("100", (owed, "100"), exchange_rate="0.85")
    body["contact_id"] = desk.contact("EIFFEL")
    body["base_currency_currency_charge"] = "2"
    desk.post("/contact_payments", body)

    assert {
        "1200": Decimal(83),
        "4000": Decimal(-80),
        "7900": Decimal(2),
        "8211": Decimal(-5),
    } == desk.simulator.books().balances()


def test_a_rate_is_one_unless_it_is_sent(desk: Desk) -> None:
    made = desk.post("/sales_invoices", foreign(desk))

    assert (made["exchange_rate"], made["base_currency_total_amount"]) == ("1.0", "100.0")


def test_a_contact_is_locked_to_its_currency(desk: Desk) -> None:
    assert (
        desk.refused("/sales_invoices", desk.invoice(currency_id="EUR"))[0]["$source"]
        == "currency_id"
    )
    id = desk.contact("EIFFEL")
    assert desk.send("PUT", f"/contacts/{id}", {"currency_id": "USD"}).status_code == 422


def test_sales_abroad_are_zero_rated_and_all_goods_or_all_services(desk: Desk) -> None:
    standard = foreign(desk)
    standard["invoice_lines"][0] |= {"tax_rate_id": "GB_STANDARD", "tax_amount": "20"}
    unsaid = foreign(desk)
    del unsaid["invoice_lines"][0]["eu_goods_services_type_id"]
    mixed = foreign(desk)
    goods = {**mixed["invoice_lines"][0], "eu_goods_services_type_id": "GOODS"}
    mixed["invoice_lines"].append(goods)

    assert (
        refused(desk, "/sales_invoices", standard)
        == "must be 'Zero Rated' for Customers outside the EU"
    )
    assert (
        desk.refused("/sales_invoices", unsaid)[0]["$source"]
        == "invoice_lines[0].eu_goods_services_type_id"
    )
    assert refused(desk, "/sales_invoices", mixed) == "must be the same"

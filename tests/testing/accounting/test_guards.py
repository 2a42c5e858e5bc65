"""Countries, editions, roles; the Construction Industry Scheme; reverse charge."""

import ast
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import sage_connect.testing.accounting as package
from sage_connect.testing.accounting import AccountingSimulator

from .desk import Desk, Start


@pytest.mark.parametrize("country", ["fr", "de", "es", "us", "za", "GB"])
def test_there_are_businesses_in_three_countries_only(country: str) -> None:
    with pytest.raises(ValueError, match=country):
        AccountingSimulator(country=country)


def test_what_an_edition_lacks_answers_as_if_unpaid(start: Start) -> None:
    desk = start(edition="start")
    reply = desk.send("POST", "/purchase_invoices", {})

    assert (reply.status_code, reply.json()) == (
        401,
        [
            {
                "$severity": "error",
                "$dataCode": "AuthorizationFailure",
                "$message": "No active subscription. (MSE)",
                "$source": "",
            }
        ],
    )
    assert desk.http.get("/stock_items").status_code == 401


def test_standard_is_what_is_published_or_what_was_announced(start: Start) -> None:
    published = start(edition="standard")
    announced = start(edition="standard", announced_standard=True)

    def answers(desk: Desk) -> list[int]:
        return [
            desk.http.get("/currencies").status_code,
            desk.http.get("/stock_items").status_code,
            desk.send("POST", "/sales_credit_notes", {}).status_code,
        ]

    assert answers(published) == [200, 401, 401]
    assert answers(announced) == [401, 401, 422]


@pytest.mark.parametrize(
    ("edition", "id"),
    [("start", "START"), ("standard", "ACCOUNTING_10"), ("plus", "ACCOUNTING")],
)
def test_the_business_names_its_subscription(start: Start, edition: str, id: str) -> None:
    desk = start(edition=edition)
    (subscription,) = desk.get(f"/businesses/{desk.simulator.business_id}")["subscriptions"]

    assert (id, True) == (subscription["id"], subscription["active"])


def test_start_has_its_own_rules(start: Start) -> None:
    desk = start(edition="start")
    many, unsaid = desk.invoice(), desk.invoice()
    many["invoice_lines"][0]["quantity"] = "2"
    del unsaid["invoice_lines"][0]["quantity"]
    owed = desk.post("/sales_invoices", desk.invoice())["id"]
    receipt = desk.receipt("120", (owed, "120"))

    assert desk.refused("/sales_invoices", many)[0]["$message"] == "must be 1"
    assert (
        (desk.refused("/sales_invoices", unsaid)[0]["$source"])
        == "invoice_lines[0].quantity"
    )
    desk.refused("/contact_payments", desk.receipt("121", (owed, "120")))
    desk.refused("/contact_payments", {**receipt, "transaction_type_id": "CUSTOMER_REFUND"})
    desk.post("/contact_payments", receipt)
    limited = {"name": "x", "contact_type_ids": ["CUSTOMER"], "credit_limit": "5"}
    assert desk.post("/contacts", limited)["credit_limit"] == "0.0"


@pytest.mark.parametrize("level", ["Read Only", "Restricted Access", "No Access"])
def test_a_role_bounds_what_the_user_may_do(start: Start, level: str) -> None:
    desk = start()
    made = desk.post("/sales_invoices", desk.invoice())
    bounded = start(roles={"Sales": level})
    body = bounded.invoice()
    path = f"/sales_invoices/{made['id']}"

    answers = [
        bounded.http.get("/sales_invoices").status_code,
        bounded.send("POST", "/sales_invoices", body).status_code,
        bounded.http.delete(path, params={"void_reason": "x"}).status_code,
    ]

    assert {
        "Read Only": [200, 403, 403],
        "Restricted Access": [200, 201, 403],
        "No Access": [403, 403, 403],
    }[level] == answers


def test_contacts_are_readable_with_no_access(start: Start) -> None:
    desk = start(roles={"Contacts": "No Access"})

    assert desk.http.get("/contacts").status_code == 200
    assert desk.send("POST", "/contacts", {}).status_code == 403


# --- CIS and reverse charge


def labour(desk: Desk, side: str) -> tuple[str, str]:
    rows = desk.get("/ledger_accounts", attributes="all", items_per_page=200)["$items"]
    area = f"visible_in_{'sales' if side == 'sales' else 'expenses'}"
    found = [row for row in rows if row[area]]
    (for_labour,) = (row["id"] for row in found if row["cis_labour"])
    (for_materials,) = (row["id"] for row in found if row["cis_materials"])
    return for_labour, for_materials


def cis_lines(desk: Desk, side: str) -> list[dict[str, Any]]:
    accounts = zip(labour(desk, side), (("1000", "200"), ("400", "80")), strict=True)
    return [
        {
            "description": "Building",
            "ledger_account_id": account,
            "quantity": "1",
            "unit_price": net,
            "tax_rate_id": "GB_STANDARD",
            "tax_amount": tax,
        }
        for account, (net, tax) in accounts
    ]


def test_tax_is_withheld_from_a_subcontractor(desk: Desk) -> None:
    desk.put("/cis_settings", {"contractor": True})
    desk.simulator.books().register_cis(desk.contact("HARBOUR"), "20")
    made = desk.post(
        "/purchase_invoices", desk.purchase(invoice_lines=cis_lines(desk, "purchases"))
    )

    assert (
        made["is_cis"],
        made["cis_applicable_amount"],
        made["withholding_tax_rate"],
        made["withholding_tax_amount"],
        made["total_amount"],
        made["total_after_cis_deduction"],
        made["outstanding_amount"],
    ) == (True, "1000.0", "20.0", "200.0", "1680.0", "1480.0", "1480.0")
    balances = desk.simulator.books().balances()
    assert (Decimal(-1480), Decimal(-200)) == (balances["2100"], balances["2502"])


def test_tax_is_withheld_by_our_customer(desk: Desk) -> None:
    desk.simulator.books().register_cis(desk.contact("ARDENT"))
    (rate,) = desk.get("/tax_rates", cis_only="true", attributes="percentage")["$items"][2:]
    desk.put("/cis_settings", {"subcontractor": True, "tax_rate_id": rate["id"]})
    made = desk.post(
        "/sales_invoices", desk.invoice(invoice_lines=cis_lines(desk, "sales"))
    )

    assert (
        made["withholding_tax_rate"],
        made["withholding_tax_amount"],
        made["outstanding_amount"],
    ) == ("30.0", "300.0", "1380.0")
    assert Decimal(300) == desk.simulator.books().balances()["1132"]


def test_perhaps_what_is_withheld_must_be_sent(start: Start) -> None:
    desk = start(cis_computed=False)
    desk.put("/cis_settings", {"contractor": True})
    desk.simulator.books().register_cis(desk.contact("HARBOUR"))
    body = desk.purchase(invoice_lines=cis_lines(desk, "purchases"))

    silent = desk.post("/purchase_invoices", body)
    told = desk.post("/purchase_invoices", {**body, "withholding_tax_amount": "200"})

    assert [
        silent["outstanding_amount"],
        told["outstanding_amount"],
    ] == ["1680.0", "1480.0"]


def test_accounts_of_the_scheme_follow_the_last_ones(desk: Desk) -> None:
    desk.put("/cis_settings", {"contractor": True})
    codes = {
        row["nominal_code"]
        for row in desk.get(
            "/ledger_accounts", attributes="nominal_code", items_per_page=200
        )["$items"]
    }

    assert {1131, 1132, 2502, 4906, 4907, 5101, 5102} <= codes
    assert desk.get("/tax_rates")["$total"] == 5


def test_a_sale_under_reverse_charge_shows_its_tax_and_charges_none(desk: Desk) -> None:
    contact = desk.contact("ARDENT")
    body = desk.invoice("100", vat_reverse_charge=True)
    desk.refused("/sales_invoices", body)
    desk.put(f"/contacts/{contact}", {"tax_number": "GB123456789"})
    made = desk.post("/sales_invoices", body)

    assert (
        made["tax_amount"],
        made["total_amount"],
        made["outstanding_amount"],
    ) == ("20.0", "100.0", "100.0")
    assert {"1100": Decimal(100), "4000": Decimal(-100)} == (
        desk.simulator.books().balances()
    )


@pytest.mark.parametrize("field", ["vat_reverse_charge", "postponed_accounting"])
def test_a_purchase_accounts_for_its_tax_on_both_sides(desk: Desk, field: str) -> None:
    desk.post("/purchase_invoices", desk.purchase("100", **{field: True}))

    assert {
        "2100": Decimal(-100),
        "2200": Decimal(-20),
        "2201": Decimal(20),
        "5000": Decimal(100),
    } == desk.simulator.books().balances()


# --- client and simulator share no mistakes


def test_the_simulator_takes_nothing_of_the_client_but_the_facts() -> None:
    """What the client learns wrongly, its simulator must not repeat."""
    folder = Path(str(package.__file__)).parent
    taken = {
        f"{'.' * node.level}{node.module}"
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom)
        and (node.level > 1 or "sage" in str(node.module))
    }

    assert taken == {
        "...accounting.wire.facts",
        "..clock",
        "..exchange",
        "..serving",
    }

"""Lists, pages, filters, attributes; which business is read."""

import datetime as dt
from decimal import Decimal
from typing import Any

import httpx
import pytest

from .desk import Desk, Start


def many(desk: Desk, count: int) -> list[str]:
    return [
        desk.post("/contacts", {"name": f"C{at}", "contact_type_ids": ["CUSTOMER"]})["id"]
        for at in range(count)
    ]


def ids(page: dict[str, Any]) -> list[str]:
    return [item["id"] for item in page["$items"]]


def test_a_list_has_twenty_heads_and_says_where_it_goes_on(desk: Desk) -> None:
    page = desk.get("/ledger_accounts", search="a")

    assert (
        page["$page"],
        page["$itemsPerPage"],
        page["$back"],
        len(page["$items"]),
    ) == (1, 20, None, 20)
    assert page["$next"] == "/ledger_accounts?page=2&items_per_page=20&search=a"
    assert {"id", "displayed_as", "$path"} == page["$items"][0].keys()


def test_following_next_finds_everything_once(desk: Desk) -> None:
    page = desk.get("/countries", items_per_page=33, attributes="all")
    found = ids(page)
    while page["$next"]:
        page = desk.get(page["$next"])
        found += ids(page)

    assert page["$total"] == len(found) == len(set(found))


def test_a_page_past_the_end_is_the_last_page_again(desk: Desk) -> None:
    last = desk.get("/ledger_accounts", items_per_page=50, page=2)
    beyond = desk.get("/ledger_accounts", items_per_page=50, page=99)

    assert last == beyond
    assert beyond["$next"] is None


@pytest.mark.parametrize(
    ("asked", "size"), [("1", 1), ("200", 200), ("999", 200), ("0", 1)]
)
def test_a_page_has_one_to_two_hundred_items(desk: Desk, asked: str, size: int) -> None:
    assert size == desk.get("/countries", items_per_page=asked)["$itemsPerPage"]


def test_businesses_name_their_page_size_in_another_way(desk: Desk) -> None:
    page = desk.get("/businesses")

    assert page["$items_per_page"] == 2147483647
    assert "$itemsPerPage" not in page


def test_attributes_choose_the_fields_of_lists_and_of_single_records(desk: Desk) -> None:
    always = {"id", "displayed_as", "$path"}
    id = desk.contact("ARDENT")

    assert (
        always | {"name", "currency"}
        == desk.get("/contacts", attributes="name,currency")["$items"][0].keys()
    )
    assert always | {"name"} == desk.get(f"/contacts/{id}", attributes="name").keys()
    assert "notes" in desk.get(f"/contacts/{id}")
    assert "notes" in desk.get("/contacts", attributes="all")["$items"][0]


def test_nested_attributes_open_the_first_level_only(desk: Desk) -> None:
    path = f"/contacts/{desk.contact('ARDENT')}"
    closed, opened = desk.get(path), desk.get(path, nested_attributes="all")
    chosen = desk.get(path, nested_attributes="city")

    assert {"id", "displayed_as", "$path"} == closed["main_address"].keys()
    assert opened["main_address"]["city"] == "Newtown"
    assert {"id", "displayed_as", "$path", "city"} == chosen["main_address"].keys()
    assert {"id", "displayed_as", "$path"} == opened["main_address"]["country"].keys()


def test_numbers_are_text_with_as_many_digits_as_they_have(desk: Desk) -> None:
    made = desk.post("/sales_invoices", desk.invoice("9.83"))

    assert (
        made["net_amount"],
        made["tax_amount"],
        made["total_amount"],
        made["total_paid"],
        made["exchange_rate"],
    ) == ("9.83", "1.97", "11.8", "0.0", "1.0")


def test_changes_are_found_from_their_second_on(desk: Desk) -> None:
    before = desk.contact("BIRCH")
    desk.simulator.advance(10)
    (new,) = many(desk, 1)
    changed = desk.contact("ARDENT")
    desk.put(f"/contacts/{changed}", {"notes": "x"})
    since = desk.get(f"/contacts/{new}")["updated_at"]

    found = ids(desk.get("/contacts", updated_or_created_since=since))

    assert {new, changed} <= set(found)
    assert before not in found


def test_a_zone_in_a_filter_counts(desk: Desk) -> None:
    (id,) = many(desk, 1)
    stamp = dt.datetime.fromisoformat(desk.get(f"/contacts/{id}")["updated_at"])
    east = stamp.astimezone(dt.timezone(dt.timedelta(hours=5)))

    assert id in ids(desk.get("/contacts", updated_or_created_since=east.isoformat()))
    later = (east + dt.timedelta(seconds=1)).isoformat()
    assert id not in ids(desk.get("/contacts", updated_or_created_since=later))


def test_deletions_are_found_after_their_second(desk: Desk) -> None:
    (id,) = many(desk, 1)
    before = desk.get(f"/contacts/{id}")["created_at"]
    desk.simulator.advance(10)
    desk.http.delete(f"/contacts/{id}").raise_for_status()
    gone = desk.get("/contacts", deleted_since=before, attributes="all")["$items"]

    assert [id] == [doc["id"] for doc in gone]
    assert desk.get("/contacts", deleted_since=gone[0]["deleted_at"])["$items"] == []
    assert desk.http.get(f"/contacts/{id}").status_code == 404


def test_dates_bound_a_list_on_both_sides(desk: Desk) -> None:
    for day in ("2026-01-01", "2026-01-15", "2026-01-31"):
        desk.post("/sales_invoices", desk.invoice(date=day))

    page = desk.get(
        "/sales_invoices", from_date="2026-01-15", to_date="2026-01-31", attributes="date"
    )

    assert [doc["date"] for doc in page["$items"]] == ["2026-01-15", "2026-01-31"]


@pytest.mark.parametrize(
    ("sort", "order"), [("date", [0, 1, 2]), ("date:desc", [2, 1, 0]), ("name", [2, 0, 1])]
)
def test_a_list_is_sorted_by_the_keys_it_knows(
    desk: Desk, sort: str, order: list[int]
) -> None:
    days = ("2026-01-01", "2026-01-15", "2026-01-31")
    for at in (2, 0, 1):
        desk.post("/sales_invoices", desk.invoice(date=days[at]))

    found = desk.get("/sales_invoices", sort=sort, attributes="date")["$items"]

    assert [days[at] for at in order] == [doc["date"] for doc in found]


def test_artefacts_are_found_by_reference_and_contact_but_not_by_number(desk: Desk) -> None:
    made = desk.post("/sales_invoices", desk.invoice(reference="PO-77"))

    def found(text: str) -> int:
        return int(desk.get("/sales_invoices", search=text)["$total"])

    assert [found("po-77"), found("ardent"), found(made["invoice_number"])] == [1, 1, 0]


@pytest.mark.parametrize(
    ("way", "found"), [("substring", [1, 1, 1]), ("prefix", [1, 0, 1]), ("word", [0, 0, 1])]
)
def test_how_search_matches_is_a_choice(start: Start, way: str, found: list[int]) -> None:
    desk = start(search=way)

    assert found == [
        desk.get("/contacts", search=text)["$total"]
        for text in ("arden", "rdent", "Ardent Heating")
    ]


def test_a_parameter_that_a_list_does_not_have_changes_nothing(desk: Desk) -> None:
    whole = desk.get("/tax_rates")["$total"]

    assert whole == desk.get("/tax_rates", contact_id="x", colour="red")["$total"]


def test_filters_of_contacts(desk: Desk) -> None:
    def total(**query: str) -> int:
        return int(desk.get("/contacts", **query)["$total"])

    assert total() == 10
    assert (
        total(contact_type_id="CUSTOMER"),
        total(contact_type_id="VENDOR"),
    ) == (6, 4)
    assert total(exclude_system="true") == 8
    assert total(email="ardent@example.com") == 1


def test_accounts_are_found_by_where_they_are_visible(desk: Desk) -> None:
    codes = {
        row["nominal_code"]
        for row in desk.get(
            "/ledger_accounts",
            visible_in="sales",
            attributes="nominal_code",
            items_per_page=200,
        )["$items"]
    }

    assert {4000, 4009, 4010, 4200, 4400, 4900, 4905} == codes


def test_without_a_business_the_lead_is_read_and_it_may_change(start: Start) -> None:
    desk = start(businesses=3)
    first, second, _ = desk.simulator.businesses
    del desk.http.headers["X-Business"]

    def echoed() -> str:
        return desk.http.get("/contacts").headers["X-Business"]

    before = echoed()
    desk.simulator.lead = second

    assert (first, second) == (before, echoed())
    assert second == desk.get("/businesses/lead")["id"]


def test_the_core_endpoints_echo_no_business(desk: Desk) -> None:
    echoes = {
        path: "X-Business" in desk.http.get(path).headers
        for path in ("/businesses", "/user", "/contacts")
    }

    assert echoes == {"/businesses": False, "/user": False, "/contacts": True}


def test_businesses_do_not_see_each_other(start: Start) -> None:
    desk = start(businesses=2)
    id = desk.post("/contacts", {"name": "Mine", "contact_type_ids": ["CUSTOMER"]})["id"]
    desk.http.headers["X-Business"] = desk.simulator.businesses[1]

    assert desk.http.get(f"/contacts/{id}").status_code == 404
    assert desk.get("/contacts", search="Mine")["$total"] == 0


def test_an_unknown_business_is_refused(desk: Desk) -> None:
    desk.http.headers["X-Business"] = "f" * 32

    assert desk.http.get("/contacts").status_code == 404


@pytest.mark.parametrize(
    "header", [{}, {"Authorization": "Bearer x"}, {"Authorization": "x"}]
)
def test_without_a_valid_token_nothing_is_read(desk: Desk, header: dict[str, str]) -> None:
    reply = httpx.get(f"{desk.simulator.base_url}/contacts", headers=header)

    assert reply.status_code == 401
    assert {"$severity", "$dataCode", "$message", "$source"} == reply.json()[0].keys()


def test_paths_and_methods_that_do_not_exist(desk: Desk) -> None:
    answers = {
        (method, path): desk.http.request(method, path).status_code
        for method, path in (
            ("GET", "/invoices"),
            ("GET", "/contacts/unknown"),
            ("PUT", "/journals/x"),
            ("DELETE", "/contacts"),
        )
    }

    assert list(answers.values()) == [404, 404, 405, 405]


def test_codes_are_padded_where_they_are_displayed(desk: Desk) -> None:
    account = desk.get(f"/ledger_accounts/{desk.account(1)}")

    assert (
        account["nominal_code"],
        account["display_formatted"],
        account["displayed_as"],
    ) == (1, "0001 - Assets - Cost", "Assets - Cost (0001)")


def test_balances_come_when_they_are_asked_for(desk: Desk) -> None:
    desk.post("/sales_invoices", desk.invoice("100"))
    account = desk.account(4000)
    shown = desk.get(f"/ledger_accounts/{account}", show_balance_details="true")
    contact = desk.get(f"/contacts/{desk.contact('ARDENT')}", show_balance="true")

    assert {"balance": "100.0", "credit_or_debit": "credit"}.items() <= shown[
        "balance_details"
    ].items()
    assert "balance_details" not in desk.get(f"/ledger_accounts/{account}")
    assert Decimal(120) == Decimal(contact["balance"])


def test_every_call_is_kept_for_the_test(desk: Desk) -> None:
    desk.get("/contacts", page=2)
    seen = desk.simulator.calls[-1]

    assert (
        seen.method,
        seen.path,
        seen.query,
        seen.status,
    ) == ("GET", "/contacts", "page=2", 200)


def test_replies_carry_a_request_id_under_either_name(start: Start) -> None:
    for name in ("x-request-id", "x_request_id"):
        reply = start(request_id_header=name).http.get("/contacts")

        assert len(reply.headers[name]) == 32

"""A walk over every operation that Sage describes: status and shape of each reply."""

from typing import Any

import pytest

from sage_connect.accounting.wire.facts import Operation

from .conformity import faults
from .desk import Desk, Start
from .filled import CHANGES
from .walking import OPERATIONS, Walk, offered

_SHOWING = (
    "show_payments_allocations",
    "show_analysis_types",
    "show_balance_details",
    "show_balance",
    "expand_origin",
)


def test_the_walk_knows_all_operations() -> None:
    assert len(OPERATIONS) == 293


@pytest.fixture(scope="module")
def walk() -> Any:
    from sage_connect.testing.accounting import AccountingSimulator  # noqa: PLC0415

    desk = Desk(AccountingSimulator())
    yield Walk(desk)
    crashes = desk.simulator.crashes
    balanced = desk.simulator.books().is_balanced()
    desk.close()
    assert crashes == []
    assert balanced


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: f"{o.method} {o.path}")
def test_every_operation_answers_as_described(walk: Walk, operation: Operation) -> None:
    desk = walk.desk
    if not offered(operation):
        path = operation.path.replace("{key}", "x")
        reply = desk.http.request(operation.method, path, json={})

        assert (
            reply.status_code,
            reply.json()[0]["$message"],
        ) == (401, "No active subscription. (MSE)")
        return

    reply = _asked(walk, operation)

    assert operation.status == reply.status_code, reply.text
    assert desk.simulator.business_id == reply.headers.get(
        "x-business", desk.simulator.business_id
    )
    if operation.status == 204:
        assert reply.content == b""
    elif operation.verb == "file":
        assert reply.content == b"Hello"
    elif operation.many:
        page = reply.json()
        assert {"$total", "$page", "$next", "$back", "$items"} <= page.keys()
        assert [
            fault for item in page["$items"] for fault in _faults(operation, item)
        ] == []
    else:
        assert _faults(operation, reply.json()) == []


def _faults(operation: Operation, value: Any) -> list[str]:
    return faults(operation.returns, value)


def _asked(walk: Walk, operation: Operation) -> Any:
    desk, resource = walk.desk, operation.resource
    json, query = None, dict[str, Any]()
    if operation.verb == "list":
        query = {"attributes": "all", "items_per_page": 200, "usage": "sales"}
        path = operation.path
    elif operation.verb == "create":
        json, path = {operation.wrap: walk.body(resource)}, operation.path
    elif operation.verb == "release":
        draft = desk.post(f"/{resource}", {**walk.body(resource), "status_id": "DRAFT"})
        path = f"/{resource}/{draft['id']}/release"
    else:
        path = walk.path(operation)
    if operation.verb == "update":
        json = {operation.wrap: CHANGES[resource]}
    elif operation.verb == "delete" and operation.status == 200:
        query = {"void_reason": "Walked over"}
    elif operation.verb == "get":
        query = {"nested_attributes": "all", **dict.fromkeys(_SHOWING, "true")}
    return desk.http.request(operation.method, path, params=query, json=json)


@pytest.mark.parametrize("country", ["ie", "ca"])
@pytest.mark.parametrize("edition", ["start", "standard", "plus"])
def test_lists_answer_in_every_country_and_edition(
    start: Start, country: str, edition: str
) -> None:
    desk = start(country=country, edition=edition)
    answered = {
        operation.path: desk.http.get(
            operation.path, params={"usage": "sales", "attributes": "all"}
        )
        for operation in OPERATIONS
        if operation.verb == "list"
    }
    expected = {
        operation.path: 200 if offered(operation, country.upper(), edition) else 401
        for operation in OPERATIONS
        if operation.verb == "list"
    }

    assert expected == {path: reply.status_code for path, reply in answered.items()}

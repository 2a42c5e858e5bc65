"""Whatever a client sends, the simulator answers, and its books stay in order."""

import random
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from sage_connect.accounting.wire.facts import facts

from .desk import Desk
from .filled import CHANGES, bodies

REQUESTS = 400
WORDS: tuple[Any, ...] = (
    *(None, "", 0, -1, "x", "0", "-1", "1.005", "1e5", True, [], {}, [None], [{}]),
    *("2026-01-01", "0000-00-00", "GB_STANDARD", "DRAFT", "VOID", "EUR", "f" * 32),
    *("&amp;", "é" * 300, 12345678901234567890, 1e308, 0.1),
)
# Those that owe, or are owed: name of the list, and which way an open one counts.
OPEN = {
    "sales_invoices": ("1100", 1),
    "sales_credit_notes": ("1100", -1),
    "purchase_invoices": ("2100", -1),
    "purchase_credit_notes": ("2100", 1),
}


class Wild:
    """Sends requests that are nearly right, in an order of chance."""

    def __init__(self, desk: Desk, seed: int) -> None:
        self.desk = desk
        self.made: dict[str, list[str]] = {}
        self._bodies = bodies(desk)
        # Repeatable, and no secret.
        self._random = random.Random(seed)  # noqa: S311

    def send(self) -> int:
        """Send one request and return the status of its answer."""
        chance, resource = self._random.random(), self._random.choice(list(self._bodies))
        verbs, known = facts().operations[resource], self.made.get(resource)
        path = f"/{resource}/{self._random.choice(known)}" if known else ""
        if not path or chance < 0.5:
            return self._create(resource)
        if chance < 0.75 and "update" in verbs:
            body = self._spoilt({**self._bodies[resource], **CHANGES[resource]})
            json = {verbs["update"].wrap: body}
            return self.desk.http.put(path, json=json).status_code
        if chance < 0.9 and "delete" in verbs:
            return self.desk.http.delete(path, params={"void_reason": "x"}).status_code
        return self.desk.http.get(path, params={"nested_attributes": "all"}).status_code

    def _create(self, resource: str) -> int:
        whole = self._random.random() < 0.5
        body = self._bodies[resource] if whole else self._spoilt(self._bodies[resource])
        reply = self.desk.send("POST", f"/{resource}", body)
        if reply.status_code == 201:
            self.made.setdefault(resource, []).append(str(reply.json().get("id", "EUR")))
        return reply.status_code

    def _spoilt(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {
                name: self._random.choice(WORDS)
                if self._random.random() < 0.15
                else self._spoilt(item)
                for name, item in value.items()
                if self._random.random() > 0.1
            }
        if isinstance(value, list):
            return [self._spoilt(item) for item in value]
        return value


@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_that_is_sent_brings_it_out_of_balance(desk: Desk, seed: int) -> None:
    wild, books = Wild(desk, seed), desk.simulator.books()

    statuses = [wild.send() for _ in range(REQUESTS)]

    assert {200, 201, 204, 404, 422} <= set(statuses)
    assert max(statuses) < 500, desk.simulator.crashes
    assert books.is_balanced()


@pytest.mark.parametrize("seed", [3, 4])
def test_control_accounts_stand_at_what_is_open(desk: Desk, seed: int) -> None:
    wild = Wild(desk, seed)
    for _ in range(REQUESTS):
        wild.send()
    others = ("contact_opening_balances", "sales_quick_entries", "purchase_quick_entries")
    for resource in ("contact_allocations", "contact_payments", *others, "journals"):
        for doc in desk.simulator.books().all(resource):
            desk.http.delete(f"/{resource}/{doc['id']}").raise_for_status()
    for doc in desk.simulator.books().all("opening_balance_journals"):
        desk.http.delete(f"/opening_balance_journals/{doc['id']}").raise_for_status()

    books = desk.simulator.books()
    sums = {"1100": Decimal(0), "2100": Decimal(0)}
    for resource, (account, way) in OPEN.items():
        for doc in books.all(resource):
            sums[account] += way * Decimal(doc["base_currency_outstanding_amount"])
    balances = books.balances()

    assert sums == {account: balances.get(account, Decimal(0)) for account in sums}

"""Every operation, and a business that has a record for each of them."""

from typing import Any

from sage_connect.accounting.wire.facts import Operation, facts

from .desk import Desk
from .filled import bodies

OPERATIONS = [
    operation for verbs in facts().operations.values() for operation in verbs.values()
]
"""All that the table of facts knows."""


def offered(operation: Operation, country: str = "GB", edition: str = "plus") -> bool:
    return operation.editions is None or country in operation.editions.get(edition, ())


class Walk:
    """One business, and a record of each resource in it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._bodies = bodies(desk)
        self._currencies = iter(("EUR", "USD", "CHF", "DKK", "NOK", "SEK", "CAD", "PLN"))
        self._codes = iter(range(4070, 4090))

    def body(self, resource: str) -> dict[str, Any]:
        """Return a body that creates a record once more."""
        body = dict(self._bodies[resource])
        if resource == "business_exchange_rates":
            body["currency_id"] = next(self._currencies)
        if resource == "ledger_accounts":
            body["nominal_code"] = next(self._codes)
        return body

    def created(self, resource: str) -> str:
        """Return the id of a record, a new one where it can be made."""
        verbs = facts().operations[resource]
        if "create" in verbs and offered(verbs["create"]):
            body = self.body(resource)
            # That shape has no id; its records go by their currency.
            made = self.desk.post(f"/{resource}", body)
            return str(made.get("id") or body["currency_id"])
        if resource == "businesses":
            return self.desk.simulator.business_id
        query = {"usage": "sales"} if resource == "tax_determinations" else {}
        items = self.desk.get(f"/{resource}", **query)["$items"]
        head = items[0]
        return str(head.get("id") or head["$path"].rpartition("/")[2])

    def path(self, operation: Operation) -> str:
        if "{key}" not in operation.path:
            return operation.path
        return operation.path.replace("{key}", self.created(operation.resource))

"""A plain HTTP client of a simulator, with short ways to what tests need often."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import httpx

from sage_connect.accounting.wire.facts import facts
from sage_connect.testing.accounting import AccountingSimulator


class Desk:
    """A client that knows nothing but HTTP.

    Attributes:
        simulator: The simulator in front of it.
        http: Sends with a valid token and the first business.
    """

    def __init__(self, simulator: AccountingSimulator) -> None:
        self.simulator: AccountingSimulator = simulator
        self.http: httpx.Client = httpx.Client(
            base_url=simulator.base_url,
            headers={
                "Authorization": f"Bearer {simulator.access_token}",
                "X-Business": simulator.business_id,
            },
        )

    def close(self) -> None:
        self.http.close()
        self.simulator.close()

    def get(self, path: str, **query: str | int) -> Any:
        """Return the JSON at a path."""
        reply = self.http.get(path, params=query or None)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Create a record and return it; the key of the body follows from the path."""
        reply = self.send("POST", path, body)
        assert reply.status_code == 201, reply.text
        return reply.json()

    def put(self, path: str, body: Mapping[str, Any]) -> Any:
        """Change a record and return it."""
        reply = self.send("PUT", path, body)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def send(self, method: str, path: str, body: Mapping[str, Any]) -> httpx.Response:
        return self.http.request(method, path, json={wrap(path): body})

    def refused(self, path: str, body: Mapping[str, Any], method: str = "POST") -> Any:
        """Return the complaints about a request that is refused with 422."""
        reply = self.send(method, path, body)
        assert reply.status_code == 422, reply.text
        return reply.json()

    def renew(self) -> None:
        """Take a token that is valid now."""
        self.http.headers["Authorization"] = f"Bearer {self.simulator.access_token}"

    # --- what is there

    def contact(self, reference: str) -> str:
        return self._found("/contacts", search=reference)

    def account(self, code: int | str) -> str:
        found = self.get("/ledger_accounts", items_per_page=200, attributes="nominal_code")
        (one,) = (row for row in found["$items"] if row["nominal_code"] == int(code))
        return str(one["id"])

    def bank(self, type_: str = "CHECKING") -> str:
        found = self.get("/bank_accounts", attributes="bank_account_type")["$items"]
        (one,) = (row for row in found if row["bank_account_type"]["id"] == type_)
        return str(one["id"])

    def product(self, code: str = "COPPER-15") -> str:
        return self._found("/products", search=code)

    def _found(self, path: str, **query: str) -> str:
        (one,) = self.get(path, **query)["$items"]
        return str(one["id"])

    # --- what is often posted

    def invoice(self, net: str = "100", **fields: Any) -> dict[str, Any]:
        """Return the body of a sales invoice of one line, 20 % VAT on top."""
        contact = fields.pop("contact_id", None) or self.contact("ARDENT")
        lines = fields.pop("invoice_lines", None) or [self._line("Work", 4000, net)]
        return {
            "contact_id": contact,
            "date": "2026-03-01",
            "invoice_lines": lines,
            **fields,
        }

    def _line(self, description: str, account: int, net: str) -> dict[str, str]:
        return {
            "description": description,
            "ledger_account_id": self.account(account),
            "quantity": "1",
            "unit_price": net,
            "tax_rate_id": "GB_STANDARD",
            "tax_amount": f"{float(net) / 5:.2f}",
        }

    def purchase(self, net: str = "100", **fields: Any) -> dict[str, Any]:
        """Return the body of a purchase invoice of one line, 20 % VAT on top."""
        contact = fields.pop("contact_id", None) or self.contact("HARBOUR")
        lines = fields.pop("invoice_lines", None) or [self._line("Pipes", 5000, net)]
        return {
            "contact_id": contact,
            "date": "2026-03-01",
            "due_date": "2026-03-31",
            "invoice_lines": lines,
            **fields,
        }

    def receipt(
        self, total: str, *allocated: tuple[str, str], **fields: Any
    ) -> dict[str, Any]:
        """Return the body of a customer receipt with what it settles: id, amount."""
        return {
            "transaction_type_id": "CUSTOMER_RECEIPT",
            "contact_id": self.contact("ARDENT"),
            "bank_account_id": self.bank(),
            "date": "2026-03-02",
            "total_amount": total,
            "allocated_artefacts": [
                {"artefact_id": id, "amount": amount} for id, amount in allocated
            ],
            **fields,
        }


Start: TypeAlias = Callable[..., Desk]
"""Starts a simulator with the options given, and a desk in front of it."""


def wrap(path: str) -> str:
    """Return the key that the body of a path stands under."""
    verbs = facts().operations[path.strip("/").split("/")[0]]
    return (verbs.get("create") or verbs["update"]).wrap

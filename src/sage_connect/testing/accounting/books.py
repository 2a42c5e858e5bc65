"""What stands in the books, read past HTTP: for those who check a client's work."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from ...accounting.wire.facts import facts
from . import cis, ledger, shapes
from .calls import Call
from .company import Company
from .digits import ZERO
from .rooms import room_of
from .store import Doc

_READING = Call(method="GET", path="", query={}, headers={}, body=b"")


class Books:
    """The records of one business, counted independently of any reply.

    Args:
        company: Whose they are.
    """

    def __init__(self, company: Company) -> None:
        self._company = company

    def all(self, resource: str, *, deleted: bool = False) -> Sequence[Mapping[str, Any]]:
        """Return the records of a resource, each with all its fields.

        Args:
            resource: Such as "sales_invoices".
            deleted: Whether those are meant that were deleted, void purchases included.
        """
        company, room = self._company, room_of(resource)
        verbs = facts().operations[resource]
        shape = (verbs.get("get") or verbs["list"]).returns
        condition = "deleted IS NOT ?" if deleted else "deleted IS ?"
        with company.store.guard:
            docs = company.store.select(company.business, resource, ((condition, None),))
            return [
                shapes.render(
                    company, shape, room.shown(company, doc, _READING, alone=False)
                )
                for doc in docs
            ]

    def count(self, resource: str) -> int:
        """Return how many records there are that are not deleted."""
        company = self._company
        with company.store.guard:
            where = (("deleted IS ?", None),)
            return company.store.count(company.business, resource, where)

    def balances(self) -> Mapping[str, Decimal]:
        """Return what each ledger account stands at, by nominal code: debit positive.

        Accounts that stand at nothing are left out.
        """
        company, found = self._company, dict[str, Decimal]()
        with company.store.guard:
            for account in company.all("ledger_accounts"):
                debit, credit = ledger.balance(company, account["id"])
                if debit != credit:
                    found[account["_code"]] = debit - credit
        return found

    def is_balanced(self) -> bool:
        """Whether the debits equal the credits, and so in every transaction."""
        company = self._company
        with company.store.guard:
            off = company.store.run(
                "SELECT link FROM records WHERE business=? AND resource='ledger_entries'"
                " GROUP BY link HAVING SUM(debit)<>SUM(credit)",
                company.business,
            )
        return not off and sum(self.balances().values(), ZERO) == ZERO

    def register_cis(self, contact: str, percentage: str = "20") -> None:
        """Register a contact for the Construction Industry Scheme.

        That is done on screen only; no request can (documented).

        Args:
            contact: Its id.
            percentage: Deduction rate: "0", "20" or "30".
        """
        company = self._company
        with company.store.work():
            cis.switch_on(company)
            doc: Doc = company.need("contacts", contact)
            settings = {
                "registered_cis_name": doc["name"],
                "subcontractor_verification_number": "V1234567890",
                "deduction_rate": cis.rate_of(percentage),
            }
            company.change("contacts", doc, cis_registered=True, cis_settings=settings)

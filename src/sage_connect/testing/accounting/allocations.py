"""Allocations: setting off what a contact owes against what is owed to it."""

import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from typing_extensions import override

from . import ledger, refusals, settling
from .bodies import recorded
from .calls import Call
from .company import Company
from .contacts import typed
from .digits import ZERO, amount, money, number
from .ledger import Movement, Posting
from .payments import owed_by, standing
from .records import Records
from .settling import OPEN, Item, Settlement
from .store import Doc

KINDS: Final = frozenset({"CUSTOMER_ALLOCATION", "VENDOR_ALLOCATION"})


class ContactAllocations(Records):
    """Artefacts of one contact whose amounts add up to zero."""

    @override
    def create(self, company: Company, body: Doc) -> Doc:
        doc = self._head(company, body, {})
        made = company.add(self.resource, doc)
        return self._allocated(company, made, body["allocated_artefacts"])

    @override
    def update(self, company: Company, doc: Doc, body: Doc) -> Doc:
        allocated = body.get("allocated_artefacts")
        if allocated is None:
            allocated = [
                {
                    "artefact_id": part["artefact"].rpartition("/")[2],
                    "amount": number(part["amount"]),
                }
                for part in doc["allocated_artefacts"]
            ]
        self._undone(company, doc)
        ledger.reverse(company, doc["transaction"], gone=False)
        changed = company.save(self.resource, {**doc, **self._head(company, body, doc)})
        return self._allocated(company, changed, allocated)

    @override
    def delete(self, company: Company, doc: Doc, call: Call) -> None:
        self._undone(company, doc)
        ledger.reverse(company, doc["transaction"])
        company.delete(self.resource, doc)

    def _head(self, company: Company, body: Doc, old: Doc) -> Doc:
        kind = body.get("transaction_type_id") or old.get("transaction_type")
        if kind not in KINDS:
            raise refusals.invalid("is not included in the list", "transaction_type_id")
        sales = kind == "CUSTOMER_ALLOCATION"
        contact = typed(company, body.get("contact_id") or old.get("contact"), sales=sales)
        date = body.get("date") or old.get("date") or company.clock.today().isoformat()
        sent = recorded(
            {name: body[name] for name in body if name != "allocated_artefacts"}
        )
        return {**sent, "transaction_type": kind, "contact": contact["id"], "date": date}

    def _allocated(
        self, company: Company, doc: Doc, allocated: Sequence[Mapping[str, Any]]
    ) -> Doc:
        # Customers: invoices positive, credits negative; suppliers reversed (documented).
        way = 1 if doc["transaction_type"] == "CUSTOMER_ALLOCATION" else -1
        parts, difference = list[Doc](), ZERO
        for part in allocated:
            owed = owed_by(company, doc["contact"], part.get("artefact_id"))
            taken = money(number(part.get("amount")))
            if settling.status_of(owed.doc) not in OPEN:
                raise refusals.invalid(settling.ONLY_OPEN)
            if taken == ZERO or taken * owed.sign * way < ZERO:
                raise refusals.invalid(
                    "The amount has the wrong sign.", "allocated_artefacts"
                )
            self._settle(company, doc, owed, abs(taken))
            difference += owed.sign * money(abs(taken) * standing(owed))
            parts.append(
                {"id": uuid.uuid4().hex, "artefact": owed.where, "amount": amount(taken)}
            )
        if sum((number(part["amount"]) for part in parts), ZERO) != ZERO:
            # That they must is documented, the words are not.
            raise refusals.invalid(
                "The amounts must add up to zero.", "allocated_artefacts"
            )
        transaction = ledger.post(
            company, self._posting(company, doc, difference), doc.get("transaction")
        )
        return company.save(
            self.resource,
            {**doc, "allocated_artefacts": parts, "transaction": transaction},
            touch=False,
        )

    def _settle(self, company: Company, doc: Doc, owed: Item, taken: Decimal) -> None:
        settlement = Settlement(
            by=f"{self.resource}/{doc['id']}",
            kind=doc["transaction_type"],
            date=doc["date"],
            reference=None,
            amount=taken,
        )
        settling.settle(company, owed, settlement)

    def _undone(self, company: Company, doc: Doc) -> None:
        for part in doc["allocated_artefacts"]:
            artefact = part["artefact"].rpartition("/")[2]
            settling.unsettle(company, f"{self.resource}/{doc['id']}", artefact)

    def _posting(self, company: Company, doc: Doc, difference: Decimal) -> Posting:
        """Return what rates that differ leave; nothing else moves in the ledger."""
        sales = doc["transaction_type"] == "CUSTOMER_ALLOCATION"
        debts = ledger.control(company, "TRADE_DEBTORS" if sales else "TRADE_CREDITORS")
        way = 1 if sales else -1
        gains = ledger.default(company, "exchange_rate_gains")
        return Posting(
            kind=doc["transaction_type"],
            date=doc["date"],
            total=ZERO,
            contact=doc["contact"],
            origin=f"{self.resource}/{doc['id']}",
            movements=[
                Movement(account=debts, amount=-way * difference),
                Movement(account=gains, amount=way * difference),
            ],
        )


class UnallocatedArtefacts(Records):
    """What can be allocated: open invoices, credits, payments on account."""

    @override
    def rows(self, company: Company, call: Call) -> Sequence[Doc]:
        contact = call.query.get("contact_id") or call.query.get("search")
        found: list[Doc] = []
        for resource in settling.RESOURCES:
            # One place in each condition; the blank is there for everybody.
            by = "contact" if contact else "''"
            where = ((f"{settling.IS_OPEN} AND {by}=?", contact or ""),)
            found += [_head(doc) for doc in company.all(resource, where)]
        return found

    @override
    def read(self, company: Company, id: str) -> Doc:
        owed = settling.item(company, id)
        if owed is None or settling.status_of(owed.doc) not in OPEN:
            raise refusals.no_such_record()
        return _head(owed.doc)


def _head(doc: Doc) -> Doc:
    return {
        "id": doc["id"],
        "displayed_as": doc["displayed_as"],
        "$path": f"/unallocated_artefacts/{doc['id']}",
    }

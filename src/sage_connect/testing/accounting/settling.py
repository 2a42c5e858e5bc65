"""What is open, and what settles it: the statuses of everything that is paid."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import attrs

from . import refusals
from .company import Company
from .digits import ZERO, amount, money, number
from .store import Doc
from .trade import TRADES

UNALLOCATE: Final = (
    "You must unallocate credit notes or receipts before editing this invoice"
)
"""Quoted by an integrator's help page; no page of Sage's has it (unconfirmed)."""
ONLY_OPEN: Final = "You can only pay unpaid or part-paid invoices."
"""Sage's payments guide."""

OPEN: Final = frozenset({"UNPAID", "PART_PAID"})
IS_OPEN: Final = "status IN ('UNPAID','PART_PAID')"
"""The same as a condition in SQL."""
_FINAL: Final = frozenset({"VOID", "DRAFT", "PRO_FORMA"})
_OTHERS: Final = (
    "sales_quick_entries",
    "purchase_quick_entries",
    "contact_opening_balances",
    "payments_on_account",
)
RESOURCES: Final = (*(trade.resource for trade in TRADES.values() if trade.posts), *_OTHERS)


@attrs.frozen
class Item:
    """Something that can be paid or allocated.

    Attributes:
        resource: Where it is kept.
        doc: The record.
        sign: 1 for an invoice, -1 for what takes back: a credit note, a payment on account.
    """

    resource: str
    doc: Doc
    sign: int

    @property
    def outstanding(self) -> Decimal:
        """What is left of it, never negative."""
        return number(self.doc.get("outstanding_amount", self.doc.get("_outstanding")))

    @property
    def where(self) -> str:
        """The place where it is, as "resource/id"."""
        return f"{self.resource}/{self.doc['id']}"


@attrs.frozen
class Settlement:
    """A part of a payment or an allocation.

    Attributes:
        by: "resource/id" of the payment or the allocation.
        kind: Id of its transaction type.
        date: As text.
        reference: Its reference.
        amount: What it settles; positive settles an item of its own sign.
        discount: What is let off besides.
    """

    by: str
    kind: str
    date: str
    reference: str | None
    amount: Decimal
    discount: Decimal = ZERO


def item(company: Company, id: str) -> Item | None:
    """Return what an artefact id leads to; None if it is nothing that can be paid."""
    for resource in company.store.homes(company.business, id):
        doc = company.live(resource, id)
        if resource in RESOURCES and doc is not None:
            return Item(resource, doc, sign_of(resource, doc))
    return None


def sign_of(resource: str, doc: Doc) -> int:
    """Return 1 for an invoice, -1 for what takes back."""
    if resource in TRADES:
        return TRADES[resource].sign
    if resource == "payments_on_account":
        return int(doc["_sign"])
    type_ = doc.get("quick_entry_type") or doc.get("contact_opening_balance_type")
    return -1 if type_ == "CREDIT_NOTE" else 1


def settle(company: Company, owed: Item, settlement: Settlement) -> Item:
    """Take a settlement from what is outstanding.

    Raises:
        Refused: It is more than that, or the item is not open.
    """
    doc = owed.doc
    if status_of(doc) not in OPEN:
        raise refusals.invalid(ONLY_OPEN)
    if settlement.amount + settlement.discount > owed.outstanding:
        # Refused in the guide; the words are assumed.
        raise refusals.invalid("The amount is greater than the outstanding amount.")
    settled = [*doc.get("_settled", ()), _written(settlement)]
    return attrs.evolve(owed, doc=_reckoned(company, owed, settled))


def unsettle(company: Company, by: str, artefact: str) -> Item | None:
    """Give back what a payment or an allocation settled of an artefact."""
    owed = item(company, artefact)
    if owed is None:
        return None
    settled = [part for part in owed.doc.get("_settled", ()) if part["by"] != by]
    return attrs.evolve(owed, doc=_reckoned(company, owed, settled))


def status_of(doc: Doc) -> str:
    """Return the status of what can be paid; opening balances show none."""
    return str(doc.get("status") or doc.get("_status"))


def opened(doc: Doc, due: Decimal, base_due: Decimal) -> Doc:
    """Return the fields of something that is to be paid, with nothing paid yet."""
    return {
        "_due": amount(due),
        "_base_due": amount(base_due),
        "_settled": [],
        **_standing(doc, due, base_due, ()),
    }


def is_allocated(doc: Doc) -> bool:
    """Whether payments or allocations stand on it."""
    return bool(doc.get("_settled"))


def _reckoned(company: Company, owed: Item, settled: list[Doc]) -> Doc:
    doc = owed.doc
    parts = _standing(doc, number(doc["_due"]), number(doc["_base_due"]), settled)
    return company.save(owed.resource, {**doc, **parts, "_settled": settled})


def _standing(
    doc: Doc, due: Decimal, base_due: Decimal, settled: tuple[Doc, ...] | list[Doc]
) -> Doc:
    paid = sum((number(part["amount"]) for part in settled), ZERO)
    discount = sum((number(part["discount"]) for part in settled), ZERO)
    left = money(due - paid - discount)
    # What is left in base currency goes down in step, so that nothing stays at the end.
    base_left = money(base_due * left / due) if due else ZERO
    if status_of(doc) in _FINAL:
        status, left, base_left = status_of(doc), ZERO, ZERO
    elif left == ZERO:
        status = "PAID"
    else:
        status = "PART_PAID" if settled else "UNPAID"
    standing: dict[str, Any] = {
        "outstanding_amount": amount(left),
        "base_currency_outstanding_amount": amount(base_left),
        "payments_allocations_total_amount": amount(paid),
        "payments_allocations_total_discount": amount(discount),
        "total_paid": amount(paid),
        "last_paid": max((part["date"] for part in settled), default=None),
        "editable": not settled and status not in {"VOID", "PAID"},
        "status": status,
    }
    return standing


def _written(settlement: Settlement) -> Doc:
    return {
        "by": settlement.by,
        "kind": settlement.kind,
        "date": settlement.date,
        "reference": settlement.reference,
        "amount": amount(settlement.amount),
        "discount": amount(settlement.discount),
    }


def payments_allocations(company: Company, doc: Doc) -> list[Doc]:
    """Return what `show_payments_allocations` adds to an artefact."""
    return [_allocation(company, part) for part in doc.get("_settled", ())]


def _allocation(company: Company, part: Mapping[str, Any]) -> Doc:
    resource, _, id = str(part["by"]).partition("/")
    head = company.head(resource, id) or {}
    type_ = company.head("transaction_types", part["kind"]) or {}
    return {
        "date": part["date"],
        "type": type_.get("displayed_as"),
        "reference": part["reference"],
        "amount": part["amount"],
        "discount": part["discount"],
        "displayed_as": head.get("displayed_as"),
        "artefact": part["by"],
        "negative_payment": number(part["amount"]) < ZERO,
        "contact_allocation": id if resource == "contact_allocations" else None,
        "contact_payment": id if resource == "contact_payments" else None,
    }

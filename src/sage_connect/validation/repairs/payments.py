"""Remedies for payments: no more than is owed, to the right account."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

import attrs

from ...model import (
    Allocation,
    BankDirection,
    BankEntry,
    Payment,
)
from ...model.reversal import OPPOSITE_PAYMENT
from ..finding import Finding
from ..registry import Case
from .places import at
from .remedy import Instead, remedy

_ZERO: Final = Decimal()


@remedy("rest-on-account", guess=False)
def rest_on_account(document: Any, _: Finding, _case: Case) -> Iterator[Any]:
    """Leave on account what the allocations do not use; they use no more than there is."""
    if isinstance(document, Payment):
        parts: list[Allocation] = []
        left = document.amount
        for one in document.allocations:
            if one.amount > 0 and left > 0:
                parts.append(Allocation(one.number, min(one.amount, left)))
                left -= parts[-1].amount
        if left >= 0:
            yield attrs.evolve(document, allocations=tuple(parts), on_account=left or None)


@remedy("cap-overpayment", guess=False)
def cap_overpayment(document: Any, finding: Finding, case: Case) -> Iterator[Any]:
    """Settle no more than is open, and leave the rest on account."""
    if not isinstance(document, Payment) or _is_sent_twice(document, case):
        return
    part = at(document, finding.path.rpartition("/")[0])
    parts = list(document.allocations)
    if isinstance(part, Allocation) and "owed" in finding.values:
        owed = Decimal(finding.values["owed"])
        where = int(finding.path.split("/")[2])
        parts[where : where + 1] = [Allocation(part.number, owed)] if owed > 0 else []
    left = document.amount - _used(parts)
    if left >= 0:
        yield attrs.evolve(document, allocations=tuple(parts), on_account=left or None)


def _is_sent_twice(payment: Payment, case: Case) -> bool:
    """Return whether the batch has the same money a second time, under another identity."""

    def bare(one: Payment) -> Payment:
        return attrs.evolve(one, source_id="", number="")

    same = (one for one in case.batch if isinstance(one, Payment) and one is not payment)
    return any(bare(one) == bare(payment) for one in same)


@remedy("to-account")
def to_account(document: Any, finding: Finding, _: Case) -> Iterator[Any]:
    """Leave on account what was to settle a document that cannot be settled."""
    if not isinstance(document, Payment) or not finding.path.startswith("/allocations/"):
        return
    where = int(finding.path.split("/")[2])
    parts = (*document.allocations[:where], *document.allocations[where + 1 :])
    left = document.amount - _used(parts)
    if left >= 0:
        yield attrs.evolve(document, allocations=parts, on_account=left or None)


@remedy("advance-apart", guess=False)
def advance_apart(document: Any, _: Finding, _case: Case) -> Iterator[Any]:
    """Send what stays on account as a payment of its own."""
    if not isinstance(document, Payment):
        return
    used = _used(document.allocations)
    if not 0 < used < document.amount:
        return
    rest = document.amount - used
    own: dict[str, Any] = {
        name: f"{value}-2"
        for name in ("source_id", "number")
        if (value := getattr(document, name))
    }
    yield Instead(
        documents=(
            attrs.evolve(document, amount=used, on_account=None),
            attrs.evolve(document, amount=rest, allocations=(), on_account=rest, **own),
        )
    )


@remedy("money-back")
def money_back(document: Any, _: Finding, _case: Case) -> Iterator[Any]:
    """Turn money below zero round: a refund for a receipt, out for in."""
    if isinstance(document, Payment):
        if document.amount < 0:
            parts = tuple(
                Allocation(one.number, abs(one.amount)) for one in document.allocations
            )
            rest = document.on_account
            yield attrs.evolve(
                document,
                kind=OPPOSITE_PAYMENT[document.kind],
                amount=-document.amount,
                allocations=parts,
                on_account=None if rest is None else abs(rest),
            )
    elif isinstance(document, BankEntry) and document.amount < 0:
        out = document.direction is BankDirection.IN
        yield attrs.evolve(
            document,
            amount=-document.amount,
            direction=BankDirection.OUT if out else BankDirection.IN,
        )


@remedy("only-bank-account")
def only_bank_account(document: Any, _: Finding, case: Case) -> Iterator[Any]:
    """Take the ledger's bank account in the currency of the money."""
    if isinstance(document, Payment | BankEntry):
        known = [one for one in (case.reference.bank_accounts or {}).values() if one.active]
        same = [one for one in known if one.currency in {"", document.currency}]
        if not document.bank_account or len(same) == 1:
            for one in same:
                yield attrs.evolve(document, bank_account=one.code)


def _used(parts: Sequence[Allocation]) -> Decimal:
    return sum((one.amount for one in parts), _ZERO)

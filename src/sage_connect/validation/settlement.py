"""Rules on when and how money is owed and paid."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from ..model import BankEntry, Payment, TradeDocument
from .finding import Fault, Mark, Severity, fault
from .registry import Case, RuleBook

SETTLEMENT: Final = RuleBook("sage_connect.validation")

_HUNDRED: Final = Decimal(100)
_ZERO: Final = Decimal()


@SETTLEMENT.rule(
    "SC-INSTALMENT-INVALID", on=TradeDocument, source="entries#instalments", mark=Mark.OURS
)
def instalments_are_parts(document: TradeDocument, _case: Case) -> Iterable[Fault] | None:
    """An instalment has a day and an amount above zero."""
    if not isinstance(document.due, tuple):
        return None
    faults = [
        fault(f"/due/{at}", amount=part.amount, day=part.due or "?")
        for at, part in enumerate(document.due)
        if part.due is None or part.amount <= 0
    ]
    return faults or None


@SETTLEMENT.rule(
    "SC-INSTALMENTS-SUM", on=TradeDocument, source="entries#instalments", mark=Mark.OURS
)
def instalments_are_the_whole(document: TradeDocument, case: Case) -> Fault | None:
    """Instalments add up to what is due."""
    if not isinstance(document.due, tuple) or not document.due:
        return None
    found = sum((part.amount for part in document.due), Decimal())
    due = case.totals.due
    if found == due:
        return None
    return fault("/due", sum=found, due=due, currency=document.currency)


@SETTLEMENT.rule(
    "SC-DUE-BEFORE-DATE",
    on=TradeDocument,
    source="library#dates",
    mark=Mark.OURS,
    severity=Severity.WARNING,
)
def nothing_is_due_beforehand(
    document: TradeDocument, _case: Case
) -> Iterable[Fault] | None:
    """A document falls due on its own day or later."""
    due, day = document.due, document.date
    if due is None or day is None:
        return None
    if not isinstance(due, tuple):
        return [fault("/due", due=due, date=day)] if due < day else None
    faults = [
        fault(f"/due/{at}/due", due=part.due, date=day)
        for at, part in enumerate(due)
        if part.due is not None and part.due < day
    ]
    return faults or None


@SETTLEMENT.rule(
    "SC-DEFERRAL-DATES", on=TradeDocument, source="library#dates", mark=Mark.OURS
)
def deferral_is_a_period(document: TradeDocument, _case: Case) -> Fault | None:
    """A deferral has a first and a last day, in this order."""
    deferral = document.deferral
    if deferral is None:
        return None
    start, end = deferral.start, deferral.end
    if start is not None and end is not None and start <= end:
        return None
    return fault("/deferral", start=start or "?", end=end or "?")


@SETTLEMENT.rule(
    "SC-WITHHOLDING-RATE", on=TradeDocument, source="library#withholding", mark=Mark.OURS
)
def withholding_is_a_part(document: TradeDocument, case: Case) -> Fault | None:
    """What the payer keeps back is 0 to 100 per cent of a part of the net amount."""
    kept = document.withholding
    if kept is None:
        return None
    net = case.totals.net
    if 0 <= kept.rate <= _HUNDRED and min(net, _ZERO) <= kept.base <= max(net, _ZERO):
        return None
    return fault("/withholding", rate=kept.rate, base=kept.base, net=net, scheme=kept.code)


@SETTLEMENT.rule(
    "SC-PAY-AMOUNT", on=(Payment, BankEntry), source="library#direction", mark=Mark.OURS
)
def money_moves(document: Payment | BankEntry, _case: Case) -> Iterable[Fault] | None:
    """Amounts of payments and their parts are above zero: the kind gives the direction."""
    faults: list[Fault] = []
    if document.amount <= 0:
        faults.append(fault("/amount", amount=document.amount))
    if isinstance(document, Payment):
        faults += [
            fault(f"/allocations/{at}/amount", amount=part.amount)
            for at, part in enumerate(document.allocations)
            if part.amount <= 0
        ]
        if document.on_account is not None and document.on_account < 0:
            faults.append(fault("/on_account", amount=document.on_account))
    return faults or None


@SETTLEMENT.rule(
    "SC-PAY-ALLOCATIONS", on=Payment, source="library#payments", mark=Mark.OURS
)
def payment_is_used_up_once(document: Payment, _case: Case) -> Fault | None:
    """Allocations, and what is left on account where it is stated, come to the payment.

    Where nothing is stated, a remainder is looked at by `SC-PAY-OVERPAID`.
    """
    if not document.allocations and document.on_account is None:
        return None
    used = allocated(document) + (document.on_account or 0)
    left_open = document.on_account is None and used < document.amount
    if used == document.amount or left_open:
        return None
    return fault(
        "/allocations", sum=used, amount=document.amount, currency=document.currency
    )


def allocated(payment: Payment) -> Decimal:
    """Return how much of `payment` settles documents."""
    return sum((part.amount for part in payment.allocations), Decimal())

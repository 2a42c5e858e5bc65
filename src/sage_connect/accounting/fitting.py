"""A document as policy has it fitted to what Sage Accounting can hold.

Nothing here changes a total: what cannot be fitted so is left, for the rules to refuse.
"""

from decimal import Decimal
from typing import Any, Final, TypeVar

import attrs

from ..model import Allocation, Payment, Reference, TaxMode
from ..model.refit import adjusted_by_line, taxed_by_line, without_quantities
from .codec.trade import tax_amounts
from .outstanding import Outstanding
from .resolve import SALES, START, TRADE, Trade
from .settings import AccountingSettings, GroupTax, Overpayment, StartQuantity

D = TypeVar("D")

_ONE: Final = Decimal(1)


def fitted(document: D, settings: AccountingSettings, reference: Reference) -> D:
    """Return `document`, fitted as `settings` allow; itself where it needs nothing."""
    whole: Any = document
    policy = settings.policy
    if isinstance(whole, Payment):
        if whole.reverses:
            # Of what it takes back it settles nothing: that comes off, and is open again.
            whole = attrs.evolve(whole, allocations=(), on_account=None)
    elif isinstance(whole, TRADE):
        if whole.tax_mode is TaxMode.GROUP and policy.group_tax is GroupTax.SPLIT:
            whole = taxed_by_line(whole, tax_amounts) or whole
        if whole.adjustment and settings.accounts.adjustments:
            whole = adjusted_by_line(whole, settings.accounts.adjustments)
        start = reference.company is not None and reference.company.edition == START
        if start and policy.start_quantity is StartQuantity.FOLD and _has_quantity(whole):
            whole = without_quantities(whole)
    fit: D = _any(whole)
    return fit


def _has_quantity(document: Trade) -> bool:
    return isinstance(document, SALES) and any(
        line.quantity != _ONE for line in document.lines
    )


def capped(payment: Payment, settings: AccountingSettings, left: Outstanding) -> Payment:
    """Allocate no more than is left; the rest goes on account, where policy says so."""
    if settings.policy.overpayment is not Overpayment.ON_ACCOUNT:
        return payment
    parts: list[Allocation] = []
    for part in payment.allocations:
        owed = left.of(payment, part.number)
        if owed is not None and part.amount > owed.outstanding:
            part = attrs.evolve(part, amount=owed.outstanding)  # noqa: PLW2901 - the same part
        if part.amount:
            parts.append(part)
    if parts == [*payment.allocations]:
        return payment
    return attrs.evolve(payment, allocations=parts, on_account=None)


def _any(value: Any) -> Any:
    # Matching narrows to the classes that were named.
    return value

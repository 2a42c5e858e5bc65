"""A document as policy has it fitted to what Sage Accounting can hold.

Nothing here changes a total: what cannot be fitted so is left, for the rules to refuse.
"""

from decimal import Decimal
from typing import Any, Final, TypeVar

import attrs

from ..model import (
    Allocation,
    Line,
    Payment,
    Reference,
    Tax,
    TaxMode,
    totals,
)
from ..model.money import minor_unit
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
            whole = _split(whole)
        if whole.adjustment and settings.accounts.adjustments:
            whole = _adjusted(whole, settings.accounts.adjustments)
        start = reference.company is not None and reference.company.edition == START
        if start and policy.start_quantity is StartQuantity.FOLD and _has_quantity(whole):
            whole = _folded(whole)
    fit: D = _any(whole)
    return fit


def _split(document: Trade) -> Trade:
    """Put the one tax of the whole on each line, to the cent."""
    if len(document.taxes) != 1 or any(part.taxes for part in document.lines):
        return document
    (tax,) = document.taxes
    bare = Tax(tax.code, tax.rate)
    moved = attrs.evolve(
        document,
        tax_mode=TaxMode.LINE,
        taxes=(),
        lines=[attrs.evolve(line, taxes=(bare,)) for line in document.lines],
        charges=[attrs.evolve(one, taxes=(bare,)) for one in document.charges],
    )
    wanted = totals(document).tax
    amounts = list(tax_amounts(moved))
    residue = wanted - sum(amounts, Decimal())
    if residue and not document.prices_include_tax and document.lines:
        cent = minor_unit(document.currency).copy_sign(residue)
        lines = list(moved.lines)
        largest = sorted(range(len(lines)), key=lambda at: -abs(amounts[at]))
        # A cent for each: with more, the tax of a line would not be its rate any more.
        for at in largest[: int(residue / cent)]:
            stated = Tax(tax.code, tax.rate, amounts[at] + cent)
            lines[at] = attrs.evolve(lines[at], taxes=(stated,))
        moved = attrs.evolve(moved, lines=lines)
    kept = totals(moved)
    whole = totals(document)
    same = (kept.net, kept.tax, kept.gross) == (whole.net, whole.tax, whole.gross)
    return moved if same else document


def _adjusted(document: Trade, account: str) -> Trade:
    """Post the adjustment as a line without tax."""
    amount = document.adjustment or Decimal()
    line = Line(description="Adjustment", unit_price=amount, account=account)
    return attrs.evolve(document, adjustment=None, net=None, lines=(*document.lines, line))


def _has_quantity(document: Trade) -> bool:
    return isinstance(document, SALES) and any(
        line.quantity != _ONE for line in document.lines
    )


def _folded(document: Trade) -> Trade:
    """Fold quantities into prices and texts: "3 x Bolts"."""
    lines: list[Line] = []
    for line in document.lines:
        if line.quantity == _ONE:
            lines.append(line)
            continue
        lines.append(
            attrs.evolve(
                line,
                description=f"{line.quantity.normalize():f} x {line.description}",
                quantity=_ONE,
                unit_price=line.quantity * line.unit_price,
            )
        )
    return attrs.evolve(document, lines=lines)


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

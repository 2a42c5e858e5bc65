"""Foreign currency: what becomes of amounts in the base currency, and of the rate."""

from decimal import Decimal
from functools import partial
from typing import Final

from ...errors import CodecError
from ...model import BankEntry, Payment
from ...model.money import minor_unit, round_half_up
from ...validation import Case, Mark, RuleBook, Severity, fault
from ...validation.registry import Faults
from ..codec import reconverted
from ..resolve import TRADE, Trade, base_currency
from ..trade import converted, converted_parts
from .book import HOME, PRODUCTS

CURRENCY: Final = RuleBook(HOME)
_rule: Final = partial(CURRENCY.rule, products=PRODUCTS)


def _rate(document: Trade | Payment | BankEntry, case: Case) -> Decimal | None:
    """Return the rate that amounts are converted by; None for none that counts."""
    rate = document.exchange_rate
    foreign = document.currency != base_currency(case.reference)
    return rate if foreign and rate is not None and rate > 0 else None


@_rule(
    "SC-S100-CONVERSION",
    on=TRADE,
    source="library#rates",
    mark=Mark.OURS,
)
def lines_come_to_something(document: Trade, case: Case) -> Faults:
    """No line comes to nothing in the base currency, and rounding leaves no more than one.

    The sides of the piece would not balance.
    """
    rate = _rate(document, case)
    if rate is None:
        return None
    unit, sums = minor_unit(base_currency(case.reference)), case.totals
    amounts = (*sums.lines, *sums.charges, *(tax.amount for tax in sums.taxes))
    try:
        converted_parts(amounts, converted(sums.gross, rate, unit), rate, unit)
    except CodecError:
        return fault("/exchange_rate", rate=rate, currency=document.currency)
    return None


@_rule(
    "SC-S100-PARITY-ROUNDED",
    on=(*TRADE, Payment, BankEntry),
    source="doc#currency",
    mark=Mark.UNCONFIRMED,
    severity=Severity.WARNING,
    needs=("company",),
)
def parity_comes_to_the_same(document: Trade | Payment | BankEntry, case: Case) -> Faults:
    """The parity that is written, of six decimals, converts as the document's rate does.

    Both stand in the entry. Whether Sage computes the amount anew is not said. A cent,
    which any rounding may leave, is not told of.
    """
    rate = _rate(document, case)
    if rate is None:
        return None
    whole = (
        document.amount if isinstance(document, Payment | BankEntry) else case.totals.gross
    )
    by_parity = reconverted(whole, document.currency, rate, case.reference)
    if by_parity is None:
        return None
    unit = minor_unit(base_currency(case.reference))
    ours = converted(whole, rate, unit)
    theirs = round_half_up(by_parity, unit)
    if abs(ours - theirs) <= unit:
        return None
    return fault("/exchange_rate", rate=rate, amount=ours, other=theirs)

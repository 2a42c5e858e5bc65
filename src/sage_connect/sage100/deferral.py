"""Prepaid charges and income as journal entries: what the import file has no place for."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from ..model import JournalEntry, Movement, Rounding, totals
from ..model.money import apportion, minor_unit
from .resolve import Trade, is_sale

PREPAID_EXPENSES: Final = "486000"
PREPAID_INCOME: Final = "487000"


def deferral_entries(
    document: Trade,
    *,
    account: str,
    prepaid: str = "",
    journal: str = "OD",
    rounding: Rounding = Rounding.LINE,
) -> tuple[JournalEntry, ...]:
    """Return the entries that spread a document's net amount over its deferral.

    The first, on the document's day, takes the whole off the expenses (or income) and puts
    it on the account of prepaid charges; one for each month of the deferral, on its last
    day or the deferral's, brings back the days that fall into it. They sum to nothing, to
    the cent. Post them besides the document, which must then say no deferral itself.

    Args:
        document: With a deferral, in the base currency.
        account: The income or expense account that its lines stand on.
        prepaid: Account of prepaid charges or income; "" for 486000 or 487000.
        journal: Code of a general journal.
        rounding: As in the ledger's settings.

    Raises:
        ValueError: A line that stands on another account; no deferral, or none with a
            first and a last day in this order; no date; nothing to spread.
    """
    deferral = document.deferral
    if deferral is None or deferral.start is None or deferral.end is None:
        raise ValueError("expected a deferral with a first and a last day")
    if deferral.end < deferral.start:
        raise ValueError(f"the deferral ends on {deferral.end}, before {deferral.start}")
    if document.date is None:
        raise ValueError("expected a document with a date")
    others = {one.account for one in document.lines} - {"", account}
    if others:
        named = ", ".join(sorted(others))
        raise ValueError(f"expected lines on account {account}, found {named}")
    net = totals(document, rounding).net
    if net <= 0:
        raise ValueError(f"expected a net amount to spread, found {net}")
    months = list(_months(deferral.start, deferral.end))
    days = [Decimal((last - first).days + 1) for first, last in months]
    parts = apportion(net, days, minor_unit(document.currency))
    sale = is_sale(document)
    prepaid = prepaid or (PREPAID_INCOME if sale else PREPAID_EXPENSES)
    # An expense is a debit: taking it off is a credit. Income, and credit notes, turn.
    off = sale is document.type.endswith("invoice")
    name = document.source_id or document.number or document.party_number

    def entry(at: int, day: dt.date, amount: Decimal, *, debits: bool) -> JournalEntry:
        sides = (amount, None) if debits else (None, amount)
        return JournalEntry(
            source_id=f"{document.type}/{document.party}/{name}/deferral/{at}",
            journal=journal,
            date=day,
            currency=document.currency,
            description=f"{name} {deferral.start} - {deferral.end}",
            movements=(
                Movement(account=account, debit=sides[0], credit=sides[1]),
                Movement(account=prepaid, debit=sides[1], credit=sides[0]),
            ),
        )

    back = [
        entry(at, last, amount, debits=not off)
        for at, ((_, last), amount) in enumerate(zip(months, parts, strict=True), start=1)
        if amount
    ]
    return (entry(0, document.date, net, debits=off), *back)


def _months(start: dt.date, end: dt.date) -> Iterator[tuple[dt.date, dt.date]]:
    """Yield first and last day of each month, or part of one, from `start` to `end`."""
    first = start
    while first <= end:
        following = (first.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
        last = min(following - dt.timedelta(days=1), end)
        yield first, last
        first = following

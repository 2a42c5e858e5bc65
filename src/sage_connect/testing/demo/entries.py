"""A month of journal entries of the demo company: wages, accruals, depreciation, rates."""

import datetime as dt
from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

import attrs

from ...model import (
    AnalyticShare,
    Document,
    JournalEntry,
    Movement,
    Payment,
    PaymentKind,
    PurchaseInvoice,
    TradeDocument,
    totals,
)
from . import chart
from .chance import CENT, Chance
from .company import MONTH, YEAR
from .purchases import D20, UNION

PAYROLL: Final = "wages and charges"
ACCRUAL: Final = "accrual split over projects"
DEPRECIATION: Final = "depreciation"
EXCHANGE: Final = "exchange difference"
REVERSE_CHARGE: Final = "VAT of a purchase within the EU"
CASES: Final = (PAYROLL, ACCRUAL, DEPRECIATION, EXCHANGE, REVERSE_CHARGE)
"""Names of the cases, as they are told of."""

SALARIES: Final = (
    # Employee, gross, and what is paid out.
    ("LEGOFF", "3180.00", "2480.61"),
    ("NGUYEN", "2740.00", "2137.38"),
    ("ROUSSEAU", "2955.50", "2305.47"),
)
_CHARGES: Final = "3729.84"
_DEPRECIATED: Final = (
    ("280500", "Amortissement des logiciels, septembre", "312.50"),
    ("281830", "Amortissement du matériel, septembre", "486.11"),
    ("281840", "Amortissement du mobilier, septembre", "174.58"),
    ("281840", "Amortissement des établis, septembre", "91.67"),
)
_ACCRUED: Final = (
    # What has not been invoiced, expense or income account, its counterpart, from, to.
    ("Études de sol à recevoir", "604000", "408100", 400, 2200),
    ("Électricité à recevoir", "606100", "408100", 120, 480),
    ("Honoraires à recevoir", "622600", "408100", 300, 1500),
    ("Travaux à facturer", "704000", "418100", 900, 5200),
    ("Suivi de chantier à facturer", "706000", "418100", 600, 3100),
)
_LAST: Final = dt.date(YEAR, MONTH, 30)
_LOSS: Final = "666000"
_GAIN: Final = "766000"
_CONTROL: Final = {row.code: row.account for row in chart.PARTIES}


@attrs.frozen
class Base:
    """What books are kept in.

    Attributes:
        currency: ISO 4217 code.
        dollars: What a dollar is worth, on some days.
    """

    currency: str
    dollars: tuple[Decimal, ...]


EUROS: Final = Base("EUR", tuple(map(Decimal, ("0.9198", "0.9301", "0.9285", "0.9233"))))


def entries(
    seed: int, documents: Iterable[tuple[str, Document]], base: Base = EUROS
) -> Iterator[tuple[str, JournalEntry]]:
    """Yield case and entry, numbered from OD2026-0001.

    Args:
        seed: Of the month.
        documents: Its other documents, by case: what is bought in the Union, and paid in
            dollars, is followed by an entry.
        base: What the books are kept in.
    """
    given = [*documents]
    found = [
        *((REVERSE_CHARGE, _reverse_charge(one)) for name, one in given if name == UNION),
        *((EXCHANGE, one) for one in _exchange([one for _, one in given])),
        *((ACCRUAL, one) for one in _accruals(Chance(seed + 3))),
        *((PAYROLL, one) for one in _payroll()),
        *((DEPRECIATION, _depreciation(*row)) for row in _DEPRECIATED),
    ]
    found.sort(key=lambda one: one[1].date or _LAST)
    for serial, (name, entry) in enumerate(found, start=1):
        number = f"OD{YEAR}-{serial:04}"
        yield name, attrs.evolve(entry, number=number, currency=base.currency)


def _entry(
    description: str, *movements: Movement, day: dt.date = _LAST, reference: str = ""
) -> JournalEntry:
    return JournalEntry(
        journal="OD",
        date=day,
        currency="EUR",
        description=description,
        reference=reference,
        movements=movements,
    )


def _reverse_charge(purchase: Document) -> JournalEntry:
    """Return both sides of the VAT that the buyer owes, and may deduct."""
    assert isinstance(purchase, PurchaseInvoice)  # noqa: S101 - what the case is made of
    tax = _half_up(totals(purchase).net * D20.rate / 100)
    return _entry(
        "TVA intracommunautaire",
        Movement(account="445662", debit=tax),
        Movement(account="445200", credit=tax),
        day=purchase.date or _LAST,
        reference=purchase.number,
    )


def _exchange(documents: list[Document]) -> Iterator[JournalEntry]:
    """Yield what each payment in another currency left open on its party, in euros."""
    trade = {one.number: one for one in documents if isinstance(one, TradeDocument)}
    for paid in documents:
        if not isinstance(paid, Payment) or paid.exchange_rate is None:
            continue
        settled = trade[paid.allocations[0].number]
        owed = _half_up(totals(settled).gross * (settled.exchange_rate or 1))
        more = _half_up(paid.amount * paid.exchange_rate) - owed
        received = paid.kind is PaymentKind.CUSTOMER_RECEIPT
        gained = (more > 0) is received
        amount = abs(more)
        party = Movement(
            account=_CONTROL[paid.party],
            party=paid.party,
            debit=amount if gained else None,
            credit=None if gained else amount,
        )
        result = Movement(
            account=_GAIN if gained else _LOSS,
            debit=None if gained else amount,
            credit=amount if gained else None,
        )
        yield _entry(
            "Écart de change",
            party,
            result,
            day=paid.date or _LAST,
            reference=settled.number,
        )


def _accruals(chance: Chance) -> Iterator[JournalEntry]:
    for at in range(8):
        what, account, counterpart, low, high = _ACCRUED[at % len(_ACCRUED)]
        amount = chance.price(low, high)
        first = 1 + chance.below(6)
        shares = tuple(
            AnalyticShare(f"P2026-{number:03}", chart.PLAN)
            for number in range(first, first + 3)
        )
        spent = account.startswith("6")
        split = Movement(
            account=account,
            debit=amount if spent else None,
            credit=None if spent else amount,
            analytic=shares,
        )
        other = Movement(
            account=counterpart,
            debit=None if spent else amount,
            credit=amount if spent else None,
        )
        yield _entry(what, split, other)


def _payroll() -> Iterator[JournalEntry]:
    for party, gross, net in SALARIES:
        kept = Decimal(gross) - Decimal(net)
        yield _entry(
            "Salaire de septembre",
            Movement(account="641000", debit=Decimal(gross)),
            Movement(account="421000", credit=Decimal(net), party=party),
            Movement(account="431000", credit=kept, description="Cotisations salariales"),
        )
    yield _entry(
        "Cotisations patronales de septembre",
        Movement(
            account="645000",
            debit=Decimal(_CHARGES),
            analytic=(
                AnalyticShare("ETUDES", chart.CENTRES, Decimal(55)),
                AnalyticShare("ATELIER", chart.CENTRES, Decimal(45)),
            ),
        ),
        Movement(account="431000", credit=Decimal(_CHARGES)),
    )


def _depreciation(account: str, description: str, amount: str) -> JournalEntry:
    return _entry(
        description,
        Movement(account="681100", debit=Decimal(amount)),
        Movement(account=account, credit=Decimal(amount)),
    )


def _half_up(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)

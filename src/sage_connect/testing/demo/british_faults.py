"""Faulty documents for the British business: the demo company's, and some of its own."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

import attrs

from ...model import (
    BankEntry,
    Customer,
    JournalEntry,
    Line,
    Payment,
    PurchaseInvoice,
    SalesInvoice,
    Tax,
    TaxMode,
    Withholding,
)
from .british import CURRENCY, british
from .company import MONTH, YEAR
from .faults import Faulty, faulty as of_sage100

_DAY: Final = dt.date(YEAR, MONTH, 30)
_DUE: Final = _DAY + dt.timedelta(30)

_CODES: Final = {
    # What Sage 100 calls a fault in its own words, Sage Accounting has other words for.
    "SC-S100-ACCOUNT-CURRENCY": "",
    "SC-S100-ADDRESS-LINES": "SC-SA-ADDRESS-LINES",
    "SC-S100-ANALYTIC-NOT-ALLOWED": "SC-SA-NOT-CARRIED",
    "SC-S100-BANK-ACCOUNT": "SC-SA-BANK-UNKNOWN",
    "SC-S100-CARD-REFUND": "",
    "SC-S100-COUNTERPART": "SC-SA-BANK-ENTRY-ACCOUNT",
    "SC-S100-CURRENCY-AMOUNT": "SC-SA-BASE-CURRENCY",
    "SC-S100-CURRENCY-UNKNOWN": "SC-INV-CURRENCY-MISMATCH",
    "SC-S100-DEFERRAL": "SC-SA-NOT-CARRIED",
    "SC-S100-GROUP-TAXES": "SC-INV-GROUP-MODE",
    "SC-S100-JOURNAL-DORMANT": "",
    "SC-S100-JOURNAL-TYPE": "SC-SA-BANK-UNKNOWN",
    "SC-S100-JOURNAL-UNKNOWN": "",
    "SC-S100-KIND": "",
    "SC-S100-METHOD-UNKNOWN": "SC-SA-METHOD-UNKNOWN",
    "SC-S100-NAME-MISSING": "SC-REQUIRED",
    "SC-S100-NOT-CARRIED": "",
    "SC-S100-NUMBER-LENGTH": "",
    "SC-S100-NUMBER-TAKEN": "",
    "SC-S100-PLAN-UNKNOWN": "SC-SA-NOT-CARRIED",
    "SC-S100-RATE-MISSING": "SC-RATE-MISSING",
    "SC-S100-SECTION-DORMANT": "SC-SA-ANALYSIS-UNKNOWN",
    "SC-S100-SECTION-LEVEL": "SC-SA-NOT-CARRIED",
    "SC-S100-SECTION-RECORD": "",
    "SC-S100-SECTION-TOTAL": "SC-SA-ANALYSIS-UNKNOWN",
    "SC-S100-SECTION-UNKNOWN": "SC-SA-ANALYSIS-UNKNOWN",
    "SC-S100-SPLIT-TWICE": "SC-SA-NOT-CARRIED",
    "SC-S100-TEXT-ENCODING": "",
    "SC-S100-TEXT-LENGTH": "",
    "SC-S100-THIRD-PARTY-CODE": "SC-SUPPLIER-UNKNOWN",
    "SC-S100-THIRD-PARTY-LINE": "SC-SA-ACCOUNT-VISIBLE",
    "SC-S100-THIRD-PARTY-UNKNOWN": "SC-SA-NOT-CARRIED",
    "SC-ACCOUNT-TOTAL": "SC-ACCOUNT-UNKNOWN",
    "SC-ANALYTIC-ON-NON-EXPENSE": "SC-SA-NOT-CARRIED",
    "SC-BANK-BEFORE-PURCHASE": "SC-PAY-DOCUMENT-UNKNOWN",
    "SC-CUST-CODE-DUPLICATE": "",
    "SC-DATE-OUTSIDE-YEARS": "",
    "SC-PARTY-INACTIVE": "SC-INV-CONTACT-NOT-IN-SAGE",
    "SC-TAX-DIRECTION": "",
}
"""What a fault is found as; "" where it is none, and the document is left out."""
_SAME: Final = {"SC-CUST-CODE-MISSING": "SC-INV-CONTACT-REQUIRED"}
"""Of sales invoices alone."""


def faulty() -> list[Faulty]:
    """Return the faulty documents, to be posted after `british.month`."""
    return [*_of_the_demo_company(), *_own()]


def _of_the_demo_company() -> Iterator[Faulty]:
    for one in of_sage100():
        code = _CODES.get(one.code, one.code)
        document: Any = british(one.document)
        if isinstance(document, SalesInvoice):
            code = _SAME.get(code, code)
        if getattr(document, "currency", "") == "EUR":
            document = attrs.evolve(document, currency=CURRENCY)
        if isinstance(document, PurchaseInvoice) and document.due is None:
            document = attrs.evolve(document, due=_DUE)
        if code:
            yield Faulty(document, code)


def _invoice(serial: int, /, **changes: Any) -> SalesInvoice:
    line = Line(
        description="Études d'exécution",
        unit_price=Decimal("450.00"),
        account="706000",
        taxes=(Tax("C20", Decimal(20)),),
    )
    sound = SalesInvoice(
        number=f"FA{YEAR}-{serial}",
        date=_DAY,
        due=_DUE,
        party="DUPONT",
        currency=CURRENCY,
        lines=(line,),
    )
    return attrs.evolve(sound, **changes)


def _own() -> Iterator[Faulty]:
    invoice = _invoice(9101)
    (line,) = invoice.lines
    abroad = _invoice(9101, party="MAROC")
    yield Faulty(abroad, "SC-SA-ABROAD-ZERO")
    yield Faulty(_invoice(9102, party="PAPETERIE"), "SC-INV-CONTACT-NOT-IN-SAGE")
    yield Faulty(_invoice(9103, reference="R" * 26), "SC-SA-TEXT-LENGTH")
    bare = attrs.evolve(line, taxes=())
    yield Faulty(_invoice(9104, lines=(bare,)), "SC-SA-TAX-MISSING")
    spent = attrs.evolve(line, account="606400")
    yield Faulty(_invoice(9105, lines=(spent,)), "SC-SA-ACCOUNT-VISIBLE")
    whole = _invoice(9106, tax_mode=TaxMode.GROUP, taxes=line.taxes, lines=(bare,))
    yield Faulty(whole, "SC-INV-GROUP-MODE")
    kept = Withholding(code="CIS", rate=Decimal(20), base=Decimal("450.00"))
    yield Faulty(_invoice(9107, withholding=kept), "SC-SA-CIS-NOT-SET")
    long = Customer(code="LONGUEREFERENCE", name="Longue Référence SARL")
    yield Faulty(long, "SC-SA-REFERENCE-LENGTH")
    paid = Payment(
        number=f"RG{YEAR}-9101",
        date=_DAY,
        party="BAUHAUS",
        currency="EUR",
        exchange_rate=Decimal("0.86"),
        amount=Decimal("100.00"),
        bank_account="BQ",
        on_account=Decimal("100.00"),
    )
    yield Faulty(paid, "SC-INV-CURRENCY-MISMATCH")
    drawn = BankEntry(
        number=f"BQ{YEAR}-9101",
        date=_DAY,
        bank_account="BQ",
        currency=CURRENCY,
        amount=Decimal("80.00"),
        account="1210",
        description="Retrait",
    )
    yield Faulty(drawn, "SC-SA-BANK-TRANSFER")
    entry = next(
        one.document for one in of_sage100() if isinstance(one.document, JournalEntry)
    )
    dollars = attrs.evolve(
        entry, number=f"OD{YEAR}-9101", currency="USD", exchange_rate=Decimal("0.79")
    )
    yield Faulty(dollars, "SC-SA-BASE-CURRENCY")

"""Faulty documents for the demo company, each with another fault, and the rule for it."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

import attrs

from ...model import (
    AnalyticShare,
    Customer,
    Document,
    DocumentState,
    Instalment,
    Line,
    MasterData,
    SalesInvoice,
    Tax,
)
from .company import MONTH, YEAR
from .sales import C10, C20, CE00

_DAY: Final = dt.date(YEAR, MONTH, 30)
_WORK: Final = Line(
    description="Études d'exécution",
    quantity=Decimal(2),
    unit_price=Decimal("450.00"),
    taxes=(C20,),
)


@attrs.frozen
class Faulty:
    """A document with one fault.

    Attributes:
        document: What is wrong with it stands in nothing but its content.
        code: The rule that refuses it; for a document before the start of the period, the
            one that leaves it out.
    """

    document: Document | MasterData
    code: str


def faulty() -> list[Faulty]:
    """Return the faulty documents, numbered from FA2026-9001.

    They are meant to be posted after `month`: one bears a number of it again.
    """
    return [*_documents(), *_customers()]


def _invoice(serial: int, /, **changes: Any) -> SalesInvoice:
    sound = SalesInvoice(
        number=f"FA{YEAR}-{serial}",
        date=_DAY,
        party="DUPONT",
        currency="EUR",
        lines=(_WORK,),
    )
    return attrs.evolve(sound, **changes)


def _with_line(serial: int, /, **changes: Any) -> SalesInvoice:
    return _invoice(serial, lines=(_WORK, attrs.evolve(_WORK, **changes)))


def _documents() -> Iterator[Faulty]:
    yield Faulty(_invoice(9001, party="HUDSON"), "SC-INV-CURRENCY-MISMATCH")
    yield Faulty(_with_line(9002, taxes=(C20, C10)), "SC-LINE-MULTIPLE-TAXES")
    yield Faulty(_invoice(9003, adjustment=Decimal("-0.05")), "SC-INV-ADJUSTMENT")
    yield Faulty(_with_line(9004, taxes=(Tax("C85", Decimal("8.5")),)), "SC-TAX-UNKNOWN")
    yield Faulty(_with_line(9005, account="706999"), "SC-ACCOUNT-UNKNOWN")
    yield Faulty(_invoice(9006, party="INCONNU"), "SC-INV-CONTACT-NOT-IN-SAGE")
    yield Faulty(_invoice(9007, date=None), "SC-INV-DATE-REQUIRED")
    yield Faulty(_invoice(9008, date=dt.date(YEAR + 1, 1, 15)), "SC-DATE-OUTSIDE-YEARS")
    yield Faulty(
        _invoice(9009, date=dt.date(YEAR, MONTH - 1, 14)), "SC-PERIOD-BEFORE-START"
    )
    yield Faulty(_invoice(9010, state=DocumentState.DRAFT), "SC-DRAFT")
    yield Faulty(
        _invoice(
            9011,
            due=(
                Instalment(dt.date(YEAR, 10, 30), Decimal("500.00")),
                Instalment(dt.date(YEAR, 11, 30), Decimal("500.00")),
            ),
        ),
        "SC-INSTALMENTS-SUM",
    )
    yield Faulty(_invoice(9012, project="P2026-999"), "SC-S100-SECTION-UNKNOWN")
    yield Faulty(_with_line(9013, description="Plan → façade"), "SC-S100-TEXT-ENCODING")
    yield Faulty(
        _with_line(9014, description=("Mission complète de conception, " * 3).rstrip(", ")),
        "SC-S100-TEXT-LENGTH",
    )
    yield Faulty(
        _invoice(
            9015, net=Decimal("900.00"), tax=Decimal("180.00"), gross=Decimal("1100.00")
        ),
        "SC-TOTAL-DECLARED",
    )
    yield Faulty(_invoice(9016, number=f"FA{YEAR}-0001"), "SC-DUP-BATCH")
    yield Faulty(_with_line(9017, unit_price=Decimal("1e15")), "SC-AMOUNT-RANGE")
    yield Faulty(_invoice(9018, party=""), "SC-CUST-CODE-MISSING")
    yield Faulty(_invoice(9019, number=f"FA{YEAR}-90\t19"), "SC-TEXT-CONTROL")
    yield Faulty(_invoice(9020, party="ANCIEN"), "SC-PARTY-INACTIVE")
    yield Faulty(_with_line(9021, taxes=(Tax("D20", Decimal(20)),)), "SC-TAX-DIRECTION")
    yield Faulty(
        _with_line(9022, taxes=(Tax("C20", Decimal("19.6")),)), "SC-TAX-RATE-MISMATCH"
    )
    yield Faulty(_with_line(9023, account="700"), "SC-ACCOUNT-TOTAL")
    yield Faulty(_invoice(9024, lines=()), "SC-INV-NO-LINES")
    yield Faulty(_invoice(9025, number=f"FACTURE-{YEAR}-009025"), "SC-S100-NUMBER-LENGTH")
    yield Faulty(_invoice(9026, notes="Merci de votre confiance."), "SC-S100-NOT-CARRIED")
    yield Faulty(
        _with_line(9027, analytic=(AnalyticShare("SIEGE"),)), "SC-S100-SECTION-LEVEL"
    )
    yield Faulty(_invoice(9028, project="P2026"), "SC-S100-SECTION-TOTAL")
    yield Faulty(_invoice(9029, project="P2025-014"), "SC-S100-SECTION-DORMANT")
    yield Faulty(
        _invoice(
            9030,
            party="PACIFIC",
            currency="USD",
            exchange_rate=Decimal("0.92"),
            lines=(attrs.evolve(_WORK, account="706000", taxes=(CE00,)),),
        ),
        "SC-S100-ACCOUNT-CURRENCY",
    )
    yield Faulty(
        _invoice(9031, currency="JPY", exchange_rate=Decimal("0.0061")),
        "SC-S100-CURRENCY-UNKNOWN",
    )


def _customers() -> Iterator[Faulty]:
    yield Faulty(Customer(code="", name="Sans Code SARL"), "SC-CUST-CODE-MISSING")
    yield Faulty(
        Customer(code="NIHON", name="日本建築", account="411200"), "SC-S100-TEXT-ENCODING"
    )
    yield Faulty(
        Customer(code="Dupont", name="Dupont Frères", account="411000"),
        "SC-CUST-CODE-DUPLICATE",
    )

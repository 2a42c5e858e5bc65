"""Faulty documents for the demo company, each with another fault, and the rule for it."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

import attrs

from ...model import (
    Address,
    Allocation,
    AnalyticShare,
    BankEntry,
    Customer,
    Deferral,
    DimensionValue,
    Document,
    DocumentState,
    Instalment,
    Item,
    JournalEntry,
    Line,
    MasterData,
    Movement,
    Payment,
    PaymentKind,
    PurchaseInvoice,
    PurchaseKind,
    SalesCreditNote,
    SalesInvoice,
    Supplier,
    Tax,
    TaxMode,
)
from . import chart
from .books import SEED
from .company import MONTH, YEAR
from .purchases import D10, D20, IM20
from .sales import C10, C20, CE00, sales

_DAY: Final = dt.date(YEAR, MONTH, 30)
_WORK: Final = Line(
    description="Études d'exécution",
    quantity=Decimal(2),
    unit_price=Decimal("450.00"),
    taxes=(C20,),
)
_PAPER: Final = Line(
    description="Ramettes de papier recyclé",
    unit_price=Decimal("80.00"),
    account="606400",
    taxes=(D20,),
)
_EXPENSE: Final = Movement(account="606400", debit=Decimal("80.00"))
_OWED: Final = Movement(account="408100", credit=Decimal("80.00"))


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
    """Return the faulty documents: each kind is numbered from 9001.

    They are meant to be posted after `month`: one bears a number of it again.
    """
    return [*_documents(), *_customers(), *_purchases(), *_money(), *_entries(), *_new()]


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


def _purchase(serial: int, /, **changes: Any) -> PurchaseInvoice:
    sound = PurchaseInvoice(
        number=f"HA{YEAR}-{serial}",
        party_number=f"PAP-{serial}",
        date=_DAY,
        party="PAPETERIE",
        currency="EUR",
        lines=(_PAPER,),
    )
    return attrs.evolve(sound, **changes)


def _bought(serial: int, /, **changes: Any) -> PurchaseInvoice:
    return _purchase(serial, lines=(_PAPER, attrs.evolve(_PAPER, **changes)))


def _purchases() -> Iterator[Faulty]:
    yield Faulty(_purchase(9001, party="PAPETRIE"), "SC-SUPPLIER-UNKNOWN")
    yield Faulty(_purchase(9002, party="papeterie"), "SC-S100-THIRD-PARTY-CODE")
    yield Faulty(_purchase(9003, kind=PurchaseKind.CARD_REFUND), "SC-S100-CARD-REFUND")
    year = Deferral(start=_DAY, end=dt.date(YEAR + 1, MONTH, 29))
    yield Faulty(_purchase(9004, deferral=year), "SC-S100-DEFERRAL")
    backwards = Deferral(start=_DAY, end=dt.date(YEAR, MONTH, 1))
    yield Faulty(_purchase(9005, deferral=backwards), "SC-DEFERRAL-DATES")
    twice = (AnalyticShare("P2026-001"), AnalyticShare("P2026-002", chart.PLAN))
    yield Faulty(_bought(9006, analytic=twice), "SC-S100-SPLIT-TWICE")
    short = (
        AnalyticShare("P2026-001", chart.PLAN, amount=Decimal("50.00")),
        AnalyticShare("P2026-002", chart.PLAN, amount=Decimal("20.00")),
    )
    yield Faulty(_bought(9007, analytic=short), "SC-SPLIT-SHARES")
    machine = (AnalyticShare("SCIE", "MACHINES"),)
    yield Faulty(_bought(9008, analytic=machine), "SC-S100-PLAN-UNKNOWN")
    asset = _bought(
        9009,
        account="218300",
        taxes=(IM20,),
        analytic=(AnalyticShare("P2026-001", chart.PLAN),),
    )
    yield Faulty(asset, "SC-S100-ANALYTIC-NOT-ALLOWED")
    abroad = _purchase(
        9010,
        party="BOSTONCAD",
        currency="USD",
        lines=(attrs.evolve(_PAPER, account="604100", taxes=()),),
    )
    yield Faulty(abroad, "SC-S100-RATE-MISSING")
    whole = _purchase(
        9011,
        tax_mode=TaxMode.GROUP,
        taxes=(D20, D10),
        lines=(attrs.evolve(_PAPER, taxes=()),),
    )
    yield Faulty(whole, "SC-S100-GROUP-TAXES")
    undated = (Instalment(None, Decimal("96.00")),)
    yield Faulty(_purchase(9012, due=undated), "SC-INSTALMENT-INVALID")


def _payment(serial: int, /, **changes: Any) -> Payment:
    sound = Payment(
        kind=PaymentKind.CUSTOMER_RECEIPT,
        number=f"RG{YEAR}-{serial}",
        date=_DAY,
        party="DUPONT",
        currency="EUR",
        amount=Decimal("500.00"),
        method="VIR",
        bank_account="BQ",
        allocations=(Allocation(f"FA{YEAR}-8800", Decimal("500.00")),),
    )
    return attrs.evolve(sound, **changes)


def _bank_entry(serial: int, /, **changes: Any) -> BankEntry:
    sound = BankEntry(
        number=f"BQ{YEAR}-{serial}",
        date=_DAY,
        bank_account="BQ",
        currency="EUR",
        amount=Decimal("42.00"),
        account="627000",
        description="Frais de dossier",
    )
    return attrs.evolve(sound, **changes)


def _money() -> Iterator[Faulty]:
    yield Faulty(_payment(9001, amount=Decimal("650.00")), "SC-PAY-OVERPAID")
    yield Faulty(_payment(9002, amount=Decimal("350.00")), "SC-PAY-ALLOCATIONS")
    yield Faulty(_payment(9003, method="Troc"), "SC-S100-METHOD-UNKNOWN")
    yield Faulty(_payment(9004, bank_account="CREDIT1"), "SC-S100-BANK-ACCOUNT")
    unposted = _bank_entry(
        9001, account="", party="STATION", settles=f"CB{YEAR}-8800", description="CB 4071"
    )
    yield Faulty(unposted, "SC-BANK-BEFORE-PURCHASE")
    yield Faulty(_bank_entry(9002, account=""), "SC-S100-COUNTERPART")
    yield Faulty(_bank_entry(9003, bank_account="OD"), "SC-S100-JOURNAL-TYPE")
    yield Faulty(_bank_entry(9004, amount=Decimal("-42.00")), "SC-PAY-AMOUNT")
    yield Faulty(_bank_entry(9005, account="401000"), "SC-S100-THIRD-PARTY-LINE")


def _entry(serial: int, /, *movements: Movement, **changes: Any) -> JournalEntry:
    sound = JournalEntry(
        number=f"OD{YEAR}-{serial}",
        journal="OD",
        date=_DAY,
        currency="EUR",
        description="Fournitures à recevoir",
        movements=movements or (_EXPENSE, _OWED),
    )
    return attrs.evolve(sound, **changes)


def _entries() -> Iterator[Faulty]:
    less = attrs.evolve(_OWED, credit=Decimal("79.00"))
    yield Faulty(_entry(9001, _EXPENSE, less), "SC-ENTRY-UNBALANCED")
    yield Faulty(_entry(9002, journal="ODX"), "SC-S100-JOURNAL-UNKNOWN")
    yield Faulty(_entry(9003, journal="VTX"), "SC-S100-JOURNAL-DORMANT")
    both = attrs.evolve(_EXPENSE, credit=Decimal("80.00"))
    even = Movement(account="408100", debit=Decimal(0))
    yield Faulty(_entry(9004, both, even), "SC-MOVEMENT-SIDES")
    split = attrs.evolve(_OWED, analytic=(AnalyticShare("P2026-001", chart.PLAN),))
    tax = attrs.evolve(split, account="445660")
    yield Faulty(_entry(9005, _EXPENSE, tax), "SC-ANALYTIC-ON-NON-EXPENSE")
    stranger = attrs.evolve(_OWED, account="401000", party="PAPETRIE")
    yield Faulty(_entry(9006, _EXPENSE, stranger), "SC-S100-THIRD-PARTY-UNKNOWN")
    yield Faulty(_entry(9007, attrs.evolve(_EXPENSE, debit=Decimal(0))), "SC-ENTRY-LINES")
    nowhere = attrs.evolve(_OWED, account="")
    yield Faulty(_entry(9008, _EXPENSE, nowhere), "SC-MOVEMENT-ACCOUNT")
    dollars = {"currency": "USD", "exchange_rate": Decimal("0.92")}
    abroad = attrs.evolve(_EXPENSE, account="604100")
    owed = attrs.evolve(_OWED, account="401100", party="BOSTONCAD")
    yield Faulty(_entry(9009, abroad, owed, **dollars), "SC-S100-CURRENCY-AMOUNT")
    again = _entry(9010, number=f"OD{YEAR}-0001", source_id="autre logiciel 1")
    yield Faulty(again, "SC-S100-NUMBER-TAKEN")
    _, invoice = next(sales(SEED))
    more = SalesCreditNote(
        number=f"AV{YEAR}-9001",
        date=_DAY,
        party=invoice.party,
        currency=invoice.currency,
        exchange_rate=invoice.exchange_rate,
        lines=invoice.lines * 2,
        charges=invoice.charges * 2,
        prices_include_tax=invoice.prices_include_tax,
        reverses=invoice.number,
    )
    yield Faulty(more, "SC-OVER-CREDITED")


def _new() -> Iterator[Faulty]:
    yield Faulty(Supplier(code="SANSNOM", account="401000"), "SC-S100-NAME-MISSING")
    long = Address(lines=("Bâtiment C", "2e étage", "8 rue du Cèdre"), city="TOURS")
    where = Supplier(code="CEDRE", name="Le Cèdre", account="401000", address=long)
    yield Faulty(where, "SC-S100-ADDRESS-LINES")
    section = DimensionValue(
        dimension=chart.PLAN, code="P2026-099", name="Kiosque", level="Étage"
    )
    yield Faulty(section, "SC-S100-SECTION-RECORD")
    yield Faulty(Item(code="CHENE27", description="Plateau de chêne"), "SC-S100-KIND")

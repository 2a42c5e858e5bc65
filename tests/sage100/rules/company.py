"""A company of Sage 100, its settings, and documents that it takes."""

import datetime as dt
from decimal import Decimal
from typing import Any

import attrs

from sage_connect.model import (
    Account,
    AccountKind,
    Address,
    Allocation,
    AnalyticShare,
    BankEntry,
    CompanyOptions,
    Customer,
    DatedRate,
    Dimension,
    DimensionValue,
    ExchangeRate,
    FiscalYear,
    Journal,
    JournalEntry,
    JournalKind,
    Line,
    Movement,
    Payment,
    PaymentKind,
    PurchaseInvoice,
    Reference,
    SalesCreditNote,
    SalesInvoice,
    Supplier,
    Tax,
    TaxCode,
    TaxDirection,
)
from sage_connect.model.fields import FrozenMap
from sage_connect.model.reference import by_code
from sage_connect.sage100.settings import (
    Accounts,
    Analytics,
    Policy,
    Sage100Settings,
)

DAY = dt.date(2026, 3, 31)
OWN = {
    "account_length": "6",
    "section_length": "0",
    "import_update_mode": "1",
    "import_journal_balance": "0",
    "forbid_dormant": "1",
    "default_analytic_plan": "1",
    "currency_numbers": "EUR=1,USD=2,TND=3",
    "payment_methods": "1\tChèque\tCHQ\n4\tVirement\tVIR",
    "analysis_levels": "Production cost\tOverhead",
}
COMPANY = CompanyOptions(
    name="ATELIER DÉMO",
    registration="12345678900012",
    base_currency="EUR",
    country="FR",
    fiscal_years=(FiscalYear(start=dt.date(2026, 1, 1), end=dt.date(2026, 12, 31)),),
    own=FrozenMap(OWN),
)
REFERENCE = Reference(
    company=COMPANY,
    accounts=by_code(
        (
            Account(code="401000", control=True, foreign_currency=False),
            Account(code="411000", control=True, foreign_currency=True),
            Account(code="411100", control=True, foreign_currency=True),
            Account(code="411900", control=True, total=True),
            Account(code="445660"),
            Account(code="445710"),
            Account(code="512000", kind=AccountKind.BANK, foreign_currency=True),
            Account(
                kind=AccountKind.EXPENSE,
                code="606300",
                analytic=True,
                foreign_currency=True,
            ),
            Account(kind=AccountKind.EXPENSE, code="627000"),
            Account(kind=AccountKind.INCOME, code="700000", total=True),
            Account(
                kind=AccountKind.INCOME, code="706000", analytic=True, foreign_currency=True
            ),
            Account(
                kind=AccountKind.INCOME,
                code="706100",
                analytic=True,
                foreign_currency=False,
            ),
            Account(
                kind=AccountKind.INCOME,
                code="706200",
                analytic=True,
                foreign_currency=True,
                currency="GBP",
            ),
            Account(kind=AccountKind.INCOME, code="708500"),
            Account(kind=AccountKind.INCOME, code="709000", active=False),
        )
    ),
    journals=by_code(
        (
            Journal(code="VTE", kind=JournalKind.SALES),
            Journal(code="ACH", kind=JournalKind.PURCHASES),
            Journal(code="BQ", kind=JournalKind.BANK, account="512000"),
            Journal(code="OD", kind=JournalKind.GENERAL),
            Journal(code="VTO", kind=JournalKind.SALES, active=False),
        )
    ),
    tax_codes=by_code(
        (
            TaxCode(
                code="C20",
                rates=(DatedRate(Decimal(20)),),
                direction=TaxDirection.SALES,
                account="445710",
            ),
            TaxCode(
                code="D20",
                rates=(DatedRate(Decimal(20)),),
                direction=TaxDirection.PURCHASES,
                account="445660",
            ),
            TaxCode(code="C55", rates=(DatedRate(Decimal("5.5")),)),
            TaxCode(code="C21", rates=(DatedRate(Decimal("2.1")),), account="445799"),
            TaxCode(code="C0", rates=(DatedRate(Decimal(0)),)),
        )
    ),
    customers=by_code(
        (
            Customer(code="DUPONT", name="Dupont", account="411000"),
            Customer(code="ÉTÉ", name="Été", account="411000"),
            Customer(code="CAISSE", name="Caisse", account="706000"),
        )
    ),
    suppliers=by_code((Supplier(code="FOURN", account="401000"),)),
    dimensions=by_code(
        (
            Dimension(code="1", name="PROJET", levels=("Production cost", "Overhead")),
            Dimension(code="2", name="ACTIVITE", levels=("Production cost", "Overhead")),
        )
    ),
    dimension_values={
        (one.dimension, one.code): one
        for one in (
            DimensionValue(dimension="1", code="P100", level="Production cost"),
            DimensionValue(dimension="1", code="P200", level="Overhead"),
            DimensionValue(dimension="1", code="PTOT", level="Production cost", total=True),
            DimensionValue(
                dimension="1", code="PDORM", level="Production cost", active=False
            ),
            DimensionValue(dimension="2", code="A1"),
        )
    },
    exchange_rates={"USD": ExchangeRate(currency="USD", rate=Decimal("0.9"))},
)
SETTINGS = Sage100Settings(
    name="ATELIER DÉMO",
    accounts=Accounts(
        customers="411000",
        suppliers="401000",
        sales="706000",
        shipping="708500",
        purchases="606300",
    ),
    analytics=Analytics(plan="PROJET", level="Production cost"),
)
VAT = Tax("C20", Decimal(20))
LINE = Line(description="Étude", unit_price=Decimal(100), taxes=(VAT,))
INVOICE = SalesInvoice(
    number="FA-1", date=DAY, due=DAY, party="DUPONT", currency="EUR", lines=(LINE,)
)
CREDIT = SalesCreditNote(
    number="AV-1", date=DAY, party="DUPONT", currency="EUR", lines=(LINE,), reverses="FA-1"
)
CUSTOMER = Customer(
    code="NEUF",
    name="Neuf & Cie",
    account="411000",
    address=Address(lines=("1 rue de l'Été", "Bât. B"), postal_code="75001", city="Paris"),
)
DOLLARS = attrs.evolve(INVOICE, currency="USD", exchange_rate=Decimal("0.9"))


PURCHASE = PurchaseInvoice(
    number="HA-1",
    party_number="F-778",
    date=DAY,
    party="FOURN",
    currency="EUR",
    lines=(attrs.evolve(LINE, taxes=(Tax("D20", Decimal(20)),)),),
)
PAYMENT = Payment(
    kind=PaymentKind.SUPPLIER_PAYMENT,
    number="R-1",
    date=DAY,
    party="FOURN",
    currency="EUR",
    amount=Decimal(120),
    bank_account="BQ",
    allocations=(Allocation("HA-1", Decimal(120)),),
)
BANK = BankEntry(
    number="B-1",
    date=DAY,
    bank_account="BQ",
    currency="EUR",
    amount=Decimal(3),
    account="627000",
    description="Frais de tenue de compte",
)
ENTRY = JournalEntry(
    number="OD-1",
    journal="OD",
    date=DAY,
    currency="EUR",
    description="Reclassement",
    movements=(
        Movement(account="606300", debit=Decimal(10)),
        Movement(account="401000", credit=Decimal(10), party="FOURN"),
    ),
)
SUPPLIER = Supplier(code="PAPETERIE", name="Papeterie", account="401000")
SECTION = DimensionValue(dimension="1", code="P300", name="Halle", level="Production cost")


def purchase(**changes: Any) -> PurchaseInvoice:
    return attrs.evolve(PURCHASE, **changes)


def payment(**changes: Any) -> Payment:
    return attrs.evolve(PAYMENT, **changes)


def bank(**changes: Any) -> BankEntry:
    return attrs.evolve(BANK, **changes)


def entry(**changes: Any) -> JournalEntry:
    return attrs.evolve(ENTRY, **changes)


def moved(**changes: Any) -> JournalEntry:
    """Return the entry with its first movement changed."""
    first, *rest = ENTRY.movements
    return entry(movements=(attrs.evolve(first, **changes), *rest))


def supplier(**changes: Any) -> Supplier:
    return attrs.evolve(SUPPLIER, **changes)


def section(**changes: Any) -> DimensionValue:
    return attrs.evolve(SECTION, **changes)


CREATING = attrs.evolve(
    SETTINGS, policy=Policy(create_suppliers=True, create_analytics=True)
)


def invoice(**changes: Any) -> SalesInvoice:
    return attrs.evolve(INVOICE, **changes)


def with_line(**changes: Any) -> SalesInvoice:
    return invoice(lines=(LINE, attrs.evolve(LINE, **changes)))


def customer(**changes: Any) -> Customer:
    return attrs.evolve(CUSTOMER, **changes)


def settings(**changes: Any) -> Sage100Settings:
    return attrs.evolve(SETTINGS, **changes)


def company(**own: str) -> Reference:
    return attrs.evolve(
        REFERENCE, company=attrs.evolve(COMPANY, own=FrozenMap({**OWN, **own}))
    )


def plan(**changes: Any) -> Reference:
    plans = {"2": Dimension(code="2", name="ACTIVITE", **changes)}
    return attrs.evolve(REFERENCE, dimensions={**(REFERENCE.dimensions or {}), **plans})


ACCOUNTS = SETTINGS.accounts
LONG = "Prestation de conseil et d'assistance à la maîtrise d'ouvrage, lot numéro douze"
TRANSLITERATE = settings(policy=Policy(transliterate=True))
CHANGED = customer(code="DUPONT", name="Dupont et fils")
SHARE = AnalyticShare("P100", "PROJET")

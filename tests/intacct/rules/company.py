"""A company of Sage Intacct with entities, its settings, and documents that it takes."""

import datetime as dt
from decimal import Decimal
from typing import Any

import attrs

from sage_connect.intacct.settings import Accounts, IntacctSettings, Policy
from sage_connect.model import (
    Account,
    AccountKind,
    Address,
    Allocation,
    AnalyticShare,
    Attachment,
    BankAccount,
    BankDirection,
    BankEntry,
    CompanyOptions,
    Customer,
    DatedRate,
    Dimension,
    DimensionValue,
    Entity,
    Item,
    ItemKind,
    Journal,
    JournalEntry,
    Line,
    Movement,
    OpenDocument,
    Payment,
    PaymentTerm,
    PurchaseCreditNote,
    PurchaseInvoice,
    PurchaseKind,
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

D = Decimal
DAY = dt.date(2026, 3, 31)
LATER = dt.date(2026, 4, 30)
UK, ZA = "United Kingdom - VAT", "South Africa - VAT"
MODULES = "AP\nAR\nCM\nCN\nCO\nEE\nGL\nINV\nPA"
OWN = {
    "modules": MODULES,
    "multi_entity": "true",
    "multi_currency": "true",
    "multi_base_currency": "false",
    "requires:6100": "DEPARTMENT\nLOCATION",
    "requires:4900": "CUSTOMER\nPROJECT",
    "statistical_accounts": "9100\n9200",
    "statistical_journals": "STAT",
    "employees": "EMP1\nEMP2",
    "tax_solutions": UK,
    "tax_solution:UK-STD": UK,
    "tax_solution:UK-LOW": UK,
    "tax_solution:UK-IN": UK,
    "tax_solution:UK-RC": UK,
    "tax_solution:ZA-STD": ZA,
    "reverse_charge:UK-RC": "true",
    "reverse_charge:UK-STD": "false",
    "ar_terms": "N30\nN60",
    "ap_terms": "N30\nN45",
    "user_dimensions": "region",
    "dimensions_in_gl": "CUSTOMER\nDEPARTMENT\nEMPLOYEE\nITEM\nLOCATION\nPROJECT\nVENDOR",
    "entity_of:LONDON": "UK1",
    "entity_of:PARIS": "FR1",
    "attachment_folders": "Invoices",
    "user.type": "business user",
    "user.admin": "Full",
    "user.status": "active",
    "user.roles": "Admin\nAccountant",
    "user.top_level": "true",
    "version": "2025 R3",
}
HOME = Address(lines=("1 High Street",), city="Leeds", postal_code="LS1 1AA", country="GB")


def company(**own: str) -> Reference:
    """Return the company with other options of its own; "-" leaves one out."""
    given = {**OWN, **{name.replace("__", ":"): value for name, value in own.items()}}
    kept = FrozenMap({name: value for name, value in given.items() if value != "-"})
    return attrs.evolve(REFERENCE, company=attrs.evolve(COMPANY, own=kept))


def own(changes: dict[str, str]) -> Reference:
    """Return the company with other options, by keys that are no names."""
    return company(**changes)


def known(**parts: Any) -> Reference:
    """Return the company with other parts."""
    return attrs.evolve(REFERENCE, **parts)


def _open(party: str, number: str, kind: str, amount: str, currency: str = "GBP") -> Any:
    one = OpenDocument(
        number=number,
        kind=kind,
        party=party,
        currency=currency,
        total=D(amount),
        outstanding=D(amount),
    )
    return (party, number), one


def _tax(code: str, rate: str, direction: TaxDirection, account: str = "2200") -> TaxCode:
    return TaxCode(
        code=code, rates=(DatedRate(D(rate)),), direction=direction, account=account
    )


STANDARD = (
    *("LOCATION", "DEPARTMENT", "PROJECT", "CUSTOMER", "VENDOR", "EMPLOYEE", "ITEM"),
    *("CLASS", "TASK", "CONTRACT", "WAREHOUSE"),
)
COMPANY = CompanyOptions(
    name="Demo Group",
    base_currency="GBP",
    country="GB",
    closed_through=dt.date(2024, 12, 31),
    own=FrozenMap(OWN),
)
_KINDS = {
    "4": AccountKind.INCOME,
    "5": AccountKind.EXPENSE,
    "6": AccountKind.EXPENSE,
}
REFERENCE = Reference(
    company=COMPANY,
    accounts=by_code(
        [
            *(
                Account(code=code, kind=_KINDS.get(code[0], AccountKind.OTHER))
                for code in (
                    *("1000", "2200", "2300", "4000", "4100", "4900", "5000", "6100"),
                    *("9100", "9200"),
                )
            ),
            Account(code="4999", active=False),
        ]
    ),
    journals=by_code(
        [Journal(code="GJ"), Journal(code="STAT"), Journal(code="OLD", active=False)]
    ),
    tax_codes=by_code(
        [
            _tax("UK-STD", "20", TaxDirection.SALES),
            _tax("UK-LOW", "5", TaxDirection.SALES),
            _tax("UK-IN", "20", TaxDirection.PURCHASES),
            _tax("UK-RC", "20", TaxDirection.BOTH),
            _tax("ZA-STD", "15", TaxDirection.BOTH, account=""),
        ]
    ),
    customers=by_code(
        [
            Customer(code="ACME", name="Acme", currency="GBP", payment_term="N30"),
            Customer(code="BERLIN", name="Berlin", currency="EUR"),
        ]
    ),
    suppliers=by_code([Supplier(code="PAPER", name="Paper", currency="GBP")]),
    items=by_code(
        [
            Item(code="CHAIR", description="Chair", sales_account="4000"),
            Item(code="OLD", description="Old", active=False),
        ]
    ),
    dimensions=by_code(
        [*(Dimension(code=one) for one in STANDARD), Dimension(code="REGION")]
    ),
    dimension_values={
        (one.dimension, one.code): one
        for one in (
            DimensionValue(dimension="DEPARTMENT", code="SALES"),
            DimensionValue(dimension="DEPARTMENT", code="OPS"),
            DimensionValue(dimension="DEPARTMENT", code="GONE", active=False),
            DimensionValue(dimension="LOCATION", code="LONDON"),
            DimensionValue(dimension="LOCATION", code="PARIS"),
            DimensionValue(dimension="PROJECT", code="P1"),
            DimensionValue(dimension="REGION", code="NORTH"),
        )
    },
    bank_accounts=by_code(
        [
            BankAccount(code="MAIN", name="Current", account="1000", currency="GBP"),
            BankAccount(code="EUROS", name="Euros", currency="EUR"),
            BankAccount(code="SHUT", name="Closed", active=False),
        ]
    ),
    payment_terms=by_code([PaymentTerm(code=one) for one in ("N30", "N45", "N60")]),
    entities=by_code(
        [
            Entity(code="UK1", name="United Kingdom"),
            Entity(code="FR1", name="France"),
            Entity(code="OLD1", name="Old", active=False),
        ]
    ),
    open_documents=dict(
        [
            _open("ACME", "SI-1", "sales_invoice", "100"),
            _open("PAPER", "2026/9", "purchase_invoice", "120"),
        ]
    ),
)
SETTINGS = IntacctSettings(
    bank_account="MAIN",
    attachments_folder="Invoices",
    accounts=Accounts(sales="4000", purchases="5000", shipping="4900", advances="2300"),
)
VAT = Tax("UK-STD", D(20))
INPUT = Tax("UK-IN", D(20))
LINE = Line(description="Chairs", unit_price=D(100), account="4000", taxes=(VAT,))
BOUGHT = attrs.evolve(LINE, account="5000", taxes=(INPUT,))
SCAN = Attachment(name="scan.pdf", content=b"%PDF")
INVOICE = SalesInvoice(
    number="SI-42", date=DAY, due=LATER, party="ACME", currency="GBP", lines=(LINE,)
)
CREDIT = SalesCreditNote(
    number="SC-7", date=DAY, party="ACME", currency="GBP", lines=(LINE,), reverses="SI-42"
)
PURCHASE = PurchaseInvoice(
    number="P-1",
    party_number="2026/17",
    date=DAY,
    due=LATER,
    party="PAPER",
    currency="GBP",
    lines=(BOUGHT,),
    attachments=(SCAN,),
)
PURCHASE_CREDIT = PurchaseCreditNote(
    number="PC-1", date=DAY, party="PAPER", currency="GBP", lines=(BOUGHT,)
)
CLAIM = PurchaseInvoice(
    number="EX-1",
    date=DAY,
    party="EMP1",
    currency="GBP",
    kind=PurchaseKind.EXPENSE_CLAIM,
    lines=(attrs.evolve(BOUGHT, taxes=()),),
)
EUROS = attrs.evolve(INVOICE, party="BERLIN", currency="EUR", exchange_rate=D("0.8"))
PAYMENT = Payment(
    number="R-1",
    date=DAY,
    party="ACME",
    currency="GBP",
    amount=D(100),
    method="EFT",
    allocations=(Allocation("SI-1", D(100)),),
)
RECEIPT = BankEntry(
    number="B-1",
    date=DAY,
    bank_account="MAIN",
    currency="GBP",
    amount=D(10),
    account="4100",
    description="Interest",
    direction=BankDirection.IN,
)
DEBIT = Movement(account="5000", debit=D(10))
CREDITED = Movement(account="2200", credit=D(10))
ENTRY = JournalEntry(
    number="J-1", journal="GJ", date=DAY, currency="GBP", movements=(DEBIT, CREDITED)
)
COUNT = JournalEntry(
    number="S-1",
    journal="STAT",
    date=DAY,
    currency="GBP",
    movements=(Movement(account="9100", debit=D(7)), Movement(account="9200", debit=D(3))),
)
CUSTOMER = Customer(
    code="NEW", name="New", currency="GBP", address=HOME, payment_term="N60"
)
SUPPLIER = Supplier(code="NEWSUP", name="New supplier", currency="GBP", payment_term="N45")
ITEM = Item(code="DESK", description="Desk", sales_account="4000", purchase_account="5000")
VALUE = DimensionValue(dimension="DEPARTMENT", code="SOUTH", name="South")
STOCK = ItemKind.STOCK


def invoice(**changes: Any) -> SalesInvoice:
    """Return the invoice with other fields."""
    return attrs.evolve(INVOICE, **changes)


def lined(**changes: Any) -> SalesInvoice:
    """Return the invoice with other fields of its line."""
    return attrs.evolve(INVOICE, lines=(attrs.evolve(LINE, **changes),))


def dimensioned(**dimensions: str) -> SalesInvoice:
    """Return the invoice with dimensions on its line."""
    return lined(dimensions=FrozenMap(dimensions))


def purchase(**changes: Any) -> PurchaseInvoice:
    """Return the bill with other fields."""
    return attrs.evolve(PURCHASE, **changes)


def payment(**changes: Any) -> Payment:
    """Return the payment with other fields."""
    return attrs.evolve(PAYMENT, **changes)


def receipt(**changes: Any) -> BankEntry:
    """Return the money received with other fields."""
    return attrs.evolve(RECEIPT, **changes)


def entry(*movements: Movement, **changes: Any) -> JournalEntry:
    """Return the journal entry with other movements and fields."""
    return attrs.evolve(ENTRY, movements=movements or ENTRY.movements, **changes)


def moved(**changes: Any) -> JournalEntry:
    """Return the journal entry with other fields of its first movement."""
    return entry(attrs.evolve(DEBIT, **changes), CREDITED)


def split(*shares: tuple[str, str], **changes: Any) -> JournalEntry:
    """Return the journal entry with its first movement split evenly over values."""
    parts = tuple(AnalyticShare(value=value, dimension=name) for name, value in shares)
    return moved(analytic=parts, **changes)


def customer(**changes: Any) -> Customer:
    """Return the customer with other fields."""
    return attrs.evolve(CUSTOMER, **changes)


def item(**changes: Any) -> Item:
    """Return the item with other fields."""
    return attrs.evolve(ITEM, **changes)


def value(**changes: Any) -> DimensionValue:
    """Return the value of a dimension with other fields."""
    return attrs.evolve(VALUE, **changes)


def settings(**changes: Any) -> IntacctSettings:
    """Return the settings with other fields."""
    return attrs.evolve(SETTINGS, **changes)


def policy(**changes: Any) -> IntacctSettings:
    """Return the settings with another policy."""
    return attrs.evolve(SETTINGS, policy=attrs.evolve(Policy(), **changes))

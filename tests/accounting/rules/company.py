"""A British business of Sage Accounting, its settings, and documents that it takes."""

import datetime as dt
from decimal import Decimal
from typing import Any

import attrs

from sage_connect.accounting.settings import AccountingSettings, Accounts, Policy
from sage_connect.model import (
    Account,
    AccountKind,
    Address,
    Allocation,
    Attachment,
    BankAccount,
    BankDirection,
    BankEntry,
    CompanyOptions,
    Customer,
    DatedRate,
    Dimension,
    DimensionValue,
    ExchangeRate,
    Item,
    ItemKind,
    JournalEntry,
    Line,
    Movement,
    OpenDocument,
    Payment,
    PaymentTerm,
    PurchaseCreditNote,
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

D = Decimal
DAY = dt.date(2026, 3, 31)
OWN = {
    "tax_scheme": "GB_STANDARD_SCHEME",
    "multi_currency_enabled": "true",
    "accounts_start_date": "2024-04-01",
    "destination_vat": "false",
    "separate_invoice_credit_note_numbering": "true",
    "cis.contractor": "true",
    "cis.subcontractor": "true",
    "cis_registered": "BUILDER\nMASON",
    "cis_labour": "4911\n5011",
    "deleted_contacts": "GONE1",
    "payment_methods": "CREDIT_DEBIT\nCASH",
    "visible:4000": "sales,journals,other_receipts,reporting",
    "visible:4911": "sales,reporting",
    "visible:5000": "expenses,journals,other_payments,reporting",
    "visible:9999": "journals",
    "bank_account_type:1200": "CHECKING",
    "bank_account_type:1250": "STRIPE",
}
HOME = Address(lines=("1 High Street",), city="Leeds", postal_code="LS1 1AA", country="GB")


def company(**own: str) -> Reference:
    """Return the business with other options of its own."""
    options = attrs.evolve(COMPANY, own=FrozenMap({**OWN, **own}))
    return attrs.evolve(REFERENCE, company=options)


def known(**parts: Any) -> Reference:
    """Return the business with other parts."""
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


COMPANY = CompanyOptions(
    name="Demo Ltd",
    base_currency="GBP",
    country="GB",
    closed_through=dt.date(2024, 12, 31),
    own=FrozenMap(OWN),
)
_KINDS = {"4": AccountKind.INCOME, "5": AccountKind.EXPENSE}
REFERENCE = Reference(
    company=COMPANY,
    accounts=by_code(
        [
            *(
                Account(code=code, kind=_KINDS.get(code[0], AccountKind.OTHER))
                for code in ("1200", "4000", "4100", "4905", "4911", "5000", "5011", "9999")
            ),
            Account(code="4999", active=False),
        ]
    ),
    tax_codes=by_code(
        [
            TaxCode(
                code="GB_STANDARD",
                rates=(
                    DatedRate(D("17.5"), dt.date(2010, 1, 1)),
                    DatedRate(D(20), dt.date(2011, 1, 4)),
                ),
            ),
            TaxCode(code="GB_ZERO", rates=(DatedRate(D(0)),)),
            TaxCode(
                code="GB_NEW",
                rates=(DatedRate(D(21), dt.date(2027, 1, 1)),),
                direction=TaxDirection.BOTH,
            ),
        ]
    ),
    customers=by_code(
        [
            Customer(code="ACME", name="Acme", currency="GBP", address=HOME),
            Customer(
                code="BUILDER", name="Builder", tax_number="GB123456789", address=HOME
            ),
            Customer(code="PARIS", name="Paris", address=Address(country="FR")),
            Customer(code="OSLO", name="Oslo", address=Address(country="NO")),
            Customer(code="BERLIN", name="Berlin", currency="EUR"),
        ]
    ),
    suppliers=by_code(
        [Supplier(code="PAPER", name="Paper", currency="GBP"), Supplier(code="MASON")]
    ),
    items=by_code(
        [
            Item(code="CHAIR", description="Chair", sales_account="4000"),
            Item(code="ADVICE", description="Advice", kind=ItemKind.SERVICE),
            Item(code="OLD", description="Old", active=False),
        ]
    ),
    dimensions=by_code([Dimension(code="DEPT", name="Department")]),
    dimension_values={
        (one.dimension, one.code): one
        for one in (
            DimensionValue(dimension="DEPT", code="NORTH"),
            DimensionValue(dimension="DEPT", code="BOTH"),
            DimensionValue(dimension="SITE", code="BOTH"),
        )
    },
    bank_accounts=by_code(
        [
            BankAccount(code="1200", name="Current", account="1200", currency="GBP"),
            BankAccount(code="1210", name="Cash", account="1210"),
            BankAccount(code="1220", name="Closed", active=False),
            BankAccount(code="1230", name="Euros", currency="EUR"),
            BankAccount(code="1250", name="Stripe", currency="GBP"),
        ]
    ),
    payment_terms=by_code(
        [
            PaymentTerm(code="30", days=30),
            PaymentTerm(code="EOM", end_of_month=True),
            PaymentTerm(code="30EOM", days=30, end_of_month=True),
        ]
    ),
    exchange_rates={"EUR": ExchangeRate(currency="EUR", rate=D("0.8"))},
    open_documents=dict(
        [
            _open("ACME", "SI-1", "sales_invoice", "100"),
            _open("ACME", "SC-1", "sales_credit_note", "50"),
            _open("PAPER", "PI-1", "purchase_invoice", "120"),
        ]
    ),
)
SETTINGS = AccountingSettings(
    bank_account="1200",
    accounts=Accounts(sales="4000", purchases="5000", shipping="4905"),
)
VAT = Tax("GB_STANDARD", D(20))
ZERO = Tax("GB_ZERO", D(0))
LINE = Line(description="Chairs", unit_price=D(100), account="4000", taxes=(VAT,))
SCAN = Attachment(name="scan.pdf", content=b"%PDF")
INVOICE = SalesInvoice(
    number="SI-42",
    date=DAY,
    due=dt.date(2026, 4, 30),
    party="ACME",
    currency="GBP",
    lines=(LINE,),
)
CREDIT = SalesCreditNote(
    number="SC-7", date=DAY, party="ACME", currency="GBP", lines=(LINE,), reverses="SI-42"
)
PURCHASE = PurchaseInvoice(
    number="P-1",
    party_number="2026/17",
    date=DAY,
    due=dt.date(2026, 4, 30),
    party="PAPER",
    currency="GBP",
    lines=(attrs.evolve(LINE, account="5000"),),
    attachments=(SCAN,),
)
PURCHASE_CREDIT = PurchaseCreditNote(
    number="PC-1",
    date=DAY,
    party="PAPER",
    currency="GBP",
    lines=(attrs.evolve(LINE, account="5000"),),
)
EUROS = attrs.evolve(
    INVOICE,
    party="BERLIN",
    currency="EUR",
    exchange_rate=D("0.8"),
)
PAYMENT = Payment(
    number="R-1",
    date=DAY,
    party="ACME",
    currency="GBP",
    amount=D(100),
    method="CREDIT_DEBIT",
    allocations=(Allocation("SI-1", D(100)),),
)
BANK = BankEntry(
    number="B-1",
    date=DAY,
    bank_account="1200",
    currency="GBP",
    amount=D(10),
    account="5000",
    description="Stamps",
    direction=BankDirection.OUT,
)
ENTRY = JournalEntry(
    number="J-1",
    journal="",
    date=DAY,
    currency="GBP",
    movements=(
        Movement(account="5000", debit=D(10)),
        Movement(account="9999", credit=D(10)),
    ),
)
CUSTOMER = Customer(
    code="NEW",
    name="New",
    currency="GBP",
    address=HOME,
    payment_term="30",
    tax_number="GB999999973",
)
SUPPLIER = Supplier(code="NEWSUP", name="New supplier", currency="GBP")
ITEM = Item(
    code="DESK",
    description="Desk",
    sales_account="4000",
    purchase_account="5000",
    sales_price=D(99),
)
CATEGORY = DimensionValue(dimension="DEPT", code="SOUTH", name="South")


def invoice(**changes: Any) -> SalesInvoice:
    """Return the invoice with other fields."""
    return attrs.evolve(INVOICE, **changes)


def lined(**changes: Any) -> SalesInvoice:
    """Return the invoice with other fields of its line."""
    return attrs.evolve(INVOICE, lines=(attrs.evolve(LINE, **changes),))


def purchase(**changes: Any) -> PurchaseInvoice:
    """Return the purchase with other fields."""
    return attrs.evolve(PURCHASE, **changes)


def payment(**changes: Any) -> Payment:
    """Return the payment with other fields."""
    return attrs.evolve(PAYMENT, **changes)


def bank(**changes: Any) -> BankEntry:
    """Return the bank entry with other fields."""
    return attrs.evolve(BANK, **changes)


def entry(**changes: Any) -> JournalEntry:
    """Return the journal entry with other fields."""
    return attrs.evolve(ENTRY, **changes)


def moved(one: Movement) -> JournalEntry:
    """Return an entry of `one` movement, a debit, and what balances it."""
    return entry(movements=(one, Movement(account="9999", credit=one.debit)))


def customer(**changes: Any) -> Customer:
    """Return the customer with other fields."""
    return attrs.evolve(CUSTOMER, **changes)


def item(**changes: Any) -> Item:
    """Return the item with other fields."""
    return attrs.evolve(ITEM, **changes)


def settings(**changes: Any) -> AccountingSettings:
    """Return the settings with other fields."""
    return attrs.evolve(SETTINGS, **changes)


def policy(**changes: Any) -> AccountingSettings:
    """Return the settings with another policy."""
    return attrs.evolve(SETTINGS, policy=attrs.evolve(Policy(), **changes))

"""Where documents go in a business of Sage Accounting."""

import datetime as dt
from decimal import Decimal

import attrs
import pytest

from sage_connect.accounting import resolve
from sage_connect.accounting.settings import (
    AccountingSettings,
    Accounts,
    Numbering,
    Policy,
)
from sage_connect.model import (
    BankAccount,
    BankDirection,
    BankEntry,
    Charge,
    ChargeKind,
    CompanyOptions,
    Customer,
    DimensionValue,
    DueFrom,
    Instalment,
    Item,
    ItemKind,
    JournalEntry,
    Line,
    PartyBank,
    PartyTerm,
    Payment,
    PaymentKind,
    PaymentTerm,
    PurchaseInvoice,
    PurchaseKind,
    Reference,
    SalesCreditNote,
    SalesInvoice,
    Supplier,
)
from sage_connect.model.reference import by_code

DAY = dt.date(2026, 3, 31)
ONE = Decimal(1)
LINE = Line(description="Chair", unit_price=ONE)
SALE = SalesInvoice(number="SI-1", date=DAY, party="A", currency="GBP", lines=(LINE,))
BOUGHT = PurchaseInvoice(number="P-1", date=DAY, party="S", currency="GBP", lines=(LINE,))
SETTINGS = AccountingSettings(
    bank_account="1200",
    accounts=Accounts(sales="4000", purchases="5000", shipping="4905", adjustments="9"),
)
SAGES = AccountingSettings(policy=Policy(numbering=Numbering.SAGES))
REFERENCE = Reference(
    company=CompanyOptions(base_currency="GBP", own={"a": "true", "b": "false", "c": "?"}),
    items=by_code(
        [
            Item(code="CHAIR", sales_account="4100", purchase_account="5100"),
            Item(code="ADVICE", kind=ItemKind.SERVICE),
        ]
    ),
    dimension_values={
        ("DEPT", "NORTH"): DimensionValue(dimension="DEPT", code="NORTH"),
        ("DEPT", "BOTH"): DimensionValue(dimension="DEPT", code="BOTH"),
        ("SITE", "BOTH"): DimensionValue(dimension="SITE", code="BOTH"),
    },
    payment_terms=by_code(
        [
            PaymentTerm(code="30", days=30),
            PaymentTerm(code="EOM", end_of_month=True),
            PaymentTerm(code="30EOM", days=30, end_of_month=True),
        ]
    ),
)


def test_options_that_nobody_told_are_not_known() -> None:
    flags = [resolve.flag(name, REFERENCE) for name in ("a", "b", "c", "d")]

    assert flags == [True, False, None, None]
    assert (resolve.flag("a", Reference()), resolve.option("a", Reference())) == (None, "")
    assert resolve.base_currency(Reference()) == ""
    assert (resolve.day_of("2026-03-31"), resolve.day_of("soon")) == (DAY, None)


@pytest.mark.parametrize(
    ("line", "sale", "bought"),
    [
        (LINE, ("4000", "accounts.sales"), ("5000", "accounts.purchases")),
        (attrs.evolve(LINE, account="4711"), ("4711", ""), ("4711", "")),
        (attrs.evolve(LINE, item="CHAIR"), ("4100", ""), ("5100", "")),
        (
            attrs.evolve(LINE, item="ADVICE"),
            ("4000", "accounts.sales"),
            ("5000", "accounts.purchases"),
        ),
        (attrs.evolve(LINE, item="CHAIR", account="1"), ("1", ""), ("1", "")),
    ],
    ids=["settings", "own", "item", "item without", "own before item"],
)
def test_the_account_of_a_line_is_its_own_or_its_items_or_the_settings(
    line: Line, sale: tuple[str, str], bought: tuple[str, str]
) -> None:
    assert resolve.line_giver(line, SALE, SETTINGS, REFERENCE) == sale
    assert resolve.line_giver(line, BOUGHT, SETTINGS, REFERENCE) == bought


def test_only_the_first_carriage_of_a_sale_without_an_account_is_no_line() -> None:
    shipping = Charge(amount=ONE)
    other = Charge(amount=ONE, kind=ChargeKind.OTHER)
    own = Charge(amount=ONE, account="4905")

    places = [
        resolve.carriage_at(attrs.evolve(document, charges=charges))
        for document in (SALE, BOUGHT)
        for charges in ((), (other, own), (other, own, shipping, shipping))
    ]

    assert places == [-1, -1, 2, -1, -1, -1]


def test_a_bank_entry_of_a_party_alone_is_its_payment() -> None:
    entry = BankEntry(date=DAY, bank_account="", currency="GBP", amount=ONE, party="A")
    known = Reference(customers=by_code([Customer(code="A")]))
    received = attrs.evolve(entry, direction=BankDirection.IN)
    payment = Payment(date=DAY, party="A", currency="GBP", amount=ONE)

    assert resolve.is_settlement(entry)
    assert not resolve.is_settlement(attrs.evolve(entry, account="5000"))
    assert not resolve.is_settlement(attrs.evolve(entry, party=""))
    refunds = [resolve.is_refund(one, known) for one in (entry, received, payment)]
    assert refunds == [True, False, False]
    assert resolve.is_refund(received, Reference())
    assert not resolve.is_refund(attrs.evolve(entry, account="5000"), known)


def test_the_only_bank_account_need_not_be_named() -> None:
    one = by_code([BankAccount(code="1200")])

    found = [
        resolve.only_bank(Reference(bank_accounts=banks))
        for banks in (None, {}, one, {**one, **by_code([BankAccount(code="1210")])})
    ]

    assert found == ["", "", "1200", ""]


def test_everything_that_is_posted_as_a_line_has_a_place_and_an_account() -> None:
    document = attrs.evolve(
        SALE,
        charges=(Charge(amount=ONE), Charge(amount=ONE, kind=ChargeKind.OTHER)),
        adjustment=ONE,
    )

    given = list(resolve.given_accounts(document, SETTINGS, REFERENCE))

    assert [(place, giver.code) for place, giver in given] == [
        ("/lines/0/account", "4000"),
        ("/charges/1/account", "4905"),
        ("/adjustment", "9"),
    ]


def test_accounts_are_asked_for_where_documents_use_them() -> None:
    entry = BankEntry(date=DAY, bank_account="", currency="GBP", amount=ONE)
    received = attrs.evolve(entry, direction=BankDirection.IN)
    journal = JournalEntry(journal="", date=DAY, currency="GBP", movements=())

    scopes = [resolve.scope_of(one) for one in (SALE, BOUGHT, entry, received, journal)]

    assert scopes == ["sales", "expenses", "other_payments", "other_receipts", "journals"]


def test_money_goes_through_the_bank_of_the_document_or_of_the_settings() -> None:
    payment = Payment(date=DAY, party="A", currency="GBP", amount=ONE)

    assert resolve.bank_of(payment, SETTINGS) == ("1200", "bank_account")
    assert resolve.bank_of(attrs.evolve(payment, bank_account="9"), SETTINGS) == ("9", "")


@pytest.mark.parametrize(
    ("number", "reference", "ours", "sages"),
    [
        ("SI-1", "PO 7", "PO 7", "SI-1 PO 7"),
        ("SI-1", "", "SI-1", "SI-1"),
        ("SI-1", "SI-1", "SI-1", "SI-1"),
    ],
)
def test_the_reference_of_a_sale_holds_its_number_where_sage_numbers(
    number: str, reference: str, ours: str, sages: str
) -> None:
    sale = attrs.evolve(SALE, number=number, reference=reference)

    assert resolve.reference_of(sale, SETTINGS) == ours
    assert resolve.reference_of(sale, SAGES) == sages


@pytest.mark.parametrize(
    ("party_number", "reference", "vendor", "own"),
    [
        ("", "", "P-1", "P-1"),
        ("V9", "", "V9", "P-1"),
        ("V9", "PO 7", "V9", "P-1 PO 7"),
        ("P-1", "PO 7", "P-1", "P-1 PO 7"),
    ],
)
def test_a_purchase_keeps_the_suppliers_number_and_ours(
    party_number: str, reference: str, vendor: str, own: str
) -> None:
    bought = attrs.evolve(BOUGHT, party_number=party_number, reference=reference)

    assert resolve.vendor_reference_of(bought) == vendor
    assert resolve.reference_of(bought, SETTINGS) == own


def test_notes_tell_what_has_no_field_of_its_own() -> None:
    credit = SalesCreditNote(
        number="SC-1", date=DAY, party="A", currency="GBP", lines=(), reverses="SI-1"
    )
    card = attrs.evolve(BOUGHT, kind=PurchaseKind.CARD_PAYMENT, notes="Taxi")

    assert resolve.notes_of(SALE) == ""
    assert resolve.notes_of(credit) == "Reverses SI-1"
    assert resolve.notes_of(attrs.evolve(credit, notes="Sorry")) == "Sorry\nReverses SI-1"
    assert resolve.notes_of(card) == "Taxi\nCard payment"


def test_references_of_money_and_journals_hold_all_that_finds_them() -> None:
    payment = Payment(
        number="R-1", date=DAY, party="A", currency="GBP", amount=ONE, reference="ABC"
    )
    entry = JournalEntry(
        source_id="77", journal="", date=DAY, currency="GBP", movements=(), reverses="J-0"
    )
    bank = BankEntry(
        date=DAY,
        bank_account="",
        currency="GBP",
        amount=ONE,
        description="Stamps",
        reverses="B-0",
    )

    assert resolve.settling_reference(payment) == "R-1 ABC"
    assert resolve.entry_reference(entry) == "77"
    assert resolve.entry_reference(attrs.evolve(entry, number="J-1")) == "J-1"
    assert resolve.entry_description(entry) == "Reverses J-0"
    assert resolve.bank_entry_details(bank) == "Stamps Reverses B-0"


def test_an_invoice_falls_due_on_one_day() -> None:
    other = dt.date(2026, 5, 1)
    one, two = ((Instalment(other, ONE),), (Instalment(DAY, ONE), Instalment(other, ONE)))

    dues = [
        resolve.due_day(attrs.evolve(document, due=due), REFERENCE)
        for document in (SALE, BOUGHT)
        for due in (None, (), DAY, one, two)
    ]

    assert dues == [None, None, DAY, other, None] * 2


@pytest.mark.parametrize(
    ("term", "day", "due"),
    [
        ("30", DAY, dt.date(2026, 4, 30)),
        ("EOM", dt.date(2026, 2, 1), dt.date(2026, 2, 28)),
        ("EOM", dt.date(2028, 1, 31), dt.date(2028, 1, 31)),
        ("EOM", dt.date(2028, 12, 2), dt.date(2028, 12, 31)),
        ("30EOM", DAY, None),
        ("30", None, None),
        ("30", dt.date.max, None),
        ("EOM", dt.date.max, None),
    ],
)
def test_a_purchase_without_a_due_date_has_the_one_of_its_suppliers_terms(
    term: str, day: dt.date | None, due: dt.date | None
) -> None:
    supplier = Supplier(code="S", payment_term=term)
    known = attrs.evolve(REFERENCE, suppliers=by_code([supplier]))

    assert resolve.due_day(attrs.evolve(BOUGHT, date=day), known) == due
    assert resolve.due_day(attrs.evolve(SALE, date=day, party="S"), known) is None


@pytest.mark.parametrize(
    ("terms", "code", "found"),
    [
        ((), "", None),
        ((), "30", (30, "date_from_invoice")),
        ((), "EOM", (0, "month_end_invoice")),
        ((), "30EOM", None),
        ((), "?", None),
        ((PartyTerm(days=14),), "30", (14, "date_from_invoice")),
        ((PartyTerm(due_from=DueFrom.END_OF_CIVIL_MONTH),), "", (0, "month_end_invoice")),
        ((PartyTerm(days=30, due_from=DueFrom.END_OF_MONTH),), "", None),
        ((PartyTerm(days=30), PartyTerm(days=60)), "", None),
        ((PartyTerm(days=-1),), "", None),
    ],
)
def test_terms_are_days_from_the_date_or_the_end_of_its_month(
    terms: tuple[PartyTerm, ...], code: str, found: tuple[int, str] | None
) -> None:
    party = Customer(code="A", terms=terms, payment_term=code)
    supplier = Supplier(code="A", terms=terms, payment_term=code)

    of_supplier = resolve.terms_of(supplier, REFERENCE)

    assert resolve.terms_of(party, REFERENCE) == found
    assert of_supplier == (found and (found[0], found[1].replace("_invoice", "_payment")))


def test_the_bank_of_a_party_is_its_main_one() -> None:
    first, main = PartyBank(iban="1"), PartyBank(iban="2", main=True)

    banks = [
        resolve.bank_of_party(Customer(code="A", banks=given))
        for given in ((), (first,), (first, main))
    ]

    assert banks == [None, first, main]


def test_a_project_is_a_category_of_the_one_type_that_has_it() -> None:
    document = attrs.evolve(SALE, project="NORTH")
    own = attrs.evolve(LINE, dimensions={"DEPT": "SOUTH"})
    several = attrs.evolve(SALE, project="BOTH")

    assert dict(resolve.categories_of(LINE, document, REFERENCE)) == {"DEPT": "NORTH"}
    assert dict(resolve.categories_of(own, document, REFERENCE)) == {"DEPT": "SOUTH"}
    assert dict(resolve.categories_of(LINE, several, REFERENCE)) == {}
    assert dict(resolve.categories_of(own, SALE, REFERENCE)) == {"DEPT": "SOUTH"}


@pytest.mark.parametrize(
    ("items", "found"),
    [
        ((), "SERVICES"),
        (("?",), "SERVICES"),
        (("ADVICE",), "SERVICES"),
        (("CHAIR", ""), "GOODS"),
    ],
)
def test_what_is_sold_abroad_is_told_by_items(items: tuple[str, ...], found: str) -> None:
    lines = [attrs.evolve(LINE, item=item) for item in items]
    document = attrs.evolve(SALE, lines=lines)

    assert resolve.goods_or_services(document, REFERENCE) == found


def test_the_contact_of_a_document_is_a_customer_or_a_supplier() -> None:
    known = Reference(
        customers=by_code([Customer(code="A", name="customer")]),
        suppliers=by_code([Supplier(code="A", name="supplier")]),
    )
    payment = Payment(date=DAY, party="A", currency="GBP", amount=ONE)
    paid = attrs.evolve(payment, kind=PaymentKind.SUPPLIER_PAYMENT)

    found = [
        resolve.party_of(one, known)
        for one in (SALE, attrs.evolve(BOUGHT, party="A"), payment, paid)
    ]

    assert [one.name if one else "" for one in found] == [
        "customer",
        "supplier",
        "customer",
        "supplier",
    ]
    assert resolve.party_of(SALE, Reference()) is None


def test_subscriptions_that_sage_names_both_ways_are_of_no_known_edition() -> None:
    assert resolve.EDITION_OF == {
        "START": "start",
        "MICRO": "start",
        "ACCOUNTS": "standard",
        "ACCOUNTING": "",
        "ACCOUNTING_10": "",
    }

"""Cases of contacts, items, accounts, files, taxes and CIS."""

import datetime as dt
from typing import Any

import attrs

from sage_connect.accounting.rules.limits import FILE_SIZE
from sage_connect.accounting.settings import Accounts, GroupTax
from sage_connect.model import (
    Address,
    Attachment,
    Charge,
    ChargeKind,
    Customer,
    DimensionValue,
    DueFrom,
    ItemKind,
    Movement,
    PartyBank,
    PartyTerm,
    Person,
    Reference,
    Supplier,
    Tax,
    TaxMode,
)
from sage_connect.model.fields import FrozenMap
from sage_connect.model.reference import by_code

from .company import (
    BANK,
    CATEGORY,
    CUSTOMER,
    ENTRY,
    INVOICE,
    ITEM,
    LINE,
    PURCHASE,
    SCAN,
    SETTINGS,
    SUPPLIER,
    VAT,
    ZERO,
    D,
    bank,
    company,
    customer,
    entry,
    invoice,
    item,
    known,
    lined,
    moved,
    policy,
    purchase,
    settings,
)
from .shape import Fixture

NO_ACCOUNTS = settings(accounts=Accounts())
OTHER_ACCOUNTS = settings(accounts=Accounts(sales="4999", purchases="5999"))
SPLIT = policy(group_tax=GroupTax.SPLIT)
CARRIAGE = Charge(amount=D(10), taxes=(VAT,))
CARRIED = invoice(prices_include_tax=True)
GROUPED = invoice(
    tax_mode=TaxMode.GROUP, taxes=(VAT,), lines=(attrs.evolve(LINE, taxes=()),)
)
ANN, BOB = Person(name="Ann"), Person(name="Bob", main=True)
NORTH = FrozenMap({"DEPT": "NORTH"})
CANADA = Address(country="CA")
CHANGED = Customer(code="ACME", name="Acme Ltd", currency="GBP")


def scanned(**changes: Any) -> tuple[Attachment, ...]:
    return (attrs.evolve(SCAN, **changes),)


def canadian(region: str = "", **parts: Any) -> Reference:
    """Return the business as one in Canada, with other parts."""
    own = company(address_region=region).company
    assert own is not None
    return known(company=attrs.evolve(own, country="CA"), **parts)


PARTIES = (
    Fixture(
        "SC-SA-REFERENCE-LENGTH", "/code", customer(code="C" * 11), customer(code="C" * 10)
    ),
    Fixture("SC-SA-REFERENCE-LENGTH", "/code", Supplier(code="S ", name="S"), SUPPLIER),
    Fixture(
        # Whatever Sage has is as it should be.
        "SC-SA-REFERENCE-LENGTH",
        "/code",
        customer(code="C" * 11),
        customer(code="C" * 11),
        good_reference=known(customers=by_code([Customer(code="C" * 11)])),
    ),
    Fixture("SC-SA-REFERENCE-TAKEN", "/code", Supplier(code="ACME", name="A"), CHANGED),
    Fixture(
        "SC-SA-REFERENCE-TAKEN",
        "/code",
        (Supplier(code="BOTH", name="B"), Customer(code="BOTH", name="B")),
        (SUPPLIER, CUSTOMER),
    ),
    Fixture("SC-SA-REFERENCE-TWIN", "/code", customer(code="Acme"), CHANGED),
    Fixture(
        "SC-SA-REFERENCE-TWIN",
        "/code",
        (customer(code="ÉTÉ 1"), customer(code="ete1")),
        (customer(code="ETE1"), customer(code="ETE2")),
    ),
    Fixture(
        # What comes with a batch is known to its documents.
        "SC-SA-REFERENCE-TWIN",
        "/code",
        customer(code="Acme"),
        customer(code="ACME"),
        reference=known(customers=by_code([customer(code="Acme"), customer(code="ACME")])),
        good_reference=known(customers=by_code([customer(code="ACME")])),
    ),
    Fixture("SC-SA-REFERENCE-RESERVED", "/code", customer(code="GONE1"), CUSTOMER),
    Fixture("SC-SA-REFERENCE-RESERVED", "/code", customer(code="gone1"), CUSTOMER),
    Fixture(
        "SC-SA-CUSTOMER-NEW",
        "/code",
        CUSTOMER,
        CHANGED,
        settings=policy(create_customers=False),
    ),
    Fixture(
        "SC-SA-SUPPLIER-NEW",
        "/code",
        SUPPLIER,
        Supplier(code="PAPER", name="Paper Ltd"),
        settings=policy(create_suppliers=False),
    ),
    Fixture(
        "SC-SA-ITEM-NEW",
        "/code",
        ITEM,
        item(code="CHAIR"),
        settings=policy(create_items=False),
    ),
    Fixture(
        "SC-SA-CONTACT-CURRENCY",
        "/currency",
        customer(code="ACME", currency="EUR"),
        customer(code="ACME", currency=""),
    ),
    Fixture(
        "SC-SA-ADDRESS-LINES",
        "/address/lines",
        customer(address=Address(lines=("1", "2", "3"))),
        customer(address=Address(lines=("1", "2"))),
    ),
    Fixture(
        "SC-SA-ADDRESS-COUNTRY",
        "/delivery_address/country",
        customer(delivery_address=Address(country="France")),
        customer(delivery_address=Address(country="FR")),
    ),
    Fixture(
        "SC-SA-ADDRESS-COUNTRY",
        "/address/country",
        customer(address=Address(country="ZZ")),
        customer(address=Address(country="XI")),
    ),
    Fixture(
        "SC-SA-ADDRESS-REGION",
        "/address/region",
        customer(address=Address(country="CA", region="Yorkshire")),
        customer(address=Address(country="CA", region="ca-qc")),
    ),
    Fixture(
        "SC-SA-ADDRESS-REGION",
        "/address/region",
        customer(address=Address(country="CA", region="XX")),
        customer(address=Address(country="CA", region="Québec")),
    ),
    Fixture(
        "SC-SA-ADDRESS-REGION",
        "/address/region",
        customer(address=Address(country="US", region="ON")),
        customer(address=Address(country="US", region="new york")),
    ),
    Fixture(
        # Where nothing is said, an address is in the country of the business.
        "SC-SA-ADDRESS-REGION",
        "/delivery_address/region",
        customer(delivery_address=Address(region="Yorkshire")),
        customer(delivery_address=Address(region="Yorkshire")),
        country="CA",
        good_country="GB",
    ),
    Fixture(
        "SC-SA-CONTACT-BANKS",
        "/banks",
        customer(banks=(PartyBank(iban="1"), PartyBank(iban="2"))),
        customer(banks=(PartyBank(iban="1"),)),
    ),
    Fixture(
        "SC-SA-CONTACT-PEOPLE",
        "/people",
        customer(people=(Person(name="Ann"), Person(name="Bob")), address=None),
        customer(
            people=(Person(name="Ann"), Person(name="Bob")),
            address=Address(city="Leeds", country="GB"),
        ),
    ),
    Fixture(
        "SC-SA-CONTACT-PERSON",
        "/email",
        customer(email="a@b.c", people=(Person(name="Ann", email="x@b.c"),)),
        customer(email="a@b.c", people=(Person(name="Ann", email="a@b.c", phone="1"),)),
    ),
    Fixture(
        "SC-SA-CONTACT-PERSON",
        "/phone",
        customer(
            phone="1", people=(Person(name="Ann"), Person(name="B", phone="2", main=True))
        ),
        customer(
            phone="1", people=(Person(name="Ann", phone="2"), Person(name="B", main=True))
        ),
    ),
    Fixture(
        "SC-SA-CONTACT-TERMS",
        "/terms",
        customer(terms=(PartyTerm(days=30), PartyTerm(days=60))),
        customer(terms=(PartyTerm(days=30),)),
    ),
    Fixture(
        "SC-SA-CONTACT-TERMS",
        "/terms",
        customer(terms=(PartyTerm(days=30, due_from=DueFrom.END_OF_MONTH),)),
        customer(terms=(PartyTerm(due_from=DueFrom.END_OF_MONTH),)),
    ),
    Fixture(
        "SC-SA-CONTACT-TERMS",
        "/payment_term",
        customer(payment_term="30EOM"),
        customer(payment_term="EOM"),
    ),
    Fixture("SC-SA-PAYMENT-TERM", "/payment_term", customer(payment_term="60"), SUPPLIER),
    Fixture(
        "SC-SA-ITEM-KIND",
        "/kind",
        item(code="CHAIR", kind=ItemKind.SERVICE),
        item(code="CHAIR"),
    ),
    Fixture("SC-SA-ITEM-CURRENCY", "/currency", item(currency="EUR"), item(currency="GBP")),
    Fixture("SC-SA-ITEM-UNKNOWN", "/lines/0/item", lined(item="?"), lined(item="CHAIR")),
    Fixture("SC-SA-ITEM-INACTIVE", "/lines/0/item", lined(item="OLD"), lined(item="CHAIR")),
    Fixture(
        "SC-SA-SERVICE-BOUGHT",
        "/lines/0/item",
        purchase(lines=(attrs.evolve(LINE, item="ADVICE"),)),
        purchase(lines=(attrs.evolve(LINE, item="CHAIR"),)),
    ),
)

ACCOUNTS = (
    Fixture(
        "SC-SA-ACCOUNT-MISSING",
        "/lines/0/account",
        lined(account=""),
        lined(account="", item="CHAIR"),
        settings=NO_ACCOUNTS,
    ),
    Fixture(
        "SC-SA-ACCOUNT-MISSING",
        "/charges/0/account",
        invoice(charges=(attrs.evolve(CARRIAGE, kind=ChargeKind.OTHER),)),
        invoice(charges=(CARRIAGE,)),
        settings=NO_ACCOUNTS,
    ),
    Fixture(
        "SC-SA-ACCOUNT-MISSING",
        "/charges/0/account",
        purchase(charges=(CARRIAGE,)),
        purchase(charges=(CARRIAGE,)),
        settings=NO_ACCOUNTS,
        good_settings=SETTINGS,
    ),
    Fixture(
        "SC-SA-MAP-ACCOUNT",
        "/lines/0/account",
        lined(account=""),
        lined(account="4000"),
        settings=OTHER_ACCOUNTS,
    ),
    Fixture(
        "SC-SA-MAP-ACCOUNT",
        "/lines/0/account",
        purchase(lines=(attrs.evolve(LINE, account=""),)),
        PURCHASE,
        settings=OTHER_ACCOUNTS,
    ),
    Fixture(
        "SC-SA-MAP-ACCOUNT",
        "/adjustment",
        invoice(adjustment=D("0.01")),
        INVOICE,
        settings=settings(accounts=Accounts(adjustments="8888")),
    ),
    Fixture("SC-SA-ACCOUNT-VISIBLE", "/lines/0/account", lined(account="5000")),
    Fixture(
        "SC-SA-ACCOUNT-VISIBLE",
        "/lines/0/account",
        purchase(lines=(attrs.evolve(LINE, account="4000"),)),
        purchase(lines=(attrs.evolve(LINE, account="4100"),)),
    ),
    Fixture("SC-SA-ACCOUNT-VISIBLE", "/account", bank(account="4000"), BANK),
    Fixture(
        "SC-SA-ACCOUNT-VISIBLE",
        "/account",
        customer(account="5000"),
        Supplier(code="NEWSUP", name="New", account="5000"),
    ),
    Fixture(
        "SC-SA-ACCOUNT-VISIBLE",
        "/movements/0/account",
        moved(Movement(account="4911", debit=D(1))),
        ENTRY,
    ),
    Fixture(
        "SC-SA-ITEM-ACCOUNT-VISIBLE",
        "/purchase_account",
        item(purchase_account="4000"),
        ITEM,
    ),
    Fixture("SC-SA-JOURNAL-CODE", "/journal", entry(journal="OD"), ENTRY),
    Fixture(
        "SC-SA-ANALYSIS-UNKNOWN",
        "/lines/0/dimensions/A~1B",
        lined(dimensions=FrozenMap({"A/B": "NORTH"})),
        lined(dimensions=NORTH),
    ),
    Fixture(
        "SC-SA-ANALYSIS-UNKNOWN",
        "/movements/0/dimensions/DEPT",
        moved(Movement(account="5000", debit=D(1), dimensions=FrozenMap({"DEPT": "X"}))),
        moved(Movement(account="5000", debit=D(1), dimensions=NORTH)),
    ),
    Fixture(
        "SC-SA-ANALYSIS-UNKNOWN",
        "/project",
        invoice(project="BOTH"),
        invoice(project="NORTH"),
    ),
    Fixture(
        "SC-SA-ANALYSIS-TYPE",
        "/dimension",
        DimensionValue(dimension="COLOUR", code="RED"),
        CATEGORY,
    ),
    Fixture(
        "SC-SA-FILE-SIZE",
        "/attachments/0",
        purchase(attachments=scanned(content=bytes(FILE_SIZE + 1))),
        purchase(attachments=scanned(content=bytes(FILE_SIZE))),
    ),
    Fixture(
        "SC-SA-FILE-TYPE",
        "/attachments/0",
        purchase(attachments=scanned(name="letter.docx")),
        purchase(attachments=scanned(name="letter.JPG")),
    ),
    Fixture(
        "SC-SA-FILE-TYPE",
        "/attachments/0",
        entry(attachments=scanned(media_type="text/plain")),
        entry(attachments=scanned(name="scan", media_type="image/PNG; q=1")),
    ),
    Fixture(
        "SC-SA-FILE-TYPE-DOUBTFUL",
        "/attachments/0",
        purchase(attachments=scanned(name="scan.tif")),
        purchase(attachments=scanned(name="scan.png")),
    ),
    Fixture("SC-SA-FILE-ON-SALE", "/attachments", invoice(attachments=(SCAN,))),
)

TAXES = (
    Fixture("SC-SA-TAX-MISSING", "/lines/0/taxes", lined(taxes=())),
    Fixture(
        "SC-SA-TAX-MISSING",
        "/lines/0/taxes",
        lined(taxes=()),
        lined(taxes=()),
        good_reference=company(tax_scheme="NOT_REGISTERED"),
    ),
    Fixture(
        "SC-SA-NOT-REGISTERED",
        "",
        INVOICE,
        lined(taxes=()),
        reference=company(tax_scheme="NOT_REGISTERED"),
    ),
    Fixture(
        "SC-SA-PURCHASE-TAX",
        "",
        PURCHASE,
        purchase(lines=(attrs.evolve(LINE, account="5000", taxes=()),)),
        reference=company(tax_scheme="NOT_REGISTERED"),
    ),
    Fixture("SC-TAX-UNKNOWN", "/tax_code", item(tax_code="?"), item(tax_code="GB_ZERO")),
    Fixture("SC-TAX-UNKNOWN", "/lines/0/taxes/0/code", lined(taxes=(Tax("?", D(20)),))),
    Fixture(
        "SC-SA-TAX-DATE", "/lines/0/taxes/0", lined(taxes=(Tax("GB_NEW", D(21)),)), INVOICE
    ),
    Fixture(
        "SC-SA-TAX-DATE",
        "/charges/0/taxes/0",
        invoice(charges=(attrs.evolve(CARRIAGE, taxes=(Tax("GB_NEW", D(21)),)),)),
        invoice(charges=(CARRIAGE,)),
    ),
    Fixture(
        "SC-SA-TAX-DATE",
        "/taxes/0",
        attrs.evolve(GROUPED, taxes=(Tax("GB_NEW", D(21)),)),
        attrs.evolve(GROUPED, taxes=(Tax("GB_NEW", D(21)),), date=dt.date(2027, 1, 1)),
    ),
    Fixture(
        "SC-SA-TAX-CENT", "/tax", invoice(tax=D("20.01")), invoice(tax=D(20), gross=D(120))
    ),
    Fixture(
        "SC-SA-TAX-CENT",
        "/tax",
        purchase(
            lines=(attrs.evolve(LINE, taxes=(Tax("GB_STANDARD", D(20), D("19.99")),)),)
        ),
        purchase(lines=(attrs.evolve(LINE, taxes=(Tax("GB_STANDARD", D(20), D(20)),)),)),
    ),
    Fixture(
        "SC-INV-CHARGE-TAX",
        "/charges/0/taxes/0",
        invoice(
            charges=(attrs.evolve(CARRIAGE, taxes=(Tax("GB_STANDARD", D(20), D("2.01")),)),)
        ),
        invoice(
            charges=(
                attrs.evolve(
                    CARRIAGE, account="4905", taxes=(Tax("GB_STANDARD", D(20), D("2.01")),)
                ),
            )
        ),
    ),
    Fixture(
        # With 20 per cent it is 0.03, of which 0.02 are net: Sage makes no cent of tax.
        "SC-INV-CHARGE-TAX",
        "/charges/0/taxes/0",
        invoice(
            charges=(attrs.evolve(CARRIAGE, amount=D("0.03")),), prices_include_tax=True
        ),
        invoice(
            charges=(attrs.evolve(CARRIAGE, amount=D("0.12")),), prices_include_tax=True
        ),
    ),
    Fixture(
        "SC-INV-CHARGE-TAX",
        "/charges/0/taxes/0",
        invoice(charges=(CARRIAGE,), reverse_charge=True, party="BUILDER"),
        invoice(charges=(attrs.evolve(CARRIAGE, amount=D(12)),), prices_include_tax=True),
    ),
    Fixture(
        "SC-SA-CARRIAGE-TEXT",
        "/charges/0/description",
        invoice(charges=(attrs.evolve(CARRIAGE, description="By van"),)),
        purchase(charges=(attrs.evolve(CARRIAGE, description="By van"),)),
    ),
    Fixture("SC-INV-GROUP-MODE", "/tax_mode", GROUPED, GROUPED, good_settings=SPLIT),
    Fixture(
        "SC-SA-GROUP-SPLIT",
        "/taxes",
        attrs.evolve(GROUPED, taxes=(VAT, ZERO)),
        INVOICE,
        settings=SPLIT,
    ),
    Fixture(
        "SC-SA-ABROAD-ZERO",
        "/lines/0/taxes/0",
        invoice(party="OSLO"),
        attrs.evolve(lined(taxes=(ZERO,)), party="OSLO"),
    ),
    Fixture(
        "SC-SA-ABROAD-ZERO",
        "/lines/0/taxes/0",
        invoice(party="OSLO"),
        invoice(party="PARIS"),
    ),
    Fixture(
        "SC-SA-UNION-ZERO",
        "/lines/0/taxes/0",
        invoice(party="PARIS"),
        attrs.evolve(lined(taxes=(ZERO,)), party="PARIS"),
    ),
    Fixture(
        "SC-SA-GOODS-AND-SERVICES",
        "/lines",
        invoice(
            party="OSLO",
            lines=(attrs.evolve(LINE, item="CHAIR"), attrs.evolve(LINE, item="ADVICE")),
        ),
        invoice(party="OSLO", lines=(attrs.evolve(LINE, item="CHAIR"), LINE)),
    ),
    Fixture(
        "SC-SA-GOODS-OR-SERVICES",
        "/lines",
        invoice(party="PARIS"),
        attrs.evolve(lined(item="CHAIR"), party="PARIS"),
    ),
    Fixture(
        "SC-SA-REGION-MISSING",
        "/party",
        INVOICE,
        INVOICE,
        country="CA",
        reference=canadian(customers=by_code([customer(code="ACME", address=CANADA)])),
        good_reference=canadian(
            customers=by_code([customer(code="ACME", address=CANADA)]), region="CA-ON"
        ),
    ),
    Fixture(
        "SC-SA-REGION-MISSING",
        "/party",
        PURCHASE,
        PURCHASE,
        country="CA",
        reference=canadian(
            suppliers=by_code(
                [Supplier(code="PAPER", address=attrs.evolve(CANADA, region="Texas"))]
            )
        ),
        good_reference=canadian(
            suppliers=by_code(
                [Supplier(code="PAPER", address=attrs.evolve(CANADA, region="Ontario"))]
            )
        ),
    ),
    Fixture(
        "SC-SA-REVERSE-CHARGE-COUNTRY",
        "/reverse_charge",
        invoice(reverse_charge=True, party="BUILDER"),
        invoice(reverse_charge=True, party="BUILDER"),
        country="IE",
        good_country="GB",
    ),
    Fixture(
        "SC-SA-REVERSE-CHARGE-NUMBER",
        "/party",
        invoice(reverse_charge=True),
        invoice(reverse_charge=True, party="BUILDER"),
    ),
)

SOLD = (*PARTIES, *ACCOUNTS, *TAXES)

"""Cases of the business, of editions, of required fields and of lengths."""

import datetime as dt

import attrs

from sage_connect.accounting.rules.business import MOST_LINES
from sage_connect.accounting.settings import Numbering, StartQuantity
from sage_connect.model import (
    Address,
    Charge,
    DimensionValue,
    Instalment,
    ItemKind,
    Movement,
    OpenDocument,
    PaymentKind,
    Person,
    PurchaseKind,
    Supplier,
    totals,
)
from sage_connect.model.fields import FrozenMap
from sage_connect.model.reference import by_code

from .company import (
    BANK,
    CATEGORY,
    CREDIT,
    CUSTOMER,
    DAY,
    ENTRY,
    EUROS,
    INVOICE,
    ITEM,
    LINE,
    PAYMENT,
    PURCHASE,
    PURCHASE_CREDIT,
    SCAN,
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
    payment,
    policy,
    purchase,
)
from .shape import Fixture

OFF = company(multi_currency_enabled="false")
SAGES = policy(numbering=Numbering.SAGES)
PAPER = Supplier(code="PAPER")
FOLD = policy(start_quantity=StartQuantity.FOLD)
MANY = (LINE,) * (MOST_LINES + 1)
PROJECT = invoice(project="NORTH")
REFUND = payment(kind=PaymentKind.CUSTOMER_REFUND)
TYPED = OpenDocument(
    number="INV-7",
    kind="sales_invoice",
    party=INVOICE.party,
    currency=INVOICE.currency,
    date=INVOICE.date,
    total=totals(INVOICE).gross,
    outstanding=D(1),
)
TAKEN = OpenDocument(
    number="SI-42",
    kind="sales_invoice",
    party="BUILDER",
    currency="GBP",
    total=D(1),
    outstanding=D(1),
)

BUSINESS = (
    Fixture("SC-SA-NOT-CARRIED", "/entity", invoice(entity="LEEDS")),
    Fixture(
        "SC-SA-NOT-CARRIED",
        "/movements/0/party",
        moved(Movement(account="1100", debit=D(1), party="ACME")),
        ENTRY,
    ),
    Fixture("SC-SA-NOT-CARRIED", "/registration", customer(registration="1"), CUSTOMER),
    Fixture("SC-SA-NOT-CARRIED", "/settles", bank(settles="SI-1"), BANK),
    Fixture(
        "SC-SA-NOT-CARRIED",
        "/reverses",
        bank(account="", party="ACME", settles="SI-1", reverses="B-0"),
        bank(reverses="B-0"),
    ),
    Fixture("SC-SA-NOT-CARRIED", "/notes", payment(notes="by cheque"), PAYMENT),
    Fixture(
        "SC-SA-NOT-CARRIED", "/due", attrs.evolve(PURCHASE_CREDIT, due=DAY), PURCHASE_CREDIT
    ),
    Fixture("SC-SA-COUNTRY", "", INVOICE, country="ZA", good_country="IE"),
    Fixture("SC-SA-COUNTRY", "", ITEM, ITEM, country="UK", good_country="US"),
    Fixture("SC-SA-COUNTRY-FORMER", "", INVOICE, country="FR", good_country="CA"),
    Fixture("SC-SA-LINE-COUNT", "/lines", invoice(lines=MANY), invoice(lines=MANY[1:])),
    Fixture(
        "SC-SA-LINE-COUNT",
        "/movements",
        entry(movements=ENTRY.movements * MOST_LINES),
        entry(movements=ENTRY.movements * (MOST_LINES // 2)),
    ),
    Fixture(
        "SC-SA-BEFORE-START-DATE",
        "/date",
        invoice(date=dt.date(2024, 3, 31)),
        invoice(date=dt.date(2024, 4, 1)),
    ),
    Fixture(
        "SC-SA-INSTALMENTS",
        "/due",
        purchase(due=(Instalment(DAY, D(60)), Instalment(DAY, D(60)))),
        invoice(due=(Instalment(DAY, D(120)),)),
    ),
    Fixture(
        "SC-SA-CARD-REFUND",
        "/kind",
        purchase(kind=PurchaseKind.CARD_REFUND),
        purchase(kind=PurchaseKind.CARD_PAYMENT),
    ),
    Fixture("SC-SA-CURRENCY-OFF", "/currency", EUROS, INVOICE, reference=OFF),
    Fixture("SC-SA-CURRENCY-OFF", "/currency", customer(currency="EUR"), reference=OFF),
    Fixture("SC-SA-BASE-CURRENCY", "/currency", entry(currency="EUR"), ENTRY),
    Fixture(
        "SC-SA-BASE-CURRENCY",
        "/currency",
        bank(currency="EUR"),
        bank(currency="EUR", account="", party="BERLIN"),
    ),
)

EDITIONS = (
    Fixture(
        "SC-SA-EDITION-CURRENCY",
        "/currency",
        EUROS,
        EUROS,
        edition="start",
        good_edition="",
    ),
    Fixture(
        "SC-SA-EDITION-CURRENCY",
        "/currency",
        customer(currency="EUR"),
        CUSTOMER,
        edition="start",
    ),
    *(
        Fixture(
            "SC-SA-EDITION-PURCHASE",
            "",
            one,
            one,
            edition="start",
            good_edition="standard",
        )
        for one in (PURCHASE, PURCHASE_CREDIT)
    ),
    Fixture("SC-SA-EDITION-ITEM", "", ITEM, ITEM, edition="start", good_edition="plus"),
    Fixture("SC-SA-EDITION-ANALYSIS", "/project", PROJECT, edition="start"),
    Fixture(
        "SC-SA-EDITION-ANALYSIS",
        "/lines/0/dimensions",
        lined(dimensions=FrozenMap({"DEPT": "NORTH"})),
        edition="start",
    ),
    Fixture(
        "SC-SA-EDITION-ANALYSIS",
        "/movements/0/dimensions",
        moved(
            Movement(account="5000", debit=D(1), dimensions=FrozenMap({"DEPT": "NORTH"}))
        ),
        ENTRY,
        edition="start",
    ),
    Fixture(
        "SC-SA-EDITION-ANALYSIS", "", CATEGORY, CATEGORY, edition="start", good_edition=""
    ),
    Fixture(
        "SC-SA-EDITION-ADDRESS",
        "/delivery_address",
        customer(delivery_address=Address(city="York")),
        customer(delivery_address=CUSTOMER.address),
        edition="start",
    ),
    Fixture("SC-SA-EDITION-REFUND", "/kind", REFUND, PAYMENT, edition="start"),
    Fixture(
        "SC-SA-EDITION-REFUND",
        "/direction",
        bank(account="", party="ACME"),
        bank(account="", party="PAPER"),
        edition="start",
    ),
    Fixture(
        "SC-SA-EDITION-ON-ACCOUNT",
        "/settles",
        bank(account="", party="PAPER"),
        bank(account="", party="PAPER", settles="PI-1"),
        edition="start",
    ),
    Fixture(
        "SC-SA-EDITION-ON-ACCOUNT",
        "/allocations",
        payment(amount=D(120), on_account=D(20)),
        PAYMENT,
        edition="start",
    ),
    Fixture(
        "SC-SA-EDITION-ON-ACCOUNT",
        "/allocations",
        payment(allocations=()),
        payment(allocations=()),
        edition="start",
        good_edition="plus",
    ),
    Fixture("SC-SA-EDITION-ALLOCATION", "/reverses", CREDIT, edition="start"),
    Fixture(
        "SC-SA-START-QUANTITY",
        "/lines/0/quantity",
        lined(quantity=D(3)),
        lined(quantity=D("1.0")),
        edition="start",
    ),
    Fixture(
        "SC-SA-START-QUANTITY",
        "/lines/0/quantity",
        lined(quantity=D(3)),
        lined(quantity=D(3)),
        edition="start",
        good_settings=FOLD,
    ),
    Fixture("SC-SA-EDITION-STANDARD", "", CREDIT, edition="standard"),
    Fixture("SC-SA-EDITION-STANDARD", "", PURCHASE_CREDIT, PURCHASE, edition="standard"),
    Fixture(
        "SC-SA-EDITION-STANDARD", "", EUROS, EUROS, edition="standard", good_edition="plus"
    ),
    Fixture(
        "SC-SA-EDITION-STANDARD", "", item(kind=ItemKind.STOCK), ITEM, edition="standard"
    ),
)

TEXTS = (
    Fixture("SC-REQUIRED", "/lines/0/description", lined(description=" ")),
    Fixture("SC-REQUIRED", "/due", purchase(due=None), PURCHASE),
    Fixture(
        "SC-REQUIRED",
        "/due",
        purchase(due=None),
        purchase(due=None),
        good_reference=known(suppliers=by_code([attrs.evolve(PAPER, payment_term="30")])),
    ),
    Fixture(
        "SC-REQUIRED",
        "/due",
        purchase(due=()),
        purchase(due=(Instalment(DAY, D(120)),)),
    ),
    Fixture("SC-REQUIRED", "/name", customer(name=""), CUSTOMER),
    Fixture(
        "SC-REQUIRED",
        "/people/0/name",
        customer(people=(Person(name=" "),)),
        customer(people=(Person(name="Ann"),)),
    ),
    Fixture(
        "SC-REQUIRED",
        "/sales_account",
        item(sales_account=""),
        item(sales_account=""),
        settings=attrs.evolve(policy(), accounts=attrs.evolve(policy().accounts, sales="")),
        good_settings=policy(),
    ),
    Fixture(
        "SC-REQUIRED",
        "/purchase_account",
        item(purchase_account=""),
        item(purchase_account="", kind=ItemKind.SERVICE),
        settings=attrs.evolve(
            policy(), accounts=attrs.evolve(policy().accounts, purchases="")
        ),
    ),
    Fixture(
        "SC-REQUIRED",
        "/attachments/0/name",
        purchase(attachments=(attrs.evolve(SCAN, name=""),)),
        PURCHASE,
    ),
    Fixture(
        "SC-REQUIRED",
        "/attachments/0/name",
        entry(attachments=(attrs.evolve(SCAN, name=""),)),
        entry(attachments=(SCAN,)),
    ),
    Fixture("SC-ITEM-DESCRIPTION-REQUIRED", "/description", item(description=" "), ITEM),
    Fixture(
        "SC-SA-HTML-ENTITY",
        "/lines/0/description",
        lined(description="Nuts &amp; bolts"),
        lined(description="Nuts & bolts; R& D; &;"),
    ),
    Fixture(
        "SC-SA-HTML-ENTITY",
        "/charges/0/description",
        invoice(charges=(Charge(amount=D(1), description="&#8364;"),)),
        invoice(charges=(Charge(amount=D(1), description="€ &c."),)),
    ),
    Fixture("SC-SA-HTML-ENTITY", "/description", item(description="5&quot;"), ITEM),
    Fixture(
        "SC-SA-TEXT-LENGTH",
        "/reference",
        invoice(reference="R" * 26),
        invoice(reference="R" * 25),
    ),
    Fixture(
        "SC-SA-TEXT-LENGTH",
        "/reference",
        invoice(number="N" * 20, reference="PO-123"),
        invoice(number="N" * 20, reference="PO-1"),
        settings=SAGES,
    ),
    Fixture(
        "SC-SA-TEXT-LENGTH", "/notes", invoice(notes="n" * 2001), invoice(notes="n" * 2000)
    ),
    Fixture(
        "SC-SA-TEXT-LENGTH",
        "/notes",
        attrs.evolve(CREDIT, notes="n" * 1990),
        attrs.evolve(CREDIT, notes="n" * 1980),
    ),
    Fixture(
        "SC-SA-TEXT-LENGTH",
        "/party_number",
        purchase(party_number="V" * 32),
        purchase(party_number="V" * 31),
    ),
    Fixture(
        "SC-SA-TEXT-LENGTH",
        "/number",
        purchase(party_number="", number="V" * 32),
        purchase(party_number="", number="V" * 31),
    ),
    Fixture("SC-SA-TEXT-LENGTH", "/number", payment(number="R" * 26), PAYMENT),
    Fixture(
        "SC-SA-TEXT-LENGTH",
        "/reference",
        bank(number="B" * 20, reference="STAMP1"),
        bank(number="B" * 20, reference="STAM"),
    ),
    Fixture(
        "SC-SA-TEXT-LENGTH", "/number", entry(number="J" * 256), entry(number="J" * 255)
    ),
    Fixture(
        "SC-SA-TEXT-LENGTH",
        "/description",
        entry(description="d" * 199, reverses="J-0"),
        entry(description="d" * 187, reverses="J-0"),
    ),
    Fixture(
        "SC-SA-TEXT-LENGTH", "/name", customer(name="N" * 101), customer(name="N" * 100)
    ),
    Fixture("SC-SA-TEXT-LENGTH", "/email", customer(email="e" * 101), CUSTOMER),
    Fixture("SC-SA-TEXT-LENGTH", "/phone", customer(phone="0" * 51), CUSTOMER),
    Fixture(
        "SC-SA-TEXT-LENGTH",
        "/delivery_address/lines/1",
        customer(delivery_address=Address(lines=("a", "b" * 51))),
        customer(delivery_address=Address(lines=("a", "b" * 50))),
    ),
    Fixture(
        "SC-SA-TEXT-LENGTH",
        "/address/region",
        customer(address=Address(region="r" * 46, country="GB")),
        customer(address=Address(region="r" * 46, country="FR")),
    ),
    Fixture(
        # Where nothing is said, an address is in the country of the business.
        "SC-SA-TEXT-LENGTH",
        "/address/region",
        customer(address=Address(region="r" * 46)),
        customer(address=Address(region="r" * 46)),
        good_country="DE",
    ),
    Fixture(
        "SC-SA-TEXT-LENGTH",
        "/people/0/mobile",
        customer(people=(Person(name="Ann", mobile="0" * 51),)),
        customer(people=(Person(name="Ann", mobile="0" * 50),)),
    ),
    Fixture(
        "SC-SA-TEXT-LENGTH",
        "/code",
        item(code="C" * 31, kind=ItemKind.STOCK),
        item(code="C" * 31),
    ),
    Fixture(
        "SC-SA-TEXT-LENGTH",
        "/code",
        DimensionValue(dimension="DEPT", code="C" * 11),
        DimensionValue(dimension="DEPT", code="C" * 10),
    ),
    Fixture(
        "SC-SA-NUMBER-PREFIX",
        "/number",
        invoice(number="INV2026-1"),
        invoice(number="INV-1"),
    ),
    Fixture(
        "SC-SA-NUMBER-PREFIX",
        "/number",
        invoice(number="DRAFT-X"),
        invoice(number="DRAFT-X"),
        good_settings=SAGES,
    ),
    Fixture(
        "SC-SA-NUMBER-TWICE",
        "/number",
        (invoice(source_id="a"), invoice(source_id="b", party="BUILDER")),
        (invoice(source_id="a"), attrs.evolve(CREDIT, number="SI-42")),
    ),
    Fixture(
        "SC-SA-NUMBER-TWICE",
        "/number",
        (INVOICE, attrs.evolve(CREDIT, number="SI-42")),
        (INVOICE, CREDIT),
        reference=company(separate_invoice_credit_note_numbering="false"),
    ),
    Fixture(
        "SC-SA-NUMBER-TWICE",
        "/number",
        INVOICE,
        invoice(party="BUILDER"),
        reference=known(open_documents={("BUILDER", "SI-42"): TAKEN}),
    ),
    Fixture(
        "SC-SA-NUMBER-TWICE",
        "/number",
        (invoice(source_id="a"), invoice(source_id="b")),
        (invoice(source_id="a"), invoice(source_id="b")),
        good_settings=SAGES,
    ),
    Fixture(
        "SC-SA-NUMBER-TWIN",
        "/number",
        (INVOICE, invoice(number="si-42", party="BUILDER")),
        (INVOICE, invoice(number="SI-42", party="BUILDER"), invoice(number="43")),
    ),
    Fixture(
        "SC-SA-NUMBER-TWIN",
        "/number",
        invoice(number="Si-42"),
        attrs.evolve(CREDIT, number="si-42"),
        reference=known(open_documents={("BUILDER", "SI-42"): TAKEN}),
    ),
    Fixture(
        "SC-SA-NUMBER-TWIN",
        "/number",
        (INVOICE, invoice(number="si-42")),
        (INVOICE, invoice(number="si-42")),
        good_settings=SAGES,
    ),
    Fixture(
        "SC-DUP-EXISTING",
        "",
        INVOICE,
        attrs.evolve(INVOICE, date=DAY + dt.timedelta(days=1)),
        reference=known(
            company=company(sales_invoice_number_prefix="INV-").company,
            open_documents={("ACME", "INV-7"): TYPED},
        ),
    ),
    Fixture(
        "SC-SA-NUMBER-SHARED",
        "/number",
        (purchase(source_id="a"), purchase(source_id="b")),
        (purchase(source_id="a"), purchase(source_id="b", party="MASON")),
    ),
    Fixture(
        "SC-SA-NUMBER-SHARED",
        "/number",
        (attrs.evolve(ENTRY, source_id="a"), ENTRY),
        (attrs.evolve(ENTRY, source_id="a"), attrs.evolve(ENTRY, number="J-2")),
    ),
    Fixture(
        "SC-SA-NUMBER-SHARED",
        "/number",
        (invoice(source_id="a"), invoice(source_id="b")),
        (invoice(source_id="a"), invoice(source_id="a")),
        settings=SAGES,
    ),
    Fixture(
        "SC-SA-VENDOR-REFERENCE-TWICE",
        "/party_number",
        (PURCHASE, purchase(number="P-2")),
        (PURCHASE, purchase(party="MASON"), purchase(number="P-3", party_number="")),
    ),
)
WHOLE = (*BUSINESS, *EDITIONS, *TEXTS)

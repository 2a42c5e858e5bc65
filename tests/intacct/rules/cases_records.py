"""Cases of fields without a place, ids, parties, entities and accounts."""

import attrs

from sage_connect.intacct.settings import Accounts, CreditNotes, Level
from sage_connect.model import (
    Account,
    Address,
    Attachment,
    Customer,
    Supplier,
)
from sage_connect.model.fields import FrozenMap
from sage_connect.model.reference import by_code

from .company import (
    BOUGHT,
    CLAIM,
    COUNT,
    CREDIT,
    CREDITED,
    CUSTOMER,
    DEBIT,
    ENTRY,
    EUROS,
    INVOICE,
    ITEM,
    LINE,
    PURCHASE,
    RECEIPT,
    REFERENCE,
    SCAN,
    STOCK,
    SUPPLIER,
    VALUE,
    D,
    company,
    customer,
    dimensioned,
    entry,
    invoice,
    item,
    known,
    lined,
    moved,
    own,
    payment,
    policy,
    purchase,
    receipt,
    settings,
    split,
    value,
)
from .shape import Fixture

NO_ACCOUNTS = settings(accounts=Accounts())
BY_ENTITY = settings(level=Level.ENTITY)
IN_UK = settings(level=Level.ENTITY, entity="UK1")
APART = company(multi_base_currency="true")
CONFINED = own({"user.top_level": "false"})
IN_LONDON = attrs.evolve(DEBIT, dimensions=FrozenMap({"LOCATION": "LONDON"}))
IN_PARIS = attrs.evolve(CREDITED, dimensions=FrozenMap({"LOCATION": "PARIS"}))
SINGLE = attrs.evolve(company(multi_entity="false"), entities=None)
LEFT = own({"inactive:EMPLOYEE": "EMP1"})
OLD_TERM = own({"inactive:ARTERM": "N60"})
NUL, BELL, NON = "\x00", "\x07", "\ufffe"

TEXTS = (
    Fixture("SC-IN-NOT-CARRIED", "/registration", customer(registration="1"), CUSTOMER),
    Fixture("SC-IN-NOT-CARRIED", "/settles", receipt(settles="SI-1"), RECEIPT),
    Fixture("SC-IN-TEXT-XML", "/lines/0/description", lined(description=f"a{NUL}b")),
    Fixture("SC-IN-TEXT-XML", "/notes", invoice(notes=NON), invoice(notes="a\n\tb 🙂")),
    Fixture(
        "SC-IN-TEXT-XML",
        "/address/lines/1",
        customer(address=Address(lines=("1", BELL))),
        CUSTOMER,
    ),
    Fixture("SC-IN-TEXT-XML", "/lines/0/dimensions/CLASS", dimensioned(CLASS="\x1f")),
    Fixture(
        "SC-IN-TEXT-XML",
        "/movements/0/description",
        moved(description="\ud800"),
        ENTRY,
    ),
    Fixture(
        "SC-IN-TEXT-LENGTH",
        "/description",
        receipt(description="D" * 81),
        receipt(description="D" * 80),
    ),
    Fixture(
        "SC-IN-TEXT-LENGTH",
        "/reference",
        receipt(reference="R" * 81),
        receipt(reference="R" * 80),
    ),
    Fixture(
        "SC-IN-TEXT-LENGTH",
        "/number",
        receipt(description="", number="N" * 81),
        receipt(description="x", number="N" * 81),
    ),
    Fixture(
        "SC-IN-NUMBER-OPEN",
        "/number",
        invoice(number="SI-1"),
        invoice(number="SI-1", gross=None, lines=(attrs.evolve(LINE, taxes=()),)),
    ),
    Fixture(
        # What we send to customers is numbered for all of them.
        "SC-IN-NUMBER-OPEN",
        "/number",
        attrs.evolve(EUROS, number="SI-1"),
        EUROS,
    ),
    Fixture(
        "SC-IN-NUMBER-OPEN",
        "/party_number",
        purchase(party_number="2026/9", lines=(attrs.evolve(BOUGHT, unit_price=D(90)),)),
        # The same amount: it may be the same bill, which is recognised.
        purchase(party_number="2026/9"),
    ),
    Fixture(
        "SC-IN-TEXT-LENGTH",
        "/code",
        value(dimension="TASK", code="T" * 21),
        value(dimension="TASK", code="T" * 20),
    ),
    Fixture(
        "SC-IN-TASK-LENGTH",
        "/lines/0/dimensions/task",
        dimensioned(task="T" * 21),
        dimensioned(task="T" * 20),
    ),
    Fixture(
        "SC-IN-TASK-LENGTH",
        "/movements/0/dimensions/TASK",
        moved(dimensions=FrozenMap({"TASK": "T" * 21})),
        ENTRY,
    ),
    Fixture(
        "SC-IN-NUMBER-TWICE",
        "/number",
        (invoice(source_id="a"), invoice(source_id="b")),
        (INVOICE, invoice(number="SI-43")),
    ),
    Fixture(
        "SC-IN-NUMBER-TWICE",
        "/party_number",
        (PURCHASE, purchase(number="P-2")),
        (PURCHASE, purchase(number="P-2", party="OTHER")),
    ),
    Fixture(
        "SC-IN-FOLDER-NONE",
        "/attachments",
        invoice(attachments=(SCAN,)),
        settings=settings(attachments_folder=""),
    ),
    Fixture(
        "SC-IN-FOLDER-UNKNOWN",
        "/attachments",
        PURCHASE,
        PURCHASE,
        settings=settings(attachments_folder="invoices"),
        good_settings=settings(),
    ),
    Fixture(
        "SC-IN-FILE-NAME",
        "/attachments/1/name",
        invoice(attachments=(SCAN, Attachment(name="SCAN.png", content=b""))),
        invoice(attachments=(SCAN, Attachment(name="scan2.pdf", content=b""))),
    ),
    Fixture(
        "SC-IN-FILE-NAME",
        "/attachments/0/name",
        invoice(attachments=(Attachment(name="a.b.pdf", content=b""),)),
        invoice(attachments=(SCAN,)),
    ),
)

PARTIES = (
    Fixture("SC-IN-ID-FORM", "/code", customer(code=" C1"), customer(code="C 1")),
    Fixture("SC-IN-ID-FORM", "/code", item(code="A  1"), ITEM),
    Fixture("SC-IN-ID-FORM", "/code", value(code="a\u200bb"), VALUE),
    Fixture("SC-IN-ID-SIGN", "/code", customer(code="A|B"), customer(code="A-B_1.2")),
    Fixture("SC-IN-ID-SIGN", "/code", Supplier(code="O'Hara", name="O"), SUPPLIER),
    Fixture("SC-IN-ID-LENGTH", "/code", customer(code="C" * 21), customer(code="C" * 20)),
    Fixture("SC-IN-ID-LENGTH", "/code", item(code="I" * 31), item(code="I" * 30)),
    Fixture("SC-IN-ID-TWIN", "/code", customer(code="Acme"), customer(code="ACME")),
    Fixture(
        "SC-IN-ID-TWIN",
        "/code",
        (customer(code="a 1"), customer(code="A1")),
        (customer(code="A1"), Supplier(code="a1", name="S")),
    ),
    Fixture("SC-IN-ITEM-ID-IMMUTABLE", "/code", item(code="chair"), item(code="CHAIR")),
    Fixture("SC-IN-ITEM-ID-IMMUTABLE", "/code", item(code="CHA IR"), ITEM),
    Fixture(
        "SC-IN-ITEM-TWIN",
        "/code",
        item(code="CHAIR-2", description="chair"),
        item(code="CHAIR", description="Chair"),
    ),
    Fixture(
        "SC-IN-PARTY-NEW",
        "/code",
        CUSTOMER,
        Customer(code="ACME", name="Acme Ltd"),
        settings=policy(create_customers=False),
    ),
    Fixture(
        "SC-IN-PARTY-NEW",
        "/code",
        SUPPLIER,
        CUSTOMER,
        settings=policy(create_suppliers=False),
    ),
    Fixture(
        "SC-IN-ITEM-NEW",
        "/code",
        ITEM,
        item(code="CHAIR"),
        settings=policy(create_items=False),
    ),
    Fixture("SC-IN-ITEM-STOCK", "/kind", item(kind=STOCK), ITEM),
    Fixture(
        "SC-IN-ADDRESS-COUNTRY",
        "/address/country",
        customer(address=Address(country="France")),
        customer(address=Address(country="FR")),
    ),
    Fixture("SC-IN-ITEM-UNKNOWN", "/lines/0/item", lined(item="?"), lined(item="CHAIR")),
    Fixture("SC-IN-ITEM-INACTIVE", "/lines/0/item", lined(item="OLD"), lined(item="CHAIR")),
    Fixture("SC-IN-EMPLOYEE", "/party", attrs.evolve(CLAIM, party="PAPER"), CLAIM),
    Fixture(
        "SC-IN-EMPLOYEE-INACTIVE",
        "/party",
        CLAIM,
        attrs.evolve(CLAIM, party="EMP2"),
        reference=LEFT,
    ),
    Fixture(
        "SC-IN-RECEIPT-PARTY", "/party", receipt(party="NOBODY"), receipt(party="ACME")
    ),
    Fixture(
        "SC-IN-RECEIPT-PARTY-INACTIVE",
        "/party",
        receipt(party="PAPER"),
        receipt(party="PAPER"),
        reference=known(suppliers={"PAPER": Supplier(code="PAPER", active=False)}),
        good_reference=REFERENCE,
    ),
    Fixture(
        "SC-IN-MOVEMENT-PARTY",
        "/movements/0/party",
        moved(party="NOBODY"),
        moved(party="PAPER"),
    ),
    Fixture(
        "SC-IN-TERM-UNKNOWN",
        "/payment_term",
        customer(payment_term="N45"),
        Supplier(code="S", name="S", payment_term="N45"),
    ),
    Fixture(
        "SC-IN-TERM-UNKNOWN",
        "/due",
        purchase(due=None),
        purchase(),
        settings=settings(supplier_term="N60"),
    ),
    Fixture(
        "SC-IN-TERM-INACTIVE",
        "/payment_term",
        customer(payment_term="N60"),
        customer(payment_term="N30"),
        reference=OLD_TERM,
    ),
    Fixture(
        "SC-IN-TERM-INACTIVE",
        "/due",
        invoice(due=None),
        invoice(),
        reference=attrs.evolve(
            OLD_TERM,
            customers={"ACME": Customer(code="ACME", currency="GBP", payment_term="N60")},
        ),
    ),
    Fixture(
        # Below zero a credit note is an invoice too.
        "SC-IN-DUE-NONE",
        "/due",
        attrs.evolve(CREDIT, party="BERLIN", currency="EUR"),
        attrs.evolve(CREDIT, party="BERLIN", currency="EUR"),
        settings=policy(credit_notes=CreditNotes.NEGATIVE),
        good_settings=policy(),
    ),
    Fixture(
        "SC-IN-DUE-NONE",
        "/due",
        purchase(due=None),
        purchase(due=None),
        good_settings=settings(supplier_term="N30"),
    ),
    Fixture("SC-IN-DUE-NONE", "/due", invoice(due=None, party="BERLIN"), invoice(due=None)),
)

ENTITIES = (
    Fixture(
        "SC-IN-ENTITY-NONE",
        "/entity",
        INVOICE,
        invoice(entity="UK1"),
        settings=BY_ENTITY,
    ),
    Fixture(
        "SC-IN-ENTITY-NONE",
        "/entity",
        ENTRY,
        INVOICE,
        settings=settings(levels=FrozenMap({"journal_entry": "entity"})),
    ),
    Fixture(
        "SC-IN-ENTITY-UNKNOWN", "/entity", invoice(entity="DE1"), invoice(entity="UK1")
    ),
    Fixture(
        "SC-IN-ENTITY-UNKNOWN",
        "/entity",
        INVOICE,
        INVOICE,
        settings=settings(level=Level.ENTITY, entity="DE1"),
        good_settings=IN_UK,
    ),
    Fixture(
        "SC-IN-LOCATION-ELSEWHERE",
        "/lines/0/dimensions/LOCATION",
        attrs.evolve(dimensioned(LOCATION="PARIS"), entity="UK1"),
        attrs.evolve(dimensioned(LOCATION="LONDON"), entity="UK1"),
    ),
    Fixture(
        "SC-IN-LOCATION-ELSEWHERE",
        "/movements/0/analytic/1/value",
        split(("LOCATION", "LONDON"), ("LOCATION", "PARIS"), dimensions={}),
        split(("LOCATION", "LONDON"), ("LOCATION", "PARIS")),
        settings=IN_UK,
        good_settings=settings(),
    ),
    Fixture(
        "SC-IN-ENTITY-SINGLE",
        "/entity",
        invoice(entity="UK1"),
        INVOICE,
        reference=SINGLE,
    ),
    Fixture("SC-IN-ENTITY-ID", "/entity", invoice(entity="uk1"), invoice(entity="UK1")),
    Fixture("SC-IN-ENTITY-ID", "/entity", entry(entity="UK1 "), entry(entity="UK1")),
    Fixture("SC-IN-ENTITY-INACTIVE", "/entity", invoice(entity="OLD1"), INVOICE),
    Fixture(
        "SC-IN-MASTER-LEVEL", "", ITEM, ITEM, reference=CONFINED, good_reference=REFERENCE
    ),
    Fixture("SC-IN-MASTER-LEVEL", "", VALUE, INVOICE, reference=CONFINED),
    Fixture("SC-IN-MODULE", "", PURCHASE, INVOICE, reference=company(modules="AR\nCM\nGL")),
    Fixture(
        "SC-IN-MODULE", "/kind", CLAIM, PURCHASE, reference=company(modules="AP\nAR\nGL")
    ),
    Fixture(
        "SC-IN-ENTITY-BALANCE",
        "/movements",
        entry(
            IN_LONDON,
            attrs.evolve(IN_PARIS, credit=D(6)),
            attrs.evolve(
                CREDITED, credit=D(4), dimensions=FrozenMap({"LOCATION": "PARIS"})
            ),
            attrs.evolve(IN_LONDON, debit=None, credit=D(10)),
        ),
        entry(IN_LONDON, IN_PARIS, IN_PARIS, IN_LONDON),
        reference=APART,
        good_reference=REFERENCE,
    ),
)

ACCOUNTS = (
    Fixture(
        "SC-IN-ACCOUNT-NONE",
        "/lines/0/account",
        lined(account=""),
        lined(account="", item="CHAIR"),
        settings=NO_ACCOUNTS,
    ),
    Fixture(
        "SC-IN-MAP-ACCOUNT",
        "/lines/0/account",
        lined(account=""),
        lined(account="4000"),
        settings=settings(accounts=Accounts(sales="4999")),
    ),
    Fixture(
        "SC-IN-MAP-ACCOUNT",
        "/lines/0/account",
        lined(account="", item="CHAIR"),
        lined(account="4100", item="CHAIR"),
        reference=known(accounts=by_code([Account(code="4100")])),
    ),
    Fixture(
        "SC-IN-MAP-ACCOUNT",
        "/adjustment",
        invoice(adjustment=D("0.01")),
        INVOICE,
        settings=settings(accounts=Accounts(adjustments="8888")),
    ),
    Fixture(
        "SC-IN-MAP-ACCOUNT",
        "/allocations",
        payment(allocations=()),
        payment(),
        settings=settings(accounts=Accounts(advances="4999")),
    ),
    Fixture(
        "SC-IN-CHART",
        "/lines/0/account",
        lined(account="5000"),
        settings=settings(chart=("4",)),
    ),
    Fixture(
        "SC-IN-CHART",
        "/movements/1/account",
        ENTRY,
        entry(DEBIT, attrs.evolve(DEBIT, debit=None, credit=D(10))),
        settings=settings(chart=("5", "6")),
    ),
    Fixture(
        "SC-IN-CHART",
        "/purchase_account",
        ITEM,
        item(purchase_account="4100"),
        settings=settings(chart=("4",)),
    ),
    Fixture("SC-IN-STATISTICAL-ACCOUNT", "/lines/0/account", lined(account="9100")),
    Fixture(
        "SC-IN-STATISTICAL-ACCOUNT", "/movements/0/account", moved(account="9200"), COUNT
    ),
    Fixture(
        "SC-IN-STATISTICAL-JOURNAL",
        "/movements/1/account",
        attrs.evolve(COUNT, movements=(COUNT.movements[0], CREDITED)),
        COUNT,
    ),
)

RECORDS = (*TEXTS, *PARTIES, *ENTITIES, *ACCOUNTS)

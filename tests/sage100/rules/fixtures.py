"""For each rule of Sage 100, what it refuses and what it lets pass."""

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

import attrs

from sage_connect.model import (
    Address,
    AnalyticShare,
    Attachment,
    Charge,
    Instalment,
    Item,
    PurchaseInvoice,
    Reference,
    Tax,
    TaxMode,
)
from sage_connect.model.fields import FrozenMap
from sage_connect.sage100.settings import (
    Accounts,
    Analytics,
    ExportPolicy,
    Journals,
    Policy,
    ReceiptPolicy,
    Sage100Settings,
)

from .company import (
    ACCOUNTS,
    CHANGED,
    CREDIT,
    CUSTOMER,
    DAY,
    DOLLARS,
    INVOICE,
    LINE,
    LONG,
    REFERENCE,
    SETTINGS,
    SHARE,
    TRANSLITERATE,
    VAT,
    company,
    customer,
    invoice,
    plan,
    settings,
    with_line,
)

PURCHASE = PurchaseInvoice(
    number="A1", date=DAY, party="PAPIER", currency="EUR", lines=(LINE,)
)


class Fixture(NamedTuple):
    """What a rule refuses, and what it lets pass."""

    code: str
    path: str
    bad: object
    settings: Sage100Settings = SETTINGS
    reference: Reference = REFERENCE
    good: object = INVOICE
    good_settings: Sage100Settings = SETTINGS
    good_reference: Reference = REFERENCE


FIXTURES = (
    Fixture("SC-S100-JOURNAL-CODE", "", INVOICE, settings(journals=Journals(sales="vte"))),
    Fixture(
        "SC-S100-JOURNAL-CODE", "", CREDIT, settings(journals=Journals(sales="VENTES1"))
    ),
    Fixture(
        "SC-S100-JOURNAL-UNKNOWN", "", INVOICE, settings(journals=Journals(sales="VT"))
    ),
    Fixture("SC-S100-JOURNAL-TYPE", "", INVOICE, settings(journals=Journals(sales="BQ"))),
    Fixture(
        "SC-S100-JOURNAL-DORMANT",
        "",
        INVOICE,
        settings(journals=Journals(sales="VTO")),
        good_settings=settings(journals=Journals(sales="VTO")),
        good_reference=company(forbid_dormant="0"),
    ),
    Fixture(
        "SC-S100-ACCOUNT-MISSING",
        "/lines/0/account",
        INVOICE,
        settings(accounts=Accounts(customers="411000")),
        good=invoice(lines=(attrs.evolve(LINE, account="706000"),)),
        good_settings=settings(accounts=Accounts(customers="411000")),
    ),
    Fixture(
        "SC-MAP-ACCOUNT",
        "/lines/0/account",
        INVOICE,
        settings(accounts=attrs.evolve(ACCOUNTS, sales="706999")),
    ),
    Fixture(
        "SC-MAP-ACCOUNT",
        "/charges/0/account",
        invoice(charges=(Charge(amount=Decimal(5)),)),
        settings(accounts=attrs.evolve(ACCOUNTS, shipping="708999")),
        good=invoice(charges=(Charge(amount=Decimal(5)),)),
    ),
    Fixture(
        "SC-MAP-ACCOUNT",
        "/lines/0/taxes/0",
        INVOICE,
        settings(accounts=attrs.evolve(ACCOUNTS, taxes=FrozenMap({"C20": "445999"}))),
    ),
    Fixture(
        "SC-MAP-ACCOUNT",
        "/account",
        customer(account=""),
        settings(accounts=attrs.evolve(ACCOUNTS, customers="411999")),
        good=customer(account=""),
    ),
    Fixture(
        "SC-S100-MAP-ACCOUNT-CLOSED",
        "/lines/0/account",
        INVOICE,
        settings(accounts=attrs.evolve(ACCOUNTS, sales="700000")),
    ),
    Fixture(
        "SC-S100-MAP-ACCOUNT-CLOSED",
        "/lines/0/account",
        INVOICE,
        settings(accounts=attrs.evolve(ACCOUNTS, sales="709000")),
        good_settings=settings(accounts=attrs.evolve(ACCOUNTS, sales="709000")),
        good_reference=company(forbid_dormant="0"),
    ),
    Fixture("SC-S100-ACCOUNT-LENGTH", "/lines/1/account", with_line(account="7060")),
    Fixture(
        "SC-S100-ACCOUNT-LENGTH",
        "/lines/1/account",
        with_line(account="70"),
        reference=company(account_length="0"),
        good=with_line(account="7060"),
        good_reference=company(account_length="0"),
    ),
    Fixture(
        "SC-S100-ACCOUNT-CURRENCY",
        "/lines/0/account",
        attrs.evolve(DOLLARS, lines=(attrs.evolve(LINE, account="706100"),)),
        good=DOLLARS,
    ),
    Fixture(
        "SC-S100-ACCOUNT-CURRENCY",
        "/lines/0/account",
        attrs.evolve(DOLLARS, lines=(attrs.evolve(LINE, account="706200"),)),
        good=DOLLARS,
    ),
    Fixture(
        "SC-S100-TAX-ACCOUNT",
        "/lines/1/taxes/0",
        with_line(taxes=(Tax("C55", Decimal("5.5")),)),
        good=with_line(taxes=(Tax("C0", Decimal(0)),)),
    ),
    Fixture(
        "SC-S100-TAX-ACCOUNT",
        "/lines/1/taxes/0",
        with_line(taxes=(Tax("C21", Decimal("2.1")),)),
    ),
    Fixture(
        "SC-S100-CONTROL-ACCOUNT",
        "/party",
        invoice(party="INCONNU"),
        settings(accounts=attrs.evolve(ACCOUNTS, customers="")),
        good_settings=settings(accounts=attrs.evolve(ACCOUNTS, customers="")),
    ),
    Fixture(
        "SC-S100-CONTROL-ACCOUNT",
        "/account",
        customer(account=""),
        settings(accounts=attrs.evolve(ACCOUNTS, customers="")),
        good=CUSTOMER,
        good_settings=settings(accounts=attrs.evolve(ACCOUNTS, customers="")),
    ),
    Fixture("SC-S100-CONTROL-ACCOUNT-KIND", "/party", invoice(party="CAISSE")),
    Fixture(
        "SC-S100-CONTROL-ACCOUNT-KIND",
        "/account",
        customer(account="706000"),
        good=CUSTOMER,
    ),
    Fixture(
        "SC-S100-CONTROL-ACCOUNT-KIND",
        "/account",
        customer(account="411900"),
        good=CUSTOMER,
    ),
    Fixture(
        "SC-S100-PLAN-UNKNOWN",
        "/project",
        invoice(project="P100"),
        settings(analytics=Analytics(plan="PROJETS")),
        good=invoice(project="P100"),
    ),
    Fixture(
        "SC-S100-PLAN-UNKNOWN",
        "/lines/1/analytic/0/dimension",
        with_line(analytic=(AnalyticShare("P100", "CHANTIER"),)),
        good=with_line(analytic=(AnalyticShare("P100", "projet"),)),
    ),
    Fixture(
        "SC-S100-PLAN-UNKNOWN",
        "/lines/1/dimensions/A~1B",
        with_line(dimensions={"A/B": "P100"}),
        good=with_line(dimensions={"1": "P100"}),
    ),
    Fixture(
        "SC-S100-LEVEL-UNKNOWN",
        "/project",
        invoice(project="P100"),
        settings(analytics=Analytics(plan="PROJET", level="Production costs")),
        good=invoice(project="P100"),
        good_settings=settings(analytics=Analytics(plan="PROJET", level="PRODUCTION COST")),
    ),
    Fixture(
        "SC-S100-SECTION-UNKNOWN",
        "/project",
        invoice(project="P101"),
        good=invoice(project="P100"),
    ),
    Fixture(
        "SC-S100-SECTION-UNKNOWN",
        "/lines/1/dimensions/ACTIVITE",
        with_line(dimensions={"ACTIVITE": "A2"}),
        good=with_line(dimensions={"ACTIVITE": "A1"}),
    ),
    Fixture(
        "SC-S100-SECTION-CODE",
        "/project",
        invoice(project="p101"),
        good=invoice(project="P101"),
    ),
    Fixture(
        "SC-S100-SECTION-CODE",
        "/project",
        invoice(project="P101"),
        reference=company(section_length="6"),
        good=invoice(project="P10101"),
        good_reference=company(section_length="6"),
    ),
    Fixture(
        "SC-S100-SECTION-LEVEL",
        "/lines/1/analytic/0/value",
        with_line(analytic=(AnalyticShare("P200"),)),
        good=with_line(analytic=(AnalyticShare("P100"),), dimensions={"2": "A1"}),
    ),
    Fixture("SC-S100-SECTION-TOTAL", "/project", invoice(project="PTOT")),
    Fixture(
        "SC-S100-SECTION-DORMANT",
        "/project",
        invoice(project="PDORM"),
        good=invoice(project="PDORM"),
        good_reference=company(forbid_dormant="0"),
    ),
    Fixture(
        "SC-S100-SPLIT-TWICE",
        "/lines/1",
        with_line(analytic=(SHARE,), dimensions={"1": "P100"}),
        good=with_line(analytic=(SHARE, SHARE), dimensions={"ACTIVITE": "A1"}),
    ),
    Fixture(
        "SC-S100-SPLIT-TWICE",
        "/lines/1",
        with_line(analytic=(SHARE, AnalyticShare("P100"))),
    ),
    Fixture(
        "SC-S100-ANALYTIC-NOT-ALLOWED",
        "/lines/1/analytic",
        with_line(account="708500", analytic=(SHARE,)),
        good=with_line(analytic=(SHARE,)),
    ),
    Fixture(
        "SC-S100-PROJECT-LEFT-OUT",
        "/charges/0/account",
        invoice(project="P100", charges=(Charge(amount=Decimal(5), account="708500"),)),
        good=invoice(
            project="P100", charges=(Charge(amount=Decimal(5), account="706000"),)
        ),
    ),
    Fixture(
        "SC-S100-ANALYTIC-MANDATORY",
        "/lines/0",
        invoice(project="P100"),
        reference=plan(mandatory=True),
        good=invoice(lines=(attrs.evolve(LINE, dimensions=FrozenMap({"ACTIVITE": "A1"})),)),
        good_reference=plan(mandatory=True),
    ),
    Fixture(
        "SC-S100-ANALYTIC-SUSPENSE",
        "/lines/0",
        INVOICE,
        reference=plan(mandatory=True, suspense="ATTENTE"),
    ),
    Fixture("SC-S100-NOT-CARRIED", "/notes", invoice(notes="à relancer")),
    Fixture("SC-S100-NOT-CARRIED", "/payment_term", customer(payment_term="30J")),
    Fixture(
        "SC-S100-NO-EXPORT",
        "",
        INVOICE,
        reference=Reference(),
        good_settings=settings(policy=Policy(export=ExportPolicy.ALLOW)),
        good_reference=Reference(),
    ),
    Fixture("SC-COMPANY-MISMATCH", "", INVOICE, settings(name="ATELIER")),
    Fixture(
        "SC-S100-COMPANY-SPELLING",
        "",
        INVOICE,
        settings(name="Atelier demo"),
        good_settings=settings(name=""),
    ),
    Fixture(
        "SC-S100-AUTO-BALANCE", "", INVOICE, reference=company(import_journal_balance="1")
    ),
    Fixture("SC-S100-KIND", "", Item(code="X"), good=CUSTOMER),
    Fixture("SC-S100-NUMBER-LENGTH", "/number", invoice(number="F" * 18)),
    Fixture("SC-S100-DATE", "/date", invoice(date=dt.date(1926, 3, 31))),
    Fixture(
        "SC-S100-DATE",
        "/due/1/due",
        invoice(
            due=(Instalment(DAY, Decimal(60)), Instalment(dt.date(2126, 1, 1), Decimal(60)))
        ),
        good=invoice(due=(Instalment(DAY, Decimal(120)),)),
    ),
    Fixture(
        "SC-S100-GROUP-TAXES",
        "/taxes",
        invoice(tax_mode=TaxMode.GROUP, taxes=(VAT, Tax("C0", Decimal(0)))),
        good=invoice(tax_mode=TaxMode.GROUP, taxes=(VAT,)),
    ),
    Fixture("SC-S100-CURRENCY-UNKNOWN", "/currency", attrs.evolve(DOLLARS, currency="GBP")),
    Fixture("SC-S100-CURRENCY-UNKNOWN", "/currency", DOLLARS, reference=Reference()),
    Fixture(
        "SC-S100-CURRENCY-UNKNOWN",
        "/currency",
        customer(currency="GBP"),
        good=customer(currency="USD"),
    ),
    Fixture(
        "SC-S100-RATE-MISSING",
        "/exchange_rate",
        attrs.evolve(DOLLARS, exchange_rate=None),
        good=DOLLARS,
    ),
    Fixture(
        "SC-S100-AMOUNT-RANGE",
        "",
        invoice(lines=(attrs.evolve(LINE, unit_price=Decimal(84_000_000_000)),)),
        good=invoice(lines=(attrs.evolve(LINE, unit_price=Decimal(83_000_000_000)),)),
    ),
    Fixture(
        "SC-S100-AMOUNT-RANGE",
        "/lines/0",
        invoice(
            lines=(
                attrs.evolve(LINE, unit_price=Decimal(10**11)),
                attrs.evolve(LINE, unit_price=Decimal(-(10**11))),
            )
        ),
    ),
    Fixture(
        "SC-S100-AMOUNT-RANGE",
        "/exchange_rate",
        attrs.evolve(DOLLARS, exchange_rate=Decimal(10**7)),
        good=DOLLARS,
    ),
    Fixture(
        "SC-S100-AMOUNT-DECIMALS",
        "/currency",
        attrs.evolve(
            DOLLARS,
            currency="TND",
            lines=(attrs.evolve(LINE, unit_price=Decimal("1.005")),),
        ),
        good=attrs.evolve(DOLLARS, currency="TND"),
    ),
    Fixture(
        "SC-S100-QUANTITY-DECIMALS",
        "/lines/1/quantity",
        with_line(quantity=Decimal("1.375")),
        good=with_line(quantity=Decimal("1.250")),
    ),
    Fixture(
        "SC-S100-ZERO-PIECE",
        "",
        invoice(lines=(attrs.evolve(LINE, unit_price=Decimal(0)),)),
    ),
    Fixture("SC-S100-ZERO-LINE", "/lines/1", with_line(unit_price=Decimal(0))),
    Fixture("SC-S100-THIRD-PARTY-CODE", "/code", customer(code="neuf"), good=CUSTOMER),
    Fixture("SC-S100-THIRD-PARTY-CODE", "/code", customer(code="N" * 18), good=CUSTOMER),
    Fixture("SC-S100-THIRD-PARTY-CODE", "/party", invoice(party="ДОМ")),
    Fixture("SC-CUST-CODE-DUPLICATE", "/code", customer(code="DUPONT "), good=CUSTOMER),
    Fixture("SC-CUST-CODE-DUPLICATE", "/code", customer(code="ETE"), good=CUSTOMER),
    Fixture("SC-CUST-CODE-DUPLICATE", "/code", customer(code="FOURN"), good=CUSTOMER),
    Fixture(
        "SC-S100-CUSTOMER-NEW",
        "/code",
        CUSTOMER,
        settings(policy=Policy(create_customers=False)),
        good=CUSTOMER,
    ),
    Fixture("SC-S100-EXISTING-OVERWRITE", "/code", CHANGED, good=CUSTOMER),
    Fixture(
        "SC-S100-TEXT-ENCODING",
        "/lines/1/description",
        with_line(description="Cœur"),
        good=with_line(description="Cœur"),
        good_settings=TRANSLITERATE,
    ),
    Fixture("SC-S100-TEXT-ENCODING", "/number", invoice(number="FA\u20131"), TRANSLITERATE),
    Fixture(
        "SC-S100-TEXT-ENCODING", "/reference", invoice(reference="a\x07b"), TRANSLITERATE
    ),
    Fixture(
        "SC-S100-TEXT-ENCODING", "/name", customer(name="Дом"), TRANSLITERATE, good=CUSTOMER
    ),
    Fixture(
        "SC-S100-TEXT-SPELT",
        "/lines/1/description",
        with_line(description="Cœur"),
        TRANSLITERATE,
        good=with_line(description="Été «élu»"),
        good_settings=TRANSLITERATE,
    ),
    Fixture(
        "SC-S100-TEXT-ONE-LINE",
        "/lines/1/description",
        with_line(description="Étude\nlot 2"),
        good=with_line(description="Étude\xa0: lot 2"),
    ),
    Fixture(
        "SC-S100-TEXT-LENGTH",
        "/lines/1/description",
        with_line(description=LONG),
        good=with_line(description=LONG),
        good_settings=settings(policy=Policy(cut_labels=True)),
    ),
    Fixture("SC-S100-TEXT-LENGTH", "/reference", invoice(reference="commande " * 9)),
    Fixture("SC-S100-TEXT-LENGTH", "/name", customer(name="N" * 70), good=CUSTOMER),
    Fixture(
        "SC-S100-TEXT-LENGTH",
        "/lines/1/taxes/0/code",
        with_line(taxes=(Tax("NORMAL", Decimal(20)),)),
    ),
    Fixture(
        "SC-S100-LABEL-CUT",
        "/lines/1/description",
        with_line(description=LONG),
        settings(policy=Policy(cut_labels=True)),
        good_settings=settings(policy=Policy(cut_labels=True)),
    ),
    Fixture("SC-S100-TEXT-BLANKS", "/number", invoice(number=" FA-1")),
    Fixture("SC-S100-TEXT-BLANKS", "/email", customer(email="a@b.fr "), good=CUSTOMER),
    Fixture(
        "SC-S100-TEXT-HASH",
        "/lines/1/description",
        with_line(description=r"\#7"),
        good=with_line(description="#7"),
    ),
    Fixture("SC-S100-TEXT-HASH", "/name", customer(name=r"\#7"), good=CUSTOMER),
    Fixture(
        "SC-S100-ADDRESS-LINES",
        "/address/lines",
        customer(address=Address(lines=("a", "b", "c"))),
        good=CUSTOMER,
    ),
    Fixture("SC-S100-NAME-MISSING", "/name", customer(name=" "), good=CUSTOMER),
    Fixture(
        "SC-S100-RECEIPT-MISSING",
        "/attachments",
        PURCHASE,
        settings(policy=Policy(receipts=ReceiptPolicy.REQUIRE)),
        good=attrs.evolve(PURCHASE, attachments=(Attachment(name="a", content=b"a"),)),
        good_settings=settings(policy=Policy(receipts=ReceiptPolicy.REQUIRE)),
    ),
)

"""What the rules accept is written; what they cannot judge does not break them."""

import datetime as dt
from decimal import Decimal
from typing import Any

import attrs
from hypothesis import given, strategies as st

from sage_connect.model import (
    Address,
    AnalyticShare,
    Charge,
    Customer,
    Line,
    Reference,
    SalesCreditNote,
    SalesInvoice,
    Tax,
    TaxMode,
)
from sage_connect.model.fields import FrozenMap
from sage_connect.sage100.codec import Posted, entry_bytes, master_bytes
from sage_connect.sage100.pieces import PieceMaker
from sage_connect.sage100.rules import BOOK
from sage_connect.sage100.settings import Policy, Sage100Settings
from sage_connect.validation import Checker, Report

from .company import DAY, REFERENCE, SETTINGS

# Usual characters, those that the file lacks, and those that nobody should send.
TEXTS = st.text(
    st.sampled_from(
        "aZ9 éÉœ€\u2013'\"#\\\n\t\r\x00\x07\x7f\xa0\u202f\u2028\u200be\u0301Дß²;"
    ),
    max_size=80,
)
# What the file holds, perhaps not as it is.
MILD = st.text(st.sampled_from("aZ9 éÉ'\"#\\\n\t\xa0e\u0301ß²;"), max_size=35)
MILDER = st.one_of(MILD, MILD, MILD, TEXTS.map(lambda text: text[:40]))
PRICES = st.decimals(Decimal(1), Decimal(10**6), places=2)
AMOUNTS = st.one_of(
    st.decimals(Decimal(-100), Decimal(100), places=2),
    st.sampled_from(
        [Decimal(n) for n in ("0", "0.005", "-1.375", "9E10", "1E12", "1E-30")]
    ),
)
CODES = st.sampled_from(
    ["", "706000", "706100", "708500", "700000", "70", "abc", " 706000"]
)
TAXES = st.lists(
    st.builds(
        Tax,
        st.sampled_from(["C20", "C55", "C21", "C0", "X", "NORMAL"]),
        st.sampled_from([Decimal(0), Decimal("5.5"), Decimal(20)]),
    ),
    max_size=2,
).map(tuple)
SHARES = st.lists(
    st.builds(
        AnalyticShare,
        st.sampled_from(["P100", "P200", "A1", "PTOT", "p", ""]),
        st.sampled_from(["", "1", "2", "projet", "?"]),
        weight=AMOUNTS,
    ),
    max_size=3,
).map(tuple)
LINES = st.builds(
    Line,
    description=TEXTS,
    item=st.sampled_from(["", "ART-1", "œ"]),
    quantity=AMOUNTS,
    unit_price=AMOUNTS,
    account=CODES,
    taxes=TAXES,
    analytic=SHARES,
    dimensions=st.sampled_from(
        [FrozenMap[str](), FrozenMap({"2": "A1"}), FrozenMap({"?": "~/"})]
    ),
)
CHARGES = st.builds(Charge, amount=AMOUNTS, description=TEXTS, account=CODES, taxes=TAXES)
DAYS = st.sampled_from([DAY, None, dt.date(1, 1, 1), dt.date(9999, 12, 31)])
POLICIES = st.builds(
    Policy,
    transliterate=st.booleans(),
    cut_labels=st.booleans(),
)


def documents(kind: type[SalesInvoice | SalesCreditNote]) -> st.SearchStrategy[Any]:
    return st.builds(
        kind,
        number=st.one_of(st.sampled_from(["FA-1", "", "F" * 18]), TEXTS),
        date=DAYS,
        due=DAYS,
        party=st.sampled_from(["DUPONT", "ÉTÉ", "CAISSE", "", "dupont"]),
        currency=st.sampled_from(["EUR", "EUR", "USD", "TND", "JPY", "?"]),
        exchange_rate=st.one_of(st.none(), AMOUNTS),
        lines=st.lists(LINES, max_size=3),
        charges=st.lists(CHARGES, max_size=1),
        taxes=st.one_of(st.just(()), TAXES),
        tax_mode=st.sampled_from(TaxMode),
        prices_include_tax=st.booleans(),
        reference=TEXTS,
        reverses=st.sampled_from(["", "FA-0"]),
        project=st.sampled_from(["", "P100", "P101", "PTOT"]),
    )


ANY = st.one_of(documents(SalesInvoice), documents(SalesCreditNote))
FOREIGN = st.builds(
    attrs.evolve,
    ANY,
    number=st.sampled_from(["FA-1", "AV 2/é"]),
    date=st.just(DAY),
    due=st.one_of(st.none(), st.just(DAY)),
    party=st.just("DUPONT"),
    taxes=st.just(()),
    tax_mode=st.just(TaxMode.LINE),
    currency=st.just("USD"),
    exchange_rate=st.sampled_from(["0.9123456", "1", "100.5"]).map(Decimal),
    lines=st.lists(
        st.builds(
            attrs.evolve,
            LINES,
            description=MILDER,
            quantity=st.sampled_from(["1", "0.5", "1.375", "-0.01", "1E2"]).map(Decimal),
            unit_price=PRICES,
            dimensions=st.sampled_from([FrozenMap[str](), FrozenMap({"2": "A1"})]),
            account=st.sampled_from(["", "706000"]),
            taxes=st.just((Tax("C20", Decimal(20)),)),
            analytic=st.sampled_from([(), (AnalyticShare("P100"),)]),
        ),
        min_size=1,
        max_size=3,
    ).map(tuple),
    charges=st.just(()),
    reference=st.sampled_from(["", "commande 7", "n° 7", "œ"]),
    project=st.sampled_from(["", "P100"]),
)
RIGHT = st.one_of(
    FOREIGN, FOREIGN.map(lambda one: attrs.evolve(one, currency="EUR", exchange_rate=None))
)
CUSTOMERS = st.builds(
    Customer,
    code=st.sampled_from(["NEUF", "NEUF", "neuf", "N" * 18, "É1"]),
    name=MILDER,
    account=st.sampled_from(["", "411000", "411100", "70"]),
    address=st.one_of(
        st.none(),
        st.builds(Address, lines=st.lists(MILD, max_size=2), postal_code=MILD, city=MILD),
    ),
    email=st.sampled_from(["", "a@b.fr", " a@b.fr", "é@b.fr", "œ@b.fr"]),
    phone=st.sampled_from(["", "01 02", "0" * 22]),
)


def report_on(subject: object, settings: Sage100Settings, reference: Reference) -> Report:
    checker = Checker(book=BOOK, target="sage100", country="FR", settings=settings)
    return checker.check((subject,), reference=reference)


@given(st.one_of(ANY, CUSTOMERS), POLICIES, st.sampled_from([REFERENCE, Reference()]))
def test_no_rule_breaks(subject: object, policy: Policy, reference: Reference) -> None:
    report = report_on(subject, attrs.evolve(SETTINGS, policy=policy), reference)

    assert [one.values for one in report if one.code == "SC-RULE-FAILED"] == []


@given(RIGHT, POLICIES)
def test_an_accepted_document_is_written(
    document: SalesInvoice | SalesCreditNote, policy: Policy
) -> None:
    settings = attrs.evolve(SETTINGS, policy=policy)
    if not report_on(document, settings, REFERENCE).ok:
        return

    piece = PieceMaker(settings, REFERENCE).piece(document)
    posted = Posted(piece=piece, number="1", digest="0" * 32)

    assert entry_bytes(posted, REFERENCE).startswith(b"#MECG\r\n")


@given(CUSTOMERS, POLICIES)
def test_an_accepted_customer_is_written(customer: Customer, policy: Policy) -> None:
    settings = attrs.evolve(SETTINGS, policy=policy)
    if not report_on(customer, settings, REFERENCE).ok:
        return

    assert master_bytes(customer, settings, REFERENCE).startswith(b"#MPCT\r\n")

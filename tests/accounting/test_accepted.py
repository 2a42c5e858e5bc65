"""What the rules let pass, a business takes: asked of the simulator, over its socket."""

import datetime as dt
import itertools
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings as hypothesis_settings, strategies as st

from sage_connect.accounting import AccountingSettings, SageAccounting
from sage_connect.accounting.settings import Accounts, Policy
from sage_connect.model import (
    Address,
    Amount,
    Attachment,
    BankDirection,
    BankEntry,
    Charge,
    ChargeKind,
    Customer,
    Instalment,
    Item,
    ItemKind,
    JournalEntry,
    Line,
    Movement,
    PartyTerm,
    Payment,
    PaymentKind,
    Percent,
    Person,
    PurchaseInvoice,
    SalesCreditNote,
    SalesInvoice,
    Supplier,
    Tax,
)
from sage_connect.testing.accounting import AccountingSimulator

from .business import connected

DAY = dt.date(2026, 11, 2)
NUMBERS = itertools.count(1)
SETTINGS = AccountingSettings(
    bank_account="1200",
    accounts=Accounts(sales="4000", purchases="5000", shipping="4905", adjustments="4900"),
    policy=Policy(),
)
TEXTS = st.text(st.sampled_from("aZ9 éÉ&;#\n'\"€"), min_size=1, max_size=30)
CENTS = st.decimals(Decimal("0.01"), Decimal(9999), places=2)
PRICES = st.one_of(CENTS, CENTS, st.decimals(Decimal(0), Decimal(9), places=4))
RATES = {"GB_STANDARD": 20, "GB_LOWER": 5, "GB_ZERO": 0, "GB_EXEMPT": 0, "GB_NO_TAX": 0}
TAXES = st.sampled_from([Tax(code, Decimal(rate)) for code, rate in RATES.items()])
SOLD = st.sampled_from(["4000", "4000", "4010", "4900", "", "5000", "1200"])
BOUGHT = st.sampled_from(["5000", "5000", "7500", "", "4000"])


def lines(accounts: st.SearchStrategy[str], discounts: Any) -> st.SearchStrategy[Any]:
    one = st.builds(
        Line,
        description=TEXTS,
        quantity=st.sampled_from([Decimal(one) for one in ("1", "3", "0.5", "2.25")]),
        unit_price=PRICES,
        discount=discounts,
        account=accounts,
        taxes=TAXES.map(lambda tax: (tax,)),
    )
    return st.lists(one, min_size=1, max_size=3)


CHARGES = st.lists(
    st.builds(
        Charge,
        amount=CENTS,
        kind=st.sampled_from(ChargeKind),
        description=TEXTS,
        taxes=TAXES.map(lambda tax: (tax,)),
    ),
    max_size=2,
)
DISCOUNTS = st.one_of(
    st.none(),
    st.none(),
    st.builds(Percent, st.sampled_from([Decimal(10), Decimal("33.3")])),
    st.builds(Amount, st.just(Decimal("0.01"))),
)
DUE = st.sampled_from([DAY, dt.date(2026, 12, 2), None, (Instalment(DAY, Decimal(1)),)])
FILES = st.lists(
    st.builds(Attachment, name=st.just("a.pdf"), content=st.just(b"%PDF")), max_size=1
)


def sales(kind: type[Any]) -> st.SearchStrategy[Any]:
    return st.builds(
        kind,
        number=st.builds(lambda: f"T-{next(NUMBERS)}"),
        date=st.just(DAY),
        party=st.sampled_from(["ARDENT", "BIRCH", "ARDENT", "NOBODY"]),
        currency=st.just("GBP"),
        lines=lines(SOLD, DISCOUNTS),
        charges=CHARGES,
        adjustment=st.sampled_from([None, None, Decimal("0.01")]),
        prices_include_tax=st.booleans(),
        reference=st.one_of(st.just(""), TEXTS),
        notes=st.one_of(st.just(""), TEXTS),
    )


PURCHASES = st.builds(
    PurchaseInvoice,
    number=st.builds(lambda: f"P-{next(NUMBERS)}"),
    # One that another purchase has would be that purchase, posted before.
    party_number=st.one_of(st.just(""), st.builds(lambda: f"V-{next(NUMBERS)}")),
    date=st.just(DAY),
    due=DUE,
    party=st.sampled_from(["HARBOUR", "INK"]),
    currency=st.just("GBP"),
    lines=lines(BOUGHT, st.none()),
    charges=CHARGES,
    attachments=FILES,
)
ADDRESSES = st.one_of(
    st.none(),
    st.builds(
        Address,
        lines=st.lists(TEXTS, max_size=3),
        city=TEXTS,
        country=st.sampled_from(["GB", "FR", "France", ""]),
    ),
)


def contacts(kind: type[Any]) -> st.SearchStrategy[Any]:
    return st.builds(
        kind,
        code=st.builds(lambda: f"C{next(NUMBERS)}"),
        name=TEXTS,
        address=ADDRESSES,
        email=st.sampled_from(["", "a@example.com"]),
        people=st.lists(st.builds(Person, name=TEXTS, phone=st.just("1")), max_size=2),
        terms=st.lists(st.builds(PartyTerm, days=st.integers(0, 60)), max_size=2),
        notes=st.one_of(st.just(""), TEXTS),
    )


DOCUMENTS = st.one_of(
    sales(SalesInvoice),
    sales(SalesCreditNote),
    PURCHASES,
    contacts(Customer),
    contacts(Supplier),
    st.builds(
        Item,
        code=st.builds(lambda: f"I{next(NUMBERS)}"),
        description=st.one_of(st.just(""), TEXTS),
        kind=st.sampled_from(ItemKind),
        sales_price=st.one_of(st.none(), CENTS),
    ),
    st.builds(
        Payment,
        number=st.builds(lambda: f"R-{next(NUMBERS)}"),
        kind=st.sampled_from(PaymentKind),
        date=st.just(DAY),
        party=st.sampled_from(["ARDENT", "HARBOUR"]),
        currency=st.just("GBP"),
        amount=CENTS,
        method=st.sampled_from(["", "CASH", "BARTER"]),
        bank_account=st.sampled_from(["", "1210", "4000"]),
    ),
    st.builds(
        BankEntry,
        number=st.builds(lambda: f"B-{next(NUMBERS)}"),
        date=st.just(DAY),
        bank_account=st.just("1200"),
        currency=st.just("GBP"),
        amount=CENTS,
        direction=st.sampled_from(BankDirection),
        account=st.sampled_from(["7500", "4900", "1210", ""]),
        party=st.sampled_from(["", "ARDENT", "HARBOUR"]),
        description=TEXTS,
    ),
    st.builds(
        lambda debit, credit, amount: JournalEntry(
            number=f"J-{next(NUMBERS)}",
            journal="",
            date=DAY,
            currency="GBP",
            movements=(
                Movement(account=debit, debit=amount),
                Movement(account=credit, credit=amount),
            ),
        ),
        st.sampled_from(["5000", "8000", "1100"]),
        st.sampled_from(["4000", "2150"]),
        CENTS,
    ),
)


@pytest.fixture(scope="module")
def sage() -> Iterator[SageAccounting]:
    with (
        AccountingSimulator(seed="demo") as simulator,
        connected(simulator, SETTINGS) as ledger,
    ):
        ledger.company.load()
        yield ledger


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(DOCUMENTS, min_size=1, max_size=4))
def test_what_the_rules_let_pass_the_business_takes(
    sage: SageAccounting, batch: list[Any]
) -> None:
    report = sage.documents.check(batch)
    accepted = [one for at, one in enumerate(batch) if report.of(at).ok]

    outcomes = sage.documents.post_all(accepted)

    assert [
        (outcome.state.value, [str(one) for one in outcome.report.errors], outcome.error)
        for outcome in outcomes
        if not outcome.posted
    ] == []
    told = {one.code for outcome in outcomes for one in outcome.report}
    assert "SC-RULE-FAILED" not in told


def test_every_write_names_its_business_though_the_lead_moves() -> None:
    with AccountingSimulator(businesses=3) as simulator:
        first, *others = simulator.businesses
        with connected(simulator) as sage:
            sage.company.load()
            for n in range(12):
                simulator.lead = others[n % 2]
                sage.sales_invoices.post(_small(f"M{n}"))
                simulator.lead = first if n % 3 else others[0]
        writes = {one.business for one in simulator.calls if one.method != "GET"}

        assert writes == {simulator.business_id}
        assert [simulator.books(one).count("sales_invoices") for one in others] == [0, 0]
        assert simulator.books().count("sales_invoices") == 12


def _small(number: str) -> SalesInvoice:
    line = Line(description="Work", unit_price=Decimal(9), account="4000", taxes=[VAT])
    return SalesInvoice(
        number=number, date=DAY, party="ARDENT", currency="GBP", lines=[line]
    )


VAT = Tax("GB_STANDARD", Decimal(20))

"""No rule breaks, whatever it is given; what it cannot know does not make it speak."""

import datetime as dt
from decimal import Decimal
from typing import Any

from hypothesis import given, strategies as st

from sage_connect.accounting.resolve import COUNTRIES, EDITIONS
from sage_connect.accounting.settings import (
    AccountingSettings,
    Accounts,
    GroupTax,
    Numbering,
    Overpayment,
    Policy,
    StartQuantity,
)
from sage_connect.model import (
    Address,
    Allocation,
    Attachment,
    BankDirection,
    BankEntry,
    Charge,
    ChargeKind,
    Customer,
    DueFrom,
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
    PurchaseCreditNote,
    PurchaseInvoice,
    Reference,
    SalesCreditNote,
    SalesInvoice,
    Supplier,
    Tax,
    TaxMode,
    Withholding,
)

from .company import DAY, REFERENCE, company
from .shape import checked

TEXTS = st.text(st.sampled_from("aZ9 éÉ&;#\n\t'\"€\u200b"), max_size=60)
AMOUNTS = st.one_of(
    st.decimals(Decimal(-200), Decimal(200), places=3),
    st.sampled_from([Decimal(one) for one in ("0", "9E10", "1E12", "1E-30", "0.0123")]),
)
RATES = st.sampled_from([Decimal(0), Decimal("5.5"), Decimal(20), Decimal(-1)])
CODES = st.sampled_from(["", "4000", "4911", "5000", "9999", "1200", "x"])
PARTIES = st.sampled_from(["ACME", "BUILDER", "PARIS", "OSLO", "PAPER", "MASON", "", "?"])
CURRENCIES = st.sampled_from(["GBP", "GBP", "EUR", "TND", "?", ""])
DAYS = st.sampled_from([DAY, None, dt.date(1, 1, 1), dt.date(9999, 12, 31)])
NUMBERS = st.sampled_from(["SI-42", "SI-1", "", "INVOICE-1", "9" * 40])
TAXES = st.lists(
    st.builds(
        Tax,
        st.sampled_from(["GB_STANDARD", "GB_ZERO", "GB_NEW", "?"]),
        RATES,
        st.one_of(st.none(), AMOUNTS),
    ),
    max_size=2,
)
LINES = st.builds(
    Line,
    description=TEXTS,
    quantity=AMOUNTS,
    unit_price=AMOUNTS,
    discount=st.one_of(st.none(), st.builds(Percent, RATES)),
    item=st.sampled_from(["", "CHAIR", "ADVICE", "OLD", "?"]),
    account=CODES,
    taxes=TAXES,
    dimensions=st.sampled_from([{}, {"DEPT": "NORTH"}, {"~/": ""}]),
)
CHARGES = st.builds(
    Charge,
    amount=AMOUNTS,
    kind=st.sampled_from(ChargeKind),
    description=TEXTS,
    account=CODES,
    taxes=TAXES,
)
FILES = st.builds(
    Attachment,
    name=TEXTS,
    content=st.just(b""),
    media_type=st.sampled_from(["", "image/gif", "?"]),
)
DUE = st.one_of(DAYS, st.lists(st.builds(Instalment, DAYS, AMOUNTS), max_size=2).map(tuple))


def documents(kind: type[Any]) -> st.SearchStrategy[Any]:
    return st.builds(
        kind,
        number=NUMBERS,
        party_number=NUMBERS,
        date=DAYS,
        due=DUE,
        party=PARTIES,
        currency=CURRENCIES,
        exchange_rate=st.one_of(st.none(), AMOUNTS),
        lines=st.lists(LINES, max_size=3),
        charges=st.lists(CHARGES, max_size=2),
        taxes=TAXES,
        adjustment=st.one_of(st.none(), AMOUNTS),
        tax_mode=st.sampled_from(TaxMode),
        prices_include_tax=st.booleans(),
        reverse_charge=st.booleans(),
        gross=st.one_of(st.none(), AMOUNTS),
        reference=TEXTS,
        notes=TEXTS,
        attachments=st.lists(FILES, max_size=1),
        project=st.sampled_from(["", "NORTH", "BOTH", "?"]),
        withholding=st.one_of(st.none(), st.builds(Withholding, rate=RATES, base=AMOUNTS)),
        reverses=NUMBERS,
    )


ADDRESSES = st.one_of(
    st.none(),
    st.builds(
        Address,
        lines=st.lists(TEXTS, max_size=3),
        region=TEXTS,
        country=st.sampled_from(["", "GB", "CA", "Frankreich", "É1"]),
    ),
)


def contacts(kind: type[Any]) -> st.SearchStrategy[Any]:
    return st.builds(
        kind,
        code=st.one_of(PARTIES, TEXTS),
        name=TEXTS,
        currency=CURRENCIES,
        address=ADDRESSES,
        delivery_address=ADDRESSES,
        payment_term=st.sampled_from(["", "30", "?"]),
        terms=st.lists(
            st.builds(
                PartyTerm, days=st.integers(-1, 90), due_from=st.sampled_from(DueFrom)
            ),
            max_size=2,
        ),
    )


MOVEMENTS = st.builds(
    Movement,
    account=CODES,
    debit=st.one_of(st.none(), AMOUNTS),
    credit=st.one_of(st.none(), AMOUNTS),
    dimensions=st.sampled_from([{}, {"DEPT": "NORTH"}]),
)
ANY = st.one_of(
    *(
        documents(kind)
        for kind in (SalesInvoice, SalesCreditNote, PurchaseInvoice, PurchaseCreditNote)
    ),
    contacts(Customer),
    contacts(Supplier),
    st.builds(
        Item,
        code=TEXTS,
        description=TEXTS,
        kind=st.sampled_from(ItemKind),
        currency=CURRENCIES,
        sales_account=CODES,
        purchase_account=CODES,
    ),
    st.builds(
        Payment,
        kind=st.sampled_from(PaymentKind),
        number=NUMBERS,
        date=DAYS,
        party=PARTIES,
        currency=CURRENCIES,
        exchange_rate=st.one_of(st.none(), AMOUNTS),
        amount=AMOUNTS,
        method=CODES,
        bank_account=CODES,
        allocations=st.lists(st.builds(Allocation, NUMBERS, AMOUNTS), max_size=2),
        on_account=st.one_of(st.none(), AMOUNTS),
        reverses=NUMBERS,
    ),
    st.builds(
        BankEntry,
        number=NUMBERS,
        date=DAYS,
        bank_account=CODES,
        currency=CURRENCIES,
        amount=AMOUNTS,
        direction=st.sampled_from(BankDirection),
        account=CODES,
        party=PARTIES,
    ),
    st.builds(
        JournalEntry,
        number=NUMBERS,
        journal=CODES,
        date=DAYS,
        currency=CURRENCIES,
        movements=st.lists(MOVEMENTS, max_size=3),
        attachments=st.lists(FILES, max_size=1),
    ),
)
SETTINGS = st.builds(
    AccountingSettings,
    bank_account=CODES,
    accounts=st.builds(
        Accounts, sales=CODES, purchases=CODES, shipping=CODES, adjustments=CODES
    ),
    policy=st.builds(
        Policy,
        create_customers=st.booleans(),
        numbering=st.sampled_from(Numbering),
        start_quantity=st.sampled_from(StartQuantity),
        overpayment=st.sampled_from(Overpayment),
        group_tax=st.sampled_from(GroupTax),
        dummy_bank=st.sampled_from(["", "Cash"]),
    ),
)
REFERENCES = st.sampled_from(
    [REFERENCE, Reference(), company(tax_scheme="CASH"), company(destination_vat="true")]
)


@given(
    st.lists(ANY, max_size=3).map(tuple),
    SETTINGS,
    REFERENCES,
    st.sampled_from(["", *COUNTRIES, "FR", "ZA"]),
    st.sampled_from(["", *EDITIONS]),
)
def test_no_rule_breaks(
    batch: tuple[object, ...],
    settings: AccountingSettings,
    reference: Reference,
    country: str,
    edition: str,
) -> None:
    report = checked(batch, settings, reference, country, edition)

    assert [one.values for one in report if one.code == "SC-RULE-FAILED"] == []
    for one in report:
        assert "{" not in one.message("fr") + one.fix("en") or "{" in "".join(
            one.values.values()
        )

"""Documents of every kind, drawn from what a company has, and what can be wrong with them.

A document is drawn right, then spoilt in none, one or two of the ways below: so hypothesis
can take what is wrong away again, one by one, until only what matters is left.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import attrs
from hypothesis import strategies as st

from sage_connect.model import (
    Address,
    Allocation,
    Amount,
    AnalyticShare,
    Attachment,
    BankDirection,
    BankEntry,
    Charge,
    Customer,
    Deferral,
    DimensionValue,
    DocumentState,
    Instalment,
    Item,
    ItemKind,
    JournalEntry,
    Line,
    Movement,
    Payment,
    PaymentKind,
    Percent,
    PurchaseCreditNote,
    PurchaseInvoice,
    PurchaseKind,
    SalesCreditNote,
    SalesInvoice,
    Supplier,
    Tax,
    TaxMode,
    Withholding,
)

D = Decimal
Draw = Callable[[st.SearchStrategy[Any]], Any]
Spoil = Callable[[Draw, Any], Any]

DAY = dt.date(2026, 11, 2)
DAYS = st.sampled_from([DAY, dt.date(2026, 10, 31), dt.date(2024, 2, 29)])
LATER = dt.date(2026, 12, 2)
SOLD = (
    Tax("UK Sale Goods Standard Rate", D(20)),
    Tax("UK Sale Goods Reduced Rate", D(5)),
    Tax("UK Sale Goods Zero Rate", D(0)),
)
BOUGHT = (
    Tax("UK Purchase Goods Standard Rate", D(20)),
    Tax("UK Purchase Goods Reduced Rate", D(5)),
)
OLD_RATE = Tax("UK Old Rate", D("17.5"))
CUSTOMERS = ("ARDENT", "BIRCH", "TERMLESS")
SUPPLIERS = ("HARBOUR", "INK", "TERMLESS")
TEXTS = st.sampled_from(
    ["", "Bolts", "Ünïcødé & <b>\"'", "\N{GRINNING FACE} 漢字", "a\nb\tc", "x" * 120]
)
PRICES = st.sampled_from([D("10.33"), D(100), D("0.01"), D("9999999.99"), D("3.333"), D(0)])
DIMENSIONS = st.sampled_from(
    [
        {},
        {},
        {"DEPARTMENT": "SALES"},
        {"location": "100"},
        {"PROJECT": "P100", "CLASS": "RETAIL"},
        {"EMPLOYEE": "E-001"},
    ]
)
METHODS = st.sampled_from(["", "EFT", "Cash", "Printed Check", "Credit Card"])
NUMBERS = st.integers(1, 4)


# ------------------------------------------------------------------------ right ones
@st.composite
def line(draw: Draw, taxes: Sequence[Tax], account: str) -> Line:
    """Return a line that nothing is wrong with."""
    split = draw(st.sampled_from([(), (), (), ("SALES", "ENG")]))
    dimensions = draw(DIMENSIONS)
    return Line(
        description=draw(TEXTS),
        unit_price=draw(PRICES),
        quantity=draw(st.sampled_from([D(1), D(3), D("0.5")])),
        discount=draw(st.sampled_from([None, None, Percent(D(10)), Percent(D(100))])),
        item=draw(st.sampled_from(["", "", "CALLOUT"])),
        account=account or draw(st.sampled_from(["", "4000", "4010"])),
        taxes=draw(st.sampled_from([(), *((one,) for one in taxes)])),
        dimensions={} if split and "DEPARTMENT" in dimensions else dimensions,
        analytic=tuple(AnalyticShare(value=one, dimension="DEPARTMENT") for one in split),
    )


def _head(draw: Draw, begin: str, parties: Sequence[str]) -> dict[str, Any]:
    party = draw(st.sampled_from(parties))
    return {
        "number": f"{begin}{draw(NUMBERS)}",
        "source_id": draw(st.sampled_from(["", "", "src"])) and f"src-{draw(NUMBERS)}",
        "date": draw(DAYS),
        "party": party,
        "currency": "EUR" if party == "EIFFEL" else "GBP",
        "exchange_rate": draw(st.sampled_from([None, D("0.9")]))
        if party == "EIFFEL"
        else None,
        "entity": draw(st.sampled_from(["", "", "", "100"])),
        "reference": draw(TEXTS).replace("\n", " ").replace("\t", " "),
        "notes": draw(TEXTS),
    }


def _trade(draw: Draw, head: dict[str, Any], taxes: Sequence[Tax], account: str) -> Any:
    lines = draw(st.lists(line(taxes, account), min_size=1, max_size=3))
    charges = draw(st.sampled_from([(), (), (Charge(amount=D(5), account="4905"),)]))
    project = draw(st.sampled_from(["", "", "P200"]))
    return {
        **head,
        "lines": lines,
        "charges": charges,
        "project": project,
        "prices_include_tax": draw(st.booleans()),
    }


def _due(draw: Draw, party: str) -> Any:
    # Where the settings have a term for everybody, nothing is needed.
    del party
    return draw(st.sampled_from([None, LATER, LATER]))


def _files(draw: Draw) -> Any:
    return draw(
        st.sampled_from([(), (), (), (Attachment(name="scan.pdf", content=b"%PDF"),)])
    )


@st.composite
def sales_invoice(draw: Draw, parties: Sequence[str]) -> SalesInvoice:
    """Return an invoice that nothing is wrong with."""
    values = _trade(draw, _head(draw, "F", parties), SOLD, "")
    return SalesInvoice(due=_due(draw, values["party"]), attachments=_files(draw), **values)


@st.composite
def sales_credit(draw: Draw, parties: Sequence[str]) -> SalesCreditNote:
    """Return a credit note that nothing is wrong with."""
    values = _trade(draw, _head(draw, "C", parties), SOLD, "")
    return SalesCreditNote(reverses=draw(st.sampled_from(["", "ELSEWHERE"])), **values)


@st.composite
def purchase_invoice(draw: Draw) -> PurchaseInvoice:
    """Return a bill that nothing is wrong with."""
    values = _trade(draw, _head(draw, "B", SUPPLIERS), BOUGHT, "5000")
    own = draw(st.sampled_from(["", "2026/17", "2026/18"]))
    due = _due(draw, values["party"])
    return PurchaseInvoice(party_number=own, due=due, attachments=_files(draw), **values)


@st.composite
def purchase_credit(draw: Draw) -> PurchaseCreditNote:
    """Return a supplier's credit note that nothing is wrong with."""
    values = _trade(draw, _head(draw, "D", SUPPLIERS), BOUGHT, "5000")
    return PurchaseCreditNote(**values)


@st.composite
def claim(draw: Draw) -> PurchaseInvoice:
    """Return an employee's claim that nothing is wrong with."""
    values = _trade(draw, _head(draw, "X", ("E-001", "E-002")), BOUGHT, "7400")
    return PurchaseInvoice(kind=PurchaseKind.EXPENSE_CLAIM, **values)


@st.composite
def payment(draw: Draw) -> Payment:
    """Return money for what stands open, or for invoices of the same batch."""
    amount = draw(st.sampled_from([D(10), D("0.01"), D("62.40")]))
    received = draw(st.booleans())
    settled = draw(
        st.sampled_from(["OPEN-1", "OPEN-2", "F1"] if received else ["BILL-1", "B1"])
    )
    head = _head(draw, "P", ("ARDENT",) if received else ("HARBOUR",))
    is_advance = received and draw(st.booleans())
    return Payment(
        kind=PaymentKind.CUSTOMER_RECEIPT if received else PaymentKind.SUPPLIER_PAYMENT,
        amount=amount,
        method=draw(METHODS),
        bank_account=draw(st.sampled_from(["", "BANK", "CASH"])),
        allocations=() if is_advance else (Allocation(settled, amount),),
        **head,
    )


@st.composite
def refund(draw: Draw) -> Payment:
    """Return money that goes back: the whole of a payment that stands."""
    head = _head(draw, "R", ("ARDENT",))
    return Payment(kind=PaymentKind.CUSTOMER_REFUND, amount=D(5), reverses="PAID-1", **head)


@st.composite
def entry(draw: Draw) -> JournalEntry:
    """Return a journal entry that nothing is wrong with."""
    foreign = draw(st.sampled_from([False, False, True]))
    debits = draw(st.lists(st.sampled_from([D("12.50"), D(3), D("0.01")]), min_size=1,
                           max_size=3))  # fmt: skip
    shares = draw(st.sampled_from([(), (), ("SALES", "ENG", "ADMIN")]))
    split = tuple(AnalyticShare(value=one, dimension="DEPARTMENT") for one in shares)
    party = draw(st.sampled_from(["", "", "ARDENT", "HARBOUR"]))
    movements = [
        Movement(
            account=draw(st.sampled_from(["7500", "7600"])),
            debit=one,
            currency_amount=one * 2 if foreign else None,
            description=draw(TEXTS),
            analytic=split,
            party="" if split else party,
        )
        for one in debits
    ]
    total = sum(debits, D())
    other = total * 2 if foreign else None
    movements.append(Movement(account="2101", credit=total, currency_amount=other))
    head = _head(draw, "J", ("ARDENT",))
    del head["party"]
    return JournalEntry(
        journal=draw(st.sampled_from(["GJ", "STK"])),
        movements=movements,
        description=draw(TEXTS),
        reversed_on=draw(st.sampled_from([None, None, LATER])),
        **{**head, "currency": "EUR" if foreign else "GBP"},
    )


@st.composite
def count(draw: Draw) -> JournalEntry:
    """Return a statistical entry."""
    head = _head(draw, "S", ("ARDENT",))
    del head["party"]
    hours = Movement(account="9000", debit=draw(st.sampled_from([D(7), D("0.5")])))
    return JournalEntry(journal="SJ", movements=(hours, hours), **head)


@st.composite
def bank_entry(draw: Draw) -> BankEntry:
    """Return money received without a document."""
    head = _head(draw, "M", ("ARDENT",))
    del head["notes"]
    head["party"] = draw(st.sampled_from(["", "ARDENT", "HARBOUR"]))
    return BankEntry(
        bank_account=draw(st.sampled_from(["", "BANK", "CASH"])),
        amount=draw(st.sampled_from([D(10), D("0.01")])),
        direction=BankDirection.IN,
        account=draw(st.sampled_from(["7900", "4900"])),
        description=draw(TEXTS),
        **head,
    )


@st.composite
def customer(draw: Draw) -> Customer:
    """Return a customer: new, or one that stands."""
    return Customer(
        code=draw(st.sampled_from(["NEW", "NEW2", "BIRCH", "Né&w 'x'"])),
        name=draw(st.sampled_from(["New Ltd", "", "Ünïcødé & Söhne"])),
        currency=draw(st.sampled_from(["", "GBP"])),
        payment_term=draw(st.sampled_from(["", "N30", "AR14"])),
        address=draw(
            st.sampled_from(
                [None, Address(lines=("1 Road", "b", "c"), city="Leeds", country="GB")]
            )
        ),
        tax_number=draw(st.sampled_from(["", "GB980780684"])),
        notes=draw(TEXTS),
    )


@st.composite
def supplier(draw: Draw) -> Supplier:
    """Return a supplier: new, or one that stands."""
    return Supplier(
        code=draw(st.sampled_from(["NEWSUP", "INK"])),
        name=draw(st.sampled_from(["New Supplies", ""])),
        currency=draw(st.sampled_from(["", "GBP"])),
        payment_term=draw(st.sampled_from(["", "N45"])),
    )


@st.composite
def item(draw: Draw) -> Item:
    """Return an item: new, or one that stands."""
    return Item(
        code=draw(st.sampled_from(["DESK", "CALLOUT"])),
        description=draw(st.sampled_from(["Desk", ""])),
        kind=draw(st.sampled_from([ItemKind.SERVICE, ItemKind.PRODUCT, ItemKind.STOCK])),
        sales_price=draw(st.sampled_from([None, D("12.50")])),
        sales_account=draw(st.sampled_from(["", "4000"])),
        purchase_account=draw(st.sampled_from(["", "5000"])),
    )


@st.composite
def value(draw: Draw) -> DimensionValue:
    """Return a value of a dimension: new, or one that stands."""
    return DimensionValue(
        dimension=draw(st.sampled_from(["DEPARTMENT", "project", "CLASS", "LOCATION"])),
        code=draw(st.sampled_from(["SOUTH", "SALES", "P100"])),
        name=draw(st.sampled_from(["South", ""])),
    )


# ------------------------------------------------------------------------ what is wrong
def _set(**choices: Sequence[Any]) -> Sequence[Spoil]:
    """Return a way to spoil each field: one of its values stands there instead."""

    def way(name: str, values: Sequence[Any]) -> Spoil:
        def spoil(draw: Draw, document: Any) -> Any:
            return attrs.evolve(document, **{name: draw(st.sampled_from(values))})

        return spoil

    return [way(name, values) for name, values in choices.items()]


def _part(place: str, **choices: Sequence[Any]) -> Sequence[Spoil]:
    """Return a way to spoil each field of one of the parts of a document."""

    def way(name: str, values: Sequence[Any]) -> Spoil:
        def spoil(draw: Draw, document: Any) -> Any:
            parts = list(getattr(document, place))
            if not parts:
                return document
            at = draw(st.integers(0, len(parts) - 1))
            parts[at] = attrs.evolve(parts[at], **{name: draw(st.sampled_from(values))})
            return attrs.evolve(document, **{place: parts})

        return spoil

    return [way(name, values) for name, values in choices.items()]


ODD = ("a\0b", "\ud800", "x\x0by", "y" * 300, " blank ", "a\nb")
ACCOUNTS = ("4700", "", "nope", "4990", "9000", "4800", "7050", " 4000", "4000 ", "1100")
DIMENSIONED = (
    {"DEPARTMENT": "NOPE"},
    {"DEPARTMENT": "SHUT"},
    {"DEPARTMENT": "sales"},
    {"FLAVOUR": "SWEET"},
    {"PROJECT": "P900"},
    {"CLASS": "NONE"},
    {"CUSTOMER": "NOBODY"},
    {"CUSTOMER": "GONE"},
    {"VENDOR": "GONE"},
    {"EMPLOYEE": "E-900"},
    {"ITEM": "OLD"},
    {"ITEM": "NOPE"},
    {"LOCATION": "300"},
    {"LOCATION": "200"},
    {"TASK": "T" * 21},
    {"WAREHOUSE": "W1"},
    {"": "SALES"},
    {"DEPARTMENT": ""},
    {"no name": "x"},
)
HEAD = _set(
    number=("", " ", "OPEN-1", "BILL-1", "CREDIT-1", "PAID-1", *ODD),
    source_id=ODD,
    date=(None, dt.date(1899, 12, 31), dt.date(9999, 12, 31), dt.date(2020, 1, 1)),
    currency=("", "XXX", "EUR", "USD", "JPY", "eur"),
    exchange_rate=(D(0), D(-1), D("1.5"), D("1e9"), D("0.00001")),
    entity=("200", "999", "l00", " 100", "300"),
    reference=ODD,
)
PARTIES = ("E-900", "", " ", "NOBODY", "GONE", "ardent", "ARDENT ", "EIFFEL", "HARBOUR")
SPLITS = (
    (AnalyticShare("SALES", "DEPARTMENT", D(0)),),
    (AnalyticShare("SALES", "DEPARTMENT", amount=D(1)),),
    (AnalyticShare("SALES", "DEPARTMENT"), AnalyticShare("P100", "PROJECT")),
    (AnalyticShare("NOPE", "DEPARTMENT"),),
    (AnalyticShare("SHUT", "DEPARTMENT"), AnalyticShare("ENG", "DEPARTMENT")),
    (AnalyticShare("SALES"),),
    (AnalyticShare("SWEET", "FLAVOUR"),),
    (AnalyticShare("SALES", "DEPARTMENT", D(-1)), AnalyticShare("ENG", "DEPARTMENT", D(2))),
)
TRADE = [
    *HEAD,
    *_set(
        party=PARTIES,
        lines=((), (Line(unit_price=D(10)),)),
        project=("NOPE", "P900"),
        state=(DocumentState.DRAFT,),
        adjustment=(D(1), D("-0.5"), D("0.001")),
        gross=(D(1), D("1e15")),
        reverse_charge=(True,),
        tax_mode=(TaxMode.GROUP,),
        taxes=((Tax("UK Sale Goods Standard Rate", D(20)),),),
        withholding=(
            Withholding(rate=D(20), base=D(1)),
            Withholding(rate=D(-1), base=D(1)),
        ),
        deferral=(Deferral(start=DAY, end=LATER),),
        reverses=("OPEN-1", "NOPE"),
        charges=(
            (Charge(amount=D(5)),),
            (Charge(amount=D(5), account="nope"),),
            (Charge(amount=D(-99999999)),),
            (Charge(amount=D(5), taxes=(OLD_RATE,)),),
        ),
        notes=ODD,
    ),
    *_part(
        "lines",
        account=ACCOUNTS,
        item=("NOPE", "OLD", " ", "callout"),
        unit_price=(D(-5), D("1e13"), D("-9999999"), D("0.004"), D("1e-11")),
        quantity=(D(0), D(-1), D("1e12")),
        discount=(Amount(D(99999)), Percent(D(101)), Amount(D("0.001"))),
        taxes=(
            (SOLD[0], SOLD[1]),
            (BOUGHT[0],),
            (OLD_RATE,),
            (Tax("NOPE", D(20)),),
            (Tax("", D(0)),),
            (Tax("UK Sale Goods Standard Rate", D(20), amount=D(99)),),
            (Tax("UK Sale Goods Standard Rate", D(15)),),
            (BOUGHT[0], BOUGHT[1]),
        ),
        dimensions=DIMENSIONED,
        analytic=SPLITS,
        description=ODD,
    ),
]
DUE = _set(
    due=(
        None,
        dt.date(2020, 1, 1),
        (Instalment(LATER, D(1)), Instalment(LATER, D(2))),
        (Instalment(None, D(1)),),
        (),
    ),
    attachments=(
        (
            Attachment(name="a.b.pdf", content=b"1"),
            Attachment(name="a.b.txt", content=b"2"),
        ),
        (Attachment(name="", content=b"1"),),
        (Attachment(name="x\0.pdf", content=b"1"),),
        (
            Attachment(name="same.pdf", content=b"1"),
            Attachment(name="same.txt", content=b""),
        ),
    ),
)
PURCHASED = _set(
    kind=tuple(PurchaseKind),
    party_number=("BILL-1", " ", *ODD),
)
PAID = [
    *HEAD,
    *_set(
        party=PARTIES,
        kind=tuple(PaymentKind),
        amount=(D(0), D(-1), D(11), D("0.001"), D("1e14")),
        method=("Barter", " ", "ACH", "Online"),
        bank_account=("NOPE", "SHUT", "BANKUSD", "bank"),
        on_account=(D(0), D(1), D(-1)),
        reverses=("PAID-1", "NOPE"),
        allocations=(
            (),
            (Allocation("NOPE", D(10)),),
            (Allocation("", D(10)),),
            (Allocation("OPEN-1", D(5)), Allocation("OPEN-1", D(5))),
            (Allocation("OPEN-1", D(70)),),
            (Allocation("OPEN-2", D(10)),),
            (Allocation("EURO-1", D(10)),),
            (Allocation("CREDIT-1", D(10)),),
            (Allocation("BILL-1", D(10)),),
            (Allocation("OPEN-1", D(-10)),),
        ),
        notes=ODD,
    ),
]
ENTERED = [
    *HEAD,
    *_set(
        journal=("", " ", "NOPE", "OLDJ", "SJ", "gj"),
        movements=(
            (),
            (Movement(account="7500", debit=D(1)),),
            (Movement(account="7500", debit=D(1)), Movement(account="2101", credit=D(2))),
            (Movement(account="7500", debit=D(0)), Movement(account="2101", credit=D(0))),
            (Movement(account="7500"), Movement(account="2101")),
            (
                Movement(account="7500", debit=D(1), dimensions={"LOCATION": "100"}),
                Movement(account="2101", credit=D(1), dimensions={"LOCATION": "200"}),
            ),
        ),
        reversed_on=(DAY, dt.date(2020, 1, 1)),
        description=ODD,
        notes=ODD,
    ),
    *_part(
        "movements",
        account=ACCOUNTS,
        debit=(D(1), D(-1), D("0.001")),
        credit=(D(1), None),
        party=("NOBODY", "GONE", " "),
        currency_amount=(D(1), D(-1), D("0.001")),
        tax_code=("UK Sale Goods Standard Rate", "NOPE"),
        due=(LATER,),
        dimensions=DIMENSIONED,
        analytic=SPLITS,
        description=ODD,
    ),
]
BANKED = [
    *HEAD,
    *_set(
        party=PARTIES,
        amount=(D(0), D(-1), D("0.001"), D("1e14")),
        direction=tuple(BankDirection),
        account=ACCOUNTS,
        bank_account=("NOPE", "SHUT", "BANKUSD"),
        settles=("OPEN-1", "NOPE"),
        description=ODD,
        reverses=("PAID-1",),
    ),
]
PARTY = _set(
    code=("", " ", " X", "A  B", "a\tb", "x" * 30, "ardent", "GONE", "x|y", *ODD),
    name=ODD,
    currency=("EUR", "XXX", "eur"),
    payment_term=("NOPE", "OLDT", "AR14", " "),
    account=("nope", "4990", "1100"),
    address=(
        Address(country="France"),
        Address(country="FR"),
        Address(lines=("a", "b\0", "c", "d")),
    ),
    active=(False,),
    email=ODD,
    registration=("123",),
)
ITEM = _set(
    code=("", " X", "callout", "OLD", "x" * 40, *ODD),
    description=ODD,
    sales_account=("nope", "4990"),
    purchase_account=("nope", "4990"),
    currency=("EUR", "GBP"),
    sales_price=(D(-1), D("1e13"), D("0.001")),
    active=(False,),
    tax_code=("UK Sale Goods Standard Rate",),
)
VALUE = _set(
    dimension=("", "FLAVOUR", "CUSTOMER", "EMPLOYEE", "TASK", "WAREHOUSE", "CONTRACT"),
    code=("", " X", "SHUT", "x" * 40, *ODD),
    name=ODD,
    active=(False,),
    level=("2",),
)


@st.composite
def spoilt(draw: Draw, right: st.SearchStrategy[Any], ways: Sequence[Spoil]) -> Any:
    """Return what is right, or wrong in up to two ways."""
    document = draw(right)
    for _ in range(draw(st.sampled_from([0, 0, 1, 1, 1, 2]))):
        document = draw(st.sampled_from(ways))(draw, document)
    return document


def documents(customers: Sequence[str] = CUSTOMERS) -> st.SearchStrategy[Any]:
    """Return everything that can be posted."""
    return st.one_of(
        spoilt(sales_invoice(customers), [*TRADE, *DUE]),
        spoilt(sales_credit(customers), TRADE),
        spoilt(purchase_invoice(), [*TRADE, *DUE, *PURCHASED]),
        spoilt(purchase_credit(), [*TRADE, *PURCHASED]),
        spoilt(claim(), [*TRADE, *DUE]),
        *[spoilt(payment(), PAID)] * 2,
        spoilt(refund(), PAID),
        *(spoilt(one, ENTERED) for one in (entry(), count())),
        spoilt(bank_entry(), BANKED),
        *(spoilt(one, PARTY) for one in (customer(), supplier())),
        *(spoilt(item(), ITEM), spoilt(value(), VALUE)),
    )


def batches(customers: Sequence[str] = CUSTOMERS) -> st.SearchStrategy[list[Any]]:
    """Return what is posted together: mostly few, so that each says much."""
    return st.lists(documents(customers), min_size=1, max_size=5)

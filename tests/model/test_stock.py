"""Stock on its way through the books: every entry balances to the cent, by dimension."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, strategies as st

from sage_connect import (
    Goods,
    JournalEntry,
    Line,
    PurchaseCreditNote,
    PurchaseInvoice,
    SalesCreditNote,
    SalesInvoice,
    StockJournal,
)

DAY = dt.date(2026, 9, 14)
JOURNAL = StockJournal(
    code="STK",
    currency="USD",
    stock="1300",
    received="2050",
    cost="5000",
    revenue="4000",
    unbilled="1210",
    deferred="2400",
    adjustments="5090",
    item_dimension="ITEM",
)
BOLTS = Goods(
    item="BOLT",
    quantity=Decimal(40),
    unit_cost=Decimal("2.50"),
    unit_price=Decimal("4.00"),
    dimensions={"LOCATION": "100"},
)


def sums(entry: JournalEntry) -> dict[str, Decimal]:
    """What each account gets, debits above zero."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for one in entry.movements:
        found[one.account] += (one.debit or Decimal()) - (one.credit or Decimal())
    return {account: amount for account, amount in found.items() if amount}


def invoice(kind: type[Any], *lines: Line, **changes: Any) -> Any:
    values: dict[str, Any] = {
        "number": "I-1",
        "date": DAY,
        "party": "ACME",
        "currency": "USD",
        "lines": lines,
    }
    return kind(**{**values, **changes})


@pytest.mark.requirement("S245")
def test_goods_that_are_received_wait_for_their_invoice() -> None:
    entry = JOURNAL.receipt([BOLTS], number="GRN-7", date=DAY, reference="PO-3")

    assert sums(entry) == {"1300": Decimal("100.00"), "2050": Decimal("-100.00")}
    assert (entry.journal, entry.date, entry.reference) == ("STK", DAY, "PO-3")
    assert {tuple(one.dimensions.items()) for one in entry.movements} == {
        (("ITEM", "BOLT"), ("LOCATION", "100"))
    }


@pytest.mark.requirement("S246")
def test_goods_that_are_shipped_leave_the_stock_at_their_cost() -> None:
    entry = JOURNAL.shipment([BOLTS], number="S-1", date=DAY)

    assert sums(entry) == {"5000": Decimal("100.00"), "1300": Decimal("-100.00")}


@pytest.mark.requirement("S246")
def test_income_of_a_shipment_is_recognised_at_its_price_in_the_same_entry() -> None:
    entry = JOURNAL.shipment([BOLTS], number="S-1", date=DAY, revenue=True)

    assert sums(entry) == {
        "5000": Decimal("100.00"),
        "1300": Decimal("-100.00"),
        "1210": Decimal("160.00"),
        "4000": Decimal("-160.00"),
    }


@pytest.mark.requirement("S246")
def test_income_of_a_shipment_can_be_recognised_alone() -> None:
    entry = JOURNAL.shipment([BOLTS], number="S-1", date=DAY, issue=False, revenue=True)

    assert sums(entry) == {"1210": Decimal("160.00"), "4000": Decimal("-160.00")}


@pytest.mark.requirement("S247")
def test_income_of_an_invoice_is_recognised_when_it_is_closed() -> None:
    sold = invoice(
        SalesInvoice,
        Line(quantity=Decimal(3), unit_price=Decimal("10.33"), account="2410"),
        Line(unit_price=Decimal("5.00"), dimensions={"PROJECT": "P1"}),
    )
    closed = dt.date(2026, 9, 30)

    entry = JOURNAL.recognition(sold, date=closed)

    assert sums(entry) == {
        "2410": Decimal("30.99"),
        "2400": Decimal("5.00"),
        "4000": Decimal("-35.99"),
    }
    assert entry.date == closed
    assert [dict(one.dimensions) for one in entry.movements[2:]] == [{"PROJECT": "P1"}] * 2


@pytest.mark.requirement("S247")
def test_a_credit_note_takes_recognised_income_back() -> None:
    line = Line(unit_price=Decimal("5.00"))

    forth = JOURNAL.recognition(invoice(SalesInvoice, line))
    back = JOURNAL.recognition(invoice(SalesCreditNote, line))

    assert sums(back) == {account: -amount for account, amount in sums(forth).items()}
    assert forth.source_id != back.source_id


@pytest.mark.requirement("S248")
def test_an_invoice_is_put_against_the_goods_that_came_before_it() -> None:
    bought = invoice(
        PurchaseInvoice,
        Line(quantity=Decimal(40), unit_price=Decimal("2.50"), account="6000"),
        Line(description="Carriage", unit_price=Decimal(9), account="6100"),
    )

    entry = JOURNAL.settlement(bought, [BOLTS, None])

    assert entry is not None
    assert sums(entry) == {"2050": Decimal("100.00"), "6000": Decimal("-100.00")}


@pytest.mark.requirement("S248")
@pytest.mark.parametrize(("price", "more"), [("2.80", "12.00"), ("2.20", "-12.00")])
def test_a_difference_in_price_lands_on_the_account_of_adjustments(
    price: str, more: str
) -> None:
    bought = invoice(
        PurchaseInvoice,
        Line(quantity=Decimal(40), unit_price=Decimal(price), account="6000"),
    )
    net = Decimal(40) * Decimal(price)

    entry = JOURNAL.settlement(bought, [BOLTS])

    assert entry is not None
    assert sums(entry) == {"2050": Decimal(100), "5090": Decimal(more), "6000": -net}


@pytest.mark.requirement("S248")
@pytest.mark.parametrize("kind", [PurchaseInvoice, PurchaseCreditNote])
def test_of_an_invoice_on_the_account_of_received_goods_only_the_difference_moves(
    kind: type[Any],
) -> None:
    line = Line(quantity=Decimal(40), unit_price=Decimal("2.80"))
    way = 1 if kind is PurchaseInvoice else -1

    entry = JOURNAL.settlement(invoice(kind, line), [BOLTS])

    assert entry is not None
    assert sums(entry) == {"5090": way * Decimal(12), "2050": way * Decimal(-12)}


@pytest.mark.requirement("S248")
def test_an_invoice_as_received_on_the_account_of_received_goods_moves_nothing() -> None:
    line = Line(quantity=Decimal(40), unit_price=Decimal("2.50"))

    assert JOURNAL.settlement(invoice(PurchaseInvoice, line), [BOLTS]) is None


@pytest.mark.requirement("S248")
def test_an_invoice_in_another_currency_is_settled_in_that_of_the_books() -> None:
    bought = invoice(
        PurchaseInvoice,
        Line(quantity=Decimal(40), unit_price=Decimal("2.00"), account="6000"),
        currency="EUR",
        exchange_rate=Decimal("1.3"),
    )

    entry = JOURNAL.settlement(bought, [BOLTS])

    assert entry is not None
    assert entry.currency == "USD"
    assert sums(entry) == {
        "2050": Decimal("100.00"),
        "5090": Decimal("4.00"),
        "6000": Decimal("-104.00"),
    }


def test_an_item_can_stand_on_accounts_of_its_own() -> None:
    own = Goods(unit_cost=Decimal(7), accounts={"stock": "1320"})

    entry = JOURNAL.receipt([own], number="GRN-8", date=DAY)

    assert sums(entry) == {"1320": Decimal(7), "2050": Decimal(-7)}


_SHORT = StockJournal(code="STK", currency="USD", stock="1300", received="2050")
_LINE = Line(quantity=Decimal(40), unit_price=Decimal(3))


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: _SHORT.receipt([], number="1", date=DAY), "found none"),
        (
            lambda: _SHORT.receipt(
                [Goods(quantity=Decimal(-1), unit_cost=Decimal(1))], number="1", date=DAY
            ),
            "above zero, found -1",
        ),
        (
            lambda: _SHORT.receipt([Goods(unit_cost=Decimal())], number="1", date=DAY),
            "nothing to book",
        ),
        (lambda: _SHORT.shipment([BOLTS], number="1", date=DAY), "'cost'"),
        (
            lambda: _SHORT.shipment([BOLTS], number="1", date=DAY, issue=False),
            "of stock, of revenue",
        ),
        (
            lambda: JOURNAL.shipment(
                [Goods(unit_cost=Decimal(1), item="X")], number="1", date=DAY, revenue=True
            ),
            "price of a unit of 'X'",
        ),
        (lambda: _SHORT.settlement(invoice(PurchaseInvoice, _LINE), []), "each of 1 lines"),
        (
            lambda: _SHORT.settlement(invoice(PurchaseInvoice, _LINE), [BOLTS]),
            "'adjustments'",
        ),
        (
            lambda: JOURNAL.recognition(invoice(SalesInvoice, _LINE, currency="EUR")),
            "rate of a document in EUR",
        ),
        (
            lambda: JOURNAL.recognition(invoice(SalesInvoice, _LINE, number="")),
            "with a number",
        ),
        (
            lambda: JOURNAL.recognition(invoice(SalesInvoice, _LINE, date=None)),
            "with a date",
        ),
        (
            lambda: Goods(unit_cost=Decimal(1), accounts={"stok": "1"}),
            "found stok",
        ),
    ],
)
def test_what_cannot_be_booked_is_named(make: Callable[[], Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        make()


_AMOUNTS = st.decimals(0, 10**7, places=4)
_QUANTITIES = st.decimals("0.0001", 10**5, places=4)
_GOODS = st.builds(
    Goods,
    quantity=_QUANTITIES,
    unit_cost=_AMOUNTS,
    unit_price=_AMOUNTS,
    item=st.sampled_from(["", "A", "B"]),
    dimensions=st.dictionaries(
        st.sampled_from(["LOCATION", "CLASS"]), st.sampled_from("123"), max_size=2
    ),
)


def is_balanced(entry: JournalEntry) -> bool:
    """Whether an entry balances as a whole, and in every value of every dimension."""
    left: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for one in entry.movements:
        amount = (one.debit or Decimal()) - (one.credit or Decimal())
        left["", ""] += amount
        for pair in one.dimensions.items():
            left[pair] += amount
    sides = [(one.debit, one.credit) for one in entry.movements]
    return (
        not any(left.values())
        and all((debit is None) is not (credit is None) for debit, credit in sides)
        and all((debit or credit or Decimal()) > 0 for debit, credit in sides)
    )


@given(
    goods=st.lists(_GOODS, min_size=1, max_size=6),
    currency=st.sampled_from(["USD", "JPY", "TND"]),
    revenue=st.booleans(),
)
def test_entries_of_goods_always_balance(
    goods: list[Goods],
    currency: str,
    revenue: bool,  # noqa: FBT001 - drawn
) -> None:
    journal = StockJournal(
        code="STK",
        currency=currency,
        stock="1",
        received="2",
        cost="3",
        revenue="4",
        unbilled="5",
    )
    made: list[Callable[[], JournalEntry]] = [
        lambda: journal.receipt(goods, number="1", date=DAY),
        lambda: journal.shipment(goods, number="1", date=DAY, revenue=revenue),
    ]
    for make in made:
        try:
            entry = make()
        except ValueError as error:
            assert "nothing to book" in str(error)  # noqa: PT017 - all of it rounds to zero
            continue
        assert is_balanced(entry)


@given(
    goods=st.lists(_GOODS, min_size=1, max_size=4),
    prices=st.lists(st.decimals(-(10**6), 10**7, places=4), min_size=4, max_size=4),
    account=st.sampled_from(["", "6000", "2050"]),
    rate=st.sampled_from([None, Decimal("0.0071"), Decimal("1.1234")]),
    kind=st.sampled_from(
        [PurchaseInvoice, PurchaseCreditNote, SalesInvoice, SalesCreditNote]
    ),
)
def test_entries_of_invoices_always_balance_and_clear_what_was_received(
    goods: list[Goods],
    prices: list[Decimal],
    account: str,
    rate: Decimal | None,
    kind: type[Any],
) -> None:
    lines = [
        Line(quantity=one.quantity, unit_price=price, account=account)
        for one, price in zip(goods, prices, strict=False)
    ]
    document = invoice(kind, *lines, currency="EUR" if rate else "USD", exchange_rate=rate)
    if kind in {SalesInvoice, SalesCreditNote}:
        try:
            assert is_balanced(JOURNAL.recognition(document))
        except ValueError as error:
            assert "nothing to book" in str(error)  # noqa: PT017 - all of it rounds to zero
        return

    entry = JOURNAL.settlement(document, goods)

    if entry is None:
        return
    assert is_balanced(entry)
    try:
        taken = sums(JOURNAL.receipt(goods, number="1", date=DAY)).get("2050", Decimal())
    except ValueError:
        taken = Decimal()
    if account == "6000":
        way = -1 if kind is PurchaseInvoice else 1
        assert sums(entry).get("2050", Decimal()) == way * taken

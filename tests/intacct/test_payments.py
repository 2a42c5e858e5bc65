"""Payments: what they settle, what stays over, what takes them back."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import attrs
import pytest

from sage_connect import (
    BankDirection,
    BankEntry,
    JournalEntry,
    PaymentKind,
    SalesCreditNote,
    State,
)
from sage_connect.errors import DocumentRejectedError

from .company import SETTINGS
from .trading import (
    DAY,
    Trade,
    a_bill,
    a_credit,
    a_debit,
    a_line,
    a_payment,
    a_supplier_payment,
    an_invoice,
    said,
    trading,
)


@pytest.fixture
def trade() -> Iterator[Trade]:
    with trading() as made:
        yield made


def due(trade: Trade, object: str, number: str) -> str:
    return trade.row(object, RECORDID=number)["TRX_TOTALDUE"]


@pytest.mark.parametrize(("paid", "left"), [("120", "0"), ("50.01", "69.99")])
def test_a_payment_settles_an_invoice(trade: Trade, paid: str, left: str) -> None:
    _, receipt = trade.posted(an_invoice(), a_payment(paid, ("F1", paid)))

    row = trade.row("ARPYMT", DOCNUMBER="P1")
    assert receipt.id == row["RECORDNO"]
    assert Decimal(due(trade, "ARINVOICE", "F1")) == Decimal(left)
    assert (row["FINANCIALENTITY"], row["PAYMENTMETHOD"]) == ("BANK", "EFT")
    assert trade.sage.payments.get(receipt.id) == attrs.evolve(
        a_payment(paid, ("F1", paid)), method="EFT", bank_account="BANK"
    )


def test_a_payment_settles_several_invoices(trade: Trade) -> None:
    payment = a_payment(200, ("F1", 120), ("F2", 80))

    trade.posted(an_invoice(), an_invoice("F2"), payment)

    assert due(trade, "ARINVOICE", "F1") == "0"
    assert due(trade, "ARINVOICE", "F2") == "40"
    (read,) = trade.sage.payments.list()
    assert set(read.allocations) == set(payment.allocations)


def test_a_supplier_is_paid(trade: Trade) -> None:
    trade.posted(a_bill(), a_supplier_payment(100, ("B1", 100)))

    row = trade.row("APPYMT", DOCNUMBER="P1")
    assert due(trade, "APBILL", "B1") == "20"
    assert (row["VENDORID"], row["TRX_TOTALENTERED"]) == ("HARBOUR", "100")


def test_what_is_paid_is_recognised_by_another_connection(trade: Trade) -> None:
    batch = (
        an_invoice(),
        a_bill(),
        a_payment(120, ("F1", 120)),
        a_supplier_payment(120, ("B1", 120)),
    )
    trade.posted(*batch)

    with trade.anew() as sage:
        outcomes = sage.documents.post_all(batch)

    # The invoice is closed by now: its record is looked up by its number.
    assert [one.state for one in outcomes] == [State.UNCHANGED] * 4
    assert [said(one) for one in outcomes] == [[]] * 4


def test_what_others_have_posted_since_can_be_paid(trade: Trade) -> None:
    trade.sage.company.load()
    with trade.anew() as other:
        other.documents.post_all([an_invoice(), a_bill()])

    trade.posted(a_payment(120, ("F1", 120)), a_supplier_payment(120, ("B1", 120)))

    assert due(trade, "ARINVOICE", "F1") == "0"
    assert due(trade, "APBILL", "B1") == "0"


def test_what_others_have_paid_since_is_not_paid_again(trade: Trade) -> None:
    trade.posted(an_invoice())
    with trade.anew() as other:
        other.documents.post_all([a_payment(100, ("F1", 100))])

    (outcome,) = trade.post(a_payment(120, ("F1", 120), number="P2"))

    assert outcome.state is State.REFUSED
    assert said(outcome) == [("SC-PAY-OVERPAID", "/allocations/0/amount")]
    assert [row["DOCNUMBER"] for row in trade.rows("ARPYMT")] == ["P1"]


def test_a_bill_is_paid_by_our_number_of_it_too(trade: Trade) -> None:
    # It stands under its supplier's number.
    trade.posted(a_bill("OURS-1", party_number="THEIRS-9", reference="order 7"))

    with trade.anew() as sage:
        (outcome,) = sage.documents.post_all([a_supplier_payment(120, ("OURS-1", 120))])

    assert (outcome.state, said(outcome)) == (State.CREATED, [])
    assert due(trade, "APBILL", "THEIRS-9") == "0"


def test_an_invoice_is_paid_though_a_credit_note_shares_its_number(trade: Trade) -> None:
    credit = SalesCreditNote(
        number="F1", date=DAY, party="ARDENT", currency="GBP", lines=[a_line(10)]
    )
    trade.posted(an_invoice())
    trade.posted(credit)

    with trade.anew() as sage:
        (outcome,) = sage.documents.post_all([a_payment(120, ("F1", 120))])

    assert (outcome.state, said(outcome)) == (State.CREATED, [])
    assert due(trade, "ARINVOICE", "F1") == "0"
    assert due(trade, "ARADJUSTMENT", "F1") == "-10"


@pytest.mark.parametrize("rest", [None, "10"])
def test_what_is_paid_too_much_is_refused(trade: Trade, rest: str | None) -> None:
    over = a_payment(130, ("F1", 120), on_account=None if rest is None else Decimal(rest))

    _, outcome = trade.post(an_invoice(), over)

    assert outcome.state is State.REFUSED
    assert trade.rows("ARPYMT") == []


@pytest.mark.requirement("S226", "S227")
def test_money_before_there_is_an_invoice_is_an_advance(trade: Trade) -> None:
    advance = a_payment(40, number="A1")

    (receipt,) = trade.posted(advance)

    row = trade.row("ARADVANCE", DOCNUMBER="A1")
    assert row["TRX_TOTALDUE"] == "40"
    assert trade.simulator.books().balances() == {"1105": -40, "1200": 40}
    assert receipt.details["object"] == "ARADVANCE"
    with trade.anew() as sage:
        assert sage.documents.post_all([advance])[0].state is State.UNCHANGED


@pytest.mark.requirement("S227")
def test_an_invoice_tells_what_was_paid_before_it(trade: Trade) -> None:
    invoice, advance = trade.posted(
        an_invoice("F1", a_line(100)), a_payment(40, number="A1")
    )
    before = trade.sage.sales_invoices.settlement(invoice)
    # The advance is applied on screen.
    detail = {
        "RECORDKEY": invoice.id,
        "ADVANCEKEY": advance.id,
        "TRX_POSTEDADVANCEAMOUNT": "40",
    }
    trade.sage.api.execute(
        _create(
            "ARPYMT",
            CUSTOMERID="ARDENT",
            FINANCIALENTITY="BANK",
            PAYMENTMETHOD="EFT",
            RECEIPTDATE=DAY,
            PAYMENTDATE=DAY,
            DOCNUMBER="P9",
            ARPYMTDETAILS={"ARPYMTDETAIL": [detail]},
        )
    )

    after = trade.sage.sales_invoices.settlement(invoice)

    told = [
        [int(one.prepaid), int(one.paid), int(one.due), int(one.advances)]
        for one in (before, after)
    ]
    assert told == [[0, 0, 100, 40], [40, 40, 60, 0]]
    assert after.total == Decimal(100)


def _create(object: str, **fields: Any) -> Any:
    from sage_connect.intacct.functions import Create  # noqa: PLC0415 - here alone

    return Create(object=object, fields=fields)


@pytest.mark.parametrize(
    ("document", "payment", "object", "table"),
    [
        (an_invoice(), a_payment(120, ("F1", 120)), "ARINVOICE", "ARPYMT"),
        (a_bill("F1"), a_supplier_payment(120, ("F1", 120)), "APBILL", "APPYMT"),
    ],
)
def test_a_payment_is_taken_back_whole(
    trade: Trade, document: Any, payment: Any, object: str, table: str
) -> None:
    _, receipt = trade.posted(document, payment)
    day = dt.date(2026, 11, 20)

    trade.sage.documents.reverse(receipt, number="R1", day=day)

    assert due(trade, object, "F1") == "120"
    assert trade.rows(table, RECORDNO=receipt.id)[0]["STATE"] == "V"
    # Once more changes nothing, for another connection either.
    with trade.anew() as sage:
        again = sage.documents.reverse(receipt, number="R1", day=day)
    assert again.id == receipt.id
    assert due(trade, object, "F1") == "120"
    assert len(trade.rows(table)) == 2


def test_a_payment_that_was_taken_back_is_not_posted_again(trade: Trade) -> None:
    payment = a_payment(120, ("F1", 120))
    _, receipt = trade.posted(an_invoice(), payment)
    trade.sage.documents.reverse(receipt, number="R1")

    (outcome,) = trade.post(payment)

    assert outcome.state is State.UNCHANGED
    assert [code for code, _ in said(outcome)] == ["SC-IN-TAKEN-BACK"]
    assert due(trade, "ARINVOICE", "F1") == "120"


def test_a_refund_of_another_amount_is_refused(trade: Trade) -> None:
    trade.posted(an_invoice(), a_payment(120, ("F1", 120)))
    refund = a_payment(100, number="R1", kind=PaymentKind.CUSTOMER_REFUND, reverses="P1")

    (outcome,) = trade.post(refund)

    assert outcome.state is State.REFUSED
    assert ("SC-IN-REFUND-AMOUNT", "/amount") in said(outcome)
    assert due(trade, "ARINVOICE", "F1") == "0"


def test_a_payment_that_nobody_made_is_not_taken_back(trade: Trade) -> None:
    trade.posted(a_payment(120))
    refund = a_payment(120, number="R1", kind=PaymentKind.CUSTOMER_REFUND, reverses="P9")

    (outcome,) = trade.post(refund)

    assert outcome.state is State.REFUSED
    assert said(outcome) == [("SC-IN-RECORD-UNKNOWN", "/reverses")]
    assert [row["DOCNUMBER"] for row in trade.rows("ARADVANCE")] == ["P1"]


def test_an_advance_cannot_be_taken_back(trade: Trade) -> None:
    (receipt,) = trade.posted(a_payment(40, number="A1"))

    with pytest.raises(DocumentRejectedError) as caught:
        trade.sage.documents.reverse(receipt, number="R1")

    found = [(one.code, one.path) for one in caught.value.report]
    assert found == [("SC-IN-REFUND-ADVANCE", "/reverses")]
    assert trade.row("ARADVANCE")["TRX_TOTALDUE"] == "40"


def test_what_settles_nothing_that_is_there_is_refused(trade: Trade) -> None:
    (outcome,) = trade.post(a_payment(10, ("NONE", 10)))

    assert outcome.state is State.REFUSED
    assert said(outcome) == [("SC-PAY-DOCUMENT-UNKNOWN", "/allocations/0/number")]


def test_a_payment_in_another_currency_tells_the_rate(trade: Trade) -> None:
    money: dict[str, Any] = {
        "party": "EIFFEL",
        "currency": "EUR",
        "exchange_rate": Decimal("0.86"),
    }
    trade.posted(
        an_invoice("F1", a_line(100), **money), a_payment(100, ("F1", 100), **money)
    )

    row = trade.row("ARPYMT", DOCNUMBER="P1")
    assert (row["CURRENCY"], row["EXCHANGE_RATE"]) == ("EUR", "0.86")
    assert (row["TRX_TOTALENTERED"], row["TOTALENTERED"]) == ("100", "86")


def test_a_payment_whose_invoice_is_refused_is_not_run() -> None:
    # Intacct's books are closed; ours do not know.
    with trading(closed_until=dt.date(2026, 11, 30)) as made:
        invoice, payment = made.post(an_invoice(), a_payment(120, ("F1", 120)))

    assert (invoice.state, payment.state) == (State.FAILED, State.NOT_RUN)
    assert [code for code, _ in said(payment)] == ["SC-DEPENDENCY"]


def test_money_that_settles_an_invoice_is_its_payment(trade: Trade) -> None:
    money = BankEntry(
        number="BE1",
        date=DAY,
        bank_account="BANK",
        currency="GBP",
        amount=Decimal(120),
        direction=BankDirection.IN,
        party="ARDENT",
        settles="F1",
    )

    _, receipt = trade.posted(an_invoice(), money)

    assert due(trade, "ARINVOICE", "F1") == "0"
    with trade.anew() as sage:
        found = sage.documents.reconcile(receipt.key)
        assert found is not None
        assert found.id == receipt.id
        assert found.document == money
        assert sage.documents.post_all([money])[0].state is State.UNCHANGED


@pytest.mark.parametrize(
    ("direction", "sides"), [("in", ("1", "-1")), ("out", ("-1", "1"))]
)
def test_money_without_a_document_is_an_entry_of_the_bank(
    direction: str, sides: tuple[str, str]
) -> None:
    charge = BankEntry(
        number="BE1",
        date=DAY,
        bank_account="BANK",
        currency="GBP",
        amount=Decimal(7),
        direction=BankDirection(direction),
        account="7900",
        description="Interest",
    )
    with trading(attrs.evolve(SETTINGS, bank_journal="CDJ")) as made:
        (receipt,) = made.posted(charge)
        entry = made.row("GLBATCH", REFERENCENO="BE1")
        lines = made.lines("GLENTRY", entry)
        with made.anew() as sage:
            found = sage.documents.reconcile(receipt.key)
            again = sage.documents.post_all([charge])

    assert entry["JOURNAL"] == "CDJ"
    assert [(row["ACCOUNTNO"], row["TR_TYPE"]) for row in lines] == [
        ("1200", sides[0]),
        ("7900", sides[1]),
    ]
    assert found is not None
    assert (found.id, found.document) == (entry["RECORDNO"], charge)
    assert again[0].state is State.UNCHANGED


def test_an_entry_of_another_journal_is_not_the_money_of_its_number() -> None:
    entry = JournalEntry(
        number="BE1",
        date=DAY,
        journal="GJ",
        currency="GBP",
        movements=[a_debit("1200", 7), a_credit("7900", 7)],
        description="Interest",
    )
    with trading(attrs.evolve(SETTINGS, bank_journal="CDJ")) as made:
        (receipt,) = made.posted(entry)
        found = made.sage.documents.reconcile(attrs.evolve(receipt.key, kind="bank_entry"))

    assert found is None


def test_money_received_is_read_back_as_money_in(trade: Trade) -> None:
    money = BankEntry(
        number="BE1",
        date=DAY,
        bank_account="BANK",
        currency="GBP",
        amount=Decimal(7),
        direction=BankDirection.IN,
        account="4900",
        description="Interest",
    )

    (receipt,) = trade.posted(money)

    found = trade.sage.documents.reconcile(receipt.key)
    assert found is not None
    read: Any = found.document
    assert (read.direction, read.amount) == (BankDirection.IN, Decimal(7))
    with trade.anew() as sage:
        assert sage.documents.post_all([money])[0].state is State.UNCHANGED

"""Invoices, bills, credit notes and claims: what is sent, what stands, what is read."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import attrs
import pytest

from sage_connect import (
    Amount,
    Attachment,
    Charge,
    Customer,
    Percent,
    PurchaseCreditNote,
    PurchaseInvoice,
    PurchaseKind,
    SalesCreditNote,
    State,
    Tax,
)
from sage_connect.errors import RefusedError
from sage_connect.intacct.settings import CreditNotes, Taxes, otherwise
from sage_connect.testing.intacct import Refuse

from .company import SETTINGS
from .trading import (
    BOUGHT,
    DAY,
    DUE,
    REDUCED,
    SOLD,
    Trade,
    a_bill,
    a_line,
    an_invoice,
    said,
    trading,
    with_policy,
)


@pytest.fixture(scope="module")
def trade() -> Iterator[Trade]:
    with trading() as made:
        yield made


@pytest.fixture(scope="module")
def by_lines() -> Iterator[Trade]:
    with trading(with_policy(taxes=Taxes.LINES, credit_notes=CreditNotes.NEGATIVE)) as made:
        yield made


def amounts(trade: Trade, object: str, number: str) -> list[tuple[str, str]]:
    row = trade.row(object, RECORDID=number)
    return [
        (one["ACCOUNTNO"], one["TRX_AMOUNT"]) for one in trade.lines(f"{object}ITEM", row)
    ]


@pytest.mark.requirement("S242", "S250", "S251")
def test_an_invoice_stands_with_its_taxes_as_entries(trade: Trade) -> None:
    invoice = an_invoice(
        "D1", a_line(100, taxes=[SOLD]), a_line(10, taxes=[REDUCED]), notes="Thanks"
    )

    (receipt,) = trade.posted(invoice)

    row = trade.row("ARINVOICE", RECORDID="D1")
    assert (row["TRX_TOTALENTERED"], row["WHENDUE"]) == ("130.5", "12/02/2026")
    assert row["TAXSOLUTIONID"] == "United Kingdom - VAT"
    assert amounts(trade, "ARINVOICE", "D1") == [
        ("4000", "100"),
        ("2200", "20"),
        ("4000", "10"),
        ("2200", "0.5"),
    ]
    assert trade.sage.sales_invoices.get(receipt.id) == invoice


def test_an_invoice_stands_with_its_taxes_as_lines(by_lines: Trade) -> None:
    invoice = an_invoice("D1", a_line(100, taxes=[SOLD]), a_line(10, taxes=[REDUCED]))

    by_lines.posted(invoice)

    assert amounts(by_lines, "ARINVOICE", "D1") == [
        ("4000", "100"),
        ("4000", "10"),
        ("2200", "20"),
        ("2200", "0.5"),
    ]


def test_one_tax_as_a_line_is_read_as_the_tax(by_lines: Trade) -> None:
    invoice = an_invoice("D2", a_line(100, taxes=[SOLD]), a_line(10, taxes=[SOLD]))

    (receipt,) = by_lines.posted(invoice)

    assert by_lines.sage.sales_invoices.get(receipt.id) == invoice


@pytest.mark.parametrize("stated", ["19.99", "20.01"])
def test_a_tax_that_the_caller_states_is_kept_to_the_cent(
    trade: Trade, stated: str
) -> None:
    tax = Tax(SOLD.code, SOLD.rate, Decimal(stated))
    number = f"ST{stated}"

    (receipt,) = trade.posted(an_invoice(number, a_line(100, taxes=[tax])))

    assert amounts(trade, "ARINVOICE", number)[1] == ("2200", stated)
    assert trade.sage.sales_invoices.get(receipt.id).lines[0].taxes == (tax,)


@pytest.mark.parametrize(
    ("line", "kept", "text"),
    [
        (a_line("0.333", quantity=Decimal(3)), "1", "3 x Bolts"),
        (a_line(10, quantity=Decimal("2.50")), "25", "2.5 x Bolts"),
        (a_line(100, discount=Percent(Decimal(10))), "90", "Bolts"),
        (a_line(100, discount=Amount(Decimal(10))), "90", "Bolts"),
        (a_line(-5), "-5", "Bolts"),
        (a_line(0), "0", "Bolts"),
    ],
)
def test_a_line_is_what_it_comes_to(trade: Trade, line: Any, kept: str, text: str) -> None:
    number = f"L-{kept}-{text}"[:20] + f"-{line.unit_price}"

    trade.posted(an_invoice(number, a_line(500), line))

    row = trade.row("ARINVOICE", RECORDID=number)
    found = trade.lines("ARINVOICEITEM", row)[1]
    assert (found["TRX_AMOUNT"], found["ENTRYDESCRIPTION"]) == (kept, text)


def test_prices_that_include_the_tax_are_posted_without(trade: Trade) -> None:
    invoice = an_invoice("INC", a_line(120, taxes=[SOLD]), prices_include_tax=True)

    trade.posted(invoice)

    assert amounts(trade, "ARINVOICE", "INC") == [("4000", "100"), ("2200", "20")]


def test_charges_and_adjustments_are_lines(trade: Trade) -> None:
    charge = Charge(amount=Decimal(5), description="Post", taxes=[SOLD])
    invoice = an_invoice(
        "CH", a_line(100, taxes=[SOLD]), charges=[charge], adjustment=Decimal("0.03")
    )

    trade.posted(invoice)

    assert amounts(trade, "ARINVOICE", "CH") == [
        ("4000", "100"),
        ("2200", "20"),
        ("4905", "5"),
        ("2200", "1"),
        ("4900", "0.03"),
    ]


def test_an_account_comes_from_the_line_its_item_or_the_settings(trade: Trade) -> None:
    (item,) = [one for one in trade.sage.items.list() if one.code == "CALLOUT"]
    trade.sage.items.post(attrs.evolve(item, sales_account="4010"))

    trade.posted(
        an_invoice(
            "ACC",
            a_line(1, account="4900", item="CALLOUT"),
            a_line(2, account="", item="CALLOUT"),
            a_line(3, account=""),
        )
    )

    found = [account for account, _ in amounts(trade, "ARINVOICE", "ACC")]
    assert found == ["4900", "4010", "4000"]


@pytest.mark.parametrize(
    ("given", "due"),
    [
        ({"due": DUE}, "12/02/2026"),
        # The customer's own term: 30 days.
        ({"due": None}, "12/02/2026"),
        ({"due": None, "party": "LATER"}, "12/17/2026"),
    ],
)
def test_an_invoice_falls_due_on_a_day_or_by_a_term(
    trade: Trade, given: dict[str, Any], due: str
) -> None:
    trade.post(Customer(code="LATER", name="Later Ltd", payment_term="N45"))
    number = f"DUE-{given.get('party', '')}-{given['due']}"

    trade.posted(an_invoice(number, **given))

    assert trade.row("ARINVOICE", RECORDID=number)["WHENDUE"] == due


@pytest.mark.parametrize(("rate", "base"), [(Decimal("0.9"), "90"), (None, "85")])
def test_an_invoice_in_another_currency(
    trade: Trade, rate: Decimal | None, base: str
) -> None:
    number = f"EUR-{rate}"
    invoice = an_invoice(
        number, a_line(100), party="EIFFEL", currency="EUR", exchange_rate=rate
    )

    trade.posted(invoice)

    row = trade.row("ARINVOICE", RECORDID=number)
    assert (row["CURRENCY"], row["BASECURR"]) == ("EUR", "GBP")
    assert (row["TRX_TOTALENTERED"], row["TOTALENTERED"]) == ("100", base)


def a_credit(number: str, **given: Any) -> SalesCreditNote:
    return SalesCreditNote(
        number=number,
        date=DAY,
        party="ARDENT",
        currency="GBP",
        lines=[a_line(100, taxes=[SOLD])],
        **given,
    )


def a_supplier_credit(number: str, **given: Any) -> PurchaseCreditNote:
    return PurchaseCreditNote(
        number=number,
        date=DAY,
        party="HARBOUR",
        currency="GBP",
        lines=[a_line(100, account="5000", taxes=[BOUGHT])],
        **given,
    )


@pytest.mark.requirement("S249", "S250")
@pytest.mark.parametrize(
    ("credit", "object", "account"),
    [
        (a_credit("CN1"), "ARADJUSTMENT", "4000"),
        (a_supplier_credit("CN2"), "APADJUSTMENT", "5000"),
    ],
)
def test_a_credit_note_is_an_adjustment(
    trade: Trade, credit: Any, object: str, account: str
) -> None:
    (receipt,) = trade.posted(credit)

    tax = {"4000": "2200", "5000": "2201"}[account]
    assert amounts(trade, object, credit.number) == [(account, "-100"), (tax, "-20")]
    seat = getattr(trade.sage, f"{credit.type}s")
    read = seat.get(receipt.id)
    assert (read.number, read.party, read.currency) == (credit.number, credit.party, "GBP")
    assert seat.find(receipt.key) == read


@pytest.mark.requirement("S249", "S250")
@pytest.mark.parametrize(
    ("credit", "object", "account"),
    [
        (a_credit("CN1"), "ARINVOICE", "4000"),
        (a_supplier_credit("CN2"), "APBILL", "5000"),
    ],
)
def test_a_credit_note_is_a_document_below_zero_where_the_policy_says_so(
    by_lines: Trade, credit: Any, object: str, account: str
) -> None:
    (receipt,) = by_lines.posted(credit)

    assert by_lines.row(object, RECORDID=credit.number)["TRX_TOTALENTERED"] == "-120"
    assert amounts(by_lines, object, credit.number)[0] == (account, "-100")
    # Another connection whose policy is the other one finds it all the same.
    with by_lines.anew(otherwise(by_lines.settings)) as sage:
        found = getattr(sage, f"{credit.type}s").find(receipt.key)
        (again,) = sage.documents.post_all([credit])
    assert found is not None
    assert (found.type, found.number) == (credit.type, credit.number)
    assert again.state is State.UNCHANGED


@pytest.mark.requirement("S242", "S249")
def test_a_bill_carries_the_suppliers_number(trade: Trade) -> None:
    bill = a_bill("OURS", party_number="THEIRS", reference="order 7")

    (receipt,) = trade.posted(bill)

    row = trade.row("APBILL", RECORDID="THEIRS")
    assert (row["DOCNUMBER"], row["VENDORID"]) == ("OURS order 7", "HARBOUR")
    # Whoever knows our number only finds it, on another connection too.
    with trade.anew() as sage:
        assert sage.purchase_invoices.find(receipt.key) is not None
        found = sage.documents.reconcile(receipt.key)
        assert found is not None
        assert found.id == receipt.id
        assert sage.documents.post_all([bill])[0].state is State.UNCHANGED


def test_two_suppliers_may_use_the_same_number(trade: Trade) -> None:
    trade.posted(a_bill("SAME"), a_bill("SAME", party="INK"))

    found = sorted(row["VENDORID"] for row in trade.rows("APBILL", RECORDID="SAME"))
    assert found == ["HARBOUR", "INK"]


def test_the_number_of_another_customers_invoice_is_a_conflict(trade: Trade) -> None:
    trade.posted(an_invoice("TAKEN"))

    (outcome,) = trade.post(an_invoice("TAKEN", party="BIRCH"))

    assert outcome.state is State.REFUSED
    assert said(outcome) == [("SC-KEY-CONFLICT", ""), ("SC-IN-DIFFERS", "/party")]


@pytest.mark.parametrize("number", ["f1", "F1", "F 1", "F'1", "F%", "F_1", 'F"<&>', "Ü-1"])
def test_a_number_is_found_again_letter_by_letter(trade: Trade, number: str) -> None:
    own = f"N {number}"
    trade.posted(an_invoice(own))

    with trade.anew() as sage:
        (again,) = sage.documents.post_all([an_invoice(own)])

    assert again.state is State.UNCHANGED
    assert len(trade.rows("ARINVOICE", RECORDID=own)) == 1


def test_the_same_invoice_twice_in_a_batch_is_posted_once(trade: Trade) -> None:
    first, second = trade.post(an_invoice("TWICE"), an_invoice("TWICE"))

    assert (first.state, second.state) == (State.CREATED, State.REFUSED)
    assert ("SC-DUP-BATCH", "/number") in said(second)


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"due": DAY}, "/due"),
        ({"notes": "Other"}, "/notes"),
        ({"lines": [a_line(99, taxes=[SOLD])]}, ""),
        ({"lines": [a_line(100, taxes=[SOLD], account="4010")]}, "/lines/0/account"),
        ({"date": dt.date(2026, 11, 3)}, "/date"),
    ],
)
def test_another_content_under_the_same_key_is_a_conflict(
    trade: Trade, changed: dict[str, Any], path: str
) -> None:
    trade.post(an_invoice("KEY", notes="As agreed"))

    (outcome,) = trade.post(attrs.evolve(an_invoice("KEY", notes="As agreed"), **changed))

    assert outcome.state is State.REFUSED
    assert ("SC-KEY-CONFLICT", "") in said(outcome)
    assert ("SC-IN-DIFFERS", path) in said(outcome)


def test_an_expense_claim_is_an_expense_report(trade: Trade) -> None:
    claim = PurchaseInvoice(
        kind=PurchaseKind.EXPENSE_CLAIM,
        number="E1",
        date=DAY,
        party="E-001",
        currency="GBP",
        lines=[a_line(30, account="7400", description="Train")],
    )

    (receipt,) = trade.posted(claim)

    row = trade.row("EEXPENSES", RECORDID="E1")
    assert (row["EMPLOYEEID"], row["TRX_TOTALENTERED"]) == ("E-001", "30")
    assert receipt.details["object"] == "EEXPENSES"
    with trade.anew() as sage:
        assert sage.documents.post_all([claim])[0].state is State.UNCHANGED


def test_files_go_with_their_document(trade: Trade) -> None:
    files = [
        Attachment(name="scan.pdf", content=b"one"),
        Attachment(name="scan.png", content=b"two"),
    ]
    invoice = an_invoice("FILES", attachments=files)

    trade.post(invoice)
    sent = trade.sent("create_supdoc")[-1:]
    times = len(trade.sent("create_supdoc"))
    (again,) = trade.post(invoice)

    row = trade.row("ARINVOICE", RECORDID="FILES")
    assert trade.rows("supdoc", SUPDOCID=row["SUPDOCID"]) != []
    assert again.state is State.UNCHANGED
    assert len(trade.sent("create_supdoc")) == times
    names = [one.text for one in sent[0].iter("attachmentname")]
    assert (names, [one.text for one in sent[0].iter("attachmenttype")]) == (
        ["scan", "scan-2"],
        ["pdf", "png"],
    )


def test_files_fall_with_their_document_and_the_reason_is_told(trade: Trade) -> None:
    before = len(trade.rows("supdoc"))
    trade.simulator.fail(Refuse(), function="create_invoice")
    invoice = an_invoice("FALL", attachments=[Attachment(name="a.pdf", content=b"1")])

    (outcome,) = trade.post(invoice)

    assert outcome.state is State.FAILED
    assert isinstance(outcome.error, RefusedError)
    assert [code for code, _ in said(outcome)] == ["SC-IN-REFUSED"]
    assert len(trade.rows("supdoc")) == before
    trade.posted(invoice)


def test_a_refusal_points_at_the_line_whose_value_is_named(trade: Trade) -> None:
    trade.sage.company.load()
    row = trade.row("GLACCOUNT", ACCOUNTNO="7610")
    # Turned off by somebody after the company was loaded.
    with trade.anew() as other:
        from sage_connect.intacct.functions import Delete  # noqa: PLC0415 - here alone

        other.api.execute(Delete(object="GLACCOUNT", keys=[row["RECORDNO"]]))
    bill = a_bill("GONE", a_line(1, account="7600"), a_line(2, account="7610"))

    (outcome,) = trade.post(bill)

    assert outcome.state is State.FAILED
    assert ("SC-IN-REFUSED", "/lines/1/account") in said(outcome)


def test_what_was_reversed_on_screen_is_told(trade: Trade) -> None:
    (receipt,) = trade.posted(an_invoice("BACK"))
    from sage_connect.intacct.functions import InvoiceReverse  # noqa: PLC0415 - here alone

    trade.sage.api.execute(InvoiceReverse(record_no=receipt.id, reverse_date=DAY))

    (outcome,) = trade.post(an_invoice("BACK"))

    assert outcome.state is State.UNCHANGED
    assert [code for code, _ in said(outcome)] == ["SC-IN-TAKEN-BACK"]
    assert "BACK" not in [one.number for one in trade.sage.sales_invoices.list()]


@pytest.mark.parametrize(("batch", "lookup"), [(50, 100), (7, 30), (0, 0), (1000, 1000)])
def test_more_than_a_hundred_numbers_are_posted_once_each(batch: int, lookup: int) -> None:
    conventions = attrs.evolve(SETTINGS.conventions, lookup_size=lookup)
    settings = attrs.evolve(with_policy(batch=batch), conventions=conventions)
    invoices = [an_invoice(f"M{at}", a_line(1 + at)) for at in range(130)]
    with trading(settings) as made:
        made.posted(*invoices)
        with made.anew() as sage:
            again = sage.documents.post_all(invoices)
        left = sorted(row["RECORDID"] for row in made.rows("ARINVOICE"))

    assert {one.state for one in again} == {State.UNCHANGED}
    assert left == sorted(one.number for one in invoices)


def test_a_list_is_narrowed_by_day_party_and_what_is_open(trade: Trade) -> None:
    later = dt.date(2027, 1, 5)
    party = "DOVER"
    trade.posted(
        an_invoice("LI1", party=party),
        an_invoice("LI2", party=party, date=later, due=later),
    )
    invoices = trade.sage.sales_invoices

    assert [one.number for one in invoices.list(party=party)] == ["LI1", "LI2"]
    assert [one.number for one in invoices.list(since=later)] == ["LI2"]
    assert [one.number for one in invoices.list(party=party, open=False)] == []
    assert len(list(invoices.list(party=party, open=True))) == 2

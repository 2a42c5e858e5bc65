"""Journal entries: of money, of what else is counted, reversing, split."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import attrs
import pytest

from sage_connect import Attachment, JournalEntry, State
from sage_connect.intacct.functions import Create
from sage_connect.model import AnalyticShare
from sage_connect.testing.intacct import Refuse

from .trading import DAY, Trade, a_credit, a_debit, said, trading


@pytest.fixture(scope="module")
def trade() -> Iterator[Trade]:
    with trading() as made:
        made.sage.api.execute(
            Create(object="STATJOURNAL", fields={"SYMBOL": "HRS", "TITLE": "Hours"})
        )
        yield made


def an_entry(number: str, *movements: Any, **given: Any) -> JournalEntry:
    given = {"journal": "GJ", "date": DAY, "currency": "GBP", **given}
    given = {"description": "Accrual", **given}
    return JournalEntry(number=number, movements=movements, **given)


def simple(number: str, **given: Any) -> JournalEntry:
    return an_entry(number, a_debit("7500", "12.50"), a_credit("2101", "12.50"), **given)


def stands(trade: Trade, number: str) -> list[tuple[str, str, str]]:
    first = trade.rows("GLBATCH", REFERENCENO=number)[0]
    return [
        (row["ACCOUNTNO"], row["TR_TYPE"], row["TRX_AMOUNT"])
        for row in trade.lines("GLENTRY", first)
    ]


def again(trade: Trade, entry: JournalEntry) -> State:
    with trade.anew() as sage:
        (outcome,) = sage.documents.post_all([entry])
    assert said(outcome) == []
    state: State = outcome.state
    return state


@pytest.mark.requirement("S242")
def test_an_entry_makes_the_round_trip(trade: Trade) -> None:
    entry = simple("J1")

    (receipt,) = trade.posted(entry)

    assert stands(trade, "J1") == [("7500", "1", "12.5"), ("2101", "-1", "12.5")]
    read = trade.sage.journal_entries.get(receipt.id)
    assert (read.number, read.journal, read.date) == ("J1", "GJ", DAY)
    assert read.movements == entry.movements
    assert again(trade, entry) is State.UNCHANGED


@pytest.mark.requirement("S243", "S244")
def test_a_stock_entry_stands_in_the_stock_journal(trade: Trade) -> None:
    trade.posted(
        an_entry(
            "STK1",
            a_debit("5000", 30),
            a_credit("1001", 30),
            a_debit("5050", 2),
            a_credit("1001", 2),
            journal="STK",
        )
    )

    assert trade.row("GLBATCH", REFERENCENO="STK1")["JOURNAL"] == "STK"
    assert len(stands(trade, "STK1")) == 4


def test_an_unbalanced_entry_is_refused(trade: Trade) -> None:
    (outcome,) = trade.post(an_entry("UN", a_debit("7500", 2), a_credit("2101", 1)))

    assert outcome.state is State.REFUSED
    assert trade.rows("GLBATCH", REFERENCENO="UN") == []


def test_what_else_is_counted_stands_in_a_statistical_journal(trade: Trade) -> None:
    entry = an_entry("H1", a_debit("9000", 8), a_credit("9000", 8), journal="HRS")
    trade.sage.company.load()

    trade.posted(entry)

    assert trade.row("GLBATCH", REFERENCENO="H1")["STATISTICAL"] == "true"
    assert stands(trade, "H1") == [("9000", "1", "8"), ("9000", "-1", "8")]
    (sent,) = [one for one in trade.sent("create") if one.findtext(".//JOURNAL") == "HRS"]
    assert sent.find(".//CURRENCY") is None
    assert again(trade, entry) is State.UNCHANGED


def test_an_entry_is_taken_back_on_a_day(trade: Trade) -> None:
    entry = simple("REV", reversed_on=dt.date(2026, 12, 1))

    (receipt,) = trade.posted(entry)

    row = trade.row("GLBATCH", RECORDNO=receipt.id)
    assert row["REVERSED"] == "12/01/2026"
    assert len(trade.rows("GLBATCH", REFERENCENO="REV")) == 2
    assert trade.sage.journal_entries.get(receipt.id).reversed_on == dt.date(2026, 12, 1)
    assert again(trade, entry) is State.UNCHANGED


def test_another_day_of_taking_back_is_a_conflict(trade: Trade) -> None:
    trade.posted(simple("REV2"))

    (outcome,) = trade.post(simple("REV2", reversed_on=dt.date(2026, 12, 1)))

    assert outcome.state is State.REFUSED
    assert ("SC-IN-DIFFERS", "/reversed_on") in said(outcome)


def test_a_posted_entry_is_reversed_by_its_opposite(trade: Trade) -> None:
    (receipt,) = trade.posted(simple("OPP"))

    trade.sage.documents.reverse(receipt, number="OPP-R")

    assert stands(trade, "OPP-R") == [("7500", "-1", "12.5"), ("2101", "1", "12.5")]


def share(value: str, weight: object = 1, amount: object = None) -> AnalyticShare:
    return AnalyticShare(
        value,
        "DEPARTMENT",
        Decimal(str(weight)),
        None if amount is None else Decimal(str(amount)),
    )


@pytest.mark.parametrize(
    ("shares", "parts"),
    [
        ([share("SALES"), share("ENG", 2)], ["3.33", "6.67"]),
        ([share("SALES"), share("ENG"), share("ADMIN")], ["3.33", "3.34", "3.33"]),
        ([share("SALES", amount="9.99"), share("ENG", amount="0.01")], ["9.99", "0.01"]),
    ],
)
def test_a_movement_is_split_over_a_dimension(
    trade: Trade, shares: list[AnalyticShare], parts: list[str]
) -> None:
    number = "SPLIT-" + "-".join(parts)
    split = a_debit("7500", 10, analytic=shares, dimensions={"PROJECT": "P100"})
    entry = an_entry(number, split, a_credit("2101", 10))

    trade.posted(entry)

    row = trade.row("GLBATCH", REFERENCENO=number)
    *found, _ = trade.lines("GLENTRY", row)
    assert sorted(one["TRX_AMOUNT"] for one in found) == sorted(parts)
    assert sum(Decimal(one["TRX_AMOUNT"]) for one in found) == 10
    assert [one["DEPARTMENT"] for one in found] == [one.value for one in shares]
    assert {one["PROJECTID"] for one in found} == {"P100"}
    assert again(trade, entry) is State.UNCHANGED


def test_a_movement_names_its_customer_or_vendor(trade: Trade) -> None:
    trade.posted(
        an_entry(
            "PARTY",
            a_debit("1110", 5, party="BIRCH"),
            a_credit("2101", 5, party="HARBOUR"),
        )
    )

    row = trade.row("GLBATCH", REFERENCENO="PARTY")
    first, second = trade.lines("GLENTRY", row)
    assert (first["CUSTOMERID"], second["VENDORID"]) == ("BIRCH", "HARBOUR")


def test_an_entry_in_another_currency(trade: Trade) -> None:
    rate = Decimal("0.8")
    entry = an_entry(
        "FX",
        a_debit("7500", 80, currency_amount=Decimal(100)),
        a_credit("2101", 80, currency_amount=Decimal(100)),
        currency="EUR",
        exchange_rate=rate,
    )

    trade.posted(entry)

    row = trade.row("GLBATCH", REFERENCENO="FX")
    line = trade.lines("GLENTRY", row)[0]
    assert (line["CURRENCY"], line["TRX_AMOUNT"], line["AMOUNT"]) == ("EUR", "100", "80")
    assert again(trade, entry) is State.UNCHANGED


def test_an_entry_keeps_its_files(trade: Trade) -> None:
    entry = simple("FILE", attachments=[Attachment(name="a.pdf", content=b"1")])

    trade.posted(entry)

    assert trade.row("GLBATCH", REFERENCENO="FILE")["SUPDOCID"].startswith("SC-")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"journal": "NONE"}, "SC-IN-JOURNAL-UNKNOWN"),
        ({"journal": "HRS"}, "SC-IN-STATISTICAL-JOURNAL"),
        ({"date": None}, "SC-INV-DATE-REQUIRED"),
    ],
)
def test_what_cannot_stand_is_refused(
    trade: Trade, changed: dict[str, Any], code: str
) -> None:
    (outcome,) = trade.post(attrs.evolve(simple("WRONG"), **changed))

    assert outcome.state is State.REFUSED
    assert code in [found for found, _ in said(outcome)]
    assert trade.rows("GLBATCH", REFERENCENO="WRONG") == []


def test_entries_are_listed_and_found(trade: Trade) -> None:
    (receipt,) = trade.posted(simple("LIST", date=dt.date(2027, 3, 1)))

    listed = list(trade.sage.journal_entries.list(since=dt.date(2027, 2, 1)))

    assert [one.number for one in listed] == ["LIST"]
    assert trade.sage.journal_entries.find(receipt.key) == listed[0]


def test_what_one_entry_cannot_be_written_for_does_not_stop_the_others() -> None:
    # Which dimensions there are may not be read here, so that no rule refuses the name.
    odd = a_debit("7500", 1, dimensions={"MY DIM": "x"})
    with trading() as made:
        made.simulator.fail(Refuse(), function="getDimensions", times=None)
        outcomes = made.post(
            simple("A"), an_entry("B", odd, a_credit("2101", 1)), simple("C")
        )
        left = sorted(row["REFERENCENO"] for row in made.rows("GLBATCH"))

    assert [one.state for one in outcomes] == [
        State.CREATED,
        State.REFUSED,
        State.CREATED,
    ]
    assert "SC-IN-REFUSED" in [code for code, _ in said(outcomes[1])]
    assert left == ["A", "C"]

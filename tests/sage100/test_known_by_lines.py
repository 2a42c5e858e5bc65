"""Documents without a number, whose reference Sage did not keep."""

import datetime as dt
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sage_connect import BankEntry, JournalEntry, Movement, Sage100, State
from sage_connect.sage100.booked import Booked, Seen
from sage_connect.sage100.by_lines import ByLines
from sage_connect.sage100.wire import EntryLine
from sage_connect.testing.importer import Sage100Importer

from .bookings import CREATING, DAY, Post, moved
from .exporting import drift, edited, export_into, sage_of, without_reference


def fee(row: str, **changes: Any) -> BankEntry:
    """Return an entry of a bank statement, which has no number."""
    values: dict[str, Any] = {"source_id": row, "party": "", "account": "627000"}
    return moved("", **values, **changes)


def test_without_number_and_reference_a_document_is_known_by_day_and_lines(
    folder: Path, post: Post
) -> None:
    other_day = dt.date(2026, 9, 11)
    post(fee("a"), fee("b"), fee("c", date=other_day), fee("d", amount=Decimal(7)))
    content = sage_of(folder, renumbers=True).export()

    def without_one(lines: list[EntryLine]) -> list[EntryLine]:
        return without_reference([one for one in lines if one.piece != lines[0].piece])

    with Sage100(folder, CREATING) as ledger:
        export_into(folder, edited(content, without_one))
        three = ledger.confirm()
        export_into(folder, edited(content, without_reference), hours=2)
        found = ledger.confirm()

    # Which of two that are alike is missing, nobody can tell: one is.
    assert [(one.code, one.index) for one in three.report] == [("SC-S100-NOT-IMPORTED", 1)]
    assert len({one.booked_as for one in three.confirmed}) == 3
    assert len({one.booked_as for one in found.confirmed}) == 4
    assert found.report.findings == ()


def test_what_was_changed_beside_the_lines_it_is_known_by_is_told(
    folder: Path, post: Post
) -> None:
    post(fee("a"))
    content = sage_of(folder).export()

    def numbered(lines: list[EntryLine]) -> list[EntryLine]:
        return [one.replace(invoice_number="R9", reference="main") for one in lines]

    with Sage100(folder, CREATING) as ledger:
        export_into(folder, edited(content, numbered))
        assert drift(ledger.confirm()) == [
            ("SC-S100-DRIFT-PIECE", "SC0000001", "invoice_number", "\u2013", "R9", "")
        ]


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"label": "Autre"}, ["SC-S100-CANNOT-TELL"]),
        ({"account": "471000"}, ["SC-S100-CANNOT-TELL"]),
        ({"amount": Decimal(7)}, ["SC-S100-CANNOT-TELL"]),
        ({"date": dt.date(2026, 9, 11)}, ["SC-S100-CANNOT-TELL"]),
    ],
)
def test_what_stands_there_in_part_is_not_said_to_be_missing(
    folder: Path, post: Post, changes: dict[str, Any], codes: list[str]
) -> None:
    post(fee("a"), moved("B2"))
    content = sage_of(folder).export()

    def half(lines: list[EntryLine]) -> list[EntryLine]:
        first, second, *rest = without_reference(lines)
        return [first.replace(**changes), second, *rest]

    with Sage100(folder, CREATING) as ledger:
        export_into(folder, edited(content, half))
        found = ledger.confirm()

    assert [one.code for one in found.report] == codes
    assert found.report[0].severity.value == "note"
    assert [one.number for one in found.confirmed] == ["B2"]
    for language, look in (("en", "Look in Sage"), ("fr", "Cherchez dans Sage")):
        assert "later.txt" in found.report[0].message(language)
        assert found.report[0].fix(language).startswith(look)


def test_a_document_stands_in_one_piece_and_on_one_day() -> None:
    line = Booked(
        "BQ", "2026-09-10", "", "512000", "", "Frais", "", "credit", "1.00", "", ""
    )
    other = line._replace(account="627000", side="debit")
    next_day = [one._replace(date="2026-09-11") for one in (line, other)]
    two_pieces = {
        ("BQ", "2026-09-10", "1"): [Seen(line, "1", 5)],
        ("BQ", "2026-09-10", "2"): [Seen(other, "2", 9)],
    }
    one_piece = {
        ("BQ", "2026-09-10", "1"): [
            Seen(one, "1", at)
            for at, one in enumerate((line, other, line, other._replace(label="x"), other))
        ]
    }

    apart, together = ByLines(two_pieces), ByLines(one_piece)

    assert apart.claimed([line, other]) == []
    assert apart.has_much_of([line, other])
    assert not apart.has_much_of([line, other, other])
    assert not together.has_much_of(next_day)
    assert together.claimed(next_day) == []
    assert [one.line for one in together.claimed([line, other])] == [0, 1]
    assert [one.line for one in together.claimed([line, other])] == [2, 4]
    assert together.claimed([line, other]) == []
    assert together.has_much_of([line, other])
    assert not together.has_much_of([line, line])


def test_many_documents_without_a_number_are_found_in_proportion() -> None:
    line = Booked(
        "BQ", "2026-09-30", "", "512000", "", "Frais", "", "credit", "1.00", "", ""
    )
    own = [line, line._replace(account="627000", side="debit")]

    def seconds(count: int) -> float:
        pieces = {
            ("BQ", "2026-09-30", str(at)): [Seen(one, str(at), at) for one in own]
            for at in range(count)
        }
        begin = time.process_time()
        by_lines = ByLines(pieces)
        assert all(by_lines.claimed(own) for _ in range(count))
        assert not by_lines.claimed(own)
        return time.process_time() - begin

    few = min(seconds(300) for _ in range(5))
    assert min(seconds(3_000) for _ in range(2)) < 50 * few


def test_a_document_that_lost_its_reference_and_came_to_more_cannot_be_told(
    folder: Path, ledger: Sage100, sage: Sage100Importer
) -> None:
    def other_amount(lines: list[EntryLine]) -> list[EntryLine]:
        return [
            line.replace(reference="", amount=line.amount + 1)
            for line in lines
            if line.amount is not None
        ]

    export_into(folder, edited(sage.export(), other_amount))

    found = ledger.confirm()

    assert (found.confirmed, len(found.waiting)) == ((), 1)
    assert [one.code for one in found.report] == ["SC-S100-CANNOT-TELL"]


def test_a_document_without_a_number_that_is_not_there_was_not_imported(
    folder: Path, post: Post
) -> None:
    post(fee("a"))
    content = sage_of(folder).export()

    def other(lines: list[EntryLine]) -> list[EntryLine]:
        return [
            line.replace(reference="", amount=Decimal(7), label="Autre") for line in lines
        ]

    with Sage100(folder, CREATING) as ledger:
        export_into(folder, edited(content, other))
        lost = ledger.confirm()
        export_into(folder, content, hours=2)
        found = ledger.confirm()

    assert [one.code for one in lost.report] == ["SC-S100-NOT-IMPORTED"]
    assert lost.report[0].document == "SC0000001"
    assert [one.state for one in found.documents] == [State.CONFIRMED]
    assert found.report.findings == ()


def test_equal_lines_of_one_document_are_each_looked_for(folder: Path, post: Post) -> None:
    half, whole = Decimal(5), Decimal(10)
    entry = JournalEntry(
        source_id="paie",
        journal="OD",
        date=DAY,
        currency="EUR",
        description="Paie",
        movements=(
            Movement(account="616100", debit=half),
            Movement(account="616100", debit=half),
            Movement(account="606400", credit=whole),
        ),
    )
    post(entry)
    content = sage_of(folder).export()

    lost = edited(content, without_reference)
    day = f"{DAY:%d%m%y}\r\n".encode()

    with Sage100(folder, CREATING) as ledger:
        # Somebody's tool left out the day of one half.
        export_into(folder, lost.replace(day, b"\r\n", 1))
        part = ledger.confirm()
        export_into(folder, edited(content, without_reference), hours=2)
        found = ledger.confirm()

    assert (part.confirmed, [one.code for one in part.report]) == (
        (),
        ["SC-S100-CANNOT-TELL"],
    )
    assert (len(found.confirmed), found.report.findings) == (1, ())

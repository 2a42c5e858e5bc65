"""`demo --to accounting`: a month in a simulated business, counted in its own books."""

import json
import sqlite3
from collections import Counter
from decimal import Decimal
from html import escape
from pathlib import Path

import pytest

from sage_connect.cli.demo import Demo, run_demo
from sage_connect.cli.page import CASES
from sage_connect.model import Document, MasterData
from sage_connect.testing.accounting import AccountingSimulator
from sage_connect.testing.demo import british, british_faults, cases, month

from .conftest import run


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Demo, Demo]:
    """The demo, run twice in one folder: in English, then in French."""
    folder = tmp_path_factory.mktemp("demo") / "of accounting"
    first = run_demo(folder, language="en", product="accounting")
    return first, run_demo(folder, language="fr", product="accounting")


def test_all_is_as_it_should_be(runs: tuple[Demo, Demo]) -> None:
    first, second = runs

    assert (list(first.wrong), list(second.wrong)) == ([], [])
    assert (first.count.lost, first.count.twice) == (0, 0)
    assert first.missed == []
    assert len(british_faults.faulty()) >= 60
    assert len({one.code for one in british_faults.faulty()}) >= 40


def test_most_of_the_month_is_posted_and_the_rest_explained(
    runs: tuple[Demo, Demo],
) -> None:
    first, _ = runs

    assert sum(first.states.values()) == len(british.month()) + len(british_faults.faulty())
    assert first.states["CREATED"] >= 500
    # What is refused has a finding each, in both languages.
    refused = {one.index for one in first.report}
    assert len(refused) == sum(first.states.values()) - first.states["CREATED"]
    assert all(one.message("fr") and one.fix("en") for one in first.report)
    # What was sent arrived as it was sent.
    assert "SC-SA-READ-BACK" not in first.noted


def test_a_second_run_posts_nothing(runs: tuple[Demo, Demo]) -> None:
    first, second = runs

    assert second.states["UNCHANGED"] == first.states["CREATED"]
    assert "CREATED" not in second.states
    assert second.count == first.count
    assert (second.kinds, second.banks, second.cases) == (
        first.kinds,
        first.banks,
        first.cases,
    )


def test_the_books_are_counted_apart_from_what_was_told(
    runs: tuple[Demo, Demo], tmp_path: Path
) -> None:
    first, second = runs
    # A copy of the state, looked at with nothing of ours in between.
    copy = tmp_path / "copy.db"
    with (
        sqlite3.connect(first.folder / "business.db") as source,
        sqlite3.connect(copy) as to,
    ):
        source.backup(to)
    with sqlite3.connect(copy) as database:
        rows = database.execute(
            "SELECT resource, COUNT(*) FROM records WHERE resource IN ('sales_invoices',"
            " 'sales_credit_notes', 'purchase_invoices', 'purchase_credit_notes',"
            " 'contact_payments', 'other_payments', 'journals') AND deleted IS NULL"
            " GROUP BY resource"
        ).fetchall()
        numbers = [
            json.loads(doc)["invoice_number"]
            for (doc,) in database.execute(
                "SELECT doc FROM records WHERE resource='sales_invoices'"
            )
        ]
    posted = {one.name: one.documents for one in second.kinds}
    with AccountingSimulator(state=str(copy)) as simulator:
        balanced = simulator.books().is_balanced()

    found = dict(rows)
    assert sum(found.values()) == second.count.standing
    assert found["sales_invoices"] == posted["sales_invoice"] == len(set(numbers))
    assert found["journals"] == posted["journal_entry"]
    assert balanced


def test_kinds_and_banks_tell_the_same_money(runs: tuple[Demo, Demo]) -> None:
    first, _ = runs
    settled = {"customer_receipt", "customer_refund", "supplier_payment"}
    money = {"bank_entry", "supplier_refund"} | settled
    moved = sum((one.gross for one in first.kinds if one.name in money), Decimal())
    banks = sum((one.received + one.paid for one in first.banks), Decimal())

    # Payments in dollars are converted one by one.
    assert abs(moved - banks) <= Decimal("0.05")
    assert [one.account for one in first.banks] == [
        "Current (1200)",
        "Cash (1210)",
        "Dollars (1220)",
    ]


def test_the_page_tells_it_in_the_language_asked_for(runs: tuple[Demo, Demo]) -> None:
    _, second = runs
    page = second.page.read_text("utf-8")

    assert "Sage Accounting simulé" in page
    assert f"{second.count.standing} enregistrements, 0 perdus, 0 en double" in page
    assert '<th class="money">encaissé, GBP</th>' in page
    assert "<th>journal</th>" not in page
    for french in CASES.values():
        assert f"<summary>{escape(french)} <b>" in page
    assert page.count("<details open") == 1


def test_each_case_shows_a_balanced_example(runs: tuple[Demo, Demo]) -> None:
    first, _ = runs
    off = [
        one.name
        for one in first.cases
        if sum(Decimal(entry.debit or 0) for entry in one.entries)
        != sum(Decimal(entry.credit or 0) for entry in one.entries)
    ]

    assert off == []
    assert {one.name for one in first.cases} == cases().keys()


def test_it_is_the_demo_companys_month() -> None:
    """The same documents in the same order; what a country decides is said otherwise."""
    here, there = british.month(), month()

    assert [type(one) for one in here] == [type(one) for one in there]
    assert Counter(one.type for one in here) == Counter(one.type for one in there)
    for own, other in zip(here, there, strict=True):
        for name in ("party", "date", "source_id", "party_number", "code", "name"):
            assert getattr(own, name, None) == getattr(other, name, None)
    assert british.month() == here
    assert all(isinstance(one, Document | MasterData) for one in here)


def test_the_terminal_tells_it_too(tmp_path: Path) -> None:
    first = run("demo", "--to", "accounting", "--folder", "d", cwd=tmp_path)
    second = run("demo", "--to", "accounting", "--folder", "d", cwd=tmp_path)

    told = [" ".join(line.split()) for line in first.out.decode().splitlines()]
    again = " ".join(second.out.decode().split())
    assert (first.code, second.code) == (0, 0)
    assert any(line.startswith("192 sales invoices ") for line in told)
    assert any("0 lost, 0 twice" in line for line in told)
    assert "SC-SA-INSTALMENTS" in first.out.decode()
    assert " UNCHANGED" in again
    assert " CREATED" not in again


def test_a_folder_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    ended = run("demo", "--to", "accounting", "--folder", "file/d", cwd=tmp_path)

    assert ended.code == 2
    assert "file" in ended.err

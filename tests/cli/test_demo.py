"""What `demo` tells of the month: kinds, journals, money, and an example of each case."""

import shutil
from decimal import Decimal
from html import escape
from pathlib import Path

import pytest

from sage_connect.cli.demo import Demo, run_demo
from sage_connect.cli.page import CASES, KINDS
from sage_connect.model import Document
from sage_connect.testing.demo import faulty, month

from .conftest import run


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The demo, run once, in French."""
    return run_demo(tmp_path_factory.mktemp("demo"), language="fr")


def test_every_sound_document_is_posted_and_every_fault_found(demo: Demo) -> None:
    assert demo.good
    assert demo.missed == []
    assert demo.states == {
        "HANDED_OVER": len(month()),
        "REFUSED": len(faulty()) - 1,
        "SKIPPED": 1,
    }


def test_kinds_add_up_to_the_month(demo: Demo) -> None:
    found = {(one.name, one.journal): one.documents for one in demo.kinds}

    assert sum(found.values()) == len(month())
    assert {name for name, _ in found} == KINDS.keys()
    assert {journal for _, journal in found} == {"", "VTE", "ACH", "BQ", "BQD", "CAI", "OD"}
    assert found["sales_invoice", "VTE"] == 240
    assert found["card_refund", "ACH"] == found["supplier_refund", "BQ"] == 4
    masters = [one for one in demo.kinds if not one.journal]
    assert {one.gross for one in masters} == {Decimal()}


def test_money_of_payments_is_the_money_of_the_banks(demo: Demo) -> None:
    moved = {"BQ": Decimal(), "BQD": Decimal(), "CAI": Decimal()}
    for one in demo.kinds:
        if one.journal in moved:
            moved[one.journal] += one.gross

    assert [one.received + one.paid for one in demo.banks] == [*moved.values()]
    assert min(min(one.received, one.paid) for one in demo.banks) > 0


def test_each_case_shows_a_balanced_example(demo: Demo) -> None:
    sides = {
        one.name: [
            sum((Decimal(getattr(entry, side) or 0) for entry in one.entries), Decimal())
            for side in ("debit", "credit")
        ]
        for one in demo.cases
    }

    assert [
        name for name, (debit, credit) in sides.items() if not debit == credit > 0
    ] == []
    assert sum(one.documents for one in demo.cases) == sum(
        isinstance(one, Document) for one in month()
    )
    parts = list(dict.fromkeys(one.part for one in demo.cases))
    assert parts == ["sales", "purchases", "money", "entries"]


def test_the_page_tells_kinds_and_money_in_its_language(demo: Demo) -> None:
    page = demo.page.read_text("utf-8")

    for _, french in KINDS.values():
        assert f"<td>{escape(french)}</td>" in page
    assert {one.name for one in demo.cases} == CASES.keys()
    for french in CASES.values():
        assert f"<summary>{escape(french)} <b>" in page
    assert "512100 Banque en dollars" in page
    assert '<th class="money">encaissé, EUR</th>' in page
    assert "Écritures d&#x27;opérations diverses" in page
    assert page.count("<details open") == 1


def test_a_second_run_tells_the_same_and_posts_nothing(demo: Demo, tmp_path: Path) -> None:
    # A copy: the page of the first run is another test's to read.
    shutil.copytree(demo.folder, tmp_path / "again")
    again = run_demo(tmp_path / "again", language="en")

    assert again.good
    assert again.states["UNCHANGED"] == len(month())
    assert (again.kinds, again.banks, again.cases) == (demo.kinds, demo.banks, demo.cases)
    assert "<td>sales invoices</td>" in again.page.read_text("utf-8")


def test_the_terminal_tells_kinds_and_money(tmp_path: Path) -> None:
    told = run("demo", "--folder", "d", cwd=tmp_path).out.decode()

    lines = [" ".join(line.split()) for line in told.splitlines()]
    assert any(line.startswith("240 sales invoices VTE ") for line in lines)
    assert "4 new suppliers" in lines
    assert any(line.startswith("531000 Caisse in 500.00 EUR out") for line in lines)


def test_a_folder_of_another_version_is_given_this_ones_company(tmp_path: Path) -> None:
    company = tmp_path / "company"
    (company / "exports").mkdir(parents=True)
    (company / "exports" / "company.txt").write_bytes(b"#FIN\r\n")
    (company / "sage_connect.toml").write_text('[sage100]\nname = "AUTRE"\n', "utf-8")

    assert run_demo(tmp_path, language="en").good

"""The budgets, the file of the last run, and the page that shows it. Nothing is timed."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ..docs.conftest import loaded_tables

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
RUN = json.loads((DOCS / "benchmarks.json").read_text("utf-8"))
# They ask Unix for what it knows of processes.
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="benchmarks need Unix")
STATED = ("part", "work", "against", "unit", "budget", "why")


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bench", *arguments],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(scope="module")
def budgets() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(bench("--list").stdout)
    return found


@pytest.fixture(scope="module")
def page() -> str:
    """Return the page as the site shows it."""
    text = (DOCS / "explanation" / "benchmarks.md").read_text("utf-8")
    filled: str = loaded_tables().filled(text)
    return filled


def test_the_last_run_has_every_budget_as_it_stands(budgets: list[dict[str, Any]]) -> None:
    run = [{name: row[name] for name in STATED} for row in RUN["rows"]]

    assert budgets == run


def test_no_two_budgets_have_one_name(budgets: list[dict[str, Any]]) -> None:
    assert len(budgets) == len({row["work"] for row in budgets})


def test_the_page_shows_every_budget_and_its_machine(page: str) -> None:
    shown = [line.split(" | ")[0].removeprefix("| ") for line in page.splitlines()]

    assert [row["work"] for row in RUN["rows"] if shown.count(row["work"]) != 1] == []
    assert RUN["machine"]["processor"] in page
    assert RUN["machine"]["python"] in page


def test_what_is_over_its_budget_is_told_with_the_reason(page: str) -> None:
    over = [row for row in RUN["rows"] if not row["within"]]

    assert [row["work"] for row in over if not row["why"]] == []
    assert [row["work"] for row in over if f"{row['work']}. {row['why']}" not in page] == []
    assert len(over) == page.count("| **over** |")


def test_a_part_that_is_not_there_is_named() -> None:
    done = bench("sums")

    assert done.returncode == 2
    assert "no such part: sums" in done.stderr


def test_a_part_is_not_written_as_if_it_were_the_whole() -> None:
    done = bench("imports", "--write")

    assert done.returncode == 2
    assert "a whole run" in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
@pytest.mark.slow
def test_every_benchmark_runs(budgets: list[dict[str, Any]]) -> None:
    done = bench("--quick")
    told = [line.strip() for line in done.stdout.splitlines()]

    assert done.returncode in {0, 1}, done.stderr
    assert [row for row in budgets if not any(row["work"] in line for line in told)] == []

"""Every documented limit of Sage 100 is a rule, a line of the preflight, or explained."""

import re
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest

from sage_connect.sage100.rules import BOOK, RULES
from sage_connect.validation import Mark

ROOT: Final = Path(__file__).parents[3]
LIMITS: Final[list[dict[str, Any]]] = tomllib.loads(
    (ROOT / "docs" / "limits" / "sage100.toml").read_text("utf-8")
)["limit"]
FACTS: Final = [one["fact"] for one in LIMITS]
ROWS: Final = {*range(1, 43), *range(96, 127), *range(255, 263)}
"""Rows of the two integrations with Sage 100, and of what all share."""
_ROW: Final = re.compile(r"^\| S(\d+) \| [PREL] \|", re.MULTILINE)


def codes(one: dict[str, Any]) -> list[str]:
    return [*one.get("rules", ()), *one.get("preflight", ())]


def test_no_fact_stands_twice() -> None:
    assert sorted(set(FACTS)) == sorted(FACTS)


@pytest.mark.parametrize("one", LIMITS, ids=FACTS)
def test_a_limit_has_a_code_that_exists_or_a_reason(one: dict[str, Any]) -> None:
    assert [code for code in codes(one) if code not in BOOK] == []
    assert codes(one) or one["reason"]
    assert one["mark"] in set(Mark)


@pytest.mark.parametrize("one", LIMITS, ids=FACTS)
def test_what_nobody_confirms_refuses_nothing(one: dict[str, Any]) -> None:
    if one["mark"] != Mark.UNCONFIRMED:
        return

    assert {"error"} & {BOOK[code].severity for code in codes(one)} == set()


def test_every_rule_of_sage_100_stands_for_a_limit() -> None:
    assert RULES.keys() - {code for one in LIMITS for code in codes(one)} == set()


def test_every_row_that_asks_for_something_is_looked_after(spec: Path) -> None:
    text = (spec.parent / "REQUIREMENTS.md").read_text("utf-8")
    asked = {f"S{number}" for number in _ROW.findall(text) if int(number) in ROWS}

    assert asked - {row for one in LIMITS for row in one.get("rows", ())} == set()

"""Every documented limit of Sage Intacct is a rule of ours, or says why it is none."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from sage_connect.intacct.rules import RULES
from sage_connect.targets import every_rule
from sage_connect.validation import Mark

DOCS: Final = Path(__file__).parents[3] / "docs"
LIMITS: Final[Sequence[Mapping[str, Any]]] = tomllib.loads(
    (DOCS / "limits" / "intacct.toml").read_text("utf-8")
)["limit"]
KEYS: Final = {"fact", "source", "mark", "rules", "preflight", "reason", "rows"}
# Preconditions, rules, errors and limits of the published integration, and those of all.
ROWS: Final = ((173, 254), (255, 262))
ROW: Final = re.compile(r"^\| S(\d+) \| ([A-Z]) \|", re.MULTILINE)


def codes_of(limit: Mapping[str, Any]) -> list[str]:
    return [*limit.get("rules", ()), *limit.get("preflight", ())]


def test_every_code_exists() -> None:
    known = set(every_rule())

    assert {code for one in LIMITS for code in codes_of(one)} - known == set()


def test_every_limit_is_a_rule_or_says_why_it_is_none() -> None:
    neither = [one["fact"] for one in LIMITS if bool(codes_of(one)) == ("reason" in one)]

    assert neither == []


def test_every_rule_of_intacct_rests_on_a_limit() -> None:
    cited = {code for one in LIMITS for code in codes_of(one)}

    assert set(RULES) - cited == set()


def test_every_limit_is_told_in_the_same_shape_and_once() -> None:
    facts = [one["fact"] for one in LIMITS]

    assert [one for one in LIMITS if set(one) - KEYS] == []
    assert {one["mark"] for one in LIMITS} <= {mark.value for mark in Mark}
    assert len(set(facts)) == len(facts)
    assert [one for one in facts if not one.endswith(".")] == []


def test_every_source_stands_on_its_page() -> None:
    page = (DOCS / "sources.md").read_text("utf-8")

    wanted = {one["source"].replace("#", "-") for one in LIMITS}
    assert {one for one in wanted if f"{{#{one}}}" not in page} == set()


def test_every_demand_of_the_published_integration_is_there(spec: Path) -> None:
    text = (spec.parent / "REQUIREMENTS.md").read_text("utf-8")

    owed = {
        f"S{number}"
        for number, kind in ROW.findall(text)
        if kind in "PREL" and any(low <= int(number) <= high for low, high in ROWS)
    }
    assert owed - {row for one in LIMITS for row in one.get("rows", ())} == set()


@pytest.mark.requirement("S262")
def test_every_precondition_has_a_code_of_the_preflight_or_is_the_applications(
    spec: Path,
) -> None:
    text = (spec.parent / "REQUIREMENTS.md").read_text("utf-8")
    found = {
        f"S{number}"
        for number, kind in ROW.findall(text)
        if kind == "P" and 173 <= int(number) <= 254
    }

    looked_at = {row for one in LIMITS if codes_of(one) for row in one.get("rows", ())}
    told = {row for one in LIMITS if "reason" in one for row in one.get("rows", ())}
    assert found - looked_at == {"S176", "S177"}
    assert found - looked_at <= told

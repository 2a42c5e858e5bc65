"""Every documented fact has a rule or a reason, and every rule a fact it stands for."""

import re
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest

from sage_connect.accounting.rules import BOOK, RULES
from sage_connect.validation import Mark, Severity

ROOT: Final = Path(__file__).parents[3]
LIMITS: Final[list[dict[str, Any]]] = tomllib.loads(
    (ROOT / "docs" / "limits" / "accounting.toml").read_text("utf-8")
)["limit"]
KEYS: Final = {"fact", "source", "mark", "rules", "preflight", "reason", "rows"}
# The two integrations with Sage Accounting, and what all integrations share.
ROWS: Final = {*range(43, 96), *range(127, 173), *range(255, 263)}
_ANCHOR: Final = re.compile(r"\{#([a-z0-9-]+)\}")
_ROW: Final = re.compile(r"\| S(\d+) \| ([A-Z]) \|")

EACH: Final = [pytest.param(one, id=one["fact"]) for one in LIMITS]


@pytest.mark.parametrize("limit", EACH)
def test_a_fact_has_a_rule_or_a_reason(limit: dict[str, Any]) -> None:
    assert set(limit) <= KEYS
    assert limit["fact"].endswith(".")
    assert limit.get("rules") or limit.get("preflight") or limit.get("reason")
    assert limit["mark"] in {one.value for one in Mark}


@pytest.mark.parametrize("limit", EACH)
def test_every_code_of_a_fact_exists(limit: dict[str, Any]) -> None:
    named = {*limit.get("rules", ()), *limit.get("preflight", ())}

    assert named - set(BOOK) == set()


@pytest.mark.parametrize("limit", EACH)
def test_the_source_of_a_fact_is_on_the_page_of_sources(limit: dict[str, Any]) -> None:
    anchors = set(_ANCHOR.findall((ROOT / "docs" / "sources.md").read_text("utf-8")))

    assert limit["source"].replace("#", "-") in anchors


def test_every_rule_of_sage_accounting_stands_for_a_fact() -> None:
    cited = {code for one in LIMITS for code in one.get("rules", ())}

    assert set(RULES) - cited == set()


def test_no_fact_is_told_twice() -> None:
    facts = [one["fact"] for one in LIMITS]

    assert len(facts) == len(set(facts))


REFUSES_ALL_THE_SAME: Final = {
    "SC-DUP-EXISTING": "A second posting is worse; the policy makes a warning of it.",
    "SC-SA-BANK-CURRENCY": "Vendors document that the bank account has to fit.",
    "SC-SA-GROUP-SPLIT": "A cent would be lost.",
    "SC-SA-ITEM-CURRENCY": "A price would be kept in another currency than it is in.",
    "SC-SA-TEXT-LENGTH": "Sage states the lengths; that they bind requests is inferred.",
}


def test_what_is_only_inferred_or_unconfirmed_does_not_refuse() -> None:
    unsure = {Mark.INFERRED, Mark.UNCONFIRMED}

    refusing = {
        code
        for code, rule in RULES.items()
        if rule.check and rule.mark in unsure and rule.severity is Severity.ERROR
    }
    assert refusing == set(REFUSES_ALL_THE_SAME)


def test_every_row_of_the_integrations_is_walked(spec: Path) -> None:
    text = (spec.parent / "REQUIREMENTS.md").read_text("utf-8")
    wanted = {
        f"S{number}"
        for number, kind in _ROW.findall(text)
        if int(number) in ROWS and kind in "PREL"
    }

    walked = {row for one in LIMITS for row in one.get("rows", ())}
    assert wanted - walked == set()
    assert {int(row[1:]) for row in walked} <= ROWS

"""Every rule is alive: with it turned off, the test of each of its cases fails.

`nox -s rules` prints the whole book as a table.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from sage_connect.accounting.rules import BOOK as OF_ACCOUNTING
from sage_connect.intacct.rules import BOOK as OF_INTACCT
from sage_connect.sage100.rules import BOOK as OF_SAGE100
from sage_connect.targets import every_rule
from sage_connect.validation import RuleBook
from sage_connect.validation.book import COMMON
from sage_connect.validation.text import LANGUAGES, sentences

from .cases import EVERY, Case
from .silenced import turned_off

BOOKS: Mapping[str, RuleBook] = {
    "": COMMON,
    "sage100": OF_SAGE100,
    "accounting": OF_ACCOUNTING,
    "intacct": OF_INTACCT,
}
RULES = [
    pytest.param(product, code, id=f"{product or 'all'}-{code}")
    for product, book in BOOKS.items()
    for code, rule in book.items()
    if rule.check is not None and (not product or rule is not COMMON.get(code))
]
"""The rules of the common book, and each product's own or own view of a common one."""


def cases_of(product: str, code: str) -> list[Case]:
    """Return the cases that a rule of a product's book is tried by."""
    book = BOOKS[product]
    return [one for one in EVERY if one.code == code and one.bad.book is book]


def finds(case: Case) -> bool:
    """Return whether the check of a failing case finds the fault where it stands."""
    return case.path in [one.path for one in case.bad.report() if one.code == case.code]


@pytest.mark.parametrize(("product", "code"), RULES)
def test_a_rule_that_is_turned_off_is_missed(product: str, code: str) -> None:
    tried = cases_of(product, code)

    assert tried, "no case"
    with turned_off(BOOKS[product], code):
        assert not any(map(finds, tried))


def test_every_rule_is_told_with_its_source_in_both_languages() -> None:
    for code, rule in every_rule().items():
        assert "#" in rule.source or rule.source.isidentifier(), code
        for language in LANGUAGES:
            texts = sentences(rule.home, language)[code]
            assert all(texts[part].strip() for part in ("title", "message", "fix")), code


def test_a_code_that_no_rule_finds_is_met_by_a_test() -> None:
    folder = Path(__file__).parents[1]
    # What Sage Accounting says is a table of its own, every row of which is tried.
    paths = [*folder.rglob("*.py"), folder / "accounting" / "messages.txt"]
    tests = "".join(path.read_text("utf-8") for path in paths)
    found_elsewhere = [code for code, rule in every_rule().items() if rule.check is None]

    assert [code for code in found_elsewhere if f"{code}" not in tests] == []


def test_the_table_of_all_rules(request: pytest.FixtureRequest, capsys: Any) -> None:
    rows = [_row(*parameters.values) for parameters in RULES]

    if request.config.getoption("--rules", default=False):
        with capsys.disabled():
            print(f"\n{_HEAD}")
            print("\n".join(rows))
            print(f"{len(rows)} rules, {len(EVERY)} failing cases, as many that pass")
    assert len(rows) >= 150


_HEAD = "rule" + " " * 34 + "severity mark        bad good  source"


def _row(product: Any, code: Any) -> str:
    rule = BOOKS[product][code]
    tried = cases_of(product, code)
    name = f"{product or 'all'} {code}"
    return (
        f"{name:38}{rule.severity.value:9}{rule.mark.value:12}"
        f"{len(tried):3} {len(tried):4}  {rule.source}"
    )

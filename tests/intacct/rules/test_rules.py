"""Every rule of Sage Intacct: what it finds, what it lets pass, its sentences."""

import re
import string
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import attrs
import pytest

from sage_connect.intacct.rules import BOOK, REPLACED, RULES
from sage_connect.model import Customer, Reference, SalesInvoice
from sage_connect.targets import every_rule
from sage_connect.validation import RuleBook, Severity
from sage_connect.validation.text import LANGUAGES, sentences, words

from .cases_dimensions import DIMENSIONS
from .cases_money import IN_EUROS, PAID, REFUND, SETTLED
from .cases_records import RECORDS
from .company import (
    CLAIM,
    COUNT,
    CREDIT,
    CUSTOMER,
    ENTRY,
    EUROS,
    INVOICE,
    ITEM,
    PAYMENT,
    PURCHASE,
    PURCHASE_CREDIT,
    RECEIPT,
    REFERENCE,
    SUPPLIER,
    VALUE,
)
from .shape import Fixture, checked, of_bad, of_good

FIXTURES = (*RECORDS, *DIMENSIONS, *SETTLED)
EVERY = [
    pytest.param(one, id=f"{one.code}-{at}-{one.path}") for at, one in enumerate(FIXTURES)
]
HOME = "sage_connect.intacct"
SOURCE = Path(__file__).parents[3] / "src" / "sage_connect"


def places(report: Iterable[Any], code: str) -> list[str]:
    return [one.path for one in report if one.code == code]


@pytest.mark.requirement("S201", "S206", "S214", "S232", "S238", "S241")
@pytest.mark.parametrize("one", EVERY)
def test_a_rule_finds_its_failing_case_at_its_place(one: Fixture) -> None:
    assert set(places(of_bad(one), one.code)) == {one.path}


@pytest.mark.parametrize("one", EVERY)
def test_a_rule_lets_its_passing_case_pass(one: Fixture) -> None:
    assert places(of_good(one), one.code) == []


@pytest.mark.parametrize("one", EVERY)
def test_a_rule_needs_no_other_and_no_other_stands_in_for_it(one: Fixture) -> None:
    alone = RuleBook(BOOK.home, [BOOK[one.code]])
    rest = RuleBook(BOOK.home, (rule for rule in BOOK.values() if rule.code != one.code))

    assert set(places(of_bad(one, alone), one.code)) == {one.path}
    assert places(of_bad(one, rest), one.code) == []


def test_every_rule_has_a_case() -> None:
    rules = {code for code, rule in RULES.items() if rule.check is not None}

    told = {one.code for one in FIXTURES}
    assert (rules | set(REPLACED)) - told == set()


@pytest.mark.parametrize("one", EVERY)
def test_no_rule_breaks_on_a_case(one: Fixture) -> None:
    assert places((*of_bad(one), *of_good(one)), "SC-RULE-FAILED") == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("one", EVERY)
def test_a_finding_says_every_value_that_its_sentences_name(
    one: Fixture, language: str
) -> None:
    finding = next(each for each in of_bad(one) if each.code == one.code)

    assert "{" not in finding.message(language) + finding.fix(language)
    assert "None" not in finding.message(language)


@pytest.mark.parametrize("one", EVERY)
def test_a_value_that_is_said_in_words_has_them(one: Fixture) -> None:
    finding = next(each for each in of_bad(one) if each.code == one.code)
    for language in LANGUAGES:
        template = sentences(finding.home, language)[one.code]["message"]
        parts = string.Formatter().parse(template)
        spoken = [name for _, name, spec, _ in parts if spec == "word"]

        unspoken = {finding.values[name] for name in spoken if name} - set(words(language))
        assert unspoken == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_its_sentences(language: str) -> None:
    told = sentences(HOME, language)

    assert {code: set(told[code]) for code in told} == {
        code: {"title", "message", "fix"} for code in RULES
    }


def test_both_languages_name_the_same_values() -> None:
    def named(parts: Any) -> set[str]:
        texts = (parts["message"], parts["fix"])
        found = (name for one in texts for _, name, _, _ in string.Formatter().parse(one))
        return {name for name in found if name}

    english, french = (sentences(HOME, one) for one in LANGUAGES)

    assert {code: named(english[code]) for code in english} == {
        code: named(french[code]) for code in french
    }


@pytest.mark.parametrize(
    "document",
    [
        *(INVOICE, CREDIT, PURCHASE, PURCHASE_CREDIT, CLAIM, EUROS, PAYMENT, PAID, REFUND),
        *(RECEIPT, ENTRY, IN_EUROS, COUNT, CUSTOMER, SUPPLIER, ITEM, VALUE),
    ],
    ids=lambda one: f"{one.type}-{getattr(one, 'number', '') or one.code}",
)
def test_a_right_document_has_no_finding(document: object) -> None:
    report = checked(document)

    assert (tuple(report), report.unchecked) == ((), ())


@pytest.mark.requirement("S173")
def test_a_company_without_entities_is_posted_to_as_well() -> None:
    single = attrs.evolve(REFERENCE, entities={})

    assert tuple(checked((INVOICE, PURCHASE, ENTRY), reference=single)) == ()


def test_no_rule_breaks_on_a_document_that_says_nothing() -> None:
    empty = SalesInvoice(date=None, party="", currency="", lines=())

    for known in (REFERENCE, Reference()):
        report = checked((empty, Customer(code="")), reference=known)
        assert places(report, "SC-RULE-FAILED") == []


def test_what_is_not_known_is_not_checked_and_nothing_is_found() -> None:
    unknown = attrs.evolve(INVOICE, party="NOBODY", currency="CHF", entity="X", project="P")

    report = checked(unknown, reference=Reference())

    assert tuple(report) == ()
    missing = {one.code: one.missing for one in report.unchecked}
    assert missing["SC-IN-ENTITY-UNKNOWN"] == ("entities",)
    assert missing["SC-IN-DIMENSION-VALUE"] == ("dimension_values",)
    assert missing["SC-IN-CURRENCY"] == ("company.base_currency", "company.own")


def test_only_a_promise_of_ours_has_no_source_of_sages() -> None:
    ours = {code for code, rule in RULES.items() if rule.source.startswith("library#")}

    assert ours == {code for code, rule in RULES.items() if rule.mark == "ours"}


def test_what_the_sources_leave_open_never_refuses_a_document() -> None:
    open_questions = {
        code: rule.severity for code, rule in RULES.items() if rule.mark == "unconfirmed"
    }

    assert {code for code, one in open_questions.items() if one is Severity.ERROR} == set()
    assert open_questions


def test_every_code_that_the_back_end_raises_is_explained() -> None:
    files = [*(SOURCE / "intacct").rglob("*.py")]
    raised = {
        code
        for path in files
        for code in re.findall(r'"(SC-[A-Z0-9-]+)"', path.read_text("utf-8"))
    }

    assert raised - set(every_rule()) == set()
    assert "SC-IN-SIGN-IN" in raised


def test_what_a_setting_lifts_keeps_its_place_among_the_common_rules() -> None:
    codes = list(BOOK)

    assert codes[0] == "SC-AMOUNT-RANGE"
    assert codes.index("SC-INV-ADJUSTMENT") < codes.index("SC-IN-NOT-CARRIED")


def test_intacct_has_rates_of_its_own() -> None:
    without_rate = attrs.evolve(EUROS, exchange_rate=None)

    assert tuple(checked(without_rate)) == ()
    assert "SC-RATE-MISSING" not in BOOK

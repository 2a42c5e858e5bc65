"""Every rule of Sage 100: a case that it refuses, one that it lets pass, its sentences."""

import string
from collections.abc import Iterable
from typing import Any

import attrs
import pytest

from sage_connect.ledger import Mapping as Translation
from sage_connect.model import (
    Customer,
    Reference,
    SalesInvoice,
)
from sage_connect.model.fields import FrozenMap
from sage_connect.model.reference import by_code
from sage_connect.sage100.rules import BOOK, RULES
from sage_connect.sage100.settings import (
    Analytics,
    Sage100Settings,
)
from sage_connect.validation import Checker, Report, RuleBook, Severity
from sage_connect.validation.text import LANGUAGES, sentences

from .company import (
    BANK,
    CREDIT,
    CUSTOMER,
    DOLLARS,
    ENTRY,
    INVOICE,
    PAYMENT,
    PURCHASE,
    REFERENCE,
    SETTINGS,
    company,
    customer,
    invoice,
    settings,
    with_line,
)
from .entered import ENTERED
from .fixtures import FIXTURES as SALES
from .kept import KEPT
from .shape import Fixture

FIXTURES = (*SALES, *ENTERED, *KEPT)

IDS = [f"{one.code}-{one.path}" for one in FIXTURES]


def checked(
    documents: object,
    given: Sage100Settings = SETTINGS,
    reference: Reference = REFERENCE,
    book: RuleBook = BOOK,
) -> Report:
    checker = Checker(book=book, target="sage100", country="FR", settings=given)
    batch = documents if isinstance(documents, tuple) else (documents,)
    return checker.check(batch, reference=reference)


def places(report: Iterable[Any], code: str) -> list[str]:
    return [one.path for one in report if one.code == code]


@pytest.mark.requirement("S13", "S14", "S15", "S22", "S24", "S30")
@pytest.mark.parametrize("one", FIXTURES, ids=IDS)
def test_a_rule_finds_its_failing_case_at_its_place(one: Fixture) -> None:
    report = checked(one.bad, one.settings, one.reference)

    assert one.path in places(report, one.code)


@pytest.mark.parametrize("one", FIXTURES, ids=IDS)
def test_a_rule_lets_its_passing_case_pass(one: Fixture) -> None:
    report = checked(one.good, one.good_settings, one.good_reference)

    assert places(report, one.code) == []


@pytest.mark.parametrize("one", FIXTURES, ids=IDS)
def test_without_the_rule_nobody_finds_its_case(one: Fixture) -> None:
    rest = RuleBook("", (rule for rule in BOOK.values() if rule.code != one.code))

    assert places(checked(one.bad, one.settings, one.reference, rest), one.code) == []


def test_every_rule_has_a_case() -> None:
    rules = {code for code, rule in RULES.items() if rule.check is not None}

    assert rules - {one.code for one in FIXTURES} == set()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("one", FIXTURES, ids=IDS)
def test_a_finding_says_every_value_that_its_sentences_name(
    one: Fixture, language: str
) -> None:
    report = checked(one.bad, one.settings, one.reference)
    finding = next(each for each in report if each.code == one.code)

    assert "{" not in finding.message(language) + finding.fix(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_its_sentences(language: str) -> None:
    told = sentences("sage_connect.sage100", language)

    assert {code: set(told[code]) for code in told} == {
        code: {"title", "message", "fix"} for code in RULES
    }


def test_both_languages_name_the_same_values() -> None:
    english, french = (sentences("sage_connect.sage100", one) for one in LANGUAGES)

    def named(text: str) -> set[str | None]:
        return {field for _, field, _, _ in string.Formatter().parse(text)} - {None}

    assert {code: named(english[code]["message"]) for code in english} == {
        code: named(french[code]["message"]) for code in french
    }


@pytest.mark.parametrize(
    "document",
    [INVOICE, CREDIT, CUSTOMER, DOLLARS, PURCHASE, PAYMENT, BANK, ENTRY],
    ids=repr,
)
def test_a_right_document_has_no_finding(document: object) -> None:
    assert tuple(checked(document)) == ()


def test_two_codes_that_sage_takes_for_one_are_one_problem_naming_both() -> None:
    report = checked((customer(code="Ab-É"), CUSTOMER, customer(code="AB-E")))

    found = [one for one in report if one.code == "SC-CUST-CODE-DUPLICATE"]
    assert [(one.values["code"], one.values["other"]) for one in found] == [
        ("AB-E", "Ab-É")
    ]


def test_two_customers_of_a_batch_that_are_in_the_reference_too_are_one_problem() -> None:
    batch = (customer(code="AB É"), customer(code="AB E"))
    known = {**(REFERENCE.customers or {}), **by_code(batch)}

    report = checked(batch, reference=attrs.evolve(REFERENCE, customers=known))

    assert len(places(report, "SC-CUST-CODE-DUPLICATE")) == 1


def test_a_batchs_own_customer_is_not_taken_for_one_that_sage_has() -> None:
    known = {**(REFERENCE.customers or {}), CUSTOMER.code: CUSTOMER}

    report = checked(CUSTOMER, reference=attrs.evolve(REFERENCE, customers=known))

    assert tuple(report) == ()


def test_what_holds_for_the_company_is_told_once_for_a_batch() -> None:
    report = checked((INVOICE, CREDIT), reference=company(import_journal_balance="1"))

    assert places(report, "SC-S100-AUTO-BALANCE") == [""]


def test_an_unwritable_character_is_named_with_its_code_point_and_position() -> None:
    report = checked(with_line(description="Le cœur"))

    (finding,) = (one for one in report if one.severity is Severity.ERROR)
    assert (finding.values["point"], finding.values["position"]) == ("U+0153", "5")


@pytest.mark.requirement("S14")
def test_an_unknown_plan_is_told_with_the_nearest_names() -> None:
    report = checked(invoice(project="P100"), settings(analytics=Analytics(plan="PROJT")))

    (finding,) = (one for one in report if one.code == "SC-S100-PLAN-UNKNOWN")
    assert "PROJET" in finding.message("en")


@pytest.mark.requirement("S25")
def test_of_a_hundred_invoices_the_one_without_a_customer_code_is_refused() -> None:
    batch = [
        invoice(number=f"FA-{at}", party="" if at == 7 else "DUPONT") for at in range(100)
    ]

    report = checked(tuple(batch))

    assert {one.index for one in report.errors} == {7}


@pytest.mark.requirement("S32")
def test_a_missing_account_is_said_to_be_missing_in_the_mapping_or_in_sage() -> None:
    translating = settings(mapping=Translation(accounts=FrozenMap({"SALES": "706000"})))
    line = with_line(account="SALES2")

    ours = checked(line, translating)
    theirs = checked(line)

    assert [one.values["side"] for one in ours if one.code == "SC-ACCOUNT-UNKNOWN"] == [
        "mapping"
    ]
    assert [one.values["side"] for one in theirs if one.code == "SC-ACCOUNT-UNKNOWN"] == [
        "sage"
    ]


def test_no_rule_breaks_on_a_document_that_says_nothing() -> None:
    empty = SalesInvoice(date=None, party="", currency="", lines=())

    for known in (REFERENCE, Reference()):
        report = checked((empty, Customer(code="")), reference=known)
        assert places(report, "SC-RULE-FAILED") == []

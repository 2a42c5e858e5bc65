"""Each rule finds what it is for and nothing else, and says so in both languages."""

import datetime as dt
import re
import string
from pathlib import Path

import pytest

from sage_connect.ledger import Key, Mapping
from sage_connect.model import (
    CompanyOptions,
    Customer,
    Document,
    FiscalYear,
    Line,
    Reference,
    SalesInvoice,
)
from sage_connect.model.fields import FrozenMap
from sage_connect.validation import Checker, Finding, Report, RuleBook, describe
from sage_connect.validation.book import COMMON
from sage_connect.validation.engine import ENGINE
from sage_connect.validation.sets import identity_of
from sage_connect.validation.text import LANGUAGES, sentences

from .documents import REFERENCE, D, bank, entry, invoice, line, payment, purchase
from .fixtures import CASES
from .trials import Trial

SOURCES = Path(__file__).parents[2] / "docs" / "sources.md"
EVERY = [
    pytest.param(code, one, id=f"{code}-{at}")
    for code, cases in CASES.items()
    for at, one in enumerate(cases)
]
RULES = [code for code, rule in COMMON.items() if rule.check is not None]


def _checked(
    one: Trial, documents: object, book: RuleBook = COMMON, reference: Reference = REFERENCE
) -> Report:
    assert isinstance(documents, list | tuple)
    checker = Checker(book=book, target=one.target, country="fr", settings=one.settings)
    return checker.check(documents, reference=reference)


def _found(code: str, report: Report) -> list[Finding]:
    return [finding for finding in report if finding.code == code]


def test_every_rule_has_documents_that_fail_and_documents_that_pass() -> None:
    assert sorted(CASES) == sorted(RULES)


@pytest.mark.requirement("S29")
@pytest.mark.parametrize(("code", "one"), EVERY)
def test_a_rule_finds_its_fault_where_it_stands(code: str, one: Trial) -> None:
    found = _found(code, _checked(one, one.fails))

    assert [(at.index, at.path) for at in found] == [(len(one.fails) - 1, one.path)]


@pytest.mark.parametrize(("code", "one"), EVERY)
def test_a_rule_accepts_what_is_in_order(code: str, one: Trial) -> None:
    assert _found(code, _checked(one, one.passes)) == []


@pytest.mark.parametrize(("code", "one"), EVERY)
def test_a_rule_needs_no_other_rule_and_no_other_stands_in_for_it(
    code: str, one: Trial
) -> None:
    alone = RuleBook(COMMON.home, [COMMON[code]])
    without = RuleBook(COMMON.home, [rule for rule in COMMON.values() if rule.code != code])

    assert len(_checked(one, one.fails, alone)) == 1
    assert _found(code, _checked(one, one.fails, without)) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("code", "one"), EVERY)
def test_a_sentence_names_only_what_the_rule_gives(
    code: str, one: Trial, language: str
) -> None:
    (finding,) = _found(code, _checked(one, one.fails))
    whole = [sentences(finding.home, language)[code][part] for part in ("message", "fix")]
    named = {name for one in whole for _, name, _, _ in string.Formatter().parse(one)}

    assert named - {None} <= set(finding.values)
    assert "{" not in finding.message(language) + finding.fix(language)


def test_every_code_has_sentences_in_both_languages() -> None:
    for language in LANGUAGES:
        told = sentences(COMMON.home, language)
        assert sorted(told) == sorted(COMMON)
        assert {tuple(parts)[:3] for parts in told.values()} == {
            ("title", "message", "fix")
        }
        said = {name for parts in told.values() for name in tuple(parts)[3:]}
        assert said <= {"said_message", "said_fix"}


def test_both_languages_name_the_same_values() -> None:
    for code in COMMON:
        english, french = (
            sorted(
                {
                    name
                    for part in ("message", "fix")
                    for _, name, _, _ in string.Formatter().parse(
                        sentences(COMMON.home, language)[code][part]
                    )
                    if name
                }
            )
            for language in LANGUAGES
        )
        assert (code, english) == (code, french)


def test_documents_in_order_have_no_finding_at_all() -> None:
    usual = [invoice(), purchase(), payment(), entry(), bank(), Customer(code="C")]

    report = Checker(book=COMMON, target="sage100", country="FR").check(
        usual, reference=REFERENCE
    )

    assert (list(report), report.unchecked, report.documents) == ([], (), 6)


@pytest.mark.requirement("S29")
def test_an_invoice_with_five_faults_gives_five_findings() -> None:
    faulty = invoice(
        date=None, party="NEW", adjustment=1, net=7, lines=(line(account="701"),)
    )

    report = Checker(book=COMMON).check([faulty], reference=REFERENCE)

    assert sorted(report.by_code) == [
        "SC-ACCOUNT-UNKNOWN",
        "SC-INV-ADJUSTMENT",
        "SC-INV-CONTACT-NOT-IN-SAGE",
        "SC-INV-DATE-REQUIRED",
        "SC-TOTAL-DECLARED",
    ]


@pytest.mark.requirement("S25")
def test_of_a_hundred_invoices_the_one_without_a_customer_code_is_refused() -> None:
    batch = [
        invoice(number=f"F{at}", party="" if at == 42 else "ACME") for at in range(100)
    ]

    report = Checker(book=COMMON, target="sage100").check(batch, reference=REFERENCE)

    assert [(one.index, one.code) for one in report] == [(42, "SC-CUST-CODE-MISSING")]


@pytest.mark.requirement("S24")
def test_a_customer_without_a_code_is_named() -> None:
    report = Checker(book=COMMON).check([Customer(code="", name="Dupont SA")])

    assert "Dupont SA" in report[0].message()


@pytest.mark.requirement("S24")
def test_two_records_under_one_code_are_both_named() -> None:
    batch = [Customer(code="A"), Customer(code="B"), Customer(code="A")]

    report = Checker(book=COMMON).check(batch)

    assert [one.code for one in report] == ["SC-DUP-BATCH"]
    assert dict(report[0].values) == {
        "identity": "A",
        "first": "A (#1)",
        "second": "A (#3)",
    }


def test_a_duplicate_under_a_source_id_is_told_by_number() -> None:
    batch = [invoice(source_id="7", number="F1"), invoice(source_id="7", number="F2")]

    report = Checker(book=COMMON).check(batch)

    assert report[0].values["first"] == "F1 (#1)"
    assert report[0].values["second"] == "F2 (#2)"


@pytest.mark.requirement("S31")
def test_an_unknown_tax_code_comes_with_its_cure() -> None:
    (case,) = CASES["SC-TAX-UNKNOWN"][:1]

    (finding,) = _found("SC-TAX-UNKNOWN", _checked(case, case.fails))

    assert finding.message("fr") == "Le code taxe C21 n'existe pas dans Sage."
    assert "réglages" in finding.fix("fr")
    assert "settings" in finding.fix("en")


@pytest.mark.requirement("S32")
@pytest.mark.parametrize(
    ("accounts", "side", "said"),
    [
        ({}, "sage", "Sage"),
        ({"706": "701"}, "sage", "Sage"),
        ({"1": "2"}, "mapping", "your"),
    ],
)
def test_a_missing_account_is_told_with_the_side_that_lacks_it(
    accounts: dict[str, str], side: str, said: str
) -> None:
    class Settings:
        mapping = Mapping(accounts=FrozenMap(accounts))

    faulty = invoice(lines=(line(account="701"),))

    report = Checker(book=COMMON, settings=Settings()).check([faulty], reference=REFERENCE)

    assert [(one.code, one.values["side"]) for one in report] == [
        ("SC-ACCOUNT-UNKNOWN", side)
    ]
    assert f"on the side of {said}" in report[0].message()


@pytest.mark.requirement("S9")
def test_the_day_of_the_start_itself_is_posted() -> None:
    (case,) = CASES["SC-PERIOD-BEFORE-START"]

    found = _found("SC-PERIOD-BEFORE-START", _checked(case, [*case.fails, *case.passes]))

    assert [one.index for one in found] == [0]


@pytest.mark.parametrize(("month", "closed"), [(6, "2025-12-31"), (1, "2025-01-31")])
def test_a_closed_year_is_told_from_a_closed_month(month: int, closed: str) -> None:
    year = FiscalYear(
        start=dt.date(2025, 1, 1), end=dt.date(2025, 12, 31), closed=month == 6
    )
    company = CompanyOptions(
        base_currency="EUR",
        fiscal_years=(year,),
        closed_through=None if year.closed else dt.date(2025, 1, 31),
    )
    late = invoice(date=dt.date(2025, month, 15))

    report = Checker(book=COMMON).check([late], reference=Reference(company=company))

    assert [one.values["closed"] for one in report.by_code["SC-PERIOD-CLOSED"]] == [closed]


def test_a_sentence_reaches_its_reader_though_a_value_is_missing() -> None:
    finding = COMMON.finding("SC-UNSUPPORTED-KIND")

    assert finding.message() == "This ledger takes no {kind}."


def test_two_documents_have_one_identity_when_they_have_one_key() -> None:
    documents: list[Document] = [
        invoice(),
        invoice(source_id="A"),
        invoice(party="USA"),
        purchase(),
        purchase(party="OTHER"),
        payment(),
        payment(party="OTHER"),
        entry(),
        bank(),
    ]

    same = [identity_of(a) == identity_of(b) for a in documents for b in documents]

    assert same == [Key.of(a, "") == Key.of(b, "") for a in documents for b in documents]


def test_the_first_rule_of_all_guards_the_arithmetic_of_the_others() -> None:
    assert next(iter(COMMON)) == "SC-AMOUNT-RANGE"


def test_an_absurd_amount_makes_no_rule_break_down() -> None:
    faulty = SalesInvoice(
        date=None, party="", currency="?", lines=(Line(unit_price=D("1e400")),), gross=D(1)
    )

    codes = set(Checker(book=COMMON).check([faulty]).by_code)

    assert {"SC-AMOUNT-RANGE", "SC-INV-DATE-REQUIRED", "SC-KEY-MISSING"} <= codes
    assert "SC-RULE-FAILED" not in codes


def test_the_table_of_rules_tells_all_about_each() -> None:
    table = describe(COMMON, "fr")

    assert [row["code"] for row in table] == list(COMMON)
    assert all(row["title"] and row["message"] and row["fix"] for row in table)
    assert all("#" in row["source"] for row in table)


def test_one_rule_can_be_described() -> None:
    (row,) = describe(COMMON, code="SC-LINE-MULTIPLE-TAXES")

    assert (row["on"], row["mark"], row["severity"], row["owner"]) == (
        ["Line", "Charge"],
        "documented",
        "error",
        "caller",
    )


def test_every_rule_names_a_source_that_is_listed() -> None:
    listed = set(re.findall(r"\{#([\w-]+)\}", SOURCES.read_text("utf-8")))

    named = {rule.source.partition("#")[0] for rule in COMMON.values()}

    assert named - listed == set()


def test_only_a_source_that_is_the_vendors_is_called_documented() -> None:
    ours = {code for code, rule in COMMON.items() if rule.source.startswith("library#")}

    assert ours == {code for code, rule in COMMON.items() if rule.mark == "ours"} - {
        "SC-ENTRY-LINES",
        "SC-ENTRY-UNBALANCED",
        "SC-INSTALMENT-INVALID",
        "SC-INSTALMENTS-SUM",
    }
    assert set(ENGINE) <= ours

"""The engine runs every rule that fits, in order, and survives each of them."""

from collections.abc import Iterator
from typing import Any

import pytest

from sage_connect import ConfigurationError
from sage_connect.model import Charge, CompanyOptions, Line, Reference, SalesInvoice
from sage_connect.validation import (
    Case,
    Checker,
    Fault,
    Mark,
    Owner,
    Rule,
    RuleBook,
    Severity,
    Unchecked,
    fault,
)
from sage_connect.validation.book import COMMON

from .documents import REFERENCE, D, entry, invoice, line, payment
from .fixtures import CASES

HOME = "sage_connect.validation"


def _book() -> RuleBook:
    return RuleBook(HOME)


def _enter(book: RuleBook, code: str, on: type, check: Any, **details: Any) -> None:
    book.rule(code, on=on, source="x#y", mark=Mark.OURS, **details)(check)


@pytest.mark.requirement("S29")
def test_checking_twice_gives_the_same_report() -> None:
    batch = [document for one in CASES.values() for case in one for document in case.fails]
    checker = Checker(book=COMMON, target="sage100", country="FR")

    first, second = (checker.check(batch, reference=REFERENCE) for _ in range(2))

    assert first == second
    assert len(first) > len(CASES)


def test_findings_stand_in_the_order_of_the_documents() -> None:
    batch = [payment(date=None), invoice(date=None), payment(number="", date=None)]

    report = Checker(book=COMMON).check(batch, reference=REFERENCE)

    assert [one.index for one in report] == sorted(one.index for one in report)


def test_findings_of_one_document_stand_in_the_order_of_the_book() -> None:
    faulty = invoice(number="", date=None, party="", lines=())

    codes = [one.code for one in Checker(book=COMMON).check([faulty])]

    assert codes == [code for code in COMMON if code in codes]


def test_an_iterator_is_read_once_and_gives_the_same_findings() -> None:
    batch = [invoice(date=None), invoice(adjustment=D(1), number="2"), payment(amount=D(1))]

    listed, read = (Checker(book=COMMON).check(one) for one in (batch, iter(batch)))

    assert listed == read
    assert read.documents == 3


def test_a_rule_that_breaks_refuses_its_document_and_stops_no_other() -> None:
    def breaks(_document: SalesInvoice, _case: Case) -> None:
        raise RuntimeError("oh no")

    def finds(_document: SalesInvoice, _case: Case) -> Fault:
        return fault("/date")

    book = _book()
    _enter(book, "SC-BREAKS", SalesInvoice, breaks)
    _enter(book, "SC-INV-DATE-REQUIRED", SalesInvoice, finds)

    report = Checker(book=book).check([invoice(), invoice()])

    assert [one.code for one in report] == ["SC-RULE-FAILED", "SC-INV-DATE-REQUIRED"] * 2
    assert not report.ok
    assert "SC-BREAKS" in report[0].fix()
    assert "oh no" in report[0].fix("fr")


def test_what_a_rule_found_before_it_broke_is_kept() -> None:
    def breaks(_line: Line, _case: Case) -> Iterator[Fault]:
        yield fault("/account")
        raise ZeroDivisionError

    book = _book()
    _enter(book, "SC-MOVEMENT-ACCOUNT", Line, breaks)

    report = Checker(book=book).check([invoice()])

    assert [(one.code, one.path) for one in report] == [
        ("SC-MOVEMENT-ACCOUNT", "/lines/0/account"),
        ("SC-RULE-FAILED", "/lines/0"),
    ]


def test_the_iterator_computes_in_its_own_arithmetic() -> None:
    def documents() -> Iterator[SalesInvoice]:
        for _ in range(2):
            thirds.append(D(1) / D(3))
            yield invoice()

    thirds = [D(1) / D(3)]

    Checker(book=COMMON).check(documents())

    assert len(set(thirds)) == 1


def test_a_rule_that_lacks_what_it_needs_is_not_checked() -> None:
    report = Checker(book=COMMON).check([invoice()])

    assert Unchecked(code="SC-ACCOUNT-UNKNOWN", missing=("accounts",)) in report.unchecked
    assert Unchecked(code="SC-PARTY-INACTIVE", missing=("customers",)) in report.unchecked
    assert report.ok


def test_a_rule_that_lacks_only_what_it_prefers_is_called_all_the_same() -> None:
    report = Checker(book=COMMON).check([payment(amount=D(120))])

    assert (
        Unchecked(code="SC-PAY-OVERPAID", missing=("open_documents",)) in report.unchecked
    )
    assert list(report.by_code) == ["SC-PAY-OVERPAID"]


def test_a_company_without_fiscal_years_leaves_the_rule_on_years_unchecked() -> None:
    reference = Reference(company=CompanyOptions(base_currency="EUR"))

    report = Checker(book=COMMON).check([invoice()], reference=reference)

    assert Unchecked(code="SC-DATE-OUTSIDE-YEARS", missing=("company.fiscal_years",)) in (
        report.unchecked
    )
    assert "SC-PERIOD-CLOSED" not in {one.code for one in report.unchecked}


@pytest.mark.parametrize(
    ("details", "checker", "outcome"),
    [
        ({"products": ("intacct",)}, {"target": "sage100"}, "silent"),
        ({"products": ("intacct",)}, {"target": "intacct"}, "found"),
        ({"countries": ("GB",)}, {"country": "gb"}, "found"),
        ({"countries": ("GB",)}, {"country": "fr"}, "silent"),
        ({"countries": ("GB",)}, {}, "unchecked"),
        ({"editions": ("start",)}, {"edition": "start"}, "found"),
        ({"editions": ("start",)}, {"edition": "plus"}, "silent"),
        ({"editions": ("start",)}, {}, "unchecked"),
        ({"needs": ("country",)}, {"country": "gb"}, "found"),
        ({"needs": ("country",)}, {}, "unchecked"),
        ({"needs": ("edition", "country")}, {"country": "gb"}, "unchecked"),
    ],
)
def test_a_rule_holds_where_it_says(
    details: dict[str, Any], checker: dict[str, Any], outcome: str
) -> None:
    book = _book()
    _enter(book, "SC-DRAFT", SalesInvoice, lambda _document, _case: fault(), **details)

    report = Checker(book=book, **checker).check([invoice()])

    assert (len(report), len(report.unchecked)) == {
        "silent": (0, 0),
        "found": (1, 0),
        "unchecked": (0, 1),
    }[outcome]


def test_a_rule_may_ask_where_it_is() -> None:
    book = _book()
    asked: list[tuple[str, str, str]] = []

    def ask(_document: object, case: Case) -> None:
        asked.append((case.target, case.country, case.edition))

    _enter(book, "SC-DRAFT", SalesInvoice, ask)
    Checker(book=book, target="accounting", country="gb", edition="start").check(
        [invoice()]
    )

    assert asked == [("accounting", "GB", "start")]


def test_a_rule_looks_at_a_whole_document_and_at_each_of_its_parts() -> None:
    book = _book()
    book.rule("SC-DRAFT", on=(SalesInvoice, Line, Charge), source="x#y", mark=Mark.OURS)(
        lambda _part, _case: fault("/x")
    )
    document = invoice(lines=(line(), line()), charges=(Charge(amount=D(1)),))

    report = Checker(book=book).check([document, entry()])

    assert [one.path for one in report] == [
        "/x",
        "/lines/0/x",
        "/lines/1/x",
        "/charges/0/x",
    ]


def test_settings_lower_the_severity_of_an_adjustable_rule() -> None:
    (case,) = CASES["SC-TAX-RATE-MISMATCH"]
    checker = Checker(book=COMMON, severities={"SC-TAX-RATE-MISMATCH": Severity.WARNING})

    report = checker.check(case.fails, reference=REFERENCE)

    assert [one.severity for one in report] == [Severity.WARNING]
    assert report.ok


@pytest.mark.parametrize("milder", [Severity.WARNING, Severity.NOTE, Severity.SKIP])
def test_what_would_do_harm_is_never_made_milder(milder: Severity) -> None:
    with pytest.raises(ConfigurationError, match="SC-KEY-MISSING refuses documents"):
        Checker(book=COMMON, severities={"SC-KEY-MISSING": milder})


def test_any_rule_may_be_made_stricter() -> None:
    case = CASES["SC-DUE-BEFORE-DATE"][0]
    checker = Checker(book=COMMON, severities={"SC-DUE-BEFORE-DATE": Severity.ERROR})

    report = checker.check(case.fails, reference=REFERENCE)

    assert [(one.code, one.severity) for one in report] == [
        ("SC-DUE-BEFORE-DATE", Severity.ERROR)
    ]


def test_a_severity_for_a_rule_that_is_not_there_is_a_fault_of_the_settings() -> None:
    with pytest.raises(ConfigurationError, match="Did you mean SC-IBAN-INVALID"):
        Checker(book=COMMON, severities={"SC-IBAN-INVALD": Severity.ERROR})


@pytest.mark.parametrize("wrong", [Reference(), "FA-1", None, line()])
def test_something_other_than_a_document_is_refused(wrong: object) -> None:
    with pytest.raises(TypeError, match="expected a document or master data"):
        Checker(book=COMMON).check([wrong])


def test_a_code_stands_in_one_book_only() -> None:
    book = _book()
    book.declare("SC-DRAFT", source="x#y", mark=Mark.OURS)

    with pytest.raises(ValueError, match="two rules are called SC-DRAFT"):
        _ = COMMON | book


def test_a_book_joined_with_itself_is_the_same_book() -> None:
    assert list(COMMON | COMMON) == list(COMMON)


def test_a_declared_code_is_found_by_hand() -> None:
    finding = COMMON.finding("SC-KEY-CONFLICT", "/number", document="F1", index=3, id="P9")

    assert (finding.document, finding.index, finding.path) == ("F1", 3, "/number")
    assert "P9" in finding.message()
    assert str(finding).startswith("F1 /number: SC-KEY-CONFLICT: ")


def test_a_declared_code_finds_nothing_by_itself() -> None:
    rule: Rule = COMMON["SC-PREVIEW-STALE"]

    assert (rule.check, rule.on, rule.owner) == (None, (), Owner.CALLER)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({}, "FA-2026-001"),
        ({"number": "", "source_id": "77"}, "77"),
        ({"number": "  "}, "#1"),
    ],
)
def test_a_document_is_called_what_a_person_calls_it(
    changes: dict[str, str], name: str
) -> None:
    report = Checker(book=COMMON).check([invoice(date=None, **changes)])

    assert {one.document for one in report} == {name}

"""The faces of a report: complete, harmless wherever they are opened, and bilingual."""

import csv
import io
import json
import pickle
import subprocess
import sys
from html.parser import HTMLParser
from types import ModuleType
from typing import Any

import pytest

from sage_connect.errors import ConfigurationError
from sage_connect.model import Movement, Tax
from sage_connect.plan import Secret
from sage_connect.validation import Checker, Finding, Owner, Report, Severity
from sage_connect.validation.book import COMMON
from sage_connect.validation.text import place, words

from .documents import REFERENCE, D, entry, invoice, line, payment
from .trials import Mapped

NASTY = "=cmd|' /C calc'!A0<script>alert('é')</script>\n"
COLUMNS = [
    *("document", "index", "path", "code", "severity", "owner", "message", "fix"),
    *("place", "journal"),
]


def _report() -> Report:
    batch = [
        invoice(),
        invoice(number="F2", adjustment=D("0.01"), lines=(line(account="701"),)),
        invoice(number=NASTY, lines=(line(taxes=(Tax("C21", D(20)),)),)),
    ]
    return Checker(book=COMMON).check(batch, reference=REFERENCE)


def _rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


class _Page(HTMLParser):
    """Collects the tags, links and text of a page, and whether its tags are balanced."""

    VOID = frozenset({"meta", "input"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [str(value) for name, value in attrs if name in {"src", "href"}]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.requirement("S33")
def test_the_csv_has_a_row_for_each_finding() -> None:
    report = _report()

    head, *rows = _rows(report.to_csv(language="fr"))

    assert head == COLUMNS
    assert len(rows) == len(report) == 4
    assert rows[0][:6] == ["F2", "1", "/adjustment", "SC-INV-ADJUSTMENT", "error", "caller"]
    assert rows[0][6] == report[0].message("fr")
    assert rows[0][7] == report[0].fix("fr")


@pytest.mark.requirement("S33")
def test_a_byte_order_mark_is_an_option() -> None:
    assert _report().to_csv(bom=True) == "\ufeff" + _report().to_csv()


@pytest.mark.parametrize("start", [*"=+-@\t\r\n", "\uff1d"])
def test_no_cell_begins_like_a_formula(start: str) -> None:
    finding = Finding(code="SC-DRAFT", severity=Severity.ERROR, document=f"{start}1+1")

    (_, row) = _rows(Report(findings=(finding,)).to_csv())

    assert row[:2] == [f"'{start}1+1", ""]


@pytest.mark.requirement("S33")
def test_the_json_has_everything() -> None:
    report = Checker(book=COMMON).check([invoice(adjustment=D("0.01"))])

    whole = json.loads(report.to_json(language="fr"))

    assert list(whole) == ["documents", "ok", "findings", "unchecked"]
    assert (whole["documents"], whole["ok"]) == (1, False)
    (finding,) = whole["findings"]
    assert list(finding) == [*COLUMNS, "values"]
    assert finding["values"] == {"amount": "0.01", "currency": "EUR"}
    assert {"code": "SC-ACCOUNT-UNKNOWN", "missing": ["accounts"]} in whole["unchecked"]


@pytest.mark.requirement("S33")
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_stands_alone_and_tells_everything(language: str) -> None:
    report = _report()

    page = _Page(report.to_html(language=language))

    assert page.open == []
    assert page.links == []
    assert "script" not in page.tags
    for one in report:
        assert one.message(language) in page.text
        assert one.fix(language) in page.text
        assert one.code in page.text


def test_the_page_loads_nothing() -> None:
    page = _report().to_html()

    assert "url(" not in page
    assert "@import" not in page
    assert "http" not in page


def test_the_page_escapes_what_comes_from_outside() -> None:
    page = _report().to_html(title="<b>Mars</b>")

    assert "<b>Mars" not in page
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_the_page_says_what_was_not_checked() -> None:
    page = Checker(book=COMMON).check([invoice()]).to_html()

    assert "No error was found, but not everything could be checked." in page
    assert "<code>SC-ACCOUNT-UNKNOWN</code> · missing: chart of accounts" in page


def test_the_page_says_that_all_is_well_only_where_all_was_checked() -> None:
    page = Checker(book=COMMON).check([invoice()], reference=REFERENCE).to_html()

    assert "Everything can be posted." in page
    assert "Not checked" not in page


def test_a_notebook_shows_the_first_findings_only() -> None:
    batch = [invoice(number=f"F{at}", adjustment=D(1)) for at in range(60)]

    shown = Checker(book=COMMON).check(batch)._repr_html_()

    assert shown.count("<tr>") == 21
    assert "40 more" in shown
    assert _Page(shown).open == []


def test_a_notebook_shows_that_all_is_well() -> None:
    shown = Checker(book=COMMON).check([invoice()], reference=REFERENCE)._repr_html_()

    assert "Everything can be posted." in shown
    assert "<table" not in shown


def test_no_secret_reaches_a_face_of_the_report() -> None:
    class Settings(Mapped):
        password = Secret("kanarienvogel")

    checker = Checker(book=COMMON, settings=Settings())
    report = checker.check([invoice(adjustment=D(1)), payment(amount=D(0))])
    report = Report(
        findings=(
            *report,
            COMMON.finding("SC-COMPANY-MISMATCH", expected=Settings.password, found="x"),
        )
    )

    for face in (
        report.to_csv(),
        report.to_json(),
        report.to_html(),
        report._repr_html_(),
        report.summary(),
        repr(report),
    ):
        assert "kanarienvogel" not in face


def test_a_report_is_grouped_by_document_rule_and_owner() -> None:
    report = _report()

    assert [len(one) for one in report.by_document.values()] == [2, 2]
    assert list(report.by_document["F2"]) == list(report.of(1))
    assert [(code, len(one)) for code, one in report.by_code.items()] == [
        ("SC-INV-ADJUSTMENT", 1),
        ("SC-ACCOUNT-UNKNOWN", 1),
        ("SC-TEXT-CONTROL", 1),
        ("SC-TAX-UNKNOWN", 1),
    ]
    assert {owner: one.documents for owner, one in report.by_owner.items()} == {
        Owner.CALLER: 2,
        Owner.ACCOUNTANT: 1,
    }
    assert list(report.of(0)) == []


@pytest.mark.requirement("S114", "S259")
def test_a_report_is_grouped_by_journal_and_else_by_type() -> None:
    report = Checker(book=COMMON).check(
        [
            invoice(adjustment=D(1)),
            entry(Movement(account="7", debit=D(1)), journal="OD"),
            payment(amount=D(0)),
        ]
    )

    kinds = {
        journal: {one.kind for one in own} for journal, own in report.by_journal.items()
    }
    assert kinds == {
        "sales_invoice": {"sales_invoice"},
        "OD": {"journal_entry"},
        "payment": {"payment"},
    }
    page = report.to_html(language="fr")
    assert "<tr><td>OD</td>" in page
    assert "<tr><td>facture de vente</td>" in page


@pytest.mark.requirement("S122")
@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_is_alike_of_many_documents_is_one_point_of_a_message(language: str) -> None:
    batch = [invoice(number=f"F{at}", adjustment=D(1)) for at in range(7)]
    batch.append(invoice(number="F8", lines=(line(account="701"),)))
    report = Checker(book=COMMON).check(batch, reference=REFERENCE)

    text = report.to_forward(Owner.CALLER, language)

    assert text.count("SC-INV-ADJUSTMENT") == 1
    assert ("F4" in text, "F5" in text) == (True, False)
    assert {"en": "and 2 more", "fr": "et 2 de plus"}[language] in text
    assert text.startswith({"en": "For the sender", "fr": "Pour l'émetteur"}[language])
    whole = report.to_forward(language=language)
    assert text in whole
    assert "701" in whole
    assert report.to_forward(Owner.CUSTOMER_IT, language) == ""


def test_a_table_for_a_notebook_is_told_in_either_language() -> None:
    report = _report()

    assert "ajustement" in report.to_table(language="fr")
    assert report.to_table() == report._repr_html_()


def test_a_report_is_a_sequence_of_findings() -> None:
    report = _report()

    assert (len(report), report[0] in report, report[:2]) == (4, True, report.findings[:2])


def test_the_summary_of_very_many_errors_is_short() -> None:
    batch = [invoice(number=f"F{at}", adjustment=D(1)) for at in range(60)]

    lines = Checker(book=COMMON).check(batch).summary("fr").splitlines()

    assert (len(lines), lines[-1]) == (21, "… 40")
    assert lines[0].startswith(
        "F0, ajustement\u00a0: SC-INV-ADJUSTMENT\u00a0: Le document porte"
    )


def test_an_unknown_language_is_named() -> None:
    with pytest.raises(ValueError, match="one of en, fr, not 'de'"):
        _report().to_html(language="de")


def test_every_english_word_has_a_french_one() -> None:
    untranslated = [name for name in words("en") if name not in words("fr")]

    assert untranslated == []


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("", "whole document"),
        ("/lines/0/account", "line 1, account"),
        ("/lines/2/taxes/0/code", "line 3, tax 1, code"),
        ("/exchange_rate", "exchange rate"),
    ],
)
def test_a_place_is_told_as_people_say_it(path: str, said: str) -> None:
    assert place(path, "en") == said


def test_a_frame_without_pandas_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)

    with pytest.raises(ConfigurationError, match=r"sage-connect\[frames\]"):
        _report().to_frame()


def test_a_frame_has_the_rows_and_columns_of_the_csv(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # What pandas would be handed, where it need not be installed to know.
    handed: dict[str, Any] = {}
    pandas = ModuleType("pandas")
    vars(pandas)["DataFrame"] = lambda rows, columns: handed.update(
        rows=rows, columns=columns
    )
    monkeypatch.setitem(sys.modules, "pandas", pandas)

    _report().to_frame(language="fr")

    assert handed["columns"] == COLUMNS
    assert [row["path"] for row in handed["rows"]] == [one.path for one in _report()]


def test_a_report_survives_another_process() -> None:
    code = (
        "import pickle, sys; report = pickle.load(sys.stdin.buffer); "
        "print(len(report), report.to_csv(language='fr').count('SC-'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=pickle.dumps(_report()),
        capture_output=True,
        check=True,
    )

    assert done.stdout.split() == [b"4", b"4"]

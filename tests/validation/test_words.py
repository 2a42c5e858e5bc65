"""What findings say: local form, words for places, French typography, in every home."""

import inspect
import re
import string
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import attrs
import pytest
from hypothesis import given, strategies as st

from sage_connect import model
from sage_connect.accounting.rules import BOOK as ACCOUNTING
from sage_connect.intacct.rules import BOOK as INTACCT
from sage_connect.sage100.rules import BOOK as SAGE100
from sage_connect.validation import Checker, Finding, RuleBook, Severity
from sage_connect.validation.book import COMMON
from sage_connect.validation.finding import Fault
from sage_connect.validation.text import LANGUAGES, place, sentences, setting, words
from sage_connect.validation.text.local import amount, day, form_of, number

from ..accounting.rules import shape as accounting
from ..accounting.rules.test_rules import FIXTURES as OF_ACCOUNTING
from ..intacct.rules import shape as intacct
from ..intacct.rules.test_rules import FIXTURES as OF_INTACCT
from ..sage100.rules.test_rules import FIXTURES as OF_SAGE100, checked as of_sage100
from .documents import REFERENCE
from .fixtures import CASES

BOOKS = {"": COMMON, "sage100": SAGE100, "accounting": ACCOUNTING, "intacct": INTACCT}
HOMES = sorted({rule.home for book in BOOKS.values() for rule in book.values()})
LOCAL = {"amount", "number", "date"}
NBSP, NARROW = "\u00a0", "\u202f"

Seen = dict[tuple[str, str], set[type]]


def recording(book: RuleBook, seen: Seen) -> RuleBook:
    """Return `book` with rules that note which kinds of values they tell."""

    def note(code: str, found: Any) -> Iterator[Fault]:
        for one in (found,) if isinstance(found, Fault) else found or ():
            for name, value in one.values.items():
                seen[code, name].add(type(value))
            yield one

    def noting(code: str, check: Callable[..., Any]) -> Callable[..., Any]:
        return lambda subject, case: tuple(note(code, check(subject, case)))

    def starting(code: str, check: Callable[..., Any]) -> Callable[..., Any]:
        return lambda: noting(code, check())

    return RuleBook(
        book.home,
        (
            rule
            if rule.check is None
            else attrs.evolve(
                rule, check=(starting if rule.batch else noting)(rule.code, rule.check)
            )
            for rule in book.values()
        ),
    )


@cache
def told() -> Mapping[tuple[str, str], set[type]]:
    """Return the kinds of values that rules tell of failing cases, by code and name."""
    seen: Seen = defaultdict(set)
    common = recording(COMMON, seen)
    for cases in CASES.values():
        for one in cases:
            checker = Checker(
                book=common, target=one.target, country="fr", settings=one.settings
            )
            checker.check(one.fails, reference=REFERENCE)
    book = recording(SAGE100, seen)
    for case in OF_SAGE100:
        of_sage100(case.bad, case.settings, case.reference, book)
    for sold in OF_ACCOUNTING:
        accounting.of_bad(sold, recording(ACCOUNTING, seen))
    for entered in OF_INTACCT:
        intacct.of_bad(entered, recording(INTACCT, seen))
    return seen


def marks(code: str, language: str) -> Iterator[tuple[str, str]]:
    """Yield the values that the sentences of a code name, each with its mark."""
    for home in HOMES:
        parts = sentences(home, language).get(code, {})
        for part, written in parts.items():
            if part != "title":
                for _, name, mark, _ in string.Formatter().parse(written):
                    if name:
                        yield name, mark or ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_amount_a_rate_and_a_day_are_told_in_local_form(language: str) -> None:
    plain = [
        f"{code}: {name}"
        for (code, name), kinds in told().items()
        for said, mark in marks(code, language)
        if said == name and not mark and kinds & {Decimal, date}
    ]

    assert plain == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_code_is_never_told_as_a_number(language: str) -> None:
    # A number of the books is text: an account, an invoice, a journal.
    names = r"account|party|journal|number|code|id|tax|plan|section|currency|bank|item"
    reformatted = [
        f"{code}: {said}"
        for (code, name), kinds in told().items()
        for said, mark in marks(code, language)
        if said == name and mark in LOCAL and not kinds & {Decimal, date, int}
        if re.fullmatch(names, name)
    ]
    always = {
        f"{code}: {name}"
        for home in HOMES
        for code in sentences(home, language)
        for name, mark in marks(code, language)
        if mark in LOCAL and re.fullmatch(names.replace("tax|", ""), name)
    }

    assert reformatted == []
    assert always == set()


def test_both_languages_give_a_value_the_same_form() -> None:
    english, french = (
        {
            (home, code): sorted(marks(code, language))
            for home in HOMES
            for code in sentences(home, language)
        }
        for language in LANGUAGES
    )

    differ = [
        key
        for key in english
        if {one for one in english[key] if one[1] in LOCAL}
        != {one for one in french[key] if one[1] in LOCAL}
    ]
    assert differ == []


@pytest.mark.parametrize(
    ("value", "english", "french"),
    [
        ("1234.5", "1,234.50", f"1{NARROW}234,50"),
        ("-1234567.891", "-1,234,567.891", f"-1{NARROW}234{NARROW}567,891"),
        ("120", "120", "120"),
        ("120.0000", "120.00", "120,00"),
        ("0", "0", "0"),
        ("1E+400", "1E+400", "1E+400"),
        ("1.5E-40", "1.5E-40", "1,5E-40"),
        ("?", "?", "?"),
        ("4000-1", "4000-1", "4000-1"),
    ],
)
def test_an_amount_is_written_as_accountants_write_it(
    value: str, english: str, french: str
) -> None:
    assert (amount(value, "en"), amount(value, "fr")) == (english, french)


@pytest.mark.parametrize(
    ("value", "english", "french"),
    [("5.50", "5.5", "5,5"), ("20.0000", "20", "20"), ("2621440", "2,621,440", None)],
)
def test_a_rate_has_no_zeros_at_its_end(
    value: str, english: str, french: str | None
) -> None:
    wanted = french or english.replace(",", NARROW)
    assert (number(value, "en"), number(value, "fr")) == (english, wanted)


def test_a_day_is_written_as_accountants_write_it() -> None:
    assert day("2026-12-31", "en") == "31 Dec 2026"
    assert day("2026-12-31", "fr") == "31/12/2026"
    assert day("2026-13-31", "en") == "2026-13-31"
    assert day("?", "fr") == "?"


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4))
def test_no_digit_of_meaning_is_lost_or_added(value: Decimal) -> None:
    for form in (amount, number):
        french = form(format(value, "f"), "fr").replace(NARROW, "").replace(",", ".")
        english = form(format(value, "f"), "en").replace(",", "")

        assert Decimal(french) == Decimal(english) == value


def test_the_name_of_a_field_says_how_its_values_are_told() -> None:
    names = ("amount", "TRX_AMOUNT", "invoice_lines/0/unit_price", "due", "date", "account")

    assert [form_of(one) for one in names] == [*["amount"] * 3, "date", "date", ""]


def test_values_stay_in_machine_form() -> None:
    found = COMMON.finding(
        "SC-PAY-OVERPAID",
        amount=Decimal("1E+3"),
        excess=Decimal("1234.5"),
        owed=date(2026, 12, 31),
        currency="EUR",
        number="4000",
    )

    assert found.values["amount"] == "1000"
    assert found.values["excess"] == "1234.5"
    assert found.values["owed"] == "2026-12-31"
    assert found.message("fr").startswith(
        f"1{NARROW}000{NBSP}EUR, c'est 1{NARROW}234,50{NBSP}EUR de plus"
    )
    assert found.message("fr").endswith("sur 4000.")


def _written() -> Iterator[tuple[str, str]]:
    for home in HOMES:
        for code, parts in sentences(home, "fr").items():
            yield from ((f"{code} {part}", text) for part, text in parts.items())
    yield from words("fr").items()


def test_french_breaks_no_line_before_its_marks() -> None:
    wrong = [
        (where, text)
        for where, text in _written()
        if re.search(r" [:;!?»%]|« |[^\s\u00a0\[{\w][;!?](?!\w)", text)
        or re.search(r"[\w}][!?;](\s|$)", text)
    ]

    assert wrong == []


def test_french_says_what_to_do_to_somebody() -> None:
    # "Corrigez", never "Corriger": all reports speak in one voice.
    impersonal = [
        (code, parts["fix"])
        for home in HOMES
        for code, parts in sentences(home, "fr").items()
        if re.match(r"\w+(er|ir)\b", parts["fix"])
    ]

    assert impersonal == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_holds_what_only_programs_read(language: str) -> None:
    # `[[ ]]` is the mark of a part that may be left out, `{ }` of a value.
    found = [
        (code, text)
        for home in HOMES
        for code, parts in sentences(home, language).items()
        for text in parts.values()
        if re.search(
            r"\bNone\b|\bTrue\b|\bFalse\b|Traceback|(?<![\w/])/[a-z]+/\d|\"|!r", text
        )
    ]

    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_of_a_document_has_a_name(language: str) -> None:
    fields = {
        field.name
        for kind in vars(model).values()
        if inspect.isclass(kind) and attrs.has(kind)
        for field in attrs.fields(kind)
    }

    assert fields - set(words(language)) == set()


@pytest.mark.parametrize(
    ("path", "english", "french"),
    [
        ("/lines/0/account", "line 1, account", "ligne 1, compte"),
        ("/due/1/amount", "instalment 2, amount", "échéance 2, montant"),
        ("/due", "due date", "échéance"),
        ("/lines/2/dimensions/A~1B", "line 3, analysis, A/B", "ligne 3, analytique, A/B"),
    ],
)
def test_a_place_is_told_in_both_languages(path: str, english: str, french: str) -> None:
    assert (place(path, "en"), place(path, "fr")) == (english, french)
    for language, wanted in zip(LANGUAGES, (english, french), strict=True):
        found = Finding(code="SC-DRAFT", severity=Severity.ERROR, path=path)
        assert found.place(language) == wanted


def test_a_setting_is_told_with_what_it_is_for() -> None:
    assert setting("accounts.sales", "fr") == "compte de produits, réglage accounts.sales"
    assert setting("x.y", "en") == "setting x.y"
    found = Finding(
        code="SC-DRAFT",
        severity=Severity.ERROR,
        document="settings",
        path="/accounts/taxes/C20",
    )
    assert found.place("en") == "VAT account of a tax code, setting accounts.taxes.C20"
    assert (found.subject("fr"), found.subject("en")) == ("réglages", "settings")


def test_a_part_is_left_out_where_its_value_is_not_known() -> None:
    known = SAGE100.finding("SC-MAP-ACCOUNT", account="70", setting="x", nearest="706")
    unknown = SAGE100.finding("SC-MAP-ACCOUNT", account="70", setting="x", nearest="\u2013")

    assert known.message().endswith("does not have. Most alike: 706.")
    assert unknown.message().endswith("does not have.")


def test_what_cannot_be_seen_is_shown_by_its_number() -> None:
    documents: Iterable[Any] = [model.Customer(code="A\tB", name="É")]
    (found,) = [
        one for one in Checker(book=COMMON).check(documents) if "CONTROL" in one.code
    ]

    assert "“A[U+0009]B” holds" in found.message()

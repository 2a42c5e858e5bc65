"""What is offered helps, changes no total unasked, and is told in both languages."""

import datetime as dt
import tomllib
from importlib import resources
from typing import Any

import attrs
import pytest

import sage_connect
from sage_connect.ledger.batch import checked
from sage_connect.model import (
    Account,
    Allocation,
    CompanyOptions,
    Customer,
    DatedRate,
    FiscalYear,
    Movement,
    Payment,
    SalesCreditNote,
    Tax,
    TaxCode,
    TaxMode,
    totals,
)
from sage_connect.model.fields import FrozenMap
from sage_connect.model.reference import by_code
from sage_connect.sage100.settings import Journals
from sage_connect.targets import every_remedy
from sage_connect.validation import Case as Asked, Severity
from sage_connect.validation.book import COMMON
from sage_connect.validation.repairs import Repairs, Search
from sage_connect.validation.repairs.common import REPAIRS as OF_ALL
from sage_connect.validation.text import LANGUAGES

from ..accounting.rules import company as accounting
from ..intacct.rules import company as intacct
from ..sage100.rules import company as sage100
from .cases import EVERY, Batch, Case
from .documents import REFERENCE, D, entry, invoice, line, payment

AT_LEAST = 60
"""Per cent of the failing cases that a repair makes postable, its totals kept."""


def repaired(batch: Batch, *, wanted: bool = False) -> Repairs:
    """Return what is offered for a batch; also what changes totals where that is wanted."""
    remedies = OF_ALL
    if batch.book is not COMMON:
        remedies = __import__(
            f"sage_connect.{batch.target}.repairs", fromlist=["REPAIRS"]
        ).REPAIRS

    def check(documents: Any, settings: Any) -> Any:
        checker = attrs.evolve(batch, settings=settings).checker()
        return checked(checker, documents, batch.reference)

    def asked(settings: Any) -> Asked:
        return Asked(
            batch.reference,
            settings=settings,
            target=batch.target,
            country=batch.country,
            edition=batch.edition,
        )

    search = Search(
        check=check, cases=asked, remedies=remedies, totals=wanted, guesses=True
    )
    return search.run(batch.documents, batch.settings)


def refused(case: Case) -> bool:
    return any(
        one.severity is Severity.ERROR
        for one in case.bad.report()
        if (one.code, one.path) == (case.code, case.path)
    )


@pytest.fixture(scope="module")
def offered() -> list[tuple[Case, Repairs]]:
    return [(case, repaired(case.bad)) for case in EVERY if refused(case)]


def test_of_all_failing_cases_most_become_postable_with_their_totals(
    offered: list[tuple[Case, Repairs]],
) -> None:
    postable = [case for case, repairs in offered if repairs and repairs.report.ok]

    print(f"{len(postable)} of {len(offered)} failing cases become postable")
    assert 100 * len(postable) >= AT_LEAST * len(offered)


def test_what_is_offered_keeps_totals_and_puts_its_finding_right(
    offered: list[tuple[Case, Repairs]],
) -> None:
    for case, repairs in offered:
        assert repairs.keeps_totals, case.code
        before = checked(case.bad.checker(), case.bad.documents, case.bad.reference)
        if repairs:
            assert len(repairs.report.errors) < len(before.errors), case.code


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_repair_is_told(offered: list[tuple[Case, Repairs]], language: str) -> None:
    for _, repairs in offered:
        for one in repairs:
            told = one.preview(language)
            assert one.title(language) in told
            assert "(" not in told.splitlines()[0] or "Decimal(" not in told
            assert one.changes or one.newcomers or one.settings_changes


def test_every_remedy_has_a_title_in_both_languages_and_no_title_is_left_over() -> None:
    home = resources.files("sage_connect.validation.text").joinpath("repairs.toml")
    titles = tomllib.loads(home.read_text("utf-8"))
    names = {one.name for answers in every_remedy().values() for one in answers}

    assert {language: set(titles[language]) for language in titles} == dict.fromkeys(
        LANGUAGES, names
    )


def test_every_remedy_helps_in_some_case(offered: list[tuple[Case, Repairs]]) -> None:
    made = {one.name for _, repairs in offered for one in repairs}
    asked = {
        one.name
        for case, repairs in offered
        if not repairs.report.ok
        for one in repaired(case.bad, wanted=True)
    }
    names = {one.name for answers in every_remedy().values() for one in answers}
    shown_below = {"number-apart", "one-tax", "suspense"}

    assert names - made - asked == shown_below


def only(repairs: Repairs) -> Any:
    (document,) = repairs.documents
    return document


def test_nothing_is_offered_for_what_is_in_order() -> None:
    document = invoice()

    repairs = sage_connect.repairs([document], reference=REFERENCE)

    assert (list(repairs), repairs.documents) == ([], (document,))


@pytest.mark.requirement("S91")
def test_an_adjustment_becomes_a_line() -> None:
    document = invoice(adjustment=D("0.05"))

    repairs = sage_connect.repairs([document], reference=REFERENCE)

    fixed = only(repairs)
    assert [one.name for one in repairs] == ["adjustment-as-line"]
    assert fixed.adjustment is None
    assert fixed.lines[-1].unit_price == D("0.05")
    assert totals(fixed).gross == totals(document).gross
    assert document.adjustment == D("0.05")


def _receipt(amount: str, *parts: tuple[str, str], **changes: Any) -> Payment:
    allocations = tuple(Allocation(number, D(part)) for number, part in parts)
    return payment(amount=D(amount), allocations=allocations, **changes)


def test_an_overpayment_is_capped_and_the_rest_left_on_account() -> None:
    bill = invoice(number="FA-9")
    due = totals(bill).due
    paid = _receipt(str(due + 30), ("FA-9", str(due + 30)))

    repairs = sage_connect.repairs([bill, paid], reference=REFERENCE)

    capped: Payment = repairs.documents[1]
    assert capped.allocations == (Allocation("FA-9", due),)
    assert (capped.amount, capped.on_account) == (due + 30, D(30))
    assert repairs.report.ok


def test_two_payments_of_one_invoice_take_no_more_than_it_comes_to() -> None:
    bill = invoice(number="FA-9")
    due = totals(bill).due
    batch: list[Any] = [
        bill,
        _receipt(str(due - 20), ("FA-9", str(due - 20)), number="R-1"),
        _receipt("50", ("FA-9", "50"), number="R-2"),
    ]

    repairs = sage_connect.repairs(batch, reference=REFERENCE)

    second: Payment = repairs.documents[2]
    assert second.allocations == (Allocation("FA-9", D(20)),)
    assert second.on_account == D(30)
    assert repairs.report.ok


def _accounting(batch: list[Any], **changes: Any) -> Repairs:
    return sage_connect.repairs(
        batch,
        target="accounting",
        country="gb",
        reference=accounting.REFERENCE,
        settings=accounting.SETTINGS,
        **changes,
    )


def test_a_tax_of_the_whole_is_split_to_the_cent() -> None:
    lines = tuple(line(unit_price=D("0.33"), taxes=()) for _ in range(3))
    whole = attrs.evolve(
        accounting.INVOICE,
        tax_mode=TaxMode.GROUP,
        taxes=(Tax("GB_STANDARD", D(20)),),
        lines=tuple(
            attrs.evolve(accounting.LINE, unit_price=D("0.33"), taxes=()) for _ in lines
        ),
    )

    repairs = _accounting([whole])

    fixed = only(repairs)
    assert [one.name for one in repairs] == ["tax-on-lines"]
    assert totals(fixed).tax == totals(whole).tax == D("0.20")
    assert repairs.report.ok


def test_a_quantity_is_folded_into_the_amount_and_the_text() -> None:
    (first,) = accounting.INVOICE.lines
    three = attrs.evolve(
        accounting.INVOICE,
        lines=(attrs.evolve(first, quantity=D(3), unit_price=D(10), description="Bolts"),),
    )

    repairs = _accounting([three], edition="start", names=["fold-quantity"])

    (folded,) = only(repairs).lines
    assert (folded.quantity, folded.unit_price) == (1, D(30))
    assert folded.description == "3 x Bolts"


def _sage100(document: Any, **changes: Any) -> Repairs:
    return sage_connect.repairs(
        [document],
        target="sage100",
        reference=sage100.REFERENCE,
        settings=changes.pop("settings", sage100.SETTINGS),
        **changes,
    )


def test_signs_that_cp850_lacks_are_spelt_and_long_labels_end_with_a_mark() -> None:
    document = sage100.with_line(description="Cœur " * 20)

    repairs = _sage100(document)

    text = next(one.description for one in only(repairs).lines if "C" in one.description)
    assert {one.name for one in repairs} == {"transliterate", "cut"}
    assert text.startswith("Coeur Coeur")
    assert text.endswith("...")
    assert repairs.report.ok


def test_a_number_is_never_cut() -> None:
    document = attrs.evolve(sage100.INVOICE, number="F" * 18)

    assert list(_sage100(document)) == []


def test_a_customer_that_is_missing_is_sent_first_and_once() -> None:
    batch: list[Any] = [
        attrs.evolve(accounting.INVOICE, number=f"SI-{at}", party="NEWCO")
        for at in (51, 52)
    ]

    repairs = _accounting(batch, guesses=True)

    new, *documents = repairs.documents
    assert isinstance(new, Customer)
    assert (new.code, new.currency, len(documents)) == ("NEWCO", "GBP", 2)


def test_the_nearest_account_is_offered_and_named() -> None:
    (first,) = accounting.INVOICE.lines
    wrong = attrs.evolve(accounting.INVOICE, lines=(attrs.evolve(first, account="4oo0"),))

    repairs = _accounting([wrong], guesses=True)

    (change,) = repairs[0].changes
    assert (change.path, change.before, change.after) == (
        "/lines/0/account",
        "4oo0",
        "4000",
    )


def test_a_tax_of_another_rate_is_not_the_nearest() -> None:
    (first,) = accounting.INVOICE.lines
    odd = attrs.evolve(first, taxes=(Tax("GB_STANDART", D("19.6")),))
    wrong = attrs.evolve(accounting.INVOICE, lines=(odd,))

    repairs = _accounting([wrong], guesses=True)

    assert [one.name for one in repairs] == []


def test_what_changes_a_total_is_offered_only_when_it_is_asked_for() -> None:
    stated = invoice(gross=D(121))

    unasked = sage_connect.repairs([stated], reference=REFERENCE, guesses=True)
    asked = sage_connect.repairs([stated], reference=REFERENCE, guesses=True, totals=True)

    assert list(unasked) == []
    assert [(one.name, one.keeps_totals) for one in asked] == [("computed-totals", False)]
    assert only(asked).gross is None


def test_only_the_repairs_that_are_named_are_made() -> None:
    document = invoice(adjustment=D("0.05"), number="FA\x071")

    repairs = sage_connect.repairs([document], reference=REFERENCE, names=["clean-text"])

    assert [one.name for one in repairs] == ["clean-text"]
    assert only(repairs).adjustment == D("0.05")
    assert [one.code for one in repairs.report.errors] == ["SC-INV-ADJUSTMENT"]


def test_settings_are_proposed_and_the_given_ones_stay_as_they_are() -> None:
    given = attrs.evolve(sage100.SETTINGS, journals=Journals(sales="VT"))

    repairs = _sage100(sage100.INVOICE, settings=given, guesses=True)

    assert repairs.settings.journals.sales == "VTE"
    assert given.journals.sales == "VT"
    assert repairs.report.ok


def test_a_date_in_a_closed_period_moves_to_the_first_open_day() -> None:
    known = attrs.evolve(
        REFERENCE,
        company=CompanyOptions(
            base_currency="EUR",
            fiscal_years=(
                FiscalYear(start=dt.date(2026, 1, 1), end=dt.date(2026, 12, 31)),
            ),
            closed_through=dt.date(2026, 3, 31),
        ),
    )
    document = invoice(date=dt.date(2026, 3, 15))

    repairs = sage_connect.repairs([document], reference=known, guesses=True)

    assert only(repairs).date == dt.date(2026, 4, 1)


def test_an_invoice_below_zero_becomes_a_credit_note_above_it() -> None:
    negative = invoice(lines=(line(unit_price=D(-10)),))

    fixed = only(sage_connect.repairs([negative], reference=REFERENCE))

    assert isinstance(fixed, SalesCreditNote)
    assert totals(fixed).gross == -totals(negative).gross


def test_a_repair_prints_for_a_person_and_for_a_notebook() -> None:
    repairs = sage_connect.repairs(
        [invoice(adjustment=D("0.05"), number="<b>")], reference=REFERENCE
    )

    assert "Enter the adjustment as a line" in str(repairs)
    assert "Saisir l'ajustement" in repairs.preview("fr")
    page = repairs._repr_html_()
    assert "&lt;b&gt;" in page
    assert "<b>" not in page


def test_a_ledger_offers_repairs_under_its_own_settings() -> None:
    with sage_connect.connect("memory:") as ledger:
        bad = invoice(adjustment=D("0.05"))

        repairs = ledger.documents.repairs([bad])

        assert [one.name for one in repairs] == ["adjustment-as-line"]
        outcomes = ledger.documents.post_all(repairs.documents)
        assert [one.posted for one in outcomes] == [True]


def test_two_taxes_become_the_one_with_the_sum_of_their_rates() -> None:
    known = attrs.evolve(
        REFERENCE,
        tax_codes=by_code(
            [
                *(REFERENCE.tax_codes or {}).values(),
                TaxCode(code="BOTH", rates=(DatedRate(D(15)),)),
            ]
        ),
    )
    taxes = (Tax("GST", D(5)), Tax("PST", D(10)))

    repairs = sage_connect.repairs(
        [invoice(lines=(line(taxes=taxes),))], reference=known, guesses=True
    )

    assert [one.name for one in repairs] == ["one-tax"]
    assert only(repairs).lines[0].taxes == (Tax("BOTH", D(15)),)


def test_what_an_entry_lacks_goes_to_the_suspense_account_when_it_is_asked_for() -> None:
    known = attrs.evolve(
        REFERENCE,
        accounts=by_code([*(REFERENCE.accounts or {}).values(), Account(code="471000")]),
    )
    uneven = entry(
        Movement(account="411000", debit=D(50)), Movement(account="706000", credit=D(49))
    )

    unasked = sage_connect.repairs([uneven], reference=known, guesses=True)
    asked = sage_connect.repairs([uneven], reference=known, guesses=True, totals=True)

    assert list(unasked) == []
    assert only(asked).movements[-1] == Movement(account="471000", credit=D(1))


@pytest.mark.parametrize(("amount", "told_apart"), [("99", True), ("100", False)])
def test_two_entries_of_one_number_are_told_apart_unless_they_are_the_same(
    amount: str, *, told_apart: bool
) -> None:
    first = accounting.BANK
    second = attrs.evolve(first, source_id="2", amount=D(amount) * first.amount / 100)

    repairs = _accounting([attrs.evolve(first, source_id="1"), second], guesses=True)

    assert repairs.report.ok is told_apart
    assert [one.name for one in repairs] == ["number-apart"] * told_apart


def test_what_only_a_person_can_know_is_not_offered_unasked() -> None:
    wrong = attrs.evolve(
        accounting.INVOICE,
        party="NEWCO",
        lines=(attrs.evolve(accounting.LINE, account="4oo0"),),
    )

    repairs = _accounting([wrong])

    assert (list(repairs), repairs.documents) == ([], (wrong,))


def test_a_tax_code_of_reverse_charge_is_no_answer_to_an_ordinary_one() -> None:
    wrong = intacct.lined(taxes=(Tax("GB_STANDARD", D(20)),))

    repairs = sage_connect.repairs(
        [wrong],
        target="intacct",
        country="gb",
        reference=intacct.REFERENCE,
        settings=intacct.SETTINGS,
        guesses=True,
    )

    assert [tax.code for tax in repairs.documents[-1].lines[0].taxes] != ["UK-RC"]


def test_a_setting_for_taxes_never_takes_an_income_account() -> None:
    accounts = attrs.evolve(sage100.SETTINGS.accounts, taxes=FrozenMap({"C20": "999999"}))
    given = attrs.evolve(sage100.SETTINGS, accounts=accounts)

    repairs = _sage100(sage100.INVOICE, settings=given, guesses=True)

    chosen = (repairs.settings or given).accounts.taxes["C20"]
    assert not chosen.startswith("7")


def test_every_setting_that_is_proposed_is_shown() -> None:
    given = attrs.evolve(sage100.SETTINGS, journals=Journals(sales="VT"))

    repairs = _sage100(sage100.INVOICE, settings=given, guesses=True)

    (change,) = repairs[0].settings_changes
    assert (change.path, change.before, change.after) == ("/journals/sales", "VT", "VTE")
    assert "VT → VTE" in repairs.preview()


@pytest.mark.parametrize("day", [dt.date.max, dt.date.min])
def test_days_at_the_ends_of_time_break_nothing(day: dt.date) -> None:
    known = attrs.evolve(
        REFERENCE, company=CompanyOptions(base_currency="EUR", closed_through=day)
    )
    odd: list[Any] = [entry(date=day, reversed_on=day), invoice(date=day)]

    assert len(sage_connect.repairs(odd, reference=known, guesses=True).documents) == 2


def test_absurd_amounts_break_nothing() -> None:
    odd = invoice(adjustment=D(3), lines=(line(unit_price=D("1E+60")),))

    assert sage_connect.repairs([odd], reference=REFERENCE, guesses=True).documents

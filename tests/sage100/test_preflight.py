"""What a person is told before the first document, and whom to ask."""

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest

from sage_connect import Sage100
from sage_connect.ledger import Verb
from sage_connect.model import (
    Account,
    CompanyOptions,
    Customer,
    DatedRate,
    Dimension,
    FiscalYear,
    Journal,
    JournalKind,
    Reference,
    TaxCode,
    TaxDirection,
)
from sage_connect.model.fields import FrozenMap
from sage_connect.model.reference import by_code
from sage_connect.sage100 import preflight as preflight_module
from sage_connect.sage100.capabilities import CAPABILITIES, EXPORT_MENU, without_export
from sage_connect.sage100.preflight import (
    CompanyFileFacts,
    CompanyIni,
    company_ini,
    other_product,
    preflight,
)
from sage_connect.sage100.rules import BOOK
from sage_connect.sage100.settings import (
    Accounts,
    Analytics,
    ExportPolicy,
    Journals,
    Policy,
    Sage100Settings,
)
from sage_connect.testing.demo import export_bytes, settings as demo_settings
from sage_connect.validation import Owner, Report, Severity
from sage_connect.validation.text import sentences
from sage_connect.validation.text.local import day

COMPANY = CompanyOptions(
    name="ATELIER DÉMO",
    registration="12345678900012",
    base_currency="EUR",
    fiscal_years=(FiscalYear(start=dt.date(2026, 1, 1), end=dt.date(2026, 12, 31)),),
    closed_through=dt.date(2026, 1, 31),
    own=FrozenMap({"version": "31", "default_analytic_plan": "1"}),
)
REFERENCE = Reference(
    taken_at=dt.datetime(2026, 3, 31, 12, tzinfo=dt.UTC),
    company=COMPANY,
    accounts=by_code(
        (
            Account(code="411000", control=True),
            Account(code="445710"),
            Account(code="700000", total=True),
            Account(code="706000", analytic=True),
        )
    ),
    journals=by_code(
        (
            Journal(code="VTE", name="Ventes", kind=JournalKind.SALES),
            Journal(code="BQ", kind=JournalKind.BANK),
        )
    ),
    tax_codes=by_code(
        (
            TaxCode(
                code="C20",
                rates=(DatedRate(Decimal(20)),),
                direction=TaxDirection.SALES,
                account="445710",
            ),
        )
    ),
    customers=by_code((Customer(code="DUPONT", account="411000"),)),
    suppliers={},
    dimensions=by_code(
        (Dimension(code="1", name="PROJET", levels=("Production cost", "Overhead")),)
    ),
    dimension_values={},
)
SETTINGS = Sage100Settings(
    name="ATELIER DÉMO",
    accounts=Accounts(customers="411000", sales="706000"),
    analytics=Analytics(plan="PROJET", level="Production cost"),
)
INI = b"[CBASE]\r\nCreateur=MA1200CPTA\r\nType=SQL\r\nServeurSQL=SRV\\SAGE100\r\n"
MAE = CompanyFileFacts(path=r"\\SRV\COMPTA\TEST1.MAE", exists=True, head=INI)


def red(report: Report) -> list[tuple[str, str]]:
    return [(one.code, one.path) for one in report.errors]


def with_accounts(**changes: Any) -> Sage100Settings:
    return attrs.evolve(SETTINGS, accounts=attrs.evolve(SETTINGS.accounts, **changes))


@pytest.mark.requirement("S20")
def test_a_right_company_is_ticked_line_by_line() -> None:
    report = preflight(SETTINGS, REFERENCE, company_file=MAE)

    assert [one.code for one in report] == [
        "SC-S100-OK-COMPANY-FILE",
        "SC-S100-OK-EXPORT",
        "SC-S100-OK-COMPANY",
        "SC-S100-OK-JOURNAL",
        "SC-S100-OK-ACCOUNTS",
        "SC-S100-OK-TAXES",
        "SC-S100-OK-PLAN",
        "SC-S100-OK-LEVEL",
        "SC-S100-OK-PARTIES",
        "SC-S100-OK-YEARS",
    ]
    assert {one.severity for one in report} == {Severity.NOTE}


@pytest.mark.requirement("S13", "S20")
def test_a_wrong_journal_is_one_red_line_with_its_menu_path() -> None:
    wrong = attrs.evolve(SETTINGS, journals=Journals(sales="VT"))

    report = preflight(wrong, REFERENCE)

    assert red(report) == [("SC-S100-JOURNAL-UNKNOWN", "/journals/sales")]
    assert "Structure > Codes journaux" in report.errors[0].fix("en")
    assert "VTE" in report.errors[0].message("en")


@pytest.mark.requirement("S13")
def test_a_bank_journal_given_as_sales_is_told() -> None:
    wrong = attrs.evolve(SETTINGS, journals=Journals(sales="BQ"))

    assert red(preflight(wrong, REFERENCE)) == [("SC-S100-JOURNAL-TYPE", "/journals/sales")]


@pytest.mark.requirement("S14", "S21")
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_wrong_plan_is_one_red_line_with_both_menu_paths(language: str) -> None:
    wrong = attrs.evolve(SETTINGS, analytics=Analytics(plan="PROJETS"))

    report = preflight(wrong, REFERENCE)

    assert red(report) == [("SC-S100-PLAN-UNKNOWN", "/analytics/plan")]
    fix = report.errors[0].fix(language)
    assert "Structure > Plan analytique" in fix
    assert "Fichier > Paramètres société > Analytique" in fix


@pytest.mark.requirement("S15", "S22")
def test_a_wrong_level_is_one_red_line() -> None:
    wrong = attrs.evolve(SETTINGS, analytics=Analytics(plan="PROJET", level="Production"))

    report = preflight(wrong, REFERENCE)

    assert red(report) == [("SC-S100-LEVEL-UNKNOWN", "/analytics/level")]
    assert "Production cost" in report.errors[0].message("fr")


@pytest.mark.requirement("S5")
@pytest.mark.parametrize(
    ("changes", "code", "path"),
    [
        ({"sales": ""}, "SC-MAP-ACCOUNT-UNSET", "/accounts/sales"),
        ({"customers": ""}, "SC-MAP-ACCOUNT-UNSET", "/accounts/customers"),
        ({"sales": "706999"}, "SC-MAP-ACCOUNT", "/accounts/sales"),
        ({"shipping": "708500"}, "SC-MAP-ACCOUNT", "/accounts/shipping"),
        (
            {"taxes": FrozenMap({"C20": "445799"})},
            "SC-MAP-ACCOUNT",
            "/accounts/taxes/C20",
        ),
        ({"sales": "700000"}, "SC-S100-MAP-ACCOUNT-CLOSED", "/accounts/sales"),
        ({"customers": "706000"}, "SC-S100-CONTROL-ACCOUNT-KIND", "/accounts/customers"),
        (
            {"sales_by_tax": FrozenMap({"C10": "706000"})},
            "SC-S100-MAP-TAX",
            "/accounts/taxes",
        ),
    ],
)
def test_each_account_that_is_missing_is_named(
    changes: dict[str, Any], code: str, path: str
) -> None:
    assert red(preflight(with_accounts(**changes), REFERENCE)) == [(code, path)]


def test_a_tax_without_an_account_is_named() -> None:
    codes = by_code((TaxCode(code="C20", rates=(DatedRate(Decimal(20)),)),))

    report = preflight(SETTINGS, attrs.evolve(REFERENCE, tax_codes=codes))

    assert red(report) == [("SC-S100-TAX-ACCOUNT", "/accounts/taxes")]


def test_a_company_without_taxes_or_open_years_is_told() -> None:
    closed = attrs.evolve(COMPANY, closed_through=dt.date(2026, 12, 31))
    known = attrs.evolve(REFERENCE, tax_codes={}, company=closed)

    assert red(preflight(SETTINGS, known)) == [
        ("SC-S100-TAXES-NONE", ""),
        ("SC-S100-YEARS-NONE", ""),
    ]


@pytest.mark.parametrize(
    ("closed", "start", "first"),
    [
        (None, None, "2026-01-01"),
        (dt.date(2026, 1, 31), None, "2026-02-01"),
        (dt.date(2026, 1, 31), dt.date(2026, 9, 1), "2026-09-01"),
        (dt.date(2026, 8, 31), dt.date(2026, 2, 1), "2026-09-01"),
        (dt.date(2025, 12, 31), dt.date(2025, 9, 1), "2026-01-01"),
        (dt.date(2026, 12, 30), dt.date(2026, 12, 31), "2026-12-31"),
        (None, dt.date(2027, 1, 1), None),
    ],
)
def test_the_first_day_is_after_what_is_closed_and_what_is_left_out(
    closed: dt.date | None, start: dt.date | None, first: str | None
) -> None:
    known = attrs.evolve(REFERENCE, company=attrs.evolve(COMPANY, closed_through=closed))

    report = preflight(attrs.evolve(SETTINGS, period_start=start), known)

    (years,) = (one for one in report if "YEARS" in one.code)
    if first is None:
        assert (years.code, years.values["start"]) == ("SC-S100-YEARS-NONE", "2027-01-01")
    else:
        assert (years.values["first"], years.values["last"]) == (first, "2026-12-31")
        for language in ("en", "fr"):
            assert day(first, language) in years.message(language)


def test_a_right_journal_is_of_the_type_that_it_is() -> None:
    purchases = Journal(code="ACH", name="Achats", kind=JournalKind.PURCHASES)
    journals = {**(REFERENCE.journals or {}), "ACH": purchases}
    own = attrs.evolve(SETTINGS, journals=Journals(sales="VTE", claims="ACH", bank="BQ"))
    own = attrs.evolve(own, accounts=attrs.evolve(own.accounts, bank="512000"))

    report = preflight(own, attrs.evolve(REFERENCE, journals=journals))

    for path, kind in {"sales": "Vente", "claims": "Achat", "bank": "Trésorerie"}.items():
        (right,) = (one for one in report if one.path == f"/journals/{path}")
        assert right.code == "SC-S100-OK-JOURNAL"
        for language in ("en", "fr"):
            assert kind in right.message(language)


@pytest.mark.parametrize("name", ["customers", "suppliers", "employees"])
def test_a_control_account_of_the_settings_is_told_by_its_setting(name: str) -> None:
    report = preflight(with_accounts(**{name: "706000"}), REFERENCE)

    (found,) = (one for one in report if one.code == "SC-S100-CONTROL-ACCOUNT-KIND")
    assert found.path == f"/accounts/{name}"
    for language in ("en", "fr"):
        assert f"accounts.{name}" in found.message(language)


def test_options_that_hide_faults_are_warnings() -> None:
    own = FrozenMap({"import_journal_balance": "1", "create_account_on_entry": "1"})
    known = attrs.evolve(REFERENCE, company=attrs.evolve(COMPANY, own=own))

    report = preflight(SETTINGS, known)

    warnings = [one.code for one in report if one.severity is Severity.WARNING]
    assert warnings == ["SC-S100-AUTO-BALANCE", "SC-S100-ACCOUNTS-OPENED"]


@pytest.mark.requirement("S12")
@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (CompanyFileFacts(path=r"C:\COMPTA\TEST1", exists=True), "SC-S100-PATH-EXTENSION"),
        (CompanyFileFacts(path=r"C:\COMPTA\TEST1.gcm"), "SC-S100-PATH-MODULE"),
        (CompanyFileFacts(path=r"\\srv\c\TEST1.mae"), "SC-S100-PATH-MISSING"),
        (
            CompanyFileFacts(path="/mnt/compta.mae", exists=True, is_folder=True),
            "SC-S100-PATH-FOLDER",
        ),
        (
            CompanyFileFacts(path="TEST1.mae", exists=True, readable=False),
            "SC-S100-PATH-UNREADABLE",
        ),
    ],
)
def test_each_fault_of_the_path_has_a_code_of_its_own(
    facts: CompanyFileFacts, code: str
) -> None:
    report = preflight(SETTINGS, REFERENCE, company_file=facts)

    assert red(report) == [(code, "/company_file")]
    assert report.errors[0].owner is Owner.CUSTOMER_IT


@pytest.mark.requirement("S12")
@pytest.mark.parametrize("path", [r"\\srv\c\TEST1.MAE", "//srv/c/TEST1.mae", r"D:\T\A.Mae"])
def test_unc_and_drive_paths_are_taken_on_any_machine(path: str) -> None:
    facts = CompanyFileFacts(path=path, exists=True, head=INI)

    assert red(preflight(SETTINGS, REFERENCE, company_file=facts)) == []


def test_a_company_that_is_open_in_sage_is_told() -> None:
    facts = attrs.evolve(MAE, in_use=True, readable=False)

    report = preflight(SETTINGS, REFERENCE, company_file=facts)

    assert red(report) == [("SC-S100-FILE-IN-USE", "/company_file")]


@pytest.mark.requirement("S1")
@pytest.mark.parametrize(
    ("file", "product"),
    [
        (r"C:\Sage\ACCDATA\HEADERS.DTA", "Sage 50 UK"),
        ("ximport.txt", "Ciel"),
        ("WK20260101.AHC", "Ciel"),
    ],
)
def test_another_products_file_is_named(file: str, product: str) -> None:
    facts = CompanyFileFacts(path=file, exists=True)

    report = preflight(SETTINGS, REFERENCE, company_file=facts)

    assert [one.code for one in report.errors] == ["SC-S100-EDITION"]
    assert product in report.errors[0].message("en")


def test_a_file_of_sage_100_is_no_other_products() -> None:
    assert other_product("export.txt", b"#FLG 000\r\n#VER 31\r\n") is None


def test_the_text_form_of_a_company_file_is_read() -> None:
    assert company_ini(INI, r"\\SRV\COMPTA\Atelier.mae") == CompanyIni(
        server=r"SRV\SAGE100", base="Atelier", creator="MA1200CPTA"
    )


def test_keys_of_a_company_file_are_read_in_any_case_and_in_its_section_alone() -> None:
    head = (
        b"\xef\xbb\xbf[cbase]\nserveursql = SRV \nBASESQL=B\xe9\x81\n[OTHER]\nCreateur=X\n"
    )

    assert company_ini(head, "a.mae") == CompanyIni(
        server="SRV", base="Bé\ufffd", creator=""
    )


def test_a_binary_company_file_is_left_alone() -> None:
    facts = attrs.evolve(MAE, head=b"\x00\x01MA30CPTA" + bytes(range(256)))

    report = preflight(SETTINGS, REFERENCE, company_file=facts)

    assert company_ini(facts.head, facts.path) is None
    assert report[0].code == "SC-S100-OK-COMPANY-FILE"


@pytest.mark.requirement("S8")
def test_a_company_of_another_name_is_refused() -> None:
    report = preflight(attrs.evolve(SETTINGS, name="ATELIER"), REFERENCE)

    assert red(report) == [("SC-COMPANY-MISMATCH", "/name")]


@pytest.mark.requirement("S8")
@pytest.mark.parametrize("name", ["Atelier Démo", "ATELIER DEMO", "ATELIER  DÉMO"])
def test_a_company_spelt_differently_is_a_warning(name: str) -> None:
    report = preflight(attrs.evolve(SETTINGS, name=name), REFERENCE)

    assert red(report) == []
    assert "SC-S100-COMPANY-SPELLING" in [one.code for one in report]


@pytest.mark.requirement("S121")
def test_the_settings_are_looked_at_only_when_the_connection_is_right() -> None:
    wrong = attrs.evolve(SETTINGS, journals=Journals(sales="VT"))

    report = preflight(wrong, None, company_file=MAE)

    assert [one.code for one in report.of(0).errors] == ["SC-S100-NO-EXPORT"]
    assert [one.code for one in report.of(1)] == ["SC-S100-NOT-RUN"]
    assert [one.document for one in report] == ["connection", "connection", "settings"]


def test_without_an_export_what_could_not_be_looked_at_is_said() -> None:
    blind = attrs.evolve(
        SETTINGS, name="", policy=Policy(export=ExportPolicy.ALLOW, create_customers=False)
    )

    report = preflight(blind, None)

    assert report.ok
    assert [one.code for one in report] == ["SC-S100-NO-EXPORT"]
    assert {one.missing for one in report.unchecked} == {
        ("journals",),
        ("accounts",),
        ("tax_codes",),
        ("dimensions",),
    }


def test_an_export_without_analytic_plans_needs_none() -> None:
    known = attrs.evolve(REFERENCE, dimensions={})

    assert preflight(attrs.evolve(SETTINGS, analytics=Analytics()), known).ok


def test_what_one_person_has_to_do_is_text_to_send_on() -> None:
    wrong = attrs.evolve(SETTINGS, journals=Journals(sales="VT"))
    report = preflight(wrong, REFERENCE)

    text = report.to_forward(Owner.ACCOUNTANT, "fr")

    head, blank, title = text.splitlines()[:3]
    assert head.startswith("Pour le comptable\u00a0: un point à corriger avant que tout")
    assert (blank, title) == ("", "1. Le journal n'existe pas dans Sage (à corriger)")
    assert "«\u00a0VT\u00a0» (journal des ventes, réglage journals.sales)" in text
    assert "Structure > Codes journaux" in text
    assert text == report.to_forward(language="fr")
    assert report.to_forward(Owner.CUSTOMER_IT) == ""


def test_a_read_without_an_export_is_told_the_menu_path() -> None:
    capabilities = without_export()

    assert ("accounts", Verb.LIST) not in capabilities
    assert EXPORT_MENU in capabilities.reason("accounts", Verb.LIST)
    assert ("sales_invoices", Verb.CREATE) in capabilities


def test_every_cell_that_is_false_says_why() -> None:
    reasons = {reason for *_, can, reason in CAPABILITIES.rows() if not can}

    assert "" not in reasons
    assert CAPABILITIES.default_reason in reasons


@pytest.mark.requirement("S121")
@pytest.mark.parametrize(
    "break_", ["no folder", "cut export", "no export at all", "another file"]
)
def test_a_broken_connection_is_reported_and_the_settings_are_not_run(
    tmp_path: Path, break_: str
) -> None:
    exports = tmp_path / "exports"
    exports.mkdir()
    if break_ == "no folder":
        exports.rmdir()
        tmp_path.rmdir()
    elif break_ == "cut export":
        (exports / "company.txt").write_bytes(export_bytes()[:-30])
    elif break_ == "another file":
        (exports / "company.txt").write_bytes(b"no export")

    with Sage100(tmp_path, demo_settings()) as ledger:
        report = ledger.company.preflight()

    connection, settings = report.of(0), report.of(1)
    (fault,) = connection.errors
    assert [one.code for one in settings] == ["SC-S100-NOT-RUN"]
    assert fault.code in {"SC-S100-NO-EXPORT", "SC-S100-EXPORT-UNREADABLE"}
    for language in ("en", "fr"):
        text = report.to_forward(Owner.ACCOUNTANT, language)
        assert "Fichier > Exporter > Format Sage" in text
        assert "{" not in text


def _in_preflight() -> list[str]:
    """Every code that preflight can find, but for notes."""
    source = Path(preflight_module.__file__).read_text("utf-8")
    named = set(re.findall(r'"(SC-[A-Z0-9-]+)"', source))
    named |= {code for code in BOOK if code.startswith("SC-S100-JOURNAL-")}
    return sorted(code for code in named if BOOK[code].severity is not Severity.NOTE)


@pytest.mark.requirement("S20", "S122")
@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("code", _in_preflight())
def test_every_problem_has_an_owner_and_names_the_menu_where_it_is_mended(
    code: str, language: str
) -> None:
    text = sentences("sage_connect.sage100", language)
    fix = (text.get(code) or sentences("sage_connect.validation", language)[code])["fix"]

    assert BOOK[code].owner in Owner
    if BOOK[code].owner in {Owner.ACCOUNTANT, Owner.SAGE_ADMINISTRATOR}:
        assert " > " in fix or "{menu}" in fix


@pytest.mark.requirement("S122")
def test_each_owner_is_sent_his_own_problems_and_nobody_twice() -> None:
    wrong = attrs.evolve(SETTINGS, journals=Journals(sales="VT"))
    missing = CompanyFileFacts(path="C:/COMPTA/TEST1.mae")
    reports = (
        preflight(wrong, REFERENCE),
        preflight(SETTINGS, REFERENCE, company_file=missing),
        preflight(with_accounts(taxes={"C21": "445710"}), REFERENCE),
    )

    for report in reports:
        sent = [report.to_forward(owner) for owner in Owner]
        told = re.findall(r"Code for questions: (SC-\S+)", "\n".join(sent))
        problems = [one for one in report if one.severity is not Severity.NOTE]
        assert sorted(one.code for one in problems) == sorted(told)
        assert report.to_forward() == "\n\n".join(filter(None, sent))
    assert [one.owner for one in reports[1].errors] == [Owner.CUSTOMER_IT]
    assert [one.code for one in reports[2].errors] == ["SC-S100-MAP-TAX"]

"""Preflight of a company: every line forced, in two languages, with its place on screen."""

from typing import Any

import attrs
import pytest

from sage_connect import (
    AuthenticationError,
    NotSentError,
    Owner,
    PermissionDeniedError,
    Reference,
    Report,
    Severity,
)
from sage_connect.intacct.preflight import preflight
from sage_connect.intacct.rules.preflighted import PREFLIGHTED
from sage_connect.intacct.settings import (
    Accounts,
    Conventions,
    IntacctSettings,
    Level,
    Taxes,
)
from sage_connect.ledger import Mapping
from sage_connect.model import Dimension
from sage_connect.model.fields import FrozenMap
from sage_connect.model.reference import by_code
from sage_connect.validation.text import sentences

from .rules.company import OWN, REFERENCE, SETTINGS, UK, company, known, own, policy

SOUND = attrs.evolve(
    SETTINGS, accounts=Accounts(sales="4000", purchases="5000", advances="2300")
)


def looked(
    reference: Reference | None = REFERENCE, settings: IntacctSettings = SOUND, **given: Any
) -> Report:
    return preflight(settings, reference, **given)


def codes(report: Report, index: int | None = None) -> list[str]:
    return [one.code for one in (report if index is None else report.of(index))]


def the(report: Report, code: str) -> Any:
    (found,) = [one for one in report if one.code == code]
    return found


def changed(**changes: Any) -> Report:
    return looked(settings=attrs.evolve(SOUND, **changes))


@pytest.mark.requirement("S173", "S175", "S262")
def test_a_sound_company_has_notes_alone() -> None:
    report = looked()

    assert report.ok
    assert {one.severity for one in report} == {Severity.NOTE}
    assert codes(report, 0) == [
        "SC-IN-OK-SENDER",
        "SC-IN-OK-COMPANY",
        "SC-IN-OK-USER",
        "SC-IN-OK-MODULES",
        "SC-IN-OK-RIGHTS",
    ]
    assert codes(report, 1) == [
        "SC-IN-OK-ENTITIES",
        "SC-IN-OK-ACCOUNTS",
        "SC-IN-OK-JOURNALS",
        "SC-IN-OK-TAXES",
        "SC-IN-OK-BANK",
        "SC-IN-OK-TERMS",
        "SC-IN-OK-DIMENSIONS",
    ]
    assert [one.document for one in report] == ["connection"] * 5 + ["settings"] * 7
    assert "several entities" in the(report, "SC-IN-OK-COMPANY").message()
    assert "plusieurs entités" in the(report, "SC-IN-OK-COMPANY").message("fr")


@pytest.mark.requirement("S182", "S193")
def test_every_line_of_a_sound_company_names_its_place_on_screen() -> None:
    for one in looked():
        for language in ("en", "fr"):
            assert ">" in one.fix(language), one.code


# ------------------------------------------------------------------------ who signs in
@pytest.mark.requirement("S191", "S199", "S254")
@pytest.mark.parametrize(
    ("error", "place"),
    [
        (
            PermissionDeniedError("XL03000006", code="SC-IN-SENDER-NOT-AUTHORISED"),
            "Web Services authorizations",
        ),
        (AuthenticationError("XL03000006", code="SC-IN-SIGN-IN"), "Company Info"),
        (AuthenticationError("no session", code="SC-IN-SESSION"), "Entities"),
    ],
)
def test_a_sign_in_that_fails_is_told_with_its_place(error: Any, place: str) -> None:
    report = looked(None, broken=error)

    assert codes(report) == [error.code, "SC-IN-NOT-LOOKED-AT"]
    assert place in report[0].fix()
    assert place in report[0].fix("fr")
    assert report[0].owner is Owner.SAGE_ADMINISTRATOR


def test_a_gateway_that_is_not_reached_is_a_line_of_the_report() -> None:
    report = looked(None, broken=NotSentError("no way to 127.0.0.1"))

    assert codes(report) == ["SC-IN-UNREACHABLE", "SC-IN-NOT-LOOKED-AT"]
    assert "no way to 127.0.0.1" in report[0].message("fr")
    assert report[0].owner is Owner.CUSTOMER_IT


@pytest.mark.requirement("S174", "S186", "S187", "S188", "S189", "S190")
@pytest.mark.parametrize(
    ("key", "value", "code", "place"),
    [
        ("user.type", "employee user", "SC-IN-USER-TYPE", "User type: Business"),
        ("user.admin", "Limited", "SC-IN-USER-PRIVILEGE", "Admin privileges: Full"),
        ("user.admin", "false", "SC-IN-USER-PRIVILEGE", "Admin privileges: Full"),
        ("user.status", "inactive", "SC-IN-USER-INACTIVE", "Status: Active"),
        ("user.status", "lockedout", "SC-IN-USER-INACTIVE", "Status: Active"),
        ("user.roles", "Accountant", "SC-IN-ROLE", "first line: Admin"),
        ("user.roles", "", "SC-IN-ROLE", "first line: Admin"),
        ("user.top_level", "false", "SC-IN-TOP-LEVEL", "User entities: top level"),
    ],
)
def test_a_user_who_is_set_up_otherwise_is_a_red_line(
    key: str, value: str, code: str, place: str
) -> None:
    report = looked(own({key: value}))

    found = the(report, code)
    assert found.severity is Severity.ERROR
    assert found.owner is Owner.SAGE_ADMINISTRATOR
    assert place in found.fix()
    assert "Company > Admin > Users" in found.fix("fr")
    assert "SC-IN-NOT-LOOKED-AT" in codes(report)
    assert "SC-IN-OK-USER" not in codes(report)


@pytest.mark.requirement("S189")
def test_the_role_admin_in_another_line_is_a_warning() -> None:
    found = the(looked(own({"user.roles": "Accountant\nAdmin"})), "SC-IN-ROLE")

    assert found.severity is Severity.WARNING


@pytest.mark.requirement("S190")
def test_where_there_is_one_entity_there_is_no_top_level_to_reach() -> None:
    report = looked(own({"user.top_level": "false", "multi_entity": "false"}))

    assert "SC-IN-TOP-LEVEL" not in codes(report)


@pytest.mark.requirement("S186", "S187", "S188", "S189", "S190")
@pytest.mark.parametrize(
    ("key", "what"),
    [
        ("user.type", "Business"),
        ("user.admin", "Full"),
        ("user.status", "Active"),
        ("user.roles", "Admin"),
        ("user.top_level", "top level"),
        ("modules", "subscriptions"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(key: str, what: str) -> None:
    report = looked(own({key: "-"}))

    found = the(report, "SC-IN-UNREAD")
    assert what in found.message()
    assert "Company > Admin >" in found.fix()
    assert report.ok


@pytest.mark.requirement("S174", "S175")
@pytest.mark.parametrize("module", ["GL", "AR", "AP"])
def test_a_subscription_that_is_missing_is_a_red_line(module: str) -> None:
    left = "\n".join(one for one in OWN["modules"].splitlines() if one != module)

    report = looked(company(modules=left))

    found = the(report, "SC-IN-MODULE-MISSING")
    assert (found.severity, found.values["module"]) == (Severity.ERROR, module)
    assert "Company > Admin > Subscriptions" in found.fix()


@pytest.mark.requirement("S175")
def test_subscriptions_that_are_only_useful_are_notes() -> None:
    report = looked(company(modules="AP\nAR\nGL\nPA"))

    told = [one.values["module"] for one in report if one.code == "SC-IN-MODULE-OFF"]
    assert told == ["CM", "EE"]
    assert report.ok


@pytest.mark.requirement("S174", "S180")
def test_what_the_role_keeps_back_is_named() -> None:
    report = looked(known(accounts=None, suppliers=None))

    found = the(report, "SC-IN-RIGHTS")
    assert found.values["parts"] == "accounts, suppliers"
    assert found.severity is Severity.WARNING
    assert "Company > Admin > Roles" in found.fix()
    assert found.owner is Owner.SAGE_ADMINISTRATOR
    assert {one.code for one in report.unchecked} == {
        "SC-IN-MAP-ACCOUNT",
        "SC-SUPPLIER-UNKNOWN",
    }


def test_taxes_and_entities_without_their_subscription_are_not_kept_back() -> None:
    report = looked(known(tax_codes=None, entities=None))

    assert "SC-IN-OK-RIGHTS" in codes(report)


@pytest.mark.requirement("S179")
@pytest.mark.parametrize(
    ("version", "told"),
    [("2019 R3", ["SC-IN-VERSION"]), ("2020 R1", []), ("2025R4", []), ("new", [])],
)
def test_an_old_release_is_a_warning_only(version: str, told: list[str]) -> None:
    report = looked(company(version=version))

    assert [one for one in codes(report) if one == "SC-IN-VERSION"] == told
    assert report.ok


@pytest.mark.requirement("S179")
def test_a_release_that_nobody_tells_is_looked_up_on_screen() -> None:
    found = the(looked(company(version="-")), "SC-IN-UNREAD")

    assert "release" in found.message()
    assert "foot of any page" in found.fix()


# ---------------------------------------------------------------------- the settings
@pytest.mark.requirement("S202", "S214", "S225")
@pytest.mark.parametrize(
    ("changes", "code", "path"),
    [
        ({"entity": "uk1"}, "SC-IN-ENTITY-ID", "/entity"),
        ({"entity": "DE1"}, "SC-IN-ENTITY-UNKNOWN", "/entity"),
        ({"level": Level.ENTITY}, "SC-IN-ENTITY-NONE", "/entity"),
        ({"levels": {"payment": "entity"}}, "SC-IN-ENTITY-NONE", "/entity"),
        ({"levels": {"payments": "top"}}, "SC-IN-LEVEL", "/levels/payments"),
        ({"levels": {"payment": "middle"}}, "SC-IN-LEVEL", "/levels/payment"),
        (
            {"mapping": Mapping(entities=FrozenMap({"SITE": "uk1"}))},
            "SC-IN-ENTITY-ID",
            "/mapping/entities/SITE",
        ),
    ],
)
def test_a_wrong_level_or_entity_is_told_at_its_setting(
    changes: dict[str, Any], code: str, path: str
) -> None:
    report = changed(**changes)

    found = the(report, code)
    assert (found.path, found.severity) == (path, Severity.ERROR)
    assert "SC-IN-OK-ENTITIES" not in codes(report)


@pytest.mark.requirement("S173", "S202")
def test_a_level_where_there_are_no_entities_is_a_warning() -> None:
    single = company(multi_entity="false")

    report = looked(single, attrs.evolve(SOUND, level=Level.ENTITY, entity="UK1"))

    assert the(report, "SC-IN-LEVEL-SINGLE").severity is Severity.WARNING
    assert "a single entity" in the(report, "SC-IN-OK-COMPANY").message()
    assert "SC-IN-LEVEL-SINGLE" not in codes(looked(single))


@pytest.mark.requirement("S215")
def test_two_sites_at_one_entity_are_right() -> None:
    both = Mapping(entities=FrozenMap({"A": "UK1", "B": "UK1"}))

    assert "SC-IN-OK-ENTITIES" in codes(changed(mapping=both))


@pytest.mark.requirement("S201", "S220")
@pytest.mark.parametrize(
    ("changes", "code", "path"),
    [
        (
            {"accounts": Accounts(sales="4999")},
            "SC-IN-MAP-ACCOUNT",
            "/accounts/sales",
        ),
        (
            {"accounts": Accounts(advances="1")},
            "SC-IN-MAP-ACCOUNT",
            "/accounts/advances",
        ),
        (
            {"mapping": Mapping(accounts=FrozenMap({"a/b": "?"}))},
            "SC-IN-MAP-ACCOUNT",
            "/mapping/accounts/a~1b",
        ),
        ({"chart": ("4", "2")}, "SC-IN-CHART", "/accounts/purchases"),
    ],
)
def test_an_account_of_the_settings_is_there(
    changes: dict[str, Any], code: str, path: str
) -> None:
    report = changed(**changes)

    assert the(report, code).path == path
    assert "SC-IN-OK-ACCOUNTS" not in codes(report)


@pytest.mark.requirement("S219")
def test_a_journal_of_the_mapping_is_there() -> None:
    report = changed(mapping=Mapping(journals=FrozenMap({"OD": "XX"})))

    assert the(report, "SC-IN-JOURNAL-UNKNOWN").path == "/mapping/journals/OD"


@pytest.mark.requirement("S200", "S221")
@pytest.mark.parametrize(
    ("changes", "code", "path"),
    [
        ({"tax_solution": "Canada"}, "SC-IN-MAP-SOLUTION", "/tax_solution"),
        ({"legislation": (UK, "Canada")}, "SC-IN-MAP-SOLUTION", "/legislation/1"),
        (
            {"mapping": Mapping(taxes=FrozenMap({"S": "UK-20"}))},
            "SC-IN-MAP-TAX",
            "/mapping/taxes/S",
        ),
    ],
)
def test_a_tax_of_the_settings_is_there(
    changes: dict[str, Any], code: str, path: str
) -> None:
    report = changed(**changes)

    assert the(report, code).path == path
    assert "SC-IN-OK-TAXES" not in codes(report)


def test_a_company_without_a_tax_solution_is_told_what_that_means() -> None:
    bare = company(tax_solutions="")

    assert "SC-IN-SOLUTIONS-NONE" in codes(looked(bare))
    assert "SC-IN-OK-TAXES" in codes(looked(bare, policy(taxes=Taxes.LINES)))


@pytest.mark.parametrize(
    ("bank", "code", "severity"),
    [
        ("", "SC-IN-BANK-UNSET", Severity.WARNING),
        ("?", "SC-IN-BANK-UNKNOWN", Severity.ERROR),
        ("SHUT", "SC-IN-BANK-INACTIVE", Severity.ERROR),
        ("MAIN", "SC-IN-OK-BANK", Severity.NOTE),
    ],
)
def test_the_bank_account_is_there(bank: str, code: str, severity: Severity) -> None:
    found = the(changed(bank_account=bank), code)

    assert (found.path, found.severity) == ("/bank_account", severity)
    assert "Cash Management > Checking accounts" in found.fix()


@pytest.mark.requirement("S217", "S218")
@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"customer_term": "N45"}, "/customer_term"),
        ({"supplier_term": "N60"}, "/supplier_term"),
    ],
)
def test_a_term_of_the_settings_is_of_its_side(changes: dict[str, Any], path: str) -> None:
    found = the(changed(**changes), "SC-IN-TERM-UNKNOWN")

    assert found.path == path
    assert "the other side has one of this name" in found.message()


@pytest.mark.requirement("S222", "S223")
def test_a_company_without_projects_is_told_that_nothing_of_them_is_asked_for() -> None:
    found = the(looked(company(modules="AP\nAR\nGL\nCM\nEE")), "SC-IN-PROJECTS-OFF")

    assert "REQUIREPROJECT" in found.message()
    assert found.severity is Severity.NOTE


@pytest.mark.requirement("S238")
def test_more_than_twenty_dimensions_are_a_warning() -> None:
    def of(count: int) -> list[str]:
        many = by_code([Dimension(code=f"U{at}") for at in range(count)])
        return codes(looked(known(dimensions=many)), 1)

    assert "SC-IN-DIMENSIONS-MANY" in of(21)
    assert "SC-IN-OK-DIMENSIONS" in of(20)


@pytest.mark.parametrize(
    ("folders", "folder", "told"),
    [
        ("Invoices", "Invoices", []),
        ("Invoices", "invoices", ["SC-IN-FOLDER-UNKNOWN"]),
        ("-", "Invoices", ["SC-IN-FOLDER-UNSEEN"]),
        ("Invoices", "", ["SC-IN-FOLDER-UNSEEN"]),
    ],
)
def test_the_folder_for_files_is_looked_at_as_far_as_it_can_be(
    folders: str, folder: str, told: list[str]
) -> None:
    report = looked(
        company(attachment_folders=folders), attrs.evolve(SOUND, attachments_folder=folder)
    )

    assert [one for one in codes(report) if "FOLDER" in one] == told


def test_nothing_known_is_nothing_wrong() -> None:
    report = looked(Reference(), IntacctSettings())

    assert report.ok
    assert len(report.unchecked) > 5
    assert "SC-IN-RIGHTS" in codes(report)


def test_conventions_are_no_matter_of_the_preflight() -> None:
    assert changed(conventions=Conventions(lookup_size=7)).ok


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_line_says_all_its_values(language: str) -> None:
    every = [
        looked(),
        looked(Reference(), IntacctSettings()),
        looked(company(modules="", version="2018 R1", tax_solutions="")),
        changed(entity="?", bank_account="?", customer_term="?", attachments_folder="?"),
        changed(levels={"x": "y"}, tax_solution="?", accounts=Accounts(sales="?")),
        looked(None, broken=NotSentError("x")),
    ]

    for report in every:
        for one in report:
            assert "{" not in one.message(language) + one.fix(language), one.code


def test_every_code_of_the_preflight_names_a_place_or_a_setting() -> None:
    told = sentences("sage_connect.intacct", "en")

    silent = [
        code
        for code in PREFLIGHTED
        if ">" not in told[code]["fix"] and "`" not in told[code]["fix"]
    ]
    assert silent == [
        "SC-IN-UNREACHABLE",
        "SC-IN-NOT-LOOKED-AT",
        # Its place is a value.
        "SC-IN-UNREAD",
        "SC-IN-VERSION",
    ]

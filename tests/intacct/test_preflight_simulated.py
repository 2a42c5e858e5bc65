"""Preflight against a simulated company, over a real socket: each step has its check."""

from collections.abc import Iterator
from typing import Any

import attrs
import pytest

from sage_connect import Owner, Report, Severity
from sage_connect.intacct import IntacctSettings, SageIntacct
from sage_connect.testing.intacct import IntacctSimulator
from sage_connect.testing.simulated import credentials_of


@pytest.fixture
def simulator() -> Iterator[IntacctSimulator]:
    with IntacctSimulator() as simulator:
        yield simulator


def looked(
    simulator: IntacctSimulator, settings: IntacctSettings | None = None, **signed: Any
) -> Report:
    given = attrs.evolve(credentials_of(simulator), **signed)
    with SageIntacct(given, settings, gateway=simulator.endpoint) as ledger:
        return ledger.company.preflight()


def codes(report: Report) -> list[str]:
    return [one.code for one in report]


def the(report: Report, code: str) -> Any:
    (found,) = [one for one in report if one.code == code]
    return found


@pytest.mark.requirement("S173", "S174", "S175", "S182")
def test_a_company_that_is_set_up_has_no_red_line(simulator: IntacctSimulator) -> None:
    report = looked(simulator, IntacctSettings(bank_account="BANK"))

    assert report.ok
    assert {"SC-IN-OK-SENDER", "SC-IN-OK-USER", "SC-IN-OK-MODULES"} <= set(codes(report))
    assert report.unchecked == ()


@pytest.mark.requirement("S186", "S187", "S188", "S189")
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"type": "employee user"}, "SC-IN-USER-TYPE"),
        ({"admin": "true"}, "SC-IN-USER-PRIVILEGE"),
        ({"admin": "false"}, "SC-IN-USER-PRIVILEGE"),
        ({"roles": ()}, "SC-IN-ROLE"),
        ({"roles": ("Accountant",)}, "SC-IN-ROLE"),
    ],
)
def test_a_user_who_is_set_up_otherwise_is_a_red_line(
    simulator: IntacctSimulator, changes: dict[str, Any], code: str
) -> None:
    simulator.user(**changes)

    found = the(looked(simulator), code)

    assert (found.severity, found.owner) == (Severity.ERROR, Owner.SAGE_ADMINISTRATOR)


@pytest.mark.requirement("S188")
def test_an_inactive_user_cannot_sign_in_and_is_told_where_to_look(
    simulator: IntacctSimulator,
) -> None:
    simulator.user(status="inactive")

    report = looked(simulator)

    assert codes(report) == ["SC-IN-SIGN-IN", "SC-IN-NOT-LOOKED-AT"]
    assert "inactive" in report[0].message()


@pytest.mark.requirement("S174", "S190")
def test_a_user_of_one_entity_is_told_of_before_anything_is_posted(
    simulator: IntacctSimulator,
) -> None:
    simulator.user(entities=("100",))

    report = looked(simulator)

    assert not report.ok
    assert set(codes(report)) & {"SC-IN-TOP-LEVEL", "SC-IN-SESSION", "SC-IN-SIGN-IN"}


@pytest.mark.requirement("S191", "S192")
@pytest.mark.parametrize("senders", [(), ("xt_demo",)])
def test_a_sender_that_is_not_on_the_list_is_told_with_the_menu_path(
    senders: tuple[str, ...],
) -> None:
    with IntacctSimulator(authorised_senders=senders) as simulator:
        report = looked(simulator)

    found = report[0]
    assert found.code in {"SC-IN-SENDER-NOT-AUTHORISED", "SC-IN-SENDER"}
    assert "Web Services authorizations" in found.fix()


@pytest.mark.requirement("S199", "S254")
def test_a_wrong_company_id_is_told_with_where_it_is_found(
    simulator: IntacctSimulator,
) -> None:
    report = looked(simulator, company_id="nowhere")

    assert codes(report) == ["SC-IN-SIGN-IN", "SC-IN-NOT-LOOKED-AT"]
    assert "Company Info" in report[0].fix()


@pytest.mark.requirement("S175")
def test_a_demo_company_that_has_run_out_is_told() -> None:
    with IntacctSimulator(expired=True) as simulator:
        report = looked(simulator)

    assert codes(report)[0] == "SC-IN-DEMO-EXPIRED"


@pytest.mark.requirement("S174", "S175")
def test_a_company_without_payables_has_a_red_line_for_them() -> None:
    with IntacctSimulator(modules=("CO", "GL", "AR", "CM", "TX", "ME")) as simulator:
        report = looked(simulator)

    assert the(report, "SC-IN-MODULE-MISSING").values["module"] == "AP"


@pytest.mark.requirement("S174")
def test_rights_that_are_missing_are_named(simulator: IntacctSimulator) -> None:
    simulator.user(rights={"VENDOR": "Add"})

    report = looked(simulator)

    found = the(report, "SC-IN-RIGHTS")
    assert "suppliers" in found.values["parts"]
    assert "accounts" not in found.values["parts"]


@pytest.mark.requirement("S173")
def test_a_company_of_one_entity_is_told_as_such() -> None:
    modules = ("CO", "GL", "AR", "AP", "CM", "EE", "TX")
    with IntacctSimulator(multi_entity=False, modules=modules) as simulator:
        report = looked(simulator)

    assert report.ok
    assert "a single entity" in the(report, "SC-IN-OK-COMPANY").message()


@pytest.mark.requirement("S222", "S223")
def test_without_projects_nothing_of_them_is_asked_for() -> None:
    modules = ("CO", "GL", "AR", "AP", "CM", "EE", "TX", "ME")
    with IntacctSimulator(modules=modules) as simulator:
        report = looked(simulator)

    assert report.ok
    assert "SC-IN-PROJECTS-OFF" in codes(report)

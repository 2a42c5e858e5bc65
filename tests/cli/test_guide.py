"""`guide`: what a person does in a product, with the caller's own values, and verified."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sage_connect.targets import every_rule
from sage_connect.testing.demo import export_bytes, settings_toml
from sage_connect.testing.intacct import IntacctSimulator
from sage_connect.testing.simulated import write_intacct_profile

from .conftest import run

USER = "API  alias"
PRODUCTS = ["sage100", "accounting", "intacct"]


def steps_of(*arguments: str | Path, **options: Any) -> dict[str, dict[str, Any]]:
    ended = run("guide", *arguments, "--json", **options)
    assert ended.code in {0, 1}, ended.err
    return {one["step"]: one for one in json.loads(ended.out)}


def write_profile(folder: Path, simulator: IntacctSimulator, **other: str) -> None:
    path = write_intacct_profile(folder, simulator, settings='bank_account = "BANK"')
    text = path.read_text("utf-8")
    for name, value in other.items():
        said = simulator.ready_line()[name]
        text = text.replace(f'{name} = "{said}"', f'{name} = "{value}"')
    path.write_text(text, "utf-8")


@pytest.fixture
def simulator() -> Iterator[IntacctSimulator]:
    with IntacctSimulator(
        user_id=USER,
        user_password="canary-user",  # noqa: S106 - invented
        sender_password="canary-sender",  # noqa: S106 - invented
    ) as simulator:
        yield simulator
        assert simulator.crashes == []


@pytest.mark.requirement("S181")
@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("product", PRODUCTS)
def test_the_guide_to_each_product_is_made_of_the_same_kind_of_steps(
    product: str, language: str
) -> None:
    known = set(every_rule())

    steps = steps_of(product, "--language", language)

    assert [one["number"] for one in steps.values()] == list(range(1, len(steps) + 1))
    assert len(steps) >= 6
    for one in steps.values():
        assert one["title"]
        assert one["text"]
        assert set(one["checks"]) <= known
        # What no program can look at says so.
        assert one["checks"] or one["step"] == "smart_events"


@pytest.mark.requirement("S182")
@pytest.mark.requirement("S183")
@pytest.mark.requirement("S184")
@pytest.mark.requirement("S185")
def test_the_steps_hold_the_caller_s_own_values_and_no_secret(
    simulator: IntacctSimulator, tmp_path: Path
) -> None:
    write_profile(tmp_path, simulator)

    ended = run("guide", "intacct", "--profile", "main", cwd=tmp_path)
    steps = steps_of("intacct", "--profile", "main", cwd=tmp_path)

    assert ended.code == 0, ended.err
    assert steps["user"]["enter"] == [
        {"label": "User ID", "value": USER},
        {"label": "Last name", "value": "API"},
        {"label": "First name", "value": "sage_connect"},
        {"label": "Email address", "value": "<yours>"},
        {"label": "User name", "value": "API alias"},
    ]
    assert f"User ID: {USER}".encode() in ended.out
    assert "contact name of a new user by itself" in steps["user"]["text"]
    assert "one that exists will do" in steps["user"]["text"]
    assert b"canary" not in ended.out
    assert "canary" not in json.dumps(steps)


@pytest.mark.requirement("S186")
@pytest.mark.requirement("S187")
@pytest.mark.requirement("S188")
@pytest.mark.requirement("S189")
@pytest.mark.requirement("S190")
@pytest.mark.requirement("S191")
@pytest.mark.parametrize(
    ("step", "label", "value", "code"),
    [
        ("sender", "Sender ID", "XT_demo", "SC-IN-SENDER-NOT-AUTHORISED"),
        ("user_type", "User type", "Business", "SC-IN-USER-TYPE"),
        ("user_admin", "Admin privileges", "Full", "SC-IN-USER-PRIVILEGE"),
        ("user_status", "Status", "Active", "SC-IN-USER-INACTIVE"),
        ("role", "Role, first line", "Admin", "SC-IN-ROLE"),
        ("top_level", "User entities", "Top level", "SC-IN-TOP-LEVEL"),
    ],
)
def test_each_step_says_what_to_enter_and_which_code_verifies_it(  # noqa: PLR0917 - a table
    step: str,
    label: str,
    value: str,
    code: str,
    simulator: IntacctSimulator,
    tmp_path: Path,
) -> None:
    write_profile(tmp_path, simulator)

    found = steps_of("intacct", "--profile", "main", cwd=tmp_path)[step]

    assert {"label": label, "value": value} in found["enter"]
    assert code in found["checks"]
    assert found["where"]


@pytest.mark.requirement("S199")
@pytest.mark.requirement("S254")
def test_the_guide_and_the_error_say_where_the_company_id_is_found(
    simulator: IntacctSimulator, tmp_path: Path
) -> None:
    write_profile(tmp_path, simulator, company_id="anotherone")

    step = steps_of("intacct", "--profile", "main", cwd=tmp_path)["company_id"]
    checked = steps_of("intacct", "--profile", "main", "--check", cwd=tmp_path)

    assert step["enter"] == [{"label": "Company ID", "value": "anotherone"}]
    assert "Company Info" in step["where"]
    refused = checked["company_id"]
    assert refused["done"] == "no"
    assert "Company Info" in refused["findings"][0]["fix"]


@pytest.mark.requirement("S193")
@pytest.mark.requirement("S204")
def test_smart_events_come_last_with_what_to_enter_for_each_object() -> None:
    steps = steps_of("intacct")

    *_, last = steps.values()
    assert last["step"] == "smart_events"
    assert "Custom packages" in last["text"]
    entered = {one["label"]: one["value"] for one in last["enter"]}
    assert entered["CUSTOMER, ADD_CUSTOMER"] == (
        "object=CUSTOMER&topic=ADD_CUSTOMER&key={!CUSTOMER.CUSTOMERID!}"
        "&RECORDNO={!CUSTOMER.RECORDNO!}&WHENMODIFIED={!CUSTOMER.WHENMODIFIED!}"
    )


@pytest.mark.requirement("S182")
def test_a_company_that_is_set_up_has_its_steps_ticked(
    simulator: IntacctSimulator, tmp_path: Path
) -> None:
    write_profile(tmp_path, simulator)

    ended = run("guide", "intacct", "--profile", "main", "--check", cwd=tmp_path)
    steps = steps_of("intacct", "--profile", "main", "--check", cwd=tmp_path)

    assert ended.code == 0, ended.out
    done = {name: one["done"] for name, one in steps.items()}
    assert {
        name: done[name]
        for name in ("subscriptions", "sender", "user", "user_type", "role", "bank")
    } == dict.fromkeys(
        ("subscriptions", "sender", "user", "user_type", "role", "bank"), "yes"
    )
    assert done["smart_events"] == "unread"


@pytest.mark.requirement("S192")
def test_the_sender_is_passed_as_typed_and_a_wrong_case_is_told(
    simulator: IntacctSimulator, tmp_path: Path
) -> None:
    write_profile(tmp_path, simulator, sender_id="xt_DEMO")

    ended = run("guide", "intacct", "--profile", "main", "--check", cwd=tmp_path)
    steps = steps_of("intacct", "--profile", "main", "--check", cwd=tmp_path)

    assert ended.code == 1
    assert steps["sender"]["enter"][0]["value"] == "xt_DEMO"
    assert steps["sender"]["done"] == "no"
    assert b"<senderid>xt_DEMO</senderid>" in simulator.calls[-1].body


def test_a_gateway_that_is_not_there_is_told(
    simulator: IntacctSimulator, tmp_path: Path
) -> None:
    write_profile(tmp_path, simulator)
    file = tmp_path / "sage_connect.toml"
    file.write_text(
        file.read_text("utf-8").replace(simulator.endpoint, "http://127.0.0.1:9/")
    )

    ended = run("guide", "intacct", "--profile", "main", "--check", "--json", cwd=tmp_path)

    assert ended.code == 1
    first = ended.rows[0]
    assert (first["step"], first["done"]) == ("gateway", "no")
    assert [one["code"] for one in first["findings"]] == ["SC-IN-UNREACHABLE"]
    assert {one["done"] for one in ended.rows[1:]} == {"unread"}


def test_what_no_step_is_about_is_told_at_the_end(tmp_path: Path) -> None:
    with IntacctSimulator(expired=True) as simulator:
        write_profile(tmp_path, simulator)
        ended = run(
            "guide", "intacct", "--profile", "main", "--check", "--json", cwd=tmp_path
        )

    assert ended.code == 1
    last = ended.rows[-1]
    assert (last["step"], last["checks"]) == ("others", ["SC-IN-DEMO-EXPIRED"])


def test_what_cannot_be_asked_is_told_before_anything_is_done(tmp_path: Path) -> None:
    none = run("guide", "intacct", "--check", cwd=tmp_path)
    unknown = run("guide", "intacct", "--profile", "main", cwd=tmp_path)

    assert (none.code, unknown.code) == (2, 2)
    assert "--profile" in none.err
    assert "sage_connect.toml" in unknown.err


def test_the_guide_to_sage_100_looks_at_a_workspace(tmp_path: Path) -> None:
    company = tmp_path / "company"
    (company / "exports").mkdir(parents=True)
    (company / "exports" / "company.txt").write_bytes(export_bytes())
    (company / "sage_connect.toml").write_text(settings_toml(), "utf-8")

    steps = steps_of("sage100", "--profile", company, "--check")

    assert {name: one["done"] for name, one in steps.items()}["export"] == "yes"
    assert steps["journals"]["enter"][0] == {"label": "journals.sales", "value": "VTE"}

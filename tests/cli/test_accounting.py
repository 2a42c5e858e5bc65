"""`check` and `post` to a business of Sage Accounting, by profile and in a simulator."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sage_connect.testing.accounting import AccountingSimulator
from sage_connect.testing.simulated import write_profile

from .conftest import run, text


@pytest.fixture
def simulator() -> Iterator[AccountingSimulator]:
    with AccountingSimulator() as simulator:
        yield simulator
        assert simulator.crashes == []


def a_sale(number: str = "F1", /, **changes: Any) -> dict[str, Any]:
    line = {
        "description": "Boiler service",
        "quantity": "3",
        "unit_price": "10.33",
        "account": "4000",
        "taxes": [{"code": "GB_STANDARD", "rate": "20"}],
    }
    return {
        "type": "sales_invoice",
        "number": number,
        "date": "2026-09-15",
        "due": "2026-10-15",
        "party": "ARDENT",
        "currency": "GBP",
        "lines": [line],
        **changes,
    }


def test_documents_are_posted_to_a_profile_once(
    simulator: AccountingSimulator, tmp_path: Path
) -> None:
    write_profile(tmp_path, simulator)
    bad = a_sale("F2", party="NOBODY")
    (tmp_path / "docs.json").write_bytes(
        text(a_sale(), bad, {"type": "sales_invoice", "x": 1})
    )
    options = ("docs.json", "--to", "accounting:main", "--json")

    checked = run("check", *options, cwd=tmp_path)
    before = simulator.books().count("sales_invoices")
    posted = run("post", *options, cwd=tmp_path)
    again = run("post", *options, cwd=tmp_path)

    assert checked.states == ["ACCEPTED", "REFUSED", "REFUSED"]
    assert posted.states == ["CREATED", "REFUSED", "REFUSED"]
    assert again.states == ["UNCHANGED", "REFUSED", "REFUSED"]
    assert posted.codes[1:] == [["SC-INV-CONTACT-NOT-IN-SAGE"], ["SC-DOC-UNREADABLE"]]
    assert [checked.code, posted.code, again.code] == [1, 1, 1]
    assert (before, simulator.books().count("sales_invoices")) == (0, 1)
    (invoice,) = simulator.books().all("sales_invoices")
    assert posted.rows[0]["id"] == again.rows[0]["id"] == invoice["id"]
    assert checked.rows[0]["key"] == posted.rows[0]["key"]


def test_a_simulator_is_a_target_too(tmp_path: Path) -> None:
    state = tmp_path / "state.db"
    options = ("-", "--to", f"simulator:accounting?state={state}", "--json")

    first = run("post", *options, stdin=text(a_sale()))
    second = run("post", *options, stdin=text(a_sale()))

    assert [*first.states, *second.states] == ["CREATED", "UNCHANGED"]
    assert [first.code, second.code] == [0, 0]


def test_a_profile_that_nobody_signed_in_to_posts_nothing(
    simulator: AccountingSimulator, tmp_path: Path
) -> None:
    write_profile(tmp_path, simulator)
    for file in (tmp_path / "tokens").iterdir():
        file.unlink()

    ended = run("post", "-", "--to", "accounting:main", stdin=text(a_sale()), cwd=tmp_path)

    assert ended.code == 2
    assert "SC-SA-REAUTH-NEEDED" in ended.err
    assert "sage-connect auth accounting" in " ".join(ended.err.split())
    assert simulator.calls == []


def test_nothing_secret_is_told(simulator: AccountingSimulator, tmp_path: Path) -> None:
    write_profile(tmp_path, simulator)
    secrets = [simulator.client_secret, simulator.access_token, simulator.refresh_token]

    ended = run(
        *("post", "-", "--to", "accounting:main", "--report", "r.html"),
        stdin=text(a_sale(), a_sale("F2", party="NOBODY")),
        env={"SAGE_CONNECT_TRACEBACK": "1"},
        cwd=tmp_path,
    )

    told = ended.out.decode() + ended.err + (tmp_path / "r.html").read_text("utf-8")
    assert [one for one in secrets if one in told] == []
    assert "CREATED" in told

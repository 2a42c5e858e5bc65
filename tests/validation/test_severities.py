"""Rules made stricter or milder by the settings of a ledger."""

import datetime as dt
from pathlib import Path
from typing import Any

import attrs
import pytest

import sage_connect
from sage_connect import ConfigurationError, Severity, State
from sage_connect.targets import every_rule
from sage_connect.testing.demo import export_bytes

from ..sage100.conftest import an_invoice
from .cases import EVERY, Batch, Case

OWN = [
    case
    for case in EVERY
    if case.bad.target in {"sage100", "accounting", "intacct"}
    and hasattr(case.bad.settings, "severities")
    and every_rule()[case.code].adjustable
]


def severity_of(case: Case, **severities: str) -> Severity | None:
    """Return how severe what the case finds is."""
    bad: Batch = case.bad
    given = {code: Severity(one) for code, one in severities.items()}
    report = sage_connect.check(
        bad.documents,
        target=bad.target,
        country=bad.country,
        edition=bad.edition,
        reference=bad.reference,
        settings=attrs.evolve(bad.settings, severities=given),
    )
    found = [one for one in report if (one.code, one.path) == (case.code, case.path)]
    return found[0].severity if found else None


@pytest.mark.parametrize("case", OWN, ids=lambda case: f"{case.bad.target} {case.code}")
def test_settings_make_a_rule_that_only_sage_can_judge_milder(case: Case) -> None:
    if severity_of(case) is None:
        pytest.skip("what `check` eases for a first look is not found there")

    assert severity_of(case, **{case.code: "note"}) is Severity.NOTE


def test_every_product_has_such_rules() -> None:
    assert {case.bad.target for case in OWN} == {"sage100", "accounting", "intacct"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace folder with the demo company's export."""
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "company.txt").write_bytes(export_bytes())
    return tmp_path


def posted(folder: Path, **severities: str) -> Any:
    """Return the outcome of an invoice that is due before its day."""
    rows = "\n".join(f'{code} = "{one}"' for code, one in severities.items())
    # What the file of the demo company says otherwise does not matter here.
    (folder / "sage_connect.toml").write_text(f"[sage100.severities]\n{rows}\n")
    early = an_invoice(date=dt.date(2026, 1, 15), due=dt.date(2026, 1, 14))
    with sage_connect.connect(f"sage100:{folder}") as ledger:
        (outcome,) = ledger.documents.post_all([early])
    return outcome


def test_a_workspace_says_how_severe_rules_are(folder: Path) -> None:
    strict = posted(folder, **{"SC-DUE-BEFORE-DATE": "error"})

    assert strict.state is State.REFUSED
    assert "SC-DUE-BEFORE-DATE" in {one.code for one in strict.report.errors}
    assert not [*(folder / "imports").glob("*.txt")]

    usual = posted(folder)

    (found,) = (one for one in usual.report if one.code == "SC-DUE-BEFORE-DATE")
    assert found.severity is Severity.WARNING
    assert "SC-DUE-BEFORE-DATE" not in {one.code for one in usual.report.errors}


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("SC-TAX-UNKNOWN", "SC-TAX-UNKNOWN is an error, and cannot be made a warning"),
        ("SC-TAX-UNKNWON", "Did you mean SC-TAX-UNKNOWN?"),
    ],
)
def test_nothing_is_posted_by_settings_that_make_no_sense(
    folder: Path, code: str, said: str
) -> None:
    with pytest.raises(ConfigurationError) as raised:
        posted(folder, **{code: "warning"})

    assert said in str(raised.value)
    assert not [*(folder / "imports").glob("*.txt")]

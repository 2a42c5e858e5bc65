"""Rules made stricter or milder by the settings of a ledger."""

import contextlib
import datetime as dt
from pathlib import Path
from typing import Any

import attrs
import pytest

import sage_connect
from sage_connect import (
    BankAccount,
    CompanyOptions,
    ConfigurationError,
    Reference,
    Report,
    Severity,
    State,
)
from sage_connect.accounting import AccountingSettings
from sage_connect.accounting.preflight import preflight as of_accounting
from sage_connect.intacct import IntacctSettings
from sage_connect.intacct.preflight import preflight as of_intacct
from sage_connect.sage100 import Sage100Settings
from sage_connect.sage100.settings import Accounts, ExportPolicy, Policy
from sage_connect.targets import every_rule
from sage_connect.testing import (
    AccountingSimulator,
    IntacctSimulator,
    MemoryLedger,
    SimulatedAccounting,
    SimulatedIntacct,
)
from sage_connect.testing.demo import export_bytes

from ..intacct.rules import company as intacct
from ..sage100.conftest import an_invoice
from .cases import EVERY, Batch, Case

PRODUCTS = {
    "sage100": Sage100Settings,
    "accounting": AccountingSettings,
    "intacct": IntacctSettings,
}


def for_a_product(case: Case) -> Case:
    """Return a case; one of the common rules as Sage 100 would meet it."""
    if case.bad.target in PRODUCTS and case.bad.settings is not None:
        return case
    bad = attrs.evolve(case.bad, target="sage100", settings=Sage100Settings())
    return attrs.evolve(case, bad=bad)


ADJUSTABLE = [for_a_product(one) for one in EVERY if every_rule()[one.code].adjustable]


def severity_of(case: Case, **severities: str) -> Severity:
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
    (found,) = {
        one.severity for one in report if (one.code, one.path) == (case.code, case.path)
    }
    return found


@pytest.mark.parametrize(
    "case", ADJUSTABLE, ids=lambda case: f"{case.bad.target} {case.code} {case.path}"
)
def test_settings_make_a_rule_that_only_sage_can_judge_milder(case: Case) -> None:
    assert severity_of(case, **{case.code: "note"}) is Severity.NOTE
    assert severity_of(case, **{case.code: "error"}) is Severity.ERROR


@pytest.mark.parametrize("product", PRODUCTS)
def test_no_setting_lets_in_what_a_rule_keeps_out(product: str) -> None:
    stops = {Severity.ERROR, Severity.SKIP}
    let = []
    for code, rule in every_rule().items():
        for milder in (Severity.WARNING, Severity.NOTE):
            if rule.adjustable or rule.severity not in stops:
                continue
            settings = PRODUCTS[product](severities={code: milder})
            with contextlib.suppress(ConfigurationError):
                sage_connect.check([], target=product, settings=settings)
                let.append((code, milder))
    assert let == []


@pytest.mark.parametrize("product", PRODUCTS)
def test_nothing_is_left_out_by_a_severity(product: str) -> None:
    with pytest.raises(ValueError, match="what is left out, policies say"):
        PRODUCTS[product](severities={"SC-IBAN-INVALID": Severity.SKIP})


@pytest.mark.parametrize("product", PRODUCTS)
def test_what_no_rule_checks_has_no_severity_to_be_set(product: str) -> None:
    settings = PRODUCTS[product](severities={"SC-KEY-CONFLICT": Severity.ERROR})

    with pytest.raises(ConfigurationError, match="no rule checks it"):
        sage_connect.check([], target=product, settings=settings)


def test_every_ledger_tells_wrong_severities_before_it_is_used(tmp_path: Path) -> None:
    wrong = {"SC-NO-SUCH": Severity.ERROR}

    with pytest.raises(ConfigurationError, match="SC-NO-SUCH"):
        sage_connect.Sage100(tmp_path, Sage100Settings(severities=wrong))
    with pytest.raises(ConfigurationError, match="SC-NO-SUCH"):
        MemoryLedger(severities=wrong)
    with (
        AccountingSimulator() as business,
        pytest.raises(ConfigurationError, match="SC-NO-SUCH"),
    ):
        SimulatedAccounting(business, AccountingSettings(severities=wrong))
    with (
        IntacctSimulator() as company,
        pytest.raises(ConfigurationError, match="SC-NO-SUCH"),
    ):
        SimulatedIntacct(company, IntacctSettings(severities=wrong))


def test_a_ledger_in_memory_takes_them_too() -> None:
    late = an_invoice(date=dt.date(2026, 1, 15), due=dt.date(2026, 1, 14))
    strict = {"SC-DUE-BEFORE-DATE": Severity.ERROR}

    assert MemoryLedger().documents.check([late]).ok
    assert not MemoryLedger(severities=strict).documents.check([late]).ok


def test_preflight_is_as_severe_as_a_check(folder: Path) -> None:
    closed = Accounts(sales="706900")
    for severity in (Severity.WARNING, Severity.ERROR):
        settings = Sage100Settings(
            accounts=closed, severities={"SC-S100-MAP-ACCOUNT-CLOSED": severity}
        )
        with sage_connect.Sage100(folder, settings) as ledger:
            found = [
                one.severity
                for one in ledger.company.preflight()
                if one.code == "SC-S100-MAP-ACCOUNT-CLOSED"
            ]

        assert found == [severity]


def test_preflight_of_sage_accounting_goes_no_further_than_its_severities_let_it() -> None:
    former = Reference(company=CompanyOptions(name="Bodega", country="ES"))
    code = "SC-SA-COUNTRY-FORMER"
    strict = AccountingSettings(severities={code: Severity.ERROR})

    usual = of_accounting(AccountingSettings(), former)
    stopped = of_accounting(strict, former)

    assert severities_in(usual, code) == {Severity.WARNING}
    assert severities_in(stopped, code) == {Severity.ERROR}
    assert "SC-SA-NOT-RUN" in {one.code for one in stopped}
    assert "SC-SA-NOT-RUN" not in {one.code for one in usual}


def test_preflight_of_intacct_is_as_severe_as_a_check() -> None:
    idle = BankAccount(code="OLD", name="Closed", active=False)
    known = attrs.evolve(intacct.REFERENCE, bank_accounts={"OLD": idle})
    code = "SC-IN-BANK-INACTIVE"
    for wanted in (Severity.ERROR, Severity.NOTE):
        settings = IntacctSettings(bank_account="OLD", severities={code: wanted})

        assert severities_in(of_intacct(settings, known), code) == {wanted}


def test_what_a_policy_allows_no_severity_forbids(tmp_path: Path) -> None:
    settings = Sage100Settings(
        policy=Policy(export=ExportPolicy.ALLOW),
        severities={"SC-S100-NO-EXPORT": Severity.ERROR},
    )
    with sage_connect.Sage100(tmp_path, settings) as ledger:
        report = ledger.company.preflight()

    assert severities_in(report, "SC-S100-NO-EXPORT") == {Severity.WARNING}


def severities_in(report: Report, code: str) -> set[Severity]:
    """Return how severe findings of a code are."""
    return {one.severity for one in report if one.code == code}


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
        (
            "SC-TAX-UNKNOWN",
            "refuses documents, and cannot be made a warning",
        ),
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

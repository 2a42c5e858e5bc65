"""Preflight of a business: every line forced on the simulator, in two languages."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import attrs
import pytest

from sage_connect import (
    AccountingSettings,
    CompanyOptions,
    Mapping,
    NotSentError,
    Owner,
    Reference,
    Report,
    Severity,
)
from sage_connect.accounting import SageAccounting
from sage_connect.accounting.preflight import preflight
from sage_connect.accounting.rules.preflighted import PREFLIGHTED
from sage_connect.accounting.settings import Accounts, Numbering, Policy
from sage_connect.drive import MemoryTokens
from sage_connect.model import fields
from sage_connect.testing import AccountingSimulator
from sage_connect.testing.accounting import Html
from sage_connect.testing.simulated import SimulatedAccounting, app_of, tokens_of

from .business import QUICK


@pytest.fixture
def simulator() -> Iterator[AccountingSimulator]:
    with AccountingSimulator() as simulator:
        yield simulator
        assert simulator.crashes == []


def looked(
    simulator: AccountingSimulator, settings: AccountingSettings | None = None, **given: Any
) -> Report:
    with SageAccounting(
        app_of(simulator),
        given.get("tokens") or tokens_of(simulator),
        given.get("business", simulator.business_id),
        settings,
        patience=QUICK,
    ) as ledger:
        return ledger.company.preflight()


def codes(report: Report, index: int | None = None) -> list[str]:
    return [one.code for one in (report if index is None else report.of(index))]


def the(report: Report, code: str) -> Any:
    (found,) = [one for one in report if one.code == code]
    return found


@pytest.mark.requirement("S121", "S133", "S144", "S262")
def test_a_sound_business_has_notes_alone(simulator: AccountingSimulator) -> None:
    settings = AccountingSettings(
        bank_account="1200",
        accounts=Accounts(sales="4000", purchases="7500"),
        mapping=Mapping(taxes=fields.FrozenMap({"S": "GB_STANDARD"})),
    )
    report = looked(simulator, settings)

    assert report.ok
    assert {one.severity for one in report} == {Severity.NOTE}
    assert codes(report, 0) == ["SC-SA-OK-BUSINESS", "SC-SA-OK-RIGHTS"]
    assert codes(report, 1) == [
        "SC-SA-OK-BANK",
        "SC-SA-OK-ACCOUNTS",
        "SC-SA-OK-TAXES",
        "SC-SA-CIS-OFF",
        "SC-SA-OK-NUMBERING",
        "SC-SA-OK-CURRENCIES",
        "SC-SA-OK-DATES",
    ]
    assert [one.document for one in report] == ["connection"] * 2 + ["settings"] * 7
    assert "1200 Current" in the(report, "SC-SA-OK-BANK").message()
    assert "SI-1" in the(report, "SC-SA-OK-NUMBERING").message()
    assert {one.method for one in simulator.calls} == {"GET"}


@pytest.mark.requirement("S132")
def test_without_a_business_nothing_else_is_looked_at() -> None:
    with AccountingSimulator(seed="none") as simulator:
        report = looked(simulator, business="")

    assert codes(report) == ["SC-SA-NO-BUSINESS", "SC-SA-NOT-RUN"]
    assert the(report, "SC-SA-NO-BUSINESS").owner is Owner.SAGE_ADMINISTRATOR
    assert "business" in report.to_forward(Owner.SAGE_ADMINISTRATOR)


@pytest.mark.requirement("S57")
def test_of_several_businesses_none_is_guessed() -> None:
    with AccountingSimulator(businesses=2) as simulator:
        report = looked(simulator, business="")
        chosen = looked(simulator, business=simulator.businesses[1])

    assert codes(report) == ["SC-SA-BUSINESS", "SC-SA-NOT-RUN"]
    assert chosen.ok


@pytest.mark.requirement("S132", "S144")
def test_nobody_has_signed_in(simulator: AccountingSimulator) -> None:
    report = looked(simulator, tokens=MemoryTokens())

    assert codes(report) == ["SC-SA-REAUTH-NEEDED", "SC-SA-NOT-RUN"]


def test_a_service_that_is_not_reached_is_a_line_of_the_report() -> None:
    error = NotSentError("no way to 127.0.0.1")

    report = preflight(AccountingSettings(), None, broken=error)

    assert codes(report) == ["SC-SA-UNREACHABLE", "SC-SA-NOT-RUN"]
    assert "no way to 127.0.0.1" in report[0].message("fr")
    assert report[0].owner is Owner.CUSTOMER_IT


def test_a_page_of_a_proxy_is_one_too(simulator: AccountingSimulator) -> None:
    simulator.fail(Html(), path="/financial_settings", times=None)

    assert codes(looked(simulator)) == ["SC-SA-UNREACHABLE", "SC-SA-NOT-RUN"]


def test_a_subscription_that_has_ended_is_told() -> None:
    company = CompanyOptions(
        name="Able", country="GB", own=fields.FrozenMap({"subscribed": "false"})
    )
    report = preflight(AccountingSettings(), Reference(company=company))

    assert codes(report) == ["SC-SA-SUBSCRIPTION", "SC-SA-NOT-RUN"]
    assert "Able" in report[0].message()


def test_an_active_subscription_is_read(simulator: AccountingSimulator) -> None:
    with SageAccounting(
        app_of(simulator), tokens_of(simulator), simulator.business_id
    ) as ledger:
        company = ledger.company.load().company

    assert company is not None
    assert company.own["subscribed"] == "true"


def test_a_country_that_sage_has_left_is_a_warning() -> None:
    company = CompanyOptions(name="Able", country="DE", base_currency="EUR")
    report = preflight(AccountingSettings(), Reference(company=company))

    assert the(report, "SC-SA-COUNTRY-FORMER").severity is Severity.WARNING


@pytest.mark.requirement("S122")
def test_what_a_role_keeps_back_is_named() -> None:
    with AccountingSimulator(roles={"Bank": "No Access"}) as simulator:
        report = looked(simulator)

    found = the(report, "SC-SA-RIGHTS")
    assert (found.severity, found.owner) == (Severity.WARNING, Owner.SAGE_ADMINISTRATOR)
    assert "bank accounts" in found.message()
    assert "bank_accounts" in {part for one in report.unchecked for part in one.missing}
    assert "SC-SA-OK-BANK" not in codes(report)


def test_start_hides_nothing_by_having_no_analysis() -> None:
    with AccountingSimulator(edition="start") as simulator:
        report = looked(simulator)

    assert "SC-SA-OK-RIGHTS" in codes(report)
    assert "SC-SA-ONE-CURRENCY" in codes(report)


@pytest.mark.requirement("S133")
@pytest.mark.parametrize(
    ("dummy", "severity"), [("", Severity.ERROR), ("Till", Severity.WARNING)]
)
def test_a_business_without_a_bank_is_red_unless_one_may_be_made_up(
    dummy: str, severity: Severity, simulator: AccountingSimulator
) -> None:
    with SimulatedAccounting(simulator) as ledger:
        for one in ledger.api.bank_accounts.list():
            ledger.api.bank_accounts.delete(one.id)
        report = looked(simulator, AccountingSettings(policy=Policy(dummy_bank=dummy)))

    found = the(report, "SC-SA-NO-BANK-ACCOUNT")
    assert (found.severity, found.path) == (severity, "/bank_account")
    assert "Banking > New Account" in found.fix("en")
    assert "Banking > New Account" in found.fix("fr")


def test_wrong_settings_are_told_where_they_stand(simulator: AccountingSimulator) -> None:
    settings = AccountingSettings(
        bank_account="1299",
        payment_method="BARTER",
        accounts=Accounts(sales="7500", purchases="9876"),
        mapping=Mapping(
            accounts=fields.FrozenMap({"7/06": "4321"}),
            taxes=fields.FrozenMap({"S": "GB_SPECIAL"}),
        ),
    )
    report = looked(simulator, settings)

    found = {(one.code, one.path) for one in report.errors}
    assert found == {
        ("SC-SA-METHOD-UNKNOWN", "/payment_method"),
        ("SC-SA-BANK-UNKNOWN", "/bank_account"),
        ("SC-SA-ACCOUNT-VISIBLE", "/accounts/sales"),
        ("SC-SA-MAP-ACCOUNT", "/accounts/purchases"),
        ("SC-SA-MAP-ACCOUNT", "/mapping/accounts/7~106"),
        ("SC-SA-MAP-TAX", "/mapping/taxes/S"),
    }
    assert {"SC-SA-OK-ACCOUNTS", "SC-SA-OK-TAXES", "SC-SA-OK-BANK"} & set(
        codes(report)
    ) == set()


@pytest.mark.requirement("S154")
def test_cis_is_asked_for_where_it_is_used(simulator: AccountingSimulator) -> None:
    used = AccountingSettings(policy=Policy(cis=True))
    before = looked(simulator, used)
    with SageAccounting(
        app_of(simulator), tokens_of(simulator), simulator.business_id
    ) as ledger:
        ledger.api.cis_settings.update(
            {
                "contractor": True,
                "subcontractor": True,
                "unique_tax_reference": "1234567890",
            }
        )
    after = looked(simulator, used)
    with AccountingSimulator("ie") as irish:
        elsewhere = looked(irish, used)

    found = the(before, "SC-SA-CIS-NOT-SET")
    assert found.severity is Severity.ERROR
    assert "Settings > Construction Industry Scheme" in found.fix()
    assert the(after, "SC-SA-OK-CIS").message().count("contractor") == 2
    assert [code for code in codes(elsewhere) if "CIS" in code] == []


def test_a_business_without_vat_is_told() -> None:
    with AccountingSimulator(tax_registered=False) as simulator:
        report = looked(simulator)

    assert "SC-SA-UNREGISTERED" in codes(report)
    assert report.ok


def test_a_business_whose_taxes_sage_does_not_give_is_told() -> None:
    company = CompanyOptions(name="Able", country="GB")
    known = attrs.evolve(Reference(), company=company, tax_codes={})

    found = the(preflight(AccountingSettings(), known), "SC-SA-TAXES-NONE")
    unread = preflight(AccountingSettings(), attrs.evolve(known, tax_codes=None))

    assert (found.severity, found.owner) == (Severity.ERROR, Owner.SAGE_ADMINISTRATOR)
    assert "SC-SA-TAXES-NONE" not in codes(unread)


def test_lock_dates_meet_the_start_of_the_period(simulator: AccountingSimulator) -> None:
    day = dt.date(2026, 3, 31)
    company = CompanyOptions(name="Able", country="GB", closed_through=day)
    known = attrs.evolve(Reference(), company=company)
    late = preflight(AccountingSettings(period_start=dt.date(2026, 4, 1)), known)
    early = preflight(AccountingSettings(period_start=day), known)
    never = preflight(AccountingSettings(), known)
    read = looked(simulator, AccountingSettings(period_start=day))

    assert "31 Mar 2026" in the(late, "SC-SA-OK-DATES").message()
    assert the(early, "SC-SA-LOCKED").path == "/period_start"
    assert "SC-SA-OK-DATES" in codes(read)
    assert "SC-SA-OK-DATES" in codes(never)


def test_who_numbers_is_said(simulator: AccountingSimulator) -> None:
    policy = Policy(numbering=Numbering.SAGES)

    assert "SC-SA-SAGES-NUMBERING" in codes(
        looked(simulator, AccountingSettings(policy=policy))
    )


@pytest.mark.requirement("S122")
@pytest.mark.parametrize("code", sorted(PREFLIGHTED))
def test_every_line_has_its_sentences_and_its_owner(code: str) -> None:
    rule = PREFLIGHTED[code]

    assert rule.owner in Owner
    for language in ("en", "fr"):
        told = PREFLIGHTED.finding(code, "", document="settings", index=1)
        # Placeholders without a value are shown as such, never an error.
        assert told.message(language)
        assert rule.severity is Severity.NOTE or told.fix(language)

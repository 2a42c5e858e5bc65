"""How a connection is: each state forced on the simulator."""

import datetime as dt
from collections.abc import Iterator

import attrs
import pytest

from sage_connect.accounting import SageAccounting, SignIn
from sage_connect.accounting.session import Grant
from sage_connect.drive import MemoryTokens
from sage_connect.ledger import Health, HealthState
from sage_connect.plan import Secret
from sage_connect.testing.accounting import (
    AccountingSimulator,
    Drop,
    Failure,
    Fault,
    Html,
    Throttle,
)
from sage_connect.testing.simulated import app_of, tokens_of


@pytest.fixture
def simulator() -> Iterator[AccountingSimulator]:
    with AccountingSimulator(seed="empty") as simulator:
        yield simulator


def health_of(
    simulator: AccountingSimulator, tokens: MemoryTokens | Secret | None = None
) -> Health:
    store = tokens_of(simulator) if tokens is None else tokens
    with SageAccounting(app_of(simulator), store) as ledger:
        return ledger.company.health()


@pytest.mark.requirement("S144", "S147")
def test_all_is_well(simulator: AccountingSimulator) -> None:
    before = dt.datetime.now(dt.UTC)
    health = health_of(simulator)

    assert (health.state, health.reason) == (HealthState.OK, "")
    assert health.at is not None
    assert before <= health.at <= dt.datetime.now(dt.UTC)
    assert {one.method for one in simulator.calls} == {"GET"}


@pytest.mark.requirement("S147")
def test_a_sign_in_that_nobody_uses_ends_soon(simulator: AccountingSimulator) -> None:
    tokens = tokens_of(simulator)
    name = app_of(simulator).token_name()
    text = tokens.load(name)
    assert text is not None
    soon = dt.datetime.now(dt.UTC) + dt.timedelta(days=2)
    grant = attrs.evolve(Grant.from_text(text), refresh_expires_at=soon)
    tokens.save(name, grant.to_text())

    health = health_of(simulator, tokens)

    assert health.state is HealthState.EXPIRING
    assert soon.date().isoformat() in health.reason


@pytest.mark.requirement("S147")
def test_a_sign_in_that_was_withdrawn_has_to_be_done_again(
    simulator: AccountingSimulator,
) -> None:
    tokens = tokens_of(simulator)
    with SageAccounting(app_of(simulator), tokens) as ledger:
        assert ledger.company.health().state is HealthState.OK
        with SignIn(app_of(simulator), tokens_of(simulator)) as elsewhere:
            elsewhere.revoke()
        # An access token lives on until its end.
        during = ledger.company.health()
        simulator.advance(301)
        health = ledger.company.health()

    assert during.state is HealthState.OK
    assert health.state is HealthState.REAUTH_NEEDED
    assert "invalid_grant" in health.reason


@pytest.mark.requirement("S147")
def test_nobody_has_signed_in(simulator: AccountingSimulator) -> None:
    health = health_of(simulator, MemoryTokens())

    assert health.state is HealthState.REAUTH_NEEDED
    assert simulator.calls == []


@pytest.mark.requirement("S147")
def test_a_simulator_that_is_gone_is_down(simulator: AccountingSimulator) -> None:
    tokens = tokens_of(simulator)
    with SageAccounting(app_of(simulator), tokens, simulator.business_id) as ledger:
        simulator.close()
        health = ledger.company.health()

    assert health.state is HealthState.DOWN
    assert "127.0.0.1" in health.reason


def test_a_token_from_elsewhere_is_tried_all_the_same(
    simulator: AccountingSimulator,
) -> None:
    good = health_of(simulator, Secret(simulator.access_token))
    bad = health_of(simulator, Secret("nonsense"))

    assert (good.state, bad.state) == (HealthState.OK, HealthState.REAUTH_NEEDED)


@pytest.mark.requirement("S147")
@pytest.mark.parametrize(
    ("fault", "state", "told"),
    [
        (Throttle(retry_after=0), HealthState.THROTTLED, "429"),
        (Failure(status=503), HealthState.DOWN, "503"),
        (Drop(), HealthState.DOWN, ""),
        (Html(), HealthState.DOWN, "something else"),
    ],
)
def test_trouble_is_told_at_once_and_nothing_repeated(
    fault: Fault, state: HealthState, told: str, simulator: AccountingSimulator
) -> None:
    with SageAccounting(
        app_of(simulator), tokens_of(simulator), simulator.business_id
    ) as ledger:
        trouble = simulator.fail(fault, path="/businesses", times=None)
        health = ledger.company.health()
        simulator.mend()
        after = ledger.company.health()

    assert (health.state, trouble.met) == (state, 1)
    assert told in health.reason
    assert after.state is HealthState.OK


def test_who_was_told_to_wait_is_throttled_until_then(
    simulator: AccountingSimulator,
) -> None:
    with SageAccounting(
        app_of(simulator), tokens_of(simulator), simulator.business_id
    ) as ledger:
        trouble = simulator.fail(Throttle(retry_after=30), path="/businesses")
        states = [ledger.company.health().state for _ in range(3)]

    assert (states, trouble.met) == ([HealthState.THROTTLED] * 3, 1)

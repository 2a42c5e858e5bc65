"""How a sign-in is, and how it ends."""

import pytest

from sage_connect.accounting.session import Session
from sage_connect.drive import MemoryTokens
from sage_connect.errors import (
    AuthenticationError,
    ConfigurationError,
    NotSentError,
    OutcomeUnknownError,
    SageConnectError,
)
from sage_connect.ledger import HealthState
from sage_connect.plan import Reply, Secret, Send
from sage_connect.testing import ScriptedDriver

from .sessions import (
    APP,
    HOSTS,
    NAME,
    after,
    grant,
    page,
    refusal,
    sent,
    session_of,
    store_of,
)


@pytest.mark.requirement("S147")
@pytest.mark.parametrize(
    ("days", "state", "reason"),
    [
        (0, HealthState.OK, ""),
        (27.9, HealthState.OK, ""),
        (28, HealthState.EXPIRING, "ends on 2026-02-15 unless"),
        (30.9, HealthState.EXPIRING, "ends on 2026-02-15 unless"),
        (31, HealthState.REAUTH_NEEDED, "ended on 2026-02-15"),
    ],
)
def test_a_sign_in_tells_how_long_it_lasts(
    days: float, state: HealthState, reason: str
) -> None:
    driver = ScriptedDriver(now=after(days=days))

    health = driver.drive(session_of(store_of(grant(1))).health())

    assert health.state is state
    assert reason in health.reason


@pytest.mark.requirement("S147")
def test_a_sign_in_that_is_dead_missing_or_damaged_is_needed_anew() -> None:
    def told(session: Session) -> tuple[HealthState, str]:
        health = ScriptedDriver(now=after(300)).drive(session.health())
        return health.state, health.reason

    dead, damaged = store_of(grant(1)), store_of()
    with pytest.raises(AuthenticationError):
        ScriptedDriver(refusal(), now=after(300)).drive(session_of(dead).token())
    damaged.save(NAME, Secret("x"))

    found = [told(session_of(store)) for store in (store_of(), dead, damaged)]

    assert {state for state, _ in found} == {HealthState.REAUTH_NEEDED}
    assert ["nobody" in found[0][1], "invalid_grant" in found[1][1]] == [True, True]
    assert "cannot be read" in found[2][1]


def test_a_sign_in_whose_end_is_not_known_is_taken_for_good() -> None:
    kept = grant(1, refresh_expires_at=None)

    health = ScriptedDriver(now=after(days=400)).drive(session_of(store_of(kept)).health())

    assert health.state is HealthState.OK


# --- ending it


@pytest.mark.requirement("S135", "S165")
def test_revoking_erases_the_sign_in_first_and_then_tells_sage() -> None:
    store = store_of(grant(1))
    session = session_of(store)
    reply = Reply(status=200, body=b'{"success":"ok"}')

    def erased(_step: object) -> Reply:
        assert store._tokens == {}
        return reply

    driver = ScriptedDriver(erased)
    driver.drive(session.token())
    driver.drive(session.revoke())

    (request,) = (step for step in driver.asked if isinstance(step, Send))
    assert request.url == HOSTS.revoke
    assert sent(request) == (
        "client_id=1234%2F5678&client_secret=canary-client-secret&token=canary-refresh-1"
    )
    with pytest.raises(AuthenticationError, match="nobody"):
        driver.drive(session.token())


@pytest.mark.requirement("S135")
@pytest.mark.parametrize(
    "failure", [NotSentError("offline"), OutcomeUnknownError("lost"), page(503), page(200)]
)
def test_revoking_erases_the_sign_in_also_when_sage_is_not_reached(
    failure: object,
) -> None:
    store = store_of(grant(1))
    driver = ScriptedDriver(failure)

    with pytest.raises(SageConnectError, match="erased here; at Sage it ends on") as caught:
        driver.drive(session_of(store).revoke())

    assert "2026-02-15" in caught.value.message
    assert "let the person withdraw it" in caught.value.fix
    assert store._tokens == {}


def test_revoking_what_sage_no_longer_knows_or_nobody_has_is_no_error() -> None:
    store = store_of(grant(1))

    ScriptedDriver(refusal()).drive(session_of(store).revoke())
    ScriptedDriver().drive(session_of(store).revoke())

    assert store._tokens == {}


def test_revoking_a_damaged_sign_in_says_that_sage_was_not_told() -> None:
    store = store_of()
    store.save(NAME, Secret("damaged"))

    with pytest.raises(ConfigurationError, match="Sage was not told") as caught:
        ScriptedDriver().drive(session_of(store).revoke())

    assert caught.value.code == "SC-SA-REVOKE"
    assert store._tokens == {}


def test_each_person_has_a_token_of_their_own() -> None:
    assert APP.token_name("ann") != APP.token_name("bob")
    assert APP.token_name("ann") == "accounting:1234/5678:ann"
    assert repr(Session(APP, MemoryTokens(), APP.token_name("ann"))) == (
        "Session('accounting:1234/5678:ann')"
    )

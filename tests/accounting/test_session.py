"""A token that is good now: kept, renewed once, and never spent twice."""

import contextlib
import datetime as dt
from collections.abc import Callable, Generator
from typing import Any

import pytest

from sage_connect.accounting.session import Grant
from sage_connect.drive import MemoryTokens
from sage_connect.errors import (
    AuthenticationError,
    BrokenReplyError,
    ConfigurationError,
    NotSentError,
    OutcomeUnknownError,
    RateLimitedError,
    SageConnectError,
    StorageError,
)
from sage_connect.plan import Reply, SaveToken, Secret, Send, Step, Wait
from sage_connect.testing import ScriptedDriver

from .sessions import (
    HOSTS,
    NAME,
    after,
    answer,
    grant,
    kept_in,
    page,
    refusal,
    sent,
    session_of,
    store_of,
)


def calls(driver: ScriptedDriver) -> list[str]:
    return [sent(step) for step in driver.asked if isinstance(step, Send)]


def test_a_fresh_token_of_the_store_is_used_and_then_remembered() -> None:
    store = store_of(grant(1))
    session = session_of(store)
    driver = ScriptedDriver()

    first = driver.drive(session.token())
    store.save(NAME, Secret("damaged since"))
    second = driver.drive(session.token())

    assert [first, second] == [Secret("canary-access-1")] * 2


def test_a_token_that_ends_soon_is_renewed_by_one_form_and_saved_in_the_next_step() -> None:
    store = store_of(grant(1))
    driver = ScriptedDriver(answer(2), now=after(271))

    token = driver.drive(session_of(store).token())

    assert token == Secret("canary-access-2")
    (call,) = (at for at, step in enumerate(driver.asked) if isinstance(step, Send))
    request, saved = driver.asked[call : call + 2]
    assert isinstance(request, Send)
    assert (request.method, request.url) == ("POST", HOSTS.token)
    assert dict(request.headers)["content-type"] == "application/x-www-form-urlencoded"
    assert sent(request) == (
        "client_id=1234%2F5678&client_secret=canary-client-secret"
        "&grant_type=refresh_token&refresh_token=canary-refresh-1"
    )
    assert isinstance(saved, SaveToken)
    assert saved.name == NAME
    assert kept_in(store) == grant(2, since=271)


@pytest.mark.parametrize(
    ("life", "at", "calls_made"),
    [(300, 269, 0), (300, 270, 1), (50, 44, 0), (50, 45, 1), (3600, 3569, 0)],
)
def test_a_token_is_renewed_30_seconds_or_a_tenth_of_its_life_ahead(
    life: int, at: int, calls_made: int
) -> None:
    kept = grant(1, expires_at=after(life))
    driver = ScriptedDriver(*[answer(2)] * calls_made, now=after(at))

    driver.drive(session_of(store_of(kept)).token())

    driver.close()
    assert len(calls(driver)) == calls_made


def test_a_token_ends_as_counted_from_the_start_of_its_request() -> None:
    store = store_of(grant(1))
    driver = ScriptedDriver(now=after(300))

    def slow(_step: object) -> Reply:
        driver.now += dt.timedelta(seconds=40)
        return answer(2)

    driver._replies.append(slow)
    driver.drive(session_of(store).token())

    assert kept_in(store) == grant(2, since=300)


def test_a_newer_token_of_the_store_is_used_instead_of_renewing() -> None:
    store = store_of(grant(1))
    session = session_of(store)
    driver = ScriptedDriver()
    driver.drive(session.token())
    store.save(NAME, grant(2, since=280).to_text())
    driver.now = after(290)

    assert driver.drive(session.token()) == Secret("canary-access-2")


def test_a_token_that_another_saved_while_this_one_waited_is_used() -> None:
    class Slow(MemoryTokens):
        @contextlib.contextmanager
        def exclusive(self, name: str) -> Generator[None]:
            with super().exclusive(name):
                self.save(name, grant(2, since=290).to_text())
                yield

    store = Slow()
    store.save(NAME, grant(1).to_text())

    token = ScriptedDriver(now=after(290)).drive(session_of(store).token())

    assert token == Secret("canary-access-2")


def test_a_token_that_was_refused_is_renewed_though_the_clock_calls_it_fresh() -> None:
    store = store_of(grant(1))
    driver = ScriptedDriver(answer(2))

    token = driver.drive(session_of(store).renewed(Secret("canary-access-1")))

    assert token == Secret("canary-access-2")
    assert len(calls(driver)) == 1


def test_a_token_that_was_refused_is_not_renewed_when_there_is_another_already() -> None:
    store = store_of(grant(1))
    session = session_of(store)
    driver = ScriptedDriver()
    driver.drive(session.token())
    store.save(NAME, grant(2).to_text())

    of_the_store = driver.drive(session.renewed(Secret("canary-access-1")))
    remembered = driver.drive(session.renewed(Secret("canary-access-1")))

    assert [of_the_store, remembered] == [Secret("canary-access-2")] * 2


def test_without_a_sign_in_a_person_is_asked_for() -> None:
    with pytest.raises(AuthenticationError, match="nobody has signed in") as caught:
        ScriptedDriver().drive(session_of(store_of()).token())

    assert caught.value.code == "SC-SA-REAUTH-NEEDED"
    assert "sign in again" in caught.value.fix


# --- a dead sign-in


def test_a_dead_token_is_spent_once_and_the_person_asked_for_from_then_on() -> None:
    store = store_of(grant(1))
    driver = ScriptedDriver(refusal(), now=after(300))
    session = session_of(store)

    for asked in (session, session, session_of(store)):
        with pytest.raises(AuthenticationError, match="invalid_grant") as caught:
            driver.drive(asked.token())
        assert caught.value.code == "SC-SA-REAUTH-NEEDED"

    assert len(calls(driver)) == 1
    assert kept_in(store) == grant(1)


def test_a_new_sign_in_ends_the_asking_for_one() -> None:
    store = store_of(grant(1))
    driver = ScriptedDriver(refusal(), now=after(300))
    session = session_of(store)
    with pytest.raises(AuthenticationError):
        driver.drive(session.token())

    store.save(NAME, grant(5, since=300).to_text())

    assert driver.drive(session.token()) == Secret("canary-access-5")


def test_a_sibling_without_our_lock_that_was_faster_is_followed() -> None:
    store = store_of(grant(1))

    def faster(_step: object) -> Reply:
        store.save(NAME, grant(2, since=300).to_text())
        return refusal()

    driver = ScriptedDriver(faster, now=after(300))

    assert driver.drive(session_of(store).token()) == Secret("canary-access-2")
    assert kept_in(store) == grant(2, since=300)


def test_a_sibling_that_saves_a_moment_after_the_refusal_is_followed_too() -> None:
    store = store_of(grant(1))

    class Late(ScriptedDriver):
        def _reply_to(self, step: Step[Any]) -> Any:
            if isinstance(step, Wait):
                store.save(NAME, grant(2, since=300).to_text())
            return super()._reply_to(step)

    driver = Late(refusal(), now=after(300))

    assert driver.drive(session_of(store).token()) == Secret("canary-access-2")


def test_siblings_that_are_always_faster_make_no_loop() -> None:
    store = store_of(grant(1))

    def faster(number: int) -> Callable[[object], Reply]:
        def reply(_step: object) -> Reply:
            store.save(NAME, grant(number, since=-900).to_text())
            return refusal()

        return reply

    driver = ScriptedDriver(faster(2), faster(3), now=after(300))

    with pytest.raises(NotSentError, match="without our lock"):
        driver.drive(session_of(store).token())
    driver.close()


# --- answers that are lost, or none


def test_a_lost_answer_is_followed_by_one_more_call_and_no_third() -> None:
    store = store_of(grant(1))
    driver = ScriptedDriver(*[OutcomeUnknownError("lost")] * 2, now=after(300))

    with pytest.raises(NotSentError, match="was lost") as caught:
        driver.drive(session_of(store).token())
    assert caught.value.code == "SC-SA-TOKEN-LOST"
    for _ in range(3):
        # Whoever asks, in whatever process.
        with pytest.raises(AuthenticationError, match="lost twice"):
            driver.drive(session_of(store).token())

    assert len(calls(driver)) == 2


def test_the_one_more_call_after_a_lost_answer_may_succeed() -> None:
    store = store_of(grant(1))
    driver = ScriptedDriver(
        OutcomeUnknownError("lost"),
        answer(2),
        OutcomeUnknownError("lost"),
        answer(3),
        now=after(300),
    )
    session = session_of(store)
    with pytest.raises(NotSentError):
        driver.drive(session.token())
    assert driver.drive(session.token()) == Secret("canary-access-2")
    driver.now = after(600)

    # A later token has its own two calls.
    with pytest.raises(NotSentError):
        driver.drive(session.token())
    assert driver.drive(session.token()) == Secret("canary-access-3")


def test_a_request_that_did_not_leave_is_repeated_as_often_as_asked() -> None:
    driver = ScriptedDriver(*[NotSentError("refused")] * 5, answer(2), now=after(300))
    session = session_of(store_of(grant(1)))

    for _ in range(5):
        with pytest.raises(NotSentError, match="refused"):
            driver.drive(session.token())

    assert driver.drive(session.token()) == Secret("canary-access-2")


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(status=429, headers=(("retry-after", "7"),)), RateLimitedError),
        (Reply(status=503, body=b'{"error": "server_error"}'), BrokenReplyError),
        (Reply(status=500), BrokenReplyError),
        (page(502), BrokenReplyError),
        (page(403), BrokenReplyError),
        (page(200), BrokenReplyError),
        (Reply(status=302, headers=(("location", "x"),)), BrokenReplyError),
        (refusal("invalid_client"), AuthenticationError),
        (refusal("invalid_client", 401), AuthenticationError),
        (refusal("unauthorized_client"), AuthenticationError),
    ],
)
def test_a_definite_no_is_told_and_the_token_is_not_given_up(
    reply: Reply, kind: type[SageConnectError]
) -> None:
    driver = ScriptedDriver(*[reply] * 4, answer(2), now=after(300))
    session = session_of(store_of(grant(1)))

    for _ in range(4):
        with pytest.raises(kind) as caught:
            driver.drive(session.token())
        assert caught.value.code in {"SC-SA-CLIENT", "SC-SA-TOKEN-SERVICE"}
        assert caught.value.fix
        assert "canary" not in f"{caught.value} {vars(caught.value)}"

    assert driver.drive(session.token()) == Secret("canary-access-2")


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7),
        ("Thu, 15 Jan 2026 12:05:30 GMT", 30),
        ("Thu, 15 Jan 2026 12:05:30 -0000", 30),
        ("Thu, 15 Jan 2026 11:00:00 GMT", 0),
        ("soon", 0),
        ("inf", 0),
        ("-3", 0),
        ("", 0),
    ],
)
def test_a_wait_that_the_token_service_asks_for_is_told(value: str, seconds: int) -> None:
    reply = Reply(status=429, headers=(("retry-after", value),))
    driver = ScriptedDriver(reply, now=after(300))

    with pytest.raises(RateLimitedError) as caught:
        driver.drive(session_of(store_of(grant(1))).token())

    assert caught.value.retry_after == seconds


@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=200, body=answer(2).body[:-20]),
        Reply(status=200, body=b""),
        Reply(status=200, body=b"[]"),
        Reply(status=200, body=b"[" * 100_000),
        Reply(status=200, body=b"\xff\xfe"),
        answer(2, access_token=None),
        answer(2, access_token=["canary"]),
        BrokenReplyError("too long"),
    ],
    ids=str,
)
def test_an_answer_that_cannot_be_read_counts_as_lost(reply: object) -> None:
    store = store_of(grant(1))
    driver = ScriptedDriver(reply, answer(3), now=after(300))
    session = session_of(store)

    with pytest.raises(NotSentError) as caught:
        driver.drive(session.token())

    assert caught.value.code == "SC-SA-TOKEN-LOST"
    assert kept_in(store) == grant(1)
    assert driver.drive(session.token()) == Secret("canary-access-3")


def test_two_answers_that_cannot_be_read_end_the_sign_in() -> None:
    driver = ScriptedDriver(*[answer(2, access_token=None)] * 2, now=after(300))
    session = session_of(store_of(grant(1)))
    with pytest.raises(NotSentError):
        driver.drive(session.token())

    for _ in range(2):
        with pytest.raises(AuthenticationError, match="lost twice") as caught:
            driver.drive(session.token())
        assert caught.value.code == "SC-SA-REAUTH-NEEDED"
    assert len(calls(driver)) == 2


def test_numbers_that_are_missing_or_odd_are_read_carefully() -> None:
    def renewed(**changed: object) -> Grant:
        store = store_of(grant(1))
        driver = ScriptedDriver(answer(2, **changed), now=after(300))
        driver.drive(session_of(store).token())
        kept = kept_in(store)
        assert kept is not None
        return kept

    assert renewed(expires_in=None).expires_at == after(600)
    assert renewed(expires_in="60").expires_at == after(360)
    assert renewed(expires_in="soon").expires_at == after(600)
    assert renewed(expires_in=-1).expires_at == after(300)
    assert renewed(expires_in=1e300).expires_at > after(days=3000)
    assert renewed(refresh_token_expires_in=None).refresh_expires_at is None
    assert renewed(refresh_token=None).refresh_token == Secret("canary-refresh-1")


def test_a_refresh_token_that_stays_the_same_is_spent_again_and_again() -> None:
    driver = ScriptedDriver(*[answer(1, expires_in=0)] * 6, now=after(300))
    session = session_of(store_of(grant(1)))

    for _ in range(6):
        assert driver.drive(session.token()) == Secret("canary-access-1")


# --- stores that fail


class Full(MemoryTokens):
    """A store that takes grants only as long as there is room."""

    room = True

    def save(self, name: str, token: Secret) -> None:
        if name == NAME and not self.room:
            raise StorageError("no space is left")
        super().save(name, token)


def test_a_new_pair_that_cannot_be_saved_is_not_used_and_not_lost() -> None:
    store = Full()
    store.save(NAME, grant(1).to_text())
    session = session_of(store)
    driver = ScriptedDriver(answer(2), now=after(300))
    store.room = False

    for _ in range(2):
        with pytest.raises(StorageError, match="no space"):
            driver.drive(session.token())
    store.room = True

    assert driver.drive(session.token()) == Secret("canary-access-2")
    assert kept_in(store) == grant(2, since=300)
    assert len(calls(driver)) == 1


def test_no_token_is_spent_while_the_store_takes_nothing() -> None:
    class Sealed(MemoryTokens):
        def save(self, name: str, token: Secret) -> None:
            raise StorageError(f"cannot write {name} {token}: it is read-only")

    store = Sealed()
    store._tokens[NAME] = grant(1).to_text()
    driver = ScriptedDriver(now=after(300))

    with pytest.raises(StorageError, match="read-only"):
        driver.drive(session_of(store).token())

    assert calls(driver) == []


BOTH = '"version": 1, "access_token": "canary", "refresh_token": "canary"'


@pytest.mark.parametrize(
    "text",
    [
        "not JSON",
        "[]",
        '{"version": 1}',
        '{"version": 1, "access_token": "canary"',
        '{"version": 1, "access_token": "", "refresh_token": "canary"}',
        f'{{{BOTH}, "issued_at": "yesterday", "expires_at": 7}}',
        f'{{{BOTH}, "issued_at": "2026-01-15T12:00", "expires_at": "2026-01-15T12:05"}}',
        "[" * 100_000,
    ],
)
def test_a_damaged_sign_in_is_told_with_its_cure(text: str) -> None:
    store = store_of()
    store.save(NAME, Secret(text))

    with pytest.raises(ConfigurationError, match="cannot be read") as caught:
        ScriptedDriver().drive(session_of(store).token())

    assert caught.value.code == "SC-SA-TOKEN-DAMAGED"
    assert caught.value.fix == "Sign in again: the new sign-in takes its place."


def test_a_sign_in_of_a_later_version_asks_for_an_update() -> None:
    with pytest.raises(ConfigurationError, match="later version") as caught:
        Grant.from_text(Secret('{"version": 2}'))

    assert caught.value.fix == "Update sage_connect."


def test_a_sign_in_survives_its_text_and_what_later_versions_add() -> None:
    kept = grant(1, country="gb", sign_in="mark")
    text = kept.to_text().reveal()

    assert Grant.from_text(Secret(text)) == kept
    assert Grant.from_text(Secret(text[:-1] + ', "later": [1]}')) == kept

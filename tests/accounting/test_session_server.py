"""Signing in, renewing and signing out against a server, by either driver."""

import asyncio
import contextlib
import inspect
import logging
import pickle
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any

import attrs
import pytest

import sage_connect
from sage_connect.accounting.session import App, AuthorizationRequest, OAuth, Session
from sage_connect.drive import (
    AwaitingDriver,
    BlockingDriver,
    FileTokens,
    HttpOptions,
    MemoryTokens,
)
from sage_connect.errors import (
    AuthenticationError,
    NotSentError,
    SageConnectError,
    TransportError,
)
from sage_connect.plan import Driver, Plan, Secret, TokenStore
from sage_connect.testing.accounting import AccountingSimulator
from sage_connect.testing.faultproxy import Cut, FaultProxy, Refuse, Stall

from .sessions import OnTime, allowed, app_of

HTTP = HttpOptions(connect_timeout=2, read_timeout=0.5)
OTHER = Secret("canary-other")
HOME = str(Path(sage_connect.__file__).parent)


@pytest.fixture
def sage() -> Iterator[AccountingSimulator]:
    with AccountingSimulator(seed="none") as running:
        yield running
        assert running.crashes == []


class Person:
    """Somebody who signs in, by a driver of either mode."""

    def __init__(
        self, sage: AccountingSimulator, mode: str, store: TokenStore, app: App
    ) -> None:
        self.sage = sage
        self.store = store
        self.session = Session(app, store)
        self._runner = asyncio.Runner() if mode == "awaiting" else None
        driver: Driver[Any] = AwaitingDriver(HTTP) if self._runner else BlockingDriver(HTTP)
        self._driver = OnTime(sage, driver)
        self.oauth: OAuth[Any] = OAuth(self._driver, self.session)

    def done(self, result: Any) -> Any:
        """Return what a verb returns, awaited if need be."""
        if self._runner is None:
            return result

        async def awaited() -> Any:
            return await result

        return self._runner.run(awaited())

    def run(self, plan: Plan[Any]) -> Any:
        return self.done(self._driver.drive(plan))

    def sign_in(self, **changed: Any) -> Any:
        request = self.oauth.begin(**changed)
        return self.finish(request, allowed(request))

    def finish(self, request: AuthorizationRequest, back: str) -> Any:
        return self.done(self.oauth.finish(request, back))

    def close(self) -> None:
        self.done(self._driver.close())
        if self._runner:
            self._runner.close()


Make = Callable[..., Person]


@pytest.fixture(params=["blocking", "awaiting"])
def person(
    request: pytest.FixtureRequest, sage: AccountingSimulator, tmp_path: Path
) -> Iterator[Make]:
    with contextlib.ExitStack() as open_ones:

        def make(store: TokenStore | None = None, app: App | None = None) -> Person:
            made = Person(
                sage,
                request.param,
                store or FileTokens(str(tmp_path / "t")),
                app or app_of(sage),
            )
            open_ones.callback(made.close)
            return made

        yield make


def through(sage: AccountingSimulator, proxy: FaultProxy) -> App:
    """The app of a simulator whose tokens come and go through a proxy."""
    app = app_of(sage)
    hosts = attrs.evolve(
        app.hosts, token=f"{proxy.url}/token", revoke=f"{proxy.url}/revoke"
    )
    return attrs.evolve(app, hosts=hosts)


def port_of(sage: AccountingSimulator) -> int:
    return int(sage.url.rpartition(":")[2])


@pytest.mark.requirement("S54", "S55", "S57")
@pytest.mark.parametrize("country", ["gb", ""])
def test_a_person_signs_in_uses_the_token_and_signs_out(
    country: str, person: Make, sage: AccountingSimulator
) -> None:
    ann = person()

    grant = ann.sign_in(country=country, locale="en-GB")
    first = ann.run(ann.session.token())
    sage.advance(280)
    second = ann.run(ann.session.token())
    third = ann.run(ann.session.renewed(second))

    assert grant.access_token == first
    assert len({first, second, third}) == 3
    assert third == Secret(sage.access_token)
    assert (grant.scope, grant.country) == ("full_access", "gb")
    assert (sage.refreshes, sage.invalid_grants) == (2, 0)
    ann.done(ann.oauth.revoke())
    assert ann.store.load(ann.session.name) is None
    assert sage.oauth._newest() is None
    with pytest.raises(AuthenticationError, match="nobody has signed in"):
        ann.run(ann.session.token())


@pytest.mark.requirement("S54")
def test_a_code_that_is_a_minute_old_says_so(
    person: Make, sage: AccountingSimulator
) -> None:
    ann = person()
    request = ann.oauth.begin()
    back = allowed(request)
    sage.advance(61)

    with pytest.raises(AuthenticationError, match="lives for 60 seconds") as caught:
        ann.finish(request, back)

    assert caught.value.code == "SC-SA-CODE"
    assert caught.value.status == 400
    assert "expired" in caught.value.reply


@pytest.mark.requirement("S54")
def test_a_code_of_another_sign_in_is_not_exchanged(person: Make) -> None:
    ann = person()
    request, other = ann.oauth.begin(), ann.oauth.begin()

    with pytest.raises(AuthenticationError, match="state of another"):
        ann.finish(request, allowed(other))
    # With a state that was forged to fit, the proof of the code does not.
    forged = allowed(other).replace(other.state, request.state)
    with pytest.raises(AuthenticationError) as caught:
        ann.finish(request, forged)
    assert caught.value.code == "SC-SA-CODE"


@pytest.mark.requirement("S54")
def test_a_callback_is_good_once_and_then_told_apart_from_an_old_code(person: Make) -> None:
    ann = person()
    request = ann.oauth.begin()
    back = allowed(request)
    ann.finish(request, back)

    with pytest.raises(AuthenticationError, match="finished before"):
        ann.finish(request, back)


@pytest.mark.parametrize("error", ["access_denied", "temporarily_unavailable"])
def test_what_the_person_or_sage_declines_is_told(
    error: str, person: Make, sage: AccountingSimulator
) -> None:
    ann = person()
    sage.oauth.consent = error

    with pytest.raises(SageConnectError) as caught:
        ann.sign_in()

    assert caught.value.code in {"SC-SA-ACCESS-DENIED", "SC-SA-SIGN-IN"}


@pytest.mark.requirement("S55")
def test_the_wrong_country_is_told_in_words(person: Make) -> None:
    with pytest.raises(AuthenticationError, match="in another country") as caught:
        person().sign_in(country="ie")

    assert caught.value.code == "SC-SA-EMAIL-COUNTRY"


def test_a_wrong_secret_is_told_and_costs_no_sign_in(
    person: Make, sage: AccountingSimulator
) -> None:
    ann = person()
    ann.sign_in()
    sage.advance(300)
    wrong = person(ann.store, attrs.evolve(app_of(sage), client_secret=OTHER))

    for _ in range(3):
        with pytest.raises(AuthenticationError, match="does not accept the app") as caught:
            wrong.run(wrong.session.token())
        assert caught.value.code == "SC-SA-CLIENT"

    assert ann.run(ann.session.token()) == Secret(sage.access_token)


def test_a_dead_sign_in_is_tried_once(person: Make, sage: AccountingSimulator) -> None:
    ann, bob = person(), person()
    ann.sign_in()
    sage.oauth.pair()
    # Elsewhere the same person signs in anew, which kills all tokens before.
    elsewhere = person(MemoryTokens())
    elsewhere.sign_in()
    sage.advance(300)
    before = len(sage.calls)

    for one in (ann, bob, ann, person()):
        with pytest.raises(AuthenticationError) as caught:
            one.run(one.session.token())
        assert caught.value.code == "SC-SA-REAUTH-NEEDED"

    assert len(sage.calls) - before == 1


@pytest.mark.parametrize(
    "fault",
    [
        Cut(side="answer", after=0),
        Cut(side="answer", after=0, reset=True),
        Cut(side="answer", after=900),
        Stall(side="answer", after=40),
    ],
)
def test_an_answer_that_is_lost_on_the_way_costs_at_most_one_call_more(
    fault: Cut | Stall, person: Make, sage: AccountingSimulator
) -> None:
    with FaultProxy("127.0.0.1", port_of(sage)) as proxy:
        ann = person(app=through(sage, proxy))
        ann.sign_in()
        sage.advance(300)
        ann.done(ann._driver.close())
        proxy.fault = fault

        with pytest.raises(NotSentError, match="was lost"):
            ann.run(ann.session.token())
        ann.done(ann._driver.close())
        proxy.fault = None
        for _ in range(2):
            with pytest.raises(AuthenticationError, match="invalid_grant"):
                ann.run(ann.session.token())

    # Done, and lost; then once more; then never again.
    assert [call.status for call in sage.calls if call.path == "/token"] == [200, 200, 400]


class Counting(MemoryTokens):
    """Tokens in memory that count what is asked of them."""

    loads = 0

    def load(self, name: str) -> Secret | None:
        self.loads += 1
        return super().load(name)


def test_all_coroutines_that_wait_share_one_renewal(sage: AccountingSimulator) -> None:
    store = Counting()

    async def main() -> list[Secret]:
        driver = OnTime(sage, AwaitingDriver())
        session = Session(app_of(sage), store)
        oauth = OAuth(driver, session)
        request = oauth.begin()
        await oauth.finish(request, allowed(request))
        sage.advance(300)
        store.loads = 0
        found = await asyncio.gather(*(driver.drive(session.token()) for _ in range(100)))
        await driver.close()
        return list(found)

    assert asyncio.run(main()) == [Secret(sage.access_token)] * 100
    assert sage.refreshes == 1
    # Each looks once; who renews looks again, and beside it.
    assert store.loads == 102


@pytest.mark.parametrize("is_shared", [True, False])
def test_threads_share_one_renewal_whether_or_not_they_share_the_session(
    is_shared: bool,  # noqa: FBT001 - a case
    sage: AccountingSimulator,
) -> None:
    store = MemoryTokens()
    shared = Session(app_of(sage), store)

    def asked(_: int) -> Secret:
        session = shared if is_shared else Session(app_of(sage), store)
        with contextlib.closing(OnTime(sage, BlockingDriver())) as driver:
            found: Secret = driver.drive(session.token())
            return found

    with contextlib.closing(OnTime(sage, BlockingDriver())) as driver:
        oauth = OAuth(driver, shared)
        request = oauth.begin()
        oauth.finish(request, allowed(request))
    with ThreadPoolExecutor(16) as pool:
        for number in (1, 2, 3):
            sage.advance(300)
            found = set(pool.map(asked, range(64)))
            assert found == {Secret(sage.access_token)}
            assert (sage.refreshes, sage.invalid_grants) == (number, 0)


def test_all_coroutines_that_wait_share_one_failure(sage: AccountingSimulator) -> None:
    async def main(proxy: FaultProxy) -> list[Any]:
        driver = OnTime(sage, AwaitingDriver())
        oauth = OAuth(driver, Session(app_of(sage), store))
        request = oauth.begin()
        await oauth.finish(request, allowed(request))
        sage.advance(300)
        session = Session(through(sage, proxy), store)
        found = await asyncio.gather(
            *(driver.drive(session.token()) for _ in range(100)), return_exceptions=True
        )
        await driver.close()
        return list(found)

    store = MemoryTokens()
    with FaultProxy("127.0.0.1", port_of(sage), Cut(side="request", after=0)) as proxy:
        found = asyncio.run(main(proxy))
        assert proxy.connections == 1

    assert {(type(one), one.code) for one in found} == {(NotSentError, "SC-SA-TOKEN-LOST")}
    assert len({id(one) for one in found}) == 100


def test_a_request_that_is_lost_on_the_way_is_made_up_for(
    person: Make, sage: AccountingSimulator
) -> None:
    with FaultProxy("127.0.0.1", port_of(sage)) as proxy:
        ann = person(app=through(sage, proxy))
        ann.sign_in()
        sage.advance(300)
        ann.done(ann._driver.close())
        proxy.fault = Cut(side="request", after=100)

        with pytest.raises(NotSentError, match="was lost"):
            ann.run(ann.session.token())
        ann.done(ann._driver.close())
        proxy.fault = None

        assert ann.run(ann.session.token()) == Secret(sage.access_token)
    assert sage.invalid_grants == 0


@pytest.mark.requirement("S135")
def test_offline_a_person_is_signed_out_here_and_told_that_sage_does_not_know(
    person: Make, sage: AccountingSimulator
) -> None:
    with FaultProxy("127.0.0.1", port_of(sage), Refuse()) as proxy:
        ann = person()
        ann.sign_in()
        offline = person(ann.store, through(sage, proxy))

        with pytest.raises(TransportError, match="erased here; at Sage it ends on"):
            offline.done(offline.oauth.revoke())

    assert ann.store.load(ann.session.name) is None


# --- canaries


def locals_of(error: BaseException | None) -> Iterator[str]:
    """Yield what every frame of ours holds in an error and all that led to it."""
    seen = set[int]()
    pending = [error]
    while pending:
        one = pending.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        pending += [one.__cause__, one.__context__]
        yield f"{one!r} {one} {one.__dict__}"
        trace: TracebackType | None = one.__traceback__
        while trace is not None:
            frame = trace.tb_frame
            if frame.f_code.co_filename.startswith(HOME):
                yield f"{frame.f_code.co_name}: {frame.f_locals!r}"
            trace = trace.tb_next


class Said:
    """What was said while secrets were about."""

    def __init__(self, sage: AccountingSimulator) -> None:
        self.said: list[object] = []
        self.frames: list[str] = []
        self.secrets = [sage.client_secret, OTHER.reveal()]
        self._sage = sage

    def note(self) -> None:
        """Note the secrets that there are now."""
        pair = self._sage.oauth.pair()
        self.secrets += [pair.access, pair.refresh]

    def catch(self, work: Callable[[], Any]) -> None:
        with pytest.raises(SageConnectError) as failed:
            work()
        self.note()
        self.frames += locals_of(failed.value)
        self.said += traceback.format_exception(failed.value)
        self.said.append(pickle.loads(pickle.dumps(failed.value)))  # noqa: S301 - our own


def test_no_secret_stands_in_logs_errors_frames_or_pickles(
    person: Make, sage: AccountingSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    all_ = Said(sage)
    with FaultProxy("127.0.0.1", port_of(sage)) as proxy:
        ann = person(app=through(sage, proxy))
        request = ann.oauth.begin()
        back = allowed(request)
        code = back.partition("code=")[2].partition("&")[0]
        all_.secrets.append(request.verifier.reveal())
        all_.said += [request, ann.finish(request, back), ann.session, ann.oauth, ann.store]
        all_.said += [ann.session.app, ann.run(ann.session.health())]
        all_.catch(lambda: ann.finish(request, back))
        all_.catch(lambda: ann.finish(ann.oauth.begin(), back))
        sage.advance(300)
        for fault in (Cut(side="request", after=30), Cut(side="answer", after=900)):
            ann.done(ann._driver.close())
            proxy.fault = fault
            all_.catch(lambda: ann.run(ann.session.token()))
    all_.catch(lambda: ann.run(ann.session.token()))
    again = person(ann.store)
    again.sign_in()
    all_.note()
    sage.advance(300)
    all_.said.append(again.run(again.session.token()))
    all_.note()
    sage.advance(300)
    refused = person(ann.store, attrs.evolve(app_of(sage), client_secret=OTHER))
    all_.catch(lambda: refused.run(refused.session.token()))
    ann.store.save(ann.session.name, Secret(f"[{sage.refresh_token}"))
    all_.catch(lambda: refused.run(refused.session.token()))
    all_.catch(lambda: refused.done(refused.oauth.revoke()))
    all_.said += [f"{one.getMessage()} {one.__dict__}" for one in caplog.records]

    assert min(len(all_.said), len(all_.frames)) > 80
    assert len(set(all_.secrets)) > 6
    secrets = all_.secrets
    assert [one for one in all_.frames if any(secret in one for secret in secrets)] == []
    # The code came as text, which the caller's frames hold too; it is good for nothing
    # without its verifier.
    secrets += [code, code.replace("%2F", "/")]
    told = [f"{one} {one!r}" for one in all_.said]
    assert [one for one in told if any(secret in one for secret in secrets)] == []


def test_an_app_and_a_session_are_not_pickled_with_their_secret() -> None:
    for one in (App("a/b", "canary"), Session(App("a/b", "canary"), MemoryTokens())):
        assert "canary" not in repr(one)
        with pytest.raises(TypeError):
            pickle.dumps(one)


def test_no_verb_takes_a_secret_as_text_but_the_app() -> None:
    # What is text may be shown by whoever holds it.
    taken = {
        f"{owner.__name__}.{name}: {parameter.annotation}"
        for owner in (App, Session, OAuth, AuthorizationRequest)
        for name, parameter in inspect.signature(owner).parameters.items()
        if name in {"client_secret", "verifier", "token", "code"}
    }

    assert taken == {
        "App.client_secret: str | sage_connect.plan.secret.Secret",
        "AuthorizationRequest.verifier: <class 'sage_connect.plan.secret.Secret'>",
    }

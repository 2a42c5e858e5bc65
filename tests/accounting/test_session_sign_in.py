"""The way of a person to Sage's page and back: what is asked, kept and compared."""

import asyncio
import base64
import hashlib
import inspect
from urllib.parse import parse_qsl, urlencode, urlsplit

import attrs
import pytest

from sage_connect.accounting.session import (
    App,
    AuthorizationRequest,
    Grant,
    Hosts,
    OAuth,
    Session,
)
from sage_connect.errors import (
    AuthenticationError,
    BrokenReplyError,
    ConfigurationError,
    NotSentError,
    OutcomeUnknownError,
    SageConnectError,
)
from sage_connect.plan import Reply, SaveToken, Secret, Send, Sync, TokenStore
from sage_connect.testing import AsyncScriptedDriver, ScriptedDriver

from .sessions import (
    APP,
    HOSTS,
    NAME,
    after,
    answer,
    grant,
    kept_in,
    page,
    refusal,
    sent,
    store_of,
)


def oauth_of(
    store: TokenStore | None = None, *replies: object, app: App = APP
) -> OAuth[Sync]:
    driver = ScriptedDriver(*replies)
    return OAuth(driver, Session(app, store or store_of()))


def asked(request: AuthorizationRequest) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(request.url).query))


def back(request: AuthorizationRequest, **changed: str) -> str:
    told = {"code": "GB/canary-code", "country": "GB", "state": request.state, **changed}
    return f"{request.redirect_uri}?{urlencode(told)}"


# --- going


@pytest.mark.requirement("S54")
def test_a_person_is_sent_to_sages_page_with_a_challenge_and_a_state() -> None:
    request = oauth_of().begin("gb", locale="en-GB")

    told = asked(request)
    digest = hashlib.sha256(request.verifier.reveal().encode()).digest()
    assert request.url.startswith(f"{HOSTS.authorize}?filter=apiv3.1&")
    assert "client_id=1234%2F5678" in request.url
    assert told == {
        "filter": "apiv3.1",
        "response_type": "code",
        "client_id": APP.client_id,
        "redirect_uri": APP.redirect_uri,
        "scope": "full_access",
        "state": request.state,
        "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "code_challenge_method": "S256",
        "country": "gb",
        "locale": "en-GB",
    }
    assert len(told["code_challenge"]) == 43
    assert 43 <= len(request.verifier.reveal()) <= 128
    assert request.verifier.reveal() not in request.url


@pytest.mark.requirement("S54")
def test_no_two_sign_ins_share_a_state_or_a_verifier() -> None:
    requests = [oauth_of().begin() for _ in range(50)]

    assert len({one.state for one in requests}) == 50
    assert len({one.verifier for one in requests}) == 50
    assert min(len(one.state) for one in requests) >= 32


@pytest.mark.requirement("S55")
@pytest.mark.parametrize("country", ["ca", "gb", "ie", "GB", " ie "])
def test_the_country_is_asked_for_by_its_letters(country: str) -> None:
    request = oauth_of().begin(country)

    assert asked(request)["country"] == request.country == country.strip().lower()


@pytest.mark.requirement("S55")
def test_without_a_country_the_person_chooses_by_the_flag() -> None:
    request = oauth_of().begin()

    assert "country" not in asked(request)
    assert asked(request)["filter"] == "apiv3.1"


@pytest.mark.requirement("S47", "S55")
@pytest.mark.parametrize("country", ["de", "es", "fr", "us"])
def test_a_former_country_is_explained_unless_the_app_says_that_it_is_open(
    country: str,
) -> None:
    with pytest.raises(ConfigurationError, match="has withdrawn") as caught:
        oauth_of().begin(country)
    assert caught.value.code == "SC-SA-COUNTRY"
    assert "ca, gb, ie" in str(caught.value)

    reopened = attrs.evolve(APP, countries=[*APP.countries, country.upper()])
    assert asked(oauth_of(app=reopened).begin(country))["country"] == country


@pytest.mark.requirement("S47")
@pytest.mark.parametrize(
    ("country", "told"),
    [
        ("za", "another program with another API"),
        ("AU", "another program with another API"),
        ("uk", "found 'uk'. Write gb."),
        ("at", "expected one of ca, gb, ie as country, found 'at'"),
        ("\n", ""),
        ("x\ny", "found 'x?y'"),
    ],
)
def test_other_countries_are_explained(country: str, told: str) -> None:
    if not told:
        # Blank is as good as left out.
        assert "country" not in asked(oauth_of().begin(country))
        return
    with pytest.raises(ConfigurationError) as caught:
        oauth_of().begin(country)

    assert caught.value.code == "SC-SA-COUNTRY"
    assert told in str(caught.value)


def test_the_hosts_of_a_simulator_take_the_place_of_sages() -> None:
    hosts = Hosts(api="http://127.0.0.1:1/v3.1/", authorize="http://127.0.0.1:1/a?x=1")

    request = oauth_of(app=attrs.evolve(APP, hosts=hosts)).begin()

    assert hosts.api == "http://127.0.0.1:1/v3.1"
    assert request.url.startswith("http://127.0.0.1:1/a?x=1&filter=apiv3.1&")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"scope": "everything"}, "expected the scope full_access or readonly"),
        ({"locale": "english"}, "expected a locale such as en-GB"),
        ({"locale": "en-GB&x=1"}, "expected a locale such as en-GB"),
    ],
)
def test_what_sage_would_not_take_is_refused_before(
    wrong: dict[str, str], told: str
) -> None:
    with pytest.raises(ConfigurationError, match=told):
        oauth_of().begin(**wrong)


@pytest.mark.parametrize(
    ("uri", "is_fine"),
    [
        ("https://vendor.test/x", True),
        ("http://localhost:8080/x", True),
        ("http://127.0.0.1:8080", True),
        ("http://[::1]/", True),
        ("", False),
        ("http://vendor.test/x", False),
        ("http://localhost.vendor.test/", False),
        ("http://127.0.0.1@vendor.test/", False),
        ("ftp://x", False),
    ],
)
def test_people_come_back_over_https_or_to_this_machine(uri: str, is_fine: bool) -> None:  # noqa: FBT001 - a case
    oauth = oauth_of(app=attrs.evolve(APP, redirect_uri=uri))

    if is_fine:
        assert asked(oauth.begin())["redirect_uri"] == uri
    else:
        with pytest.raises(ConfigurationError) as caught:
            oauth.begin()
        assert caught.value.code == "SC-SA-REDIRECT"


@pytest.mark.parametrize(
    ("client_id", "client_secret"), [("", "s"), ("i", ""), (" i", "s"), ("i", "s\n")]
)
def test_credentials_that_were_copied_badly_are_refused(
    client_id: str, client_secret: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        App(client_id, client_secret)

    assert caught.value.code == "SC-SA-CLIENT"


@pytest.mark.requirement("S56")
def test_no_password_of_a_person_can_be_given_anywhere() -> None:
    taken = {
        name
        for callable_ in (App, Session, OAuth, OAuth.begin, OAuth.finish.plan, Hosts)
        for name in inspect.signature(callable_).parameters
    }

    assert {name for name in taken if "pass" in name or "email" in name} == set()


# --- the request, kept meanwhile


def test_a_request_is_kept_as_text_while_the_person_is_away() -> None:
    request = oauth_of().begin("ie")

    assert AuthorizationRequest.from_json(request.to_json()) == request
    assert request.verifier.reveal() in request.to_json()
    assert request.verifier.reveal() not in f"{request} {request!r}"


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"version": 2}', '{"version": 1}'])
def test_text_that_is_no_request_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match="a sign-in that has begun"):
        AuthorizationRequest.from_json(text)


# --- coming back


@pytest.mark.requirement("S54", "S57")
def test_a_code_is_exchanged_with_its_verifier_and_saved_in_the_next_step() -> None:
    store = store_of()
    driver = ScriptedDriver(answer(1))
    oauth = OAuth(driver, Session(APP, store))
    request = oauth.begin("gb")

    found = oauth.finish(request, back(request))

    at = next(at for at, step in enumerate(driver.asked) if isinstance(step, Send))
    assert sent(driver.asked[at]) == (
        "client_id=1234%2F5678&client_secret=canary-client-secret"
        "&grant_type=authorization_code&code=GB%2Fcanary-code"
        "&redirect_uri=https%3A%2F%2Fvendor.test%2Fcallback"
        f"&code_verifier={request.verifier.reveal()}"
    )
    assert isinstance(driver.asked[at + 1], SaveToken)
    assert kept_in(store) == found == grant(1, country="gb", sign_in=found.sign_in)
    assert found.sign_in
    assert driver.drive(Session(APP, store).token()) == Secret("canary-access-1")


def test_the_same_verbs_are_awaited() -> None:
    store = store_of()
    oauth = OAuth(AsyncScriptedDriver(answer(1)), Session(APP, store))
    request = oauth.begin()

    async def main() -> Grant:
        return await oauth.finish(request, back(request))

    assert asyncio.run(main()) == kept_in(store)


def test_a_sign_in_takes_the_place_of_the_one_before() -> None:
    store = store_of(grant(7, expires_at=after(-1)))
    oauth = oauth_of(store, answer(1))
    request = oauth.begin()

    oauth.finish(request, back(request))

    kept = kept_in(store)
    assert kept is not None
    assert kept.access_token == Secret("canary-access-1")


def test_a_sign_in_takes_the_place_of_a_damaged_one() -> None:
    store = store_of()
    store.save(NAME, Secret("damaged"))
    oauth = oauth_of(store, answer(1))
    request = oauth.begin()

    assert oauth.finish(request, back(request)) == kept_in(store)


@pytest.mark.requirement("S54")
def test_a_callback_is_good_once() -> None:
    store = store_of()
    oauth = oauth_of(store, answer(1))
    request = oauth.begin()
    oauth.finish(request, back(request))

    # Also by another process, whatever the code, and after a renewal.
    driver = ScriptedDriver(answer(2), now=after(300))
    driver.drive(Session(APP, store).token())
    for again in (back(request), back(request, code="GB/other")):
        with pytest.raises(AuthenticationError, match="finished before") as caught:
            oauth_of(store).finish(request, again)
        assert caught.value.code == "SC-SA-STATE"


@pytest.mark.requirement("S54")
@pytest.mark.parametrize(
    "changed",
    [
        {"state": "other"},
        {"state": ""},
        {"state": "é" * 43},
        {"state": "\ud800"},
        {"code": ""},
        {"error": "access_denied", "state": "other"},
    ],
)
def test_a_callback_of_another_sign_in_is_refused(changed: dict[str, str]) -> None:
    oauth = oauth_of()
    request = oauth.begin()
    told = {"code": "canary-code", "state": request.state, **changed}
    url = f"https://vendor.test/?{urlencode(told, errors='surrogatepass')}"

    with pytest.raises(AuthenticationError) as caught:
        oauth.finish(request, url)

    assert caught.value.code == "SC-SA-STATE"
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://vendor.test/callback",
        "https://[::1/?code=a&state=b",
        "https://vendor.test/?code=a&code=b&state={state}",
        "https://vendor.test/?code=a&state={state}&state={state}",
        "https://vendor.test/#code=a&state={state}",
        "https://vendor.test/?code=a",
        "https://vendor.test/?state={state}",
    ],
)
def test_an_address_that_is_no_callback_is_refused(url: str) -> None:
    oauth = oauth_of()
    request = oauth.begin()

    with pytest.raises(AuthenticationError) as caught:
        oauth.finish(request, url.format(state=request.state))

    assert caught.value.code == "SC-SA-STATE"


def test_a_callback_may_be_given_as_a_path() -> None:
    oauth = oauth_of(None, answer(1))
    request = oauth.begin()

    oauth.finish(request, f"/callback?{urlsplit(back(request)).query}")


@pytest.mark.requirement("S54")
@pytest.mark.parametrize(
    ("says", "kind", "code", "told"),
    [
        ("access_denied", AuthenticationError, "SC-SA-ACCESS-DENIED", "did not allow"),
        (
            "temporarily_unavailable",
            BrokenReplyError,
            "SC-SA-SIGN-IN",
            "about ten minutes",
        ),
        ("server_error", BrokenReplyError, "SC-SA-SIGN-IN", "out of order"),
        (
            "Invalid request|Email already in use",
            AuthenticationError,
            "SC-SA-EMAIL-COUNTRY",
            "in another country than the one chosen",
        ),
        ("invalid_request", ConfigurationError, "SC-SA-SIGN-IN", "redirect_uri"),
        ("unauthorized_client", ConfigurationError, "SC-SA-SIGN-IN", "this app"),
        ("invalid_scope", ConfigurationError, "SC-SA-SIGN-IN", "full_access"),
        (
            "unsupported_response_type",
            ConfigurationError,
            "SC-SA-SIGN-IN",
            "registration",
        ),
        ("new\n<error>|why", AuthenticationError, "SC-SA-SIGN-IN", "new?<error>: why"),
    ],
)
@pytest.mark.parametrize("with_state", [True, False])
def test_each_way_to_fail_on_sages_page_is_put_in_words(
    says: str,
    kind: type[SageConnectError],
    code: str,
    told: str,
    with_state: bool,  # noqa: FBT001 - a case
) -> None:
    oauth = oauth_of()
    request = oauth.begin()
    query = dict(zip(("error", "reason"), says.split("|"), strict=False))
    if with_state:
        query["state"] = request.state

    with pytest.raises(kind) as caught:
        oauth.finish(request, f"https://vendor.test/?{urlencode(query)}")

    assert type(caught.value) is kind
    assert caught.value.code == code
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("reply", "kind", "code"),
    [
        (refusal("invalid_grant"), AuthenticationError, "SC-SA-CODE"),
        (refusal("invalid_client"), AuthenticationError, "SC-SA-CLIENT"),
        (refusal("invalid_request"), AuthenticationError, "SC-SA-CLIENT"),
        (OutcomeUnknownError("lost"), AuthenticationError, "SC-SA-CODE"),
        (Reply(status=200, body=answer(1).body[:99]), AuthenticationError, "SC-SA-CODE"),
        (answer(1, refresh_token=None), AuthenticationError, "SC-SA-CODE"),
        (page(200), BrokenReplyError, "SC-SA-TOKEN-SERVICE"),
        (page(407), BrokenReplyError, "SC-SA-TOKEN-SERVICE"),
        (Reply(status=500), BrokenReplyError, "SC-SA-TOKEN-SERVICE"),
        (NotSentError("offline"), NotSentError, ""),
    ],
)
def test_a_code_that_is_not_exchanged_is_told_and_nothing_is_saved(
    reply: object, kind: type[SageConnectError], code: str
) -> None:
    store = store_of()
    oauth = oauth_of(store, reply)
    request = oauth.begin()

    with pytest.raises(kind) as caught:
        oauth.finish(request, back(request))

    assert caught.value.code == code
    assert "canary" not in f"{caught.value} {vars(caught.value)}"
    assert store._tokens == {}


def test_a_code_that_did_not_leave_may_be_tried_again() -> None:
    oauth = oauth_of(None, NotSentError("offline"), answer(1))
    request = oauth.begin()
    with pytest.raises(NotSentError):
        oauth.finish(request, back(request))

    assert oauth.finish(request, back(request)).access_token == Secret("canary-access-1")


@pytest.mark.requirement("S135")
def test_a_person_signs_out_through_the_same_seat() -> None:
    store = store_of(grant(1))

    oauth_of(store, Reply(status=200, body=b'{"success": "ok"}')).revoke()

    assert store._tokens == {}
    assert repr(oauth_of(store)) == "<OAuth of accounting:1234/5678:>"

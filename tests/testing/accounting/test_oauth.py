"""Consent, tokens, rotation, revocation."""

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from .desk import Desk, Start

CALLBACK = "http://localhost:8080/callback"
VERIFIER = "v" * 64


def consent(desk: Desk, **query: str) -> dict[str, str]:
    """Return the parameters that the callback is called with."""
    simulator = desk.simulator
    asked = {
        "response_type": "code",
        "client_id": simulator.client_id,
        "redirect_uri": CALLBACK,
        "filter": "apiv3.1",
        "state": "s t",
        **query,
    }
    reply = httpx.get(simulator.authorize_url, params=asked)
    assert reply.status_code == 302, reply.text
    target = urlsplit(reply.headers["location"])
    assert f"{target.scheme}://{target.netloc}{target.path}" == CALLBACK
    return {name: values[0] for name, values in parse_qs(target.query).items()}


def token(desk: Desk, **form: str) -> httpx.Response:
    simulator = desk.simulator
    app = {"client_id": simulator.client_id, "client_secret": simulator.client_secret}
    return httpx.post(simulator.token_url, data={**app, **form})


def redeem(desk: Desk, code: str, **form: str) -> httpx.Response:
    grant = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
    return token(desk, **{**grant, **form})


def refresh(desk: Desk, refresh_token: str) -> httpx.Response:
    return token(desk, grant_type="refresh_token", refresh_token=refresh_token)


@pytest.mark.requirement("S54")
def test_a_code_becomes_tokens_that_open_the_business(desk: Desk) -> None:
    answer = consent(desk, country="gb")
    reply = redeem(desk, answer["code"]).json()

    assert (answer["country"], answer["state"]) == ("GB", "s t")
    assert answer["code"].startswith("GB/")
    assert {
        "expires_in": 300,
        "refresh_token_expires_in": 2_678_400,
        "token_type": "bearer",
        "scope": "full_access",
    }.items() <= reply.items()
    found = httpx.get(
        f"{desk.simulator.base_url}/businesses",
        headers={"Authorization": f"Bearer {reply['access_token']}"},
    )
    assert found.json()["$total"] == 1


def test_tokens_are_as_long_as_real_ones_and_ids_have_a_slash(desk: Desk) -> None:
    simulator = desk.simulator

    assert 1200 < len(simulator.access_token) < 2048
    assert 1200 < len(simulator.refresh_token) < 2048
    assert "/" in simulator.client_id


def test_a_code_is_good_once(desk: Desk) -> None:
    code = consent(desk)["code"]

    statuses = [redeem(desk, code).status_code for _ in range(2)]

    assert statuses == [200, 400]
    assert desk.simulator.invalid_grants == 1


def test_a_code_is_good_for_a_minute(desk: Desk) -> None:
    code = consent(desk)["code"]
    desk.simulator.advance(61)

    assert {"error": "invalid_grant"}.items() <= redeem(desk, code).json().items()


def test_a_code_belongs_to_its_callback(desk: Desk) -> None:
    code = consent(desk)["code"]

    reply = redeem(desk, code, redirect_uri="http://localhost:8080/other")

    assert (reply.status_code, reply.json()["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize("method", ["S256", "plain"])
def test_the_proof_must_fit_the_challenge(desk: Desk, method: str) -> None:
    digest = hashlib.sha256(VERIFIER.encode()).digest()
    hashed = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    challenge = hashed if method == "S256" else VERIFIER

    def asked(**form: str) -> int:
        answer = consent(desk, code_challenge=challenge, code_challenge_method=method)
        return redeem(desk, answer["code"], **form).status_code

    assert [
        asked(code_verifier=VERIFIER),
        asked(code_verifier="w" * 64),
        asked(),
    ] == [200, 400, 400]


def test_credentials_may_come_as_http_basic(desk: Desk) -> None:
    simulator = desk.simulator
    reply = httpx.post(
        simulator.token_url,
        data={"grant_type": "refresh_token", "refresh_token": simulator.refresh_token},
        auth=(simulator.client_id, simulator.client_secret),
    )

    assert reply.status_code == 200


def test_a_refresh_gives_new_tokens_and_kills_the_old_one(desk: Desk) -> None:
    old = desk.simulator.refresh_token
    first = refresh(desk, old).json()
    again = refresh(desk, old)

    assert old != first["refresh_token"]
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert refresh(desk, first["refresh_token"]).status_code == 200
    assert (desk.simulator.refreshes, desk.simulator.invalid_grants) == (2, 1)


def test_a_new_consent_makes_older_refresh_tokens_useless(desk: Desk) -> None:
    old = desk.simulator.refresh_token
    redeem(desk, consent(desk)["code"])

    assert refresh(desk, old).json()["error"] == "invalid_grant"


def test_access_tokens_live_five_minutes_and_refresh_tokens_31_days(desk: Desk) -> None:
    kept = desk.simulator.refresh_token
    desk.simulator.advance(301)
    reply = desk.http.get("/contacts")

    assert (
        reply.status_code,
        reply.json()[0]["$dataCode"],
    ) == (401, "AuthorizationFailure")
    desk.simulator.advance(2_678_400)
    assert refresh(desk, kept).json()["error"] == "invalid_grant"


def test_the_access_token_outlives_its_refresh_and_its_revocation(desk: Desk) -> None:
    simulator = desk.simulator
    newest = refresh(desk, simulator.refresh_token).json()["refresh_token"]
    reply = httpx.post(
        simulator.revoke_url,
        data={
            "client_id": simulator.client_id,
            "client_secret": simulator.client_secret,
            "token": newest,
        },
    )

    assert reply.json() == {"success": "ok"}
    assert desk.http.get("/contacts").status_code == 200
    assert refresh(desk, newest).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({}, "invalid_request"),
        ({"grant_type": "refresh_token"}, "invalid_request"),
        ({"grant_type": "authorization_code"}, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, "invalid_grant"),
        ({"grant_type": "refresh_token", "client_secret": "x"}, "invalid_client"),
    ],
)
def test_the_token_endpoint_refuses_with_400(
    desk: Desk, form: dict[str, str], error: str
) -> None:
    reply = token(desk, **form)

    assert (400, error) == (reply.status_code, reply.json()["error"])


def test_the_token_endpoint_takes_forms_only(desk: Desk) -> None:
    reply = httpx.post(desk.simulator.token_url, json={"grant_type": "refresh_token"})

    assert (reply.status_code, reply.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ({"response_type": "token"}, {"error": "unsupported_response_type"}),
        ({"scope": "all"}, {"error": "invalid_scope"}),
        ({"country": "fr"}, {"error": "invalid_request"}),
        ({"code_challenge": "short"}, {"error": "invalid_request"}),
        (
            {"country": "ie"},
            {"error": "Invalid request", "reason": "Email already in use"},
        ),
    ],
)
def test_the_callback_hears_what_is_wrong(
    desk: Desk, query: dict[str, str], answer: dict[str, str]
) -> None:
    assert {**answer, "state": "s t"} == consent(desk, **query)


def test_the_user_may_decline(desk: Desk) -> None:
    desk.simulator.oauth.consent = "access_denied"

    assert consent(desk) == {"error": "access_denied", "state": "s t"}


@pytest.mark.parametrize(
    "query", [{"client_id": "x"}, {"redirect_uri": "http://example.com/callback"}]
)
def test_nobody_is_sent_to_an_address_that_is_not_registered(
    desk: Desk, query: dict[str, Any]
) -> None:
    asked = {
        "response_type": "code",
        "client_id": desk.simulator.client_id,
        "redirect_uri": CALLBACK,
        **query,
    }

    assert httpx.get(desk.simulator.authorize_url, params=asked).status_code == 400


def test_callbacks_match_exactly_once_they_are_registered(start: Start) -> None:
    desk = start(redirect_uris=(CALLBACK,))
    asked = {"response_type": "code", "client_id": desk.simulator.client_id}

    answers = [
        httpx.get(
            desk.simulator.authorize_url, params={**asked, "redirect_uri": target}
        ).status_code
        for target in (CALLBACK, f"{CALLBACK}/", CALLBACK.upper())
    ]

    assert answers == [302, 400, 400]


def test_a_readonly_token_reads_and_does_not_write(desk: Desk) -> None:
    reply = redeem(desk, consent(desk, scope="readonly")["code"]).json()
    desk.http.headers["Authorization"] = f"Bearer {reply['access_token']}"

    written = desk.send(
        "POST", "/contacts", {"name": "x", "contact_type_ids": ["CUSTOMER"]}
    )

    assert reply["scope"] == "readonly"
    assert desk.http.get("/contacts").status_code == 200
    assert (
        written.status_code,
        written.json()[0]["$dataCode"],
    ) == (403, "MultiUserAccessDenied")

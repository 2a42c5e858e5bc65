"""A session under test, and answers of the token service."""

import datetime as dt
import json
import logging
from typing import Any

import attrs
import httpx

from sage_connect.accounting.session import (
    App,
    AuthorizationRequest,
    Grant,
    Hosts,
    Session,
)
from sage_connect.drive import MemoryTokens
from sage_connect.plan import (
    Driver,
    M,
    Now,
    Plan,
    Reply,
    Secret,
    Send,
    Step,
    TokenStore,
    Wait,
    opened,
    relayed,
)
from sage_connect.testing.accounting import AccountingSimulator
from sage_connect.testing.scripted import NOON

HOSTS = Hosts(
    api="https://sage.test/v3.1",
    authorize="https://sage.test/authorize",
    token="https://sage.test/token",  # noqa: S106 - an address
    revoke="https://sage.test/revoke",
)
APP = App("1234/5678", "canary-client-secret", "https://vendor.test/callback", hosts=HOSTS)
NAME = APP.token_name()


def after(seconds: float = 0, *, days: float = 0) -> dt.datetime:
    return NOON + dt.timedelta(days=days, seconds=seconds)


def grant(number: int = 1, *, since: float = 0, **changed: Any) -> Grant:
    """The pair of this number, asked for `since` seconds after noon."""
    usual = Grant(
        access_token=Secret(f"canary-access-{number}"),
        refresh_token=Secret(f"canary-refresh-{number}"),
        issued_at=after(since),
        expires_at=after(since + 300),
        refresh_expires_at=after(since, days=31),
        scope="full_access",
        requested_by="person",
    )
    return attrs.evolve(usual, **changed)


def store_of(kept: Grant | None = None) -> MemoryTokens:
    store = MemoryTokens()
    if kept is not None:
        store.save(NAME, kept.to_text())
    return store


def session_of(store: TokenStore, app: App = APP) -> Session:
    return Session(app, store)


def kept_in(store: TokenStore) -> Grant | None:
    text = store.load(NAME)
    return Grant.from_text(text) if text else None


def answer(number: int, **changed: Any) -> Reply:
    """What the token service answers: the pair of this number."""
    body = {
        "access_token": f"canary-access-{number}",
        "expires_in": 300,
        "token_type": "bearer",
        "refresh_token": f"canary-refresh-{number}",
        "refresh_token_expires_in": 2678400,
        "scope": "full_access",
        "requested_by_id": "person",
        **changed,
    }
    told = {name: value for name, value in body.items() if value is not None}
    return Reply(status=200, body=json.dumps(told).encode(), url=HOSTS.token)


def refusal(error: str = "invalid_grant", status: int = 400, **more: str) -> Reply:
    body = json.dumps({"error": error, **more}).encode()
    return Reply(status=status, body=body, url=HOSTS.token)


def page(status: int = 502) -> Reply:
    """What a proxy answers in Sage's place."""
    body = b"<!DOCTYPE html><html><body>canary-client-secret</body></html>"
    return Reply(
        status=status, body=body, headers=(("content-type", "text/html"),), url=HOSTS.token
    )


def sent(step: object) -> str:
    """The opened body of a request."""
    assert isinstance(step, Send)
    body: str = opened(step.body)
    return body


def app_of(sage: AccountingSimulator, **changed: Any) -> App:
    """The app that a simulator knows."""
    hosts = Hosts(
        api=sage.base_url,
        authorize=sage.authorize_url,
        token=sage.token_url,
        revoke=sage.revoke_url,
    )
    usual = App(
        sage.client_id, sage.client_secret, "http://localhost:1/callback", hosts=hosts
    )
    return attrs.evolve(usual, **changed)


def allowed(request: AuthorizationRequest) -> str:
    """Where a simulator sends the person back to, who was sent to it."""
    # What the person's browser logs is not ours.
    logging.disable()
    try:
        back: str = httpx.get(request.url).headers["location"]
    finally:
        logging.disable(logging.NOTSET)
    return back


class OnTime(Driver[M]):
    """A driver by the clock of a simulator, which is set forward instead of waiting."""

    def __init__(self, sage: AccountingSimulator, driver: Driver[M]) -> None:
        self._sage = sage
        self._driver = driver

    def drive(self, plan: Plan[Any], /) -> Any:
        return self._driver.drive(relayed(plan, self._shifted))

    def close(self) -> Any:
        return self._driver.close()

    def _shifted(self, step: Step[Any]) -> Plan[Any]:
        if isinstance(step, Wait):
            self._sage.advance(step.seconds)
            return None
        reply = yield step
        if isinstance(step, Now):
            return reply + dt.timedelta(seconds=self._sage.clock.ahead)
        return reply

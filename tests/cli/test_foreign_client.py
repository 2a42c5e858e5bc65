"""A client that others wrote works against the simulator unmodified.

It is `requests-oauthlib`, as Sage's own pages on signing in would have one use it: nothing
of ours is imported here but what starts the process.
"""

from collections.abc import Generator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest

from .test_simulate import Simulated, simulated

requests_oauthlib = pytest.importorskip("requests_oauthlib")

CALLBACK = "http://localhost:8421/callback"


@pytest.fixture(autouse=True)
def _plain_http(monkeypatch: pytest.MonkeyPatch) -> None:
    # The client insists on TLS; a simulator speaks plain HTTP to this machine alone.
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")


@contextmanager
def signed_in(one: Simulated) -> Generator[Any]:
    """Sign in with a code and PKCE; give the session."""
    ready = one.ready
    renewal = {"client_id": ready["client_id"], "client_secret": ready["client_secret"]}
    saved: list[Any] = []
    with requests_oauthlib.OAuth2Session(
        ready["client_id"],
        redirect_uri=CALLBACK,
        scope=["full_access"],
        pkce="S256",
        auto_refresh_url=ready["token_url"],
        auto_refresh_kwargs=renewal,
        token_updater=saved.append,
    ) as session:
        url, _ = session.authorization_url(ready["authorize_url"], filter="apiv3.1")
        page = session.get(url, allow_redirects=False, withhold_token=True)
        session.fetch_token(
            ready["token_url"],
            authorization_response=page.headers["Location"],
            client_secret=ready["client_secret"],
            include_client_id=True,
        )
        session.headers["X-Business"] = ready["business_id"]
        session.base = ready["base_url"]
        session.saved = saved
        yield session


def whole(session: Any, path: str) -> list[Any]:
    """Read a list page by page, following `$next` below the base address."""
    found: list[Any] = []
    following = f"{path}?items_per_page=10"
    while following:
        page = session.get(session.base + following).json()
        found += page["$items"]
        following = page["$next"]
    return found


def test_a_foreign_client_signs_in_lists_creates_and_voids() -> None:
    with simulated() as one, signed_in(one) as session:
        accounts = whole(session, "/ledger_accounts")
        sales = next(each for each in accounts if each["displayed_as"].endswith("(4000)"))
        customer = session.get(f"{session.base}/contacts?search=ARDENT").json()["$items"][0]
        line = {
            "description": "Boiler service",
            "ledger_account_id": sales["id"],
            "quantity": "3",
            "unit_price": "10.33",
            "tax_rate_id": "GB_STANDARD",
            "tax_amount": "6.20",
        }
        body = {
            "sales_invoice": {
                "contact_id": customer["id"],
                "date": "2026-11-03",
                "due_date": "2026-12-03",
                "invoice_lines": [line],
            }
        }
        created = session.post(f"{session.base}/sales_invoices", json=body)
        invoice = created.json()
        path = f"{session.base}/sales_invoices/{invoice['id']}"
        void = session.delete(path, params={"void_reason": "entered twice"})
        after = session.get(path).json()

    assert len(accounts) == len({each["id"] for each in accounts}) > 60
    assert created.status_code == 201
    assert Decimal(invoice["total_amount"]) == Decimal("37.19")
    assert (void.status_code, after["status"]["id"]) == (200, "VOID")


def test_a_foreign_client_renews_its_token() -> None:
    with simulated() as one, signed_in(one) as session:
        first = dict(session.token)
        # Its clock says that the token has ended.
        session.token = {**first, "expires_at": 1}
        answered = session.get(f"{session.base}/contacts").status_code

    assert (answered, len(session.saved)) == (200, 1)
    assert session.saved[0]["refresh_token"] != first["refresh_token"]

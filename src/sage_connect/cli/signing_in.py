"""`auth`: a person signs in to a product, looks how it is, or signs out."""

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import attrs

from ..accounting import App, Hosts, SageAccounting, SignIn
from ..accounting.session import Grant, Session
from ..drive import BlockingDriver, FileTokens
from ..drive.landing import Landing, Visit, open_browser
from ..errors import AuthenticationError, NotSentError, SageConnectError
from ..ledger import Health
from . import show

_PATIENCE: Final = 600
"""Seconds that a person has for Sage's page."""

# Not of the person who was sent, or not yet to be had: whoever comes next may be right.
_WAIT_ON: Final = "SC-SA-STATE"


@attrs.frozen(kw_only=True)
class SignedIn:
    """What a sign-in gave.

    Attributes:
        name: Under which name it rests.
        folder: Where.
        grant: The sign-in.
        businesses: Id and name of each that the person sees; None where that failed.
    """

    name: str
    folder: str
    grant: Grant
    businesses: tuple[tuple[str, str], ...] | None


def hosts(urls: Mapping[str, str | None]) -> Hosts:
    """Return Sage's addresses, but for those that are given: `token_url` and the like."""
    names = {
        "base_url": "api",
        "authorize_url": "authorize",
        "token_url": "token",
        "revoke_url": "revoke",
    }
    given = {names[name]: url for name, url in urls.items() if url}
    return Hosts(**given)


def row(found: SignedIn) -> dict[str, Any]:
    """Return what `auth --json` prints of a sign-in; its tokens stay where they are."""
    until = found.grant.refresh_expires_at
    return {
        "name": found.name,
        "tokens": found.folder,
        "country": found.grant.country,
        "scope": found.grant.scope,
        "ends": until.isoformat() if until else None,
        "businesses": None
        if found.businesses is None
        else [{"id": id, "name": name} for id, name in found.businesses],
    }


def sign_in(
    app: App, folder: Path, *, user: str, country: str, locale: str, browser: bool
) -> SignedIn:
    """Send a person to Sage's page, wait until they are back, and keep the sign-in.

    Raises:
        SageConnectError: They are not signed in.
    """
    store = FileTokens(str(folder))
    with closing(SignIn(app, store, user=user)) as oauth:
        request = oauth.begin(country, locale=locale)
        with Landing(app.redirect_uri) as landing:
            show.note(f"Sign in at {request.url}")
            if browser:
                open_browser(request.url)
            for visit in landing.visits(_PATIENCE):
                try:
                    grant = oauth.finish(request, visit.url)
                except SageConnectError as problem:
                    _tell(visit, problem)
                    if problem.code != _WAIT_ON and not isinstance(problem, NotSentError):
                        raise
                    show.error(str(problem))
                else:
                    visit.answer("You are signed in", "You may close this page.")
                    break
            else:
                raise AuthenticationError(
                    f"nobody came back from Sage within {_PATIENCE // 60} minutes",
                    code="SC-SA-SIGN-IN",
                    fix="Run the command again.",
                )
    return SignedIn(
        name=app.token_name(user),
        folder=str(folder),
        grant=grant,
        businesses=_businesses(app, store, user),
    )


def _tell(visit: Visit, problem: SageConnectError) -> None:
    if isinstance(problem, NotSentError):
        # The code is good for a minute.
        visit.answer("Not signed in yet", f"{problem} Then load this page again.")
    else:
        visit.answer("You are not signed in", str(problem))


def _businesses(
    app: App, store: FileTokens, user: str
) -> tuple[tuple[str, str], ...] | None:
    try:
        with SageAccounting(app, store, user=user) as ledger:
            found = ledger.api.businesses.list()
            return tuple((one.id, one.displayed_as or "") for one in found)
    except SageConnectError as problem:
        # The person is signed in all the same.
        show.error(f"The businesses could not be listed: {problem}")
        return None


def sign_out(app: App, folder: Path, *, user: str) -> None:
    """Erase a person's sign-in, and tell Sage.

    Raises:
        SageConnectError: Sage was not told; it is erased here unless the store failed.
    """
    with closing(SignIn(app, FileTokens(str(folder)), user=user)) as oauth:
        oauth.revoke()


def status_of(app: App, folder: Path, *, user: str) -> Health:
    """Say how a person's sign-in is; asks nobody.

    Raises:
        StorageError: The folder cannot be read.
    """
    session = Session(app, FileTokens(str(folder)), app.token_name(user))
    health: Health = BlockingDriver().drive(session.health())
    return health

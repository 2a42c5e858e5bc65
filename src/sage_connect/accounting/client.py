"""Sage Accounting as a ledger, blocking and awaiting. The only module here with drivers."""

import os
from pathlib import Path
from typing import Self

import attrs

from ..drive import AwaitingDriver, BlockingDriver, FileTokens, HttpOptions
from ..ledger import AsyncClosing, Closing
from ..ledger.settings import FILE, VARIABLE
from ..plan import Async, Secret, Sync, TokenStore
from .ledger import AccountingLedger
from .pace import Limits, limiter_of
from .profile import AccountingProfile, read_profile
from .resources import AccountingBooks
from .service import FixedToken, Patience, Service, TokenSource
from .session import App, OAuth, Session
from .settings import AccountingSettings


class SageAccounting(AccountingLedger[Sync], Closing):
    """A business of Sage Accounting (United Kingdom, Ireland, Canada).

    Not for use by several threads at once; open one for each.

    Args:
        app: The vendor's app, as registered with Sage.
        tokens: Where the user's tokens are kept, or an access token from elsewhere.
        business: Id of the business; "" where the user has only one.
        settings: How it is posted to; all have defaults.
        user: Whose tokens, in the caller's own words, where a store keeps several.
        http: Time-outs, proxy and the like.
        patience: How often, and after how long, what is safe to repeat is repeated.
        limits: How much may be sent for the app; all its ledgers in this process share what
            the first one says.
    """

    def __init__(
        self,
        app: App,
        tokens: TokenStore | Secret,
        business: str = "",
        settings: AccountingSettings | None = None,
        *,
        user: str = "",
        http: HttpOptions | None = None,
        patience: Patience | None = None,
        limits: Limits | None = None,
    ) -> None:
        books = _books(app, tokens, business, settings, user, patience, limits)
        super().__init__(BlockingDriver(http), books)

    @classmethod
    def open(cls, profile: str = "") -> Self:
        """Open a business by its profile in `sage_connect.toml`.

        The file is the one of the current folder, or that which `SAGE_CONNECT_CONFIG`
        names in the environment.

        Args:
            profile: What follows "accounting:" in the table's name; "" for the only one.

        Raises:
            ConfigurationError: No such file or profile, or wrong settings.
            StorageError: The file cannot be read.
        """
        found = profile_named(profile)
        tokens = FileTokens(found.tokens)
        return cls(found.app, tokens, found.business, found.settings, user=found.user)


class AsyncSageAccounting(AccountingLedger[Async], AsyncClosing):
    """`SageAccounting` for an event loop: the same seats, awaited."""

    def __init__(
        self,
        app: App,
        tokens: TokenStore | Secret,
        business: str = "",
        settings: AccountingSettings | None = None,
        *,
        user: str = "",
        http: HttpOptions | None = None,
        patience: Patience | None = None,
        limits: Limits | None = None,
    ) -> None:
        books = _books(app, tokens, business, settings, user, patience, limits)
        super().__init__(AwaitingDriver(http), books)

    @classmethod
    def open(cls, profile: str = "") -> Self:
        """Open a business by its profile in `sage_connect.toml`, which is read at once.

        Raises:
            SageConnectError: As for `SageAccounting.open`.
        """
        found = profile_named(profile)
        tokens = FileTokens(found.tokens)
        return cls(found.app, tokens, found.business, found.settings, user=found.user)


class SignIn(OAuth[Sync], Closing):
    """Signing a user in, blocking: `begin`, then `finish` with where Sage sent them back.

    Args:
        app: The vendor's app.
        tokens: Where the user's tokens are to be kept.
        user: Whose, in the caller's own words, where a store keeps several.
        http: Time-outs, proxy and the like.
    """

    def __init__(
        self,
        app: App,
        tokens: TokenStore,
        *,
        user: str = "",
        http: HttpOptions | None = None,
    ) -> None:
        session = Session(app, tokens, app.token_name(user))
        super().__init__(BlockingDriver(http), session)

    @classmethod
    def open(cls, profile: str = "") -> Self:
        """Sign in for a profile of `sage_connect.toml`.

        Raises:
            SageConnectError: As for `SageAccounting.open`.
        """
        found = profile_named(profile)
        return cls(found.app, FileTokens(found.tokens), user=found.user)


class AsyncSignIn(OAuth[Async], AsyncClosing):
    """`SignIn` for an event loop."""

    def __init__(
        self,
        app: App,
        tokens: TokenStore,
        *,
        user: str = "",
        http: HttpOptions | None = None,
    ) -> None:
        session = Session(app, tokens, app.token_name(user))
        super().__init__(AwaitingDriver(http), session)

    @classmethod
    def open(cls, profile: str = "") -> Self:
        """Sign in for a profile of `sage_connect.toml`, which is read at once.

        Raises:
            SageConnectError: As for `SageAccounting.open`.
        """
        found = profile_named(profile)
        return cls(found.app, FileTokens(found.tokens), user=found.user)


def profile_named(name: str) -> AccountingProfile:
    """Return a profile as `SageAccounting.open` takes it, with its folder of tokens whole.

    Raises:
        ConfigurationError: No such file or profile, or wrong settings.
        StorageError: The file cannot be read.
    """
    path = Path(os.environ.get(VARIABLE) or FILE)
    found: AccountingProfile = BlockingDriver().drive(
        read_profile(name, str(path), os.environ)
    )
    tokens = path.parent / Path(found.tokens).expanduser()
    return attrs.evolve(found, tokens=str(tokens))


def _books(  # noqa: PLR0917 - what both constructors take
    app: App,
    tokens: TokenStore | Secret,
    business: str,
    settings: AccountingSettings | None,
    user: str,
    patience: Patience | None,
    limits: Limits | None,
) -> AccountingBooks:
    source: TokenSource
    if isinstance(tokens, Secret):
        source = FixedToken(tokens)
    else:
        source = Session(app, tokens, app.token_name(user))
    pace = limiter_of(f"{app.client_id} {app.hosts.api}", limits)
    settings = settings or AccountingSettings()
    service = Service(
        app.hosts.api,
        source,
        business=business,
        pace=pace,
        patience=patience,
        void_reason=settings.conventions.void_reason,
    )
    return AccountingBooks(service, settings)

"""Sage Intacct, blocking and awaiting. The only module here with drivers."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final, Self

from ..drive import AwaitingDriver, BlockingDriver, HttpOptions
from ..ledger import AsyncClosing, Closing
from ..ledger.settings import FILE as PROFILES, VARIABLE
from ..plan import Async, ReadFile, Sync
from .credentials import FILE, GATEWAY, Credentials, Endpoints, endpoint_of
from .ledger import IntacctLedger
from .pace import Limits, forget_all, limiter_of
from .profile import IntacctProfile, read_profile
from .resources import IntacctBooks
from .service import Patience, Service
from .settings import IntacctSettings

HTTP: Final = HttpOptions(read_timeout=300)
"""What is waited for an answer: long, since large requests take their time."""

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=forget_all)


class SageIntacct(IntacctLedger[Sync], Closing):
    """A company of Sage Intacct.

    Not for use by several threads at once; open one for each.

    Args:
        credentials: Who signs in, and where to.
        settings: How it is posted to; all have defaults.
        gateway: Where sessions are asked for: Sage's own address, or a simulator's.
        trusted_hosts: Hosts beside those of Sage that may be sent to.
        http: Time-outs, proxy and the like.
        patience: How often, and after how long, what is safe to repeat is repeated.
        limits: How much may be sent; all ledgers of this process share what the first says.
        policy_id: Transport policy of requests that are queued.
    """

    def __init__(
        self,
        credentials: Credentials,
        settings: IntacctSettings | None = None,
        *,
        gateway: str = GATEWAY,
        trusted_hosts: Iterable[str] = (),
        http: HttpOptions | None = None,
        patience: Patience | None = None,
        limits: Limits | None = None,
        policy_id: str = "",
    ) -> None:
        endpoints = Endpoints(gateway=gateway, trusted_hosts=frozenset(trusted_hosts))
        books = _books(credentials, settings, endpoints, patience, limits, policy_id)
        super().__init__(BlockingDriver(http or HTTP), books)

    @classmethod
    def open(cls, profile: str = "") -> Self:
        """Open a company by its profile in `sage_connect.toml`.

        The file is the one of the current folder, or that which `SAGE_CONNECT_CONFIG`
        names in the environment.

        Args:
            profile: What follows "intacct:" in the table's name; "" for the only one.

        Raises:
            ConfigurationError: No such file or profile, or wrong settings.
            StorageError: The file cannot be read.
        """
        found = profile_named(profile)
        return cls(
            found.credentials,
            found.settings,
            gateway=found.gateway,
            trusted_hosts=found.trusted_hosts,
            policy_id=found.policy_id,
        )

    @classmethod
    def from_environment(cls) -> Self:
        """Open what `INTACCT_*` variables, or `~/.intacct/credentials.ini`, name.

        Raises:
            ConfigurationError: Something is missing; all of it is named.
            StorageError: The file cannot be read.
        """
        credentials, gateway = _from_environment()
        return cls(credentials, gateway=gateway)


class AsyncSageIntacct(IntacctLedger[Async], AsyncClosing):
    """`SageIntacct` for an event loop: the same seats, awaited."""

    def __init__(
        self,
        credentials: Credentials,
        settings: IntacctSettings | None = None,
        *,
        gateway: str = GATEWAY,
        trusted_hosts: Iterable[str] = (),
        http: HttpOptions | None = None,
        patience: Patience | None = None,
        limits: Limits | None = None,
        policy_id: str = "",
    ) -> None:
        endpoints = Endpoints(gateway=gateway, trusted_hosts=frozenset(trusted_hosts))
        books = _books(credentials, settings, endpoints, patience, limits, policy_id)
        super().__init__(AwaitingDriver(http or HTTP), books)

    @classmethod
    def open(cls, profile: str = "") -> Self:
        """Open a company by its profile in `sage_connect.toml`, which is read at once.

        Raises:
            SageConnectError: As for `SageIntacct.open`.
        """
        found = profile_named(profile)
        return cls(
            found.credentials,
            found.settings,
            gateway=found.gateway,
            trusted_hosts=found.trusted_hosts,
            policy_id=found.policy_id,
        )

    @classmethod
    def from_environment(cls) -> Self:
        """Open the company that the environment names; files are read at once.

        Raises:
            SageConnectError: As for `SageIntacct.from_environment`.
        """
        credentials, gateway = _from_environment()
        return cls(credentials, gateway=gateway)


def _from_environment() -> tuple[Credentials, str]:
    path = str(Path(FILE).expanduser())
    # Files of PHP have no stated encoding; what is not UTF-8 is kept letter by letter.
    content: bytes = BlockingDriver().drive(iter(ReadFile(path, missing=b"")))
    try:
        ini = content.decode()
    except UnicodeDecodeError:
        ini = content.decode("latin-1")
    credentials = Credentials.from_environment(os.environ, ini)
    return credentials, endpoint_of(os.environ, ini)


def profile_named(name: str) -> IntacctProfile:
    """Return a profile as `SageIntacct.open` takes it.

    Raises:
        ConfigurationError: No such file or profile, or wrong settings.
        StorageError: The file cannot be read.
    """
    path = str(Path(os.environ.get(VARIABLE) or PROFILES))
    found: IntacctProfile = BlockingDriver().drive(read_profile(name, path, os.environ))
    return found


def _books(  # noqa: PLR0917 - what both constructors take
    credentials: Credentials,
    settings: IntacctSettings | None,
    endpoints: Endpoints,
    patience: Patience | None,
    limits: Limits | None,
    policy_id: str,
) -> IntacctBooks:
    settings = settings or IntacctSettings()
    service = Service(
        credentials,
        endpoints,
        pace=limiter_of(endpoints.gateway, limits),
        patience=patience,
        repeat=settings.conventions.repeat,
        policy_id=policy_id,
    )
    return IntacctBooks(service, settings)

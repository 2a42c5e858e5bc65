"""Sage Intacct, blocking and awaiting. The only module here with drivers."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final, Self

from ..drive import AwaitingDriver, BlockingDriver, HttpOptions
from ..ledger import AsyncClosing, Closing
from ..plan import Async, Driver, M, ReadFile, Seat, Sync
from .credentials import FILE, GATEWAY, Credentials, Endpoints, endpoint_of
from .native import Native
from .pace import Limits, forget_all, limiter_of
from .service import Patience, RepeatAnswer, Service

HTTP: Final = HttpOptions(read_timeout=300)
"""What is waited for an answer: long, since large requests take their time."""

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=forget_all)


class _Company(Seat[M]):
    """A company of Sage Intacct, in one mode or the other."""

    def __init__(self, driver: Driver[M], service: Service) -> None:
        super().__init__(driver)
        self._service: Service = service

    @property
    def api(self) -> Native[M]:
        """The whole gateway, function by function."""
        return Native(self._driver, self._service)


class SageIntacct(_Company[Sync], Closing):
    """A company of Sage Intacct.

    Not for use by several threads at once; open one for each.

    Args:
        credentials: Who signs in, and where to.
        gateway: Where sessions are asked for: Sage's own address, or a simulator's.
        trusted_hosts: Hosts beside those of Sage that may be sent to.
        http: Time-outs, proxy and the like.
        patience: How often, and after how long, what is safe to repeat is repeated.
        limits: How much may be sent; all ledgers of this process share what the first says.
        repeat: How Sage says that it carried out a function before.
        policy_id: Transport policy of requests that are queued.
    """

    def __init__(
        self,
        credentials: Credentials,
        *,
        gateway: str = GATEWAY,
        trusted_hosts: Iterable[str] = (),
        http: HttpOptions | None = None,
        patience: Patience | None = None,
        limits: Limits | None = None,
        repeat: RepeatAnswer | None = None,
        policy_id: str = "",
    ) -> None:
        service = _service(
            credentials, gateway, trusted_hosts, patience, limits, repeat, policy_id
        )
        super().__init__(BlockingDriver(http or HTTP), service)

    @classmethod
    def from_environment(cls) -> Self:
        """Open what `INTACCT_*` variables, or `~/.intacct/credentials.ini`, name.

        Raises:
            ConfigurationError: Something is missing; all of it is named.
            StorageError: The file cannot be read.
        """
        credentials, gateway = _from_environment()
        return cls(credentials, gateway=gateway)


class AsyncSageIntacct(_Company[Async], AsyncClosing):
    """`SageIntacct` for an event loop: the same seats, awaited."""

    def __init__(
        self,
        credentials: Credentials,
        *,
        gateway: str = GATEWAY,
        trusted_hosts: Iterable[str] = (),
        http: HttpOptions | None = None,
        patience: Patience | None = None,
        limits: Limits | None = None,
        repeat: RepeatAnswer | None = None,
        policy_id: str = "",
    ) -> None:
        service = _service(
            credentials, gateway, trusted_hosts, patience, limits, repeat, policy_id
        )
        super().__init__(AwaitingDriver(http or HTTP), service)

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


def _service(  # noqa: PLR0917 - what both constructors take
    credentials: Credentials,
    gateway: str,
    trusted_hosts: Iterable[str],
    patience: Patience | None,
    limits: Limits | None,
    repeat: RepeatAnswer | None,
    policy_id: str,
) -> Service:
    endpoints = Endpoints(gateway=gateway, trusted_hosts=frozenset(trusted_hosts))
    return Service(
        credentials,
        endpoints,
        pace=limiter_of(gateway, limits),
        patience=patience,
        repeat=repeat,
        policy_id=policy_id,
    )

"""Ledgers on simulators of their own, which go when the ledger is closed."""

import datetime as dt
import os
from collections.abc import Awaitable
from pathlib import Path
from typing import Final

import attrs
from typing_extensions import override

from ..accounting import AccountingSettings, App, AsyncSageAccounting, Hosts, SageAccounting
from ..accounting.session import Grant
from ..drive import FileTokens, MemoryTokens
from ..intacct import AsyncSageIntacct, Credentials, IntacctSettings, SageIntacct
from ..plan import Secret
from .accounting import AccountingSimulator
from .intacct import IntacctSimulator

_LIFE: Final = dt.timedelta(minutes=5)


def app_of(simulator: AccountingSimulator) -> App:
    """Return the app that `simulator` knows."""
    return App(
        simulator.client_id,
        Secret(simulator.client_secret),
        "http://localhost/callback",
        hosts=Hosts(
            api=simulator.base_url,
            authorize=simulator.authorize_url,
            token=simulator.token_url,
            revoke=simulator.revoke_url,
        ),
    )


def tokens_of(simulator: AccountingSimulator) -> MemoryTokens:
    """Return a store in which the simulator's user has signed in."""
    now = dt.datetime.now(dt.UTC)
    grant = Grant(
        access_token=Secret(simulator.access_token),
        refresh_token=Secret(simulator.refresh_token),
        issued_at=now,
        # A token that is older than this is refused once, and renewed then.
        expires_at=now + _LIFE,
    )
    tokens = MemoryTokens()
    tokens.save(app_of(simulator).token_name(), grant.to_text())
    return tokens


def write_profile(
    folder: str | os.PathLike[str],
    simulator: AccountingSimulator,
    *,
    name: str = "main",
    settings: str = "",
) -> Path:
    """Write a `sage_connect.toml` for a simulated business, whose user is signed in.

    The profile's tokens stand in `tokens/` beside the file.

    Args:
        folder: Where; it is there.
        simulator: Running.
        name: What follows "accounting:".
        settings: Further lines of the table, in TOML.

    Returns:
        The path of the file.
    """
    app, place = app_of(simulator), Path(folder)
    lines = [
        f'["accounting:{name}"]',
        f'client_id = "{app.client_id}"',
        f'client_secret = "{app.client_secret.reveal()}"',
        f'redirect_uri = "{app.redirect_uri}"',
        'tokens = "tokens"',
        settings,
        f'["accounting:{name}".hosts]',
        *(f'{name} = "{url}"' for name, url in attrs.asdict(app.hosts).items()),
    ]
    path = place / "sage_connect.toml"
    path.write_text("\n".join(lines), "utf-8")
    signed_in = tokens_of(simulator).load(app.token_name())
    FileTokens(str(place / "tokens")).save(app.token_name(), signed_in or Secret(""))
    return path


class SimulatedAccounting(SageAccounting):
    """`SageAccounting` on a simulator that the ledger owns: closing it stops both.

    Args:
        simulator: Started; its user has signed in.
        settings: How it is posted to.

    Attributes:
        simulator: The same.
    """

    def __init__(
        self, simulator: AccountingSimulator, settings: AccountingSettings | None = None
    ) -> None:
        tokens = tokens_of(simulator)
        super().__init__(app_of(simulator), tokens, simulator.business_id, settings)
        self.simulator: AccountingSimulator = simulator

    @override
    def close(self) -> None:
        """Stop the simulator too. May be called twice."""
        super().close()
        self.simulator.close()


class AsyncSimulatedAccounting(AsyncSageAccounting):
    """`SimulatedAccounting` for an event loop.

    Args:
        simulator: Started; its user has signed in.
        settings: How it is posted to.

    Attributes:
        simulator: The same.
    """

    def __init__(
        self, simulator: AccountingSimulator, settings: AccountingSettings | None = None
    ) -> None:
        tokens = tokens_of(simulator)
        super().__init__(app_of(simulator), tokens, simulator.business_id, settings)
        self.simulator: AccountingSimulator = simulator

    @override
    def aclose(self) -> Awaitable[None]:
        """Stop the simulator too. May be called twice."""
        self.simulator.close()
        return super().aclose()


def credentials_of(simulator: IntacctSimulator) -> Credentials:
    """Return those of the simulator's user."""
    options = simulator.options
    return Credentials(
        sender_id=options.sender_id,
        sender_password=options.sender_password,
        company_id=options.company_id,
        user_id=options.user_id,
        user_password=options.user_password,
    )


def write_intacct_profile(
    folder: str | os.PathLike[str],
    simulator: IntacctSimulator,
    *,
    name: str = "main",
    settings: str = "",
) -> Path:
    """Write a `sage_connect.toml` for a simulated company.

    Args:
        folder: Where; it is there.
        simulator: Running.
        name: What follows "intacct:".
        settings: Further lines of the table, in TOML.

    Returns:
        The path of the file.
    """
    given = credentials_of(simulator)
    lines = [
        f'["intacct:{name}"]',
        f'gateway = "{simulator.endpoint}"',
        f'sender_id = "{given.sender_id}"',
        f'sender_password = "{given.sender_password.reveal()}"',
        f'company_id = "{given.company_id}"',
        f'user_id = "{given.user_id}"',
        f'user_password = "{given.user_password.reveal()}"',
        settings,
    ]
    path = Path(folder) / "sage_connect.toml"
    path.write_text("\n".join(lines), "utf-8")
    return path


class SimulatedIntacct(SageIntacct):
    """`SageIntacct` on a simulator that the ledger owns: closing it stops both.

    Args:
        simulator: Started.
        settings: How it is posted to.

    Attributes:
        simulator: The same.
    """

    def __init__(
        self, simulator: IntacctSimulator, settings: IntacctSettings | None = None
    ) -> None:
        given = credentials_of(simulator)
        super().__init__(given, settings, gateway=simulator.endpoint)
        self.simulator: IntacctSimulator = simulator

    @override
    def close(self) -> None:
        """Stop the simulator too. May be called twice."""
        super().close()
        self.simulator.close()


class AsyncSimulatedIntacct(AsyncSageIntacct):
    """`SimulatedIntacct` for an event loop.

    Args:
        simulator: Started.
        settings: How it is posted to.

    Attributes:
        simulator: The same.
    """

    def __init__(
        self, simulator: IntacctSimulator, settings: IntacctSettings | None = None
    ) -> None:
        given = credentials_of(simulator)
        super().__init__(given, settings, gateway=simulator.endpoint)
        self.simulator: IntacctSimulator = simulator

    @override
    def aclose(self) -> Awaitable[None]:
        """Stop the simulator too. May be called twice."""
        self.simulator.close()
        return super().aclose()

"""A ledger on a simulator of its own, which goes when the ledger is closed."""

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
from ..plan import Secret
from .accounting import AccountingSimulator

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

"""A business in the simulator, and ledgers that are connected to it."""

import json
from typing import Any

from sage_connect.accounting import (
    AccountingSettings,
    App,
    AsyncSageAccounting,
    Hosts,
    SageAccounting,
)
from sage_connect.accounting.pace import Limits
from sage_connect.accounting.service import Patience
from sage_connect.plan import Secret
from sage_connect.testing.accounting import AccountingSimulator

IMPATIENT = Limits(probe_every=0.05)
"""A business that fails is tried again at once."""

QUICK = Patience(delays=(0.01, 0.02, 0.04), throttled=0.01)
"""Repeats without waiting."""


def app_of(simulator: AccountingSimulator) -> App:
    """Return the app that the simulator knows."""
    return App(
        client_id=simulator.client_id,
        client_secret=simulator.client_secret,
        hosts=Hosts(
            api=simulator.base_url,
            authorize=simulator.authorize_url,
            token=simulator.token_url,
            revoke=simulator.revoke_url,
        ),
    )


def connected(
    simulator: AccountingSimulator, settings: AccountingSettings | None = None
) -> SageAccounting:
    """Return a blocking ledger on the simulator's business."""
    return SageAccounting(
        app_of(simulator),
        Secret(simulator.access_token),
        simulator.business_id,
        settings,
        patience=QUICK,
        limits=IMPATIENT,
    )


def connected_async(
    simulator: AccountingSimulator, settings: AccountingSettings | None = None
) -> AsyncSageAccounting:
    """Return an awaiting ledger on the simulator's business."""
    return AsyncSageAccounting(
        app_of(simulator),
        Secret(simulator.access_token),
        simulator.business_id,
        settings,
        patience=QUICK,
        limits=IMPATIENT,
    )


def created(simulator: AccountingSimulator) -> bytes:
    """Return everything that was created by a request, as a preview shows it."""
    lines: list[str] = []
    for call in simulator.calls:
        if call.method == "POST" and call.status == 201:
            sent: dict[str, Any] = json.loads(call.body)
            lines.append(json.dumps({"POST": call.path, "body": sent}, ensure_ascii=False))
    return "".join(f"{line}\n" for line in lines).encode()

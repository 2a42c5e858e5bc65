"""A company in the simulator, and ledgers that are connected to it."""

from sage_connect.intacct import (
    AsyncSageIntacct,
    Credentials,
    IntacctSettings,
    Limits,
    Patience,
    SageIntacct,
)
from sage_connect.intacct.settings import Accounts
from sage_connect.testing.intacct import IntacctSimulator

QUICK = Patience(
    delays=(0.01, 0.02, 0.04),
    lost=(0.01, 0.02, 0.04),
    cut=(0.01, 0.02),
    throttled=0.01,
)
"""Repeats without waiting."""

IMPATIENT = Limits(concurrent=50, failures=1000, probe_every=0.01)
"""As many requests as there are."""

SETTINGS = IntacctSettings(
    bank_account="BANK",
    customer_term="N30",
    supplier_term="N30",
    attachments_folder="Attachments",
    accounts=Accounts(
        sales="4000",
        purchases="5000",
        shipping="4905",
        adjustments="4900",
        advances="1105",
    ),
)


def credentials_of(simulator: IntacctSimulator) -> Credentials:
    """Return those of the simulator's user."""
    said = simulator.ready_line()
    return Credentials(
        sender_id=said["sender_id"],
        sender_password=said["sender_password"],
        company_id=said["company_id"],
        user_id=said["user_id"],
        user_password=said["user_password"],
    )


def connected(
    simulator: IntacctSimulator,
    settings: IntacctSettings = SETTINGS,
    *,
    gateway: str = "",
) -> SageIntacct:
    """Return a blocking ledger on the simulator's company."""
    return SageIntacct(
        credentials_of(simulator),
        settings,
        gateway=gateway or simulator.endpoint,
        patience=QUICK,
        limits=IMPATIENT,
    )


def connected_async(
    simulator: IntacctSimulator, settings: IntacctSettings = SETTINGS
) -> AsyncSageIntacct:
    """Return an awaiting ledger on the simulator's company."""
    return AsyncSageIntacct(
        credentials_of(simulator),
        settings,
        gateway=simulator.endpoint,
        patience=QUICK,
        limits=IMPATIENT,
    )

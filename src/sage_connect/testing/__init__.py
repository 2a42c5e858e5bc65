"""What tests of an accounting application need (extra `testing`); public, and lazy."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .accounting import AccountingSimulator as AccountingSimulator
    from .contract import LedgerContract as LedgerContract
    from .filling import Filled as Filled, filled as filled
    from .intacct import IntacctSimulator as IntacctSimulator
    from .memory import AsyncMemoryLedger as AsyncMemoryLedger, MemoryLedger as MemoryLedger
    from .scripted import (
        AsyncScriptedDriver as AsyncScriptedDriver,
        ScriptedDriver as ScriptedDriver,
    )
    from .simulated import (
        AsyncSimulatedAccounting as AsyncSimulatedAccounting,
        AsyncSimulatedIntacct as AsyncSimulatedIntacct,
        SimulatedAccounting as SimulatedAccounting,
        SimulatedIntacct as SimulatedIntacct,
    )
else:
    from .._lazy import attach

    __getattr__, __dir__ = attach(
        __name__,
        {
            "accounting": ("AccountingSimulator",),
            "contract": ("LedgerContract",),
            "filling": ("Filled", "filled"),
            "intacct": ("IntacctSimulator",),
            "memory": ("AsyncMemoryLedger", "MemoryLedger"),
            "scripted": ("AsyncScriptedDriver", "ScriptedDriver"),
            "simulated": (
                *("AsyncSimulatedAccounting", "AsyncSimulatedIntacct"),
                *("SimulatedAccounting", "SimulatedIntacct"),
            ),
        },
    )

__all__ = (
    "AccountingSimulator",
    "AsyncMemoryLedger",
    "AsyncScriptedDriver",
    "AsyncSimulatedAccounting",
    "AsyncSimulatedIntacct",
    "Filled",
    "IntacctSimulator",
    "LedgerContract",
    "MemoryLedger",
    "ScriptedDriver",
    "SimulatedAccounting",
    "SimulatedIntacct",
    "filled",
)

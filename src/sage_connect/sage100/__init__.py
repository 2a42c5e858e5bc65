"""Sage 100 Comptabilité (France), by import file."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .client import AsyncSage100 as AsyncSage100, Sage100 as Sage100
    from .deferral import deferral_entries as deferral_entries
    from .settings import Sage100Settings as Sage100Settings
else:
    from .._lazy import attach

    __getattr__, __dir__ = attach(
        __name__,
        {
            "client": ("AsyncSage100", "Sage100"),
            "deferral": ("deferral_entries",),
            "settings": ("Sage100Settings",),
        },
    )

__all__ = ("AsyncSage100", "Sage100", "Sage100Settings", "deferral_entries")

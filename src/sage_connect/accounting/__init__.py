"""Sage Accounting v3.1, by REST."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .acts.offsetting import SetOff as SetOff
    from .acts.payments import Move as Move, Moved as Moved
    from .acts.settled import Allocated as Allocated, AllocatedBy as AllocatedBy
    from .client import (
        AsyncSageAccounting as AsyncSageAccounting,
        AsyncSignIn as AsyncSignIn,
        SageAccounting as SageAccounting,
        SignIn as SignIn,
    )
    from .profile import AccountingProfile as AccountingProfile
    from .session import App as App, Hosts as Hosts
    from .settings import AccountingSettings as AccountingSettings
else:
    from .._lazy import attach

    __getattr__, __dir__ = attach(
        __name__,
        {
            "acts.offsetting": ("SetOff",),
            "acts.payments": ("Move", "Moved"),
            "acts.settled": ("Allocated", "AllocatedBy"),
            "client": ("AsyncSageAccounting", "AsyncSignIn", "SageAccounting", "SignIn"),
            "profile": ("AccountingProfile",),
            "session": ("App", "Hosts"),
            "settings": ("AccountingSettings",),
        },
    )

__all__ = (
    "AccountingProfile",
    "AccountingSettings",
    "Allocated",
    "AllocatedBy",
    "App",
    "AsyncSageAccounting",
    "AsyncSignIn",
    "Hosts",
    "Move",
    "Moved",
    "SageAccounting",
    "SetOff",
    "SignIn",
)

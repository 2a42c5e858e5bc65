"""Sage Accounting v3.1, by REST."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
            "client": ("AsyncSageAccounting", "AsyncSignIn", "SageAccounting", "SignIn"),
            "profile": ("AccountingProfile",),
            "session": ("App", "Hosts"),
            "settings": ("AccountingSettings",),
        },
    )

__all__ = (
    "AccountingProfile",
    "AccountingSettings",
    "App",
    "AsyncSageAccounting",
    "AsyncSignIn",
    "Hosts",
    "SageAccounting",
    "SignIn",
)

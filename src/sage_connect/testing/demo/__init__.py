"""An invented company, ATELIER DÉMO SARL, and a month of its books.

Chart, parties and figures are ours. Account numbers follow the French general chart
(PCG), VAT rates the law; the rest is free in Sage and made up.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .books import cases as cases, month as month
    from .company import (
        export_bytes as export_bytes,
        settings as settings,
        settings_toml as settings_toml,
    )
    from .faults import Faulty as Faulty, faulty as faulty
    from .opened import (
        DemoSage100 as DemoSage100,
        opened_accounting as opened_accounting,
        opened_intacct as opened_intacct,
        opened_sage100 as opened_sage100,
    )
else:
    from ..._lazy import attach

    __getattr__, __dir__ = attach(
        __name__,
        {
            "books": ("cases", "month"),
            "company": ("export_bytes", "settings", "settings_toml"),
            "faults": ("Faulty", "faulty"),
            "opened": (
                "DemoSage100",
                "opened_accounting",
                "opened_intacct",
                "opened_sage100",
            ),
        },
    )

__all__ = (
    "DemoSage100",
    "Faulty",
    "cases",
    "export_bytes",
    "faulty",
    "month",
    "opened_accounting",
    "opened_intacct",
    "opened_sage100",
    "settings",
    "settings_toml",
)

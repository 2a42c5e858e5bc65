"""What all rules of Sage Accounting share."""

from typing import Final

from ...model import DimensionValue, Item
from ...validation import Case
from ..resolve import BOOKED, CONTACTS, base_currency
from ..settings import AccountingSettings

HOME: Final = "sage_connect.accounting"
PRODUCTS: Final = ("accounting",)

TAKEN: Final = (*BOOKED, *CONTACTS, Item, DimensionValue)
"""Everything that is written."""

NOTHING: Final = "\u2013"
"""What a sentence shows where there is no value."""

_DEFAULTS: Final = AccountingSettings()
_SHOWN: Final = 10


def settings_of(case: Case) -> AccountingSettings:
    """Return the settings of the check, or the defaults where it has none."""
    settings: AccountingSettings | None = case.settings
    return _DEFAULTS if settings is None else settings


def is_foreign(currency: str, case: Case) -> bool:
    """Return whether `currency` is known to be another than that of the books."""
    base = base_currency(case.reference)
    return bool(base and currency) and currency != base


def shown(names: frozenset[str]) -> str:
    """Return the first of `names` as text for a sentence."""
    known = sorted(names)
    listed = ", ".join(known[:_SHOWN])
    return (f"{listed} …" if len(known) > _SHOWN else listed) or NOTHING

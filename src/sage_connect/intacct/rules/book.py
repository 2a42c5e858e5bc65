"""What all rules of Sage Intacct share."""

from collections.abc import Iterable, Mapping
from typing import Final

from ...model import Customer, DimensionValue, Item, Party
from ...validation import Case
from ..resolve import BOOKED, PARTIES, base_currency
from ..settings import IntacctSettings

HOME: Final = "sage_connect.intacct"
PRODUCTS: Final = ("intacct",)

TAKEN: Final = (*BOOKED, *PARTIES, Item, DimensionValue)
"""Everything that is written."""

NOTHING: Final = "\u2013"
"""What a sentence shows where there is no value."""

_DEFAULTS: Final = IntacctSettings()
_SHOWN: Final = 10


def settings_of(case: Case) -> IntacctSettings:
    """Return the settings of the check, or the defaults where it has none."""
    settings: IntacctSettings | None = case.settings
    return _DEFAULTS if settings is None else settings


def is_foreign(currency: str, case: Case) -> bool:
    """Return whether `currency` is known to be another than that of the books."""
    base = base_currency(case.reference)
    return bool(base and currency) and currency != base


def shown(names: Iterable[str]) -> str:
    """Return the first of `names` as text for a sentence."""
    known = sorted(names)
    listed = ", ".join(known[:_SHOWN])
    return (f"{listed} …" if len(known) > _SHOWN else listed) or NOTHING


def folded(code: str) -> str:
    """Return a code without case and blanks, to find what only looks different."""
    return "".join(code.split()).casefold()


def existing(party: Party, case: Case) -> Party | None:
    """Return the party of this type and id that the company has; None for none.

    A batch's own parties may be in the reference too, for the documents' sake.
    """
    reference = case.reference
    known: Mapping[str, Party] | None
    known = reference.customers if isinstance(party, Customer) else reference.suppliers
    found = (known or {}).get(party.code)
    return None if found is party else found

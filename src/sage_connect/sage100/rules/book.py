"""What the rules ask of a document and of the company."""

import difflib
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice
from typing import Final

from ...model import (
    Customer,
    DimensionValue,
    Supplier,
)
from ...validation import Case
from .. import resolve
from ..resolve import BOOKED
from ..settings import Sage100Settings
from ..wire.values import encodable

HOME: Final = "sage_connect.sage100"
PRODUCTS: Final = ("sage100",)

THIRD_PARTIES: Final = (Customer, Supplier)
TAKEN: Final = (*BOOKED, *THIRD_PARTIES, DimensionValue)
"""Everything that is written."""

NOTHING: Final = "\u2013"
"""What a sentence shows where there is no value."""

_DEFAULTS: Final = Sage100Settings()
_NEAREST: Final = 3
# Comparing is slow: of a chart of thousands, only texts that begin alike are compared.
_COMPARED: Final = 100


@lru_cache(maxsize=1024)
def is_code(code: str, longest: int) -> bool:
    """Return whether Sage can hold `code`: upper case, no blanks around, not too long."""
    return (
        0 < len(code) <= longest
        and code == code.strip()
        and code == code.upper()
        and code.isprintable()
        and encodable(code)
    )


def settings_of(case: Case) -> Sage100Settings:
    """Return the settings of the check, or the defaults where it has none."""
    settings: Sage100Settings | None = case.settings
    return _DEFAULTS if settings is None else settings


def option(case: Case, name: str) -> str:
    """Return an option of the company in Sage's own words; "" where no export tells."""
    return resolve.option(name, case.reference)


def forbids_dormant(case: Case) -> bool:
    """Return whether dormant elements may not be used; so too where no export tells."""
    return option(case, "forbid_dormant") != "0"


def plain(text: str) -> str:
    """Return `text` without case, accents and blanks around, for comparison."""
    if text.isascii():
        return text.strip().casefold()
    decomposed = unicodedata.normalize("NFKD", text)
    letters = "".join(one for one in decomposed if not unicodedata.combining(one))
    return letters.strip().casefold()


def nearest(wanted: str, names: Iterable[str]) -> str:
    """Return the few of `names` that look most like `wanted`, as text for a sentence."""
    known = list(names)
    if len(known) > _COMPARED:
        start = plain(wanted)[:2]
        known = list(islice((one for one in known if plain(one)[:2] == start), _COMPARED))
    by_plain = {plain(one): one for one in known}
    close = difflib.get_close_matches(plain(wanted), by_plain, _NEAREST, 0.5)
    return ", ".join(by_plain[one] for one in close) or NOTHING


def shown(names: Iterable[str]) -> str:
    """Return the first of `names` as text for a sentence."""
    known = list(names)
    listed = ", ".join(known[:10])
    return (f"{listed} …" if len(known) > 10 else listed) or NOTHING  # noqa: PLR2004 - as above

"""Which extras of the package, that rules may need, are installed."""

from functools import cache
from importlib.util import find_spec
from typing import Final

EXTRAS: Final = {"taxid": "stdnum"}
"""The module that each brings."""


@cache
def installed(extra: str) -> bool:
    """Return whether an extra's module can be imported; it is not imported here."""
    return find_spec(EXTRAS[extra]) is not None

"""The shape of a fixture of a rule."""

from typing import NamedTuple

from sage_connect.model import Reference
from sage_connect.sage100.settings import Sage100Settings

from .company import INVOICE, REFERENCE, SETTINGS


class Fixture(NamedTuple):
    """What a rule refuses, and what it lets pass."""

    code: str
    path: str
    bad: object
    settings: Sage100Settings = SETTINGS
    reference: Reference = REFERENCE
    good: object = INVOICE
    good_settings: Sage100Settings = SETTINGS
    good_reference: Reference = REFERENCE

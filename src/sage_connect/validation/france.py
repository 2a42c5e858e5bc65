"""Rules on French registration and VAT numbers: their shape and check digits."""

import re
from typing import Final

from ..model import Customer, Supplier
from .finding import Fault, Mark, Severity, fault
from .registry import Case, RuleBook

FRANCE: Final = RuleBook("sage_connect.validation")

_SIRET: Final = re.compile(r"\d{14}", re.ASCII)
_VAT: Final = re.compile(r"FR[0-9A-HJ-NP-Z]{2}\d{9}", re.ASCII)
_LA_POSTE: Final = "356000000"


@FRANCE.rule(
    "SC-FR-SIRET",
    on=(Customer, Supplier),
    source="insee#siret",
    mark=Mark.DOCUMENTED,
    severity=Severity.WARNING,
    countries=("FR",),
)
def siret_is_possible(party: Customer | Supplier, _case: Case) -> Fault | None:
    """A French registration number is a SIRET of 14 digits with a right check digit."""
    abroad = party.address is not None and party.address.country.upper() not in {"", "FR"}
    if not party.registration or abroad:
        return None
    digits = party.registration.replace(" ", "")
    if _SIRET.fullmatch(digits) and _siret_adds_up(digits):
        return None
    return fault("/registration", registration=party.registration)


def _siret_adds_up(digits: str) -> bool:
    # The post office ran out of Luhn numbers: its digits add up to a multiple of five.
    if digits.startswith(_LA_POSTE) and sum(map(int, digits)) % 5 == 0:
        return True
    doubled = [int(one) * (1 + at % 2) for at, one in enumerate(reversed(digits))]
    return sum(one // 10 + one % 10 for one in doubled) % 10 == 0


@FRANCE.rule(
    "SC-FR-VAT",
    on=(Customer, Supplier),
    source="dgfip#vat-number",
    mark=Mark.DOCUMENTED,
    severity=Severity.WARNING,
)
def vat_number_is_possible(party: Customer | Supplier, _case: Case) -> Fault | None:
    """A French VAT number is FR, a key of two, and the SIREN that the key is made of."""
    number = party.tax_number.replace(" ", "").upper()
    if not number.startswith("FR"):
        return None
    if _VAT.fullmatch(number) and _key_fits(number[2:4], number[4:]):
        return None
    return fault("/tax_number", number=party.tax_number)


def _key_fits(key: str, siren: str) -> bool:
    # Keys with a letter follow another formula, which leaves room for errors: not judged.
    return not key.isdigit() or int(key) == (12 + 3 * (int(siren) % 97)) % 97

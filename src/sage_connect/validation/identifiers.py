"""Whether a tax number, an IBAN or a BIC can be right, told by its check digits, offline.

The sums are python-stdnum's (the extra `taxid`), imported when the first number is judged.
"""

import enum
import re
import unicodedata
from collections.abc import Callable
from importlib import import_module
from typing import Any, Final, TypeAlias

import attrs

from ..errors import ConfigurationError
from . import text
from .extras import installed
from .schemes import BIC, IBAN, SCHEMES, IdKind, Scheme, country_of, origin_of

# No number of the table comes near it; whoever pastes a page gets an answer at once.
_LONGEST: Final = 64
# Whatever people set numbers apart with. Other signs stay: Mexican numbers hold & and Ñ.
_SEPARATORS: Final = re.compile(r"[\s./\-\u2010-\u2015\u2212]")


class IdFault(enum.StrEnum):
    """Why a number is not taken."""

    CHECKSUM = "checksum"
    """Its check digits do not follow from the rest: a slip of the pen."""
    COMPONENT = "component"
    """A part of it cannot be: a date, a region, a kind of taxpayer."""
    LENGTH = "length"
    """It is too long or too short."""
    FORMAT = "format"
    """Signs stand where others belong."""
    COUNTRY = "country"
    """It is a good number of another country."""
    NO_SCHEME = "no_scheme"
    """Nothing is known of such numbers there: neither right nor wrong."""
    NOT_REGISTERED = "not_registered"
    """It can be right, but the caller's own look-up does not know it."""


# Which of several schemes came closest: the one that got as far as the check digits.
_NEARNESS: Final = (*(IdFault.FORMAT, IdFault.LENGTH, IdFault.COMPONENT, IdFault.CHECKSUM),)


@attrs.frozen(kw_only=True)
class Identifier:
    """What is known of a number after it was judged.

    Attributes:
        value: As it was given.
        country: ISO 3166 code of the country that it was judged by; "" for none.
        kind: What it is for; None when no scheme was found.
        name: What such a number is called: "SIRET", "IBAN", "VAT"; "" for none. Of a number
            that is not taken, the scheme that it comes closest to.
        number: Its normal form, without blanks and signs between, with its prefix if it has
            one: what to store and to send. "" when it is not a number of any scheme.
        fault: Why it is not taken; None when it can be right.
        example: A number of that kind, to show its form.
        belongs_to: The other country, when that is the fault.
        registered: What the caller's own look-up said; None when it was not asked, or could
            not tell.
    """

    value: str
    country: str = ""
    kind: IdKind | None = None
    name: str = ""
    number: str = ""
    fault: IdFault | None = None
    example: str = ""
    belongs_to: str = ""
    registered: bool | None = None

    @property
    def valid(self) -> bool:
        """True when the number can be right. Check digits find slips, not inventions."""
        return self.fault is None

    @property
    def judged(self) -> bool:
        """False when nothing is known of such numbers, so that none is right or wrong."""
        return self.fault is not IdFault.NO_SCHEME

    def why(self, language: str = "en") -> str:
        """Return why it is not taken, in "en" or "fr"; "" when it is."""
        return text.word(f"id_{self.fault}", language) if self.fault else ""


Lookup: TypeAlias = Callable[[Identifier], bool | None]
"""The caller's look-up of a valid number: True, False, or None when it could not tell."""


def tax_id(
    country: str, value: str, *, kind: IdKind | None = None, lookup: Lookup | None = None
) -> Identifier:
    """Judge a VAT, tax or registration number by its form and its check digits, offline.

    A number that begins with the prefix of another country's VAT numbers is told as that
    country's (`IdFault.COUNTRY` when it is a good one). Without a country only the prefix
    decides.

    ```python
    >>> tax_id("FR", "732 829 320 00074").number
    '73282932000074'
    >>> tax_id("DE", "DE 129273399").fault
    <IdFault.CHECKSUM: 'checksum'>

    ```

    Args:
        country: ISO 3166 two-letter code, in either case; EL, UK and XI are known too.
            "" when it is not known.
        value: The number, with or without prefix, blanks, dots and dashes.
        kind: What it has to be; None for any that the country gives out.
        lookup: Asked about a number that can be right, such as a call of the European
            VIES: all contact with a register is the caller's own. What it raises is raised.

    Raises:
        ConfigurationError: python-stdnum is not installed.
    """
    _require()
    home = country_of(country)
    compact = _compact(value)
    found = _best(home, value, compact, kind)
    origin = origin_of(compact)
    if not found.valid and origin not in {"", home} and kind in {None, IdKind.VAT}:
        there = _best(origin, value, compact, IdKind.VAT)
        if home in SCHEMES and there.valid:
            there = attrs.evolve(
                there, country=home, fault=IdFault.COUNTRY, belongs_to=origin
            )
        found = there
    return _looked_up(found, lookup)


def iban(value: str, *, lookup: Lookup | None = None) -> Identifier:
    """Judge an international account number; its country is the one that it begins with.

    Args:
        value: The number, with or without blanks.
        lookup: As of `tax_id`.

    Raises:
        ConfigurationError: python-stdnum is not installed.
    """
    _require()
    # Their lists of banks grow old: what a state adds to the check digits is left out.
    found = _judged(IBAN, value, _compact(value), check_country=False)
    return _looked_up(attrs.evolve(found, country=found.number[:2]), lookup)


def bic(value: str, *, lookup: Lookup | None = None) -> Identifier:
    """Judge the form of a bank identifier (SWIFT), which has no check digit.

    Args:
        value: The identifier: eight or eleven characters.
        lookup: As of `tax_id`.

    Raises:
        ConfigurationError: python-stdnum is not installed.
    """
    _require()
    found = _judged(BIC, value, _compact(value))
    return _looked_up(attrs.evolve(found, country=found.number[4:6]), lookup)


def _compact(value: str) -> str:
    # Of more than any number has, enough is kept to be too long.
    known = unicodedata.normalize("NFKC", value[: 2 * _LONGEST])
    return _SEPARATORS.sub("", known).upper()


def _require() -> None:
    if not installed("taxid"):
        raise ConfigurationError(
            "numbers are judged by python-stdnum, which is not installed",
            fix='Install it with: pip install "sage-connect[taxid]"',
        )


def _best(country: str, value: str, compact: str, kind: IdKind | None) -> Identifier:
    best = Identifier(value=value, country=country, fault=IdFault.NO_SCHEME)
    nearest = (False, -1)

    # What begins like a VAT number was meant to be one.
    def meant(scheme: Scheme) -> bool:
        return bool(scheme.prefix) and compact.startswith(scheme.prefix)

    for scheme in sorted(SCHEMES.get(country, ()), key=meant, reverse=True):
        if kind is not None and scheme.kind is not kind:
            continue
        found = _judged(scheme, value, compact)
        if found.fault is None:
            return found
        near = (meant(scheme), _NEARNESS.index(found.fault))
        if near > nearest:
            best, nearest = found, near
    return best


def _judged(scheme: Scheme, value: str, compact: str, **options: bool) -> Identifier:
    number, fault = compact, None
    if len(compact) > _LONGEST:
        fault = IdFault.LENGTH
    elif scheme.pattern and not re.fullmatch(scheme.pattern, compact, re.ASCII):
        fault = IdFault.FORMAT
    elif scheme.module:
        number, fault = _asked(scheme.module, compact, options)
    if fault is None and scheme.prefix not in {"", number[:2]}:
        number = scheme.prefix + number
    return Identifier(
        value=value,
        country=scheme.country,
        kind=scheme.kind,
        name=scheme.name,
        number="" if fault else number,
        fault=fault,
        example=scheme.example,
    )


def _asked(
    module: str, compact: str, options: dict[str, bool]
) -> tuple[str, IdFault | None]:
    faults: Any = import_module("stdnum.exceptions")
    check: Any = import_module(f"stdnum.{module}")
    try:
        return _compact(str(check.validate(compact, **options))), None
    except faults.InvalidChecksum:
        return "", IdFault.CHECKSUM
    except faults.InvalidLength:
        return "", IdFault.LENGTH
    except faults.InvalidComponent:
        return "", IdFault.COMPONENT
    except (ValueError, LookupError):
        # Their refusals of a form are ValueErrors, and so is what `int` says of a letter.
        return "", IdFault.FORMAT


def _looked_up(found: Identifier, lookup: Lookup | None) -> Identifier:
    if lookup is None or not found.valid:
        return found
    answer = lookup(found)
    fault = IdFault.NOT_REGISTERED if answer is False else None
    return attrs.evolve(found, registered=answer, fault=fault)

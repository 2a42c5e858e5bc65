"""How numbers stand on the wire, and how they are rounded."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

ZERO: Final = Decimal(0)
_CENT: Final = Decimal("0.01")
# Reference rates carry up to ten decimals (seen in production).
_RATE: Final = Decimal("0.0000000001")


def number(value: Any) -> Decimal:
    """Return a number of a record or a request; nothing is zero."""
    return ZERO if value is None else Decimal(value)


def text(value: Decimal) -> str:
    """Return a number as replies write it: "110.0", "9.83", "0.0".

    Decimal text with as many digits as there are, at least one after the point (Sage's
    invoicing guide, documented).
    """
    if not value:
        return "0.0"
    plain = f"{value:f}"
    if "." not in plain:
        return f"{plain}.0"
    plain = plain.rstrip("0")
    return f"{plain}0" if plain.endswith(".") else plain


def money(value: Decimal) -> Decimal:
    """Return an amount to the cent: money has two places (Sage's invoicing guide)."""
    return value.quantize(_CENT, ROUND_HALF_UP)


def amount(value: Decimal) -> str:
    """Return an amount to the cent, as replies write it."""
    return text(money(value))


def rate(value: Decimal) -> Decimal:
    """Return an exchange rate to ten places."""
    return value.quantize(_RATE, ROUND_HALF_UP)


def cents(value: Decimal) -> int:
    """Return an amount in the hundredth part."""
    return int(money(value) * 100)


def from_cents(value: int) -> Decimal:
    """Return the amount that is so many hundredth parts."""
    return Decimal(value) / 100

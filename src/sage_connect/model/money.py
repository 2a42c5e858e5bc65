"""Exact amounts, and the only arithmetic that may round or divide them."""

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Final, Self

import attrs

from . import fields

# ISO 4217: active codes by the number of digits of their minor unit.
_DIGITS: Final[dict[int, str]] = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN "
    "BWP "
    "BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR "
    "FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR "
    "KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV "
    "MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR "
    "SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH "
    "USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
MINOR_UNITS: Final[dict[str, int]] = {
    code: digits for digits, codes in _DIGITS.items() for code in codes.split()
}
# An unknown currency is a finding of the rules; until then it counts in hundredths.
_USUAL_DIGITS: Final = 2
_QUANTA: Final = {digits: Decimal(1).scaleb(-digits) for digits in range(7)}
# Wide enough that no amount a rule lets through is ever rounded by the context itself.
WIDE: Final = Context(prec=60, rounding=ROUND_HALF_UP)


@attrs.frozen(order=False)
class Money:
    """An exact amount of one currency, as results carry it.

    Attributes:
        amount: Signed, in major units: `Decimal("12.50")` is twelve euros fifty.
            Never rounded here.
        currency: ISO 4217 code.
    """

    amount: Decimal = attrs.field(converter=fields.exact, validator=fields.is_number)
    currency: str = attrs.field(validator=attrs.validators.matches_re(r"[A-Z]{3}"))

    def __add__(self, other: Self) -> Self:
        return attrs.evolve(self, amount=self.amount + self._same(other).amount)

    def __sub__(self, other: Self) -> Self:
        return attrs.evolve(self, amount=self.amount - self._same(other).amount)

    def __neg__(self) -> Self:
        return attrs.evolve(self, amount=-self.amount)

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    def _same(self, other: Self) -> Self:
        if other.currency != self.currency:
            raise ValueError(f"cannot add or subtract {other.currency} and {self.currency}")
        return other


def minor_unit(currency: str) -> Decimal:
    """Return the smallest amount of `currency`: 0.01 for EUR, 1 for JPY, 0.001 for TND."""
    return _QUANTA[MINOR_UNITS.get(currency, _USUAL_DIGITS)]


def quantum(digits: int) -> Decimal:
    """Return one unit of the last of `digits` decimal places (0 to 6)."""
    return _QUANTA[digits]


def round_half_up(amount: Decimal, unit: Decimal) -> Decimal:
    """Return `amount` in whole `unit`s, halves away from zero: 2.675 is 2.68."""
    return amount.quantize(unit, ROUND_HALF_UP, WIDE)


def apportion(
    total: Decimal, weights: Sequence[Decimal], unit: Decimal
) -> tuple[Decimal, ...]:
    """Divide `total` in proportion to `weights`, exactly: the parts always sum to `total`.

    By the largest remainder; among equal remainders the earlier part is served first:
    100.00 in three is 33.34, 33.33, 33.33.

    Args:
        total: In major units, a whole number of `unit`s; either sign.
        weights: Not negative, at least one above zero.
        unit: The smallest part, such as 0.01.

    Raises:
        ValueError: No weight is above zero, one is negative, or `total` is no whole number
            of units.
    """
    with localcontext(WIDE):
        whole = sum(weights, Decimal())
        if whole <= 0 or min(weights) < 0:
            raise ValueError("weights must not be negative, and one must be above zero")
        if total % unit:
            raise ValueError(f"{total} is not a whole number of {unit}")
        # abs() and the sign apart: rounding down must mean the same on both sides of zero.
        size = abs(total)
        if len(weights) == 1:
            return (total,)
        exact = [size * weight / whole for weight in weights]
        parts = [one.quantize(unit, ROUND_DOWN) for one in exact]
        missing = int((size - sum(parts, Decimal())) / unit)
        by_remainder = sorted(range(len(parts)), key=lambda at: parts[at] - exact[at])
        for at in by_remainder[:missing]:
            parts[at] += unit
        return tuple(-part for part in parts) if total < 0 else tuple(parts)

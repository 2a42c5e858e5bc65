"""Amounts, numbers and days as an accountant of the language writes them.

The values of findings are in machine form (plain decimals, ISO dates); only here, when a
sentence is told, do they get the form of a language. What is in neither form is left as it
is: a value may be a word where there is no amount.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

_NUMBER: Final = re.compile(r"([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?", re.ASCII)
_DAY: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
# Of the thousands, and of the decimals. French groups by narrow no-break spaces.
_MARKS: Final = {"en": (",", "."), "fr": ("\u202f", ",")}
_MONTHS: Final = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)
_AMOUNTS: Final = ("amount", "price", "net", "gross", "total", "totalentered")
_DAYS: Final = ("date", "due")
_CENTS: Final = 2
# Python refuses to read much longer numbers; no amount of money is one.
_LONGEST: Final = 400


def amount(value: str, language: str) -> str:
    """Return "1234.5" as "1,234.50" in English and "1 234,50" in French.

    No digit of meaning is lost or added: decimals beyond the cent stay, zeros at their end
    go, and a whole number stays whole, since not every currency has cents.
    """
    return _grouped(value, language, _as_amount)


def number(value: str, language: str) -> str:
    """Return a rate, a quantity or a count: "5.50" as "5.5" in English, "5,5" in French."""
    return _grouped(value, language, _as_number)


def day(value: str, language: str) -> str:
    """Return "2026-12-31" as "31 Dec 2026" in English and "31/12/2026" in French."""
    found = _DAY.fullmatch(value)
    if found is None or not 1 <= int(found[2]) <= len(_MONTHS):
        return value
    if language == "fr":
        return f"{found[3]}/{found[2]}/{found[1]}"
    return f"{int(found[3])} {_MONTHS[int(found[2]) - 1]} {found[1]}"


SPECS: Final[Mapping[str, Callable[[str, str], str]]] = {
    "amount": amount,
    "number": number,
    "date": day,
}
"""What a template may ask for, as in `{gross:amount}`."""


def _grouped(value: str, language: str, decimals_of: Callable[[str], str]) -> str:
    found = _NUMBER.fullmatch(value)
    if found is None:
        return value
    sign, whole, decimals, power = found.groups()
    thousands, point = _MARKS[language]
    if power:
        # Of so many digits that nobody would count them.
        return value.replace(".", point)
    shown = decimals_of(decimals or "")
    grouped = f"{int(whole):,}".replace(",", thousands) if len(whole) <= _LONGEST else whole
    return f"{sign}{grouped}{point}{shown}" if shown else f"{sign}{grouped}"


def _as_amount(decimals: str) -> str:
    if not decimals:
        return ""
    return decimals[:_CENTS].ljust(_CENTS, "0") + decimals[_CENTS:].rstrip("0")


def _as_number(decimals: str) -> str:
    return decimals.rstrip("0")


def form_of(field: str) -> str:
    """Return which of `SPECS` fits the values of a field of this name; "" for none.

    Products name their fields alike: "amount", "TRX_AMOUNT", "invoice_lines/0/unit_price".
    """
    name = field.rpartition("/")[2].lower()
    if name.endswith(_AMOUNTS):
        return "amount"
    return "date" if name.endswith(_DAYS) else ""

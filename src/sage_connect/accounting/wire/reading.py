"""Reading the values of replies, quickly and without ever failing.

A decoder turns the JSON object itself into the namespace of a shape: what is of the
declared kind stays in it, converted; the rest is moved aside and kept as it came. So a
decoder cannot fail, whatever it is given.
"""

import datetime as dt
import json
import re
from decimal import Decimal, InvalidOperation
from typing import Any, Final, NoReturn, TypeAlias

from .shape import BareNumber

Rest: TypeAlias = dict[str, Any] | None
"""What is kept aside; None for nothing."""

_KEPT: Final = 5000
_DIGITS: Final = 40
_ODD_NUMBER: Final = re.compile(
    r"[+-]?(?:[0-9]{1,60}\.?[0-9]{0,60}|\.[0-9]{1,60})(?:[eE][+-]?[0-9]{1,2})?"
)


def parse(body: bytes) -> Any:
    """Return the JSON in `body`; numbers with a point are `BareNumber`.

    UTF-16 and UTF-32 are understood as well; no other character set is.

    Raises:
        ValueError: It is no JSON text, holds NaN or is nested absurdly deep.
    """
    try:
        return json.loads(body, parse_float=BareNumber, parse_constant=_no_number)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no JSON")


def number(text: str) -> Decimal | None:
    """Return the exact number that `text` is the plain spelling of; None for other text."""
    try:
        exact = Decimal(text)
    except InvalidOperation:
        return None
    # Decimal takes " 1 ", "1_000", "NaN" and "1E+9", which are not how Sage writes.
    if str(exact) == text:
        return exact if exact.is_finite() and "E" not in text else None
    if exact.is_finite() and abs(exact.adjusted()) <= _DIGITS and f"{exact:f}" == text:
        # So small that Python would write an exponent.
        return exact
    return None


class _Days(dict[str, dt.date | None]):
    """Texts that are `YYYY-MM-DD`, to the day."""

    def __missing__(self, text: str) -> dt.date | None:
        try:
            found = dt.date.fromisoformat(text)
        except ValueError:
            return None
        if found.isoformat() != text:
            return None
        if len(self) >= _KEPT:
            self.clear()
        self[text] = found
        return found


class _Instants(dict[str, dt.datetime | None]):
    """Texts that are `YYYY-MM-DDThh:mm:ssZ`, to the instant."""

    def __missing__(self, text: str) -> dt.datetime | None:
        found = instant_of(text)
        if found is None or found.isoformat().replace("+00:00", "Z") != text:
            return None
        if len(self) >= _KEPT:
            self.clear()
        self[text] = found
        return found


days: Final = _Days()
instants: Final = _Instants()


def instant_of(text: str) -> dt.datetime | None:
    """Return the instant, in UTC, that an ISO text with a zone names; None for others."""
    try:
        found = dt.datetime.fromisoformat(text)
        return None if found.tzinfo is None else found.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        # An impossible one, or one at the end of time in another zone.
        return None


def unknown(found: dict[str, Any], known: frozenset[str]) -> dict[str, Any]:
    """Take out of `found` what the shape does not declare."""
    return {name: found.pop(name) for name in [*found] if name not in known}


def odd(found: dict[str, Any], name: str, rest: Rest) -> dict[str, Any]:
    """Take out of `found` what is not of its kind; return the rest, with it."""
    kept = {} if rest is None else rest
    kept[name] = found.pop(name)
    return kept


def odd_number(found: dict[str, Any], name: str, rest: Rest) -> Rest:
    """Read a number that is no plain text of one; return the rest.

    A JSON number is one; text in another spelling, such as "+1.50" or "1E+2", is
    understood, and kept beside.
    """
    value = found[name]
    if value.__class__ is BareNumber and abs(value.adjusted()) <= _DIGITS:
        return rest
    if value.__class__ is int and value.bit_length() <= 4 * _DIGITS:
        found[name] = BareNumber(value)
        return rest
    kept = odd(found, name, rest)
    if value.__class__ is str and _ODD_NUMBER.fullmatch(value):
        found[name] = Decimal(value)
    return kept


def odd_instant(found: dict[str, Any], name: str, rest: Rest) -> Rest:
    """Read an instant in another spelling than Sage's, kept beside; return the rest."""
    kept = odd(found, name, rest)
    value = kept[name]
    if value.__class__ is str and (known := instant_of(value)) is not None:
        found[name] = known
    return kept


def are_objects(entries: list[Any]) -> bool:
    """True where each entry is an object."""
    for one in entries:  # noqa: SIM110 - a generator costs more than the list
        if one.__class__ is not dict:
            return False
    return True


def are_texts(entries: list[Any]) -> bool:
    """True where each entry is text."""
    for one in entries:  # noqa: SIM110 - a generator costs more than the list
        if one.__class__ is not str:
            return False
    return True

"""Reading the values of replies, quickly and without ever failing.

A decoder takes from the JSON object what is of the declared kind; the rest stays in it and
is kept as it came. So a decoder cannot fail, whatever it is given.
"""

import datetime as dt
import json
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any, Final, NoReturn, TypeVar

from .shape import BareNumber

T = TypeVar("T")

_KEPT: Final = 5000
_dates = dict[str, dt.date]()
_instants = dict[str, dt.datetime]()


def parse(body: bytes) -> Any:
    """Return the JSON in `body`; numbers with a point are `BareNumber`.

    Raises:
        ValueError: It is no JSON text in UTF-8, holds NaN or is nested absurdly deep.
    """
    try:
        return json.loads(body, parse_float=BareNumber, parse_constant=_no_number)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no JSON")


def setter(shape: type, slot: str) -> Callable[[Any, Any], None]:
    """Return what fills a slot of a new, frozen shape. For decoders alone."""
    fill: Callable[[Any, Any], None] = getattr(shape, slot).__set__
    return fill


def number(found: dict[str, Any], name: str) -> Decimal | None:
    """Take the exact number that text or a JSON number says; None for anything else."""
    value = found[name]
    if value.__class__ is str:
        try:
            exact = Decimal(value)
        except InvalidOperation:
            return None
        # Decimal takes " 1 ", "1_000" and "NaN", which no product means as a number.
        if str(exact) != value or not exact.is_finite():
            return None
    elif value.__class__ is int:
        exact = BareNumber(value)
    elif value.__class__ is BareNumber:
        exact = value
    else:
        return None
    del found[name]
    return exact


def day(found: dict[str, Any], name: str) -> dt.date | None:
    """Take the day that `YYYY-MM-DD` names; None for anything else."""
    value = found[name]
    if value.__class__ is not str:
        return None
    known = _dates.get(value)
    if known is None:
        try:
            known = dt.date.fromisoformat(value)
        except ValueError:
            return None
        if known.isoformat() != value:
            return None
        if len(_dates) >= _KEPT:
            _dates.clear()
        _dates[value] = known
    del found[name]
    return known


def instant(found: dict[str, Any], name: str) -> dt.datetime | None:
    """Take the instant that an ISO text with a zone names; None for anything else.

    A spelling other than `YYYY-MM-DDThh:mm:ssZ` is understood, and kept beside.
    """
    value = found[name]
    if value.__class__ is not str:
        return None
    known = _instants.get(value)
    if known is None:
        try:
            known = dt.datetime.fromisoformat(value)
        except ValueError:
            return None
        if known.tzinfo is None:
            return None
        known = known.astimezone(dt.UTC)
        if known.isoformat().replace("+00:00", "Z") != value:
            return known
        if len(_instants) >= _KEPT:
            _instants.clear()
        _instants[value] = known
    del found[name]
    return known


def many(
    found: dict[str, Any], name: str, decode: Callable[[dict[str, Any]], T]
) -> tuple[T, ...] | None:
    """Take a list of objects, decoded; None where something else stands in it."""
    value: Any = found[name]
    if value.__class__ is not list:
        return None
    for one in value:
        if one.__class__ is not dict:
            return None
    del found[name]
    return tuple(map(decode, value))


def texts(found: dict[str, Any], name: str) -> tuple[str, ...] | None:
    """Take a list of texts; None where something else stands in it."""
    value: Any = found[name]
    if value.__class__ is not list:
        return None
    for one in value:
        if one.__class__ is not str:
            return None
    del found[name]
    return tuple(value)

"""Documents to and from dicts, and the errors that say where one does not fit."""

import datetime as dt
import typing
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final, TypeAlias

import attrs

from ... import model
from ...errors import CodecError
from ..invoice import Amount, Due, Instalment, Percent
from .shapes import (
    Fault,
    Misfit,
    Path,
    Reader,
    Reading,
    Writer,
    entries,
    members,
    misfit,
    plain,
    read_amount,
    read_day,
    unknown,
)

Record: TypeAlias = model.Document | model.MasterData
"""What can be read and written: a document, or master data."""

KINDS: Final[Mapping[str, type[Record]]] = {
    kind.type: kind
    for kind in (*typing.get_args(model.Document), *typing.get_args(model.MasterData))
}
_MOST_FAULTS: Final = 8


@attrs.frozen
class Loaded:
    """What became of one document of a file: a document, or why there is none.

    Attributes:
        index: Position among the documents of the file, from 0.
        line: Line that it begins on, from 1.
        document: The document, or None where it could not be read.
        error: What is wrong with it, every fault with its place; `path` is that of the
            first. None where it was read.
    """

    index: int
    line: int
    document: Record | None = None
    error: CodecError | None = None


def _read_discount(value: object) -> Percent | Amount | None:
    if value is None:
        return None
    wanted = 'a discount as {"percent": "10"} or {"amount": "5.00"}'
    fields = entries(value, wanted)
    if len(fields) != 1:
        raise Misfit([Fault((), f"expected {wanted}, found {len(fields)} fields")])
    ((name, size),) = fields.items()
    kinds: dict[str, type[Percent | Amount]] = {"percent": Percent, "amount": Amount}
    if name not in kinds:
        raise Misfit([Fault((str(name),), unknown(name, kinds))])
    try:
        return kinds[name](read_amount(size))
    except Misfit as error:
        raise Misfit(error.under(str(name))) from None


def _read_due(value: object) -> Due:
    if value is None:
        return None
    if isinstance(value, list | tuple):
        parts: tuple[Instalment, ...] = _read_instalments(value)
        return parts
    if isinstance(value, str | dt.date):
        return read_day(value)
    raise misfit("a date as 2026-10-31, or a list of instalments", value)


def _read_instalment(value: object) -> Instalment:
    if isinstance(value, Mapping):
        part: Instalment = _INSTALMENT(value)
        return part
    pair = tuple(members(value, 'an instalment as ["2026-10-31", "100.00"]'))
    if len(pair) != len(attrs.fields(Instalment)):
        raise misfit('an instalment as ["2026-10-31", "100.00"]', value)
    day: Any = pair[0]
    return Instalment(None if day is None else read_day(day), read_amount(pair[1]))


READING: Final = Reading({Percent | Amount | None: _read_discount, Due: _read_due})
_INSTALMENT: Final = READING.reader(Instalment)
_read_instalments: Final[Reader] = Reading({Instalment: _read_instalment}).reader(
    tuple[Instalment, ...]
)


def _write_exact(value: Decimal) -> object:
    return plain(value, {})


_OWN: Final[Mapping[type, Writer]] = {
    Percent: lambda discount: {"percent": _write_exact(discount.value)},
    Amount: lambda discount: {"amount": _write_exact(discount.value)},
}


def build(value: Any) -> Record:
    """Return the document that a plain object describes.

    Raises:
        Misfit: It describes none.
    """
    given = entries(value, "an object, which describes one document")
    if "type" not in given:
        raise Misfit(
            [Fault(("type",), "this field is missing: one of " + ", ".join(KINDS))]
        )
    name: Any = given["type"]
    if not isinstance(name, str):
        raise Misfit(misfit("a type of document", name).under("type"))
    if name not in KINDS:
        raise Misfit([Fault(("type",), unknown(name, KINDS, "type"))])
    fields = {key: one for key, one in given.items() if key != "type"}
    document: Record = READING.reader(KINDS[name])(fields)
    return document


def written(document: Record) -> dict[str, Any]:
    """Return the plain object that describes `document`.

    Raises:
        Misfit: It holds something that could not be read back.
    """
    return {"type": document.type, **plain(document, _OWN)}


def pointer(path: Path) -> str:
    """Return a path as errors show it: `/lines/0/quantity`."""
    return "".join(f"/{step}" for step in path)


def codec_error(faults: Misfit, place: Callable[[Path], str]) -> CodecError:
    """Return the public error for `faults`.

    Args:
        faults: What is wrong.
        place: From a path to where it stands in the file, such as "line 3", or "".
    """
    shown = [_sentence(fault, place) for fault in faults.faults[:_MOST_FAULTS]]
    if len(faults.faults) > _MOST_FAULTS:
        shown.append(f"and {len(faults.faults) - _MOST_FAULTS} more faults")
    return CodecError("; ".join(shown), path=pointer(faults.faults[0].path))


def _sentence(fault: Fault, place: Callable[[Path], str]) -> str:
    parts = (place(fault.path), pointer(fault.path), fault.message)
    return ": ".join(part for part in parts if part)


def nowhere(_: Path) -> str:
    """Return the place of a path in something that is no file."""
    return ""


def from_dict(value: Mapping[str, Any]) -> Record:
    """Return the document or master data that `value` describes.

    `type` (`"sales_invoice"`) chooses the class. Amounts are decimal text (`"12.50"`), a
    `Decimal` or an `int`; days are text (`"2026-10-31"`) or a `date`; `due` is a day or a
    list of instalments, each `["2026-10-31", "100.00"]` or
    `{"due": "2026-10-31", "amount": "100.00"}`; a discount is `{"percent": "10"}` or
    `{"amount": "5.00"}`; the content of an attachment is base64.

    >>> from_dict({"type": "customer", "code": "C1"}).code
    'C1'

    Raises:
        CodecError: A field is unknown, missing or of the wrong type. Every fault is in the
            message, and `path` is that of the first.
        TypeError: An amount is a `float`, which is not exact.
    """
    try:
        return build(value)
    except Misfit as error:
        faults = codec_error(error, nowhere)
        if any(fault.is_float for fault in error.faults):
            raise TypeError(faults.message) from None
        raise faults from None


def to_dict(document: Record) -> dict[str, Any]:
    """Return `document` as a dict that JSON can hold and `from_dict` reads back equal.

    `type` comes first, then the fields in their order; a field with its default value is
    left out. Amounts are text without an exponent.

    >>> from sage_connect.model import Customer
    >>> to_dict(Customer(code="C1"))
    {'type': 'customer', 'code': 'C1'}

    Raises:
        CodecError: An amount of more than 30 digits on a side, or text with half of a
            character: it could not be read back.
    """
    try:
        return written(document)
    except Misfit as error:
        raise codec_error(error, nowhere) from None

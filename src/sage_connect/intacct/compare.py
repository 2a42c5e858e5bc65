"""What was sent, compared with what Intacct has: field by field, by value."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import attrs

from .codec.decoding import amount_of, day_of, lines_of, text_of
from .codec.encoded import Encoded, Row
from .kinds import AP_ADJUSTMENT, AP_PAYMENT, AR_ADJUSTMENT, AR_PAYMENT, Kind

NOTHING: Final = "\u2013"
"""What stands where there is nothing."""
# Whether credit stands below zero when it is read is inferred only: its size is compared.
_UNSIGNED: Final = (AR_ADJUSTMENT, AP_ADJUSTMENT)
# What a payment settles is told in no order.
_UNORDERED: Final = (AR_PAYMENT, AP_PAYMENT)


@attrs.frozen(kw_only=True)
class Difference:
    """A field that stands otherwise in Intacct.

    Attributes:
        field: Intacct's name of it.
        path: In the document.
        sent: What we say.
        found: What Intacct says.
    """

    field: str
    path: str
    sent: str
    found: str


def differences(
    encoded: Encoded, record: Any, lines: Sequence[Any] | None = None
) -> tuple[Difference, ...]:
    """Return where a record says something else than `encoded`.

    What the record has no field for is not told.

    Args:
        encoded: What posts, or would post, the document.
        record: As it stands.
        lines: Its lines; None where they were not read.
    """
    kind = encoded.kind
    unsigned = kind in _UNSIGNED
    found = [*_fields(encoded.header, encoded.places, "", record, unsigned=unsigned)]
    if lines is not None and kind is not None and kind.lines:
        found.extend(_rows(encoded.rows, kind, lines, unsigned=unsigned))
    return tuple(found)


def _rows(
    rows: Sequence[Row], kind: Kind, lines: Sequence[Any], *, unsigned: bool
) -> Iterator[Difference]:
    own = lines_of(kind, lines)
    parted = [part for row in rows for part in (row.parts or (row,))]
    if len(own) != len(rows) and len(own) == len(parted):
        rows = parted
    if kind in _UNORDERED:
        own.sort(key=lambda one: text_of(one, "RECORDKEY"))
        rows = sorted(rows, key=lambda one: str(one.fields.get("RECORDKEY", "")))
    if len(own) != len(rows):
        yield Difference(
            field=kind.lines,
            path="/movements" if kind.object == "GLBATCH" else "/lines",
            sent=f"{len(rows)} lines",
            found=f"{len(own)} lines",
        )
        return
    for row, line in zip(rows, own, strict=True):
        yield from _fields(row.fields, row.places, row.path, line, unsigned=unsigned)
        yield from _taxes(row, line[kind.id], lines)


def _taxes(row: Row, id: str, lines: Sequence[Any]) -> Iterator[Difference]:
    """Tell of other taxes that come to the same amount: all others show in the sum."""
    added = [one for one in lines if text_of(one, "PARENTENTRY") == id]
    found = sorted(text_of(one, "DETAILKEY") for one in added)
    # Whether a tax of nothing is added to a line at all is not documented.
    if len(found) == len(row.taxes) and all(found) and found != [*row.taxes]:
        yield Difference(
            field="DETAILKEY",
            path=f"{row.path}/taxes",
            sent=", ".join(row.taxes),
            found=", ".join(found),
        )


def _fields(
    wanted: Mapping[str, Any],
    places: Mapping[str, str],
    whole: str,
    record: Any,
    *,
    unsigned: bool,
) -> Iterator[Difference]:
    for field, sent in wanted.items():
        if field not in record:
            continue
        if not _is_same(sent, record, field, unsigned=unsigned):
            yield Difference(
                field=field,
                path=places.get(field, whole),
                sent=str(sent),
                found=text_of(record, field) or NOTHING,
            )


def _is_same(sent: Any, record: Any, field: str, *, unsigned: bool) -> bool:
    match sent:
        case Decimal() | int():
            found = amount_of(record, field)
            return abs(found) == abs(sent) if unsigned else found == sent
        case dt.date():
            return day_of(record, field) == sent
        case _:
            return _text(sent) == _text(text_of(record, field))


def _text(text: object) -> str:
    # Line ends and outer blanks are not what was said.
    return "\n".join(str(text).split("\r\n")).strip()

"""What was sent, compared with what Sage has: field by field, by value."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import attrs

from .codec.encoded import DOCUMENT, Encoded
from .wire.shape import Shape

NOTHING: Final = "\u2013"
"""What stands where there is nothing."""
# The day of what a credit note takes back is said where it is known, which may change. A
# percentage may be worked out anew from what it took off; the totals tell of that.
_UNSEEN: Final = frozenset(
    {"idempotency_id", "sent", "original_invoice_date", "discount_percentage"}
)
_NUMBER: Final = frozenset({"invoice_number", "credit_note_number"})


@attrs.frozen(kw_only=True)
class Difference:
    """A field that stands otherwise in Sage.

    Attributes:
        pointer: Into the body.
        sent: What we say.
        found: What Sage says.
    """

    pointer: str
    sent: str
    found: str


def differences(encoded: Encoded, record: Shape) -> tuple[Difference, ...]:
    """Return where `record` says something else than `encoded`.

    What the record has no field for is not told, nor what we have no id of. Fields that
    Sage computes are compared with what they must come to.
    """
    # What is paid in full is no longer read as open, so that its id may not be known.
    settled = {one.pointer for one in encoded.missing if one.kind == DOCUMENT}
    unknown = settled | encoded.later
    found = [one for one in _fields(encoded.body, record, "") if one.pointer not in unknown]
    for name, wanted in encoded.expected.items():
        actual: object = getattr(record, name, None)
        if isinstance(actual, Decimal) and actual != wanted:
            found.append(_difference(f"/{name}", wanted, actual))
    return tuple(found)


def settles_less(difference: Difference, record: Shape, *, lowered: bool) -> bool:
    """Return whether a payment settles less than it says: no other payment for that.

    Anybody may have taken it off what it settled.

    Args:
        difference: What stands otherwise.
        record: Of the payment.
        lowered: True where it was posted to settle no more than was left.
    """
    settled: Sequence[Any] | None = getattr(record, "allocated_artefacts", None)
    whole, _, part = difference.pointer.removeprefix("/").partition("/")
    if settled is None or whole != "allocated_artefacts":
        return False
    if not part:
        return not settled or (lowered and len(settled) < int(difference.sent.split()[0]))
    less = part.endswith("/amount") and difference.found != NOTHING
    return lowered and less and Decimal(difference.found) < Decimal(difference.sent)


def _fields(body: Mapping[str, Any], record: Any, at: str) -> Iterator[Difference]:
    for name, sent in body.items():
        if name in _UNSEEN:
            continue
        place = f"{at}/{name}"
        if name.endswith("_ids"):
            actual = _ids(getattr(record, f"{name.removesuffix('_ids')}s", None))
            if actual is not None and set(actual) != set(sent):
                yield _difference(place, ", ".join(sent), ", ".join(actual))
        elif name.endswith("_id"):
            actual = getattr(getattr(record, name[:-3], None), "id", None)
            if actual != sent and hasattr(record, name[:-3]):
                yield _difference(place, sent, actual)
        elif hasattr(record, name):
            yield from _value(name, sent, getattr(record, name), record, place)


def _value(
    name: str, sent: Any, actual: Any, record: Any, place: str
) -> Iterator[Difference]:
    if name == "analysis_type_categories":
        wanted = {str(_any(one)["id"] if isinstance(one, dict) else one) for one in sent}
        if {one.id for one in actual} != wanted and actual:
            yield _difference(place, ", ".join(sorted(wanted)), _shown(actual))
    elif isinstance(sent, Mapping):
        if actual is None:
            yield _difference(place, "an entry", None)
        else:
            yield from _fields(_any(sent), actual, place)
    elif isinstance(sent, Sequence) and not isinstance(sent, str):
        yield from _rows(_any(sent), actual, place)
    elif isinstance(sent, str) and name in _NUMBER:
        prefix = getattr(record, f"{name}_prefix", None) or ""
        if actual not in {sent, f"{prefix}{sent}"}:
            yield _difference(place, sent, actual)
    elif not _same(sent, actual):
        yield _difference(place, sent, actual)


def _rows(sent: Sequence[Any], actual: Sequence[Any], place: str) -> Iterator[Difference]:
    if len(sent) != len(actual):
        yield _difference(place, f"{len(sent)} entries", f"{len(actual)} entries")
        return
    for at, (row, found) in enumerate(zip(sent, actual, strict=True)):
        yield from _fields(row, found, f"{place}/{at}")


def _shown(records: Any) -> str:
    return ", ".join(one.id for one in records)


def _ids(records: Any) -> list[str] | None:
    return None if records is None else [one.id for one in records]


def _same(sent: Any, actual: Any) -> bool:
    match sent:
        case bool():
            # What is not true is often left out.
            return bool(actual) is sent
        case Decimal() | int():
            return actual is not None and Decimal(actual) == sent
        case dt.date():
            return bool(actual == sent)
        case str():
            return _text(sent) == _text(actual or "")
        case _:
            return bool(sent == actual)


def _text(text: object) -> str:
    # Line ends and outer blanks are not what was said.
    return "\n".join(str(text).split("\r\n")).strip()


def _difference(pointer: str, sent: object, found: object) -> Difference:
    shown = NOTHING if found in (None, "") else str(found)
    return Difference(pointer=pointer, sent=str(sent), found=shown)


def _any(value: Any) -> Any:
    # Strict checkers call the parts of a matched container unknown.
    return value

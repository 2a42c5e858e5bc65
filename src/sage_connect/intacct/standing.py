"""What stands in the company, and what an answer says of it: read by posting."""

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import attrs

from ..errors import RemoteError
from ..ledger import Key, Receipt
from ..ledger.batch import seat_of
from ..model import Reference
from ..model.fields import FrozenMap
from .codec.decoding import text_of
from .codec.encoded import Encoded
from .codec.masters import NAME_OF
from .compare import NOTHING, Difference, differences
from .kinds import stands
from .outcomes import Answer, Became
from .wire.record import Record


class Refusal(NamedTuple):
    """What Intacct says of a document.

    Attributes:
        path: In the document; "" for all of it.
        values: For the sentence of it.
    """

    path: str
    values: dict[str, object]


def refusals_of(encoded: Encoded, answer: Answer, error: RemoteError) -> Iterator[Refusal]:
    """Yield what Intacct says, at the places of the caller's own document."""
    messages = answer.result.errors if answer.result is not None else ()
    for one in messages:
        field = one.target.get("field", "")
        told = f"{one.text} {' '.join(one.placeholders.values())}"
        path = encoded.place(field, told=told) if field else ""
        values = {"message": one.text or one.number, "field": field or NOTHING}
        yield Refusal(path, {**values})
    if not messages:
        yield Refusal("", {"message": error.message, "field": NOTHING})


def failed_of(answers: Sequence[Answer]) -> Answer | None:
    """Return the answer that says why an item was not posted; None where it was.

    In a transaction the others were taken back for it.
    """
    failed = [one for one in answers if one.became is not Became.DONE]
    causes = [one for one in failed if one.became is not Became.ROLLED_BACK]
    return next(iter(causes or failed), None)


def id_field_of(object: str, default: str) -> str:
    """Return the field with the id of master data; `default` where none is known."""
    return NAME_OF.get(object, (default,))[0]


def id_of(encoded: Encoded, record: Record) -> str:
    """Return what Intacct knows a record by."""
    kind = encoded.kind
    return text_of(record, "RECORDNO" if kind is None else kind.id)


def made_by(answer: Answer) -> str:
    """Return the record number that a function answers with; "" for none."""
    result = answer.result
    if result is None:
        return ""
    if result.key:
        return result.key
    return text_of(result.records[0], "RECORDNO") if result.records else ""


def match(encoded: Encoded, records: Sequence[Record]) -> Record | None:
    """Return the record that stands under a document's number; None for none.

    A supplier's numbers are unique for him only, payments' for their party, and entries'
    for their journal; those of what we send to customers are unique by themselves.
    """
    kind = encoded.kind
    if kind is None:
        return None
    by = "" if kind.unique else kind.party
    by = by or ("JOURNAL" if "JOURNAL" in kind.fields else "")
    found = [
        record
        for record in records
        if text_of(record, kind.number) == encoded.number
        and (not by or text_of(record, by) == encoded.header.get(by, ""))
    ]
    # What was taken back may have been posted again.
    standing = [record for record in found if stands(kind, record)]
    return next(iter(standing or found), None)


def used_for(encoded: Encoded, records: Sequence[Record]) -> Record | None:
    """Return the record that a key was used for, which was carried out; None for none.

    The key of an entry does not name its journal: it may stand in another.
    """
    kind = encoded.kind
    if kind is None or "JOURNAL" not in kind.fields:
        return match(encoded, records)
    found = [one for one in records if text_of(one, kind.number) == encoded.number]
    return match(encoded, records) or next(iter(found), None)


def receipt_of(
    key: Key, document: Any, encoded: Encoded, record: Record, at: dt.datetime
) -> Receipt[Any]:
    """Return the receipt of what stands as `record`."""
    kind = encoded.kind
    details = {
        "object": "" if kind is None else kind.object,
        "number": encoded.number,
        "entity": encoded.entity,
        "state": text_of(record, kind.state) if kind is not None and kind.state else "",
        "due": text_of(record, "TRX_TOTALDUE"),
    }
    return Receipt(
        key=key,
        id=id_of(encoded, record) or encoded.number,
        document=document,
        posted_at=at,
        details=FrozenMap({name: text for name, text in details.items() if text}),
    )


def is_done(encoded: Encoded, record: Record, lines: Sequence[Record] | None) -> bool:
    """Return whether a record is what `encoded` makes, or makes of it."""
    if differences(encoded, record, lines):
        return False
    kind = encoded.kind
    return kind is None or not encoded.reverses or not stands(kind, record)


def overlaid(reference: Reference, posted: Sequence[Any]) -> Reference:
    """Return `reference` with what was posted, which now is what the company has.

    What was not told of a record stays as it is there.
    """
    parts: dict[str, dict[Any, Any]] = {}
    for own in posted:
        seat = seat_of(own)
        known: Mapping[Any, Any] | None = getattr(reference, seat)
        if known is None:
            continue
        part = parts.setdefault(seat, {**known})
        dimension = getattr(own, "dimension", "")
        place = (dimension, own.code) if dimension else own.code
        old = part.get(place)
        part[place] = own if old is None else attrs.evolve(old, **_told(own))
    return reference.with_parts(**parts)


def _told(own: Any) -> dict[str, Any]:
    # Strict checkers do not know what of.
    fields: Any = attrs.fields(own.__class__)
    every = {one.name: (getattr(own, one.name), one.default) for one in fields}
    return {name: value for name, (value, unsaid) in every.items() if value != unsaid}


def change_of(record: Record, differing: Sequence[Difference]) -> str:
    """Return what tells a change of master data from every other one.

    What was asked before under the same key was another change, and the gateway would take
    this for its repeat. The clock alone does not tell two changes within a second apart.
    """
    told = [text_of(record, "WHENMODIFIED"), *map(str, differing)]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:32]

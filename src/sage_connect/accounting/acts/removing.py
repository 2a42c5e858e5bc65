"""Removing a record for good, whatever becomes of the answers."""

import json
from typing import Final

from ...errors import NotFoundError, OutcomeUnknownError, RefusedError
from ...plan import Plan
from ..kinds import Kind
from ..records import Records, is_removed
from ..settings import VoidReason

_TRIES: Final = 3


def removed(
    records: Records,
    kind: Kind,
    id: str,
    *,
    reason: str = "",
    place: VoidReason = VoidReason.BOTH,
) -> Plan[None]:
    """Delete or void a record.

    A delete has no guard of Sage's: after a lost answer the record is looked at, and
    removed again only where it still stands.

    Args:
        records: Of the business.
        kind: Of the record.
        id: Of the record.
        reason: Of a void; "" where none is asked for.
        place: Where the reason goes.

    Raises:
        RefusedError: Sage does not let it be removed; it stands as before.
        OutcomeUnknownError: Contact was lost, and it cannot be told; repeat it.
    """
    query = {"void_reason": reason} if reason and place is not VoidReason.BODY else {}
    body = b""
    if reason and place is not VoidReason.QUERY:
        body = json.dumps({"void_reason": reason}, ensure_ascii=False).encode()
    lost: OutcomeUnknownError | None = None
    for _ in range(_TRIES):
        try:
            yield from records.delete(kind, id, body, **query)
        except OutcomeUnknownError as error:
            lost = error
            if (yield from is_gone(records, kind, id)):
                break
        except (RefusedError, NotFoundError):
            # What was asked for before the answer was lost may have been done since.
            if lost is None or not (yield from is_gone(records, kind, id)):
                raise
            break
        else:
            break
    else:
        raise OutcomeUnknownError(
            f"contact was lost while {id} of {kind.resource} was being removed; it stands "
            "so far. Repeat it: what is gone then is not removed again"
        ) from lost
    records.gone.add(id)


def is_gone(records: Records, kind: Kind, id: str) -> Plan[bool]:
    """Return whether a record is deleted or void."""
    try:
        record = yield from records.get(kind, id)
    except NotFoundError:
        return True
    return is_removed(record)

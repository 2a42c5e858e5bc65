"""What posting would do, as a person reads it."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from ..ledger import Key, PreviewEntry
from ..ledger.showing import preview_entries
from ..model import Reference
from .codec.encoded import Encoded
from .kinds import KINDS
from .resolve import charge_giver, line_giver
from .settings import AccountingSettings
from .wire.shape import plain_value


def preview_content(bodies: Iterable[tuple[Encoded, Key]]) -> bytes:
    """Return the requests that would be sent, a line of JSON each.

    Master data are shown as they would be created, though they may be there already.
    """
    return b"".join(_line(encoded, key) for encoded, key in bodies)


def _line(encoded: Encoded, key: Key) -> bytes:
    kind = KINDS[encoded.resource]
    body = _plain(encoded.body)
    if kind.idempotent:
        body["idempotency_id"] = key.digest
    shown = {"POST": kind.path, "body": {kind.wrap: body}}
    return (json.dumps(shown, ensure_ascii=False) + "\n").encode()


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in _any(value).items()}
    if isinstance(value, list):
        return [_plain(one) for one in _any(value)]
    return plain_value(value)


def entries_of(
    item: Any, settings: AccountingSettings, reference: Reference
) -> Iterator[PreviewEntry]:
    """Return the lines that Sage will post for `item`."""
    return preview_entries(
        item,
        lambda line, document: line_giver(line, document, settings, reference).code,
        lambda charge: charge_giver(charge, settings).code,
    )


def _any(value: Any) -> Any:
    # Strict checkers call the parts of a matched container unknown.
    return value

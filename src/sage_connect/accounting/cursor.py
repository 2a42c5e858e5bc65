"""How far a feed of changes was delivered, as text that can be saved."""

import base64
import binascii
import datetime as dt
import json
import zlib
from collections.abc import Iterable, Mapping
from typing import Any, Final, Self

import attrs

from ..errors import ConfigurationError

_PREFIX: Final = "sc1."
_SEEN: Final = 10_000
_LONGEST: Final = 10_000_000


@attrs.frozen(kw_only=True)
class Mark:
    """How far one stream of changes was delivered.

    Attributes:
        at: All changes up to here were, by Sage's own clock; None for none yet.
        seen: The changes in the time before, and those that were delivered beyond it, by
            digest: when they happened. Sage may tell of an older change late.
    """

    at: dt.datetime | None = None
    seen: Mapping[str, dt.datetime] = attrs.field(factory=dict[str, dt.datetime])

    def after(
        self,
        delivered: Iterable[tuple[str, dt.datetime]],
        bound: dt.datetime | None,
        overlap: dt.timedelta,
    ) -> Self:
        """Return the mark once more changes were delivered, in order.

        Args:
            delivered: Digest of each, and when it happened.
            bound: Nothing beyond this is known to be complete; None for no bound.
            overlap: How late Sage may tell of a change.
        """
        at, seen = self.at, dict(self.seen)
        for digest, when in delivered:
            seen[digest] = when
            reached = when if bound is None else min(when, bound)
            at = reached if at is None else max(at, reached)
        if at is not None:
            first = at - overlap
            seen = {digest: when for digest, when in seen.items() if when >= first}
        if len(seen) > _SEEN:
            # Older ones may then be delivered once more: twice is better than never.
            newest = sorted(seen.items(), key=lambda one: one[1])[-_SEEN:]
            seen = dict(newest)
        return attrs.evolve(self, at=at, seen=seen)


@attrs.frozen(kw_only=True)
class Cursor:
    """How far all streams were delivered.

    Attributes:
        business: Whose changes.
        since: Where streams without a mark begin; None for the beginning.
        marks: Of each stream.
    """

    business: str
    since: dt.datetime | None = None
    marks: Mapping[str, Mark] = attrs.field(factory=dict[str, Mark])

    def text(self) -> str:
        """Return it as text of letters, digits, dots and dashes."""
        said = {
            "business": self.business,
            "since": _seconds(self.since),
            "marks": {
                stream: [_seconds(mark.at), _by_time(mark.seen)]
                for stream, mark in self.marks.items()
            },
        }
        packed = zlib.compress(json.dumps(said, separators=(",", ":")).encode())
        return _PREFIX + base64.urlsafe_b64encode(packed).decode().rstrip("=")

    @classmethod
    def parsed(cls, text: str, business: str) -> Self:
        """Return the cursor that `text` is.

        Raises:
            ConfigurationError: It is none, or another business's.
        """
        try:
            said = _unpacked(text)
            found = cls(
                business=str(said["business"]),
                since=_instant(said["since"]),
                marks={
                    str(stream): Mark(
                        at=_instant(at),
                        seen={
                            str(digest): when
                            for seconds, *digests in seen
                            if (when := _instant(seconds)) is not None
                            for digest in digests
                        },
                    )
                    for stream, (at, seen) in said["marks"].items()
                },
            )
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
            raise ConfigurationError(
                f"this is no cursor of changes: {type(error).__name__}",
                code="SC-SA-CURSOR",
                fix="Give the text of `Change.cursor` unchanged; or a time, or nothing.",
            ) from None
        if found.business != business:
            raise ConfigurationError(
                f"the cursor is of the business {found.business}, not of {business}",
                code="SC-SA-CURSOR",
                fix="Keep one cursor for each business.",
            )
        return found


def _unpacked(text: str) -> dict[str, Any]:
    if not text.startswith(_PREFIX):
        raise ValueError(text[:9])
    encoded = text.removeprefix(_PREFIX)
    try:
        packed = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
        unpacker = zlib.decompressobj()
        plain = unpacker.decompress(packed, _LONGEST)
    except (binascii.Error, zlib.error) as error:
        raise ValueError(str(error)) from None
    if not unpacker.eof:
        raise ValueError("cut off")
    found: dict[str, Any] = json.loads(plain)
    return found


def _by_time(seen: Mapping[str, dt.datetime]) -> list[list[Any]]:
    grouped: dict[float, list[Any]] = {}
    for digest, when in seen.items():
        seconds = when.timestamp()
        grouped.setdefault(seconds, [seconds]).append(digest)
    return list(grouped.values())


def _seconds(instant: dt.datetime | None) -> float | None:
    return None if instant is None else instant.timestamp()


def _instant(seconds: float | None) -> dt.datetime | None:
    return None if seconds is None else dt.datetime.fromtimestamp(seconds, dt.UTC)

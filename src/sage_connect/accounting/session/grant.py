"""What a sign-in gives, as it rests in a token store."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final, Self

import attrs

from ...errors import ConfigurationError
from ...plan import Secret

_VERSION: Final = 1
_TEN_PERCENT: Final = 10
_LONGEST_MARGIN: Final = dt.timedelta(seconds=30)


def digest(text: str) -> str:
    """Return what tells one token from another and gives nothing of it away."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@attrs.frozen(kw_only=True)
class Grant:
    """What a person allowed by signing in, until it is renewed or revoked.

    Attributes:
        access_token: Goes with every request.
        refresh_token: Buys the next pair, once.
        issued_at: When it was asked for, by our clock: an aware instant in UTC.
        expires_at: When the access token ends, counted from `issued_at`.
        refresh_expires_at: When the refresh token ends; None where Sage does not say.
        scope: "full_access" or "readonly".
        requested_by: Sage's identity of the person.
        country: The country that the person chose, such as "gb"; "" when not told.
        sign_in: Digest of the request's `state`, by which a replay is recognised.
    """

    access_token: Secret
    refresh_token: Secret
    issued_at: dt.datetime
    expires_at: dt.datetime
    refresh_expires_at: dt.datetime | None = None
    scope: str = ""
    requested_by: str = ""
    country: str = ""
    sign_in: str = ""

    def is_fresh(self, now: dt.datetime) -> bool:
        """Say whether the access token may still be used.

        It is renewed 30 seconds ahead of its end, or a tenth of its life if that is less.
        """
        life = self.expires_at - self.issued_at
        return now < self.expires_at - min(_LONGEST_MARGIN, life / _TEN_PERCENT)

    @property
    def mark(self) -> str:
        """What tells this refresh token from another; no secret."""
        return digest(self.refresh_token.reveal())

    def to_text(self) -> Secret:
        """Return the text that a token store keeps: JSON, with both tokens."""
        until = self.refresh_expires_at
        return Secret(
            json.dumps(
                {
                    "version": _VERSION,
                    "access_token": self.access_token.reveal(),
                    "refresh_token": self.refresh_token.reveal(),
                    "issued_at": self.issued_at.isoformat(),
                    "expires_at": self.expires_at.isoformat(),
                    "refresh_expires_at": None if until is None else until.isoformat(),
                    "scope": self.scope,
                    "requested_by": self.requested_by,
                    "country": self.country,
                    "sign_in": self.sign_in,
                }
            )
        )

    @classmethod
    def from_text(cls, text: Secret) -> Self:
        """Return the grant that `to_text` wrote; what later versions add is passed over.

        Raises:
            ConfigurationError: The text is damaged, or of a later kind.
        """
        grant, is_later = cls._read(text)
        if grant is None:
            raise ConfigurationError(
                "the token store holds a sign-in of a later version of sage_connect"
                if is_later
                else "the token store holds a sign-in that cannot be read: it is damaged, "
                "or of another program",
                code="SC-SA-TOKEN-DAMAGED",
                fix="Update sage_connect."
                if is_later
                else "Sign in again: the new sign-in takes its place.",
            )
        return grant

    @classmethod
    def _read(cls, text: Secret) -> tuple[Self | None, bool]:
        """Return the grant, if it can be read, and whether it is of a later version.

        Apart from `from_text`, so that no frame of its error holds an opened token.
        """
        found = table_of(text.reveal())
        version = found.get("version")
        if version == _VERSION:
            return cls._of(found), False
        return None, isinstance(version, int) and version > _VERSION

    @classmethod
    def _of(cls, found: Mapping[str, Any]) -> Self | None:
        """Return the grant of a table; None where something is not as it was written."""
        until = found.get("refresh_expires_at")
        try:
            return cls(
                access_token=Secret(_filled(found["access_token"])),
                refresh_token=Secret(_filled(found["refresh_token"])),
                issued_at=_instant(found["issued_at"]),
                expires_at=_instant(found["expires_at"]),
                refresh_expires_at=None if until is None else _instant(until),
                scope=str(found.get("scope", "")),
                requested_by=str(found.get("requested_by", "")),
                country=str(found.get("country", "")),
                sign_in=str(found.get("sign_in", "")),
            )
        except (KeyError, TypeError, ValueError):
            return None


def table_of(text: str) -> Mapping[str, Any]:
    """Return the JSON object that `text` is; an empty one for anything else.

    The error of the JSON reader would hold the text, and with it what is secret there.
    """
    try:
        found: Mapping[str, Any] = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _filled(text: Any) -> str:
    if not isinstance(text, str) or not text:
        raise TypeError
    return text


def _instant(text: Any) -> dt.datetime:
    instant = dt.datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError
    return instant.astimezone(dt.UTC)


@attrs.frozen(kw_only=True)
class Trail:
    """What was tried with one refresh token: rests beside the grant, never over it.

    A sibling that refreshes without our lock may have saved a newer grant meanwhile; a
    trail in the grant's own place could take that away.

    Attributes:
        mark: Of the refresh token that this is about.
        calls: How often it was sent and no answer is known.
        refusal: Why it is dead; "" while it may be good.
    """

    mark: str
    calls: int = 0
    refusal: str = ""

    def to_text(self) -> Secret:
        """Return the text that a token store keeps."""
        return Secret(
            json.dumps(
                {
                    "version": _VERSION,
                    "mark": self.mark,
                    "calls": self.calls,
                    "refusal": self.refusal,
                }
            )
        )

    @classmethod
    def about(cls, grant: Grant, text: Secret | None) -> Self:
        """Return what `text` tells of the refresh token of `grant`: nothing of another."""
        found = table_of(text.reveal() if text else "")
        if found.get("mark") != grant.mark:
            return cls(mark=grant.mark)
        calls = found.get("calls")
        return cls(
            mark=grant.mark,
            # Damaged: the careful reading.
            calls=calls if isinstance(calls, int) else 1,
            refusal=str(found.get("refusal") or ""),
        )

"""Requests to the token service, and what its answers mean."""

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import quote

from ...errors import AuthenticationError, BrokenReplyError, RateLimitedError, RemoteError
from ...plan import MASK, Reply, Sealed, Secret, Send
from .app import App
from .grant import Grant, table_of

_TIMEOUT: Final = 45
"""Seconds for a whole exchange: those who wait for the lock wait longer than that."""

_ACCESS_LIFE: Final = 300
"""Seconds that an access token lives where the answer does not say. [documented]"""

_LONGEST_LIFE: Final = 10 * 365 * 86_400
_QUOTED: Final = 500
_WORD: Final = 80
_BUSY: Final = 429
_BROKEN: Final = 500


def request(app: App, url: str, fields: Mapping[str, str | Secret]) -> Send:
    """Return a form for the token service; secrets are opened by the driver alone."""
    credentials: Mapping[str, str | Secret] = {
        "client_id": app.client_id,
        "client_secret": app.client_secret,
    }
    parts: list[str | Secret] = []
    for name, value in (*credentials.items(), *fields.items()):
        parts.append(f"{'&' if parts else ''}{name}=")
        parts.append(_encoded(value))
    return Send(
        method="POST",
        url=url,
        headers=(
            ("accept", "application/json"),
            ("content-type", "application/x-www-form-urlencoded"),
        ),
        body=Sealed(tuple(parts)),
        timeout=_TIMEOUT,
    )


def _encoded(value: str | Secret) -> str | Secret:
    if isinstance(value, Secret):
        return Secret(quote(value.reveal(), safe=""))
    return quote(value, safe="")


def granted(reply: Reply, asked_at: dt.datetime, before: Grant | None) -> Grant | None:
    """Return the grant of an answer; None where the answer is no such thing.

    Args:
        reply: The answer.
        asked_at: Before the request left: a slow answer makes no token live longer.
        before: What is renewed; None for a first sign-in.
    """
    if not _is_success(reply):
        return None
    found = _table(reply)
    access, refresh = found.get("access_token"), found.get("refresh_token")
    if not refresh and before is not None:
        # By RFC 6749 the old one then stays good; Sage has always sent a new one.
        refresh = before.refresh_token.reveal()
    if not (isinstance(access, str) and isinstance(refresh, str) and access and refresh):
        return None
    life = _seconds(found.get("expires_in"), _ACCESS_LIFE)
    until = _seconds(found.get("refresh_token_expires_in"), math.nan)
    return Grant(
        access_token=Secret(access),
        refresh_token=Secret(refresh),
        issued_at=asked_at,
        expires_at=asked_at + dt.timedelta(seconds=life),
        refresh_expires_at=None
        if math.isnan(until)
        else asked_at + dt.timedelta(seconds=until),
        scope=str(found.get("scope") or (before.scope if before else "")),
        requested_by=str(
            found.get("requested_by_id") or (before.requested_by if before else "")
        ),
        country=before.country if before else "",
        sign_in=before.sign_in if before else "",
    )


def _seconds(told: Any, otherwise: float) -> float:
    try:
        seconds = float(told)
    except (TypeError, ValueError):
        return otherwise
    return otherwise if math.isnan(seconds) else max(0, min(seconds, _LONGEST_LIFE))


def _is_success(reply: Reply) -> bool:
    return 200 <= reply.status < 300  # noqa: PLR2004 - HTTP


def _table(reply: Reply) -> Mapping[str, Any]:
    return table_of(reply.body.decode("utf-8", "replace"))


def error_of(reply: Reply) -> str:
    """Return the OAuth error of an answer, such as "invalid_grant"; "" for none."""
    error = "" if _is_success(reply) else _table(reply).get("error")
    return error if isinstance(error, str) else ""


def may_be_done(reply: Reply) -> bool:
    """Say whether an answer, readable or not, may mean that what was asked for is done.

    A page for people is some proxy's: what it says did not come from the token service.
    """
    is_page = reply.body.lstrip()[:1] == b"<"
    return _is_success(reply) and not is_page


def refusal(
    reply: Reply, now: dt.datetime, secrets: Iterable[Secret], *, doing: str
) -> RemoteError:
    """Return the error of an answer that is not what was asked for, and no invalid grant.

    Args:
        reply: The answer.
        now: To tell how long a date in `Retry-After` is.
        secrets: What must not be shown if the answer says it back.
        doing: What failed, as a noun: "the renewal of the sign-in".
    """
    error = error_of(reply)
    told: dict[str, Any] = {
        "status": reply.status,
        # A success holds tokens, however cut off or misspelt it is.
        "reply": "" if _is_success(reply) else shown(reply, secrets),
        "request_id": reply.header("x-request-id") or reply.header("x_request_id"),
    }
    if reply.status == _BUSY:
        return RateLimitedError(
            f"{doing} was put off: Sage's token service has too much to do",
            retry_after=_retry_after(reply.header("retry-after"), now),
            code="SC-SA-TOKEN-SERVICE",
            fix="Repeat it later.",
            **told,
        )
    if error and reply.status < _BROKEN:
        return AuthenticationError(
            f"{doing} was refused: Sage does not accept the app ({printable(error)})",
            code="SC-SA-CLIENT",
            fix="Compare client_id, client_secret and redirect_uri with what "
            "developerselfservice.sageone.com shows; a new secret ends the old one.",
            **told,
        )
    what = "a page for people" if reply.body.lstrip()[:1] == b"<" else "no usable answer"
    return BrokenReplyError(
        f"{doing} failed: the token service at {reply.url or 'its address'} gave {what} "
        f"with status {reply.status}",
        code="SC-SA-TOKEN-SERVICE",
        fix="Repeat it later. If it stays so, see whether a proxy answers in Sage's place.",
        **told,
    )


def shown(reply: Reply, secrets: Iterable[Secret]) -> str:
    """Return the body of an answer as text that may be shown."""
    text = reply.body.decode("utf-8", "replace")
    for secret in filter(None, secrets):
        plain = secret.reveal()
        for form in (plain, quote(plain, safe="")):
            text = text.replace(form, MASK)
    return text[:_QUOTED]


def _retry_after(value: str, now: dt.datetime) -> float:
    """Return the seconds of a `Retry-After`, which may be a date; 0 for none."""
    try:
        seconds = float(value)
    except ValueError:
        try:
            until = parsedate_to_datetime(value)
        except ValueError:
            return 0
        if until.tzinfo is None:
            until = until.replace(tzinfo=dt.UTC)
        seconds = (until - now).total_seconds()
    return max(0.0, seconds) if math.isfinite(seconds) else 0


def printable(text: str) -> str:
    """Return a word of theirs as it may stand in a message of ours."""
    return "".join(one if one.isprintable() else "?" for one in text)[:_WORD]

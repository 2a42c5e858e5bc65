"""What Sage Accounting answers when it says no, as errors told apart by what to do next."""

import datetime as dt
import email.utils
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from ..errors import (
    BrokenReplyError,
    DuplicateError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitedError,
    RemoteError,
)
from ..plan import MASK, Reply
from .sayings import NOT_SAGE, UNMAPPED, Saying, saying_of
from .wire.reading import parse

_SHOWN: Final = 2000
_TOLD: Final = 5
_SERVER: Final = 500
_SECONDS: Final = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,3})?")
# What a proxy may repeat of a request, or an answer of the token endpoint holds.
_SECRET: Final = re.compile(
    r"(?i)(\bbearer[\s:+]+|\b(?:access_token|refresh_token|client_secret|code_verifier)"
    r"\\?[\"']?\s*[:=]\s*\\?[\"']?)[^\s\"'<>&\\,;]+"
)


@attrs.frozen(kw_only=True)
class Fault:
    """One entry of an error reply.

    Attributes:
        severity: `$severity`, usually "error".
        code: `$dataCode`, such as "RecordInvalid".
        message: `$message`, always in English.
        source: `$source`: a path in the request, in one of several spellings, or "".
    """

    severity: str = "error"
    code: str = ""
    message: str = ""
    source: str = ""

    def meaning(self, status: int = 0) -> Saying:
        """Return what is meant, with a code of ours, a cause and a cure."""
        return saying_of(status, self.code, self.message, self.source)


def faults_in(body: bytes) -> tuple[Fault, ...]:
    """Return what an error reply says, without repeats; () when it is no such reply."""
    try:
        tree = parse(body)
    except ValueError:
        return ()
    return tuple(dict.fromkeys(_found(tree)))


def _found(tree: Any) -> Iterator[Fault]:
    waiting: list[Any] = [tree]
    while waiting:
        match waiting.pop():
            case [*entries]:
                waiting.extend(reversed(entries))
            case {"$diagnoses": inner}:
                # As the first version of the API wrapped them.
                waiting.append(inner)
            case {"error": str(code), **rest}:
                yield Fault(code=code, message=str(rest.get("error_description") or code))
            case {"$message": _} | {"$dataCode": _} as entry:
                yield Fault(
                    severity=_text(entry, "$severity") or "error",
                    code=_text(entry, "$dataCode"),
                    message=_text(entry, "$message"),
                    source=_text(entry, "$source"),
                )
            case _:
                pass


def _text(entry: Mapping[str, Any], name: str) -> str:
    value = entry.get(name)
    if value is None:
        return ""
    return value if isinstance(value, str) else str(value)


def request_id(reply: Reply) -> str:
    """Return what Sage's support asks for, or ""."""
    # The documentation and the wire may spell it differently.
    return reply.header("x-request-id") or reply.header("x_request_id")


def is_edition_refusal(reply: Reply) -> bool:
    """True for the 401 that no new token cures: the edition or the trial lacks the call."""
    return any(one.meaning().code == "SC-SA-EDITION" for one in faults_in(reply.body))


def retry_after(reply: Reply, now: dt.datetime | None = None) -> float | None:
    """Return the seconds that `Retry-After` asks to wait, or None.

    Args:
        reply: With the header, in seconds or as a date.
        now: What a date is compared with, where the reply does not say when it was sent;
            both are then Sage's clock, or both ours.
    """
    text = reply.header("retry-after").strip()
    if _SECONDS.fullmatch(text):
        return float(text)
    until = _date(text)
    since = _date(reply.header("date")) or now
    if until is None or since is None:
        return None
    return max((until - since).total_seconds(), 0)


def answered_at(reply: Reply) -> dt.datetime | None:
    """Return when a reply was given, by the clock of who gave it; None if not told."""
    return _date(reply.header("date"))


def _date(text: str) -> dt.datetime | None:
    """Return the instant that an HTTP date names; None for none."""
    try:
        found = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)


def error_of(reply: Reply, doing: str) -> RemoteError:
    """Return the error that `reply` is.

    `reply` of the error holds all that Sage said, for `faults_in`; of an answer that is not
    Sage's, the beginning. Secrets in it are masked.

    Args:
        reply: Of a status other than success.
        doing: What was asked, as "POST /sales_invoices".
    """
    found = faults_in(reply.body)
    id = request_id(reply)
    meaning = _meaning(reply, found)
    suffix = f" (request {id})" if id else ""
    said = _said(found) if found else _unread(reply)
    cause = meaning.cause[0].lower() + meaning.cause[1:].rstrip(".")
    if meaning.cause.startswith("Sage"):
        cause = meaning.cause.rstrip(".")
    text = reply.body.decode("utf-8", "replace")
    details: dict[str, Any] = {
        "status": reply.status,
        "code": meaning.code,
        "reply": masked(text if found else text[:_SHOWN]),
        "request_id": id,
        "fix": meaning.fix,
    }
    message = masked(f"{doing} was answered {reply.status}: {cause}. {said}{suffix}")
    kind = _kind(reply.status, meaning)
    if kind is RateLimitedError:
        return RateLimitedError(message, retry_after=retry_after(reply) or 0, **details)
    return kind(message, **details)


def masked(text: str) -> str:
    """Return `text` without what may be a token or a secret of the app."""
    return _SECRET.sub(rf"\1{MASK}", text)


def _said(found: Sequence[Fault]) -> str:
    told = "; ".join(_told(one) for one in found[:_TOLD])
    more = f"; and {len(found) - _TOLD} more" if len(found) > _TOLD else ""
    return f"Sage says: {told}{more}"


def _told(fault: Fault) -> str:
    source = f" at {fault.source}" if fault.source and fault.source != "base" else ""
    code = f" [{fault.code}]" if fault.code else ""
    return f"“{fault.message or fault.code}”{code}{source}"


def _unread(reply: Reply) -> str:
    kind = reply.header("content-type").partition(";")[0] or "no content type"
    return f"It says nothing that Sage documents ({len(reply.body)} bytes, {kind})"


def _meaning(reply: Reply, found: Sequence[Fault]) -> Saying:
    """Return what the reply as a whole means: the most telling of its entries."""
    if not found:
        foreign = "html" in reply.header("content-type").lower()
        if foreign and reply.status < _SERVER:
            return NOT_SAGE
        bare = saying_of(reply.status, "", "", "")
        return NOT_SAGE if bare is UNMAPPED else bare
    meanings = [one.meaning(reply.status) for one in found]
    for kind in (PermissionDeniedError, DuplicateError):
        for one in meanings:
            if one.error is kind:
                return one
    # What names its cause says more than an umbrella, and that more than nothing.
    clear = [one for one in meanings if one.code not in {"SC-SA-UMBRELLA", UNMAPPED.code}]
    return next(iter(clear or meanings))


def _kind(status: int, meaning: Saying) -> type[RemoteError]:
    """Return the class of the error: the status outranks what is said."""
    if status >= _SERVER:
        return BrokenReplyError
    if status == 404 and meaning is not NOT_SAGE:  # noqa: PLR2004 - HTTP
        return NotFoundError
    if status == 429:  # noqa: PLR2004 - HTTP
        return RateLimitedError
    return meaning.error


_INDEX: Final = re.compile(r"\[([^\]]*)\]")
_LINES: Final = {
    "purchase_credit_note": "credit_note_lines",
    "sales_credit_note": "credit_note_lines",
    "sales_quote": "quote_lines",
    "sales_estimate": "estimate_lines",
    "journal": "journal_lines",
    "opening_balance_journal": "journal_lines",
    "other_payment": "payment_lines",
}


def pointer(source: str, wrap: str, body: Mapping[str, Any] | None = None) -> str:
    """Return where in a sent body `$source` points, as a JSON pointer; "" for the whole.

    Args:
        source: In any of its spellings: `invoice_lines[0].tax_rate_id`,
            `purchase_invoice[invoice_lines][0][description]`, `line_items.description`,
            `base`.
        wrap: The key that the body stood under.
        body: The fields that were sent. Where Sage does not say which line it means, the
            only line is meant, or the only one that lacks the field.
    """
    steps = [step for step in _INDEX.sub(r".\1", source).split(".") if step]
    if steps and steps[0] == wrap:
        steps = steps[1:]
    if not steps or steps == ["base"]:
        return ""
    if steps[0] == "line_items":
        steps[0] = _LINES.get(wrap, "invoice_lines")
    if len(steps) > 1 and steps[0].endswith("lines") and not steps[1].isdigit():
        at = _line_lacking(steps[1], (body or {}).get(steps[0]))
        steps = steps[:1] if at is None else [steps[0], str(at), *steps[1:]]
    return "".join(f"/{step.replace('~', '~0').replace('/', '~1')}" for step in steps)


def _line_lacking(field: str, lines: Any) -> int | None:
    """Return the place of the line that is meant; None where it might be several."""
    match lines:
        case [_]:
            return 0
        case [*several]:
            lacking = [
                at
                for at, one in enumerate(several)
                if isinstance(one, Mapping) and _any(one).get(field) in (None, "")
            ]
            return lacking[0] if len(lacking) == 1 else None
        case _:
            return None


def _any(value: Any) -> Any:
    # Strict checkers call the parts of a matched container unknown.
    return value

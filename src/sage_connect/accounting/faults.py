"""What Sage Accounting answers when it says no, as errors told apart by what to do next."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

from ..errors import (
    AuthenticationError,
    BrokenReplyError,
    DuplicateError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitedError,
    RefusedError,
    RemoteError,
)
from ..plan import Reply
from .wire.reading import parse

_SHOWN: Final = 2000
_EDITION: Final = "no active subscription"
_TAKEN: Final = "artefact number must be unique"

_RENEW: Final = (
    "The business has no active subscription, or its edition lacks this call: renew or "
    "upgrade it at Sage. Signing in again does not help."
)
_ASK_OWNER: Final = (
    "Have the owner of the business give this user the right, or sign in as another user."
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


def faults_in(body: bytes) -> tuple[Fault, ...]:
    """Return what an error reply says, without repeats; () when it is no such reply."""
    try:
        tree = parse(body)
    except ValueError:
        return ()
    return tuple(dict.fromkeys(_found(tree)))


def _found(tree: Any) -> Iterator[Fault]:
    match tree:
        case [*entries]:
            for one in entries:
                yield from _found(one)
        case {"$diagnoses": inner}:
            # As the first version of the API wrapped them.
            yield from _found(inner)
        case {"error": str(code), **rest}:
            yield Fault(code=code, message=str(rest.get("error_description") or code))
        case {"$message": _} | {"$dataCode": _}:
            yield Fault(
                severity=_text(tree, "$severity") or "error",
                code=_text(tree, "$dataCode"),
                message=_text(tree, "$message"),
                source=_text(tree, "$source"),
            )
        case _:
            return


def _text(entry: Mapping[str, Any], name: str) -> str:
    value = entry.get(name)
    return value if isinstance(value, str) else ""


def request_id(reply: Reply) -> str:
    """Return what Sage's support asks for, or ""."""
    # The documentation and the wire may spell it differently.
    return reply.header("x-request-id") or reply.header("x_request_id")


def is_edition_refusal(reply: Reply) -> bool:
    """True for the 401 that no new token cures: the edition or the trial lacks the call."""
    return any(_EDITION in one.message.lower() for one in faults_in(reply.body))


def retry_after(reply: Reply) -> float | None:
    """Return the seconds that `Retry-After` asks to wait, or None."""
    text = reply.header("retry-after").strip()
    return float(text) if text.isdigit() else None


def error_of(reply: Reply, doing: str) -> RemoteError:
    """Return the error that `reply` is.

    Args:
        reply: Of a status other than success.
        doing: What was asked, as "POST /sales_invoices".
    """
    found = faults_in(reply.body)
    id = request_id(reply)
    said = "; ".join(_told(one) for one in found) or _unread(reply)
    suffix = f" (request {id})" if id else ""
    message = f"{doing} was answered {reply.status}: {said}{suffix}"
    details: dict[str, Any] = {
        "status": reply.status,
        "reply": reply.body[:_SHOWN].decode("utf-8", "replace"),
        "request_id": id,
    }
    kind, code, fix = _kind(reply, found)
    if kind is RateLimitedError:
        wait = retry_after(reply) or 0
        return RateLimitedError(message, retry_after=wait, code=code, fix=fix, **details)
    return kind(message, code=code, fix=fix, **details)


def _told(fault: Fault) -> str:
    source = f" at {fault.source}" if fault.source and fault.source != "base" else ""
    return f"{fault.message or fault.code}{source}"


def _unread(reply: Reply) -> str:
    kind = reply.header("content-type").partition(";")[0] or "no content type"
    return f"nothing that Sage documents ({len(reply.body)} bytes, {kind})"


def _kind(reply: Reply, found: tuple[Fault, ...]) -> tuple[type[RemoteError], str, str]:  # noqa: PLR0911 - one for each cure
    match reply.status:
        case 401 if is_edition_refusal(reply):
            return (
                PermissionDeniedError,
                "SC-SA-EDITION",
                _RENEW,
            )
        case 401:
            return AuthenticationError, "SC-SA-TOKEN", "Sign in again."
        case 403:
            return (
                PermissionDeniedError,
                "SC-SA-ROLE",
                _ASK_OWNER,
            )
        case 404:
            return NotFoundError, "", ""
        case 429:
            return RateLimitedError, "SC-SA-THROTTLED", "Repeat it later."
        case status if status >= 500 or not found:  # noqa: PLR2004 - HTTP
            return BrokenReplyError, "", "Look before you repeat a write."
        case _ if any(_TAKEN in one.message.lower() for one in found):
            return DuplicateError, "SC-SA-NUMBER-TAKEN", ""
        case _:
            return RefusedError, "", ""


_INDEX: Final = re.compile(r"\[([^\]]*)\]")


def pointer(source: str, wrap: str) -> str:
    """Return where in a sent body `$source` points, as a JSON pointer; "" for the whole.

    Args:
        source: In any of its spellings: `invoice_lines[0].tax_rate_id`,
            `purchase_invoice[invoice_lines][0][description]`, `base`.
        wrap: The key that the body stood under.
    """
    steps = [step for step in _INDEX.sub(r".\1", source).split(".") if step]
    if steps and steps[0] == wrap:
        steps = steps[1:]
    if not steps or steps == ["base"]:
        return ""
    return "".join(f"/{step}" for step in steps)

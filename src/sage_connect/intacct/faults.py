"""What the gateway answers when it says no, as errors told apart by what to do next."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final, Protocol

import attrs
from lxml import etree

from ..errors import (
    BrokenReplyError,
    DuplicateError,
    PermissionDeniedError,
    RateLimitedError,
    RemoteError,
)
from ..plan import MASK, Reply, Secret
from .sayings import (
    NOT_SAGE,
    REPEATED,
    SAYINGS,
    UNMAPPED,
    VAGUE,
    Level,
    RepeatAnswer,
    Saying,
    saying_of,
)
from .wire.reply import ErrorMessage
from .wire.xml import read_tree

__all__ = (
    "Level",
    "Meant",
    "RepeatAnswer",
    "error_of",
    "is_repeat",
    "masked",
    "meaning_of",
    "retry_after",
    "shown",
    "unread",
)

_SHOWN: Final = 2000
_TOLD: Final = 5
_SERVER: Final = 500
_HIDDEN: Final = frozenset(
    {
        *("password", "sessionid", "senderid", "userid", "clientid", "userpassword"),
        *("accountnumber", "achaccountnumber", "wireaccountnumber", "bankaccountno"),
        *("cardnum", "cardnumber", "ssn", "taxid", "attachmentdata"),
    }
)
"""Elements that are shown to nobody, in small letters."""


class _Failed(Protocol):
    """What is asked of a function's result."""

    @property
    def function(self) -> str: ...
    @property
    def control_id(self) -> str: ...


@attrs.frozen
class Meant:
    """An answer that says no: what counts of it.

    Attributes:
        saying: What is meant, by the most telling of its entries.
        error: The entry that says so; None where there is none.
    """

    saying: Saying
    error: ErrorMessage | None = None


def meaning_of(level: Level, errors: Sequence[ErrorMessage], status: int = 0) -> Meant:
    """Return what an answer means as a whole.

    Args:
        level: Where the errors stand.
        errors: Its entries.
        status: HTTP status, or 0.
    """
    found = [
        Meant(saying_of(level, one.number, one.error_id, texts_of(one), status), one)
        for one in errors
    ]
    if not found:
        return Meant(saying_of(level, "", "", "", status))
    for kind in (RateLimitedError, PermissionDeniedError, DuplicateError):
        for one in found:
            if one.saying.error is kind:
                return one
    # What names its cause says more than the catch-all that Sage likes to end with.
    clear = [one for one in found if one.saying.code not in VAGUE]
    vague = [one for one in found if one.saying is not UNMAPPED]
    return next(iter(clear or vague or found))


def texts_of(error: ErrorMessage) -> str:
    """Return all that one entry says."""
    parts = (error.number, error.description, error.description2, error.correction)
    return " ".join(part for part in parts if part)


def is_repeat(errors: Iterable[ErrorMessage], answer: RepeatAnswer) -> bool:
    """True where a function is refused since its control id was carried out before."""
    return any(answer.fits(one.number, one.error_id, texts_of(one)) for one in errors)


def error_of(
    level: Level,
    errors: Sequence[ErrorMessage],
    result: _Failed | None = None,
    status: int = 0,
    *,
    index: int | None = None,
    doing: str = "",
    reply: str = "",
    retry_after: float = 0,
    repeat: RepeatAnswer | None = None,
) -> RemoteError:
    """Return the error that an answer is.

    Args:
        level: Which part of the answer says no.
        errors: Its entries.
        result: The function's result, where one failed.
        status: HTTP status, or 0.
        index: Which function of the request it was, from 0.
        doing: What was asked, where no result tells.
        reply: The answer as text, without secrets.
        retry_after: Seconds that the answer asks to wait, or 0.
        repeat: How a function that was carried out before is refused; None not to look.
    """
    meant = meaning_of(level, errors, status)
    saying = meant.saying
    if (
        repeat is not None
        and level in {Level.CONTROL, Level.RESULT}
        and is_repeat(errors, repeat)
    ):
        saying = REPEATED
    what = doing or "the request"
    if result is not None:
        place = "" if index is None else f", function {index + 1} of the request,"
        what = f"{result.function or 'the function'} ({result.control_id}){place}"
    id = next((one.support_id for one in errors if one.support_id), "")
    suffix = f" (support id {id})" if id else ""
    said = _said(errors) if errors else "It says no more."
    message = f"{what} {_WAS[level]}: {_begun(saying.cause)}. {said}{suffix}"
    details: dict[str, Any] = {
        "status": status,
        "code": saying.code,
        "reply": reply,
        "request_id": id,
        "fix": saying.fix,
    }
    if saying.error is RateLimitedError:
        return RateLimitedError(message, retry_after=retry_after, **details)
    return saying.error(message, **details)


_WAS: Final = {
    Level.HTTP: "failed on the way",
    Level.CONTROL: "was turned away as a whole",
    Level.AUTHENTICATION: "was turned away at the signing in",
    Level.RESULT: "was refused",
}


def _begun(cause: str) -> str:
    told = cause.rstrip(".")
    if told.startswith("Sage"):
        return told
    return told[:1].lower() + told[1:]


def _said(errors: Sequence[ErrorMessage]) -> str:
    # Sage likes to say the same several times.
    told = list(dict.fromkeys(_told(one) for one in errors))
    more = f"; and {len(told) - _TOLD} more" if len(told) > _TOLD else ""
    return f"Sage says: {'; '.join(told[:_TOLD])}{more}"


_SUPPORT: Final = re.compile(r"(?i)\[support id:[^\[\]]*\]")


def _told(error: ErrorMessage) -> str:
    parts = (error.description, error.description2, error.correction)
    # The support id is told once, and decoded.
    bare = (_SUPPORT.sub("", part).strip() for part in parts)
    text = " ".join(dict.fromkeys(part for part in bare if part))
    number = "/".join(part for part in (error.number, error.error_id) if part)
    shown = text or error.number or "nothing"
    return f"“{shown}” [{number}]" if number else f"“{shown}”"


def unread(
    reply: Reply, secrets: Iterable[Secret] = (), *, doing: str = "the request"
) -> RemoteError:
    """Return the error of an answer that holds no XML of the gateway.

    Args:
        reply: Of any status.
        secrets: What was sent, lest it be shown when a proxy repeats it.
        doing: What was asked.
    """
    text = reply.body[: 4 * _SHOWN].decode("utf-8", "replace")
    spoken = [
        one
        for one in SAYINGS
        if one.words and not one.levels and one.fits(Level.HTTP, "", "", text, 0)
    ]
    saying = spoken[0] if spoken else saying_of(Level.HTTP, "", "", "", reply.status)
    if saying is UNMAPPED:
        saying = NOT_SAGE
    kind = reply.header("content-type").partition(";")[0] or "no content type"
    message = (
        f"{doing} was answered {reply.status}: {_begun(saying.cause)}. It is no XML of the "
        f"gateway ({len(reply.body)} bytes, {kind})"
    )
    details: dict[str, Any] = {
        "status": reply.status,
        "code": saying.code,
        "reply": shown(reply.body, secrets),
        "fix": saying.fix,
    }
    if saying.error is RateLimitedError:
        return RateLimitedError(message, retry_after=retry_after(reply), **details)
    if reply.status >= _SERVER:
        return BrokenReplyError(message, **details)
    return saying.error(message, **details)


def retry_after(reply: Reply) -> float:
    """Return the seconds that `Retry-After` asks to wait; 0 where it does not say."""
    text = reply.header("retry-after").strip()
    return float(text) if re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,3})?", text) else 0


def shown(body: bytes, secrets: Iterable[Secret] = ()) -> str:
    """Return the beginning of an answer as text, without what is nobody's business.

    On the tree, where there is one, so that no layout hides a value.

    Args:
        body: The answer.
        secrets: What was sent, lest it be shown when it is repeated.
    """
    try:
        root = read_tree(body)
    except BrokenReplyError:
        return masked(body[: 4 * _SHOWN].decode("utf-8", "replace"), secrets)[:_SHOWN]
    for element in root.iter(etree.Element):
        if element.tag.lower() in _HIDDEN and (element.text or len(element)):
            del element[:]
            element.text = MASK
    return masked(etree.tostring(root, encoding="unicode"), secrets)[:_SHOWN]


def masked(text: str, secrets: Iterable[Secret]) -> str:
    """Return `text` without the secrets that were sent, as typed or as XML has them."""
    for secret in secrets:
        plain = secret.reveal()
        for form in {plain, plain.replace("&", "&amp;").replace("<", "&lt;")} - {""}:
            text = text.replace(form, MASK)
    return _ELEMENT.sub(rf"\1{MASK}\3", text)


_ELEMENT: Final = re.compile(
    rf"(?is)(<({'|'.join(sorted(_HIDDEN))})\b[^>]*>).*?(</\2\s*>|$)"
)

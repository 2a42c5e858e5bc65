"""The wire to the gateway: sends a call until it is answered, as far as that is safe."""

import uuid
from collections.abc import Sequence
from typing import Final, Protocol

import attrs

from ..errors import (
    BrokenReplyError,
    NotSentError,
    OutcomeUnknownError,
    RateLimitedError,
    RemoteError,
    SageConnectError,
    TransportError,
)
from ..plan import Now, Plan, Reply, Secret, Send, Wait
from .call import Call
from .envelope import ClientConfig
from .faults import Level, error_of, masked, meaning_of, retry_after, shown, unread
from .pace import Limiter
from .sayings import NOT_SAGE, REPEATED, RepeatAnswer
from .wire.reply import Expected, Response, parse_reply

ECHO: Final = "SC-IN-ECHO"
"""Code of an answer that is not to what was asked, or not of whom."""

_OFFLINE: Final = "SC-IN-OFFLINE"
_SERVER: Final = 500
_CUT: Final = 524
_MAYBE: Final = frozenset({408, 499})
_RENEWALS: Final = 2
_HEADERS: Final = (("content-type", "application/xml"), ("accept", "application/xml"))


@attrs.frozen(kw_only=True)
class Patience:
    """How often something is repeated, and how long is waited between.

    The gateway remembers under a control id only what is completed. A write that is sent
    again while the first is still at work would be done twice: hence the long waits.

    Attributes:
        delays: Seconds before each repeat of a read, and of what did not leave.
        lost: Seconds before each repeat of a write whose answer was lost.
        cut: Seconds before each repeat after status 524: the work goes on then, for fifteen
            minutes at most.
        throttled: Seconds to wait when too much was sent; doubled each time.
        longest: Seconds of such a wait at most; asked for more, the error is raised.
        turns: How often a request is sent again that was turned away for that.
        timeout: Seconds for one exchange; None for the driver's own.
    """

    delays: Sequence[float] = (0.5, 2, 8)
    lost: Sequence[float] = (5, 20, 60)
    cut: Sequence[float] = (60, 240, 600)
    throttled: float = 2
    longest: float = 120
    turns: int = 10
    timeout: float | None = None


@attrs.frozen(kw_only=True)
class Signed:
    """How one request is signed.

    Attributes:
        client: Who sends, and who signs in.
        url: Where to.
        session: The session that signs; None for a login.
    """

    client: ClientConfig = attrs.field(repr=False)
    url: str
    session: Secret | None = None

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """What must not be shown of an answer."""
        client = self.client
        given = (client.sender_password, client.user_password, client.session_id)
        return tuple(one for one in given if one)


class Signing(Protocol):
    """Signs requests."""

    def signed(self, stale: Secret | None) -> Plan[Signed]:
        """Return how to sign now, with another session than `stale`, which was refused."""
        ...

    def answered(self, signed: Signed, response: Response) -> Plan[None]:
        """Take note of an answer of success.

        Raises:
            BrokenReplyError: It is another company's.
        """
        ...


@attrs.frozen(kw_only=True)
class Exchanged:
    """An answer in which functions were run, or queued.

    Attributes:
        response: What the gateway says.
        resent: True where an earlier answer to a write was lost: what fails now may have
            been done then.
        status: HTTP status.
        secrets: What must not be shown of it.
    """

    response: Response
    resent: bool = False
    status: int = 200
    secrets: tuple[Secret, ...] = attrs.field(default=(), repr=False)


class _Left:
    """What is left of the patience with one call."""

    def __init__(self, patience: Patience, call: Call) -> None:
        self._delays = iter(patience.delays)
        self._lost = iter(patience.lost if call.writes else patience.delays)
        self._cut = iter(patience.cut)
        self._turns: int = patience.turns
        self._throttled: float = patience.throttled
        self._longest: float = patience.longest
        self._renewals: int = _RENEWALS
        self._repeatable: bool = call.repeatable

    def unsent(self) -> float | None:
        """Return how long to wait before it is tried again; None for no more."""
        return next(self._delays, None)

    def lost(self, status: int = 0) -> float | None:
        """Return the same of what may have been done."""
        if not self._repeatable:
            return None
        return next(self._cut if status == _CUT else self._lost, None)

    def turn(self, asked: float) -> float | None:
        """Return the same of what was turned away."""
        self._turns -= 1
        wait, self._throttled = asked or self._throttled, self._throttled * 2
        if self._turns < 0 or asked > self._longest:
            return None
        return min(wait, self._longest)

    def renewal(self) -> bool:
        """Return whether one more new session may be asked for."""
        self._renewals -= 1
        return self._renewals >= 0


class _Refused(Exception):
    """Nothing ran: what the gateway said, and what may be done about it."""

    def __init__(self, error: RemoteError, *, renewable: bool = False) -> None:
        super().__init__()
        self.error: RemoteError = error
        self.renewable: bool = renewable


_FAILURES: Final = (_Refused, NotSentError, OutcomeUnknownError, BrokenReplyError)


class Gateway:
    """Sends calls of one company.

    Args:
        company: Whose; requests are counted for each.
        pace: Who may send when; None for no limit.
        patience: How often to repeat.
        repeat: How Sage says that it carried out a function before.
    """

    def __init__(
        self,
        company: str,
        pace: Limiter | None = None,
        patience: Patience | None = None,
        repeat: RepeatAnswer | None = None,
    ) -> None:
        self._company: str = company
        self._repeat: RepeatAnswer = repeat or RepeatAnswer()
        self._pace: Limiter | None = pace
        self._patience: Patience = patience or Patience()

    def exchange(
        self, call: Call, signing: Signing, *, patient: bool = True
    ) -> Plan[Exchanged]:
        """Return the answer in which the functions were run, whatever became of each.

        A write is sent again only where it certainly did not leave, was turned away as a
        whole, or is guarded by its control ids.

        Args:
            call: What to send.
            signing: Who signs it.
            patient: False to repeat nothing.

        Raises:
            NotSentError: It did not leave, however often it was tried.
            OutcomeUnknownError: It may have been done: contact was lost, or the gateway
                failed while it was at it.
            RemoteError: The gateway turned it away; nothing was done.
        """
        left = _Left(self._patience, call)
        stale: Secret | None = None
        lost: SageConnectError | None = None
        while True:
            try:
                signed = yield from signing.signed(stale)
            except SageConnectError as error:
                raise _as_told(call, error, lost)  # noqa: B904 - itself, or from itself
            try:
                found = yield from self._once(call, signing, signed)
            except _FAILURES as failure:
                delay = yield from self._after(failure, left)
                if isinstance(failure, _Refused):
                    told: SageConnectError = failure.error
                    stale = signed.session if failure.renewable else stale
                else:
                    told = failure
                    if call.writes and not isinstance(failure, NotSentError):
                        lost = failure
            else:
                return attrs.evolve(found, resent=lost is not None)
            if delay is None or not patient:
                raise _as_told(call, told, lost)
            if delay:
                yield Wait(delay)

    def _after(self, failure: Exception, left: _Left) -> Plan[float | None]:
        """Return how long to wait before a repeat, or None for no repeat."""
        if isinstance(failure, _Refused):
            error = failure.error
            if isinstance(error, RateLimitedError) or error.code == _OFFLINE:
                asked = error.retry_after if isinstance(error, RateLimitedError) else 0
                delay = left.turn(asked)
                yield from self._told_to_wait(delay or asked)
                return delay
            return 0 if failure.renewable and left.renewal() else None
        if self._pace is not None and self._pace.has_given_up(self._company):
            return None
        if isinstance(failure, NotSentError):
            return left.unsent()
        if isinstance(failure, BrokenReplyError):
            # What another company answers is not asked for twice.
            return None if failure.code == ECHO else left.lost(failure.status)
        return left.lost()

    def _once(self, call: Call, signing: Signing, signed: Signed) -> Plan[Exchanged]:
        control_id = call.control_id or str(uuid.uuid4())
        send = Send(
            method="POST",
            url=signed.url,
            headers=_HEADERS,
            body=call.document(signed.client, control_id),
            timeout=self._patience.timeout,
            key=call.key,
        )
        reply = yield from self._in_turn(send)
        response = _read(call, signed, reply)
        control = response.control
        if control.control_id and control.control_id != control_id:
            raise _foreign(call, reply, "of another request")
        _require_run(call, signed, response, reply, self._repeat)
        ids = {result.control_id for result in response.results}
        if not ids <= set(call.ids):
            raise _foreign(call, reply, "of functions that were not sent")
        if signed.session is None or response.authentication is not None:
            yield from signing.answered(signed, response)
        _require_room(response, reply)
        return Exchanged(response=response, status=reply.status, secrets=signed.secrets)

    def _in_turn(self, send: Send) -> Plan[Reply]:
        """Return the answer, of whatever status, once it is our turn."""
        pace = self._pace
        if pace is None:
            return (yield from send)
        while delay := pace.delay(self._company, (yield from Now())):
            yield Wait(delay)
        failed: bool | None = None
        try:
            reply = yield from send
            failed = reply.status >= _SERVER
        except (TransportError, BrokenReplyError):
            failed = True
            raise
        finally:
            pace.ended(self._company, failed=failed)
        return reply

    def _told_to_wait(self, seconds: float) -> Plan[None]:
        if self._pace is not None:
            self._pace.throttled(self._company, (yield from Now()), seconds)


def _read(call: Call, signed: Signed, reply: Reply) -> Response:
    """Return what an answer says: its XML first, whatever its status.

    Raises:
        BrokenReplyError: It cannot be read; what was asked for may have been done.
        _Refused: It says that nothing was done.
    """
    failure: RemoteError | None = None
    response: Response | None = None
    if (
        reply.body.lstrip()[:9]
        .lower()
        .startswith((b"<?xml", b"<response", b"\xef\xbb\xbf<"))
    ):
        try:
            expected: Expected = "offline" if call.policy_id else "online"
            response = parse_reply(reply.body, expected=expected)
        except BrokenReplyError as error:
            failure = BrokenReplyError(
                masked(f"{call.doing}: {error.message}", signed.secrets),
                status=reply.status,
                code=NOT_SAGE.code,
                reply=shown(reply.body, signed.secrets),
                fix=error.fix or NOT_SAGE.fix,
            )
    if response is not None:
        return response
    if failure is None:
        failure = unread(reply, signed.secrets, doing=call.doing)
    if reply.status == 429 and not isinstance(failure, RateLimitedError):  # noqa: PLR2004 - HTTP
        failure = RateLimitedError(
            failure.message,
            status=429,
            code="SC-IN-THROTTLED",
            reply=failure.reply,
            retry_after=retry_after(reply),
        )
    was_refused = 300 <= reply.status < _SERVER and reply.status not in _MAYBE  # noqa: PLR2004 - HTTP
    if was_refused or isinstance(failure, RateLimitedError):
        raise _Refused(failure)
    if isinstance(failure, BrokenReplyError):
        raise failure
    broken = BrokenReplyError(
        failure.message,
        status=reply.status,
        code=failure.code,
        reply=failure.reply,
        fix=failure.fix,
    )
    raise broken from failure


def _require_run(
    call: Call, signed: Signed, response: Response, reply: Reply, repeat: RepeatAnswer
) -> None:
    """Refuse an answer that says that nothing ran.

    Raises:
        _Refused: It does.
    """
    if response.control.status != "success":
        level = Level.CONTROL
    elif response.authentication and response.authentication.status != "success":
        level = Level.AUTHENTICATION
    elif response.acknowledgement not in (None, "success"):
        level = Level.CONTROL
    else:
        return
    error = error_of(
        level,
        response.errors,
        status=reply.status,
        doing=call.doing,
        reply=shown(reply.body, signed.secrets),
        retry_after=retry_after(reply),
        # Whether a repeat fails its function or the whole request is not documented.
        repeat=repeat if call.unique else None,
    )
    if reply.status == 429 and not isinstance(error, RateLimitedError):  # noqa: PLR2004 - HTTP
        error = RateLimitedError(
            error.message,
            status=429,
            code="SC-IN-THROTTLED",
            reply=error.reply,
            retry_after=retry_after(reply),
        )
    renewable = signed.session is not None and (
        level is Level.AUTHENTICATION or error.code in {"SC-IN-SIGN-IN", "SC-IN-SENDER"}
    )
    raise _Refused(error, renewable=renewable)


def _require_room(response: Response, reply: Reply) -> None:
    """Refuse an answer in which each function was turned away for want of room.

    Raises:
        _Refused: It is one.
    """
    results = response.results
    if not results or any(one.status == "success" for one in results):
        return
    meant = [meaning_of(Level.RESULT, one.errors) for one in results]
    if all(
        one.saying.error is RateLimitedError or one.saying.code == _OFFLINE for one in meant
    ):
        error = error_of(
            Level.RESULT,
            results[0].errors,
            results[0],
            reply.status,
            retry_after=retry_after(reply),
        )
        raise _Refused(error)


def _foreign(call: Call, reply: Reply, whose: str) -> BrokenReplyError:
    return BrokenReplyError(
        f"the answer to {call.doing} is that {whose}",
        status=reply.status,
        code=ECHO,
        fix="Look for a proxy that mixes answers up; look before you repeat a write.",
    )


def _as_told(
    call: Call, failure: SageConnectError, lost: SageConnectError | None
) -> SageConnectError:
    """Return the error to raise: of a write that may have been done, nobody knows."""
    if lost is None or not call.writes or failure.code == REPEATED.code:
        return failure
    if failure is lost and isinstance(failure, OutcomeUnknownError):
        return failure
    unknown = OutcomeUnknownError(
        f"whether {call.doing} was done is not known: {failure.message}"
    )
    unknown.code, unknown.fix = failure.code, failure.fix
    unknown.__cause__ = failure
    return unknown

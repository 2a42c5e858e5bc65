"""The way to one business: who asks, where, how often, and what an answer is worth."""

import datetime as dt
from collections.abc import Callable, Sequence
from functools import partial
from itertools import islice
from typing import Any, Final, Protocol, TypeVar

import attrs

from ..errors import (
    AuthenticationError,
    BrokenReplyError,
    ConfigurationError,
    NotSentError,
    OutcomeUnknownError,
    RateLimitedError,
    SageConnectError,
    TransportError,
)
from ..ledger import Health, HealthState
from ..plan import (
    Download,
    Exclusively,
    Now,
    Plan,
    Reply,
    Sealed,
    Secret,
    Send,
    Step,
    Wait,
)
from .faults import error_of, is_edition_refusal, masked, request_id, retry_after
from .request import (
    JSON,
    Request,
    encoded_query,
    idempotency_id,
    path_id,
)
from .sayings import NOT_SAGE
from .turns import SERIALISED, TURNS
from .wire.reading import parse

__all__ = (
    "FixedToken",
    "Pace",
    "Patience",
    "Request",
    "Service",
    "TokenSource",
    "encoded_query",
    "idempotency_id",
    "path_id",
)

T = TypeVar("T")

_OK: Final = range(200, 300)
_NAMED: Final = 10
_RENEWALS: Final = 2
_SHOWN: Final = 2000
_TRANSIENT: Final = frozenset({500, 502, 503, 504, 525})


class TokenSource(Protocol):
    """Gives access tokens."""

    def token(self) -> Plan[Secret]:
        """Return a token that is not known to have expired."""
        ...

    def renewed(self, stale: Secret) -> Plan[Secret]:
        """Return another token than `stale`, which was refused."""
        ...

    def health(self) -> Plan[Health]:
        """Say how the sign-in is, as far as known here; asks nobody."""
        ...


@attrs.frozen
class FixedToken:
    """An access token from elsewhere; it cannot be renewed."""

    _token: Secret

    def token(self) -> Plan[Secret]:
        """Return the token."""
        yield from ()
        return self._token

    def renewed(self, stale: Secret) -> Plan[Secret]:
        """Return the same token: there is no other."""
        yield from ()
        return stale

    def health(self) -> Plan[Health]:
        """Return OK: nothing is known of it."""
        yield from ()
        return Health(state=HealthState.OK)


class Pace(Protocol):
    """Says who may send when. Shared by services; `pace.Limiter` is one."""

    def delay(self, business: str, now: dt.datetime) -> float:
        """Return 0 and count a request as under way, or the seconds after which to ask."""
        ...

    def throttled(self, business: str, now: dt.datetime, seconds: float) -> None:
        """Note that Sage told `business` to wait."""
        ...

    def ended(self, business: str, *, failed: bool | None) -> None:
        """Note that a request is over; whether the service failed, None where unknown."""
        ...

    def has_given_up(self, business: str) -> bool:
        """Return whether so much failed that a repeat soon makes no sense."""
        ...


@attrs.frozen(kw_only=True)
class Patience:
    """How often something is repeated, and how long is waited between.

    Attributes:
        delays: Seconds before each repeat of a request that is safe to repeat.
        longest: Seconds of `Retry-After` that are waited for; asked for more, the error is
            raised.
        throttled: Seconds to wait on a 429 that does not say how long.
        turns: How often a request is sent again that was turned away by a 429.
    """

    delays: Sequence[float] = (0.5, 2, 8)
    longest: float = 120
    throttled: float = 5
    turns: int = 10


class _Left:
    """What is left of the patience with one request."""

    def __init__(self, patience: Patience, request: Request) -> None:
        self._delays = iter(patience.delays if request.patient else ())
        self._turns = patience.turns if request.patient else 0
        self._renewals = _RENEWALS

    def delay(self) -> float | None:
        """Return how long to wait before the next repeat; None for no more."""
        return next(self._delays, None)

    def turn(self) -> bool:
        """Return whether it may be sent again after it was turned away."""
        self._turns -= 1
        return self._turns >= 0

    def renewal(self) -> bool:
        """Return whether one more new token may be asked for."""
        self._renewals -= 1
        return self._renewals >= 0


class Service:
    """One user's way to one business. Not for several threads at once.

    Args:
        base: Base address, with the version.
        tokens: Where access tokens come from.
        business: The business's id; "" for the only one, which is then looked up.
        pace: Who may send when; None for no limit.
        patience: How often to repeat.
        void_reason: Where the reason of a void stands: "query", "body" or "both". Sage's
            own pages contradict each other.
    """

    def __init__(
        self,
        base: str,
        tokens: TokenSource,
        *,
        business: str = "",
        pace: Pace | None = None,
        patience: Patience | None = None,
        void_reason: str = "both",
    ) -> None:
        self._base: str = base.rstrip("/")
        self._tokens: TokenSource = tokens
        self.business: str = business
        self.void_reason: str = void_reason
        self._pace: Pace | None = pace
        self._patience: Patience = patience or Patience()

    def send(self, request: Request) -> Plan[Reply]:
        """Return the answer of success.

        A request that is not safe to repeat is repeated only when it certainly did not
        leave, or was turned away unread (401, 429). What Sage wants created in turn waits
        for its turn in this process.

        Raises:
            ConfigurationError: No business is pinned, and the user has not just one.
            NotSentError: It did not leave, however often it was tried.
            OutcomeUnknownError: It may have been done: contact was lost, or the server
                failed while it was at it.
            RemoteError: Sage says no.
        """
        yield from self._pinned_for(request)
        if request.method == "POST" and request.path[1:] in SERIALISED:
            name = f"{self._base} {self.business}"
            in_turn = Exclusively(TURNS, name, partial(self._sent, request, _itself))
            return (yield from in_turn)
        return (yield from self._sent(request, _itself))

    def save(
        self, request: Request, path: str, is_wanted: Callable[[Reply], bool]
    ) -> Plan[None]:
        """Write the body of the answer to a file as it comes, whole or not at all.

        Args:
            request: A read.
            path: The file. Missing folders are made.
            is_wanted: Called with an answer of success, before its body: False for one
                that cannot be what was asked for.

        Raises:
            StorageError: The file cannot be written.
            BrokenReplyError: The answer is not wanted; it was not written.
            SageConnectError: As `send` does.
        """

        def wanted(reply: Reply) -> bool:
            is_ours = reply.status in _OK and self._is_ours(request, reply)
            return is_ours and is_wanted(reply)

        yield from self._pinned_for(request)
        reply = yield from self._sent(request, lambda send: Download(send, path, wanted))
        if not is_wanted(reply):
            raise self.misfit(request, reply)

    def _sent(
        self, request: Request, step_of: Callable[[Send], Step[Reply]]
    ) -> Plan[Reply]:
        left = _Left(self._patience, request)
        token = yield from self._tokens.token()
        send = self._step(request, token)
        while True:
            try:
                reply = yield from self._in_turn(request, step_of(send))
            except (NotSentError, OutcomeUnknownError, BrokenReplyError) as lost:
                delay = self._after_loss(request, lost, left)
                if delay is None:
                    raise
            else:
                if reply.status in _OK:
                    self._check_echo(request, reply)
                    return reply
                delay = yield from self._after_refusal(request, reply, token, left)
                if delay is None:
                    raise self._refusal(request, reply)
            if delay:
                yield Wait(delay)
            # Asked for anew: it may have expired in the meantime, or been refused.
            known, token = token, (yield from self._tokens.token())
            if token != known:
                send = self._step(request, token)

    def _in_turn(self, request: Request, step: Step[Reply]) -> Plan[Reply]:
        """Return the first answer, of whatever status, once it is our turn."""
        pace = self._pace
        if pace is None:
            return (yield from step)
        while delay := pace.delay(self.business, (yield from Now())):
            if not request.patient:
                raise RateLimitedError(
                    f"{request.doing} has to wait: Sage is to be left in peace for "
                    f"{delay:.0f} s more",
                    retry_after=delay,
                    code="SC-SA-THROTTLED",
                )
            yield Wait(delay)
        failed: bool | None = None
        try:
            reply = yield from step
            failed = reply.status in _TRANSIENT
        except (TransportError, BrokenReplyError):
            failed = True
            raise
        finally:
            # What asked for too much says nothing of how the service is.
            pace.ended(self.business, failed=None if failed and request.heavy else failed)
        return reply

    def _pinned_for(self, request: Request) -> Plan[None]:
        if request.in_business and not self.business:
            yield from self.pin()

    def _after_loss(self, request: Request, lost: Exception, left: _Left) -> float | None:
        """Return how long to wait before a repeat, or None for no repeat."""
        again = isinstance(lost, NotSentError) or (request.repeatable and not request.heavy)
        delay = self._before_repeat(left) if again else None
        if delay is None and isinstance(lost, BrokenReplyError) and not request.reads:
            raise OutcomeUnknownError(lost.message) from lost
        return delay

    def _before_repeat(self, left: _Left) -> float | None:
        """Return how long to wait before a repeat, or None for no repeat."""
        if self._pace is not None and self._pace.has_given_up(self.business):
            return None
        return left.delay()

    def _after_refusal(
        self, request: Request, reply: Reply, token: Secret, left: _Left
    ) -> Plan[float | None]:
        """Return how long to wait before a repeat, or None for no repeat."""
        if reply.status == 401 and not is_edition_refusal(reply) and left.renewal():  # noqa: PLR2004 - HTTP
            fresh = yield from self._tokens.renewed(token)
            return None if fresh == token else 0
        if reply.status == 429:  # noqa: PLR2004 - HTTP
            now = yield from Now()
            asked = retry_after(reply, now)
            wait = self._patience.throttled if asked is None else asked
            if self._pace is not None:
                self._pace.throttled(self.business, now, wait)
            return wait if wait <= self._patience.longest and left.turn() else None
        if reply.status in _TRANSIENT and request.repeatable:
            if request.heavy and reply.status != 503:  # noqa: PLR2004 - HTTP
                return None
            delay = self._before_repeat(left)
            asked = retry_after(reply)
            if delay is not None and asked is not None:
                return asked if asked <= self._patience.longest else None
            return delay
        return None

    def pin(self, *, patient: bool = True) -> Plan[None]:
        """Pin the user's only business, where none is pinned.

        Args:
            patient: False to repeat nothing.

        Raises:
            ConfigurationError: The user has none, or several.
            SageConnectError: As for `send`.
        """
        if self.business:
            return
        tree = yield from self.json(
            Request(
                method="GET",
                path="/businesses",
                repeatable=patient,
                in_business=False,
                patient=patient,
            )
        )
        found = {str(one["id"]): str(one.get("displayed_as", "")) for one in _items(tree)}
        if not found:
            raise ConfigurationError(
                "the user who signed in has no business in Sage Accounting",
                code="SC-SA-NO-BUSINESS",
                fix="Let the person make a business at Sage, or sign in as another person.",
            )
        if len(found) > 1:
            named = ", ".join(
                f"{name} ({id})" for id, name in islice(found.items(), _NAMED)
            )
            more = len(found) - _NAMED
            raise ConfigurationError(
                f"no business is chosen, and the user has {len(found)}: {named}"
                + (f" and {more} more" if more > 0 else ""),
                code="SC-SA-BUSINESS",
                fix="Name the id of one; Sage would take whichever leads.",
            )
        (self.business,) = found

    def health(self) -> Plan[Health]:
        """Try the connection once, with a request that every role may make."""
        try:
            yield from self.pin(patient=False)
            path = f"/businesses/{self.business}"
            # Read too: a proxy's page may come with the status of success.
            yield from self.json(
                Request(method="GET", path=path, in_business=False, patient=False)
            )
        except AuthenticationError as error:
            return Health(state=HealthState.REAUTH_NEEDED, reason=error.message)
        except RateLimitedError as error:
            return Health(state=HealthState.THROTTLED, reason=error.message)
        except SageConnectError as error:
            return Health(state=HealthState.DOWN, reason=error.message)
        return (yield from self._tokens.health())

    def json(self, request: Request) -> Plan[Any]:
        """Return what the answer says, as JSON.

        What is safe to repeat is repeated when its answer is no JSON.

        Raises:
            BrokenReplyError: It is no JSON, though a read; of a write the outcome is then
                unknown.
        """
        left = _Left(self._patience, request)
        while True:
            reply = yield from self.send(request)
            if not reply.body:
                return None
            try:
                return parse(reply.body)
            except ValueError as error:
                broken = self.misfit(request, reply, str(error))
            delay = left.delay() if request.repeatable else None
            if delay is None:
                raise _as_told(request, broken)
            yield Wait(delay)

    def record(self, request: Request, decode: Callable[[dict[str, Any]], T]) -> Plan[T]:
        """Return the record that the answer holds.

        Raises:
            BrokenReplyError: It holds none; of a write the outcome is then unknown.
        """
        tree = yield from self.json(request)
        try:
            record = decode(_any(tree)) if isinstance(tree, dict) else None
        except RecursionError:
            record = None
        # Whatever is made has an id; settings, which are only changed, need not.
        if record is not None and not (
            request.method == "POST" and getattr(record, "id", None) == ""
        ):
            return record
        broken = BrokenReplyError(
            f"{request.doing} was answered without a record",
            code=NOT_SAGE.code,
            fix=NOT_SAGE.fix,
        )
        raise _as_told(request, broken)

    def _step(self, request: Request, token: Secret) -> Send:
        headers: list[tuple[str, str | Sealed]] = [
            ("authorization", Sealed(("Bearer ", token))),
            ("accept", request.accept),
        ]
        if request.body:
            headers.append(("content-type", JSON))
        if request.in_business:
            headers.append(("x-business", self.business))
        return Send(
            method=request.method,
            url=self._base + request.path,
            query=request.query,
            headers=tuple(headers),
            body=request.body,
            key=request.key,
        )

    def _refusal(self, request: Request, reply: Reply) -> Exception:
        error = error_of(reply, request.doing)
        if reply.status >= 500 and not request.reads:  # noqa: PLR2004 - HTTP
            # Sage says itself that a POST may have succeeded then.
            unknown = OutcomeUnknownError(error.message)
            unknown.__cause__ = error
            return unknown
        return error

    def _is_ours(self, request: Request, reply: Reply) -> bool:
        echo = reply.header("x-business").strip().lower()
        return not (request.in_business and echo) or echo == self.business.lower()

    def _check_echo(self, request: Request, reply: Reply) -> None:
        if not self._is_ours(request, reply):
            raise BrokenReplyError(
                f"{request.doing} was asked of the business {self.business} and answered "
                f"by {reply.header('x-business')}",
                status=reply.status,
                code="SC-SA-ECHO",
                request_id=request_id(reply),
                fix="Look at both businesses before you repeat it.",
            )

    def misfit(self, request: Request, reply: Reply, fault: str = "") -> BrokenReplyError:
        """Return the error of an answer of success that is not what was asked for."""
        kind = reply.header("content-type") or "no content type"
        wanted = "JSON" if request.accept == JSON else request.accept
        id = request_id(reply)
        reason = f": {fault}" if fault else ""
        suffix = f" (request {id})" if id else ""
        return BrokenReplyError(
            f"{request.doing} was answered {reply.status} with something else than "
            f"{wanted} ({kind}, {len(reply.body)} bytes){reason}{suffix}",
            status=reply.status,
            code=NOT_SAGE.code,
            reply=masked(reply.body[:_SHOWN].decode("utf-8", "replace")),
            request_id=id,
            fix=NOT_SAGE.fix,
        )


def _as_told(request: Request, broken: BrokenReplyError) -> Exception:
    """Return the error of a broken answer: of a write, nobody knows what was done."""
    if request.reads:
        return broken
    unknown = OutcomeUnknownError(broken.message)
    unknown.__cause__ = broken
    return unknown


def _itself(send: Send) -> Send:
    return send


def _items(tree: Any) -> list[dict[str, Any]]:
    match tree:
        case {"$items": [*entries]} | [*entries]:
            # A list without its envelope, as the published description has it, will do.
            return [_any(one) for one in entries if isinstance(one, dict) and "id" in one]
        case _:
            return []


def _any(value: Any) -> Any:
    # Strict checkers call the parts of a matched container unknown.
    return value

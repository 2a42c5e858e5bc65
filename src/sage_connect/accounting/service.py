"""The way to one business: who asks, where, how often, and what an answer is worth."""

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
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
)
from ..ledger import Health, HealthState
from ..plan import Exclusively, Now, Plan, Reply, Sealed, Secret, Send, Wait
from .faults import error_of, is_edition_refusal, request_id, retry_after
from .turns import SERIALISED, TURNS
from .wire.reading import parse

T = TypeVar("T")

_OK: Final = range(200, 300)
_DIGEST: Final = re.compile(r"[0-9a-f]{32}")
_ID: Final = re.compile(r"[A-Za-z0-9_.-]+")
_TRANSIENT: Final = frozenset({500, 502, 503, 504, 525})
_NAMED: Final = 10
JSON: Final = "application/json"


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
    """Says how long to wait before a request may leave."""

    def delay(self, business: str, now: dt.datetime) -> float:
        """Return the seconds until the next request of `business` may leave."""
        ...

    def throttled(self, business: str, now: dt.datetime, seconds: float) -> None:
        """Note that Sage asked `business` to wait."""
        ...


@attrs.frozen(kw_only=True)
class Patience:
    """How often something is repeated, and how long is waited between.

    Attributes:
        delays: Seconds before each repeat of a request that is safe to repeat.
        longest: Seconds of `Retry-After` that are waited for; asked for more, the error is
            raised.
        throttled: Seconds to wait on a 429 that does not say how long.
    """

    delays: Sequence[float] = (0.5, 2, 8)
    longest: float = 120
    throttled: float = 5


@attrs.frozen(kw_only=True)
class Request:
    """What is asked of the API.

    Attributes:
        method: HTTP method.
        path: Below the base address, such as "/contacts".
        query: Pairs, in order.
        body: JSON bytes, or b"".
        accept: Media type of the answer.
        repeatable: True where a repeat does nothing more: a read, or a write that the API
            itself guards.
        key: What the write stands under, for the log.
        in_business: False for what belongs to the user: businesses and the user.
        patient: False to be answered at once: nothing is repeated.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: bytes = attrs.field(default=b"", repr=False)
    accept: str = JSON
    repeatable: bool = False
    key: str = ""
    in_business: bool = True
    patient: bool = True

    @property
    def doing(self) -> str:
        """What is asked, for a message."""
        return f"{self.method} {self.path}"


class Service:
    """One user's way to one business. Not for several threads at once.

    Args:
        base: Base address, with the version.
        tokens: Where access tokens come from.
        business: The business's id; "" for the only one, which is then looked up.
        pace: Who may send when; None for no limit.
        patience: How often to repeat.
    """

    def __init__(
        self,
        base: str,
        tokens: TokenSource,
        *,
        business: str = "",
        pace: Pace | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._base: str = base.rstrip("/")
        self._tokens: TokenSource = tokens
        self.business: str = business
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
        if request.in_business and not self.business:
            yield from self.pin()
        if request.method == "POST" and request.path[1:] in SERIALISED:
            name = f"{self._base} {self.business}"
            return (yield from Exclusively(TURNS, name, lambda: self._sent(request)))
        return (yield from self._sent(request))

    def _sent(self, request: Request) -> Plan[Reply]:
        token = yield from self._tokens.token()
        delays = iter(self._patience.delays if request.patient else ())
        renewed = False
        while True:
            reply = yield from self._attempt(request, token, delays)
            if reply.status in _OK:
                self._check_echo(request, reply)
                return reply
            if reply.status == 401 and not renewed and not is_edition_refusal(reply):  # noqa: PLR2004 - HTTP
                token = yield from self._tokens.renewed(token)
                renewed = True
                continue
            delay = yield from self._delay(request, reply, next(delays, None))
            if delay is None:
                raise self._refusal(request, reply)
            yield Wait(delay)

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

    def _attempt(
        self, request: Request, token: Secret, delays: Iterator[float]
    ) -> Plan[Reply]:
        """Return the first answer, of whatever status, repeating what is safe to repeat."""
        while True:
            yield from self._wait_turn()
            try:
                return (yield from self._step(request, token))
            except NotSentError:
                delay = next(delays, None)
                if delay is None:
                    raise
            except (OutcomeUnknownError, BrokenReplyError) as lost:
                delay = next(delays, None) if request.repeatable else None
                if delay is None:
                    if isinstance(lost, BrokenReplyError) and not _reads(request):
                        raise OutcomeUnknownError(lost.message) from lost
                    raise
            yield Wait(delay)

    def json(self, request: Request) -> Plan[Any]:
        """Return what the answer says, as JSON.

        Raises:
            BrokenReplyError: It is no JSON, though a read; of a write the outcome is then
                unknown.
        """
        delays = iter(self._patience.delays if request.repeatable else ())
        while True:
            reply = yield from self.send(request)
            if not reply.body:
                return None
            try:
                return parse(reply.body)
            except ValueError as error:
                broken = _no_json(request, reply, error)
            delay = next(delays, None)
            if delay is not None:
                yield Wait(delay)
            elif _reads(request):
                raise broken
            else:
                raise OutcomeUnknownError(broken.message) from broken

    def record(self, request: Request, decode: Callable[[dict[str, Any]], T]) -> Plan[T]:
        """Return the record that the answer holds.

        Raises:
            BrokenReplyError: It holds none; of a write the outcome is then unknown.
        """
        tree = yield from self.json(request)
        if isinstance(tree, dict):
            return decode(_any(tree))
        broken = BrokenReplyError(f"{request.doing} was answered without a record")
        if _reads(request):
            raise broken
        raise OutcomeUnknownError(broken.message) from broken

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

    def _wait_turn(self) -> Plan[None]:
        if self._pace is not None:
            now = yield from Now()
            delay = self._pace.delay(self.business, now)
            if delay > 0:
                yield Wait(delay)

    def _delay(
        self, request: Request, reply: Reply, delay: float | None
    ) -> Plan[float | None]:
        """Return how long to wait before a repeat, or None for no repeat."""
        if delay is None:
            return None
        if reply.status == 429:  # noqa: PLR2004 - HTTP
            asked = retry_after(reply)
            wait = self._patience.throttled if asked is None else asked
            if self._pace is not None:
                now = yield from Now()
                self._pace.throttled(self.business, now, wait)
            return wait if wait <= self._patience.longest else None
        if reply.status in _TRANSIENT and request.repeatable:
            return retry_after(reply) or delay
        return None

    def _refusal(self, request: Request, reply: Reply) -> Exception:
        error = error_of(reply, request.doing)
        if reply.status >= 500 and not _reads(request):  # noqa: PLR2004 - HTTP
            # Sage says itself that a POST may have succeeded then.
            unknown = OutcomeUnknownError(error.message)
            unknown.__cause__ = error
            return unknown
        return error

    def _check_echo(self, request: Request, reply: Reply) -> None:
        echo = reply.header("x-business")
        if request.in_business and echo and echo != self.business:
            raise BrokenReplyError(
                f"{request.doing} was asked of the business {self.business} and answered "
                f"by {echo}",
                status=reply.status,
                code="SC-SA-BUSINESS",
                request_id=request_id(reply),
                fix="Look at both businesses before you repeat it.",
            )


def _no_json(request: Request, reply: Reply, error: ValueError) -> BrokenReplyError:
    return BrokenReplyError(
        f"{request.doing} was answered {reply.status} with what is no JSON "
        f"({len(reply.body)} bytes): {error}",
        status=reply.status,
        request_id=request_id(reply),
        fix="Look for a proxy in between.",
    )


def idempotency_id(key: str) -> str:
    """Return the 32 hexadecimal digits that stand for `key` on the wire."""
    return key if _DIGEST.fullmatch(key) else hashlib.sha256(key.encode()).hexdigest()[:32]


def path_id(id: str) -> str:
    """Return an id as a part of a path.

    Raises:
        ValueError: It is none; an empty one would ask for the whole list.
    """
    if not _ID.fullmatch(id):
        raise ValueError(f"{id!r} is no id of Sage Accounting")
    return id


def encoded_query(given: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return query parameters as text; those that are None are left out.

    Raises:
        ValueError: A time has no zone.
    """
    return tuple((name, _asked(one)) for name, one in given.items() if one is not None)


def _asked(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case dt.datetime():
            if value.tzinfo is None:
                raise ValueError("a time without a zone: give it one, as in tzinfo=UTC")
            return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
        case dt.date():
            return value.isoformat()
        case _:
            return str(value)


def _items(tree: Any) -> list[dict[str, Any]]:
    match tree:
        case {"$items": [*entries]} | [*entries]:
            # A list without its envelope, as the published description has it, will do.
            return [_any(one) for one in entries if isinstance(one, dict) and "id" in one]
        case _:
            return []


def _reads(request: Request) -> bool:
    return request.method == "GET"


def _any(value: Any) -> Any:
    # Strict checkers call the parts of a matched container unknown.
    return value

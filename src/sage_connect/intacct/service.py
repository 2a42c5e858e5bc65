"""The way to one company: who asks, at which level, and what an answer is worth."""

from collections.abc import Iterable, Sequence
from typing import Final

import attrs

from ..errors import (
    AuthenticationError,
    BrokenReplyError,
    ConfigurationError,
    OutcomeUnknownError,
    RateLimitedError,
    RemoteError,
    SageConnectError,
)
from ..ledger import Health, HealthState
from ..plan import Plan
from .call import Call, call_of
from .credentials import Credentials, Endpoints
from .functions import ApiSessionCreate
from .gateway import Exchanged, Gateway, Patience
from .outcomes import Answer, answers_of, not_run, repeated, unknown
from .pace import Limiter
from .sayings import REPEATED, RepeatAnswer
from .session import Sessions
from .wire.function import Function
from .wire.reply import Response, Result

__all__ = ("Acknowledgement", "Answer", "Limiter", "Patience", "RepeatAnswer", "Service")

LARGEST_QUEUED: Final = 500_000
"""Characters of a request by a transport policy at most."""

_SPOILING: Final = frozenset({"SC-IN-XML", "SC-IN-REQUEST", REPEATED.code})
"""Codes of a request that is turned away as a whole for what one function is."""


@attrs.frozen(kw_only=True)
class Acknowledgement:
    """A request was found well-formed, and is queued. Nothing is done by that.

    What became of its functions is told later, in a callback.

    Attributes:
        control_id: By which the callback is told apart.
        calls: What was sent.
        status: As Sage says.
    """

    control_id: str
    call: Call
    status: str


class Own:
    """The level that the credentials name."""


OWN: Final = Own()


class Service:
    """One user's way to one company. Not for several threads at once.

    Args:
        credentials: Whose.
        endpoints: Where requests may go.
        pace: Who may send when; None for no limit.
        patience: How often to repeat.
        repeat: How Sage says that it carried out a function before.
        policy_id: Transport policy of requests that are queued.
        batch: Functions that go out in one request at most. Sage states no limit.
    """

    def __init__(
        self,
        credentials: Credentials,
        endpoints: Endpoints | None = None,
        *,
        pace: Limiter | None = None,
        patience: Patience | None = None,
        repeat: RepeatAnswer | None = None,
        policy_id: str = "",
        batch: int = 100,
    ) -> None:
        self.credentials: Credentials = credentials
        self.repeat: RepeatAnswer = repeat or RepeatAnswer()
        self.policy_id: str = policy_id
        self._batch: int = batch
        endpoints = endpoints or Endpoints()
        gateway = Gateway(
            f"{endpoints.gateway} {credentials.company_id}", pace, patience, self.repeat
        )
        self._gateway: Gateway = gateway
        self._sessions: Sessions = Sessions(credentials, endpoints, gateway)

    def execute(
        self,
        functions: Sequence[Function],
        *,
        transaction: bool = False,
        entity: str | Own | None = OWN,
        unique: bool | None = None,
        key: str = "",
    ) -> Plan[Response]:
        """Return the answer in which `functions` were run, whatever became of each.

        Args:
            functions: All go out in one request.
            transaction: True for all of them or none.
            entity: Entity to work in; "" for the top level, None to leave it to the user.
                Without it, that of the credentials.
            unique: Whether Sage is to refuse what it carried out before under the same
                control id; None if any function writes.
            key: Digest of the document's key, for the log.

        Raises:
            SageConnectError: As `Gateway.exchange`, or a function cannot be encoded.
        """
        call = call_of(functions, transaction=transaction, unique=unique, key=key)
        found = yield from self._exchanged(call, entity)
        return found.response

    def one(
        self,
        function: Function,
        *,
        entity: str | Own | None = OWN,
        unique: bool | None = None,
        key: str = "",
    ) -> Plan[Result]:
        """Return the result of one function that was carried out.

        Raises:
            DuplicateError: It was carried out before under its control id
                (`SC-IN-REPEATED`), or there is such a record already.
            OutcomeUnknownError: It may have been carried out.
            RemoteError: Sage refused it.
            SageConnectError: As for `execute`.
        """
        call = call_of([function], unique=unique, key=key)
        found = yield from self._exchanged(call, entity)
        (answer,) = answers_of(call, found, self.repeat)
        if call.writes or not isinstance(answer.error, OutcomeUnknownError):
            return answer.unwrap()
        # Of a read, nothing can be unknown.
        raise BrokenReplyError(answer.error.message, code="SC-IN-NOT-SAGE")

    def batches(
        self,
        functions: Iterable[Function],
        *,
        transaction: bool = False,
        entity: str | Own | None = OWN,
        unique: bool | None = None,
        key: str = "",
    ) -> Plan[tuple[Answer, ...]]:
        """Carry out `functions` in as few requests as may be; one answer each, in order.

        Nothing is raised for what happens on the way: each answer tells. A function that
        makes the whole request unreadable is found, and the others are carried out.

        Args:
            functions: In order.
            transaction: True for all of them or none; then they are not divided.
            entity: As for `execute`.
            unique: As for `execute`.
            key: Digest of the document's key, for the log.

        Raises:
            ConfigurationError: A transaction has more functions than one request takes.
            CodecError: A function cannot be encoded; nothing was sent.
        """
        parts = _divided(functions, self._batch)
        if transaction and len(parts) > 1:
            raise ConfigurationError(
                f"expected a transaction of at most {self._batch} functions, found more",
                fix="Make several of it: what does not fit into one request cannot be "
                "taken back together.",
            )
        calls = [
            call_of(part, transaction=transaction, unique=unique, key=key) for part in parts
        ]
        answers: list[Answer] = []
        stopped: SageConnectError | None = None
        for call in calls:
            if stopped is not None:
                answers += not_run(call, stopped)
                continue
            told, stopped = yield from self._tried(call, entity)
            answers += told
        return tuple(answers)

    def queue(
        self,
        functions: Sequence[Function],
        *,
        control_id: str,
        policy_id: str = "",
        transaction: bool = False,
        entity: str | Own | None = OWN,
        unique: bool | None = None,
        key: str = "",
    ) -> Plan[Acknowledgement]:
        """Have `functions` queued; what becomes of them is told in a callback.

        The user's password signs: a session might have died before their turn comes.

        Args:
            functions: All go out in one request.
            control_id: By which the callback is told apart: best one that is kept.
            policy_id: Transport policy; "" for that of the settings.
            transaction: True for all of them or none.
            entity: As for `execute`.
            unique: As for `execute`.
            key: Digest of the document's key, for the log.

        Raises:
            ConfigurationError: No transport policy is named, or the request is too long.
            RemoteError: Sage refused to queue it; nothing is done.
            OutcomeUnknownError: It may be queued.
            SageConnectError: As for `execute`.
        """
        policy = policy_id or self.policy_id
        if not policy:
            raise ConfigurationError(
                "a request that is answered later needs a transport policy, and none is "
                "named",
                code="SC-IN-POLICY",
                fix="Have one made by Sage's support, and name it in policy_id.",
            )
        call = call_of(
            functions,
            transaction=transaction,
            unique=unique,
            policy_id=policy,
            key=key,
        )
        call = attrs.evolve(call, control_id=control_id)
        long = sum(len(one.decode()) for one in call.content)
        if long > LARGEST_QUEUED:
            raise ConfigurationError(
                f"expected at most {LARGEST_QUEUED} characters to queue, found {long}",
                fix="Send it in several requests.",
            )
        signing = self._sessions.login(self._level(entity))
        found = yield from self._gateway.exchange(call, signing)
        return Acknowledgement(
            control_id=control_id, call=call, status=found.response.acknowledgement or ""
        )

    def health(self) -> Plan[Health]:
        """Try the connection once, with a function that every user may run."""
        call = call_of([ApiSessionCreate()])
        signing = self._sessions.login(self._level(OWN))
        try:
            found = yield from self._gateway.exchange(call, signing, patient=False)
            (answer,) = answers_of(call, found, self.repeat)
            answer.unwrap()
        except AuthenticationError as error:
            return Health(state=HealthState.REAUTH_NEEDED, reason=error.message)
        except RateLimitedError as error:
            return Health(state=HealthState.THROTTLED, reason=error.message)
        except SageConnectError as error:
            return Health(state=HealthState.DOWN, reason=error.message)
        return Health(state=HealthState.OK)

    def _level(self, entity: str | Own | None) -> str | None:
        return self.credentials.entity_id if isinstance(entity, Own) else entity

    def _exchanged(self, call: Call, entity: str | Own | None) -> Plan[Exchanged]:
        if call.names == ("getAPISession",):
            # From a session it would come back without what it is asked for.
            signing = self._sessions.login(self._level(entity))
            return (yield from self._gateway.exchange(call, signing))
        signing_in_session = self._sessions.at(self._level(entity))
        return (yield from self._gateway.exchange(call, signing_in_session))

    def _tried(
        self, call: Call, entity: str | Own | None
    ) -> Plan[tuple[tuple[Answer, ...], SageConnectError | None]]:
        """Return what became of `call`, and the error for which no more need be tried."""
        try:
            found = yield from self._exchanged(call, entity)
        except OutcomeUnknownError as error:
            return unknown(call, error), None
        except RemoteError as error:
            spoilt = error.code in _SPOILING
            parts = call.halves() if spoilt else ()
            if not parts:
                answers = not_run(call, error)
                if error.code == REPEATED.code:
                    # Of a transaction, it is not told which: to be looked up are all.
                    answers = repeated(call, error)
                return answers, None if spoilt else error
            # Nothing ran: one of them spoils it for all.
            answers = ()
            for part in parts:
                told, stopped = yield from self._tried(part, entity)
                answers += told
                if stopped is not None:
                    rest = call.ids[len(answers) :]
                    answers += not_run(attrs.evolve(call, ids=rest), stopped)
                    return answers, stopped
            return answers, None
        except SageConnectError as error:
            return not_run(call, error), error
        return answers_of(call, found, self.repeat), None


def _divided(functions: Iterable[Function], size: int) -> list[list[Function]]:
    parts: list[list[Function]] = []
    for one in functions:
        if not parts or len(parts[-1]) >= size:
            parts.append([])
        parts[-1].append(one)
    return parts

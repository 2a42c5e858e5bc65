"""Sessions: one for each level of a company, tied to the endpoint that came with it."""

import datetime as dt
from typing import Final

import attrs

from ..errors import (
    AuthenticationError,
    BrokenReplyError,
    NotSentError,
    OutcomeUnknownError,
)
from ..plan import Exclusively, Now, Plan, Secret
from ..plan.turns import Turns
from .call import Call, call_of
from .credentials import Credentials, Endpoints
from .faults import Level, error_of
from .functions import ApiSessionCreate
from .gateway import ECHO, Exchanged, Gateway, Signed, Signing
from .wire.reply import Authentication, Response, Result

_MARGIN: Final = dt.timedelta(seconds=30)
_LONGEST: Final = dt.timedelta(days=366)


@attrs.frozen(kw_only=True)
class Session:
    """A session, and what is known of its life.

    Attributes:
        id: Signs requests.
        endpoint: Where alone it may be used.
        lasts: How long it lives after each use; None where Sage did not say.
        ahead: How far Sage's clock was ahead of ours when it began.
        until: When it is renewed unasked, by our clock; None where that is not known.
    """

    id: Secret
    endpoint: str
    lasts: dt.timedelta | None = None
    ahead: dt.timedelta = dt.timedelta(0)
    until: dt.datetime | None = None

    def begun(self, said: Authentication | None, asked: dt.datetime) -> "Session":
        """Return the session with what its first answer says of its life.

        Args:
            said: What the answer says of the sign-in.
            asked: When was asked, by our clock: it counts from then, never too long.
        """
        if said is None or said.session_timeout is None:
            return self
        begin = said.session_timestamp or asked
        lasts = said.session_timeout - begin
        # Of what cannot be, nothing is taken: the session then lives until it is refused.
        if not dt.timedelta(0) < lasts <= _LONGEST:
            return self
        until = asked + lasts - _margin(lasts)
        return attrs.evolve(self, lasts=lasts, ahead=begin - asked, until=until)

    def used(self, said: Authentication | None, now: dt.datetime) -> "Session":
        """Return the session after an answer: each use puts its end off.

        Args:
            said: What the answer says of the sign-in.
            now: When it came, by our clock.
        """
        if self.lasts is None:
            return self
        margin = _margin(self.lasts)
        told = None if said is None else said.session_timeout
        # Sage's pages leave open whether `sessiontimestamp` moves with each use: only the
        # end is taken, by Sage's clock.
        end = now + self.lasts if told is None else told - self.ahead
        return attrs.evolve(self, until=end - margin)

    def is_good(self, now: dt.datetime) -> bool:
        """Return whether it is not known to have expired."""
        return self.until is None or now < self.until


def _margin(lasts: dt.timedelta) -> dt.timedelta:
    return min(_MARGIN, lasts / 2)


@attrs.frozen
class Login(Signing):
    """Signs with the name and password of a user.

    Args:
        credentials: Whose.
        url: Where to.
        entity: Entity to sign in to; "" for the top level, None to leave it to the user.
    """

    credentials: Credentials
    url: str
    entity: str | None = None

    def signed(self, stale: Secret | None) -> Plan[Signed]:
        """Return the login."""
        del stale
        yield from ()
        client = self.credentials.client(entity_id=self.entity)
        return Signed(client=client, url=self.url)

    def answered(self, signed: Signed, response: Response) -> Plan[None]:
        """Check whose company has answered."""
        del signed
        yield from ()
        require_company(self.credentials, response.authentication)


class Sessions:
    """The sessions of one user in one company.

    Args:
        credentials: Whose.
        endpoints: Where they may be used.
        gateway: The wire to ask for them.
    """

    def __init__(
        self, credentials: Credentials, endpoints: Endpoints, gateway: Gateway
    ) -> None:
        self._credentials: Credentials = credentials
        self._endpoints: Endpoints = endpoints
        self._gateway: Gateway = gateway
        self._turns: Turns = Turns()
        self._sessions: dict[str | None, Session] = {}

    def at(self, entity: str | None) -> "SessionSigning":
        """Return what signs at one level.

        Args:
            entity: Entity; "" for the top level, None to leave it to the user.
        """
        return SessionSigning(self, entity)

    def login(self, entity: str | None) -> Login:
        """Return what signs with the user's password instead."""
        return Login(self._credentials, self._endpoints.gateway, entity)

    def current(self, entity: str | None, stale: Secret | None) -> Plan[Signed]:
        """Return a session at one level, asked for if need be.

        Raises:
            NotSentError: None could be had; what it was wanted for did not leave.
            AuthenticationError: Sage gives none.
            SageConnectError: As `Gateway.exchange`.
        """
        session = self._sessions.get(entity)
        now = yield from Now()
        if session is None or session.id == stale or not session.is_good(now):

            def alone() -> Plan[Session]:
                return self._renewed(entity, stale)

            session = yield from Exclusively(self._turns, repr(entity), alone)
        client = self._credentials.client(session_id=session.id)
        return Signed(client=client, url=session.endpoint, session=session.id)

    def used(self, entity: str | None, signed: Signed, response: Response) -> Plan[None]:
        """Note an answer to what a session signed.

        Raises:
            BrokenReplyError: Another company, or another entity, has answered.
        """
        said = response.authentication
        require_company(self._credentials, said)
        if said is not None and entity and said.entity_id:
            _require_entity(entity, said.entity_id)
        session = self._sessions.get(entity)
        if session is not None and session.id == signed.session:
            self._sessions[entity] = session.used(said, (yield from Now()))

    def forget(self) -> None:
        """Have every session asked for anew."""
        self._sessions.clear()

    def _renewed(self, entity: str | None, stale: Secret | None) -> Plan[Session]:
        now = yield from Now()
        session = self._sessions.get(entity)
        if session is not None and session.id != stale and session.is_good(now):
            # Asked for meanwhile, by another who wanted it.
            return session
        self._sessions.pop(entity, None)
        call = call_of([ApiSessionCreate()])
        try:
            found = yield from self._gateway.exchange(call, self.login(entity))
        except (OutcomeUnknownError, BrokenReplyError) as error:
            raise _none_had(error.message) from error
        session = self._made_of(call, found, entity, now)
        self._sessions[entity] = session
        return session

    def _made_of(
        self, call: Call, found: Exchanged, entity: str | None, asked: dt.datetime
    ) -> Session:
        result = next(iter(found.response.results), None)
        if result is not None and result.status != "success":
            raise error_of(Level.RESULT, result.errors, result, found.status)
        said = _said(result)
        if not said["sessionid"]:
            raise _none_had(f"the answer to {call.doing} holds none")
        if entity is not None and not _is_entity(entity, said["locationid"]):
            raise AuthenticationError(
                f"{_level(entity)} was asked for, and Sage signed in to "
                f"{_level(said['locationid'])}; nothing was sent",
                code="SC-IN-ENTITY",
                fix="See which entities the user may enter under Company > Admin > Web "
                "Services users, and whether the top level is one of them.",
            )
        endpoint = self._endpoints.session_endpoint(said["endpoint"])
        session = Session(id=Secret(said["sessionid"]), endpoint=endpoint)
        return session.begun(found.response.authentication, asked)


def _said(result: Result | None) -> dict[str, str]:
    """Return what `getAPISession` gave, by name; "" for what it did not."""
    found = () if result is None else result.data.rows("api")
    return {
        name: found[0].get(name) if found else ""
        for name in ("sessionid", "endpoint", "locationid")
    }


@attrs.frozen
class SessionSigning(Signing):
    """Signs with a session of one level.

    Args:
        sessions: All of them.
        entity: Which level.
    """

    sessions: Sessions
    entity: str | None

    def signed(self, stale: Secret | None) -> Plan[Signed]:
        """Return the session of this level."""
        return self.sessions.current(self.entity, stale)

    def answered(self, signed: Signed, response: Response) -> Plan[None]:
        """Note that it was used, and check who has answered."""
        return self.sessions.used(self.entity, signed, response)


def require_company(credentials: Credentials, said: Authentication | None) -> None:
    """Refuse the answer of another company.

    Raises:
        BrokenReplyError: It is one.
    """
    if said is None or not said.company_id:
        return
    # A console signs in to its clients' companies: which of the names is told, nobody says.
    ours = {*credentials.company_id.split("|"), credentials.client_id}
    if said.company_id.casefold() not in {one.casefold() for one in ours}:
        raise BrokenReplyError(
            f"the company {credentials.company_id} was asked, and {said.company_id} has "
            "answered",
            code=ECHO,
            fix="Look at both companies before you repeat it.",
        )


def _require_entity(entity: str, said: str) -> None:
    if not _is_entity(entity, said):
        raise BrokenReplyError(
            f"{_level(entity)} was asked, and {_level(said)} has answered",
            code=ECHO,
            fix="Look at both before you repeat it.",
        )


def _is_entity(entity: str, said: str) -> bool:
    # Lists of Sage's show an entity as "id--name"; that an answer does is not known.
    bare = said if "--" in entity else said.partition("--")[0]
    return bare.casefold() == entity.casefold()


def _level(entity: str) -> str:
    return f"the entity {entity}" if entity else "the top level"


def _none_had(fault: str) -> NotSentError:
    return NotSentError(
        f"no session could be had, so that nothing was sent: {fault}",
        fix="Repeat it later; if it stays so, look for a proxy in between.",
    )

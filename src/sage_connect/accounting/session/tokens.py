"""The session: an access token that is good now, renewed once for all who share it."""

import contextlib
import copy
import datetime as dt
from typing import Final

import attrs

from ...errors import (
    AuthenticationError,
    BrokenReplyError,
    ConfigurationError,
    NotSentError,
    OutcomeUnknownError,
    SageConnectError,
    TransportError,
)
from ...ledger import Health, HealthState
from ...plan import (
    Exclusively,
    LoadToken,
    Now,
    Plan,
    Reply,
    SaveToken,
    Secret,
    TokenStore,
    Wait,
)
from . import answers
from .app import App
from .grant import Grant, Trail

_NOTHING: Final = Secret("")
_EXPIRING: Final = dt.timedelta(days=3)
_CALLS: Final = 2
"""How often one refresh token is sent while no answer is known: once, and once more."""

_SIBLING: Final = 2.0
"""Seconds that a sibling without our lock may take to save what it was given."""

_SIGN_IN: Final = (
    "Let the person sign in again: OAuth.begin and finish, or `sage-connect auth "
    "accounting`."
)
_WITHDRAW: Final = "Where that is too late, let the person withdraw it in Sage."
_RENEWAL: Final = "the renewal of the sign-in"
_INVALID_GRANT: Final = "invalid_grant"


class Session:
    """The sign-in of one person, as plans: who asks gets a token that is good now.

    Any number of threads, coroutines and processes may share a token through its store:
    one renews it, the others take what it saved. In a process they may share the session
    too, which then remembers the token between calls.

    A new pair is saved before it is first used, in the step right after the answer. Before
    a refresh token is spent, a line is saved beside it: so the store is known to take what
    comes, and a process that is killed leaves a trace of what it tried.

    Args:
        app: Registered with Sage.
        store: Where the token rests.
        name: Under which name; by default `app.token_name()`.
    """

    def __init__(self, app: App, store: TokenStore, name: str = "") -> None:
        self.app: App = app
        self.store: TokenStore = store
        self.name: str = name or app.token_name()
        self._grant: Grant | None = None
        # The grant that could not be saved, and the mark of the one that it renews.
        self._unsaved: tuple[str, Grant] | None = None
        self._refused: Trail | None = None
        # How often a renewal failed here, and the last failure: for those who waited.
        self._failures: tuple[int, SageConnectError | None] = (0, None)

    def __repr__(self) -> str:
        return f"Session({self.name!r})"

    def token(self) -> Plan[Secret]:
        """Return an access token, renewed first if it is about to end.

        Raises:
            AuthenticationError: The person has to sign in (again), or the app is not
                accepted.
            NotSentError: The token service was not reached, or its answer was lost. What
                the token was wanted for did not leave; repeat it.
            RateLimitedError: The token service has too much to do.
            BrokenReplyError: The token service is out of order.
            ConfigurationError: What the store holds cannot be read.
            StorageError: The store failed.
        """
        return self._current(None)

    def renewed(self, stale: Secret) -> Plan[Secret]:
        """Return another access token than `stale`, which Sage did not accept.

        Renewed only if neither this session nor the store has another one already.

        Args:
            stale: The token that was refused.

        Raises:
            SageConnectError: As for `token`.
        """
        return self._current(stale)

    def health(self) -> Plan[Health]:
        """Say how the sign-in is, as far as known here; asks nobody.

        OK, EXPIRING in the last three days of the refresh token, or REAUTH_NEEDED.

        Raises:
            StorageError: The store failed.
        """
        now = yield from Now()
        text = yield from LoadToken(self.store, self.name)
        if text is None:
            return Health(state=HealthState.REAUTH_NEEDED, reason=_NOBODY)
        try:
            grant = Grant.from_text(text)
        except ConfigurationError as error:
            return Health(state=HealthState.REAUTH_NEEDED, reason=error.message)
        trail = yield from self._trail_of(grant)
        until = grant.refresh_expires_at
        if trail.refusal:
            return Health(state=HealthState.REAUTH_NEEDED, reason=trail.refusal)
        if until is not None and until <= now:
            return Health(
                state=HealthState.REAUTH_NEEDED,
                reason=f"the sign-in ended on {_day(until)}, since nobody used it",
            )
        if until is not None and until - now <= _EXPIRING:
            return Health(
                state=HealthState.EXPIRING,
                reason=f"the sign-in ends on {_day(until)} unless it is used before",
            )
        return Health(state=HealthState.OK)

    def redeem(
        self, code: Secret, *, redirect_uri: str, verifier: Secret, country: str, mark: str
    ) -> Plan[Grant]:
        """Exchange the code of a sign-in for a grant, and save it.

        Args:
            code: From the callback.
            redirect_uri: As it was sent with the person to Sage.
            verifier: Of the challenge that was sent with the person.
            country: What the callback said, in small letters; "" for nothing.
            mark: What tells this sign-in from another: it may be redeemed once.

        Raises:
            AuthenticationError: The code is too old, or was used; the app is not accepted.
            SageConnectError: As for `token`.
        """
        fields: dict[str, str | Secret] = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        secrets = (self.app.client_secret, code, verifier)

        def alone() -> Plan[Grant]:
            text = yield from LoadToken(self.store, self.name)
            if text is not None and _mark_of(text) == mark:
                raise AuthenticationError(
                    "this sign-in was finished before",
                    code="SC-SA-STATE",
                    fix="A page was perhaps loaded again: nothing is to be done. To sign "
                    "in anew, begin anew.",
                )
            asked_at = yield from Now()
            try:
                reply = yield from answers.request(self.app, self.app.hosts.token, fields)
            except (OutcomeUnknownError, BrokenReplyError) as error:
                raise _code_refused("the answer to the code of the sign-in was lost") from (
                    error
                )
            grant = answers.granted(reply, asked_at, None)
            if grant is not None:
                grant = attrs.evolve(grant, country=country, sign_in=mark)
                yield from SaveToken(self.store, self.name, grant.to_text())
                self._grant = grant
                return grant
            if answers.may_be_done(reply):
                raise _code_refused("the answer to the code of the sign-in is damaged")
            if answers.error_of(reply) == _INVALID_GRANT:
                raise _code_refused(
                    "the code of the sign-in is no longer good: it lives for 60 seconds "
                    "and can be used once",
                    reply,
                    answers.shown(reply, secrets),
                )
            raise answers.refusal(reply, asked_at, secrets, doing="the sign-in")

        return (yield from Exclusively(self.store, self.name, alone))

    def revoke(self) -> Plan[None]:
        """Erase the sign-in here, and tell Sage to end it.

        An access token cannot be revoked: it lives on for up to five minutes.

        Raises:
            TransportError: Sage was not told, or may not have been; it is erased here.
            RemoteError: Sage did not do it; it is erased here.
            StorageError: The store failed; nothing was done.
        """
        return (yield from Exclusively(self.store, self.name, self._revoked))

    def _revoked(self) -> Plan[None]:
        text = yield from LoadToken(self.store, self.name)
        # First of all: whatever becomes of the rest, no secret stays.
        yield from SaveToken(self.store, self.name, _NOTHING)
        yield from SaveToken(self.store, self._trail_name, _NOTHING)
        grant = self._grant
        self._grant = self._unsaved = self._refused = None
        if text is None:
            return
        # Of a damaged one, what is remembered here may still be good.
        with contextlib.suppress(ConfigurationError):
            grant = Grant.from_text(text)
        if grant is None:
            raise ConfigurationError(
                "the sign-in in the token store could not be read, so that Sage was not "
                "told that it ends; it is erased here",
                code="SC-SA-REVOKE",
                fix=_WITHDRAW,
            )
        now = yield from Now()
        secret = grant.refresh_token
        until = grant.refresh_expires_at
        left = (
            f"it is erased here; at Sage it ends on {_day(until)}, or when the person "
            "withdraws it there"
            if until
            else "it is erased here; at Sage it ends when the person withdraws it there"
        )
        try:
            reply = yield from answers.request(
                self.app, self.app.hosts.revoke, {"token": secret}
            )
        except TransportError as error:
            raise TransportError(
                f"Sage was not told, or may not have been, that the sign-in ends: {left}",
                code="SC-SA-REVOKE",
                fix=_WITHDRAW,
            ) from error
        # A token that Sage does not know any more has ended, which is what was asked.
        if answers.may_be_done(reply) or answers.error_of(reply) == _INVALID_GRANT:
            return
        secrets = (self.app.client_secret, secret)
        refused = answers.refusal(reply, now, secrets, doing="ending the sign-in at Sage")
        refused.message += f"; {left}"
        refused.fix = _WITHDRAW
        raise refused

    # --- a token that is good now

    def _current(self, stale: Secret | None) -> Plan[Secret]:
        failures, _ = self._failures
        now = yield from Now()
        grant = self._grant
        if grant is None or not _is_good(grant, now, stale):
            grant = yield from self._loaded()
            if not _is_good(grant, now, stale):
                self._require_not_refused(grant)

                def alone() -> Plan[Grant]:
                    return self._renewed_alone(stale, failures)

                grant = yield from Exclusively(self.store, self.name, alone)
        return grant.access_token

    def _loaded(self) -> Plan[Grant]:
        text = yield from LoadToken(self.store, self.name)
        if text is None:
            self._grant = None
            raise _reauth(_NOBODY)
        self._grant = Grant.from_text(text)
        return self._grant

    def _renewed_alone(self, stale: Secret | None, failures: int) -> Plan[Grant]:
        """Return a good grant while the name is held.

        Args:
            stale: An access token that is not good, whatever the clock says.
            failures: How many renewals had failed when the caller began to wait.
        """
        count, failure = self._failures
        if failure is not None and count > failures:
            # Tried meanwhile for all who wait: one call, one failure.
            raise copy.copy(failure)
        now = yield from Now()
        grant = self._grant
        if grant is not None and _is_good(grant, now, stale):
            return grant
        grant = yield from self._loaded()
        if self._unsaved is not None and self._unsaved[0] == grant.mark:
            grant = yield from self._saved(grant, self._unsaved[1])
        if _is_good(grant, now, stale):
            return grant
        try:
            return (yield from self._exchanged(grant))
        except SageConnectError as error:
            # A copy, which keeps no frames.
            self._failures = (count + 1, copy.copy(error))
            raise

    def _exchanged(self, grant: Grant) -> Plan[Grant]:
        """Return what Sage gives for the refresh token of `grant`, or a sibling was given.

        A sibling that does not share our lock may have been faster, once or twice.
        """
        for _ in range(2):
            answer = yield from self._asked(grant)
            if isinstance(answer, Grant):
                return answer
            yield from Wait(_SIBLING)
            other = yield from self._loaded()
            if other.mark == grant.mark:
                raise (yield from self._refusing(grant, answer))
            if other.is_fresh((yield from Now())):
                return other
            grant = other
        raise NotSentError(
            "the sign-in is being renewed elsewhere again and again, without our lock",
            code="SC-SA-TOKEN-SERVICE",
            fix="Let all that share a token share its store too; then repeat.",
        )

    def _asked(self, grant: Grant) -> Plan[Grant | str]:
        """Spend the refresh token of `grant`; return the new grant, or why it is dead."""
        trail = yield from self._trail_of(grant)
        if trail.refusal:
            self._refused = trail
            self._require_not_refused(grant)
        if trail.calls >= _CALLS:
            return _LOST
        calls = trail.calls + 1
        yield from SaveToken(
            self.store, self._trail_name, attrs.evolve(trail, calls=calls).to_text()
        )
        asked_at = yield from Now()
        fields: dict[str, str | Secret] = {
            "grant_type": "refresh_token",
            "refresh_token": grant.refresh_token,
        }
        try:
            reply = yield from answers.request(self.app, self.app.hosts.token, fields)
        except NotSentError:
            yield from SaveToken(self.store, self._trail_name, trail.to_text())
            raise
        except (OutcomeUnknownError, BrokenReplyError) as error:
            if calls >= _CALLS:
                return _LOST
            raise _lost() from error
        renewed = answers.granted(reply, asked_at, grant)
        if renewed is not None:
            return (yield from self._saved(grant, renewed))
        if answers.error_of(reply) == _INVALID_GRANT:
            return _DEAD
        secrets = (self.app.client_secret, grant.refresh_token)
        refusal = answers.refusal(reply, asked_at, secrets, doing=_RENEWAL)
        if answers.may_be_done(reply):
            if calls >= _CALLS:
                return _LOST
            raise _lost() from refusal
        # A definite no: the token was not spent.
        yield from SaveToken(self.store, self._trail_name, trail.to_text())
        raise refusal

    def _saved(self, before: Grant, grant: Grant) -> Plan[Grant]:
        self._unsaved = (before.mark, grant)
        yield from SaveToken(self.store, self.name, grant.to_text())
        self._unsaved = None
        self._grant = grant
        if grant.mark == before.mark:
            # The same refresh token again: its call was answered.
            yield from SaveToken(self.store, self._trail_name, _NOTHING)
        return grant

    def _refusing(self, grant: Grant, reason: str) -> Plan[AuthenticationError]:
        """Note beside a grant that it is dead, for all who share it; return the error."""
        self._refused = Trail(mark=grant.mark, calls=_CALLS, refusal=reason)
        yield from SaveToken(self.store, self._trail_name, self._refused.to_text())
        return _reauth(reason)

    def _require_not_refused(self, grant: Grant) -> None:
        refused = self._refused
        if refused is not None and refused.mark == grant.mark:
            raise _reauth(refused.refusal)

    @property
    def _trail_name(self) -> str:
        return f"{self.name}:trail"

    def _trail_of(self, grant: Grant) -> Plan[Trail]:
        text = yield from LoadToken(self.store, self._trail_name)
        return Trail.about(grant, text)


_NOBODY: Final = "nobody has signed in yet, or the sign-in was revoked"
_DEAD: Final = "Sage no longer accepts the sign-in (invalid_grant)"
_LOST: Final = "answers to the renewal of the sign-in were lost twice"


def _is_good(grant: Grant, now: dt.datetime, stale: Secret | None) -> bool:
    return grant.is_fresh(now) and grant.access_token != stale


def _mark_of(text: Secret) -> str:
    try:
        return Grant.from_text(text).sign_in
    except ConfigurationError:
        # Damaged: the new sign-in takes its place.
        return ""


def _lost() -> NotSentError:
    """Return the error of the first call whose answer did not arrive."""
    return NotSentError(
        "the answer to the renewal of the sign-in was lost; what the token was wanted for "
        "did not leave",
        code="SC-SA-TOKEN-LOST",
        fix="Repeat it: the sign-in is tried once more. If Sage had given a new token, the "
        "person has to sign in again.",
    )


def _reauth(reason: str) -> AuthenticationError:
    return AuthenticationError(
        f"Sage asks for a new sign-in: {reason}", code="SC-SA-REAUTH-NEEDED", fix=_SIGN_IN
    )


def _code_refused(
    message: str, reply: Reply | None = None, shown: str = ""
) -> AuthenticationError:
    return AuthenticationError(
        message,
        status=reply.status if reply else 0,
        reply=shown,
        code="SC-SA-CODE",
        fix="Begin the sign-in again, and finish it as soon as Sage sends the person back.",
    )


def _day(instant: dt.datetime) -> str:
    return instant.date().isoformat()

"""Signing in: the way of a person to Sage's own page and back, with a code."""

import base64
import hashlib
import hmac
import json
import re
import secrets
from typing import Final, Generic, Self
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import attrs

from ...errors import (
    AuthenticationError,
    BrokenReplyError,
    ConfigurationError,
    SageConnectError,
)
from ...plan import Driver, M, Plan, Seat, Secret, operation
from .answers import printable
from .app import COUNTRIES, App
from .grant import Grant, digest, table_of
from .tokens import Session

_VERSION: Final = 1
_SCOPES: Final = ("full_access", "readonly")
_FORMER: Final = {"de": "Germany", "es": "Spain", "fr": "France", "us": "the USA"}
_OTHER_CODE_BASE: Final = frozenset(
    {"ae", "au", "bw", "hk", "id", "ke", "mu", "my", "na", "ng", "nz", "sg", "za"}
)
_LOCALE: Final = re.compile(r"[a-z]{2}(-[A-Z]{2})?")
_BEGIN_AGAIN: Final = "Begin the sign-in again."
_BUSY: Final = "Wait about ten minutes, then begin the sign-in again."


@attrs.frozen(kw_only=True)
class AuthorizationRequest:
    """A sign-in that has begun: where to send the person, and what to keep until then.

    Attributes:
        url: Of Sage's page, for the person's browser.
        state: Comes back with the person, so that nobody else's sign-in is slipped in.
        verifier: Proves with the code that it was asked for here.
        redirect_uri: Where Sage sends the person back to.
        country: As asked for; "" where the person chooses.
    """

    url: str
    state: str
    verifier: Secret
    redirect_uri: str
    country: str = ""

    def to_json(self) -> str:
        """Return text to keep on the server while the person is away, verifier included.

        In the person's session, say; never in a cookie that can be read.
        """
        return json.dumps(
            {
                "version": _VERSION,
                "url": self.url,
                "state": self.state,
                "verifier": self.verifier.reveal(),
                "redirect_uri": self.redirect_uri,
                "country": self.country,
            }
        )

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the request that `to_json` wrote.

        Raises:
            ConfigurationError: The text is no such thing.
        """
        request = cls._read(text)
        if request is None:
            raise ConfigurationError(
                "expected the text of a sign-in that has begun, as `to_json` wrote it",
                code="SC-SA-STATE",
                fix=_BEGIN_AGAIN,
            )
        return request

    @classmethod
    def _read(cls, text: str) -> Self | None:
        found = table_of(text)
        if found.get("version") != _VERSION:
            return None
        names = ("url", "state", "verifier", "redirect_uri", "country")
        values = {name: found.get(name) for name in names}
        if not all(isinstance(value, str) for value in values.values()):
            return None
        told = {name: str(value) for name, value in values.items()}
        return cls(verifier=Secret(told.pop("verifier")), **told)


class OAuth(Seat[M], Generic[M]):
    """Signs a person in to Sage Accounting, and out.

    `begin` says where to send the person; Sage's page asks for the password, which no code
    of ours ever meets; `finish` takes what the person came back with. The sign-in rests in
    the session's store.

    Args:
        driver: Performs the requests.
        session: Of the person; it knows the app and the store.
    """

    def __init__(self, driver: Driver[M], session: Session) -> None:
        super().__init__(driver)
        self._session: Session = session

    def __repr__(self) -> str:
        return f"<OAuth of {self._session.name}>"

    def begin(
        self,
        country: str = "",
        *,
        locale: str = "",
        scope: str = "full_access",
        state: str = "",
    ) -> AuthorizationRequest:
        """Return where to send the person to, and what to keep until they are back.

        Args:
            country: Of the person's business: "ca", "gb" or "ie"; "" lets them choose it
                by its flag.
            locale: Language of Sage's page, such as "en-GB" or "fr-CA".
            scope: "full_access" or "readonly".
            state: What nobody can guess, if the caller has such a thing; by default new.

        Raises:
            ConfigurationError: A country that Sage does not offer, or a wrong setting.
        """
        app = self._session.app
        app.require_redirect_uri()
        country = _known_country(country, app)
        if scope not in _SCOPES:
            raise ConfigurationError(
                f"expected the scope {' or '.join(_SCOPES)}, found {scope!r}"
            )
        if locale and not _LOCALE.fullmatch(locale):
            raise ConfigurationError(f"expected a locale such as en-GB, found {locale!r}")
        state = state or secrets.token_urlsafe(32)
        verifier = Secret(secrets.token_urlsafe(64))
        query = {
            # Without it, accounts of older versions are offered too. [documented]
            "filter": "apiv3.1",
            "response_type": "code",
            "client_id": app.client_id,
            "redirect_uri": app.redirect_uri,
            "scope": scope,
            "state": state,
            "code_challenge": _challenge(verifier),
            "code_challenge_method": "S256",
            **({"country": country} if country else {}),
            **({"locale": locale} if locale else {}),
        }
        mark = "&" if "?" in app.hosts.authorize else "?"
        return AuthorizationRequest(
            url=app.hosts.authorize + mark + urlencode(query, quote_via=quote, safe=""),
            state=state,
            verifier=verifier,
            redirect_uri=app.redirect_uri,
            country=country,
        )

    @operation
    def finish(self, request: AuthorizationRequest, callback_url: str) -> Plan[Grant]:
        """Take what the person came back with; exchange its code and save the sign-in.

        The code lives for a minute: call this in the request that the person comes back
        with.

        Args:
            request: As `begin` made it.
            callback_url: The address at which the person came back, whole.

        Raises:
            AuthenticationError: Another's or an old callback, a person who declined, a
                code that is too old, an app that Sage does not accept.
            ConfigurationError: Sage does not take what `begin` asked for.
            BrokenReplyError: Sage is out of order.
            NotSentError: Sage was not reached; repeat it within a minute.
            StorageError: The store failed.
        """
        code, country = _callback(request, callback_url)
        return (
            yield from self._session.redeem(
                code,
                redirect_uri=request.redirect_uri,
                verifier=request.verifier,
                country=country,
                mark=digest(request.state),
            )
        )

    @operation
    def revoke(self) -> Plan[None]:
        """Erase the sign-in here, and tell Sage to end it.

        Raises:
            TransportError: Sage was not told, or may not have been; it is erased here.
            RemoteError: Sage did not do it; it is erased here.
            StorageError: The store failed; nothing was done.
        """
        return (yield from self._session.revoke())


def _challenge(verifier: Secret) -> str:
    hashed = hashlib.sha256(verifier.reveal().encode()).digest()
    return base64.urlsafe_b64encode(hashed).rstrip(b"=").decode()


def _known_country(given: str, app: App) -> str:
    """Return the country in small letters.

    Raises:
        ConfigurationError: Sage Accounting v3.1 is not, or no longer, offered there.
    """
    country = given.strip().lower()
    if not country or country in app.countries:
        return country
    offered = ", ".join(sorted(app.countries or COUNTRIES))
    fix = f"Choose one of {offered}, or leave it out: the person then chooses by the flag."
    if country in _FORMER:
        message = (
            f"Sage has withdrawn Sage Accounting v3.1 from {_FORMER[country]}: nobody "
            f"signs in there any more. It is offered in {offered}"
        )
        fix += " If Sage has reopened it, name it in `App(countries=...)`."
    elif country in _OTHER_CODE_BASE:
        message = (
            f"Sage Accounting in {country!r} is another program with another API (v2, name "
            f"and password): v3.1 does not reach it. v3.1 is offered in {offered}"
        )
    elif country == "uk":
        message = "expected a country as ISO 3166 writes it, found 'uk'"
        fix = "Write gb."
    else:
        message = f"expected one of {offered} as country, found {printable(given)!r}"
    raise ConfigurationError(message, code="SC-SA-COUNTRY", fix=fix)


def _callback(request: AuthorizationRequest, url: str) -> tuple[Secret, str]:
    """Return the code and the country of a callback that is the answer to `request`.

    Raises:
        SageConnectError: It is neither, or says that the sign-in failed.
    """
    told = _told(url)
    if told is None:
        raise AuthenticationError(
            "expected the address at which the person came back from Sage: one with a code "
            "and a state, each once",
            code="SC-SA-STATE",
            fix=_BEGIN_AGAIN,
        )
    is_ours = hmac.compare_digest(
        told.get("state", "").encode("utf-8", "replace"), request.state.encode()
    )
    if "error" in told and (is_ours or "state" not in told):
        raise _refused(told["error"], told.get("reason") or told.get("error_description"))
    if not is_ours:
        raise AuthenticationError(
            "the person came back with the state of another sign-in: this one was not "
            "begun here, or another was begun since",
            code="SC-SA-STATE",
            fix=_BEGIN_AGAIN,
        )
    if not told.get("code"):
        raise AuthenticationError(
            "the person came back without a code", code="SC-SA-STATE", fix=_BEGIN_AGAIN
        )
    country = told.get("country", request.country).lower()
    return Secret(told["code"]), country if country.isalpha() else ""


def _told(url: str) -> dict[str, str] | None:
    """Return the query of an address; None if it is none, or says anything twice."""
    try:
        pairs = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    except ValueError:
        return None
    told = dict(pairs)
    return told if told and len(told) == len(pairs) else None


def _refused(error: str, reason: str | None) -> SageConnectError:
    """Return what an error in a callback means, in words."""
    word = error.strip().lower().replace(" ", "_")
    quoted = printable(f"{error}: {reason}" if reason else error)
    if "email already in use" in (reason or "").lower():
        return AuthenticationError(
            "the person has an account with Sage in another country than the one chosen "
            f"({quoted})",
            code="SC-SA-EMAIL-COUNTRY",
            fix="Begin again with the country of that account, or without one.",
        )
    if word == "access_denied":
        return AuthenticationError(
            "the person did not allow the access",
            code="SC-SA-ACCESS-DENIED",
            fix="Begin again, and let the person allow it.",
        )
    if word in {"temporarily_unavailable", "server_error"}:
        return BrokenReplyError(
            f"Sage's sign-in is out of order for now ({quoted})",
            code="SC-SA-SIGN-IN",
            fix=_BUSY,
        )
    if word in _CAUSES:
        cause, fix = _CAUSES[word]
        return ConfigurationError(f"{cause} ({quoted})", code="SC-SA-SIGN-IN", fix=fix)
    return AuthenticationError(
        f"Sage did not sign the person in ({quoted})",
        code="SC-SA-SIGN-IN",
        fix=_BEGIN_AGAIN,
    )


_REGISTERED: Final = (
    "Compare client_id and redirect_uri with what developerselfservice.sageone.com shows."
)
_CAUSES: Final = {
    "unauthorized_client": ("Sage does not let this app sign people in", _REGISTERED),
    "invalid_client": ("Sage does not know this app", _REGISTERED),
    "invalid_request": ("Sage does not take the request to sign in", _REGISTERED),
    "invalid_scope": (
        "Sage does not offer the scope that was asked for",
        "Ask for full_access or readonly.",
    ),
    "unsupported_response_type": (
        "Sage does not give this app a code",
        "Ask Sage's support to look at the app's registration.",
    ),
}

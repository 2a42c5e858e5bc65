"""Authorization: consent, tokens and their rotation, revocation."""

import base64
import binascii
import hashlib
import hmac
import json
import re
import secrets
import uuid
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

import attrs

from ..clock import Clock
from .calls import Answer, Call, answer
from .options import COUNTRIES, Options
from .store import Store

CODE_SECONDS: Final = 60
ACCESS_SECONDS: Final = 300
REFRESH_SECONDS: Final = 2_678_400
"""Documented; "read them, never hard-code"."""

_SCOPES: Final = frozenset({"readonly", "full_access"})
_VERIFIER: Final = re.compile(r"[A-Za-z0-9\-._~]{43,128}")
# With it a token is as long as real ones, about 1300 bytes (documented).
_SIGNATURE_BYTES: Final = 512
_NO_STORE: Final = {"cache-control": "no-store"}


class _TokenError(Exception):
    """The token endpoint refuses, always with status 400 (documented)."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(error)
        self.error = error
        self.description = description


@attrs.frozen
class Pair:
    """What the token endpoint gives.

    Attributes:
        access: Access token.
        refresh: Refresh token.
        scope: Of both.
    """

    access: str
    refresh: str
    scope: str


class OAuth:
    """One app, one user, and the tokens between them.

    Args:
        store: The state.
        clock: The simulator's.
        options: The simulator's.
        country: Of the user's business: ISO 3166, in small letters.

    Attributes:
        client_id: Of the app; has a slash, as real ones have.
        client_secret: Of the app.
        consent: What the user does when asked: "" agrees; an error code of the callback,
            such as "access_denied", is handed back instead.
        refreshes: How many refreshes gave new tokens.
        invalid_grants: How often a code or a token was refused.
    """

    def __init__(self, store: Store, clock: Clock, options: Options, country: str) -> None:
        self._store = store
        self._clock = clock
        self._options = options
        self._country = country
        self.consent: str = ""
        self.refreshes: int = 0
        self.invalid_grants: int = 0
        with store.work():
            app = store.notes.get("app")
            if app is None:
                app = {
                    "id": f"{uuid.uuid4()}/{uuid.uuid4()}",
                    "secret": secrets.token_urlsafe(16),
                    "user": str(uuid.uuid4()),
                }
                store.notes.put("app", app)
                self._issue(options.scope)
        self.client_id: str = app["id"]
        self.client_secret: str = app["secret"]
        self._user: str = app["user"]

    def pair(self) -> Pair:
        """Return a valid access token and the newest refresh token."""
        with self._store.work():
            newest = self._newest()
            if newest is None:
                return self._issue(self._options.scope)
            token, scope = newest
            rows = self._store.run(
                "SELECT token FROM tokens WHERE kind='access' AND expires>?"
                " ORDER BY seq DESC LIMIT 1",
                self._clock.seconds(),
            )
            access = rows[0][0] if rows else self._token("access", scope, ACCESS_SECONDS)
            return Pair(access, token, scope)

    # --- the consent page

    def authorize(self, call: Call) -> Answer:
        """Send the user back with a code, as if the consent page had been answered."""
        asked = call.query
        target = asked.get("redirect_uri", "")
        if asked.get("client_id") != self.client_id or not self._is_registered(target):
            # There is nobody to send back to; what Sage's page shows is not documented.
            return Answer(
                status=400,
                content=b"<html><body>Unknown application or callback.</body></html>",
                headers={"content-type": "text/html"},
            )
        state = {"state": asked["state"]} if "state" in asked else {}
        error = self.consent or self._fault(asked)
        if error:
            return _back(target, {"error": error, **state})
        country = asked.get("country", self._country).lower()
        if country != self._country:
            # Documented: the user has an account in another country.
            return _back(
                target,
                {"error": "Invalid request", "reason": "Email already in use", **state},
            )
        code = f"{self._country.upper()}/{uuid.uuid4()}"
        with self._store.work():
            self._store.run(
                "INSERT INTO codes VALUES(?,?,?)",
                code,
                json.dumps({**asked, "scope": self._scope(asked)}),
                self._clock.seconds() + CODE_SECONDS,
            )
        return _back(target, {"code": code, "country": self._country.upper(), **state})

    def _is_registered(self, target: str) -> bool:
        """Exact match; https but for localhost (documented)."""
        if self._options.redirect_uris:
            return target in self._options.redirect_uris
        parts = urlsplit(target)
        local = parts.hostname in {"localhost", "127.0.0.1", "::1"}
        return parts.scheme == "https" or (parts.scheme == "http" and local)

    def _fault(self, asked: Mapping[str, str]) -> str:
        if asked.get("response_type") != "code":
            return "unsupported_response_type"
        if self._scope(asked) not in _SCOPES:
            return "invalid_scope"
        if asked.get("country", self._country).lower() not in COUNTRIES:
            return "invalid_request"
        challenge = asked.get("code_challenge")
        if challenge is not None and not _VERIFIER.fullmatch(challenge):
            return "invalid_request"
        if asked.get("code_challenge_method", "plain") not in {"S256", "plain"}:
            return "invalid_request"
        return ""

    def _scope(self, asked: Mapping[str, str]) -> str:
        # Older copies of Sage's page write "scopes".
        return asked.get("scope") or asked.get("scopes") or self._options.scope

    # --- the token endpoint

    def token(self, call: Call) -> Answer:
        """Exchange a code or a refresh token."""
        try:
            with self._store.work():
                pair = self._grant(call)
        except _TokenError as error:
            self.invalid_grants += error.error == "invalid_grant"
            reply = {"error": error.error, "error_description": error.description}
            return answer(400, reply, _NO_STORE)
        return answer(
            200,
            {
                "access_token": pair.access,
                "expires_in": ACCESS_SECONDS,
                "token_type": "bearer",
                "refresh_token": pair.refresh,
                "refresh_token_expires_in": REFRESH_SECONDS,
                "scope": pair.scope,
                "requested_by_id": self._user,
            },
            _NO_STORE,
        )

    def revoke(self, call: Call) -> Answer:
        """Revoke a refresh token; access tokens live on (documented)."""
        try:
            form = self._form(call)
        except _TokenError as error:
            return answer(400, {"error": error.error}, _NO_STORE)
        with self._store.work():
            self._store.run(
                "UPDATE tokens SET dead=1 WHERE kind='refresh' AND token=?",
                form.get("token", ""),
            )
        return answer(200, {"success": "ok"})

    def _grant(self, call: Call) -> Pair:
        form = self._form(call)
        kind = form.get("grant_type")
        if kind == "authorization_code":
            return self._issue(self._redeemed(form))
        if kind == "refresh_token":
            token = form.get("refresh_token")
            if not token:
                raise _TokenError("invalid_request", "refresh_token is missing")
            # Only the newest one is good: each refresh, and each new consent, kills those
            # before it (Sage's page on OAuth trouble, documented).
            newest = self._newest()
            if newest is None or not hmac.compare_digest(newest[0], token):
                raise _TokenError("invalid_grant", "the refresh token is not valid")
            pair = self._issue(newest[1])
            self.refreshes += 1
            return pair
        if kind is None:
            raise _TokenError("invalid_request", "grant_type is missing")
        raise _TokenError("unsupported_grant_type", f"{kind} is not offered")

    def _form(self, call: Call) -> dict[str, str]:
        """Return the form of a request whose credentials are right."""
        if "x-www-form-urlencoded" not in call.headers.get("content-type", ""):
            raise _TokenError("invalid_request", "the body must be a form")
        form = dict(parse_qsl(call.body.decode("utf-8", "replace"), keep_blank_values=True))
        id, secret = form.get("client_id", ""), form.get("client_secret", "")
        if not secret:
            id, secret = _basic(call.headers.get("authorization", "")) or (id, secret)
        same = hmac.compare_digest(id.encode(), self.client_id.encode())
        if not same or not hmac.compare_digest(
            secret.encode(), self.client_secret.encode()
        ):
            raise _TokenError("invalid_client", "client id or secret is wrong")
        return form

    def _redeemed(self, form: Mapping[str, str]) -> str:
        """Return the scope of a code, which is good once."""
        code = form.get("code")
        if not code:
            raise _TokenError("invalid_request", "code is missing")
        rows = self._store.run("SELECT asked,expires FROM codes WHERE code=?", code)
        if not rows or rows[0][1] <= self._clock.seconds():
            raise _TokenError("invalid_grant", "the code is unknown, used or expired")
        asked: dict[str, str] = json.loads(rows[0][0])
        if form.get("redirect_uri") != asked["redirect_uri"]:
            raise _TokenError("invalid_grant", "redirect_uri is not the one of the code")
        _prove(asked, form.get("code_verifier", ""))
        self._store.run("DELETE FROM codes WHERE code=?", code)
        return asked["scope"]

    # --- tokens

    def _newest(self) -> tuple[str, str] | None:
        rows = self._store.run(
            "SELECT token,scope,expires,dead FROM tokens WHERE kind='refresh'"
            " ORDER BY seq DESC LIMIT 1"
        )
        if not rows or rows[0][3] or rows[0][2] <= self._clock.seconds():
            return None
        return rows[0][0], rows[0][1]

    def _issue(self, scope: str) -> Pair:
        access = self._token("access", scope, ACCESS_SECONDS)
        return Pair(access, self._token("refresh", scope, REFRESH_SECONDS), scope)

    def _token(self, kind: str, scope: str, seconds: int) -> str:
        now = self._clock.seconds()
        parts = (
            {"alg": "RS512", "kid": "simulator", "typ": "JWT"},
            {
                "jti": secrets.token_hex(16),
                "kind": kind,
                "scope": scope,
                "iat": int(now),
                "exp": int(now) + seconds,
                "iss": "https://simulator.invalid/",
                "aud": "https://simulator.invalid/api",
                "rest": secrets.token_hex(128),
            },
        )
        texts = [json.dumps(part, separators=(",", ":")).encode() for part in parts]
        token = b".".join(
            map(_base64, [*texts, secrets.token_bytes(_SIGNATURE_BYTES)])
        ).decode()
        self._store.run(
            "INSERT INTO tokens(token,kind,scope,expires) VALUES(?,?,?,?)",
            token,
            kind,
            scope,
            now + seconds,
        )
        return token


def _prove(asked: Mapping[str, Any], verifier: str) -> None:
    """Check the proof of PKCE where the consent asked for one."""
    challenge = asked.get("code_challenge")
    if challenge is None:
        return
    if asked.get("code_challenge_method", "plain") == "S256":
        proof = _base64(hashlib.sha256(verifier.encode()).digest()).decode()
    else:
        proof = verifier
    if not _VERIFIER.fullmatch(verifier) or not hmac.compare_digest(proof, challenge):
        raise _TokenError("invalid_grant", "code_verifier does not fit the code")


def _basic(header: str) -> tuple[str, str] | None:
    """Return id and secret of HTTP Basic, which Sage's flow page also shows."""
    scheme, _, text = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        id, _, secret = base64.b64decode(text).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    # RFC 6749 wants both encoded as in a form; many clients do not.
    return unquote(id), unquote(secret)


def _base64(value: bytes) -> bytes:
    return base64.urlsafe_b64encode(value).rstrip(b"=")


def _back(target: str, answers: Mapping[str, str]) -> Answer:
    joint = "&" if urlsplit(target).query else "?"
    # The slash in the code arrives as %2F (documented).
    return Answer(status=302, headers={"location": f"{target}{joint}{urlencode(answers)}"})

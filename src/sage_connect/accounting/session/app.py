"""An app as Sage knows it, and where its requests go."""

import re
from collections.abc import Iterable
from typing import Final

import attrs

from ...errors import ConfigurationError
from ...plan import Secret

COUNTRIES: Final = frozenset({"ca", "gb", "ie"})
"""Where Sage Accounting v3.1 is on sale, as its page on signing in says. [documented]"""

_LOOPBACK: Final = re.compile(r"http://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(/|$)")


def _address(text: str) -> str:
    return text.rstrip("/")


@attrs.frozen(kw_only=True)
class Hosts:
    """Where requests go; a simulator has addresses of its own.

    Attributes:
        api: What paths such as "/contacts" are joined to.
        authorize: The page on which a person signs in.
        token: Gives tokens for codes and for refresh tokens.
        revoke: Takes a sign-in back.
    """

    api: str = attrs.field(
        default="https://api.accounting.sage.com/v3.1", converter=_address
    )
    authorize: str = "https://www.sageone.com/oauth2/auth/central"
    token: str = "https://oauth.accounting.sage.com/token"  # noqa: S105 - an address
    revoke: str = "https://oauth.accounting.sage.com/revoke"


def _secret(given: str | Secret) -> Secret:
    return Secret(given) if isinstance(given, str) else given


def _letters(countries: Iterable[str]) -> frozenset[str]:
    return frozenset(one.lower() for one in countries)


@attrs.frozen
class App:
    """An app that is registered with Sage.

    Attributes:
        client_id: As Sage gave it; it holds a "/".
        client_secret: As Sage gave it; text becomes a secret.
        redirect_uri: Where Sage sends people back to: letter by letter as registered.
        hosts: Where requests go.
        countries: Where people may sign in from, in small letters; to be widened when Sage
            reopens one, or for a simulator.
    """

    client_id: str = attrs.field()
    client_secret: Secret = attrs.field(converter=_secret)
    redirect_uri: str = ""
    hosts: Hosts = attrs.field(factory=Hosts, kw_only=True)
    countries: frozenset[str] = attrs.field(
        default=COUNTRIES, converter=_letters, kw_only=True
    )

    def __attrs_post_init__(self) -> None:
        for name, given in (
            ("client_id", self.client_id),
            ("client_secret", self.client_secret.reveal()),
        ):
            # A blank comes along when one is copied, and Sage then knows neither.
            if not given or given != given.strip():
                raise ConfigurationError(
                    f"the app's {name} is {'empty' if not given.strip() else 'cut off'}: "
                    "expected what Sage shows, without blanks around it",
                    code="SC-SA-CLIENT",
                    fix="Copy it again from developerselfservice.sageone.com.",
                )

    def token_name(self, user: str = "") -> str:
        """Return the name under which a store keeps the token of `user`.

        A token belongs to the person who signed in, and what is posted with it carries that
        person's initials: each person of a vendor's application has a token of their own.

        Args:
            user: Whatever tells the vendor's users apart; "" where there is one alone.
        """
        return f"accounting:{self.client_id}:{user}"

    def require_redirect_uri(self) -> None:
        """Refuse an address that Sage would not send people back to.

        Raises:
            ConfigurationError: None, or one that is neither https nor of this machine.
        """
        uri = self.redirect_uri
        if not (uri.startswith("https://") or _LOOPBACK.match(uri)):
            raise ConfigurationError(
                "expected a redirect_uri that begins with https:// (or http://localhost "
                f"while trying out), found {uri!r}",
                code="SC-SA-REDIRECT",
                fix="Give the address that is registered with Sage, letter by letter.",
            )

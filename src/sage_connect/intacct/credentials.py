"""Who signs in to Sage Intacct, and where: from arguments, the environment or an INI file.

```ini
[default]
sender_id = "vendor"
sender_password = "..."
company_id = "acme"
user_id = "api-user"
user_password = "..."
```

The names of the keys and of the variables are those of Sage's own SDKs.
"""

import configparser
import re
from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import urlsplit

import attrs

from ..errors import ConfigurationError
from ..plan import Secret
from .envelope import ClientConfig, LoginAuthentication

GATEWAY: Final = "https://api.intacct.com/ia/xml/xmlgw.phtml"
"""Where a session is asked for, unless something else is named."""
FILE: Final = "~/.intacct/credentials.ini"
"""Where Sage's own SDKs look for profiles."""

_DOMAIN: Final = ".intacct.com"
_HOST: Final = re.compile(
    r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*"
)
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_VISIBLE: Final = re.compile(r"[\x21-\x7e]+")
_SENDER: Final = ("sender_id", "sender_password")
_LOGIN: Final = ("company_id", "entity_id", "user_id", "user_password")
_REQUIRED: Final = (*_SENDER, "company_id", "user_id", "user_password")
_PROFILE: Final = "default"


def _secret(given: str | Secret) -> Secret:
    return Secret(given) if isinstance(given, str) else given


def _hosts(given: str | Iterable[str]) -> frozenset[str]:
    names = (given,) if isinstance(given, str) else given
    return frozenset(one.strip().lower().rstrip(".") for one in names)


@attrs.frozen(kw_only=True)
class Endpoints:
    """Which addresses may get a password or a session.

    Attributes:
        gateway: Where sessions are asked for.
        trusted_hosts: Hosts beside those of Sage that may be sent to, by https: your own
            proxy, say. What runs on this machine may be named by `gateway` alone.

    Raises:
        ConfigurationError: The gateway is none that may be sent to.
    """

    gateway: str = GATEWAY
    trusted_hosts: frozenset[str] = attrs.field(default=frozenset(), converter=_hosts)

    def __attrs_post_init__(self) -> None:
        scheme, host, _ = _parts(self.gateway)
        if scheme == "http" and host in _LOOPBACK:
            return
        self._require_trusted(self.gateway, scheme, host)

    def session_endpoint(self, url: str) -> str:
        """Return `url` if a session may be used there; "" is the gateway itself.

        Raises:
            ConfigurationError: It is neither Sage's, nor trusted, nor where the session
                came from.
        """
        if not url:
            return self.gateway
        scheme, host, _ = _parts(url)
        _, ours, _ = _parts(self.gateway)
        # What is tried out on this machine stays on it, whatever the port.
        if not (scheme == "http" and host in _LOOPBACK and ours in _LOOPBACK):
            self._require_trusted(url, scheme, host)
        return url

    def _require_trusted(self, url: str, scheme: str, host: str) -> None:
        named = host.rstrip(".")
        # A bare name of two parts would be the domain itself, where nothing answers.
        if scheme == "https" and (
            named.endswith(_DOMAIN) or (named in self.trusted_hosts and named)
        ):
            return
        raise ConfigurationError(
            f"expected an address of Sage Intacct (https://….intacct.com/…), found "
            f"{_shown(url)!r}: nothing was sent there",
            code="SC-IN-ENDPOINT",
            fix="Correct the address. If it is one of your own, name its host in "
            "trusted_hosts.",
        )


def _parts(url: str) -> tuple[str, str, int | None]:
    """Return scheme, host and port; empty ones where `url` is no plain address."""
    nothing = ("", "", None)
    if not _VISIBLE.fullmatch(url) or "\\" in url:
        return nothing
    try:
        split = urlsplit(url)
        host, port = (split.hostname or "").lower(), split.port
    except ValueError:
        return nothing
    is_named = host == "::1" or _HOST.fullmatch(host.removesuffix("."))
    if "@" in split.netloc or not is_named:
        return nothing
    return split.scheme.lower(), host, port


def _shown(url: str) -> str:
    # What was meant for a password may have come along.
    return re.sub(r"(?<=//)[^/@]*@", "", url.partition("?")[0])[:200]


@attrs.frozen(kw_only=True)
class Credentials:
    """Who signs in to one company of Sage Intacct.

    Attributes:
        sender_id: Web Services licence of the vendor; case sensitive, passed as typed.
        sender_password: Its password; text becomes a secret.
        company_id: What a person types as Company ID to sign in. Of a console's practice,
            `console|client` or `console|client|entity`.
        user_id: Of a Web Services user; blanks in it are kept.
        user_password: Of that user; text becomes a secret.
        client_id: The client's company, where `company_id` is the console's.
        entity_id: Entity to work in, unless a call names another; "" for the top level,
            None to leave it to the user's own setting.

    Raises:
        ConfigurationError: Something is missing, or holds what XML cannot carry.
    """

    sender_id: str = attrs.field(repr=False)
    sender_password: Secret = attrs.field(converter=_secret)
    company_id: str
    user_id: str = attrs.field(repr=False)
    user_password: Secret = attrs.field(converter=_secret)
    client_id: str = attrs.field(default="", repr=False)
    entity_id: str | None = None

    def __attrs_post_init__(self) -> None:
        for name in ("sender_id", "sender_password"):
            given = getattr(self, name)
            text = given.reveal() if isinstance(given, Secret) else given
            if not text.strip():
                raise _missing([name])
        LoginAuthentication(
            user_id=self.user_id,
            company_id=self.company_id,
            password=self.user_password,
            client_id=self.client_id,
            entity_id=self.entity_id,
        ).sealed()

    @classmethod
    def from_environment(
        cls, environment: Mapping[str, str], ini: str = ""
    ) -> "Credentials":
        """Return the credentials that `INTACCT_*` variables give.

        The sender's part, or the company's, of which no variable speaks is taken from a
        profile of `ini`: a part is never mixed of both.

        Args:
            environment: Such as `os.environ`.
            ini: Text of a file of profiles; INTACCT_PROFILE, INTACCT_SENDER_PROFILE and
                INTACCT_COMPANY_PROFILE name the one to take, "default" otherwise.

        Raises:
            ConfigurationError: Something is missing; all of it is named.
        """
        given = {
            name: environment[variable]
            for name in (*_SENDER, *_LOGIN)
            if (variable := f"INTACCT_{name.upper()}") in environment
        }
        found = dict[str, str]()
        for part, variable in ((_SENDER, "SENDER"), (_LOGIN, "COMPANY")):
            own = {name: given[name] for name in part if name in given}
            if not own and ini.strip():
                section = _profile_of(environment, variable)
                table = _table(ini, section)
                own = {name: table[name] for name in part if name in table}
            found |= own
        return cls._made_of(found, "INTACCT_{}")

    @classmethod
    def from_ini(cls, text: str, profile: str = _PROFILE) -> "Credentials":
        """Return the credentials of one profile.

        Args:
            text: Of an INI file.
            profile: Name of its section.

        Raises:
            ConfigurationError: No such profile, or something is missing in it.
        """
        return cls._made_of(_table(text, profile, required=True), "{}")

    @classmethod
    def _made_of(cls, found: Mapping[str, str], shape: str) -> "Credentials":
        missing = [name for name in _REQUIRED if not found.get(name, "").strip()]
        if missing:
            upper = shape != "{}"
            raise _missing(
                [shape.format(name.upper() if upper else name) for name in missing]
            )
        return cls(
            sender_id=found["sender_id"],
            sender_password=Secret(found["sender_password"]),
            company_id=found["company_id"],
            user_id=found["user_id"],
            user_password=Secret(found["user_password"]),
            entity_id=found.get("entity_id"),
        )

    def client(
        self, *, entity_id: str | None = None, session_id: Secret | None = None
    ) -> ClientConfig:
        """Return who sends a request.

        Args:
            entity_id: Entity to sign in to, as in `entity_id` of the class.
            session_id: Of a session, which then stands in place of the login.
        """
        if session_id is not None:
            return ClientConfig(
                sender_id=self.sender_id,
                sender_password=self.sender_password,
                session_id=session_id,
            )
        return ClientConfig(
            sender_id=self.sender_id,
            sender_password=self.sender_password,
            company_id=self.company_id,
            user_id=self.user_id,
            user_password=self.user_password,
            client_id=self.client_id,
            entity_id=entity_id,
        )


def endpoint_of(environment: Mapping[str, str], ini: str = "") -> str:
    """Return the gateway that INTACCT_ENDPOINT_URL, or a profile, names; else Sage's own.

    Raises:
        ConfigurationError: The profiles cannot be read.
    """
    found = environment.get("INTACCT_ENDPOINT_URL", "")
    if not found and ini.strip():
        table = _table(ini, _profile_of(environment, "COMPANY"))
        found = table.get("endpoint_url", "")
    return found or GATEWAY


def _profile_of(environment: Mapping[str, str], part: str) -> str:
    return (
        environment.get(f"INTACCT_{part}_PROFILE")
        or environment.get("INTACCT_PROFILE")
        or _PROFILE
    )


def _table(text: str, profile: str, *, required: bool = False) -> Mapping[str, str]:
    """Return what one section of an INI file says."""
    parser = configparser.RawConfigParser(
        delimiters=("=",),
        comment_prefixes=(";", "#"),
        default_section="\0",
        strict=True,
    )
    try:
        parser.read_string(text.removeprefix("\ufeff"))
    except configparser.Error as error:
        # Its own words quote the line, which may hold a password.
        line = getattr(error, "lineno", None)
        place = f" (line {line})" if line else ""
        told = f"the profiles of Sage Intacct cannot be read{place}"
    else:
        told = ""
    if told:
        raise ConfigurationError(
            told,
            code="SC-IN-CREDENTIALS",
            fix='Write [NAME] and below it lines such as sender_id = "…", each once.',
        )
    if profile not in parser:
        if not required:
            return {}
        names = ", ".join(parser.sections()) or "none"
        raise ConfigurationError(
            f"expected a profile [{profile}] of Sage Intacct, found {names}",
            code="SC-IN-CREDENTIALS",
            fix="Name one that is there.",
        )
    return {name: _value(given) for name, given in parser[profile].items()}


def _value(given: str) -> str:
    """Return a value as PHP reads it: quotes keep all, else ";" begins a remark."""
    text = given.strip()
    if text[:1] in {'"', "'"}:
        end = text.find(text[0], 1)
        if end > 0:
            return text[1:end]
    return text.partition(" ;")[0].rstrip()


def _missing(names: list[str]) -> ConfigurationError:
    return ConfigurationError(
        f"missing to sign in to Sage Intacct: {', '.join(names)}",
        code="SC-IN-CREDENTIALS",
        fix="The sender id and its password come from Sage with the Web Services licence; "
        "the company id is what a person types to sign in.",
    )

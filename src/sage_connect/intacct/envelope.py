"""What surrounds functions on their way to the gateway: who sends, who signs in, and how.

Passwords and session ids go in as secrets: the text of an envelope shows them to nobody but
a driver. Ids of senders and users are hidden in the same way.
"""

import re
import uuid
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, TypeAlias

import attrs

from ..errors import ConfigurationError
from ..plan import Sealed, Secret
from .wire.encoding import encode
from .wire.function import Function

LONGEST_ID: Final = 256
"""Characters of a control id at most."""
LONGEST_POLICY: Final = 40
"""Characters of the name of a transport policy at most."""
DTD_VERSION: Final = "3.0"

_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>'
_ILLEGAL: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MARKUP: Final = str.maketrans(
    # A parser reads a bare carriage return as a line feed.
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"}
)

_Piece: TypeAlias = "str | Secret"


NOTHING: Final = Secret("")


def _secret(given: str | Secret | None) -> Secret:
    return given if isinstance(given, Secret) else Secret(given or "")


@attrs.frozen(kw_only=True)
class ClientConfig:
    """Who sends a request, and who signs in.

    A session takes precedence over a login. The names are those of Sage's own SDKs.

    Attributes:
        sender_id: Web Services licence; case sensitive.
        sender_password: Its password.
        session_id: Of a session; "" to sign in with what follows.
        company_id: As typed when a person signs in; a console may write
            `console|client|entity`.
        user_id: As typed when a person signs in; blanks are kept.
        user_password: Of that user.
        client_id: The client's company, where `company_id` is a console's.
        entity_id: Entity to sign in to; "" for the top level, None to leave it to the user.
    """

    sender_id: str = attrs.field(default="", repr=False)
    sender_password: Secret = attrs.field(default=NOTHING, converter=_secret)
    session_id: Secret = attrs.field(default=NOTHING, converter=_secret)
    company_id: str = ""
    user_id: str = attrs.field(default="", repr=False)
    user_password: Secret = attrs.field(default=NOTHING, converter=_secret)
    client_id: str = attrs.field(default="", repr=False)
    entity_id: str | None = None


@attrs.frozen(kw_only=True)
class RequestConfig:
    """How a request is to be treated.

    Attributes:
        control_id: Correlates an answer with its request: 1 to 256 characters; None for a
            random one. Nothing is ever checked for uniqueness by it.
        unique_id: True to have the gateway refuse a function whose own control id it has
            carried out before.
        transaction: True for all functions or none.
        policy_id: Transport policy, for an answer that comes later; "" for one at once.
        dtd_version: "3.0"; only legacy functions know "2.1".
        include_whitespace: Whether the answer is indented.
        show_additional_error_info: Whether errors carry the precise number of each; None
            to leave the element out, as Sage's SDKs do.
    """

    control_id: str | None = None
    unique_id: bool = False
    transaction: bool = False
    policy_id: str = ""
    dtd_version: str = DTD_VERSION
    include_whitespace: bool = False
    show_additional_error_info: bool | None = True


class _Block:
    """A part of a request, as text with places for secrets."""

    __slots__ = ()

    def _pieces(self) -> Iterator[_Piece]:
        raise NotImplementedError

    def sealed(self) -> Sealed:
        """Return the element; its secrets are filled in by a driver alone."""
        joined: list[_Piece] = []
        for piece in self._pieces():
            if joined and isinstance(piece, str) and isinstance(joined[-1], str):
                joined[-1] += piece
            else:
                joined.append(piece)
        return Sealed(tuple(joined))


@attrs.frozen
class ControlBlock(_Block):
    """The element `control`.

    Raises:
        ConfigurationError: No sender, or an id is too long.
    """

    client_config: ClientConfig
    request_config: RequestConfig = attrs.field(factory=RequestConfig)
    _control_id: str = attrs.field(
        init=False,
        default=attrs.Factory(
            lambda self: (
                str(uuid.uuid4())
                if self.request_config.control_id is None
                else self.request_config.control_id
            ),
            takes_self=True,
        ),
    )

    def __attrs_post_init__(self) -> None:
        client, config = self.client_config, self.request_config
        _require("sender_id", client.sender_id, _SENDER)
        _require("sender_password", client.sender_password, _SENDER)
        check_control_id(self._control_id)
        if len(config.policy_id) > LONGEST_POLICY:
            raise ConfigurationError(
                f"expected a policy_id of at most {LONGEST_POLICY} characters, found "
                f"{len(config.policy_id)}",
                code="SC-IN-POLICY",
                fix="Use the name that Sage's support gave to your transport policy.",
            )
        _require("dtd_version", config.dtd_version, "Leave it at 3.0.")

    def _pieces(self) -> Iterator[_Piece]:
        client, config = self.client_config, self.request_config
        yield "<control>"
        yield from _element("senderid", Secret(client.sender_id))
        yield from _element("password", client.sender_password)
        yield from _element("controlid", self._control_id)
        yield from _element("uniqueid", _flag(config.unique_id))
        yield from _element("dtdversion", config.dtd_version)
        if config.policy_id:
            yield from _element("policyid", config.policy_id)
        yield from _element("includewhitespace", _flag(config.include_whitespace))
        if config.show_additional_error_info is not None:
            yield from _element(
                "showadditionalerrorinfo", _flag(config.show_additional_error_info)
            )
        yield "</control>"


@attrs.frozen(kw_only=True)
class LoginAuthentication(_Block):
    """The element `authentication`, with a user's name and password.

    Raises:
        ConfigurationError: A part is missing.
    """

    user_id: str = attrs.field(default="", repr=False)
    company_id: str = ""
    password: Secret = attrs.field(default=NOTHING, converter=_secret)
    client_id: str = attrs.field(default="", repr=False)
    entity_id: str | None = None

    def __attrs_post_init__(self) -> None:
        _require("company_id", self.company_id, _COMPANY)
        _require("user_id", self.user_id, _USER)
        _require("user_password", self.password, _USER)

    def _pieces(self) -> Iterator[_Piece]:
        yield "<authentication><login>"
        yield from _element("userid", Secret(self.user_id))
        yield from _element("companyid", self.company_id)
        yield from _element("password", self.password)
        if self.client_id:
            yield from _element("clientid", Secret(self.client_id))
        if self.entity_id is not None:
            # Empty, it means the top level.
            yield from _element("locationid", self.entity_id)
        yield "</login></authentication>"


@attrs.frozen(kw_only=True)
class SessionAuthentication(_Block):
    """The element `authentication`, with a session.

    Raises:
        ConfigurationError: There is none.
    """

    session_id: Secret = attrs.field(default=NOTHING, converter=_secret)

    def __attrs_post_init__(self) -> None:
        _require("session_id", self.session_id, "Ask for a session first, or sign in.")

    def _pieces(self) -> Iterator[_Piece]:
        yield "<authentication>"
        yield from _element("sessionid", self.session_id)
        yield "</authentication>"


Content: TypeAlias = Iterable[Function | bytes]
"""Functions, or those that are encoded already."""


def _encoded(content: Content) -> tuple[bytes, ...]:
    return tuple(one if isinstance(one, bytes) else encode(one) for one in content)


@attrs.frozen(kw_only=True)
class OperationBlock(_Block):
    """The element `operation`: who signs in, and what is to be done.

    Raises:
        ConfigurationError: Neither a session nor a whole login.
        CodecError: A function cannot be encoded.
    """

    client_config: ClientConfig
    request_config: RequestConfig = attrs.field(factory=RequestConfig)
    content: tuple[bytes, ...] = attrs.field(default=(), converter=_encoded, repr=False)

    def __attrs_post_init__(self) -> None:
        # What is missing is told before anything is sent.
        self._authentication()

    def _authentication(self) -> "LoginAuthentication | SessionAuthentication":
        client = self.client_config
        if client.session_id:
            return SessionAuthentication(session_id=client.session_id)
        return LoginAuthentication(
            user_id=client.user_id,
            company_id=client.company_id,
            password=client.user_password,
            client_id=client.client_id,
            entity_id=client.entity_id,
        )

    def _pieces(self) -> Iterator[_Piece]:
        yield f'<operation transaction="{_flag(self.request_config.transaction)}">'
        yield from self._authentication().sealed().parts
        yield "<content>"
        for function in self.content:
            yield function.decode()
        yield "</content></operation>"


@attrs.frozen(kw_only=True)
class RequestBlock(_Block):
    """A whole request.

    Raises:
        ConfigurationError: Who sends or who signs in is not said, or an id is too long.
        CodecError: A function cannot be encoded.
    """

    client_config: ClientConfig
    request_config: RequestConfig = attrs.field(factory=RequestConfig)
    content: tuple[bytes, ...] = attrs.field(default=(), converter=_encoded, repr=False)
    _control: ControlBlock = attrs.field(
        init=False,
        repr=False,
        default=attrs.Factory(
            lambda self: ControlBlock(self.client_config, self.request_config),
            takes_self=True,
        ),
    )
    _operation: OperationBlock = attrs.field(
        init=False,
        repr=False,
        default=attrs.Factory(
            lambda self: OperationBlock(
                client_config=self.client_config,
                request_config=self.request_config,
                content=self.content,
            ),
            takes_self=True,
        ),
    )

    def _pieces(self) -> Iterator[_Piece]:
        yield "<request>"
        yield from self._control.sealed().parts
        yield from self._operation.sealed().parts
        yield "</request>"

    def document(self) -> Sealed:
        """Return what is sent: the request with its XML declaration, in UTF-8."""
        return Sealed((_DECLARATION, *self.sealed().parts))


def check_control_id(text: str) -> None:
    """Refuse what cannot be a control id.

    Raises:
        ConfigurationError: It is empty, too long, or holds what XML cannot.
    """
    if not 1 <= len(text) <= LONGEST_ID:
        raise ConfigurationError(
            f"expected a control id of 1 to {LONGEST_ID} characters, found {len(text)}",
            code="SC-IN-CONTROL-ID",
            fix="Shorten it, or leave it out for a random one.",
        )
    _escaped("control_id", text)


_SENDER: Final = (
    "Give the Web Services sender id and password that Sage issued to you; they are not a "
    "user's."
)
_COMPANY: Final = (
    "It is what a person types as Company ID to sign in, shown under Company > Setup > "
    "Company > General information."
)
_USER: Final = (
    "Give the id and the password of a user for Web Services, made under Company > Admin > "
    "Web Services users."
)


def _require(name: str, given: str | Secret, fix: str) -> None:
    text = given.reveal() if isinstance(given, Secret) else given
    if not text.strip():
        raise ConfigurationError(
            f"{name} is missing: Sage Intacct is not asked without it",
            code="SC-IN-CREDENTIALS",
            fix=fix,
        )
    _escaped(name, text)


def _element(name: str, value: str | Secret) -> Iterator[_Piece]:
    if isinstance(value, Secret):
        yield f"<{name}>"
        # Escaped here: a driver puts the text in as it is.
        yield Secret(_escaped(name, value.reveal()))
        yield f"</{name}>"
    elif value:
        yield f"<{name}>{_escaped(name, value)}</{name}>"
    else:
        yield f"<{name}/>"


def _escaped(name: str, text: str) -> str:
    if _ILLEGAL.search(text):
        raise ConfigurationError(
            f"{name} holds a character that XML cannot carry, such as a control character",
            code="SC-IN-CREDENTIALS",
            fix="Copy it again; perhaps something else came along.",
        )
    return text.translate(_MARKUP)


_flag: Callable[[Any], str] = {True: "true", False: "false"}.__getitem__

"""The envelope of a request: control, authentication, functions."""

from collections.abc import Sequence
from typing import Final

import attrs

from . import refusals
from .nodes import MalformedError, Node, parsed
from .written import Head

_LONGEST: Final = 256
_BOOLEANS: Final = frozenset({"true", "false"})
_VERSIONS: Final = frozenset({"2.1", "3", "3.0"})


@attrs.frozen(kw_only=True)
class Login:
    """How a request signs in.

    Attributes:
        user: Of a login.
        company: Of a login.
        password: Of a login.
        client: Of a login by a console.
        location: Entity; "" for the top level; None if it was left out.
        session: Session instead of all these.
    """

    user: str = ""
    company: str = ""
    password: str = attrs.field(default="", repr=False)
    client: str = ""
    location: str | None = None
    session: str = attrs.field(default="", repr=False)


@attrs.frozen(kw_only=True)
class Asked:
    """A function of a request.

    Attributes:
        name: Of the function.
        control_id: Its id.
        node: What stands in it.
    """

    name: str
    control_id: str
    node: Node


@attrs.frozen(kw_only=True)
class Request:
    """A request whose envelope is in order.

    Attributes:
        head: What its answer repeats.
        password: Of the sender.
        policy: Transport policy; "" for an answer at once.
        unique: Whether functions are remembered by their ids.
        transaction: Whether all functions are done, or none.
        login: How it signs in.
        functions: In order.
    """

    head: Head
    password: str = attrs.field(repr=False)
    policy: str
    unique: bool
    transaction: bool
    login: Login
    functions: Sequence[Asked]


class HeadError(Exception):
    """A refusal that knows what its answer repeats.

    Args:
        denied: The refusal.
        head: What the answer repeats.
    """

    def __init__(self, denied: refusals.Denied, head: Head) -> None:
        super().__init__(str(denied))
        self.denied: refusals.Denied = denied
        self.head: Head = head


def opened(body: bytes) -> Request:
    """Return what a request asks.

    Raises:
        HeadError: It is no XML, not of the schema, or has wrong values.
    """
    try:
        root = parsed(body)
    except MalformedError as error:
        denied = refusals.malformed(error.text, error.line, error.column)
        # Nothing of it was understood, so nothing is repeated.
        raise HeadError(denied, Head()) from None
    head = _head(root)
    try:
        return _request(root, head)
    except refusals.Denied as denied:
        raise HeadError(denied, head) from None


def _head(root: Node) -> Head:
    block = root.find("control")
    if block is None:
        return Head()
    return Head(
        sender=block.value("senderid"),
        control_id=block.value("controlid"),
        # Left out, it is true (documented).
        unique=block.value("uniqueid").lower() or "true",
        version=block.value("dtdversion") or "3.0",
        extended=block.value("showadditionalerrorinfo").lower() == "true",
    )


def _request(root: Node, head: Head) -> Request:
    if root.tag != "request":
        raise refusals.malformed(f"Element '{root.tag}' is not expected", root.line, 1)
    block = _need(root, "control")
    operation = _need(root, "operation")
    for name in ("senderid", "password", "controlid"):
        if not _need(block, name).text:
            raise refusals.invalid(f"{name} is empty")
    if len(head.control_id) > _LONGEST:
        raise refusals.invalid(f"controlid is longer than {_LONGEST} characters")
    if head.version not in _VERSIONS:
        raise refusals.invalid(f"dtdversion '{head.version}' is not supported")
    for value in (head.unique, block.value("includewhitespace") or "true"):
        if value.lower() not in _BOOLEANS:
            raise refusals.invalid(f"'{value}' is not true or false")
    content = _need(operation, "content")
    functions = [_function(one) for one in content]
    if not functions:
        raise refusals.malformed("Missing element 'function'", content.line, 1)
    return Request(
        head=head,
        password=_need(block, "password").raw,
        policy=block.value("policyid"),
        unique=head.unique == "true",
        transaction=operation.attributes.get("transaction", "").lower() == "true",
        login=_login(_need(operation, "authentication")),
        functions=functions,
    )


def _login(block: Node) -> Login:
    session = block.find("sessionid")
    if session is not None:
        if not session.text:
            raise refusals.invalid("sessionid is empty")
        return Login(session=session.text)
    login = _need(block, "login")
    location = login.find("locationid")
    company, client, entity = login.value("companyid"), login.value("clientid"), None
    if "|" in company:
        # One text for console, client company and entity (documented).
        _, client, *rest = company.split("|")
        entity = rest[0] if rest else None
    for name in ("userid", "companyid"):
        _need(login, name)
    return Login(
        user=login.value("userid"),
        company=client or company,
        password=_need(login, "password").raw,
        client=client,
        location=location.text if location is not None else entity,
    )


def _function(node: Node) -> Asked:
    if node.tag != "function":
        raise refusals.malformed(f"Element '{node.tag}' is not expected", node.line, 1)
    id = node.attributes.get("controlid")
    if id is None:
        raise refusals.malformed(
            "Element 'function': attribute 'controlid' is required", node.line, 1
        )
    if not 1 <= len(id) <= _LONGEST:
        raise refusals.invalid(f"A function's controlid has 1 to {_LONGEST} characters")
    if len(node.children) != 1:
        raise refusals.malformed(
            "Element 'function' must have exactly one child", node.line, 1
        )
    (inside,) = node.children
    return Asked(name=inside.tag, control_id=id, node=inside)


def _need(node: Node, tag: str) -> Node:
    found = node.find(tag)
    if found is None:
        raise refusals.malformed(
            f"Element '{node.tag}': missing child element '{tag}'", node.line, 1
        )
    return found

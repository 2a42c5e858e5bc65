"""A request to the gateway, made ready to be sent as often as it takes."""

import copy
import re
from collections.abc import Sequence
from typing import Final

import attrs

from ..errors import ConfigurationError
from ..plan import Sealed
from .envelope import ClientConfig, RequestBlock, RequestConfig
from .wire.encoding import control_id_of, encode
from .wire.function import Function

_ALONE: Final = "getAPISession"
_MOVING: Final = "readMore"


@attrs.frozen(kw_only=True)
class Call:
    """Functions that go out in one request, encoded once: each repeat has the same ids.

    Attributes:
        content: The functions, encoded.
        ids: Their control ids, in order.
        names: What they are called, in order.
        writes: Whether any of them changes something.
        unique: Whether the gateway is to refuse what it carried out before.
        transaction: True for all of them or none.
        policy_id: Transport policy; "" for an answer at once.
        control_id: Of the request; "" for a random one each time it is sent.
        key: Digest of the document's key, for the log.
    """

    content: tuple[bytes, ...] = attrs.field(repr=False)
    ids: tuple[str, ...]
    names: tuple[str, ...]
    writes: bool
    unique: bool
    transaction: bool = False
    policy_id: str = ""
    control_id: str = ""
    key: str = ""

    @property
    def repeatable(self) -> bool:
        """Whether it may be sent again when its answer is lost."""
        # A reader of Sage's moves on when it is asked, whether or not that arrives.
        return (self.unique or not self.writes) and _MOVING not in self.names

    @property
    def doing(self) -> str:
        """What is asked for, in few words."""
        first = self.names[0]
        if len(self.names) == 1:
            return f"{first} ({self.ids[0]})"
        return f"{first} and {len(self.names) - 1} more functions"

    def halves(self) -> "tuple[Call, ...]":
        """Return the same in two parts; () for one function, and for a transaction."""
        middle = len(self.ids) // 2
        if not middle or self.transaction:
            return ()
        return tuple(
            attrs.evolve(
                self,
                content=self.content[part],
                ids=self.ids[part],
                names=self.names[part],
            )
            for part in (slice(None, middle), slice(middle, None))
        )

    def document(self, client: ClientConfig, control_id: str) -> Sealed:
        """Return what is sent.

        Args:
            client: Who sends and who signs in.
            control_id: Of this one request.
        """
        config = RequestConfig(
            control_id=control_id,
            unique_id=self.unique,
            transaction=self.transaction,
            policy_id=self.policy_id,
        )
        block = RequestBlock(
            client_config=client, request_config=config, content=self.content
        )
        return block.document()


def call_of(
    functions: Sequence[Function],
    *,
    transaction: bool = False,
    unique: bool | None = None,
    policy_id: str = "",
    key: str = "",
) -> Call:
    """Return a request of `functions`.

    Args:
        functions: What is to be done, in order. Those without a control id get a random
            one, which stays the same however often the request is sent.
        transaction: True for all of them or none.
        unique: Whether the gateway is to refuse what it carried out before under the same
            control id; None if any of them writes.
        policy_id: Transport policy; "" for an answer at once.
        key: Digest of the document's key, for the log.

    Raises:
        ConfigurationError: There is none, two share a control id, or a function that must
            stand alone does not.
        CodecError: One of them cannot be encoded.
    """
    if not functions:
        raise ConfigurationError("expected at least one function, found none")
    ids = tuple(control_id_of(one) for one in functions)
    if len(set(ids)) < len(ids):
        twice = next(id for id in ids if ids.count(id) > 1)
        raise ConfigurationError(
            f"two functions of one request have the control id {twice!r}",
            code="SC-IN-CONTROL-ID",
            fix="Give each its own: answers are told apart by it, and Sage would take the "
            "second for a repeat of the first.",
        )
    content = tuple(map(_encoded, functions, ids))
    names = tuple(map(_name, content))
    if _ALONE in names and len(names) > 1:
        raise ConfigurationError(
            f"{_ALONE} stands among other functions: Sage wants it alone in its request",
            fix="Send it by itself.",
        )
    writes = any(one.writes for one in functions)
    return Call(
        content=content,
        ids=ids,
        names=names,
        writes=writes,
        unique=writes if unique is None else unique,
        transaction=transaction,
        policy_id=policy_id,
        key=key,
    )


def _encoded(function: Function, id: str) -> bytes:
    if function.control_id is None:
        # The caller's own is left as it is: it may be sent again, as another call.
        function = copy.copy(function)
        function.control_id = id
    return encode(function)


_FIRST: Final = re.compile(rb"<function[^>]*>\s*<([^\s/>]+)")


def _name(content: bytes) -> str:
    found = _FIRST.match(content)
    return found[1].decode() if found else "function"

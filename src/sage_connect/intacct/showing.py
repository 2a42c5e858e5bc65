"""What posting would send, as a person reads it."""

from collections.abc import Iterable

from .codec.encoded import Encoded
from .wire.encoding import encode


def preview_content(bodies: Iterable[Encoded]) -> bytes:
    """Return the functions that would be sent, a line of XML each.

    Where they are sent is told before them: at the top level, or in an entity. Master data
    are shown as they would be created or changed, though nothing may have to be.
    """
    return b"".join(_lines(encoded) for encoded in bodies)


def _lines(encoded: Encoded) -> bytes:
    level = f"<!-- entity {encoded.entity} -->\n" if encoded.entity else ""
    functions = b"".join(encode(function) + b"\n" for function in encoded.functions)
    return level.encode() + functions

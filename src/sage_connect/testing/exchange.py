"""A request to a simulator and its answer, free of any server."""

from collections.abc import Mapping

import attrs


@attrs.frozen(kw_only=True)
class Call:
    """A request.

    Attributes:
        method: HTTP method.
        path: Below the base address, such as "/sales_invoices".
        query: Parameters; the last of a name counts.
        headers: By name in small letters.
        body: As it came.
    """

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def accepts(self, media_type: str) -> bool:
        """Whether the caller named a media type in `Accept`."""
        return media_type in self.headers.get("accept", "")


@attrs.frozen(kw_only=True)
class Answer:
    """What is answered.

    Attributes:
        status: HTTP status.
        content: The body.
        headers: Beside the length.
    """

    status: int
    content: bytes = b""
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str])


class Dropped(Exception):
    """The connection is to be dropped without an answer, or in the middle of one.

    Args:
        answer: What the beginning is sent of; None for nothing.
        keep: So many bytes of its content.
    """

    def __init__(self, answer: Answer | None = None, keep: int = 0) -> None:
        super().__init__()
        self.answer: Answer | None = answer
        self.keep: int = keep

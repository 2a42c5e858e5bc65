"""XML that comes from outside.

No answer of the gateway needs a document type, so one that has it is hostile. What is read
here reaches for nothing outside itself, expands nothing, and is bounded: in nesting and in
the length of a text by libxml2 (256 levels, 10 MB), in the number of elements by us.
"""

import re
from typing import Any, Final

from lxml import etree

from ...errors import BrokenReplyError

MOST_BYTES: Final = 256 << 20
"""Of a document, and of what a reader of a stream holds at a time."""

MOST_TAGS: Final = 2_000_000
"""Opening and closing tags, likewise. The largest page has about 1,300,000."""

# One whose bytes below 128 are not ASCII could hide a document type from us.
_ENCODINGS: Final = frozenset(
    {b"utf-8", b"us-ascii", b"ascii", b"iso-8859-1", b"iso-8859-15", b"windows-1252"}
)
_LONGEST_PROLOG: Final = 8192
_DECLARATION: Final = re.compile(
    rb"""<\?xml\s+version\s*=\s*["'][\w.]+["']"""
    rb"""(?:\s+encoding\s*=\s*["'](?P<encoding>[^"']*)["'])?[^<>]*?\?>"""
)
_BETWEEN: Final = re.compile(
    rb"(?:\s+|<!--(?:(?!--).)*-->|<\?(?!xml\s)(?:(?!\?>).)*\?>)*", re.DOTALL
)
_FIRST_TAG: Final = re.compile(rb"<([A-Za-z_][\w.:-]*)(?=[\s/>])")


def read_tree(body: bytes) -> Any:
    """Return the root of an XML document, an lxml element.

    Raises:
        BrokenReplyError: It is no XML, has a document type, or is larger than any answer.
    """
    body = body.lstrip()
    refuse_if_too_large(body)
    _root_name(body[:_LONGEST_PROLOG], whole=True)
    try:
        root = etree.fromstring(body, etree.XMLParser(**_HARDENED))
    except etree.XMLSyntaxError as error:
        raise _broken(error) from error
    return _without_type(root)


def refuse_if_too_large(body: bytes) -> None:
    """Raise `BrokenReplyError` for what no answer is, before anything is made of it."""
    if len(body) > MOST_BYTES or body.count(b"<") > MOST_TAGS:
        raise _too_large()


class Incoming:
    """An XML document that arrives in pieces, read as far as it has come.

    Whoever reads it takes away what is complete, and says so by `taken`: then the memory
    that it needs does not grow with the document.

    Raises:
        BrokenReplyError: By `feed` and `close`; see `read_tree`.
    """

    def __init__(self) -> None:
        self._head: bytes | None = b""
        self._parser: Any = None
        self._root: Any = None
        self._bytes = 0
        self._tags = 0

    @property
    def root(self) -> Any:
        """The root so far, or None. The last child at each level may be incomplete."""
        return self._root

    def feed(self, chunk: bytes) -> None:
        """Read some more. Pieces may be cut anywhere."""
        self._bytes += len(chunk)
        self._tags += chunk.count(b"<")
        if self._bytes > MOST_BYTES or self._tags > MOST_TAGS:
            raise _too_large()
        if self._head is not None:
            self._head = (self._head + chunk).lstrip()
            name = _root_name(self._head[:_LONGEST_PROLOG], whole=False)
            if not name:
                return
            # The event of the root alone: one for each element would cost more than all.
            self._parser = etree.XMLPullParser(events=("start",), tag=name, **_HARDENED)
            chunk, self._head = self._head, None
        try:
            self._parser.feed(chunk)
            for _, element in self._parser.read_events():
                if self._root is None:
                    self._root = _without_type(element)
        except etree.XMLSyntaxError as error:
            raise _broken(error) from error

    def taken(self) -> None:
        """Say that what was complete has been taken out of the tree."""
        self._bytes = self._tags = 0

    def close(self) -> Any:
        """Return the root, now complete."""
        if self._head is not None:
            _root_name(self._head, whole=True)
            raise BrokenReplyError("the answer ends before its first element")
        try:
            return self._parser.close()
        except etree.XMLSyntaxError as error:
            raise _broken(error) from error


# `recover` stays off: half an answer is no answer.
_HARDENED: Final[dict[str, Any]] = {
    "resolve_entities": False,
    "load_dtd": False,
    "dtd_validation": False,
    "attribute_defaults": False,
    "no_network": True,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}


def _root_name(head: bytes, *, whole: bool) -> str:
    """Return the name of the first element in `head`, or "" if it has not come yet."""
    if not head and whole:
        raise BrokenReplyError("the answer is empty where XML was expected")
    if b"\0" in head[:4] or head[:2] in {b"\xfe\xff", b"\xff\xfe"}:
        raise BrokenReplyError("the answer is not in UTF-8, which was asked for")
    # A byte order mark says what we take for granted.
    head = head.removeprefix(b"\xef\xbb\xbf")
    at = 0
    if declared := _DECLARATION.match(head):
        encoding = (declared["encoding"] or b"utf-8").lower()
        if encoding not in _ENCODINGS:
            shown = encoding.decode("ascii", "replace")
            raise BrokenReplyError(f"the answer is in {shown}; UTF-8 was asked for")
        at = declared.end()
    between = _BETWEEN.match(head, at)
    at = between.end() if between else at
    if first := _FIRST_TAG.match(head, at):
        return first[1].decode("ascii")
    if head[at : at + 9].upper() == b"<!DOCTYPE":
        raise BrokenReplyError("the answer has a document type, which no answer needs")
    if (
        whole
        or len(head) >= _LONGEST_PROLOG
        or (at < len(head) and head[at : at + 1] != b"<")
    ):
        raise BrokenReplyError("the answer is no XML: it does not begin with an element")
    return ""


def _without_type(root: Any) -> Any:
    # The prolog was searched as bytes; this is what the parser itself has seen.
    if root.getroottree().docinfo.internalDTD is not None:
        raise BrokenReplyError("the answer has a document type, which no answer needs")
    return root


def _too_large() -> BrokenReplyError:
    return BrokenReplyError(
        f"the answer is larger than {MOST_BYTES >> 20} MB or {MOST_TAGS:,} tags",
        fix="Ask for smaller pages.",
    )


def _broken(error: etree.XMLSyntaxError) -> BrokenReplyError:
    said = str(error.msg or "it ends too early").splitlines()[0]
    return BrokenReplyError(f"the answer is no XML that can be read: {said}")

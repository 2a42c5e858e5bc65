"""Requests as light trees, read by a parser that takes nothing from outside."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import attrs
from lxml import etree

_DEEPEST: Final = 200


class MalformedError(Exception):
    """Text that is no XML, or XML of a kind that is refused.

    Args:
        text: What is wrong.
        line: Where, from 1.
        column: Where in the line.
    """

    def __init__(self, text: str, line: int = 1, column: int = 1) -> None:
        super().__init__(text)
        self.text: str = text
        self.line: int = line
        self.column: int = column


@attrs.define(slots=True, eq=False)
class Node:
    """An element.

    Attributes:
        tag: Its name as it was written.
        text: Its text, without white space around it.
        attributes: As they were written.
        children: Elements in it, in order.
        line: Where it stands in the request.
        raw: Its text as it was written, for what may begin or end with a space.
    """

    tag: str
    text: str
    attributes: dict[str, str]
    children: list["Node"]
    line: int = 0
    raw: str = ""

    def find(self, tag: str) -> "Node | None":
        """Return the first child of a name, however it is written; None for none."""
        for child in self.children:
            if child.tag == tag:
                return child
        folded = tag.lower()
        return next((one for one in self.children if one.tag.lower() == folded), None)

    def all(self, tag: str) -> "Sequence[Node]":
        """Return the children of a name, however it is written."""
        folded = tag.lower()
        return [one for one in self.children if one.tag.lower() == folded]

    def value(self, tag: str, otherwise: str = "") -> str:
        """Return the text of a child; `otherwise` if there is none."""
        child = self.find(tag)
        return otherwise if child is None else child.text

    def __iter__(self) -> "Iterator[Node]":
        return iter(self.children)


def parsed(body: bytes) -> Node:
    """Return the root of a request.

    Raises:
        MalformedError: It is no XML; or it has a document type, which nobody needs and
            through which files and entities would come.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise MalformedError(str(error.msg), line or 1, column or 1) from None
    except ValueError as error:
        raise MalformedError(str(error)) from None
    about: Any = root.getroottree().docinfo
    if about.doctype:
        raise MalformedError("A document type declaration is not allowed")
    return _node(root, 0)


def _node(element: etree._Element, depth: int) -> Node:
    # Which the stubs of lxml know no type of.
    line: Any = element.sourceline
    if depth > _DEEPEST:
        raise MalformedError("Elements are nested too deeply", line or 1)
    children = [_node(child, depth + 1) for child in element]
    return Node(
        str(element.tag).rpartition("}")[2],
        (element.text or "").strip(),
        {str(name): str(value) for name, value in element.attrib.items()},
        children,
        line or 0,
        element.text or "",
    )

"""The bytes of functions and fragments."""

import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import attrs

from ...errors import CodecError
from .function import Fragment, Function, Part
from .texts import is_listed, legal, refuse
from .writing import Node, Writer, is_set

if TYPE_CHECKING:
    from lxml.etree import _Element

_LONGEST_ID: Final = 256


def encode(part: Function | Fragment) -> bytes:
    """Return the XML of `part`, in UTF-8 without a declaration.

    Args:
        part: A function, which becomes `<function controlid="...">`; a fragment becomes
            its own element, or its elements one after the other where it has several.

    Raises:
        CodecError: A field is missing, out of bounds or not of its kind, or would make an
            illegal name or character; `path` names it, with a slash at each level.
    """
    out: list[str] = []
    for node in nodes_of(part):
        _serialise(node, out)
    return "".join(out).encode()


def element_of(part: Function | Fragment) -> "_Element":
    """Return `part` as one lxml element.

    Raises:
        CodecError: As of `encode`, and where a fragment is not one element.
    """
    nodes = nodes_of(part)
    if len(nodes) != 1:
        raise CodecError(f"{type(part).__name__} is written as {len(nodes)} elements")
    return _element(nodes[0])


def nodes_of(part: Function | Fragment) -> list[Node]:
    """Return the elements of `part`.

    Raises:
        CodecError: As of `encode`.
    """
    return _nodes(part, Writer())


def unsent(part: Function | Fragment) -> tuple[str, ...]:
    """Return the paths of fields that hold something and still are not written.

    A rate beside a rate type, dimensions beside an allocation, and what the gateway has no
    place for are such: whoever fills functions from other data can refuse to lose it.

    Raises:
        CodecError: As of `encode`.
    """
    writer = Writer()
    _nodes(part, writer)
    return tuple(path for path in _filled(part, "") if path not in writer.used)


def is_write(function: Function) -> bool:
    """Return whether `function` changes something in the company."""
    return function.writes


def control_id_of(function: Function) -> str:
    """Return the control id of `function`, a random one where it has none.

    Raises:
        CodecError: It is empty, longer than 256 characters, or illegal.
    """
    given: object = function.control_id
    if given is None:
        return str(uuid.uuid4())
    if not isinstance(given, str) or not 1 <= len(given) <= _LONGEST_ID:
        refuse("control_id", f"1 to {_LONGEST_ID} characters", given)
    return legal(given, "control_id")


def _nodes(part: Function | Fragment, writer: Writer) -> list[Node]:
    if not isinstance(part, Part):
        raise CodecError(f"only functions and fragments are encoded, not {part!r:.80}")
    try:
        if not isinstance(part, Function):
            return part.nodes(writer)
        name = control_id_of(part)
        writer.used.add("control_id")
        return [
            Node("function", attributes={"controlid": name}, children=part.nodes(writer))
        ]
    except RecursionError:
        raise CodecError(f"{type(part).__name__} is nested too deeply") from None


def _filled(part: Part, path: str) -> Iterator[str]:
    """Yield the paths of the fields that differ from what they are by default."""
    for field in attrs.fields(type(part)):
        value: object = getattr(part, field.name)
        if value == field.default or not (is_set(value) or value is False):
            continue
        yield f"{path}{field.name.lstrip('_')}"
        if isinstance(value, Part):
            yield from _filled(value, f"{path}{field.name}/")
        for index, item in enumerate(value if is_listed(value) else ()):
            if isinstance(item, Part):
                yield from _filled(item, f"{path}{field.name}/{index}/")


def _serialise(node: Node, out: list[str]) -> None:
    out.append(f"<{node.name}")
    for name, value in node.attributes.items():
        out.append(f' {name}="{_attribute(value)}"')
    if not node.children and not node.text:
        out.append("/>")
        return
    out.append(">")
    out.append(_text(node.text))
    for child in node.children:
        _serialise(child, out)
    out.append(f"</{node.name}>")


def _text(text: str) -> str:
    # A bare carriage return would be read as a line feed.
    return (
        text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\r", "&#13;")
    )


def _attribute(text: str) -> str:
    # Bare white space would be read as blanks.
    return _text(text).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")


def _element(node: Node) -> "_Element":
    from lxml import etree  # noqa: PLC0415  # bytes are written without it

    element = etree.Element(node.name, node.attributes)
    element.text = node.text or None
    element.extend(_element(child) for child in node.children)
    return element

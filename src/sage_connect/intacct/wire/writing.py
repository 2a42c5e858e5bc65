"""From functions to elements: which fields are written, where, and what is refused."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs

from ...errors import CodecError
from .layout import (
    Choice,
    Custom,
    Each,
    Element,
    Layout,
    Leaf,
    Literal,
    One,
    Step,
    Test,
    Tree,
)
from .texts import TEXTS, day, decimal, element_name, items, legal, refuse, scalar

if TYPE_CHECKING:
    from .function import Part


@attrs.define
class Node:
    """An element: attributes, then text or children, never both."""

    name: str
    text: str = ""
    attributes: dict[str, str] = attrs.field(factory=dict[str, str])
    children: "list[Node]" = attrs.field(factory=list["Node"])


class Writer:
    """Writes parts, and remembers which of their fields it wrote.

    Attributes:
        used: Paths of the fields that stand in what was written.
    """

    def __init__(self) -> None:
        self.used: set[str] = set()

    def written(self, part: "Part", layout: Layout, path: str) -> list[Node]:
        """Return the elements of `part` as `layout` has them.

        Raises:
            CodecError: A field is missing, out of bounds or not of its kind.
        """
        source: object = getattr(part, layout.source, None) if layout.source else None
        if source is None:
            source = part
        else:
            self.used.add(path + layout.source)
        _demand(source, layout, type(part).__name__, path)
        # A node without a name takes what the layout has at its top.
        top = Node("")
        self._write(layout.steps, _Fields(source, path), top)
        return top.children

    def fragments(self, value: object, path: str, roots: Sequence[str]) -> list[Node]:
        """Return the elements of a list of fragments.

        Raises:
            CodecError: One is no fragment, or not of the kind that belongs there.
        """
        self.used.add(path)
        return [
            node
            for index, item in enumerate(items(value, path))
            for node in self.fragment(item, f"{path}/{index}", roots)
        ]

    def fragment(self, value: object, path: str, roots: Sequence[str]) -> list[Node]:
        """Return the elements of one fragment.

        Raises:
            CodecError: It is none, or not of the kind that belongs there.
        """
        from .function import Fragment  # noqa: PLC0415  # it imports the names above

        if not isinstance(value, Fragment):
            refuse(path, f"a fragment written as {_or(roots)}", value)
        self.used.add(path)
        nodes = value.nodes(self, f"{path}/")
        if roots and (not nodes or nodes[0].name not in roots):
            refuse(path, f"a fragment written as {_or(roots)}", type(value).__name__)
        return nodes

    def tree(self, value: object, path: str) -> list[Node]:
        """Return a mapping as elements: see `Fields`.

        Raises:
            CodecError: A name is none of XML's, or a value cannot be written.
        """
        if not isinstance(value, Mapping):
            refuse(path, "a mapping of element names to values", value)
        self.used.add(path)
        nodes: list[Node] = []
        for name, inner in _pairs(value):
            nodes += self._named(element_name(name, path), inner, f"{path}/{name}")
        return nodes

    def _named(self, name: str, value: object, path: str) -> Iterable[Node]:
        from .function import Fragment  # noqa: PLC0415  # it imports the names above

        if value is None:
            return ()
        if isinstance(value, Fragment):
            return (Node(name, children=self.fragment(value, path, ())),)
        if isinstance(value, Mapping):
            return (Node(name, children=self.tree(value, path)),)
        if isinstance(value, str) or not isinstance(value, Iterable):
            return (Node(name, scalar(value, path)),)
        listed = items(value, path)
        if listed and all(isinstance(item, Mapping) for item in listed):
            return [
                Node(name, children=self.tree(item, f"{path}/{index}"))
                for index, item in enumerate(listed)
            ]
        if listed and all(isinstance(item, Fragment) for item in listed):
            return (Node(name, children=self.fragments(listed, path, ())),)
        return (Node(name, TEXTS["list"](listed, path)),)

    def _write(self, steps: Iterable[Step], fields: "_Fields", node: Node) -> None:
        for step in steps:
            match step:
                case Leaf():
                    self._leaf(step, fields, node)
                case Literal(name, text):
                    if name.startswith("@"):
                        node.attributes[name[1:]] = text
                    else:
                        node.children.append(Node(name, text))
                case Element(name, below):
                    inner = Node(name)
                    self._write(below, fields, inner)
                    node.children.append(inner)
                case Choice(branches):
                    for tests, below in branches:
                        if not tests or any(_holds(test, fields) for test in tests):
                            self._write(below, fields, node)
                            break
                case Each():
                    self._each(step, fields, node)
                case One(field, roots):
                    if (value := fields[field]) is not None:
                        node.children += self.fragment(value, fields.path(field), roots)
                case Tree(field):
                    if (value := fields[field]) is not None:
                        node.children += self.tree(value, fields.path(field))
                case Custom(legacy):
                    self._custom(fields, node, legacy=legacy)

    def _leaf(self, leaf: Leaf, fields: "_Fields", node: Node) -> None:
        value, path = fields[leaf.field], fields.path(leaf.field)
        # An empty list of names still asks for all of them.
        if value is None and leaf.kind != "names":
            if leaf.attribute and leaf.always:
                raise CodecError(f"{path} is missing", path=path)
            if leaf.always:
                node.children.append(Node(leaf.name))
            return
        self.used.add(path)
        if leaf.kind == "triple":
            node.children.append(_triple(leaf.name, value, path))
            return
        text = TEXTS[leaf.kind](() if value is None else value, path)
        if leaf.name == "text":
            node.text = text
        elif leaf.attribute:
            node.attributes[leaf.attribute] = text
        else:
            node.children.append(Node(leaf.name, text))

    def _each(self, each: Each, fields: "_Fields", node: Node) -> None:
        value, path = fields[each.field], fields.path(each.field)
        if value is None:
            return
        if each.roots:
            node.children += self.fragments(value, path, each.roots)
            return
        self.used.add(path)
        for index, item in enumerate(items(value, path)):
            if item is None:
                refuse(f"{path}/{index}", "a value", item)
            self._write(each.steps, _Item(item, f"{path}/{index}"), node)

    def _custom(self, fields: "_Fields", node: Node, *, legacy: bool) -> None:
        value, path = fields["custom_fields"], fields.path("custom_fields")
        if value is None:
            return
        if not isinstance(value, Mapping):
            refuse(path, "a mapping of custom fields to values", value)
        self.used.add(path)
        pairs = [
            (name, _custom_text(inner, f"{path}/{name}")) for name, inner in _pairs(value)
        ]
        if not legacy:
            node.children += [Node(element_name(name, path), text) for name, text in pairs]
        elif pairs:
            fields_of = [_custom_pair(name, text, path) for name, text in pairs]
            node.children.append(Node("customfields", children=fields_of))


class _Fields:
    """The fields of one object, and where they stand."""

    def __init__(self, of: object, path: str) -> None:
        self._of: object = of
        self._path: str = path

    def __getitem__(self, field: str) -> Any:
        return getattr(self._of, field, None)

    def path(self, field: str) -> str:
        return self._path + field


class _Item(_Fields):
    """One item of a list, whose only field is itself."""

    def __getitem__(self, field: str) -> Any:
        return self._of

    def path(self, field: str) -> str:
        return self._path


def is_set(value: object) -> bool:
    """Return whether a value says anything: zero does, "" and an empty list do not."""
    if value is None or isinstance(value, bool):
        return bool(value)
    return not isinstance(value, str | Sequence | Mapping) or len(value) > 0


def _holds(test: Test, fields: _Fields) -> bool:
    value = fields[test.field]
    match test.sign:
        case "":
            return is_set(value)
        case "?":
            return value is not None
        case "not":
            return not is_set(value)
        case "<":
            return is_set(value) and decimal(value, fields.path(test.field)) < 0
        case text:
            return bool(value == text)


def _demand(part: object, layout: Layout, name: str, path: str) -> None:
    """Refuse what is missing or out of bounds."""

    def value_of(field: str) -> Any:
        return getattr(part, field, None)

    def refused(field: str, message: str) -> CodecError:
        return CodecError(f"{name} {message}", path=path + field)

    for field in layout.require:
        if not is_set(value_of(field)):
            raise refused(field, f"needs {field}")
    if layout.any_of and not any(
        all(is_set(value_of(field)) for field in group) for group in layout.any_of
    ):
        listed = ", or ".join(" and ".join(group) for group in layout.any_of)
        raise refused(layout.any_of[0][0], f"needs {listed}")
    for field, other in layout.needs.items():
        if is_set(value_of(field)) and not is_set(value_of(other)):
            raise refused(other, f"needs {other} beside {field}")
    for field, other in layout.apart:
        if is_set(value_of(field)) and is_set(value_of(other)):
            raise refused(field, f"takes {field} or {other}, not both")
    for field, words in layout.choice.items():
        value = value_of(field)
        if value is not None and str(value) not in {str(word) for word in words}:
            refuse(path + field, _or([str(word) for word in words]), value)
    for field, (low, high) in layout.bounds.items():
        _bound(value_of(field), path + field, low, high)
    _count(value_of, layout, refused, path)


def _count(
    value_of: Callable[[str], Any],
    layout: Layout,
    refused: Callable[[str, str], CodecError],
    path: str,
) -> None:
    """Refuse lists that are too short or too long, or whose items lack something."""
    for field, least in layout.least.items():
        if len(items(value_of(field) or (), path + field)) < least:
            raise refused(field, f"needs at least {least} in {field}")
    for field, most in layout.most.items():
        found = len(items(value_of(field) or (), path + field))
        if found > most:
            raise refused(field, f"takes at most {most} in {field}, not {found}")
    for field, wanted in layout.of_each.items():
        for index, item in enumerate(items(value_of(field) or (), path + field)):
            for inner in wanted:
                if not is_set(getattr(item, inner, None)):
                    raise refused(f"{field}/{index}/{inner}", f"needs {inner} in {field}")


def _bound(value: object, path: str, low: int, high: int | None) -> None:
    if value is None:
        return
    wanted = f"a whole number from {low}" + (f" to {high}" if high else "")
    if isinstance(value, bool) or not isinstance(value, int):
        refuse(path, wanted, value)
    if value < low or (high is not None and value > high):
        refuse(path, wanted, value)


def _triple(name: str, value: object, path: str) -> Node:
    date = day(value, path)
    return Node(
        name,
        children=[
            Node("year", f"{date.year:04}"),
            Node("month", f"{date.month:02}"),
            Node("day", f"{date.day:02}"),
        ],
    )


def _custom_text(value: object, path: str) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return TEXTS["list"](value, path)
    return scalar(value, path)


def _custom_pair(name: object, text: str, path: str) -> Node:
    if not isinstance(name, str) or not name:
        refuse(path, "named by text", name)
    return Node(
        "customfield",
        children=[
            Node("customfieldname", legal(name, path)),
            Node("customfieldvalue", text),
        ],
    )


def _pairs(value: Mapping[Any, Any]) -> Iterable[tuple[Any, Any]]:
    return value.items()


def _or(words: Sequence[str]) -> str:
    return " or ".join(words) if words else "one"

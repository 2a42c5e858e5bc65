"""From functions to elements: which fields are written, where, and what is refused."""

from collections.abc import Iterable, Mapping, Sequence, Sized
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
from .texts import (
    TEXTS,
    day,
    decimal,
    element_name,
    is_listed,
    is_mapping,
    items,
    legal,
    refuse,
    scalar,
    within,
)

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
        _Demands(source, layout, type(part).__name__, path).check()
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
        if not is_mapping(value):
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
        if is_mapping(value):
            return (Node(name, children=self.tree(value, path)),)
        return self._listed(name, value, path)

    def _listed(self, name: str, value: object, path: str) -> Iterable[Node]:
        from .function import Fragment  # noqa: PLC0415  # it imports the names above

        if not is_listed(value):
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
                case Element(name, below):
                    inner = Node(name)
                    self._write(below, fields, inner)
                    node.children.append(inner)
                case Choice():
                    self._write(_chosen(step, fields), fields, node)
                case Literal(name, text) if name.startswith("@"):
                    node.attributes[name[1:]] = text
                case Literal(name, text):
                    node.children.append(Node(name, text))
                case _:
                    self._inserted(step, fields, node)

    def _inserted(
        self, step: Each | One | Tree | Custom, fields: "_Fields", node: Node
    ) -> None:
        """Write what the caller makes: fragments, mappings, custom fields."""
        field = "custom_fields" if isinstance(step, Custom) else step.field
        value, path = fields[field], fields.path(field)
        if value is None:
            return
        match step:
            case Each(_, roots, below):
                if roots:
                    node.children += self.fragments(value, path, roots)
                else:
                    self._repeated(below, value, path, node)
            case One(_, roots):
                node.children += self.fragment(value, path, roots)
            case Tree():
                node.children += self.tree(value, path)
            case Custom(legacy):
                self._custom(value, path, node, legacy=legacy)

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

    def _repeated(
        self, steps: Iterable[Step], value: object, path: str, node: Node
    ) -> None:
        self.used.add(path)
        for index, item in enumerate(items(value, path)):
            if item is None:
                refuse(f"{path}/{index}", "a value", item)
            self._write(steps, _Item(item, f"{path}/{index}"), node)

    def _custom(self, value: object, path: str, node: Node, *, legacy: bool) -> None:
        if not is_mapping(value):
            refuse(path, "a mapping of custom fields to values", value)
        self.used.add(path)
        texts = [
            (name, _custom_text(inner, f"{path}/{name}")) for name, inner in _pairs(value)
        ]
        if not legacy:
            node.children += [Node(element_name(name, path), text) for name, text in texts]
        elif texts:
            pairs = [_custom_pair(name, text, path) for name, text in texts]
            node.children.append(Node("customfields", children=pairs))


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
        del field  # the item is the only one
        return self._path


def is_set(value: object) -> bool:
    """Return whether a value says anything: zero does, "" and an empty list do not."""
    if value is None or isinstance(value, bool):
        return bool(value)
    return not isinstance(value, Sized) or len(value) > 0


def _chosen(choice: Choice, fields: _Fields) -> Sequence[Step]:
    for tests, steps in choice.branches:
        if not tests or any(_holds(test, fields) for test in tests):
            return steps
    return ()


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


class _Demands:
    """What a layout demands of the fields of one object."""

    def __init__(self, part: object, layout: Layout, name: str, path: str) -> None:
        self._part: object = part
        self._layout: Layout = layout
        self._name: str = name
        self._path: str = path

    def check(self) -> None:
        """Refuse what is missing, out of bounds, too much or too little."""
        self._presence()
        self._company()
        self._bounds()
        self._counts()

    def _value(self, field: str) -> Any:
        return getattr(self._part, field, None)

    def _is_set(self, field: str) -> bool:
        return is_set(self._value(field))

    def _refused(self, field: str, message: str) -> CodecError:
        return CodecError(f"{self._name} {message}", path=self._path + field)

    def _presence(self) -> None:
        for field in self._layout.require:
            if not self._is_set(field):
                raise self._refused(field, f"needs {field}")
        groups = self._layout.any_of
        if groups and not any(all(map(self._is_set, group)) for group in groups):
            listed = ", or ".join(" and ".join(group) for group in groups)
            raise self._refused(groups[0][0], f"needs {listed}")

    def _company(self) -> None:
        for field, other in self._layout.needs.items():
            if self._is_set(field) and not self._is_set(other):
                raise self._refused(other, f"needs {other} beside {field}")
        for field, other in self._layout.apart:
            if self._is_set(field) and self._is_set(other):
                raise self._refused(field, f"takes {field} or {other}, not both")

    def _bounds(self) -> None:
        for field, words in self._layout.choice.items():
            value, texts = self._value(field), [str(word) for word in words]
            if value is not None and str(value) not in texts:
                refuse(self._path + field, _or(texts), value)
        for field, (low, high) in self._layout.bounds.items():
            if (value := self._value(field)) is not None:
                within(value, self._path + field, low, high)

    def _items(self, field: str) -> list[object]:
        return items(self._value(field) or (), self._path + field)

    def _counts(self) -> None:
        for field, least in self._layout.least.items():
            if len(self._items(field)) < least:
                raise self._refused(field, f"needs at least {least} in {field}")
        for field, most in self._layout.most.items():
            if (found := len(self._items(field))) > most:
                raise self._refused(field, f"takes at most {most} in {field}, not {found}")
        for field, wanted in self._layout.of_each.items():
            for index, item in enumerate(self._items(field)):
                for inner in wanted:
                    if not is_set(getattr(item, inner, None)):
                        at = f"{field}/{index}/{inner}"
                        raise self._refused(at, f"needs {inner} in {field}")


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

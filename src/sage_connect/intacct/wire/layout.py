"""How the fields of a function are laid out as elements: a small notation, parsed late.

One line an element, two spaces a level:

| line | means |
|---|---|
| `create` | an element and, below it, what it holds |
| `amount: total number` | an element with the field `total`, as that kind; none if None |
| `amount!: total number` | the same, empty where there is nothing |
| `@key!: record_no int` | an attribute |
| `object = APPYMT` | a fixed text |
| `text: field_name` | the field is the text of the element above |
| `if due_date` ... `elif` ... `else` | the first that holds; `x?` asks for not None |
| `each lines: lineitem` | fragments, by the elements they may be |
| `each keys` | what is below, for each item, which is called `.` |
| `part filter: logical` | one fragment |
| `tree arguments` | a mapping as elements |
| `custom`, `customfields` | the custom fields of a generic, of a legacy function |
"""

import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeAlias

import attrs

_LEAF: Final = re.compile(r"(@?[\w.]+)(!?): ([a-z_0-9.]+)(?: ([a-z0-9]+))?")
_LITERAL: Final = re.compile(r"(@?[\w.]+) = (.*)")


@attrs.frozen
class Leaf:
    """A field in an element or, with `@`, in an attribute."""

    name: str
    field: str
    kind: str
    always: bool

    @property
    def attribute(self) -> str:
        """The attribute's name, or "" for an element."""
        return self.name[1:] if self.name.startswith("@") else ""


@attrs.frozen
class Literal:
    """A fixed text."""

    name: str
    text: str


@attrs.frozen
class Element:
    """An element that holds others."""

    name: str
    steps: "tuple[Step, ...]"


@attrs.frozen
class Test:
    """One question of a condition.

    Attributes:
        field: Asked about.
        sign: "" set at all, "?" not None, "not" nothing there, "<" negative, else the text
            that it must be.
    """

    field: str
    sign: str = ""


@attrs.frozen
class Choice:
    """The first branch of which any test holds; no tests: always."""

    branches: "tuple[tuple[tuple[Test, ...], tuple[Step, ...]], ...]"


@attrs.frozen
class Each:
    """Fragments (by the elements they may be), or steps repeated for each item."""

    field: str
    roots: tuple[str, ...]
    steps: "tuple[Step, ...]"


@attrs.frozen
class One:
    """One fragment."""

    field: str
    roots: tuple[str, ...]


@attrs.frozen
class Tree:
    """A mapping, written as the elements it names."""

    field: str


@attrs.frozen
class Custom:
    """Custom fields: elements by their names, or pairs of name and value."""

    legacy: bool


Step: TypeAlias = Leaf | Literal | Element | Choice | Each | One | Tree | Custom


class Layout:
    """The elements of one class, and what its fields must be.

    Args:
        notation: See the module.
        require: Fields that must hold something.
        any_of: Groups of fields, of which one must be complete.
        least: The smallest number of items by field.
        most: The largest.
        bounds: Lowest and highest whole number by field; None for no end.
        choice: Texts by field, of which it must be one.
        needs: By field, another that it makes no sense without.
        apart: Pairs of fields of which at most one may be given.
        of_each: By list of fragments, what each of them must hold here.
        source: A field whose object, if given, has the other fields; "" for none.
    """

    def __init__(
        self,
        notation: str,
        *,
        require: Sequence[str] = (),
        any_of: Sequence[Sequence[str]] = (),
        least: Mapping[str, int] | None = None,
        most: Mapping[str, int] | None = None,
        bounds: Mapping[str, tuple[int, int | None]] | None = None,
        choice: Mapping[str, Sequence[str | int]] | None = None,
        needs: Mapping[str, str] | None = None,
        apart: Sequence[tuple[str, str]] = (),
        of_each: Mapping[str, Sequence[str]] | None = None,
        source: str = "",
    ) -> None:
        self.notation: str = notation
        self.require: Sequence[str] = require
        self.any_of: Sequence[Sequence[str]] = any_of
        self.least: Mapping[str, int] = least or {}
        self.most: Mapping[str, int] = most or {}
        self.bounds: Mapping[str, tuple[int, int | None]] = bounds or {}
        self.choice: Mapping[str, Sequence[str | int]] = choice or {}
        self.needs: Mapping[str, str] = needs or {}
        self.apart: Sequence[tuple[str, str]] = apart
        self.of_each: Mapping[str, Sequence[str]] = of_each or {}
        self.source: str = source

    @functools.cached_property
    def steps(self) -> tuple[Step, ...]:
        """What is written, in order."""
        lines = [
            ((len(line) - len(line.lstrip())) // 2, line.strip())
            for line in self.notation.splitlines()
            if line.strip()
        ]
        return tuple(_steps(lines))


def _steps(lines: Sequence[tuple[int, str]]) -> Iterable[Step]:
    """Yield the steps of lines that all stand at the level of the first, or deeper."""
    at = 0
    while at < len(lines):
        line = lines[at][1]
        end = _end(lines, at)
        if line.startswith("if "):
            branches = [(_tests(line[3:]), tuple(_steps(lines[at + 1 : end])))]
            while end < len(lines) and lines[end][1].split()[0] in {"elif", "else"}:
                head, at = lines[end][1], end
                end = _end(lines, at)
                branches.append((_tests(head[5:]), tuple(_steps(lines[at + 1 : end]))))
            yield Choice(tuple(branches))
        else:
            yield _step(line, lines[at + 1 : end])
        at = end


def _end(lines: Sequence[tuple[int, str]], at: int) -> int:
    """Return where what stands below line `at` ends."""
    end = at + 1
    while end < len(lines) and lines[end][0] > lines[at][0]:
        end += 1
    return end


def _step(line: str, below: Sequence[tuple[int, str]]) -> Step:
    word, _, rest = line.partition(" ")
    field, _, roots = rest.partition(": ")
    match word:
        case "custom" | "customfields":
            return Custom(word == "customfields")
        case "tree":
            return Tree(field)
        case "part":
            return One(field, tuple(roots.split()))
        case "each":
            return Each(field, tuple(roots.split()), tuple(_steps(below)))
        case _:
            return _plain(line, below)


def _plain(line: str, below: Sequence[tuple[int, str]]) -> Step:
    if leaf := _LEAF.fullmatch(line):
        name, always, field, kind = leaf.groups()
        return Leaf(name, field, kind or "text", bool(always))
    if literal := _LITERAL.fullmatch(line):
        return Literal(*literal.groups())
    return Element(line, tuple(_steps(below)))


def _tests(text: str) -> tuple[Test, ...]:
    return tuple(_test(one) for one in text.split(" or ")) if text else ()


def _test(text: str) -> Test:
    if text.startswith("not "):
        return Test(text[4:], "not")
    if text.endswith(" < 0"):
        return Test(text[:-4], "<")
    if " is " in text:
        return Test(*text.split(" is "))
    return Test(text[:-1], "?") if text.endswith("?") else Test(text)

"""Shapes of replies, and what decodes them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

from sage_connect.accounting.wire.facts import Facts, Field

from .naming import HEADER, PYTHON, attribute, family_of, snake

_CLASSES: Final = {"text": "str", "flag": "bool", "integer": "int"}
_READERS: Final = {"number": "number(v)", "date": "days[v]", "instant": "instants[v]"}
_ODD: Final = {"number": "odd_number", "date": "odd", "instant": "odd_instant"}
_READING: Final = (
    *("are_objects", "are_texts", "days", "instants", "number"),
    *("odd", "odd_instant", "odd_number", "unknown"),
)
_REFERENCE: Final = ("id", "displayed_as", "$path")
_RESERVED: Final = {"extra", "plain", "replace", "fields_on_wire"}


def homes_of(table: Facts) -> dict[str, str]:
    """Return the family of each shape: that of the resources that use it, or "shared"."""
    users = defaultdict[str, set[str]](set)
    for resource, verbs in table.operations.items():
        for one in verbs.values():
            for name in _reached(table, one.returns):
                users[name].add(family_of(resource))
    for orphan in [name for name in table.shapes if not users[name]]:
        # No operation gives it; whatever it holds has to stand where it can be reached.
        for name in _reached(table, orphan):
            users[name].add("shared")
    return {
        name: next(iter(users[name])) if len(users[name]) == 1 else "shared"
        for name in table.shapes
    }


def _reached(table: Facts, name: str) -> set[str]:
    found = set[str]()
    waiting = [name] if name else []
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            kinds = [field.kind for field in table.shapes[one].values()]
            waiting += [kind for kind in kinds if kind in table.shapes]
    return found


def shapes(
    table: Facts, title: str, family: str, names: list[str], homes: Mapping[str, str]
) -> str:
    """Return the module of the shapes of one family."""
    parts = [_shape(name, table.shapes[name], family, homes) for name in names]
    decoders = [_decoder(name, table.shapes[name], family, homes) for name in names]
    body = "\n\n\n".join([*parts, *decoders])
    imports = ["from __future__ import annotations", ""]
    if "dt." in body:
        imports.append("import datetime as dt")
    if "Decimal" in body:
        imports.append("from decimal import Decimal")
    imports.append("from typing import Any")
    readers = sorted(one for one in _READING if f" {one}(" in body or f" {one}[" in body)
    ours = [f"from ..reading import {', '.join(['Rest', *readers])}"]
    ours.append("from ..shape import Shape, fill, keep")
    if "shared." in body:
        ours.append("from . import shared")
    new = "_new = object.__new__"
    return "\n".join(
        [f'{HEADER}"""{title}"""\n', *imports, "", *ours, "", new, "", "", body, ""]
    )


def _place(kind: str, family: str, homes: Mapping[str, str]) -> str:
    return kind if homes[kind] == family else f"shared.{kind}"


def _shape(
    name: str, fields: Mapping[str, Field], family: str, homes: Mapping[str, str]
) -> str:
    aliases = {attribute(one): one for one in fields if attribute(one) != one}
    head = f", aliases={aliases!r}" if aliases else ""
    lines = [
        f"class {name}(Shape{head}):".replace("'", '"'),
        f'    """{_title(name)}."""',
        "",
    ]
    for wire, field in fields.items():
        if attribute(wire) in _RESERVED:
            raise ValueError(f"{name}.{wire} hides a word of every shape")
        kind = PYTHON.get(field.kind) or _place(field.kind, family, homes)
        if field.many:
            annotation, default = f"tuple[{kind}, ...]", "()"
        elif wire == "id":
            annotation, default = "str", '""'
        else:
            annotation, default = f"{kind} | None", "None"
        lines.append(f"    {attribute(wire)}: {annotation} = {default}")
    return "\n".join(lines)


def _title(name: str) -> str:
    words = snake(name).replace("_", " ")
    return f"{words[0].upper()}{words[1:]}, as replied"


def _decoder(
    name: str, fields: Mapping[str, Field], family: str, homes: Mapping[str, str]
) -> str:
    known = f"_{snake(name)}_fields"
    lines = [
        f"{known} = frozenset({name}.fields_on_wire.values())",
        "",
        "",
        f"def decode_{snake(name)}(found: dict[str, Any]) -> {name}:",
        f'    """Return the `{name}` in `found`, which becomes a part of it."""',
        f"    made = _new({name})",
        "    get = found.get",
        "    v: Any",
        *(["    n: Any"] if any(_is_read(one) for one in fields.values()) else ()),
        *(_taking_reference() if fields.keys() >= {*_REFERENCE} else ()),
        "    rest: Rest = None",
        f"    if not {known}.issuperset(found):",
        f"        rest = unknown(found, {known})",
    ]
    for wire, field in fields.items():
        lines += _taking(wire, field, family, homes)
    lines += [
        "    fill(made, found)",
        "    if rest is not None:",
        "        keep(made, rest)",
        "    return made",
    ]
    return "\n".join(lines)


def _is_read(field: Field) -> bool:
    return field.kind in _READERS and not field.many


def _taking_reference() -> Iterator[str]:
    """Write the lines for what most objects of a reply are: three texts, and no more."""
    yield f"    if len(found) == {len(_REFERENCE)}:"
    checks = [f'get("{wire}").__class__ is str' for wire in _REFERENCE]
    yield f"        if {checks[0]} and {checks[1]} and {checks[2]}:"
    yield "            fill(made, found)"
    yield "            return made"


def _taking(
    wire: str, field: Field, family: str, homes: Mapping[str, str]
) -> Iterator[str]:
    """Write the lines that leave a field in `found` as its kind, or set it aside.

    A null is left where it reads as the default, which is None for most fields.
    """
    aside = f'        rest = odd(found, "{wire}", rest)'
    if field.many:
        if field.kind == "text":
            fits, value = "are_texts(v)", "tuple(v)"
        else:
            decode = _decode(field.kind, family, homes)
            fits, value = "are_objects(v)", f"tuple(map({decode}, v))"
        yield f'    if (v := get("{wire}")).__class__ is list and {fits}:'
        yield f'        found["{wire}"] = {value}'
        yield f'    elif "{wire}" in found:'
        yield aside
        return
    if field.kind in _CLASSES:
        kind = _CLASSES[field.kind]
        missing = f'"{wire}" in found' if wire == "id" else "v is not None"
        yield f'    if (v := get("{wire}")).__class__ is not {kind} and {missing}:'
        yield aside
        return
    if field.kind in _READERS:
        text = f"(n := {_READERS[field.kind]}) is not None"
        yield f'    if (v := get("{wire}")).__class__ is str and {text}:'
        yield f'        found["{wire}"] = n'
        aside = aside.replace(" odd(", f" {_ODD[field.kind]}(")
    else:
        decode = _decode(field.kind, family, homes)
        yield f'    if (v := get("{wire}")).__class__ is dict:'
        yield f'        found["{wire}"] = {decode}(v)'
    yield "    elif v is not None:"
    yield aside


def _decode(kind: str, family: str, homes: Mapping[str, str]) -> str:
    return _place(kind, family, homes).replace(kind, f"decode_{snake(kind)}")

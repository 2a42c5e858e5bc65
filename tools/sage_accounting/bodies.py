"""Bodies of requests: their types, and what checks them."""

from __future__ import annotations

from collections.abc import Mapping

from sage_connect.accounting.wire.facts import Facts, Field

from .naming import HEADER, SENT, camel, singular, snake


def bodies(table: Facts, title: str, names: list[str]) -> str:
    """Return the module of the bodies of one family."""
    classes: dict[str, str] = {}
    made: dict[str, str] = {}
    for name in names:
        _body(name, table.bodies[name], classes, made)
    specs = [
        f"{snake(name).upper()} = Body({_notation(table.bodies[name])}{_partial(name)})"
        for name in names
    ]
    body = "\n\n\n".join(classes.values())
    imports = ["from collections.abc import Mapping, Sequence"]
    if "dt." in body:
        imports.append("import datetime as dt")
    if "Decimal" in body:
        imports.append("from decimal import Decimal")
    imports.append("from typing import TypedDict")
    text = "\n".join(sorted(imports, key=lambda one: (one[0] == "f", one)))
    if "Mapping" not in body:
        text = text.replace("Mapping, Sequence", "Sequence")
    if "Sequence" not in body:
        text = text.replace("from collections.abc import Sequence\n", "")
    return "\n".join(
        [
            f'{HEADER}"""{title}"""\n',
            text,
            "",
            "from typing_extensions import NotRequired",
            "",
            "from ..body import Body",
            "",
            "",
            body,
            "",
            "",
            "\n".join(specs),
            "",
        ]
    )


def _body(
    name: str, fields: Mapping[str, Field], classes: dict[str, str], made: dict[str, str]
) -> str:
    """Write the class of a body, or find the one of the same fields; return its name."""
    lines = [f"class {name}(TypedDict):", f'    """{_told(name)}."""', ""]
    for wire, field in fields.items():
        if field.fields:
            inner = singular(wire) if field.many else wire
            kind = _body(f"{name}{camel(inner)}", field.fields, classes, made)
        elif field.kind == "text" and field.many:
            # The guide shows objects with an id where the description says texts.
            kind = "str | Mapping[str, str]"
        else:
            kind = SENT.get(field.kind, "Mapping[str, object]")
        if field.many:
            kind = f"Sequence[{kind}]"
        if not field.required or _partial(name):
            kind = f"NotRequired[{kind} | None]"
        lines.append(f"    {wire}: {kind}")
    text = "\n".join(lines[2:])
    if text not in made:
        made[text] = name
        classes[name] = "\n".join(lines)
    elif name.endswith(("Create", "Update")) and name not in classes:
        classes[name] = "\n".join(lines)
        return name
    return made[text]


def _told(name: str) -> str:
    words = snake(name).replace("_", " ").split()
    for verb, told in (("create", "to create one"), ("update", "to change one")):
        if verb in words:
            at = words.index(verb)
            inner = " ".join(words[at + 1 :])
            what = " ".join(words[:at])
            return f"{(inner or what).capitalize()}: {told}"
    return " ".join(words).capitalize()


def _partial(name: str) -> str:
    return ", partial=True" if name.endswith("Update") else ""


def _notation(fields: Mapping[str, Field], words: str = "") -> str:
    parts = [f"'': {words!r}"] if words else []
    for wire, field in fields.items():
        if field.fields:
            # What is said of the object as a whole stands under no name.
            text = _notation(field.fields, "required" if field.required else "")
        else:
            text = repr(_words(field))
        parts.append(f"{wire!r}: {f'[{text}]' if field.many and field.fields else text}")
    return "{" + ", ".join(parts) + "}"


def _words(field: Field) -> str:
    words = [f"[{field.kind}]" if field.many else field.kind]
    if field.values:
        words.append(f"one:{'|'.join(field.values)}")
    if field.required:
        words.append("required")
    return " ".join(words)

"""Resources: one class each, one verb for each operation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sage_connect.accounting.wire.facts import Operation

from .naming import FAMILIES, HEADER, PYTHON, camel, singular, snake

_MANAGED: Final = {"page", "items_per_page"}
_VOIDED: Final = 200
_PATH: Final = "str | Path"


def resources(
    title: str,
    family: str,
    operations: list[Mapping[str, Operation]],
    homes: Mapping[str, str],
    *,
    sends: bool,
) -> str:
    """Return the module of the resources of one family."""
    parts = [_resource(verbs, homes) for verbs in operations]
    body = "\n\n\n".join(parts)
    imports = [
        line
        for sign, line in (
            ("dt.", "import datetime as dt"),
            ("Mapping[", "from collections.abc import Mapping"),
            ("Decimal", "from decimal import Decimal"),
            ("Path", "from pathlib import Path"),
        )
        if sign in body
    ]
    typing = [one for one in ("Any", "Literal") if f"{one}]" in body or f"{one}[" in body]
    if typing:
        imports.append(f"from typing import {', '.join(typing)}")
    plan = ["M", *(one for one in ("Pages", "Plan", "operation") if one in body)]
    ours = [f"from ...plan import {', '.join(plan)}"]
    ours.append("from ..resource import Resource")
    if sends:
        ours.append(f"from ..wire.bodies import {family} as bodies")
    shapes = sorted({one for one in FAMILIES if f"{one}_shapes." in body})
    ours += [f"from ..wire.shapes import {one} as {one}_shapes" for one in shapes]
    return "\n".join([f'{HEADER}"""{title}"""\n', *imports, "", *ours, "", "", body, ""])


def _resource(verbs: Mapping[str, Operation], homes: Mapping[str, str]) -> str:
    some = next(iter(verbs.values()))
    lines = [
        f"class {camel(some.resource)}(Resource[M]):",
        f'    """`/{some.resource}`."""',
    ]
    for verb, one in verbs.items():
        lines += ["", *_verb(verb, one, homes, verbs.get("get"))]
        if verb == "delete" and one.status == _VOIDED:
            lines += ["", *_void(one, homes)]
        if verb == "get" and "mark_as_sent" in one.query:
            lines += ["", *_pdf(one)]
        if verb == "file":
            lines += ["", *_saved_file(one)]
    return "\n".join(lines)


def _a(what: str) -> str:
    return f"{'an' if what[0] in 'aeio' else 'a'} {what}"


def _called(one: Operation) -> str:
    return singular(one.resource).replace("_", " ")


def _parameters(one: Operation, *, paged: bool) -> list[tuple[str, str, str]]:
    found = []
    for name, field in one.query.items():
        if name in _MANAGED or name == "void_reason":
            continue
        kind = PYTHON[field.kind]
        if field.kind == "instant":
            # Filters take a day or an instant.
            kind = "dt.datetime | dt.date"
        elif field.kind == "number":
            kind = "Decimal | int | str"
        elif field.values:
            kind = f"Literal[{', '.join(repr(v) for v in field.values)}]".replace("'", '"')
        elif name == "sort" and one.sort:
            keys = [key + way for key in one.sort for way in ("", ":asc", ":desc")]
            kind = f"Literal[{', '.join(repr(key) for key in keys)}]".replace("'", '"')
        default = " = None"
        if name == "mark_as_sent":
            kind, default = "bool", " = False"
        elif field.required:
            default = ""
        else:
            kind = f"{kind} | None"
        found.append((name, kind, default))
    if paged:
        found.append(("items_per_page", "int | None", " = None"))
    return sorted(found, key=lambda part: bool(part[2]))


def _returned(one: Operation, homes: Mapping[str, str]) -> tuple[str, str]:
    home = homes[one.returns]
    return (
        f"{home}_shapes.{one.returns}",
        f"{home}_shapes.decode_{snake(one.returns)}",
    )


def _keywords(parameters: list[tuple[str, str, str]], extra: str = "") -> list[str]:
    given = [f"        {name}: {kind}{default}," for name, kind, default in parameters]
    if extra:
        given.append(f"        {extra},")
    return ["        *,", *given] if given else []


def _query(parameters: list[tuple[str, str, str]]) -> str:
    names = [name for name, _, _ in parameters if name != "items_per_page"]
    return "{" + ", ".join(f'"{name}": {name}' for name in names) + "}"


def taken_by(one: Operation, single: Operation | None) -> tuple[str, ...]:
    """Return the parameters of a list that hold for one record too."""
    return tuple(name for name in one.query if single and name in single.query)


def _ways(one: Operation, single: Operation | None) -> str:
    """Write what else is known of how a list is read."""
    said = ""
    if "page" not in one.query:
        said += ", is_paged=False"
    if "created_at" in one.sort:
        said += ", is_dated=True"
    if single is not None:
        names = "".join(f'"{name}", ' for name in taken_by(one, single))
        said += f", takes=({names})" if names else ", takes=()"
        if "mark_as_sent" in single.query:
            said += ", is_sent=True"
    return said


def _verb(
    verb: str, one: Operation, homes: Mapping[str, str], single: Operation | None
) -> list[str]:
    keyed = "{key}" in one.path
    path = f'f"{one.path.replace("{key}", "{self._id(id)}")}"' if keyed else f'"{one.path}"'
    identity = ["        id: str,"] if keyed else []
    what = _called(one)
    if verb == "list":
        kind, decode = _returned(one, homes)
        paged = "page" in one.query
        parameters = _parameters(one, paged=paged)
        size = "items_per_page" if paged else "None"
        ways = _ways(one, single)
        return [
            "    def list(",
            "        self,",
            *_keywords(parameters),
            f"    ) -> Pages[{kind}, M]:",
            f'        """Iterate over {one.resource.replace("_", " ")}; see `Resource`."""',
            f"        query: dict[str, Any] = {_query(parameters)}",
            f"        return self._pages({path}, query, {decode}, {size}{ways})",
        ]
    parameters = _parameters(one, paged=False)
    if verb == "file":
        return [
            "    @operation",
            "    def file(self, id: str) -> Plan[bytes]:",
            '        """Return the attached file, byte for byte."""',
            f'        return (yield from self._bytes({path}, "application/octet-stream"))',
        ]
    if one.method == "GET":
        kind, decode = _returned(one, homes)
        begins = {
            "get": "Return the",
            "lead": "Return the lead",
            "bank_feed": "Return the bank feed of the",
        }
        if verb == "lead":
            what = "business: the one that is used where none is named"
        return [
            "    @operation",
            f"    def {verb}(",
            "        self,",
            *identity,
            *_keywords(parameters),
            f"    ) -> Plan[{kind}]:",
            f'        """{begins[verb]} {what}{" with this id" if keyed else ""}."""',
            f"        query: dict[str, Any] = {_query(parameters)}",
            f"        return (yield from self._get({path}, query, {decode}))",
        ]
    if verb == "delete":
        drafts = one.status == _VOIDED
        told = f"Delete the {what} with this id"
        if drafts:
            told = f"Delete {_a(what)} that is a draft; `void` is for the others"
        return [
            "    @operation",
            "    def delete(self, id: str) -> Plan[None]:",
            f'        """{told}."""',
            f"        yield from self._delete({path})",
        ]
    if not one.body:
        kind, decode = _returned(one, homes)
        return [
            "    @operation",
            f"    def {verb}(self, id: str) -> Plan[{kind}]:",
            f'        """{verb.capitalize()} the {what} with this id."""',
            f"        return (yield from self._act({path}, {decode}))",
        ]
    kind, decode = _returned(one, homes)
    constant = f"bodies.{snake(one.body).upper()}"
    told = f"Create {_a(what)}"
    if verb == "update":
        told = f"Change the {what}: only the fields given"
    guard = (
        "Safe to repeat under the same `key` for 7 days."
        if one.idempotent
        else "The API has no guard against a repeat of this."
    )
    extra = ['key: str = ""'] if one.idempotent else []
    extra.append("extra: Mapping[str, Any] | None = None")
    named = ", key=key" if one.idempotent else ""
    return [
        "    @operation",
        f"    def {verb}(",
        "        self,",
        *identity,
        f"        body: bodies.{one.body},",
        "        *,",
        *[f"        {part}," for part in extra],
        f"    ) -> Plan[{kind}]:",
        f'        """{told}. {guard}"""',
        f'        wrapped = {constant}.wrapped("{one.wrap}", body, extra)',
        "        return (",
        "            yield from self._write(",
        f'                "{one.method}", {path}, wrapped, {decode}{named}',
        "            )",
        "        )",
    ]


def _void(one: Operation, homes: Mapping[str, str]) -> list[str]:
    kind, decode = _returned(one, homes)
    path = one.path.replace("{key}", "{self._id(id)}")
    return [
        "    @operation",
        f"    def void(self, id: str, *, reason: str) -> Plan[{kind}]:",
        f'        """Cancel {_a(_called(one))} that was issued; it keeps its number."""',
        f'        return (yield from self._void(f"{path}", reason, {decode}))',
    ]


def _pdf(one: Operation) -> list[str]:
    path = one.path.replace("{key}", "{self._id(id)}")
    return [
        "    @operation",
        "    def pdf(self, id: str, *, mark_as_sent: bool = False) -> Plan[bytes]:",
        f'        """Return the {_called(one)} as it is printed."""',
        '        query = {"mark_as_sent": mark_as_sent}',
        f'        return (yield from self._bytes(f"{path}", "application/pdf", query))',
        "",
        "    @operation",
        "    def save_pdf(",
        f"        self, id: str, path: {_PATH}, *, mark_as_sent: bool = False",
        "    ) -> Plan[None]:",
        f'        """Write the {_called(one)} as it is printed to a file, or nothing."""',
        '        query = {"mark_as_sent": mark_as_sent}',
        f'        yield from self._save(f"{path}", "application/pdf", path, query)',
    ]


def _saved_file(one: Operation) -> list[str]:
    path = one.path.replace("{key}", "{self._id(id)}")
    return [
        "    @operation",
        f"    def save_file(self, id: str, path: {_PATH}) -> Plan[None]:",
        '        """Write what is attached to a file, byte for byte, or nothing."""',
        f'        yield from self._save(f"{path}", "application/octet-stream", path)',
    ]

"""Fills the tables that the code itself knows best, when the site is built.

A line `<!-- rules -->` in a page is replaced by what `TABLES["rules"]` returns, Markdown.
The source that the reference shows, folded, is not searched: the words of the manual are.
"""

import datetime as dt
import enum
import json
import re
import sys
import tomllib
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, Final

# MkDocs loads this file by its path: the package beside it need not be installed.
sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

import attrs

from sage_connect.accounting import AccountingProfile, carries as accounting_carries
from sage_connect.accounting.capabilities import CAPABILITIES as ACCOUNTING
from sage_connect.accounting.wire.facts import facts
from sage_connect.intacct import IntacctProfile
from sage_connect.intacct.capabilities import CAPABILITIES as INTACCT
from sage_connect.ledger.capabilities import Capabilities, Verb
from sage_connect.ledger.settings import descriptions, schema_of
from sage_connect.model import Amount, Line, Percent, SalesInvoice
from sage_connect.model.convert.documents import KINDS
from sage_connect.sage100.capabilities import CAPABILITIES as SAGE100
from sage_connect.sage100.carries import CARRIED
from sage_connect.sage100.settings import Sage100Settings
from sage_connect.targets import every_remedy, every_rule
from sage_connect.validation import describe
from sage_connect.validation.repairs.wording import title

_MARKER: Final = re.compile(r"^<!-- ([a-z-]+) -->$", re.MULTILINE)
# A placeholder of a sentence: {account}, {side:word}.
_VALUE: Final = re.compile(r"\{(\w+)(?::\w+)?\}")
_BENCHMARKS: Final = json.loads(
    (Path(__file__).parent / "benchmarks.json").read_text("utf-8")
)
_SOURCE: Final = '<details class="mkdocstrings-source">'
_LIMITS: Final = Path(__file__).parent / "limits"
_PAGING: Final = frozenset({"attributes", "nested_attributes", "items_per_page", "page"})
_COMMON: Final = "Every product"
_PROGRAMS: Final = Path(__file__).parent / "integrations"
_PRODUCTS: Final = {
    "accounting": "Sage Accounting",
    "intacct": "Sage Intacct",
    "sage100": "Sage 100",
}


def on_page_markdown(markdown: str, **_: object) -> str:
    """Fill the markers of a page; called by MkDocs."""
    return filled(markdown)


def on_page_content(html: str, **_: object) -> str:
    """Keep source code out of the search; called by MkDocs."""
    return html.replace(_SOURCE, f"{_SOURCE[:-1]} data-search-exclude>")


def filled(markdown: str) -> str:
    """Return a page with every marker replaced by its table."""
    return _MARKER.sub(lambda found: TABLES[found[1]](), markdown)


def anchor(source: str) -> str:
    """Return where `sources.md` tells of a source such as "ooti#period-start"."""
    return source.replace("#", "-")


def rules() -> str:
    """Return a section for each rule: what it says, in both languages, and why."""
    book = every_rule()
    french = {one["code"]: one for one in describe(book, "fr")}
    sections: dict[str, list[str]] = {_COMMON: []}
    remedies = every_remedy()
    told = describe(book, "en", remedies=remedies)
    for one in sorted(told, key=lambda rule: rule["code"]):
        product = _PRODUCTS[one["products"][0]] if one["products"] else _COMMON
        sections.setdefault(product, []).append(_rule(one, french[one["code"]]))
    return "\n\n".join(
        f"## {product}\n\n" + "\n\n".join(found) for product, found in sections.items()
    )


def _rule(one: Mapping[str, Any], french: Mapping[str, Any]) -> str:
    looks = ", ".join(f"`{name}`" for name in one["on"]) or "what is found beside the rules"
    where = [*one["countries"], *one["editions"]]
    facts = [
        f"**{one['severity']}**",
        f"owner: {one['owner'].replace('_', ' ')}",
        f"[{one['mark']}](../sources.md#{anchor(one['source'])})",
        f"looks at {looks}",
    ]
    if where:
        facts.append("only " + ", ".join(where))
    if one["needs"]:
        facts.append("needs " + ", ".join(f"`{name}`" for name in one["needs"]))
    if one["adjustable"]:
        facts.append("can be made milder")
    if one["repairs"]:
        done = "; ".join(title(name, "en") for name in one["repairs"])
        facts.append(f"repairs: *{done}*")
    lines = [
        f"### {one['code']} {{#{one['code'].lower()}}}",
        f"{_words(one['title'])}. *{_words(french['title'])}.*",
        " · ".join(facts) + "\n{ .facts }",
        f"> {_words(one['message'])} {_words(one['fix'])}",
        f"> *{_words(french['message'])} {_words(french['fix'])}*",
    ]
    return "\n\n".join(lines)


def limits() -> str:
    """Return a table for each product: each documented fact, and what is said of it."""
    found: list[str] = []
    for product in ("sage100", "accounting", "intacct"):
        path = _LIMITS / f"{product}.toml"
        if path.exists():
            found.append(f"## {_PRODUCTS[product]}\n\n{limits_of(path)}")
    return "\n\n".join(found)


def limits_of(path: Path) -> str:
    """Return the tables of one product, a part after the other where it has parts."""
    parts: dict[str, list[Mapping[str, Any]]] = {}
    for one in tomllib.loads(path.read_text("utf-8"))["limit"]:
        parts.setdefault(one.get("part", ""), []).append(one)
    tables: list[str] = []
    for part, rows in parts.items():
        cells = ([one["fact"], _mark(one), _told(one)] for one in rows)
        table = _table(["What is documented", "Mark", "What is said of it"], cells)
        tables.append(f"### {part}\n\n{table}" if part else table)
    return "\n\n".join(tables)


def _mark(one: Mapping[str, Any]) -> str:
    return f"[{one['mark']}](../sources.md#{anchor(one['source'])})"


def _told(one: Mapping[str, Any]) -> str:
    told = [_codes(one.get("rules", ()))]
    if one.get("preflight"):
        told.append(f"before the first document: {_codes(one['preflight'])}")
    told.append(one.get("reason", ""))
    return "; ".join(filter(None, told))


def _codes(codes: Iterable[str]) -> str:
    return ", ".join(f"[{code}](rules.md#{code.lower()})" for code in codes)


def _words(template: str) -> str:
    """Return a sentence as Markdown, its values marked as such."""
    plain = _VALUE.sub("\x02\\1\x03", template)
    safe = re.sub(r"([\\`*_\[\]<>#|])", r"\\\1", plain).strip()
    return safe.replace("\x02", "<var>").replace("\x03", "</var>")


def capabilities(of: Capabilities = SAGE100) -> str:
    """Return what a product can do: a row for each seat, then the reasons."""
    rows: dict[str, dict[Verb, tuple[bool, str]]] = {}
    for seat, verb, can, reason in of.rows():
        rows.setdefault(seat, {})[verb] = can, reason
    able = {
        seat: cells for seat, cells in rows.items() if any(can for can, _ in cells.values())
    }
    table = _table(
        ["Seat", *(verb.value for verb in Verb)],
        (
            [f"`{seat}`", *("yes" if cells[verb][0] else "-" for verb in Verb)]
            for seat, cells in able.items()
        ),
    )
    reasons: dict[str, dict[str, list[str]]] = {}
    for seat, cells in rows.items():
        for verb, (can, reason) in cells.items():
            if not can:
                reasons.setdefault(reason, {}).setdefault(seat, []).append(verb.value)
    why = "\n".join(_reason(reason, places) for reason, places in reasons.items())
    return f"{table}\n\nFor every other cell, the reason and the way out:\n\n{why}"


def _reason(reason: str, places: Mapping[str, Sequence[str]]) -> str:
    seats = ", ".join(f"`{seat}`" for seat in places)
    verbs = dict.fromkeys(verb for of_seat in places.values() for verb in of_seat)
    told = "" if len(verbs) == len(Verb) else f" ({', '.join(verbs)})"
    return f"- {seats}{told}: {reason}."


def settings(of: type = Sage100Settings) -> str:
    """Return a row for each field of a product's settings, by its dotted path."""
    about = descriptions(of)
    rows: list[Sequence[str]] = []
    for path, schema in _fields_of(schema_of(of)):
        rows.append([f"`{path}`", _default(schema), about[path]])
    return _table(["Setting", "Default", "Meaning"], rows)


def setting_paths(of: type = Sage100Settings) -> Sequence[str]:
    """Return the dotted path of every setting of a product."""
    return [path for path, _ in _fields_of(schema_of(of))]


def _fields_of(schema: Mapping[str, Any], at: str = "") -> Iterator[tuple[str, Any]]:
    for name, inner in schema["properties"].items():
        path = f"{at}{name}"
        if inner.get("properties"):
            yield from _fields_of(inner, f"{path}.")
        else:
            yield path, inner


def _default(schema: Mapping[str, Any]) -> str:
    value = schema.get("default", "")
    choices = schema.get("enum")
    if value is None or value == {}:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    shown = f"`{value}`" if value != "" else "empty"
    return f"{shown} of {', '.join(choices)}" if choices else shown


def not_carried() -> str:
    """Return the fields of a sales invoice that a Sage 100 file has no place for."""
    carried = CARRIED[SalesInvoice]
    names = [name for name in attrs.fields_dict(SalesInvoice) if name not in carried]
    return ", ".join(f"`{name}`" for name in names) + "."


def accounting_not_carried() -> str:
    """Return the fields of a sales invoice that Sage Accounting has no place for."""
    carried = accounting_carries.CARRIED[SalesInvoice]
    names = [name for name in attrs.fields_dict(SalesInvoice) if name not in carried]
    lines = [name for name in attrs.fields_dict(Line) if f"lines.{name}" not in carried]
    of_lines = ", ".join(f"`{name}`" for name in lines)
    return ", ".join(f"`{name}`" for name in names) + f"; of a line: {of_lines}."


def accounting_api() -> str:
    """Return a row for each resource of the native API: its verbs, and what is guarded."""
    rows: list[Sequence[str]] = []
    for resource, verbs in sorted(facts().operations.items()):
        guarded = [verb for verb, one in verbs.items() if one.idempotent]
        filters = verbs["list"].query if "list" in verbs else {}
        rows.append(
            [
                f"`{resource}`",
                ", ".join(f"`{verb}`" for verb in verbs),
                ", ".join(f"`{verb}`" for verb in guarded) or "-",
                ", ".join(f"`{name}`" for name in filters if name not in _PAGING) or "-",
            ]
        )
    return _table(["Resource", "Verbs", "Guarded", "Filters of `list`"], rows)


def document_fields() -> str:
    """Return a table for each kind of document and of what it is made of."""
    shown: dict[type, str] = {}
    for name, kind in KINDS.items():
        shown[kind] = f'`"type": "{name}"`'
        for part in _parts(kind):
            shown.setdefault(part, "")
    # The first of several kinds with a common base shows what they have in common.
    first: dict[type, type] = {}
    for kind in KINDS.values():
        if kind.__mro__[1] is not object:
            first.setdefault(kind.__mro__[1], kind)
    return "\n\n".join(
        _class(kind, told, first.get(kind.__mro__[1], kind)) for kind, told in shown.items()
    )


def _class(kind: type, told: str, alike: type) -> str:
    hints = typing.get_type_hints(kind)
    about = descriptions(kind)
    common = set[str]() if alike is kind else set(attrs.fields_dict(alike))
    rows = [
        [
            f"`{field.name}`",
            _type(hints[field.name]),
            "yes" if field.default is attrs.NOTHING else "",
            about.get(field.name, ""),
        ]
        for field in attrs.fields(kind)
        if field.name not in common
    ]
    parts = [f"### {kind.__name__} {{#{kind.__name__.lower()}}}", told]
    if common:
        link = f"[{alike.__name__}](#{alike.__name__.lower()})"
        parts.append(f"All fields of {link}" + (", and these:" if rows else "."))
    if rows:
        parts.append(_table(["Field", "Value", "Needed", "Meaning"], rows))
    return "\n\n".join(part for part in parts if part)


def _parts(kind: type) -> Iterator[type]:
    for hint in typing.get_type_hints(kind).values():
        for inner in _inside(hint):
            if attrs.has(inner) and inner not in {Percent, Amount}:
                yield inner
                yield from _parts(inner)


def _inside(hint: Any) -> Iterator[Any]:
    arguments = typing.get_args(hint)
    if not arguments:
        yield hint
    for one in arguments:
        yield from _inside(one)


_PLAIN: Final[Mapping[Any, str]] = {
    str: "text",
    Decimal: "amount",
    bool: "true or false",
    int: "whole number",
    bytes: "base64",
    dt.date: "day",
}


def _type(hint: Any) -> str:
    """Return what a field takes, in the words of the page."""
    inner = [one for one in typing.get_args(hint) if one is not types.NoneType]
    if hint in _PLAIN:
        told = _PLAIN[hint]
    elif Percent in inner:
        told = "discount"
    elif typing.get_origin(hint) is tuple:
        told = f"list of {_type(inner[0])}"
    elif typing.get_origin(hint) in {typing.Union, types.UnionType}:
        told = " or ".join(_type(one) for one in inner)
    elif inner:
        told = "object of text"
    elif issubclass(hint, enum.Enum):
        told = ", ".join(f"`{one.value}`" for one in hint)
    else:
        told = f"[{hint.__name__}](#{hint.__name__.lower()})"
    return told


def program(name: str) -> str:
    """Return an integration program as a block of code."""
    return f"```python\n{(_PROGRAMS / f'{name}.py').read_text('utf-8')}```"


def program_settings(name: str) -> str:
    """Return the settings of an integration program as a block of TOML."""
    return f"```toml\n{(_PROGRAMS / 'data' / f'{name}.toml').read_text('utf-8')}```"


def benchmarks() -> str:
    """Return when, of what and where the benchmarks were last run, and what was over."""
    run, machine = _BENCHMARKS, _BENCHMARKS["machine"]
    libraries = ", ".join(
        f"{name} {number}" for name, number in machine["libraries"].items()
    )
    facts = {
        "Version": f"{run['version']}, commit `{run['commit']}`",
        "Processor": f"{machine['processor']}, {machine['cores']} cores",
        "System": machine["system"],
        "Python": f"{machine['python']}; {libraries}",
        "Load before the run": f"{machine['load']}; a machine at rest is near 0",
        "The run took": f"{run['seconds']} seconds",
    }
    over = [row for row in run["rows"] if not row["within"]]
    kept = f"{len(run['rows']) - len(over)} of {len(run['rows'])} budgets were kept."
    missed = "\n".join(f"- **over**: {row['work']}. {row['why']}" for row in over)
    return "\n\n".join([_table(["Day", run["day"]], facts.items()), kept, missed]).rstrip()


def benchmarks_of(part: str) -> str:
    """Return a row for each budget of a part: what was measured, and was it kept."""
    rows = [row for row in _BENCHMARKS["rows"] if row["part"] == part]
    head = ["Work", "Against", "Budget", "Measured", "Peak memory", ""]
    return _table(head, map(_benchmark, rows))


def _benchmark(row: Mapping[str, Any]) -> Sequence[str]:
    unit = "×" if row["unit"] == "x" else row["unit"]  # noqa: RUF001 - this sign is meant
    most = "at least" if unit == "a second" else "at most"
    detail = f" ({row['detail']})" if row["detail"] else ""
    return [
        row["work"],
        row["against"] or "-",
        f"{most} {row['budget']:,} {unit}",
        f"{row['value']:,} {unit}{detail}",
        "-" if row["peak"] is None else f"{row['peak']:,} MB",
        "within" if row["within"] else "**over**",
    ]


def _programs() -> Iterator[tuple[str, Callable[[], str]]]:
    for path in sorted(_PROGRAMS.glob("*.py")):
        marker = path.stem.replace("_", "-")
        yield f"program-{marker}", partial(program, path.stem)
        yield f"program-settings-{marker}", partial(program_settings, path.stem)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(text: str) -> str:
    # What stands between backticks is code: there, an entity would show as it is written.
    parts = text.replace("|", "\\|").replace("\n", " ").split("`")
    parts[::2] = (part.replace("<", "&lt;") for part in parts[::2])
    return "`".join(parts)


TABLES: Final[Mapping[str, Callable[[], str]]] = {
    "accounting-api": accounting_api,
    "accounting-capabilities": lambda: capabilities(ACCOUNTING),
    "accounting-not-carried": accounting_not_carried,
    "accounting-settings": lambda: settings(AccountingProfile),
    "limits": limits,
    "rules": rules,
    "capabilities": capabilities,
    "settings": settings,
    "not-carried": not_carried,
    "intacct-capabilities": lambda: capabilities(INTACCT),
    "intacct-settings": lambda: settings(IntacctProfile),
    "document-fields": document_fields,
    "benchmarks": benchmarks,
    **{
        f"benchmarks-{part}": partial(benchmarks_of, part)
        for part in dict.fromkeys(row["part"] for row in _BENCHMARKS["rows"])
    },
    **dict(_programs()),
}

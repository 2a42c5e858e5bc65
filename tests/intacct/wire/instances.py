"""Any function, filled with anything that it takes: strategies read from the layouts."""

from collections.abc import Iterator, Sequence
from typing import Any

from hypothesis import strategies as st

from sage_connect.intacct import functions
from sage_connect.intacct.wire.function import Fragment, Function
from sage_connect.intacct.wire.layout import (
    Choice,
    Custom,
    Each,
    Element,
    Layout,
    Leaf,
    One,
    Step,
    Tree,
)

# What the schema lists, so that a text of our own would not do.
WORDS = {
    ("GetList", "object_name"): ["smarteventlog", "customer", "supdoc"],
    ("ReimbursementRequestCreate", "merge_option"): ["employee", "expense"],
}
DEEPEST = 3

texts = st.text(
    st.characters(
        codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"
    ),
    max_size=12,
)
numbers = st.one_of(
    st.decimals(-(10**9), 10**9, places=4), st.integers(-(10**9), 10**9), st.just("12.30")
)
days = st.dates()
names = st.from_regex(r"[A-Z][A-Z_0-9]{0,8}", fullmatch=True)
KINDS: dict[str, st.SearchStrategy[Any]] = {
    "absolute": numbers,
    "base64": st.binary(max_size=20),
    "commas": st.lists(st.integers(1, 99), max_size=4),
    "date": days,
    "digit": st.booleans(),
    "flag": st.booleans(),
    "instant": st.one_of(days, st.datetimes(timezones=st.none())),
    "int": st.integers(1, 10**9),
    "letter": st.booleans(),
    "list": st.lists(names, max_size=3),
    "names": st.lists(names, max_size=3),
    "number": numbers,
    "status": st.booleans(),
    "text": texts,
    "triple": days,
    "where": texts,
}


def generated() -> list[type[Function | Fragment]]:
    """Return every class whose layout is data."""
    return [
        one
        for name in functions.__all__
        if isinstance(one := getattr(functions, name), type)
        and issubclass(one, Function | Fragment)
        and one.layout.notation
        and name == one.__name__
        and name not in {"ApplicationInstall", "AttachmentFile"}
    ]


GENERATED = generated()
FUNCTIONS = [one for one in GENERATED if issubclass(one, Function)]
ROOTS: dict[str, list[type[Function | Fragment]]] = {}
for _one in GENERATED:
    if issubclass(_one, Fragment):
        for _step in _one.layout.steps[:1]:
            if isinstance(_step, Leaf | Element):
                ROOTS.setdefault(_step.name, []).append(_one)


def leaves(layout: Layout) -> dict[str, Step]:
    """Return what writes each field."""
    found: dict[str, Step] = {}
    for step in _steps(layout.steps):
        field = "custom_fields" if isinstance(step, Custom) else step.field
        found.setdefault(field, step)
    found.pop(".", None)
    return found


def _steps(steps: Sequence[Step]) -> Iterator[Leaf | Each | One | Tree | Custom]:
    for step in steps:
        match step:
            case Element(_, below):
                yield from _steps(below)
            case Choice(branches):
                for _, below in branches:
                    yield from _steps(below)
            case Leaf() | Each() | One() | Tree() | Custom():
                yield step
            case _:
                pass


@st.composite
def instances(
    draw: st.DrawFn, kind: type[Function | Fragment], depth: int = 0
) -> Function | Fragment:
    """Draw an object of `kind`: what it demands is there, the rest may be."""
    layout, given = kind.layout, dict[str, Any]()
    must = {*layout.require, *layout.least, *(layout.any_of[0] if layout.any_of else ())}
    must |= {other for other in layout.needs.values() if draw(st.booleans())}
    for field, step in leaves(layout).items():
        if field in must or draw(st.booleans()):
            value = draw(_value(kind, field, step, depth))
            if field in must and value in ("", []):
                continue
            given[field] = value
    for field, other in layout.apart:
        if field in given and draw(st.integers(0, 9)):
            given.pop(other, None)
    for field, wanted in layout.of_each.items():
        for item in given.get(field, ()):
            for inner in wanted:
                setattr(item, inner, draw(names))
    return kind(**given)


def _value(  # noqa: PLR0911  # one for each shape of field
    kind: type[Function | Fragment], field: str, step: Step, depth: int
) -> st.SearchStrategy[Any]:
    layout = kind.layout
    if words := WORDS.get((kind.__name__, field)):
        return st.sampled_from(words)
    if field in layout.choice:
        return st.sampled_from(list(layout.choice[field]))
    if field in layout.bounds:
        low, high = layout.bounds[field]
        return st.integers(low, high if high is not None else low + 50)
    match step:
        case Leaf():
            return KINDS[step.kind]
        case Each(_, roots, _) if roots:
            least = layout.least.get(field, 0)
            return st.lists(_fragment(roots, depth), min_size=least, max_size=least + 2)
        case Each():
            return st.lists(texts, max_size=3)
        case One(_, roots):
            return _fragment(roots, depth)
        case _:
            return st.dictionaries(names, texts, max_size=3)


def _fragment(roots: Sequence[str], depth: int) -> st.SearchStrategy[Any]:
    if "attachment" in roots:
        return st.just(functions.AttachmentFile(file_name="a", extension="b", content=b"c"))
    kinds = [one for root in roots for one in ROOTS[root]]
    if depth >= DEEPEST:
        kinds = [one for one in kinds if one.__name__ != "LogicalFilter"]
    return st.one_of([instances(one, depth + 1) for one in kinds])

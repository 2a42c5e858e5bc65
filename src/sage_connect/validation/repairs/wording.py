"""What repairs are called, and what they change, in English and French."""

import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from importlib import resources
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Final, cast

from .. import text
from ..engine import name_of
from .places import fields_of, is_map, is_parts

if TYPE_CHECKING:
    from .offer import Repair

_LONGEST: Final = 60
_AROUND: Final = 20


@cache
def _titles(language: str) -> Mapping[str, str]:
    source = resources.files(text.__name__).joinpath("repairs.toml")
    return cast("Mapping[str, str]", tomllib.loads(source.read_text("utf-8"))[language])


def title(name: str, language: str) -> str:
    """Return what the repair `name` does, in short.

    Raises:
        ValueError: `language` is neither "en" nor "fr".
    """
    if language not in text.LANGUAGES:
        known = ", ".join(text.LANGUAGES)
        raise ValueError(f"language must be one of {known}, not {language!r}")
    return _titles(language)[name]


def preview(repair: "Repair", language: str) -> str:
    """Return title and changes of a repair, a line each."""
    head = f"{repair.document}: {title(repair.name, language)}"
    return "\n".join([head, *(f"  {line}" for line in lines(repair, language))])


def lines(repair: "Repair", language: str) -> Iterator[str]:
    """Yield what a repair changes, a line for each value."""
    for one in repair.changes:
        place = text.place(one.path, language) or text.word("document", language)
        yield f"{place}: {_pair(one.before, one.after)}"
    for one in repair.settings_changes:
        name = text.setting(one.path[1:].replace("/", "."), language)
        yield f"{name}: {_pair(one.before, one.after)}"
    for new in repair.newcomers:
        yield f"+ {told(new, language)}"
    if repair.guess:
        yield text.word("repair_guess", language)
    if not repair.keeps_totals:
        yield text.word("totals_change", language)


def _pair(before: str, after: str) -> str:
    """Return both values, cut where they are alike for long: what differs is shown."""
    alike = takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False))
    start = sum(1 for _ in alike) - _AROUND
    shown = (f"\u2026{one[start:]}" if start > 0 else one for one in (before, after))
    cut = [one if len(one) <= _LONGEST else f"{one[: _LONGEST - 1]}\u2026" for one in shown]
    return " \u2192 ".join(one or "\u2013" for one in cut)


def told(value: Any, language: str = "en") -> str:
    """Return a value of a document as a change shows it; "" for none."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if is_parts(value):
        said = ", ".join(map(told, value))
    elif is_map(value):
        said = ", ".join(f"{name} {told(value[name])}" for name in value)
    elif hasattr(value, "type"):
        said = f"{text.word(value.type, language)} {name_of(value, 0)}"
    else:
        said = ", ".join(_said(value)) if fields_of(value) else str(value)
    return said


def _said(part: Any) -> Iterator[str]:
    """Yield what a part of a document says: its fields that are filled."""
    for name, field in fields_of(part).items():
        value = getattr(part, name)
        if value != field.default and (said := told(value)):
            yield said

"""What repairs are called, and what they change, in English and French."""

import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final, cast

from .. import text
from ..engine import name_of
from .places import fields_of, is_map, is_parts

if TYPE_CHECKING:
    from .offer import Repair

_LONGEST: Final = 60


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
        before, after = one.before or "\u2013", one.after or "\u2013"
        place = text.place(one.path, language)
        yield f"{place}: {before} → {after}"
    for new in repair.newcomers:
        yield f"+ {told(new, language)}"
    if not repair.keeps_totals:
        yield text.word("totals_change", language)


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
    return said if len(said) <= _LONGEST else f"{said[: _LONGEST - 1]}\u2026"


def _said(part: Any) -> Iterator[str]:
    """Yield what a part of a document says: its fields that are filled."""
    for name, field in fields_of(part).items():
        value = getattr(part, name)
        if value != field.default and (said := told(value)):
            yield said

"""What repairs are called, and what they change, in English and French."""

import datetime as dt
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final, cast

import attrs

from .. import text
from ..engine import name_of

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
        yield f"{one.path or text.word('document', language)}: {before} → {after}"
    for new in repair.newcomers:
        yield f"+ {told(new, language)}"
    if not repair.keeps_totals:
        yield text.word("totals_change", language)


def told(value: Any, language: str = "en") -> str:
    """Return a value of a document as a change shows it."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, str | dt.date | int):
        return _short(str(value))
    if isinstance(value, tuple):
        return ", ".join(map(told, cast("tuple[Any, ...]", value)))
    if isinstance(value, Mapping):
        entries = cast("Mapping[str, Any]", value)
        return _short(", ".join(f"{name} {told(entries[name])}" for name in entries))
    kind = getattr(value, "type", "")
    if kind:
        return f"{text.word(kind, language)} {name_of(value, 0)}"
    return _short(", ".join(_said(value)))


def _said(part: Any) -> Iterator[str]:
    """Yield what a part of a document says: its fields that are filled."""
    for field in attrs.fields(type(part)):
        value = getattr(part, field.name)
        if value != field.default and (said := told(value)):
            yield said


def _short(one: str) -> str:
    return one if len(one) <= _LONGEST else f"{one[: _LONGEST - 1]}…"

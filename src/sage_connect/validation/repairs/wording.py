"""What repairs are called, and what they change, in English and French."""

import datetime as dt
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final, cast

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
        before, after = one.before or "–", one.after or "–"
        yield f"{one.path or text.word('document', language)}: {before} → {after}"
    for new in repair.newcomers:
        yield f"+ {told(new)}"
    if not repair.keeps_totals:
        yield text.word("totals_change", language)


def told(value: Any) -> str:
    """Return a value of a document as a change shows it."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, str | dt.date | int):
        return _short(str(value))
    if isinstance(value, tuple):
        return ", ".join(map(told, cast("tuple[Any, ...]", value)))
    kind = getattr(value, "type", "")
    if kind:
        return f"{kind} {name_of(value, 0)}"
    return _short(repr(value))


def _short(one: str) -> str:
    return one if len(one) <= _LONGEST else f"{one[: _LONGEST - 1]}…"

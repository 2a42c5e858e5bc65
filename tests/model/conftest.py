"""Documents of every kind, drawn from the annotations of their classes."""

import datetime as dt
import enum
import typing
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import strategies as st

from sage_connect.model import Document, Instalment, MasterData
from sage_connect.model.convert import Record
from sage_connect.model.invoice import Due

DAYS = st.dates(dt.date(1999, 1, 1), dt.date(2099, 12, 31))
AMOUNTS = st.decimals(-(10**9), 10**9, places=2) | st.decimals(0, 1000, places=6)
TEXTS = st.text(max_size=6) | st.sampled_from(
    ["=1+1", "'@x", "-5", "a;b", 'say "no"', "1\r\n2"]
)
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXTS,
    Decimal: AMOUNTS,
    dt.date: DAYS,
    bool: st.booleans(),
    int: st.integers(0, 90),
    bytes: st.binary(max_size=5),
    Due: st.none() | DAYS | st.lists(st.builds(Instalment, DAYS, AMOUNTS), max_size=3),
}


def drawn(hint: Any) -> st.SearchStrategy[Any]:
    """Return values of an annotation."""
    arguments = typing.get_args(hint)
    if hint in PLAIN:
        return PLAIN[hint]
    if type(None) in arguments:
        return st.none() | st.one_of(
            [drawn(one) for one in arguments if one is not type(None)]
        )
    if typing.get_origin(hint) is tuple:
        return st.lists(drawn(arguments[0]), max_size=2).map(tuple)
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return st.sampled_from(hint)
    if isinstance(hint, type) and attrs.has(hint):
        return st.deferred(lambda: whole(hint))
    assert issubclass(typing.get_origin(hint) or object, Mapping), hint
    return st.dictionaries(TEXTS, TEXTS, max_size=2)


def whole(cls: Any) -> st.SearchStrategy[Any]:
    """Return objects of an attrs class, some fields left to their defaults."""
    hints = typing.get_type_hints(cls)
    fields = attrs.fields(cls)
    needed = {
        one.name: drawn(hints[one.name]) for one in fields if one.default is attrs.NOTHING
    }
    rest = {one.name: drawn(hints[one.name]) for one in fields if one.name not in needed}
    return st.fixed_dictionaries(needed, optional=rest).map(lambda values: cls(**values))


KINDS: tuple[Any, ...] = (*typing.get_args(Document), *typing.get_args(MasterData))


@pytest.fixture(scope="session")
def records() -> st.SearchStrategy[Record]:
    """Documents and master data of every kind, with any content."""
    return st.one_of([whole(kind) for kind in KINDS])

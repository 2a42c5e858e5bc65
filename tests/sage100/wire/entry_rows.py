"""Rows of entries for tests of the formats: by hand, and any that a format can hold."""

import datetime as dt
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from sage_connect.errors import CodecError
from sage_connect.sage100.wire import EntryRow, RowShare
from sage_connect.sage100.wire.damage import odd, utf8_in


def a_row(**changes: Any) -> EntryRow:
    """Return a line of an invented sale."""
    values: dict[str, Any] = {
        "journal": "VTE",
        "date": dt.date(2026, 9, 15),
        "account": "411000",
        "label": "Étude du pont",
        "debit": True,
        "amount": Decimal("120.00"),
    }
    return EntryRow(**{**values, **changes})


DAYS = st.dates(dt.date(1976, 1, 1), dt.date(2075, 12, 31))
CODES = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1)
CENTS = st.integers(1, 10**9).map(lambda cents: Decimal(cents).scaleb(-2))


def texts(alphabet: str, most: int, *, least: int = 0) -> st.SearchStrategy[str]:
    """Return texts that Sage keeps as they are, and that look like no other code page's."""
    kept = st.text(alphabet, min_size=least, max_size=most)
    return kept.filter(lambda text: text == text.strip(" \xa0") and not _foreign(text))


def _foreign(text: str) -> bool:
    """Tell a text that a reader of one code page or another would take for damaged."""
    try:
        return odd(text) or bool(utf8_in(text, "cp850"))
    except CodecError:
        return False


def letters(codec: str) -> str:
    """Return the printable characters of a code page, the signs of formulas apart."""
    every = bytes(range(0x20, 0x100)).decode(codec, "ignore")
    return "".join(one for one in every if one.isprintable() and one not in "=+-@#\\")


@st.composite
def shares(draw: st.DrawFn) -> RowShare:
    return RowShare(
        section=draw(CODES.filter(lambda code: len(code) <= 13)),
        amount=draw(CENTS),
        plan=draw(st.integers(1, 11)),
        quantity=draw(st.none() | CENTS),
    )

"""The glossary is in order, and names what there is."""

import re
import unicodedata
from pathlib import Path

import sage_connect
from sage_connect.sage100 import wire

PAGE = (Path(__file__).parents[2] / "docs" / "glossary.md").read_text("utf-8")
TABLES = [
    [row.split("|")[1].strip() for row in table.splitlines()[2:]]
    for table in re.findall(r"^\|(?:.+\n)+", PAGE, re.MULTILINE)
]


def test_words_stand_in_order_and_once() -> None:
    assert len(TABLES) == 2
    for words in TABLES:
        first = [_plain(one.partition(",")[0]) for one in words]
        assert first == sorted(first)
        each = [one.strip() for row in words for one in row.split(", ")]
        assert len(each) == len(set(each))


def test_our_names_are_those_of_the_package() -> None:
    named = set(re.findall(r"`([A-Z][A-Za-z]+)(?:\.\w+)?`", PAGE))

    assert len(named) > 20
    assert {one for one in named if not hasattr(sage_connect, one)} <= set(wire.__all__)


def _plain(word: str) -> str:
    """Return a word as a dictionary sorts it: without accents, capitals and marks."""
    bare = unicodedata.normalize("NFD", word.casefold())
    letters = "".join(one for one in bare if not unicodedata.combining(one))
    return re.sub(r"[^a-z0-9 ]", " ", letters)

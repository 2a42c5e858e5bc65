"""The tables that the site fills in, and the anchors that they lead to."""

import re
import tomllib
from pathlib import Path
from types import ModuleType

import attrs
import pytest

from sage_connect.accounting import AccountingProfile
from sage_connect.accounting.settings import Conventions
from sage_connect.accounting.wire.facts import facts
from sage_connect.ledger.capabilities import SEATS
from sage_connect.model import SalesInvoice
from sage_connect.model.convert.documents import KINDS
from sage_connect.sage100.carries import CARRIED
from sage_connect.targets import every_rule
from sage_connect.validation import Mark

from .conftest import loaded_tables

DOCS = Path(__file__).parents[2] / "docs"
SOURCES = (DOCS / "sources.md").read_text("utf-8")
BOOK = every_rule()
ANCHORS = set(re.findall(r"\{#([\w-]+)\}", SOURCES))


@pytest.fixture(scope="module")
def tables() -> ModuleType:
    return loaded_tables()


@pytest.mark.parametrize("code", sorted(BOOK))
def test_the_source_of_every_rule_has_its_place(code: str, tables: ModuleType) -> None:
    assert tables.anchor(BOOK[code].source) in ANCHORS


def test_no_fact_is_named_for_a_rule_or_a_limit_that_is_gone(tables: ModuleType) -> None:
    limits = [
        one
        for path in (DOCS / "limits").glob("*.toml")
        for one in tomllib.loads(path.read_text("utf-8"))["limit"]
    ]
    sources = [*(one.source for one in BOOK.values()), *(one["source"] for one in limits)]
    named = {tables.anchor(one) for one in sources}
    # Headings have no hyphen after the name of a source that rules have.
    documents = {one.source.partition("#")[0] for one in BOOK.values()}
    facts = {
        anchor
        for anchor in ANCHORS
        if any(anchor.startswith(f"{name}-") for name in documents)
    }

    assert facts - named == {"pnm-s", "pnm-r"} & facts - named


@pytest.mark.parametrize(
    "source",
    re.findall(
        r"sources\.md#([\w-]+)",
        "\n".join(
            path.read_text("utf-8")
            for folder in (DOCS, DOCS.parent / "src")
            for path in [*folder.rglob("*.py"), *folder.rglob("*.md")]
        ),
    ),
)
def test_whatever_names_a_source_finds_it(source: str) -> None:
    assert source in ANCHORS


def test_every_mark_is_explained() -> None:
    explained = re.findall(r"^\| `(\w+)` \|", SOURCES, re.MULTILINE)

    assert [mark.value for mark in Mark] == explained


def test_every_rule_is_told_in_both_languages(tables: ModuleType) -> None:
    told = re.findall(r"^### (SC-[\w-]+)", tables.rules(), re.MULTILINE)

    assert sorted(BOOK) == sorted(told)


def test_every_setting_is_explained(tables: ModuleType) -> None:
    rows = re.findall(
        r"^\| `([\w.]+)` \| .+? \| (.+?) \|$", tables.settings(), re.MULTILINE
    )

    assert tables.setting_paths() == [path for path, _ in rows]


def test_every_setting_of_a_profile_is_explained(tables: ModuleType) -> None:
    told = tables.TABLES["accounting-settings"]()
    rows = re.findall(r"^\| `([\w.]+)` \| .*? \| (.+?) \|$", told, re.MULTILINE)

    assert tables.setting_paths(AccountingProfile) == [path for path, _ in rows]


def test_every_resource_of_the_native_api_is_told_of(tables: ModuleType) -> None:
    told = re.findall(r"^\| `(\w+)` \|", tables.accounting_api(), re.MULTILINE)

    assert sorted(facts().operations) == told


def test_every_open_question_is_told_of() -> None:
    page = (DOCS / "explanation" / "sage-accounting.md").read_text("utf-8")
    names = attrs.fields_dict(Conventions)

    assert [name for name in names if f"`conventions.{name}`" not in page] == []
    for name, default in attrs.asdict(Conventions()).items():
        assert f"| `conventions.{name}` | `{default.value}` |" in page


def test_the_example_of_the_workspace_shows_every_table(tables: ModuleType) -> None:
    page = (DOCS / "how-to" / "sage100-workspace.md").read_text("utf-8")
    groups = {path.partition(".")[0] for path in tables.setting_paths() if "." in path}

    assert [group for group in groups if f"[sage100.{group}" not in page] == []


def test_every_kind_of_document_has_its_fields(tables: ModuleType) -> None:
    told = re.findall(r'`"type": "(\w+)"`', tables.document_fields())

    assert list(KINDS) == told


def test_every_seat_is_told_of(tables: ModuleType) -> None:
    told = tables.capabilities()

    assert [seat for seat in SEATS if f"`{seat}`" not in told] == []


def test_every_seat_of_sage_accounting_is_told_of(tables: ModuleType) -> None:
    told = tables.TABLES["accounting-capabilities"]()

    assert [seat for seat in SEATS if f"`{seat}`" not in told] == []


def test_what_a_file_does_not_carry_is_told(tables: ModuleType) -> None:
    told = re.findall(r"`(\w+)`", tables.not_carried())

    assert set(attrs.fields_dict(SalesInvoice)) - CARRIED[SalesInvoice] == set(told)


def test_every_marker_of_a_page_is_filled(tables: ModuleType) -> None:
    markers = {
        marker
        for page in DOCS.rglob("*.md")
        for marker in re.findall(
            r"^<!-- ([a-z-]+) -->$", page.read_text("utf-8"), re.MULTILINE
        )
    }

    assert set(tables.TABLES) == markers


@pytest.mark.parametrize("path", sorted((DOCS / "limits").glob("*.toml")), ids=str)
def test_every_limit_of_a_product_has_its_row(path: Path, tables: ModuleType) -> None:
    limits = tomllib.loads(path.read_text("utf-8"))["limit"]

    rows = re.findall(r"^\| .+? \| \[\w+\]\(", tables.limits_of(path), re.MULTILINE)

    assert len(limits) == len(rows)
    assert tables.limits_of(path) in tables.limits()


@pytest.mark.parametrize("path", sorted((DOCS / "limits").glob("*.toml")), ids=str)
def test_the_source_of_every_limit_has_its_place(path: Path, tables: ModuleType) -> None:
    limits = tomllib.loads(path.read_text("utf-8"))["limit"]

    assert {tables.anchor(one["source"]) for one in limits} <= ANCHORS

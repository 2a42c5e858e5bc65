"""The generated layouts and classes are those of the fact table."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sage_connect.sage100 import wire
from sage_connect.sage100.wire.flat import record_class

ROOT = Path(__file__).parents[3]
TOOL = ROOT / "tools" / "sage100_records.py"
MODULES: tuple[wire.Module, ...] = ("accounting", "commercial_management", "fixed_assets")


def run(*arguments: str, tool: Path = TOOL) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(tool), *arguments], capture_output=True, text=True, check=False
    )


def test_generated_modules_are_fresh() -> None:
    done = run("--check")

    assert (done.returncode, done.stdout) == (0, "fresh\n")


def test_a_stale_module_is_told(tmp_path: Path) -> None:
    copy = tmp_path / "tools" / TOOL.name
    (copy.parent / "facts").mkdir(parents=True)
    copy.write_bytes(TOOL.read_bytes())
    facts = TOOL.parent / "facts" / "sage100_flags.json"
    (copy.parent / "facts" / facts.name).write_bytes(facts.read_bytes())

    done = run("--check", tool=copy)

    assert done.returncode == 1
    assert done.stdout.startswith("stale: ")
    assert "entries.py" in done.stdout


def published(spec: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(
        (spec / "sage100" / "flags.json").read_text(encoding="utf-8")
    )["flags"]
    return found


def test_every_published_record_has_a_layout(spec: Path) -> None:
    known = {(module, flag) for module in MODULES for flag in wire.flags_of(module)}

    assert known == {(row["module"], row["flag"]) for row in published(spec)}
    assert len(known) == 239


def test_layouts_have_the_published_counts(spec: Path) -> None:
    for row in published(spec):
        version = int(row["version"]["proven_on"].split()[1])
        layout = wire.Dialect(row["module"], version).layout(row["flag"])
        count = row["field_count"]
        shape = row["cardinality"]
        if count is not None:
            assert layout.fits(count, version) == "yes", row["flag"]
            assert layout.fits(count + 1, version) != "yes" or layout.width == 1, row[
                "flag"
            ]
        if "observed_min" in shape:
            assert layout.fits(shape["observed_min"], version) == "yes", row["flag"]
            assert layout.fits(shape["observed_max"], version) == "yes", row["flag"]
        if "repeated_tail" in shape:
            assert layout.fits(shape["min_fields"], version) == "yes", row["flag"]


def test_every_published_field_stands_in_its_place(spec: Path) -> None:
    for row in published(spec):
        if "fields" not in row:
            continue
        dialect = wire.Dialect(row["module"], 31)
        kind = record_class(dialect.layout(row["flag"]))
        places = {field.at + 1: field for field in (*kind.own_fields, *kind.repeated)}
        for field in row["fields"]:
            assert field["index"] in places, (row["flag"], field)
        for field in kind.own_fields:
            published_field = next(f for f in row["fields"] if f["index"] == field.at + 1)
            assert field.required == published_field["required"]


@pytest.mark.parametrize("module", MODULES)
def test_classes_belong_to_their_flags(module: wire.Module) -> None:
    for flag in wire.flags_of(module):
        kind = record_class(wire.Dialect(module, 31).layout(flag))
        if module == "accounting":
            assert flag == kind.FLAG
        assert kind is wire.Record or hasattr(wire, kind.__name__)


def test_every_public_name_can_be_imported() -> None:
    assert [name for name in wire.__all__ if not hasattr(wire, name)] == []
    assert len(set(wire.__all__)) == len(wire.__all__)


def test_record_classes_load_when_first_touched() -> None:
    code = (
        "import sys; from sage_connect.sage100 import wire;"
        "wire.read; print([n for n in sys.modules if '_generated.' in n])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "['sage_connect.sage100.wire._generated.layouts']"

"""What may import what, and what an import may load."""

import ast
import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "sage_connect"
# What the documentation imports from.
ROOMS = (
    "accounting",
    "accounting.api",
    "cli",
    "drive",
    "errors",
    "frames",
    "intacct",
    "intacct.functions",
    "intacct.objects",
    "ledger",
    "model",
    "plan",
    "sage100",
    "sage100.wire",
    "targets",
    "testing",
    "testing.demo",
    "testing.importer",
    "validation",
)
LAZY = ("accounting", "drive", "intacct", "sage100", "testing")
CORE = {"anyio", "asyncio", "attr", "attrs", "cattrs", "httpx", "lxml"}
EXTRAS = {
    *("click", "hypothesis", "IPython", "matplotlib", "numpy", "pandas", "polars"),
    *("pyarrow", "pytest", "rich", "starlette", "stdnum", "uvicorn"),
}


def test_the_layers_hold() -> None:
    result = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT / "src"), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert result.returncode == 0, result.stdout + result.stderr


def test_only_one_module_meets_httpx() -> None:
    meeting = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        if any(name.split(".")[0] == "httpx" for name in _imported(path))
    }

    # The file back end needs no HTTP: the set is empty until a service is spoken to.
    assert meeting <= {"drive/http.py"}


def _imported(path: Path) -> set[str]:
    names = set[str]()
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.add(node.module or "")
    return names


@pytest.mark.parametrize(
    ("statement", "unwanted"),
    [
        ("import sage_connect", {"asyncio", "attrs", "attr", "cattrs", "httpx", "lxml"}),
        ("from sage_connect import SageConnectError", {"asyncio", "attr", "httpx", "lxml"}),
        ("from sage_connect import SalesInvoice", {"asyncio", "cattrs", "httpx", "lxml"}),
    ],
)
def test_an_import_loads_no_more_than_it_uses(statement: str, unwanted: set[str]) -> None:
    assert _loaded_by(statement) & unwanted == set()


@pytest.mark.parametrize("room", LAZY)
def test_a_room_loads_nothing_before_something_in_it_is_asked_for(room: str) -> None:
    assert _loaded_by(f"import sage_connect.{room}") & (CORE | EXTRAS) == set()


def test_no_import_of_a_room_loads_what_an_extra_brings() -> None:
    # The Python of the tests has them all.
    assert [name for name in EXTRAS if find_spec(name) is None] == []

    loaded = _loaded_by(f"import {', '.join(f'sage_connect.{room}' for room in ROOMS)}")

    assert loaded & EXTRAS == set()
    assert {f"sage_connect.{room}" for room in ROOMS} <= loaded


def test_importing_the_package_loads_nothing_generated() -> None:
    generated = {name for name in _loaded_by("import sage_connect") if "_generated" in name}

    assert generated == set()


def _loaded_by(statement: str) -> set[str]:
    """Return the modules that `statement` adds to a Python that has just started."""
    code = (
        "import sys, json; before = set(sys.modules);"
        f"{statement}; print(json.dumps(sorted(set(sys.modules) - before)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(ROOT / "src"), "PATH": ""},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return set(json.loads(done.stdout))

"""What may import what, and what an import may load."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "sage_connect"


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

"""The command line as others meet it: a process, its streams and its exit code."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
import pytest

import sage_connect
from sage_connect.testing.demo import export_bytes, settings_toml

SOURCE = str(Path(sage_connect.__file__).parents[1])
"""The package under test, from any folder."""


@attrs.frozen
class Ended:
    """A command that has ended."""

    code: int
    out: bytes
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """What `--json` printed."""
        rows: list[dict[str, Any]] = json.loads(self.out)
        return rows

    @property
    def states(self) -> list[str]:
        """State of each document."""
        return [row["state"] for row in self.rows]

    @property
    def codes(self) -> list[list[str]]:
        """Codes found, for each document."""
        return [[one["code"] for one in row["findings"]] for row in self.rows]


def command(*arguments: str | Path) -> list[str]:
    """Return how the command line is called, installed or not."""
    return [sys.executable, "-m", "sage_connect.cli", *map(str, arguments)]


def run(
    *arguments: str | Path,
    stdin: bytes = b"",
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    stdout: Any = subprocess.PIPE,
) -> Ended:
    """Run the command line; no traceback is ever shown."""
    ended = subprocess.run(
        command(*arguments),
        input=stdin,
        stdout=stdout,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": SOURCE, **(env or {})},
        cwd=cwd,
        check=False,
    )
    err = ended.stderr.decode("utf-8", "replace")
    for word in ("Traceback", "Exception ignored", "A fault of sage-connect itself"):
        assert word not in err, err
    return Ended(ended.returncode, ended.stdout or b"", err)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace of the demo company, in a folder with a blank and an accent."""
    place = tmp_path / "la société"
    (place / "exports").mkdir(parents=True)
    (place / "exports" / "company.txt").write_bytes(export_bytes())
    (place / "sage_connect.toml").write_text(settings_toml(), encoding="utf-8")
    return place


def handed_over(folder: Path) -> list[str]:
    """Return what stands in `imports/`."""
    place = folder / "imports"
    return sorted(file.name for file in place.iterdir()) if place.is_dir() else []


def an_invoice(number: str = "FA1", /, **changes: Any) -> dict[str, Any]:
    """Return an invoice that the demo company accepts, as JSON says it."""
    return {
        "type": "sales_invoice",
        "number": number,
        "date": "2026-09-15",
        "party": "DUPONT",
        "currency": "EUR",
        "lines": [a_line()],
        **changes,
    }


def a_line(**changes: Any) -> dict[str, Any]:
    """Return a line of work, taxed once."""
    return {
        "description": "Étude",
        "unit_price": "100.00",
        "account": "706000",
        "taxes": [{"code": "C20", "rate": "20"}],
        **changes,
    }


def a_customer(code: str, **changes: Any) -> dict[str, Any]:
    """Return a customer that the demo company accepts."""
    return {"type": "customer", "code": code, "name": "N", "account": "411000", **changes}


def text(*documents: Any) -> bytes:
    """Return documents as a JSON list."""
    return json.dumps(documents).encode()

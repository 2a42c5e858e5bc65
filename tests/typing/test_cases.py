"""The cases are read by type checkers, not run.

In `cases/*.py`, `assert_type` states what a type checker must infer, and a comment
`# type: ignore[code]` that it must refuse the line: both report one that was not needed.
"""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def test_mypy_infers_and_refuses_what_the_cases_say() -> None:
    _passes("mypy", "--warn-unused-ignores", str(HERE / "cases"))


def test_pyright_infers_and_refuses_what_the_cases_say() -> None:
    _passes("pyright", "--project", str(HERE), "--pythonpath", sys.executable)


def _passes(tool: str, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", tool, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr

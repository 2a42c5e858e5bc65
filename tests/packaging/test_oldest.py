"""The oldest versions that pyproject.toml admits; `nox -s minimal` runs more on them."""

import ast
from collections.abc import Callable
from pathlib import Path

from packaging.version import Version

from . import oldest, programs
from .conftest import Bare

VERSIONS = """
from importlib.metadata import version
print({name: version(name) for name in %r})
"""


def test_the_oldest_versions_that_are_admitted_do_the_work(
    wheel: Path, bare: Callable[..., Bare], tmp_path: Path
) -> None:
    constraints = tmp_path / "constraints.txt"
    constraints.write_text(oldest.constraints())
    stated = dict(line.split("==") for line in constraints.read_text().splitlines())
    # They take longer to install than all the rest.
    light = [name for name in stated if name not in {"pandas", "polars", "pyarrow"}]
    python = bare(f"--constraint={constraints}", f"{wheel}[cli,taxid,testing]")

    installed = ast.literal_eval(python.answer(VERSIONS % light, tmp_path))
    assert [
        name for name in light if Version(installed[name]) != Version(stated[name])
    ] == []
    assert python.answer(programs.EVERY_NAME, tmp_path) == "had\n"
    assert python.answer(programs.DRAWN, tmp_path) == "drawn\n"
    assert python.answer(programs.JUDGED, tmp_path).startswith("73282932000074")
    done = python.command("demo", "--to", "all", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")

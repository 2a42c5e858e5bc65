"""What is handed to others: a wheel and an sdist, and the wheel alone on a bare Python."""

import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from . import programs
from .conftest import ROOT, Bare, run

PACKAGE = ROOT / "src" / "sage_connect"
# The largest is the table of Intacct's objects.
LARGEST = 1_000_000
JUNK = {"__pycache__", "build", "dist", "htmlcov", "site", "node_modules"}
DOTTED = {".gitattributes", ".gitignore"}


def test_the_wheel_holds_every_file_of_the_package(wheel: Path) -> None:
    shipped = _of_the_package(wheel)

    assert shipped == {
        path.relative_to(PACKAGE.parent).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert "sage_connect/py.typed" in shipped


def test_the_sdist_holds_what_its_tests_need(sdist: Path) -> None:
    with tarfile.open(sdist) as opened:
        top = {name.split("/")[1] for name in opened.getnames()}

    assert {"LICENSE", "README.md", "noxfile.py", "run.py", "src", "tests"} <= top


def test_the_sdist_holds_nothing_that_was_made_beside_the_source(sdist: Path) -> None:
    with tarfile.open(sdist) as opened:
        members = opened.getmembers()
    parts = {part for one in members for part in Path(one.name).parts[1:]}

    assert parts & JUNK == set()
    assert {part for part in parts if part.startswith(".")} <= DOTTED
    assert [one.name for one in members if one.size > LARGEST] == []
    assert [one.name for one in members if not (one.isfile() or one.isdir())] == []


def test_the_sdist_installs_what_the_wheel_does(
    sdist: Path, wheel: Path, bare: Callable[..., Bare]
) -> None:
    packages = bare(f"{sdist}[taxid]").packages

    installed = {
        path.relative_to(packages).as_posix()
        for path in (packages / "sage_connect").rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert installed == _of_the_package(wheel)


def test_the_index_would_take_both(dist: Path) -> None:
    run(sys.executable, "-m", "twine", "check", "--strict", *dist.iterdir())


def test_the_wheel_alone_can_be_imported_and_used(
    wheel: Path, bare: Callable[..., Bare], tmp_path: Path
) -> None:
    assert bare(str(wheel)).answer(programs.EVERY_NAME, tmp_path) == "had\n"


def _of_the_package(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as opened:
        names = opened.namelist()
    return {name for name in names if name.startswith("sage_connect/")}

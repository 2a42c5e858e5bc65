"""What is handed to others: a wheel and an sdist, and the wheel alone on a bare Python."""

import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "sage_connect"


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    _run(sys.executable, "-m", "build", "--outdir", folder, ROOT)
    return folder


@pytest.fixture(scope="module")
def bare_python(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python that holds the wheel and what it depends on, without any extra."""
    home = tmp_path_factory.mktemp("bare")
    venv.create(home, with_pip=True)
    python = home / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    _run(python, "-m", "pip", "install", "--quiet", *dist.glob("*.whl"))
    return python


def test_the_wheel_holds_every_file_of_the_package(dist: Path) -> None:
    with zipfile.ZipFile(_only(dist, "*.whl")) as wheel:
        shipped = {name for name in wheel.namelist() if name.startswith("sage_connect/")}

    assert shipped == {
        path.relative_to(PACKAGE.parent).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert "sage_connect/py.typed" in shipped


def test_the_sdist_holds_what_its_tests_need(dist: Path) -> None:
    with tarfile.open(_only(dist, "*.tar.gz")) as sdist:
        top = {name.split("/")[1] for name in sdist.getnames()}

    assert {"LICENSE", "README.md", "noxfile.py", "run.py", "src", "tests"} <= top


def test_the_index_would_take_both(dist: Path) -> None:
    _run(sys.executable, "-m", "twine", "check", "--strict", *dist.iterdir())


def test_the_wheel_alone_can_be_imported_and_used(
    bare_python: Path, tmp_path: Path
) -> None:
    code = "import sage_connect; [getattr(sage_connect, n) for n in sage_connect.__all__]"

    _run(bare_python, "-W", "error", "-c", code, cwd=tmp_path)


def _only(folder: Path, pattern: str) -> Path:
    (found,) = folder.glob(pattern)
    return found


def _run(*command: str | Path, cwd: Path = ROOT) -> None:
    done = subprocess.run(
        command, cwd=cwd, capture_output=True, encoding="utf-8", check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr

"""A wheel and an sdist as they are handed over, and Pythons that hold little else."""

import os
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable
from pathlib import Path

import attrs
import pytest

ROOT = Path(__file__).parents[2]


@attrs.frozen
class Bare:
    """A Python of its own.

    Attributes:
        home: Its folder.
    """

    home: Path

    @property
    def scripts(self) -> Path:
        """Where its commands stand."""
        return self.home / ("Scripts" if sys.platform == "win32" else "bin")

    @property
    def packages(self) -> Path:
        """Where its packages stand."""
        place = {"base": str(self.home), "platbase": str(self.home)}
        return Path(sysconfig.get_path("purelib", "venv", vars=place))

    def answer(self, code: str, folder: Path) -> str:
        """Return what a program prints that meets no other source and no warning."""
        return run(self.scripts / "python", "-I", "-W", "error", "-c", code, cwd=folder)

    def command(self, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
        """Run `sage-connect` to its end, well or not."""
        # Whoever tests may have the source on their path.
        env = {name: v for name, v in os.environ.items() if not name.startswith("PYTHON")}
        return subprocess.run(
            [self.scripts / "sage-connect", *arguments],
            cwd=folder,
            capture_output=True,
            encoding="utf-8",
            env={**env, "PYTHONIOENCODING": "utf-8"},
            check=False,
        )


@pytest.fixture(scope="session")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--outdir", folder, ROOT)
    return folder


@pytest.fixture(scope="session")
def wheel(dist: Path) -> Path:
    return _only(dist, "*.whl")


@pytest.fixture(scope="session")
def sdist(dist: Path) -> Path:
    return _only(dist, "*.tar.gz")


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Bare]:
    """Install requirements on a Python of their own, the same for the same ones."""
    made: dict[tuple[str, ...], Bare] = {}

    def make(*requirements: str) -> Bare:
        if requirements not in made:
            home = tmp_path_factory.mktemp("bare")
            # To install pip there too would take longer than all the rest.
            venv.create(home)
            python = Bare(home).scripts / "python"
            pip = (sys.executable, "-m", "pip", "--python", python)
            run(*pip, "install", "--quiet", *requirements)
            made[requirements] = Bare(home)
        return made[requirements]

    return make


def run(*command: str | Path, cwd: Path = ROOT) -> str:
    """Run a command that has to succeed; return what it prints."""
    done = subprocess.run(
        command, cwd=cwd, capture_output=True, encoding="utf-8", check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _only(folder: Path, pattern: str) -> Path:
    (found,) = folder.glob(pattern)
    return found

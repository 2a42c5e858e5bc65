"""The checks of the project, one session each; `nox -l` lists them.

Sessions run in the environment that nox runs in, which is the extra `dev` (`python3 run.py
test` makes it). Only what must be seen from outside, a bare install of the wheel, gets an
environment of its own.
"""

import os
import sys
from pathlib import Path

import nox

nox.needs_version = ">=2024.10"
nox.options.default_venv_backend = "none"
# The tests come last, so that their closing line stands near the end of the output.
nox.options.sessions = ["lint", "types", "docs", "package", "tests"]

# Folders whose tests belong to a session of their own.
APART = ("docs", "packaging", "typing")


@nox.session
def lint(session: nox.Session) -> None:
    """Style, format, layers, and generated code as its generator would write it today."""
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("lint-imports", env={"PYTHONPATH": "src"})
    for generator in sorted(Path("tools").glob("*.py")):
        session.run("python", str(generator), "--check")


@nox.session
def types(session: nox.Session) -> None:
    """Both type checkers, strictly; every public name typed; the type tests."""
    session.run("mypy")
    # The package has to run there; how a test kills a process is this system's own.
    session.run("mypy", "--platform", "win32", "src")
    session.run("pyright", "--pythonpath", sys.executable)
    _verify_types(session)
    session.run("pytest", "tests/typing", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """The site without a warning, read in a browser; every code block of every page run."""
    # The theme's advertisement of its successor is no warning about our pages.
    quiet = {"NO_MKDOCS_2_WARNING": "1"}
    session.run("mkdocs", "build", "--strict", "--quiet", env=quiet)
    session.run(
        *("pytest", "tests/docs", "-p", "no:randomly", *session.posargs),
        env={"SITE": "site"},
    )


@nox.session
def screenshots(session: nox.Session) -> None:
    """Take the pictures that the pages show anew, in a Chromium."""
    session.run("python", "docs/screenshots.py", env={"PYTHONPATH": "src"})


@nox.session
def package(session: nox.Session) -> None:
    """Wheel and sdist, looked at, and installed alone and with each light extra."""
    session.run("pytest", "-m", "not slow", "tests/packaging", *session.posargs)


@nox.session
def extras(session: nox.Session) -> None:
    """Each extra alone on a bare Python, also those that take minutes to install."""
    session.run("pytest", "tests/packaging/test_extras.py", *session.posargs)


@nox.session
def minimal(session: nox.Session) -> None:
    """The tests on the oldest versions that pyproject.toml admits; Python 3.11 has them."""
    python = _bare(session, "minimal")
    oldest = Path(session.create_tmp()).resolve() / "oldest.txt"
    with oldest.open("w") as file:
        session.run("python", "tests/packaging/oldest.py", stdout=file)
    session.run(
        *("python", "-m", "pip", "--python", python, "install", "--quiet"),
        *("--constraint", str(oldest), ".[cli,frames,taxid,testing]"),
        *("pytest", "pytest-randomly", "pytest-xdist"),
    )
    apart = [f"--ignore=tests/{folder}" for folder in (*APART, "architecture")]
    session.run(
        # The plugin of an old anyio warns of a new pytest.
        *(python, "-m", "pytest", "-n", "2", "-p", "no:anyio"),
        *("-m", "not slow and not live", *apart, *session.posargs),
        env={"HYPOTHESIS_PROFILE": os.environ.get("HYPOTHESIS_PROFILE", "dev")},
    )


@nox.session
def tests(session: nox.Session) -> None:
    """Everything else, in random order."""
    _tests(session)


@nox.session
def coverage(session: nox.Session) -> None:
    """The same tests, with the coverage gate: to count branches takes as long as to run."""
    _tests(session, "--cov", "--cov-report=term")


def _tests(session: nox.Session, *options: str) -> None:
    apart = [f"--ignore=tests/{folder}" for folder in APART]
    session.run(
        *("pytest", "-n", "2", "-m", "not slow and not live"),
        *(*options, *apart, *session.posargs),
        env={"HYPOTHESIS_PROFILE": os.environ.get("HYPOTHESIS_PROFILE", "ci")},
    )


@nox.session
def requirements(session: nox.Session) -> None:
    """Run the tests that prove a requirement row; print all rows and what is open."""
    session.run(
        *("pytest", "-n", "2", "-q", "-m", "requirement and not live", "--requirements"),
        *session.posargs,
    )


@nox.session
def rules(session: nox.Session) -> None:
    """The rule book as a table; each rule is turned off, which a test has to notice."""
    session.run(
        *("pytest", "-q", "-p", "no:randomly", "tests/validation/test_alive.py"),
        *("tests/validation/test_repairs.py", "--rules", *session.posargs),
    )


@nox.session
def nightly(session: nox.Session) -> None:
    """The slow tests, and the others with many more examples, and trials at full size."""
    sizes = {"RACES": "10000", "TRIALS": "100", "POSTS": "20000"}
    env = {"HYPOTHESIS_PROFILE": "nightly"} | {
        name: os.environ.get(name, size) for name, size in sizes.items()
    }
    session.run("pytest", "-n", "2", "-m", "not live", *session.posargs, env=env)


@nox.session
def kills(session: nox.Session) -> None:
    """The kill trial at full size: 10,000 SIGKILLs."""
    env = {"KILLS": os.environ.get("KILLS", "10000")}
    session.run("pytest", "-s", "-m", "kills", *session.posargs, env=env)


@nox.session
def bench(session: nox.Session) -> None:
    """The budgets, as ratios measured on this machine."""
    session.run("python", "-m", "bench", *session.posargs)


def _verify_types(session: nox.Session) -> None:
    """Ask whether every public name is typed, as those see it who install the wheel."""
    python = _bare(session, "bare")
    session.run(
        *("python", "-m", "pip", "--python", python, "install", "--quiet", ".[testing]")
    )
    # `--verifytypes` sees neither an editable install nor `--pythonpath`.
    scripts = Path(python).parent
    path = os.pathsep.join([str(scripts), os.environ["PATH"]])
    activated = {"VIRTUAL_ENV": str(scripts.parent), "PATH": path}
    session.run(
        *("pyright", "--verifytypes", "sage_connect", "--ignoreexternal"), env=activated
    )


def _bare(session: nox.Session, name: str) -> str:
    """Make an environment that holds nothing; return its Python."""
    home = Path(session.create_tmp(), name).resolve()
    session.run("python", "-m", "venv", "--clear", "--without-pip", str(home))
    return str(home / ("Scripts" if os.name == "nt" else "bin") / "python")

"""Set everything up and run it. All that this needs is Python 3.11 or later.

    python3 run.py demo     the main job, on demonstration data
    python3 run.py test     every check of the project

Whatever follows is handed on, to `sage-connect demo` or to `nox`. The first run makes the
virtual environment `.venv` beside this file; later runs find it up to date. On Windows say
`py run.py demo`.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
HOME = HERE / ".venv"
SCRIPTS = HOME / ("Scripts" if os.name == "nt" else "bin")
PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")
EXTRAS = {"demo": "cli", "test": "dev"}


def main(arguments: list[str]) -> str | int | None:
    """Do one of the two jobs; return what `sys.exit` takes."""
    if sys.version_info < (3, 11):  # noqa: UP036  # older ones are told, not left to fail
        return "sage_connect needs Python 3.11 or later; this is " + sys.version.split()[0]
    if not arguments or arguments[0] not in EXTRAS:
        return __doc__
    job, *rest = arguments
    _install(EXTRAS[job])
    if job == "demo":
        return subprocess.call([SCRIPTS / "sage-connect", "demo", *rest])
    return _check(rest)


def _install(extras: str) -> None:
    """Make `.venv` and install this checkout with `extras`, unless that was done before."""
    wanted = hashlib.sha256((HERE / "pyproject.toml").read_bytes()).hexdigest()
    # The extra `dev` holds all the others.
    stamps = [HOME / f"installed-{name.replace(',', '-')}" for name in (extras, "dev")]
    if any(stamp.is_file() and stamp.read_text() == wanted for stamp in stamps):
        return
    pip: list[str | Path] = [PYTHON, "-m", "pip"]
    if subprocess.call([sys.executable, "-m", "venv", HOME], stdout=subprocess.DEVNULL):
        # Debian's Python comes without ensurepip; the pip outside can work inside.
        _run(sys.executable, "-m", "venv", "--without-pip", HOME)
        pip = [sys.executable, "-m", "pip", "--python", PYTHON]
    print(f"installing sage_connect[{extras}] into {HOME}", flush=True)
    _run(*pip, "install", "--quiet", "--editable", f"{HERE}[{extras}]")
    stamps[0].write_text(wanted)


def _check(rest: list[str]) -> int:
    """Run the nox sessions, and close with one line that says what ran."""
    path = os.pathsep.join([str(SCRIPTS), os.environ.get("PATH", os.defpath)])
    report = HOME / "sessions.json"
    report.unlink(missing_ok=True)
    code = subprocess.call(
        [PYTHON, "-m", "nox", "--report", report, *rest],
        cwd=HERE,
        env={**os.environ, "VIRTUAL_ENV": str(HOME), "PATH": path},
    )
    if report.is_file():
        ran = json.loads(report.read_text())["sessions"]
        print("; ".join(f"{session['name']}: {session['result']}" for session in ran))
    return code


def _run(*command: str | Path) -> None:
    if subprocess.call(command, stdin=subprocess.DEVNULL):
        sys.exit("failed: " + " ".join(map(str, command)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Measure the budgets of every part, or some: `python -m bench`, `python -m bench imports`.

Each module has a process of its own, so that none pays for what another loaded.
"""

import argparse
import datetime as dt
import json
import os
import platform
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "docs" / "benchmarks.json"
# Beside Python, what the figures hang on: yardsticks are made of them.
LIBRARIES = ("attrs", "httpx", "lxml")
HEAD = ("work", "measured", "budget", "peak memory", "", "")

Found = dict[str, Any]


def main(arguments: Sequence[str]) -> int:
    """Do what the command line says; return 1 when a budget was missed."""
    parts = sorted(path.stem for path in Path(__file__).parent.glob("[!_]*.py"))
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(parts))
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--write",
        action="store_true",
        help=f"write {RESULTS.relative_to(ROOT)}, for the site",
    )
    which.add_argument(
        "--list", action="store_true", help="print the budgets as JSON; measure nothing"
    )
    which.add_argument(
        "--quick",
        action="store_true",
        help="one round of a hundredth: does everything run? Its figures say nothing",
    )
    asked = parser.parse_args(arguments)
    if unknown := set(asked.parts) - set(parts):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    if asked.write and asked.parts:
        parser.error("what is written is a whole run, of every part")
    began, run = time.monotonic(), _begun()
    rows: list[Found] = []
    for part in asked.parts or parts:
        print(f"{part} ...", file=sys.stderr, flush=True)
        rows += _rows(part, listed=asked.list, quick=asked.quick)
    if asked.list:
        print(json.dumps(rows, indent=1, ensure_ascii=False))
        return 0
    _print(rows)
    if asked.write:
        whole = {**run, "seconds": round(time.monotonic() - began), "rows": rows}
        text = json.dumps(whole, indent=1, ensure_ascii=False)
        RESULTS.write_text(f"{text}\n", encoding="utf-8")
    return int(not all(row["within"] for row in rows))


def _rows(part: str, *, listed: bool, quick: bool) -> Iterator[Found]:
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    # The checkout beside us, whatever is installed.
    path = (str(ROOT), str(ROOT / "src"), os.environ.get("PYTHONPATH", ""))
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, path))
    if quick:
        environment["BENCH_QUICK"] = "1"
    command = [sys.executable, "-m", "bench._one", part]
    with subprocess.Popen(
        [*command, "--list"] if listed else command,
        env=environment,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        yield from map(json.loads, process.stdout)
    if process.returncode:
        sys.exit(f"{part} was not measured: see above")


def _begun() -> Found:
    """Return when, of what and on which machine a run is made."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return {
        "day": dt.datetime.now(dt.UTC).date().isoformat(),
        "version": project["version"],
        "commit": _commit(),
        "machine": {
            "processor": _processor(),
            "cores": os.cpu_count(),
            "system": f"{platform.system()}, {platform.machine()}",
            "python": f"{platform.python_implementation()} {platform.python_version()}",
            "libraries": {name: version(name) for name in LIBRARIES},
            # Of the minute before: a machine at rest is near 0.
            "load": round(os.getloadavg()[0], 1),
        },
    }


def _commit() -> str:
    """Return the commit of the checkout, marked where it was changed; or nothing."""
    git = shutil.which("git")
    if git is None:
        return ""
    done = subprocess.run(
        [git, "describe", "--always", "--dirty", "--exclude", "*"],
        cwd=ROOT,
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    return done.stdout.strip()


def _processor() -> str:
    """Return the model of the processor, as precisely as the system tells it."""
    facts = Path("/proc/cpuinfo")
    lines = facts.read_text("utf-8").splitlines() if facts.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if "model name" in line]
    return models[0] if models else platform.processor()


def _print(rows: Sequence[Mapping[str, Any]]) -> None:
    lines = [HEAD, *map(_cells, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        print("  ".join(map(str.ljust, line, widths)).rstrip())


def _cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        row["work"],
        f"{row['value']:,} {row['unit']}",
        f"{row['budget']:,} {row['unit']}",
        "" if row["peak"] is None else f"{row['peak']:,} MB",
        "within" if row["within"] else "over",
        row["detail"],
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

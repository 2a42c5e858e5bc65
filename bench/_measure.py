"""What a budget is, and how cost and memory are measured."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import attrs

# `python -m bench --quick`: whether the benchmarks run, not what they would tell.
QUICK = "BENCH_QUICK" in os.environ
SOURCE = Path(__file__).parents[1] / "src"

Unit = Literal["x", "%", "ms", "MB", "bytes", "classes", "modules", "a second"]


def _rounded(value: float) -> float:
    # Never -0.0, which would be shown.
    return round(value, 1) + 0 if value < 100 else round(value)


@attrs.frozen
class Measured:
    """What a measurement told.

    Attributes:
        value: In the unit of its row; a decimal at most, as more would be noise.
        peak: The highest memory of the process, in MB, where memory was measured.
        detail: What was found on the way: sizes, numbers of rules.
    """

    value: float = attrs.field(converter=_rounded)
    peak: float | None = attrs.field(default=None, kw_only=True)
    detail: str = attrs.field(default="", kw_only=True)


@attrs.frozen
class Row:
    """A budget.

    Attributes:
        work: What is done; its name in tables, which no other row has.
        budget: The most that it may take; the least that is done `a second`.
        measure: Does it.
        against: What `x` and `%` are a multiple and a share of, and `ms` and `MB` come on
            top of.
        why: Why it takes more than it may, if it does.
    """

    work: str
    budget: float
    unit: Unit
    measure: Callable[[], Measured]
    against: str = attrs.field(default="", kw_only=True)
    why: str = attrs.field(default="", kw_only=True)

    def within(self, measured: Measured) -> bool:
        """Tell whether the budget was kept."""
        if self.unit == "a second":
            return measured.value >= self.budget
        return measured.value <= self.budget


Rows = Iterator[Row]


def sized(number: int) -> int:
    """Return how many to take of what a measurement takes `number` of."""
    return max(number // 100, 2) if QUICK else number


def rounds(number: int = 7) -> range:
    """Return the rounds of a measurement."""
    return range(1 if QUICK else number)


def spent(work: Callable[[], object]) -> float:
    """Return the seconds of CPU that `work` takes."""
    before = time.process_time()
    work()
    return time.process_time() - before


def ratio(
    ours: Callable[[], object], yardstick: Callable[[], object], *, detail: str = ""
) -> Measured:
    """Return our CPU time over the yardstick's: medians of interleaved rounds."""
    ours()
    yardstick()
    costs = [(spent(ours), spent(yardstick)) for _ in rounds()]
    mine, theirs = (statistics.median(column) for column in zip(*costs, strict=True))
    return Measured(mine / theirs, detail=detail)


def rate(work: Callable[[], object], count: int, *, detail: str = "") -> Measured:
    """Return how many a second of CPU `work` does, which does `count`."""
    work()
    return Measured(count / statistics.median(spent(work) for _ in rounds()), detail=detail)


def fresh(code: str) -> str:
    """Return what `code` prints in a Python of its own, with the package beside us."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        # Nothing else of the environment: compiled modules are what users import.
        env={"PYTHONPATH": str(SOURCE), "PATH": ""},
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    return done.stdout


def growth(work: Callable[[int], object], small: int, large: int) -> Measured:
    """Return how much more memory, in MB, a process of its own takes for the larger work.

    `work` is a function of a module of this package, and is called with the size.
    """
    low, high = (_peak(work, sized(size)) for size in (small, large))
    return Measured(high - low, peak=_rounded(high))


def _peak(work: Callable[[int], object], size: int) -> float:
    # Not `ru_maxrss`: it begins with the memory of the process that started this one.
    code = (
        f"from {work.__module__} import {work.__name__} as work\n"
        f"work({size})\n"
        "print(open('/proc/self/status', encoding='ascii').read())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, check=True, encoding="utf-8"
    )
    return int(done.stdout.split("VmHWM:")[1].split()[0]) / 1024

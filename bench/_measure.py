"""What the benchmarks share: how cost and memory are measured, and told."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROUNDS = 7


def ratio(ours: Callable[[], object], yardstick: Callable[[], object]) -> float:
    """Return our CPU time over the yardstick's: medians of interleaved rounds."""
    costs: tuple[list[float], list[float]] = ([], [])
    ours()
    yardstick()
    for _ in range(ROUNDS):
        for cost, work in zip(costs, (ours, yardstick), strict=True):
            before = time.process_time()
            work()
            cost.append(time.process_time() - before)
    return statistics.median(costs[0]) / statistics.median(costs[1])


def growth(script: str, work: str, small: int, large: int) -> float:
    """Return how much more memory, in MB, a process of its own takes for the larger work.

    `script` does it when it is called with the name of the work and a size, and prints
    what `high_water` tells.
    """
    peaks = [
        int(
            subprocess.run(
                [sys.executable, script, work, str(size)], capture_output=True, check=True
            ).stdout
        )
        for size in (small, large)
    ]
    return (peaks[1] - peaks[0]) / 1024


def high_water() -> str:
    """Return the peak memory of this process, in kB."""
    # Not `ru_maxrss`: it begins with the memory of the process that started this one.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return status.split("VmHWM:")[1].split()[0]


def say(work: str, measured: float, budget: float, unit: str) -> None:
    """Print a line of the table."""
    sign = "+" if unit == "MB" else ""
    verdict = "within" if measured <= budget else "over"
    print(f"{work} | {sign}{measured:.1f} {unit} | {sign}{budget:g} {unit} | {verdict}")

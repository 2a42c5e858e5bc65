"""What an import costs, in CPU time on top of a Python that does nothing."""

import resource
import statistics
import subprocess
import sys
from pathlib import Path

ROUNDS = 15
BUDGETS = {"import sage_connect": 15, "from sage_connect import SalesInvoice": 150}
SOURCE = Path(__file__).parents[1] / "src"


def main() -> None:
    costs: dict[str, list[float]] = {statement: [] for statement in BUDGETS}
    for statement in ("pass", *BUDGETS):
        _milliseconds(statement)
    # Interleaved: whatever slows the machine slows all of them.
    for _ in range(ROUNDS):
        idle = _milliseconds("pass")
        for statement, cost in costs.items():
            cost.append(_milliseconds(statement) - idle)
    for statement, cost in costs.items():
        median, budget = statistics.median(cost), BUDGETS[statement]
        verdict = "within" if median <= budget else "over"
        print(f"{statement} | +{median:.0f} ms | +{budget} ms | {verdict}")


def _milliseconds(statement: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-c", statement],
        env={"PYTHONPATH": str(SOURCE), "PATH": ""},
        check=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return 1000 * used


if __name__ == "__main__":
    main()

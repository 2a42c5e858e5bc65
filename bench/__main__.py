"""Run every benchmark and print one table: `python -m bench`, or `python -m bench imports`.

Each other module of this folder is a benchmark. Run as a script, it prints one line for
each budget, `work | measured | budget | within` (or `over`); other lines pass through. Each
has a process of its own, so that none pays for what another loaded.
"""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
HEAD = ("work", "measured", "budget", "")


def main(names: list[str]) -> int:
    """Run the benchmarks called `names`, or all; return 1 when a budget was missed."""
    here = sorted(path.stem for path in HERE.glob("*.py") if not path.stem.startswith("_"))
    # Compiled modules are what users import.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    rows: list[tuple[str, ...]] = [HEAD]
    failed = False
    for name in names or here:
        with subprocess.Popen(
            [sys.executable, HERE / f"{name}.py"],
            env=environment,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                cells = tuple(cell.strip() for cell in line.split("|"))
                if len(cells) == len(HEAD):
                    rows.append(cells)
                else:
                    print(line, end="", flush=True)
        failed |= process.returncode != 0
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  ".join(map(str.ljust, row, widths)).rstrip())
    return int(failed or any(row[-1] == "over" for row in rows))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Measure the rows of one module, and print each as JSON: `python -m bench._one flat`.

With `--list` they are printed as they stand, and nothing is measured.
"""

import json
import sys
from importlib import import_module

import attrs

from ._measure import Row, Rows


def told(row: Row) -> dict[str, object]:
    """Return a row as data, without what was measured."""
    return {
        "work": row.work,
        "against": row.against,
        "unit": row.unit,
        "budget": row.budget,
        "why": row.why,
    }


def main(name: str, *options: str) -> None:
    """Print the rows of the module called `name`."""
    rows: Rows = import_module(f"bench.{name}").rows()
    for row in rows:
        found = {"part": name, **told(row)}
        if "--list" not in options:
            measured = row.measure()
            found |= {**attrs.asdict(measured), "within": row.within(measured)}
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

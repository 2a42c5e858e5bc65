"""Sage Accounting: a page of invoices to typed objects, and the first touch of a resource.

The page is made of the table of facts: every field of an invoice is filled, nested ones
too, and two more that no table knows. Its yardstick is `json.loads` of the same bytes, CPU
time, medians of interleaved rounds. A touch is measured in a process of its own, in which
no shape was loaded yet: the resource is asked for, and with it come the shapes
of its replies and the bodies of its requests, and all the shapes that those refer to.
"""

import json
import statistics
import subprocess
import sys
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any

from _measure import ratio, say

SOURCE = Path(__file__).parents[1] / "src"
sys.path.insert(0, str(SOURCE))

from sage_connect.accounting.wire.facts import Field, facts  # noqa: E402 - the checkout beside us
from sage_connect.accounting.wire.reading import parse  # noqa: E402
from sage_connect.accounting.wire.shapes import SalesInvoice, decode_sales_invoice  # noqa: E402

INVOICES, LINES, DEPTH = 200, 5, 2
DECODE, TOUCH, ROUNDS = 3.5, 120, 9
RESOURCES = ("sales_invoices", "contacts", "ledger_accounts")
TEXTS = {
    "number": "{}.50",
    "date": "2026-03-31",
    "instant": "2026-03-31T08:09:10Z",
}
TOUCHING = """
import time
import sage_connect.accounting.service
from sage_connect.accounting.api import Api
seats = Api(None, None)
began = time.process_time()
seats.{resource}.get
print(1000 * (time.process_time() - began))
"""


def page() -> bytes:
    number = count(1)
    invoice = facts().shapes["SalesInvoice"]
    items = [
        {**record(invoice, number, DEPTH), "newer": "x", "newest": {"a": 1}}
        for _ in range(INVOICES)
    ]
    tree = {"$total": INVOICES, "$page": 1, "$next": None, "$items": items}
    return json.dumps(tree).encode()


def record(fields: Mapping[str, Field], number: "count[int]", depth: int) -> dict[str, Any]:
    """Return a record with all its fields; below `depth`, those that are plain values."""
    made = {name: value(field, number, depth) for name, field in fields.items()}
    return {name: one for name, one in made.items() if one is not None}


def value(field: Field, number: "count[int]", depth: int) -> Any:
    if field.kind == "flag":
        return True
    if field.kind == "integer":
        return next(number)
    if field.kind in facts().shapes or field.fields:
        if depth == 0:
            return None
        inside = field.fields or facts().shapes[field.kind]
        times = LINES if field.kind == "SalesInvoiceLineItem" else 1
        made = [record(inside, number, depth - 1) for _ in range(times)]
        return made if field.many else made[0]
    text = TEXTS.get(field.kind, "Text {}").format(next(number))
    return [text] if field.many else text


def decoded(body: bytes) -> list[SalesInvoice]:
    return [decode_sales_invoice(one) for one in parse(body)["$items"]]


def touched(resource: str) -> float:
    """Return the milliseconds of CPU that the first touch of `resource` takes."""
    done = subprocess.run(
        [sys.executable, "-c", TOUCHING.format(resource=resource)],
        env={"PYTHONPATH": str(SOURCE), "PATH": ""},
        capture_output=True,
        check=True,
    )
    return float(done.stdout)


def main() -> None:
    body = page()
    (first, *_) = decoded(body)
    assert set(first.extra) == {"newer", "newest"}, first.extra
    print(f"{len(body) / 1e6:.1f} MB of JSON")
    say(
        f"page of {INVOICES} sales invoices to objects",
        ratio(lambda: decoded(body), lambda: json.loads(body)),
        DECODE,
        "x",
    )
    for resource in RESOURCES:
        touched(resource)
    for resource in RESOURCES:
        costs = [touched(resource) for _ in range(ROUNDS)]
        say(
            f"first touch of {resource}, with its shapes",
            statistics.median(costs),
            TOUCH,
            "ms",
        )


if __name__ == "__main__":
    main()

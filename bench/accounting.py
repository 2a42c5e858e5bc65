"""Sage Accounting: a page of invoices to typed objects, and the first touch of a resource.

The page is made of the table of facts: every field of an invoice is filled, nested ones
too, and two more that no table knows. A touch is measured in a process of its own, in which
no shape was loaded yet: the resource is asked for, and with it come the shapes
of its replies and the bodies of its requests, and all the shapes that those refer to.
"""

import json
import statistics
from collections.abc import Mapping
from functools import partial
from itertools import count
from typing import Any

from sage_connect.accounting.wire.facts import Field, facts
from sage_connect.accounting.wire.reading import parse
from sage_connect.accounting.wire.shapes import SalesInvoice, decode_sales_invoice

from ._measure import Measured, Row, Rows, fresh, ratio, rounds

INVOICES, LINES, DEPTH = 200, 5, 2
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


def rows() -> Rows:
    yield Row(
        f"a page of {INVOICES} full sales invoices to objects",
        3.5,
        "x",
        decoding,
        against="`json.loads` of the same bytes",
    )
    for resource in RESOURCES:
        yield Row(
            f"first touch of `{resource}`, with its shapes",
            120,
            "ms",
            partial(touching, resource),
        )


def decoding() -> Measured:
    body = page()
    (first, *_) = decoded(body)
    assert set(first.extra) == {"newer", "newest"}, first.extra
    return ratio(
        lambda: decoded(body),
        lambda: json.loads(body),
        detail=f"{len(body) / 1e6:.1f} MB of JSON",
    )


def touching(resource: str) -> Measured:
    code = TOUCHING.format(resource=resource)
    fresh(code)
    return Measured(statistics.median(float(fresh(code)) for _ in rounds(9)))


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

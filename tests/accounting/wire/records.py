"""Whole records, made up from the facts alone."""

import json
from typing import Any

from sage_connect.accounting.wire.facts import SCALARS, Field, facts

_REFERENCE = ("id", "displayed_as", "$path")


def record(shape: str, seed: int = 1, depth: int = 0, lines: int = 3) -> dict[str, Any]:
    """Return an object with every field of a shape; what it refers to has three of them."""
    found: dict[str, Any] = {}
    for place, (name, field) in enumerate(facts().shapes[shape].items()):
        own = seed * 31 + place
        if field.kind in SCALARS and not field.many:
            found[name] = _scalar(name, field, own)
        elif field.kind in SCALARS:
            found[name] = [f"{name} {own}"]
        elif depth > 1 or (depth == 1 and not field.many):
            whole = record(field.kind, own, 9) if depth < 9 else {}
            short = {key: whole[key] for key in _REFERENCE if key in whole}
            found[name] = [] if field.many else short
        elif field.many:
            count = lines if name.endswith("lines") else 1
            found[name] = [record(field.kind, own + at, depth + 1) for at in range(count)]
        else:
            found[name] = record(field.kind, own, depth + 1)
    return found


def _scalar(name: str, field: Field, seed: int) -> Any:
    match field.kind:
        case "text":
            return f"{seed:032x}" if name == "id" else f"{name} {seed}"
        case "number":
            return f"{seed % 977}.{seed % 100:02d}"
        case "integer":
            return seed % 90
        case "flag":
            return seed % 2 == 0
        case "date":
            return f"2026-{seed % 12 + 1:02d}-{seed % 28 + 1:02d}"
        case _:
            return f"2026-{seed % 12 + 1:02d}-{seed % 28 + 1:02d}T10:{seed % 60:02d}:00Z"


def page(shape: str, count: int, lines: int = 10) -> bytes:
    """Return a page of records, as Sage wraps them."""
    return json.dumps(
        {
            "$total": count,
            "$page": 1,
            "$next": None,
            "$back": None,
            "$itemsPerPage": count,
            "$items": [record(shape, seed, 0, lines) for seed in range(1, count + 1)],
        }
    ).encode()

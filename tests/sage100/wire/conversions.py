"""Files of entries, and what becomes of them in other formats."""

from typing import Any

import attrs

from sage_connect.sage100 import wire
from sage_connect.sage100.wire import (
    Conversion,
    EntryRow,
    Losses,
    Target,
    delimited,
    flat_rows,
)
from sage_connect.sage100.wire.delimited import PRESETS

from .entry_rows import a_row

FLAT = {number: Target(kind="flat", number=number) for number in (31, 25, 14, 5)}
SEMICOLON = Target(kind="delimited", layout=PRESETS["semicolon"])
PNM = {
    width: Target(kind="pnm", number=width, company="ATELIER DEMO") for width in (199, 138)
}
FEC = Target(kind="fec")
ROWS = (
    a_row(third_party="DUPONT", invoice_number="FA-1"),
    a_row(account="706000", label="Été", debit=False, invoice_number="FA-1"),
)


def flat(*rows: EntryRow, **how: Any) -> bytes:
    return b"".join(flat_rows.write(rows or ROWS, losses=Losses(), **how))


def text(*rows: EntryRow) -> bytes:
    return b"".join(delimited.write(rows or ROWS, PRESETS["semicolon"], losses=Losses()))


def converted(data: Any, target: Target, **how: Any) -> tuple[bytes, Conversion]:
    job = wire.convert(data, target, name="in.txt", **how)
    return b"".join(job), job


def fields(job: Conversion) -> list[str]:
    return [one.field for one in job.losses]


def plain() -> bytes:
    return flat(*(attrs.evolve(row, label="Etude", journal="VTE") for row in ROWS))

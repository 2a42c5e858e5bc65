"""`inspect`: files of Sage, looked at; and where any command reads its bytes from."""

import sys
from collections.abc import Iterator
from contextlib import closing
from typing import Any, Final

from ..drive.causes import told
from ..drive.files import BLOCK, read_blocks
from ..errors import StorageError
from ..sage100.wire import Inspection, inspect

STANDARD_INPUT: Final = "-"


def name_of(path: str) -> str:
    """Return what messages call the file at `path`."""
    return "standard input" if path == STANDARD_INPUT else path


def blocks_of(path: str) -> Iterator[bytes]:
    """Yield the content of a file, or of standard input for "-", in blocks.

    Raises:
        StorageError: It cannot be read.
    """
    if path != STANDARD_INPUT:
        with closing(read_blocks(path)) as blocks:
            yield from blocks
        return
    if sys.stdin is None:  # pyright: ignore[reportUnnecessaryComparison] # closed by the caller
        raise StorageError(
            "cannot read standard input: it is closed.",
            file=name_of(path),
            fix="Name a file, or send one through a pipe.",
        )
    with told("read", name_of(path)):
        while block := sys.stdin.buffer.read(BLOCK):
            yield block


def inspect_file(path: str) -> Inspection:
    """Return what is in a file, or standard input, and its faults; in flat memory.

    Raises:
        FileFormatError: It is no file that can be inspected; says what it looks like.
        StorageError: It cannot be read.
    """
    return inspect(blocks_of(path), name=name_of(path))


def inspection_row(found: Inspection) -> dict[str, Any]:
    """Return what `inspect --json` prints; amounts are text in major units."""
    totals = found.totals
    return {
        "format": found.format,
        "module": found.module,
        "version": found.version,
        "records": found.records,
        "records_by_flag": dict(found.records_by_flag),
        "totals": {
            "debit": str(totals.debit),
            "credit": str(totals.credit),
            "by_journal": {
                journal: {"debit": str(sums.debit), "credit": str(sums.credit)}
                for journal, sums in totals.by_journal.items()
            },
        },
        "faults": [
            {
                "severity": fault.severity,
                "code": fault.code,
                "line": fault.line,
                "field": fault.field,
                "message": fault.message,
            }
            for fault in found.faults
        ],
    }

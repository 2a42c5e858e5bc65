"""`inspect`: files of Sage, looked at; and where any command reads its bytes from."""

import sys
from collections.abc import Iterator
from contextlib import closing
from itertools import chain
from typing import Any, Final

import attrs

from ..drive.causes import told
from ..drive.files import BLOCK, read_blocks
from ..errors import FileFormatError, StorageError
from ..sage100.wire import FileFault, Inspection, inspect, recognise

STANDARD_INPUT: Final = "-"


@attrs.frozen
class Unreadable:
    """A file that cannot be inspected: what it looks like, and why.

    Attributes:
        kind: As `recognise` says.
        problem: What to tell.
    """

    kind: str
    problem: FileFormatError


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


def inspect_file(path: str) -> Inspection | Unreadable:
    """Return what is in a file, or standard input, and its faults; in flat memory.

    Raises:
        StorageError: It cannot be read from where it is.
    """
    blocks, name = blocks_of(path), name_of(path)
    head = next(blocks, b"")
    try:
        return inspect(chain((head,), blocks), name=name)
    except FileFormatError as problem:
        return Unreadable(recognise(head, name).kind, problem)


def unreadable_row(found: Unreadable) -> dict[str, Any]:
    """Return what `inspect --json` prints of a file that cannot be inspected."""
    problem = found.problem
    message = f"{problem.message} {problem.fix}".rstrip()
    fault = FileFault("error", problem.code, problem.line, "", message)
    return {"format": found.kind, "faults": [_fault_row(fault)]}


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
        "faults": [_fault_row(fault) for fault in found.faults],
    }


def _fault_row(fault: FileFault) -> dict[str, Any]:
    return {
        "severity": fault.severity,
        "code": fault.code,
        "line": fault.line,
        "field": fault.field,
        "message": fault.message,
    }

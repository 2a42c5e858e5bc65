"""New entry lines, by the version of the file they are for."""

from __future__ import annotations

from typing import TypeVar

from ...errors import UnsupportedError
from ._generated.writers import (
    ANALYTIC_LINES,
    ENTRY_LINES,
    AnalyticLineWriter,
    EntryLineWriter,
)

__all__ = ("AnalyticLineWriter", "EntryLineWriter", "analytic_writer", "entry_writer")

W = TypeVar("W")


def entry_writer(version: int = 31) -> EntryLineWriter:
    """Return the function that makes entry lines (`#MECG`) for files of `#VER version`.

    A field that the version lacks may be left out or empty; given, it is refused.

    Raises:
        UnsupportedError: A version that is never written.
    """
    return _known(ENTRY_LINES.get(version), version)


def analytic_writer(version: int = 31) -> AnalyticLineWriter:
    """Return the function that makes analytic lines (`#MECA`) for files of `#VER version`.

    Raises:
        UnsupportedError: A version that is never written.
    """
    return _known(ANALYTIC_LINES.get(version), version)


def _known(writer: W | None, version: int) -> W:
    if writer is None:
        raise UnsupportedError(
            f"Entry lines of #VER {version} are read but not written.",
            fix=f"Write one of {', '.join(map(str, ENTRY_LINES))}.",
        )
    return writer

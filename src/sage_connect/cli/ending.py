"""How a command ends: its exit code, and a last word that is never a traceback."""

import os
import sys
import traceback
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress

import click

from ..drive.causes import told
from ..errors import OutcomeUnknownError, SageConnectError
from . import show

GOOD = 0
FAULTY = 1
UNREADABLE = 2
UNKNOWN = 3
INTERRUPTED = 130
"""What shells expect of a program that Ctrl-C ended."""

_AGAIN = (
    "Run the same command again: what was handed over before is recognised and not posted "
    "twice."
)


def ended(work: Callable[[], int], *, posts: bool = False) -> int:
    """Do the work of a command and return its exit code, whatever happens.

    Args:
        work: Returns an exit code.
        posts: True where an end in the middle leaves open what was posted.
    """
    try:
        return work()
    except click.ClickException:
        # Wrong usage: click tells it, and ends with 2.
        raise
    except OutcomeUnknownError as problem:
        show.error(str(problem))
        return UNKNOWN
    except SageConnectError as problem:
        show.error(str(problem))
        return UNREADABLE
    except KeyboardInterrupt:
        show.error(f"Interrupted. {_AGAIN}" if posts else "Interrupted.")
        return UNKNOWN if posts else INTERRUPTED
    except Exception as problem:  # noqa: BLE001 - whoever pays bills reads no tracebacks
        show.error(
            f"A fault of sage-connect itself: {type(problem).__name__}: {problem}. "
            "Please report it, with what SAGE_CONNECT_TRACEBACK=1 adds to this message."
            + (f" {_AGAIN}" if posts else "")
        )
        if os.environ.get("SAGE_CONNECT_TRACEBACK"):
            traceback.print_exception(problem)
        return UNKNOWN if posts else UNREADABLE


@contextmanager
def output() -> Generator[None]:
    """Write to standard output; whoever reads it may stop early.

    Raises:
        StorageError: It cannot be written, on a full disk for one.
    """
    try:
        with told("write to", "standard output"):
            try:
                yield
                if sys.stdout is not None:  # pyright: ignore[reportUnnecessaryComparison] # closed by the caller
                    sys.stdout.flush()
            except BrokenPipeError:
                # What was done is done, and its exit code stands.
                _discard_output()
    except SageConnectError:
        _discard_output()
        raise


def _discard_output() -> None:
    """Send what is still buffered nowhere, or Python complains about it at its end."""
    with suppress(OSError, ValueError), open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - a device  # a stream that is no file keeps its buffer
        os.dup2(nowhere.fileno(), sys.stdout.fileno())

"""What keeps others out while a plan works, and tells whether others are in.

The operating system keeps the locks: one ends with the process that holds it, however that
ends, so that a lock file without a live lock is no obstacle. The module of the platform is
imported where it is used; neither exists on the other.
"""

import contextlib
import datetime as dt
import errno
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from ..errors import StorageError
from ..plan import Hold
from .causes import check_path, told
from .folders import folder_of, make_folder

_PAUSE = 0.02
_BUSY = {errno.EACCES, errno.EAGAIN, errno.EDEADLK}
_BINARY: int = getattr(os, "O_BINARY", 0)
# A FIFO must not block whoever looks at it; a terminal must not become ours.
_LOOK: int = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | _BINARY
# Bytes locked on Windows cannot be read by others, who shall read the owner's name.
_FAR = 0x7FFF_0000
_ALL = 0x7FFF_FFFF
_OWNER_LENGTH = 200


def claims(step: Hold, held: contextlib.ExitStack) -> Iterator[float]:
    """Try to lock; yield the seconds to let pass before the next try, until it is locked.

    Works between threads, and between processes of one machine; on a network share as far
    as its server passes locks on.

    Args:
        step: What to lock, and how long to wait.
        held: Gives the lock back when it is closed.

    Raises:
        StorageError: Another held it all the time; the message names the owner.
    """
    check_path(step.path)
    deadline = time.monotonic() + step.wait
    while not _take(step.path, held):
        left = deadline - time.monotonic()
        if left <= 0:
            raise StorageError(
                f"{step.path} is locked by {_owner(step.path)}, for the "
                f"{step.wait:g} seconds of waiting and longer.",
                file=step.path,
                code=step.code,
                fix="Let the other one end, or end it, then repeat.",
            )
        yield min(_PAUSE, left)


def _take(path: str, held: contextlib.ExitStack) -> bool:
    """Lock `path` and leave the lock to `held`; False while another has it."""
    with told("lock", path), contextlib.ExitStack() as attempt:
        make_folder(folder_of(path))
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | _BINARY, 0o666)
        attempt.callback(_close, descriptor)
        if not _lock(descriptor):
            return False
        attempt.callback(_unlock, descriptor, os.getpid())
        # Somebody who tidied up may have removed the file that we waited for.
        try:
            if not os.path.samestat(os.fstat(descriptor), Path(path).stat()):
                return False
        except FileNotFoundError:
            return False
        since = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        owner = f"process {os.getpid()} on {platform.node()} since {since}\n"
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, owner.encode())
        held.enter_context(attempt.pop_all())
    return True


def _owner(path: str) -> str:
    try:
        with Path(path).open("rb") as file:
            text = file.read(_OWNER_LENGTH).decode("utf-8", "replace").strip()
    except OSError:
        # Whoever it is, the lock is what matters.
        text = ""
    return text if text and text.isprintable() else "another process"


def _lock(descriptor: int) -> bool:
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - absent elsewhere

        os.lseek(descriptor, _FAR, os.SEEK_SET)
        return _passes(msvcrt.locking, descriptor, msvcrt.LK_NBLCK, 1)
    else:  # noqa: RET505 - type checkers follow the platform by branches
        import fcntl  # noqa: PLC0415 - absent on Windows

        # Not `lockf`, which lets every thread of one process in.
        return _passes(fcntl.flock, descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _unlock(descriptor: int, owner: int) -> None:
    # A fork has a copy of the descriptor: it must not free the lock of its parent, and
    # the parent frees it for both.
    if os.getpid() != owner:
        return
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - absent elsewhere

        os.lseek(descriptor, _FAR, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
    else:
        import fcntl  # noqa: PLC0415 - absent on Windows

        fcntl.flock(descriptor, fcntl.LOCK_UN)


def is_held(path: str) -> bool:
    """Say whether another has `path` open without sharing, or locked; never change it.

    Elsewhere than on Windows a program that merely has the file open is not seen, nor one
    that holds only a shared `fcntl` lock.

    Raises:
        StorageError: The system does not let us look.
    """
    check_path(path)
    with told("probe", path):
        try:
            return _is_held(path)
        except FileNotFoundError:
            return False


def _is_held(path: str) -> bool:
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - absent elsewhere

        # The C runtime says EACCES for a file opened without sharing, and for one with
        # the read-only attribute, which is therefore not asked for writing.
        access = os.O_RDWR if os.access(path, os.W_OK) else os.O_RDONLY
        try:
            descriptor = os.open(path, access | _LOOK)
        except PermissionError:
            return True
        try:
            free = _passes(msvcrt.locking, descriptor, msvcrt.LK_NBLCK, _ALL)
            if free:
                msvcrt.locking(descriptor, msvcrt.LK_UNLCK, _ALL)
        finally:
            os.close(descriptor)
        return not free
    else:  # noqa: RET505 - type checkers follow the platform by branches
        import fcntl  # noqa: PLC0415 - absent on Windows

        descriptor = os.open(path, os.O_RDONLY | _LOOK)
        try:
            # Closing gives both back. A descriptor for reading gets no exclusive `lockf`.
            return not (
                _passes(fcntl.flock, descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                and _passes(fcntl.lockf, descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
            )
        finally:
            os.close(descriptor)


def _close(descriptor: int) -> None:
    # What the lock guarded is done, and must not be hidden behind its end: nothing was
    # written through this descriptor, and it is closed even where closing is complained of.
    with contextlib.suppress(OSError):
        os.close(descriptor)


def _passes(lock: Callable[..., object], *arguments: int) -> bool:
    """Say whether `lock` succeeds, rather than finds another one in its way."""
    try:
        lock(*arguments)
    except OSError as error:
        if error.errno in _BUSY:
            return False
        # On a share, Linux makes an exclusive `flock` out of a lock for writing, which a
        # descriptor for reading does not get; `lockf` then says the same.
        if error.errno == errno.EBADF:
            return True
        raise
    return True

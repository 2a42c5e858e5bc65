"""Failures of the file system, told as path, cause and cure."""

import contextlib
import errno
from collections.abc import Generator

from ..errors import StorageError

_RIGHTS = "Give this account the right to it, or close the program that has it open."
_CAUSES = {
    errno.ENOSPC: ("no space is left on the disk", "Make room, then repeat."),
    errno.EDQUOT: ("the disk quota is used up", "Make room, then repeat."),
    errno.EFBIG: (
        "the file would be larger than the system allows",
        "Raise the limit, or write to another disk.",
    ),
    errno.EROFS: (
        "the file system is read-only",
        "Choose a folder that can be written to, or have this one mounted for writing.",
    ),
    errno.EACCES: ("access is denied", _RIGHTS),
    errno.EPERM: ("the operation is not permitted", _RIGHTS),
    errno.EBUSY: ("another program is using it", "Close that program, then repeat."),
    errno.EISDIR: ("it is a folder, not a file", "Name a file."),
    errno.ENOTDIR: (
        "a part of its path is a file, not a folder",
        "Correct the path, or move that file away.",
    ),
    errno.ENAMETOOLONG: ("its name or path is too long", "Choose a shorter one."),
    errno.ENOENT: (
        "there is no such file or folder",
        "Correct the path, or make the missing folder.",
    ),
    errno.EEXIST: ("there is one of that name already", "Move it away, or keep it."),
    errno.EXDEV: (
        "the two places are on different file systems",
        "Choose a folder on the same disk.",
    ),
    errno.EMFILE: (
        "this process has too many files open",
        "Raise the limit, or close ledgers that are no longer used.",
    ),
    errno.EIO: (
        "the disk reports an error",
        "Have the disk or the network share looked at before anything is repeated.",
    ),
}


@contextlib.contextmanager
def told(doing: str, path: str) -> Generator[None]:
    """Turn an `OSError` inside into a `StorageError` that names `path`.

    Args:
        doing: What failed, as in "read": it follows "cannot".
        path: The path that the caller knows, whatever the system call was about.
    """
    try:
        yield
    except OSError as error:
        raise in_words(doing, path, error) from error


def in_words(doing: str, path: str, error: OSError) -> StorageError:
    """Return the `StorageError` that tells `error` to a person."""
    cause, fix = _CAUSES.get(error.errno or 0) or (
        f"the system says: {error.strerror or error}",
        "Ask whoever looks after this machine.",
    )
    return StorageError(f"cannot {doing} {path}: {cause}.", file=path, fix=fix)


def check_path(path: str) -> None:
    """Refuse a path that no file system takes.

    Raises:
        StorageError: It holds a character that cannot stand in a path.
    """
    try:
        encoded = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        encoded = b"\0"
    if b"\0" in encoded:
        raise StorageError(
            f"{path!r} is no path: it holds a character that none may hold.",
            file=path,
            fix="Correct the path.",
        )

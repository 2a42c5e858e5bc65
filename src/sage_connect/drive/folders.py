"""Folders, made and forced to disk.

Windows has no call that forces a folder to disk; NTFS logs the change of a name in its own
journal, so that after a power cut the old or the new name stands, but the newest changes
may be gone.
"""

import errno
import os
import sys
from pathlib import Path


def folder_of(path: str) -> str:
    """Return the folder that `path` is in."""
    return str(Path(path).parent)


def make_folder(folder: str, *, mode: int = 0o777) -> None:
    """Make `folder` and what is missing above it, durably.

    Args:
        folder: Its path; it may be there.
        mode: POSIX permissions of `folder` if it is made, before the umask.

    Raises:
        OSError: It cannot be made.
    """
    if Path(folder).is_dir():
        return
    make_folder(folder_of(folder))
    try:
        Path(folder).mkdir(mode)
    except FileExistsError:
        # Another process may have been faster.
        if not Path(folder).is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR)) from None
    force_folder(folder_of(folder))


def force_folder(folder: str) -> None:
    """Force the names in `folder` to disk, where the system can."""
    if sys.platform != "win32":
        descriptor = os.open(folder, os.O_RDONLY)
        # A file system that cannot do it says so in words of its own (EINVAL).
        try:
            os.fsync(descriptor)
        except OSError as error:
            # Some file systems (network shares) have no such thing for a folder.
            if error.errno not in {errno.EINVAL, errno.ENOTSUP}:
                raise
        finally:
            os.close(descriptor)

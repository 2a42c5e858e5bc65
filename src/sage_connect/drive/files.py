"""File steps, performed: whole, durable, or not at all.

A file is forced to disk before its name appears, and its folder after that.
"""

import contextlib
import datetime as dt
import errno
import functools
import itertools
import os
import stat
from collections.abc import Callable, Generator, Iterable
from pathlib import Path
from typing import Any, Final

from ..errors import StorageError
from ..plan import (
    AppendFile,
    DeleteFile,
    DeleteFolder,
    FileInfo,
    FindFile,
    ListFolder,
    MoveFile,
    Probe,
    ReadFile,
    ScanFile,
    Step,
    WriteFile,
)
from .causes import check_path, in_words, told
from .folders import folder_of, force_folder, make_folder
from .locks import is_held

UNFINISHED = ".sage-connect-"
"""How names of files begin that are still being written, or that a crash left behind."""

_BINARY: int = getattr(os, "O_BINARY", 0)
_serial = itertools.count()

BLOCK: Final = 256 * 1024
"""Bytes that are read at a time from a file of any size."""


def perform(step: Step[Any]) -> Any:  # noqa: C901, PLR0911 - one for each step
    """Perform one file step and return its reply. `Hold` is `locks.claims`.

    Raises:
        StorageError: It failed; what stood there before still stands.
    """
    match step:
        case ListFolder(folder):
            return list_folder(folder)
        case FindFile(path):
            return find_file(path)
        case ReadFile(path, missing, limit):
            return read_file(path, missing=missing, limit=limit)
        case ScanFile(path, take):
            with contextlib.closing(read_blocks(path)) as blocks:
                return take(blocks)
        case WriteFile(path, content):
            return write_file(path, content)
        case AppendFile(path, content):
            return append_file(path, content)
        case MoveFile(source, target):
            return move_file(source, target)
        case DeleteFile(path):
            return delete_file(path)
        case DeleteFolder(path):
            return delete_folder(path)
        case Probe(path):
            return is_held(path)
        case _:
            raise TypeError(f"no driver performs {type(step).__name__}")


def list_folder(folder: str) -> tuple[FileInfo, ...]:
    """List the plain files of `folder` by name, without those still being written."""
    check_path(folder)
    found = list[FileInfo]()
    with told("list", folder):
        try:
            names = os.listdir(folder)  # noqa: PTH208 - paths are text in steps
        except FileNotFoundError:
            return ()
        for name in sorted(names):
            path = os.path.join(folder, name)  # noqa: PTH118 - as the caller wrote it
            # Gone since it was listed: no longer a file of this folder.
            with contextlib.suppress(FileNotFoundError):
                status = Path(path).stat()
                if stat.S_ISREG(status.st_mode) and not name.startswith(UNFINISHED):
                    found.append(_info(path, status))
    return tuple(found)


def find_file(path: str) -> FileInfo | None:
    """Say what is known of the file or folder at `path`; None without one."""
    check_path(path)
    with told("look at", path):
        try:
            return _info(path, Path(path).stat())
        except FileNotFoundError:
            return None


def _info(path: str, status: os.stat_result) -> FileInfo:
    return FileInfo(
        path=path,
        name=Path(path).name,
        size=status.st_size,
        modified=dt.datetime.fromtimestamp(status.st_mtime, dt.UTC),
        is_folder=stat.S_ISDIR(status.st_mode),
    )


def read_file(
    path: str, *, missing: bytes | None = None, limit: int | None = None
) -> bytes:
    """Return the content of the file at `path`, or `missing`, if given, without one.

    Args:
        path: The file.
        missing: What to return when there is none; None to raise.
        limit: Read at most so many bytes from its start.
    """
    check_path(path)
    with told("read", path):
        try:
            with Path(path).open("rb") as file:
                return file.read() if limit is None else file.read(limit)
        except FileNotFoundError:
            if missing is None:
                raise
            return missing


def read_blocks(path: str) -> Generator[bytes]:
    """Yield the content of the file at `path` in blocks; close the generator when done."""
    check_path(path)
    with told("read", path), Path(path).open("rb") as file:
        while block := file.read(BLOCK):
            yield block


def write_file(path: str, content: bytes | Iterable[bytes], *, mode: int = 0o666) -> None:
    """Write the file at `path` whole and durably, or leave what stands there.

    Args:
        path: The file. Missing folders are made.
        content: Its bytes, whole or in blocks; what the blocks raise passes through.
        mode: POSIX permissions of the new file, before the umask. Elsewhere the folder's.
    """
    blocks = (content,) if isinstance(content, bytes) else content
    with replacing(path, mode=mode) as write:
        for block in blocks:
            write(block)


@contextlib.contextmanager
def replacing(path: str, *, mode: int = 0o666) -> Generator[Callable[[bytes], None]]:
    """Write the file at `path` block by block; it appears when the body has ended well.

    Each part may be done in another thread, one after the other.

    Args:
        path: The file. Missing folders are made.
        mode: POSIX permissions of the new file, before the umask. Elsewhere the folder's.

    Yields:
        What writes a block.
    """
    check_path(path)
    folder = folder_of(path)
    with told("write", path):
        make_folder(folder)
        with _unfinished(folder, mode) as (descriptor, temporary):
            yield functools.partial(_write_all, descriptor)
            os.fsync(descriptor)
            os.close(descriptor)
            os.replace(temporary, path)  # noqa: PTH105 - paths are text in steps
        force_folder(folder)


@contextlib.contextmanager
def _unfinished(folder: str, mode: int) -> Generator[tuple[int, str]]:
    """Open a new file whose name no watcher takes for a finished one; remove it on failure.

    The body closes it: Windows renames no file that is open.
    """
    # Short, since the longest name that a file may have is also the longest of this one.
    name = f"{UNFINISHED}{os.getpid()}-{next(_serial)}-{os.urandom(4).hex()}.tmp"
    path = os.path.join(folder, name)  # noqa: PTH118 - paths are text in steps
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, mode)
    try:
        yield descriptor, path
    except BaseException:
        # Closed already where the renaming failed.
        with contextlib.suppress(OSError):
            os.close(descriptor)
        # The first failure is the one to tell; a file that stays is seen by no plan.
        with contextlib.suppress(OSError):
            Path(path).unlink()
        raise


def append_file(path: str, content: bytes) -> None:
    """Add `content` to the file at `path`, wholly and durably, or leave it as it was."""
    check_path(path)
    folder = folder_of(path)
    with told("append to", path):
        make_folder(folder)
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | _BINARY
        is_new = not os.path.lexists(path)
        descriptor = os.open(path, flags, 0o666)
        try:
            size = os.fstat(descriptor).st_size
            try:
                _write_all(descriptor, content)
                os.fsync(descriptor)
            except BaseException as error:
                _cut_back(descriptor, path, size, error)
                raise
        finally:
            os.close(descriptor)
        if is_new:
            force_folder(folder)


def _cut_back(descriptor: int, path: str, size: int, error: BaseException) -> None:
    """Make a file as long as it was before `error`, or say that its end is torn."""
    try:
        os.ftruncate(descriptor, size)
        os.fsync(descriptor)
    except OSError as second:
        torn = in_words("append to", path, second)
        raise StorageError(
            f"{torn.message} The file may now end in the middle of a line: it held {size} "
            "bytes before.",
            file=path,
            fix=torn.fix,
        ) from error


def move_file(source: str, target: str) -> None:
    """Rename `source` to `target`, durably.

    After a crash the file has exactly one of the two names. `target` is never overwritten
    by callers that hold the same lock: POSIX has no portable way of renaming that refuses
    an existing name by itself, and a link beside the old name could leave both.
    """
    check_path(source)
    check_path(target)
    with told("move a file to", target):
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
        make_folder(folder_of(target))
    with told(f"move to {target} the file", source):
        os.rename(source, target)  # noqa: PTH104 - paths are text in steps
        force_folder(folder_of(target))
        force_folder(folder_of(source))


def delete_file(path: str) -> None:
    """Remove the file at `path`, durably; it may be missing."""
    check_path(path)
    with told("delete", path):
        try:
            Path(path).unlink()
        except FileNotFoundError:
            return
        force_folder(folder_of(path))


def delete_folder(path: str) -> None:
    """Remove the folder at `path` and the files in it, durably; it may be missing."""
    check_path(path)
    with told("delete", path):
        try:
            names = os.listdir(path)  # noqa: PTH208 - paths are text in steps
        except FileNotFoundError:
            return
        files = [Path(path) / name for name in names]
        if any(one.is_dir() and not one.is_symlink() for one in files):
            raise OSError(errno.ENOTEMPTY, os.strerror(errno.ENOTEMPTY))
        for one in files:
            one.unlink(missing_ok=True)
        Path(path).rmdir()
        force_folder(folder_of(path))


def _write_all(descriptor: int, block: bytes) -> None:
    rest = memoryview(block)
    while rest:
        rest = rest[os.write(descriptor, rest) :]

"""The steps of a plan: plain data that says what to do; a driver does it.

A step is iterated to be asked for: `content = yield from ReadFile(path)` types `content` as
the step's own reply. Paths are text, as the caller gave them: a plan never looks at a disk.
"""

import datetime as dt
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import Any, Generic, TypeAlias, TypeVar

import attrs

from .secret import Sealed, Secret
from .tokens import TokenStore

R = TypeVar("R")
T = TypeVar("T")


class Step(Generic[R]):
    """Something to be done by a driver, whose reply is an `R`."""

    __slots__ = ()

    def __iter__(self) -> "Generator[Step[Any], Any, R]":
        reply: R = yield self
        return reply


Plan: TypeAlias = Generator[Step[Any], Any, T]
"""Work described, not done: yields steps, receives their replies, returns a `T`."""


@attrs.frozen(kw_only=True)
class Reply:
    """What a server answered, whatever its status.

    Attributes:
        status: HTTP status.
        body: The whole body, decompressed.
        headers: Lower-case names; of a repeated header the last value.
        url: Where the answer came from, without its query.
    """

    status: int
    body: bytes = attrs.field(default=b"", repr=lambda body: f"<{len(body)} bytes>")
    headers: tuple[tuple[str, str], ...] = attrs.field(default=(), repr=False)
    url: str = ""

    def header(self, name: str) -> str:
        """Return the value of the header `name` (any case), or ""."""
        return dict(self.headers).get(name.lower(), "")


@attrs.frozen(kw_only=True)
class Send(Step[Reply]):
    """Send one HTTP request and wait for its whole answer.

    A driver raises `NotSentError` when the request certainly did not leave, and
    `OutcomeUnknownError` when it may have.

    Attributes:
        method: Such as "POST".
        url: Absolute, without a query.
        query: Pairs, in order, encoded by the driver.
        headers: Pairs; a `Sealed` value is opened by the driver alone.
        body: Bytes, or a `Sealed` template that holds secrets.
        timeout: Seconds for the whole exchange; None for the driver's own.
        key: Digest of the document's key, for the log; "" where there is none.
    """

    method: str
    url: str
    query: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, "str | Sealed"], ...] = attrs.field(default=(), repr=False)
    body: "bytes | Sealed" = attrs.field(default=b"", repr=False)
    timeout: float | None = None
    key: str = ""


def is_success(reply: Reply) -> bool:
    """True for a status of success."""
    return 200 <= reply.status < 300  # noqa: PLR2004 - HTTP


@attrs.frozen
class Download(Step[Reply]):
    """Send one request, and write the body of its answer to a file as it comes.

    The file is written as `WriteFile` does it: a reader sees all of it, or what stood there
    before. The reply then has no body. An answer that is not wanted is not written: it is
    the reply, with its body. Errors are those of `Send` and of `WriteFile`.

    Attributes:
        request: What is sent.
        path: The file. Missing folders are made.
        wanted: Called with the answer before its body is read: True to write it.
    """

    request: Send
    path: str
    wanted: Callable[[Reply], bool] = attrs.field(default=is_success, repr=False)


@attrs.frozen
class Wait(Step[None]):
    """Let `seconds` pass."""

    seconds: float


@attrs.frozen
class Now(Step[dt.datetime]):
    """Ask for the time: an aware instant in UTC."""


@attrs.frozen
class FileInfo:
    """A file as a folder lists it.

    Attributes:
        path: Its whole path.
        name: Its last part.
        size: In bytes.
        modified: An aware instant in UTC.
        is_folder: True for a folder.
    """

    path: str
    name: str
    size: int
    modified: dt.datetime
    is_folder: bool = False


@attrs.frozen
class ListFolder(Step[tuple[FileInfo, ...]]):
    """List the plain files of a folder by name; a folder that is missing is empty."""

    folder: str


@attrs.frozen
class FindFile(Step["FileInfo | None"]):
    """Say what is known of a file or folder, without opening it; None for none."""

    path: str


@attrs.frozen
class ReadFile(Step[bytes]):
    """Read a file, whole unless `limit` says otherwise.

    Attributes:
        path: The file.
        missing: What to return when there is none; None to raise `StorageError`.
        limit: Read at most so many bytes from its start.
    """

    path: str
    missing: bytes | None = None
    limit: int | None = None


@attrs.frozen
class ScanFile(Step[R]):
    """Read a file of any size in blocks, so that memory does not grow with it.

    Attributes:
        path: The file.
        take: Called once with the blocks; what it returns is the reply, and what it raises
            passes through. An awaiting driver calls it in a thread.
    """

    path: str
    take: Callable[[Iterator[bytes]], R] = attrs.field(repr=False)


@attrs.frozen
class WriteFile(Step[None]):
    """Write a file so that a reader sees all of it, or what stood there before.

    Written beside its place under a name that begins with a dot, forced to disk, then
    renamed over it. Missing folders are made.

    Attributes:
        path: The file.
        content: Its bytes, whole or in blocks.
    """

    path: str
    content: bytes | Iterable[bytes] = attrs.field(repr=False)


@attrs.frozen
class AppendFile(Step[None]):
    """Add `content` to the end of a file, made if need be, and force it to disk."""

    path: str
    content: bytes = attrs.field(repr=False)


@attrs.frozen
class MoveFile(Step[None]):
    """Rename a file within one file system, durably; `target` must not exist."""

    source: str
    target: str


@attrs.frozen
class DeleteFile(Step[None]):
    """Remove a file; it may be missing."""

    path: str


@attrs.frozen
class DeleteFolder(Step[None]):
    """Remove a folder and the files in it, those left unfinished too; it may be missing.

    A folder that holds another folder is not removed: `StorageError` is raised.
    """

    path: str


@attrs.frozen
class Hold(Step[None]):
    """Lock `path` for this plan alone, until the plan ends, however it ends.

    The driver keeps the lock: a plan that is closed cannot yield a step to release it.

    Attributes:
        path: The lock file; made if need be, and left behind.
        wait: Seconds to wait for another holder before `StorageError` is raised.
        code: The error's code.
    """

    path: str
    wait: float = 0
    code: str = ""


@attrs.frozen
class Probe(Step["bool"]):
    """Say whether another process holds `path` open or locked; False when it is missing.

    As far as the operating system tells without changing the file: sharing and locks on
    Windows, locks elsewhere.
    """

    path: str


@attrs.frozen
class LoadToken(Step["Secret | None"]):
    """Load what was saved last under `name`; None when there is nothing.

    Attributes:
        store: Where tokens are kept.
        name: Whose token.
    """

    store: TokenStore = attrs.field(repr=False)
    name: str


@attrs.frozen
class SaveToken(Step[None]):
    """Keep `token` under `name`, durably; an empty one erases what was there.

    Attributes:
        store: Where tokens are kept.
        name: Whose token.
        token: What to keep.
    """

    store: TokenStore = attrs.field(repr=False)
    name: str
    token: Secret


@attrs.frozen
class Exclusively(Step[R]):
    """Carry a plan out while `name` is held against every other thread and process.

    The driver enters `store.exclusive(name)`, drives the plan and leaves, however the plan
    ends. It leaves in the same way after a failure: what was saved stays saved.

    Attributes:
        store: Where tokens are kept.
        name: Whose token.
        plan: Makes the plan when the name is held; its result is the reply.
    """

    store: TokenStore = attrs.field(repr=False)
    name: str
    plan: Callable[[], Plan[R]] = attrs.field(repr=False)

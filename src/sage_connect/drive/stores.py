"""Where rotating tokens are kept: in memory, or in files of their owner alone."""

import contextlib
import hashlib
import threading
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from ..errors import StorageError
from ..plan import Hold, LoadToken, SaveToken, Secret
from .causes import told
from .files import delete_file, read_file, write_file
from .folders import make_folder
from .locks import claims

_NAME_LENGTH = 60
# Windows lets no file be replaced, nor opened, at the instant at which another uses it.
_TRIES = 20
_PAUSE = 0.05
T = TypeVar("T")


def perform(step: LoadToken | SaveToken) -> Secret | None:
    """Perform a store's step and return its reply."""
    if isinstance(step, LoadToken):
        # An empty token is one that was erased.
        return step.store.load(step.name) or None
    step.store.save(step.name, step.token)
    return None


class MemoryTokens:
    """Tokens of this process, gone with it. For any number of threads; not for forks."""

    def __init__(self) -> None:
        self._tokens: dict[str, Secret] = {}
        self._guard: threading.Lock = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}

    def load(self, name: str) -> Secret | None:
        """Return the text saved last under `name`, or None."""
        with self._guard:
            return self._tokens.get(name)

    def save(self, name: str, token: Secret) -> None:
        """Keep `token` under `name`; erase it if empty."""
        with self._guard:
            if token:
                self._tokens[name] = token
            else:
                self._tokens.pop(name, None)

    @contextlib.contextmanager
    def exclusive(self, name: str) -> Generator[None]:
        """Hold `name` against every other thread while the context lasts."""
        with self._guard:
            lock = self._locks.setdefault(name, threading.Lock())
        with lock:
            yield


class FileTokens:
    """Tokens in one file each, in clear, for the eyes of this account alone.

    Files have the mode 0600 and the folder, if it is made here, 0700; on Windows both take
    the rights of the folder above. For any number of threads and processes of one machine.

    Args:
        folder: Where the files are; made when the first token is saved.
        wait: Seconds to wait for another holder, who may be waiting for a server.
    """

    def __init__(self, folder: str, *, wait: float = 90) -> None:
        self._folder: str = folder
        self._wait: float = wait

    def __repr__(self) -> str:
        return f"FileTokens({self._folder!r})"

    def load(self, name: str) -> Secret | None:
        """Return the text saved last under `name`, or None.

        Raises:
            StorageError: The file is there and cannot be read.
        """
        path = self._path(name, "token")
        content = _patiently(lambda: read_file(path, missing=b""))
        # What is no text is not told by an error, which would hold it; no reader takes it.
        return Secret(content.decode("utf-8", "replace")) if content else None

    def save(self, name: str, token: Secret) -> None:
        """Keep `token` under `name`, durably, before this returns; erase it if empty.

        Raises:
            StorageError: It cannot be written; the one saved before still stands.
        """
        failure = self._failure_to_save(self._path(name, "token"), token)
        if failure is not None:
            raise failure

    @contextlib.contextmanager
    def exclusive(self, name: str) -> Generator[None]:
        """Hold `name` against every other thread and process while the context lasts.

        Raises:
            StorageError: Another held it for longer than `wait`.
        """
        self._make_folder()
        step = Hold(self._path(name, "lock"), wait=self._wait)
        with contextlib.ExitStack() as held:
            for pause in claims(step, held):
                time.sleep(pause)
            yield

    def _failure_to_save(self, path: str, token: Secret) -> StorageError | None:
        """Save; return what went wrong, free of the frames that hold the opened token."""
        try:
            if token:
                self._make_folder()
                _patiently(lambda: write_file(path, token.reveal().encode(), mode=0o600))
            else:
                _patiently(lambda: delete_file(path))
        except StorageError as error:
            if error.__cause__ is not None:
                error.__cause__.__traceback__ = None
            return error.with_traceback(None)
        return None

    def _make_folder(self) -> None:
        with told("make", self._folder):
            make_folder(self._folder, mode=0o700)

    def _path(self, name: str, kind: str) -> str:
        # The digest tells apart what a file system does not: case, and long beginnings.
        digest = hashlib.sha256(name.encode()).hexdigest()[:16]
        readable = quote(name, safe="")[:_NAME_LENGTH]
        return str(Path(self._folder, f"{readable}-{digest}.{kind}"))


def _patiently(work: Callable[[], T]) -> T:
    """Do `work`, again if need be while another process is in the way."""
    for _ in range(_TRIES):
        try:
            return work()
        except StorageError as error:
            if not isinstance(error.__cause__, PermissionError):
                raise
        time.sleep(_PAUSE)
    return work()

"""Where rotating tokens are kept: in memory, or in files of their owner alone."""

import contextlib
import hashlib
import threading
import time
from collections.abc import Generator
from pathlib import Path
from urllib.parse import quote

from ..plan import Hold, Secret
from .causes import told
from .files import read_file, write_file
from .folders import make_folder
from .locks import claims

_NAME_LENGTH = 60


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
        """Keep `token` under `name`."""
        with self._guard:
            self._tokens[name] = token

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
        # No token is empty, so that nothing stands for "none".
        text = read_file(self._path(name, "token"), missing=b"").decode()
        return Secret(text) if text else None

    def save(self, name: str, token: Secret) -> None:
        """Keep `token` under `name`, durably, before this returns.

        Raises:
            StorageError: It cannot be written; the one saved before still stands.
        """
        self._make_folder()
        write_file(self._path(name, "token"), token.reveal().encode(), mode=0o600)

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

    def _make_folder(self) -> None:
        with told("make", self._folder):
            make_folder(self._folder, mode=0o700)

    def _path(self, name: str, kind: str) -> str:
        # The digest tells apart what a file system does not: case, and long beginnings.
        digest = hashlib.sha256(name.encode()).hexdigest()[:16]
        readable = quote(name, safe="")[:_NAME_LENGTH]
        return str(Path(self._folder, f"{readable}-{digest}.{kind}"))

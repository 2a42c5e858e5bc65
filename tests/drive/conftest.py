"""A small disk, another process, and a server that counts what it has done."""

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import pytest

from sage_connect.drive import AwaitingDriver, BlockingDriver, HttpOptions
from sage_connect.plan import Plan, Reply, Send


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Mount a disk in memory with the given options; skip where this may not be done."""
    folders = list[Path]()

    def mount(options: str) -> Path:
        folder = tmp_path / f"disk{len(folders)}"
        folder.mkdir(exist_ok=True)
        try:
            done = subprocess.run(
                ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder],  # noqa: S607
                capture_output=True,
                check=False,
            )
        except FileNotFoundError:
            pytest.skip("no mount on this machine")
        if done.returncode:
            pytest.skip(f"may not mount here: {done.stderr.decode().strip()}")
        folders.append(folder)
        return folder

    yield mount
    for folder in folders:
        subprocess.run(["umount", "--lazy", folder], check=True)  # noqa: S607


@pytest.fixture
def python() -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """Start Python on a text; whoever still runs at the end is killed."""
    with contextlib.ExitStack() as running:

        def start(code: str, *arguments: object) -> "subprocess.Popen[str]":
            process = subprocess.Popen(
                [sys.executable, "-c", code, *map(str, arguments)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                encoding="utf-8",
                env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")},
            )
            running.enter_context(process)
            running.callback(process.kill)
            return process

        yield start


class Server:
    """Reads whole requests, does its work, then answers; keeps connections open."""

    def __init__(self) -> None:
        self.answer: bytes = b"HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\n{}"
        self.requests: list[bytes] = []
        self.connections: int = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.url: str = f"http://127.0.0.1:{self.port}"
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.connections += 1
                self._open.append(connection)
                threading.Thread(
                    target=self._serve, args=(connection,), daemon=True
                ).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection, connection.makefile("rb") as file:
            while request := self._read(file):
                self.requests.append(request)
                connection.sendall(self.answer)
                if b"content-length" not in self.answer:
                    return

    def _read(self, file: IO[bytes]) -> bytes:
        request, length = b"", 0
        while not request.endswith(b"\r\n\r\n"):
            line = file.readline()
            if not line.endswith(b"\n"):
                return b""
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
            request += line
        body = file.read(length)
        return request + body if len(body) == length else b""

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def server() -> Iterator[Server]:
    """A server that answers 201."""
    with contextlib.closing(Server()) as running:
        yield running


class Sender:
    """Sends one request by a driver of either mode, and gives its connections back."""

    def __init__(self, mode: str) -> None:
        self.mode = mode

    def __call__(self, step: Send, options: HttpOptions | None = None) -> Reply:
        return self.all([step], options)[0]

    def all(self, steps: list[Send], options: HttpOptions | None = None) -> list[Reply]:
        """Send `steps` one after the other by one driver."""

        def plan() -> Plan[list[Reply]]:
            replies = list[Reply]()
            for step in steps:
                replies.append((yield from step))
            return replies

        async def awaited() -> list[Reply]:
            async with contextlib.AsyncExitStack() as closing:
                driver = AwaitingDriver(options)
                closing.push_async_callback(driver.close)
                return await driver.drive(plan())

        if self.mode == "awaiting":
            return asyncio.run(awaited())
        with contextlib.closing(BlockingDriver(options)) as driver:
            return driver.drive(plan())


@pytest.fixture(params=["blocking", "awaiting"])
def send(request: pytest.FixtureRequest) -> Sender:
    """Both drivers, one after the other."""
    return Sender(request.param)

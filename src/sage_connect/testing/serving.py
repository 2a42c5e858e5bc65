"""A simulator on a socket: uvicorn in a thread of its own."""

import asyncio
import contextlib
import logging
import socket
import threading
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qsl

from typing_extensions import override

from ..errors import ConfigurationError
from .exchange import Answer, Call, Dropped

try:
    import uvicorn
    from starlette.requests import Request
    from starlette.responses import Response
except ModuleNotFoundError as _missing:
    raise ConfigurationError(
        f"a simulator needs {str(_missing.name).partition('.')[0]}, which is not installed",
        fix='Install it with: pip install "sage-connect[testing]"',
    ) from _missing

Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Scope: TypeAlias = MutableMapping[str, Any]

_PATIENCE: Final = 10
_TICK: Final = 0.002
_ROUND: Final = 0.1
_THREAD: Final = "simulator-"


class Server:
    """An HTTP server on loopback in a thread.

    Args:
        handle: Answers a request, given its raw query too; may raise `Dropped`.
        port: Where to listen; 0 for a free one.

    Attributes:
        port: Where it listens.
    """

    def __init__(self, handle: Callable[[Call, str], Awaitable[Answer]], port: int) -> None:
        self._handle = handle
        # Named as TCP, or asyncio leaves small packets waiting for each other.
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind(("127.0.0.1", port))
        except OSError:
            self._socket.close()
            raise
        self.port: int = self._socket.getsockname()[1]
        # A simulator is silent; its own tests look at what it keeps instead.
        logging.getLogger("uvicorn.error").addFilter(_of_others)
        self._server = _Prompt(
            uvicorn.Config(
                self._app,
                log_config=None,
                access_log=False,
                interface="asgi3",
                lifespan="off",
                ws="none",
                http="h11",
                loop="asyncio",
                proxy_headers=False,
                server_header=False,
                timeout_keep_alive=60,
                timeout_graceful_shutdown=1,
            )
        )
        self._thread = threading.Thread(
            target=self._server.run,
            kwargs={"sockets": [self._socket]},
            name=f"{_THREAD}{self.port}",
            daemon=True,
        )

    def start(self) -> None:
        """Listen; return once requests are answered."""
        self._thread.start()
        until = time.monotonic() + _PATIENCE
        while not self._server.started:
            if time.monotonic() > until or not self._thread.is_alive():
                raise RuntimeError("the simulator did not start")
            time.sleep(_TICK)

    def close(self) -> None:
        """Stop listening; return once the thread has ended."""
        self._server.stop()
        if self._thread.ident is not None:
            self._thread.join(_PATIENCE)
        self._socket.close()

    async def _app(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        raw: str = scope["query_string"].decode("ascii", "replace")
        call = Call(
            method=scope["method"],
            path=scope["path"],
            query=dict(parse_qsl(raw, keep_blank_values=True)),
            headers=dict(request.headers),
            body=await request.body(),
        )
        # Nothing in ASGI knows the connection; the method that sends does.
        sender: Any = getattr(send, "__self__")  # noqa: B009 - a function has none
        try:
            answer = await self._handle(call, raw)
        except Dropped as dropped:
            if dropped.answer is not None:
                await _begin(send, dropped.answer, dropped.keep)
            sender.transport.abort()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(_gone(receive), _PATIENCE)
            return
        response = Response(answer.content, answer.status, dict(answer.headers))
        whole = _Whole(sender.transport)
        sender.transport = whole
        await response(scope, receive, send)
        whole.flush()


class _Whole:
    """Hands a response over in one piece, as a kernel call costs more than the rest."""

    def __init__(self, transport: Any) -> None:
        self._transport = transport
        self._kept = bytearray()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, piece: bytes) -> None:
        """Keep a piece until the rest is there."""
        self._kept += piece

    def flush(self) -> None:
        """Send what is kept."""
        if self._kept:
            self._transport.write(bytes(self._kept))
            self._kept.clear()

    def close(self) -> None:
        """Send what is kept, and close."""
        self.flush()
        self._transport.close()


class _Prompt(uvicorn.Server):
    """Stops when it is told to, rather than when it next looks."""

    _told: asyncio.Event | None = None
    _loop: asyncio.AbstractEventLoop | None = None

    @override
    async def main_loop(self) -> None:
        self._loop, self._told = asyncio.get_running_loop(), asyncio.Event()
        counter = 0
        while not await self.on_tick(counter):
            counter += 1
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._told.wait(), _ROUND)

    def stop(self) -> None:
        """Stop, from another thread."""
        self.should_exit = True
        if self._loop is not None and self._told is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._told.set)


async def _begin(send: Send, answer: Answer, keep: int) -> None:
    """Send the head of an answer, with its whole length, and so many bytes of it."""
    headers = {**answer.headers, "content-length": str(len(answer.content))}
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": pairs})
    piece = answer.content[: min(keep, len(answer.content) - 1)]
    await send({"type": "http.response.body", "body": piece, "more_body": True})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _of_others(record: logging.LogRecord) -> bool:
    return not (record.threadName or "").startswith(_THREAD)

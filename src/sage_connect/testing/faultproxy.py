"""A network that fails on demand: a TCP proxy on loopback that cuts, stalls and refuses."""

import contextlib
import select
import socket
import struct
import threading
from collections.abc import Callable
from typing import Literal, Self, TypeAlias

import attrs

__all__ = ("Cut", "Fault", "FaultProxy", "Refuse", "Stall")

Side: TypeAlias = Literal["request", "answer"]
"""Which way: "request" is from the client to the server, "answer" the other."""

_BLOCK = 65536
_PATIENCE = 10
_RESET = struct.pack("ii", 1, 0)


@attrs.frozen(kw_only=True)
class Cut:
    """Break both connections off.

    Attributes:
        side: Whose bytes are counted.
        after: How many of them still pass. With 0 of an answer, the server has done its
            work and the client never hears of it.
        reset: Whether the client sees a reset rather than an orderly end.
        times: How many connections suffer, the first ones; None for all.
    """

    side: Side
    after: int
    reset: bool = False
    times: int | None = None


@attrs.frozen(kw_only=True)
class Stall:
    """Pass no more bytes that way, and keep both connections open.

    Attributes:
        side: Whose bytes are counted, and held back.
        after: How many of them still pass.
        times: How many connections suffer, the first ones; None for all.
    """

    side: Side
    after: int
    times: int | None = None


@attrs.frozen
class Refuse:
    """Let nobody connect. For the whole life of a proxy."""


Fault: TypeAlias = Cut | Stall | Refuse


class FaultProxy:
    """A proxy on loopback in front of a server, with a fault; a context manager.

    Args:
        target_host: Where the server is.
        target_port: Its port.
        fault: What goes wrong; None for nothing. `Cut` and `Stall` may be exchanged
            while it runs and hold for connections that come later.

    Attributes:
        fault: What goes wrong.
        port: Where the proxy listens, on 127.0.0.1.
        connections: How many were accepted.
        passed: How many bytes went through, each way.
    """

    def __init__(
        self, target_host: str, target_port: int, fault: Fault | None = None
    ) -> None:
        self.fault: Fault | None = fault
        self.port: int = 0
        self.connections: int = 0
        self.passed: dict[Side, int] = {"request": 0, "answer": 0}
        self._target: tuple[str, int] = (target_host, target_port)
        self._guard: threading.Lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._open: contextlib.ExitStack = contextlib.ExitStack()

    @property
    def url(self) -> str:
        """Where an HTTP client finds the proxy, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._listener: socket.socket = self._open.enter_context(socket.socket())
        self._listener.bind(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        # Readable once the other end is closed: every thread waits for that, too.
        self._stopped, self._stop = map(self._open.enter_context, socket.socketpair())
        # Bound and not listening, a port refuses, and nobody else can take it.
        if not isinstance(self.fault, Refuse):
            self._listener.listen()
            self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.close()
        # The first thread starts the others.
        for thread in self._threads:
            thread.join()
        self._open.close()

    def _start(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while self._stopped not in self._ready(self._listener):
            client, _ = self._listener.accept()
            self.connections += 1
            self._start(self._relay, client, self._fault_of(self.connections))

    def _fault_of(self, connection: int) -> Cut | Stall | None:
        fault = self.fault
        if fault is None or isinstance(fault, Refuse):
            return None
        return fault if fault.times is None or connection <= fault.times else None

    def _ready(self, *sockets: socket.socket) -> list[socket.socket]:
        return select.select([self._stopped, *sockets], [], [])[0]

    def _relay(self, client: socket.socket, fault: Cut | Stall | None) -> None:
        # A peer that has gone, or takes nothing any more, ends the connection.
        with client, contextlib.suppress(OSError):
            client.settimeout(_PATIENCE)
            with socket.create_connection(self._target, _PATIENCE) as server:
                # Passed on at once: held back, each small block would take 40 ms.
                for each in (client, server):
                    each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._pass_on(client, server, fault)

    def _pass_on(
        self, client: socket.socket, server: socket.socket, fault: Cut | Stall | None
    ) -> None:
        ways: dict[socket.socket, tuple[Side, socket.socket]] = {
            client: ("request", server),
            server: ("answer", client),
        }
        left = fault.after if fault else 0
        while ways:
            ready = self._ready(*ways)
            if self._stopped in ready:
                return
            for source in ready:
                side, target = ways[source]
                block = source.recv(_BLOCK)
                if not block:
                    target.shutdown(socket.SHUT_WR)
                    del ways[source]
                elif fault is None or fault.side != side:
                    self._send(target, side, block)
                else:
                    self._send(target, side, block[:left])
                    left -= min(left, len(block))
                    if left == 0 and isinstance(fault, Cut):
                        if fault.reset:
                            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                        return
                    if left == 0:
                        del ways[source]

    def _send(self, target: socket.socket, side: Side, block: bytes) -> None:
        # Counted first: whoever has received a byte finds it counted.
        with self._guard:
            self.passed[side] += len(block)
        target.sendall(block)

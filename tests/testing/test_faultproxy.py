"""The proxy that fails on demand, in front of a server that echoes."""

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator

import pytest

from sage_connect.testing.faultproxy import Cut, Fault, FaultProxy, Refuse, Stall


class Echo:
    """Sends everything back, and keeps what it received."""

    def __init__(self) -> None:
        self.received: bytearray = bytearray()
        self.ended: threading.Semaphore = threading.Semaphore(0)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(
                    target=self._serve, args=(connection,), daemon=True
                ).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            while block := connection.recv(65536):
                self.received += block
                connection.sendall(block)
        self.ended.release()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@pytest.fixture
def echo() -> Iterator[Echo]:
    with contextlib.closing(Echo()) as running:
        yield running


def proxied(echo: Echo, fault: Fault | None = None) -> FaultProxy:
    return FaultProxy("127.0.0.1", echo.port, fault)


def connected(proxy: FaultProxy) -> socket.socket:
    return socket.create_connection(("127.0.0.1", proxy.port), timeout=10)


def all_of(client: socket.socket) -> bytes:
    received = b""
    while block := client.recv(65536):
        received += block
    return received


def test_without_a_fault_everything_passes_both_ways(echo: Echo) -> None:
    content = bytes(range(256)) * 1000
    with proxied(echo) as proxy, connected(proxy) as client:

        def send() -> None:
            client.sendall(content)
            client.shutdown(socket.SHUT_WR)

        sender = threading.Thread(target=send)
        sender.start()
        received = all_of(client)
        sender.join()

        assert received == content
        assert proxy.passed == {"request": len(content), "answer": len(content)}


def test_connections_are_counted(echo: Echo) -> None:
    with proxied(echo) as proxy:
        for _ in range(3):
            with connected(proxy) as client:
                client.sendall(b"x")
                assert client.recv(1) == b"x"

        assert proxy.connections == 3


@pytest.mark.parametrize("after", [0, 1, 5, 9])
def test_a_request_is_cut_after_so_many_bytes(after: int, echo: Echo) -> None:
    with (
        proxied(echo, Cut(side="request", after=after)) as proxy,
        connected(proxy) as client,
    ):
        client.sendall(b"123456789")

        with contextlib.suppress(ConnectionError):
            all_of(client)
        assert echo.ended.acquire(timeout=10)
        assert bytes(echo.received) == b"123456789"[:after]
        assert proxy.passed["request"] == after


def test_a_cut_counts_over_several_blocks(echo: Echo) -> None:
    with (
        proxied(echo, Cut(side="answer", after=3)) as proxy,
        connected(proxy) as client,
    ):
        client.sendall(b"12")
        assert client.recv(2) == b"12"
        client.sendall(b"34")

        assert all_of(client) == b"3"


def test_an_answer_is_dropped_after_the_server_has_done_its_work(echo: Echo) -> None:
    with proxied(echo, Cut(side="answer", after=0)) as proxy, connected(proxy) as client:
        client.sendall(b"post")

        assert all_of(client) == b""
        assert bytes(echo.received) == b"post"
        assert proxy.passed == {"request": 4, "answer": 0}


def test_a_reset_is_no_orderly_end(echo: Echo) -> None:
    with (
        proxied(echo, Cut(side="answer", after=0, reset=True)) as proxy,
        connected(proxy) as client,
    ):
        client.sendall(b"post")

        with pytest.raises(ConnectionResetError):
            client.recv(1)


@pytest.mark.parametrize("side", ["request", "answer"])
def test_a_stall_passes_no_more_and_ends_nothing(side: str, echo: Echo) -> None:
    fault = (
        Stall(side="request", after=2)
        if side == "request"
        else Stall(side="answer", after=2)
    )
    with proxied(echo, fault) as proxy, connected(proxy) as client:
        client.sendall(b"post")
        assert client.recv(2) == b"po"
        client.settimeout(0.1)

        with pytest.raises(TimeoutError):
            client.recv(1)
        assert bytes(echo.received) == (b"po" if side == "request" else b"post")


def test_a_refused_connection_is_not_counted(echo: Echo) -> None:
    with proxied(echo, Refuse()) as proxy:
        with pytest.raises(ConnectionRefusedError):
            connected(proxy)

        assert proxy.connections == 0


def test_the_first_connections_alone_suffer(echo: Echo) -> None:
    with proxied(echo, Cut(side="answer", after=0, times=2)) as proxy:
        received = list[bytes]()
        for _ in range(3):
            with connected(proxy) as client:
                client.sendall(b"x")
                received.append(client.recv(1))

        assert received == [b"", b"", b"x"]


def test_the_fault_may_be_exchanged(echo: Echo) -> None:
    with proxied(echo) as proxy:
        proxy.fault = Cut(side="answer", after=0)
        with connected(proxy) as client:
            client.sendall(b"x")
            assert client.recv(1) == b""
        proxy.fault = None
        with connected(proxy) as client:
            client.sendall(b"x")
            assert client.recv(1) == b"x"


def test_a_server_that_is_down_ends_the_connection() -> None:
    with FaultProxy("127.0.0.1", 1) as proxy, connected(proxy) as client:
        assert client.recv(1) == b""


def test_a_client_that_breaks_off_ends_the_connection_of_the_server(echo: Echo) -> None:
    with proxied(echo) as proxy, connected(proxy) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()

        assert echo.ended.acquire(timeout=10)


def test_the_end_of_the_proxy_ends_its_connections(echo: Echo) -> None:
    with proxied(echo) as proxy:
        client = connected(proxy)
        client.sendall(b"x")
        assert client.recv(1) == b"x"

    with client:
        assert client.recv(1) == b""
        assert proxy.url == f"http://127.0.0.1:{proxy.port}"

"""Requests over real sockets, in both modes."""

import gzip
import logging
import pickle
import random
import socket
import ssl
import subprocess
import threading
import traceback
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest

from sage_connect.drive import HttpOptions
from sage_connect.errors import (
    BrokenReplyError,
    ConfigurationError,
    NotSentError,
    OutcomeUnknownError,
    SageConnectError,
)
from sage_connect.plan import Reply, Sealed, Secret, Send
from sage_connect.testing.faultproxy import Cut, FaultProxy, Refuse, Stall

CANARY = "canary-f00d"
TESTS = Path(__file__).parents[1]
BRIEF = HttpOptions(connect_timeout=5, read_timeout=0.2)


class Sender(Protocol):
    def __call__(self, step: Send, options: HttpOptions | None = None) -> Reply: ...

    def all(self, steps: list[Send], options: HttpOptions | None = None) -> list[Reply]: ...


class Server(Protocol):
    url: str
    port: int
    answer: bytes
    requests: list[bytes]
    connections: int


def answered(body: bytes, *headers: bytes) -> bytes:
    head = [b"HTTP/1.1 200 OK", b"content-length: %d" % len(body), *headers]
    return b"\r\n".join(head) + b"\r\n\r\n" + body


def test_the_answer_is_handed_over_whole(send: Sender, server: Server) -> None:
    server.answer = answered(b"{}", b"X-Twice: one", b"X-TWICE: two", b"X-Cafe: \xe9")
    url = f"{server.url}/sales_invoices"

    reply = send(Send(method="GET", url=url, query=(("a b", "é&c"), ("a b", "+"))))

    assert reply.status == 200
    assert reply.body == b"{}"
    assert reply.url == url
    assert [value for name, value in reply.headers if name == "x-twice"] == ["one", "two"]
    assert reply.header("X-Twice") == "two"
    assert reply.header("x-cafe") == "é"
    assert server.requests[0].startswith(
        b"GET /sales_invoices?a%20b=%C3%A9%26c&a%20b=%2B HTTP/1.1\r\n"
    )


def test_the_request_carries_headers_and_body_opened(send: Sender, server: Server) -> None:
    step = Send(
        method="POST",
        url=server.url + "/",
        headers=(("Authorization", Sealed(("Bearer ", Secret(CANARY)))), ("X-Site", "1")),
        body=Sealed(("<password>", Secret("é"), "</password>")),
    )

    send(step, HttpOptions(user_agent="the-app/1"))

    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert b"Authorization: Bearer " + CANARY.encode() in lines
    assert b"X-Site: 1" in lines
    assert b"user-agent: the-app/1" in lines
    assert b"accept-encoding: gzip" in lines
    assert body == "<password>é</password>".encode()


@pytest.mark.parametrize("status", [302, 404, 422, 500, 503])
def test_every_status_is_an_answer(status: int, send: Sender, server: Server) -> None:
    server.answer = (
        b"HTTP/1.1 %d No\r\nlocation: /other\r\ncontent-length: 0\r\n\r\n" % status
    )

    assert send(Send(method="POST", url=server.url)).status == status
    assert len(server.requests) == 1


def test_connections_are_kept_and_cookies_are_not(send: Sender, server: Server) -> None:
    server.answer = answered(b"", b"set-cookie: company=other; Path=/")

    send.all([Send(method="GET", url=server.url + "/")] * 3)

    assert server.connections == 1
    assert [b"ookie" in request for request in server.requests] == [False] * 3


@pytest.mark.parametrize(
    ("encoding", "pack"), [(b"gzip", gzip.compress), (b"deflate", zlib.compress)]
)
def test_a_packed_answer_is_unpacked(
    encoding: bytes, pack: Callable[[bytes], bytes], send: Sender, server: Server
) -> None:
    # Too random to shrink: it arrives in several parts.
    content = random.Random(1).randbytes(300_000) + b"facture " * 50_000  # noqa: S311 - no secret
    server.answer = answered(pack(content), b"content-encoding: " + encoding)

    assert send(Send(method="GET", url=server.url)).body == content


def test_an_empty_answer_is_not_unpacked(send: Sender, server: Server) -> None:
    server.answer = answered(b"", b"content-encoding: gzip")

    assert send(Send(method="GET", url=server.url)).body == b""


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (answered(b"x" * 1001), "is longer than the 1000 bytes"),
        (answered(b"garbage", b"content-encoding: gzip"), "cannot be unpacked"),
        (answered(b"garbage", b"content-encoding: br"), "is packed as 'br'"),
        (
            answered(gzip.compress(b"content")[:-4], b"content-encoding: gzip"),
            "has a packed body that ends too early",
        ),
        (
            answered(
                gzip.compress(b"one") + gzip.compress(b"two"), b"content-encoding: gzip"
            ),
            "has a packed body that ends too early",
        ),
    ],
    ids=["long", "garbage", "brotli", "cut", "two"],
)
def test_an_answer_that_cannot_be_had_whole_is_broken(
    answer: bytes, fault: str, send: Sender, server: Server
) -> None:
    server.answer = answer.replace(b"\r\n", b"\r\nX-Request-Id: r-1\r\n", 1)

    with pytest.raises(BrokenReplyError, match=fault) as caught:
        send(
            Send(method="POST", url=server.url + "/post?a=b"),
            HttpOptions(max_response_bytes=1000),
        )

    assert caught.value.status == 200
    assert caught.value.request_id == "r-1"
    assert f"POST {server.url}/post " in caught.value.message
    assert "look before you repeat" in caught.value.fix


def test_a_bomb_does_not_fill_the_memory(send: Sender, server: Server) -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    server.answer = answered(bomb, b"content-encoding: gzip")
    step = Send(method="GET", url=server.url)
    tracemalloc.start()
    try:
        with pytest.raises(BrokenReplyError, match="is longer than the 1000000 bytes"):
            send(step, HttpOptions(max_response_bytes=1_000_000))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 20_000_000


@pytest.mark.parametrize(
    "url",
    [
        "/sales_invoices",
        "ftp://127.0.0.1/",
        "https://",
        "http://[::1/",
        "http://127.0.0.1:port/",
        "http://127.0.0.1/\0",
        "",
    ],
)
def test_an_address_that_is_none_is_a_matter_of_settings(url: str, send: Sender) -> None:
    with pytest.raises(ConfigurationError, match="is no address to send to"):
        send(Send(method="GET", url=url, query=(("code", CANARY),)))


@pytest.mark.parametrize(
    ("name", "value"),
    [("X-Key", f"{CANARY}\r\nX-Other: 1"), ("X-Key", f"{CANARY}é"), ("X Key", "value")],
)
def test_a_header_that_http_does_not_carry_is_refused_unshown(
    name: str, value: str, send: Sender, server: Server
) -> None:
    with pytest.raises(ConfigurationError, match=repr(name)) as caught:
        send(
            Send(method="GET", url=server.url, headers=((name, Sealed((Secret(value),))),))
        )

    assert CANARY not in told(caught.value)
    assert server.requests == []


def test_a_refused_connection_did_not_send(send: Sender) -> None:
    with FaultProxy("127.0.0.1", 1, Refuse()) as proxy:
        with pytest.raises(NotSentError, match="the connection was refused") as caught:
            send(Send(method="POST", url=proxy.url + "/post?a=b"))

        assert proxy.url + "/post did not leave" in caught.value.message
        assert isinstance(caught.value.__cause__, ConnectionRefusedError)
        assert caught.value.fix
        assert "httpx" not in told(caught.value)


def test_a_name_that_is_not_found_did_not_send(
    send: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)

    with pytest.raises(NotSentError, match="Name or service not known"):
        send(Send(method="POST", url="https://localhost/post"))


def test_a_server_that_never_speaks_tls_did_not_get_the_request(
    send: Sender, server: Server
) -> None:
    with pytest.raises(NotSentError):
        send(
            Send(method="POST", url=server.url.replace("http:", "https:")),
            HttpOptions(connect_timeout=0.2),
        )

    assert server.requests == []


def test_a_proxy_that_refuses_did_not_get_the_request(send: Sender, server: Server) -> None:
    server.answer = b"HTTP/1.1 407 No\r\ncontent-length: 0\r\n\r\n"
    proxy = server.url.replace("//", f"//user:{CANARY}@")

    with pytest.raises(NotSentError, match="the proxy refused") as caught:
        send(Send(method="POST", url="https://localhost/post"), HttpOptions(proxy=proxy))

    assert server.requests[0].startswith(b"CONNECT localhost:443 ")
    assert CANARY not in told(caught.value)


def test_a_tunnel_that_leads_nowhere_did_not_get_the_request(
    send: Sender, server: Server
) -> None:
    server.answer = b"HTTP/1.1 200 Connected\r\n\r\n"

    with pytest.raises(NotSentError):
        send(
            Send(method="POST", url="https://localhost/post"),
            HttpOptions(proxy=server.url, read_timeout=0.2, connect_timeout=0.2),
        )


def test_a_request_passes_through_a_proxy(send: Sender, server: Server) -> None:
    reply = send(
        Send(method="GET", url="http://localhost/get"), HttpOptions(proxy=server.url)
    )

    assert reply.status == 201
    assert server.requests[0].startswith(b"GET http://localhost/get HTTP/1.1")


@pytest.mark.parametrize(
    "proxy", [f"nonsense:{CANARY}", f"http://localhost:{CANARY}", f"http:///{CANARY}"]
)
def test_a_proxy_that_is_none_is_a_matter_of_settings(proxy: str, send: Sender) -> None:
    with pytest.raises(ConfigurationError, match="the option `proxy`") as caught:
        send(Send(method="GET", url="http://localhost/"), HttpOptions(proxy=proxy))

    assert CANARY not in told(caught.value) + repr(HttpOptions(proxy=proxy))


@pytest.mark.parametrize("name", ["none.pem", "ca.pem", "nul\0"])
def test_certificates_that_cannot_be_read_are_a_matter_of_settings(
    name: str, send: Sender, tmp_path: Path
) -> None:
    path = tmp_path / name
    (tmp_path / "ca.pem").write_bytes(b"no certificate")

    with pytest.raises(ConfigurationError, match="the option `ca_bundle`"):
        send(Send(method="GET", url="https://localhost/"), HttpOptions(ca_bundle=str(path)))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost"
    command += " -addext subjectAltName=IP:127.0.0.1"
    try:
        subprocess.run(
            [*command.split(), "-keyout", path, "-out", path.with_suffix(".crt")],
            capture_output=True,
            check=True,
        )
    except FileNotFoundError:
        pytest.skip("no openssl on this machine")
    path.write_bytes(path.read_bytes() + path.with_suffix(".crt").read_bytes())
    return path


@pytest.fixture
def tls_port(certificate: Path) -> Iterator[int]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            try:
                with context.wrap_socket(connection, server_side=True) as secure:
                    secure.recv(65536)
                    secure.sendall(answered(b"secure"))
            except OSError:
                connection.close()

        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        thread.join()


def test_a_server_of_an_unknown_certificate_does_not_get_the_request(
    tls_port: int, send: Sender
) -> None:
    with pytest.raises(NotSentError, match="its certificate is not trusted") as caught:
        send(Send(method="POST", url=f"https://127.0.0.1:{tls_port}/"))

    assert "`ca_bundle`" in caught.value.fix


def test_a_server_of_a_named_certificate_is_trusted(
    tls_port: int, certificate: Path, send: Sender
) -> None:
    options = HttpOptions(ca_bundle=str(certificate.with_suffix(".crt")))

    reply = send(Send(method="GET", url=f"https://127.0.0.1:{tls_port}/"), options)

    assert reply.body == b"secure"


@pytest.mark.parametrize("after", [0, 20, 40])
@pytest.mark.parametrize("timeout", [None, 0.2])
def test_an_answer_that_does_not_come_in_time_leaves_the_outcome_unknown(
    after: int, timeout: float | None, send: Sender, server: Server
) -> None:
    options = BRIEF if timeout is None else HttpOptions()
    with (
        FaultProxy("127.0.0.1", server.port, Stall(side="answer", after=after)) as proxy,
        pytest.raises(OutcomeUnknownError, match=r"time|within 0\.2 s") as caught,
    ):
        send(
            Send(method="POST", url=proxy.url + "/post", timeout=timeout, key="9f86d081"),
            options,
        )

    assert "Its key is 9f86d081." in caught.value.message
    assert "httpx" not in told(caught.value)


def test_an_answer_in_dribbles_ends_with_the_whole_time(send: Sender) -> None:
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def dribble() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
                try:
                    while not ended.wait(0.05):
                        connection.sendall(b"x")
                except OSError:
                    return

        thread = threading.Thread(target=dribble)
        thread.start()
        port = listener.getsockname()[1]
        try:
            with pytest.raises(OutcomeUnknownError, match=r"not done within 0\.3 s"):
                send(Send(method="POST", url=f"http://127.0.0.1:{port}/", timeout=0.3))
        finally:
            ended.set()
            thread.join()


def posted(url: str) -> Send:
    return Send(
        method="POST",
        url=url + "/p",
        headers=(("Authorization", Sealed(("Bearer ", Secret(CANARY)))),),
        body=Sealed(("<password>", Secret(CANARY), "</password>")),
        key="9f86d081",
    )


@pytest.mark.parametrize("reset", [False, True])
def test_a_cut_at_any_byte_of_the_request_leaves_the_outcome_unknown(
    reset: bool,  # noqa: FBT001 - a parameter
    send: Sender,
    server: Server,
) -> None:
    send(posted(server.url))
    length = len(server.requests.pop())
    # Every byte in one mode; the other mode shares all but the waiting.
    for after in range(0, length + 1, 1 if reset else 7):
        cut = Cut(side="request", after=after, reset=reset)
        with FaultProxy("127.0.0.1", server.port, cut) as proxy:
            with pytest.raises(OutcomeUnknownError):
                send(posted(proxy.url))
            assert proxy.connections == 1
            assert proxy.passed["request"] == after


@pytest.mark.parametrize("reset", [False, True])
def test_a_cut_at_any_byte_of_the_answer_leaves_the_outcome_unknown(
    reset: bool,  # noqa: FBT001 - a parameter
    send: Sender,
    server: Server,
) -> None:
    for after in range(len(server.answer)):
        cut = Cut(side="answer", after=after, reset=reset)
        with FaultProxy("127.0.0.1", server.port, cut) as proxy:
            with pytest.raises(OutcomeUnknownError):
                send(posted(proxy.url))
            assert proxy.connections == 1

    assert len(server.requests) == len(server.answer)


def test_an_answer_cut_after_its_last_byte_is_whole(send: Sender, server: Server) -> None:
    cut = Cut(side="answer", after=len(server.answer))
    with FaultProxy("127.0.0.1", server.port, cut) as proxy:
        assert send(posted(proxy.url)).body == b"{}"


@pytest.mark.parametrize("part", ["headers", "body"])
def test_a_large_request_cut_half_way_leaves_the_outcome_unknown(
    part: str, send: Sender, server: Server
) -> None:
    large = "x" * 20_000_000
    cut = Cut(side="request", after=100_000, reset=True)
    with FaultProxy("127.0.0.1", server.port, cut) as proxy:
        step = (
            Send(method="POST", url=proxy.url, body=large.encode())
            if part == "body"
            else Send(method="POST", url=proxy.url, headers=(("X-Large", large),))
        )
        with pytest.raises(OutcomeUnknownError):
            send(step)

    assert server.requests == []


@pytest.mark.requirement("S11")
def test_a_secret_is_told_nowhere(
    send: Sender, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    errors = list[BaseException]()
    options = HttpOptions(proxy=f"http://user:{CANARY}@127.0.0.1:1")

    send(posted(server.url))
    for fault in (Cut(side="answer", after=9), Cut(side="request", after=9), Refuse()):
        with FaultProxy("127.0.0.1", server.port, fault) as proxy:
            with pytest.raises(SageConnectError) as caught:
                send(posted(proxy.url))
            errors.append(caught.value)
    server.answer = answered(CANARY.encode(), b"content-encoding: gzip")
    for url, chosen in ((server.url, None), (server.url, options), ("nowhere", None)):
        with pytest.raises(SageConnectError) as caught:
            send(posted(url), chosen)
        errors.append(caught.value)
    output = [record.getMessage() for record in caplog.records]
    # httpcore tells the headers of answers to whoever asks for DEBUG.
    caplog.set_level(logging.INFO)
    caplog.clear()
    server.answer = answered(CANARY.encode(), b"x-token: " + CANARY.encode())
    reply = send(Send(method="GET", url=server.url))

    assert len(server.requests[0].split(CANARY.encode())) == 3
    output += [record.getMessage() for record in caplog.records]
    output += [repr(posted(server.url)), repr(options), repr(reply)]
    output += [told(error) for error in errors]
    assert len(errors) == 6
    assert [text for text in output if CANARY in text] == []


def told(error: BaseException) -> str:
    """Return all that a page of errors may show: the chain, its frames, their variables."""
    # What this file itself holds in its variables is not what is asked for.
    seen = list[str]()
    link: BaseException | None = error
    while link is not None:
        frames = traceback.StackSummary.extract(
            (
                (frame, line)
                for frame, line in traceback.walk_tb(link.__traceback__)
                if not Path(frame.f_code.co_filename).is_relative_to(TESTS)
            ),
            capture_locals=True,
        )
        seen += [str(link), repr(link), str(vars(link)), *frames.format()]
        seen.append(type(link).__module__)
        seen.append(str(pickle.dumps(link)))
        link = link.__cause__ or link.__context__
    return "\n".join(seen)

"""Answers written to files as they come, over real sockets, in both modes."""

import gzip
import json
import os
import subprocess
import sys
import traceback
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pytest

from sage_connect.drive import BlockingDriver, HttpOptions
from sage_connect.errors import (
    BrokenReplyError,
    NotSentError,
    OutcomeUnknownError,
    SageConnectError,
    StorageError,
)
from sage_connect.plan import Download, Reply, Sealed, Secret, Send
from sage_connect.testing.faultproxy import Cut, FaultProxy, Stall

CANARY = "canary-f00d"
ROOT = Path(__file__).parents[2]


class Sender(Protocol):
    def __call__(self, step: Download, options: HttpOptions | None = None) -> Reply: ...


class Server(Protocol):
    url: str
    port: int
    answer: bytes
    requests: list[bytes]


def answered(body: bytes, *headers: bytes, status: bytes = b"200 OK") -> bytes:
    head = [b"HTTP/1.1 " + status, b"content-length: %d" % len(body), *headers]
    return b"\r\n".join(head) + b"\r\n\r\n" + body


def get(url: str) -> Send:
    token = Sealed(("Bearer ", Secret(CANARY)))
    return Send(method="GET", url=url, headers=(("authorization", token),))


@pytest.mark.parametrize(
    ("header", "pack"),
    [
        ((), bytes),
        ((b"content-encoding: gzip",), gzip.compress),
        ((b"content-encoding: deflate",), zlib.compress),
    ],
)
def test_an_answer_is_written_byte_for_byte(
    header: tuple[bytes, ...],
    pack: Callable[[bytes], bytes],
    send: Sender,
    server: Server,
    tmp_path: Path,
) -> None:
    content = b"%PDF-1.4" + os.urandom(600_000) + b"\0" * 2_000_000
    server.answer = answered(pack(content), *header)
    target = tmp_path / "new" / "invoice.pdf"

    reply = send(Download(get(server.url), str(target)))

    assert (reply.status, reply.body) == (200, b"")
    assert target.read_bytes() == content
    assert [one.name for one in target.parent.iterdir()] == ["invoice.pdf"]


@pytest.mark.parametrize("status", [b"404 Not Found", b"500 Oops", b"302 Found"])
def test_an_answer_of_no_success_is_a_reply_and_no_file(
    status: bytes, send: Sender, server: Server, tmp_path: Path
) -> None:
    server.answer = answered(b'[{"$message":"no"}]', status=status)
    target = tmp_path / "invoice.pdf"
    target.write_bytes(b"what stood there")

    reply = send(Download(get(server.url), str(target)))

    assert reply.body == b'[{"$message":"no"}]'
    assert target.read_bytes() == b"what stood there"


def test_what_is_not_wanted_is_a_reply_and_no_file(
    send: Sender, server: Server, tmp_path: Path
) -> None:
    server.answer = answered(b"<html>", b"content-type: text/html")
    seen = list[Reply]()

    def wanted(reply: Reply) -> bool:
        seen.append(reply)
        return reply.header("content-type") != "text/html"

    reply = send(Download(get(server.url), str(tmp_path / "a.pdf"), wanted))

    assert reply.body == b"<html>"
    assert [(one.status, one.body) for one in seen] == [(200, b"")]
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("after", [0, 40, 2000, 200_000])
def test_half_an_answer_leaves_what_stood_there(
    after: int, send: Sender, server: Server, tmp_path: Path
) -> None:
    server.answer = answered(os.urandom(300_000))
    target = tmp_path / "invoice.pdf"
    target.write_bytes(b"what stood there")

    with (
        FaultProxy("127.0.0.1", server.port, Cut(side="answer", after=after)) as proxy,
        pytest.raises(OutcomeUnknownError, match="may have arrived"),
    ):
        send(Download(get(proxy.url), str(target)))

    assert target.read_bytes() == b"what stood there"
    assert len([*tmp_path.iterdir()]) == 1


def test_an_answer_that_stalls_is_given_up(
    send: Sender, server: Server, tmp_path: Path
) -> None:
    server.answer = answered(os.urandom(300_000))
    brief = HttpOptions(read_timeout=0.2)

    with (
        FaultProxy("127.0.0.1", server.port, Stall(side="answer", after=1000)) as proxy,
        pytest.raises(OutcomeUnknownError, match="did not answer in time"),
    ):
        send(Download(get(proxy.url), str(tmp_path / "a.pdf")), brief)

    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize(
    "body",
    [gzip.compress(b"x" * 50_000)[:-20], gzip.compress(b"x") + b"more"],
    ids=["cut", "more"],
)
def test_a_packed_answer_that_ends_wrongly_is_no_file(
    body: bytes, send: Sender, server: Server, tmp_path: Path
) -> None:
    server.answer = answered(body, b"content-encoding: gzip", b"x-request-id: r-1")

    with pytest.raises(BrokenReplyError, match="ends too early") as caught:
        send(Download(get(server.url), str(tmp_path / "a.pdf")))

    assert caught.value.request_id == "r-1"
    assert [*tmp_path.iterdir()] == []


def test_a_bomb_is_defused_by_a_limit_of_its_own(
    send: Sender, server: Server, tmp_path: Path
) -> None:
    bomb = gzip.compress(b"\0" * 30_000_000)
    server.answer = answered(bomb, b"content-encoding: gzip")
    options = HttpOptions(max_download_bytes=1_000_000, max_response_bytes=10)

    with pytest.raises(BrokenReplyError, match="`max_download_bytes`"):
        send(Download(get(server.url), str(tmp_path / "a.pdf")), options)

    assert [*tmp_path.iterdir()] == []


def test_a_file_may_be_longer_than_an_answer_in_memory(
    send: Sender, server: Server, tmp_path: Path
) -> None:
    server.answer = answered(b"x" * 5000)
    target = tmp_path / "a.pdf"

    send(Download(get(server.url), str(target)), HttpOptions(max_response_bytes=10))

    assert target.read_bytes() == b"x" * 5000


def test_what_cannot_be_written_is_told_as_such(
    send: Sender, server: Server, tmp_path: Path
) -> None:
    server.answer = answered(b"x" * 5000)
    (tmp_path / "a.pdf").mkdir()

    with pytest.raises(StorageError, match=r"a\.pdf"):
        send(Download(get(server.url), str(tmp_path / "a.pdf")))


def test_nothing_is_written_where_nothing_left(send: Sender, tmp_path: Path) -> None:
    nobody = "http://127.0.0.1:1"

    with pytest.raises(NotSentError):
        send(Download(get(nobody), str(tmp_path / "a.pdf")))

    assert [*tmp_path.iterdir()] == []


def test_a_long_file_takes_no_more_memory_than_a_short_one(
    server: Server, tmp_path: Path
) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from sage_connect.drive import BlockingDriver\n"
        "from sage_connect.plan import Download, Send\n"
        "driver = BlockingDriver()\n"
        "driver.drive(iter(Download(Send(method='GET', url=sys.argv[1]), sys.argv[2])))\n"
        "text = Path('/proc/self/status').read_text()\n"
        "print(text.split('VmHWM:')[1].split()[0])\n"
    )
    if not Path("/proc/self/status").exists():
        pytest.skip("this system does not tell the memory of a process")
    peaks = list[int]()
    for size in (1_000_000, 100_000_000):
        server.answer = answered(gzip.compress(b"x" * size), b"content-encoding: gzip")
        done = subprocess.run(
            [sys.executable, "-c", code, server.url, str(tmp_path / "a.pdf")],
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
            capture_output=True,
            check=True,
        )
        peaks.append(int(done.stdout))
        assert (tmp_path / "a.pdf").stat().st_size == size

    # In kB: less than 6 MB more, where the file has 99 MB more.
    assert peaks[1] - peaks[0] < 6_000, json.dumps(peaks)


def test_a_failure_holds_no_secret(send: Sender, server: Server, tmp_path: Path) -> None:
    errors = list[BaseException]()
    (tmp_path / "folder").mkdir()
    server.answer = answered(os.urandom(300_000))
    fault = Cut(side="answer", after=2000)

    with FaultProxy("127.0.0.1", server.port, fault) as proxy:
        for url, name in ((proxy.url, "a.pdf"), (server.url, "folder")):
            with pytest.raises(SageConnectError) as caught:
                send(Download(get(url), str(tmp_path / name)))
            errors.append(caught.value)

    assert CANARY.encode() in server.requests[0]
    assert [type(one) for one in errors] == [OutcomeUnknownError, StorageError]
    assert [error for error in errors if CANARY in told(error)] == []


def told(error: BaseException) -> str:
    """Return all that a page of errors may show: the chain, its frames, their variables."""
    seen = list[str]()
    link: BaseException | None = error
    while link is not None:
        frames = traceback.StackSummary.extract(
            (
                (frame, line)
                for frame, line in traceback.walk_tb(link.__traceback__)
                if frame.f_code.co_filename != __file__
            ),
            capture_locals=True,
        )
        seen += [repr(link), *(str(frame.locals) for frame in frames)]
        link = link.__cause__ or link.__context__
    return "".join(seen)


def test_the_log_tells_of_the_request_and_not_of_the_token(
    server: Server, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server.answer = answered(b"x")
    caplog.set_level("INFO", logger="sage_connect.drive")
    driver = BlockingDriver()

    driver.drive(iter(Download(get(f"{server.url}/a?q"), str(tmp_path / "a.pdf"))))
    driver.close()

    (line,) = [record.getMessage() for record in caplog.records]
    assert line.startswith(f"GET {server.url}/a 200 ")
    assert CANARY not in line

"""What a driver owes a plan: its end, its locks, its line in the log; forks, cancelling."""

import asyncio
import errno
import logging
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

import pytest

from sage_connect.drive import AwaitingDriver, BlockingDriver
from sage_connect.drive.locks import is_held
from sage_connect.drive.log import place
from sage_connect.errors import NotSentError, StorageError
from sage_connect.plan import (
    DeleteFile,
    FindFile,
    Hold,
    ListFolder,
    MoveFile,
    Now,
    Plan,
    ReadFile,
    Reply,
    Send,
    Step,
    T,
    Wait,
    WriteFile,
    retrying,
)
from sage_connect.testing.faultproxy import FaultProxy, Refuse, Stall


class Server(Protocol):
    url: str
    port: int
    answer: bytes
    requests: list[bytes]
    connections: int


Run = Callable[[Plan[Any]], Any]


def blocking(plan: Plan[T]) -> T:
    with closing(BlockingDriver()) as driver:
        return driver.drive(plan)


def awaiting(plan: Plan[T]) -> T:
    async def drive() -> T:
        driver = AwaitingDriver()
        try:
            return await driver.drive(plan)
        finally:
            await driver.close()

    return asyncio.run(drive())


@pytest.fixture(params=[blocking, awaiting])
def run(request: pytest.FixtureRequest) -> Run:
    """Either driver."""
    driven: Run = request.param
    return driven


def one(step: Step[T]) -> Plan[T]:
    return (yield from step)


def test_a_plan_without_steps_has_a_result(run: Run) -> None:
    def plan() -> Plan[int]:
        yield from ()
        return 7

    assert run(plan()) == 7


def test_replies_arrive_in_the_plan(run: Run, tmp_path: Path) -> None:
    path = str(tmp_path / "file")

    def plan() -> Plan[list[object]]:
        yield from WriteFile(path, b"content")
        yield from Wait(0)
        found = [
            (yield from ReadFile(path)),
            (yield from ListFolder(str(tmp_path)))[0].name,
            (yield from FindFile(path + "2")),
        ]
        yield from DeleteFile(path)
        return [*found, (yield from ListFolder(str(tmp_path)))]

    assert run(plan()) == [b"content", "file", None, ()]


def test_the_time_is_aware_and_in_utc(run: Run) -> None:
    now = run(one(Now()))

    assert abs(now.timestamp() - time.time()) < 60
    assert now.utcoffset().total_seconds() == 0


def test_waiting_takes_its_time(run: Run) -> None:
    began = time.monotonic()

    run(one(Wait(0.1)))

    assert time.monotonic() - began >= 0.1


def test_a_plan_may_handle_an_error_and_go_on(run: Run, tmp_path: Path) -> None:
    def plan() -> Plan[bytes]:
        try:
            yield from ReadFile(str(tmp_path / "none"))
        except StorageError:
            yield from WriteFile(str(tmp_path / "none"), b"now")
        return (yield from ReadFile(str(tmp_path / "none")))

    assert run(plan()) == b"now"


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_whatever_ends_a_step_closes_the_plan_and_frees_its_locks(
    error: type[BaseException], run: Run, tmp_path: Path
) -> None:
    closed = list[bool]()

    def blocks() -> Iterator[bytes]:
        yield b"half"
        raise error

    def plan() -> Plan[None]:
        yield from Hold(str(tmp_path / "lock"))
        try:
            yield from WriteFile(str(tmp_path / "file"), blocks())
        finally:
            closed.append(is_held(str(tmp_path / "lock")))

    with pytest.raises(error):
        run(plan())

    assert closed == [True]
    assert [path.name for path in tmp_path.iterdir()] == ["lock"]
    assert not is_held(str(tmp_path / "lock"))


def test_work_on_files_never_meets_http_or_asyncio(tmp_path: Path) -> None:
    code = (
        "import sys; from sage_connect.drive import BlockingDriver;"
        "from sage_connect.plan import Hold, WriteFile\n"
        "def plan():\n"
        "    yield from Hold(sys.argv[1] + '.lock')\n"
        "    yield from WriteFile(sys.argv[1], b'')\n"
        "driver = BlockingDriver(); driver.drive(plan()); driver.close()\n"
        "print({'httpx', 'asyncio', 'ssl'} & set(sys.modules))"
    )

    found = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "file"],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )

    assert found.stdout == "set()\n"


def test_closing_twice_is_no_error_and_a_later_request_opens_anew(server: Server) -> None:
    driver = BlockingDriver()
    driver.close()
    for _ in range(2):
        driver.drive(one(Send(method="GET", url=server.url)))
        driver.close()
        driver.close()

    assert server.connections == 2


def test_closing_an_awaiting_driver_twice_is_no_error(server: Server) -> None:
    async def main() -> None:
        driver = AwaitingDriver()
        await driver.close()
        for _ in range(2):
            await driver.drive(one(Send(method="GET", url=server.url)))
            await driver.close()
            await driver.close()

    asyncio.run(main())

    assert server.connections == 2


def test_an_awaiting_driver_serves_a_second_event_loop(server: Server) -> None:
    # The server ends each connection: nothing of the first loop is left to warn of.
    server.answer = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n"
    driver = AwaitingDriver()

    for _ in range(2):
        asyncio.run(driver.drive(one(Send(method="GET", url=server.url))))

    async def elsewhere() -> None:
        await driver.close()
        await driver.drive(one(Send(method="GET", url=server.url)))
        await driver.close()

    asyncio.run(elsewhere())
    assert len(server.requests) == 3


# --- the log


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    ours = (one for one in caplog.records if one.name == "sage_connect.drive")
    # Milliseconds differ from run to run.
    return [
        " ".join("#" if before == "ms" else word for word, before in followed(text))
        for text in (record.getMessage() for record in ours)
    ]


def followed(text: str) -> list[tuple[str, str]]:
    words = text.split(" ")
    return list(zip(words, [*words[1:], ""], strict=True))


def test_one_line_tells_of_each_step(
    run: Run, server: Server, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    path = tmp_path / "file"
    url = server.url.replace("//", "//user:password@")

    def plan() -> Plan[None]:
        yield from Now()
        yield from Wait(0)
        yield from WriteFile(str(path), b"body")
        yield from MoveFile(str(path), f"{path}\n2")
        yield from ListFolder(str(tmp_path))
        yield from Send(method="POST", url=url + "/p", query=(("a", "b"),), key="9f86")
        yield from Send(method="GET", url=url + "/g")
        yield from ReadFile(str(path))

    with pytest.raises(StorageError):
        run(plan())

    assert lines(caplog) == [
        "Now - done # ms",
        "Wait 0 s done # ms",
        f"WriteFile {path} done # ms",
        f"MoveFile {path} -> '{path}\\n2' done # ms",
        f"ListFolder {tmp_path} done # ms",
        f"POST {server.url}/p 201 # ms attempt 1 key 9f86",
        f"GET {server.url}/g 201 # ms attempt 1 key -",
        f"ReadFile {path} StorageError # ms",
    ]


def test_the_log_counts_the_attempts_of_one_request(
    run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with FaultProxy("127.0.0.1", 1, Refuse()) as proxy:
        step = Send(method="POST", url=proxy.url + "/p", key="9f86")
        with pytest.raises(NotSentError):
            run(retrying(one(step), (0, 0)))

        assert [line for line in lines(caplog) if line.startswith("POST")] == [
            f"POST {proxy.url}/p NotSentError # ms attempt {attempt} key 9f86"
            for attempt in (1, 2, 3)
        ]


def test_nothing_is_logged_unless_it_is_asked_for(
    run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)

    run(one(Now()))

    assert lines(caplog) == []


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://host/a/b?code=1#x", "https://host/a/b"),
        ("https://user:secret@host:1/a@b", "https://host:1/a@b"),
        ("user:secret@host/a", "host/a"),
        ("/a\nb", "'/a\\nb'"),
    ],
)
def test_an_address_is_shown_without_query_and_password(url: str, shown: str) -> None:
    assert place(url) == shown


# --- cancelling


def test_file_steps_do_not_hold_up_the_event_loop(tmp_path: Path) -> None:
    ticked = threading.Event()

    def blocks() -> Iterator[bytes]:
        assert ticked.wait(10)
        yield b"content"

    async def main() -> None:
        writing = asyncio.create_task(
            AwaitingDriver().drive(one(WriteFile(str(tmp_path / "file"), blocks())))
        )
        await asyncio.sleep(0.01)
        ticked.set()
        await writing

    asyncio.run(main())

    assert (tmp_path / "file").read_bytes() == b"content"


async def until(happened: Callable[[], bool]) -> None:
    while not happened():  # noqa: ASYNC110 - what others do sets no event
        await asyncio.sleep(0.01)


class Slow:
    """A plan that holds a lock and writes a file that takes as long as wanted."""

    def __init__(self, folder: Path) -> None:
        self.lock = str(folder / "lock")
        self.file = folder / "file"
        self.began = threading.Event()
        self.go_on = threading.Event()
        self.seen = list[str]()

    def blocks(self) -> Iterator[bytes]:
        yield b"first "
        self.began.set()
        assert self.go_on.wait(10)
        yield b"last"

    def plan(self) -> Plan[None]:
        yield from Hold(self.lock)
        try:
            yield from WriteFile(str(self.file), self.blocks())
            self.seen.append("went on")
        finally:
            self.seen.append(self.file.read_text())
            self.seen.append("locked" if is_held(self.lock) else "free")


def test_a_cancelled_drive_ends_its_step_then_its_plan_then_its_locks(
    tmp_path: Path,
) -> None:
    slow = Slow(tmp_path)

    async def main() -> None:
        task = asyncio.create_task(AwaitingDriver().drive(slow.plan()))
        assert await asyncio.to_thread(slow.began.wait, 10)
        for _ in range(3):
            task.cancel()
            await asyncio.sleep(0.01)
            assert not task.done()
            assert is_held(slow.lock)
        slow.go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())

    assert slow.seen == ["first last", "locked"]
    assert not is_held(slow.lock)


def test_a_loop_that_shuts_down_ends_the_step_before_the_lock_is_free(
    tmp_path: Path,
) -> None:
    slow = Slow(tmp_path)

    async def main() -> None:
        task = asyncio.create_task(AwaitingDriver().drive(slow.plan()))
        assert await asyncio.to_thread(slow.began.wait, 10)
        threading.Timer(0.1, slow.go_on.set).start()
        assert not task.done()

    asyncio.run(main())

    assert slow.seen == ["first last", "locked"]
    assert not is_held(slow.lock)


def test_a_cancelled_drive_hides_no_failure_of_its_step(tmp_path: Path) -> None:
    began, go_on = threading.Event(), threading.Event()

    def blocks() -> Iterator[bytes]:
        yield b"half"
        began.set()
        assert go_on.wait(10)
        raise OSError(errno.EIO, "Input/output error")

    async def main() -> None:
        step = WriteFile(str(tmp_path / "file"), blocks())
        task = asyncio.create_task(AwaitingDriver().drive(one(step)))
        assert await asyncio.to_thread(began.wait, 10)
        task.cancel()
        go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())

    assert list(tmp_path.iterdir()) == []


def test_waiting_for_a_lock_can_be_cancelled(tmp_path: Path) -> None:
    path = str(tmp_path / "lock")

    def first() -> Plan[None]:
        yield from Hold(path)
        yield from Wait(60)

    async def main() -> None:
        driver = AwaitingDriver()
        holder = asyncio.create_task(driver.drive(first()))
        await until(lambda: is_held(path))
        waiter = asyncio.create_task(driver.drive(one(Hold(path, wait=60))))
        await asyncio.sleep(0.1)
        for task in (waiter, holder):
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        assert not is_held(path)
        await driver.drive(one(Hold(path)))

    asyncio.run(asyncio.wait_for(main(), 10))


def test_a_request_under_way_can_be_cancelled(server: Server) -> None:
    async def main() -> Reply:
        driver = AwaitingDriver()
        stall = Stall(side="answer", after=0, times=1)
        with FaultProxy("127.0.0.1", server.port, stall) as proxy:
            step = Send(method="GET", url=proxy.url)
            task = asyncio.create_task(driver.drive(one(step)))
            await until(lambda: bool(server.requests))
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            # The connection that was broken off is not used again.
            reply = await driver.drive(one(step))
            await driver.close()
        return reply

    assert asyncio.run(main()).status == 201


def test_an_interrupted_plan_can_be_run_again(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    main_thread = threading.main_thread().ident
    assert main_thread is not None

    def plan(seconds: float) -> Plan[str]:
        yield from Hold(str(path))
        yield from Wait(seconds)
        return "done"

    timer = threading.Timer(0.1, signal.pthread_kill, (main_thread, signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        BlockingDriver().drive(plan(10))
    timer.join()

    assert not is_held(str(path))
    assert BlockingDriver().drive(plan(0)) == "done"


# --- forks


@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
@pytest.mark.parametrize("mode", ["blocking", "awaiting"])
def test_a_fork_uses_no_connection_of_its_parent(mode: str, server: Server) -> None:
    loop = asyncio.new_event_loop()
    driver: BlockingDriver | AwaitingDriver = (
        BlockingDriver() if mode == "blocking" else AwaitingDriver()
    )

    def get(loop: asyncio.AbstractEventLoop = loop) -> int:
        got = driver.drive(one(Send(method="GET", url=server.url)))
        reply = got if isinstance(got, Reply) else loop.run_until_complete(got)
        return reply.status

    def close(loop: asyncio.AbstractEventLoop = loop) -> None:
        closing = driver.close()
        if closing is not None:
            loop.run_until_complete(closing)

    def in_the_child() -> None:
        own = asyncio.new_event_loop()
        close(own)
        assert get(own) == 201
        close(own)
        assert get(own) == 201
        close(own)
        own.close()

    assert get() == 201
    assert server.connections == 1
    child = multiprocessing.get_context("fork").Process(target=in_the_child)
    child.start()
    child.join()

    assert child.exitcode == 0
    assert server.connections == 3
    assert get() == 201
    assert server.connections == 3
    close()
    loop.close()

"""Locks between plans, threads and processes; a look at the locks of others."""

import errno
import fcntl
import os
import subprocess
import sys
import threading
import time
import types
from collections.abc import Callable
from pathlib import Path

import pytest

from sage_connect.drive import BlockingDriver
from sage_connect.errors import StorageError
from sage_connect.plan import Hold, Plan, Probe, ReadFile, Wait, WriteFile

HOLDER = """
import sys
from sage_connect.drive import BlockingDriver
from sage_connect.plan import Hold
def plan():
    yield from Hold(sys.argv[1], wait=30)
    print("held", flush=True)
    sys.stdin.readline()
BlockingDriver().drive(plan())
"""

COUNTER = """
import sys
from sage_connect.drive import BlockingDriver
from sage_connect.plan import Hold, ReadFile, WriteFile
def plan():
    yield from Hold(sys.argv[1] + ".lock", wait=60)
    number = yield from ReadFile(sys.argv[1], missing=b"0")
    yield from WriteFile(sys.argv[1], b"%d" % (int(number) + 1))
for _ in range(int(sys.argv[2])):
    BlockingDriver().drive(plan())
"""

LOCKER = """
import fcntl, os, sys
file = open(sys.argv[1], "r+b")
getattr(fcntl, sys.argv[2])(file, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.readline()
"""

Start = Callable[..., "subprocess.Popen[str]"]


def held(path: Path, wait: float = 0) -> Plan[str]:
    yield from Hold(str(path), wait=wait, code="SC-TEST")
    return "held"


def started(python: Start, code: str, *arguments: object) -> "subprocess.Popen[str]":
    process = python(code, *arguments)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def is_held(path: Path) -> bool:
    def plan() -> Plan[bool]:
        return (yield from Probe(str(path)))

    return BlockingDriver().drive(plan())


def test_a_lock_is_free_again_when_its_plan_has_ended(tmp_path: Path) -> None:
    path = tmp_path / "state" / "lock"

    assert BlockingDriver().drive(held(path)) == "held"
    assert BlockingDriver().drive(held(path)) == "held"
    assert path.exists()


def test_a_lock_is_free_again_when_its_plan_has_failed(tmp_path: Path) -> None:
    def failing() -> Plan[None]:
        yield from Hold(str(tmp_path / "lock"))
        raise ValueError("of the plan")

    with pytest.raises(ValueError, match="of the plan"):
        BlockingDriver().drive(failing())

    assert BlockingDriver().drive(held(tmp_path / "lock")) == "held"


def test_a_plan_closes_before_its_lock_is_free(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    seen = list[bool]()

    def closing() -> Plan[None]:
        yield from Hold(str(path))
        try:
            yield from ReadFile(str(tmp_path / "none"))
        finally:
            seen.append(is_held(path))

    with pytest.raises(StorageError):
        BlockingDriver().drive(closing())

    assert seen == [True]
    assert not is_held(path)


def test_another_plan_is_refused_and_told_who_holds_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "lock"

    def outer() -> Plan[None]:
        yield from Hold(str(path))
        with pytest.raises(StorageError) as caught:
            BlockingDriver().drive(held(path))
        assert caught.value.code == "SC-TEST"
        assert caught.value.file == str(path)
        assert f"locked by process {os.getpid()} on {os.uname().nodename}" in str(
            caught.value
        )

    BlockingDriver().drive(outer())


def test_whoever_waits_long_enough_gets_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    locked = threading.Event()

    def brief() -> Plan[None]:
        yield from Hold(str(path))
        locked.set()
        yield from Wait(0.1)

    thread = threading.Thread(target=BlockingDriver().drive, args=(brief(),))
    thread.start()
    assert locked.wait(10)

    assert BlockingDriver().drive(held(path, wait=30)) == "held"
    thread.join()


def test_waiting_ends_at_its_deadline(python: Start, tmp_path: Path) -> None:
    started(python, HOLDER, tmp_path / "lock")
    began = time.monotonic()

    with pytest.raises(StorageError, match=r"for the 0\.1 seconds of waiting"):
        BlockingDriver().drive(held(tmp_path / "lock", wait=0.1))

    assert 0.1 <= time.monotonic() - began < 5


def test_a_killed_holder_frees_its_lock(python: Start, tmp_path: Path) -> None:
    path = tmp_path / "lock"
    process = started(python, HOLDER, path)
    assert is_held(path)

    process.kill()
    process.wait()

    assert f"process {process.pid}" in path.read_text()
    assert BlockingDriver().drive(held(path)) == "held"


def test_a_stale_lock_file_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "lock").write_bytes(b"process 1 on another since long ago\n")

    assert BlockingDriver().drive(held(tmp_path / "lock")) == "held"


def test_an_owner_of_strange_words_is_another_process(tmp_path: Path) -> None:
    path = tmp_path / "lock"

    def outer() -> Plan[None]:
        yield from Hold(str(path))
        path.write_bytes(b"\x1b[2J\xff")
        with pytest.raises(StorageError, match="is locked by another process"):
            BlockingDriver().drive(held(path))

    BlockingDriver().drive(outer())


def test_an_owner_who_cannot_be_read_is_another_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "lock"

    def busy(*_: object) -> None:
        path.unlink()
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(fcntl, "flock", busy)

    with pytest.raises(StorageError, match="is locked by another process"):
        BlockingDriver().drive(held(path))


def test_a_lock_file_that_was_tidied_away_lets_nobody_in_twice(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    order = list[str]()
    waiting = threading.Event()

    def second() -> Plan[None]:
        waiting.set()
        yield from Hold(str(path), wait=30)
        order.append("second")
        # Whoever comes now must not get in either.
        with pytest.raises(StorageError):
            BlockingDriver().drive(held(path))

    thread = threading.Thread(target=lambda: BlockingDriver().drive(second()))

    def first() -> Plan[None]:
        yield from Hold(str(path))
        thread.start()
        assert waiting.wait(10)
        yield from Wait(0.1)
        order.append("first")

    BlockingDriver().drive(first())
    thread.join()

    assert order == ["first", "second"]


def test_a_lock_on_a_file_that_is_gone_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "lock"
    real, unlinked = fcntl.flock, list[bool]()

    def tidied(descriptor: int, how: int) -> None:
        # Between the opening and the locking, as somebody who tidies up would.
        if how & fcntl.LOCK_EX and len(unlinked) < 2:
            path.unlink()
            if unlinked:
                path.write_bytes(b"another file")
            unlinked.append(True)
        real(descriptor, how)

    monkeypatch.setattr(fcntl, "flock", tidied)

    assert BlockingDriver().drive(held(path, wait=10)) == "held"
    assert path.read_text().startswith(f"process {os.getpid()} ")


def test_threads_and_processes_count_without_losing_one(
    python: Start, tmp_path: Path
) -> None:
    path = tmp_path / "number"

    def counting() -> Plan[None]:
        yield from Hold(f"{path}.lock", wait=60)
        number = yield from ReadFile(str(path), missing=b"0")
        yield from WriteFile(str(path), b"%d" % (int(number) + 1))

    def count() -> None:
        for _ in range(20):
            BlockingDriver().drive(counting())

    processes = [python(COUNTER, path, 20) for _ in range(3)]
    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [process.wait() for process in processes] == [0, 0, 0]

    assert path.read_bytes() == b"140"


@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_a_fork_that_ends_does_not_free_the_lock_of_its_parent(tmp_path: Path) -> None:
    path = tmp_path / "lock"

    def outer() -> Plan[bool]:
        yield from Hold(str(path))
        child = os.fork()
        if child == 0:
            # Unwinds the whole plan and its driver, as `sys.exit` in a fork does.
            raise SystemExit
        os.waitpid(child, 0)
        return is_held(path)

    here = os.getpid()
    try:
        result = BlockingDriver().drive(outer())
    except SystemExit:
        assert os.getpid() != here
        os._exit(0)

    assert result
    assert not is_held(path)


def test_a_lock_in_a_place_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(StorageError, match="a part of its path is a file"):
        BlockingDriver().drive(held(tmp_path / "file" / "lock"))


@pytest.mark.requirement("S26")
@pytest.mark.parametrize("lock", ["flock", "lockf"])
def test_a_file_locked_by_another_process_is_held(
    lock: str, python: Start, tmp_path: Path
) -> None:
    path = tmp_path / "company.mae"
    path.write_bytes(b"content")
    before = path.stat()
    process = started(python, LOCKER, path, lock)

    assert is_held(path)

    process.kill()
    process.wait()
    assert not is_held(path)
    assert path.stat() == before


def test_a_missing_file_is_held_by_nobody_and_not_made(tmp_path: Path) -> None:
    assert not is_held(tmp_path / "company.mae")
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_a_place_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(StorageError, match="cannot probe"):
        is_held(tmp_path / "file" / "company.mae")


def test_a_share_that_refuses_one_kind_of_lock_is_asked_for_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "company.mae").write_bytes(b"")

    def refusing(*_: object) -> None:
        raise OSError(errno.EBADF, "Bad file descriptor")

    monkeypatch.setattr(fcntl, "flock", refusing)

    assert not is_held(tmp_path / "company.mae")


def test_a_share_without_locks_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "company.mae").write_bytes(b"")

    def refusing(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refusing)

    with pytest.raises(StorageError, match="No locks available"):
        is_held(tmp_path / "company.mae")
    with pytest.raises(StorageError, match="No locks available"):
        BlockingDriver().drive(held(tmp_path / "lock"))


class Msvcrt(types.ModuleType):
    """The locks of Windows, made of those at hand: of a place, refused with EACCES."""

    LK_NBLCK = 2
    LK_UNLCK = 0

    def __init__(self) -> None:
        super().__init__("msvcrt")
        self.places: list[tuple[int, int]] = []

    def locking(self, descriptor: int, mode: int, length: int) -> None:
        self.places.append((os.lseek(descriptor, 0, os.SEEK_CUR), length))
        try:
            fcntl.flock(
                descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB if mode else fcntl.LOCK_UN
            )
        except BlockingIOError:
            raise PermissionError(errno.EACCES, "Permission denied") from None


@pytest.fixture
def msvcrt(monkeypatch: pytest.MonkeyPatch) -> Msvcrt:
    module = Msvcrt()
    monkeypatch.setitem(sys.modules, "msvcrt", module)
    monkeypatch.setattr(sys, "platform", "win32")
    return module


def test_windows_locks_one_byte_far_behind_the_owner_s_name(
    msvcrt: Msvcrt, tmp_path: Path
) -> None:
    path = tmp_path / "lock"

    def outer() -> Plan[None]:
        yield from Hold(str(path))
        with pytest.raises(StorageError, match=f"locked by process {os.getpid()}"):
            BlockingDriver().drive(held(path))

    BlockingDriver().drive(outer())

    assert BlockingDriver().drive(held(path)) == "held"
    assert set(msvcrt.places) == {(0x7FFF_0000, 1)}


def test_windows_tells_a_company_that_is_locked(msvcrt: Msvcrt, tmp_path: Path) -> None:
    path = tmp_path / "company.mae"
    path.write_bytes(b"content")

    assert not is_held(path)
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert is_held(path)
    assert set(msvcrt.places) == {(0, 0x7FFF_FFFF)}


@pytest.mark.usefixtures("msvcrt")
def test_windows_tells_a_company_that_is_not_shared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "company.mae"
    path.write_bytes(b"content")

    def refusing(*_: object) -> int:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "open", refusing)

    assert is_held(path)


@pytest.mark.usefixtures("msvcrt")
def test_windows_writes_files_without_forcing_the_folder(tmp_path: Path) -> None:
    def plan() -> Plan[bytes]:
        yield from WriteFile(str(tmp_path / "folder" / "file"), b"content")
        return (yield from ReadFile(str(tmp_path / "folder" / "file")))

    assert BlockingDriver().drive(plan()) == b"content"

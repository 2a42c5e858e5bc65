"""Tokens, in memory and in files."""

import errno
import os
import stat
import subprocess
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from sage_connect.drive import FileTokens, MemoryTokens
from sage_connect.errors import StorageError
from sage_connect.plan import Secret, TokenStore

COUNTER = """
import sys
from sage_connect.drive import FileTokens
from sage_connect.plan import Secret
store = FileTokens(sys.argv[1])
for _ in range(int(sys.argv[2])):
    with store.exclusive("name"):
        token = store.load("name")
        store.save("name", Secret(str(int(token.reveal() if token else "0") + 1)))
"""

HOLDER = """
import sys
from sage_connect.drive import FileTokens
from sage_connect.plan import Secret
store = FileTokens(sys.argv[1])
with store.exclusive("name"):
    store.save("name", Secret("kept"))
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture(params=["memory", "files"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> TokenStore:
    return MemoryTokens() if request.param == "memory" else FileTokens(str(tmp_path / "t"))


def test_there_is_no_token_before_one_is_saved(store: TokenStore) -> None:
    assert store.load("name") is None


def test_the_token_saved_last_is_loaded(store: TokenStore) -> None:
    store.save("name", Secret("first"))
    store.save("name", Secret("sécond"))

    assert store.load("name") == Secret("sécond")


def test_an_empty_token_erases(store: TokenStore) -> None:
    store.save("name", Secret("canary"))
    store.save("name", Secret(""))
    store.save("none", Secret(""))

    assert [store.load("name"), store.load("none")] == [None, None]


def test_nothing_of_an_erased_token_stays_on_the_disk(tmp_path: Path) -> None:
    store = FileTokens(str(tmp_path))
    with store.exclusive("name"):
        store.save("name", Secret("canary"))
        store.save("name", Secret(""))

    assert b"canary" not in b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert [file.suffix for file in tmp_path.iterdir()] == [".lock"]


def test_a_file_that_is_no_text_is_loaded_as_something_that_no_reader_takes(
    tmp_path: Path,
) -> None:
    store = FileTokens(str(tmp_path))
    store.save("name", Secret("x"))
    (file,) = tmp_path.iterdir()
    file.write_bytes(b"canary\xff")

    assert store.load("name") == Secret("canary\ufffd")


def test_a_failure_to_save_holds_no_token_in_any_frame(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FileTokens(str(tmp_path))
    store.save("name", Secret("first"))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="no space is left") as caught:
        store.save("name", Secret("canary-token"))
    monkeypatch.undo()

    told = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    # The test's own frame spells the token out.
    ours = "".join(told.format()).replace('Secret("canary-token")', "")
    assert "write_file" not in ours
    assert "canary" not in ours
    assert store.load("name") == Secret("first")


@pytest.mark.parametrize("failures", [2, 100])
def test_a_file_that_another_process_uses_is_tried_again_for_a_second(
    failures: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What Windows says while another process reads the file that is to be replaced.
    left, replace, pauses = [failures], os.replace, list[float]()

    def busy(source: str, target: str) -> None:
        left[0] -= 1
        if left[0] >= 0:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        replace(source, target)

    monkeypatch.setattr(os, "replace", busy)
    monkeypatch.setattr(time, "sleep", pauses.append)
    store = FileTokens(str(tmp_path))
    if failures == 2:
        store.save("name", Secret("canary"))
        assert store.load("name") == Secret("canary")
    else:
        with pytest.raises(StorageError, match="access is denied"):
            store.save("name", Secret("canary"))
        assert store.load("name") is None
    assert sum(pauses) <= 1.01
    assert [file.name for file in tmp_path.iterdir() if ".tmp" in file.name] == []


def test_names_are_kept_apart(store: TokenStore) -> None:
    names = ["a", "A", "../a", "a/b", "a" * 300, "a" * 301, "", ".", "CON", "é\n"]
    for name in names:
        store.save(name, Secret(f"of {name}"))

    assert [store.load(name) for name in names] == [Secret(f"of {name}") for name in names]


def test_one_thread_refreshes_at_a_time(store: TokenStore) -> None:
    def count() -> None:
        for _ in range(20):
            with store.exclusive("name"):
                token = store.load("name")
                number = int(token.reveal()) if token else 0
                store.save("name", Secret(str(number + 1)))

    threads = [threading.Thread(target=count) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert store.load("name") == Secret("100")


def test_a_holder_that_fails_frees_the_name(store: TokenStore) -> None:
    with pytest.raises(ValueError, match="of the refresh"), store.exclusive("name"):
        raise ValueError("of the refresh")

    with store.exclusive("name"):
        assert store.load("name") is None


def test_a_held_name_does_not_hold_another(store: TokenStore) -> None:
    with store.exclusive("one"), store.exclusive("two"):
        assert store.load("two") is None


def test_one_process_refreshes_at_a_time(
    python: Callable[..., "subprocess.Popen[str]"], tmp_path: Path
) -> None:
    processes = [python(COUNTER, tmp_path, 20) for _ in range(4)]
    assert [process.wait() for process in processes] == [0] * 4

    assert FileTokens(str(tmp_path)).load("name") == Secret("80")


def test_threads_and_processes_take_turns_together(
    python: Callable[..., "subprocess.Popen[str]"], tmp_path: Path
) -> None:
    def count() -> None:
        store = FileTokens(str(tmp_path))
        for _ in range(10):
            with store.exclusive("name"):
                token = store.load("name")
                store.save("name", Secret(str(int(token.reveal() if token else "0") + 1)))

    processes = [python(COUNTER, tmp_path, 10) for _ in range(2)]
    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [process.wait() for process in processes] == [0] * 2

    assert FileTokens(str(tmp_path)).load("name") == Secret("60")


def test_a_holder_that_is_killed_holds_nothing(
    python: Callable[..., "subprocess.Popen[str]"], tmp_path: Path
) -> None:
    process = python(HOLDER, tmp_path)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    store = FileTokens(str(tmp_path), wait=0)
    with pytest.raises(StorageError, match="is locked by"), store.exclusive("name"):
        pass

    process.kill()
    process.wait()

    with store.exclusive("name"):
        assert store.load("name") == Secret("kept")


@pytest.mark.slow
def test_fifty_processes_take_turns(
    python: Callable[..., "subprocess.Popen[str]"], tmp_path: Path
) -> None:
    processes = [python(COUNTER, tmp_path, 20) for _ in range(50)]
    assert [process.wait() for process in processes] == [0] * 50

    assert FileTokens(str(tmp_path)).load("name") == Secret("1000")


def test_nobody_else_may_read_the_files(tmp_path: Path) -> None:
    folder = tmp_path / "tokens"
    store = FileTokens(str(folder))
    store.save("name", Secret("canary-token"))

    (file,) = folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert "canary" not in repr(store)


def test_waiting_for_another_holder_ends(tmp_path: Path) -> None:
    store = FileTokens(str(tmp_path), wait=0.05)

    with (
        store.exclusive("name"),
        pytest.raises(StorageError, match="is locked by process"),
        store.exclusive("name"),
    ):
        pass


def test_a_folder_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(StorageError, match="cannot make"):
        FileTokens(str(tmp_path / "file" / "tokens")).save("name", Secret("canary"))

"""Tokens, in memory and in files."""

import stat
import subprocess
import threading
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


@pytest.fixture(params=["memory", "files"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> TokenStore:
    return MemoryTokens() if request.param == "memory" else FileTokens(str(tmp_path / "t"))


def test_there_is_no_token_before_one_is_saved(store: TokenStore) -> None:
    assert store.load("name") is None


def test_the_token_saved_last_is_loaded(store: TokenStore) -> None:
    store.save("name", Secret("first"))
    store.save("name", Secret("sécond"))

    assert store.load("name") == Secret("sécond")


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

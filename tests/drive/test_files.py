"""The file steps, on real files and on disks that fail."""

import datetime as dt
import errno
import os
import stat
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sage_connect.drive import BlockingDriver
from sage_connect.drive.causes import in_words
from sage_connect.drive.files import BLOCK, read_blocks
from sage_connect.errors import CodecError, StorageError
from sage_connect.plan import (
    AppendFile,
    DeleteFile,
    DeleteFolder,
    FindFile,
    ListFolder,
    MoveFile,
    Plan,
    ReadFile,
    Step,
    T,
    WriteFile,
)


def done(step: Step[T]) -> T:
    def plan() -> Plan[T]:
        return (yield from step)

    return BlockingDriver().drive(plan())


def test_a_written_file_is_read_back(tmp_path: Path) -> None:
    path = str(tmp_path / "new" / "folder" / "é.txt")

    done(WriteFile(path, b"content"))

    assert done(ReadFile(path)) == b"content"


def test_a_file_is_written_in_blocks(tmp_path: Path) -> None:
    path = str(tmp_path / "file")

    done(WriteFile(path, (b"a" * 3, b"", b"b" * 100_000)))

    assert done(ReadFile(path)) == b"aaa" + b"b" * 100_000


def test_a_written_file_replaces_the_old_one_and_leaves_nothing_beside(
    tmp_path: Path,
) -> None:
    path = str(tmp_path / "file")
    done(WriteFile(path, b"old"))

    done(WriteFile(path, b"new"))

    assert [file.name for file in tmp_path.iterdir()] == ["file"]
    assert done(ReadFile(path)) == b"new"


def test_blocks_that_fail_leave_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def blocks() -> Iterator[bytes]:
        yield b"new"
        raise CodecError("no such character")

    with pytest.raises(CodecError, match="no such character"):
        done(WriteFile(str(path), blocks()))

    assert [file.name for file in tmp_path.iterdir()] == ["file"]
    assert path.read_bytes() == b"old"


def test_the_longest_name_can_be_written(tmp_path: Path) -> None:
    path = str(tmp_path / ("n" * 255))

    done(WriteFile(path, b"content"))

    assert done(ReadFile(path)) == b"content"


def test_a_missing_file_is_what_the_step_says(tmp_path: Path) -> None:
    assert done(ReadFile(str(tmp_path / "none"), missing=b"")) == b""


def test_a_missing_file_is_an_error_without_a_substitute(tmp_path: Path) -> None:
    path = str(tmp_path / "none")

    with pytest.raises(StorageError) as caught:
        done(ReadFile(path))

    assert caught.value.file == path
    assert str(caught.value) == (
        f"cannot read {path}: there is no such file or folder. "
        "Correct the path, or make the missing folder."
    )
    assert isinstance(caught.value.__cause__, FileNotFoundError)


def test_a_folder_is_listed_by_name_with_plain_files_only(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt", "C.txt"):
        (tmp_path / name).write_bytes(b"12345")
    (tmp_path / "folder").mkdir()
    (tmp_path / "broken").symlink_to(tmp_path / "nowhere")
    os.utime(tmp_path / "a.txt", (0, 86400))

    found = done(ListFolder(str(tmp_path)))

    assert [info.name for info in found] == ["C.txt", "a.txt", "b.txt"]
    assert found[1].path == str(tmp_path / "a.txt")
    assert found[1].size == 5
    assert found[1].modified == dt.datetime(1970, 1, 2, tzinfo=dt.UTC)


def test_a_folder_that_is_missing_is_empty(tmp_path: Path) -> None:
    assert done(ListFolder(str(tmp_path / "none"))) == ()


def test_a_file_being_written_is_not_listed(tmp_path: Path) -> None:
    seen = list[object]()

    def blocks() -> Iterator[bytes]:
        yield b"half"
        seen.extend(path.name for path in tmp_path.iterdir())
        seen.append(done(ListFolder(str(tmp_path))))

    done(WriteFile(str(tmp_path / "file"), blocks()))

    name, listed = seen
    assert str(name).startswith(".")
    assert listed == ()


def test_a_file_is_found_with_its_size(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"123")

    info = done(FindFile(str(tmp_path / "file")))

    assert info is not None
    assert (info.name, info.size) == ("file", 3)


def test_no_file_is_found_where_there_is_none(tmp_path: Path) -> None:
    assert done(FindFile(str(tmp_path / "none"))) is None


def test_a_folder_is_found_as_one(tmp_path: Path) -> None:
    info = done(FindFile(str(tmp_path)))

    assert info is not None
    assert (info.name, info.is_folder) == (tmp_path.name, True)


def test_no_more_is_read_than_asked(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"abcdef")

    assert done(ReadFile(str(tmp_path / "file"), limit=4)) == b"abcd"


def test_a_large_file_is_read_in_blocks(tmp_path: Path) -> None:
    content = b"12345678" * (BLOCK // 4)
    (tmp_path / "file").write_bytes(content)

    blocks = list(read_blocks(str(tmp_path / "file")))

    assert [len(block) for block in blocks] == [BLOCK, BLOCK]
    assert b"".join(blocks) == content


def test_a_folder_that_another_makes_at_the_same_time_will_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.mkdir

    def faster(path: Path, mode: int) -> None:
        real(path, mode)
        real(path, mode)

    monkeypatch.setattr(Path, "mkdir", faster)

    done(WriteFile(str(tmp_path / "new" / "file"), b"content"))

    assert (tmp_path / "new" / "file").read_bytes() == b"content"


def test_what_is_appended_follows_what_was_there(tmp_path: Path) -> None:
    path = str(tmp_path / "state" / "log")

    done(AppendFile(path, b"one\n"))
    done(AppendFile(path, b"two\n"))

    assert done(ReadFile(path)) == b"one\ntwo\n"


def test_a_moved_file_has_the_new_name_alone(tmp_path: Path) -> None:
    (tmp_path / "old").write_bytes(b"content")

    done(MoveFile(str(tmp_path / "old"), str(tmp_path / "done" / "new")))

    assert not (tmp_path / "old").exists()
    assert (tmp_path / "done" / "new").read_bytes() == b"content"


def test_a_file_is_not_moved_over_another(tmp_path: Path) -> None:
    (tmp_path / "old").write_bytes(b"old")
    (tmp_path / "new").write_bytes(b"new")

    with pytest.raises(StorageError, match="there is one of that name already"):
        done(MoveFile(str(tmp_path / "old"), str(tmp_path / "new")))

    assert (tmp_path / "old").read_bytes() == b"old"
    assert (tmp_path / "new").read_bytes() == b"new"


def test_a_missing_file_is_not_moved(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="there is no such file") as caught:
        done(MoveFile(str(tmp_path / "old"), str(tmp_path / "new")))

    assert caught.value.file == str(tmp_path / "old")


def test_a_file_is_not_moved_to_a_name_that_is_too_long(tmp_path: Path) -> None:
    (tmp_path / "old").write_bytes(b"content")
    target = str(tmp_path / ("n" * 256))

    with pytest.raises(StorageError, match="its name or path is too long") as caught:
        done(MoveFile(str(tmp_path / "old"), target))

    assert target in str(caught.value)


def test_a_file_is_deleted_and_may_be_missing(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    done(DeleteFile(str(tmp_path / "file")))
    done(DeleteFile(str(tmp_path / "file")))

    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_deleted_with_its_files_and_may_be_missing(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "file").write_bytes(b"content")
    (folder / ".sage-connect-1.tmp").write_bytes(b"half")

    done(DeleteFolder(str(folder)))
    done(DeleteFolder(str(folder)))

    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_a_folder_in_it_stays(tmp_path: Path) -> None:
    inner = tmp_path / "folder" / "inner"
    inner.mkdir(parents=True)
    beside = tmp_path / "folder" / "file"
    beside.write_bytes(b"content")

    with pytest.raises(StorageError) as caught:
        done(DeleteFolder(str(tmp_path / "folder")))

    assert caught.value.file == str(tmp_path / "folder")
    assert (inner.is_dir(), beside.read_bytes()) == (True, b"content")


@pytest.mark.parametrize(
    "make",
    [
        ListFolder,
        FindFile,
        ReadFile,
        lambda path: WriteFile(path, b"content"),
        lambda path: AppendFile(path, b"content"),
        lambda path: MoveFile(path, path + "2"),
        DeleteFile,
        DeleteFolder,
    ],
)
@pytest.mark.parametrize(
    ("name", "cause"),
    [
        ("n" * 256, "its name or path is too long"),
        ("file/below", "a part of its path is a file, not a folder"),
        ("nul\0", "it holds a character that none may hold"),
        ("half \ud800", "it holds a character that none may hold"),
    ],
)
def test_a_bad_path_is_told_with_its_cause(
    make: Callable[[str], Step[object]], name: str, cause: str, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(b"content")

    with pytest.raises(StorageError, match=cause) as caught:
        done(make(str(tmp_path / name)))

    assert caught.value.file.startswith(str(tmp_path / name))
    assert caught.value.fix


@pytest.mark.parametrize(
    "make",
    [ReadFile, lambda path: WriteFile(path, b""), lambda path: AppendFile(path, b"")],
)
def test_a_folder_is_neither_read_nor_written(
    make: Callable[[str], Step[object]], tmp_path: Path
) -> None:
    (tmp_path / "folder").mkdir()

    with pytest.raises(StorageError, match="it is a folder, not a file"):
        done(make(str(tmp_path / "folder")))

    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_a_full_disk_leaves_the_old_file_and_no_other(
    mounted: Callable[[str], Path],
) -> None:
    disk = mounted("size=64k")
    path = disk / "file"
    path.write_bytes(b"old")

    with pytest.raises(StorageError, match="no space is left on the disk") as caught:
        done(WriteFile(str(path), b"x" * 100_000))

    assert caught.value.fix == "Make room, then repeat."
    assert [file.name for file in disk.iterdir()] == ["file"]
    assert path.read_bytes() == b"old"


def test_a_full_disk_leaves_no_torn_line(mounted: Callable[[str], Path]) -> None:
    disk = mounted("size=64k")
    path = disk / "log"
    path.write_bytes(b"first\n")

    with pytest.raises(StorageError, match="no space is left on the disk"):
        done(AppendFile(str(path), b"x" * 100_000))

    assert path.read_bytes() == b"first\n"
    done(AppendFile(str(path), b"second\n"))
    assert path.read_bytes() == b"first\nsecond\n"


def test_a_read_only_disk_is_told(mounted: Callable[[str], Path]) -> None:
    disk = mounted("size=64k")
    (disk / "file").write_bytes(b"old")
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)  # noqa: S607

    path = str(disk / "file")
    steps = (
        WriteFile(path, b"new"),
        AppendFile(path, b"new"),
        DeleteFile(path),
        MoveFile(path, path + "2"),
        WriteFile(str(disk / "folder" / "file"), b"new"),
    )

    for step in steps:
        with pytest.raises(StorageError, match="the file system is read-only"):
            done(step)
    assert done(ReadFile(path)) == b"old"


def test_a_file_is_not_moved_to_another_disk(
    mounted: Callable[[str], Path], tmp_path: Path
) -> None:
    disk = mounted("size=64k")
    (tmp_path / "file").write_bytes(b"content")

    with pytest.raises(StorageError, match="on different file systems"):
        done(MoveFile(str(tmp_path / "file"), str(disk / "file")))

    assert (tmp_path / "file").read_bytes() == b"content"
    assert list(disk.iterdir()) == []


@pytest.mark.parametrize(
    ("make", "order"),
    [
        (lambda path: WriteFile(path, b"new"), ["force file", "replace", "force folder"]),
        (lambda path: AppendFile(path, b"new"), ["force file", "force folder"]),
        (lambda path: MoveFile(__file__, path), ["rename", "force folder", "force folder"]),
    ],
)
def test_content_is_on_disk_before_its_name_and_its_name_before_the_end(
    make: Callable[[str], Step[object]],
    order: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = list[str]()

    def force(descriptor: int) -> None:
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        seen.append("force folder" if is_folder else "force file")

    monkeypatch.setattr(os, "fsync", force)
    monkeypatch.setattr(os, "replace", lambda *_: seen.append("replace"))
    monkeypatch.setattr(os, "rename", lambda *_: seen.append("rename"))

    done(make(str(tmp_path / "file")))

    assert seen == order


@pytest.mark.parametrize("name", ["write", "fsync", "replace", "close", "open"])
def test_every_single_operation_may_fail_once(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    real = getattr(os, name)
    for nth in range(1, 10):
        calls = 0

        def failing(*arguments: object, nth: int = nth, **keywords: object) -> object:
            nonlocal calls
            calls += 1
            if calls == nth:
                raise OSError(errno.EIO, "Input/output error")
            return real(*arguments, **keywords)

        monkeypatch.setattr(os, name, failing)
        told = ""
        try:
            done(WriteFile(str(path), b"new"))
        except StorageError as error:
            told = error.message
        finally:
            monkeypatch.undo()
        assert [file.name for file in tmp_path.iterdir()] == ["file"]
        if calls < nth:
            assert (told, path.read_bytes()) == ("", b"new")
            return
        assert "the disk reports an error" in told
        assert path.read_bytes() in {b"old", b"new"}
    pytest.fail("the fault never ceased to fire")


def test_an_append_that_is_half_written_is_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"first\n")
    real, written = os.write, list[int]()

    def failing(descriptor: int, block: bytes) -> int:
        if written:
            raise OSError(errno.EIO, "Input/output error")
        written.append(real(descriptor, block[:3]))
        return written[0]

    monkeypatch.setattr(os, "write", failing)
    with pytest.raises(StorageError, match="the disk reports an error"):
        done(AppendFile(str(path), b"second\n"))

    assert written == [3]
    assert path.read_bytes() == b"first\n"


def test_an_append_that_may_not_be_on_disk_is_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"first\n")
    real, asked = os.fsync, list[int]()

    def failing(descriptor: int) -> None:
        asked.append(descriptor)
        if len(asked) == 1:
            raise OSError(errno.EIO, "Input/output error")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(StorageError, match="the disk reports an error"):
        done(AppendFile(str(path), b"second\n"))

    assert path.read_bytes() == b"first\n"


def test_an_append_that_cannot_be_taken_back_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"first\n")

    def failing(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(StorageError, match="held 6 bytes before"):
        done(AppendFile(str(path), b"second\n"))


def test_an_error_without_words_of_ours_is_told_in_the_system_s() -> None:
    error = in_words("read", "file", OSError(errno.ENOLCK, "No locks available"))

    assert error.message == "cannot read file: the system says: No locks available."
    assert error.fix


def test_a_step_of_nobody_is_refused() -> None:
    class Dance(Step[None]):
        pass

    with pytest.raises(TypeError, match="no driver performs Dance"):
        done(Dance())

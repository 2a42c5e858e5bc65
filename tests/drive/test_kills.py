"""Readers and kills at any moment: what is seen is old or new, and whole."""

import random
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sage_connect.drive.files import list_folder, move_file, write_file

CONTENTS = [letter * 40_000 for letter in (b"a", b"b", b"c")]

WRITER = """
import sys
from itertools import count
from sage_connect.drive.files import append_file, write_file
print("ready", flush=True)
for turn in count():
    write_file(sys.argv[1], bytes([97 + turn % 3]) * 40_000)
"""

MOVER = """
import sys
from itertools import cycle
from sage_connect.drive.files import move_file
print("ready", flush=True)
places = cycle(sys.argv[1:])
source = next(places)
for target in places:
    move_file(source, target)
    source = target
"""


def test_a_reader_never_sees_a_part(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_file(str(path), CONTENTS[0])
    ended = threading.Event()
    seen = set[tuple[int, bytes]]()

    def read() -> None:
        while not ended.is_set():
            content = path.read_bytes()
            seen.add((len(content), bytes(set(content))))
            assert [info.name for info in list_folder(str(tmp_path))] == ["file"]

    reader = threading.Thread(target=read)
    reader.start()
    for turn in range(1000):
        write_file(str(path), CONTENTS[turn % 3])
    ended.set()
    reader.join()

    assert seen <= {(40_000, b"a"), (40_000, b"b"), (40_000, b"c")}
    assert len(seen) > 1


def _kills_of_writers(
    python: Callable[..., "subprocess.Popen[str]"], path: Path, kills: int
) -> None:
    write_file(str(path), CONTENTS[0])
    for _ in range(kills):
        _killed(python(WRITER, path))

        content = path.read_bytes()
        assert content in CONTENTS
        assert [info.name for info in list_folder(str(path.parent))] == ["file"]


def _killed(process: "subprocess.Popen[str]") -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    time.sleep(random.uniform(0, 0.02))  # noqa: S311 - no secret
    process.kill()
    process.wait()


def test_a_killed_writer_leaves_the_old_file_or_the_new(
    python: Callable[..., "subprocess.Popen[str]"], tmp_path: Path
) -> None:
    _kills_of_writers(python, tmp_path / "file", 20)


@pytest.mark.slow
@pytest.mark.kills
def test_a_writer_killed_again_and_again_leaves_the_old_file_or_the_new(
    python: Callable[..., "subprocess.Popen[str]"], tmp_path: Path, kills: int
) -> None:
    _kills_of_writers(python, tmp_path / "file", kills)


def test_a_killed_mover_leaves_the_file_in_exactly_one_place(
    python: Callable[..., "subprocess.Popen[str]"], tmp_path: Path
) -> None:
    places = tmp_path / "here", tmp_path / "there"
    places[0].write_bytes(CONTENTS[0])
    for _ in range(20):
        _killed(python(MOVER, *places))

        (place,) = tmp_path.iterdir()
        assert place.read_bytes() == CONTENTS[0]
        if place != places[0]:
            move_file(str(place), str(places[0]))

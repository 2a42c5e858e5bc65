"""A file of any size is read through a function, block by block."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from sage_connect import StorageError
from sage_connect.drive import AwaitingDriver, BlockingDriver
from sage_connect.drive.files import BLOCK
from sage_connect.plan import Plan, ScanFile


def sizes(path: Path) -> Plan[list[int]]:
    found = yield from ScanFile(str(path), lambda blocks: [len(one) for one in blocks])
    return found


def refuse(blocks: Iterator[bytes]) -> None:
    next(blocks)
    raise ValueError("enough")


def test_a_file_comes_in_blocks_and_the_reply_is_what_was_made_of_them(
    tmp_path: Path,
) -> None:
    path = tmp_path / "large"
    path.write_bytes(b"x" * (2 * BLOCK + 5))

    assert BlockingDriver().drive(sizes(path)) == [BLOCK, BLOCK, 5]
    assert asyncio.run(AwaitingDriver().drive(sizes(path))) == [BLOCK, BLOCK, 5]


def test_what_the_function_raises_passes_through_and_the_file_is_closed(
    tmp_path: Path,
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x")

    # An open file would be a warning, and warnings are errors here.
    with pytest.raises(ValueError, match="enough"):
        BlockingDriver().drive(iter(ScanFile(str(path), refuse)))


def test_a_missing_file_is_a_typed_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError) as missing:
        BlockingDriver().drive(sizes(tmp_path / "none"))

    assert missing.value.file == str(tmp_path / "none")

"""The size of files, and the names that the package makes public.

`python tests/architecture/test_shape.py` writes the public names down anew.
"""

from pathlib import Path

import sage_connect

ROOT = Path(__file__).parents[2]
NAMES = Path(__file__).with_name("public_names.txt")
LIMIT = 600


def test_no_hand_written_file_is_long() -> None:
    files = [
        path
        for folder in ("src", "tests", "bench", "tools", "docs")
        for path in (ROOT / folder).rglob("*.py")
        if "_generated" not in path.parts
    ]
    files += ROOT.glob("*.py")
    lines = {str(path): path.read_text("utf-8").count("\n") for path in files}

    assert {path: length for path, length in lines.items() if length > LIMIT} == {}


def test_every_change_of_the_public_names_is_written_down() -> None:
    assert _public() == NAMES.read_text("utf-8").splitlines()


def test_every_public_name_can_be_had() -> None:
    missing = [name for name in sage_connect.__all__ if not hasattr(sage_connect, name)]

    assert missing == []


def _public() -> list[str]:
    return sorted(sage_connect.__all__)


if __name__ == "__main__":
    NAMES.write_text("".join(f"{name}\n" for name in _public()), encoding="utf-8")

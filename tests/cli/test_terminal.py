"""What a person sees in a terminal of 80 columns, on white and on black."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from rich.color import Color
from rich.style import Style

from sage_connect.model.convert import to_json
from sage_connect.testing.demo import faulty

from .conftest import SOURCE

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are POSIX's", allow_module_level=True)

import fcntl
import pty
import struct
import termios

WIDE = 80
CHECKED = ("documents.json", "--to", "sage100:.")
# Colours, and what moves the cursor.
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@pytest.mark.parametrize(
    ("arguments", "least"),
    [
        (("--help",), 10),
        (("explain", "--all"), 1000),
        (("explain", "--all", "--language", "fr"), 1000),
        (("guide", "sage100"), 20),
        (("guide", "accounting"), 20),
        (("check", *CHECKED), 200),
        (("check", *CHECKED, "--language", "fr"), 200),
        (("repair", *CHECKED, "--guesses", "--totals"), 50),
        (("check", "documents.json", "--to", "accounting:main"), 1),
        (("check", "nowhere.json", "--to", "memory:"), 1),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, tuple) else "",
)
def test_no_word_is_broken_at_the_edge_of_the_terminal(
    arguments: tuple[str, ...], least: int, folder: Path
) -> None:
    (folder / "documents.json").write_bytes(to_json([one.document for one in faulty()]))

    shown = _seen(arguments, folder)

    wide = [line for line in shown.splitlines() if len(line) > WIDE and " " in line.strip()]
    assert wide == []
    assert least < shown.count("\n")


@pytest.mark.parametrize("arguments", [("check", *CHECKED), ("guide", "accounting")])
def test_colours_are_read_on_white_and_on_black(
    arguments: tuple[str, ...], folder: Path
) -> None:
    (folder / "documents.json").write_bytes(to_json([one.document for one in faulty()]))

    raw = _raw(arguments, folder)
    codes = set(re.findall(r"\x1b\[(?:\d;)*38;5;(\d+)m", raw))

    assert codes
    for code in codes:
        colour = Color.from_ansi(int(code))
        for paper in (0.0, 1.0):
            assert _contrast(colour, paper) > 3.5, Style(color=colour)
    # The sixteen of the terminal's own may be anything; the spinner's green tells nothing.
    plain = set(re.findall(r"\x1b\[(?:\d;)*(3[0-7]|9[0-7])m", raw))
    assert plain <= {"32"}


def _seen(arguments: tuple[str, ...], folder: Path) -> str:
    lines = _raw(arguments, folder).replace("\r\n", "\n").split("\n")
    # A spinner writes over its own line.
    return "\n".join(ESCAPE.sub("", line.rpartition("\r")[2]) for line in lines)


def _raw(arguments: tuple[str, ...], folder: Path) -> str:
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, WIDE, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    with subprocess.Popen(
        [sys.executable, "-m", "sage_connect.cli", *arguments],
        cwd=folder,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**environment, "PYTHONPATH": SOURCE, "TERM": "xterm-256color"},
    ) as process:
        os.close(theirs)
        shown = b""
        try:
            while part := os.read(ours, 65536):
                shown += part
        except OSError:
            # So Linux says that the other side is closed.
            pass
        finally:
            os.close(ours)
    assert process.returncode in {0, 1, 2}
    return shown.decode()


def _contrast(colour: Color, paper: float) -> float:
    """Return the contrast of a colour with black (0) or white (1), as the WCAG has it."""
    shares = [part / 255 for part in colour.get_truecolor()]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in shares
    )
    light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return (max(light, paper) + 0.05) / (min(light, paper) + 0.05)

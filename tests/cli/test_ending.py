"""Ends that nobody plans: told in a sentence, with an exit code that is true."""

import subprocess
import sys
from collections.abc import Callable

import pytest

from sage_connect import ConfigurationError, OutcomeUnknownError
from sage_connect.cli.ending import ended

from .conftest import SOURCE


def _raising(error: BaseException) -> Callable[[], int]:
    def work() -> int:
        raise error

    return work


@pytest.mark.parametrize(
    ("error", "code", "code_of_posting", "words"),
    [
        (ConfigurationError("odd", fix="Do it."), 2, 2, "odd. Do it."),
        (OutcomeUnknownError("contact was lost"), 3, 3, "contact was lost"),
        (KeyboardInterrupt(), 130, 3, "Interrupted."),
        (KeyError("x"), 2, 3, "A fault of sage-connect itself: KeyError: 'x'"),
    ],
)
def test_every_end_has_a_sentence_and_a_true_exit_code(
    error: BaseException,
    code: int,
    code_of_posting: int,
    words: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    codes = (ended(_raising(error)), ended(_raising(error), posts=True))

    said = capsys.readouterr()
    assert codes == (code, code_of_posting)
    assert (said.out, said.err.count(words), "Traceback" in said.err) == ("", 2, False)


def test_a_posting_that_ends_in_its_midst_says_that_it_may_be_repeated(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for error in (KeyboardInterrupt(), KeyError("x")):
        ended(_raising(error), posts=True)

        assert "not posted twice" in capsys.readouterr().err


def test_who_looks_for_a_fault_of_ours_gets_the_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SAGE_CONNECT_TRACEBACK", "1")

    ended(_raising(KeyError("x")))

    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["click", "rich"])
def test_without_its_extra_the_command_line_says_how_to_get_it(name: str) -> None:
    code = (
        f"import sys; sys.path.insert(0, {SOURCE!r}); sys.modules[{name!r}] = None\n"
        "from sage_connect.cli import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True)

    assert done.returncode == 2
    assert done.stderr.decode() == (
        'sage-connect needs its extra: pip install "sage-connect[cli]"\n'
    )

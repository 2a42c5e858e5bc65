"""What needs another package says which, and nothing else needs it."""

import subprocess
import sys

import pytest

import sage_connect.testing


def in_a_python_without(package: str, statement: str) -> str:
    code = (
        f"import sys; sys.modules[{package!r}] = None\n"
        "from sage_connect.errors import ConfigurationError\n"
        f"try:\n    {statement}\n"
        "except ConfigurationError as error:\n    print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": ":".join(sys.path), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("package", "statement", "fix"),
    [
        (
            "pytest",
            "from sage_connect.testing import LedgerContract",
            "pip install pytest",
        ),
        (
            "hypothesis",
            "from sage_connect.testing import strategies",
            'pip install "sage-connect[testing]"',
        ),
        (
            "uvicorn",
            "from sage_connect.testing import AccountingSimulator",
            'pip install "sage-connect[testing]"',
        ),
        (
            "uvicorn",
            "import sage_connect; sage_connect.connect('simulator:accounting')",
            'pip install "sage-connect[testing]"',
        ),
        (
            "uvicorn",
            "from sage_connect.testing import IntacctSimulator",
            'pip install "sage-connect[testing]"',
        ),
        (
            "starlette",
            "from sage_connect.testing import AccountingSimulator",
            'pip install "sage-connect[testing]"',
        ),
    ],
)
def test_a_package_that_is_missing_is_named_with_the_cure(
    package: str, statement: str, fix: str
) -> None:
    message = in_a_python_without(package, statement)

    assert f"needs {package}, which is not installed" in message
    assert fix in message


@pytest.mark.parametrize("package", ["pytest", "hypothesis"])
def test_a_ledger_in_memory_needs_neither(package: str) -> None:
    statement = "from sage_connect.testing import MemoryLedger; print(MemoryLedger())"

    assert in_a_python_without(package, statement) == "<MemoryLedger 'memory'>"


def test_every_public_name_can_be_had() -> None:
    room = sage_connect.testing

    assert [name for name in room.__all__ if not hasattr(room, name)] == []
    assert set(room.__all__) <= set(dir(room))


def test_a_misspelt_name_is_reported() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'MemoryLegder'"):
        _ = sage_connect.testing.MemoryLegder  # type: ignore[attr-defined]  # that is the case

"""What every test meets: hypothesis profiles, a closed network, requirement rows."""

import ipaddress
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

for _profile, _examples in {"dev": 50, "ci": 300, "nightly": 5000}.items():
    # A change is judged by the same examples each time; the others look for new ones.
    settings.register_profile(
        _profile, max_examples=_examples, deadline=None, derandomize=_profile == "ci"
    )
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))

ROWS = tuple(f"S{number}" for number in range(1, 263))
# A test's rows travel in its report, so that they also arrive from the workers of xdist.
_ROWS_OF_TEST = "requirement"
_proofs: dict[str, list[tuple[str, str]]] = {row: [] for row in ROWS}


@pytest.fixture(scope="session")
def spec() -> Path:
    """The folder of facts and samples on each product, where the machine has it."""
    folder = Path(__file__).parents[2] / "shared" / "spec"
    if not folder.is_dir():
        pytest.skip(f"no facts and samples at {folder}")
    return folder


@pytest.fixture(scope="session")
def kills() -> int:
    """How many kills a kill trial takes: 500, or `KILLS`."""
    return int(os.environ.get("KILLS", "500"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--requirements", action="store_true", help="print every requirement row, its tests"
    )


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    for item in items:
        for mark in item.iter_markers("requirement"):
            if not mark.args or not set(mark.args) <= set(ROWS):
                raise pytest.UsageError(f"{item.nodeid}: rows S1 to S262, not {mark.args}")
            item.user_properties.extend((_ROWS_OF_TEST, row) for row in mark.args)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "call" or report.outcome != "passed":
        for name, row in report.user_properties:
            if name == _ROWS_OF_TEST:
                _proofs[str(row)].append((report.outcome, report.nodeid))


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if not config.getoption("--requirements"):
        return
    write = terminalreporter.write_line
    terminalreporter.section("requirements")
    for row, proofs in _proofs.items():
        write(f"{row:5} {'open' if not _is_proved(proofs) else 'proved'}")
        for outcome, test in proofs:
            write(f"      {outcome:8} {test}")
    proved = sum(map(_is_proved, _proofs.values()))
    write(f"{proved} of {len(ROWS)} rows proved, {len(ROWS) - proved} open")


def _is_proved(proofs: Sequence[tuple[str, str]]) -> bool:
    return bool(proofs) and all(outcome == "passed" for outcome, _ in proofs)


def _stay_at_home(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse every name and address beyond this machine.

    An audit hook sees the look-ups and connections of C code too. The exception is no
    `Exception`: code under test cannot take it for a network that is down.
    """
    if event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        # A path where the socket is of the file system; nothing once it is connected.
        host = (
            None if isinstance(arguments[1], (str, bytes, type(None))) else arguments[1][0]
        )
    elif event in {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}:
        host = arguments[0]
    else:
        return
    if not _is_at_home(host):
        raise pytest.fail.Exception(f"{event}: a test asked for {host!r}, beyond loopback")


def _is_at_home(host: Any) -> bool:
    if host in {None, "", b"", "localhost", b"localhost"}:
        return True
    try:
        return ipaddress.ip_address(
            host.decode() if isinstance(host, bytes) else str(host)
        ).is_loopback
    except ValueError:
        return False


sys.addaudithook(_stay_at_home)

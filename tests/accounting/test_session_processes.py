"""Processes that share a token: one renewal for each expiry; kills cost no second call."""

import contextlib
import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from sage_connect.accounting.session import OAuth, Session
from sage_connect.drive import BlockingDriver, FileTokens
from sage_connect.testing.accounting import AccountingSimulator
from sage_connect.testing.accounting.calls import Answer, Call

from .sessions import OnTime, allowed, app_of

WORKER = Path(__file__).with_name("token_worker.py")
POINTS = 22
"""Before and after each step of a renewal, and a little beyond."""
AROUND_THE_REQUEST = (15, 16, 17)
SOURCE = str(Path(__file__).parents[2] / "src")


@pytest.fixture
def sage() -> Iterator[AccountingSimulator]:
    with AccountingSimulator(seed="none") as running:
        yield running
        assert running.crashes == []


def sign_in(sage: AccountingSimulator, folder: Path) -> None:
    with contextlib.closing(OnTime(sage, BlockingDriver())) as driver:
        oauth = OAuth(driver, Session(app_of(sage), FileTokens(str(folder))))
        request = oauth.begin()
        oauth.finish(request, allowed(request))


class Workers:
    """Processes that ask for the same token."""

    def __init__(self, processes: list["subprocess.Popen[str]"]) -> None:
        self._processes = processes

    def ask(self, **line: Any) -> list[str]:
        """Have all ask at once; return what each was given."""
        for process in self._processes:
            assert process.stdin is not None
            process.stdin.write(json.dumps(line) + "\n")
            process.stdin.flush()
        return [self._line(process) for process in self._processes]

    def _line(self, process: "subprocess.Popen[str]") -> str:
        assert process.stdout is not None
        return process.stdout.readline().rstrip("\n")


Start = Callable[..., Workers]


@pytest.fixture
def start(sage: AccountingSimulator, tmp_path: Path) -> Iterator[Start]:
    """Start processes; what they write on standard error fails the test."""
    log = tmp_path / "errors"
    with contextlib.ExitStack() as running, log.open("w") as errors:

        def started(*modes: str, count: int = 1) -> Workers:
            env = {
                **os.environ,
                "PYTHONPATH": SOURCE,
                "APP": json.dumps(
                    {
                        "client_id": sage.client_id,
                        "client_secret": sage.client_secret,
                        "token_url": sage.token_url,
                    }
                ),
            }
            processes = [
                running.enter_context(
                    subprocess.Popen(
                        [sys.executable, WORKER, tmp_path / "t", mode, str(count)],
                        stdin=subprocess.PIPE,
                        stdout=subprocess.PIPE,
                        stderr=errors,
                        encoding="utf-8",
                        env=env,
                    )
                )
                for mode in modes
            ]
            return Workers(processes)

        yield started
    assert log.read_text() == ""


def shared(sage: AccountingSimulator, workers: Workers, expiries: int) -> None:
    """Let the token end again and again; each time one renews it for all."""
    for number in range(expiries):
        sage.advance(300)
        told = workers.ask(ahead=sage.clock.ahead)
        assert len(set(told)) == 1, told
        assert len(told[0]) == 16, told
        assert sage.refreshes == number + 1
    assert sage.invalid_grants == 0


def test_one_process_renews_for_all(
    sage: AccountingSimulator, start: Start, tmp_path: Path
) -> None:
    sign_in(sage, tmp_path / "t")

    shared(sage, start("blocking", "awaiting", "blocking", "awaiting", count=5), 8)


def test_two_hundred_coroutines_renew_once(
    sage: AccountingSimulator, start: Start, tmp_path: Path
) -> None:
    sign_in(sage, tmp_path / "t")

    shared(sage, start("awaiting", count=200), 3)


@pytest.mark.slow
def test_fifty_processes_renew_once_for_each_expiry_of_a_day(
    sage: AccountingSimulator, start: Start, tmp_path: Path
) -> None:
    sign_in(sage, tmp_path / "t")

    shared(sage, start(*["blocking", "awaiting"] * 25), 288)


class Watched:
    """Counts how often each refresh token is sent, before and after it is dead."""

    def __init__(self, sage: AccountingSimulator) -> None:
        self.dead = Counter[str]()
        self._token = sage.oauth.token
        self._sage = sage
        sage.oauth.token = self._counted  # type: ignore[method-assign] # to look on

    def _counted(self, call: Call) -> Answer:
        sent = parse_qs(call.body.decode()).get("refresh_token", [""])[0]
        if sent and sent != self._sage.refresh_token:
            self.dead[sent] += 1
        return self._token(call)


_IN_CI = 500
"""`KILLS` where it is not set."""


@pytest.mark.kills
def test_a_process_that_is_killed_anywhere_costs_at_most_one_call_with_a_dead_token(
    sage: AccountingSimulator, start: Start, tmp_path: Path, kills: int
) -> None:
    watched = Watched(sage)
    sign_in(sage, tmp_path / "t")
    workers = start("blocking")
    outcomes = Counter[str]()
    chance = random.Random(kills)  # noqa: S311 - chance, no secret
    # 2,000 at full size; each costs a process.
    wanted = kills // 5 if kills > _IN_CI else 50
    while outcomes["killed"] < wanted:
        sage.advance(300)
        ahead = sage.clock.ahead
        # Killed once, twice, three times in a row: anywhere, or around the request.
        for _ in range(chance.choice([1, 1, 2, 3])):
            die = chance.choice([chance.randrange(POINTS), *AROUND_THE_REQUEST])
            outcomes.update(workers.ask(ahead=ahead, die=die))
        (told,) = workers.ask(ahead=ahead, die=-1)
        if told == "SC-SA-REAUTH-NEEDED":
            # Said again without a call, by whomever.
            calls = len(sage.calls)
            assert workers.ask(ahead=ahead, die=-1) == [told]
            assert len(sage.calls) == calls
            outcomes["signed in again"] += 1
            sign_in(sage, tmp_path / "t")
            (told,) = workers.ask(ahead=ahead, die=-1)
        assert len(told) == 16, told

    assert set(watched.dead.values()) <= {1}
    # Kills did hit the gap between the answer and its storage, and all others did no harm.
    assert 0 < outcomes["signed in again"] < outcomes["killed"] / 2

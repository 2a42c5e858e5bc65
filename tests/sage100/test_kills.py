"""A posting that is killed anywhere leaves a state that some sound run had too."""

import json
import os
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

TRIAL = Path(__file__).with_name("kill_trial.py")

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the trial forks")


def run_trial(folder: Path, kills: int, *options: str) -> dict[str, Any]:
    seed = secrets.randbelow(2**32)
    done = subprocess.run(
        [sys.executable, TRIAL, folder, str(kills), str(seed), *options],
        capture_output=True,
        text=True,
        check=False,
        # Coverage of a process that is killed would only slow the trial down.
        env={k: v for k, v in os.environ.items() if not k.startswith("COV")},
    )
    assert not done.returncode, f"seed {seed}: {done.stderr}"
    result: dict[str, Any] = json.loads(done.stdout)
    return result


@pytest.mark.kills
def test_no_kill_loses_or_doubles_a_piece_or_shows_a_partial_file(
    tmp_path: Path, kills: int
) -> None:
    found = run_trial(tmp_path / "company", kills)
    print(found)

    assert kills <= found["kills"], found
    faults = (
        "lost",
        "duplicated",
        "parties_duplicated",
        "partial",
        "receipts_lost",
        "receipts_orphaned",
    )
    assert dict.fromkeys(faults, 0) == {name: found[name] for name in faults}, found


def test_the_trial_finds_what_a_protocol_in_the_wrong_order_does(
    tmp_path: Path,
) -> None:
    found = run_trial(tmp_path / "company", 80, "mutant")

    assert found["duplicated"] + found["lost"] > 0, found

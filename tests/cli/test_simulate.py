"""`simulate`: a process that others speak to, stopped by a signal, its state kept."""

import json
import os
import signal
import subprocess
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from .conftest import SOURCE, command, run


class Simulated:
    """A simulator as a process."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self.process = process
        assert process.stdout is not None
        line = process.stdout.readline()
        self.ready: dict[str, Any] = json.loads(line)

    def call(self, path: str, body: Any = None) -> Any:
        """Ask the API as any program would; with a body, by POST."""
        request = urllib.request.Request(  # noqa: S310 - loopback
            self.ready["base_url"] + path,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {self.ready['access_token']}",
                "Content-Type": "application/json",
                "X-Business": self.ready["business_id"],
            },
        )
        with urllib.request.urlopen(request, timeout=10) as reply:  # noqa: S310 - loopback
            return json.load(reply)

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, bytes, bytes]:
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=20)
        return self.process.returncode, out, err


@contextmanager
def simulated(*options: str | Path) -> Generator[Simulated]:
    """Run `sage-connect simulate accounting` while the context lasts."""
    process = subprocess.Popen(
        command("simulate", "accounting", *options),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": SOURCE},
    )
    try:
        yield Simulated(process)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_well(number: int) -> None:
    with simulated() as one:
        assert one.call("/contacts")["$total"] > 0
        ended = one.stop(number)

    # One line was printed, and no other word.
    assert ended == (0, b"", b"")
    assert one.ready.keys() == {
        "base_url",
        "authorize_url",
        "token_url",
        "revoke_url",
        "client_id",
        "client_secret",
        "access_token",
        "refresh_token",
        "business_id",
    }


def test_options_make_another_business() -> None:
    with simulated("--country", "ie", "--edition", "start", "--seed", "empty") as one:
        business = one.call(f"/businesses/{one.ready['business_id']}")
        contacts = one.call("/contacts")

    assert business["country"]["id"] == "IE"
    assert business["subscriptions"][0]["id"] == "START"
    assert contacts["$total"] == 0


def test_its_state_outlives_it(tmp_path: Path) -> None:
    state = tmp_path / "state.db"
    with simulated("--state", state) as one:
        one.call("/contacts", _contact("Kept"))
        one.stop()
    with simulated("--state", state) as again:
        kept = again.call("/contacts?search=Kept")["$total"]

    assert (one.ready["client_id"], kept) == (again.ready["client_id"], 1)


def test_it_listens_where_it_is_told_and_says_when_it_cannot() -> None:
    with simulated() as one:
        port = one.ready["base_url"].split(":")[2].split("/")[0]
        second = run("simulate", "accounting", "--port", port)
        one.stop()
    with simulated("--port", port) as again:
        answered = again.call("/contacts")["$total"]

    assert second.code == 2
    assert "did not start" in second.err
    assert f":{port}/" in again.ready["base_url"]
    assert answered > 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["sage200"], "accounting"),
        (["accounting", "--country", "fr"], "gb"),
        (["accounting", "--state", "missing/state.db"], "did not start"),
    ],
)
def test_what_it_cannot_be_is_told(arguments: list[str], told: str, tmp_path: Path) -> None:
    ended = run("simulate", *arguments, cwd=tmp_path)

    assert ended.code == 2
    assert told in ended.err
    assert list(tmp_path.iterdir()) == []


def _contact(name: str) -> Any:
    return {"contact": {"name": name, "contact_type_ids": ["CUSTOMER"]}}

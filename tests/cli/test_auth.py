"""Signing in from a terminal: the address, the browser's way back, the page it sees."""

import contextlib
import json
import os
import pty
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from sage_connect.accounting.session import App, Session
from sage_connect.drive import BlockingDriver, FileTokens
from sage_connect.plan import Secret
from sage_connect.testing.accounting import AccountingSimulator
from sage_connect.testing.simulated import write_profile

from .conftest import SOURCE, command, run

GOOD, FAULTY, UNREADABLE = 0, 1, 2


@pytest.fixture
def sage() -> Iterator[AccountingSimulator]:
    with AccountingSimulator(seed="demo", businesses=2) as running:
        yield running
        assert running.crashes == []


class Terminal:
    """What a person at a terminal has: settings, and the command's streams."""

    def __init__(self, sage: AccountingSimulator, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.back = f"http://localhost:{self.port}/callback"
        self.folder = folder
        self.env = {"SAGE_CONNECT_CLIENT_SECRET": sage.client_secret}
        self.sage = sage
        self.command = [
            *("auth", "accounting", "--client-id", sage.client_id),
            *("--redirect-uri", self.back, "--tokens", str(folder)),
            *("--base-url", sage.base_url, "--authorize-url", sage.authorize_url),
            *("--token-url", sage.token_url, "--revoke-url", sage.revoke_url),
        ]

    @contextlib.contextmanager
    def started(self, *more: str) -> Iterator["tuple[subprocess.Popen[str], str]"]:
        """Start the command; give it and the address that it tells."""
        with subprocess.Popen(
            command(*self.command, "--no-browser", *more),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            env={**os.environ, "PYTHONPATH": SOURCE, **self.env},
        ) as process:
            try:
                assert process.stderr is not None
                told = process.stderr.readline()
                assert told.startswith("Sign in at http"), told
                yield process, told.removeprefix("Sign in at ").strip()
            finally:
                process.kill()

    def run(self, *more: str, **changed: Any) -> Any:
        return run(*self.command, *more, env={**self.env, **changed})

    def token(self) -> Secret:
        """The token that the folder holds."""
        app = App(self.sage.client_id, self.sage.client_secret)
        plan = Session(app, FileTokens(str(self.folder))).token()
        return BlockingDriver().drive(plan)


@pytest.fixture
def terminal(sage: AccountingSimulator, tmp_path: Path) -> Terminal:
    return Terminal(sage, tmp_path / "tokens")


def browse(url: str) -> httpx.Response:
    return httpx.get(url, follow_redirects=True)


@pytest.mark.requirement("S54", "S57")
def test_a_person_signs_in_with_a_browser_and_sees_the_businesses(
    terminal: Terminal, sage: AccountingSimulator
) -> None:
    with terminal.started("--country", "gb") as (process, url):
        seen = browse(url)
        out, err = process.communicate(timeout=30)

    assert "country=gb" in url
    assert seen.status_code == 200
    assert "<h1>You are signed in</h1>" in seen.text
    assert seen.headers["cache-control"] == "no-store"
    assert (process.returncode, err) == (GOOD, "")
    lines = out.splitlines()
    assert lines[0].startswith("Signed in, until ")
    assert lines[0].endswith(f": {terminal.folder}")
    assert [line.split()[0] for line in lines[1:]] == list(sage.businesses)
    assert terminal.token() == Secret(sage.access_token)


def test_a_program_is_told_in_json_and_never_a_token(
    terminal: Terminal, sage: AccountingSimulator
) -> None:
    with terminal.started("--json", "--user", "ann") as (process, url):
        browse(url)
        out, _ = process.communicate(timeout=30)

    told = json.loads(out)
    assert told["name"] == f"accounting:{sage.client_id}:ann"
    assert [one["id"] for one in told["businesses"]] == list(sage.businesses)
    assert (told["country"], told["scope"]) == ("gb", "full_access")
    assert told["ends"].endswith("+00:00")
    assert sage.access_token not in out
    assert sage.refresh_token not in out


@pytest.mark.requirement("S147")
def test_the_status_is_told_without_asking_anybody(
    terminal: Terminal, sage: AccountingSimulator
) -> None:
    before = terminal.run("--status")
    with terminal.started() as (process, url):
        browse(url)
        process.wait(30)
    asked = len(sage.calls)

    # Neither a secret nor a network is needed.
    after = terminal.run("--status", "--json", SAGE_CONNECT_CLIENT_SECRET="")

    assert before.code == FAULTY
    assert before.out.startswith(b"reauth_needed: nobody has signed in")
    assert (after.code, json.loads(after.out)) == (GOOD, {"state": "ok", "reason": ""})
    assert len(sage.calls) == asked


@pytest.mark.requirement("S135")
def test_signing_out_leaves_no_secret_in_the_folder(
    terminal: Terminal, sage: AccountingSimulator
) -> None:
    with terminal.started() as (process, url):
        browse(url)
        process.wait(30)
    secrets = (sage.access_token, sage.refresh_token, sage.client_secret)

    ended = terminal.run("--revoke")

    assert (ended.code, ended.out) == (
        GOOD,
        b"Signed out: erased here, and ended at Sage.\n",
    )
    left = b"".join(file.read_bytes() for file in terminal.folder.iterdir())
    assert [one for one in secrets if one.encode() in left] == []
    assert sage.oauth._newest() is None
    assert terminal.run("--status").code == FAULTY


@pytest.mark.requirement("S135")
def test_signing_out_offline_is_told(terminal: Terminal) -> None:
    with terminal.started() as (process, url):
        browse(url)
        process.wait(30)

    ended = terminal.run("--revoke", "--revoke-url", "http://127.0.0.1:1/revoke")

    assert ended.code == UNREADABLE
    assert "SC-SA-REVOKE" in ended.err
    assert "erased here" in ended.err
    assert terminal.run("--status").code == FAULTY


def test_a_person_who_declines_sees_why_in_both_places(
    terminal: Terminal, sage: AccountingSimulator
) -> None:
    sage.oauth.consent = "access_denied"

    with terminal.started() as (process, url):
        seen = browse(url)
        _, err = process.communicate(timeout=30)

    assert "<h1>You are not signed in</h1>" in seen.text
    assert "SC-SA-ACCESS-DENIED" in seen.text
    assert process.returncode == UNREADABLE
    assert "SC-SA-ACCESS-DENIED" in err
    assert list(terminal.folder.glob("*.token")) == []


def test_whoever_else_comes_by_does_not_end_the_waiting(terminal: Terminal) -> None:
    with (
        terminal.started() as (process, url),
        # A browser opens connections in advance, and says nothing on them.
        socket.create_connection(("127.0.0.1", terminal.port)),
    ):
        base = f"http://127.0.0.1:{terminal.port}"
        missing = browse(f"{base}/favicon.ico")
        forged = browse(f"{base}/callback?code=GB/forged&state=<script>")
        bare = browse(f"{base}/callback")
        posted = httpx.post(f"{base}/callback")
        seen = browse(url)
        again = process.wait(30)

    assert [missing.status_code, posted.status_code] == [404, 501]
    assert "SC-SA-STATE" in forged.text
    assert "<script>" not in forged.text
    assert "SC-SA-STATE" in bare.text
    assert "You are signed in" in seen.text
    assert again == GOOD


def test_a_sage_that_is_not_reached_is_tried_again_when_the_page_is_loaded_again(
    terminal: Terminal, sage: AccountingSimulator
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        at = terminal.command.index("--token-url") + 1
        terminal.command[at] = f"http://127.0.0.1:{closed.getsockname()[1]}/token"
        with terminal.started() as (process, url):
            back = httpx.get(url).headers["location"]
            first, second = browse(back), browse(back)
            os.kill(process.pid, signal.SIGINT)
            _, err = process.communicate(timeout=30)

    assert [first.text, second.text] == [first.text] * 2
    assert "Not signed in yet" in first.text
    assert "load this page again" in first.text
    assert err.endswith("Interrupted.\n")
    assert process.returncode == 130
    assert sage.refreshes == 0


def test_the_browser_of_this_account_is_opened(terminal: Terminal, tmp_path: Path) -> None:
    browser = tmp_path / "browser.py"
    browser.write_text(
        "import sys, httpx\nhttpx.get(sys.argv[1], follow_redirects=True)\n", "utf-8"
    )

    ended = terminal.run(BROWSER=f"{sys.executable} {browser} %s", PYTHONPATH=SOURCE)

    assert ended.code == GOOD, ended.err
    assert ended.out.startswith(b"Signed in")


def test_without_a_screen_no_browser_is_looked_for(
    terminal: Terminal, tmp_path: Path
) -> None:
    # A browser in the path that would take the terminal over.
    lynx = tmp_path / "lynx"
    lynx.write_text("#!/bin/sh\ntouch opened\n", "utf-8")
    lynx.chmod(0o755)
    env = {
        name: value
        for name, value in {**os.environ, **terminal.env}.items()
        if name not in {"DISPLAY", "WAYLAND_DISPLAY", "BROWSER"}
    }
    with subprocess.Popen(
        command(*terminal.command),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        cwd=tmp_path,
        env={**env, "PYTHONPATH": SOURCE, "PATH": f"{tmp_path}:{env['PATH']}"},
    ) as process:
        assert process.stderr is not None
        url = process.stderr.readline().removeprefix("Sign in at ").strip()
        assert "You are signed in" in browse(url).text
        process.wait(30)

    assert not (tmp_path / "opened").exists()


def test_businesses_that_cannot_be_listed_cost_no_sign_in(
    terminal: Terminal, sage: AccountingSimulator
) -> None:
    terminal.command[terminal.command.index("--base-url") + 1] = f"{sage.url}/elsewhere"

    with terminal.started("--json") as (process, url):
        browse(url)
        out, err = process.communicate(timeout=60)

    assert process.returncode == GOOD
    assert "The businesses could not be listed" in err
    assert json.loads(out)["businesses"] is None


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--country", "fr"], "SC-SA-COUNTRY"),
        (["--redirect-uri", "https://vendor.test/callback"], "SC-SA-REDIRECT"),
        (["--redirect-uri", "http://localhost:http/callback"], "SC-SA-REDIRECT"),
        (["--locale", "english"], "expected a locale"),
        (["--status", "--revoke"], "do not go together"),
    ],
)
def test_what_cannot_be_is_told_before_anything_is_asked(
    more: list[str], told: str, terminal: Terminal, sage: AccountingSimulator
) -> None:
    ended = terminal.run(*more)

    assert ended.code == UNREADABLE
    assert told in ended.err
    assert sage.calls == []


def test_a_port_that_is_in_use_is_told(terminal: Terminal) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", terminal.port))
        taken.listen()

        ended = terminal.run("--no-browser")

    assert ended.code == UNREADABLE
    assert f"port {terminal.port} of this machine cannot be listened on" in ended.err


def test_the_secret_is_no_option_and_is_asked_for_when_it_is_missing(
    terminal: Terminal,
) -> None:
    as_option = terminal.run("--client-secret", "canary")
    without = terminal.run(SAGE_CONNECT_CLIENT_SECRET="")

    assert (as_option.code, without.code) == (UNREADABLE, UNREADABLE)
    assert "No such option" in as_option.err
    assert "SAGE_CONNECT_CLIENT_SECRET" in without.err


def test_at_a_terminal_the_secret_is_typed_and_not_shown(
    terminal: Terminal, sage: AccountingSimulator
) -> None:
    process, screen = pty.fork()
    if not process:
        os.environ.update(PYTHONPATH=SOURCE, SAGE_CONNECT_CLIENT_SECRET="", COLUMNS="999")
        arguments = command(*terminal.command, "--no-browser")
        os.execv(arguments[0], arguments)  # noqa: S606 - no shell
    shown = b""

    def until(happened: Callable[[bytes], bool]) -> bytes:
        nonlocal shown
        while not happened(shown):
            shown += os.read(screen, 1000)
        return shown

    # The blank comes once the echo is off, and what was typed before that is dropped.
    until(lambda text: b"Client secret: " in text)
    os.write(screen, sage.client_secret.encode() + b"\n")
    until(lambda text: b"Sign in at" in text and text.endswith(b"\n"))
    url = shown.decode().partition("Sign in at ")[2].split()[0]
    assert "You are signed in" in browse(url).text
    until(lambda text: b"Signed in, until" in text)
    _, status = os.waitpid(process, 0)
    os.close(screen)

    assert os.waitstatus_to_exitcode(status) == GOOD
    assert sage.client_secret.encode() not in shown


def test_a_profile_says_all_that_signing_in_needs(
    sage: AccountingSimulator, tmp_path: Path
) -> None:
    write_profile(tmp_path, sage)

    found = run(
        "auth", "accounting", "--profile", "main", "--status", "--json", cwd=tmp_path
    )
    assert json.loads(found.out) == {"state": "ok", "reason": ""}
    nobody = run("auth", "accounting", "--status", cwd=tmp_path)
    assert (nobody.code, "--profile or --client-id" in nobody.err) == (2, True)
    unknown = run("auth", "accounting", "--profile", "other", cwd=tmp_path)
    assert (unknown.code, "accounting:main" in unknown.err) == (2, True)

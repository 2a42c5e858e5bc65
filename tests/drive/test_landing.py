"""The page on this machine that a browser comes back to."""

import socket
import threading

import httpx
import pytest

from sage_connect.drive.landing import Landing
from sage_connect.errors import ConfigurationError


def free() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def test_a_visit_is_answered_by_whoever_waits_for_it() -> None:
    uri = f"http://127.0.0.1:{free()}/back"
    seen = list[str]()

    with Landing(uri) as landing:
        browser = threading.Thread(
            target=lambda: seen.append(httpx.get(f"{uri}?code=a").text)
        )
        browser.start()
        visit = next(landing.visits(10))
        visit.answer("Title <1>", "text & more")
        browser.join()

    assert visit.url == "/back?code=a"
    assert "<h1>Title &lt;1&gt;</h1><p>text &amp; more</p>" in seen[0]


def test_waiting_ends_when_nobody_comes() -> None:
    with Landing(f"http://localhost:{free()}/") as landing:
        assert list(landing.visits(0.05)) == []


def test_only_this_machine_is_listened_to_and_no_longer_than_wanted() -> None:
    port = free()
    with Landing(f"http://localhost:{port}"):
        with socket.create_connection(("127.0.0.1", port)):
            pass
        # Another address of this machine, as one of the network would be.
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.2", port)).close()

    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port)).close()


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "https://localhost:8080/",
        "http://vendor.test/",
        "http://localhost:0x1/",
        "http://localhost:99999/",
    ],
)
def test_an_address_of_elsewhere_is_not_listened_on(uri: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Landing(uri)

    assert caught.value.code == "SC-SA-REDIRECT"

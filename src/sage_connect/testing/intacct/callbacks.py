"""Results of asynchronous requests, sent to the address of their policy."""

import http.client
import threading
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from ..exchange import Answer

_PATIENCE: Final = 10


class Callbacks:
    """Sends results, each in a connection of its own, in order.

    Attributes:
        delivered: Status of each delivery: what was answered, or 0 for nobody there.
    """

    def __init__(self) -> None:
        self.delivered: list[int] = []
        self._threads: list[threading.Thread] = []

    def send(self, url: str, make: Callable[[], Answer]) -> None:
        """Do the work in a thread, and send what came of it."""
        thread = threading.Thread(
            target=self._deliver, args=(url, make), name="simulator-callback", daemon=True
        )
        self._threads.append(thread)
        thread.start()

    def wait(self) -> None:
        """Return once everything was sent."""
        for thread in self._threads:
            thread.join(_PATIENCE)
        self._threads.clear()

    def _deliver(self, url: str, make: Callable[[], Answer]) -> None:
        answer, place = make(), urlsplit(url)
        connect = (
            http.client.HTTPSConnection
            if place.scheme == "https"
            else http.client.HTTPConnection
        )
        connection = connect(place.hostname or "", place.port, timeout=_PATIENCE)
        path = place.path or "/"
        try:
            connection.request(
                "POST",
                f"{path}?{place.query}" if place.query else path,
                answer.content,
                {"content-type": "application/xml"},
            )
            status = connection.getresponse().status
        except OSError:
            status = 0
        finally:
            connection.close()
        self.delivered.append(status)

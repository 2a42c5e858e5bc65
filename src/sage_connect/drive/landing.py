"""Where a browser lands that was sent away to sign in: one page on this machine."""

import os
import queue
import socketserver
import sys
import threading
import webbrowser
from collections.abc import Iterator
from html import escape
from http.server import BaseHTTPRequestHandler
from typing import Any, Final, Self
from urllib.parse import urlsplit

from ..errors import ConfigurationError

_LOOPBACK: Final = {"localhost": "127.0.0.1", "127.0.0.1": "127.0.0.1"}
_PATIENCE: Final = 120
"""Seconds that a browser waits for its page, while a server far away is asked."""

_PAGE: Final = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 1.1rem/1.5 system-ui, sans-serif; color: #1d2327; background: #f6f7f7;
  display: grid; place-items: center; min-height: 90vh; margin: 0 1rem }}
main {{ max-width: 34rem; padding: 2rem 2.5rem; background: #fff;
  border: 1px solid #dcdcde; border-radius: .5rem }}
h1 {{ font-size: 1.4rem; margin: 0 0 .5rem }}
p {{ margin: 0 }}
</style>
</head>
<body><main><h1>{title}</h1><p>{text}</p></main></body>
</html>
"""
_HEADERS: Final = {
    "Content-Type": "text/html; charset=utf-8",
    # The address of this page holds a code.
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Connection": "close",
}


class Visit:
    """A browser that waits for its page.

    Attributes:
        url: The path and the query that it asked for.
    """

    def __init__(self, url: str) -> None:
        self.url: str = url
        self.page: bytes = b""
        self.ready: threading.Event = threading.Event()
        self.sent: threading.Event = threading.Event()

    def answer(self, title: str, text: str) -> None:
        """Show a page; return when it is sent, or the browser has gone."""
        self.page = _PAGE.format(title=escape(title), text=escape(text)).encode()
        self.ready.set()
        self.sent.wait(_PATIENCE)


class Landing:
    """Listens on this machine alone, at an address that people are sent back to.

    A context manager. Other programs of this machine may come by as well: whether a visit
    is the one that was waited for is for the caller to find out.

    Args:
        uri: Such as "http://localhost:8080/callback".

    Raises:
        ConfigurationError: Not an address of this machine, or one that is in use.
    """

    def __init__(self, uri: str) -> None:
        parts = urlsplit(uri)
        try:
            host, port = _LOOPBACK[parts.hostname or ""], parts.port or 80
        except (KeyError, ValueError):
            host, port = "", 0
        if parts.scheme != "http" or not port:
            raise ConfigurationError(
                f"expected an address of this machine to come back to, found {uri!r}",
                code="SC-SA-REDIRECT",
                fix="Register one such as http://localhost:8080/callback with Sage, and "
                "name it.",
            )
        visits: queue.SimpleQueue[Visit] = queue.SimpleQueue()
        path = parts.path or "/"
        try:
            self._server = _Server((host, port), path, visits)
        except OSError as error:
            raise ConfigurationError(
                f"port {port} of this machine cannot be listened on: "
                f"{error.strerror or error}",
                code="SC-SA-REDIRECT",
                fix="End the program that uses it, or register another address with Sage.",
            ) from error
        self._visits = visits

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def visits(self, seconds: float) -> Iterator[Visit]:
        """Yield who comes by; end when nobody has come for `seconds`."""
        while True:
            try:
                yield self._visits.get(timeout=seconds)
            except queue.Empty:
                return


class _Server(socketserver.ThreadingTCPServer):
    # Of the standard library's, and not its HTTP server, which asks for this machine's
    # name in the net. Browsers open connections in advance: each has its thread.
    daemon_threads = True
    block_on_close = False
    # On Windows it would let another program listen too.
    allow_reuse_address = sys.platform != "win32"

    def __init__(
        self, address: tuple[str, int], path: str, visits: "queue.SimpleQueue[Visit]"
    ) -> None:
        self.path: str = path
        self.visits: queue.SimpleQueue[Visit] = visits
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a browser that goes before its page comes."""


class _Handler(BaseHTTPRequestHandler):
    timeout = 30

    def do_GET(self) -> None:
        server = self.server
        if not isinstance(server, _Server) or urlsplit(self.path).path != server.path:
            self.send_error(404)
            return
        visit = Visit(self.path)
        server.visits.put(visit)
        try:
            if visit.ready.wait(_PATIENCE):
                self.send_response(200)
                for name, value in _HEADERS.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(visit.page)))
                self.end_headers()
                self.wfile.write(visit.page)
        finally:
            visit.sent.set()

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing: the address holds a code."""


def open_browser(url: str) -> None:
    """Show `url` in the browser of whoever sits at this machine, if there is one."""
    is_seen = (
        sys.platform in {"win32", "darwin"}
        or os.environ.get("DISPLAY")
        or os.environ.get("WAYLAND_DISPLAY")
        or os.environ.get("BROWSER")
    )
    # One that lives in the terminal would take it over. In a thread: some return only when
    # they are closed.
    if is_seen:
        threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()

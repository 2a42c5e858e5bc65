"""A gateway on a real socket that answers as it is told, and keeps what it was sent."""

import contextlib
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import IO, Any, Self
from xml.sax.saxutils import escape

from lxml import etree

from sage_connect.intacct.credentials import Credentials, Endpoints
from sage_connect.intacct.gateway import Patience
from sage_connect.intacct.service import Service

CANARIES = ("canary-sender-password", "canary-user-password", "canary-session")
CREDENTIALS = Credentials(
    sender_id="vendor",
    sender_password=CANARIES[0],
    company_id="acme",
    user_id="api user",
    user_password=CANARIES[1],
)
NOW = Patience(
    delays=(0, 0, 0), lost=(0, 0, 0), cut=(0, 0), throttled=0.01, longest=1, turns=3
)
"""Repeats at once."""


class Asked:
    """A request as it arrived."""

    def __init__(self, head: bytes, body: bytes) -> None:
        self.head: str = head.decode()
        self.body: bytes = body
        self.tree: Any = etree.fromstring(body)

    def text(self, path: str) -> str | None:
        """The text at `path`; None where there is no such element."""
        found = self.tree.find(path)
        return None if found is None else found.text or ""

    @property
    def control_id(self) -> str:
        return str(self.text("control/controlid"))

    @property
    def functions(self) -> list[Any]:
        return list(self.tree.iterfind("operation/content/function"))

    @property
    def ids(self) -> list[str]:
        return [one.get("controlid") for one in self.functions]

    @property
    def names(self) -> list[str]:
        return [one[0].tag for one in self.functions]

    @property
    def session(self) -> str | None:
        return self.text("operation/authentication/sessionid")


Answer = Callable[[Asked], bytes | None]
"""Gives the bytes of an HTTP answer; None breaks the connection off."""


def http(body: str | bytes, status: int = 200, kind: str = "text/xml", *more: str) -> bytes:
    content = body.encode() if isinstance(body, str) else body
    head = [
        f"HTTP/1.1 {status} Said",
        f"content-type: {kind}",
        f"content-length: {len(content)}",
        *more,
    ]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + content


def control(asked: Asked, status: str = "success") -> str:
    return (
        f"<control><status>{status}</status><senderid>vendor</senderid>"
        f"<controlid>{escape(asked.control_id)}</controlid><uniqueid>false</uniqueid>"
        "<dtdversion>3.0</dtdversion></control>"
    )


def error(number: str, text: str = "", *, more: str = "") -> str:
    return (
        f"<error><errorno>{number}</errorno><description></description>"
        f"<description2>{escape(text)}</description2><correction></correction>{more}</error>"
    )


def errors(*each: str) -> str:
    return f"<errormessage>{''.join(each)}</errormessage>"


def signed_in(**changed: str) -> str:
    said = {"userid": "api user", "companyid": "acme", "locationid": "", **changed}
    inner = "".join(f"<{name}>{text}</{name}>" for name, text in said.items())
    return f"<authentication><status>success</status>{inner}</authentication>"


def result(
    asked: Asked, index: int = 0, inner: str = "", status: str = "success", id: str = ""
) -> str:
    return (
        f"<result><status>{status}</status><function>{asked.names[index]}</function>"
        f"<controlid>{escape(id or asked.ids[index])}</controlid>{inner}</result>"
    )


def operation(asked: Asked, *inner: str, auth: str = "") -> str:
    return (
        f"<response>{control(asked)}<operation>{auth or signed_in()}"
        f"{''.join(inner)}</operation></response>"
    )


def done(asked: Asked) -> bytes:
    """Every function is carried out."""
    inner = [result(asked, at) for at in range(len(asked.ids))]
    return http(operation(asked, *inner))


def failed(*each: str, status: str = "failure") -> Answer:
    """Every function is refused."""

    def answer(asked: Asked) -> bytes:
        inner = [result(asked, at, errors(*each), status) for at in range(len(asked.ids))]
        return http(operation(asked, *inner))

    return answer


def turned_away(*each: str, status: int = 200) -> Answer:
    """Control level: nothing runs."""

    def answer(asked: Asked) -> bytes:
        said = f"<response>{control(asked, 'failure')}{errors(*each)}</response>"
        return http(said, status)

    return answer


def not_signed_in(*each: str) -> Answer:
    """Authentication level: nothing runs."""

    def answer(asked: Asked) -> bytes:
        auth = (
            "<authentication><status>failure</status><userid>api user</userid>"
            "<companyid>acme</companyid></authentication>"
        )
        return http(operation(asked, errors(*each), auth=auth))

    return answer


def cut(_: Asked) -> None:
    """The connection is broken off."""


def plain(status: int, text: str = "oops", *more: str) -> Answer:
    return lambda _: http(text, status, "text/html", *more)


class ScriptedGateway:
    """Answers with a script, and gives sessions when it is asked for one.

    Attributes:
        script: What the answers to other functions are, in order; then all is done.
        sign_in: What the answers to `getAPISession` are, in order; then sessions.
        asked: Every request.
        lasts: What each session says of its life.
    """

    def __init__(self, *script: Answer) -> None:
        self.script: list[Answer] = list(script)
        self.sign_in: list[Answer] = []
        self.asked: list[Asked] = []
        self.lasts: str = ""
        self.endpoint: str | None = None
        self._sessions = 0
        self._guard = threading.Lock()
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/ia/xml/xmlgw.phtml"
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # Wakes the thread that waits in `accept`.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for one in self._open:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    @property
    def sent(self) -> list[Asked]:
        """The requests that were for something else than a session."""
        return [one for one in self.asked if one.names != ["getAPISession"]]

    @property
    def counted(self) -> Counter[str]:
        return Counter(name for one in self.asked for name in one.names)

    def service(self, credentials: Credentials = CREDENTIALS, **options: Any) -> Service:
        options = {"patience": NOW, **options}
        return Service(credentials, Endpoints(gateway=self.url), **options)

    def session(self, asked: Asked, **changed: str) -> bytes:
        """Give a session, for the entity that was signed in to."""
        self._sessions += 1
        said = {
            "sessionid": f"{CANARIES[2]}-{self._sessions}",
            "endpoint": self.url if self.endpoint is None else self.endpoint,
            "locationid": asked.text("operation/authentication/login/locationid") or "",
            **changed,
        }
        api = "".join(f"<{name}>{text}</{name}>" for name, text in said.items())
        auth = signed_in().replace("</auth", f"{self.lasts}</auth")
        inner = result(asked, 0, f"<data><api>{api}</api></data>")
        return http(operation(asked, inner, auth=auth))

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self._open.append(connection)
                threading.Thread(
                    target=self._serve, args=(connection,), daemon=True
                ).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection, connection.makefile("rb") as file:
            while (asked := _read(file)) is not None:
                with self._guard:
                    self.asked.append(asked)
                    reply = self._answer(asked)
                if reply is None:
                    return
                connection.sendall(reply)

    def _answer(self, asked: Asked) -> bytes | None:
        if asked.names == ["getAPISession"]:
            return self.sign_in.pop(0)(asked) if self.sign_in else self.session(asked)
        return self.script.pop(0)(asked) if self.script else done(asked)


def _read(file: IO[bytes]) -> Asked | None:
    head, length = b"", 0
    while not head.endswith(b"\r\n\r\n"):
        line = file.readline()
        if not line:
            return None
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
        head += line
    return Asked(head, file.read(length))


def served(*script: Answer) -> Iterator[ScriptedGateway]:
    with ScriptedGateway(*script) as gateway:
        yield gateway


def unique(requests: Sequence[Asked]) -> list[str | None]:
    return [one.text("control/uniqueid") for one in requests]

"""What opens doors is told to nobody by a whole ledger, whatever it shows or meets."""

import http.client
import http.server
import logging
import pickle
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from sage_connect import SageConnectError
from sage_connect.intacct import Credentials
from sage_connect.plan import Secret
from sage_connect.testing.intacct import (
    Drop,
    Elsewhere,
    Expired,
    Failure,
    Fault,
    Html,
    IntacctSimulator,
    OtherControlId,
    Refuse,
    Throttle,
    Truncate,
)

from .company import connected
from .documents import KINDS, an_invoice, trading
from .test_secrets import everything

CANARY = "canary-"
SECRETS: dict[str, Any] = {
    "sender_id": f"{CANARY}sender",
    "sender_password": f"{CANARY}sender <pass>&word",
    "user_id": f"{CANARY}user",
    "user_password": f'{CANARY}user "pass>word',
}
FAULTS: list[Fault] = [
    Drop(after_commit=True),
    Failure(status=500),
    Html(),
    Truncate(keep=900),
    Throttle(),
    Throttle(text_only=True),
    OtherControlId(),
    Expired(),
    Refuse(),
]


@pytest.fixture
def simulator() -> Iterator[IntacctSimulator]:
    with IntacctSimulator(seed="empty", **SECRETS) as made:
        yield trading(made)
        assert made.crashes == []


class Mirror(http.server.ThreadingHTTPServer):
    """A proxy that likes to show the request that it could not deliver.

    Attributes:
        status: What it says then; 0 to deliver.
        seen: Every request that came.
    """

    def __init__(self, simulator: IntacctSimulator) -> None:
        super().__init__(("127.0.0.1", 0), _Mirroring)
        self.status = 0
        self.seen: list[bytes] = []
        self.place = urlsplit(simulator.endpoint)
        self.gateway = f"http://127.0.0.1:{self.server_port}{self.place.path}"
        simulator._engine.endpoint = self.gateway


class _Mirroring(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        mirror: Any = self.server
        body = self.rfile.read(int(self.headers["content-length"]))
        mirror.seen.append(body)
        status, told = mirror.status, b"<html><pre>" + body + b"</pre></html>"
        if not status:
            wire = http.client.HTTPConnection(mirror.place.netloc)
            wire.request("POST", mirror.place.path, body)
            with wire.getresponse() as answer:
                status, told = answer.status, answer.read()
            wire.close()
        self.send_response(status)
        self.send_header("content-type", "text/xml")
        self.send_header("content-length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def mirror(simulator: IntacctSimulator) -> Iterator[Mirror]:
    with Mirror(simulator) as made:
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield made
        made.shutdown()


def held(what: Any, found: dict[int, Any]) -> dict[int, Any]:
    """Everything that `what` is made of, as far as a debugger would open it."""
    if id(what) in found or isinstance(what, Secret):
        return found
    if isinstance(what, dict | list | tuple | set | frozenset):
        found[id(what)] = what
        inside = [*what.values()] if isinstance(what, dict) else [*what]
    elif type(what).__module__.startswith("sage_connect."):
        found[id(what)] = what
        slots = [
            name for one in type(what).__mro__ for name in vars(one).get("__slots__", ())
        ]
        inside = [
            getattr(what, name, None) for name in {*slots, *getattr(what, "__dict__", {})}
        ]
    else:
        return found
    for one in inside:
        held(one, found)
    return found


def shown(what: Any) -> str:
    """All that can be seen of something that a caller holds."""
    seen = [repr(what), str(what)]
    if isinstance(what, BaseException):
        seen.append(everything(what))
    try:
        seen.append(repr(pickle.dumps(what)))
    except (TypeError, AttributeError, pickle.PicklingError) as refused:
        seen.append(everything(refused))
    return "\n".join(seen)


def told(sage: Any, documents: list[Any]) -> list[Any]:
    """Everything that a ledger tells: posted, looked up, shown and asked."""
    given: list[Any] = [sage, sage.api, sage.capabilities]

    def note(ask: Any) -> None:
        try:
            given.append(ask())
        except SageConnectError as error:
            given.append(error)

    note(sage.company.health)
    note(sage.company.preflight)
    note(sage.company.load)
    note(lambda: sage.documents.post_all(documents))
    outcomes = given[-1]
    if not isinstance(outcomes, SageConnectError):
        given += [
            *outcomes,
            *(one.error for one in outcomes),
            *(one.report for one in outcomes),
        ]
        note(lambda: sage.documents.reconcile(outcomes[0].key))
    note(lambda: list(sage.sales_invoices.list()))
    note(lambda: sage.sales_invoices.post(documents[0]))
    inside = held(sage, {})
    assert any(isinstance(one, Credentials) for one in inside.values())
    return [*given, "\n".join(map(repr, inside.values()))]


def hits(
    given: list[Any], sessions: set[str], caplog: pytest.LogCaptureFixture
) -> set[str]:
    """Return which secrets are seen anywhere."""
    seen = "\n".join(
        [
            *map(shown, given),
            *(f"{one.getMessage()} {one.__dict__}" for one in caplog.records),
        ]
    )
    secrets = {*SECRETS.values(), *sessions, CANARY}
    escaped = {one.replace("&", "&amp;").replace("<", "&lt;") for one in secrets}
    return {one for one in secrets | escaped if one in seen}


def sessions_of(simulator: IntacctSimulator) -> set[str]:
    with simulator._store.guard:
        return {str(row["ID"]) for row in simulator._store.all(".session")}


@pytest.mark.parametrize("fault", FAULTS, ids=repr)
def test_a_ledger_that_meets_trouble_shows_no_secret(
    simulator: IntacctSimulator, fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    documents = [kind[0](n) for kind in KINDS for n in range(3)]
    with connected(simulator) as sage:
        preview = sage.documents.preview(documents)
        simulator.fail(fault, times=None, chance=0.4)
        given = [preview, preview.content, *told(sage, documents)]

    sessions = sessions_of(simulator)
    assert sessions
    assert any(one.name.startswith("sage_connect") for one in caplog.records)
    assert hits(given, sessions, caplog) == set()


@pytest.mark.parametrize("status", [200, 403, 502])
@pytest.mark.parametrize("loaded", [True, False])
def test_a_ledger_whose_requests_are_shown_to_it_does_not_show_them_on(
    simulator: IntacctSimulator,
    mirror: Mirror,
    caplog: pytest.LogCaptureFixture,
    status: int,
    loaded: bool,  # noqa: FBT001 - pytest's
) -> None:
    caplog.set_level(0)
    documents = [an_invoice(n) for n in range(3)]
    with connected(simulator, gateway=mirror.gateway) as sage:
        if loaded:
            sage.company.load()
        mirror.status = status
        given = told(sage, documents)

    sent = b"".join(mirror.seen).decode()
    assert CANARY in sent
    sessions = sessions_of(simulator)
    assert {one for one in sessions if one in sent} or not loaded
    assert hits(given, sessions, caplog) == set()


def test_a_session_that_leads_elsewhere_is_not_told_where(
    simulator: IntacctSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with connected(simulator) as sage:
        simulator.fail(Elsewhere(), times=None)
        given = told(sage, [an_invoice(1)])

    assert simulator.books().count("ARINVOICE") == 0
    assert hits(given, sessions_of(simulator), caplog) == set()

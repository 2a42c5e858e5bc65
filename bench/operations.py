"""What a plan and a driver cost for each request, against a bare httpx call on loopback.

CPU time of this process alone: the server is another one. The driver is the blocking one
with the sending taken out, so that all else is measured: the verb, its plan, the repeats
around it, the log line that nobody reads. What a product adds to that for each request,
its token, its turn, its answer made a typed record, is told beside it and has no budget.
"""

import multiprocessing
import socket
import statistics
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection
from typing import Any

import httpx

from sage_connect.accounting.api.tax import TaxTypes
from sage_connect.accounting.pace import Limiter, Limits
from sage_connect.accounting.service import FixedToken, Service
from sage_connect.drive import BlockingDriver
from sage_connect.plan import (
    Plan,
    Reply,
    Seat,
    Secret,
    Send,
    Step,
    Sync,
    operation,
    retrying,
)

from ._measure import Measured, Row, Rows, rounds, spent

BARE = 50
OURS = 1000
WHY = "The figure moves by some tenths from run to run, and the budget lies among them."
ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"


def rows() -> Rows:
    yield Row(
        "plan and driver of a request",
        3,
        "%",
        overhead,
        against="a bare httpx call on loopback",
        why=WHY,
    )


class Null(BlockingDriver):
    """Answers without sending."""

    def _perform(self, step: Step[Any], held: ExitStack) -> Any:  # noqa: ARG002 - the driver's
        return Reply(status=200, body=b"{}")


class Silent(BlockingDriver):
    """Tells the time, and answers without sending."""

    def _perform(self, step: Step[Any], held: ExitStack) -> Any:
        if isinstance(step, Send):
            return Reply(status=200, body=b"{}")
        return super()._perform(step, held)


class Records(Seat):
    @operation
    def get(self, url: str) -> Plan[int]:
        reply = yield from retrying(self._get(url), (1, 2, 4))
        return reply.status

    def _get(self, url: str) -> Plan[Reply]:
        return (yield from Send(method="GET", url=url))


def accounting() -> TaxTypes[Sync]:
    """Return a resource of Sage Accounting with all that a ledger gives it."""
    pace = Limiter(Limits(per_day=10**9, burst=10**8))
    service = Service("https://localhost", FixedToken(Secret("x")), business="b", pace=pace)
    return TaxTypes(Silent(), service)


def overhead() -> Measured:
    records = Records(Null())
    native = accounting()
    with serving() as url, httpx.Client(trust_env=False) as client:
        # Interleaved: whatever slows the machine slows all of them.
        works: tuple[tuple[int, Callable[[], object]], ...] = (
            (BARE, lambda: client.get(url)),
            (OURS, lambda: records.get(url)),
            (OURS, lambda: native.get("GB")),
        )
        for times, work in works:
            repeated(times, work)
        costs = [[repeated(*work) for work in works] for _ in rounds(40)]
    bare, ours, theirs = (statistics.median(column) for column in zip(*costs, strict=True))
    detail = (
        f"{1e6 * ours:.0f} of {1e6 * bare:.0f} µs; "
        f"{100 * theirs / bare:.1f} % with all that a verb of Sage Accounting adds"
    )
    return Measured(100 * ours / bare, detail=detail)


def repeated(times: int, work: Callable[[], object]) -> float:
    """Return the seconds of CPU that one of `times` takes."""

    def all_of_them() -> None:
        for _ in range(times):
            work()

    return spent(all_of_them) / times


@contextmanager
def serving() -> Iterator[str]:
    """Yield the address of a server of another process."""
    inside, outside = multiprocessing.Pipe()
    context = multiprocessing.get_context("spawn")
    server = context.Process(target=serve, args=(outside,), daemon=True)
    server.start()
    yield f"http://127.0.0.1:{inside.recv()}/records"
    server.terminate()
    server.join()


def serve(outside: Connection) -> None:
    """Answer every request of one connection alike."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        outside.send(listener.getsockname()[1])
        connection, _ = listener.accept()
        while connection.recv(65536):
            connection.sendall(ANSWER)

"""What a plan and a driver cost for each request, against a bare httpx call on loopback.

CPU time of this process alone: the server is another one. The driver is the blocking one
with the sending taken out, so that all else is measured: the verb, its plan, the repeats
around it, the log line that nobody reads. What a product adds to that for each request,
its token, its turn, its answer made a typed record, is told beside it, without a budget.
"""

import multiprocessing
import socket
import statistics
import sys
import time
from contextlib import ExitStack
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

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

BUDGET = 3.0
ROUNDS = 40
BARE = 50
OURS = 1000
ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"


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


def main() -> None:
    inside, outside = multiprocessing.Pipe()
    context = multiprocessing.get_context("spawn")
    server = context.Process(target=serve, args=(outside,), daemon=True)
    server.start()
    url = f"http://127.0.0.1:{inside.recv()}/records"
    records = Records(Null())
    native = accounting()
    bare, ours, theirs = list[float](), list[float](), list[float]()
    with httpx.Client(trust_env=False) as client:
        for _ in range(BARE):
            client.get(url)
            records.get(url)
            native.get("GB")
        # Interleaved: whatever slows the machine slows both.
        for _ in range(ROUNDS):
            began = time.process_time()
            for _ in range(BARE):
                client.get(url)
            bare.append((time.process_time() - began) / BARE)
            began = time.process_time()
            for _ in range(OURS):
                records.get(url)
            ours.append((time.process_time() - began) / OURS)
            began = time.process_time()
            for _ in range(OURS):
                native.get("GB")
            theirs.append((time.process_time() - began) / OURS)
    server.terminate()
    server.join()
    share = 100 * statistics.median(ours) / statistics.median(bare)
    print(
        f"plan and driver, of a bare httpx call | {share:.1f} % | {BUDGET:.0f} % | "
        f"{'within' if share <= BUDGET else 'over'}"
    )
    more = 100 * statistics.median(theirs) / statistics.median(bare)
    print(f"all but the sending of a verb of Sage Accounting: {more:.1f} %")


def serve(outside: Connection) -> None:
    """Answer every request of one connection alike."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        outside.send(listener.getsockname()[1])
        connection, _ = listener.accept()
        while connection.recv(65536):
            connection.sendall(ANSWER)


if __name__ == "__main__":
    main()

"""What a plan and a driver cost for each request, against a bare httpx call on loopback.

CPU time of this process alone: the server is another one. The driver is the blocking one
with the sending taken out, so that all else is measured: the verb, its plan, the repeats
around it, the log line that nobody reads.
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

from sage_connect.drive import BlockingDriver
from sage_connect.plan import Plan, Reply, Seat, Send, Step, operation, retrying

BUDGET = 3.0
ROUNDS = 40
BARE = 50
OURS = 1000
ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"


class Null(BlockingDriver):
    """Answers without sending."""

    def _perform(self, step: Step[Any], held: ExitStack) -> Any:  # noqa: ARG002 - the driver's
        return Reply(status=200, body=b"{}")


class Records(Seat):
    @operation
    def get(self, url: str) -> Plan[int]:
        reply = yield from retrying(self._get(url), (1, 2, 4))
        return reply.status

    def _get(self, url: str) -> Plan[Reply]:
        return (yield from Send(method="GET", url=url))


def main() -> None:
    inside, outside = multiprocessing.Pipe()
    context = multiprocessing.get_context("spawn")
    server = context.Process(target=serve, args=(outside,), daemon=True)
    server.start()
    url = f"http://127.0.0.1:{inside.recv()}/records"
    records = Records(Null())
    bare, ours = list[float](), list[float]()
    with httpx.Client(trust_env=False) as client:
        for _ in range(BARE):
            client.get(url)
            records.get(url)
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
    server.terminate()
    server.join()
    share = 100 * statistics.median(ours) / statistics.median(bare)
    print(
        f"plan and driver, of a bare httpx call | {share:.1f} % | {BUDGET:.0f} % | "
        f"{'within' if share <= BUDGET else 'over'}"
    )


def serve(outside: Connection) -> None:
    """Answer every request of one connection alike."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        outside.send(listener.getsockname()[1])
        connection, _ = listener.accept()
        while connection.recv(65536):
            connection.sendall(ANSWER)


if __name__ == "__main__":
    main()

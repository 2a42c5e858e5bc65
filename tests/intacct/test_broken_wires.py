"""Wires cut at each byte, many at once, and answers that come by another way."""

import asyncio
import http.server
import os
import threading
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from sage_connect.drive import AwaitingDriver, BlockingDriver
from sage_connect.errors import DuplicateError, NotSentError
from sage_connect.intacct.callback import parse_callback
from sage_connect.intacct.credentials import Endpoints
from sage_connect.intacct.outcomes import Became
from sage_connect.intacct.pace import Limiter
from sage_connect.intacct.service import Service
from sage_connect.testing.faultproxy import Cut, FaultProxy, Side
from sage_connect.testing.intacct import IntacctSimulator

from .answering import NOW
from .test_simulated import a_class, credentials

STEP = int(os.environ.get("CUT_STEP", "89"))
"""Every byte is tried with 1."""
THREADS = 16


@pytest.fixture
def simulator() -> Iterator[IntacctSimulator]:
    with IntacctSimulator() as made:
        yield made

        assert made.crashes == []


def storms(simulator: IntacctSimulator) -> Counter[str]:
    rows = simulator.books().all("CLASS")
    return Counter(row["CLASSID"] for row in rows if row["NAME"].startswith("Storm"))


@pytest.mark.parametrize("side", ["request", "answer"])
def test_a_wire_that_is_cut_at_any_byte_loses_and_doubles_nothing(
    simulator: IntacctSimulator, side: Side
) -> None:
    place = urlsplit(simulator.endpoint)
    told = Counter[str]()
    tried = range(0, 3600, STEP)
    for after in tried:
        cut = Cut(side=side, after=after, times=1)
        with FaultProxy("127.0.0.1", place.port or 0, cut) as proxy:
            simulator._engine.endpoint = f"{proxy.url}{place.path}"
            service = Service(
                credentials(simulator),
                Endpoints(gateway=simulator._engine.endpoint),
                patience=NOW,
            )
            driver = BlockingDriver()
            try:
                driver.drive(service.one(a_class(after)))
                told["done"] += 1
            except DuplicateError as error:
                told[error.code] += 1
            driver.close()

    assert storms(simulator) == {f"S{after}": 1 for after in tried}
    assert set(told) <= {"done", "SC-IN-REPEATED"}
    # The cuts fell into the answer of the write too.
    assert (told["SC-IN-REPEATED"] > 0) == (side == "answer")


@pytest.mark.parametrize("same", [True, False], ids=["one key", "many keys"])
def test_many_threads_post_each_key_once(
    simulator: IntacctSimulator,
    same: bool,  # noqa: FBT001 - pytest's
) -> None:
    told: list[str] = []
    begin = threading.Barrier(THREADS)
    limiter = Limiter()

    def post(number: int) -> None:
        service = Service(
            credentials(simulator),
            Endpoints(gateway=simulator.endpoint),
            pace=limiter,
            patience=NOW,
        )
        driver = BlockingDriver()
        begin.wait()
        try:
            driver.drive(service.one(a_class(0 if same else number)))
            told.append("done")
        except DuplicateError as error:
            told.append(error.code)
        finally:
            driver.close()

    threads = [threading.Thread(target=post, args=(at,)) for at in range(THREADS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert len(told) == THREADS
    assert storms(simulator) == ({"S0": 1} if same else {f"S{at}": 1 for at in range(16)})
    if same:
        assert Counter(told)["done"] == 1


def test_no_more_is_under_way_than_the_company_allows() -> None:
    with IntacctSimulator(concurrency=2) as simulator:
        service = Service(
            credentials(simulator),
            Endpoints(gateway=simulator.endpoint),
            pace=Limiter(),
            patience=NOW,
        )

        async def all_at_once() -> None:
            driver = AwaitingDriver()
            await asyncio.gather(
                *(driver.drive(service.one(a_class(number))) for number in range(30))
            )
            await driver.close()

        asyncio.run(all_at_once())

        assert len(storms(simulator)) == 30
        assert {one.status for one in simulator.calls} == {200}


@pytest.mark.requirement("S198")
def test_what_is_queued_is_told_later() -> None:
    posted: list[bytes] = []

    class Taking(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Taking) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/answers"
        with IntacctSimulator(policies={"nightly": address}) as made:
            service = Service(
                credentials(made),
                Endpoints(gateway=made.endpoint),
                patience=NOW,
                policy_id="nightly",
            )
            driver = BlockingDriver()
            asked = [a_class(1), a_class(1001), a_class(2)]
            asked[1].class_id = "S1"
            found = driver.drive(service.queue(asked, control_id="job-7"))
            made.callbacks.wait()
            driver.close()
        server.shutdown()

    callback = parse_callback(posted[0], {"job-7": found.call})
    answers = callback.answers(found.call)
    assert found.status == "success"
    assert [one.became for one in answers] == [Became.DONE, Became.FAILED, Became.DONE]
    assert isinstance(answers[1].error, DuplicateError)


def test_a_gateway_that_is_not_there_leaves_nothing_unknown(
    simulator: IntacctSimulator,
) -> None:
    service = Service(
        credentials(simulator),
        Endpoints(gateway="http://127.0.0.1:9/ia/xml/xmlgw.phtml"),
        patience=NOW,
    )
    driver = BlockingDriver()

    with pytest.raises(NotSentError):
        driver.drive(service.one(a_class(1)))
    driver.close()

"""What is queued: an acknowledgement is no success, and a lost callback no loss."""

import datetime as dt
import http.server
import queue
import threading
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from sage_connect import (
    BrokenReplyError,
    ConfigurationError,
    Customer,
    Line,
    SalesInvoice,
    State,
    UnsupportedError,
)
from sage_connect.intacct import Became, functions, parse_callback
from sage_connect.testing.intacct import IntacctSimulator, Refuse

from .company import connected
from .trading import a_payment

POLICY = "results-to-us"
DAY = dt.date(2026, 11, 2)


class Address:
    """The https address of a transport policy, as far as a test has one.

    Attributes:
        bodies: What was posted to it.
    """

    def __init__(self) -> None:
        self.bodies: queue.Queue[bytes] = queue.Queue()
        bodies = self.bodies

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["content-length"])
                bodies.put(self.rfile.read(length))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/results"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def posted(self) -> bytes:
        """What was posted next."""
        return self.bodies.get(timeout=20)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def address() -> Iterator[Address]:
    address = Address()
    yield address
    address.close()


@pytest.fixture
def simulator(address: Address) -> Iterator[IntacctSimulator]:
    policies = {POLICY: address.url, "into-the-void": "http://127.0.0.1:1/"}
    closed = dt.date(2026, 9, 30)
    with IntacctSimulator(policies=policies, closed_until=closed) as simulator:
        yield simulator
        assert simulator.crashes == []


def an_invoice(number: str, day: dt.date = DAY) -> SalesInvoice:
    line = Line(description="Boiler service", unit_price=Decimal("65.00"), account="4000")
    return SalesInvoice(
        number=number,
        date=day,
        due=day + dt.timedelta(30),
        party="ARDENT",
        currency="GBP",
        lines=[line],
    )


@pytest.mark.requirement("S198")
def test_what_is_acknowledged_and_then_fails_is_failed_and_not_created(
    simulator: IntacctSimulator, address: Address
) -> None:
    # Its period is closed, which only Intacct knows.
    good, bad = an_invoice("Q-1"), an_invoice("Q-2", dt.date(2026, 9, 14))

    with connected(simulator) as ledger:
        queued = ledger.documents.queue([good, bad], policy_id=POLICY)
        callback = parse_callback(address.posted())
        outcomes = ledger.documents.settle(queued.waiting[callback.control_id], callback)

    assert [one.state for one in queued.outcomes] == [State.HANDED_OVER] * 2
    assert [one.state for one in outcomes] == [State.CREATED, State.FAILED]
    assert outcomes[0].unwrap().id.isdigit()
    assert outcomes[1].error is not None
    assert simulator.books().count("ARINVOICE") == 1


@pytest.mark.requirement("S198")
def test_another_process_settles_what_it_finds_by_the_control_id(
    simulator: IntacctSimulator, address: Address
) -> None:
    documents = [an_invoice("Q-1"), an_invoice("Q-2")]
    with connected(simulator) as ledger:
        queued = ledger.documents.queue(documents, policy_id=POLICY)
    (control_id,) = queued.waiting

    callback = parse_callback(address.posted())
    with connected(simulator) as another:
        outcomes = another.documents.settle(documents, callback)
        twice = another.documents.settle(documents, callback)

    assert callback.control_id == control_id
    assert [one.state for one in outcomes] == [State.CREATED] * 2
    assert [one.unwrap().id for one in twice] == [one.unwrap().id for one in outcomes]


@pytest.mark.requirement("S198")
def test_a_payment_is_settled_by_a_process_that_has_not_seen_its_invoice_open(
    simulator: IntacctSimulator, address: Address
) -> None:
    payment = a_payment(65, ("Q-1", 65), number="QP-1", date=DAY)
    with connected(simulator) as ledger:
        ledger.documents.post_all([an_invoice("Q-1")])
        queued = ledger.documents.queue([payment], policy_id=POLICY)

    callback = parse_callback(address.posted())
    with connected(simulator) as another:
        (outcome,) = another.documents.settle([payment], callback)

    assert [one.state for one in queued.outcomes] == [State.HANDED_OVER]
    assert outcome.state is State.CREATED
    assert [one.message() for one in outcome.report] == []


@pytest.mark.requirement("S198")
def test_a_callback_of_other_documents_settles_nothing(
    simulator: IntacctSimulator, address: Address
) -> None:
    with connected(simulator) as ledger:
        ledger.documents.queue([an_invoice("Q-1")], policy_id=POLICY)
        callback = parse_callback(address.posted())
        with pytest.raises(BrokenReplyError) as caught:
            ledger.documents.settle([an_invoice("Q-2")], callback)

    assert caught.value.code == "SC-IN-ECHO"


@pytest.mark.requirement("S198")
def test_a_lost_callback_is_no_loss_and_doubles_nothing(
    simulator: IntacctSimulator,
) -> None:
    document = an_invoice("Q-1")

    with connected(simulator) as ledger:
        queued = ledger.documents.queue([document], policy_id="into-the-void")
        simulator.callbacks.wait()
        found = ledger.documents.reconcile(queued.outcomes[0].key)
        again = ledger.documents.post_all([document])
        requeued = ledger.documents.queue([document], policy_id=POLICY)

    assert simulator.callbacks.delivered == [0]
    assert found is not None
    assert [one.state for one in again] == [State.UNCHANGED]
    assert [one.state for one in requeued.outcomes] == [State.UNCHANGED]
    assert dict(requeued.waiting) == {}
    assert simulator.books().count("ARINVOICE") == 1


def test_what_breaks_a_rule_is_not_queued(
    simulator: IntacctSimulator, address: Address
) -> None:
    with connected(simulator) as ledger:
        ledger.company.load()
        bad = an_invoice("Q-1")
        wrong = [Line(unit_price=Decimal(1), account="NONE")]
        queued = ledger.documents.queue(
            [
                SalesInvoice(
                    number="Q-2", date=DAY, party="ARDENT", currency="GBP", lines=wrong
                ),
                bad,
            ],
            policy_id=POLICY,
        )

    assert [one.state for one in queued.outcomes] == [State.REFUSED, State.HANDED_OVER]
    assert len(parse_callback(address.posted()).response.results) == 1


def test_what_could_not_be_looked_up_is_not_queued(simulator: IntacctSimulator) -> None:
    with connected(simulator) as ledger:
        ledger.company.load()
        simulator.fail(Refuse(), function="query", object="ARINVOICE", times=1)
        queued = ledger.documents.queue([an_invoice("Q-1")], policy_id=POLICY)

    assert [one.state for one in queued.outcomes] == [State.NOT_RUN]
    assert dict(queued.waiting) == {}
    assert simulator.books().count("ARINVOICE") == 0


def test_without_a_policy_or_with_master_data_nothing_is_sent(
    simulator: IntacctSimulator,
) -> None:
    customer: Any = Customer(code="NEW", name="New")

    with connected(simulator) as ledger:
        with pytest.raises(ConfigurationError) as none:
            ledger.documents.queue([an_invoice("Q-1")])
        with pytest.raises(UnsupportedError):
            ledger.documents.queue([customer], policy_id=POLICY)
        unknown = ledger.documents.queue([an_invoice("Q-1")], policy_id="nobody-s")

    assert none.value.code == "SC-IN-POLICY"
    assert [one.state for one in unknown.outcomes] == [State.NOT_RUN]
    assert dict(unknown.waiting) == {}
    assert simulator.books().count("ARINVOICE") == 0


@pytest.mark.requirement("S198")
def test_native_functions_are_queued_and_told_apart_by_their_control_ids(
    simulator: IntacctSimulator, address: Address
) -> None:
    good = functions.CustomerCreate(control_id="one", customer_id="Z1", customer_name="Zed")
    bad = functions.CustomerCreate(
        control_id="two", customer_id="ARDENT", customer_name="A"
    )

    with connected(simulator) as ledger:
        told = ledger.api.queue([good, bad], control_id="batch-7", policy_id=POLICY)
    callback = parse_callback(address.posted(), waiting={"batch-7": told.call})
    answers = {one.control_id: one.became for one in callback.answers(told.call)}

    assert told.status == "success"
    assert answers == {"one": Became.DONE, "two": Became.FAILED}

"""Transaction definitions: read when asked for, and known before anything is sent."""

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from sage_connect import DocumentRejectedError, DuplicateError, SageConnectError
from sage_connect.intacct import SageIntacct, functions
from sage_connect.intacct.definitions import Area, Books
from sage_connect.testing.intacct import IntacctSimulator

from .answering import (
    CREDENTIALS,
    NOW,
    Asked,
    ScriptedGateway,
    cut,
    error,
    failed,
    http,
    operation,
    result,
)
from .company import connected

DEFINITIONS = (
    ("SODOCUMENTPARAMS", "Web Invoice", "Invoice", "A", "No Edit", "active"),
    ("SODOCUMENTPARAMS", "Old Order", "Order", "N", "All", "inactive"),
    ("PODOCUMENTPARAMS", "Receiver", "Order", "G", "All", "active"),
)


@pytest.fixture
def simulator() -> Iterator[IntacctSimulator]:
    with IntacctSimulator() as simulator:
        yield simulator
        assert simulator.crashes == []


def define(ledger: SageIntacct, *row: str) -> None:
    names = ("DOCID", "DOCCLASS", "UPDATES_GL", "EDITTYPE", "STATUS")
    fields = dict(zip(names, row[1:], strict=True))
    ledger.api.at("").execute(functions.Create(object=row[0], fields=fields))


@pytest.mark.requirement("S252")
def test_definitions_tell_accounting_workflow_and_security(
    simulator: IntacctSimulator,
) -> None:
    with connected(simulator) as ledger:
        for row in DEFINITIONS:
            define(ledger, *row)
        found = {one.name: one for one in ledger.company.definitions()}
        bought = ledger.company.definitions(Area.PURCHASING)

    assert set(found) >= {"Web Invoice", "Old Order", "Receiver"}
    invoice = found["Web Invoice"]
    assert (invoice.area, invoice.template) == (Area.ORDER_ENTRY, "Invoice")
    assert (invoice.books, invoice.edited) == (Books.SUBLEDGER, "No Edit")
    assert (found["Old Order"].active, found["Old Order"].books) == (False, Books.NOTHING)
    assert ("Receiver", Books.LEDGER) in [(one.name, one.books) for one in bought]
    assert {one.area for one in bought} == {Area.PURCHASING}
    assert invoice.record["DOCID"] == "Web Invoice"


@pytest.mark.requirement("S253")
def test_a_definition_that_somebody_adds_is_there_at_once(
    simulator: IntacctSimulator,
) -> None:
    with connected(simulator) as ledger:
        before = ledger.company.definitions(name="My own workflow")
        define(ledger, "SODOCUMENTPARAMS", "My own workflow", "Quote", "N", "All", "active")
        after = ledger.company.definitions(name="My own workflow")

    assert (len(before), len(after)) == (0, 1)


def an_order(definition: str) -> functions.OrderEntryTransactionCreate:
    line = functions.OrderEntryTransactionLineCreate(
        item_id="COPPER-15", quantity=Decimal(2), unit="Each"
    )
    return functions.OrderEntryTransactionCreate(
        control_id="order-17",
        transaction_definition=definition,
        transaction_date=dt.date(2026, 9, 14),
        customer_id="ARDENT",
        lines=[line],
    )


def listing(*records: str) -> Callable[[Asked], bytes]:
    def answer(asked: Asked) -> bytes:
        count = len(records)
        data = (
            f'<data listtype="x" totalcount="{count}" offset="0" count="{count}" '
            f'numremaining="0">{"".join(records)}</data>'
        )
        return http(operation(asked, result(asked, inner=data)))

    return answer


SOLD = [
    f"<SODOCUMENTPARAMS><RECORDNO>{number}</RECORDNO><DOCID>{name}</DOCID>"
    f"<STATUS>{status}</STATUS></SODOCUMENTPARAMS>"
    for number, name, status in (
        (1, "Sales Invoice", "active"),
        (2, "Old Order", "inactive"),
    )
]


def connected_to(gateway: ScriptedGateway) -> SageIntacct:
    return SageIntacct(CREDENTIALS, gateway=gateway.url, patience=NOW)


@pytest.mark.requirement("S252")
@pytest.mark.parametrize("definition", ["Sales Invoce", "Old Order", ""])
def test_an_unknown_definition_is_told_before_anything_is_sent(
    definition: str, gateway: ScriptedGateway
) -> None:
    gateway.script.append(listing(*SOLD))

    with connected_to(gateway) as ledger, pytest.raises(SageConnectError) as caught:
        ledger.company.transact(an_order(definition))

    assert isinstance(caught.value, DocumentRejectedError)
    (found,) = caught.value.report
    assert (found.code, found.path) == (
        "SC-IN-DEFINITION-UNKNOWN",
        "/transaction_definition",
    )
    assert "Sales Invoice" in found.message()
    assert [one.names for one in gateway.sent] == [["query"]]


@pytest.mark.requirement("S252")
def test_a_transaction_tells_where_it_stands_in_its_workflow(
    gateway: ScriptedGateway,
) -> None:
    def made(asked: Asked) -> bytes:
        return http(operation(asked, result(asked, inner="<key>Sales Invoice-17</key>")))

    document = (
        "<SODOCUMENT><RECORDNO>9</RECORDNO><DOCID>Sales Invoice-17</DOCID>"
        "<STATE>Pending</STATE></SODOCUMENT>"
    )
    gateway.script += [listing(*SOLD), made, listing(document)]

    with connected_to(gateway) as ledger:
        done = ledger.company.transact(an_order("Sales Invoice"))

    assert (done.key, done.state) == ("Sales Invoice-17", "Pending")
    assert done.definition is not None
    assert done.definition.name == "Sales Invoice"
    posted = gateway.sent[1]
    assert (posted.names, posted.ids) == (["create_sotransaction"], ["order-17"])
    assert posted.text("control/uniqueid") == "true"


def test_where_definitions_may_not_be_read_intacct_itself_is_asked(
    gateway: ScriptedGateway,
) -> None:
    closed: Any = failed(
        error("PL04000005", "You do not have permission for API operation")
    )

    def made(asked: Asked) -> bytes:
        return http(operation(asked, result(asked, inner="<key>412</key>")))

    gateway.script += [closed, made, closed]

    with connected_to(gateway) as ledger:
        done = ledger.company.transact(an_order("Sales Invoice"))

    assert (done.key, done.definition, done.state) == ("412", None, "")


def test_what_is_made_is_made_whatever_becomes_of_the_look_at_its_state(
    gateway: ScriptedGateway,
) -> None:
    def made(asked: Asked) -> bytes:
        return http(operation(asked, result(asked, inner="<key>412</key>")))

    gateway.script += [listing(*SOLD), made, *[cut] * 20]

    with connected_to(gateway) as ledger:
        done = ledger.company.transact(an_order("Sales Invoice"))

    assert (done.key, done.state) == ("412", "")


@pytest.mark.requirement("S252", "S253")
def test_an_order_by_a_definition_of_the_company_s_own_is_made_once(
    simulator: IntacctSimulator,
) -> None:
    with connected(simulator) as ledger:
        define(ledger, "SODOCUMENTPARAMS", "Web Order", "Order", "N", "All", "active")
        done = ledger.company.transact(an_order("Web Order"))
        with pytest.raises(DuplicateError):
            ledger.company.transact(an_order("Web Order"))

    (order,) = simulator.books().all("SODOCUMENT")
    assert done.key in {order["DOCID"], order["RECORDNO"]}
    assert done.state == order["STATE"]
    assert done.state

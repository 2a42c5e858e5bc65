"""A posted document is changed; what settled it settles it again afterwards."""

import asyncio
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import attrs
import pytest

from sage_connect import (
    Allocation,
    DocumentRejectedError,
    DuplicateError,
    Line,
    NotFoundError,
    OutcomeUnknownError,
    RefusedError,
    SalesInvoice,
    UnsupportedError,
)
from sage_connect.accounting import AccountingSettings
from sage_connect.accounting.settings import Conventions, LinesOnUpdate
from sage_connect.ledger import State
from sage_connect.model import PaymentKind
from sage_connect.testing.accounting import AccountingSimulator
from sage_connect.testing.accounting.faults import Drop, Failure
from sage_connect.testing.modes import Books

from .business import connected, connected_async
from .conftest import Opening
from .trading import (
    CUSTOMER,
    STANDARD,
    a_credit,
    a_purchase,
    a_receipt,
    a_supplier_payment,
    allocate,
    allocations,
    an_invoice,
    changed,
    outstanding,
    posted,
    record,
    settled,
    status,
)


@pytest.mark.requirement("S162")
def test_an_edit_puts_on_again_what_settled_the_document(
    books: Books, simulator: AccountingSimulator
) -> None:
    id = settled(simulator, 1)
    before = allocations(simulator)
    assert outstanding(simulator, "sales_invoices", id) == Decimal(118)

    outcome = books.run(books.ledger.sales_invoices.edit(changed(1), unallocate=True))

    assert outcome.state is State.UPDATED
    assert [*outcome.report] == []
    assert outcome.unwrap().id == id
    assert allocations(simulator) == before
    assert outstanding(simulator, "sales_invoices", id) == Decimal(130)
    assert record(simulator, "sales_invoices", id)["notes"] == "Changed"
    assert simulator.books().is_balanced()


@pytest.fixture
def invoice(books: Books) -> str:
    """Of 120, posted."""
    (id,) = posted(books, an_invoice("F1"))
    return str(id)


def test_what_is_not_settled_is_simply_changed(
    books: Books, simulator: AccountingSimulator, invoice: str
) -> None:
    wanted = an_invoice("F1", "110", notes="Agreed by phone", reference="PO 7")

    outcome = books.run(books.ledger.sales_invoices.edit(wanted))

    assert outcome.state is State.UPDATED
    stands = books.run(books.ledger.sales_invoices.get(invoice))
    assert (stands.notes, stands.reference) == ("Agreed by phone", "PO 7")
    assert outstanding(simulator, "sales_invoices", invoice) == Decimal(132)
    assert [call.method for call in simulator.calls].count("PUT") == 1


def test_what_says_so_already_is_left_alone(
    books: Books, simulator: AccountingSimulator, invoice: str
) -> None:
    outcome = books.run(books.ledger.sales_invoices.edit(an_invoice("F1")))

    assert outcome.state is State.UNCHANGED
    assert outcome.unwrap().id == invoice
    assert "PUT" not in {call.method for call in simulator.calls}


def test_there_and_back_and_there_again_is_done_each_time(
    books: Books, simulator: AccountingSimulator, invoice: str
) -> None:
    """Within seven days a repeated key would be answered with what it did before."""
    nets = ("110", "100", "110", "100", "110")
    found: list[Decimal] = []
    for net in nets:
        books.run(books.ledger.sales_invoices.edit(an_invoice("F1", net)))
        found.append(outstanding(simulator, "sales_invoices", invoice))

    assert found == [Decimal(net) * Decimal("1.2") for net in nets]


def test_settled_there_and_back_and_there_again_too(
    books: Books, simulator: AccountingSimulator, invoice: str
) -> None:
    posted(books, a_receipt("P1", "50", ("F1", "50")))
    before = allocations(simulator)
    nets = ("110", "100", "110", "100", "110")
    found: list[Decimal] = []
    for net in nets:
        edit = books.ledger.sales_invoices.edit
        books.run(edit(an_invoice("F1", net), unallocate=True))
        found.append(outstanding(simulator, "sales_invoices", invoice))

    assert found == [Decimal(net) * Decimal("1.2") - 50 for net in nets]
    assert allocations(simulator) == before


def test_lines_come_and_go_and_lose_what_they_had(
    books: Books, simulator: AccountingSimulator, invoice: str
) -> None:
    first = Line(
        description="Bolts",
        unit_price=Decimal(50),
        account="4000",
        taxes=[STANDARD],
        item="VALVE-22",
    )
    second = attrs.evolve(first, description="Nuts", item="")
    two = an_invoice("F1", lines=[first, second], notes="Two")
    one = an_invoice("F1", lines=[attrs.evolve(second, description="Washers")])

    books.run(books.ledger.sales_invoices.edit(two))
    stood = books.run(books.ledger.sales_invoices.get(invoice))
    books.run(books.ledger.sales_invoices.edit(one))
    stands = books.run(books.ledger.sales_invoices.get(invoice))

    assert [line.item for line in stood.lines] == ["VALVE-22", ""]
    assert [(line.description, line.item) for line in stands.lines] == [("Washers", "")]
    assert (stood.notes, stands.notes) == ("Two", "")
    assert outstanding(simulator, "sales_invoices", invoice) == Decimal(60)


@pytest.fixture
def merging() -> Iterator[AccountingSimulator]:
    with AccountingSimulator(put_lines="merge") as simulator:
        yield simulator


def _two_lines() -> SalesInvoice:
    line = an_invoice("F1").lines[0]
    return an_invoice("F1", lines=[line, attrs.evolve(line, description="Nuts")])


MERGED = AccountingSettings(conventions=Conventions(lines=LinesOnUpdate.MERGED))


def test_lines_are_changed_where_sage_merges_them(
    opening: Opening, merging: AccountingSimulator
) -> None:
    books = opening(merging, MERGED)
    (id,) = posted(books, an_invoice("F1"))

    outcome = books.run(books.ledger.sales_invoices.edit(_two_lines()))

    assert outcome.state is State.UPDATED
    assert outstanding(merging, "sales_invoices", id) == Decimal(240)


def test_lines_that_sage_would_keep_are_not_taken_away(
    opening: Opening, merging: AccountingSimulator
) -> None:
    books = opening(merging, MERGED)
    (id,) = posted(books, _two_lines())
    posted(books, a_receipt("P1", "50", ("F1", "50")))
    before = allocations(merging)

    with pytest.raises(UnsupportedError, match="has 2 lines and is to have 1"):
        books.run(books.ledger.sales_invoices.edit(an_invoice("F1"), unallocate=True))

    assert allocations(merging) == before
    assert outstanding(merging, "sales_invoices", id) == Decimal(190)


def test_lines_that_sage_keeps_unexpectedly_are_told(
    opening: Opening, merging: AccountingSimulator
) -> None:
    books = opening(merging)
    posted(books, _two_lines(), a_receipt("P1", "50", ("F1", "50")))
    before = allocations(merging)

    with pytest.raises(RefusedError, match="has kept lines") as caught:
        books.run(books.ledger.sales_invoices.edit(an_invoice("F1"), unallocate=True))

    assert caught.value.code == "SC-SA-LINES-KEPT"
    assert allocations(merging) == before


@pytest.mark.requirement("S162")
def test_what_is_settled_is_not_changed_unless_it_may_be_taken_off(
    books: Books, simulator: AccountingSimulator, invoice: str
) -> None:
    posted(books, a_receipt("P1", "50", ("F1", "50")))
    simulator.calls.clear()

    with pytest.raises(RefusedError, match=r"F1 is settled by P1 \(50\.0\)") as caught:
        books.run(books.ledger.sales_invoices.edit(an_invoice("F1", "110")))

    assert caught.value.code == "SC-SA-ALLOCATED"
    assert {call.method for call in simulator.calls} == {"GET"}
    assert status(simulator, "sales_invoices", invoice) == "PART_PAID"


def test_what_no_longer_fits_stays_on_account_and_is_told(
    books: Books, simulator: AccountingSimulator, invoice: str
) -> None:
    (payment,) = posted(books, a_receipt("P1", "100", ("F1", "100")))

    edit = books.ledger.sales_invoices.edit
    outcome = books.run(edit(an_invoice("F1", "50"), unallocate=True))

    (finding,) = outcome.report
    assert finding.code == "SC-SA-EDIT-REST"
    assert Decimal(str(finding.values["amount"])) == 40
    assert status(simulator, "sales_invoices", invoice) == "PAID"
    rest = record(simulator, "contact_payments", payment)["payment_on_account"]
    assert Decimal(rest["outstanding_amount"]) == 40


def test_a_change_that_sage_refuses_leaves_everything_as_it_was(
    books: Books, simulator: AccountingSimulator, invoice: str
) -> None:
    posted(books, a_receipt("P1", "50", ("F1", "50")), an_invoice("F2"))
    before = allocations(simulator)
    taken = an_invoice("F2", "110")

    edit = books.ledger.sales_invoices.edit
    with pytest.raises(DuplicateError, match="must be unique"):
        books.run(edit(taken, id=invoice, unallocate=True))

    assert allocations(simulator) == before
    assert outstanding(simulator, "sales_invoices", invoice) == Decimal(70)
    assert simulator.books().count("sales_invoices") == 2


def test_money_that_was_given_back_keeps_a_credit_note_from_being_edited(
    books: Books, simulator: AccountingSimulator
) -> None:
    (id,) = posted(books, a_credit("C1"))
    refund = a_receipt("R1", "120", ("C1", "120"), kind=PaymentKind.CUSTOMER_REFUND)
    posted(books, refund)
    before = allocations(simulator)

    edit = books.ledger.sales_credit_notes.edit
    with pytest.raises(RefusedError, match="given back") as caught:
        books.run(edit(a_credit("C1", "110"), unallocate=True))

    assert caught.value.code == "SC-SA-ALLOCATED"
    assert allocations(simulator) == before
    assert simulator.books().count("sales_invoices") == 0
    assert status(simulator, "sales_credit_notes", id) == "PAID"


def test_credit_notes_and_purchases_are_edited_too(
    books: Books, simulator: AccountingSimulator
) -> None:
    _, credit, purchase, _ = posted(
        books,
        an_invoice("F1"),
        a_credit("C1", "50"),
        a_purchase("B1"),
        a_supplier_payment("S1", "70", ("B1", "70")),
    )
    contact = record(simulator, "sales_credit_notes", credit)["contact"]["id"]
    with connected(simulator) as sage:
        sage.company.load()
        assert contact == sage._books.ids.parties["customer", CUSTOMER]
        allocate(sage, F1="30", C1="-30")
    before = allocations(simulator)

    ledger = books.ledger
    books.run(ledger.sales_credit_notes.edit(a_credit("C1", "60"), unallocate=True))
    books.run(ledger.purchase_invoices.edit(a_purchase("B1", "110"), unallocate=True))

    assert allocations(simulator) == before
    assert outstanding(simulator, "sales_credit_notes", credit) == Decimal(42)
    assert outstanding(simulator, "purchase_invoices", purchase) == Decimal(62)
    assert simulator.books().count("purchase_invoices") == 1


def test_a_lost_answer_half_way_says_that_the_edit_is_to_be_repeated(
    opening: Opening, simulator: AccountingSimulator
) -> None:
    id = settled(simulator, 1)
    before = allocations(simulator)
    books = opening(simulator)
    simulator.fail(Drop(after_commit=True), method="PUT", path="/sales_invoices", times=9)

    with pytest.raises(OutcomeUnknownError, match=r"not be through.*Repeat it"):
        books.run(books.ledger.sales_invoices.edit(changed(1), unallocate=True))
    simulator.mend()
    outcome = books.run(books.ledger.sales_invoices.edit(changed(1), unallocate=True))

    assert outcome.posted
    assert allocations(simulator) == before
    assert outstanding(simulator, "sales_invoices", id) == Decimal(130)


def test_lost_answers_and_failures_that_pass_are_got_over(
    opening: Opening, simulator: AccountingSimulator
) -> None:
    id = settled(simulator, 1)
    before = allocations(simulator)
    books = opening(simulator)
    books.run(books.ledger.company.load())
    for fault in (Drop(), Drop(after_commit=True), Failure(after_commit=True)):
        for method in ("POST", "PUT", "DELETE"):
            simulator.fail(fault, method=method)

    books.run(books.ledger.sales_invoices.edit(changed(1), unallocate=True))

    assert allocations(simulator) == before
    assert outstanding(simulator, "sales_invoices", id) == Decimal(130)


def test_two_edits_of_one_invoice_at_once_go_one_after_the_other(
    simulator: AccountingSimulator,
) -> None:
    id = settled(simulator, 1)
    before = allocations(simulator)

    async def edit(net: str) -> None:
        async with connected_async(simulator) as sage:
            await sage.sales_invoices.edit(changed(1, net), unallocate=True)

    async def both() -> None:
        await asyncio.gather(*(edit(net) for net in ("210", "220", "230")))

    asyncio.run(both())

    assert allocations(simulator) == before
    left = outstanding(simulator, "sales_invoices", id)
    assert left in {Decimal(130), Decimal(142), Decimal(154)}
    assert simulator.books().count("sales_invoices") == 2


def test_what_is_not_there_or_void_cannot_be_edited(
    books: Books, simulator: AccountingSimulator, invoice: str
) -> None:
    edit = books.ledger.sales_invoices.edit
    with pytest.raises(NotFoundError, match="'F9'"):
        books.run(edit(an_invoice("F9")))
    books.run(books.ledger.sales_invoices.void(invoice, reason="Typed twice"))

    with pytest.raises(RefusedError, match="is void, and stays so") as caught:
        books.run(edit(an_invoice("F1", "110")))

    assert caught.value.code == "SC-SA-STATUS"
    assert status(simulator, "sales_invoices", invoice) == "VOID"


def test_what_the_rules_refuse_is_not_sent(
    books: Books, simulator: AccountingSimulator, invoice: str
) -> None:
    del invoice
    simulator.calls.clear()
    bad: Any = an_invoice("F1", lines=[])

    with pytest.raises(DocumentRejectedError):
        books.run(books.ledger.sales_invoices.edit(bad))
    unknown = attrs.evolve(an_invoice("F1").lines[0], account="4321")
    with pytest.raises(DocumentRejectedError, match="4321"):
        books.run(books.ledger.sales_invoices.edit(an_invoice("F1", lines=[unknown])))

    assert simulator.calls == []


def test_in_start_what_cannot_be_taken_off_leaves_everything_as_it_was(
    opening: Opening,
) -> None:
    """There a payment must be allocated in full."""
    with AccountingSimulator(edition="start") as start:
        books = opening(start)
        id, _ = posted(books, an_invoice("F1"), a_receipt("P1", "50", ("F1", "50")))
        before = allocations(start)

        edit = books.ledger.sales_invoices.edit
        with pytest.raises(RefusedError):
            books.run(edit(an_invoice("F1", "110"), unallocate=True))

        assert allocations(start) == before
        assert outstanding(start, "sales_invoices", id) == Decimal(70)
        assert start.books().count("sales_invoices") == 1


def test_two_allocations_of_the_same_pair_are_both_put_on_again(
    books: Books, simulator: AccountingSimulator
) -> None:
    id, _ = posted(books, an_invoice("F1"), a_credit("C1", "50"))
    with connected(simulator) as sage:
        sage.company.load()
        allocate(sage, F1="10", C1="-10")
        allocate(sage, F1="7", C1="-7")
    before = allocations(simulator)

    edit = books.ledger.sales_invoices.edit
    books.run(edit(an_invoice("F1", "110"), unallocate=True))

    assert allocations(simulator) == before
    assert outstanding(simulator, "sales_invoices", id) == Decimal(115)


def test_a_settled_document_does_not_go_to_another_contact(
    books: Books, simulator: AccountingSimulator
) -> None:
    id, _ = posted(books, an_invoice("F1"), a_receipt("P1", "50", ("F1", "50")))
    before = allocations(simulator)
    moved = an_invoice("F1", party="BIRCH")

    edit = books.ledger.sales_invoices.edit
    with pytest.raises(RefusedError, match="nothing of another contact's") as caught:
        books.run(edit(moved, id=id, unallocate=True))

    assert caught.value.code == "SC-SA-ALLOCATED"
    assert allocations(simulator) == before


def test_what_is_left_of_a_payment_and_allocated_keeps_a_document_from_being_edited(
    books: Books, simulator: AccountingSimulator
) -> None:
    posted(books, an_invoice("F1"), an_invoice("F2"), a_receipt("P1", "90", ("F1", "50")))
    parts = [Allocation("F2", Decimal(40)), Allocation("P1", Decimal(40))]
    books.run(books.ledger.payments.allocate(CUSTOMER, parts))
    before = allocations(simulator)

    edit = books.ledger.sales_invoices.edit
    with pytest.raises(RefusedError, match="is allocated itself"):
        books.run(edit(an_invoice("F1", "110"), unallocate=True))

    assert allocations(simulator) == before
    assert simulator.books().count("sales_invoices") == 2


def test_more_than_can_be_kept_in_sage_is_not_taken_off(
    books: Books, simulator: AccountingSimulator
) -> None:
    receipts = [a_receipt(f"P{n}", "1", ("F1", "1")) for n in range(20)]
    posted(books, an_invoice("F1"), *receipts)
    before = allocations(simulator)

    edit = books.ledger.sales_invoices.edit
    with pytest.raises(UnsupportedError, match="by 20 payments"):
        books.run(edit(an_invoice("F1", "110"), unallocate=True))

    assert allocations(simulator) == before
    assert simulator.books().count("sales_invoices") == 1

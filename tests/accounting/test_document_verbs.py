"""Invoices and credit notes: voided, deleted, released, and what settles them."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from sage_connect import (
    CodecError,
    NotFoundError,
    OutcomeUnknownError,
    RefusedError,
    UnsupportedError,
)
from sage_connect.accounting import AccountingSettings
from sage_connect.accounting.acts.settled import AllocatedBy
from sage_connect.accounting.settings import Conventions, VoidReason
from sage_connect.ledger import State
from sage_connect.testing.accounting import AccountingSimulator
from sage_connect.testing.accounting.faults import Drop, Failure
from sage_connect.testing.modes import Books

from .business import connected
from .conftest import Opening
from .trading import (
    CUSTOMER,
    DAY,
    DUE,
    STANDARD,
    SUPPLIER,
    a_credit,
    a_purchase,
    a_purchase_credit,
    a_receipt,
    a_supplier_payment,
    allocations,
    an_invoice,
    outstanding,
    posted,
    record,
    status,
)

KINDS: dict[str, Any] = {
    "sales_invoices": an_invoice,
    "sales_credit_notes": a_credit,
    "purchase_invoices": a_purchase,
    "purchase_credit_notes": a_purchase_credit,
}


HALF: Any = ("50", ("V1", "50"))
LOST = [Drop(), Drop(after_commit=True), Failure(after_commit=True)]


def void(books: Books, seat: str, id: str, **more: bool) -> None:
    """Void it, with a reason where one is asked for."""
    if seat.startswith("sales"):
        more["reason"] = "Typed twice"  # type: ignore[assignment] # a text among flags
    books.run(getattr(books.ledger, seat).void(id, **more))


def calls(simulator: AccountingSimulator, method: str) -> int:
    """How many requests of a method arrived."""
    return [call.method for call in simulator.calls].count(method)


def draft(simulator: AccountingSimulator, seat: str, kind: str = "DRAFT") -> str:
    """Make a draft as a person does; return its id."""
    sale = seat.startswith("sales")
    party = ("customer", CUSTOMER) if sale else ("supplier", SUPPLIER)
    with connected(simulator) as sage:
        sage.company.load()
        account = sage._books.ids.account("4000" if sale else "7500")
        line = {
            "description": "Bolts",
            "ledger_account_id": account,
            "quantity": 1,
            "unit_price": Decimal(100),
            "tax_rate_id": STANDARD.code,
            "tax_amount": Decimal(20),
        }
        body: dict[str, Any] = {
            "contact_id": sage._books.ids.parties[party],
            "date": DAY,
            "status_id": kind,
        }
        body["credit_note_lines" if "credit" in seat else "invoice_lines"] = [line]
        if seat == "purchase_invoices":
            body["due_date"] = DUE
        return str(getattr(sage.api, seat).create(body).id)


# ---- void


@pytest.mark.parametrize("seat", KINDS)
def test_an_issued_document_is_voided_and_stays_so(
    books: Books, simulator: AccountingSimulator, seat: str
) -> None:
    (id,) = posted(books, KINDS[seat]("V1"))

    void(books, seat, id)
    void(books, seat, id)

    assert status(simulator, seat, id) == "VOID"
    assert calls(simulator, "DELETE") == 1
    assert simulator.books().balances() == {}


@pytest.mark.parametrize("taken", ["query", "body", "both"])
def test_a_reason_arrives_wherever_sage_takes_it_from(opening: Opening, taken: str) -> None:
    with AccountingSimulator(void_reason_in=taken) as simulator:
        books = opening(simulator)
        (id,) = posted(books, an_invoice("V1"))

        books.run(books.ledger.sales_invoices.void(id, reason=" Größe & Preis: falsch "))

        stands = record(simulator, "sales_invoices", id)
        assert stands["void_reason"] == "Größe & Preis: falsch"


@pytest.mark.parametrize("place", [VoidReason.QUERY, VoidReason.BODY])
def test_a_reason_stands_only_where_the_settings_say(
    opening: Opening, simulator: AccountingSimulator, place: VoidReason
) -> None:
    settings = AccountingSettings(conventions=Conventions(void_reason=place))
    books = opening(simulator, settings)
    (id,) = posted(books, an_invoice("V1"))

    books.run(books.ledger.sales_invoices.void(id, reason="Wrong"))

    (call,) = [one for one in simulator.calls if one.method == "DELETE"]
    assert bool(call.query) is (place is VoidReason.QUERY)
    assert bool(call.body) is (place is VoidReason.BODY)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 201])
def test_a_void_without_a_reason_is_not_sent(
    books: Books, simulator: AccountingSimulator, reason: str
) -> None:
    (id,) = posted(books, an_invoice("V1"))
    simulator.calls.clear()

    with pytest.raises(CodecError, match="1 to 200 characters"):
        books.run(books.ledger.sales_invoices.void(id, reason=reason))

    assert simulator.calls == []


@pytest.mark.requirement("S162")
def test_what_is_settled_is_not_voided_and_the_error_names_by_what(
    books: Books, simulator: AccountingSimulator
) -> None:
    id, *_ = posted(
        books,
        an_invoice("V1"),
        a_receipt("P1", "50", ("V1", "50")),
        a_receipt("P2", "10", ("V1", "10")),
    )
    simulator.calls.clear()

    with pytest.raises(RefusedError) as caught:
        void(books, "sales_invoices", id)

    assert caught.value.code == "SC-SA-ALLOCATED"
    assert "P1 (50.0), P2 (10.0)" in str(caught.value)
    assert {call.method for call in simulator.calls} == {"GET"}


def test_what_settles_it_is_taken_off_first_where_that_is_wanted(
    books: Books, simulator: AccountingSimulator
) -> None:
    id, other, payment = posted(
        books,
        an_invoice("V1"),
        an_invoice("V2"),
        a_receipt("P1", "90", ("V1", "50"), ("V2", "40")),
    )

    void(books, "sales_invoices", id, unallocate=True)

    assert status(simulator, "sales_invoices", id) == "VOID"
    assert outstanding(simulator, "sales_invoices", other) == Decimal(80)
    assert allocations(simulator)["payments"] == {"P1": [(other, "40.0", "0.0")]}
    rest = record(simulator, "contact_payments", payment)["payment_on_account"]
    assert Decimal(rest["outstanding_amount"]) == 50


def test_a_void_that_sage_refuses_leaves_what_settled_it(
    opening: Opening, simulator: AccountingSimulator
) -> None:
    books = opening(simulator)
    id, _ = posted(books, an_invoice("V1"), a_receipt("P1", "50", ("V1", "50")))
    before = allocations(simulator)
    # The business refuses voids to this user from now on.
    object.__setattr__(simulator.options, "roles", {"Sales": "Restricted Access"})

    with pytest.raises(Exception, match="not allowed"):
        void(books, "sales_invoices", id, unallocate=True)

    assert allocations(simulator) == before
    assert status(simulator, "sales_invoices", id) == "PART_PAID"


@pytest.mark.parametrize("seat", ["sales_invoices", "purchase_invoices"])
@pytest.mark.parametrize(
    "fault", [Drop(), Drop(after_commit=True), Failure(after_commit=True)]
)
def test_a_void_whose_answer_is_lost_is_looked_up(
    books: Books, simulator: AccountingSimulator, seat: str, fault: Any
) -> None:
    (id,) = posted(books, KINDS[seat]("V1"))
    simulator.fail(fault, method="DELETE")

    void(books, seat, id)

    assert status(simulator, seat, id) == "VOID"


def test_a_void_that_stays_unknown_says_what_stands(
    books: Books, simulator: AccountingSimulator
) -> None:
    (id,) = posted(books, an_invoice("V1"))
    simulator.fail(Drop(), method="DELETE", times=None)

    with pytest.raises(OutcomeUnknownError, match=r"it stands so far\. Repeat it"):
        void(books, "sales_invoices", id)
    simulator.mend()
    void(books, "sales_invoices", id)

    assert status(simulator, "sales_invoices", id) == "VOID"


def test_what_is_void_is_no_longer_open_to_the_ledger(books: Books) -> None:
    (id,) = posted(books, an_invoice("V1"))
    assert (CUSTOMER, "V1") in books.ledger.reference.open_documents

    void(books, "sales_invoices", id)

    assert (CUSTOMER, "V1") not in books.ledger.reference.open_documents


# ---- drafts


@pytest.mark.parametrize("seat", KINDS)
def test_a_draft_is_deleted_for_good(
    books: Books, simulator: AccountingSimulator, seat: str
) -> None:
    id = draft(simulator, seat)

    books.run(getattr(books.ledger, seat).delete(id))

    assert simulator.books().count(seat) == 0
    with pytest.raises(NotFoundError):
        books.run(getattr(books.ledger, seat).delete(id))


def test_a_draft_is_not_voided_by_accident(
    books: Books, simulator: AccountingSimulator
) -> None:
    id = draft(simulator, "sales_invoices", "PRO_FORMA")

    with pytest.raises(RefusedError, match="only a draft") as caught:
        void(books, "sales_invoices", id)

    assert caught.value.code == "SC-SA-STATUS"
    assert status(simulator, "sales_invoices", id) == "PRO_FORMA"


@pytest.mark.parametrize("seat", KINDS)
def test_what_was_issued_is_never_deleted(
    books: Books, simulator: AccountingSimulator, seat: str
) -> None:
    (id,) = posted(books, KINDS[seat]("V1"))

    with pytest.raises(RefusedError, match="is no draft"):
        books.run(getattr(books.ledger, seat).delete(id))

    assert calls(simulator, "DELETE") == 0
    assert status(simulator, seat, id) == "UNPAID"


@pytest.mark.parametrize("seat", KINDS)
def test_a_draft_is_released_once(
    books: Books, simulator: AccountingSimulator, seat: str
) -> None:
    id = draft(simulator, seat)

    first = books.run(getattr(books.ledger, seat).release(id))
    second = books.run(getattr(books.ledger, seat).release(id))

    assert status(simulator, seat, id) == "UNPAID"
    assert (first.id, second.id) == (id, id)
    assert first.details["status"] == "UNPAID"
    assert first.document == second.document
    assert sum(call.path.endswith("/release") for call in simulator.calls) == 1


def test_a_pro_forma_takes_the_next_number(
    books: Books, simulator: AccountingSimulator
) -> None:
    id = draft(simulator, "sales_invoices", "PRO_FORMA")

    receipt = books.run(books.ledger.sales_invoices.release(id))

    assert receipt.document.number == "SI-1"
    assert receipt.key.id == "SI-1"
    assert (CUSTOMER, "SI-1") in books.ledger.reference.open_documents


@pytest.mark.parametrize(
    "fault", [Drop(), Drop(after_commit=True), Failure(after_commit=True)]
)
def test_a_release_whose_answer_is_lost_is_looked_up(
    books: Books, simulator: AccountingSimulator, fault: Any
) -> None:
    id = draft(simulator, "sales_invoices")
    trouble = simulator.fail(fault, method="POST", path=f"/sales_invoices/{id}/release")

    receipt = books.run(books.ledger.sales_invoices.release(id))

    assert trouble.met == 1
    assert receipt.document.number == "SI-1"
    released = [one for one in simulator.calls if one.path.endswith("/release")]
    assert len(released) == (1 if fault.after_commit else 2)


def test_a_release_that_stays_unknown_says_what_stands(
    books: Books, simulator: AccountingSimulator
) -> None:
    id = draft(simulator, "sales_invoices")
    path = f"/sales_invoices/{id}/release"
    simulator.fail(Drop(), method="POST", path=path, times=None)

    with pytest.raises(OutcomeUnknownError, match=r"it is a draft so far\. Repeat it"):
        books.run(books.ledger.sales_invoices.release(id))
    simulator.mend()
    receipt = books.run(books.ledger.sales_invoices.release(id))

    assert receipt.document.number == "SI-1"


def test_what_is_void_is_not_released(books: Books, simulator: AccountingSimulator) -> None:
    (id,) = posted(books, an_invoice("V1"))
    void(books, "sales_invoices", id)

    with pytest.raises(RefusedError, match="is void"):
        books.run(books.ledger.sales_invoices.release(id))

    assert not any(one.path.endswith("/release") for one in simulator.calls)


# ---- what settles them


def test_everything_that_settles_a_document_is_told(
    books: Books, simulator: AccountingSimulator
) -> None:
    id, payment, *_ = posted(
        books,
        an_invoice("V1"),
        a_receipt("P1", "50", ("V1", "50")),
        a_credit("C1", "10"),
    )
    (invoice, credit) = (id, posted(books, a_credit("C1", "10"))[0])
    with connected(simulator) as sage:
        allocation = sage.api.contact_allocations.create(
            {
                "transaction_type_id": "CUSTOMER_ALLOCATION",
                "contact_id": record(simulator, "sales_invoices", id)["contact"]["id"],
                "allocated_artefacts": [
                    {"artefact_id": invoice, "amount": Decimal(12)},
                    {"artefact_id": credit, "amount": Decimal(-12)},
                ],
            }
        )

    found = books.run(books.ledger.sales_invoices.allocations(invoice))
    other = books.run(books.ledger.sales_credit_notes.allocations(credit))

    assert [(one.id, one.by, one.name, one.amount) for one in found] == [
        (payment, AllocatedBy.PAYMENT, "P1", Decimal(50)),
        (allocation.id, AllocatedBy.CREDIT_NOTE, "C1", Decimal(12)),
    ]
    assert [(one.id, one.by, one.name, one.amount) for one in other] == [
        (allocation.id, AllocatedBy.INVOICE, "V1", Decimal(12))
    ]


def test_nothing_settles_a_new_document(books: Books) -> None:
    (id,) = posted(books, a_purchase("B1"))

    assert books.run(books.ledger.purchase_invoices.allocations(id)) == ()


@pytest.mark.parametrize(
    ("seat", "document", "payment"),
    [
        ("sales_invoices", an_invoice("V1"), a_receipt("P1", "50", ("V1", "50"))),
        (
            "purchase_invoices",
            a_purchase("V1"),
            a_supplier_payment("P1", "50", ("V1", "50")),
        ),
    ],
)
def test_a_document_is_unallocated(
    books: Books, simulator: AccountingSimulator, seat: str, document: Any, payment: Any
) -> None:
    id, _ = posted(books, document, payment)

    (off,) = books.run(getattr(books.ledger, seat).unallocate(id))
    nothing = books.run(getattr(books.ledger, seat).unallocate(id))

    assert (off.name, off.amount) == ("P1", Decimal(50))
    assert nothing == ()
    assert status(simulator, seat, id) == "UNPAID"
    assert allocations(simulator)["payments"] == {"P1": []}
    assert simulator.books().is_balanced()


def test_a_discount_comes_off_and_on_again_with_its_payment(
    books: Books, simulator: AccountingSimulator
) -> None:
    id, _ = posted(books, an_invoice("V1"), a_receipt("P0", "5", ("V1", "5")))
    with connected(simulator) as sage:
        sage.api.contact_payments.create(
            {
                "transaction_type_id": "CUSTOMER_RECEIPT",
                "contact_id": record(simulator, "sales_invoices", id)["contact"]["id"],
                "bank_account_id": simulator.books().all("bank_accounts")[0]["id"],
                "date": DAY,
                "total_amount": Decimal(105),
                "reference": "P1",
                "allocated_artefacts": [
                    {"artefact_id": id, "amount": Decimal(105), "discount": Decimal(10)}
                ],
            }
        )
    before = allocations(simulator)
    assert status(simulator, "sales_invoices", id) == "PAID"

    told = books.run(books.ledger.sales_invoices.allocations(id))
    edit = books.ledger.sales_invoices.edit
    outcome = books.run(edit(an_invoice("V1", notes="Changed"), unallocate=True))

    assert [(one.name, one.discount) for one in told] == [("P0", 0), ("P1", 10)]
    assert outcome.state is State.UPDATED
    assert allocations(simulator) == before
    assert status(simulator, "sales_invoices", id) == "PAID"


# ---- where it cannot be done


@pytest.fixture
def start() -> Iterator[AccountingSimulator]:
    with AccountingSimulator(edition="start") as simulator:
        yield simulator


def test_what_the_edition_lacks_is_told_before_anything_is_taken_off(
    opening: Opening, start: AccountingSimulator
) -> None:
    """In Start a payment must be allocated in full: it cannot be taken off."""
    books = opening(start)
    id, _ = posted(books, an_invoice("V1"), a_receipt("P1", "50", ("V1", "50")))
    before = allocations(start)

    with pytest.raises((RefusedError, UnsupportedError)):
        books.run(books.ledger.sales_invoices.unallocate(id))

    assert allocations(start) == before

"""Payments: made, given back and set off."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from sage_connect import (
    Allocation,
    CodecError,
    DocumentRejectedError,
    NotFoundError,
    OutcomeUnknownError,
    RateLimitedError,
    RefusedError,
)
from sage_connect.accounting import AccountingSettings
from sage_connect.ledger import Mapping, State
from sage_connect.model import PaymentKind
from sage_connect.model.reversal import reversal
from sage_connect.testing.accounting import AccountingSimulator
from sage_connect.testing.accounting.faults import Drop, Throttle
from sage_connect.testing.modes import Books

from .business import connected
from .conftest import Opening
from .mortal import Fate, MortalDriver, dies
from .paying import created, on_account
from .trading import (
    CUSTOMER,
    DAY,
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

LATER = dt.date(2026, 11, 20)


# ---- made


@pytest.mark.requirement("S138")
@pytest.mark.parametrize(
    ("seat", "document", "kind"),
    [
        ("sales_invoices", an_invoice("A1"), PaymentKind.CUSTOMER_RECEIPT),
        ("sales_credit_notes", a_credit("A1"), PaymentKind.CUSTOMER_REFUND),
        ("purchase_invoices", a_purchase("A1"), PaymentKind.SUPPLIER_PAYMENT),
        ("purchase_credit_notes", a_purchase_credit("A1"), PaymentKind.SUPPLIER_REFUND),
    ],
)
def test_what_is_left_of_a_document_falls_by_what_is_paid(
    books: Books, simulator: AccountingSimulator, seat: str, document: Any, kind: Any
) -> None:
    (outcome,) = books.post([document])
    pay = books.ledger.payments.pay

    receipt = books.run(
        pay(
            outcome.unwrap(),
            Decimal("37.19"),
            date=LATER,
            bank_account="1200",
            method="CREDIT_DEBIT",
        )
    )

    assert outstanding(simulator, seat, outcome.unwrap().id) == Decimal("82.81")
    assert receipt.document.kind is kind
    stands = record(simulator, "contact_payments", receipt.id)
    assert stands["date"] == LATER.isoformat()
    assert stands["payment_method"]["id"] == "CREDIT_DEBIT"
    assert simulator.books().is_balanced()


def test_a_document_is_paid_by_its_number(
    books: Books, simulator: AccountingSimulator
) -> None:
    (id,) = posted(books, an_invoice("A1"))
    pay = books.ledger.payments.pay

    books.run(pay("A1", Decimal(70), date=LATER, bank_account="1200"))
    books.run(pay("A1", Decimal(50), date=LATER, bank_account="1200"))

    assert status(simulator, "sales_invoices", id) == "PAID"
    assert (CUSTOMER, "A1") not in books.ledger.reference.open_documents


def test_a_document_that_was_posted_elsewhere_is_found_by_its_number(
    opening: Opening, simulator: AccountingSimulator
) -> None:
    books = opening(simulator)
    books.run(books.ledger.company.load())
    with connected(simulator) as elsewhere:
        (id,) = posted(Books(elsewhere), a_purchase("A1"))

    pay = books.ledger.payments.pay
    books.run(pay("A1", Decimal(120), date=LATER, bank_account="1200"))

    assert status(simulator, "purchase_invoices", id) == "PAID"


def test_the_same_payment_again_is_the_same(
    books: Books, simulator: AccountingSimulator
) -> None:
    posted(books, an_invoice("A1"))
    pay = books.ledger.payments.pay

    first = books.run(pay("A1", Decimal(30), date=LATER, bank_account="1200"))
    second = books.run(pay("A1", Decimal("30.00"), date=LATER, bank_account="1200"))
    third = books.run(
        pay("A1", Decimal(30), date=LATER, bank_account="1200", number="Second")
    )

    assert first.id == second.id
    assert first.id != third.id
    assert simulator.books().count("contact_payments") == 2


def test_parties_who_share_a_number_are_told_apart(
    books: Books, simulator: AccountingSimulator
) -> None:
    one, two = posted(books, a_purchase("A1"), a_purchase("A1", party="INK"))
    pay = books.ledger.payments.pay

    with pytest.raises(CodecError, match="2 open documents have the number 'A1'"):
        books.run(pay("A1", Decimal(120), date=LATER, bank_account="1200"))
    books.run(pay("A1", Decimal(120), date=LATER, bank_account="1200", party="INK"))

    assert status(simulator, "purchase_invoices", one) == "UNPAID"
    assert status(simulator, "purchase_invoices", two) == "PAID"


def test_the_callers_codes_are_translated_once(
    opening: Opening, simulator: AccountingSimulator
) -> None:
    # What the caller calls BIRCH is ARDENT in Sage, which has a BIRCH of its own.
    mapping = Mapping(parties={"BIRCH": "ARDENT"}, bank_accounts={"HOUSE": "1200"})
    books = opening(simulator, AccountingSettings(mapping=mapping))
    (id,) = posted(books, an_invoice("A1", party="BIRCH"))
    pay, refund = books.ledger.payments.pay, books.ledger.payments.refund

    paid = books.run(pay("A1", Decimal(120), date=LATER, bank_account="HOUSE"))
    back = books.run(refund(paid.id, date=LATER))

    assert (paid.document.party, back.document.party) == ("BIRCH", "BIRCH")
    assert back.document.bank_account == "HOUSE"
    assert status(simulator, "sales_invoices", id) == "UNPAID"


def test_nothing_is_paid_that_is_not_open_or_more_than_is_owed(books: Books) -> None:
    posted(books, an_invoice("A1"))
    pay = books.ledger.payments.pay

    with pytest.raises(NotFoundError, match="no open document has the number 'A2'"):
        books.run(pay("A2", Decimal(1), date=LATER, bank_account="1200"))
    with pytest.raises(DocumentRejectedError, match="SC-PAY-OVERPAID"):
        books.run(pay("A1", Decimal("120.01"), date=LATER, bank_account="1200"))


# ---- given back


def test_a_payment_is_given_back_and_what_it_settled_is_open_again(
    books: Books, simulator: AccountingSimulator
) -> None:
    id, payment = posted(books, an_invoice("A1"), a_receipt("P1", "120", ("A1", "120")))

    receipt = books.run(books.ledger.payments.refund(payment, date=LATER))

    assert receipt.document.kind is PaymentKind.CUSTOMER_REFUND
    assert receipt.document.amount == Decimal(120)
    assert status(simulator, "sales_invoices", id) == "UNPAID"
    assert on_account(simulator, payment) == Decimal()
    assert simulator.books().balances().get("1200") is None
    assert simulator.books().is_balanced()
    assert (CUSTOMER, "A1") in books.ledger.reference.open_documents


def test_of_a_part_that_is_given_back_the_last_allocations_make_room(
    books: Books, simulator: AccountingSimulator
) -> None:
    one, two, payment = posted(
        books,
        an_invoice("A1"),
        an_invoice("A2"),
        a_receipt("P1", "250", ("A1", "120"), ("A2", "120")),
    )

    books.run(books.ledger.payments.refund(payment, Decimal(140), date=LATER))

    assert outstanding(simulator, "sales_invoices", one) == Decimal(10)
    assert status(simulator, "sales_invoices", two) == "UNPAID"
    assert on_account(simulator, payment) == Decimal()
    assert simulator.books().balances()["1200"] == Decimal(110)


def test_what_is_on_account_is_given_back_first(
    books: Books, simulator: AccountingSimulator
) -> None:
    id, payment = posted(books, an_invoice("A1"), a_receipt("P1", "150", ("A1", "120")))
    before = allocations(simulator)["payments"]["P1"]
    refund = books.ledger.payments.refund

    books.run(refund(payment, Decimal(10), date=LATER))
    books.run(refund(payment, Decimal(20), date=LATER))
    # What was given back stands on the rest, which Sage then leaves as it is.
    with pytest.raises(RefusedError, match="is allocated"):
        books.run(refund(payment, Decimal(40), date=LATER))

    assert allocations(simulator)["payments"]["P1"] == before
    assert on_account(simulator, payment) == Decimal()
    assert status(simulator, "sales_invoices", id) == "PAID"


def test_a_suppliers_payment_is_given_back(
    books: Books, simulator: AccountingSimulator
) -> None:
    id, payment = posted(
        books, a_purchase("B1"), a_supplier_payment("S1", "60", ("B1", "60"))
    )

    receipt = books.run(books.ledger.payments.refund(payment, date=LATER))

    assert receipt.document.kind is PaymentKind.SUPPLIER_REFUND
    assert status(simulator, "purchase_invoices", id) == "UNPAID"
    assert simulator.books().is_balanced()


def test_a_refund_is_posted_once_for_each_amount_and_day(
    books: Books, simulator: AccountingSimulator
) -> None:
    (payment,) = posted(books, a_receipt("P1", "100"))
    refund = books.ledger.payments.refund

    first = books.run(refund(payment, Decimal(30), date=LATER))
    second = books.run(refund(payment, Decimal(30), date=LATER))
    third = books.run(refund(payment, Decimal(30), date=LATER, number="R-2"))

    assert first.id == second.id
    assert third.id != first.id
    assert on_account(simulator, payment) == Decimal(40)


def test_a_payment_is_reversed_by_a_refund(
    books: Books, simulator: AccountingSimulator
) -> None:
    outcomes = books.post(
        [an_invoice("A1"), a_receipt("P1", "130", ("A1", "120"))],
    )
    receipt = outcomes[1].unwrap()
    reverse = books.ledger.documents.reverse

    first = books.run(reverse(receipt, number="R1"))
    second = books.run(reverse(receipt, number="R1"))

    assert first.id == second.id
    assert first.document.reverses == "P1"
    assert status(simulator, "sales_invoices", outcomes[0].unwrap().id) == "UNPAID"
    assert on_account(simulator, receipt.id) == Decimal()
    assert simulator.books().count("contact_payments") == 2


def test_a_refund_is_reversed_by_money_on_account(
    books: Books, simulator: AccountingSimulator
) -> None:
    (payment,) = posted(books, a_receipt("P1", "100"))
    refund = books.run(books.ledger.payments.refund(payment, date=LATER, number="R1"))

    back = books.run(books.ledger.documents.reverse(refund, number="R2"))

    assert back.document.kind is PaymentKind.CUSTOMER_RECEIPT
    assert on_account(simulator, back.id) == Decimal(100)


@pytest.mark.parametrize("done", [False, True], ids=["before", "after"])
def test_a_refund_that_is_killed_at_any_request_is_carried_on(
    simulator: AccountingSimulator, *, done: bool
) -> None:
    n, killed = 0, True
    while killed:
        n += 1
        with connected(simulator) as sage:
            id, payment = posted(
                Books(sage),
                an_invoice(f"A{n}"),
                a_receipt(f"P{n}", "120", (f"A{n}", "120")),
            )
            sage.close()
            sage._driver = MortalDriver(Fate(n, done=done))
            amount = Decimal(50)

            def refund(
                sage: Any = sage, payment: str = payment, amount: Decimal = amount
            ) -> object:
                return sage.payments.refund(payment, amount, date=LATER)

            killed = dies(refund)
        with connected(simulator) as sage:
            sage.payments.refund(payment, amount, date=LATER)

        assert outstanding(simulator, "sales_invoices", id) == Decimal(50)
        assert on_account(simulator, payment) == Decimal()
        assert simulator.books().count("contact_payments") == 2 * n
    assert simulator.books().is_balanced()
    assert n > 5


def test_a_refund_that_sage_refuses_leaves_what_the_payment_settled(
    books: Books, simulator: AccountingSimulator
) -> None:
    id, payment = posted(books, an_invoice("A1"), a_receipt("P1", "120", ("A1", "120")))
    before = allocations(simulator)
    refund = books.ledger.payments.refund

    simulator.fail(Throttle(), method="POST", path="/contact_payments", times=None)

    with pytest.raises(RateLimitedError):
        books.run(refund(payment, date=LATER))

    assert allocations(simulator) == before
    assert status(simulator, "sales_invoices", id) == "PAID"


def test_what_cannot_be_given_back_is_refused(
    books: Books, simulator: AccountingSimulator
) -> None:
    payment, _ = posted(books, a_receipt("P1", "100"), an_invoice("A1"))
    refund, allocate = books.ledger.payments.refund, books.ledger.payments.allocate
    with pytest.raises(RefusedError, match="cannot be given back"):
        books.run(refund(payment, Decimal(101), date=LATER))
    back = books.run(refund(payment, Decimal(40), date=LATER))
    books.run(
        allocate(CUSTOMER, [Allocation("A1", Decimal(60)), Allocation("P1", Decimal(60))])
    )

    with pytest.raises(RefusedError, match="is a refund itself"):
        books.run(refund(back.id, date=LATER))
    with pytest.raises(RefusedError):
        books.run(refund(payment, Decimal(30), date=LATER))
    with pytest.raises(NotFoundError):
        books.run(refund("0" * 32, date=LATER))

    assert simulator.books().count("contact_payments") == 2


def test_of_payments_with_one_reference_none_is_given_back_unawares(
    books: Books, simulator: AccountingSimulator
) -> None:
    ours = a_receipt("P1", "100")
    posted(books, ours)
    (paid,) = simulator.books().all("contact_payments")
    with connected(simulator) as sage:
        by_hand = sage.api.contact_payments.create(
            {
                "transaction_type_id": "CUSTOMER_RECEIPT",
                "contact_id": paid["contact"]["id"],
                "bank_account_id": paid["bank_account"]["id"],
                "date": LATER,
                "total_amount": Decimal(7),
                "reference": "P1",
            }
        )
    before = simulator.books().all("contact_payments")

    # Another session does not know which of them it posted.
    with connected(simulator) as sage:
        (outcome,) = sage.documents.post_all([reversal(ours, number="R1")])

    assert outcome.state is State.FAILED
    assert isinstance(outcome.error, RefusedError)
    assert outcome.error.code == "SC-SA-AMBIGUOUS"
    assert before == simulator.books().all("contact_payments")
    back = books.run(books.ledger.payments.refund(by_hand.id, date=LATER))
    assert back.id


# ---- set off


@pytest.mark.parametrize(
    ("party", "kinds"),
    [
        (CUSTOMER, (an_invoice, a_credit, a_receipt)),
        (SUPPLIER, (a_purchase, a_purchase_credit, a_supplier_payment)),
    ],
)
def test_invoices_credit_notes_and_money_on_account_are_set_off(
    books: Books, simulator: AccountingSimulator, party: str, kinds: Any
) -> None:
    invoice, credit, payment = kinds
    ids = posted(
        *(books, invoice("A1"), invoice("A2"), credit("C1", "50"), payment("P1", "50"))
    )
    seat = "sales" if party == CUSTOMER else "purchase"
    parts = [
        Allocation("A1", Decimal(90)),
        Allocation("A2", Decimal(20)),
        Allocation("C1", Decimal(60)),
        Allocation("P1", Decimal(50)),
    ]

    done = books.run(books.ledger.payments.allocate(party, parts, date=DAY))
    again = books.run(books.ledger.payments.allocate(party, parts, date=DAY))

    assert done == again
    assert outstanding(simulator, f"{seat}_invoices", ids[0]) == Decimal(30)
    assert outstanding(simulator, f"{seat}_invoices", ids[1]) == Decimal(100)
    assert status(simulator, f"{seat}_credit_notes", ids[2]) == "PAID"
    assert on_account(simulator, ids[3]) == Decimal()
    assert created(simulator, "contact_allocations") == 1


def test_the_same_parts_are_set_off_again_under_a_key_of_their_own(
    books: Books, simulator: AccountingSimulator
) -> None:
    id, _ = posted(books, an_invoice("A1"), a_receipt("P1", "100"))
    parts = [Allocation("A1", Decimal(30)), Allocation("P1", Decimal(30))]
    allocate = books.ledger.payments.allocate

    found = [
        books.run(allocate(CUSTOMER, parts, key=key)).id for key in ("", "two", "two", "")
    ]

    assert found[0] == found[3] != found[1] == found[2]
    assert outstanding(simulator, "sales_invoices", id) == Decimal(60)


def test_what_was_set_off_and_taken_away_can_be_set_off_again(
    books: Books, simulator: AccountingSimulator
) -> None:
    id, _ = posted(books, an_invoice("A1"), a_receipt("P1", "100"))
    parts = [Allocation("A1", Decimal(30)), Allocation("P1", Decimal(30))]
    allocate = books.ledger.payments.allocate

    for _ in range(3):
        done = books.run(allocate(CUSTOMER, parts))
        assert outstanding(simulator, "sales_invoices", id) == Decimal(90)
        books.run(books.ledger.payments.unallocate(done.id))
        assert outstanding(simulator, "sales_invoices", id) == Decimal(120)


def test_an_allocation_whose_answer_is_lost_is_made_once(
    books: Books, simulator: AccountingSimulator
) -> None:
    id, _ = posted(books, an_invoice("A1"), a_receipt("P1", "100"))
    parts = [Allocation("A1", Decimal(30)), Allocation("P1", Decimal(30))]
    allocate = books.ledger.payments.allocate
    simulator.fail(
        Drop(after_commit=True), path="/contact_allocations", method="POST", times=9
    )
    with pytest.raises(OutcomeUnknownError):
        books.run(allocate(CUSTOMER, parts))
    simulator.mend()

    books.run(allocate(CUSTOMER, parts))

    assert outstanding(simulator, "sales_invoices", id) == Decimal(90)
    assert simulator.books().count("contact_allocations") == 1


def test_what_cannot_be_set_off_is_told_before_anything_is_sent(
    books: Books, simulator: AccountingSimulator
) -> None:
    posted(books, an_invoice("A1"), a_credit("C1", "50"), a_credit("C2"))
    allocate = books.ledger.payments.allocate
    simulator.calls.clear()

    def parts(**amounts: str) -> list[Allocation]:
        return [Allocation(name, Decimal(amount)) for name, amount in amounts.items()]

    with pytest.raises(CodecError, match=r"invoices of 50 .* credits of 40"):
        books.run(allocate(CUSTOMER, parts(A1="50", C1="40")))
    with pytest.raises(RefusedError, match=r"C1 has 60\.0 left") as caught:
        books.run(allocate(CUSTOMER, parts(A1="61", C1="61")))
    with pytest.raises(NotFoundError, match="nothing is open under the number 'A9'"):
        books.run(allocate(CUSTOMER, parts(A9="1", C1="1")))
    with pytest.raises(NotFoundError, match="no contact with the reference 'NOBODY'"):
        books.run(allocate("NOBODY", parts(A1="1", C1="1")))

    assert caught.value.code == "SC-SA-PAID"
    assert {call.method for call in simulator.calls} == {"GET"}


def test_a_number_that_several_have_is_given_as_an_id(
    books: Books, simulator: AccountingSimulator
) -> None:
    id, payment = posted(books, an_invoice("A1"), a_receipt("A1", "100"))
    del payment
    allocate = books.ledger.payments.allocate

    posted(books, a_credit("A1", "10"))
    (credit,) = [one["id"] for one in simulator.books().all("sales_credit_notes")]
    with pytest.raises(CodecError, match="2 open documents have the number"):
        books.run(
            allocate(
                CUSTOMER, [Allocation("A1", Decimal(5)), Allocation(credit, Decimal(5))]
            )
        )
    parts = [Allocation(id, Decimal(5)), Allocation(credit, Decimal(5))]
    books.run(allocate(CUSTOMER, parts))

    assert outstanding(simulator, "sales_invoices", id) == Decimal(115)


def test_an_invoice_is_set_off_against_the_credit_note_that_reverses_it(
    books: Books, simulator: AccountingSimulator
) -> None:
    for seat, document in (("sales", an_invoice("A1")), ("purchase", a_purchase("B1"))):
        (outcome,) = books.post([document])
        receipt = outcome.unwrap()
        credit = books.run(
            books.ledger.documents.reverse(receipt, number=f"{document.number}R")
        )
        settle = getattr(books.ledger, f"{seat}_invoices").settle

        done = books.run(settle(receipt, credit))
        again = books.run(settle(receipt.id, credit.id))

        assert done == again
        assert {part.amount for part in done.parts} == {Decimal("120.0")}
        assert status(simulator, f"{seat}_invoices", receipt.id) == "PAID"
        assert status(simulator, f"{seat}_credit_notes", credit.id) == "PAID"


def test_the_smaller_of_two_is_set_off_in_full(
    books: Books, simulator: AccountingSimulator
) -> None:
    id, credit = posted(books, an_invoice("A1"), a_credit("C1", "50"))
    settle = books.ledger.sales_credit_notes.settle

    first = books.run(settle(credit, id, amount=Decimal(15)))
    again = books.run(settle(credit, id, amount=Decimal(15)))
    rest = books.run(settle(credit, id))

    assert first == again
    assert [part.amount for part in rest.parts] == [Decimal("45.0")] * 2
    assert outstanding(simulator, "sales_invoices", id) == Decimal(60)
    assert status(simulator, "sales_credit_notes", credit) == "PAID"


def test_only_an_invoice_and_a_credit_note_of_one_party_are_set_off(
    books: Books, simulator: AccountingSimulator
) -> None:
    id, other, credit = posted(
        books, an_invoice("A1"), a_credit("C1", party="BIRCH"), a_credit("C2", "50")
    )
    settle = books.ledger.sales_invoices.settle
    with pytest.raises(CodecError, match="of one party"):
        books.run(settle(id, other))
    with pytest.raises(NotFoundError):
        books.run(settle(id, id))
    with pytest.raises(RefusedError, match=r"C2 has 60\.0 left"):
        books.run(settle(id, credit, amount=Decimal(61)))
    books.run(books.ledger.sales_credit_notes.void(credit, reason="Wrong"))
    with pytest.raises(RefusedError, match="is void"):
        books.run(settle(id, credit))

    assert simulator.books().count("contact_allocations") == 0

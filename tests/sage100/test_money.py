"""Payments and bank entries: the entries they become, and when they may go."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest

from sage_connect import (
    Allocation,
    BankDirection,
    DocumentRejectedError,
    PaymentKind,
    PurchaseKind,
    Sage100,
    State,
    Supplier,
)
from sage_connect.ledger import Postable
from sage_connect.sage100.pieces import PieceMaker
from sage_connect.sage100.settings import Policy
from sage_connect.testing.demo import settings

from .bookings import (
    ACCRUAL,
    CREATING,
    Entry,
    Imported,
    Post,
    bought,
    codes,
    credit,
    lines,
    moved,
    paid,
    purchase,
    records,
)
from .conftest import an_invoice, reference_of_demo

PAYMENTS: dict[PaymentKind, list[Entry]] = {
    PaymentKind.CUSTOMER_RECEIPT: [
        ("BQ", "512000", "", "120.00"),
        ("BQ", "411000", "DUPONT", "-120.00"),
    ],
    PaymentKind.CUSTOMER_REFUND: [
        ("BQ", "512000", "", "-120.00"),
        ("BQ", "411000", "DUPONT", "120.00"),
    ],
    PaymentKind.SUPPLIER_PAYMENT: [
        ("BQ", "512000", "", "-120.00"),
        ("BQ", "401000", "PAPETERIE", "120.00"),
    ],
    PaymentKind.SUPPLIER_REFUND: [
        ("BQ", "512000", "", "120.00"),
        ("BQ", "401000", "PAPETERIE", "-120.00"),
    ],
}


@pytest.mark.parametrize("kind", PaymentKind)
def test_a_payment_moves_money_between_bank_and_party(
    kind: PaymentKind,
    post: Post,
    folder: Path,
    imported: Imported,
) -> None:
    party = "DUPONT" if kind.startswith("customer") else "PAPETERIE"

    (outcome,) = post(paid(kind=kind, party=party, allocations=(), on_account=Decimal(120)))

    assert outcome.state is State.HANDED_OVER
    assert lines(folder) == PAYMENTS[kind]
    imported()


def test_a_payment_of_several_invoices_has_a_line_for_each_and_its_method(
    post: Post, folder: Path
) -> None:
    settled = (Allocation("HA1", Decimal("100.00")), Allocation("HA2", Decimal("20.00")))

    post(
        purchase("HA1"),
        purchase("HA2"),
        paid(amount=Decimal("150.00"), allocations=settled, on_account=Decimal(30)),
        paid("R2", method="vir", allocations=(), on_account=Decimal(120)),
    )

    money = [one for one in records(folder) if one.journal == "BQ"]
    assert [(one.label, one.amount, one.method_no) for one in money] == [
        ("Règlement R1", Decimal("150.00"), 0),
        ("Règlement R1 HA1", Decimal("100.00"), 0),
        ("Règlement R1 HA2", Decimal("20.00"), 0),
        ("Règlement R1", Decimal("30.00"), 0),
        ("Règlement R2", Decimal("120.00"), 4),
        ("Règlement R2", Decimal("120.00"), 4),
    ]


def test_the_banks_own_account_takes_dollars_or_the_payment_is_refused(
    post: Post, folder: Path
) -> None:
    received = paid(
        kind=PaymentKind.CUSTOMER_RECEIPT,
        party="HUDSON",
        currency="USD",
        exchange_rate=Decimal("0.9262"),
        amount=Decimal("100.01"),
        allocations=(),
        on_account=Decimal("100.01"),
    )

    (outcome,) = post(received)

    assert codes(outcome) == {"SC-S100-ACCOUNT-CURRENCY"}
    assert not lines(folder)


def test_a_payment_in_dollars_balances_in_euros() -> None:
    received = paid(
        kind=PaymentKind.CUSTOMER_RECEIPT,
        party="HUDSON",
        currency="USD",
        exchange_rate=Decimal("0.9262"),
        amount=Decimal("100.01"),
        allocations=(
            Allocation("F1", Decimal("33.33")),
            Allocation("F2", Decimal("33.33")),
        ),
        on_account=Decimal("33.35"),
    )

    piece = PieceMaker(settings(), reference_of_demo()).piece(received)

    assert [(one.debit, one.amount, one.currency_amount) for one in piece.lines] == [
        (True, Decimal("92.63"), Decimal("100.01")),
        (False, Decimal("30.87"), Decimal("33.33")),
        (False, Decimal("30.87"), Decimal("33.33")),
        (False, Decimal("30.89"), Decimal("33.35")),
    ]


@pytest.mark.requirement("S114")
def test_what_is_wrong_with_money_is_told_apart_from_what_is_wrong_with_purchases(
    post: Post, folder: Path
) -> None:
    documents: list[Postable] = [
        purchase(),
        moved("B1", bank_account="CIC"),
        moved("B2"),
    ]
    with Sage100(folder, CREATING) as ledger:
        ledger.company.load()
        report = ledger.documents.check(documents)

    assert {kind: {one.code for one in own} for kind, own in report.by_kind.items()} == {
        "bank_entry": {"SC-S100-BANK-ACCOUNT"}
    }
    assert {journal: len(own) for journal, own in report.by_journal.items()} == {"BQ": 1}
    assert [one.state for one in post(*documents)] == [
        State.HANDED_OVER,
        State.REFUSED,
        State.HANDED_OVER,
    ]
    # Put right, it goes by itself: what went before is left alone.
    again = post(documents[0], moved("B1"))
    assert [one.state for one in again] == [State.UNCHANGED, State.HANDED_OVER]


@pytest.mark.requirement("S111")
@pytest.mark.parametrize(
    "money", [paid(), moved(settles="HA1")], ids=["payment", "bank entry"]
)
def test_money_waits_until_its_purchase_was_handed_over(
    money: Any, post: Post, folder: Path
) -> None:
    (early,) = post(money)
    assert (early.state, codes(early)) == (State.REFUSED, {"SC-BANK-BEFORE-PURCHASE"})
    assert not lines(folder)

    (bought_,) = post(purchase())
    (late,) = post(money)
    assert (bought_.state, late.state) == (State.HANDED_OVER, State.HANDED_OVER)


@pytest.mark.requirement("S111")
def test_a_purchase_that_is_refused_holds_its_money_back(post: Post, folder: Path) -> None:
    money, wrong = post(moved(settles="HA1"), purchase(party="INCONNU"))

    assert (money.state, wrong.state) == (State.REFUSED, State.REFUSED)
    assert codes(wrong) == {"SC-SUPPLIER-UNKNOWN"}
    assert not lines(folder)


def test_another_suppliers_purchase_of_the_same_number_does_not_count(
    post: Post,
) -> None:
    _, money = post(purchase("HA1", party="BETENG"), paid())

    assert codes(money) == {"SC-BANK-BEFORE-PURCHASE"}


def test_money_of_a_purchase_that_was_typed_in_goes_where_the_policy_says_so(
    post: Post, folder: Path
) -> None:
    lenient = attrs.evolve(CREATING, policy=Policy(settle_unknown=True))

    (outcome,) = post(moved(settles="HA1"), by=lenient)

    assert outcome.state is State.HANDED_OVER
    assert lines(folder) == [
        ("BQ", "512000", "", "-120.00"),
        ("BQ", "401000", "PAPETERIE", "120.00"),
    ]
    assert records(folder)[0].label == "CB PAPETERIE HA1"


def test_bank_fees_and_interest_go_to_their_account(
    post: Post, folder: Path, imported: Imported
) -> None:
    fees = moved("B1", party="", account="627000", amount=Decimal(3), description="Frais")
    interest = moved(
        "B2", party="", account="758000", direction=BankDirection.IN, amount=Decimal(1)
    )

    post(fees, interest)

    assert lines(folder) == [
        ("BQ", "512000", "", "-3.00"),
        ("BQ", "627000", "", "3.00"),
        ("BQ", "512000", "", "1.00"),
        ("BQ", "758000", "", "-1.00"),
    ]
    imported()


def test_no_document_is_paid_more_than_is_left_of_it_in_whatever_call(post: Post) -> None:
    post(purchase())
    half = (Allocation("HA1", Decimal("60.00")),)

    first = post(paid("R1", amount=Decimal(60), allocations=half))
    second = post(paid("R2", amount=Decimal(60), allocations=half))
    third = post(paid("R3", amount=Decimal(60), allocations=half))
    settled = post(moved("B9", settles="HA1", amount=Decimal(1)))

    states = [one.state for (one,) in (first, second, third, settled)]
    assert states == [State.HANDED_OVER] * 2 + [State.REFUSED] * 2
    (finding,) = third[0].report.errors
    assert (finding.code, finding.path) == ("SC-PAY-OVERPAID", "/allocations/0/amount")
    assert finding.values["owed"] == "0.00"
    assert codes(settled[0]) == {"SC-PAY-OVERPAID"}


def test_a_payment_that_was_taken_back_may_be_made_again(folder: Path, post: Post) -> None:
    _, first = post(purchase(), paid("R1"))
    with Sage100(folder, CREATING) as ledger:
        ledger.documents.reverse(first.unwrap(), number="R1X")

    (again,) = post(paid("R2"))
    (twice,) = post(paid("R3"))

    assert again.state is State.HANDED_OVER
    assert codes(twice) == {"SC-PAY-OVERPAID"}


def test_what_was_not_handed_over_from_here_has_nothing_known_to_be_left(
    post: Post,
) -> None:
    lenient = attrs.evolve(CREATING, policy=Policy(settle_unknown=True))

    (outcome,) = post(moved("B1", settles="HA1", amount=Decimal(500)), by=lenient)

    assert outcome.state is State.HANDED_OVER


def test_a_batch_posted_again_pays_nothing_that_was_refused(post: Post) -> None:
    batch = [purchase(), paid("R1"), paid("R2")]

    first = post(*batch)
    second = post(*batch)

    assert [one.state for one in first] == [State.HANDED_OVER] * 2 + [State.REFUSED]
    assert [one.state for one in second] == [State.UNCHANGED] * 2 + [State.REFUSED]
    assert codes(second[2]) == {"SC-PAY-OVERPAID"}


def test_a_bank_entry_without_a_party_may_settle_any_suppliers_purchase(
    post: Post,
) -> None:
    post(purchase())

    (outcome,) = post(moved(party="", account="471000", settles="HA1"))

    assert outcome.state is State.HANDED_OVER


def test_a_sale_of_the_number_is_no_purchase_that_was_handed_over(post: Post) -> None:
    post(an_invoice("1001"))

    (outcome,) = post(paid(allocations=(Allocation("1001", Decimal("120.00")),)))

    assert codes(outcome) == {"SC-BANK-BEFORE-PURCHASE"}


def test_a_purchase_without_a_number_is_paid_by_the_suppliers(post: Post) -> None:
    post(purchase("", source_id="17", party_number="F-9"))

    (outcome,) = post(paid(allocations=(Allocation("F-9", Decimal("120.00")),)))

    assert outcome.state is State.HANDED_OVER


def test_money_of_another_currency_does_not_settle_a_document(post: Post) -> None:
    post(purchase())
    dollars = moved(settles="HA1", currency="USD", exchange_rate=Decimal("0.9"))

    (outcome,) = post(attrs.evolve(dollars, bank_account="BQD"))

    assert "SC-PAY-CURRENCY" in codes(outcome) or outcome.state is State.REFUSED


@pytest.mark.parametrize("kind", ["payment", "bank entry", "journal entry", "no number"])
def test_a_document_is_taken_back_once(kind: str, folder: Path, post: Post) -> None:
    given: Any = {
        "payment": paid("R1", allocations=(), on_account=Decimal(120)),
        "bank entry": moved("B1", party="", account="627000"),
        "journal entry": ACCRUAL,
        "no number": purchase("", source_id="17"),
    }[kind]
    (first,) = post(given)
    with Sage100(folder, CREATING) as ledger:
        ledger.documents.reverse(first.unwrap(), number="X1")
        with pytest.raises(DocumentRejectedError, match="SC-OVER-CREDITED"):
            ledger.documents.reverse(first.unwrap(), number="X2")


def test_a_card_refund_is_taken_back_as_a_card_payment(folder: Path, post: Post) -> None:
    (first,) = post(credit("CR1", kind=PurchaseKind.CARD_REFUND))

    with Sage100(folder, CREATING) as ledger:
        receipt = ledger.documents.reverse(first.unwrap(), number="CR2")

    taken_back: Any = receipt.document
    assert taken_back.kind is PurchaseKind.CARD_PAYMENT


def test_a_new_employees_claim_and_its_payment_stand_on_one_account(
    post: Post, folder: Path
) -> None:
    claim = purchase(
        "NF1",
        kind=PurchaseKind.EXPENSE_CLAIM,
        party="NOUVEL",
        lines=(bought("100.00", taxes=()),),
    )
    back = paid("R1", party="NOUVEL", amount=Decimal(100), allocations=())
    employee = Supplier(code="NOUVEL", name="Nouvel", employee=True)

    post(employee, claim, attrs.evolve(back, on_account=Decimal(100)))

    of_party = {row[1] for row in lines(folder) if row[2] == "NOUVEL"}
    assert of_party == {"421000"}

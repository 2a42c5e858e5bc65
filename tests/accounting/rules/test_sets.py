"""Rules on a batch: what several documents do together, and what they remember of it."""

import functools
import gc
import itertools
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any, Final

import attrs
import pytest

from sage_connect.accounting.rules import BOOK
from sage_connect.accounting.settings import Overpayment
from sage_connect.ledger.batch import order
from sage_connect.model import Allocation, BankDirection, Customer, PaymentKind
from sage_connect.validation import Checker, RuleBook

from .company import (
    BANK,
    CATEGORY,
    CREDIT,
    CUSTOMER,
    ENTRY,
    INVOICE,
    ITEM,
    PAYMENT,
    PURCHASE,
    PURCHASE_CREDIT,
    REFERENCE,
    SETTINGS,
    SUPPLIER,
    D,
    bank,
    company,
    customer,
    invoice,
    payment,
    policy,
    purchase,
)
from .shape import checked

MANY: Final = 1_500
BATCH_RULES: Final = [code for code, rule in BOOK.items() if rule.batch]
ON_ACCOUNT: Final = policy(overpayment=Overpayment.ON_ACCOUNT)
WHOLE: Final = D(120)
"""What the invoice comes to."""


def codes(report: Any) -> list[tuple[int, str]]:
    return [(one.index, one.code) for one in report]


def paid(number: str, amount: str, **more: Any) -> Any:
    return payment(
        number=number,
        amount=D(amount),
        allocations=(Allocation("SI-42", D(amount)),),
        **more,
    )


# ---------------------------------------------------------- several payments of one invoice
def test_several_payments_settle_an_invoice_to_the_cent() -> None:
    batch = (INVOICE, paid("R-1", "60"), paid("R-2", "59.99"), paid("R-3", "0.01"))

    assert codes(checked(batch)) == []


def test_the_payment_that_is_one_cent_too_much_is_the_one_that_is_told() -> None:
    batch = (INVOICE, paid("R-1", "60"), paid("R-2", "60"), paid("R-3", "0.01"))

    assert codes(checked(batch)) == [(3, "SC-PAY-OVERPAID")]


def test_what_goes_on_account_is_told_and_is_not_counted_as_paid() -> None:
    batch = (INVOICE, paid("R-1", "100"), paid("R-2", "50"), paid("R-3", "20"))

    report = checked(batch, ON_ACCOUNT)

    assert report.ok
    # Fifty were too much for what was left, so that twenty still are not.
    assert codes(report) == [(2, "SC-SA-ON-ACCOUNT")]


def test_a_bank_entry_takes_its_part_of_what_payments_leave() -> None:
    entry = bank(
        direction=BankDirection.IN,
        account="",
        party="ACME",
        settles="SI-42",
        amount=D(60),
        description="",
    )

    assert codes(checked((INVOICE, paid("R-1", "60"), entry))) == []
    assert codes(checked((INVOICE, paid("R-1", "60.01"), entry))) == [
        (2, "SC-PAY-OVERPAID")
    ]


def test_what_is_stated_to_stay_on_account_is_no_overpayment() -> None:
    rest = attrs.evolve(paid("R-1", "120"), amount=D(130), on_account=D(10))

    assert codes(checked((INVOICE, rest))) == []
    assert [code for _, code in codes(checked((INVOICE, rest), edition="start"))] == [
        "SC-SA-EDITION-ON-ACCOUNT"
    ]


def test_payments_of_another_party_do_not_settle_an_invoice() -> None:
    report = checked((INVOICE, paid("R-1", "120", party="BUILDER")))

    assert codes(report) == [(1, "SC-PAY-DOCUMENT-UNKNOWN")]


# ------------------------------------------------------------------ duplicates and likeness
def test_one_of_two_in_the_ledger_and_in_the_batch_is_told() -> None:
    again = invoice(source_id="b", party="BUILDER")
    report = checked((invoice(source_id="a"), again))

    assert codes(report) == [(1, "SC-SA-NUMBER-TWICE")]


@pytest.mark.parametrize("kind", [CUSTOMER, SUPPLIER], ids=repr)
def test_codes_that_look_alike_are_told_at_the_second(kind: Any) -> None:
    batch = (attrs.evolve(kind, code="ÉTÉ"), attrs.evolve(kind, code="ete"))

    assert codes(checked(batch)) == [(1, "SC-SA-REFERENCE-TWIN")]


# ----------------------------------------------------------------------------------- order
_EACH: Final[tuple[Any, ...]] = (
    PAYMENT,
    BANK,
    ENTRY,
    INVOICE,
    CREDIT,
    PURCHASE,
    PURCHASE_CREDIT,
    CUSTOMER,
    SUPPLIER,
    ITEM,
    CATEGORY,
)
_STAGES: Final[dict[type, int]] = {
    **{type(one): 0 for one in (CUSTOMER, SUPPLIER, ITEM, CATEGORY)},
    **{type(one): 2 for one in (PAYMENT, BANK)},
}


@pytest.mark.requirement("S255")
def test_master_data_come_before_documents_and_payments_last_in_every_mixture() -> None:
    mixtures: Iterator[tuple[Any, ...]] = itertools.chain.from_iterable(
        itertools.combinations(_EACH, size) for size in range(len(_EACH) + 1)
    )
    for mixture in mixtures:
        stages = [_STAGES.get(type(mixture[at]), 1) for at in order(mixture)]
        assert stages == sorted(stages)


def test_a_batch_is_judged_the_same_in_whatever_order_it_comes() -> None:
    new = customer(code="NEW")
    batch = (new, invoice(party="NEW"), paid("R-1", "120", party="NEW"))

    assert {
        tuple(sorted(code for _, code in codes(checked(each))))
        for each in itertools.permutations(batch)
    } == {()}


# ---------------------------------------------------------------------------------- memory
def _sales(at: int) -> object:
    return invoice(number=f"SI-2026-{at:06}", source_id=f"s{at}", reference=f"{at}")


def _purchases(at: int) -> object:
    return purchase(number=f"P-2026-{at:06}", party_number=f"V-{at:06}", attachments=())


def _paid(at: int) -> object:
    return payment(number=f"R-2026-{at:06}", allocations=(), on_account=D(100))


def _credits(at: int) -> object:
    return attrs.evolve(CREDIT, number=f"SC-2026-{at:06}", reverses="")


def _customers(at: int) -> object:
    return Customer(code=f"C{at:06}", name="N")


def _settled(at: int) -> object:
    if at % 2:
        return paid(f"R-{at:06}", "120", kind=PaymentKind.CUSTOMER_RECEIPT)
    return invoice(number="SI-42" if not at else f"SI-2026-{at:06}", source_id=f"s{at}")


STREAMS: Final = (_sales, _purchases, _paid, _credits, _customers, _settled)
WATCHED: Final = [
    pytest.param(code, make, id=f"{code}{make.__name__}")
    for code in BATCH_RULES
    for make in STREAMS
    if isinstance(make(1), BOOK[code].on)
]


def _stream(make: Callable[[int], object], count: int) -> Iterator[object]:
    return (make(at) for at in range(count))


@pytest.mark.parametrize(("code", "make"), WATCHED)
def test_a_set_rule_remembers_at_most_200_bytes_a_document(
    code: str, make: Callable[[int], object]
) -> None:
    # What the engine itself keeps, of the parties of a batch, is no memory of the rule.
    engine = _of_the_engine(make)
    peak, found = _remembered(RuleBook(BOOK.home, [BOOK[code]]), make)

    # A finding is the caller's to keep, and is none either.
    assert found or (peak - engine) / MANY <= 200


@functools.cache
def _of_the_engine(make: Callable[[int], object]) -> int:
    return _remembered(RuleBook(BOOK.home), make)[0]


def _remembered(book: RuleBook, make: Callable[[int], object]) -> tuple[int, int]:
    """Return the most bytes that a check held, and how much it found."""
    checker = Checker(book=book, target="accounting", country="GB", settings=SETTINGS)
    known = company(tax_scheme="CASH")
    reference = attrs.evolve(known, open_documents=REFERENCE.open_documents)
    checker.check(_stream(make, 10), reference=reference)
    gc.collect()
    tracemalloc.start()
    report = checker.check(_stream(make, MANY), reference=reference)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak, len(report)

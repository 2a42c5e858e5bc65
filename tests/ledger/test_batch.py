"""What every back end does with a batch."""

import datetime as dt
from decimal import Decimal
from typing import Any

import attrs
import pytest

from sage_connect.errors import RefusedError
from sage_connect.ledger import Postable, State
from sage_connect.ledger.batch import Batch, checked, merged, order, seat_of
from sage_connect.model import (
    AnalyticShare,
    BankEntry,
    DimensionValue,
    Instalment,
    Item,
    JournalEntry,
    Line,
    Movement,
    OpenDocument,
    PaymentKind,
    Reference,
    SalesCreditNote,
    Supplier,
)
from sage_connect.model.fields import FrozenMap
from sage_connect.validation import Checker, Mark, Report, RuleBook, Severity, fault
from sage_connect.validation.book import COMMON

from .documents import DAY, LINE, customer, invoice, payment, purchase

VALUE = DimensionValue(dimension="1", code="A")
BANK = BankEntry(
    number="R1", date=DAY, bank_account="BQ", currency="EUR", amount=Decimal(12), party="C1"
)
ENTRY = JournalEntry(
    number="J1",
    journal="OD",
    date=DAY,
    currency="EUR",
    movements=(Movement(account="411", party="C1"), Movement(account="7", party="")),
)

BOOK = RuleBook("sage_connect.validation")


@BOOK.rule("SC-DRAFT", on=(type(invoice()), type(customer())), source="x", mark=Mark.OURS)
def bad_ones_are_refused(item: Any, _case: Any) -> Any:
    return fault() if getattr(item, "notes", "") == "bad" else None


for _code in ("SC-DEPENDENCY", "SC-KEY-CONFLICT"):
    BOOK.declare(_code, source="x", mark=Mark.OURS)
BOOK.declare("SC-PREFLIGHT-OK", source="x", mark=Mark.OURS, severity=Severity.NOTE)


def batch_of(*items: Postable) -> Batch:
    return Batch(items, scope="s", book=BOOK)


def judged(*items: Postable) -> Batch:
    batch = batch_of(*items)
    batch.judge(Checker(book=BOOK).check(items))
    return batch


def run(batch: Batch) -> list[State]:
    for at in batch:
        batch.settle(at, State.CREATED)
    return [one.state for one in batch.outcomes]


def test_a_batch_goes_master_data_first_and_payments_last() -> None:
    items: list[Postable] = [payment(), invoice(), BANK, ENTRY, customer(), VALUE]

    assert order(items) == (5, 4, 1, 3, 0, 2)


def test_the_callers_order_stands_among_equals() -> None:
    assert order([invoice("3"), invoice("1"), invoice("2")]) == (0, 1, 2)


@pytest.mark.parametrize(
    ("item", "seat"),
    [
        (invoice(), "sales_invoices"),
        (ENTRY, "journal_entries"),
        (BANK, "bank_entries"),
        (VALUE, "dimension_values"),
    ],
)
def test_every_kind_has_its_seat(item: Postable, seat: str) -> None:
    assert seat_of(item) == seat


def test_master_data_of_a_batch_are_known_to_its_documents() -> None:
    known = Reference(customers={}, items={}, dimension_values={}, suppliers=None)

    batch: list[Postable] = [customer(), Item(code="I"), VALUE, Supplier(code="S")]
    found = merged(known, batch)

    assert found.customers == {"C1": customer()}
    assert found.items == {"I": Item(code="I")}
    assert found.dimension_values == {("1", "A"): VALUE}
    assert found.suppliers is None


def test_a_batch_that_changes_nothing_leaves_the_reference_as_it_is() -> None:
    known = Reference(customers={}, open_documents={})

    assert merged(known, [invoice(), payment()]) is known


def test_an_invoice_of_a_batch_is_open_to_its_payments() -> None:
    days = (Instalment(DAY, Decimal(12)),)
    batch: list[Postable] = [invoice(due=DAY), invoice("F2", due=days), invoice("F3")]
    bank = attrs.evolve(BANK, settles="F2")

    opened = merged(Reference(open_documents={}), [*batch, payment("F1"), bank])

    assert opened.open_documents == {
        ("C1", number): OpenDocument(
            number=number,
            kind="sales_invoice",
            party="C1",
            currency="EUR",
            total=Decimal("12.00"),
            outstanding=Decimal("12.00"),
            date=DAY,
            due=due,
        )
        for number, due in (("F1", DAY), ("F2", None))
    }


def test_what_the_ledger_says_is_open_comes_before_the_batch() -> None:
    left = OpenDocument(
        number="F1",
        party="C1",
        kind="sales_invoice",
        total=Decimal(12),
        outstanding=Decimal(1),
    )
    batch: list[Postable] = [invoice(), payment("F1"), payment("F2"), invoice("F2")]

    found = merged(Reference(open_documents={("C1", "F1"): left}), batch).open_documents

    assert found is not None
    assert found["C1", "F1"] == left
    assert found["C1", "F2"].outstanding == Decimal(12)


def test_amounts_beyond_reason_open_nothing() -> None:
    absurd = invoice(lines=[Line(unit_price=Decimal("1E+999999"), quantity=Decimal(9))])
    known = Reference(open_documents={})

    assert merged(known, [absurd, payment("F1")]) is known


def test_a_batch_is_checked_in_the_order_of_posting_and_reported_in_that_of_input() -> None:
    seen: list[str] = []
    book = RuleBook("sage_connect.validation")

    def look(item: Any, _case: Any) -> Any:
        seen.append(item.type)
        return fault()

    kinds = (type(invoice()), type(customer()), type(payment()))
    book.rule("SC-DRAFT", on=kinds, source="x", mark=Mark.OURS)(look)
    nameless = attrs.evolve(payment(), number="")

    report = checked(Checker(book=book), [nameless, invoice(), customer()], Reference())

    assert seen == ["customer", "sales_invoice", "payment"]
    assert [(one.index, one.document) for one in report] == [
        (0, "#1"),
        (1, "F1"),
        (2, "C1"),
    ]


def test_a_batch_already_in_order_is_checked_as_it_is() -> None:
    report = checked(Checker(book=COMMON), [customer(), invoice(), payment()], Reference())

    assert report.ok
    assert report.documents == 3


def test_outcomes_stand_in_input_order() -> None:
    batch = judged(payment(), invoice(), customer())

    assert [*batch] == [2, 1, 0]
    assert batch.pending == (0, 1, 2)
    assert run(batch) == [State.CREATED] * 3
    assert [one.document for one in batch.outcomes] == [*batch.items]
    assert [one.key for one in batch.outcomes] == [*batch.keys]


def test_an_item_that_was_forgotten_is_named() -> None:
    batch = batch_of(invoice(""), invoice("F2"), invoice("", source_id="row 3"))

    with pytest.raises(RuntimeError, match=r"no outcome was given to #1, F2, row 3"):
        _ = batch.outcomes


def test_what_the_rules_refuse_is_settled_with_its_report() -> None:
    batch = judged(invoice(), invoice("F2", notes="bad"))

    assert [*batch] == [0]
    batch.settle(0, State.CREATED)
    good, bad = batch.outcomes
    assert (good.state, bad.state) == (State.CREATED, State.REFUSED)
    assert (good.report.ok, [one.index for one in bad.report]) == (True, [1])


def test_a_report_over_what_is_left_finds_its_place_in_the_batch() -> None:
    batch = batch_of(invoice("F1"), invoice("F2", notes="bad"))
    batch.settle(0, State.UNCHANGED)

    batch.judge(Checker(book=BOOK).check([invoice("F2", notes="bad")]))

    assert [one.state for one in batch.outcomes] == [State.UNCHANGED, State.REFUSED]
    assert [one.index for one in batch.outcomes[1].report] == [1]


def test_what_a_setting_leaves_out_is_skipped_and_holds_nothing_back() -> None:
    early = invoice("F1", date=dt.date(2025, 12, 31))
    batch = batch_of(early, payment("F1"))
    settings = type("Settings", (), {"period_start": dt.date(2026, 1, 1)})()
    checker = Checker(book=COMMON, settings=settings)

    batch.judge(checker.check(batch.items))

    assert run(batch) == [State.SKIPPED, State.CREATED]


DEPENDENT: list[tuple[Postable, Postable, str]] = [
    (customer("C9"), invoice(party="C9"), "/party"),
    (customer("C9"), payment(party="C9"), "/party"),
    (Supplier(code="C9"), purchase(party="C9"), "/party"),
    (
        Supplier(code="C9"),
        payment(party="C9", kind=PaymentKind.SUPPLIER_PAYMENT),
        "/party",
    ),
    (customer("C9"), attrs.evolve(BANK, party="C9"), "/party"),
    (customer("C1"), ENTRY, "/movements/0/party"),
    (Item(code="I"), invoice(lines=[attrs.evolve(LINE, item="I")]), "/lines/0/item"),
    (VALUE, invoice(project="A"), "/project"),
    (
        attrs.evolve(VALUE, dimension="a/b"),
        invoice(lines=[LINE, attrs.evolve(LINE, dimensions=FrozenMap({"a/b": "A"}))]),
        "/lines/1/dimensions/a~1b",
    ),
    (
        VALUE,
        invoice(lines=[attrs.evolve(LINE, analytic=(AnalyticShare("A", "1"),))]),
        "/lines/0/analytic/0/value",
    ),
    (
        VALUE,
        invoice(lines=[attrs.evolve(LINE, analytic=(AnalyticShare("A"),))]),
        "/lines/0/analytic/0/value",
    ),
    (invoice("F9"), payment("F1", "F9"), "/allocations/1/number"),
    (invoice("F9"), attrs.evolve(BANK, settles="F9"), "/settles"),
    (
        invoice("F9"),
        SalesCreditNote(
            number="A", date=DAY, party="C1", currency="EUR", lines=(), reverses="F9"
        ),
        "/reverses",
    ),
]


@pytest.mark.parametrize(("cause", "dependent", "path"), DEPENDENT)
@pytest.mark.parametrize("state", [State.REFUSED, State.FAILED, State.UNKNOWN])
def test_what_needs_something_that_did_not_pass_is_not_run(
    cause: Postable, dependent: Postable, path: str, state: State
) -> None:
    batch = batch_of(dependent, cause)
    if order(batch.items)[0] != 1:
        batch = batch_of(cause, dependent)
    there = batch.items.index(cause)

    for at in batch:
        batch.settle(at, state if at == there else State.CREATED)

    outcome = batch.outcomes[1 - there]
    assert outcome.state is State.NOT_RUN
    assert [(one.code, one.path) for one in outcome.report] == [("SC-DEPENDENCY", path)]


@pytest.mark.parametrize(
    ("cause", "independent"),
    [
        (customer("C9"), invoice(party="C1")),
        (customer("C9"), purchase(party="C9")),
        (customer(""), invoice(party="")),
        (invoice("F9", party="C9"), payment("F9", party="C1")),
        (attrs.evolve(VALUE, code="B"), invoice(project="A")),
        (VALUE, invoice(lines=[attrs.evolve(LINE, analytic=(AnalyticShare("A", "2"),))])),
        (customer("C9"), Supplier(code="C9")),
        (customer("C9"), Item(code="I")),
    ],
)
def test_what_needs_nothing_of_it_is_run(cause: Postable, independent: Postable) -> None:
    batch = batch_of(cause, independent)
    batch.settle(0, State.REFUSED)

    assert [*batch] == [1]


def test_not_run_spreads_to_what_needs_it_in_turn() -> None:
    batch = judged(payment("F1"), invoice("F1"), customer(notes="bad"))

    assert run(batch) == [State.NOT_RUN, State.NOT_RUN, State.REFUSED]


def test_a_receipt_an_error_and_findings_travel_with_the_outcome() -> None:
    batch = batch_of(invoice())
    error = RefusedError("no")
    batch.judge(Report(documents=1))

    batch.find(0, "SC-KEY-CONFLICT", "/number", key="k")
    batch.find(0, "SC-PREFLIGHT-OK")
    batch.settle(0, State.FAILED, error=error)

    (outcome,) = batch.outcomes
    assert outcome.error is error
    assert [(one.code, one.path, one.document) for one in outcome.report] == [
        ("SC-KEY-CONFLICT", "/number", "F1"),
        ("SC-PREFLIGHT-OK", "", "F1"),
    ]

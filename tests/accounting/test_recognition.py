"""What was posted before is recognised, whatever became of it and of the books."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import attrs
import pytest

from sage_connect import BankEntry, JournalEntry, State
from sage_connect.accounting import AccountingSettings
from sage_connect.accounting.settings import Numbering, Policy
from sage_connect.ledger import Key
from sage_connect.model import BankDirection, Movement
from sage_connect.testing.accounting import AccountingSimulator

from .business import connected
from .trading import DAY, a_purchase, a_receipt, an_invoice


def a_journal(**more: Any) -> JournalEntry:
    movements = [
        Movement(account="7500", debit=Decimal(5)),
        Movement(account="4000", credit=Decimal(5)),
    ]
    values = {"number": "J1", "journal": "", "date": DAY, "currency": "GBP", **more}
    return JournalEntry(movements=movements, **values)


def a_bank_entry(**more: Any) -> BankEntry:
    return BankEntry(
        **{
            "number": "B1",
            "date": DAY,
            "bank_account": "1200",
            "currency": "GBP",
            "amount": Decimal(9),
            "direction": BankDirection.OUT,
            "account": "7500",
            **more,
        }
    )


def posted(
    simulator: AccountingSimulator, *documents: Any, numbering: Numbering = Numbering.OURS
) -> list[Any]:
    """Post them as a program does that knows nothing of an earlier one."""
    settings = AccountingSettings(policy=Policy(numbering=numbering))
    with connected(simulator, settings) as sage:
        return [*sage.documents.post_all(documents)]


# For seven days Sage itself answers a repeated key with what was made of it first.
@pytest.mark.parametrize("days_later", [0, 8])
@pytest.mark.parametrize(
    ("resource", "made", "numbering"),
    [
        ("contact_payments", lambda **more: a_receipt("P1", "10", **more), "ours"),
        ("journals", a_journal, "ours"),
        ("other_payments", a_bank_entry, "ours"),
        ("purchase_invoices", lambda **more: a_purchase("S1", **more), "ours"),
        ("sales_invoices", lambda **more: an_invoice("F1", **more), "sages"),
    ],
)
def test_what_a_document_refers_to_is_no_part_of_its_identity(
    simulator: AccountingSimulator,
    resource: str,
    made: Callable[..., Any],
    numbering: str,
    days_later: int,
) -> None:
    how = Numbering(numbering)
    posted(simulator, made(reference="BACS"), numbering=how)
    before = simulator.books().all(resource)
    simulator.advance(days_later * 86_400)

    later = made(reference="CHEQUE", date=DAY + dt.timedelta(1))
    (outcome,) = posted(simulator, later, numbering=how)

    assert outcome.state == State.REFUSED
    assert {"SC-KEY-CONFLICT"} == {one.code for one in outcome.report.errors}
    assert {"reference", "date"} <= {
        dict(one.values).get("field") for one in outcome.report
    }
    assert before == simulator.books().all(resource)


def test_a_number_with_a_blank_is_not_taken_for_the_one_that_it_begins_with(
    simulator: AccountingSimulator,
) -> None:
    both = [
        a_purchase("N 1", party_number="THEIRS 1"),
        a_purchase("N", party_number="THEIRS 2"),
        a_receipt("P 1", "10", reference="BACS"),
        a_receipt("P", "10"),
    ]
    posted(simulator, *both)

    again = posted(simulator, *both)

    assert [one.state for one in again] == [State.UNCHANGED] * 4


def test_many_documents_that_refer_to_the_same_are_searched_for_once(
    simulator: AccountingSimulator,
) -> None:
    many = [an_invoice(f"F{n}", reference="WEB SHOP") for n in range(30)]
    posted(simulator, *many)
    seen = len(simulator.calls)

    again = posted(simulator, *many)

    searches = [one for one in simulator.calls[seen:] if "search=" in one.query]
    assert [one.state for one in again] == [State.UNCHANGED] * 30
    assert len(searches) == 1


def test_a_purchase_that_was_typed_by_hand_is_not_entered_twice(
    simulator: AccountingSimulator,
) -> None:
    posted(simulator, a_purchase("S1", party_number="THEIRS"))
    stands = simulator.books().all("purchase_invoices")
    with connected(simulator) as sage:
        sage.api.purchase_invoices.update(stands[0]["id"], {"reference": ""})

    (outcome,) = posted(simulator, attrs.evolve(a_purchase("S1"), party_number="THEIRS"))

    assert outcome.state == State.REFUSED
    assert len(simulator.books().all("purchase_invoices")) == 1


@pytest.mark.parametrize("number", ["", "N1", "N" * 31])
@pytest.mark.parametrize("source", ["", "db-17", "db-" + "7" * 60])
def test_what_was_posted_is_found_by_its_key(
    simulator: AccountingSimulator, number: str, source: str
) -> None:
    if not number and not source:
        return
    identity: dict[str, Any] = {"number": number, "source_id": source}
    short = {**identity, "number": number[:25]}
    documents: list[Any] = [
        attrs.evolve(a_purchase("", party_number=""), **identity),
        attrs.evolve(an_invoice(""), **short),
        attrs.evolve(a_receipt("", "10"), **short),
        a_journal(**identity),
        a_bank_entry(**short),
    ]
    outcomes = posted(simulator, *documents)
    keys = [Key.of(one, simulator.business_id) for one in documents]

    # Another process, which has posted none of them.
    with connected(simulator) as sage:
        found = [sage.documents.reconcile(one) for one in keys]

    assert keys == [one.key for one in outcomes]
    assert [one.unwrap().id for one in outcomes] == [one and one.id for one in found]


@pytest.mark.parametrize(
    "document",
    [a_purchase("N1"), a_receipt("N1", "10"), a_journal(), a_bank_entry()],
    ids=lambda one: one.type,
)
def test_a_number_stands_for_one_document_whatever_its_source_ids(
    simulator: AccountingSimulator, document: Any
) -> None:
    one, other = (attrs.evolve(document, source_id=id) for id in ("a", "b"))

    together = posted(simulator, one, other)
    later = posted(simulator, other)
    changed = posted(simulator, attrs.evolve(other, date=dt.date(2026, 11, 3)))

    assert [each.state for each in (*together, *later, *changed)] == [
        *(State.CREATED, State.REFUSED, State.UNCHANGED, State.REFUSED)
    ]
    assert [each.code for each in together[1].report] == ["SC-SA-NUMBER-SHARED"]
    assert together[0].unwrap().id == later[0].unwrap().id


def test_a_bank_entry_that_settles_a_document_is_found_by_its_key(
    simulator: AccountingSimulator,
) -> None:
    entry = a_bank_entry(
        account="", party="ARDENT", settles="F1", direction=BankDirection.IN
    )
    with connected(simulator) as sage:
        _, outcome = sage.documents.post_all([an_invoice("F1"), entry])
        found = sage.documents.reconcile(outcome.key)

    assert found is not None
    assert outcome.unwrap().id == found.id


def test_a_changed_document_is_refused_though_its_key_is_answered_with_the_first(
    simulator: AccountingSimulator,
) -> None:
    first = an_invoice("F1", reference="PO 1")
    posted(simulator, first)
    before = simulator.books().all("sales_invoices")

    # The search for what it refers to finds nothing: Sage itself recognises it.
    (outcome,) = posted(simulator, an_invoice("F1", "999", reference="PO 2"))

    assert outcome.state == State.REFUSED
    assert {"SC-KEY-CONFLICT"} == {one.code for one in outcome.report.errors}
    assert ("SC-SA-DIFFERS", "/lines/0/unit_price") in {
        (one.code, one.path) for one in outcome.report
    }
    assert before == simulator.books().all("sales_invoices")


HOUR = 3_600


def test_a_document_that_was_changed_in_sage_is_compared_as_it_is_now(
    simulator: AccountingSimulator,
) -> None:
    simulator.advance(-HOUR)
    posted(simulator, an_invoice("F1", reference="PO 1"))
    (stands,) = simulator.books().all("sales_invoices")
    (line,) = stands["invoice_lines"]
    changed: Any = {
        "description": "Bolts",
        "ledger_account_id": line["ledger_account"]["id"],
        "unit_price": Decimal(77),
        "tax_rate_id": "GB_STANDARD",
        "tax_amount": Decimal("15.40"),
    }
    with connected(simulator) as sage:
        sage.api.sales_invoices.update(
            stands["id"], {"reference": "OTHER", "invoice_lines": [changed]}
        )
    simulator.advance(HOUR)

    (outcome,) = posted(simulator, an_invoice("F1", reference="PO 1"))

    told = {one.path: dict(one.values).get("found") for one in outcome.report}
    assert (outcome.state, told.get("/lines/0/unit_price")) == (State.REFUSED, "77.0")


def test_a_document_that_was_referenced_anew_in_sage_is_still_the_same(
    simulator: AccountingSimulator,
) -> None:
    simulator.advance(-HOUR)
    invoice = an_invoice("", source_id="db-1")
    (first,) = posted(simulator, invoice)
    with connected(simulator) as sage:
        sage.api.sales_invoices.update(first.unwrap().id, {"reference": "ours"})
    simulator.advance(HOUR)

    (outcome,) = posted(simulator, invoice)

    # Its identity in Sage is gone: that is told, and it is not posted a second time.
    assert outcome.state == State.REFUSED
    assert len(simulator.books().all("sales_invoices")) == 1


@pytest.mark.parametrize(
    ("resource", "document"),
    [
        ("purchase_invoices", a_purchase("S1")),
        ("contact_payments", a_receipt("P1", "10")),
    ],
)
def test_what_was_taken_away_in_sage_is_posted_again(
    simulator: AccountingSimulator, resource: str, document: Any
) -> None:
    simulator.advance(-HOUR)
    (first,) = posted(simulator, document)
    with connected(simulator) as sage:
        seat = sage.payments if resource == "contact_payments" else sage.purchase_invoices
        seat.void(first.unwrap().id)
    simulator.advance(HOUR)

    (second,) = posted(simulator, document)
    (third,) = posted(simulator, document)

    assert (second.state, third.state) == (State.CREATED, State.UNCHANGED)
    assert second.unwrap().id == third.unwrap().id != first.unwrap().id
    assert [third.unwrap().id] == [one["id"] for one in simulator.books().all(resource)]


def test_what_was_taken_away_a_moment_ago_is_posted_again(
    simulator: AccountingSimulator,
) -> None:
    simulator.advance(-10)
    (first,) = posted(simulator, a_purchase("S1"))
    with connected(simulator) as sage:
        sage.purchase_invoices.void(first.unwrap().id)
    simulator.advance(10)

    (second,) = posted(simulator, a_purchase("S1"))

    assert second.unwrap().id != first.unwrap().id
    assert len(simulator.books().all("purchase_invoices")) == 1

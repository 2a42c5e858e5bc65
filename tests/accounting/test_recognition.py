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
    with connected(simulator) as sage:
        outcomes = sage.documents.post_all(documents)
        found = [sage.documents.reconcile(one.key) for one in outcomes]

    assert [one.unwrap().id for one in outcomes] == [one and one.id for one in found]


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

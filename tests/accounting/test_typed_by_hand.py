"""A sale that somebody typed into Sage is never entered a second time unnoticed."""

from typing import Any

import attrs
import pytest

from sage_connect.accounting import AccountingSettings
from sage_connect.accounting.settings import Existing, Numbering, Policy
from sage_connect.ledger import State
from sage_connect.testing.accounting import AccountingSimulator

from .business import connected
from .trading import DAY, an_invoice


def typed(simulator: AccountingSimulator, **more: Any) -> str:
    """Enter the invoice of `an_invoice` as a person does; return its number."""
    with connected(simulator) as sage:
        reference = sage.company.load()
        assert reference.accounts is not None
        line: Any = {
            "description": "As agreed",
            "ledger_account_id": sage._books.ids.accounts["4000"],
            "quantity": 1,
            "unit_price": "100",
            "tax_rate_id": "GB_STANDARD",
            "tax_amount": "20",
        }
        body: Any = {
            "contact_id": sage._books.ids.parties["customer", "ARDENT"],
            "date": DAY,
            "invoice_lines": [line],
            **more,
        }
        made = sage.api.sales_invoices.create(body)
    return str(made.invoice_number)


def posted(
    simulator: AccountingSimulator, *documents: Any, **policy: Any
) -> list[tuple[State, list[str]]]:
    settings = AccountingSettings(policy=Policy(**policy))
    with connected(simulator, settings) as sage:
        outcomes = sage.documents.post_all(documents)
    return [(one.state, [each.code for each in one.report]) for one in outcomes]


def count(simulator: AccountingSimulator) -> int:
    return len(simulator.books().all("sales_invoices"))


@pytest.mark.requirement("S141")
@pytest.mark.parametrize("numbering", list(Numbering))
def test_what_looks_the_same_under_a_number_of_sages_is_flagged(
    simulator: AccountingSimulator, numbering: Numbering
) -> None:
    typed(simulator)

    found = posted(simulator, an_invoice("F1"), numbering=numbering)
    other = posted(simulator, an_invoice("F2", "99"), numbering=numbering)

    assert found == [(State.REFUSED, ["SC-DUP-EXISTING"])]
    assert other == [(State.CREATED, [])]
    assert count(simulator) == 2


@pytest.mark.requirement("S141")
@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("F1", (State.UNCHANGED, [])),
        ("", (State.FAILED, ["SC-SA-NUMBER-TAKEN"])),
    ],
)
def test_what_carries_our_number_is_linked_or_flagged(
    simulator: AccountingSimulator, reference: str, expected: tuple[State, list[str]]
) -> None:
    typed(simulator, invoice_number="F1", reference=reference)
    invoice = an_invoice("F1", due=None)
    (line,) = invoice.lines
    same = attrs.evolve(invoice, lines=[attrs.evolve(line, description="As agreed")])

    assert posted(simulator, same) == [expected]
    assert count(simulator) == 1


def test_two_of_our_own_may_look_the_same(simulator: AccountingSimulator) -> None:
    first = posted(simulator, an_invoice("F1"), an_invoice("F2"))
    later = posted(simulator, an_invoice("F3"))

    assert [state for state, _ in (*first, *later)] == [State.CREATED] * 3


def test_the_policy_lets_it_pass_with_a_warning(simulator: AccountingSimulator) -> None:
    typed(simulator)

    found = posted(simulator, an_invoice("F1"), existing=Existing.WARNING)

    assert found == [(State.CREATED, ["SC-DUP-EXISTING"])]


def test_nothing_is_said_where_our_numbers_are_such_as_sages(
    simulator: AccountingSimulator,
) -> None:
    number = typed(simulator)
    prefix = number.rstrip("0123456789")

    assert posted(simulator, an_invoice(f"{prefix}900")) == [(State.CREATED, [])]

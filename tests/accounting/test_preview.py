"""A preview shows what posting sends: all of it, and nothing else."""

import json
from decimal import Decimal
from typing import Any

import attrs

from sage_connect import Customer, Item, State, Supplier
from sage_connect.accounting import AccountingSettings
from sage_connect.accounting.settings import Accounts
from sage_connect.ledger import Preview
from sage_connect.model import DimensionValue, ItemKind
from sage_connect.testing.accounting import AccountingSimulator
from sage_connect.testing.modes import Books

from .conftest import Opening
from .trading import a_purchase, a_receipt, an_invoice

SETTINGS = AccountingSettings(accounts=Accounts(sales="4000", purchases="5000"))


def everything() -> list[Any]:
    """Master data, documents that name them, and payments of those."""
    (line,) = an_invoice("").lines
    named: dict[str, Any] = {"item": "VISIT", "dimensions": {"Analysis type 1": "NORTH"}}
    lines = [attrs.evolve(line, **named)]
    return [
        a_receipt("P1", "120", ("A1", "120"), party="NEW"),
        an_invoice("A1", party="NEW", lines=lines),
        a_purchase("S1", party="NEWSUPP"),
        Customer(code="NEW", name="New Ltd"),
        Supplier(code="NEWSUPP", name="New supplier Ltd"),
        Item(code="VISIT", description="Visit", kind=ItemKind.SERVICE),
        DimensionValue(dimension="Analysis type 1", code="NORTH", name="North"),
    ]


def paths(preview: Preview) -> list[str]:
    """Return where the requests of a preview go, in order."""
    return [json.loads(line)["POST"] for line in preview.content.splitlines()]


def test_what_a_batch_makes_itself_is_shown_and_posted_just_so(
    opening: Opening, simulator: AccountingSimulator
) -> None:
    books: Books = opening(simulator, SETTINGS)
    books.run(books.ledger.company.load())
    seen = len(simulator.calls)

    preview = books.preview(everything())
    outcomes = books.post(preview)

    assert [one.code for one in preview.report.errors] == []
    assert [one.state for one in outcomes] == [State.CREATED] * len(outcomes)
    sent = [one for one in simulator.calls[seen:] if one.method == "POST"]
    assert [one.path for one in sent] == paths(preview)
    bodies = [json.loads(one.body) for one in sent]
    shown = [json.loads(line)["body"] for line in preview.content.splitlines()]
    assert [_shape(one) for one in bodies] == [_shape(one) for one in shown]


def _shape(body: Any) -> Any:
    """Return a body without what stands in its fields."""
    if isinstance(body, dict):
        return {name: _shape(one) for name, one in body.items()}
    return [_shape(one) for one in body] if isinstance(body, list) else ""


def test_what_neither_the_batch_nor_the_business_has_is_refused_in_a_preview(
    opening: Opening, simulator: AccountingSimulator
) -> None:
    books: Books = opening(simulator, SETTINGS)
    books.run(books.ledger.company.load())
    documents = [
        document for document in everything() if not isinstance(document, Customer)
    ]

    preview = books.preview(documents)

    assert {one.path for one in preview.report.errors} >= {"/party"}
    assert "/sales_invoices" not in paths(preview)
    assert "/contact_payments" not in paths(preview)
    assert Decimal(0) == sum(Decimal(one.debit or 0) for one in _of(preview, "A1"))


def _of(preview: Preview, document: str) -> list[Any]:
    return [one for one in preview.entries if one.document == document]

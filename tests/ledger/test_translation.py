"""The caller's codes become the ledger's, everywhere, once."""

from decimal import Decimal
from typing import Any

import attrs
import pytest

from sage_connect.ledger import Mapping, translated
from sage_connect.model import (
    AnalyticShare,
    BankEntry,
    Charge,
    Customer,
    DimensionValue,
    Item,
    JournalEntry,
    Movement,
    Supplier,
    Tax,
)
from sage_connect.model.fields import FrozenMap
from sage_connect.testing import filled

from .documents import DAY, LINE, invoice, payment

KINDS = [field.name for field in attrs.fields(Mapping)]
# Every kind of code has another translation, so that none is taken for another.
ALL = Mapping(**{kind: FrozenMap({"X": f"{kind} of X"}) for kind in KINDS})


def test_without_a_mapping_a_document_stays_itself() -> None:
    document = invoice()

    assert translated(document, Mapping()) is document


def test_a_code_that_is_not_named_stays_as_it_is() -> None:
    document = invoice(project="elsewhere")

    assert translated(document, ALL) == document


def test_every_code_of_an_invoice_is_translated() -> None:
    line = attrs.evolve(
        LINE,
        account="X",
        item="X",
        taxes=(Tax("X", Decimal(20)),),
        dimensions=FrozenMap({"X": "X"}),
        analytic=(AnalyticShare("X", "X"),),
    )
    document = invoice(
        party="X",
        project="X",
        entity="X",
        lines=[line],
        charges=[Charge(amount=Decimal(1), account="X", taxes=(Tax("X", Decimal(1)),))],
        taxes=[Tax("X", Decimal(5))],
    )

    found = translated(document, ALL)

    assert (found.party, found.project) == ("parties of X", "dimension_values of X")
    assert (found.entity, found.taxes[0].code) == ("entities of X", "taxes of X")
    (line,), (charge,) = found.lines, found.charges
    assert (line.account, line.item) == ("accounts of X", "items of X")
    assert line.taxes[0].code == charge.taxes[0].code == "taxes of X"
    assert dict(line.dimensions) == {"dimensions of X": "dimension_values of X"}
    share = AnalyticShare("dimension_values of X", "dimensions of X")
    assert line.analytic == (share,)
    assert charge.account == "accounts of X"


def test_every_code_of_a_payment_and_a_bank_entry_is_translated() -> None:
    paid = translated(payment(party="X", bank_account="X", entity="X"), ALL)
    moved = translated(
        BankEntry(
            date=DAY,
            bank_account="X",
            currency="EUR",
            amount=Decimal(1),
            account="X",
            party="X",
        ),
        ALL,
    )

    assert (paid.party, paid.bank_account) == ("parties of X", "bank_accounts of X")
    assert paid.entity == "entities of X"
    assert (moved.account, moved.party) == ("accounts of X", "parties of X")


def test_every_code_of_a_journal_entry_is_translated() -> None:
    movement = Movement(account="X", party="X", tax_code="X")
    entry = JournalEntry(journal="X", date=DAY, currency="EUR", movements=(movement,))

    found = translated(entry, ALL)

    assert found.journal == "journals of X"
    assert found.movements == (
        Movement(account="accounts of X", party="parties of X", tax_code="taxes of X"),
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            Customer(code="X", account="X", payment_term="X"),
            Customer(
                code="parties of X",
                account="accounts of X",
                payment_term="payment_terms of X",
            ),
        ),
        (Supplier(code="X"), Supplier(code="parties of X")),
        (
            Item(code="X", sales_account="X", purchase_account="X", tax_code="X"),
            Item(
                code="items of X",
                sales_account="accounts of X",
                purchase_account="accounts of X",
                tax_code="taxes of X",
            ),
        ),
        (
            DimensionValue(dimension="X", code="X"),
            DimensionValue(dimension="dimensions of X", code="dimension_values of X"),
        ),
    ],
)
def test_master_data_are_named_by_the_ledgers_codes(value: Any, expected: Any) -> None:
    assert translated(value, ALL) == expected


def test_what_stays_free_text_is_never_translated() -> None:
    document = invoice(number="X", reference="X", notes="X", source_id="X")

    assert translated(document, ALL) == document


def test_a_translation_changes_nothing_else() -> None:
    mapping = Mapping(accounts=FrozenMap({"706000": "701000"}))

    lost = [
        one.path
        for one in filled(invoice())
        if translated(one.before, mapping) == translated(one.after, mapping)
    ]

    assert lost == []

"""Prepaid charges: the entries that spread them, to the cent."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest

from sage_connect import (
    Deferral,
    Line,
    PurchaseCreditNote,
    PurchaseInvoice,
    Sage100,
    SalesInvoice,
    State,
)
from sage_connect.sage100 import deferral_entries
from sage_connect.testing.demo import settings
from sage_connect.testing.importer import Sage100Importer

DAY = dt.date(2026, 9, 10)


def purchase(**changes: Any) -> PurchaseInvoice:
    values: dict[str, Any] = {
        "number": "HA1",
        "date": DAY,
        "party": "PAPETERIE",
        "currency": "EUR",
        "lines": (
            Line(description="Assurance", unit_price=Decimal("100.00"), account="606400"),
        ),
    }
    return PurchaseInvoice(**{**values, **changes})


@pytest.mark.requirement("S115")
@pytest.mark.parametrize("kind", [PurchaseInvoice, PurchaseCreditNote, SalesInvoice])
def test_the_entries_of_a_prepaid_charge_sum_to_nothing_and_to_the_net_amount(
    kind: type[Any],
) -> None:
    given = attrs.asdict(purchase(), recurse=False)
    given.pop("kind")
    year = Deferral(start=DAY, end=dt.date(2027, 9, 9))
    document = kind(**{**given, "deferral": year})

    first, *months = deferral_entries(document, account="606400")

    assert [one.date for one in months[:2]] == [dt.date(2026, 9, 30), dt.date(2026, 10, 31)]
    assert (len(months), months[-1].date) == (13, dt.date(2027, 9, 9))
    sides = [
        (one.movements[0].debit or Decimal()) - (one.movements[0].credit or Decimal())
        for one in (first, *months)
    ]
    assert sum(sides) == 0
    # What an invoice put on the account goes off it first: an expense by a credit.
    expected = -100 if kind is PurchaseInvoice else 100
    assert sides[0] == expected
    assert len({one.source_id for one in (first, *months)}) == 14


def test_the_entries_of_a_prepaid_charge_are_posted_beside_its_document(
    folder: Path, imported: Callable[[], Sage100Importer]
) -> None:
    document = purchase(deferral=Deferral(start=DAY, end=dt.date(2026, 12, 31)))
    entries = deferral_entries(document, account="606400", prepaid="471000")

    with Sage100(folder, settings()) as ledger:
        outcomes = ledger.documents.post_all(
            [attrs.evolve(document, deferral=None), *entries]
        )

    assert {one.state for one in outcomes} == {State.HANDED_OVER}
    sage = imported()
    lines = [line for piece in sage.pieces() for line in piece.lines]
    left = sum(
        line.amount if line.side == "D" else -line.amount
        for line in lines
        if line.account == "606400"
    )
    assert left == Decimal("100.00")


@pytest.mark.parametrize(
    "wrong",
    [
        purchase(),
        purchase(deferral=Deferral(start=DAY, end=None)),
        purchase(deferral=Deferral(start=DAY, end=dt.date(2026, 1, 1))),
        purchase(deferral=Deferral(start=DAY, end=DAY), date=None),
        purchase(deferral=Deferral(start=DAY, end=DAY), lines=()),
        purchase(
            deferral=Deferral(start=DAY, end=DAY),
            lines=(Line(unit_price=Decimal(1), account="613200"),),
        ),
    ],
    ids=["no deferral", "no end", "backwards", "no date", "no amount", "other account"],
)
def test_what_cannot_be_spread_is_said(wrong: PurchaseInvoice) -> None:
    with pytest.raises(ValueError, match=r"expected|before"):
        deferral_entries(wrong, account="606400")

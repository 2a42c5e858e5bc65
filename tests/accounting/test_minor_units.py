"""Currencies of no, two, three and four decimals, in every kind of document."""

from decimal import Decimal
from typing import Any

import attrs
import pytest

import sage_connect
from sage_connect.model import TradeDocument
from sage_connect.model.money import MINOR_UNITS, minor_unit

from .trading import a_credit, a_purchase, a_purchase_credit, a_receipt, an_invoice


def smallest(document: Any, currency: str) -> Any:
    """Return `document` in a currency, with an amount of its smallest unit."""
    least = minor_unit(currency)
    values: dict[str, Any] = {"currency": currency, "exchange_rate": Decimal("0.5")}
    if isinstance(document, TradeDocument):
        (line,) = document.lines
        price = Decimal(100) + least
        return attrs.evolve(
            document, lines=[attrs.evolve(line, unit_price=price, taxes=())], **values
        )
    amount = Decimal(10) + least
    return attrs.evolve(document, amount=amount, on_account=amount, **values)


@pytest.mark.parametrize("currency", sorted(MINOR_UNITS))
def test_an_amount_of_any_currency_is_whole_or_refused(currency: str) -> None:
    documents = [
        smallest(one, currency)
        for one in (
            *(an_invoice("F1"), a_credit("C1"), a_purchase("P1")),
            *(a_purchase_credit("D1"), a_receipt("R1", "10")),
        )
    ]

    report = sage_connect.check(documents, target="accounting", country="gb")

    refused = {one.index for one in report if one.code == "SC-SA-AMOUNT-DECIMALS"}
    finer = minor_unit(currency) < Decimal("0.01")
    assert refused == (set(range(5)) if finer else set())

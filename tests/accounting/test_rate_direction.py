"""Which way Sage counts exchange rates shows at the first document."""

import datetime as dt
from decimal import Decimal

import pytest

from sage_connect import AccountingSettings, Customer, Line, SalesInvoice, State, Tax
from sage_connect.accounting.settings import Conventions, RateDirection
from sage_connect.testing.accounting import AccountingSimulator

from .business import connected

DAY = dt.date(2026, 11, 2)


def an_invoice(n: int, currency: str = "EUR") -> SalesInvoice:
    line = Line(
        description="Bolts",
        unit_price=Decimal(100),
        account="4000",
        taxes=[Tax("GB_STANDARD", Decimal(20))],
    )
    foreign = currency != "GBP"
    return SalesInvoice(
        number=f"F{n}",
        date=DAY,
        party="EURO" if foreign else "POUND",
        currency=currency,
        exchange_rate=Decimal("0.8") if foreign else None,
        lines=[line],
    )


@pytest.mark.parametrize("sages", ["base_per_unit", "units_per_base"])
@pytest.mark.parametrize("ours", RateDirection)
def test_the_wrong_direction_is_found_and_nothing_more_is_posted_in_it(
    sages: str, ours: RateDirection
) -> None:
    settings = AccountingSettings(conventions=Conventions(rate=ours))
    right = sages.replace("units", "unit") == ours
    with AccountingSimulator(seed="empty", rate_direction=sages) as simulator:
        with connected(simulator, settings) as sage:
            sage.documents.post_all(
                [
                    Customer(code="EURO", name="Euro", currency="EUR"),
                    Customer(code="POUND", name="Pound"),
                ]
            )
            batch = [an_invoice(1), an_invoice(2), an_invoice(3, "GBP")]
            outcomes = sage.documents.post_all(batch)
        records = simulator.books().all("sales_invoices")

    codes = [{one.code for one in outcome.report} for outcome in outcomes]
    states = [one.state for one in outcomes]
    if right:
        assert states == [State.CREATED] * 3
        assert not any("SC-SA-RATE-DIRECTION" in one for one in codes)
        totals = {one["base_currency_total_amount"] for one in records}
        assert {Decimal(96), Decimal(120)} == {Decimal(one) for one in totals}
    else:
        assert states == [State.CREATED, State.NOT_RUN, State.CREATED]
        told = ["SC-SA-RATE-DIRECTION" in one for one in codes]
        assert told == [True, True, False]

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, strategies as st

from sage_connect.model import (
    Amount,
    Charge,
    Instalment,
    Line,
    Percent,
    Rounding,
    SalesInvoice,
    Tax,
    TaxMode,
    TaxTotal,
    Totals,
    Withholding,
    totals,
)
from sage_connect.model.totals import due_parts, line_amount

DAY = dt.date(2026, 10, 1)
C20 = Tax("C20", Decimal(20))
C55 = Tax("C55", Decimal("5.5"))


def invoice(*lines: Line, currency: str = "EUR", **fields: Any) -> SalesInvoice:
    return SalesInvoice(date=DAY, party="C1", currency=currency, lines=lines, **fields)


def line(price: str, *taxes: Tax, **fields: Any) -> Line:
    return Line(unit_price=Decimal(price), taxes=taxes, **fields)


def summary(found: Totals) -> tuple[str, ...]:
    return tuple(map(str, (found.net, found.tax, found.gross, found.due)))


PRICES = st.decimals(-(10**6), 10**6, places=3)
RATES = st.sampled_from([Decimal(text) for text in ("0", "2.1", "5.5", "10", "20", "19.6")])
TAXES = st.lists(st.builds(Tax, st.sampled_from(["A", "B", "C"]), RATES), max_size=2)
LINES = st.lists(
    st.builds(
        Line,
        quantity=st.decimals(-100, 100, places=2),
        unit_price=PRICES,
        discount=st.none()
        | st.builds(Percent, st.decimals(0, 100, places=1))
        | st.builds(Amount, PRICES),
        taxes=TAXES,
    ),
    max_size=6,
)
CHARGES = st.lists(st.builds(Charge, amount=PRICES, taxes=TAXES), max_size=2)
CURRENCIES = st.sampled_from(["EUR", "JPY", "TND"])
INVOICES = st.builds(
    SalesInvoice,
    date=st.just(DAY),
    party=st.just("C1"),
    currency=CURRENCIES,
    lines=LINES,
    charges=CHARGES,
    taxes=TAXES,
    tax_mode=st.sampled_from(TaxMode),
    prices_include_tax=st.booleans(),
    adjustment=st.none() | st.decimals(-5, 5, places=0),
)
ROUNDINGS = st.sampled_from(Rounding)


def test_an_invoice_is_net_and_tax() -> None:
    found = totals(invoice(line("100", C20), line("50", C20, quantity=Decimal(2))))

    assert summary(found) == ("200.00", "40.00", "240.00", "240.00")
    assert found.taxes == (
        TaxTotal(code="C20", rate=Decimal(20), base=Decimal(200), amount=Decimal(40)),
    )
    assert found.consistent


def test_an_invoice_without_lines_is_nothing() -> None:
    assert summary(totals(invoice())) == ("0", "0", "0", "0")


def test_tax_is_rounded_on_each_line() -> None:
    found = totals(invoice(line("0.03", C20), line("0.03", C20)), Rounding.LINE)

    assert found.tax == Decimal("0.02")


def test_tax_is_rounded_on_the_document() -> None:
    found = totals(invoice(line("0.03", C20), line("0.03", C20)), Rounding.DOCUMENT)

    assert found.tax == Decimal("0.01")


def test_a_tax_that_is_stated_stands() -> None:
    found = totals(invoice(line("100", Tax("C20", Decimal(20), Decimal("20.01")))))

    assert summary(found) == ("100.00", "20.01", "120.01", "120.01")


def test_one_code_at_two_rates_is_two_taxes() -> None:
    found = totals(invoice(line("100", C20), line("100", Tax("C20", Decimal("19.6")))))

    assert [str(tax.amount) for tax in found.taxes] == ["20.00", "19.60"]


def test_taxes_come_in_order_of_appearance() -> None:
    found = totals(invoice(line("1", C55), line("1", C20), line("1", C55)))

    assert [tax.code for tax in found.taxes] == ["C55", "C20"]


def test_two_taxes_of_a_line_are_both_counted() -> None:
    assert totals(invoice(line("100", C20, C55))).tax == Decimal("25.50")


def test_charges_are_apart_from_lines() -> None:
    carriage = Charge(amount=Decimal("9.90"), taxes=(C20,))
    found = totals(invoice(line("100", C20), charges=[carriage]))

    assert (found.lines, found.charges) == ((Decimal(100),), (Decimal("9.90"),))
    assert summary(found) == ("109.90", "21.98", "131.88", "131.88")


@pytest.mark.parametrize(
    ("discount", "net"),
    [(None, "30"), (Percent(Decimal(10)), "27"), (Amount(Decimal(5)), "25")],
)
def test_a_discount_is_taken_off_the_line(discount: Percent | Amount, net: str) -> None:
    one = line("10", quantity=Decimal(3), discount=discount)

    assert line_amount(one) == Decimal(net)
    assert totals(invoice(one)).net == Decimal(net)


def test_a_negative_line_lowers_the_document() -> None:
    found = totals(invoice(line("100", C20), line("-30.03", C20)))

    assert summary(found) == ("69.97", "13.99", "83.96", "83.96")


@pytest.mark.parametrize(
    ("currency", "expected"),
    [
        ("JPY", ("101", "20", "121", "121")),
        ("EUR", ("100.51", "20.10", "120.61", "120.61")),
        ("TND", ("100.505", "20.101", "120.606", "120.606")),
    ],
)
def test_rounding_is_to_the_currencys_own_unit(
    currency: str, expected: tuple[str, ...]
) -> None:
    assert summary(totals(invoice(line("100.505", C20), currency=currency))) == expected


def test_an_adjustment_is_added_to_the_gross() -> None:
    found = totals(invoice(line("100", C20), adjustment=Decimal("-0.50")))

    assert summary(found) == ("100.00", "20.00", "119.50", "119.50")


def test_what_the_payer_withholds_is_not_due() -> None:
    kept = Withholding(rate=Decimal(20), base=Decimal("60.03"))
    found = totals(invoice(line("100", C20), withholding=kept))

    assert summary(found) == ("100.00", "20.00", "120.00", "107.99")


class TestPricesThatIncludeTax:
    def test_are_divided_into_net_and_tax(self) -> None:
        found = totals(invoice(line("120", C20), prices_include_tax=True))

        assert summary(found) == ("100.00", "20.00", "120.00", "120.00")

    @pytest.mark.parametrize("rounding", Rounding)
    def test_are_what_is_paid_to_the_cent(self, rounding: Rounding) -> None:
        # 0.09 is 0.075 without tax: both halves rounded would come to 0.10.
        found = totals(invoice(line("0.09", C20), prices_include_tax=True), rounding)

        assert summary(found) == ("0.08", "0.01", "0.09", "0.09")

    def test_without_a_tax_are_net(self) -> None:
        found = totals(invoice(line("120"), prices_include_tax=True))

        assert summary(found) == ("120.00", "0", "120.00", "120.00")

    def test_leave_what_a_stated_tax_does_not_take(self) -> None:
        stated = Tax("C20", Decimal(20), Decimal("20.01"))
        found = totals(invoice(line("120", stated), prices_include_tax=True))

        assert summary(found) == ("99.99", "20.01", "120.00", "120.00")

    def test_leave_the_computed_tax_what_a_stated_one_does_not_take(self) -> None:
        stated = Tax("C20", Decimal(20), Decimal("20.01"))
        found = totals(invoice(line("125.50", stated, C55), prices_include_tax=True))

        assert [str(tax.amount) for tax in found.taxes] == ["20.01", "5.49"]
        assert found.gross == Decimal("125.50")

    def test_for_a_group_of_taxes_are_what_is_paid_too(self) -> None:
        lines = [line("0.09"), line("0.09")]
        found = totals(
            invoice(*lines, taxes=[C20], tax_mode=TaxMode.GROUP, prices_include_tax=True)
        )

        assert summary(found) == ("0.16", "0.02", "0.18", "0.18")

    def test_for_a_group_of_stated_taxes_are_taxed_once(self) -> None:
        stated = Tax("C20", Decimal(20), Decimal("40.01"))
        lines = [line("120"), line("120")]
        found = totals(
            invoice(*lines, taxes=[stated], tax_mode=TaxMode.GROUP, prices_include_tax=True)
        )

        assert summary(found) == ("199.99", "40.01", "240.00", "240.00")

    def test_at_a_rate_that_eats_them_up_stay_whole(self) -> None:
        absurd = Tax("X", Decimal(-100))
        found = totals(invoice(line("120", absurd), prices_include_tax=True))

        assert found.gross == Decimal(120)

    @given(INVOICES, ROUNDINGS)
    def test_are_always_what_is_paid(
        self, document: SalesInvoice, rounding: Rounding
    ) -> None:
        paid = invoice(
            *document.lines,
            charges=document.charges,
            taxes=document.taxes,
            tax_mode=document.tax_mode,
            prices_include_tax=True,
        )
        untaxed = invoice(
            *(Line(unit_price=one) for one in totals(_untaxed(paid), rounding).lines),
            *(Line(unit_price=one) for one in totals(_untaxed(paid), rounding).charges),
        )

        assert totals(paid, rounding).gross == totals(untaxed, rounding).net


def _untaxed(document: SalesInvoice) -> SalesInvoice:
    return invoice(
        *(
            Line(unit_price=one.unit_price, quantity=one.quantity, discount=one.discount)
            for one in document.lines
        ),
        charges=[Charge(amount=one.amount) for one in document.charges],
    )


class TestAGroupOfTaxes:
    def test_is_taken_of_the_whole(self) -> None:
        lines = [line("0.03"), line("0.03")]
        found = totals(invoice(*lines, taxes=[C20], tax_mode=TaxMode.GROUP))

        assert summary(found) == ("0.06", "0.01", "0.07", "0.07")

    def test_may_be_stated(self) -> None:
        stated = Tax("C20", Decimal(20), Decimal("19.99"))
        found = totals(invoice(line("100"), taxes=[stated], tax_mode=TaxMode.GROUP))

        assert summary(found) == ("100.00", "19.99", "119.99", "119.99")

    def test_leaves_out_taxes_of_lines(self) -> None:
        found = totals(invoice(line("100", C55), taxes=[C20], tax_mode=TaxMode.GROUP))

        assert [tax.code for tax in found.taxes] == ["C20"]

    def test_is_left_out_where_taxes_stand_on_lines(self) -> None:
        found = totals(invoice(line("100", C55), taxes=[C20]))

        assert [tax.code for tax in found.taxes] == ["C55"]


class TestStatedTotals:
    def test_win_within_rounding(self) -> None:
        lines = [line("0.03", C20), line("0.03", C20)]
        found = totals(invoice(*lines, tax=Decimal("0.01"), gross=Decimal("0.07")))

        assert (found.tax, found.gross, found.consistent) == (
            Decimal("0.01"),
            Decimal("0.07"),
            True,
        )

    def test_change_the_largest_tax(self) -> None:
        lines = [line("100", C20), line("10", C55)]
        found = totals(invoice(*lines, gross=Decimal("130.56")))

        assert [str(tax.amount) for tax in found.taxes] == ["20.01", "0.55"]
        assert found.gross == Decimal("130.56")

    @pytest.mark.parametrize(
        "stated",
        [
            {"net": Decimal("100.01")},
            {"tax": Decimal("20.02")},
            {"gross": Decimal("121.00")},
            {"tax": Decimal("20.01"), "gross": Decimal("120.00")},
            {"net": Decimal(100), "tax": Decimal(20), "gross": Decimal(130)},
        ],
    )
    def test_beyond_rounding_are_inconsistent_and_do_not_count(
        self, stated: dict[str, Any]
    ) -> None:
        found = totals(invoice(line("100", C20), **stated))

        assert found.consistent is False
        assert summary(found) == ("100.00", "20.00", "120.00", "120.00")

    @pytest.mark.parametrize("tax", ["20.01", "19.99"])
    def test_may_differ_by_half_a_unit_for_each_line_and_tax(self, tax: str) -> None:
        found = totals(invoice(line("100", C20), tax=Decimal(tax)))

        assert (str(found.tax), found.consistent) == (tax, True)

    def test_of_a_tax_where_no_line_has_one_are_inconsistent(self) -> None:
        found = totals(invoice(line("100"), line("1"), tax=Decimal("0.01")))

        assert (found.consistent, found.tax) == (False, Decimal(0))

    def test_may_contain_an_adjustment(self) -> None:
        found = totals(
            invoice(line("100", C20), adjustment=Decimal(-1), gross=Decimal(119))
        )

        assert (found.consistent, found.gross) == (True, Decimal(119))

    @given(INVOICES, ROUNDINGS)
    def test_that_are_ours_are_consistent(
        self, document: SalesInvoice, rounding: Rounding
    ) -> None:
        ours = totals(document, rounding)
        stated = invoice(
            *document.lines,
            currency=document.currency,
            charges=document.charges,
            taxes=document.taxes,
            tax_mode=document.tax_mode,
            prices_include_tax=document.prices_include_tax,
            adjustment=document.adjustment,
            net=ours.net,
            tax=ours.tax,
            gross=ours.gross,
        )

        assert totals(stated, rounding) == ours

    @given(LINES, st.integers(-300, 300))
    def test_never_move_the_tax_further_than_rounding_can(
        self, lines: Sequence[Line], cents: int
    ) -> None:
        ours = totals(invoice(*lines))
        stated = ours.tax + Decimal(cents) / 100
        found = totals(invoice(*lines, tax=stated))
        tolerance = Fraction(len(lines) + len(ours.taxes), 200)

        assert abs(Fraction(found.tax) - Fraction(ours.tax)) <= tolerance
        assert found.consistent == (found.tax == stated)


@given(INVOICES, ROUNDINGS)
def test_net_tax_and_adjustment_are_the_gross(
    document: SalesInvoice, rounding: Rounding
) -> None:
    found = totals(document, rounding)

    assert found.net + found.tax + (document.adjustment or 0) == found.gross


@given(INVOICES, ROUNDINGS)
def test_lines_and_charges_are_the_net(document: SalesInvoice, rounding: Rounding) -> None:
    found = totals(document, rounding)

    assert sum(found.lines) + sum(found.charges) == found.net


@given(INVOICES, ROUNDINGS)
def test_the_taxes_are_the_tax(document: SalesInvoice, rounding: Rounding) -> None:
    found = totals(document, rounding)

    assert sum(tax.amount for tax in found.taxes) == found.tax


@given(INVOICES, ROUNDINGS)
def test_every_figure_is_in_whole_minor_units(
    document: SalesInvoice, rounding: Rounding
) -> None:
    digits = {"EUR": 2, "JPY": 0, "TND": 3}[document.currency]
    found = totals(document, rounding)
    figures = [*found.lines, *found.charges, found.net, found.tax]

    assert all(figure == round(figure, digits) for figure in figures)


class TestWhatIsDue:
    def test_is_all_of_it_on_one_day(self) -> None:
        assert due_parts(invoice(due=DAY), Decimal(100)) == ((DAY, Decimal(100)),)

    @pytest.mark.parametrize("due", [None, ()])
    def test_is_all_of_it_on_no_day_where_none_is_said(self, due: Any) -> None:
        assert due_parts(invoice(due=due), Decimal(100)) == ((None, Decimal(100)),)

    def test_is_divided_as_the_instalments_are(self) -> None:
        later = DAY + dt.timedelta(days=30)
        parts = [Instalment(DAY, Decimal(30)), Instalment(later, Decimal(60))]

        found = due_parts(invoice(due=parts), Decimal("100.00"))

        assert found == ((DAY, Decimal("33.33")), (later, Decimal("66.67")))


def test_a_reverse_charge_shows_taxes_that_come_to_nothing() -> None:
    sums = totals(invoice(line("100", Tax("S", Decimal(20))), reverse_charge=True))

    assert [("S", Decimal(20), Decimal(100), Decimal(0))] == [
        (one.code, one.rate, one.base, one.amount) for one in sums.taxes
    ]
    assert (Decimal(100), Decimal(0), Decimal(100)) == (sums.net, sums.tax, sums.gross)

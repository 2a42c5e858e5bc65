from decimal import Decimal, getcontext, localcontext
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, strategies as st

from sage_connect.model import Money
from sage_connect.model.money import (
    MINOR_UNITS,
    apportion,
    minor_unit,
    quantum,
    round_half_up,
)

CENT = Decimal("0.01")
CENTS = st.decimals(-(10**12), 10**12, places=2)
WEIGHTS = st.lists(st.decimals(0, 10**6, places=4), min_size=1, max_size=12).filter(
    lambda weights: sum(weights) > 0
)


def test_money_of_one_currency_is_added_and_subtracted() -> None:
    price, discount = Money(Decimal("12.50"), "EUR"), Money(Decimal("2.50"), "EUR")

    assert price + discount == Money(Decimal(15), "EUR")
    assert price - discount == Money(Decimal(10), "EUR")
    assert -price == Money(Decimal("-12.50"), "EUR")


@pytest.mark.parametrize("sign", [1, -1])
def test_money_of_two_currencies_is_not_mixed(sign: int) -> None:
    euros, pounds = Money(Decimal(1), "EUR"), Money(Decimal(1), "GBP")

    with pytest.raises(ValueError, match=r"cannot add or subtract GBP and EUR"):
        _ = euros + pounds if sign > 0 else euros - pounds


def test_money_is_shown_with_its_currency() -> None:
    assert str(Money(Decimal("12.50"), "EUR")) == "12.50 EUR"


def test_money_of_two_currencies_is_not_ordered() -> None:
    one: Any = Money(Decimal(1), "EUR")

    with pytest.raises(TypeError, match=r"not supported"):
        _ = one < Money(Decimal(2), "EUR")


@pytest.mark.parametrize("currency", ["eur", "EURO", "", "€"])
def test_a_currency_is_three_capital_letters(currency: str) -> None:
    with pytest.raises(ValueError, match=r"currency"):
        Money(Decimal(1), currency)


@pytest.mark.parametrize(
    ("currency", "unit"),
    [("EUR", "0.01"), ("JPY", "1"), ("TND", "0.001"), ("CLF", "0.0001"), ("???", "0.01")],
)
def test_the_minor_unit_is_the_currencys_own(currency: str, unit: str) -> None:
    assert minor_unit(currency) == Decimal(unit)


def test_the_table_of_currencies_has_no_code_twice() -> None:
    assert len(MINOR_UNITS) == sum(map(len, _by_digits().values()))


def _by_digits() -> dict[int, set[str]]:
    return {
        digits: {code for code, one in MINOR_UNITS.items() if one == digits}
        for digits in (0, 2, 3, 4)
    }


def test_a_quantum_is_one_unit_of_the_last_place() -> None:
    assert [quantum(digits) for digits in (0, 2, 6)] == [
        Decimal(1),
        CENT,
        Decimal("0.000001"),
    ]


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [("2.675", "2.68"), ("-2.675", "-2.68"), ("2.674999", "2.67"), ("0.005", "0.01")],
)
def test_halves_are_rounded_away_from_zero(amount: str, rounded: str) -> None:
    assert str(round_half_up(Decimal(amount), CENT)) == rounded


@given(st.decimals(-(10**20), 10**20, places=8))
def test_rounding_moves_an_amount_by_half_a_unit_at_most(amount: Decimal) -> None:
    assert abs(Fraction(round_half_up(amount, CENT)) - Fraction(amount)) <= Fraction(1, 200)


def test_rounding_does_not_depend_on_the_callers_context() -> None:
    with localcontext() as context:
        context.prec = 3

        assert round_half_up(Decimal("123456.785"), CENT) == Decimal("123456.79")


@pytest.mark.requirement("S36")
def test_a_hundred_in_three_is_a_cent_more_for_the_first() -> None:
    thirds = apportion(Decimal("100.00"), [Decimal(1)] * 3, CENT)

    assert thirds == (Decimal("33.34"), Decimal("33.33"), Decimal("33.33"))


@pytest.mark.requirement("S36")
@given(CENTS, WEIGHTS)
def test_parts_always_sum_to_the_whole(total: Decimal, weights: list[Decimal]) -> None:
    assert sum(map(Fraction, apportion(total, weights, CENT))) == Fraction(total)


@given(CENTS, WEIGHTS)
def test_each_part_is_within_a_unit_of_its_exact_share(
    total: Decimal, weights: list[Decimal]
) -> None:
    whole = sum(map(Fraction, weights))
    shares = [Fraction(total) * Fraction(weight) / whole for weight in weights]

    parts = apportion(total, weights, CENT)

    assert all(
        abs(Fraction(part) - share) < Fraction(1, 100)
        for part, share in zip(parts, shares, strict=True)
    )


@given(CENTS, WEIGHTS)
def test_each_part_is_a_whole_number_of_units(
    total: Decimal, weights: list[Decimal]
) -> None:
    assert [part % CENT for part in apportion(total, weights, CENT)] == [0] * len(weights)


@given(CENTS, WEIGHTS)
def test_a_negative_whole_is_the_mirror_of_a_positive_one(
    total: Decimal, weights: list[Decimal]
) -> None:
    mirrored = tuple(-part for part in apportion(-total, weights, CENT))

    assert apportion(total, weights, CENT) == mirrored


@given(CENTS.map(abs), WEIGHTS)
def test_a_larger_weight_never_gets_less(total: Decimal, weights: list[Decimal]) -> None:
    ordered = sorted(weights, reverse=True)
    parts = apportion(total, ordered, CENT)

    assert list(parts) == sorted(parts, reverse=True)


def test_the_largest_remainder_is_served_first() -> None:
    weights = [Decimal("49.2"), Decimal("50.8")]

    assert apportion(Decimal(10), weights, Decimal(1)) == (Decimal(5), Decimal(5))


def test_a_weight_of_nothing_gets_nothing() -> None:
    weights = [Decimal(0), Decimal(1), Decimal(0)]

    assert apportion(Decimal("0.01"), weights, CENT) == (Decimal(0), CENT, Decimal(0))


def test_parts_do_not_depend_on_the_callers_context() -> None:
    before = getcontext().prec
    with localcontext() as context:
        context.prec = 3
        parts = apportion(Decimal("123456.78"), [Decimal(1)] * 2, CENT)

    assert parts == (Decimal("61728.39"), Decimal("61728.39"))
    assert getcontext().prec == before


@pytest.mark.parametrize("weights", [[], ["0", "0"], ["2", "-1"]])
def test_weights_that_say_nothing_are_refused(weights: list[str]) -> None:
    with pytest.raises(ValueError, match=r"weights must not be negative"):
        apportion(Decimal(1), [Decimal(weight) for weight in weights], CENT)


def test_a_whole_of_half_units_is_refused() -> None:
    with pytest.raises(ValueError, match=r"1\.005 is not a whole number of 0\.01"):
        apportion(Decimal("1.005"), [Decimal(1)], CENT)

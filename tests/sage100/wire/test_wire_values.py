"""Text, amounts and dates of the flat format."""

import sys
from datetime import date, datetime
from decimal import Decimal, localcontext

import pytest
from hypothesis import given, strategies as st

from sage_connect.errors import CodecError
from sage_connect.sage100.wire import values

CENTS = st.integers(0, 99_999_999_999_99).map(lambda cents: Decimal(cents).scaleb(-2))
DAYS = st.dates(date(1976, 1, 1), date(2075, 12, 31))


@pytest.mark.parametrize(
    ("encoding", "points"), [("cp850", sys.maxunicode + 1), ("cp437", 0x10000)]
)
def test_every_code_point_is_encoded_exactly_or_refused(
    encoding: values.Encoding, points: int
) -> None:
    exact = 0
    for point in range(points):
        character = chr(point)
        if values.encodable(character, encoding):
            assert values.decode(values.encode(character, encoding), encoding) == character
            exact += 1
        elif point % 997 == 0:
            with pytest.raises(CodecError, match=f"U\\+{point:04X}"):
                values.encode(character, encoding, path="label")

    assert exact == 256


def test_the_fast_encoder_gives_the_bytes_of_the_standard_codec() -> None:
    text = bytes(range(256)).decode("cp850")

    assert values.encode(text) == text.encode("cp850")


def test_a_refused_character_is_named_with_its_place_and_field() -> None:
    with pytest.raises(CodecError) as caught:
        values.encode("Café 3 €", path="label")

    assert caught.value.path == "label"
    assert caught.value.code == "SC-FLAT-CHARACTER"
    assert "'€' (U+20AC) at position 8" in str(caught.value)


@given(CENTS)
def test_an_amount_is_written_and_read_without_loss(amount: Decimal) -> None:
    text = values.amount_text(amount)

    assert values.parse_amount(text) == amount
    assert text == values.money_text(amount, "amount")
    assert text[-3] == ","


@given(CENTS)
def test_amounts_do_not_depend_on_the_decimal_context(amount: Decimal) -> None:
    short = amount.normalize()
    with localcontext() as context:
        context.prec = 3
        text = values.amount_text(short)
        found = values.parse_amount(text)

    assert found == amount


@pytest.mark.parametrize(
    ("amount", "decimals", "text"),
    [
        (Decimal(1200), 2, "1200,00"),
        (Decimal("1.2E+3"), 2, "1200,00"),
        (Decimal(0), 2, "0,00"),
        (Decimal("-0.00"), 2, "0,00"),
        (Decimal("0E-10"), 2, "0,00"),
        (Decimal("1.2300"), 2, "1,23"),
        (Decimal("-5.5"), 2, "-5,50"),
        (Decimal(20), 4, "20,0000"),
        (Decimal(7), 0, "7"),
        (Decimal("1.25"), None, "1,25"),
    ],
)
def test_an_amount_has_the_decimals_of_its_field(
    amount: Decimal, decimals: int | None, text: str
) -> None:
    assert values.amount_text(amount, decimals) == text


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        (Decimal("1.005"), "SC-FLAT-ROUNDING"),
        (Decimal("1E-7"), "SC-FLAT-ROUNDING"),
        (Decimal(100000000000), "SC-FLAT-LENGTH"),
        (Decimal("1E+1000000"), "SC-FLAT-LENGTH"),
        (Decimal("NaN"), "SC-FLAT-AMOUNT"),
        (Decimal("Infinity"), "SC-FLAT-AMOUNT"),
        (Decimal("-0.01"), "SC-FLAT-NEGATIVE"),
    ],
)
def test_an_amount_that_does_not_fit_is_refused(amount: Decimal, code: str) -> None:
    with pytest.raises(CodecError) as caught:
        values.amount_text(amount, path="amount", unsigned=True)

    assert (caught.value.code, caught.value.path) == (code, "amount")


@pytest.mark.parametrize("amount", [1.5, True, "1.00", None])
def test_only_exact_numbers_are_amounts(amount: Decimal) -> None:
    with pytest.raises(TypeError, match="amount"):
        values.amount_text(amount)
    with pytest.raises(TypeError, match="amount"):
        values.money_text(amount, "amount")


@pytest.mark.parametrize(
    "text", ["1200.00", "1 200,00", "1_000", "1,2,3", "1e5", "NaN", "", "-", "٣,00", "²"]
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(CodecError):
        values.parse_amount(text)


@given(DAYS)
def test_a_day_is_written_and_read_without_loss(day: date) -> None:
    text = values.day_text(day)

    assert (len(text), values.parse_day(text)) == (6, day)
    assert values.parse_long_day(values.day_text(day, long=True)) == day


@given(st.dates(), st.integers(1950, 2100))
def test_a_two_digit_year_is_never_read_as_another(day: date, around: int) -> None:
    if around - 50 <= day.year <= around + 49:
        assert values.parse_day(values.day_text(day, around=around), around) == day
    else:
        with pytest.raises(CodecError) as caught:
            values.day_text(day, "due_date", around)
        assert (caught.value.path, caught.value.code) == ("due_date", "SC-FLAT-YEAR")


def test_the_window_slides_with_the_year_given() -> None:
    assert values.parse_day("010175", 2026) == date(2075, 1, 1)
    assert values.parse_day("010176", 2026) == date(1976, 1, 1)
    assert values.parse_day("010176", 2027) == date(2076, 1, 1)


def test_an_instant_is_no_day() -> None:
    with pytest.raises(TypeError, match="expected a date"):
        values.day_text(datetime(2026, 9, 19))  # noqa: DTZ001 - refused, whatever its zone


@pytest.mark.parametrize("text", ["310226", "1/1/26", "0101", "01012026", "0٣0126"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        values.parse_day(text)


def test_an_unknown_code_is_its_own_text() -> None:
    unknown = values.Unknown("7")

    assert (unknown, repr(unknown), bool(values.Unknown())) == ("7", "Unknown('7')", False)

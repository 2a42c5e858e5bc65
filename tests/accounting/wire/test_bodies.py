"""Bodies of requests: checked before anything is sent, amounts as text."""

import datetime as dt
import json
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given, strategies as st

from sage_connect.accounting.wire import bodies
from sage_connect.accounting.wire.body import Body, written
from sage_connect.accounting.wire.facts import Field, facts
from sage_connect.accounting.wire.reading import parse
from sage_connect.accounting.wire.shape import BareNumber
from sage_connect.accounting.wire.shapes import Base
from sage_connect.errors import CodecError

LINE = {"description": "Work", "ledger_account_id": "a" * 32, "unit_price": Decimal(10)}
INVOICE = {"contact_id": "c" * 32, "date": dt.date(2026, 3, 1), "invoice_lines": [LINE]}


def sent(body: Any, extra: Any = None) -> Any:
    wrapped = bodies.SALES_INVOICE_CREATE.wrapped("sales_invoice", body, extra)
    return json.loads(written(wrapped))["sales_invoice"]


def refused(body: Any, extra: Any = None) -> CodecError:
    with pytest.raises(CodecError) as caught:
        sent(body, extra)
    return caught.value


def constant(name: str) -> Body:
    text = "".join(f"_{one}" if one.isupper() else one.upper() for one in name)
    label = text.lstrip("_").replace("G_B_", "GB_").replace("I_E_", "IE_")
    found: Body = getattr(bodies, label)
    return found


def filled(fields: Any, *, all_of_them: bool) -> dict[str, Any]:
    """Return a body made of the facts: what is required, or all there is."""
    return {
        name: [_value(field)] if field.many else _value(field)
        for name, field in fields.items()
        if all_of_them or field.required
    }


def _value(field: Field) -> Any:
    if field.fields:
        return filled(field.fields, all_of_them=True)
    if field.values:
        return field.values[0]
    return {
        "text": "x",
        "number": Decimal("1.50"),
        "integer": 7,
        "flag": True,
        "date": dt.date(2026, 3, 1),
        "instant": dt.datetime(2026, 3, 1, 8, tzinfo=dt.UTC),
    }[field.kind]


@pytest.mark.parametrize("name", sorted(facts().bodies))
@pytest.mark.parametrize("all_of_them", [False, True])
def test_every_body_takes_what_it_declares(name: str, *, all_of_them: bool) -> None:
    fields = facts().bodies[name]
    body = filled(fields, all_of_them=all_of_them)

    wrapped = constant(name).wrapped("w", body, None)

    assert wrapped["w"].keys() == body.keys()
    assert parse(written(wrapped)) == wrapped


@pytest.mark.parametrize("name", sorted(facts().bodies))
def test_every_required_field_is_missed(name: str) -> None:
    fields = facts().bodies[name]
    body = filled(fields, all_of_them=False)

    for lacking in body:
        short = {one: value for one, value in body.items() if one != lacking}
        with pytest.raises(CodecError, match=f"'{lacking}' is missing") as caught:
            constant(name).wrapped("w", short, None)
        assert caught.value.path == f"/{lacking}"


@pytest.mark.parametrize(
    ("given_one", "text"),
    [
        (Decimal("110.00"), "110.00"),
        (Decimal("1E+2"), "100"),
        (Decimal("-0.0"), "0.0"),
        (BareNumber("0.1"), "0.1"),
        (7, "7"),
        ("0.0000001", "0.0000001"),
        ("-12.50", "-12.50"),
    ],
)
def test_amounts_travel_as_text(given_one: Any, text: str) -> None:
    assert sent(INVOICE | {"exchange_rate": given_one})["exchange_rate"] == text


@pytest.mark.parametrize(
    "wrong",
    [
        1.5,
        True,
        "1,50",
        " 1",
        "1e2",
        "",
        "NaN",
        Decimal("NaN"),
        Decimal("1E+999999"),
        b"1",
        [],
    ],
)
def test_what_is_no_amount_is_refused_with_its_path(wrong: Any) -> None:
    error = refused(INVOICE | {"invoice_lines": [LINE, {**LINE, "unit_price": wrong}]})

    assert error.path == "/invoice_lines/1/unit_price"


@pytest.mark.parametrize(
    ("name", "wrong", "words"),
    [
        ("date", "01/03/2026", "a date such as"),
        ("date", "2026-02-30", "a date such as"),
        ("date", "2026-03-01T00:00:00Z", "a date such as"),
        ("date", "20260301", "a date such as"),
        ("date", dt.datetime(2026, 3, 1, tzinfo=dt.UTC), "a date without a time"),
        ("date", 20260301, "a date"),
        ("contact_id", 7, "text"),
        ("contact_id", None, "'contact_id' is missing"),
        ("vat_reverse_charge", "true", "True or False"),
        ("vat_reverse_charge", 1, "True or False"),
        ("invoice_lines", LINE, "a list"),
        ("invoice_lines", "LINE", "a list"),
        ("invoice_lines", [None], "an object of fields"),
        ("main_address", "Elm Street", "an object of fields"),
        ("contact_nam", "Bob", "there is no field"),
    ],
)
def test_what_is_not_of_its_kind_is_refused(name: str, wrong: Any, words: str) -> None:
    error = refused(INVOICE | {name: wrong})

    assert words in error.message
    assert error.path.startswith(f"/{name}")


def test_a_misspelt_field_is_guessed() -> None:
    assert "Did you mean 'contact_id'?" in refused({**INVOICE, "contct_id": "x"}).fix


def test_what_this_version_does_not_know_goes_out_as_it_is() -> None:
    extra = {"new_field": {"amount": Decimal("1.50"), "day": dt.date(2026, 3, 1)}}

    assert sent(INVOICE, extra)["new_field"] == {"amount": "1.50", "day": "2026-03-01"}
    assert refused(INVOICE, {"new_field": [0.1]}).path == "/new_field/0"
    assert "a set cannot be sent" in refused(INVOICE, {"x": {1}}).message


def test_what_is_required_may_stand_among_the_unknown() -> None:
    lacking = {name: one for name, one in INVOICE.items() if name != "contact_id"}

    assert sent(lacking, {"contact_id": "x"})["contact_id"] == "x"


def test_lines_carry_their_identity_and_categories_in_either_notation() -> None:
    line = {**LINE, "id": "l1", "analysis_type_categories": ["a", {"id": "b"}]}

    (found,) = sent(INVOICE | {"invoice_lines": (line,)})["invoice_lines"]

    assert found["id"] == "l1"
    assert found["analysis_type_categories"] == ["a", {"id": "b"}]


def test_half_a_character_is_refused_with_its_path() -> None:
    error = refused(INVOICE | {"invoice_lines": [LINE | {"description": "a\ud83d"}]})

    assert error.path == "/invoice_lines/0/description"
    assert "half a character" in error.message


def test_an_emoji_and_a_combining_accent_go_out_as_they_are() -> None:
    assert sent(INVOICE | {"notes": "😀 é"})["notes"] == "😀 é"


def test_texts_of_an_enum_are_texts() -> None:
    class Status(StrEnum):
        DRAFT = "DRAFT"

    assert sent(INVOICE | {"status_id": Status.DRAFT})["status_id"] == "DRAFT"


def test_a_shape_may_stand_where_an_object_does() -> None:
    assert sent(INVOICE, {"origin": Base(id="o")})["origin"] == {"id": "o"}


def test_an_error_shows_no_more_than_the_beginning() -> None:
    with pytest.raises(CodecError) as caught:
        bodies.ATTACHMENT_CREATE.wrapped("attachment", {"file": b"x" * 1_000_000}, None)

    assert len(str(caught.value)) < 300


def test_a_body_within_itself_is_refused() -> None:
    loop: dict[str, Any] = {}
    loop["again"] = loop

    assert refused(INVOICE, loop).message == "nested too deeply"


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**12)))
def test_every_cent_arrives(amount: Decimal) -> None:
    found = sent(INVOICE | {"shipping_net_amount": amount})["shipping_net_amount"]

    assert Decimal(found) == amount
    assert "E" not in found


@given(
    st.dictionaries(
        st.sampled_from([*facts().bodies["SalesInvoiceCreate"], "x"]),
        st.none()
        | st.text()
        | st.integers()
        | st.floats()
        | st.binary()
        | st.lists(st.text()),
    )
)
def test_any_body_goes_out_whole_or_is_refused_with_a_path(body: dict[str, Any]) -> None:
    try:
        found = sent(body)
    except CodecError as error:
        assert error.path.startswith("/")  # noqa: PT017 - either may happen
    else:
        assert found.keys() == body.keys()

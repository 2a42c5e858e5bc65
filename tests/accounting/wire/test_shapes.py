"""Replies: decoded whatever they hold, and given back field for field."""

import copy
import datetime as dt
import importlib
import json
import pickle
import types
import typing
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, strategies as st

from sage_connect.accounting.wire import shapes
from sage_connect.accounting.wire.body import written
from sage_connect.accounting.wire.facts import facts
from sage_connect.accounting.wire.reading import parse
from sage_connect.accounting.wire.shape import BareNumber, Shape
from sage_connect.accounting.wire.shapes import (
    Contact,
    SalesInvoice,
    decode_base,
    decode_ledger_account,
    decode_product,
    decode_sales_invoice,
)

from .records import record

NAMES = sorted(facts().shapes)


def decoder(name: str) -> Callable[[dict[str, Any]], Shape]:
    module = importlib.import_module(getattr(shapes, name).__module__)
    (found,) = (
        one
        for label, one in vars(module).items()
        if label.startswith("decode_") and one.__annotations__["return"] == name
    )
    return typing.cast("Callable[[dict[str, Any]], Shape]", found)


def again(tree: Any) -> Any:
    """Return what arrives when a tree is sent: numbers by value."""
    return parse(json.dumps(tree).encode())


@pytest.mark.requirement("S46")
@pytest.mark.parametrize("name", NAMES)
def test_every_field_of_every_shape_is_read_and_given_back(name: str) -> None:
    whole = record(name)
    decode = decoder(name)

    shape = decode(again(whole))

    assert dict(shape.extra) == {}
    assert shape.plain() == whole
    assert [name for name in shape.fields_on_wire if getattr(shape, name) is None] == []
    assert wrong_types(shape) == []


def wrong_types(shape: Shape) -> list[str]:
    """Return the fields whose value is neither of the declared type nor the default."""
    wrong = []
    hints = typing.get_type_hints(type(shape))
    for name in shape.fields_on_wire:
        value = getattr(shape, name)
        if value != getattr(type(shape), name) and not _is(value, hints[name]):
            wrong.append(f"{type(shape).__name__}.{name}: {value!r}")
        for inner in value if isinstance(value, tuple) else (value,):
            wrong += wrong_types(inner) if isinstance(inner, Shape) else []
    return wrong


def _is(value: Any, hint: Any) -> bool:
    if typing.get_origin(hint) is tuple:
        kind = typing.get_args(hint)[0]
        return isinstance(value, tuple) and all(type(one) is kind for one in value)
    if isinstance(hint, types.UnionType):
        return any(_is(value, one) for one in typing.get_args(hint))
    return type(value) is hint or (hint is Decimal and type(value) is BareNumber)


scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False).map(BareNumber)
    | st.text(max_size=8)
    | st.sampled_from(
        [
            *("", " ", "true", "0.0", "-0", "007", "+1", ".5", "1.", "1E+2", "1e1000000"),
            *("NaN", "Infinity", " 1 ", "1_000", "\u0661", "0.0000001", "9" * 60, "12.50"),
            *("2026-01-31", "2026-02-30", "2020-11-317T00:00:00Z", "2026-01-31T08:00:00Z"),
            *(
                "2026-01-31T08:00:00+05:30",
                "2026-01-31T08:00:00",
                "0001-01-01T00:00:00+14:00",
            ),
            *(
                "9999-12-31T23:59:59-14:00",
                "2026-W05-6",
                "20260131",
                "2026-01-31T08:00:00.5Z",
            ),
            *("\ud800", "\0", "GB_STANDARD"),
        ]
    )
    | st.sampled_from([BareNumber("1E+1000000"), BareNumber("0.10"), BareNumber("-0.0")])
)
fields = st.sampled_from(
    [*{name for fields in facts().shapes.values() for name in fields}, "links", "path"]
)
trees = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(fields, inner, max_size=6),
    max_leaves=20,
)


@pytest.mark.requirement("S46")
@given(st.sampled_from(NAMES), st.dictionaries(fields, trees, max_size=12))
@example("SalesInvoice", {"id": None, "invoice_lines": None, "total_amount": None})
@example("SalesInvoice", {"path": "ours", "$path": "/x", "_rest": 1, "plain": 2})
@example("Base", {"id": 7, "displayed_as": ["x"], "$path": {}})
def test_any_object_decodes_and_is_given_back(name: str, given_one: dict[str, Any]) -> None:
    decode = decoder(name)

    shape = decode(copy.deepcopy(given_one))

    assert wrong_types(shape) == []
    assert by_value(shape.plain()) == by_value(given_one)
    assert pickle.loads(pickle.dumps(shape)) == shape  # noqa: S301 - our own
    assert copy.deepcopy(shape) == shape
    assert hash(copy.copy(shape)) == hash(shape)
    assert isinstance(repr(shape), str)


def by_value(tree: Any) -> Any:
    """Return a tree with each number told from text, and 1.50 no other than 1.5."""
    match tree:
        case dict():
            return {name: by_value(one) for name, one in tree.items()}
        case list():
            return [by_value(one) for one in tree]
        case bool() | str() | None:
            return tree
        case _:
            exact = Decimal(repr(tree)) if isinstance(tree, float) else Decimal(tree)
            if _is_binary(exact):
                return ("number", 0 if not exact else str(exact.normalize()))
            return str(exact)


def _is_binary(exact: Decimal) -> bool:
    """True for what JSON can carry through a program that reads it as binary numbers."""
    is_whole = exact.as_tuple().exponent == 0 and exact.adjusted() <= 400
    return is_whole or Decimal(repr(float(exact))) == exact


@pytest.mark.requirement("S46")
def test_samples_that_sage_published_are_read_and_given_back(spec: Path) -> None:
    folder = spec / "accounting" / "samples"
    kinds = {
        "contact": "Contact",
        "product": "Product",
        "service": "Service",
        "stock_item": "StockItem",
        "journal": "Journal",
        "sales_invoice": "SalesInvoice",
        "sales_quotes": "SalesQuote",
        "sales_invoices": "SalesInvoice",
        "financial_settings": "FinancialSettings",
        "tax_rates": "TaxRate",
        "ledger_accounts": "LedgerAccount",
        "bank_accounts": "BankAccount",
        "attachments": "Attachment",
        "contacts": "Contact",
        "businesses": "Business",
        "business_subscriptions": "Business",
    }
    read = 0
    for path in sorted(folder.glob("*.json")):
        tree = parse(path.read_bytes())
        kind = max((one for one in kinds if path.name.startswith(one)), key=len, default="")
        for one in _records(tree):
            decode = decoder(kinds[kind]) if kind else decode_base
            shape = decode(copy.deepcopy(one))
            read += 1

            assert by_value(shape.plain()) == by_value(one), path.name
            assert by_value(again(shape.plain())) == by_value(one), path.name
            assert wrong_types(shape) == [], path.name
    assert read > 40


def _records(tree: Any) -> list[dict[str, Any]]:
    match tree:
        case {"$items": [*items]} | [*items]:
            return [one for one in items if isinstance(one, dict)]
        case _:
            return [tree]


def test_money_is_exact_both_ways() -> None:
    said = b'{"id":"1","total_amount":"0.10","net_amount":0.1,"exchange_rate":1.2345678901}'

    invoice = decode_sales_invoice(parse(said))

    assert (invoice.total_amount, invoice.net_amount) == (Decimal("0.10"), Decimal("0.1"))
    assert str(invoice.total_amount) == "0.10"
    assert json.dumps(invoice.plain()) == (
        '{"id": "1", "total_amount": "0.10", "net_amount": 0.1, '
        '"exchange_rate": 1.2345678901}'
    )


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("110.0", Decimal("110.0")),
        ("-0.01", Decimal("-0.01")),
        ("0.0000001", Decimal("0.0000001")),
        ("+1.50", Decimal("1.50")),
        ("007", Decimal(7)),
        ("1E+2", Decimal(100)),
        ("1E+1000000", None),
        ("NaN", None),
        (" 1 ", None),
        ("1_000", None),
        ("", None),
    ],
)
def test_a_number_in_any_spelling_is_read_or_kept(text: str, read: Decimal | None) -> None:
    invoice = decode_sales_invoice({"total_amount": text})

    assert invoice.total_amount == read
    assert invoice.plain() == {"total_amount": text}


def test_an_instant_in_another_zone_is_read_and_kept_as_it_came() -> None:
    invoice = decode_sales_invoice({"created_at": "2026-01-31T08:00:00+05:30"})

    assert invoice.created_at == dt.datetime(2026, 1, 31, 2, 30, tzinfo=dt.UTC)
    assert invoice.plain() == {"created_at": "2026-01-31T08:00:00+05:30"}


def test_what_is_missing_or_null_reads_as_the_default() -> None:
    short = decode_sales_invoice({"id": "a", "displayed_as": "SI-1", "$path": "/a"})
    nulls = decode_sales_invoice({"id": None, "notes": None, "invoice_lines": None})

    assert (short.path, short.notes, short.invoice_lines) == ("/a", None, ())
    assert (nulls.id, nulls.notes, nulls.invoice_lines) == ("", None, ())
    assert nulls.plain() == {"id": None, "notes": None, "invoice_lines": None}
    assert dict(nulls.extra) == {}


@pytest.mark.requirement("S46")
def test_fields_that_nobody_declared_are_kept() -> None:
    given_one = {
        "id": "p",
        "links": [{"href": "/x", "rank": BareNumber("1.5")}],
        "weight": 0,
    }

    product = decode_product(copy.deepcopy(given_one))

    assert dict(product.extra) == {"links": given_one["links"], "weight": 0}
    assert product.plain() == given_one


def test_nothing_changes_a_shape() -> None:
    lines = [{"id": "l", "strange": {"deep": [1]}}]
    invoice = decode_sales_invoice(
        {"id": "a", "unknown": {"x": [1]}, "invoice_lines": lines}
    )
    before = invoice.plain()

    invoice.extra["unknown"]["x"].append(2)
    invoice.invoice_lines[0].extra["strange"]["deep"].append(2)
    invoice.plain()["unknown"]["x"].append(3)
    with pytest.raises(AttributeError, match="frozen: use `replace"):
        invoice.notes = "other"  # type: ignore[misc]  # that is the case
    with pytest.raises(AttributeError, match="frozen"):
        del invoice.id
    with pytest.raises(AttributeError, match="no attribute"):
        getattr(invoice, "note")  # noqa: B009 - not declared

    assert invoice.plain() == before


def test_a_copy_may_differ() -> None:
    invoice = decode_sales_invoice(
        {"id": "a", "created_at": "2026-01-31T08:00:00+05:30", "odd": 1}
    )
    day = dt.datetime(2026, 2, 1, tzinfo=dt.UTC)

    changed = invoice.replace(created_at=day, notes="n")

    assert changed.plain() == {
        "id": "a",
        "created_at": "2026-02-01T00:00:00Z",
        "notes": "n",
        "odd": 1,
    }
    assert invoice.notes is None
    assert invoice != changed
    with pytest.raises(TypeError, match="no field 'note'"):
        invoice.replace(note="n")


def test_shapes_are_made_by_hand_without_floats() -> None:
    invoice = SalesInvoice(id="a", total_amount=Decimal("1.50"), contact=Contact(id="c"))

    assert invoice.plain() == {"id": "a", "total_amount": "1.50", "contact": {"id": "c"}}
    assert invoice == decode_sales_invoice(
        {"id": "a", "total_amount": "1.50", "contact": {"id": "c"}}
    )
    with pytest.raises(TypeError, match=r"a float: write Decimal\('1.5'\)"):
        SalesInvoice(total_amount=1.5)  # type: ignore[arg-type]  # that is the case


def test_a_shape_of_ones_own_keeps_the_fields_of_its_parent() -> None:
    class Mine(SalesInvoice):
        """With a field that this version lacks."""

        mood: str | None = None

    mine = Mine(id="a", mood="good", notes="n")

    assert mine.plain() == {"id": "a", "mood": "good", "notes": "n"}
    assert repr(mine) == "Mine(id='a', notes='n', mood='good')"
    with pytest.raises(AttributeError, match="frozen"):
        mine.anything = 1


@pytest.mark.parametrize("depth", [300, 900])
def test_deep_nesting_is_kept_or_refused_but_never_a_crash(depth: int) -> None:
    body = b'{"id":"a","deep":' + b"[" * depth + b"]" * depth + b"}"

    try:
        tree = parse(body)
    except ValueError as error:
        assert str(error) == "nested too deeply"  # noqa: PT017 - either may happen
        return
    invoice = decode_sales_invoice(tree)

    assert json.dumps(invoice.plain()).replace(" ", "") == body.decode()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b'{"a":NaN}',
        b'{"a":1',
        "é".encode("latin-1"),
        b"[" * 100_000,
        b"\xff",
    ],
)
def test_what_is_no_json_is_told(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of several kinds
        parse(body)


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le"])
def test_json_in_unicode_is_read_whatever_its_width(charset: str) -> None:
    assert parse('{"name":"Café"}'.encode(charset)) == {"name": "Café"}


def test_an_account_within_an_account_is_read() -> None:
    name = next(
        one
        for one, field in facts().shapes["LedgerAccount"].items()
        if field.kind == "LedgerAccount"
    )

    account = decode_ledger_account({"id": "a", name: {"id": "b", name: {"id": "c"}}})

    assert getattr(getattr(account, name), name).id == "c"


def test_what_goes_out_can_be_read_again() -> None:
    invoice = decode_sales_invoice(parse(json.dumps(record("SalesInvoice")).encode()))

    assert decode_sales_invoice(parse(written(invoice.plain()))) == invoice

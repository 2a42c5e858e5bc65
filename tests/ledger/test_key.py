"""Keys and digests stand in files for years: they must never change."""

import datetime as dt
import subprocess
import sys
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given, strategies as st

from sage_connect.ledger import Key
from sage_connect.ledger.batch import content_digest, content_text, key_of
from sage_connect.model import (
    Allocation,
    Amount,
    Attachment,
    BankEntry,
    Customer,
    DimensionValue,
    Item,
    JournalEntry,
    Line,
    Payment,
    Percent,
    PurchaseInvoice,
    SalesInvoice,
    Supplier,
    Tax,
)
from sage_connect.model.fields import FrozenMap
from sage_connect.testing import filled

DAY = dt.date(2026, 1, 15)
SCOPE = "Société|123"
INVOICE = SalesInvoice(
    number="F1",
    date=DAY,
    party="C1",
    currency="EUR",
    lines=(
        Line(
            description="Conseil œuvre",
            unit_price=Decimal("10.50"),
            discount=Percent(Decimal(10)),
            taxes=(Tax("C20", Decimal(20)),),
            dimensions=FrozenMap({"1": "A"}),
        ),
    ),
    attachments=(Attachment(name="a.pdf", content=b"x"),),
)
PAYMENT = Payment(
    number="P1",
    date=DAY,
    party="C1",
    currency="EUR",
    amount=Decimal("12.60"),
    allocations=(Allocation("F1", Decimal("12.60")),),
)
GOLDEN = [
    (
        INVOICE,
        "9a3000f7c0e46b5f313e9f5384ce7a4b",
        "60856675b075a8bc595ef69e230febf1b4662e634ebdbb27ca4148e494561d1b",
    ),
    (
        PAYMENT,
        "18c41152d87b0952c3e774cc05781b6a",
        "67b5b5d304f7d0d3db1e03a61de5c9c02cf764d78505688a191a6f63879b1d44",
    ),
]


@pytest.mark.requirement("S38")
@pytest.mark.parametrize(("document", "key", "content"), GOLDEN, ids=["invoice", "payment"])
def test_digests_are_what_they_have_always_been(
    document: Any, key: str, content: str
) -> None:
    assert key == Key.of(document, SCOPE).digest
    assert content == content_digest(document)


def test_digests_are_the_same_in_another_process() -> None:
    code = (
        "from sage_connect.ledger import Key;"
        "print(Key(scope='a', kind='b', party='c', id='d').digest)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": ":".join(sys.path), "PYTHONHASHSEED": "7"},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )

    assert done.stdout.strip() == Key(scope="a", kind="b", party="c", id="d").digest


parts = st.text(max_size=5)
keys = st.builds(Key, scope=parts, kind=parts, party=parts, id=parts)


@given(keys, keys)
def test_two_keys_share_a_digest_only_when_they_are_the_same(one: Key, other: Key) -> None:
    assert (one == other) == (one.digest == other.digest)


def test_a_digest_is_32_hexadecimal_digits() -> None:
    digest = Key(scope="", kind="", id="\ud800").digest

    assert len(digest) == 32
    assert int(digest, 16) >= 0
    assert str(Key(scope="", kind="", id="\ud800")) == digest


def test_the_callers_own_identity_comes_before_the_number() -> None:
    named = attrs.evolve(INVOICE, source_id="row 17")

    assert Key.of(named, "s").id == "row 17"
    assert Key.of(INVOICE, "s").id == "F1"
    assert Key.of(attrs.evolve(INVOICE, number=""), "s").id == ""


def test_numbers_of_purchases_and_payments_are_the_partys() -> None:
    bought = PurchaseInvoice(number="1", date=DAY, party="S1", currency="EUR", lines=())

    assert Key.of(bought, "s").party == "S1"
    assert Key.of(PAYMENT, "s").party == "C1"
    assert Key.of(INVOICE, "s").party == ""


def test_a_key_does_not_hold_the_content() -> None:
    assert Key.of(attrs.evolve(INVOICE, lines=()), "s") == Key.of(INVOICE, "s")


@pytest.mark.parametrize(
    ("item", "kind", "party", "id"),
    [
        (Customer(code="C1"), "customer", "", "C1"),
        (Supplier(code="C1"), "supplier", "", "C1"),
        (Item(code="C1"), "item", "", "C1"),
        (DimensionValue(dimension="2", code="C1"), "dimension_value", "2", "C1"),
        (INVOICE, "sales_invoice", "", "F1"),
    ],
)
def test_master_data_have_keys_too(item: Any, kind: str, party: str, id: str) -> None:
    assert key_of(item, "s") == Key(scope="s", kind=kind, party=party, id=id)


@pytest.mark.parametrize(
    "sample",
    [
        INVOICE,
        PAYMENT,
        JournalEntry(journal="OD", date=DAY, currency="EUR", movements=()),
        BankEntry(date=DAY, bank_account="BQ", currency="EUR", amount=Decimal(1)),
        Customer(code="C"),
        Item(code="I"),
    ],
    ids=lambda sample: sample.type,
)
def test_every_field_takes_part_in_the_content(sample: Any) -> None:
    silent = [
        one.path
        for one in filled(sample)
        if content_digest(one.before) == content_digest(one.after)
    ]

    assert silent == []


def test_a_field_at_its_default_takes_no_part_in_the_content() -> None:
    assert '"notes"' not in content_text(INVOICE)
    assert '"notes"' in content_text(attrs.evolve(INVOICE, notes="x"))


def test_the_kind_of_a_discount_takes_part_in_the_content() -> None:
    (line,) = INVOICE.lines
    ten = attrs.evolve(line, discount=Amount(Decimal(10)))

    assert content_digest(attrs.evolve(INVOICE, lines=(ten,))) != content_digest(INVOICE)


numbers = st.decimals(allow_nan=False, allow_infinity=False)


@given(numbers, numbers)
def test_numbers_count_by_value(one: Decimal, other: Decimal) -> None:
    contents = [
        content_digest(attrs.evolve(PAYMENT, amount=amount)) for amount in (one, other)
    ]

    assert (one == other) == (contents[0] == contents[1])


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("100", "100"),
        ("100.00", "100"),
        ("1E+2", "100"),
        ("-0.50", "-0.5"),
        ("-0.00", "0"),
        ("1E+999999", "1E+999999"),
        ("1E-999999", "1E-999999"),
        (
            "1234567890123456789012345678901234.5",
            "1.2345678901234567890123456789012345E+33",
        ),
    ],
)
def test_a_number_is_written_in_one_way(amount: str, text: str) -> None:
    assert f'"amount": "{text}"' in content_text(
        attrs.evolve(PAYMENT, amount=Decimal(amount))
    )


def test_attachments_count_by_their_content() -> None:
    other = attrs.evolve(INVOICE, attachments=(Attachment(name="a.pdf", content=b"y"),))

    assert content_digest(other) != content_digest(INVOICE)
    assert len(content_text(other)) == len(content_text(INVOICE))

"""What a ledger can do is a matrix without holes."""

import pytest

from sage_connect.errors import UnsupportedError
from sage_connect.ledger import SEATS, Capabilities, Verb

SOME = Capabilities(
    product="a product",
    can={"payments": frozenset({Verb.CREATE})},
    reasons={
        "accounts": "export them first",
        "accounts.update": "they are changed in the product",
    },
)


def test_every_cell_of_the_matrix_has_a_row() -> None:
    rows = [*SOME.rows()]

    assert [(seat, verb) for seat, verb, _, _ in rows] == [
        (seat, verb) for seat in SEATS for verb in Verb
    ]


def test_a_cell_that_is_true_has_no_reason_and_a_false_one_has() -> None:
    assert all(can != bool(reason) for _, _, can, reason in SOME.rows())
    assert [row[:2] for row in SOME.rows() if row[2]] == [("payments", Verb.CREATE)]


@pytest.mark.parametrize(
    ("seat", "verb", "reason"),
    [
        ("accounts", Verb.UPDATE, "they are changed in the product"),
        ("accounts", Verb.READ, "export them first"),
        ("items", Verb.READ, "the product offers no way to do it"),
        ("payments", Verb.CREATE, ""),
    ],
)
def test_the_closest_reason_is_given(seat: str, verb: Verb, reason: str) -> None:
    assert SOME.reason(seat, verb) == reason


def test_what_cannot_be_done_is_refused_with_product_seat_and_reason() -> None:
    with pytest.raises(UnsupportedError) as caught:
        SOME.require("tax_codes", Verb.LIST)

    assert str(caught.value) == (
        "a product cannot list tax codes: the product offers no way to do it."
    )


def test_what_can_be_done_is_let_pass() -> None:
    SOME.require("payments", Verb.CREATE)

    assert ("payments", Verb.CREATE) in SOME

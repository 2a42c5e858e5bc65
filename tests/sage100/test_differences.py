"""Comparing the lines of a document, and telling messages apart: what always holds."""

import random
import time
import tracemalloc
from collections.abc import Sequence

import pytest
from hypothesis import given, strategies as st

from sage_connect.sage100.booked import Booked
from sage_connect.sage100.differences import differences
from sage_connect.sage100.faults import messages_in

amounts = st.integers(1, 10**9).map(lambda cents: f"{cents // 100}.{cents % 100:02}")


@st.composite
def documents(draw: st.DrawFn) -> list[Booked]:
    """Return the lines of a document, no two of one account."""
    accounts = draw(
        st.lists(st.integers(600000, 799999), min_size=2, max_size=8, unique=True)
    )
    return [
        Booked(
            journal="VTE",
            date="2026-09-15",
            invoice_number="FA1",
            account=str(account),
            third_party=draw(st.sampled_from(["", "DUPONT"])),
            label=draw(st.sampled_from(["Facture FA1", "Étude"])),
            due=draw(st.sampled_from(["", "2026-10-15"])),
            side=draw(st.sampled_from(["debit", "credit"])),
            amount=draw(amounts),
            currency_amount=draw(st.sampled_from(["", "7.00"])),
            tax_code=draw(st.sampled_from(["", "C20"])),
        )
        for account in accounts
    ]


def short(written: Sequence[Booked], found: Sequence[Booked]) -> list[tuple[object, ...]]:
    return [
        (code, *(values[name] for name in ("field", "old", "new") if name in values))
        for code, values in differences(written, found)
    ]


@given(documents(), st.integers(1, 4), st.randoms(use_true_random=False))
def test_order_is_no_difference_and_copies_are_counted(
    lines: list[Booked], copies: int, dice: random.Random
) -> None:
    found = lines * copies
    dice.shuffle(found)

    told = [(code, values["copies"]) for code, values in differences(lines, found)]

    assert told == ([] if copies == 1 else [("SC-S100-IMPORTED-TWICE", copies)])


@given(documents(), st.data())
def test_one_changed_field_is_that_field(lines: list[Booked], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(lines) - 1))
    field = data.draw(
        st.sampled_from([name for name in Booked._fields if getattr(lines[at], name)])
    )
    old, new = getattr(lines[at], field), "0.01" if "amount" in field else "X"
    found = [*lines]
    found[at] = lines[at]._replace(**{field: new})
    of_piece = field in {"journal", "date", "invoice_number"}

    told = short(lines, found)

    if old != new:
        assert told == [
            (f"SC-S100-DRIFT-{'PIECE' if of_piece else 'FIELD'}", field, old, new)
        ]


@given(documents(), st.data())
def test_a_line_less_is_gone_and_a_line_more_was_added(
    lines: list[Booked], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(lines) - 1))
    less = [*lines[:at], *lines[at + 1 :]]
    more = [*lines, lines[at]._replace(account="890000")]

    assert short(lines, less) == [("SC-S100-DRIFT-LINE-GONE",)]
    assert short(lines, more) == [("SC-S100-DRIFT-LINE-ADDED",)]


def test_lines_that_are_most_alike_are_one_line() -> None:
    first = Booked(
        "VTE", "2026-09-15", "FA1", "701000", "", "X", "", "credit", "1.00", "", ""
    )
    second = first._replace(amount="2.00")
    third = first._replace(account="411000", side="debit", amount="3.00")
    found = [second._replace(label="Y"), first._replace(account="702000"), third]

    assert short([first, second, third], found) == [
        ("SC-S100-DRIFT-FIELD", "account", "701000", "702000"),
        ("SC-S100-DRIFT-FIELD", "label", "X", "Y"),
    ]


def test_what_agrees_in_more_is_paired_first() -> None:
    old = Booked(
        "VTE", "2026-09-15", "FA1", "701000", "DUPONT", "X", "", "credit", "1.00", "", ""
    )
    both = old._replace(account="702000", amount="2.00")
    one = old._replace(account="703000")

    # Third party, label and side agree; account and amount do not.
    assert short([old], [both]) == [
        ("SC-S100-DRIFT-FIELD", "account", "701000", "702000"),
        ("SC-S100-DRIFT-FIELD", "amount", "1.00", "2.00"),
    ]
    assert short([old], [both, one]) == [
        ("SC-S100-DRIFT-FIELD", "account", "701000", "703000"),
        ("SC-S100-DRIFT-LINE-ADDED",),
    ]


def of_many_lines(count: int) -> list[Booked]:
    """Return a payroll: few accounts, and many amounts that stand there twice."""
    line = Booked("OD", "2026-09-10", "OD1", "", "", "Paie", "", "debit", "", "", "")
    return [
        line._replace(account=f"64{at % 7}000", amount=f"{at // 2 + 1}.00")
        for at in range(count)
    ]


@pytest.mark.parametrize("field", ["date", "account", "amount", "label"])
def test_a_long_entry_that_changed_takes_time_and_memory_in_proportion(
    field: str,
) -> None:
    def changed(count: int) -> tuple[list[Booked], list[Booked]]:
        lines = of_many_lines(count)
        return lines, [
            one._replace(**{field: f"999{getattr(one, field)}"}) for one in lines
        ]

    def seconds(count: int) -> float:
        lines, moved = changed(count)
        begin = time.process_time()
        assert len(list(differences(lines, moved))) == (1 if field == "date" else count)
        return time.process_time() - begin

    few = min(seconds(300) for _ in range(5))
    assert min(seconds(3_000) for _ in range(2)) < 50 * few
    lines, moved = changed(2_000)
    tracemalloc.start()
    list(differences(lines, moved))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # Some hundred bytes a line: a table of all pairs would take hundreds of megabytes.
    assert peak < 2_000 * 2_000


texts = st.text(max_size=20) | st.sampled_from(
    ["Le journal n'existe pas !", " ligne : 3", "incohérence", "VTE 09 2026", "\n", "! "]
)


@given(st.lists(texts).map("".join))
def test_no_character_of_a_message_is_lost(text: str) -> None:
    kept = "".join(one.text for one in messages_in(text))

    assert "".join(text.split()) == "".join(kept.split())

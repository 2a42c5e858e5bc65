"""What people change in Sage after the import is found, and nothing else."""

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from sage_connect import (
    Sage100,
)
from sage_connect.sage100.wire import EntryLine, Side, build
from sage_connect.testing.demo import month, settings
from sage_connect.testing.importer import Sage100Importer

from .conftest import a_line, an_invoice
from .exporting import (
    changed,
    drift,
    edited,
    export_into,
    sage_of,
)

# ------------------------------------------------------------------ what Sage may do itself


def test_what_sage_fills_in_or_numbers_itself_is_no_change(
    folder: Path, ledger: Sage100, sage: Sage100Importer
) -> None:
    def as_sage(lines: list[EntryLine]) -> list[EntryLine]:
        return [
            line.replace(
                piece="4711",
                lettering="AA",
                closed_on=dt.date(2026, 12, 31),
                due_date=line.due_date or dt.date(2026, 10, 31),
                tax_code=line.tax_code or "C20",
            )
            for line in lines
        ]

    export_into(folder, edited(sage.export(), as_sage))

    found = ledger.confirm()

    assert (len(found.confirmed), found.report.findings) == (1, ())


# ------------------------------------------------------------------ changes, one by one


def test_a_new_day_of_a_whole_piece_is_told_once(
    folder: Path, ledger: Sage100, sage: Sage100Importer
) -> None:
    def moved(lines: list[EntryLine]) -> list[EntryLine]:
        return [line.replace(date=dt.date(2026, 9, 30), journal="OD") for line in lines]

    export_into(folder, edited(sage.export(), moved))

    assert drift(ledger.confirm()) == [
        ("SC-S100-DRIFT-PIECE", "FA1", "journal", "VTE", "OD", ""),
        ("SC-S100-DRIFT-PIECE", "FA1", "date", "2026-09-15", "2026-09-30", ""),
    ]


def test_a_line_that_has_nothing_in_common_is_gone_and_another_added(
    folder: Path, ledger: Sage100, sage: Sage100Importer
) -> None:
    def other(lines: list[EntryLine]) -> list[EntryLine]:
        new = lines[2].replace(
            account="658000", amount=Decimal(1), label="Autre", tax_code="", side=Side.DEBIT
        )
        return [*lines[:2], new]

    export_into(folder, edited(sage.export(), other))

    assert [(code, account) for code, *_, account in drift(ledger.confirm())] == [
        ("SC-S100-DRIFT-LINE-GONE", "445710"),
        ("SC-S100-DRIFT-LINE-ADDED", "658000"),
    ]


def test_a_line_that_was_changed_twice_is_the_same_line(
    folder: Path, ledger: Sage100, sage: Sage100Importer
) -> None:
    def both(lines: list[EntryLine]) -> list[EntryLine]:
        return [*lines[:2], lines[2].replace(amount=Decimal(21), label="Autre")]

    export_into(folder, edited(sage.export(), both))

    assert drift(ledger.confirm()) == [
        ("SC-S100-DRIFT-FIELD", "FA1", "label", "Facture FA1", "Autre", "445710"),
        ("SC-S100-DRIFT-FIELD", "FA1", "amount", "20.00", "21.00", "445710"),
    ]


def test_the_sentences_name_field_and_both_values(
    folder: Path, ledger: Sage100, sage: Sage100Importer
) -> None:
    export_into(folder, edited(sage.export(), changed(amount=Decimal("121.00"))))

    (found,) = ledger.confirm().report

    assert "amount was 120.00 and is 121.00" in found.message()
    assert "montant était 120,00, est maintenant 121,00" in found.message("fr")
    assert found.fix()


class Planted(NamedTuple):
    """An edit of a person in Sage, and what has to be found of it."""

    lines: list[EntryLine]
    found: tuple[str, ...]


def plant(lines: Sequence[EntryLine], dice: random.Random) -> Planted:
    """Change one thing about the lines of one document."""
    kind = dice.choice(
        [
            "amount",
            "account",
            "third_party",
            "label",
            "due_date",
            "side",
            "tax_code",
            "date",
            "gone",
            "added",
        ]
    )
    of_party = {"third_party", "due_date"}
    fitting = [
        at
        for at, line in enumerate(lines)
        if (kind not in of_party or line.third_party)
        and (kind != "due_date" or line.due_date)
        and (kind != "tax_code" or line.tax_code)
    ]
    if not fitting:
        return plant(lines, dice)
    at = dice.choice(fitting)
    line = lines[at]
    number = line.invoice_number
    before, after = list(lines[:at]), list(lines[at + 1 :])
    if kind == "gone":
        return Planted(
            before + after, ("SC-S100-DRIFT-LINE-GONE", number, "", "", "", line.account)
        )
    if kind == "added":
        new = build(
            EntryLine,
            journal=line.journal,
            date=line.date,
            piece=line.piece,
            invoice_number=dice.choice([number, ""]),
            account="658000",
            label="Écart",
            side=line.side,
            amount=Decimal("0.01"),
        )
        return Planted(
            [*lines, new], ("SC-S100-DRIFT-LINE-ADDED", number, "", "", "", "658000")
        )
    assert line.amount is not None
    assert line.date is not None
    if kind == "date":
        day = line.date + dt.timedelta(days=1)
        code = "SC-S100-DRIFT-PIECE"
        found = (code, number, "date", line.date.isoformat(), day.isoformat(), "")
        return Planted([*before, line.replace(date=day), *after], found)
    new_values: dict[str, tuple[Any, str, str]] = {
        "amount": (line.amount + 1, f"{line.amount:.2f}", f"{line.amount + 1:.2f}"),
        "account": ("471000", line.account, "471000"),
        "third_party": ("AUTRE", line.third_party, "AUTRE"),
        "label": (f"{line.label[:60]} bis", line.label, f"{line.label[:60]} bis"),
        "due_date": (dt.date(2027, 1, 2), str(line.due_date), "2027-01-02"),
        "tax_code": ("C99", line.tax_code, "C99"),
        "side": (
            (Side.DEBIT, "credit", "debit")
            if line.side == Side.CREDIT
            else (Side.CREDIT, "debit", "credit")
        ),
    }
    value, old, new_text = new_values[kind]
    field = {"due_date": "due"}.get(kind, kind)
    changed_line = line.replace(**{kind: value})
    return Planted(
        [*before, changed_line, *after],
        ("SC-S100-DRIFT-FIELD", number, field, old, new_text, line.account),
    )


def by_document(lines: Sequence[EntryLine]) -> Iterator[list[EntryLine]]:
    grouped: dict[str, list[EntryLine]] = {}
    for line in lines:
        grouped.setdefault(line.reference, []).append(line)
    return iter(grouped.values())


@pytest.mark.requirement("S38")
@pytest.mark.parametrize(("seed", "renumbers"), [(1, False), (2, True)])
def test_five_hundred_edits_are_found_and_nothing_else(
    folder: Path, seed: int, *, renumbers: bool
) -> None:
    dice = random.Random(seed)  # noqa: S311 - repeatable
    more = [
        an_invoice(
            f"FB{at}",
            lines=tuple(
                a_line(f"{dice.randint(1, 99999)}.{dice.randint(10, 99)}")
                for _ in range(dice.randint(1, 4))
            ),
            due=dt.date(2026, 10, dice.randint(1, 31)),
        )
        for at in range(300)
    ]
    planted: list[tuple[str, ...]] = []

    def edit(lines: list[EntryLine]) -> list[EntryLine]:
        documents = list(by_document(lines))
        chosen = set(dice.sample(range(len(documents)), 500))
        whole: list[EntryLine] = []
        for at, own in enumerate(documents):
            if at in chosen:
                one = plant(own, dice)
                planted.append(one.found)
                whole += one.lines
            else:
                whole += own
        # People post too: into the same journal, under numbers that look like ours.
        others = [
            own[0].replace(reference="", invoice_number=f"X{at}", piece=own[0].piece)
            for at, own in enumerate(documents)
        ]
        others += [line.replace(journal="AN", reference="") for line in lines]
        mixed = [*whole, *others]
        dice.shuffle(mixed)
        return mixed

    with Sage100(folder, settings()) as ledger:
        ledger.documents.post_all([*month(), *more])
        sage = sage_of(folder, renumbers=renumbers)
        export_into(folder, edited(sage.export(), edit))

        found = ledger.confirm()

    assert len(planted) == 500
    # Purchases are told of by our number; the export has the supplier's.
    given: list[Any] = [one for one in month() if hasattr(one, "party_number")]
    ours = {one.party_number: one.number for one in given if one.party_number}
    told = [(code, ours.get(number, number), *rest) for code, number, *rest in planted]
    assert sorted(told) == sorted(drift(found))
    assert found.waiting == ()

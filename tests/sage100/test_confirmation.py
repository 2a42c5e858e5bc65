"""An export proves what was imported, and shows what was changed since."""

import datetime as dt
import json
import os
import random
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import attrs
import pytest

from sage_connect import (
    Customer,
    FileFormatError,
    Sage100,
    SalesCreditNote,
    State,
    StorageError,
    UnsupportedError,
)
from sage_connect.sage100.booked import Expected, lines_of
from sage_connect.sage100.confirmation import Confirmation
from sage_connect.sage100.wire import EntryLine, Record, Side, build, read, write
from sage_connect.testing.demo import export_bytes, month, settings
from sage_connect.testing.importer import Sage100Importer

from .conftest import a_line, an_invoice

Edit = Callable[[list[EntryLine]], list[EntryLine]]


def edited(export: bytes, edit: Edit) -> bytes:
    """Return an export with its entry lines changed; analytic lines are left out."""
    records = [one for one in read(export).records if one.flag != "#MECA"]
    entries = [one for one in records if isinstance(one, EntryLine)]
    others = [one for one in records if not isinstance(one, EntryLine)]
    return b"".join(write([*others, *edit(entries)]))


def export_into(
    folder: Path, content: bytes, name: str = "later.txt", *, hours: int = 1
) -> None:
    """Save an export that Sage made some hours from now."""
    path = folder / "exports" / name
    path.write_bytes(content)
    at = time.time() + 3600 * hours
    os.utime(path, (at, at))


def drift(found: Confirmation) -> list[tuple[str, ...]]:
    """Return what was found, in short."""
    names = ("field", "old", "new", "account")
    return [
        (one.code, one.document, *(one.values.get(name, "") for name in names))
        for one in found.report
    ]


def changed(**changes: object) -> Edit:
    """Return an edit that changes the first line."""
    return lambda lines: [lines[0].replace(**changes), *lines[1:]]


@pytest.fixture
def sage(folder: Path, ledger: Sage100) -> Sage100Importer:
    """A Sage that imported one invoice, FA1, of one line of 100.00 and 20 %."""
    ledger.sales_invoices.post(an_invoice())
    return imported(folder)


def imported(folder: Path, **options: bool) -> Sage100Importer:
    company = Sage100Importer(export_bytes(), **options)
    for file in sorted((folder / "imports").glob("*.txt")):
        assert company.import_file(file.read_bytes()).accepted
    return company


def test_what_was_imported_unchanged_is_confirmed(folder: Path) -> None:
    with Sage100(folder, settings()) as ledger:
        receipts = [outcome.unwrap() for outcome in ledger.documents.post_all(month())]
        before = ledger.confirm()
        export_into(folder, imported(folder, renumbers=True).export())

        found = ledger.confirm()

    posted = {one.key.digest: one.id for one in receipts if one.key.kind != "customer"}
    assert (before.confirmed, before.report.findings) == ((), ())
    assert posted == {one.key: one.piece for one in found.confirmed}
    assert (found.waiting, found.report.findings, found.report.unchecked) == ((), (), ())
    assert {"later.txt"} == {one.export for one in found.documents}
    # Sage numbered the pieces anew.
    assert {one.piece for one in found.documents} != {o.booked_as for o in found.documents}
    assert found.documents[0].booked_as.isdecimal()
    content = (folder / "exports" / "later.txt").read_bytes().split(b"\r\n")
    assert {b"#MECG"} == {content[one.line - 1] for one in found.documents}


def test_reconciling_says_confirmed_once_an_export_has_shown_it(
    folder: Path, ledger: Sage100, sage: Sage100Importer
) -> None:
    key = ledger.sales_invoices.post(an_invoice()).key
    handed = ledger.documents.reconcile(key)
    export_into(folder, sage.export())
    ledger.confirm()
    (folder / "exports" / "later.txt").unlink()

    with Sage100(folder, settings()) as again:
        proven = again.documents.reconcile(key)
        (document,) = again.confirm().documents

    assert handed is not None
    assert proven is not None
    assert "state" not in handed.details
    assert {"state": "CONFIRMED", "export": "later.txt"}.items() <= proven.details.items()
    assert (document.state, document.export, document.line) == (State.CONFIRMED, "", 0)


def test_what_no_export_shows_was_not_imported(
    folder: Path, ledger: Sage100, sage: Sage100Importer
) -> None:
    ledger.sales_invoices.post(an_invoice("FA2"))
    old = an_invoice("FA3", date=dt.date(2026, 9, 16))
    export_into(folder, sage.export())

    found = ledger.confirm()
    receipt = ledger.sales_invoices.post(old)
    export_into(folder, sage.export(), hours=-1)
    early = ledger.confirm()

    assert [one.state for one in found.documents] == [State.CONFIRMED, State.HANDED_OVER]
    (missing,) = found.report
    assert (missing.code, missing.document) == ("SC-S100-NOT-IMPORTED", "FA2")
    assert missing.values["export"] == "later.txt"
    assert missing.values["file"] == found.documents[1].file
    # Handed over after the export was made: it cannot tell.
    assert early.report.findings == ()
    assert [one.number for one in early.waiting] == ["FA2", receipt.id]


@pytest.mark.parametrize(
    "part",
    [
        pytest.param(lambda one: isinstance(one, EntryLine), id="entries alone"),
        pytest.param(lambda one: not isinstance(one, EntryLine), id="no entries"),
    ],
)
def test_only_a_full_export_with_entries_tells_what_is_missing(
    folder: Path, ledger: Sage100, sage: Sage100Importer, part: Callable[[Record], bool]
) -> None:
    ledger.sales_invoices.post(an_invoice("FA2"))
    records = [one for one in read(sage.export()).records if part(one)]
    export_into(folder, b"".join(write(records)))

    assert ledger.confirm().report.findings == ()


def test_an_export_of_other_years_does_not_tell_what_is_missing(
    folder: Path, ledger: Sage100, sage: Sage100Importer
) -> None:
    ledger.sales_invoices.post(an_invoice("FA2"))
    file = read(sage.export())
    company = file.records[0]
    none: dict[str, Any] = {
        f"fiscal_year_{end}_{at}": None for end in ("start", "end") for at in range(1, 11)
    }
    past = {
        **none,
        "fiscal_year_start_1": dt.date(2020, 1, 1),
        "fiscal_year_end_1": dt.date(2020, 12, 31),
    }
    file.records[0] = company.replace(**past)
    export_into(folder, bytes(file))

    assert ledger.confirm().report.findings == ()


def test_what_an_older_export_showed_and_a_newer_does_not_is_gone(
    folder: Path, ledger: Sage100, sage: Sage100Importer
) -> None:
    ledger.sales_invoices.post(an_invoice("FA2"))
    both = imported(folder).export()
    export_into(folder, both, "a.txt")
    export_into(folder, sage.export(), "b.txt", hours=2)

    together = ledger.confirm()
    (folder / "exports" / "a.txt").unlink()
    remembered = ledger.confirm()
    export_into(folder, both, "c.txt", hours=3)
    back = ledger.confirm()

    for found in (together, remembered):
        (gone,) = found.report
        assert (gone.code, gone.document) == ("SC-S100-DRIFT-GONE", "FA2")
        assert (gone.values["before"], gone.values["export"]) == ("a.txt", "b.txt")
        assert found.documents[1].state is State.CONFIRMED
    assert back.report.findings == ()


def test_the_newest_export_that_shows_a_document_counts(
    folder: Path, ledger: Sage100, sage: Sage100Importer
) -> None:
    wrong = edited(sage.export(), changed(label="Autre"))
    export_into(folder, wrong, "a.txt")
    first = ledger.confirm()
    export_into(folder, sage.export(), "b.txt", hours=2)
    second = ledger.confirm()

    assert len(first.report) == 1
    assert second.report.findings == ()


@pytest.mark.parametrize("times", [2, 3])
def test_a_file_imported_again_is_found(
    folder: Path, ledger: Sage100, sage: Sage100Importer, times: int
) -> None:
    ledger.sales_invoices.post(an_invoice("FA2"))
    (first, _) = sorted((folder / "imports").iterdir(), key=lambda one: one.stat().st_mtime)
    sage = imported(folder, renumbers=True)
    for _ in range(times - 1):
        sage.import_file(first.read_bytes())
    export_into(folder, sage.export())

    (twice,) = ledger.confirm().report

    assert (twice.code, twice.document) == ("SC-S100-IMPORTED-TWICE", "FA1")
    assert twice.values["copies"] == str(times)


def test_a_second_copy_that_was_changed_is_a_copy_all_the_same(
    folder: Path, ledger: Sage100, sage: Sage100Importer
) -> None:
    (file,) = (folder / "imports").iterdir()
    sage.import_file(file.read_bytes())
    content = edited(sage.export(), changed(amount=Decimal(7)))
    export_into(folder, content)

    (twice,) = ledger.confirm().report

    assert (twice.code, twice.values["copies"]) == ("SC-S100-IMPORTED-TWICE", "2")


def test_the_same_entries_in_two_exports_are_not_doubled(
    folder: Path, ledger: Sage100, sage: Sage100Importer
) -> None:
    export_into(folder, sage.export(), "a.txt")
    export_into(folder, sage.export(), "b.txt", hours=2)

    found = ledger.confirm()

    assert (len(found.confirmed), found.report.findings) == (1, ())


# ------------------------------------------------------------------ without field 33


def without_reference(lines: list[EntryLine]) -> list[EntryLine]:
    return [line.replace(reference="") for line in lines]


def test_without_its_reference_a_document_is_known_by_number_party_and_amount(
    folder: Path,
) -> None:
    with Sage100(folder, settings()) as ledger:
        posted = ledger.documents.post_all(month())
        sage = imported(folder, renumbers=True)
        export_into(folder, edited(sage.export(), without_reference))

        found = ledger.confirm()

    assert len(found.confirmed) == sum(one.key.kind != "customer" for one in posted)
    assert found.report.findings == ()


def test_an_invoice_and_a_credit_note_of_one_number_are_told_apart(
    folder: Path, ledger: Sage100
) -> None:
    ledger.sales_invoices.post(an_invoice())
    credit = SalesCreditNote(
        **{
            **{
                a.name: getattr(an_invoice(), a.name) for a in attrs.fields(SalesCreditNote)
            },
            "lines": (a_line("50.00"),),
        }
    )
    ledger.sales_credit_notes.post(credit)
    content = imported(folder).export()

    export_into(folder, edited(content, without_reference))
    both = ledger.confirm()

    def only_the_invoice(lines: list[EntryLine]) -> list[EntryLine]:
        (credited,) = (one.reference for one in lines if one.amount == Decimal(60))
        return without_reference([one for one in lines if one.reference != credited])

    export_into(folder, edited(content, only_the_invoice), hours=2)
    one = ledger.confirm()

    assert (len(both.confirmed), both.report.findings) == (2, ())
    assert [one.code for one in one.report] == ["SC-S100-DRIFT-GONE"]
    assert one.report[0].index == 1


def test_a_correction_by_hand_that_bears_our_number_is_no_change_of_ours(
    folder: Path, ledger: Sage100, sage: Sage100Importer
) -> None:
    def corrected(lines: list[EntryLine]) -> list[EntryLine]:
        own = [
            line.replace(piece="77", reference="", amount=Decimal(5), label="Geste")
            for line in lines[:2]
        ]
        return [*lines, *own]

    export_into(folder, edited(sage.export(), corrected))

    found = ledger.confirm()

    assert (len(found.confirmed), found.report.findings) == (1, ())


def test_a_document_without_a_number_is_known_by_its_reference_alone(
    folder: Path, ledger: Sage100
) -> None:
    ledger.sales_invoices.post(an_invoice("", source_id="row 17"))
    content = imported(folder).export()
    export_into(folder, edited(content, without_reference))
    lost = ledger.confirm()
    export_into(folder, content, hours=2)
    found = ledger.confirm()

    assert [one.code for one in lost.report] == ["SC-S100-NOT-IMPORTED"]
    assert lost.report[0].document == "SC0000001"
    assert [one.state for one in found.documents] == [State.CONFIRMED]
    assert found.report.findings == ()


def test_somebody_elses_piece_under_our_number_proves_nothing(
    folder: Path, ledger: Sage100, sage: Sage100Importer
) -> None:
    def foreign(lines: list[EntryLine]) -> list[EntryLine]:
        return [
            line.replace(reference="", third_party="", account="580000", amount=Decimal(5))
            for line in lines
        ]

    export_into(folder, edited(sage.export(), foreign))

    found = ledger.confirm()

    assert found.confirmed == ()
    assert [one.code for one in found.report] == ["SC-S100-NOT-IMPORTED"]


def test_a_second_copy_that_lost_its_reference_is_found(
    folder: Path, ledger: Sage100, sage: Sage100Importer
) -> None:
    def again(lines: list[EntryLine]) -> list[EntryLine]:
        return [*lines, *(one.replace(piece="77", reference="") for one in lines)]

    export_into(folder, edited(sage.export(), again))

    assert [one.code for one in ledger.confirm().report] == ["SC-S100-IMPORTED-TWICE"]


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
    assert "montant était 120.00, est maintenant 121.00" in found.message("fr")
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
        others += [line.replace(journal="OD", reference="") for line in lines]
        mixed = [*whole, *others]
        dice.shuffle(mixed)
        return mixed

    with Sage100(folder, settings()) as ledger:
        ledger.documents.post_all([*month(), *more])
        sage = imported(folder, renumbers=renumbers)
        export_into(folder, edited(sage.export(), edit))

        found = ledger.confirm()

    assert len(planted) == 500
    assert sorted(planted) == sorted(drift(found))
    assert found.waiting == ()


# ------------------------------------------------------------------ registries and files


def test_a_registry_of_an_earlier_version_is_confirmed_but_not_compared(
    folder: Path, sage: Sage100Importer
) -> None:
    forget_contents(folder)
    export_into(folder, edited(sage.export(), changed(label="Autre")))

    with Sage100(folder, settings()) as ledger:
        known = ledger.confirm()
        export_into(folder, edited(sage.export(), without_reference))
        unsure = ledger.confirm()
        export_into(folder, edited(sage.export(), of_another_amount))
        (folder / "state" / "confirmed.ndjson").unlink()
        other = ledger.confirm()

    for found in (known, unsure):
        assert [one.state for one in found.documents] == [State.CONFIRMED]
        assert found.report.findings == ()
        assert [(one.code, one.missing) for one in found.report.unchecked] == [
            ("SC-S100-DRIFT-FIELD", ("registry",))
        ]
    assert [one.code for one in other.report] == ["SC-S100-NOT-IMPORTED"]


def of_another_amount(lines: list[EntryLine]) -> list[EntryLine]:
    return [line.replace(reference="", amount=Decimal(7)) for line in lines]


def forget_contents(folder: Path) -> None:
    """Make the registry one that an earlier version wrote."""
    path = folder / "state" / "registry.ndjson"
    lines: list[bytes] = []
    for line in path.read_bytes().splitlines():
        value = json.loads(line.rpartition(b" ")[0])
        value.pop("content", None)
        text = json.dumps(value, separators=(",", ":")).encode()
        lines.append(text + f" {zlib.crc32(text):08x}\n".encode())
    path.write_bytes(b"".join(lines))


def test_a_damaged_memory_of_what_was_shown_says_so(
    folder: Path, ledger: Sage100, sage: Sage100Importer
) -> None:
    export_into(folder, sage.export())
    ledger.confirm()
    path = folder / "state" / "confirmed.ndjson"
    path.write_bytes(path.read_bytes()[:-5])

    with pytest.raises(StorageError) as damaged:
        ledger.confirm()

    assert (damaged.value.code, damaged.value.file) == ("SC-S100-CONFIRMED", str(path))


def test_a_line_without_a_key_of_ours_is_not_waited_for(sage: Sage100Importer) -> None:
    expected = Expected([], [sage.export()])

    assert (expected.by_reference, expected.by_number) == ({}, {})
    assert lines_of([sage.export()], ()) == {}


def test_without_an_export_nothing_can_be_confirmed(folder: Path) -> None:
    (folder / "exports" / "company.txt").unlink()

    with Sage100(folder, settings()) as ledger, pytest.raises(UnsupportedError) as missing:
        ledger.confirm()

    assert missing.value.code == "SC-S100-NO-EXPORT"


def test_customers_are_not_waited_for(ledger: Sage100) -> None:
    ledger.customers.upsert([Customer(code="NOUVEAU", name="Nouveau", account="411000")])

    assert ledger.confirm().documents == ()


def test_an_export_that_is_cut_off_confirms_nothing(
    folder: Path, ledger: Sage100, sage: Sage100Importer
) -> None:
    export_into(folder, sage.export()[:-10])

    with pytest.raises(FileFormatError) as cut:
        ledger.confirm()

    assert cut.value.code == "SC-S100-EXPORT-CUT"
    assert not (folder / "state" / "confirmed.ndjson").exists()


@pytest.mark.slow
def test_confirming_takes_no_more_memory_for_a_larger_export(
    folder: Path, ledger: Sage100, sage: Sage100Importer
) -> None:
    peaks: list[int] = []
    for others in (2_000, 40_000):
        records = [one for one in read(sage.export()).records if one.flag != "#MECA"]
        foreign = records[-1].replace(reference="", invoice_number="X", piece="X")
        export_into(folder, b"".join(write([*records, *[foreign] * others])))
        del records
        tracemalloc.start()
        assert len(ledger.confirm().confirmed) == 1
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert peaks[1] < peaks[0] + 4_000_000

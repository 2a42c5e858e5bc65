"""An export proves what was imported, and shows what was changed since."""

import datetime as dt
import tracemalloc
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

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
from sage_connect.sage100.booked import Expected, Gathered, Survey, lines_of
from sage_connect.sage100.confirmation import Confirming
from sage_connect.sage100.export import scan
from sage_connect.sage100.registry import Entry, confirmed_bytes
from sage_connect.sage100.wire import EntryLine, Record, Side, build, read, write
from sage_connect.testing.demo import month, settings
from sage_connect.testing.importer import Sage100Importer

from .bookings import Post, purchase
from .conftest import a_line, an_invoice
from .exporting import (
    changed,
    edited,
    export_into,
    forget_contents,
    sage_of,
    without_reference,
)


def test_what_was_imported_unchanged_is_confirmed(folder: Path) -> None:
    with Sage100(folder, settings()) as ledger:
        receipts = [outcome.unwrap() for outcome in ledger.documents.post_all(month())]
        before = ledger.confirm()
        export_into(folder, sage_of(folder, renumbers=True).export())

        found = ledger.confirm()

    posted = {one.key.digest: one.id for one in receipts if one.details.get("journal")}
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
    lettered = edited(sage.export(), changed(lettering="AA"))
    records = [one for one in read(lettered).records if part(one)]
    export_into(folder, b"".join(write(records)))

    assert ledger.confirm().report.findings == ()


def of_days(*days: dt.date) -> Callable[[list[EntryLine]], list[EntryLine]]:
    return lambda lines: [line for line in lines if line.date in days]


@pytest.mark.usefixtures("sage")
@pytest.mark.parametrize("confirmed_before", [False, True])
def test_an_export_tells_nothing_of_days_that_it_leaves_out(
    folder: Path, ledger: Sage100, *, confirmed_before: bool
) -> None:
    days = [dt.date(2026, month, 15) for month in (9, 10, 11, 12)]
    later = [an_invoice(f"FB{day.month}", date=day) for day in days[1:]]
    ledger.documents.post_all(later)
    whole = sage_of(folder).export()
    if confirmed_before:
        export_into(folder, whole, "a.txt")

    # September and November: of December, nothing is known.
    export_into(folder, edited(whole, of_days(days[0], days[2])), "b.txt", hours=2)
    (october,) = ledger.confirm().report
    export_into(folder, edited(whole, of_days(days[0])), "b.txt", hours=2)
    september = ledger.confirm()

    wanted = "SC-S100-DRIFT-GONE" if confirmed_before else "SC-S100-NOT-IMPORTED"
    assert (october.code, october.document) == (wanted, "FB10")
    for language, look in (("en", "Look in Sage first"), ("fr", "Cherchez d'abord")):
        assert october.fix(language).startswith(look)
    assert september.report.findings == ()
    # What an export has shown once is remembered.
    assert len(september.confirmed) == (4 if confirmed_before else 2)


def test_an_export_tells_nothing_of_a_journal_that_it_leaves_out(
    folder: Path, ledger: Sage100, post: Post
) -> None:
    ledger.sales_invoices.post(an_invoice())
    post(purchase("HA1", date=dt.date(2026, 9, 15)))

    def sales(lines: list[EntryLine]) -> list[EntryLine]:
        return [line for line in lines if line.journal == "VTE"]

    export_into(folder, edited(sage_of(folder).export(), sales))
    found = ledger.confirm()

    assert [one.number for one in found.confirmed] == ["FA1"]
    assert found.report.findings == ()


def test_what_an_older_export_showed_and_a_newer_does_not_is_gone(
    folder: Path, ledger: Sage100, sage: Sage100Importer
) -> None:
    ledger.sales_invoices.post(an_invoice("FA2"))
    both = sage_of(folder).export()
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
    sage = sage_of(folder, renumbers=True)
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


def test_without_its_reference_a_document_is_known_by_number_party_and_amount(
    folder: Path,
) -> None:
    with Sage100(folder, settings()) as ledger:
        posted = ledger.documents.post_all(month())
        sage = sage_of(folder, renumbers=True)
        export_into(folder, edited(sage.export(), without_reference))

        found = ledger.confirm()

    assert len(found.confirmed) == sum(
        bool(one.unwrap().details.get("journal")) for one in posted
    )
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
    content = sage_of(folder).export()

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
    assert (both.report.unchecked, one.report.unchecked) == ((), ())


def test_a_piece_belongs_to_the_rival_that_it_is_most_like() -> None:
    modified = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    digests = {"a" * 32: "701000", "b" * 32: "706000", "c" * 32: "707000"}
    entries = [
        Entry(
            digest=digest,
            content="",
            kind="sales_invoice",
            id=digest[0],
            journal="VTE",
            number="1",
            file="f.txt",
            at=modified,
        )
        for digest in digests
    ]

    def lines(digest: str, account: str, reference: str) -> list[EntryLine]:
        values: dict[str, Any] = {
            "journal": "VTE",
            "date": dt.date(2026, 9, 15),
            "piece": digest[0].upper(),
            "invoice_number": "1",
            "label": "Facture",
            "amount": Decimal(5),
            "reference": reference,
        }
        party = build(
            EntryLine, **values, account="411000", third_party="DUPONT", side=Side.DEBIT
        )
        return [party, build(EntryLine, **values, account=account, side=Side.CREDIT)]

    handed = b"".join(write(one for d, a in digests.items() for one in lines(d, a, d[:17])))
    export = b"".join(write(lines("b" * 32, "706000", "")))
    expected = Expected(entries, [handed])
    survey = Survey(expected)
    scan(export, survey.take, name="e.txt", modified=modified)
    survey.finish()
    gathered = Gathered(expected, survey, {})
    scan(export, gathered.take, name="e.txt", modified=modified)
    confirming = Confirming(expected, {})

    written = lines_of([handed], survey.suspects)
    confirming.conclude(survey, gathered, written, name="e.txt", modified=modified)

    assert [one.piece for one in confirming.result().confirmed] == ["b"]


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
    assert [one.code for one in found.report] == ["SC-S100-CANNOT-TELL"]


def test_a_second_copy_that_lost_its_reference_is_found(
    folder: Path, ledger: Sage100, sage: Sage100Importer
) -> None:
    def again(lines: list[EntryLine]) -> list[EntryLine]:
        return [*lines, *(one.replace(piece="77", reference="") for one in lines)]

    export_into(folder, edited(sage.export(), again))

    assert [one.code for one in ledger.confirm().report] == ["SC-S100-IMPORTED-TWICE"]


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
    # Neither its lines nor its day are known; its number is there.
    assert [one.code for one in other.report] == ["SC-S100-CANNOT-TELL"]


def test_a_registry_of_an_earlier_version_is_not_told_what_is_missing_by_a_part(
    folder: Path, ledger: Sage100, sage: Sage100Importer
) -> None:
    ledger.sales_invoices.post(an_invoice("FA2"))
    forget_contents(folder)
    lettered = edited(sage.export(), changed(lettering="AA"))
    entries = (one for one in read(lettered).records if isinstance(one, EntryLine))
    export_into(folder, b"".join(write(entries)))

    assert ledger.confirm().report.findings == ()


def of_another_amount(lines: list[EntryLine]) -> list[EntryLine]:
    return [line.replace(reference="", amount=Decimal(7)) for line in lines]


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


@pytest.mark.parametrize("name", ["november.txt", "{own}"])
def test_our_own_import_file_is_no_export(folder: Path, ledger: Sage100, name: str) -> None:
    key = ledger.sales_invoices.post(an_invoice()).key
    (own,) = (folder / "imports").iterdir()
    name = name.format(own=own.name)
    export_into(folder, own.read_bytes(), name)

    with Sage100(folder, settings()) as again:
        asked: list[Callable[[], object]] = [
            again.company.load,
            again.confirm,
            ledger.confirm,
            lambda: again.sales_invoices.post(an_invoice("FA2")),
        ]
        for ask in asked:
            with pytest.raises(FileFormatError, match="import file of ours") as refused:
                ask()
            assert refused.value.code == "SC-S100-EXPORT-OURS"
            assert Path(refused.value.file).name == name
            assert "Take it out" in refused.value.fix
        (finding,) = again.company.preflight().of(0).errors
    assert finding.code == "SC-S100-EXPORT-OURS"
    for language in ("en", "fr"):
        assert name in finding.message(language)

    (folder / "exports" / name).unlink()
    with Sage100(folder, settings()) as again:
        receipt = again.documents.reconcile(key)
        assert again.confirm().confirmed == ()
    assert receipt is not None
    assert "state" not in receipt.details


def test_what_our_own_file_seemed_to_prove_once_is_forgotten(
    folder: Path, ledger: Sage100
) -> None:
    key = ledger.sales_invoices.post(an_invoice()).key
    (own,) = (folder / "imports").iterdir()
    shown = {key.digest: own.name}
    (folder / "state" / "confirmed.ndjson").write_bytes(confirmed_bytes(shown))

    receipt = ledger.documents.reconcile(key)

    assert receipt is not None
    assert "state" not in receipt.details
    assert ledger.confirm().confirmed == ()


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

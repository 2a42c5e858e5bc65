"""What must hold however things go wrong: each promise, `TRIALS` times its size in CI."""

import datetime as dt
import errno
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any

import attrs
import pytest

from sage_connect import (
    Document,
    FileFormatError,
    Sage100,
    SalesInvoice,
    State,
    StorageError,
)
from sage_connect.sage100.export import ExportFile, reference_of
from sage_connect.sage100.wire import EntryLine, read
from sage_connect.testing.demo import export_bytes, settings
from sage_connect.testing.filling import filled
from sage_connect.testing.importer import Sage100Importer

from .bookings import ACCRUAL, CREATING, credit, moved, paid, purchase
from .conftest import an_invoice

TRIALS = int(os.environ.get("TRIALS", "1"))
WRITERS, EACH = 16, 4
WHEN = dt.datetime(2026, 9, 30, tzinfo=dt.UTC)
# What makes another key, and so another document.
IDENTITY = {"/source_id", "/number", "/party"}


def content_of(folder: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for place in ("imports", "state")
        for file in sorted((folder / place).glob("*"))
        # The lock names its last owner.
        if file.is_file() and file.name != "lock"
    }


def pieces_of(folder: Path) -> Counter[tuple[str, str]]:
    """Return how often each piece stands in the import files, counted by its first line."""
    found: Counter[tuple[str, str]] = Counter()
    for file in (folder / "imports").glob("*.txt"):
        data = file.read_bytes()
        assert data.endswith(b"#FIN\r\n"), "a file is whole or not there"
        entries = [one for one in read(data).records if isinstance(one, EntryLine)]
        found.update({(one.journal, one.piece) for one in entries})
    return found


def bases() -> list[Document]:
    """Return one document of each kind, `TRIALS` times over with other numbers."""
    return [
        attrs.evolve(one, number=f"{one.number}{at}")
        for at in range(TRIALS)
        for one in (
            *(an_invoice(), purchase(), credit(), ACCRUAL),
            moved(party="", account="627000"),
            paid(allocations=(), on_account=Decimal("120.00")),
        )
    ]


def changed(document: Any) -> Iterator[Any]:
    """Yield the document with one thing after the other said otherwise."""
    for one in filled(document):
        if one.path not in IDENTITY and one.after != document:
            yield one.after


def test_a_changed_document_under_a_key_that_was_posted_is_refused(folder: Path) -> None:
    documents = bases()
    with Sage100(folder, CREATING) as ledger:
        assert {one.state for one in ledger.documents.post_all(documents)} == {
            State.HANDED_OVER
        }
        before = content_of(folder)
        mutants = 0
        # A batch takes each key once: first changes of all, then second ones…
        for batch in zip_longest(*map(changed, documents)):
            given = [one for one in batch if one is not None]
            outcomes = ledger.documents.post_all(given)
            mutants += len(given)
            assert {one.state for one in outcomes} == {State.REFUSED}
            codes = [{found.code for found in one.report.errors} for one in outcomes]
            assert all("SC-KEY-CONFLICT" in one for one in codes)

    assert mutants >= 170 * TRIALS
    assert content_of(folder) == before


@pytest.mark.parametrize("name", ["open", "write", "fsync", "replace", "rename", "close"])
def test_every_single_operation_of_a_posting_may_fail_once(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = getattr(os, name)
    invoices = [an_invoice(f"FA{at}") for at in range(3)]
    for nth in range(1, 80):
        folder = tmp_path / str(nth)
        (folder / "exports").mkdir(parents=True)
        (folder / "exports" / "company.txt").write_bytes(export_bytes())
        calls = 0

        def failing(*arguments: object, nth: int = nth, **keywords: object) -> object:
            nonlocal calls
            calls += 1
            if calls == nth:
                raise OSError(errno.EIO, "Input/output error")
            return real(*arguments, **keywords)

        told = ""
        with Sage100(folder, settings()) as ledger:
            ledger.company.load()
            monkeypatch.setattr(os, name, failing)
            first: Sequence[Any] = ()
            try:
                first = ledger.documents.post_all(invoices)
            except StorageError as error:
                told = error.message
            finally:
                monkeypatch.undo()
        # A fault is told; or it came when all was done, and took nothing back.
        assert bool(told) is not bool(first)
        assert all(one.posted for one in first)
        with Sage100(folder, settings()) as ledger:
            again = ledger.documents.post_all(invoices)
        assert all(one.posted for one in again)
        assert pieces_of(folder) == Counter({("VTE", f"FA{at}"): 1 for at in range(3)})
        if calls < nth:
            return
    pytest.fail("the fault never ceased to fire")


WRITER = """
import datetime as dt, json, sys
from decimal import Decimal
import attrs
from sage_connect import Line, Sage100, SalesInvoice, Tax
from sage_connect.testing.demo import settings

folder, writer, each = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
line = Line(unit_price=Decimal(10), account="706000", taxes=(Tax("C20", Decimal(20)),))
found = []
with Sage100(folder, attrs.evolve(settings(), wait=120.0)) as ledger:
    for at in range(each):
        invoice = SalesInvoice(
            # Too long for a piece: the registry numbers it.
            number=f"FACT-{writer:03}-{at:05}", date=dt.date(2026, 9, 15), party="DUPONT",
            currency="EUR", lines=(line,),
        )
        (outcome,) = ledger.documents.post_all([invoice])
        found.append([outcome.state, outcome.unwrap().id])
print(json.dumps(found))
"""


def test_many_writers_give_whole_pieces_and_numbers_without_a_gap(folder: Path) -> None:
    each = EACH * TRIALS
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(folder), str(at), str(each)],
            stdout=subprocess.PIPE,
            env={k: v for k, v in os.environ.items() if not k.startswith("COV")},
        )
        for at in range(WRITERS)
    ]
    told = [json.loads(one.communicate(timeout=600)[0]) for one in writers]

    numbers = sorted(number for one in told for _, number in one)
    assert {state for one in told for state, _ in one} == {"HANDED_OVER"}
    assert numbers == [f"SC{at:07}" for at in range(1, WRITERS * each + 1)]
    assert pieces_of(folder) == Counter({("VTE", one): 1 for one in numbers})
    sage = Sage100Importer(export_bytes())
    for file in sorted((folder / "imports").glob("*.txt")):
        assert sage.import_file(file.read_bytes()).messages == ()


def test_a_reader_never_meets_a_part_of_an_import_file(folder: Path) -> None:
    seen = folder / "seen.json"
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(folder / "imports"), str(seen)]
    )
    posted = 60 * TRIALS
    try:
        with Sage100(folder, settings()) as ledger:
            for invoice in islice(_invoices(), posted):
                assert ledger.sales_invoices.post(invoice).id
    finally:
        (folder / "stop").touch()
        reader.wait(timeout=60)

    found = json.loads(seen.read_text())
    assert found["partial"] == []
    assert found["looks"] > posted
    assert len(found["files"]) == posted


READER = """
import json, pathlib, sys
folder, seen = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
partial, files, looks = [], set(), 0
last = False
while not last:
    last = (folder.parent / "stop").exists()
    for file in folder.glob("*.txt") if folder.is_dir() else ():
        data = file.read_bytes()
        files.add(file.name)
        looks += 1
        if not (data.startswith(b"#FLG 000") and data.endswith(b"#FIN" + bytes([13, 10]))):
            partial.append(file.name)
seen.write_text(json.dumps({"partial": partial, "files": sorted(files), "looks": looks}))
"""


def _invoices() -> Iterator[SalesInvoice]:
    at = 0
    while True:
        yield an_invoice(f"FR{at}")
        at += 1


def _small_exports() -> Iterator[bytes]:
    """Yield exports of one record each, of every kind that the company's export has."""
    whole = read(export_bytes())
    header = whole.header.raw.encode("cp850")
    first = {record.flag: bytes(record) for record in reversed(whole.records)}
    for record in first.values():
        yield header + record + b"#FIN\r\n"


def test_no_export_that_is_cut_at_any_byte_is_taken() -> None:
    taken: list[tuple[int, int]] = []
    cuts = 0
    for number, whole in enumerate(islice(_small_exports(), 3 * TRIALS)):
        # Without its last line end the export still has its end.
        for size in range(len(whole) - len(b"\r\n")):
            cuts += 1
            try:
                reference_of([ExportFile(name="cut", content=whole[:size], modified=WHEN)])
            except FileFormatError:
                continue
            taken.append((number, size))

    assert cuts > 500
    assert taken == []

"""Frames of what a ledger holds: exact amounts, steady columns, in three libraries."""

import datetime as dt
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest

import sage_connect
from sage_connect import (
    ConfigurationError,
    Customer,
    FileFormatError,
    Line,
    OpenDocument,
    SalesInvoice,
    Supplier,
    Tax,
    UnsupportedError,
    totals,
)
from sage_connect.frames import Library, frame_of, to_frame
from sage_connect.ledger import Outcome
from sage_connect.sage100.wire import (
    EntryLine,
    Target,
    convert,
    fec,
    inspect,
    read,
)
from sage_connect.testing import MemoryLedger, demo
from sage_connect.testing.accounting import AccountingSimulator
from sage_connect.testing.demo import export_bytes
from sage_connect.testing.simulated import SimulatedAccounting

LIBRARIES: tuple[Library, ...] = ("pandas", "polars", "arrow")
DAY = dt.date(2026, 9, 15)
# As binary numbers, they would not add up.
PRICES = [Decimal(text) for text in ("0.10", "0.20", "1234567890.07", "2.675")]


@pytest.fixture(params=LIBRARIES)
def library(request: pytest.FixtureRequest) -> Library:
    module = {"arrow": "pyarrow"}.get(request.param, request.param)
    pytest.importorskip(module)
    library: Library = request.param
    return library


@pytest.fixture
def ledger() -> Iterator[SimulatedAccounting]:
    with SimulatedAccounting(AccountingSimulator(seed="empty")) as ledger:
        ledger.customers.upsert([Customer(code="ABLE", name="Able")])
        outcomes = ledger.documents.post_all(invoices())
        assert [one.state.value for one in outcomes] == ["CREATED"] * len(PRICES)
        yield ledger


def invoices() -> list[SalesInvoice]:
    return [
        SalesInvoice(
            number=f"F{at}",
            date=DAY,
            due=DAY,
            party="ABLE",
            currency="GBP",
            lines=[
                Line(
                    description="Work",
                    unit_price=price.quantize(Decimal("0.01")),
                    account="4000",
                    taxes=[Tax("GB_STANDARD", Decimal(20))],
                )
            ],
        )
        for at, price in enumerate(PRICES)
    ]


def column(frame: Any, name: str) -> list[Any]:
    """Return the values of a column, in whichever library."""
    found = frame[name]
    values: list[Any] = found.to_pylist() if hasattr(found, "to_pylist") else list(found)
    return values


def names(frame: Any) -> list[str]:
    return list(getattr(frame, "column_names", None) or frame.columns)


@pytest.mark.requirement("S48", "S49")
def test_open_invoices_add_up_to_what_the_service_says(
    ledger: SimulatedAccounting, library: Library
) -> None:
    frame = to_frame(ledger, "open_documents", library=library, kind="sales_invoice")

    shown = list(ledger.api.sales_invoices.list(attributes="all"))
    expected = sum((one.outstanding_amount or Decimal() for one in shown), Decimal())
    values = column(frame, "outstanding")
    assert {type(one) for one in values} == {Decimal}
    assert sum(values, Decimal()) == expected > Decimal(1234567890)
    assert column(frame, "number") == ["F0", "F1", "F2", "F3"]
    assert column(frame, "date") == [DAY] * 4


@pytest.mark.requirement("S48")
def test_three_lines_of_a_notebook_show_open_invoices(
    ledger: SimulatedAccounting, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pandas")
    monkeypatch.setattr(sage_connect, "connect", lambda _: ledger)
    cell = """\
import sage_connect
from sage_connect.frames import to_frame
shown = to_frame(sage_connect.connect("accounting:main"), "open_documents")
"""
    namespace: dict[str, Any] = {}
    exec(cell, namespace)  # noqa: S102 - just what a notebook does

    assert cell.count("\n") == 3
    assert len(namespace["shown"]) == len(PRICES)


@pytest.mark.requirement("S49")
def test_a_column_adds_up_in_the_library_itself() -> None:
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    rows = [
        OpenDocument(number=str(at), kind="sales_invoice", total=one, outstanding=one)
        for at, one in enumerate(PRICES)
    ]

    sums = [
        frame_of(rows, library="pandas")["total"].sum(),
        frame_of(rows, library="polars")["total"].sum(),
    ]

    assert sums == [sum(PRICES, Decimal())] * 2
    assert (
        frame_of(rows, library="pandas")["total"].dtype == pandas.Series(dtype=object).dtype
    )
    assert frame_of(rows, library="polars").schema["total"] == polars.Decimal(38, 3)


@pytest.mark.requirement("S49")
def test_columns_do_not_depend_on_the_rows(library: Library) -> None:
    bare = Customer(code="A", name="Able")
    full = Customer(
        code="B",
        name="Baker",
        address=sage_connect.Address(lines=["1 Way"], city="Newtown", country="GB"),
    )
    columns = {
        tuple(names(frame_of(rows, of=Customer, library=library)))
        for rows in ([], [bare], [full], [bare, full])
    }

    (only,) = columns
    assert only[:2] == ("code", "name")
    assert "address.city" in only
    cities = column(frame_of([bare, full], library=library), "address.city")
    assert cities == [None, "Newtown"]


@pytest.mark.requirement("S48")
def test_every_seat_has_a_frame(ledger: SimulatedAccounting, library: Library) -> None:
    found = {
        kind: to_frame(ledger, kind, library=library)
        for kind in ("accounts", "tax_codes", "customers", "bank_accounts", "payments")
    }

    assert "4000" in column(found["accounts"], "code")
    assert "GB_STANDARD" in column(found["tax_codes"], "code")
    assert column(found["customers"], "name").count("Able") == 1
    assert len(column(found["payments"], "amount")) == 0


@pytest.mark.requirement("S48")
def test_documents_come_with_their_totals(
    ledger: SimulatedAccounting, library: Library
) -> None:
    frame = to_frame(ledger, "sales_invoices", library=library, open=True, party="ABLE")

    gross = dict(zip(column(frame, "number"), column(frame, "gross"), strict=True))
    assert gross["F2"] == Decimal("1481481468.08")
    assert (
        column(to_frame(ledger, "sales_invoices", library=library, open=False), "net") == []
    )


@pytest.mark.requirement("S48")
def test_native_records_have_frames_too(
    ledger: SimulatedAccounting, library: Library
) -> None:
    banks = list(ledger.api.bank_accounts.list(attributes="all"))
    frame = frame_of(banks, library=library)

    assert column(frame, "currency.id") == ["GBP", "GBP"]
    assert sum(column(frame, "balance"), Decimal()) == sum(
        (one.balance or Decimal() for one in banks), Decimal()
    )


def test_a_frame_of_nothing_known_is_empty(library: Library) -> None:
    assert names(frame_of([], library=library)) == []


def test_rows_of_several_kinds_are_refused(library: Library) -> None:
    with pytest.raises(TypeError, match="found Supplier"):
        frame_of(
            [Customer(code="A", name="A"), Supplier(code="B", name="B")], library=library
        )


def test_what_has_no_frame_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = MemoryLedger()
    with pytest.raises(ConfigurationError, match="open_documents, accounts"):
        to_frame(ledger, "invoices")
    with pytest.raises(ConfigurationError, match="pandas, polars, arrow"):
        frame_of([], library="numpy")  # type: ignore[arg-type] # callers without a checker

    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(ConfigurationError, match="polars") as told:
        to_frame(ledger, "customers", library="polars")
    assert "sage-connect[frames]" in told.value.fix


def test_a_ledger_that_does_not_tell_what_is_open_says_so(tmp_path: Path) -> None:
    pytest.importorskip("pandas")
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "company.txt").write_bytes(export_bytes())

    with (
        sage_connect.connect(f"sage100:{tmp_path}") as ledger,
        pytest.raises(UnsupportedError, match="does not tell"),
    ):
        to_frame(ledger, "open_documents")


@pytest.fixture(scope="module")
def export() -> bytes:
    with demo.opened_sage100()[0] as ledger:
        ledger.documents.post_all(demo.month())
        return ledger.imported()


@pytest.mark.requirement("S49")
def test_outcomes_add_up_to_what_was_posted(
    ledger: SimulatedAccounting, library: Library
) -> None:
    outcomes = ledger.documents.post_all([*invoices(), Customer(code="B", name="Baker")])

    frame = frame_of(outcomes, library=library)

    amounts = [one for one in column(frame, "amount") if one is not None]
    assert {type(one) for one in amounts} == {Decimal}
    assert sum(amounts, Decimal()) == sum(
        (totals(one).gross for one in invoices()), Decimal()
    )
    assert column(frame, "state") == [*["UNCHANGED"] * 4, "CREATED"]
    assert column(frame, "number") == ["F0", "F1", "F2", "F3", "B"]
    assert column(frame, "id") == [one.unwrap().id for one in outcomes]
    assert names(frame_of(outcomes[:0], of=Outcome, library=library)) == names(frame)


def test_what_failed_says_why_in_its_frame(library: Library) -> None:
    ledger = MemoryLedger()
    (outcome,) = ledger.documents.post_all([attrs.evolve(invoices()[0], date=None)])

    frame = frame_of([outcome], library=library)

    assert column(frame, "state") == ["REFUSED"]
    assert column(frame, "date") == [None]
    assert "SC-INV-DATE-REQUIRED" in column(frame, "codes")[0].split()


def test_a_report_has_the_columns_of_its_csv_in_each_library(library: Library) -> None:
    report = sage_connect.check([attrs.evolve(one, date=None) for one in invoices()])

    frame = frame_of(report, library=library)
    clean = frame_of(sage_connect.check([]), library=library)

    head, *_ = report.to_csv().splitlines()
    assert names(frame) == names(clean) == head.split(",")
    assert column(frame, "code") == [one.code for one in report]
    assert column(frame, "message") == [one.message() for one in report]
    assert column(clean, "code") == []


@pytest.mark.requirement("S49")
def test_records_of_a_file_add_up_to_its_inspection(
    export: bytes, library: Library
) -> None:
    frame = frame_of(read(export).of(EntryLine), library=library)

    amounts = list(zip(column(frame, "side"), column(frame, "amount"), strict=True))
    found = inspect(export)
    debit = sum((amount for side, amount in amounts if side == "DEBIT"), Decimal())
    assert debit == found.totals.debit > 0
    assert len(amounts) == found.records_by_flag["#MECG"]
    assert {type(amount) for _, amount in amounts} == {Decimal}
    assert set(column(frame, "revised")) == {False}
    assert column(frame, "due_date")[0] == dt.date(2026, 10, 1)
    assert names(frame_of([], of=EntryLine, library=library)) == names(frame)


def test_a_record_that_cannot_be_read_has_no_frame(export: bytes) -> None:
    pytest.importorskip("pandas")
    line = next(read(export).of(EntryLine))
    point = export.replace(b"\r\n1608,75\r\n", b"\r\n1608.75\r\n", 1)
    cells = line.raw.split("\r\n")
    cells[24] = "2"
    neither = export.replace(line.raw.encode("cp850"), "\r\n".join(cells).encode("cp850"))

    for damaged, at, said in ((point, 18, "1608.75"), (neither, 24, "2")):
        with pytest.raises(FileFormatError, match=said) as told:
            frame_of(read(damaged).of(EntryLine))
        assert told.value.line == line.line + at


def test_rows_of_a_fec_add_up(export: bytes, library: Library) -> None:
    content = b"".join(convert(export, Target(kind="fec")))

    frame = frame_of(fec.rows(content), library=library)

    sums = {True: Decimal(), False: Decimal()}
    for debit, amount in zip(column(frame, "debit"), column(frame, "amount"), strict=True):
        sums[debit] += amount
    assert sums[True] == sums[False] == inspect(export).totals.debit

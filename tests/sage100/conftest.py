"""A workspace of the demo company, and what the independent importer makes of it."""

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sage_connect import Line, Outcome, Reference, Sage100, SalesInvoice, Tax
from sage_connect.sage100 import Sage100Settings
from sage_connect.sage100.export import ExportFile, reference_of
from sage_connect.testing.demo import export_bytes, settings
from sage_connect.testing.importer import Sage100Importer

from .bookings import CREATING, Post


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace folder with the company's export."""
    place = tmp_path / "company"
    (place / "exports").mkdir(parents=True)
    (place / "exports" / "company.txt").write_bytes(export_bytes())
    return place


@pytest.fixture
def ledger(folder: Path) -> Iterator[Sage100]:
    """The company, open and loaded."""
    with Sage100(folder, settings()) as opened:
        opened.company.load()
        yield opened


@pytest.fixture
def imported(folder: Path) -> Callable[[], Sage100Importer]:
    """Let the simulated Sage import everything that was handed over, without a message."""

    def run() -> Sage100Importer:
        sage = Sage100Importer(export_bytes())
        for file in sorted((folder / "imports").glob("*.txt")):
            result = sage.import_file(file.read_bytes())
            assert (result.accepted, result.messages) == (True, ())
        return sage

    return run


@pytest.fixture
def post(folder: Path) -> Post:
    """Post documents to the company, with settings that create what is new."""

    def posted(*documents: Any, by: Sage100Settings = CREATING) -> tuple[Outcome[Any], ...]:
        with Sage100(folder, by) as ledger:
            return tuple(ledger.documents.post_all(documents))

    return posted


@pytest.fixture
def sage(ledger: Sage100, imported: Callable[[], Sage100Importer]) -> Sage100Importer:
    """A Sage that imported one invoice, FA1, of one line of 100.00 and 20 %."""
    ledger.sales_invoices.post(an_invoice())
    return imported()


def an_invoice(number: str = "FA1", /, **changes: Any) -> SalesInvoice:
    """Return an invoice that the demo company accepts."""
    values: dict[str, Any] = {
        "number": number,
        "date": dt.date(2026, 9, 15),
        "party": "DUPONT",
        "currency": "EUR",
        "lines": (a_line("100.00"),),
    }
    return SalesInvoice(**{**values, **changes})


def a_line(price: str, rate: str = "20", code: str = "C20", **changes: Any) -> Line:
    """Return a line of work, taxed once."""
    values: dict[str, Any] = {
        "description": "Étude",
        "unit_price": Decimal(price),
        "account": "706000",
        "taxes": (Tax(code, Decimal(rate)),),
    }
    return Line(**{**values, **changes})


def reference_of_demo() -> Reference:
    """Return what the demo company's export says, its year the tests' own."""
    written = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    return reference_of(
        [ExportFile(name="company.txt", content=export_bytes(), modified=written)]
    )

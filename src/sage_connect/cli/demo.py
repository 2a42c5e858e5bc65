"""`demo`: a month of sales of an invented company, checked, posted, imported, explained."""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs

from ..drive.files import find_file, list_folder, read_file, write_file
from ..ledger import Outcome, PreviewEntry
from ..model import Document, TradeDocument, totals
from ..model.convert import to_json
from ..targets import connect
from ..testing.demo import cases, export_bytes, faulty, month, settings_toml
from ..testing.importer import ImportResult, Sage100Importer
from ..validation import Report
from .page import page


@attrs.frozen(kw_only=True)
class Case:
    """What one business case of the month comes to.

    Attributes:
        name: As the demo company's month calls it.
        documents: How many there are.
        gross: Their total with tax, in euros where they are in euros.
        number: Number of one of them.
        entries: What that one writes.
    """

    name: str
    documents: int
    gross: Decimal
    number: str
    entries: tuple[PreviewEntry, ...]


@attrs.frozen(kw_only=True)
class Demo:
    """What a run of the demo did.

    Attributes:
        folder: The demo's folder: company, documents, report.
        page: The report for people.
        states: How many documents came to each state.
        cases: The business cases of the month.
        imported: What the simulated Sage made of each import file.
        pieces: Pieces in the simulated Sage's books.
        report: Everything the rules found.
        missed: Codes of planted faults that no finding named; none, or the library failed.
        language: Of the sentences.
    """

    folder: Path
    page: Path
    states: Mapping[str, int]
    cases: Sequence[Case]
    imported: Sequence[ImportResult]
    pieces: int
    report: Report
    missed: Sequence[str]
    language: str

    @property
    def duplicates(self) -> int:
        """Lines that the simulated Sage's books have twice; 0, or the library failed."""
        return sum(one.duplicated for one in self.imported)

    @property
    def good(self) -> bool:
        """True when every sound document is posted once and every fault was found."""
        accepted = all(one.accepted for one in self.imported)
        return accepted and not self.duplicates and not self.missed

    @property
    def lines(self) -> Sequence[str]:
        """What happened, a sentence each."""
        total = sum(self.states.values())
        by_state = ", ".join(f"{count} {state}" for state, count in self.states.items())
        files = "1 file" if len(self.imported) == 1 else f"{len(self.imported)} files"
        books = f"{self.pieces} pieces, {self.duplicates} lines twice"
        return (
            f"Workspace of the company: {self.folder / 'company'}",
            f"{total} documents, {len(self.cases)} business cases: {by_state}.",
            f"A simulation of Sage 100 imported {files}: {books}.",
        )


def run_demo(folder: Path, *, language: str) -> Demo:
    """Run the demo in `folder`, made if need be; a second run posts nothing twice.

    Raises:
        StorageError: The folder cannot be written.
    """
    company = folder / "company"
    _set_up(company)
    documents = [*month(), *(one.document for one in faulty())]
    write_file(str(folder / "documents.json"), to_json(documents))
    with connect(f"sage100:{company}") as ledger:
        ledger.company.load()
        outcomes: Sequence[Outcome[Any]] = ledger.documents.post_all(documents)
        found_cases = [
            _case(name, own, ledger.documents.preview(own[:1]).entries)
            for name, own in cases().items()
        ]
    importer, imported = _import(company)
    report = Report(
        findings=tuple(
            attrs.evolve(one, index=at)
            for at, outcome in enumerate(outcomes)
            for one in outcome.report
        ),
        documents=len(outcomes),
    )
    planted = faulty()
    missed = [
        one.code
        for one, outcome in zip(planted, outcomes[-len(planted) :], strict=True)
        # What was refused as a twin in its batch meets the posted twin when it comes again.
        if not {one.code, "SC-KEY-CONFLICT"} & {found.code for found in outcome.report}
    ]
    demo = Demo(
        folder=folder,
        page=folder / "report.html",
        states=dict(Counter(outcome.state.value for outcome in outcomes).most_common()),
        cases=found_cases,
        imported=imported,
        pieces=len(importer.pieces()),
        report=report,
        missed=missed,
        language=language,
    )
    write_file(str(demo.page), page(demo).encode("utf-8"))
    return demo


def _set_up(company: Path) -> None:
    """Write what the accountant would: the export from Sage, and the settings."""
    for path, content in (
        (company / "exports" / "company.txt", export_bytes()),
        (company / "sage_connect.toml", settings_toml().encode("utf-8")),
    ):
        if find_file(str(path)) is None:
            write_file(str(path), content)


def _import(company: Path) -> tuple[Sage100Importer, Sequence[ImportResult]]:
    """Let the simulated Sage import every file, oldest first, into the exported company."""
    importer = Sage100Importer(export_bytes())
    files = sorted(list_folder(str(company / "imports")), key=lambda file: file.modified)
    return importer, [importer.import_file(read_file(file.path)) for file in files]


def _case(
    name: str, documents: Sequence[Document], entries: tuple[PreviewEntry, ...]
) -> Case:
    sales = [one for one in documents if isinstance(one, TradeDocument)]
    gross = sum((totals(one).gross for one in sales if one.currency == "EUR"), Decimal())
    return Case(
        name=name,
        documents=len(sales),
        gross=gross,
        number=sales[0].number,
        entries=entries,
    )

"""`demo`: a month of an invented company's books, checked, posted, imported, explained."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import attrs

from ..drive.files import find_file, list_folder, read_file, write_file
from ..ledger import Outcome, PreviewEntry
from ..model import (
    Document,
    JournalEntry,
    MasterData,
    Payment,
    PurchaseCreditNote,
    PurchaseInvoice,
    PurchaseKind,
    SalesCreditNote,
    SalesInvoice,
    TradeDocument,
    totals,
)
from ..model.convert import to_json
from ..model.money import round_half_up
from ..targets import connect
from ..testing.demo import cases, chart, export_bytes, faulty, month, settings_toml
from ..testing.importer import ImportResult, Piece, Sage100Importer
from ..validation import Report
from .page import page

_CENT: Final = Decimal("0.01")


@attrs.frozen(kw_only=True)
class Case:
    """What one business case of the month comes to.

    Attributes:
        name: As the demo company's month calls it.
        part: "sales", "purchases", "money" or "entries".
        documents: How many there are.
        gross: Their total with tax, in euros.
        number: Number of one of them.
        entries: What that one writes.
    """

    name: str
    part: str
    documents: int
    gross: Decimal
    number: str
    entries: tuple[PreviewEntry, ...]


@attrs.frozen(kw_only=True)
class Kind:
    """What was posted of one kind, in one journal.

    Attributes:
        name: Type of the documents, or the kind of purchase or payment.
        journal: Its code; "" for master data.
        documents: How many there are.
        gross: Their total with tax, in euros; of an entry, its debits.
    """

    name: str
    journal: str
    documents: int
    gross: Decimal


@attrs.frozen(kw_only=True)
class Bank:
    """What the simulated Sage's books say of a bank account or cash box.

    Attributes:
        account: General account and its name.
        received: Its debits, in euros.
        paid: Its credits, in euros.
    """

    account: str
    received: Decimal
    paid: Decimal


@attrs.frozen(kw_only=True)
class Demo:
    """What a run of the demo did.

    Attributes:
        folder: The demo's folder: company, documents, report.
        page: The report for people.
        states: How many documents came to each state.
        kinds: What was posted, by kind and journal.
        banks: Money in and out.
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
    kinds: Sequence[Kind]
    banks: Sequence[Bank]
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
        posted = len({one.name for one in self.kinds})
        by_state = ", ".join(f"{count} {state}" for state, count in self.states.items())
        files = "1 file" if len(self.imported) == 1 else f"{len(self.imported)} files"
        books = f"{self.pieces} pieces, {self.duplicates} lines twice"
        what = f"{total} documents of {posted} kinds, {len(self.cases)} business cases"
        return (
            f"Workspace of the company: {self.folder / 'company'}",
            f"{what}: {by_state}.",
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
        by_case = cases()
        # What is new goes with them, for the documents that name it.
        new = [one for one in documents if isinstance(one, MasterData)]
        firsts = [own[0] for own in by_case.values()]
        entries = ledger.documents.preview([*new, *firsts]).entries
    importer, imported = _import(company)
    pieces = importer.pieces()
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
        kinds=_kinds(outcomes),
        banks=_banks(pieces),
        cases=[_case(name, own, entries) for name, own in by_case.items()],
        imported=imported,
        pieces=len(pieces),
        report=report,
        missed=missed,
        language=language,
    )
    write_file(str(demo.page), page(demo).encode("utf-8"))
    return demo


def _set_up(company: Path) -> None:
    """Write what the accountant would: the export from Sage, and the settings.

    A folder of another version's demo is given this one's, which knows its documents.
    """
    for path, content in (
        (company / "exports" / "company.txt", export_bytes()),
        (company / "sage_connect.toml", settings_toml().encode("utf-8")),
    ):
        if find_file(str(path)) is None or read_file(str(path)) != content:
            write_file(str(path), content)


def _import(company: Path) -> tuple[Sage100Importer, Sequence[ImportResult]]:
    """Let the simulated Sage import every file, oldest first, into the exported company."""
    importer = Sage100Importer(export_bytes())
    files = sorted(list_folder(str(company / "imports")), key=lambda file: file.modified)
    return importer, [importer.import_file(read_file(file.path)) for file in files]


def _case(
    name: str, documents: Sequence[Document], entries: Iterable[PreviewEntry]
) -> Case:
    first = documents[0]
    # Entries of a purchase bear the number that its supplier gave.
    number = getattr(first, "party_number", "") or first.number
    return Case(
        name=name,
        part=_part(first),
        documents=len(documents),
        gross=sum(map(_euros, documents), Decimal()),
        number=first.number,
        entries=tuple(one for one in entries if one.document == number),
    )


def _part(document: Document) -> str:
    match document:
        case SalesInvoice() | SalesCreditNote():
            return "sales"
        case PurchaseInvoice() | PurchaseCreditNote():
            return "purchases"
        case JournalEntry():
            return "entries"
        case _:
            return "money"


def _kinds(outcomes: Iterable[Outcome[Any]]) -> Sequence[Kind]:
    """Add up what was posted, now or before, in the order of the documents."""
    found: defaultdict[tuple[str, str], list[Decimal]] = defaultdict(list)
    for one in outcomes:
        if one.receipt is not None:
            place = _kind(one.document), one.receipt.details.get("journal", "")
            found[place].append(_euros(one.document))
    return [
        Kind(name=name, journal=journal, documents=len(own), gross=sum(own, Decimal()))
        for (name, journal), own in found.items()
    ]


def _kind(document: Document | MasterData) -> str:
    match document:
        case PurchaseCreditNote(kind=PurchaseKind.SUPPLIER_INVOICE):
            return "supplier_credit_note"
        case PurchaseInvoice() | PurchaseCreditNote() | Payment():
            return document.kind.value
        case _:
            return document.type


def _euros(document: Document | MasterData) -> Decimal:
    """Return what a document comes to, in euros; 0 for master data."""
    match document:
        case JournalEntry():
            return sum((one.debit or Decimal() for one in document.movements), Decimal())
        case TradeDocument():
            amount = totals(document).gross
        case _:
            amount = getattr(document, "amount", Decimal())
    rate = getattr(document, "exchange_rate", None)
    return amount if rate is None else round_half_up(amount * rate, _CENT)


def _banks(pieces: Iterable[Piece]) -> Sequence[Bank]:
    names = dict(chart.ACCOUNTS)
    codes = [row.account for row in chart.JOURNALS if row.account]
    sums: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for piece in pieces:
        for line in piece.lines:
            sums[line.account, line.side] += line.amount
    return [
        Bank(
            account=f"{code} {names[code]}", received=sums[code, "D"], paid=sums[code, "C"]
        )
        for code in codes
    ]

"""The month in Sage 100: handed over in files, imported by a simulated Sage."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from ...drive.files import find_file, list_folder, read_file, write_file
from ...ledger import Outcome
from ...model import MasterData
from ...targets import connect
from ...testing.demo import cases, chart, export_bytes, faulty, month, settings_toml
from ...testing.importer import ImportResult, Piece, Sage100Importer
from . import Bank, Count, Ran, examples

CURRENCY: Final = "EUR"


def run(folder: Path) -> Ran:
    """Hand the month over in the workspace `folder/company`, and import what stands there.

    Raises:
        StorageError: The folder cannot be written.
    """
    company = folder / "company"
    _set_up(company)
    planted = faulty()
    documents = [*month(), *(one.document for one in planted)]
    with connect(f"sage100:{company}") as ledger:
        ledger.company.load()
        outcomes: Sequence[Outcome[Any]] = ledger.documents.post_all(documents)
        by_case = cases()
        # What is new goes with them, for the documents that name it.
        new = [one for one in documents if isinstance(one, MasterData)]
        shown = examples(by_case, outcomes).values()
        entries = ledger.documents.preview([*new, *shown]).entries
    importer, imported = _import(company)
    pieces = importer.pieces()
    files = "1 file" if len(imported) == 1 else f"{len(imported)} files"
    count = _count(outcomes, pieces, imported)
    return Ran(
        currency=CURRENCY,
        outcomes=outcomes,
        planted=planted,
        cases=by_case,
        entries=entries,
        banks=_banks(pieces),
        count=count,
        told=(
            f"Workspace of the company: {company}",
            (
                f"A simulation of Sage 100 imported {files}: {count.standing} pieces, "
                f"{count.twice} lines twice."
            ),
        ),
    )


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


def _count(
    outcomes: Iterable[Outcome[Any]],
    pieces: Sequence[Piece],
    imported: Iterable[ImportResult],
) -> Count:
    posted = sum(
        one.posted and not isinstance(one.document, MasterData) for one in outcomes
    )
    return Count(
        standing=len(pieces),
        lost=max(posted - len(pieces), 0),
        twice=sum(one.duplicated for one in imported),
        wrong=[
            "The simulated Sage refused a file." for one in imported if not one.accepted
        ],
    )


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

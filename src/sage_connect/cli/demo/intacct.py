"""The month in Sage Intacct: sent to a simulated company, whose books are counted."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from ...drive.causes import told
from ...drive.folders import make_folder
from ...intacct.fitting import own_of
from ...intacct.resolve import charge_giver, line_giver
from ...ledger import Outcome, PreviewEntry
from ...ledger.showing import preview_entries
from ...model import Document, MasterData, Payment, Reference, TradeDocument, totals
from ...targets import start_intacct_simulator
from ...testing.demo import british, british_intacct
from ...testing.intacct import Books, IntacctSimulator
from ...testing.simulated import SimulatedIntacct
from . import Bank, Count, Ran, examples

_CANNOT: Final = frozenset(
    {
        # Instalments; deferrals; splits over two dimensions; refunds, and money paid
        # out beforehand, that name no document; and what settles such.
        "SC-IN-INSTALMENTS",
        "SC-IN-NOT-CARRIED",
        "SC-IN-REFUND",
        "SC-IN-ADVANCE-PAID",
        "SC-IN-BANK-ACCOUNT",
        "SC-IN-SHARES",
        "SC-DEPENDENCY",
    }
)
_OBJECTS: Final = (
    "ARINVOICE",
    "ARADJUSTMENT",
    "APBILL",
    "APADJUSTMENT",
    "ARPYMT",
    "ARADVANCE",
    "APPYMT",
    "GLBATCH",
)
_MADE_BY_HAND: Final = "GLBATCH"


def run(folder: Path) -> Ran:
    """Post the month to a company whose state is `folder/company.db`; count its books.

    Raises:
        StorageError: The folder cannot be made.
        ConfigurationError: The state cannot be used.
    """
    with told("make", str(folder)):
        make_folder(str(folder))
    state = folder / "company.db"
    planted = british_intacct.faulty()
    documents = [*british_intacct.month(), *(one.document for one in planted)]
    simulator = start_intacct_simulator(seed="empty", state=str(state))
    settings = british_intacct.settings()
    with SimulatedIntacct(simulator, settings) as ledger:
        ledger.company.load()
        for one in ledger.documents.post_all(british.records()):
            one.unwrap()
        outcomes: Sequence[Outcome[Any]] = ledger.documents.post_all(documents)
        books = simulator.books()
        count = _count(outcomes, books, simulator)
        banks = _banks(books)
        known = ledger.reference or Reference()
    by_case = british_intacct.cases()
    shown = examples(by_case, outcomes).values()
    return Ran(
        currency=british.CURRENCY,
        outcomes=outcomes,
        planted=planted,
        cases=by_case,
        entries=[entry for one in shown for entry in _entries(one, known)],
        banks=banks,
        count=count,
        told=(
            f"State of the simulated company: {state}",
            f"Its books: {count.standing} records, {count.lost} lost, {count.twice} twice.",
        ),
        cannot=_CANNOT,
    )


def _entries(document: Document, known: Reference) -> Iterator[PreviewEntry]:
    settings = british_intacct.settings()
    return preview_entries(
        own_of(document, settings, known),
        lambda line, of: line_giver(line, of, settings, known).code,
        lambda charge: charge_giver(charge, settings).code,
    )


def _count(
    outcomes: Iterable[Outcome[Any]], books: Books, simulator: IntacctSimulator
) -> Count:
    """Compare what stands in the books with what was posted, by identity and amount."""
    standing = {
        (name, record["RECORDNO"]): record
        for name in _OBJECTS
        for record in books.all(name)
        # Intacct makes entries of its own of everything else.
        if name != _MADE_BY_HAND or record.get("REFERENCENO")
    }
    posted = {
        (one.receipt.details["object"], one.receipt.id): one.document
        for one in outcomes
        if one.receipt is not None and not isinstance(one.document, MasterData)
    }
    return Count(
        standing=len(standing),
        lost=len(posted.keys() - standing.keys()),
        twice=len(standing.keys() - posted.keys()),
        wrong=[
            *_unequal(posted, standing),
            *(() if books.is_balanced() else ("The books do not balance.",)),
            *(f"A fault of the simulator: {one}" for one in simulator.crashes),
        ],
    )


def _unequal(
    posted: Mapping[tuple[str, str], Document],
    standing: Mapping[tuple[str, str], Mapping[str, str]],
) -> Iterator[str]:
    for id in posted.keys() & standing.keys():
        document: Document = posted[id]
        match document:
            case TradeDocument():
                amount = totals(document).gross
            case Payment():
                amount = document.amount
            case _:
                continue
        stands = abs(Decimal(standing[id]["TRX_TOTALENTERED"]))
        if stands != amount:
            yield f"{document.number} stands at {stands}, not at {amount}."


def _banks(books: Books) -> Sequence[Bank]:
    sums: defaultdict[tuple[str, bool], Decimal] = defaultdict(Decimal)
    for name, received in (("ARPYMT", True), ("ARADVANCE", True), ("APPYMT", False)):
        for one in books.all(name):
            amount = Decimal(one.get("TOTALENTERED", "0"))
            sums[one.get("FINANCIALENTITY", ""), received] += amount
    return [
        Bank(
            account=f"{one['GLACCOUNTNO']} {one['BANKNAME']}",
            received=sums[one["BANKACCOUNTID"], True],
            paid=sums[one["BANKACCOUNTID"], False],
        )
        for one in books.all("CHECKINGACCOUNT")
    ]

"""The month in Sage Accounting: sent to a simulated business, whose books are counted."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from ...accounting.showing import entries_of
from ...drive.causes import told
from ...drive.folders import make_folder
from ...ledger import Outcome, translated
from ...model import (
    BankEntry,
    Document,
    MasterData,
    Payment,
    Reference,
    TradeDocument,
    totals,
)
from ...targets import start_simulator
from ...testing.accounting import AccountingSimulator, Books
from ...testing.demo import british, british_faults
from ...testing.simulated import SimulatedAccounting
from . import Bank, Count, Ran, examples

CURRENCY: Final = british.CURRENCY

_CANNOT: Final = frozenset(
    {
        # Instalments; splits and third parties of entries; and what settles such.
        "SC-SA-INSTALMENTS",
        "SC-SA-NOT-CARRIED",
        "SC-DEPENDENCY",
    }
)
_RESOURCES: Final = (
    "sales_invoices",
    "sales_credit_notes",
    "purchase_invoices",
    "purchase_credit_notes",
    "contact_payments",
    "other_payments",
    "journals",
)
_RECEIVED: Final = frozenset({"CUSTOMER_RECEIPT", "VENDOR_REFUND", "OTHER_RECEIPT"})
_MONEY: Final = ("contact_payments", "other_payments")
_DOLLARS: Final = "Dollars"


def run(folder: Path) -> Ran:
    """Post the month to a business whose state is `folder/business.db`; count its books.

    Raises:
        StorageError: The folder cannot be made.
        ConfigurationError: The state cannot be used.
    """
    with told("make", str(folder)):
        make_folder(str(folder))
    state = folder / "business.db"
    planted = british_faults.faulty()
    documents = [*british.month(), *(one.document for one in planted)]
    simulator = start_simulator(seed="empty", state=str(state))
    with SimulatedAccounting(simulator, british.settings()) as ledger:
        _set_up(ledger)
        outcomes: Sequence[Outcome[Any]] = ledger.documents.post_all(documents)
        by_case = british.cases()
        books = simulator.books()
        count = _count(outcomes, books, simulator)
        banks = _banks(books)
    shown = examples(by_case, outcomes).values()
    settings = british.settings()
    known = ledger.reference or Reference()
    return Ran(
        currency=CURRENCY,
        outcomes=outcomes,
        planted=planted,
        cases=by_case,
        entries=[
            entry
            for one in shown
            for entry in entries_of(translated(one, settings.mapping), settings, known)
        ],
        banks=banks,
        count=count,
        told=(
            f"State of the simulated business: {state}",
            f"Its books: {count.standing} records, {count.lost} lost, {count.twice} twice.",
        ),
        cannot=_CANNOT,
    )


def _set_up(ledger: SimulatedAccounting) -> None:
    """Do what the accountant would: parties, projects, a bank account in dollars."""
    if british.DOLLAR_BANK not in {one.code for one in ledger.bank_accounts.list()}:
        ledger.api.bank_accounts.create(
            {
                "bank_account_type_id": "CHECKING",
                "nominal_code": int(british.DOLLAR_BANK),
                "currency_id": "USD",
                "bank_account_details": {"account_name": _DOLLARS},
            }
        )
    ledger.company.load()
    for one in ledger.documents.post_all(british.records()):
        one.unwrap()


def _count(
    outcomes: Iterable[Outcome[Any]], books: Books, simulator: AccountingSimulator
) -> Count:
    """Compare what stands in the books with what was posted, by identity and amount."""
    standing = {
        record["id"]: record for resource in _RESOURCES for record in books.all(resource)
    }
    posted = {
        one.receipt.id: one.document
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
    posted: Mapping[str, Document], standing: Mapping[str, Mapping[str, Any]]
) -> Iterator[str]:
    for id in posted.keys() & standing.keys():
        document: Document = posted[id]
        match document:
            case TradeDocument():
                amount = totals(document).gross
            case Payment() | BankEntry():
                amount = document.amount
            case _:
                continue
        stands = Decimal(standing[id]["total_amount"])
        if stands != amount:
            yield f"{document.number} stands at {stands}, not at {amount}."


def _banks(books: Books) -> Sequence[Bank]:
    sums: defaultdict[tuple[str, bool], Decimal] = defaultdict(Decimal)
    for resource in _MONEY:
        for one in books.all(resource):
            received = one["transaction_type"]["id"] in _RECEIVED
            # Other payments are in the base currency alone.
            amount = one.get("base_currency_total_amount") or one["total_amount"]
            sums[one["bank_account"]["id"], received] += Decimal(amount)
    return [
        Bank(
            account=one["displayed_as"],
            received=sums[one["id"], True],
            paid=sums[one["id"], False],
        )
        for one in books.all("bank_accounts")
    ]

"""`demo`: a month of an invented company's books, checked, posted, counted, explained."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

import attrs

from ...drive.files import write_file
from ...ledger import Outcome, PreviewEntry
from ...model import (
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
from ...model.convert import to_json
from ...model.money import round_half_up
from ...testing.demo import Faulty
from ...validation import Report
from ..page import overview, page

Product: TypeAlias = Literal["sage100", "accounting", "intacct"]
PRODUCTS: Final[Sequence[Product]] = ("sage100", "accounting", "intacct")

_CENT: Final = Decimal("0.01")
# What was refused as a twin in its batch meets the posted twin when it comes again.
_TWIN: Final = frozenset({"SC-KEY-CONFLICT", "SC-SA-NUMBER-TWICE", "SC-IN-NUMBER-TWICE"})


@attrs.frozen(kw_only=True)
class Case:
    """What one business case of the month comes to.

    Attributes:
        name: As the demo company's month calls it.
        part: "sales", "purchases", "money" or "entries".
        documents: How many there are.
        posted: How many of them the product could hold.
        gross: The total of all, with tax, in the base currency.
        number: Number of one of them.
        entries: What that one writes.
    """

    name: str
    part: str
    documents: int
    posted: int
    gross: Decimal
    number: str
    entries: tuple[PreviewEntry, ...]


@attrs.frozen(kw_only=True)
class Kind:
    """What was posted of one kind, in one journal.

    Attributes:
        name: Type of the documents, or the kind of purchase or payment.
        journal: Its code; "" for master data, and where there are no journals.
        documents: How many there are.
        gross: Their total with tax, in the base currency; of an entry, its debits.
    """

    name: str
    journal: str
    documents: int
    gross: Decimal


@attrs.frozen(kw_only=True)
class Bank:
    """What the simulated product's books say of a bank account or cash box.

    Attributes:
        account: General account and its name.
        received: Its debits, in the base currency.
        paid: Its credits, in the base currency.
    """

    account: str
    received: Decimal
    paid: Decimal


@attrs.frozen(kw_only=True)
class Count:
    """What the simulated product's books hold, counted apart from what we were told.

    Attributes:
        standing: Pieces or records.
        lost: What was posted and does not stand there.
        twice: What stands there and was posted once, or not at all.
        wrong: What else is not as it should be, in sentences.
    """

    standing: int
    lost: int
    twice: int
    wrong: Sequence[str] = ()


@attrs.frozen(kw_only=True)
class Ran:
    """What posting the month to one product came to.

    Attributes:
        currency: Of the books.
        outcomes: Of all documents, the planted faults last.
        planted: Those faults.
        cases: The documents of the month by business case.
        entries: What the example of each case writes.
        banks: Money in and out.
        count: What stands in the books.
        told: What was done, in sentences.
        cannot: Codes of what the product cannot hold of a sound document.
    """

    currency: str
    outcomes: Sequence[Outcome[Any]]
    planted: Sequence[Faulty]
    cases: Mapping[str, Sequence[Document]]
    entries: Sequence[PreviewEntry]
    banks: Sequence[Bank]
    count: Count
    told: Sequence[str]
    cannot: frozenset[str] = frozenset()


@attrs.frozen(kw_only=True)
class Demo:
    """What a run of the demo did.

    Attributes:
        folder: The demo's folder: company, documents, report.
        page: The report for people.
        product: Which one was simulated.
        currency: Of the books.
        states: How many documents came to each state.
        kinds: What was posted, by kind and journal.
        banks: Money in and out.
        cases: The business cases of the month.
        count: What stands in the simulated product's books.
        report: What was found of documents that were not posted.
        noted: How often each code was found of documents that were posted.
        missed: Codes of planted faults that no finding named; none, or the library failed.
        unexplained: Sound documents that were not posted, and no finding says why.
        told: What was done, in sentences.
        language: Of the sentences of the report.
    """

    folder: Path
    page: Path
    product: Product
    currency: str
    states: Mapping[str, int]
    kinds: Sequence[Kind]
    banks: Sequence[Bank]
    cases: Sequence[Case]
    count: Count
    report: Report
    noted: Mapping[str, int]
    missed: Sequence[str]
    unexplained: Sequence[str]
    told: Sequence[str]
    language: str

    @property
    def wrong(self) -> Sequence[str]:
        """What the library, or its simulator, has done wrong; nothing, or it failed."""
        count = self.count
        return (
            *(f"A planted fault was not found: {code}." for code in self.missed),
            *(f"Nothing says why it was not posted: {one}." for one in self.unexplained),
            *((f"{count.lost} documents are lost.",) if count.lost else ()),
            *((f"{count.twice} postings too many.",) if count.twice else ()),
            *count.wrong,
        )

    @property
    def good(self) -> bool:
        """True when each document stands once or is explained, and each fault found."""
        return not self.wrong

    @property
    def lines(self) -> Sequence[str]:
        """What happened, a sentence each."""
        posted = len({one.name for one in self.kinds})
        by_state = ", ".join(f"{count} {state}" for state, count in self.states.items())
        what = f"{sum(self.states.values())} documents of {posted} kinds"
        first, *others = self.told
        done = f"{what}, {len(self.cases)} business cases: {by_state}."
        noted = ", ".join(f"{code} {count} times" for code, count in self.noted.items())
        remarked = (f"Remarks on what was posted: {noted}.",) if noted else ()
        return (first, done, *others, *remarked, *self.wrong)


def run_demo(folder: Path, *, language: str, product: Product = "sage100") -> Demo:
    """Run the demo in `folder`, made if need be; a second run posts nothing twice.

    Raises:
        StorageError: The folder cannot be written.
    """
    ran = _run(product)(folder)
    documents = [one.document for one in ran.outcomes]
    write_file(str(folder / "documents.json"), to_json(documents))
    demo = Demo(
        folder=folder,
        page=folder / "report.html",
        product=product,
        currency=ran.currency,
        states=dict(Counter(one.state.value for one in ran.outcomes).most_common()),
        kinds=_kinds(ran.outcomes),
        banks=ran.banks,
        cases=[_case(name, ran) for name in ran.cases],
        count=ran.count,
        report=_report(ran.outcomes),
        noted=Counter(
            found.code for one in ran.outcomes if one.posted for found in one.report
        ),
        missed=_missed(ran),
        unexplained=_unexplained(ran),
        told=ran.told,
        language=language,
    )
    write_file(str(demo.page), page(demo).encode("utf-8"))
    return demo


def write_overview(folder: Path, demos: Sequence[Demo]) -> Path:
    """Write one report on the same month in several products; return where it stands."""
    place = folder / "report.html"
    write_file(str(place), overview(demos).encode("utf-8"))
    return place


def _run(product: Product) -> Callable[[Path], Ran]:
    if product == "sage100":
        from .sage100 import run as sage100  # noqa: PLC0415 - each needs much of its own

        return sage100
    if product == "intacct":
        from .intacct import run as intacct  # noqa: PLC0415 - the same

        return intacct
    from .accounting import run as accounting  # noqa: PLC0415 - the same

    return accounting


def _report(outcomes: Sequence[Outcome[Any]]) -> Report:
    return Report(
        findings=tuple(
            attrs.evolve(one, index=at)
            for at, outcome in enumerate(outcomes)
            for one in outcome.report
            if not outcome.posted
        ),
        documents=len(outcomes),
    )


def _missed(ran: Ran) -> Sequence[str]:
    last = ran.outcomes[len(ran.outcomes) - len(ran.planted) :]
    return [
        one.code
        for one, outcome in zip(ran.planted, last, strict=True)
        if not {one.code, *_TWIN} & {found.code for found in outcome.report}
    ]


def _unexplained(ran: Ran) -> Sequence[str]:
    """Return the sound documents that should have been posted."""
    sound = ran.outcomes[: len(ran.outcomes) - len(ran.planted)]
    return [
        _name(one.document)
        for one in sound
        if not one.posted and not {found.code for found in one.report} & ran.cannot
    ]


def _name(document: Any) -> str:
    return getattr(document, "number", "") or getattr(document, "code", "")


def examples(
    cases: Mapping[str, Sequence[Document]], outcomes: Iterable[Outcome[Any]]
) -> Mapping[str, Document]:
    """Return a document for each case: the first that was posted, if one was."""
    posted = _posted(outcomes)
    return {
        name: next((one for one in own if (one.type, one.number) in posted), own[0])
        for name, own in cases.items()
    }


def _posted(outcomes: Iterable[Outcome[Any]]) -> set[tuple[str, str]]:
    return {(one.document.type, _name(one.document)) for one in outcomes if one.posted}


def _case(name: str, ran: Ran) -> Case:
    documents = ran.cases[name]
    posted = _posted(ran.outcomes)
    example = examples({name: documents}, ran.outcomes)[name]
    # Entries of a purchase bear the number that its supplier gave, or the caller's own.
    numbers = {getattr(example, "party_number", ""), example.number} - {""}
    return Case(
        name=name,
        part=_part(example),
        documents=len(documents),
        posted=sum((one.type, one.number) in posted for one in documents),
        gross=sum(map(_in_base, documents), Decimal()),
        number=example.number,
        entries=tuple(one for one in ran.entries if one.document in numbers),
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
            found[place].append(_in_base(one.document))
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


def _in_base(document: Document | MasterData) -> Decimal:
    """Return what a document comes to, in the base currency; 0 for master data."""
    match document:
        case JournalEntry():
            return sum((one.debit or Decimal() for one in document.movements), Decimal())
        case TradeDocument():
            amount = totals(document).gross
        case _:
            amount = getattr(document, "amount", Decimal())
    rate = getattr(document, "exchange_rate", None)
    return amount if rate is None else round_half_up(amount * rate, _CENT)

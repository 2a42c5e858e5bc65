"""The demo company's purchases, money and entries, and what becomes of them in Sage."""

from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from sage_connect import Sage100, State
from sage_connect.model import (
    BankDirection,
    BankEntry,
    Customer,
    DimensionValue,
    Document,
    JournalEntry,
    Payment,
    PaymentKind,
    PurchaseCreditNote,
    PurchaseInvoice,
    PurchaseKind,
    SalesCreditNote,
    SalesInvoice,
    Supplier,
    totals,
)
from sage_connect.sage100 import wire
from sage_connect.testing.demo import cases, export_bytes, faulty, month, settings
from sage_connect.testing.importer import Sage100Importer

README = Path(__file__).parents[2] / "README.md"
TRADE = (SalesInvoice, SalesCreditNote, PurchaseInvoice, PurchaseCreditNote)
SETTLES = {
    PaymentKind.CUSTOMER_RECEIPT: SalesInvoice,
    PaymentKind.CUSTOMER_REFUND: SalesCreditNote,
    PaymentKind.SUPPLIER_PAYMENT: PurchaseInvoice,
    PaymentKind.SUPPLIER_REFUND: PurchaseCreditNote,
}
SEEDS = pytest.mark.parametrize("seed", [2026, 7])


@pytest.fixture(scope="module")
def sage(tmp_path_factory: pytest.TempPathFactory) -> Sage100Importer:
    """The simulated Sage with the month in its books, taken without a message."""
    folder = tmp_path_factory.mktemp("company")
    (folder / "exports").mkdir()
    (folder / "exports" / "company.txt").write_bytes(export_bytes())
    with Sage100(folder, settings()) as ledger:
        outcomes = ledger.documents.post_all(month())
    assert {one.state for one in outcomes} == {State.HANDED_OVER}
    assert [one.code for outcome in outcomes for one in outcome.report] == []
    importer = Sage100Importer(export_bytes())
    (file,) = (folder / "imports").iterdir()
    result = importer.import_file(file.read_bytes())
    assert (result.accepted, result.messages, result.duplicated) == (True, (), 0)
    return importer


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace of the company."""
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "company.txt").write_bytes(export_bytes())
    return tmp_path


def trade(seed: int = 2026) -> dict[str, Document]:
    return {one.number: one for one in month(seed) if isinstance(one, TRADE)}


def gross(document: Document) -> Decimal:
    assert isinstance(document, TRADE)
    return totals(document).gross


@pytest.mark.requirement("S103", "S104", "S105", "S106", "S107", "S108")
def test_a_month_of_every_kind_is_a_piece_for_each_document(
    sage: Sage100Importer,
) -> None:
    documents = [one for one in month() if isinstance(one, Document)]
    journals = Counter(piece.journal for piece in sage.pieces())

    assert len(sage.pieces()) == len(documents) >= 500
    assert journals.keys() == {"VTE", "ACH", "BQ", "BQD", "CAI", "OD"}
    assert journals["ACH"] == sum(
        isinstance(one, PurchaseInvoice | PurchaseCreditNote) for one in documents
    )
    assert {one.kind for one in documents if isinstance(one, PurchaseInvoice)} == {
        PurchaseKind.SUPPLIER_INVOICE,
        PurchaseKind.CARD_PAYMENT,
        PurchaseKind.EXPENSE_CLAIM,
    }
    assert {one.kind for one in documents if isinstance(one, PurchaseCreditNote)} == {
        PurchaseKind.SUPPLIER_INVOICE,
        PurchaseKind.CARD_REFUND,
    }
    assert {one.kind for one in documents if isinstance(one, Payment)} == {*PaymentKind}


def test_the_readme_tells_as_many_documents_as_there_are() -> None:
    documents = sum(isinstance(one, Document) for one in month())

    told = " ".join(README.read_text("utf-8").split())
    assert f"({documents} documents:" in told
    assert f"on {len(faulty())} faulty documents" in told


def test_another_month_is_accepted_too(folder: Path) -> None:
    with Sage100(folder, settings()) as ledger:
        ledger.company.load()
        report = ledger.documents.check(month(7))

    assert [(one.document, one.code) for one in report] == []


@pytest.mark.requirement("S112", "S113")
def test_splits_over_two_plans_come_to_the_line_in_each(sage: Sage100Importer) -> None:
    split = [
        line
        for piece in sage.pieces()
        if piece.journal == "ACH"
        for line in piece.lines
        if {share.plan for share in line.analytic} == {1, 2}
    ]

    assert len(split) >= 18
    for line in split:
        for plan in (1, 2):
            shares = (one.amount for one in line.analytic if one.plan == plan)
            assert sum(shares) == line.amount


def test_what_is_new_in_the_month_is_created_before_it_is_used(
    sage: Sage100Importer,
) -> None:
    own = month()
    suppliers = {one.code: one for one in own if isinstance(one, Supplier)}
    sections = [one for one in own if isinstance(one, DimensionValue)]
    used = {line.third_party for piece in sage.pieces() for line in piece.lines}

    assert {code for code, one in suppliers.items() if one.employee} == {"DASILVA"}
    assert len(suppliers) >= 4
    assert used >= suppliers.keys()
    for section in sections:
        assert sage.sections(section.dimension)[section.code] == section.name
    first = next(at for at, one in enumerate(own) if isinstance(one, Document))
    assert all(isinstance(one, Document) for one in own[first:])
    assert {type(one) for one in own[:first]} == {DimensionValue, Customer, Supplier}


def test_employees_and_foreign_suppliers_are_in_the_export() -> None:
    parties = {one.number: one for one in wire.read(export_bytes()).of(wire.ThirdParty)}
    by_type = Counter(one.type for one in parties.values())
    claims = cases()["expense claim"]

    assert by_type[wire.ThirdPartyType.EMPLOYEE] == 3
    assert by_type[wire.ThirdPartyType.SUPPLIER] >= 15
    claimants = {one.party for one in claims if isinstance(one, PurchaseInvoice)}
    assert {parties[one].main_account for one in claimants - {"DASILVA"}} == {"421000"}
    foreign = cases()["purchase in a foreign currency"]
    assert {one.currency for one in foreign} == {"USD", "GBP"}


@SEEDS
def test_no_document_is_paid_beyond_its_total_or_before_its_day(seed: int) -> None:
    known = trade(seed)
    paid: defaultdict[str, Decimal] = defaultdict(Decimal)
    settling: list[tuple[Payment | BankEntry, str, Decimal]] = [
        *(
            (one, part.number, part.amount)
            for one in payments(seed)
            for part in one.allocations
        ),
        *((one, one.settles, one.amount) for one in statements(seed) if one.settles),
    ]
    for money, number, amount in settling:
        document = known[number]
        assert isinstance(document, TRADE)
        assert money.date is not None
        assert document.date is not None
        assert money.date >= document.date
        assert (money.party, money.currency) == (document.party, document.currency)
        paid[number] += amount

    assert len(paid) >= 150
    assert [number for number, sum_ in paid.items() if sum_ > gross(known[number])] == []
    assert any(sum_ < gross(known[number]) for number, sum_ in paid.items())


def payments(seed: int) -> list[Payment]:
    return [one for one in month(seed) if isinstance(one, Payment)]


def statements(seed: int) -> list[BankEntry]:
    return [one for one in month(seed) if isinstance(one, BankEntry)]


@SEEDS
def test_what_a_credit_note_takes_back_is_not_paid_for(seed: int) -> None:
    taken_back = {one.reverses for one in trade(seed).values()} - {""}
    settled = {part.number for one in payments(seed) for part in one.allocations}

    assert len(taken_back) >= 25
    assert settled & taken_back == set()


@SEEDS
def test_a_payment_settles_its_own_kind_and_is_used_up(seed: int) -> None:
    known = trade(seed)

    for one in payments(seed):
        used = sum((part.amount for part in one.allocations), one.on_account or Decimal())
        assert used == one.amount
        kinds = {type(known[part.number]) for part in one.allocations}
        assert kinds <= {SETTLES[one.kind]}


@pytest.mark.requirement("S110", "S111")
def test_every_card_payment_and_refund_stands_on_the_statement() -> None:
    of_cards = {
        one.number: BankDirection.IN
        if isinstance(one, PurchaseCreditNote)
        else BankDirection.OUT
        for name in ("card payment", "card refund")
        for one in cases()[name]
    }
    told = {one.settles: one.direction for one in statements(2026)}

    assert of_cards.items() <= told.items()


def test_what_is_paid_in_dollars_leaves_nothing_open_in_euros(
    sage: Sage100Importer,
) -> None:
    dollars = [one for one in payments(2026) if one.currency == "USD"]
    known = trade()
    pieces = {piece.invoice_number: piece for piece in sage.pieces()}
    differences = {
        one.reference: pieces[one.number]
        for one in month()
        if isinstance(one, JournalEntry) and one.description == "Écart de change"
    }

    def open_of(number: str, party: str) -> Decimal:
        return sum(
            (
                line.amount if line.side == "D" else -line.amount
                for line in pieces[number].lines
                if line.third_party == party
            ),
            Decimal(),
        )

    assert len(dollars) == len(differences) == 10
    for payment in dollars:
        (part,) = payment.allocations
        document = known[part.number]
        assert isinstance(document, TRADE)
        left = sum(
            open_of(number, payment.party)
            for number in (
                document.party_number or document.number,
                payment.number,
                differences[part.number].invoice_number,
            )
        )
        assert left == 0
    accounts = {
        line.account
        for piece in differences.values()
        for line in piece.lines
        if not line.third_party
    }
    assert accounts == {"666000", "766000"}


def test_wages_are_paid_out_as_they_are_owed(sage: Sage100Importer) -> None:
    owed: defaultdict[str, Decimal] = defaultdict(Decimal)
    for piece in sage.pieces():
        texts = {line.label for line in piece.lines}
        if any("alaire" in text for text in texts):
            for line in piece.lines:
                sign = 1 if line.side == "D" else -1
                owed[line.third_party] += sign * line.amount

    assert {"LEGOFF", "NGUYEN", "ROUSSEAU"} < owed.keys()
    assert {owed[one] for one in ("LEGOFF", "NGUYEN", "ROUSSEAU")} == {Decimal()}


def test_cash_in_transit_and_the_vat_of_the_union_come_to_nothing(
    sage: Sage100Importer,
) -> None:
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for piece in sage.pieces():
        for line in piece.lines:
            sums[line.account] += line.amount if line.side == "D" else -line.amount

    assert sums["580000"] == 0
    bought = cases()["purchase within the EU"]
    net = sum((totals(one).net for one in bought if isinstance(one, TRADE)), Decimal())
    assert sums["445662"] == -sums["445200"] > 0
    assert abs(sums["445662"] - net / 5) < Decimal("0.05")


def test_each_fault_is_found_by_the_rule_it_names(folder: Path) -> None:
    planted = faulty()
    with Sage100(folder, settings()) as ledger:
        ledger.company.load()
        outcomes = ledger.documents.post_all(
            [*month(), *(one.document for one in planted)]
        )[-len(planted) :]

    missed = [
        one.code
        for one, outcome in zip(planted, outcomes, strict=True)
        if one.code not in outcome.report.by_code or outcome.posted
    ]
    assert missed == []
    assert len({one.code for one in planted}) >= 60


def test_instalments_of_a_purchase_add_up_to_it() -> None:
    for one in cases()["purchase in instalments"]:
        assert isinstance(one, PurchaseInvoice)
        assert isinstance(one.due, tuple)
        assert len(one.due) == 3
        assert sum(part.amount for part in one.due) == totals(one).gross

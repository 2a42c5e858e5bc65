"""From documents and an export to an import file that Sage takes, seen from outside."""

import datetime as dt
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path

import attrs
import pytest
from hypothesis import HealthCheck, assume, given, settings as hypothesis, strategies as st

from sage_connect import (
    AnalyticShare,
    CodecError,
    ConfigurationError,
    Customer,
    DocumentRejectedError,
    Instalment,
    Sage100,
    SalesCreditNote,
    SalesInvoice,
    State,
    StorageError,
    Tax,
    TradeDocument,
    totals,
)
from sage_connect.model import Document
from sage_connect.model.reversal import reversal
from sage_connect.sage100.pieces import PieceMaker
from sage_connect.sage100.rules import BOOK
from sage_connect.testing.demo import faulty, month, settings
from sage_connect.testing.importer import PostedLine, Sage100Importer

from ..validation.silenced import turned_off
from .conftest import a_line, an_invoice

Imported = Callable[[], Sage100Importer]


HOLDER = """
import fcntl, sys
file = open(sys.argv[1], "rb+")
fcntl.lockf(file, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        # The lock file tells who held it last, and when.
        if path.is_file() and path.name != "lock"
    }


def side(lines: Sequence[PostedLine], which: str) -> Decimal:
    return sum((line.amount for line in lines if line.side == which), Decimal())


def open_sections(ledger: Sage100) -> list[str]:
    """Sections of the projects' plan that entries may be split over."""
    found = ledger.dimension_values.list(dimension="1", total=False, active=True)
    return [one.code for one in found]


@pytest.mark.requirement("S35")
def test_every_piece_of_the_month_balances_and_sums_to_its_document(
    ledger: Sage100, imported: Imported
) -> None:
    documents = month()

    outcomes = ledger.documents.post_all(documents)

    pieces = {piece.invoice_number: piece for piece in imported().pieces()}
    assert len(pieces) >= 500
    assert {outcome.state for outcome in outcomes} == {State.HANDED_OVER}
    for document in documents:
        if not isinstance(document, TradeDocument):
            continue
        lines = pieces[document.party_number or document.number].lines
        owed = [
            line.amount if document.currency == "EUR" else line.currency_amount or 0
            for line in lines
            if line.third_party
        ]
        assert side(lines, "D") == side(lines, "C"), document.number
        assert totals(document).gross == sum(owed), document.number


@pytest.mark.requirement("S23")
def test_customers_are_handed_over_as_third_parties(
    ledger: Sage100, imported: Imported
) -> None:
    new = Customer(code="NOUVEAU", name="Nouveau client", account="411000")

    (outcome,) = ledger.customers.upsert([new])

    assert (outcome.state, outcome.unwrap().id) == (State.HANDED_OVER, "NOUVEAU")
    assert imported().customers()["NOUVEAU"] == "Nouveau client"


def test_what_no_rule_has_told_is_refused_where_it_makes_no_piece(
    ledger: Sage100, imported: Imported
) -> None:
    back = Instalment(dt.date(2026, 11, 1), Decimal("-30.00"))
    torn = an_invoice("FA1", due=[Instalment(dt.date(2026, 10, 1), Decimal(150)), back])

    with turned_off(BOOK, "SC-INSTALMENT-INVALID"):
        refused, other = ledger.documents.post_all([torn, an_invoice("FA2")])

    assert [(one.code, one.path) for one in refused.report.errors] == [
        ("SC-S100-UNWRITABLE", "/due")
    ]
    assert "an instalment is not above zero" in refused.report.errors[0].message("en")
    assert (refused.state, other.state) == (State.REFUSED, State.HANDED_OVER)
    assert [piece.invoice_number for piece in imported().pieces()] == ["FA2"]


@pytest.mark.requirement("S25")
def test_one_invoice_without_a_customer_code_stops_no_other(ledger: Sage100) -> None:
    blank = an_invoice("FA0", party="")
    others = [an_invoice(f"FA{at}") for at in range(1, 100)]

    outcomes = ledger.documents.post_all([blank, *others])

    assert Counter(HANDED_OVER=99, REFUSED=1) == Counter(o.state.value for o in outcomes)
    assert [one.path for one in outcomes[0].report.errors] == ["/party"]


@pytest.mark.requirement("S26")
def test_nothing_is_written_while_another_process_holds_the_company(
    folder: Path, tmp_path: Path
) -> None:
    company = tmp_path / "TEST1.mae"
    company.write_bytes(b"[CBASE]\r\nType=SQL\r\n")
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            HOLDER,
            str(company),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with holder:
        assert holder.stdout
        assert holder.stdin
        assert holder.stdout.readline() == "held\n"
        before = files_of(folder)
        own = attrs.evolve(settings(), company_file=str(company))
        with Sage100(folder, own) as ledger:
            started = time.perf_counter()
            with pytest.raises(StorageError) as refused:
                ledger.sales_invoices.post(an_invoice())
            took = time.perf_counter() - started
            holder.stdin.close()
            holder.wait()
            receipt = ledger.sales_invoices.post(an_invoice("FA2"))

    assert ("SC-S100-FILE-IN-USE", str(company)) == (refused.value.code, refused.value.file)
    assert took < 1
    assert before == {
        name: content for name, content in files_of(folder).items() if name in before
    }
    assert receipt.id == "FA2"


@pytest.mark.requirement("S29", "S258")
def test_a_check_lists_every_fault_and_changes_no_byte(
    ledger: Sage100, folder: Path
) -> None:
    faulty_one = an_invoice(
        "F" * 20,
        currency="USD",
        adjustment=Decimal("0.01"),
        lines=(
            a_line("10.00", taxes=(Tax("C20", Decimal(20)), Tax("C10", Decimal(10)))),
            a_line("10.00", account="999999"),
        ),
    )
    before = files_of(folder)

    report = ledger.sales_invoices.check(faulty_one)
    preview = ledger.sales_invoices.preview(faulty_one)

    assert {
        "SC-INV-ADJUSTMENT",
        "SC-LINE-MULTIPLE-TAXES",
        "SC-ACCOUNT-UNKNOWN",
        "SC-S100-NUMBER-LENGTH",
        "SC-S100-RATE-MISSING",
    } <= {one.code for one in report.errors}
    assert report.findings == preview.report.findings
    assert preview.content == b""
    assert before == files_of(folder)


@pytest.mark.requirement("S34")
def test_an_empty_batch_leaves_no_file(ledger: Sage100, folder: Path) -> None:
    before = files_of(folder)

    assert tuple(ledger.documents.post_all([])) == ()
    assert before == files_of(folder)


@pytest.mark.requirement("S36")
def test_a_line_over_three_projects_is_split_to_the_cent(
    ledger: Sage100, imported: Imported
) -> None:
    shares = tuple(AnalyticShare(section) for section in open_sections(ledger)[:3])

    ledger.sales_invoices.post(an_invoice(lines=(a_line("100.00", analytic=shares),)))

    (piece,) = imported().pieces()
    split = [share.amount for line in piece.lines for share in line.analytic]
    assert split == [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")]


@pytest.mark.requirement("S36")
def test_every_revenue_line_belongs_to_the_project_of_its_document(
    ledger: Sage100, imported: Imported
) -> None:
    project = open_sections(ledger)[0]
    lines = (a_line("80.00"), a_line("20.00", "10", "C10", account="704000"))

    ledger.sales_invoices.post(an_invoice(project=project, lines=lines))

    (piece,) = imported().pieces()
    split = [(line.account, line.analytic) for line in piece.lines if line.analytic]
    assert [
        ("706000", project, Decimal("80.00")),
        ("704000", project, Decimal("20.00")),
    ] == [(account, share.section, share.amount) for account, (share,) in split]


@pytest.mark.requirement("S38")
def test_a_posted_document_cannot_be_changed(ledger: Sage100, folder: Path) -> None:
    ledger.sales_invoices.post(an_invoice())
    before = files_of(folder)

    (outcome,) = ledger.sales_invoices.post_all([an_invoice(lines=(a_line("101.00"),))])

    assert State.REFUSED is outcome.state
    assert [one.code for one in outcome.report] == ["SC-KEY-CONFLICT"]
    assert before == files_of(folder)
    assert not hasattr(ledger.sales_invoices, "update")
    assert not hasattr(ledger.documents, "delete")


@pytest.mark.requirement("S39", "S256")
def test_a_reversal_nets_to_nothing_on_every_account_and_section(
    ledger: Sage100, imported: Imported
) -> None:
    project = open_sections(ledger)[0]
    invoice = an_invoice(
        project=project,
        lines=(a_line("33.33", quantity=Decimal(3)), a_line("10.01", "10", "C10")),
        due=(
            Instalment(dt.date(2026, 10, 15), Decimal("100.00")),
            Instalment(dt.date(2026, 11, 15), Decimal("31.00")),
        ),
    )
    gross = totals(invoice).gross
    invoice = attrs.evolve(
        invoice,
        due=(
            Instalment(dt.date(2026, 10, 15), Decimal("100.00")),
            Instalment(dt.date(2026, 11, 15), gross - Decimal("100.00")),
        ),
    )

    receipt = ledger.sales_invoices.post(invoice)
    credit = ledger.documents.reverse(receipt, number="AV1")

    balances = imported().balances()
    assert isinstance(credit.document, SalesCreditNote)
    assert credit.document.reverses == "FA1"
    for sums in (balances.accounts, balances.third_parties, balances.sections):
        assert {Decimal()} == set(sums.values())
    assert all(not tax.base and not tax.tax for tax in balances.vat.values())


def test_posting_again_posts_nothing_twice(
    ledger: Sage100, folder: Path, imported: Imported
) -> None:
    documents = [*month(), *(one.document for one in faulty())]
    first = ledger.documents.post_all(documents)
    before = files_of(folder / "imports")

    again = ledger.documents.post_all(documents)

    posted = [outcome for outcome in first if outcome.posted]
    assert before == files_of(folder / "imports")
    assert len(posted) == sum(outcome.state is State.UNCHANGED for outcome in again)
    assert [o.unwrap().id for o in posted] == [o.unwrap().id for o in again if o.posted]
    assert len(imported().pieces()) == sum(isinstance(one, Document) for one in month())


def test_a_file_that_sage_has_taken_away_is_not_written_again(
    ledger: Sage100, folder: Path
) -> None:
    ledger.sales_invoices.post(an_invoice())
    for file in (folder / "imports").iterdir():
        file.unlink()

    (outcome,) = ledger.documents.post_all([an_invoice()])

    assert State.UNCHANGED is outcome.state
    assert list((folder / "imports").iterdir()) == []


def test_a_damaged_registry_stops_everything(folder: Path) -> None:
    with Sage100(folder, settings()) as ledger:
        ledger.sales_invoices.post(an_invoice())
        ledger.sales_invoices.post(an_invoice("FA2"))
    registry = folder / "state" / "registry.ndjson"
    content = registry.read_bytes()
    for at in range(0, len(content) - 1, 37):
        registry.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        with (
            Sage100(folder, settings()) as ledger,
            pytest.raises(StorageError) as damaged,
        ):
            ledger.sales_invoices.post(an_invoice("FA3"))
        assert damaged.value.code == "SC-S100-REGISTRY"
    assert len(list((folder / "imports").iterdir())) == 2


def test_a_registry_cut_short_by_a_crash_is_healed(folder: Path) -> None:
    with Sage100(folder, settings()) as ledger:
        ledger.sales_invoices.post(an_invoice())
    registry = folder / "state" / "registry.ndjson"
    content = registry.read_bytes()
    for torn in (b'{"v":1,"batch":"00', b'{"v":1,"called_off":"x"} 00000000'):
        registry.write_bytes(content + torn)
        # The crash came after the pending file and before the end of the line.
        (folder / "state" / "00.pending").write_bytes(b"#FLG 000")
        with Sage100(folder, settings()) as ledger:
            (outcome,) = ledger.documents.post_all([an_invoice()])
        assert outcome.state is State.UNCHANGED
        assert registry.read_bytes() == content
        assert not list((folder / "state").glob("*.pending"))


def test_a_registry_cut_short_without_a_crash_stops_everything(folder: Path) -> None:
    with Sage100(folder, settings()) as ledger:
        ledger.sales_invoices.post(an_invoice())
        ledger.sales_invoices.post(an_invoice("FA2"))
    for file in (folder / "imports").iterdir():
        file.unlink()
    registry = folder / "state" / "registry.ndjson"
    content = registry.read_bytes()
    for size in (5, 200, len(content) - 1):
        registry.write_bytes(content[:size])
        with Sage100(folder, settings()) as ledger, pytest.raises(StorageError) as cut:
            ledger.sales_invoices.post(an_invoice("FA2"))
        assert cut.value.code == "SC-S100-REGISTRY"
    assert not list((folder / "imports").iterdir())


def test_a_lost_registry_is_not_taken_for_a_new_one(folder: Path) -> None:
    with Sage100(folder, settings()) as ledger:
        ledger.sales_invoices.post(an_invoice())
    (folder / "state" / "registry.ndjson").unlink()

    with Sage100(folder, settings()) as ledger, pytest.raises(StorageError) as lost:
        ledger.sales_invoices.post(an_invoice())

    assert lost.value.code == "SC-S100-REGISTRY"
    assert len(list((folder / "imports").iterdir())) == 1


def test_two_companies_do_not_share_a_folder(folder: Path) -> None:
    with Sage100(folder, settings()) as ledger:
        ledger.sales_invoices.post(an_invoice())
    export = folder / "exports" / "company.txt"
    other = export.read_bytes().replace(b"99100200700011", b"99100200700029")
    export.write_bytes(other)

    with Sage100(folder, settings()) as ledger, pytest.raises(ConfigurationError) as mixed:
        ledger.sales_invoices.post(an_invoice("FA2"))

    assert mixed.value.code == "SC-COMPANY-MISMATCH"


def test_a_number_that_is_no_piece_gets_one_of_the_registry(
    ledger: Sage100, imported: Imported
) -> None:
    numbers = ["FA-2026/1", "FA-2026/2", "FA20263"]

    receipts = [ledger.sales_invoices.post(an_invoice(number)) for number in numbers]

    assert [receipt.id for receipt in receipts] == ["SC0000001", "SC0000002", "FA20263"]
    assert set(numbers) == {piece.invoice_number for piece in imported().pieces()}


def test_the_key_is_found_again_after_the_process_is_gone(folder: Path) -> None:
    with Sage100(folder, settings()) as ledger:
        receipt = ledger.sales_invoices.post(an_invoice())
    with Sage100(folder, settings()) as ledger:
        found = ledger.documents.reconcile(receipt.key)
        nothing = ledger.documents.reconcile(attrs.evolve(receipt.key, id="FA2"))

    assert found is not None
    assert (receipt.id, receipt.details) == (found.id, found.details)
    assert nothing is None


def test_a_foreign_invoice_balances_in_the_base_currency(
    ledger: Sage100, imported: Imported
) -> None:
    invoice = next(
        one for one in month() if isinstance(one, SalesInvoice) and one.currency != "EUR"
    )

    ledger.sales_invoices.post(invoice)

    (piece,) = imported().pieces()
    control = [line for line in piece.lines if line.third_party]
    exact = totals(invoice).gross * (invoice.exchange_rate or 1)
    owed = sum((line.amount for line in control), Decimal())
    assert {line.currency for line in piece.lines} == {invoice.currency}
    assert sum(line.currency_amount or 0 for line in control) == totals(invoice).gross
    assert abs(exact - owed) <= Decimal("0.005")


def test_a_refused_post_raises_everything_at_once(ledger: Sage100) -> None:
    with pytest.raises(DocumentRejectedError) as refused:
        ledger.sales_invoices.post(an_invoice(party="", date=None, lines=()))

    codes = {one.code for one in refused.value.report.errors}
    assert {"SC-CUST-CODE-MISSING", "SC-INV-DATE-REQUIRED", "SC-INV-NO-LINES"} <= codes
    assert "SC-INV-DATE-REQUIRED" in str(refused.value)


prices = st.decimals("-99999", "999999", places=3)


@given(
    lines=st.lists(
        st.tuples(
            prices,
            st.decimals("0.01", "500", places=2),
            st.sampled_from([("C20", "20"), ("C10", "10"), ("C055", "5.5"), ("C00", "0")]),
        ),
        min_size=1,
        max_size=6,
    ),
    rate=st.none() | st.decimals("0.0001", "250", places=4),
    parts=st.integers(1, 4),
)
@hypothesis(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_posted_balances_splits_and_sums(
    ledger: Sage100,
    lines: list[tuple[Decimal, Decimal, tuple[str, str]]],
    rate: Decimal | None,
    parts: int,
) -> None:
    shares = tuple(
        AnalyticShare(section, weight=Decimal(at + 1))
        for at, section in enumerate(open_sections(ledger)[:parts])
    )
    invoice = an_invoice(
        currency="EUR" if rate is None else "USD",
        exchange_rate=rate,
        lines=tuple(
            a_line(str(price), percent, code, quantity=quantity, analytic=shares)
            for price, quantity, (code, percent) in lines
        ),
    )
    assert ledger.reference is not None

    for document in (invoice, reversal(invoice, number="AV1")):
        assert isinstance(document, SalesInvoice | SalesCreditNote)
        try:
            piece = PieceMaker(settings(), ledger.reference).piece(document)
        except CodecError:
            # So little that conversion would lose a line, or nothing at all.
            assume(False)
        debit = sum(line.amount for line in piece.lines if line.debit)
        credit = sum(line.amount for line in piece.lines if not line.debit)
        assert debit == credit
        for line in piece.lines:
            assert line.amount > 0
            if line.shares:
                assert line.amount == sum(share.amount for share in line.shares)

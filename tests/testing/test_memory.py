"""Books in memory are as honest as a product."""

import datetime as dt
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given, settings, strategies as st

from sage_connect.errors import ConfigurationError, NotFoundError, UnsupportedError
from sage_connect.ledger import Mapping, Postable, Receipt, State
from sage_connect.model import (
    Account,
    Allocation,
    AnalyticShare,
    Attachment,
    BankAccount,
    BankDirection,
    BankEntry,
    Charge,
    CompanyOptions,
    Customer,
    ExchangeRate,
    Item,
    JournalEntry,
    Line,
    Movement,
    OpenDocument,
    Payment,
    PaymentKind,
    PurchaseInvoice,
    Reference,
    SalesCreditNote,
    SalesInvoice,
    Tax,
    TaxCode,
    Withholding,
)
from sage_connect.model.fields import FrozenMap
from sage_connect.testing import MemoryLedger, ScriptedDriver
from sage_connect.testing.strategies import documents

DAY = dt.date(2026, 1, 15)
LINE = Line(
    description="Conseil",
    unit_price=Decimal("100.00"),
    account="706000",
    taxes=(Tax("C20", Decimal(20)),),
)
CHART = Reference(
    company=CompanyOptions(name="Atelier", base_currency="EUR"),
    accounts={"706000": Account(code="706000")},
    tax_codes={"C20": TaxCode(code="C20", account="445710")},
    customers={"C1": Customer(code="C1", account="411000")},
    suppliers={},
    items={"I": Item(code="I", sales_account="707000")},
    bank_accounts={"BQ": BankAccount(code="BQ", account="512000")},
    exchange_rates={"USD": ExchangeRate(currency="USD", rate=Decimal("0.875"))},
)


def invoice(number: str = "F1", **said: Any) -> SalesInvoice:
    usual: dict[str, Any] = {"date": DAY, "party": "C1", "currency": "EUR", "lines": [LINE]}
    return SalesInvoice(number=number, **{**usual, **said})


def payment(number: str, amount: str, *settled: str, **said: Any) -> Payment:
    parts = tuple(Allocation(one, Decimal(amount)) for one in settled)
    usual: dict[str, Any] = {"date": DAY, "party": "C1", "currency": "EUR"}
    return Payment(
        number=number,
        amount=Decimal(amount),
        allocations=parts,
        **{**usual, **said},
    )


def states(outcomes: Any) -> list[State]:
    return [one.state for one in outcomes]


def outstanding(ledger: MemoryLedger) -> dict[str, Decimal]:
    opened = ledger.company.load().open_documents or {}
    return {number: one.outstanding for (_, number), one in opened.items()}


def test_without_a_reference_any_code_is_accepted() -> None:
    odd = invoice(party="anybody", lines=[attrs.evolve(LINE, account="999")])

    assert states(MemoryLedger().documents.post_all([odd])) == [State.CREATED]


def test_with_a_reference_a_code_that_is_not_there_is_refused() -> None:
    ledger = MemoryLedger(CHART)

    outcomes = ledger.documents.post_all([invoice(), invoice("F2", party="C2")])

    assert states(outcomes) == [State.CREATED, State.REFUSED]
    (found,) = outcomes[1].report.errors
    assert (found.code, found.path) == ("SC-INV-CONTACT-NOT-IN-SAGE", "/party")


def test_codes_are_translated_before_they_are_checked_and_read_back_as_given() -> None:
    mapping = Mapping(parties=FrozenMap({"ACME": "C1"}))
    ledger = MemoryLedger(CHART, mapping=mapping)
    document = invoice(party="ACME")

    receipt = ledger.sales_invoices.post(document)

    assert b'"party": "C1"' in ledger.content
    assert receipt.document == document
    assert ledger.sales_invoices.get(receipt.id) == document
    assert [*ledger.sales_invoices.list(party="ACME", open=True)] == [document]


@pytest.mark.requirement("S29")
def test_an_invoice_with_five_faults_gives_five_findings_and_nothing_is_written() -> None:
    ledger = MemoryLedger(CHART, driver=ScriptedDriver())
    ledger.company.load()
    before = (ledger.content, ledger.balances())
    faulty = invoice(
        "",
        party="C9",
        adjustment=Decimal(1),
        lines=[
            attrs.evolve(LINE, account="999"),
            attrs.evolve(LINE, taxes=(*LINE.taxes, Tax("C10", Decimal(10)))),
        ],
    )

    report = ledger.sales_invoices.check(faulty)

    assert {one.code for one in report.errors} >= {
        "SC-KEY-MISSING",
        "SC-INV-CONTACT-NOT-IN-SAGE",
        "SC-INV-ADJUSTMENT",
        "SC-ACCOUNT-UNKNOWN",
        "SC-LINE-MULTIPLE-TAXES",
    }
    assert (ledger.content, ledger.balances()) == before


def test_a_payment_settles_its_invoice_in_parts() -> None:
    ledger = MemoryLedger()
    ledger.documents.post_all([invoice()])
    before = outstanding(ledger)

    ledger.documents.post_all([payment("P1", "50", "F1")])
    between = outstanding(ledger)
    ledger.documents.post_all([payment("P2", "70", "F1")])

    assert (before, between) == ({"F1": Decimal(120)}, {"F1": Decimal(70)})
    assert outstanding(ledger) == {}


def test_a_document_is_never_paid_more_than_is_left() -> None:
    ledger = MemoryLedger()
    ledger.documents.post_all([invoice(), payment("P1", "100", "F1")])

    (outcome,) = ledger.documents.post_all([payment("P2", "20.01", "F1")])

    assert outcome.state is State.REFUSED
    assert {one.code for one in outcome.report.errors} == {"SC-PAY-OVERPAID"}
    assert outstanding(ledger) == {"F1": Decimal(20)}


def test_a_payment_posted_again_is_not_judged_again() -> None:
    ledger = MemoryLedger()
    paid = payment("P1", "120", "F1")
    ledger.documents.post_all([invoice(), paid])

    assert states(ledger.documents.post_all([paid])) == [State.UNCHANGED]


def test_a_payment_that_is_taken_back_leaves_its_invoice_unpaid_again() -> None:
    ledger = MemoryLedger()
    _, paid = ledger.documents.post_all([invoice(), payment("P1", "120", "F1")])

    ledger.documents.reverse(paid.unwrap(), number="P2")

    assert outstanding(ledger) == {"F1": Decimal(120)}


@pytest.mark.requirement("S39")
def test_an_invoice_that_is_taken_back_leaves_nothing_to_pay() -> None:
    ledger = MemoryLedger()
    receipt = ledger.sales_invoices.post(invoice())

    ledger.documents.reverse(receipt, number="A1")

    assert outstanding(ledger) == {}
    assert set(ledger.balances().values()) == {Decimal()}


def test_a_bank_entry_settles_what_it_names() -> None:
    entry = BankEntry(
        number="R1",
        date=DAY,
        bank_account="BQ",
        currency="EUR",
        amount=Decimal(120),
        direction=BankDirection.IN,
        party="C1",
        settles="F1",
    )
    ledger = MemoryLedger(CHART)

    outcomes = ledger.documents.post_all([entry, invoice()])

    assert states(outcomes) == [State.CREATED] * 2
    assert outstanding(ledger) == {}
    assert ledger.balances()["512000", "", ""] == 120


def test_a_journal_entry_leaves_nothing_to_pay() -> None:
    sides = (
        Movement(account="A", debit=Decimal(5)),
        Movement(account="B", credit=Decimal(5)),
    )
    entry = JournalEntry(
        number="J1", journal="OD", date=DAY, currency="EUR", movements=sides
    )
    ledger = MemoryLedger()

    ledger.journal_entries.post(entry)

    assert outstanding(ledger) == {}
    assert ledger.balances() == {("A", "", ""): 5, ("B", "", ""): -5}


def test_what_the_books_began_with_can_be_paid() -> None:
    opened = OpenDocument(
        number="F0",
        kind="sales_invoice",
        party="C1",
        currency="EUR",
        total=Decimal(50),
        outstanding=Decimal(30),
    )
    ledger = MemoryLedger(Reference(open_documents={(opened.party, "F0"): opened}))

    outcomes = ledger.documents.post_all([payment("P1", "30", "F0")])

    assert states(outcomes) == [State.CREATED]
    assert outstanding(ledger) == {}


def test_documents_before_the_period_are_skipped() -> None:
    ledger = MemoryLedger(period_start=DAY)
    early = invoice("F1", date=DAY - dt.timedelta(days=1))

    outcomes = ledger.documents.post_all([early, invoice("F2")])

    assert states(outcomes) == [State.SKIPPED, State.CREATED]
    assert b'"F1"' not in ledger.content


def test_what_is_known_without_a_reference_can_still_be_looked_up() -> None:
    ledger = MemoryLedger()
    ledger.customers.post(Customer(code="C7", name="Seventh"))

    assert ledger.customers.get("C7").name == "Seventh"
    assert ledger.company.load().customers is None
    assert ledger.sales_invoices.check(invoice(party="C8")).ok


def test_two_names_of_the_books_make_two_keys() -> None:
    keys = {
        MemoryLedger(scope=scope).sales_invoices.post(invoice()).key.digest
        for scope in ("Paris", "Lyon")
    }

    assert len(keys) == 2


class TestPreview:
    def test_it_shows_balanced_entries_as_a_person_reads_them(self) -> None:
        preview = MemoryLedger(CHART).documents.preview([invoice()], reference=CHART)

        rows = [(one.account, one.party, one.debit, one.credit) for one in preview.entries]
        assert rows == [
            ("411000", "C1", "120.00", ""),
            ("706000", "", "", "100.00"),
            ("445710", "", "", "20.00"),
        ]

    def test_what_is_not_known_is_a_visible_placeholder(self) -> None:
        document = invoice(lines=[attrs.evolve(LINE, account="")])
        preview = MemoryLedger().documents.preview([document])

        accounts = [one.account for one in preview.entries]
        assert accounts == ["<customers>", "<sales>", "<tax C20>"]

    def test_what_is_refused_is_not_shown(self) -> None:
        preview = MemoryLedger().documents.preview([invoice(lines=())])

        assert (preview.entries, preview.content, preview.report.ok) == ((), b"", False)

    @pytest.mark.parametrize(
        "other",
        [
            MemoryLedger(scope="elsewhere"),
            MemoryLedger(period_start=dt.date(2020, 1, 1)),
            MemoryLedger(attrs.evolve(CHART, customers={})),
        ],
        ids=["other books", "other settings", "other master data"],
    )
    def test_it_is_not_posted_once_it_no_longer_holds(self, other: MemoryLedger) -> None:
        preview = MemoryLedger().documents.preview([invoice()])

        with pytest.raises(ConfigurationError) as caught:
            other.documents.post_all(preview)

        assert caught.value.code == "SC-PREVIEW-STALE"
        assert other.content == b""

    def test_it_stops_when_what_it_would_pay_has_been_paid_since(self) -> None:
        ledger = MemoryLedger()
        ledger.documents.post_all([invoice()])
        ledger.company.load()
        preview = ledger.documents.preview([payment("P1", "120", "F1")])
        ledger.documents.post_all([payment("P2", "120", "F1")])
        before = ledger.content

        with pytest.raises(ConfigurationError):
            ledger.documents.post_all(preview)

        assert ledger.content == before


class TestEntries:
    def posted(self, *items: Postable) -> dict[tuple[str, str, str], Decimal]:
        ledger = MemoryLedger(CHART)
        for one in ledger.documents.post_all(items):
            one.unwrap()
        return dict(ledger.balances())

    def test_a_foreign_document_is_booked_in_the_base_currency(self) -> None:
        lines = [attrs.evolve(LINE, unit_price=Decimal("33.33"), taxes=())] * 3
        document = invoice(currency="USD", exchange_rate=Decimal("0.95"), lines=lines)

        assert self.posted(document) == {
            ("411000", "C1", ""): Decimal("94.99"),
            # 31.66 three times is 94.98: the rest goes to the largest line.
            ("706000", "", ""): Decimal("-94.99"),
        }

    def test_without_a_rate_of_its_own_it_takes_the_ledgers(self) -> None:
        document = invoice(currency="USD", lines=[attrs.evolve(LINE, taxes=())])

        assert self.posted(document)["411000", "C1", ""] == Decimal("87.50")

    def test_an_item_gives_the_account_of_its_line(self) -> None:
        line = attrs.evolve(LINE, account="", item="I")

        assert ("707000", "", "") in self.posted(invoice(lines=[line]))

    def test_charges_have_an_account_too(self) -> None:
        charge = Charge(amount=Decimal(5), account="706000")

        assert self.posted(invoice(charges=[charge]))["706000", "", ""] == -105

    def test_what_the_payer_keeps_back_is_not_owed(self) -> None:
        kept = Withholding(rate=Decimal(20), base=Decimal(50))
        sums = self.posted(invoice(withholding=kept))

        assert sums["411000", "C1", ""] == 110
        assert sums["<withheld CIS>", "", ""] == 10

    def test_a_split_goes_to_its_sections_to_the_cent(self) -> None:
        thirds = tuple(AnalyticShare(one, "1") for one in "ABC")
        sums = self.posted(invoice(lines=[attrs.evolve(LINE, analytic=thirds)]))

        parts = [sums["706000", "", f"1:{one}"] for one in "ABC"]
        assert parts == [Decimal("-33.34"), Decimal("-33.33"), Decimal("-33.33")]

    def test_a_project_takes_every_line_that_is_not_split(self) -> None:
        own = attrs.evolve(LINE, analytic=(AnalyticShare("B", "2"),))
        sums = self.posted(invoice(project="A", lines=[LINE, own]))

        parts = [sums["706000", "", ":A"], sums["706000", "", "2:B"]]
        assert parts == [-100, -100]

    def test_dimensions_take_the_line_whole(self) -> None:
        line = attrs.evolve(LINE, dimensions=FrozenMap({"1": "A"}))

        assert self.posted(invoice(lines=[line]))["706000", "", "1:A"] == -100

    def test_a_payment_moves_money_between_bank_and_party(self) -> None:
        assert self.posted(payment("P1", "10", bank_account="BQ")) == {
            ("411000", "C1", ""): -10,
            ("512000", "", ""): 10,
        }

    def test_purchases_stand_on_the_other_side(self) -> None:
        ledger = MemoryLedger()
        ledger.purchase_invoices.post(
            PurchaseInvoice(
                number="B1", date=DAY, party="S1", currency="EUR", lines=(LINE,)
            )
        )
        ledger.payments.post(
            payment("P1", "120", "B1", party="S1", kind=PaymentKind.SUPPLIER_PAYMENT)
        )

        assert ledger.balances() == {
            ("<suppliers>", "S1", ""): 0,
            ("706000", "", ""): 100,
            ("<tax C20>", "", ""): 20,
            ("<bank>", "", ""): -120,
        }


def test_a_file_is_attached_to_documents_of_these_books_alone() -> None:
    ledger = MemoryLedger()
    receipt = ledger.sales_invoices.post(invoice())
    foreign = MemoryLedger(scope="elsewhere").sales_invoices.post(invoice())
    person: Receipt[Any] = ledger.customers.post(Customer(code="C1"))
    scan = Attachment(name="a.pdf", content=b"x")

    ids = [ledger.attachments.attach(receipt, scan) for _ in range(2)]

    assert ids == ["M000001/1", "M000001/2"]
    assert ledger.attached(receipt) == (scan, scan)
    with pytest.raises(NotFoundError):
        ledger.attachments.attach(foreign, scan)
    with pytest.raises(UnsupportedError, match="cannot attach customers"):
        ledger.attachments.attach(person, scan)


def test_a_document_that_only_the_caller_names_is_settled_by_that_name() -> None:
    ledger = MemoryLedger()
    nameless = invoice("", source_id="row 1")
    ledger.documents.post_all([nameless])

    ledger.documents.post_all([payment("P1", "120", "row 1")])

    assert outstanding(ledger) == {}
    assert [*ledger.sales_invoices.list(open=False)] == [nameless]


def test_a_credit_note_larger_than_its_invoice_leaves_credit() -> None:
    note = SalesCreditNote(
        number="A1", date=DAY, party="C1", currency="EUR", lines=(LINE, LINE), reverses="F1"
    )
    ledger = MemoryLedger()

    ledger.documents.post_all([invoice(), note])

    assert outstanding(ledger) == {"A1": Decimal(120)}


@settings(max_examples=30)
@given(st.lists(documents(), max_size=6, unique_by=lambda one: (one.type, one.number)))
@pytest.mark.requirement("S38")
def test_a_batch_posted_twice_stands_once(batch: list[Any]) -> None:
    ledger = MemoryLedger()
    first = ledger.documents.post_all(batch)
    content = ledger.content

    second = ledger.documents.post_all(batch)

    assert [one.document for one in first] == batch
    assert {one.state for one in second if one.posted} <= {State.UNCHANGED}
    assert [one.posted for one in first] == [one.posted for one in second]
    assert ledger.content == content
    whole = [amount for (_, _, axis), amount in ledger.balances().items() if not axis]
    assert sum(whole) == 0

"""What the seats promise, whatever the back end: here on books in memory."""

import asyncio
import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import attrs
import pytest

from sage_connect.errors import DocumentRejectedError, NotFoundError, UnsupportedError
from sage_connect.ledger import (
    SEATS,
    BackEnd,
    Capabilities,
    Health,
    HealthState,
    Key,
    OpenReadableLedger,
    Outcome,
    Postable,
    Preview,
    Receipt,
    State,
    Verb,
)
from sage_connect.model import (
    Account,
    Attachment,
    Document,
    ExchangeRate,
    Item,
    Reference,
    SalesCreditNote,
)
from sage_connect.plan import Now, Plan
from sage_connect.testing import AsyncMemoryLedger, MemoryLedger, ScriptedDriver
from sage_connect.testing.scripted import NOON
from sage_connect.validation import Checker, Report, RuleBook

from .documents import DAY, customer, invoice, payment

CHART = Reference(
    accounts={
        "706000": Account(code="706000", name="Prestations"),
        "707000": Account(code="707000", name="Ventes", active=False),
    },
    items={"I": Item(code="I", description="Conseil")},
    exchange_rates={"USD": ExchangeRate(currency="USD", rate=Decimal("0.9"))},
)


class Mute(BackEnd):
    """A product that can do one thing only, and has nothing of its own to say."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            product="a mute product",
            can={
                "accounts": frozenset({Verb.READ, Verb.LIST}),
                "items": frozenset({Verb.READ}),
                "sales_invoices": frozenset({Verb.READ}),
            },
        )

    @property
    def scope(self) -> str:
        return "mute"

    def check(self, items: Sequence[Postable], reference: Reference) -> Report:  # noqa: ARG002 - it knows no rules
        return Report(documents=len(items))

    def checker(self, reference: Reference) -> Checker:  # noqa: ARG002 - it knows no rules
        return Checker(book=RuleBook("mute"))

    def preview(self, items: Sequence[Postable], reference: Reference) -> Preview:
        report = self.check(items, reference)
        return Preview(
            documents=tuple(items),
            report=report,
            entries=(),
            content=b"",
            settings=None,
            reference=reference,
        )

    def load(self) -> Plan[Reference]:
        self.asked.append("load")
        yield from Now()
        self.reference = attrs.evolve(CHART, items=None)
        return self.reference

    def post(
        self,
        items: Sequence[Postable] | Preview,  # noqa: ARG002 - it posts nothing
    ) -> Plan[tuple[Outcome[Any], ...]]:
        yield from Now()
        return ()

    def reconcile(self, key: Key) -> Plan[Receipt[Document | None] | None]:
        yield from Now()
        if key.id != "F1":
            return None
        return Receipt(key=key, id="7", document=invoice(), posted_at=NOON)

    def preflight(self) -> Plan[Report]:
        yield from ()
        return Report()

    def health(self) -> Plan[Health]:
        yield from ()
        return Health(state=HealthState.DOWN, reason="it is mute")


@pytest.fixture
def mute() -> OpenReadableLedger:
    return OpenReadableLedger(ScriptedDriver(), Mute())


@pytest.fixture
def ledger() -> MemoryLedger:
    return MemoryLedger(attrs.evolve(CHART, customers={"C1": customer()}))


def test_master_data_are_read_once_when_they_are_first_asked_for() -> None:
    back_end = Mute()
    ledger = OpenReadableLedger(ScriptedDriver(), back_end)

    first = ledger.accounts.get("706000")
    second = ledger.accounts.get("707000")

    assert [first.name, second.name] == ["Prestations", "Ventes"]
    assert back_end.asked == ["load"]
    assert ledger.reference is back_end.reference


def test_a_code_that_is_not_there_is_named(ledger: MemoryLedger) -> None:
    with pytest.raises(NotFoundError, match="accounts: there is no '999'"):
        ledger.accounts.get("999")


def test_what_was_not_read_has_no_values(mute: OpenReadableLedger) -> None:
    with pytest.raises(NotFoundError, match="items: there is no 'I'"):
        mute.items.get("I")


def test_a_list_takes_only_what_equals_all_filters(ledger: MemoryLedger) -> None:
    active = [one.code for one in ledger.accounts.list(active=True)]
    none = [*ledger.accounts.list(active=True, name="Ventes")]

    assert (active, none) == (["706000"], [])


def test_a_search_looks_into_codes_and_names_in_any_case(ledger: MemoryLedger) -> None:
    assert [one.code for one in ledger.accounts.search("PRESTA")] == ["706000"]
    assert [one.code for one in ledger.accounts.search("707")] == ["707000"]
    assert [one.code for one in ledger.items.search("conseil")] == ["I"]


def test_check_and_preview_use_the_reference_they_are_given(ledger: MemoryLedger) -> None:
    unknown = Reference(customers={})

    assert ledger.sales_invoices.check(invoice()).ok
    assert not ledger.sales_invoices.check(invoice(), reference=unknown).ok
    assert ledger.sales_invoices.preview(invoice(), reference=unknown).content == b""
    assert not ledger.documents.check([invoice()], reference=unknown).ok
    assert ledger.documents.preview([invoice()], reference=unknown).reference is unknown


def test_check_uses_what_is_known_when_it_is_given_none(ledger: MemoryLedger) -> None:
    stranger = invoice(party="C2")

    known = ledger.sales_invoices.check(stranger)
    told = ledger.sales_invoices.check(stranger, reference=Reference())

    assert (known.ok, told.ok) == (False, True)


def test_master_data_are_checked_and_previewed_like_documents(ledger: MemoryLedger) -> None:
    nameless = customer("")

    assert ledger.customers.check(customer("C2")).ok
    assert not ledger.customers.check(nameless).ok
    assert b"C2" in ledger.customers.preview(customer("C2")).content
    with pytest.raises(DocumentRejectedError):
        ledger.customers.post(nameless)


def test_upsert_creates_updates_and_leaves_alone(ledger: MemoryLedger) -> None:
    values = [customer("C1", notes="new"), customer("C2"), customer("C3", notes="x")]

    first = ledger.customers.upsert(values)
    second = ledger.customers.upsert(values)

    assert [one.state for one in first] == [State.UPDATED, State.CREATED, State.CREATED]
    assert [one.state for one in second] == [State.UNCHANGED] * 3
    assert ledger.customers.get("C1").notes == "new"


def test_one_value_is_posted_for_a_receipt(ledger: MemoryLedger) -> None:
    receipt = ledger.customers.post(customer("C2"))

    assert (receipt.id, receipt.document) == ("C2", customer("C2"))


def test_one_document_is_posted_for_a_receipt() -> None:
    ledger = MemoryLedger(driver=ScriptedDriver())

    receipt = ledger.sales_invoices.post(invoice())

    assert receipt == Receipt(
        key=Key.of(invoice(), "memory"), id="M000001", document=invoice(), posted_at=NOON
    )


def test_documents_of_one_kind_are_posted_in_order(ledger: MemoryLedger) -> None:
    bad = invoice("F2", lines=())

    outcomes = ledger.sales_invoices.post_all(iter([invoice("F1"), bad, invoice("F3")]))

    states = [State.CREATED, State.REFUSED, State.CREATED]
    assert [one.state for one in outcomes] == states


def test_documents_are_listed_by_day_party_and_what_is_left_to_pay() -> None:
    ledger = MemoryLedger()
    later = DAY + dt.timedelta(days=1)
    old, new = invoice("F1"), invoice("F2", date=later, party="C2")
    ledger.documents.post_all([old, new, payment("F1")])

    place = ledger.sales_invoices
    assert [*place.list()] == [old, new]
    assert [*place.list(since=later)] == [new]
    assert [*place.list(party="C1")] == [old]
    assert [*place.list(open=True)] == [new]
    assert [*place.list(open=False)] == [old]
    assert [*ledger.payments.list(open=True)] == []


def test_a_long_list_comes_page_by_page() -> None:
    driver = ScriptedDriver()
    ledger = MemoryLedger(driver=driver)
    invoices = [invoice(f"F{number}") for number in range(250)]
    ledger.documents.post_all(invoices)

    assert [*ledger.sales_invoices.list()] == invoices


def test_a_document_is_read_back_by_id_and_by_key(ledger: MemoryLedger) -> None:
    receipt = ledger.sales_invoices.post(invoice())
    other = attrs.evolve(receipt.key, id="F2")

    assert ledger.sales_invoices.get(receipt.id) == invoice()
    assert ledger.sales_invoices.find(receipt.key) == invoice()
    assert ledger.sales_invoices.find(other) is None
    with pytest.raises(NotFoundError, match="payments: there is no"):
        ledger.payments.get(receipt.id)


@pytest.mark.requirement("S39")
def test_a_reversal_is_dated_numbered_and_names_its_original(ledger: MemoryLedger) -> None:
    receipt = ledger.documents.reverse(
        ledger.sales_invoices.post(invoice()),
        number="A1",
        day=DAY + dt.timedelta(days=3),
        source_id="row 9",
    )

    assert isinstance(receipt.document, SalesCreditNote)
    assert receipt.document == SalesCreditNote(
        number="A1",
        source_id="row 9",
        date=DAY + dt.timedelta(days=3),
        party="C1",
        currency="EUR",
        lines=invoice().lines,
        reverses="F1",
    )


@pytest.mark.requirement("S38", "S39")
def test_no_seat_can_change_or_delete_what_is_posted(ledger: MemoryLedger) -> None:
    for seat in SEATS:
        verbs = {name for name in dir(getattr(ledger, seat)) if not name.startswith("_")}
        assert verbs & {"delete", "remove", "void", "update", "edit"} == set()
    assert not any(
        (seat, verb) in ledger.capabilities
        for seat in ("sales_invoices", "journal_entries")
        for verb in (Verb.UPDATE, Verb.VOID)
    )


def test_a_lost_posting_is_looked_up_by_its_key(ledger: MemoryLedger) -> None:
    receipt = ledger.sales_invoices.post(invoice())

    assert ledger.documents.reconcile(receipt.key) == receipt
    assert ledger.documents.reconcile(Key.of(invoice("F2"), "memory")) is None


def test_the_company_is_loaded_looked_over_and_asked_how_it_is(
    ledger: MemoryLedger,
) -> None:
    reference = ledger.company.load()

    assert reference.accounts == CHART.accounts
    assert ledger.company.preflight().ok
    health = ledger.company.health()
    assert health == Health(state=HealthState.OK, at=health.at)
    assert health.at is not None


def test_a_file_is_attached_to_a_posted_document(ledger: MemoryLedger) -> None:
    receipt = ledger.sales_invoices.post(invoice())
    scan = Attachment(name="a.pdf", content=b"x")

    assert ledger.attachments.attach(receipt, scan) == "M000001/1"
    assert ledger.attached(receipt) == (scan,)
    (info,) = ledger.attachments.list(receipt)
    assert (info.id, info.name, info.size) == ("M000001/1", "a.pdf", 1)
    assert info.sha256 == scan.sha256
    assert ledger.attachments.get(receipt, info.id) == scan
    with pytest.raises(NotFoundError, match="M000001/2"):
        ledger.attachments.get(receipt, "M000001/2")


REFUSED: list[Callable[[Any], object]] = [
    lambda mute: mute.customers.get("C1"),
    lambda mute: [*mute.customers.list()],
    lambda mute: [*mute.customers.search("x")],
    lambda mute: mute.customers.post(customer()),
    lambda mute: mute.customers.upsert([customer()]),
    lambda mute: mute.sales_invoices.post(invoice()),
    lambda mute: mute.sales_invoices.post_all([invoice()]),
    lambda mute: [*mute.sales_invoices.list(party="C1")],
    lambda mute: mute.payments.get("7"),
    lambda mute: mute.payments.find(Key.of(payment(), "s")),
]


@pytest.mark.parametrize("attempt", REFUSED)
def test_what_a_product_cannot_do_is_refused_before_any_step(
    attempt: Callable[[Any], object],
) -> None:
    driver = ScriptedDriver()

    with pytest.raises(UnsupportedError, match="a mute product cannot"):
        attempt(OpenReadableLedger(driver, Mute()))

    assert driver.asked == []


def test_a_product_takes_no_attachments_unless_it_says_so(mute: OpenReadableLedger) -> None:
    receipt = Receipt(
        key=Key.of(invoice(), "s"), id="7", document=invoice(), posted_at=NOON
    )

    with pytest.raises(UnsupportedError, match=r"'a.pdf' was not attached to '7'"):
        mute.attachments.attach(receipt, Attachment(name="a.pdf", content=b""))
    with pytest.raises(UnsupportedError, match="lists no attachments of '7'"):
        mute.attachments.list(receipt)
    with pytest.raises(UnsupportedError, match="no attachment 'x' of '7'"):
        mute.attachments.get(receipt, "x")
    with pytest.raises(UnsupportedError, match="nobody can change them"):
        mute.attachments.verify()


def test_a_product_reads_documents_back_by_key_before_it_does_by_id(
    mute: OpenReadableLedger,
) -> None:
    assert mute.sales_invoices.find(Key.of(invoice(), "mute")) == invoice()
    assert mute.sales_invoices.find(Key.of(invoice("F2"), "mute")) is None
    with pytest.raises(NotFoundError, match="sales invoices: there is no '7'"):
        mute.sales_invoices.get("7")


def test_a_ledger_and_its_seats_say_what_they_are(mute: OpenReadableLedger) -> None:
    assert repr(mute) == "<OpenReadableLedger 'mute'>"
    assert repr(mute.accounts) == "<Directory accounts of a mute product>"
    assert mute.scope == "mute"


def test_every_seat_stands_under_its_own_name(mute: OpenReadableLedger) -> None:
    names = [repr(getattr(mute, seat)).split()[1] for seat in SEATS]

    assert names == [*SEATS]


def test_a_blocking_ledger_is_closed_by_its_with_statement() -> None:
    with (
        pytest.raises(AssertionError, match="1 of 1 replies were never asked for"),
        MemoryLedger(driver=ScriptedDriver("unused")) as ledger,
    ):
        assert isinstance(ledger, MemoryLedger)


def test_an_awaiting_ledger_is_closed_by_its_with_statement() -> None:
    async def session() -> tuple[AsyncMemoryLedger, Outcome[Any]]:
        async with AsyncMemoryLedger() as ledger:
            (outcome,) = await ledger.documents.post_all([invoice()])
            return ledger, outcome

    ledger, outcome = asyncio.run(session())

    assert outcome.state is State.CREATED
    asyncio.run(_closing(ledger))


async def _closing(ledger: AsyncMemoryLedger) -> None:
    await ledger.aclose()
    await ledger.aclose()

"""How objects print in a notebook: whole, escaped, short, and without a secret."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import attrs
import pytest

import sage_connect
from sage_connect import (
    Account,
    CompanyOptions,
    Customer,
    Line,
    OpenDocument,
    Reference,
    SalesInvoice,
    Tax,
)
from sage_connect.ledger import Key, Outcome, Preview, Receipt, State
from sage_connect.ledger.outcomes import Outcomes
from sage_connect.model import JournalEntry, Movement
from sage_connect.model.fields import FrozenMap
from sage_connect.plan import Page, Pages
from sage_connect.sage100.wire import (
    EntryLine,
    Losses,
    Side,
    Target,
    convert,
    entry_writer,
    inspect,
    pnm,
    read,
    write,
)
from sage_connect.testing import MemoryLedger, demo
from sage_connect.testing.accounting import AccountingSimulator
from sage_connect.testing.demo import export_bytes
from sage_connect.testing.intacct import IntacctSimulator
from sage_connect.testing.simulated import SimulatedAccounting, SimulatedIntacct

HOSTILE = "</td></div><script>alert('x')</script>\"&\ud800\u202e"
DAY = dt.date(2026, 9, 15)
OBJECTS = (
    *("ledger", "capabilities", "reference", "report", "preview", "outcome", "outcomes"),
    *("receipt", "repairs", "losses", "file", "inspection", "record", "pages", "pnm"),
)
TAGS = {
    *("div", "style", "p", "span", "dl", "dt", "dd", "table", "thead", "tbody", "tr", "th"),
    *("td", "details", "summary", "pre"),
}


class Parsed(HTMLParser):
    """What a browser would make of a card."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.texts: list[str] = []
        self.cells: list[list[str]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag == "tr":
            self.cells.append([])
        if tag in {"td", "th"}:
            self.cells[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.texts.append(data)
            if {"td", "th"} & set(self.open):
                self.cells[-1][-1] += data


def invoice(number: str = "F1", **changes: Any) -> SalesInvoice:
    line = Line(
        description=changes.pop("description", "Work"),
        unit_price=Decimal("1234567890.07"),
        account="706000",
        taxes=[Tax("C20", Decimal(20))],
    )
    usual: dict[str, Any] = {
        "number": number,
        "date": DAY,
        "party": "ABLE",
        "currency": "EUR",
        "lines": [line],
    }
    return SalesInvoice(**(usual | changes))


def outcome(document: SalesInvoice, state: State = State.CREATED) -> Outcome[Any]:
    key = Key.of(document, scope="books")
    at = dt.datetime(2026, 9, 15, 12, tzinfo=dt.UTC)
    receipt = Receipt(
        key=key,
        id=document.number,
        document=document,
        posted_at=at,
        details=FrozenMap({"file": "x"}),
    )
    posted = state in {State.CREATED, State.UNCHANGED}
    return Outcome(
        document=document, key=key, state=state, receipt=receipt if posted else None
    )


def preview_of(*documents: Any, reference: Reference | None = None) -> Preview:
    ledger = MemoryLedger()
    found = ledger.documents.preview(documents, reference=reference)
    assert isinstance(found, Preview)
    return found


def shown(value: Any) -> str:
    html: str = value._repr_html_()
    return html


def pnm_of(company: str) -> bytes:
    entry = entry_writer()
    common: dict[str, Any] = {"journal": "VTE", "date": DAY, "label": "Work"}
    common["amount"] = Decimal(1)
    flat = b"".join(
        write(
            [
                entry(**common, account="411000", third_party="ABLE", side=Side.DEBIT),
                entry(**common, account="706000", side=Side.CREDIT),
            ]
        )
    )
    return b"".join(convert(flat, Target(kind="pnm", number=138, company=company)))


def hostile_objects() -> dict[str, Any]:
    document = invoice(HOSTILE, party=HOSTILE, description=HOSTILE, reference=HOSTILE)
    reference = Reference(
        company=CompanyOptions(name=HOSTILE, base_currency="EUR", country="FR"),
        accounts={HOSTILE: Account(code=HOSTILE, name=HOSTILE)},
    )
    posted = outcome(document)
    losses = Losses()
    losses.add(HOSTILE, HOSTILE, value=HOSTILE)
    ledger = MemoryLedger()
    latin = "</td></div><script>alert('x')</script>\"&"
    file = export_bytes().replace(
        "ATELIER DÉMO".encode("cp850"), latin[:12].encode("cp850")
    )
    lines = file.replace(b"#FIN", f"#MECG\r\n{latin}\r\n#FIN".encode())
    return {
        "ledger": ledger,
        "capabilities": attrs.evolve(
            ledger.capabilities, product=HOSTILE, default_reason=HOSTILE
        ),
        "reference": reference,
        "report": ledger.documents.check([attrs.evolve(document, adjustment=Decimal(1))]),
        "repairs": sage_connect.repairs(
            [attrs.evolve(document, adjustment=Decimal(1))], target="sage100"
        ),
        "preview": preview_of(document, Customer(code=HOSTILE, name=HOSTILE)),
        "outcome": posted,
        "outcomes": Outcomes([posted, outcome(document, State.REFUSED)]),
        "receipt": posted.receipt,
        "losses": losses,
        "file": read(lines),
        "inspection": inspect(lines),
        "record": next(read(lines).of(EntryLine)),
        "pages": Pages(None, list),  # type: ignore[arg-type] # never driven
        "pnm": pnm.read(pnm_of(latin[12:34])),
    }


@pytest.mark.parametrize("name", OBJECTS)
def test_what_somebody_wrote_into_a_document_is_only_text(name: str) -> None:
    html = shown(hostile_objects()[name])

    found = Parsed(html)
    assert found.tags <= TAGS
    assert found.attributes <= {"class", "title", "scope"}
    assert found.open == []
    assert html.encode("utf-8")


@pytest.mark.parametrize("name", OBJECTS)
def test_a_card_stands_alone_and_is_the_same_each_time(name: str) -> None:
    html = shown(hostile_objects()[name])

    assert "http" not in html
    assert "@import" not in html
    assert "url(" not in html
    # The key's moment aside, nothing differs from one time to the next.
    assert html == shown(hostile_objects()[name])


@pytest.mark.parametrize("name", OBJECTS)
def test_a_repr_is_a_line(name: str) -> None:
    told = repr(hostile_objects()[name])

    assert len(told) < 500
    assert "\n" not in told


def opened_accounting() -> SimulatedAccounting:
    return SimulatedAccounting(AccountingSimulator())


def opened_intacct() -> SimulatedIntacct:
    return SimulatedIntacct(IntacctSimulator())


def secrets_of(ledger: Any) -> set[str]:
    simulator = ledger.simulator
    if isinstance(simulator, IntacctSimulator):
        options = simulator.options
        found = {options.sender_password, options.user_password}
        return {getattr(one, "reveal", lambda one=one: one)() for one in found}
    return {simulator.client_secret, simulator.access_token, simulator.refresh_token}


@pytest.mark.parametrize("opened", [opened_accounting, opened_intacct])
def test_no_secret_is_printed(opened: Callable[[], Any]) -> None:
    with opened() as ledger:
        ledger.company.load()
        sale = invoice(currency="GBP", party="ARDENT", due=DAY)
        preview = ledger.documents.preview([sale])
        outcomes = ledger.documents.post_all([sale])
        secrets = secrets_of(ledger)
        objects = [
            *(ledger, ledger.capabilities, ledger.reference, preview, outcomes),
            *(*outcomes, preview.report, ledger.sales_invoices.list()),
        ]
        faces = [face for one in objects for face in (shown(one), repr(one))]

    assert secrets
    assert all(secrets)
    assert [one for one in secrets if any(one in face for face in faces)] == []


def test_a_ledger_prints_whose_books_it_keeps_and_all_that_it_can() -> None:
    with opened_accounting() as ledger:
        before = Parsed(shown(ledger))
        ledger.company.load()
        after = Parsed(shown(ledger))

    assert any("nothing read yet" in one for one in before.texts)
    assert "Demo Business GB" in after.texts
    rows = {row[0]: row[1:] for row in after.cells}
    assert rows["sales invoices"] == ["✓", "✓", "✓", "✓", "✓", "✓", "·", "✓"]
    assert rows["accounts"] == ["✓", "✓", *"······"]
    # Of the reference data, the number of each part.
    numbers = [row for row in after.cells if row[0] == "accounts"]
    assert numbers[0][1] == str(len((ledger.reference or Reference()).accounts or {}))


def test_looking_at_a_listing_reads_nothing() -> None:
    def fail() -> Any:
        raise AssertionError("it was read")

    pages: Pages[Any, Any] = Pages(None, fail)  # type: ignore[arg-type] # never driven

    assert "nothing is read" in shown(pages)
    assert repr(pages) == "<Pages: nothing is read before they are iterated>"
    assert repr(Page((1, 2), fail)) == "<Page of 2, more follow>"
    assert repr(Page((1,))) == "<Page of 1>"


def test_outcomes_print_what_needs_a_look_first() -> None:
    outcomes = Outcomes(
        [
            *(outcome(invoice(f"F{at}")) for at in range(30)),
            outcome(invoice("LATE"), State.REFUSED),
        ]
    )

    found = Parsed(shown(outcomes))

    assert repr(outcomes) == "<Outcomes: 30 CREATED, 1 REFUSED>"
    assert found.cells[1][0] == "LATEsales invoice"
    assert found.cells[1][3] == "REFUSED"
    assert "… 11 more" in found.texts
    # Exact to the last digit, which a binary number would not be.
    assert found.cells[2][2] == "1,481,481,468.08EUR"


def test_a_batch_is_still_a_tuple_of_outcomes() -> None:
    ledger = MemoryLedger()

    outcomes = ledger.documents.post_all([Customer(code="ABLE", name="Able")])

    assert outcomes == (outcomes[0],)
    assert isinstance(outcomes, Outcomes)


def test_a_preview_is_held_against_what_stands() -> None:
    stands = Customer(code="SAME", name="Same")
    reference = Reference(
        customers={"SAME": stands, "OTHER": Customer(code="OTHER", name="Old name")},
        open_documents={
            ("SAME", "F7"): OpenDocument(
                number="F7",
                kind="sales_invoice",
                party="SAME",
                currency="EUR",
                total=Decimal(10),
                outstanding=Decimal("7.50"),
            )
        },
    )
    preview = preview_of(
        stands,
        Customer(code="OTHER", name="New name"),
        Customer(code="NEW", name="New"),
        invoice("F7", party="SAME"),
        invoice("F8", party="SAME", adjustment=Decimal(1)),
        invoice("F9", party="SAME"),
        reference=reference,
    )

    rows = {row[1]: (row[0], row[-1]) for row in Parsed(shown(preview)).cells[1:7]}

    assert rows["SAME"] == ("=", "stands as it is")
    assert rows["OTHER"] == ("~", "name: Old name → New name")
    assert rows["NEW"] == ("+", "new")
    assert rows["F7"] == ("=", "stands, 7.50 EUR open")
    assert rows["F9"] == ("+", "new")
    assert rows["F8"][0] == "✗"
    assert "adjustment" in rows["F8"][1]


@pytest.mark.requirement("S49")
def test_a_preview_adds_up_what_it_would_write() -> None:
    entry = JournalEntry(
        number="OD1",
        journal="OD",
        date=DAY,
        currency="EUR",
        movements=[
            Movement(account="471000", debit=Decimal("0.10")),
            Movement(account="471000", debit=Decimal("0.20")),
            Movement(account="758000", credit=Decimal("0.30")),
        ],
    )
    with demo.opened_sage100()[0] as ledger:
        ledger.company.load()
        preview = ledger.documents.preview([entry])

    found = Parsed(shown(preview))
    assert found.texts.count("0.30") >= 2
    assert [row[5:] for row in found.cells[-3:]] == [
        ["0.10", ""],
        ["0.20", ""],
        ["", "0.30"],
    ]
    assert f"The bytes: {len(preview.content):,}" in found.texts


def test_a_record_prints_its_fields_and_what_cannot_be_read() -> None:
    with demo.opened_sage100()[0] as ledger:
        ledger.documents.post_all(demo.month())
        export = ledger.imported()
    line = next(read(export).of(EntryLine))
    damaged = next(
        read(export.replace(b"\r\n1608,75\r\n", b"\r\n1608.75\r\n")).of(EntryLine)
    )

    sound = {row[0]: row[1:] for row in Parsed(shown(line)).cells}
    wrong = {row[0]: row[1:] for row in Parsed(shown(damaged)).cells}

    assert sound["amount (18)"] == ["1,608.75", "1608,75"]
    assert sound["side (17)"] == ["debit", "0"]
    assert wrong["amount (18)"] == ["cannot be read", "1608.75"]


def test_an_inspection_counts_each_kind_of_fault() -> None:
    export = export_bytes()
    broken = export.replace(b"#MTAX", b"#mtax").replace(b"#FIN", b"")

    found = Parsed(shown(inspect(broken)))
    whole = Parsed(shown(inspect(export)))

    kinds = {one.code for one in inspect(broken).faults}
    rows = [row for row in found.cells if row[0] in {"error", "warning", "note"}]
    assert len(rows) == len({(one.code, one.field) for one in inspect(broken).faults})
    assert [row[0] for row in rows] == sorted(
        (row[0] for row in rows), key=["error", "warning", "note"].index
    )
    assert all(any(code in row[-1] for row in rows) for code in kinds)
    assert "nothing is wrong with it" in whole.texts

"""Whole requests of the ledger fit the published schema, but for what is newer."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import attrs
import pytest
from lxml import etree

from sage_connect import (
    Attachment,
    BankDirection,
    BankEntry,
    Customer,
    DimensionValue,
    Item,
    JournalEntry,
    PurchaseCreditNote,
    PurchaseInvoice,
    PurchaseKind,
    SalesCreditNote,
    Supplier,
)
from sage_connect.intacct.settings import CreditNotes, Level, Taxes
from sage_connect.model import AnalyticShare

from .company import SETTINGS
from .trading import (
    BOUGHT,
    DAY,
    SOLD,
    Trade,
    a_bill,
    a_credit,
    a_debit,
    a_line,
    a_payment,
    a_supplier_payment,
    an_invoice,
    trading,
    with_policy,
)

# The schema is of release 3 of 2019. Functions that came later:
NEWER_FUNCTIONS: Final = {
    "query": "the newer query came with release 1 of 2020",
    "lookup": "came with the newer query",
}
# Elements within what it has:
NEWER_ELEMENTS: Final = {
    "control/showadditionalerrorinfo": "details of errors came later",
    ".//taxsolutionid": "taxes of several countries came later",
    ".//taxentries": "taxes of several countries came later",
}
FILE: Final = Attachment(name="scan.pdf", content=b"%PDF-1.7 \x00\xff")


@pytest.fixture(scope="module")
def schema(spec: Path) -> etree.XMLSchema:
    file = spec / "intacct" / "schemas" / "api-3.0-2019R3.xsd"
    if not file.exists():
        pytest.skip(f"no schema at {file}")
    return etree.XMLSchema(etree.parse(file))


def batch() -> Iterator[Any]:
    """Everything that the ledger sends, with as much in it as there is a place for."""
    dimensions = {"LOCATION": "100", "DEPARTMENT": "SALES", "PROJECT": "P100"}
    sold = a_line(100, taxes=[SOLD], item="CALLOUT", dimensions=dimensions)
    bought = a_line(100, account="5000", taxes=[BOUGHT], dimensions=dimensions)
    abroad = {"party": "EIFFEL", "currency": "EUR"}
    yield DimensionValue(dimension="DEPARTMENT", code="D1", name="Depot")
    yield DimensionValue(dimension="PROJECT", code="PR1", name="Bridge")
    yield DimensionValue(dimension="CLASS", code="CL1", name="Class")
    yield DimensionValue(dimension="LOCATION", code="L1", name="Yard")
    yield Customer(code="C1", name="One & Two", email="a@example.com", phone="1")
    yield Supplier(code="V1", name="<Vendor>", payment_term="N15", tax_number="GB1")
    yield Item(code="I1", description="Bolts", sales_account="4000")
    yield an_invoice("F1", sold, reference="PO 1", notes="Thanks", source_id="x-1")
    yield an_invoice("F2", sold, attachments=[FILE])
    yield an_invoice("F3", a_line(9), due=None, **abroad)
    yield an_invoice("F4", a_line(9), **abroad, exchange_rate=Decimal("0.8"))
    yield a_bill("B1", bought, party_number="SUP 1", notes="Paid")
    yield a_bill("B2", bought, attachments=[FILE], entity="200")
    credit: dict[str, Any] = {"date": DAY, "currency": "GBP", "notes": "Broken"}
    yield SalesCreditNote(
        number="C1", party="ARDENT", lines=[sold], reverses="F1", **credit
    )
    yield PurchaseCreditNote(
        number="C2", party="HARBOUR", lines=[bought], reverses="SUP 1", **credit
    )
    yield PurchaseInvoice(
        kind=PurchaseKind.EXPENSE_CLAIM,
        number="E1",
        party="E-001",
        lines=[a_line(30, account="7400", dimensions=dimensions)],
        **credit,
    )
    shares = [AnalyticShare("SALES", "DEPARTMENT"), AnalyticShare("ENG", "DEPARTMENT")]
    entry: dict[str, Any] = {"journal": "GJ", "date": DAY, "description": "Entry"}
    split = a_debit("7500", 10, analytic=shares, description="Split")
    yield JournalEntry(
        number="J1",
        currency="GBP",
        movements=[split, a_credit("2101", 10, party="HARBOUR")],
        reversed_on=DAY.replace(month=12),
        attachments=[FILE],
        notes="Note",
        **entry,
    )
    yield JournalEntry(
        number="J2",
        currency="EUR",
        exchange_rate=Decimal("0.8"),
        movements=[
            a_debit("7500", 8, currency_amount=Decimal(10), dimensions=dimensions),
            a_credit("2101", 8, currency_amount=Decimal(10), dimensions=dimensions),
        ],
        **entry,
    )
    yield a_payment(50, ("F1", 50), reference="Bank text")
    yield a_payment(40, number="A1")
    yield a_payment(9, ("F4", 9), number="P2", **abroad, exchange_rate=Decimal("0.9"))
    yield a_supplier_payment(50, ("B1", 50), reference="Bank text", notes="Note")
    yield BankEntry(
        number="R1",
        date=DAY,
        bank_account="BANK",
        currency="GBP",
        amount=Decimal(7),
        direction=BankDirection.IN,
        account="4900",
        party="ARDENT",
        description="Interest",
        reference="Statement 7",
    )


def requests(trade: Trade) -> list[Any]:
    """Post everything, twice over, take some of it back, and return what was sent."""
    *others, receipt = batch()
    posted = trade.post(*others)
    trade.post(*others)
    # Alone: the simulator does not keep such, and would refuse the whole transaction.
    trade.post(receipt)
    changed = [attrs.evolve(one.document, active=False) for one in posted[:7]]
    trade.post(*changed)
    for outcome in posted:
        if outcome.document.type == "payment" and outcome.document.number != "A1":
            number = f"R-{outcome.document.party}-{outcome.document.number}"
            trade.sage.documents.reverse(outcome.unwrap(), number=number)
    return [etree.fromstring(call.body) for call in trade.simulator.calls]


@pytest.mark.parametrize(
    "settings",
    [
        SETTINGS,
        with_policy(taxes=Taxes.LINES, credit_notes=CreditNotes.NEGATIVE, batch=1),
        attrs.evolve(with_policy(transaction=True), level=Level.ENTITY, entity="100"),
    ],
    ids=["entries", "lines", "entity"],
)
@pytest.mark.requirement("S231", "S242")
def test_every_request_fits_the_schema(schema: etree.XMLSchema, settings: Any) -> None:
    met: Counter[str] = Counter()
    with trading(settings) as made:
        sent = requests(made)

    for request in sent:
        names = {one[0].tag for one in request.iter("function")}
        met.update(names)
        for place in NEWER_ELEMENTS:
            for found in request.xpath(place):
                found.getparent().remove(found)
        for function in list(request.iter("function")):
            if function[0].tag in NEWER_FUNCTIONS:
                function.getparent().remove(function)
        # A request of newer functions alone has an empty content now.
        if request.find(".//function") is not None:
            schema.validate(request)
            log: Any = schema.error_log
            assert [str(one.message) for one in log] == [], names
    assert set(met) >= {
        "getAPISession",
        "query",
        "create",
        "update",
        "create_invoice",
        "create_bill",
        "create_expensereport",
        "create_supdoc",
        "record_otherreceipt",
        "reverse_arpayment",
    }


def test_what_is_called_newer_is_not_in_the_schema(spec: Path) -> None:
    file = spec / "intacct" / "schemas" / "api-3.0-2019R3.xsd"
    if not file.exists():
        pytest.skip(f"no schema at {file}")
    tree: Any = etree.parse(file)
    (function,) = tree.xpath("//*[local-name()='element' and @name='function']")
    functions = {str(one) for one in function.xpath(".//@name | .//@ref")}
    every = {str(one) for one in tree.xpath("//@name | //@ref")}

    assert "create_invoice" in functions
    assert functions & NEWER_FUNCTIONS.keys() == set()
    assert every & {one.split("/")[-1] for one in NEWER_ELEMENTS} == set()

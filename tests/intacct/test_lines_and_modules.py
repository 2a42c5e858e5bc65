"""Dimensions on lines, modules that are off, and roles that may not do everything."""

from decimal import Decimal
from typing import Any

import attrs
import pytest

from sage_connect import (
    Customer,
    JournalEntry,
    PurchaseInvoice,
    PurchaseKind,
    State,
    Supplier,
)
from sage_connect.errors import NotFoundError, PermissionDeniedError, UnsupportedError
from sage_connect.intacct.functions import Update
from sage_connect.testing.intacct import Expired, IntacctSimulator, Refuse
from sage_connect.testing.intacct.options import MODULES

from .company import SETTINGS, connected
from .trading import (
    DAY,
    a_bill,
    a_credit,
    a_debit,
    a_line,
    an_invoice,
    said,
    trading,
    with_policy,
)

DIMENSIONS = {
    "LOCATION": "100",
    "DEPARTMENT": "SALES",
    "PROJECT": "P100",
    "CLASS": "RETAIL",
    "VENDOR": "INK",
    "EMPLOYEE": "E-001",
    "ITEM": "CALLOUT",
}


@pytest.mark.requirement("S231", "S233", "S237")
def test_dimensions_stand_on_their_lines_and_are_read_back() -> None:
    invoice = an_invoice("F1", a_line(1, dimensions=DIMENSIONS), a_line(2))
    claim = PurchaseInvoice(
        kind=PurchaseKind.EXPENSE_CLAIM,
        number="E1",
        date=DAY,
        party="E-001",
        currency="GBP",
        lines=[a_line(30, account="7400", dimensions={"CUSTOMER": "BIRCH"})],
    )
    bill = a_bill("B1", a_line(3, account="5000", dimensions={"CUSTOMER": "BIRCH"}))
    with trading() as made:
        receipt, _, other = made.posted(invoice, claim, bill)
        row = made.row("ARINVOICE")
        first, second = made.lines("ARINVOICEITEM", row)
        read = made.sage.sales_invoices.get(receipt.id)
        read_bill = made.sage.purchase_invoices.get(other.id)
        (sent,) = made.sent("create_invoice")

    assert {name: first[f"{name}ID"] for name in DIMENSIONS} == DIMENSIONS
    # The party of the document counts as one of its own.
    assert (first["CUSTOMERID"], second.get("DEPARTMENTID")) == ("ARDENT", None)
    lines = sent.findall(".//lineitem")
    assert [one.findtext("departmentid") for one in lines] == ["SALES", None]
    whole = dict(read.lines[0].dimensions) | {"ITEM": read.lines[0].item}
    assert whole == DIMENSIONS
    assert read_bill.lines[0].dimensions == {"CUSTOMER": "BIRCH"}


def test_the_project_of_a_document_counts_on_every_line() -> None:
    invoice = an_invoice(
        "F1", a_line(1), a_line(2, dimensions={"PROJECT": "P200"}), project="P100"
    )
    with trading() as made:
        made.posted(invoice)
        lines = made.lines("ARINVOICEITEM", made.row("ARINVOICE"))

    assert [one["PROJECTID"] for one in lines] == ["P100", "P200"]


def test_dimensions_of_ones_own_have_the_prefix_of_the_settings() -> None:
    line = a_line(1, dimensions={"FLEET": "Van 1"})
    with trading(user_dimensions={"FLEET": "Fleet"}) as made:
        made.sage.company.load()
        invoice = an_invoice("F1", line)
        content = made.sage.sales_invoices.preview(invoice).content.decode()

    assert "GLDIMFLEET" in content


@pytest.mark.requirement("S238", "S239")
@pytest.mark.parametrize(
    ("count", "extra", "sent"), [(20, False, 20), (21, False, 20), (21, True, 21)]
)
def test_beyond_the_twentieth_dimensions_are_kept_out_unless_the_policy_says_so(
    count: int,
    extra: bool,  # noqa: FBT001 - as pytest gives it
    sent: int,
) -> None:
    names = {f"UD{at}": f"Own {at}" for at in range(count - len(DIMENSIONS))}
    line = a_line(1, dimensions=DIMENSIONS | dict.fromkeys(names, "x"))
    with trading(with_policy(extra_dimensions=extra), user_dimensions=names) as made:
        made.sage.company.load()
        outcome = made.sage.sales_invoices.preview(an_invoice("F1", line))
    content = outcome.content.decode()

    found = [one.code for one in outcome.report if "LIMIT" in one.code]
    own = content.count("<customfieldname>") + content.count("<GLDIM")
    assert own == sent - len(DIMENSIONS)
    assert found == ([] if count == 20 or extra else ["SC-IN-DIMENSION-LIMIT"])


@pytest.mark.requirement("S232")
def test_a_dimension_that_an_account_requires_must_be_named() -> None:
    with trading() as made:
        made.sage.api.execute(
            Update(object="GLACCOUNT", fields={"ACCOUNTNO": "4000", "REQUIREDEPT": True})
        )
        (refused,) = made.post(an_invoice("F1", a_line(1)))
        made.posted(an_invoice("F2", a_line(1, dimensions={"DEPARTMENT": "SALES"})))

    assert refused.state is State.REFUSED
    assert said(refused)[0][0] == "SC-IN-DIMENSION-REQUIRED"


@pytest.mark.requirement("S222", "S223", "S224")
def test_without_the_projects_module_its_field_is_not_asked_for() -> None:
    modules = tuple(one for one in MODULES if one != "PA")
    with trading(modules=modules) as made:
        made.posted(an_invoice())
        asked = [
            one.text
            for query in made.sent("query")
            if query.findtext(".//object") == "GLACCOUNT"
            for one in query.iter("field")
        ]
    with trading() as made:
        made.sage.company.load()
        there = [one.text for query in made.sent("query") for one in query.iter("field")]

    assert "REQUIREDEPT" in asked
    assert "REQUIREPROJECT" not in asked
    assert "REQUIREPROJECT" in there


@pytest.mark.requirement("S222")
def test_a_field_can_be_dropped_by_the_settings() -> None:
    settings = attrs.evolve(SETTINGS, dropped_fields={"GLACCOUNT": "REQUIREPROJECT"})
    with trading(settings) as made:
        made.sage.company.load()
        asked = [one.text for query in made.sent("query") for one in query.iter("field")]

    assert "REQUIREPROJECT" not in asked


def test_a_module_that_is_off_narrows_what_can_be_done() -> None:
    modules = tuple(one for one in MODULES if one != "AP")
    with trading(modules=modules) as made:
        made.posted(an_invoice())
        (bill,) = made.post(a_bill())
        with pytest.raises(UnsupportedError) as caught:
            made.sage.purchase_credit_notes.list()

    assert "subscribed" in str(caught.value)
    assert bill.state is State.REFUSED
    assert "SC-IN-MODULE" in [code for code, _ in said(bill)]


@pytest.mark.requirement("S174", "S180")
@pytest.mark.parametrize("rights", ["", "List|View"])
def test_a_role_without_rights_leaves_the_rest_usable(rights: str) -> None:
    with IntacctSimulator() as simulator:
        simulator.user(rights={"APBILL": rights, "VENDOR": rights})
        with connected(simulator) as sage:
            invoice, bill = sage.documents.post_all([an_invoice(), a_bill()])
            readable = sage.company.load().suppliers is not None
        left = simulator.books().count("APBILL")
        assert simulator.crashes == []

    # Without the right to look, it is not known what stands: nothing is sent.
    assert (invoice.state, left, readable) == (State.CREATED, 0, bool(rights))
    assert bill.state is (State.FAILED if rights else State.NOT_RUN)
    assert isinstance(bill.error, PermissionDeniedError)
    assert bill.error.code == "SC-IN-PERMISSION"


@pytest.mark.requirement("S217", "S218", "S219", "S220", "S221", "S235")
def test_what_the_company_is_set_up_with_is_listed() -> None:
    with trading() as made:
        sage: Any = made.sage
        reference = sage.company.load()
        terms = [one.code for one in sage.payment_terms.list()]
        taxes = {one.code: one for one in sage.tax_codes.list()}

    assert {"N15", "N30", "N60"} <= set(terms)
    assert "4000" in reference.accounts
    assert {"GJ", "STK"} <= set(reference.journals)
    standard = taxes["UK Sale Goods Standard Rate"]
    assert (standard.rate_on(DAY), standard.account) == (Decimal(20), "2200")
    assert {"DEPARTMENT", "PROJECT"} <= set(reference.dimensions)
    assert ("DEPARTMENT", "SALES") in reference.dimension_values
    assert {"100", "200"} <= set(reference.entities)
    assert {"BANK", "CASH", "BANKUSD"} <= set(reference.bank_accounts)


def test_entries_take_dimensions_under_their_own_names() -> None:
    entry = JournalEntry(
        number="J1",
        journal="GJ",
        date=DAY,
        currency="GBP",
        description="Entry",
        movements=[
            a_debit("7500", 1, dimensions={"LOCATION": "100", "DEPARTMENT": "SALES"}),
            a_credit("2101", 1, dimensions={"LOCATION": "100", "CLASS": "RETAIL"}),
        ],
    )
    with trading() as made:
        (receipt,) = made.posted(entry)
        read = made.sage.journal_entries.get(receipt.id)
        (sent,) = [one for one in made.sent("create") if one.find(".//GLBATCH") is not None]

    assert read.movements == entry.movements
    assert [one.text for one in sent.iter("LOCATION")] == ["100", "100"]
    assert sent.find(".//LOCATIONID") is None


def test_documents_of_subscriptions_that_are_there_are_read_without_the_others() -> None:
    modules = tuple(one for one in MODULES if one != "EE")
    with trading(modules=modules) as made:
        (receipt,) = made.posted(a_bill())
        seat = made.sage.purchase_invoices
        listed = [one.number for one in seat.list()]
        missing = made.sage.documents.reconcile(
            attrs.evolve(receipt.key, id="B2", number="")
        )
        with pytest.raises(NotFoundError):
            seat.get("99999")

    assert listed == ["B1"]
    assert missing is None


def test_whoever_is_not_let_in_any_more_knocks_once() -> None:
    batch = [
        Customer(code="NEW", name="New"),
        Supplier(code="NEWS", name="News"),
        an_invoice("F1"),
        a_bill("B1"),
    ]
    with trading() as made:
        made.sage.company.load()
        made.simulator.fail(Expired(), function="query", times=1)
        refused = Refuse(number="XL03000006", text="Sign-in information is incorrect")
        made.simulator.fail(refused, function="getAPISession", times=None)
        before = len(made.simulator.calls)
        outcomes = made.post(*batch)
        knocks = [
            one for one in made.simulator.calls[before:] if "getAPISession" in one.functions
        ]

    assert {one.state for one in outcomes} == {State.NOT_RUN}
    assert len(knocks) == 1

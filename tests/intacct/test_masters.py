"""Master data: made, changed where it differs, left alone where it does not."""

from collections.abc import Iterator
from typing import Any

import attrs
import pytest

from sage_connect import (
    Address,
    Customer,
    DimensionValue,
    Item,
    ItemKind,
    State,
    Supplier,
)
from sage_connect.intacct.functions import Delete, Update
from sage_connect.intacct.settings import Level
from sage_connect.testing.intacct import Refuse

from .company import SETTINGS
from .trading import Trade, a_line, an_invoice, said, trading

CUSTOMER = Customer(
    code="NEW",
    name="New & Sons",
    currency="GBP",
    tax_number="GB980780684",
    address=Address(
        lines=["1 High Street", "Floor 2"],
        city="Leeds",
        region="Yorkshire",
        postal_code="LS1 1AA",
        country="GB",
    ),
    email="new@example.com",
    phone="0113 4960000",
    payment_term="N45",
    notes="Pays late",
)
SUPPLIER = Supplier(code="NEWV", name="New Vendor", payment_term="N15", email="v@x.com")
ITEM = Item(code="BOLT", description="Bolts", sales_account="4000")
VALUE = DimensionValue(dimension="DEPARTMENT", code="D9", name="Depot")


@pytest.fixture(scope="module")
def trade() -> Iterator[Trade]:
    with trading(user_dimensions={"FLEET": "Fleet"}) as made:
        yield made


@pytest.mark.requirement("S209")
def test_a_customer_makes_the_round_trip(trade: Trade) -> None:
    first = trade.posted(CUSTOMER)
    with trade.anew() as sage:
        read = sage.customers.get("NEW")
        again = sage.customers.upsert([CUSTOMER])

    assert read == CUSTOMER
    assert again[0].state is State.UNCHANGED
    assert first[0].id == trade.row("CUSTOMER", CUSTOMERID="NEW")["RECORDNO"]


@pytest.mark.requirement("S210")
def test_a_vendor_makes_the_round_trip(trade: Trade) -> None:
    trade.posted(SUPPLIER)

    with trade.anew() as sage:
        read = sage.suppliers.get("NEWV")
        (again,) = sage.suppliers.upsert([SUPPLIER])

    for name in ("code", "name", "payment_term", "email"):
        assert getattr(read, name) == getattr(SUPPLIER, name)
    assert again.state is State.UNCHANGED


@pytest.mark.requirement("S208")
@pytest.mark.parametrize("kind", ItemKind)
def test_an_item_is_kept_in_no_stock(trade: Trade, kind: ItemKind) -> None:
    code = f"I-{kind.name[:4]}"
    trade.post(Item(code=code, description=f"Of {kind.value}", kind=kind))

    assert trade.row("ITEM", ITEMID=code)["ITEMTYPE"] == "Non-Inventory"
    sent = [one for one in trade.sent("create") if one.findtext(".//ITEMID") == code]
    assert [one.findtext(".//ITEMTYPE") for one in sent] == ["Non-Inventory"]


@pytest.mark.requirement("S212")
def test_the_id_of_an_item_never_changes(trade: Trade) -> None:
    trade.posted(ITEM)

    outcomes = [trade.post(attrs.evolve(ITEM, code=code))[0] for code in ("bolt", "Bolt ")]

    assert {one.state for one in outcomes} == {State.REFUSED}
    assert next(said(one)[0][0] for one in outcomes) == "SC-IN-ITEM-ID-IMMUTABLE"
    found = [row["ITEMID"] for row in trade.rows("ITEM") if row["NAME"] == "Bolts"]
    assert found == ["BOLT"]


@pytest.mark.parametrize(
    ("value", "field", "changed"),
    [
        (Customer(code="CH1", name="One"), "NAME", {"name": "Two"}),
        (Supplier(code="CH2", name="One"), "NAME", {"name": "Two"}),
        (Item(code="CH3", description="Ones"), "NAME", {"description": "Twos"}),
        (
            DimensionValue(dimension="CLASS", code="CH4", name="One"),
            "NAME",
            {"name": "Two"},
        ),
        (DimensionValue(dimension="PROJECT", code="CH5", name="a"), "NAME", {"name": "b"}),
        (DimensionValue(dimension="LOCATION", code="CH6", name="c"), "NAME", {"name": "d"}),
        (
            DimensionValue(dimension="DEPARTMENT", code="C7", name="e"),
            "TITLE",
            {"name": "f"},
        ),
    ],
)
def test_what_changes_is_changed_as_often_as_it_does(
    trade: Trade, value: Any, field: str, changed: dict[str, str]
) -> None:
    other = attrs.evolve(value, **changed)
    third = attrs.evolve(value, **dict.fromkeys(changed, "Three"))

    # All within a second: times alone do not tell the changes apart.
    states = [
        trade.post(one)[0].state for one in (value, value, other, third, value, value)
    ]

    assert states == [
        State.CREATED,
        State.UNCHANGED,
        State.UPDATED,
        State.UPDATED,
        State.UPDATED,
        State.UNCHANGED,
    ]
    object = getattr(value, "dimension", "") or {
        "CH1": "CUSTOMER",
        "CH2": "VENDOR",
        "CH3": "ITEM",
    }.get(value.code, "")
    (name,) = changed
    wanted = getattr(value, name)
    assert wanted in [row.get(field) for row in trade.rows(object)]
    assert changed[name] not in [row.get(field) for row in trade.rows(object)]


def test_what_others_have_made_since_is_changed_not_made_twice(trade: Trade) -> None:
    trade.sage.company.load()
    with trade.anew() as other:
        other.customers.post(Customer(code="RACE", name="Theirs"))

    (outcome,) = trade.post(Customer(code="RACE", name="Ours"))

    assert outcome.state is State.UPDATED
    assert trade.row("CUSTOMER", CUSTOMERID="RACE")["NAME"] == "Ours"


def test_what_others_have_changed_since_is_put_right(trade: Trade) -> None:
    mine = Customer(code="EDIT", name="Mine")
    trade.posted(mine)
    trade.sage.api.execute(
        Update(object="CUSTOMER", fields={"CUSTOMERID": "EDIT", "NAME": "Typo"})
    )

    (outcome,) = trade.post(mine)

    assert outcome.state is State.UPDATED
    assert trade.row("CUSTOMER", CUSTOMERID="EDIT")["NAME"] == "Mine"


def test_what_others_made_and_deleted_is_made(trade: Trade) -> None:
    with trade.anew() as other:
        (outcome,) = other.customers.upsert([Customer(code="GONE", name="Gone")])
    trade.sage.company.load()
    key = outcome.unwrap().id
    trade.sage.api.execute(Delete(object="CUSTOMER", keys=[key]))

    (again,) = trade.post(Customer(code="GONE", name="Gone"))

    # The gateway remembers the key: it cannot be told from a lost record, and is not made
    # twice. It is not said to stand either.
    assert again.state in {State.CREATED, State.UNKNOWN}
    assert (again.state is State.CREATED) == bool(trade.rows("CUSTOMER", CUSTOMERID="GONE"))


def test_only_what_is_said_is_written_over(trade: Trade) -> None:
    trade.posted(attrs.evolve(CUSTOMER, code="PART"))

    trade.post(Customer(code="PART", name="Renamed"))

    row = trade.row("CUSTOMER", CUSTOMERID="PART")
    assert (row["NAME"], row["TERMNAME"], row["TAXID"]) == ("Renamed", "N45", "GB980780684")


@pytest.mark.requirement("S206")
def test_master_data_goes_to_the_top_level() -> None:
    settings = attrs.evolve(SETTINGS, level=Level.ENTITY, entity="100")
    with trading(settings) as made:
        made.posted(CUSTOMER, SUPPLIER, ITEM, VALUE)
        made.posted(an_invoice("F1", a_line(1)))
        levels = {
            function[0].tag: call.location
            for call in made.simulator.calls
            if call.unique
            for function in made.writes()
        }
        rows = [
            made.row("CUSTOMER", CUSTOMERID="NEW"),
            made.row("VENDOR", VENDORID="NEWV"),
            made.row("ITEM", ITEMID="BOLT"),
            made.row("DEPARTMENT", DEPARTMENTID="D9"),
        ]
        invoice = made.row("ARINVOICE", RECORDID="F1")

    assert levels
    assert {row.get("MEGAENTITYID", "") for row in rows} == {""}
    assert invoice["MEGAENTITYID"] == "100"


def test_a_value_of_a_dimension_of_ones_own_is_known_by_its_name(trade: Trade) -> None:
    van = DimensionValue(dimension="FLEET", code="Van 1")

    content = trade.sage.dimension_values.preview(van, reference=_loaded(trade)).content
    (outcome,) = trade.post(van)

    assert b"<create><FLEET><name>Van 1</name></FLEET></create>" in b"".join(
        line.strip() for line in content.splitlines()
    )
    # Whether it stands is asked by name; here the object is not installed, and nothing is
    # made without knowing.
    asked = trade.sent("query")[-1]
    assert asked.findtext(".//filter//field") == "name"
    assert outcome.state is State.NOT_RUN


def _loaded(trade: Trade) -> Any:
    return trade.sage.company.load()


def test_a_batch_posts_what_its_documents_need_first(trade: Trade) -> None:
    invoice = an_invoice(
        "DEP",
        a_line(10, account="", item="NEED-I", dimensions={"DEPARTMENT": "NEED-D"}),
        party="NEED-C",
    )

    outcomes = trade.post(
        invoice,
        DimensionValue(dimension="DEPARTMENT", code="NEED-D", name="Needed"),
        Item(code="NEED-I", description="Needed thing", sales_account="4010"),
        Customer(code="NEED-C", name="Needed Ltd"),
    )

    assert {one.state for one in outcomes} == {State.CREATED}
    row = trade.row("ARINVOICE", RECORDID="DEP")
    (line,) = trade.lines("ARINVOICEITEM", row)
    assert (line["ACCOUNTNO"], line["ITEMID"], line["DEPARTMENTID"]) == (
        "4010",
        "NEED-I",
        "NEED-D",
    )


def test_what_needs_a_refused_customer_is_not_run(trade: Trade) -> None:
    trade.simulator.fail(Refuse(), function="create", object="CUSTOMER")

    customer, invoice = trade.post(
        Customer(code="BAD", name="Bad"), an_invoice("FORBAD", party="BAD")
    )

    assert (customer.state, invoice.state) == (State.FAILED, State.NOT_RUN)
    assert [code for code, _ in said(customer)] == ["SC-IN-REFUSED"]
    assert trade.rows("ARINVOICE", RECORDID="FORBAD") == []


def test_an_item_that_changed_its_account_counts_for_the_next_invoice(trade: Trade) -> None:
    trade.posted(Item(code="MOVE", description="Movable", sales_account="4000"))
    trade.posted(an_invoice("MV1", a_line(1, account="", item="MOVE")))

    # In one batch, and in the next one.
    trade.posted(
        Item(code="MOVE", description="Movable", sales_account="4010"),
        an_invoice("MV2", a_line(1, account="", item="MOVE")),
    )
    trade.posted(an_invoice("MV3", a_line(1, account="", item="MOVE")))

    found = [
        trade.lines("ARINVOICEITEM", trade.row("ARINVOICE", RECORDID=number))[0][
            "ACCOUNTNO"
        ]
        for number in ("MV1", "MV2", "MV3")
    ]
    assert found == ["4000", "4010", "4010"]

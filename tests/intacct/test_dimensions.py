"""Attributes and dimensions: listed with their values, named on lines, turned off."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import attrs
import pytest

from sage_connect import (
    DimensionValue,
    JournalEntry,
    Line,
    Mapping,
    Movement,
    Outcome,
    SalesInvoice,
    State,
    UnsupportedError,
    Verb,
)
from sage_connect.intacct import IntacctSettings, functions
from sage_connect.testing.intacct import IntacctSimulator

from .company import SETTINGS, connected

DAY = dt.date(2026, 11, 2)
NINE = Mapping(
    dimensions={
        "business site": "LOCATION",
        "financial site": "LOCATION",
        "stock site": "WAREHOUSE",
        "manufacturing site": "DEPARTMENT",
        "supplier": "VENDOR",
        "product": "ITEM",
    },
    dimension_values={"Newtown works": "ENG", "Main store": "WH-1"},
)
"""The attributes of a product for distribution and manufacturing, in Intacct's words."""


@pytest.fixture
def simulator() -> Iterator[IntacctSimulator]:
    dimensions = (
        "PROJECT", "CUSTOMER", "VENDOR", "EMPLOYEE", "ITEM", "CLASS", "WAREHOUSE",
    )  # fmt: skip
    with IntacctSimulator(
        dimensions=dimensions, user_dimensions={"REGION": "Region"}
    ) as simulator:
        with connected(simulator) as ledger:
            api = ledger.api.at("")
            api.execute(
                functions.Create(
                    object="WAREHOUSE", fields={"WAREHOUSEID": "WH-1", "NAME": "Main store"}
                )
            )
        yield simulator
        assert simulator.crashes == []


def posted(
    simulator: IntacctSimulator,
    dimensions: dict[str, str],
    settings: IntacctSettings = SETTINGS,
    number: str = "D-1",
) -> Outcome[Any]:
    line = Line(unit_price=Decimal(65), account="4000", dimensions=dimensions)
    invoice = SalesInvoice(
        number=number,
        date=DAY,
        due=DAY + dt.timedelta(30),
        party="ARDENT",
        currency="GBP",
        lines=[line],
    )
    with connected(simulator, settings) as ledger:
        (outcome,) = ledger.documents.post_all([invoice])
    return outcome


def line_in(simulator: IntacctSimulator) -> Any:
    (row,) = (
        one
        for one in simulator.books().all("ARINVOICEITEM")
        if one.get("ACCOUNTNO") == "4000"
    )
    return row


@pytest.mark.requirement("S234", "S235")
def test_dimensions_are_listed_with_their_values_and_whether_they_are_in_use(
    simulator: IntacctSimulator,
) -> None:
    (number,) = (
        row["RECORDNO"]
        for row in simulator.books().all("PROJECT")
        if row["PROJECTID"] == "P200"
    )
    simulator.change("PROJECT", number, STATUS="inactive")

    with connected(simulator) as ledger:
        names = {one.code: one.name for one in ledger.dimensions.list()}
        projects = {
            one.code: (one.name, one.active)
            for one in ledger.dimension_values.list(dimension="PROJECT")
        }
        active = [
            one.code
            for one in ledger.dimension_values.list(dimension="PROJECT", active=True)
        ]

    assert {"LOCATION", "PROJECT", "WAREHOUSE", "REGION"} <= set(names)
    assert names["REGION"] == "Region"
    assert projects == {"P100": ("Market hall", True), "P200": ("Chapel house", False)}
    assert active == ["P100"]


@pytest.mark.requirement("S237")
@pytest.mark.parametrize(
    ("attribute", "value", "field", "kept"),
    [
        ("business site", "entity", "LOCATIONID", "entity"),
        ("financial site", "entity", "LOCATIONID", "entity"),
        ("stock site", "Main store", "WAREHOUSEID", "WH-1"),
        ("manufacturing site", "Newtown works", "DEPARTMENTID", "ENG"),
        ("customer", "BIRCH", "CUSTOMERID", "BIRCH"),
        ("supplier", "INK", "VENDORID", "INK"),
        ("employee", "E-001", "EMPLOYEEID", "E-001"),
        ("item", "CALLOUT", "ITEMID", "CALLOUT"),
        ("project", "P100", "PROJECTID", "P100"),
    ],
)
def test_each_of_the_nine_attributes_arrives_on_its_line(
    attribute: str, value: str, field: str, kept: str, simulator: IntacctSimulator
) -> None:
    entity = simulator.entities[0]
    amount = Decimal(10)
    named = {attribute: entity if value == "entity" else value}
    entry = JournalEntry(
        number="J-1",
        journal="GJ",
        date=DAY,
        currency="GBP",
        description="Attributes",
        movements=[
            Movement(account="7400", debit=amount, dimensions=named),
            Movement(account="1200", credit=amount, dimensions=named),
        ],
    )
    with connected(simulator, attrs.evolve(SETTINGS, mapping=NINE)) as ledger:
        (outcome,) = ledger.documents.post_all([entry])

    assert (outcome.state, outcome.report.by_code) == (State.CREATED, {})
    rows = simulator.books().all("GLENTRY")
    names = {field, field.removesuffix("ID")}
    found = {row[name] for row in rows for name in names if row.get(name)}
    assert found == {entity if kept == "entity" else kept}


@pytest.mark.requirement("S231", "S233")
def test_every_dimension_of_a_line_stands_under_its_line(
    simulator: IntacctSimulator,
) -> None:
    values = {"PROJECT": "P100", "CLASS": "RETAIL", "DEPARTMENT": "SALES"}

    assert posted(simulator, values).state is State.CREATED
    row = line_in(simulator)
    assert {name: row[f"{name}ID"] for name in values} == values


@pytest.mark.requirement("S236")
def test_a_dimension_that_is_turned_off_is_not_emitted(simulator: IntacctSimulator) -> None:
    settings = attrs.evolve(SETTINGS, inactive_dimensions=("CLASS",))

    outcome = posted(simulator, {"PROJECT": "P100", "CLASS": "RETAIL"}, settings)

    assert outcome.state is State.CREATED
    body = next(one.body for one in simulator.calls if one.functions == ("create_invoice",))
    assert b"<projectid>P100</projectid>" in body
    assert b"RETAIL" not in body


@pytest.mark.requirement("S240")
def test_a_type_of_dimension_is_made_on_screen_and_that_is_told(
    simulator: IntacctSimulator,
) -> None:
    with connected(simulator) as ledger, pytest.raises(UnsupportedError) as caught:
        ledger.capabilities.require("dimensions", Verb.CREATE)

    assert "Platform Services > Objects" in str(caught.value)


@pytest.mark.requirement("S240")
def test_a_value_of_a_dimension_is_made_and_found_again(
    simulator: IntacctSimulator,
) -> None:
    value = DimensionValue(dimension="PROJECT", code="P300", name="Corn exchange")

    with connected(simulator) as ledger:
        (made,) = ledger.documents.post_all([value])
        (again,) = ledger.documents.post_all([value])
        ledger.company.load()
        found = ledger.dimension_values.list(dimension="PROJECT", code="P300")

        assert [one.name for one in found] == ["Corn exchange"]
    assert (made.state, again.state) == (State.CREATED, State.UNCHANGED)


@pytest.mark.requirement("S241")
def test_a_value_whose_dimension_is_not_there_is_a_problem(
    simulator: IntacctSimulator,
) -> None:
    with connected(simulator) as ledger:
        (outcome,) = ledger.documents.post_all(
            [DimensionValue(dimension="COLOUR", code="RED", name="Red")]
        )

    assert outcome.state is State.REFUSED
    assert set(outcome.report.by_code) == {"SC-IN-DIMENSION-ORPHAN"}


@pytest.mark.requirement("S173")
@pytest.mark.parametrize("several", [True, False])
def test_whether_a_company_has_several_entities_is_known(*, several: bool) -> None:
    with (
        IntacctSimulator(multi_entity=several) as simulator,
        connected(simulator) as ledger,
    ):
        ledger.company.load()
        entities = list(ledger.entities.list())

    assert bool(entities) is several


@pytest.mark.requirement("S238", "S239")
def test_of_twenty_one_dimensions_of_a_line_twenty_arrive_and_one_is_told() -> None:
    users = {f"U{at:02}": f"Axis {at}" for at in range(21)}
    with IntacctSimulator(user_dimensions=users) as simulator:
        outcome = posted(simulator, dict.fromkeys(users, "A"))
        everything = attrs.evolve(SETTINGS.policy, extra_dimensions=True)
        all_of_them = posted(
            simulator,
            dict.fromkeys(users, "A"),
            attrs.evolve(SETTINGS, policy=everything),
            number="D-2",
        )
        bodies = [
            one.body for one in simulator.calls if one.functions == ("create_invoice",)
        ]

    assert (outcome.state, all_of_them.state) == (State.CREATED, State.CREATED)
    (told,) = outcome.report
    assert (told.code, told.values["left"]) == ("SC-IN-DIMENSION-LIMIT", "U20")
    assert [body.count(b"GLDIM") for body in bodies] == [20, 21]

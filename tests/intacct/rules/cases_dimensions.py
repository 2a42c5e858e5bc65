"""Cases of dimensions: required, known, of a subscription, split and shared."""

import attrs

from sage_connect.intacct.settings import Accounts, CreditNotes, Taxes
from sage_connect.model import (
    Charge,
    DimensionValue,
)
from sage_connect.model.fields import FrozenMap

from .company import (
    CREDIT,
    INVOICE,
    REFERENCE,
    VALUE,
    D,
    company,
    customer,
    dimensioned,
    invoice,
    lined,
    moved,
    own,
    payment,
    policy,
    receipt,
    settings,
    split,
    value,
)
from .shape import Fixture

MANY = {f"D{at:02}": "X" for at in range(21)}
CHARGED = (Charge(amount=D(5)),)
NO_PROJECTS = company(modules="AP\nAR\nGL")

DIMENSIONS = (
    Fixture(
        "SC-IN-DIMENSION-REQUIRED",
        "/lines/0/dimensions",
        lined(account="6100", dimensions=FrozenMap({"department": "OPS"})),
        lined(
            account="6100", dimensions=FrozenMap({"DEPARTMENT": "OPS", "location": "PARIS"})
        ),
    ),
    Fixture(
        # Charges, adjustments and taxes have no dimension but the document's.
        "SC-IN-DIMENSION-REQUIRED",
        "/charges/0/account",
        invoice(charges=CHARGED),
        invoice(charges=CHARGED, project="P1"),
    ),
    Fixture(
        "SC-IN-DIMENSION-REQUIRED",
        "/lines/0/taxes/0",
        INVOICE,
        INVOICE,
        settings=policy(taxes=Taxes.LINES),
        reference=own({"requires:2200": "DEPARTMENT"}),
        good_settings=policy(),
    ),
    Fixture(
        "SC-IN-DIMENSION-REQUIRED",
        "/account",
        receipt(account="4900", party="ACME"),
        receipt(account="4100", party="ACME"),
    ),
    Fixture(
        "SC-IN-DIMENSION-REQUIRED",
        "/allocations",
        payment(allocations=()),
        payment(),
        settings=settings(accounts=Accounts(advances="4900")),
    ),
    Fixture(
        # The customer is that of the invoice; the project counts for every line.
        "SC-IN-DIMENSION-REQUIRED",
        "/lines/0/dimensions",
        lined(account="4900"),
        attrs.evolve(lined(account="4900"), project="P1"),
    ),
    Fixture(
        "SC-IN-DIMENSION-REQUIRED",
        "/movements/0/dimensions",
        moved(account="6100", dimensions=FrozenMap({"LOCATION": "PARIS"})),
        moved(
            account="6100",
            dimensions=FrozenMap({"LOCATION": "PARIS"}),
            analytic=split(("DEPARTMENT", "OPS")).movements[0].analytic,
        ),
    ),
    Fixture(
        # An entity is a location.
        "SC-IN-DIMENSION-REQUIRED",
        "/lines/0/dimensions",
        lined(account="6100", dimensions=FrozenMap({"DEPARTMENT": "OPS"})),
        attrs.evolve(
            lined(account="6100", dimensions=FrozenMap({"DEPARTMENT": "OPS"})), entity="UK1"
        ),
    ),
    Fixture(
        "SC-IN-COMING-INACTIVE",
        "/party",
        (customer(code="ACME", active=False), INVOICE),
        (customer(code="ACME", active=False), customer(code="ACME"), INVOICE),
    ),
    Fixture(
        "SC-IN-COMING-INACTIVE",
        "/movements/0/dimensions/DEPARTMENT",
        (value(code="OPS", active=False), moved(dimensions={"DEPARTMENT": "OPS"})),
        (value(code="OPS", active=False), moved(dimensions={"DEPARTMENT": "SALES"})),
    ),
    Fixture(
        "SC-IN-ADJUSTMENT-FIELDS",
        "/lines/0/dimensions/REGION",
        attrs.evolve(CREDIT, lines=dimensioned(REGION="NORTH").lines),
        attrs.evolve(CREDIT, lines=dimensioned(REGION="NORTH").lines),
        good_settings=policy(credit_notes=CreditNotes.NEGATIVE),
    ),
    Fixture(
        "SC-IN-DIMENSION-OFF",
        "/dimension",
        value(dimension="project"),
        value(),
        reference=NO_PROJECTS,
    ),
    Fixture(
        "SC-IN-DIMENSION-OFF",
        "/project",
        invoice(project="P1"),
        invoice(project="P1"),
        reference=NO_PROJECTS,
        good_reference=REFERENCE,
    ),
    Fixture(
        "SC-IN-DIMENSION-UNKNOWN",
        "/lines/0/dimensions/shape",
        dimensioned(shape="ROUND"),
        dimensioned(region="NORTH"),
    ),
    Fixture(
        "SC-IN-DIMENSION-LEDGER",
        "/movements/0/dimensions/CLASS",
        moved(dimensions=FrozenMap({"CLASS": "A"})),
        moved(dimensions=FrozenMap({"DEPARTMENT": "OPS"})),
    ),
    Fixture(
        "SC-IN-DIMENSION-VALUE",
        "/lines/0/dimensions/DEPARTMENT",
        dimensioned(DEPARTMENT="NORTH"),
        dimensioned(DEPARTMENT="OPS", CLASS="NOT READ", LOCATION="UK1", CUSTOMER="ACME"),
    ),
    Fixture(
        "SC-IN-DIMENSION-VALUE", "/project", invoice(project="?"), invoice(project="P1")
    ),
    # The line has a project of its own; the charge has not.
    Fixture(
        "SC-IN-DIMENSION-VALUE",
        "/project",
        attrs.evolve(dimensioned(PROJECT="P1"), project="?", charges=CHARGED),
        attrs.evolve(dimensioned(PROJECT="P1"), project="?"),
    ),
    Fixture(
        "SC-IN-DIMENSION-VALUE",
        "/project",
        attrs.evolve(dimensioned(PROJECT="P1"), project="?"),
        attrs.evolve(
            invoice(
                lines=[
                    attrs.evolve(
                        INVOICE.lines[0],
                        dimensions=FrozenMap({"PROJECT": "P1"}),
                        taxes=(),
                    )
                ]
            ),
            project="?",
        ),
        settings=policy(taxes=Taxes.LINES),
    ),
    Fixture(
        "SC-IN-DIMENSION-VALUE",
        "/lines/0/dimensions/EMPLOYEE",
        dimensioned(EMPLOYEE="EMP9"),
        dimensioned(EMPLOYEE="EMP2"),
    ),
    Fixture(
        "SC-IN-DIMENSION-VALUE",
        "/movements/0/analytic/1/value",
        split(("department", "OPS"), ("department", "?")),
        split(("DEPARTMENT", "OPS"), ("DEPARTMENT", "SALES")),
    ),
    Fixture(
        "SC-IN-DIMENSION-VALUE",
        "/lines/0/analytic/0/value",
        lined(analytic=split(("DEPARTMENT", "?")).movements[0].analytic),
        lined(analytic=split(("DEPARTMENT", "OPS")).movements[0].analytic),
    ),
    Fixture(
        "SC-IN-SHARES",
        "/lines/0/analytic",
        lined(
            analytic=split(("DEPARTMENT", "OPS"), ("REGION", "NORTH")).movements[0].analytic
        ),
        lined(analytic=split(("REGION", "NORTH")).movements[0].analytic),
    ),
    Fixture(
        "SC-IN-SHARES",
        "/lines/0/analytic",
        lined(
            analytic=split(("DEPARTMENT", "OPS")).movements[0].analytic,
            dimensions=FrozenMap({"department": "SALES"}),
        ),
        lined(
            analytic=split(("DEPARTMENT", "OPS")).movements[0].analytic,
            dimensions=FrozenMap({"LOCATION": "PARIS"}),
        ),
    ),
    Fixture(
        # What is split over a dimension names it.
        "SC-IN-DIMENSION-REQUIRED",
        "/lines/0/dimensions",
        lined(account="6100", dimensions=FrozenMap({"LOCATION": "PARIS"})),
        lined(
            account="6100",
            dimensions=FrozenMap({"LOCATION": "PARIS"}),
            analytic=split(("DEPARTMENT", "OPS")).movements[0].analytic,
        ),
    ),
    Fixture(
        "SC-IN-DIMENSION-INACTIVE",
        "/lines/0/dimensions/DEPARTMENT",
        dimensioned(DEPARTMENT="GONE"),
        dimensioned(DEPARTMENT="OPS"),
    ),
    Fixture(
        "SC-IN-DIMENSION-LIMIT",
        "/lines/0/dimensions",
        dimensioned(**MANY),
        dimensioned(**dict(list(MANY.items())[:20])),
    ),
    Fixture(
        "SC-IN-DIMENSION-LIMIT",
        "/lines/0/dimensions",
        dimensioned(**MANY),
        dimensioned(**MANY),
        good_settings=policy(extra_dimensions=True),
    ),
    Fixture(
        "SC-IN-ALLOCATION",
        "/movements/0/analytic",
        split(("DEPARTMENT", "OPS"), ("LOCATION", "PARIS")),
        split(("DEPARTMENT", "OPS"), ("DEPARTMENT", "SALES")),
    ),
    Fixture(
        "SC-IN-ALLOCATION",
        "/movements/0/analytic",
        split(("REGION", "NORTH")),
        split(("LOCATION", "PARIS")),
    ),
    Fixture(
        "SC-IN-ALLOCATION",
        "/movements/0/dimensions/REGION",
        split(("DEPARTMENT", "OPS"), dimensions=FrozenMap({"REGION": "NORTH"})),
        split(("DEPARTMENT", "OPS"), dimensions=FrozenMap({"LOCATION": "PARIS"})),
    ),
    Fixture("SC-IN-DIMENSION-ORPHAN", "/dimension", value(dimension="COLOUR"), VALUE),
    Fixture(
        "SC-IN-DIMENSION-KIND",
        "/dimension",
        value(dimension="customer"),
        DimensionValue(dimension="region", code="SOUTH"),
    ),
)

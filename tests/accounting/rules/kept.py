"""Cases of the Construction Industry Scheme."""

import attrs

from sage_connect.model import Charge, Withholding

from .company import LINE, VAT, D, company, invoice, purchase
from .shape import Fixture

CARRIAGE = Charge(amount=D(10), taxes=(VAT,))
HELD = Withholding(rate=D(20), base=D(100))
CIS = invoice(
    party="BUILDER",
    withholding=HELD,
    lines=(attrs.evolve(LINE, account="4911"), LINE),
)
BUILT = purchase(
    party="MASON",
    withholding=HELD,
    lines=(attrs.evolve(LINE, account="5011"),),
)

KEPT = (
    Fixture("SC-SA-CIS-COUNTRY", "/withholding", CIS, CIS, country="IE", good_country="GB"),
    Fixture(
        "SC-SA-CIS-RATE",
        "/withholding/rate",
        attrs.evolve(CIS, withholding=attrs.evolve(HELD, rate=D(120))),
        attrs.evolve(CIS, withholding=attrs.evolve(HELD, rate=D("30.0"))),
    ),
    Fixture(
        "SC-SA-CIS-SCHEME",
        "/withholding/code",
        attrs.evolve(CIS, withholding=attrs.evolve(HELD, code="IRPF")),
        CIS,
    ),
    Fixture("SC-SA-CIS-HOME", "/currency", attrs.evolve(CIS, currency="EUR"), CIS),
    Fixture("SC-SA-CIS-HOME", "/party", attrs.evolve(CIS, party="PARIS"), BUILT),
    Fixture(
        "SC-SA-CIS-NOT-SET",
        "/withholding",
        CIS,
        BUILT,
        reference=company(**{"cis.subcontractor": "false"}),
    ),
    Fixture(
        "SC-SA-CIS-NOT-SET",
        "/withholding",
        BUILT,
        CIS,
        reference=company(**{"cis.contractor": "false"}),
    ),
    Fixture("SC-SA-CIS-CUSTOMER", "/party", attrs.evolve(CIS, party="ACME"), CIS),
    Fixture("SC-SA-CIS-CUSTOMER", "/party", attrs.evolve(BUILT, party="PAPER"), BUILT),
    Fixture(
        "SC-SA-CIS-BASE",
        "/withholding/base",
        attrs.evolve(CIS, withholding=attrs.evolve(HELD, base=D(200))),
        CIS,
    ),
    Fixture(
        "SC-SA-CIS-BASE",
        "/withholding/base",
        attrs.evolve(
            CIS, charges=(CARRIAGE, attrs.evolve(CARRIAGE, account="4911", amount=D(5)))
        ),
        attrs.evolve(
            CIS,
            charges=(CARRIAGE, attrs.evolve(CARRIAGE, account="4911", amount=D(5))),
            withholding=attrs.evolve(HELD, base=D(105)),
        ),
    ),
)

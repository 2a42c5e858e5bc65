"""A Canadian business: documents name the province whose taxes apply."""

import json
from decimal import Decimal
from typing import Any

import attrs

from sage_connect.model import Address, Customer
from sage_connect.testing.accounting import AccountingSimulator

from .business import connected
from .trading import an_invoice


def test_an_invoice_names_the_province_of_its_customer() -> None:
    with AccountingSimulator(country="ca") as simulator, connected(simulator) as sage:
        known = sage.company.load()
        (account, *_) = [
            code
            for code in known.accounts or {}
            if known.company and "sales" in known.company.own.get(f"visible:{code}", "")
        ]
        tax = next(one for one in (known.tax_codes or {}).values() if one.rates)
        home = Customer(code="HOME", name="Home", address=Address(region="Québec"))
        document = an_invoice("F1", party="HOME", currency="CAD")
        (line,) = document.lines
        taxed = attrs.evolve(
            line.taxes[0], code=tax.code, rate=tax.rate_on(document.date) or Decimal()
        )
        line = attrs.evolve(line, account=account, taxes=(taxed,))

        outcomes = sage.documents.post_all([home, attrs.evolve(document, lines=(line,))])

        assert [one.posted for one in outcomes] == [True, True]
        bodies: list[Any] = [
            json.loads(one.body) for one in simulator.calls if one.method == "POST"
        ]
    contact, invoice = bodies[0]["contact"], bodies[1]["sales_invoice"]
    assert contact["main_address"]["region"] == "CA-QC"
    assert invoice["tax_address_region_id"] == "CA-QC"

"""One document that cannot be sent leaves a thousand others as they are."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

import attrs
import pytest

from sage_connect import SalesInvoice
from sage_connect.ledger import State
from sage_connect.model import Instalment, Tax, TaxMode, Withholding
from sage_connect.testing.accounting import AccountingSimulator

from .business import connected
from .trading import DAY, STANDARD, an_invoice

BAD: Final[dict[str, Callable[[SalesInvoice], Any]]] = {
    "SC-INV-DATE-REQUIRED": lambda one: attrs.evolve(one, date=None),
    "SC-INV-CONTACT-REQUIRED": lambda one: attrs.evolve(one, party=""),
    "SC-INV-CONTACT-NOT-IN-SAGE": lambda one: attrs.evolve(one, party="NOBODY"),
    "SC-INV-CURRENCY-MISMATCH": lambda one: attrs.evolve(one, currency="EUR"),
    "SC-CURRENCY-UNKNOWN": lambda one: attrs.evolve(one, currency="XX"),
    "SC-INV-NO-LINES": lambda one: attrs.evolve(one, lines=()),
    "SC-INV-GROUP-MODE": lambda one: attrs.evolve(
        _lined(one, taxes=()), tax_mode=TaxMode.GROUP, taxes=(STANDARD,)
    ),
    "SC-INV-ADJUSTMENT": lambda one: attrs.evolve(one, adjustment=Decimal("0.01")),
    "SC-LINE-MULTIPLE-TAXES": lambda one: _lined(
        one, taxes=(STANDARD, Tax("GB_ZERO", Decimal(0)))
    ),
    "SC-TAX-UNKNOWN": lambda one: _lined(one, taxes=(Tax("GB_NEVER", Decimal(20)),)),
    "SC-TAX-RATE-MISMATCH": lambda one: _lined(
        one, taxes=(Tax("GB_STANDARD", Decimal("17.5")),)
    ),
    "SC-REQUIRED": lambda one: _lined(one, description=" "),
    "SC-SA-HTML-ENTITY": lambda one: _lined(one, description="Nuts &amp; bolts"),
    "SC-ACCOUNT-UNKNOWN": lambda one: _lined(one, account="9797"),
    "SC-SA-ACCOUNT-VISIBLE": lambda one: _lined(one, account="5000"),
    "SC-SA-ITEM-UNKNOWN": lambda one: _lined(one, item="NONE"),
    "SC-SA-TEXT-LENGTH": lambda one: attrs.evolve(one, notes="n" * 2001),
    "SC-SA-INSTALMENTS": lambda one: attrs.evolve(
        one, due=(Instalment(DAY, Decimal(60)), Instalment(DAY, Decimal(60)))
    ),
    "SC-TOTAL-DECLARED": lambda one: attrs.evolve(one, gross=Decimal(1)),
    "SC-SA-CIS-NOT-SET": lambda one: attrs.evolve(
        one, withholding=Withholding(rate=Decimal(20), base=Decimal(100))
    ),
}


def _lined(document: SalesInvoice, **changes: Any) -> SalesInvoice:
    (line,) = document.lines
    return attrs.evolve(document, lines=(attrs.evolve(line, **changes),))


@pytest.mark.requirement("S257", "S71")
def test_of_a_thousand_documents_a_hundred_are_explained_and_the_others_stand() -> None:
    kinds = list(BAD)
    wrong = {at: kinds[at // 10 % len(kinds)] for at in range(0, 1000, 10)}
    batch = [an_invoice(f"F{at}", date=DAY + dt.timedelta(at % 28)) for at in range(1000)]
    for at, code in wrong.items():
        batch[at] = BAD[code](batch[at])

    with AccountingSimulator() as simulator, connected(simulator) as sage:
        outcomes = sage.documents.post_all(batch)
        standing = simulator.books().count("sales_invoices")

    states = [one.state for one in outcomes]
    assert (len(set(wrong.values())), standing) == (20, 900)
    assert [states.count(one) for one in (State.CREATED, State.REFUSED)] == [900, 100]
    for at, code in wrong.items():
        found = [one.code for one in outcomes[at].report.errors]
        assert code in found, (at, code, found)

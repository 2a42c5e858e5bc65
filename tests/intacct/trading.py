"""A ledger on a simulated company that trades, and what was sent to it."""

import contextlib
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import attrs
from lxml import etree

from sage_connect import (
    Allocation,
    Line,
    Movement,
    Payment,
    PaymentKind,
    PurchaseInvoice,
    SalesInvoice,
    State,
    Tax,
)
from sage_connect.intacct import IntacctSettings, SageIntacct
from sage_connect.testing.intacct import IntacctSimulator

from .company import SETTINGS, connected

DAY = dt.date(2026, 11, 2)
DUE = dt.date(2026, 12, 2)
SOLD = Tax("UK Sale Goods Standard Rate", Decimal(20))
REDUCED = Tax("UK Sale Goods Reduced Rate", Decimal(5))
BOUGHT = Tax("UK Purchase Goods Standard Rate", Decimal(20))
POSTED = (State.CREATED, State.UPDATED, State.UNCHANGED)


@attrs.define(eq=False)
class Trade:
    """A ledger and the company behind it."""

    simulator: IntacctSimulator
    sage: SageIntacct
    settings: IntacctSettings

    def post(self, *items: Any) -> Sequence[Any]:
        """Post a batch; return its outcomes."""
        return self.sage.documents.post_all(items)

    def posted(self, *items: Any) -> Sequence[Any]:
        """Post a batch that must go through without a word; return its receipts."""
        outcomes = self.post(*items)
        assert [said(one) for one in outcomes] == [[] for _ in items]
        assert {one.state for one in outcomes} <= set(POSTED)
        return [one.unwrap() for one in outcomes]

    def anew(self, settings: IntacctSettings | None = None) -> SageIntacct:
        """Return another ledger on the same company: it knows nothing of the first."""
        return connected(self.simulator, settings or self.settings)

    def rows(self, object: str, **wanted: str) -> list[Mapping[str, str]]:
        """Return what stands in the company."""
        return [
            row
            for row in self.simulator.books().all(object)
            if all(row.get(name) == text for name, text in wanted.items())
        ]

    def row(self, object: str, **wanted: str) -> Mapping[str, str]:
        """Return the one record that stands so."""
        (found,) = self.rows(object, **wanted)
        return found

    def lines(self, object: str, record: Mapping[str, str]) -> list[Mapping[str, str]]:
        """Return the lines of a record in order, those that Intacct adds too."""
        joins = {"GLENTRY": "BATCHNO", "ARPYMTDETAIL": "PAYMENTKEY"}
        joins["APPYMTDETAIL"] = "PAYMENTKEY"
        by = joins.get(object, "RECORDKEY")
        found = self.rows(object, **{by: record["RECORDNO"]})
        return sorted(found, key=lambda one: int(one.get("LINE_NO", "0")))

    def writes(self) -> list[Any]:
        """Return the functions that were sent to change something, as elements."""
        return [one for call in self.simulator.calls if call.unique for one in _of(call)]

    def sent(self, name: str) -> list[Any]:
        """Return every function of this name that was sent, in order."""
        every = [one for call in self.simulator.calls for one in _of(call)]
        return [one for one in every if one[0].tag == name]


def _of(call: Any) -> list[Any]:
    return list(etree.fromstring(call.body).iter("function")) if call.functions else []


@contextlib.contextmanager
def trading(
    settings: IntacctSettings = SETTINGS, seed: Any = "demo", **options: Any
) -> Iterator[Trade]:
    """Open a ledger on a company of its own."""
    with (
        IntacctSimulator(seed=seed, **options) as simulator,
        connected(simulator, settings) as sage,
    ):
        yield Trade(simulator, sage, settings)

        assert simulator.crashes == []


def with_policy(settings: IntacctSettings = SETTINGS, **policy: Any) -> IntacctSettings:
    """Return settings with another policy."""
    return attrs.evolve(settings, policy=attrs.evolve(settings.policy, **policy))


def said(outcome: Any) -> list[tuple[str, str]]:
    """Return code and path of all that was found of an item."""
    return [(one.code, one.path) for one in outcome.report]


def a_line(amount: object = 100, **given: Any) -> Line:
    """Return a line on an account of sales."""
    given = {"account": "4000", "description": "Bolts", **given}
    return Line(unit_price=Decimal(str(amount)), **given)


def an_invoice(number: str = "F1", *lines: Line, **given: Any) -> SalesInvoice:
    """Return an invoice to a customer of the demo."""
    given = {"date": DAY, "due": DUE, "party": "ARDENT", "currency": "GBP", **given}
    return SalesInvoice(number=number, lines=lines or (a_line(taxes=[SOLD]),), **given)


def a_bill(number: str = "B1", *lines: Line, **given: Any) -> PurchaseInvoice:
    """Return an invoice of a supplier of the demo."""
    given = {"date": DAY, "due": DUE, "party": "HARBOUR", "currency": "GBP", **given}
    bought = a_line(account="5000", taxes=[BOUGHT])
    return PurchaseInvoice(number=number, lines=lines or (bought,), **given)


def a_payment(
    amount: object, *settled: tuple[str, object], number: str = "P1", **given: Any
) -> Payment:
    """Return money of a customer that settles invoices, by number and amount."""
    given = {"date": DAY, "party": "ARDENT", "currency": "GBP", **given}
    return Payment(
        number=number,
        amount=Decimal(str(amount)),
        allocations=[Allocation(one, Decimal(str(part))) for one, part in settled],
        **given,
    )


def a_supplier_payment(
    amount: object, *settled: tuple[str, object], number: str = "P1", **given: Any
) -> Payment:
    """Return money to a supplier that settles bills."""
    given = {"party": "HARBOUR", "kind": PaymentKind.SUPPLIER_PAYMENT, **given}
    return a_payment(amount, *settled, number=number, **given)


def a_debit(account: str, amount: object, **given: Any) -> Movement:
    """Return a movement on the debit side."""
    return Movement(account=account, debit=Decimal(str(amount)), **given)


def a_credit(account: str, amount: object, **given: Any) -> Movement:
    """Return a movement on the credit side."""
    return Movement(account=account, credit=Decimal(str(amount)), **given)

"""What the seats of Sage Accounting give, in both modes."""

import datetime as dt
from collections.abc import Awaitable, Sequence
from decimal import Decimal
from typing import assert_type

from sage_connect.accounting import (
    Allocated,
    AsyncSageAccounting,
    Move,
    Moved,
    SageAccounting,
    SetOff,
)
from sage_connect.accounting.seats import Payments, PurchaseDocuments, SalesDocuments
from sage_connect.ledger import Collection, Ledger, Outbox, Outcome, ReadableLedger, Receipt
from sage_connect.model import (
    Allocation,
    Payment,
    PurchaseInvoice,
    SalesCreditNote,
    SalesInvoice,
)
from sage_connect.plan import Async, Pages, Sync

DAY = dt.date(2026, 11, 2)
TEN = Decimal(10)


def posts(ledger: Ledger) -> None:
    assert_type(ledger.payments, Outbox[Payment, Sync])


def reads(ledger: ReadableLedger) -> None:
    assert_type(ledger.payments, Collection[Payment, Sync])


def reads_and_awaits(ledger: ReadableLedger[Async]) -> None:
    assert_type(ledger.payments, Collection[Payment, Async])


def it_is_a_ledger_in_its_own_mode(
    sage: SageAccounting, awaiting: AsyncSageAccounting
) -> None:
    posts(sage)
    reads(sage)
    reads_and_awaits(awaiting)
    reads(awaiting)  # type: ignore[arg-type]  # nobody would await
    reads_and_awaits(sage)  # type: ignore[arg-type]  # nothing to await


def blocking_seats_return(sage: SageAccounting, invoice: SalesInvoice) -> None:
    assert_type(sage.sales_invoices, SalesDocuments[SalesInvoice, Sync])
    assert_type(sage.sales_credit_notes, SalesDocuments[SalesCreditNote, Sync])
    assert_type(sage.purchase_invoices, PurchaseDocuments[PurchaseInvoice, Sync])
    assert_type(sage.sales_invoices.post(invoice), Receipt[SalesInvoice])
    assert_type(sage.sales_invoices.edit(invoice), Outcome[SalesInvoice])
    assert_type(sage.sales_invoices.release("1"), Receipt[SalesInvoice])
    assert_type(sage.sales_invoices.allocations("1"), Sequence[Allocated])
    assert_type(sage.sales_invoices.unallocate("1"), Sequence[Allocated])
    assert_type(sage.sales_invoices.settle("1", "2"), SetOff)
    sage.sales_invoices.void("1", reason="Wrong")
    sage.purchase_invoices.void("1", unallocate=True)


def awaiting_seats_are_awaited(sage: AsyncSageAccounting, invoice: SalesInvoice) -> None:
    assert_type(sage.sales_invoices, SalesDocuments[SalesInvoice, Async])
    assert_type(sage.sales_invoices.edit(invoice), Awaitable[Outcome[SalesInvoice]])
    assert_type(sage.sales_invoices.allocations("1"), Awaitable[Sequence[Allocated]])
    assert_type(sage.sales_invoices.void("1", reason="Wrong"), Awaitable[None])
    assert_type(sage.payments.pay("F1", TEN, date=DAY), Awaitable[Receipt[Payment]])
    assert_type(sage.payments.move([]), Awaitable[Sequence[Moved]])


def payments_have_verbs_of_their_own(sage: SageAccounting, payment: Payment) -> None:
    assert_type(sage.payments, Payments[Sync])
    assert_type(sage.payments.list(bank="1200"), Pages[Payment, Sync])
    assert_type(sage.payments.pay("F1", TEN, date=DAY), Receipt[Payment])
    assert_type(sage.payments.refund("1", date=DAY), Receipt[Payment])
    assert_type(sage.payments.replace("1", payment), Receipt[Payment])
    assert_type(sage.payments.allocate("ACME", [Allocation("F1", TEN)]), SetOff)
    assert_type(sage.payments.unallocate("1"), Sequence[Allocated])
    assert_type(sage.payments.plan_move(to="1210"), Sequence[Move])
    assert_type(sage.payments.move(sage.payments.plan_move(to="1210")), Sequence[Moved])


def what_sage_demands_is_demanded(sage: SageAccounting, payment: Payment) -> None:
    sage.sales_invoices.void("1")  # type: ignore[call-arg]  # no reason
    sage.purchase_invoices.void("1", reason="Wrong")  # type: ignore[call-arg]  # none is taken
    sage.payments.pay("F1", TEN)  # type: ignore[call-arg]  # no day
    sage.sales_invoices.edit(payment)  # type: ignore[arg-type]  # a payment is no invoice

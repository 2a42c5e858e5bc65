"""What the seats of Sage Intacct give, in both modes."""

from collections.abc import Awaitable, Sequence
from typing import Any, assert_type

from sage_connect.intacct import AsyncSageIntacct, Callback, IntacctSettings, SageIntacct
from sage_connect.intacct.definitions import Area, Definition, Transacted
from sage_connect.intacct.functions import OrderEntryTransactionCreate
from sage_connect.intacct.queueing import Queued
from sage_connect.intacct.seats import IntacctCompany, IntacctDocuments
from sage_connect.intacct.settings import Level
from sage_connect.ledger import Collection, Outcome, ReadableLedger
from sage_connect.model import Payment, SalesInvoice
from sage_connect.plan import Async, Sync


def reads(ledger: ReadableLedger) -> None:
    assert_type(ledger.payments, Collection[Payment, Sync])


def reads_and_awaits(ledger: ReadableLedger[Async]) -> None:
    assert_type(ledger.payments, Collection[Payment, Async])


def it_is_a_ledger_in_its_own_mode(sage: SageIntacct, awaiting: AsyncSageIntacct) -> None:
    reads(sage)
    reads_and_awaits(awaiting)
    reads(awaiting)  # type: ignore[arg-type]  # nobody would await
    reads_and_awaits(sage)  # type: ignore[arg-type]  # nothing to await


def blocking_seats_return(
    sage: SageIntacct,
    invoice: SalesInvoice,
    callback: Callback,
    order: OrderEntryTransactionCreate,
) -> None:
    assert_type(sage.company, IntacctCompany[Sync])
    assert_type(sage.documents, IntacctDocuments[Sync])
    assert_type(sage.company.definitions(Area.PURCHASING), Sequence[Definition])
    assert_type(sage.company.transact(order), Transacted)
    assert_type(sage.company.change_level(Level.TOP, pending=[invoice]), IntacctSettings)
    assert_type(sage.documents.queue([invoice]), Queued)
    assert_type(sage.documents.settle([invoice], callback), Sequence[Outcome[Any]])


def awaiting_seats_return(
    sage: AsyncSageIntacct, invoice: SalesInvoice, order: OrderEntryTransactionCreate
) -> None:
    assert_type(sage.company, IntacctCompany[Async])
    assert_type(sage.company.definitions(), Awaitable[Sequence[Definition]])
    assert_type(sage.company.transact(order), Awaitable[Transacted])
    assert_type(sage.documents.queue([invoice]), Awaitable[Queued])
    sage.company.change_level("top")  # type: ignore[arg-type]  # a level is named as such

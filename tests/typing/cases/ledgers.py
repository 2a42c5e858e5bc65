"""Which ledger fits where."""

from collections.abc import Awaitable
from typing import assert_type

from sage_connect.ledger import (
    Collection,
    Key,
    Ledger,
    OpenLedger,
    OpenReadableLedger,
    Outbox,
    ReadableLedger,
    Receipt,
)
from sage_connect.model import Reference, SalesInvoice
from sage_connect.plan import Async, Driver, Sync
from sage_connect.testing import (
    AsyncMemoryLedger,
    AsyncScriptedDriver,
    MemoryLedger,
    ScriptedDriver,
)


class FileLedger(OpenLedger[Sync]):
    """As Sage 100 is: written by file, never queried."""


def posts(ledger: Ledger) -> None:
    assert_type(ledger.sales_invoices, Outbox[SalesInvoice, Sync])
    assert_type(ledger.company.load(), Reference)


def posts_and_awaits(ledger: Ledger[Async]) -> None:
    assert_type(ledger.sales_invoices, Outbox[SalesInvoice, Async])
    assert_type(ledger.company.load(), Awaitable[Reference])


def reads(ledger: ReadableLedger) -> None:
    assert_type(ledger.sales_invoices, Collection[SalesInvoice, Sync])


def drives(driver: Driver[Sync]) -> None:
    driver.close()


def every_ledger_posts(
    file: FileLedger, memory: MemoryLedger, readable: OpenReadableLedger[Sync]
) -> None:
    posts(file)
    posts(memory)
    posts(readable)


def a_ledger_of_files_cannot_be_read(file: FileLedger, memory: MemoryLedger) -> None:
    reads(memory)
    reads(file)  # type: ignore[arg-type]  # an import file answers no query


def the_modes_are_not_mixed(
    file: FileLedger, memory: MemoryLedger, awaiting: AsyncMemoryLedger
) -> None:
    posts_and_awaits(awaiting)
    posts(awaiting)  # type: ignore[arg-type]  # nobody would await
    posts_and_awaits(memory)  # type: ignore[arg-type]  # nothing to await
    posts_and_awaits(file)  # type: ignore[arg-type]  # nothing to await
    reads(awaiting)  # type: ignore[arg-type]  # nobody would await


def an_outbox_cannot_be_searched(file: FileLedger, memory: MemoryLedger, key: Key) -> None:
    assert_type(memory.sales_invoices.find(key), SalesInvoice | None)
    file.sales_invoices.find(key)  # type: ignore[attr-defined]  # nothing to look into


def a_seat_takes_its_own_kind(memory: MemoryLedger, invoice: SalesInvoice) -> None:
    assert_type(memory.sales_invoices.post(invoice), Receipt[SalesInvoice])
    memory.payments.post(invoice)  # type: ignore[arg-type]  # an invoice is no payment


def a_ledger_is_its_own_context(memory: MemoryLedger) -> None:
    with memory as opened:
        assert_type(opened, MemoryLedger)


async def an_awaiting_ledger_is_too(awaiting: AsyncMemoryLedger) -> None:
    async with awaiting as opened:
        assert_type(opened, AsyncMemoryLedger)
    async for invoice in awaiting.sales_invoices.list(open=True):
        assert_type(invoice, SalesInvoice)


def drivers_have_their_mode() -> None:
    drives(ScriptedDriver())
    drives(AsyncScriptedDriver())  # type: ignore[arg-type]  # nobody would await
    OpenLedger[Async](ScriptedDriver(), MemoryLedger()._back_end)  # type: ignore[arg-type]  # blocking

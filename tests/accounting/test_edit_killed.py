"""An edit that is broken off, wherever: whoever repeats it carries it on."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

from sage_connect import (
    DuplicateError,
    RefusedError,
    SalesInvoice,
)
from sage_connect.plan import Send, Step
from sage_connect.testing.accounting import AccountingSimulator
from sage_connect.testing.modes import Books

from .business import connected, connected_async
from .mortal import Fate, Killed, MortalAwaitingDriver, MortalDriver, dies
from .trading import (
    a_credit,
    a_receipt,
    allocate,
    allocations,
    an_invoice,
    changed,
    outstanding,
    posted,
    settled,
    status,
)

EVERY = pytest.param(1, marks=pytest.mark.slow, id="every")


@pytest.mark.requirement("S162")
@pytest.mark.parametrize("step", [pytest.param(6, id="sixth"), EVERY])
@pytest.mark.parametrize(
    ("mode", "done", "first"),
    [("blocking", False, 1), ("blocking", True, 3), ("awaiting", True, 5)],
)
def test_an_edit_that_is_killed_at_any_request_is_carried_on(
    simulator: AccountingSimulator, mode: str, first: int, step: int, *, done: bool
) -> None:
    n, killed = min(first, step) - step, True
    while killed:
        n += step
        id = settled(simulator, n)
        before = allocations(simulator)
        left = outstanding(simulator, "sales_invoices", id)

        killed = _killed_edit(simulator, changed(n), mode, Fate(n, done=done))
        with connected(simulator) as sage:
            outcome = sage.sales_invoices.edit(changed(n), unallocate=True)

        assert outcome.posted
        assert allocations(simulator) == before
        assert outstanding(simulator, "sales_invoices", id) == left + 12
        drafts = [
            one
            for one in simulator.books().all("sales_invoices")
            if one["status"]["id"] == "DRAFT"
        ]
        assert drafts == []
    assert simulator.books().is_balanced()
    # As many requests as an edit takes.
    assert n > 40


def _killed_edit(
    simulator: AccountingSimulator, invoice: SalesInvoice, mode: str, fate: Fate
) -> bool:
    if mode == "blocking":
        with connected(simulator) as sage:
            sage.company.load()
            sage.close()
            sage._driver = MortalDriver(fate)
            return dies(lambda: sage.sales_invoices.edit(invoice, unallocate=True))

    async def edit() -> None:
        async with connected_async(simulator) as sage:
            await sage.company.load()
            await sage.aclose()
            sage._driver = MortalAwaitingDriver(fate)
            await sage.sales_invoices.edit(invoice, unallocate=True)

    return dies(lambda: asyncio.run(edit()))


@pytest.mark.skipif(sys.platform == "win32", reason="processes are not killed so there")
@pytest.mark.requirement("S162")
@pytest.mark.parametrize("at", [9, 14, 19, 24, 29, 34])
def test_a_process_that_is_killed_leaves_an_edit_that_another_carries_on(
    simulator: AccountingSimulator, at: int
) -> None:
    id = settled(simulator, 1)
    before = allocations(simulator)
    left = outstanding(simulator, "sales_invoices", id)
    worker = Path(__file__).with_name("edit_worker.py")
    root = worker.parents[2]
    told = json.dumps({**simulator.ready_line(), "at": at})

    done = subprocess.run(
        [sys.executable, worker, told],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(root), str(root / "src")])},
        capture_output=True,
        check=False,
    )
    with connected(simulator) as sage:
        sage.sales_invoices.edit(changed(1), unallocate=True)

    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert allocations(simulator) == before
    assert outstanding(simulator, "sales_invoices", id) == left + 12
    assert simulator.books().count("sales_invoices") == 2


def test_what_settles_it_since_the_edit_was_broken_off_is_put_on_too(
    books: Books, simulator: AccountingSimulator
) -> None:
    id, _ = posted(books, an_invoice("F1"), a_receipt("P1", "50", ("F1", "50")))
    with connected(simulator) as sage:
        sage.company.load()
        sage.close()
        # Just before the document itself is changed.
        sage._driver = MortalDriver(_Before("PUT", "/sales_invoices"))
        edit = sage.sales_invoices.edit
        assert dies(lambda: edit(an_invoice("F1", "110"), unallocate=True))
    assert allocations(simulator)["payments"] == {"P1": []}
    posted(books, a_receipt("P2", "20", ("F1", "20")))

    books.run(books.ledger.sales_invoices.edit(an_invoice("F1", "110"), unallocate=True))

    parts = allocations(simulator)["payments"]
    assert parts == {"P1": [(id, "50.0", "0.0")], "P2": [(id, "20.0", "0.0")]}
    assert outstanding(simulator, "sales_invoices", id) == Decimal(62)
    assert simulator.books().count("sales_invoices") == 1


class _Before(Fate):
    """Dies at the first request of a kind, which then never leaves."""

    def __init__(self, method: str, path: str) -> None:
        super().__init__(0, done=False)
        self._method = method
        self._path = path

    @override
    def strikes(self, step: Step[Any], *, done: bool) -> None:
        if done or not isinstance(step, Send) or step.method != self._method:
            return
        if self._path in step.url:
            raise Killed


def test_a_refused_edit_that_is_killed_while_it_puts_on_again_is_carried_on(
    simulator: AccountingSimulator,
) -> None:
    """The number is another's: what was taken off comes on again, however often."""
    with connected(simulator) as sage:
        id, other, _ = posted(
            Books(sage), an_invoice("F1"), an_invoice("F2"), a_credit("C1", "50")
        )
        allocate(sage, F1="10", C1="-10")
    before = allocations(simulator)
    for at in range(16, 26):
        with connected(simulator) as sage:
            sage.company.load()
            sage.close()
            sage._driver = MortalDriver(Fate(at, done=True))
            with contextlib.suppress(DuplicateError, Killed):
                sage.sales_invoices.edit(an_invoice("F2", "9"), id=id, unallocate=True)
        with connected(simulator) as sage, pytest.raises(DuplicateError):
            sage.sales_invoices.edit(an_invoice("F2", "9"), id=id, unallocate=True)

        assert allocations(simulator) == before
        assert simulator.books().count("sales_invoices") == 2
    assert outstanding(simulator, "sales_invoices", id) == Decimal(110)
    assert outstanding(simulator, "sales_invoices", other) == Decimal(120)


def test_what_can_no_longer_be_put_on_is_told_and_kept_in_the_draft(
    books: Books, simulator: AccountingSimulator
) -> None:
    id, credit, _ = posted(books, an_invoice("F1"), a_credit("C1", "10"), an_invoice("F2"))
    with connected(simulator) as sage:
        sage.company.load()
        allocation = allocate(sage, F1="12", C1="-12")
        sage.close()
        sage._driver = MortalDriver(_Before("PUT", "/sales_invoices"))
        edit = sage.sales_invoices.edit
        assert dies(lambda: edit(an_invoice("F1", "110"), unallocate=True))
    # Meanwhile somebody uses the credit note elsewhere.
    other = books.run(
        books.ledger.sales_credit_notes.settle(credit, _id_of(simulator, "F2"))
    )

    edit = books.ledger.sales_invoices.edit
    with pytest.raises(RefusedError, match="could be put on again") as caught:
        books.run(edit(an_invoice("F1", "110"), unallocate=True))
    assert f"edit-{id[:20]}" in str(caught.value)
    books.run(books.ledger.payments.unallocate(other.id))
    outcome = books.run(edit(an_invoice("F1", "110"), unallocate=True))

    assert outcome.posted
    assert allocation != other.id
    assert outstanding(simulator, "sales_invoices", id) == Decimal(120)
    assert status(simulator, "sales_credit_notes", credit) == "PAID"
    assert simulator.books().count("sales_invoices") == 2


def _id_of(simulator: AccountingSimulator, number: str) -> str:
    invoices = simulator.books().all("sales_invoices")
    (id,) = [one["id"] for one in invoices if one["invoice_number"] == number]
    return str(id)

"""Documents by the million: what rules remember does not grow, or by little a document.

The slow test runs `DOCUMENTS` of them, a million by default, each time in a process of its
own, and prints what it found.
"""

import datetime as dt
import gc
import os
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

import pytest

from sage_connect.model import (
    Allocation,
    BankEntry,
    Customer,
    JournalEntry,
    Line,
    Movement,
    Payment,
    PaymentKind,
    PurchaseCreditNote,
    PurchaseInvoice,
    Reference,
    SalesCreditNote,
    SalesInvoice,
    Tax,
)
from sage_connect.sage100.export import ExportFile, reference_of
from sage_connect.sage100.rules import BOOK as SAGE100
from sage_connect.testing.demo import export_bytes, settings
from sage_connect.validation import Checker, Report, RuleBook
from sage_connect.validation.book import COMMON

DAY: Final = dt.date(2026, 9, 15)
WRITTEN: Final = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
BOOKS: Final = {"common": COMMON, "sage100": SAGE100}
# Two sizes of one stream: what is held must not tell them apart.
FEW, MANY = 400, 2_400
# A megabyte is what the allocator itself moves by.
SPARE: Final = 4 * 2**20
FULL: Final = int(os.environ.get("DOCUMENTS", "1000000"))


def stream(count: int) -> Iterator[object]:
    """Yield documents of every kind that the demo company accepts, and their money."""
    kinds = (_sale, _sale_back, _bought, _bought_back, _received, _paid, _moved, _entered)
    for at in range(count):
        yield kinds[at % len(kinds)](at)


def _line(code: str, account: str) -> Line:
    tax = Tax(code, Decimal(20))
    return Line(description="Étude", unit_price=Decimal(100), account=account, taxes=(tax,))


def _sale(at: int, kind: type[Any] = SalesInvoice) -> Any:
    lines = (_line("C20", "706000"),) * 3
    number = f"FA-2026-{at:07}"
    return kind(number=number, date=DAY, party="DUPONT", currency="EUR", lines=lines)


def _sale_back(at: int) -> Any:
    return _sale(at, SalesCreditNote)


def _bought(at: int, kind: type[Any] = PurchaseInvoice) -> Any:
    lines = (_line("D20", "606400"),) * 3
    number = f"HA-2026-{at:07}"
    return kind(number=number, date=DAY, party="PAPETERIE", currency="EUR", lines=lines)


def _bought_back(at: int) -> Any:
    return _bought(at, PurchaseCreditNote)


def _received(at: int) -> Payment:
    return _settling(at, PaymentKind.CUSTOMER_RECEIPT, "DUPONT", f"FA-2026-{at - 4:07}")


def _paid(at: int) -> Payment:
    number = f"HA-2026-{at - 3:07}"
    return _settling(at, PaymentKind.SUPPLIER_PAYMENT, "PAPETERIE", number)


def _settling(at: int, kind: PaymentKind, party: str, number: str) -> Payment:
    part = Allocation(number, Decimal(300))
    return Payment(
        kind=kind,
        number=f"R-2026-{at:07}",
        date=DAY,
        party=party,
        currency="EUR",
        amount=Decimal(340),
        bank_account="BQ",
        allocations=(part,),
        on_account=Decimal(40),
    )


def _moved(at: int) -> BankEntry:
    return BankEntry(
        number=f"B-2026-{at:07}",
        date=DAY,
        bank_account="BQ",
        currency="EUR",
        amount=Decimal(3),
        account="627000",
    )


def _entered(at: int) -> JournalEntry:
    return JournalEntry(
        number=f"OD-2026-{at:07}",
        journal="OD",
        date=DAY,
        currency="EUR",
        movements=(
            Movement(account="606400", debit=Decimal(10)),
            Movement(account="471000", credit=Decimal(10)),
        ),
        description="Reclassement",
    )


def known() -> Reference:
    file = ExportFile(name="company.txt", content=export_bytes(), modified=WRITTEN)
    return reference_of([file]).with_parts(open_documents={})


def check(rules: RuleBook, documents: Iterator[object], reference: Reference) -> Report:
    checker = Checker(book=rules, target="sage100", country="FR", settings=settings())
    return checker.check(documents, reference=reference)


def alone(name: str) -> RuleBook:
    """Return the rules of a book that look at one document."""
    book = BOOKS[name]
    return RuleBook(book.home, [rule for rule in book.values() if not rule.batch])


def peak(rules: RuleBook, documents: Iterator[object], reference: Reference) -> int:
    gc.collect()
    tracemalloc.start()
    check(rules, documents, reference)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


@pytest.mark.parametrize("name", BOOKS)
def test_document_rules_hold_as_much_for_many_as_for_few(name: str) -> None:
    reference = known()
    assert check(alone(name), stream(16), reference).errors == ()

    few, many = (peak(alone(name), stream(count), reference) for count in (FEW, MANY))

    # Two thousand documents more: not three bytes for each.
    assert many - few < 3 * (MANY - FEW)


# Those of every product, and Sage 100's own.
_SETS: Final = [code for code, rule in SAGE100.items() if rule.batch]


@pytest.mark.parametrize("code", _SETS)
def test_a_set_rule_holds_at_most_200_bytes_a_document(code: str) -> None:
    rules, reference = RuleBook(COMMON.home, [SAGE100[code]]), known()
    check(rules, stream(16), reference)

    few, many = (peak(rules, stream(count), reference) for count in (FEW, MANY))

    assert (many - few) / (MANY - FEW) <= 200


def parties(count: int) -> Iterator[Customer]:
    for at in range(count):
        yield Customer(code=f"CLIENT-{at:07}", name="Client", account="411000")


@pytest.mark.parametrize("code", ["SC-DUP-BATCH", "SC-CUST-CODE-DUPLICATE"])
def test_a_set_rule_holds_at_most_200_bytes_a_party(code: str) -> None:
    rules, reference = RuleBook(COMMON.home, [SAGE100[code]]), known()
    check(rules, parties(16), reference)

    few, many = (peak(rules, parties(count), reference) for count in (FEW, MANY))

    # The engine itself remembers the newcomers of a batch, whom documents may name.
    nothing = RuleBook(COMMON.home)
    less, more = (peak(nothing, parties(count), reference) for count in (FEW, MANY))
    assert (many - few - (more - less)) / (MANY - FEW) <= 200


_PROGRAM: Final = """
import resource, sys, time
from tests.validation.test_flat_memory import alone, check, known, stream
name, count = sys.argv[1], int(sys.argv[2])
def used(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
rules, reference = alone(name), known()
check(rules, stream(count // 20), reference)
before, start = used(), time.process_time()
report = check(rules, stream(count), reference)
print(report.documents, len(report.errors), used() - before, time.process_time() - start)
"""


@pytest.mark.slow
@pytest.mark.skipif(
    sys.platform == "win32", reason="the peak of a process is asked of Unix"
)
@pytest.mark.parametrize("name", BOOKS)
def test_a_million_documents_are_checked_in_flat_memory(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, name, str(FULL)],
        capture_output=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([*sys.path, os.curdir])},
    )
    assert not done.returncode, done.stderr
    count, errors, grown, seconds = done.stdout.split()
    print(f"{name}: {count} documents, {int(grown) / 2**20:.2f} MiB more, {seconds} s")

    assert (int(count), int(errors)) == (FULL, 0)
    assert int(grown) <= SPARE

"""How many three-line invoices a second are checked, and what a set rule remembers.

What a set rule remembers is the peak of traced memory while it alone looks at a stream of
documents, for each of them.
"""

import datetime as dt
import gc
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import partial
from types import MappingProxyType
from typing import Any

import attrs

from sage_connect.accounting import rules as accounting
from sage_connect.accounting.settings import AccountingSettings
from sage_connect.intacct import rules as intacct
from sage_connect.intacct.settings import IntacctSettings
from sage_connect.ledger.batch import merged
from sage_connect.model import (
    Account,
    CompanyOptions,
    Customer,
    FiscalYear,
    Line,
    Reference,
    SalesInvoice,
    Tax,
    TaxCode,
)
from sage_connect.model.chart import DatedRate
from sage_connect.model.reference import by_code
from sage_connect.sage100 import rules as sage100
from sage_connect.sage100.export import ExportFile, reference_of
from sage_connect.testing.demo import export_bytes, month, settings
from sage_connect.validation import Checker
from sage_connect.validation.book import COMMON
from sage_connect.validation.registry import RuleBook

from ._measure import Measured, Row, Rows, rate, sized

COUNT = 2_000
# Of documents, for what a set rule remembers: most remember nothing of them, as a few show.
FEW, MANY, NOTHING = 1_000, 10_000, 100
DAY = dt.date(2026, 3, 31)
REFERENCE = Reference(
    company=CompanyOptions(
        base_currency="EUR",
        fiscal_years=(FiscalYear(start=dt.date(2026, 1, 1), end=dt.date(2026, 12, 31)),),
        closed_through=dt.date(2026, 1, 31),
    ),
    accounts=by_code([Account(code="706000"), Account(code="707000")]),
    tax_codes=by_code([TaxCode(code="C20", rates=(DatedRate(Decimal(20)),))]),
    customers=by_code([Customer(code="ACME", currency="EUR")]),
    suppliers={},
    exchange_rates={},
    open_documents={},
)


# What only the rules of Sage Accounting ask.
OWN = {"tax_scheme": "X", "accounts_start_date": "2020-01-01", "visible:706000": "sales"}
BUSINESS = attrs.evolve(
    REFERENCE,
    company=attrs.evolve(REFERENCE.company or CompanyOptions(), own=OWN),
    items={},
    dimensions={},
    dimension_values={},
    bank_accounts={},
    payment_terms={},
)
# And what only those of Sage Intacct ask.
IN_INTACCT = {
    "modules": "AP\nAR\nCM\nEE\nGL\nPA",
    "multi_entity": "true",
    "multi_currency": "false",
    "requires:706000": "CUSTOMER",
    "tax_solutions": "France - VAT",
    "tax_solution:C20": "France - VAT",
    "ar_terms": "N30",
    "ap_terms": "N30",
    "employees": "",
    "statistical_accounts": "900000",
    "statistical_journals": "STAT",
    "dimensions_in_gl": "CUSTOMER",
}
COMPANY = attrs.evolve(
    BUSINESS,
    company=attrs.evolve(REFERENCE.company or CompanyOptions(), own=IN_INTACCT),
    entities={},
    journals={},
)


# What the demo company, by which the whole book of Sage 100 is asked, has and ours has not.
DEMO = {"date": dt.date(2026, 9, 15), "due": None, "party": "DUPONT"}


def rows() -> Rows:
    for work, budget, faulty in (
        ("clean invoices checked by the common rules", 20_000, False),
        ("faulty invoices checked by the common rules", 8_000, True),
    ):
        yield Row(work, budget, "a second", partial(checking, in_common, faulty=faulty))
    for product, (made, others) in BOOKS.items():
        yield Row(
            f"clean invoices checked by the full book of {product}",
            8_000,
            "a second",
            partial(checking, made, others=others),
        )
    yield Row("what a set rule remembers of a document", 200, "bytes", remembering)


def invoices(count: int, *, faulty: bool) -> Iterator[SalesInvoice]:
    tax = Tax("C21" if faulty else "C20", Decimal(20))
    for at in range(count):
        lines = tuple(
            Line(
                description="Étude",
                quantity=Decimal(2),
                unit_price=Decimal("125.50") + at + place,
                account="706000",
                taxes=(tax,),
            )
            for place in range(3)
        )
        yield SalesInvoice(
            number=f"FA-2026-{at:06}",
            date=DAY,
            due=DAY,
            party="NOBODY" if faulty else "ACME",
            currency="EUR",
            lines=lines,
        )


def in_common() -> tuple[Checker, Reference]:
    return Checker(book=COMMON, target="sage100", country="FR"), REFERENCE


def of_sage100() -> tuple[Checker, Reference]:
    checker = Checker(
        book=sage100.BOOK, target="sage100", country="FR", settings=settings()
    )
    export = ExportFile(
        name="export", content=export_bytes(), modified=dt.datetime.now(dt.UTC)
    )
    return checker, merged(reference_of([export]), month())


def of_accounting() -> tuple[Checker, Reference]:
    checker = Checker(
        book=accounting.BOOK,
        target="accounting",
        country="GB",
        edition="plus",
        settings=AccountingSettings(),
    )
    return checker, BUSINESS


def of_intacct() -> tuple[Checker, Reference]:
    checker = Checker(
        book=intacct.BOOK, target="intacct", country="FR", settings=IntacctSettings()
    )
    return checker, COMPANY


def checking(
    made: Callable[[], tuple[Checker, Reference]],
    *,
    faulty: bool = False,
    others: Mapping[str, Any] = MappingProxyType({}),
) -> Measured:
    checker, reference = made()
    batch = [attrs.evolve(one, **others) for one in invoices(COUNT, faulty=faulty)]

    def check() -> None:
        assert checker.check(batch, reference=reference).ok is not faulty

    count = sum(rule.check is not None for rule in checker.book.values())
    return rate(check, COUNT, detail=f"{count} rules")


def remembering() -> Measured:
    """Return what the set rule that remembers most does of each document."""
    found: dict[str, float] = {}
    for made, others in BOOKS.values():
        checker, reference = made()
        # Rules of payments remember documents only where it is known which are open.
        reference = attrs.evolve(reference, open_documents={})
        for code, rule in checker.book.items():
            if not rule.batch or code in found:
                continue
            alone = attrs.evolve(checker, book=RuleBook(rule.home, [rule]))
            found[code] = remembered(alone, reference, FEW, others)
            if found[code] > NOTHING:
                found[code] = remembered(alone, reference, sized(MANY), others)
    most = max(found, key=lambda code: found[code])
    return Measured(found[most], detail=f"{most}, of {len(found)} set rules")


def remembered(
    checker: Checker, reference: Reference, count: int, others: Mapping[str, Any]
) -> float:
    """Return the peak memory of a checker on a stream, for each document."""
    stream = (attrs.evolve(one, **others) for one in invoices(count, faulty=False))
    gc.collect()
    tracemalloc.start()
    # A report would hold findings, which are not what the rule remembers.
    assert checker.check(stream, reference=reference).ok
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / count


BOOKS: Mapping[str, tuple[Callable[[], tuple[Checker, Reference]], Mapping[str, Any]]] = {
    "Sage 100": (of_sage100, DEMO),
    "Sage Accounting": (of_accounting, {}),
    "Sage Intacct": (of_intacct, {}),
}

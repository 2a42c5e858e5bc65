"""How many three-line invoices a second are checked, and what a set rule remembers."""

import datetime as dt
import gc
import statistics
import time
import tracemalloc
from collections.abc import Iterator
from decimal import Decimal

import attrs

from sage_connect.accounting import rules as accounting
from sage_connect.accounting.settings import AccountingSettings
from sage_connect.intacct import rules as intacct
from sage_connect.intacct.settings import IntacctSettings
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
from sage_connect.validation import Checker
from sage_connect.validation.book import COMMON
from sage_connect.validation.registry import Rule, RuleBook

ROUNDS, COUNT, MANY = 9, 2000, 50_000
CLEAN, FAULTY, MEMORY = 20_000, 8_000, 200
# Clean invoices, with all rules of a product.
WHOLE_BOOK = 8_000
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


def main() -> None:
    common = Checker(book=COMMON, target="sage100", country="FR")
    whole = Checker(
        book=accounting.BOOK,
        target="accounting",
        country="GB",
        edition="plus",
        settings=AccountingSettings(),
    )
    of_intacct = Checker(
        book=intacct.BOOK, target="intacct", country="FR", settings=IntacctSettings()
    )
    _measure(common, REFERENCE, CLEAN, FAULTY)
    _measure(whole, BUSINESS, WHOLE_BOOK)
    _measure(of_intacct, COMPANY, WHOLE_BOOK)
    for code, rule in {**accounting.BOOK, **intacct.RULES}.items():
        if not rule.batch:
            continue
        size = _remembered(rule)
        verdict = "within" if size <= MEMORY else "over"
        print(
            f"{code} remembers a document | {size:.0f} bytes | {MEMORY} bytes | {verdict}"
        )


def _measure(checker: Checker, reference: Reference, *budgets: int) -> None:
    rates: dict[bool, list[float]] = {False: [], True: []}
    batches = {faulty: list(invoices(COUNT, faulty=faulty)) for faulty in rates}
    for _ in range(ROUNDS):
        for faulty, batch in batches.items():
            start = time.process_time()
            report = checker.check(batch, reference=reference)
            rates[faulty].append(COUNT / (time.process_time() - start))
            assert report.ok is not faulty
    rules = sum(rule.check is not None for rule in checker.book.values())
    for (faulty, found), budget in zip(rates.items(), budgets, strict=False):
        name = "faulty" if faulty else "clean"
        rate = statistics.median(found)
        verdict = "within" if rate >= budget else "over"
        work = f"check {name} invoices, {rules} rules of {checker.target}"
        print(f"{work} | {rate:,.0f}/s | {budget:,}/s | {verdict}")


def _remembered(rule: Rule) -> float:
    """Return the peak memory of one set rule on a stream, for each document."""
    target = rule.products[0] if rule.products else "accounting"
    checker = Checker(book=RuleBook(rule.home, [rule]), target=target, country="GB")
    checker.check(invoices(10, faulty=False), reference=REFERENCE)
    gc.collect()
    tracemalloc.start()
    checker.check(invoices(MANY, faulty=False), reference=REFERENCE)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / MANY


if __name__ == "__main__":
    main()

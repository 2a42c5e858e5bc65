"""Rules never break on any document that can be built, and remember little."""

import gc
import tracemalloc
import typing
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import assume, given, strategies as st

from sage_connect.model import (
    BankEntry,
    Customer,
    DimensionValue,
    Instalment,
    Item,
    JournalEntry,
    Payment,
    PurchaseCreditNote,
    PurchaseInvoice,
    SalesCreditNote,
    SalesInvoice,
    Supplier,
)
from sage_connect.model.fields import FrozenMap
from sage_connect.model.invoice import Due
from sage_connect.validation import Checker, RuleBook
from sage_connect.validation.amounts import placed_numbers
from sage_connect.validation.book import COMMON

from .documents import DAY, REFERENCE, VAT, D, invoice, line, payment

KINDS = (
    *(SalesInvoice, SalesCreditNote, PurchaseInvoice, PurchaseCreditNote, Payment),
    *(JournalEntry, BankEntry, Customer, Supplier, Item, DimensionValue),
)
NUMBERS = st.one_of(
    st.decimals(-1000, 1000, places=2),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.sampled_from(
        [D("1e999999"), D("-1e-999999"), D("0e-9999"), D("-100"), D(0), D("9" * 80)]
    ),
)
TEXTS = st.sampled_from(["", " ", "ACME", "FA-1", "EUR", "C20", "706000", "\t=\ud800"])
LIMIT = Decimal(10**13)
MANY = 6_000


KNOWN: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXTS,
    Decimal: NUMBERS,
    bytes: st.just(b""),
    type(None): st.none(),
    # Looked for apart: a date and a tuple in one annotation.
    Due: st.none() | st.just(DAY) | st.deferred(lambda: _values(tuple[Instalment, ...])),
}


def _values(hint: Any) -> st.SearchStrategy[Any]:
    """Return values of an annotation: of the model's fields, so that none is left out."""
    if hint in KNOWN:
        return KNOWN[hint]
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        return st.lists(_values(inner[0]), max_size=2).map(tuple)
    if origin is FrozenMap:
        return st.dictionaries(TEXTS, TEXTS, max_size=1)
    if inner:
        return st.one_of([_values(one) for one in inner])
    return _built(hint) if attrs.has(hint) else st.from_type(hint)


def _built(kind: type) -> st.SearchStrategy[Any]:
    hints = typing.get_type_hints(kind)
    names = [field.name for field in attrs.fields(kind)]
    return st.fixed_dictionaries({name: _values(hints[name]) for name in names}).map(
        lambda values: kind(**values)
    )


DOCUMENTS = st.lists(st.one_of([_built(kind) for kind in KINDS]), min_size=1, max_size=3)


@given(DOCUMENTS)
def test_no_rule_breaks_on_any_document(batch: list[Any]) -> None:
    checker = Checker(book=COMMON, target="sage100", country="FR")

    report = checker.check(batch, reference=REFERENCE)

    assert [str(one) for one in report if one.code == "SC-RULE-FAILED"] == []
    assert report.to_html(language="fr")


@given(DOCUMENTS)
def test_no_absurd_amount_goes_unnoticed(batch: list[Any]) -> None:
    report = Checker(book=COMMON).check(batch)

    found = {(one.index, one.path) for one in report if one.code == "SC-AMOUNT-RANGE"}
    absurd = {
        (index, path)
        for index, document in enumerate(batch)
        for path, number in placed_numbers(document)
        if abs(number) >= LIMIT
    }
    assert absurd <= found


@given(DOCUMENTS)
def test_a_report_does_not_depend_on_how_documents_are_grouped(batch: list[Any]) -> None:
    # Parties of a batch are known to its documents; nothing else is shared.
    assume(not any(isinstance(one, Customer | Supplier) for one in batch))
    alone = [rule for rule in COMMON.values() if not rule.batch]
    checker = Checker(book=RuleBook(COMMON.home, alone))

    together = [
        [str(one) for one in checker.check(batch).of(at)] for at in range(len(batch))
    ]

    apart = [[str(one) for one in checker.check([document])] for document in batch]
    for at, lines in enumerate(apart):
        assert [one.replace("#1", f"#{at + 1}") for one in lines] == together[at]


def _stream(count: int) -> Iterator[object]:
    for at in range(count):
        if at % 2:
            yield payment(number=f"R-2026-{at:06}", allocations=())
        else:
            yield invoice(number=f"FA-2026-{at:06}", lines=(line(taxes=(VAT,)),))


@pytest.mark.parametrize("code", [code for code, rule in COMMON.items() if rule.batch])
def test_a_set_rule_remembers_at_most_200_bytes_a_document(code: str) -> None:
    checker = Checker(book=RuleBook(COMMON.home, [COMMON[code]]))
    checker.check(_stream(10), reference=REFERENCE)
    gc.collect()
    tracemalloc.start()

    checker.check(_stream(MANY), reference=REFERENCE)

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak / MANY <= 200


def test_document_rules_remember_nothing() -> None:
    single = [rule for rule in COMMON.values() if not rule.batch]
    checker = Checker(book=RuleBook(COMMON.home, single))
    checker.check(_stream(10), reference=REFERENCE)
    gc.collect()
    tracemalloc.start()

    checker.check(_stream(2_000), reference=REFERENCE)

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # Far below one document each: what is held is what one document needs.
    assert peak < 100_000

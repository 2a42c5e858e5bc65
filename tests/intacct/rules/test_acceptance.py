"""No rule breaks, whatever it is given, and set rules remember little."""

import gc
import tracemalloc
import typing
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given, strategies as st

from sage_connect.intacct.rules import BOOK, RULES
from sage_connect.intacct.settings import (
    Accounts,
    CreditNotes,
    IntacctSettings,
    Level,
    Policy,
    Quantity,
    Taxes,
)
from sage_connect.model import Instalment, Reference
from sage_connect.model.fields import FrozenMap
from sage_connect.model.invoice import Due
from sage_connect.validation import Checker, RuleBook

from .company import DAY, INVOICE, REFERENCE, company
from .shape import checked
from .test_carries import WHOLES

D = Decimal
MANY = 3_000
NUMBERS = st.one_of(
    st.decimals(-1000, 1000, places=2),
    st.sampled_from([D("1e999999"), D("-1e-999999"), D(0), D("9" * 80)]),
)
TEXTS = st.sampled_from(
    [
        *(
            "",
            " ",
            "ACME",
            "SI-1",
            "GBP",
            "EUR",
            "UK-STD",
            "ZA-STD",
            "4000",
            "6100",
            "9100",
        ),
        *("STAT", "GJ", "DEPARTMENT", "location", "REGION", "TASK", "UK1", "uk1", "OPS"),
        *("EFT", "MAIN", "\t=\ud800", "CHAIR", "chair", "~/", "x" * 90),
    ]
)
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
        return st.dictionaries(TEXTS, TEXTS, max_size=2)
    if inner:
        return st.one_of([_values(one) for one in inner])
    return _built(hint) if attrs.has(hint) else st.from_type(hint)


def _built(kind: type[Any]) -> st.SearchStrategy[Any]:
    hints = typing.get_type_hints(kind)
    names = [field.name for field in attrs.fields(kind)]
    return st.fixed_dictionaries({name: _values(hints[name]) for name in names}).map(
        lambda values: kind(**values)
    )


SETTINGS = st.builds(
    IntacctSettings,
    level=st.sampled_from(Level),
    entity=TEXTS,
    bank_account=TEXTS,
    payment_method=TEXTS,
    tax_solution=TEXTS,
    legislation=st.lists(TEXTS, max_size=1),
    chart=st.lists(TEXTS, max_size=1),
    attachments_folder=TEXTS,
    inactive_dimensions=st.lists(TEXTS, max_size=1),
    accounts=st.builds(Accounts, sales=TEXTS, adjustments=TEXTS, advances=TEXTS),
    policy=st.builds(
        Policy,
        create_customers=st.booleans(),
        create_items=st.booleans(),
        credit_notes=st.sampled_from(CreditNotes),
        taxes=st.sampled_from(Taxes),
        quantity=st.sampled_from(Quantity),
        extra_dimensions=st.booleans(),
    ),
)
REFERENCES = st.sampled_from(
    [
        REFERENCE,
        Reference(),
        company(multi_currency="false", multi_base_currency="true"),
        company(modules="", tax_solutions=""),
    ]
)
DOCUMENTS = st.lists(
    st.one_of([_built(type(one)) for one in WHOLES]), min_size=1, max_size=3
).map(tuple)


@given(DOCUMENTS, SETTINGS, REFERENCES)
def test_no_rule_breaks(
    batch: tuple[Any, ...], settings: IntacctSettings, reference: Reference
) -> None:
    report = checked(batch, settings, reference)

    assert [str(one) for one in report if one.code == "SC-RULE-FAILED"] == []
    assert report.to_html(language="fr")


def _stream(count: int) -> Iterator[object]:
    for at in range(count):
        yield attrs.evolve(INVOICE, number=f"SI-2026-{at:06}")


@pytest.mark.parametrize("code", [code for code, rule in RULES.items() if rule.batch])
def test_a_set_rule_remembers_at_most_200_bytes_a_document(code: str) -> None:
    checker = Checker(book=RuleBook(BOOK.home, [BOOK[code]]), target="intacct")
    checker.check(_stream(10), reference=REFERENCE)
    gc.collect()
    tracemalloc.start()

    checker.check(_stream(MANY), reference=REFERENCE)

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak / MANY <= 200

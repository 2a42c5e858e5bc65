"""A clean report and Sage agree, both ways, whatever people enter.

Sage is the importer of `sage_connect.testing`, which shares no code with the rules.
"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Final

import attrs
import pytest
from hypothesis import event, given, strategies as st

from sage_connect import Outcome, Sage100, State
from sage_connect.model import DimensionValue, Line, PurchaseInvoice, Supplier
from sage_connect.sage100.resolve import plan_number
from sage_connect.sage100.rules import BOOK
from sage_connect.testing.importer import ImportMessage, Sage100Importer, lines as said
from sage_connect.validation import Checker, Report, Severity

from .bypass import sent
from .companies import ANALYTICS, COMPANIES, POLICIES, SetUp, set_up
from .wild import Clerk

BATCH: Final = 12
SET_UPS: Final = st.builds(
    set_up,
    st.sampled_from(COMPANIES),
    st.sampled_from(POLICIES),
    st.sampled_from(ANALYTICS),
)
RANDOMS: Final = st.randoms(use_true_random=False)

LEDGER_ONLY: Final[Mapping[str, str]] = {
    "SC-BANK-BEFORE-PURCHASE": "what was handed over before stands in the registry alone",
    "SC-OVER-CREDITED": "what an invoice was credited before stands in the registry alone",
    "SC-PAY-OVERPAID": "what was paid before, by bank entries too, stands in the registry",
    "SC-PAY-CURRENCY": "the currency of what was handed over stands in the registry",
    "SC-S100-REVERSAL-CURRENCY": "as SC-PAY-CURRENCY",
    "SC-S100-NUMBER-TAKEN": "numbers that were given before stand in the registry alone",
    "SC-DEPENDENCY": "what it depends on is refused for a reason of its own",
}
"""What posting may refuse although the rules alone find nothing, and why."""

# The words that a code of ours has when it says what Sage says.
_TEXTS: Final[Mapping[str, tuple[str, ...]]] = {
    said.FORMAT: ("TEXT",),
    said.JOURNAL: ("JOURNAL",),
    said.YEAR: ("DATE-OUTSIDE-YEARS", "S100-DATE"),
    said.CLOSED: ("PERIOD-CLOSED",),
    said.CURRENCY: ("CURRENCY",),
    # A tax without a code has no account either.
    said.ACCOUNT: ("ACCOUNT", "TAX-UNKNOWN"),
    said.BALANCE: ("UNBALANCED", "MOVEMENT-SIDES"),
    # A share of an unknown section makes up nothing; an unknown account may be cut to
    # one that is split.
    said.ANALYTIC: ("ANALYTIC-MANDATORY", "SPLIT", "SECTION", "PLAN", "ACCOUNT"),
    said.THIRD_PARTY: ("CONTACT", "SUPPLIER-UNKNOWN", "THIRD-PARTY", "CUST-CODE"),
    said.TAX: ("TAX-UNKNOWN",),
    said.SECTION: ("SECTION",),
}
_FIELDS: Final[Mapping[tuple[str, int | None], tuple[str, ...]]] = {
    ("#MECG", None): ("TEXT",),
    ("#MECG", 1): ("JOURNAL",),
    ("#MECG", 2): ("DATE",),
    ("#MECG", 5): ("NUMBER", "TEXT"),
    ("#MECG", 7): ("ACCOUNT", "THIRD-PARTY", "CONTACT", "SUPPLIER-UNKNOWN"),
    ("#MECG", 9): ("PARTY", "CONTACT", "CUST-CODE", "COUNTERPART", "TEXT"),
    ("#MECG", 11): ("TEXT", "LABEL"),
    ("#MECG", 12): ("METHOD",),
    ("#MECG", 13): ("DATE",),
    # An account that is unknown may be cut to one that is kept in euros.
    ("#MECG", 16): ("CURRENCY", "ACCOUNT"),
    ("#MECG", 18): ("AMOUNT", "PRECISION"),
    ("#MECG", 25): ("AMOUNT", "PRECISION", "RATE"),
    ("#MECG", 26): ("TAX", "TEXT"),
    # An account that Sage opens, or fills up, has no analytic option.
    ("#MECA", None): ("ANALYTIC-NOT-ALLOWED", "ALLOCATION", "NON-EXPENSE", "ACCOUNT"),
    ("#MECA", 1): ("PLAN",),
    ("#MECA", 2): ("SECTION", "TEXT"),
    ("#MECA", 3): ("SPLIT", "AMOUNT"),
    ("#MPCT", None): ("TEXT",),
    ("#MPCT", 1): ("CODE",),
    ("#MPCT", 2): ("NAME", "TEXT"),
    ("#MPCT", 4): ("ACCOUNT",),
    ("#MPCT", 15): ("CURRENCY",),
    ("#MPCA", 1): ("SECTION-RECORD", "PLAN"),
    ("#MPCA", 2): ("SECTION-RECORD", "CODE"),
    ("#MPCA", 3): ("SECTION-RECORD", "TEXT"),
}


def fits(message: ImportMessage, codes: set[str]) -> bool:
    """Return whether one of our codes says what Sage says."""
    kind = next(
        (
            one
            for one in (*_TEXTS, said.UNKNOWN_FILE)
            if message.text.startswith(one.partition(" {")[0].partition(" à la")[0])
        ),
        "",
    )
    if kind:
        words = _TEXTS.get(kind, ())
    else:
        words = _FIELDS.get((message.record, message.field), ("TEXT",))
    return any(word in code for word in words for code in codes)


def checked(items: Sequence[Any], at: SetUp) -> Report:
    checker = Checker(book=BOOK, target="sage100", country="FR", settings=at.settings)
    return checker.check(items, reference=at.reference)


def own(item: Any, at: SetUp) -> Any:
    """Return `item` in Sage's own codes, as a ledger translates it."""
    if isinstance(item, DimensionValue):
        plan = plan_number(item.dimension, at.settings, at.reference)
        return attrs.evolve(item, dimension=plan or item.dimension)
    return item


def unsaid(item: Any, at: SetUp, sage: Sage100Importer) -> Iterator[str]:
    """Yield what Sage refuses of `item` and no error of ours says."""
    report = checked([item], at)
    codes = {one.code for one in report.errors}
    if any(one.severity is Severity.SKIP for one in report):
        # A record that Sage has is never sent at all.
        return
    content = sent(item, at.settings, at.reference)
    if content is None:
        event("comes to no piece")
        if not codes:
            yield f"{item.type}: cannot be written"
        return
    result = sage.import_file(content)
    event("accepted" if result.accepted else "refused")
    for message in result.messages:
        if not fits(message, codes):
            yield f"{message.record} {message.field}: {message.text} {sorted(codes)} {item}"


@cache
def _sage(export: bytes) -> Sage100Importer:
    return Sage100Importer(export)


def sage_of(export: bytes) -> Sage100Importer:
    """Return the company anew: what another document left there must not matter.

    An import works on books of its own, so that what is copied stays as it is.
    """
    return copy(_sage(export))


@given(RANDOMS, SET_UPS)
def test_what_sage_refuses_some_rule_had_refused(random: Random, at: SetUp) -> None:
    for item in Clerk(random, at.reference).batch(BATCH):
        assert [*unsaid(own(item, at), at, sage_of(at.export))] == []


@pytest.mark.requirement("S260")
@given(RANDOMS, SET_UPS)
def test_what_the_rules_let_pass_is_handed_over_and_sage_takes_it(
    random: Random, at: SetUp
) -> None:
    batch = Clerk(random, at.reference).batch(BATCH)
    report = checked([own(one, at) for one in batch], at)
    with tempfile.TemporaryDirectory() as folder:
        outcomes = posted(Path(folder), at, batch)
        again = posted(Path(folder), at, batch)
        files = [
            path.read_bytes() for path in sorted(Path(folder, "imports").glob("*.txt"))
        ]

    for number, outcome in enumerate(outcomes):
        found = report.of(number)
        if found.errors or any(one.severity is Severity.SKIP for one in found):
            continue
        event(outcome.state)
        if outcome.state not in {State.HANDED_OVER, State.UNCHANGED}:
            codes = {one.code for one in outcome.report.errors}
            # Never the codec's own last word: a rule says it first.
            assert "SC-S100-UNWRITABLE" not in codes
            assert codes & LEDGER_ONLY.keys(), (codes, outcome.document)
    # What an error in the same batch held back may go now; the rest never goes twice.
    twice = [
        (one, other)
        for one, other in zip(outcomes, again, strict=True)
        if one.state is other.state is State.HANDED_OVER
    ]
    assert twice == []
    sage = sage_of(at.export)
    for content in files:
        result = sage.import_file(content)
        assert (result.accepted, result.messages, result.duplicated) == (True, (), 0)


def posted(folder: Path, at: SetUp, batch: Sequence[Any]) -> Sequence[Outcome[Any]]:
    export = folder / "exports" / "company.txt"
    if not export.exists():
        export.parent.mkdir()
        export.write_bytes(at.export)
    with Sage100(folder, at.settings) as ledger:
        return ledger.documents.post_all(batch)


def test_of_two_new_parties_with_one_code_the_first_is_handed_over(tmp_path: Path) -> None:
    at = set_up("demo", POLICIES[0], ANALYTICS[0])
    first = Supplier(code="NEUF", name="Neuf", account="401000")
    second = attrs.evolve(first, account="404000")
    line = Line(unit_price=Decimal(10), account="606400", description="Papier")
    invoice = PurchaseInvoice(
        number="H1", date=date(2026, 9, 1), party="NEUF", currency="EUR", lines=(line,)
    )

    outcomes = posted(tmp_path, at, [first, second, invoice])

    states = [State.HANDED_OVER, State.SKIPPED, State.HANDED_OVER]
    assert states == [one.state for one in outcomes]
    assert "SC-DUP-BATCH" in {one.code for one in outcomes[1].report.errors}
    (file,) = (tmp_path / "imports").glob("*.txt")
    sage = sage_of(at.export)
    assert sage.import_file(file.read_bytes()).accepted
    (piece,) = sage.pieces()
    assert [line.account for line in piece.lines] == ["401000", "606400"]

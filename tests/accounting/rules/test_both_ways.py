"""Rules and business agree: what is clean is taken, and what is refused had been told."""

import contextlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings as hypothesis_settings, strategies as st

from sage_connect.ledger import State
from sage_connect.model import (
    Item,
    ItemKind,
    Payment,
    PurchaseCreditNote,
    PurchaseInvoice,
    SalesCreditNote,
    SalesInvoice,
)
from sage_connect.validation import Report

from .muddle import batches
from .sending import TAKEN
from .worlds import OPTIONS, World, world


class OnlySageKnows(NamedTuple):
    """A refusal that no rule of ours tells as an error.

    Attributes:
        words: Of the refusal; a regular expression.
        of: The documents that it may meet.
        warning: Code of what is said all the same; "" for nothing.
        reason: Why no rule refuses it.
    """

    words: str
    of: Callable[[Any], bool]
    warning: str
    reason: str


def _is_named_as_another(document: Any) -> bool:
    return getattr(document, "number", "").lower() in {"open-1", "paid-1"}


EXCEPTIONS: Final[Sequence[OnlySageKnows]] = (
    OnlySageKnows(
        "Artefact number must be unique",
        _is_named_as_another,
        "",
        "Of documents, what is open is read alone: numbers of paid ones are not known.",
    ),
    OnlySageKnows(
        "Artefact number must be unique",
        lambda one: isinstance(one, SalesInvoice | SalesCreditNote),
        "SC-SA-NUMBER-TWIN",
        "Whether numbers that differ in capitals are one to Sage is not published.",
    ),
    OnlySageKnows(
        "Under this identity another content has been posted",
        _is_named_as_another,
        "",
        "What was posted before is looked up when it is posted again.",
    ),
    OnlySageKnows(
        "has already been taken",
        lambda one: hasattr(one, "code"),
        "SC-SA-REFERENCE-TWIN",
        "Whether references that differ in capitals are one to Sage is not published.",
    ),
    OnlySageKnows(
        "has already been taken",
        lambda one: one.code.lower() == "gone1",
        "SC-SA-REFERENCE-RESERVED",
        "That a deleted contact's reference stays taken was seen, and is not documented.",
    ),
    OnlySageKnows(
        "Couldn't find record",
        lambda one: isinstance(one, PurchaseInvoice | PurchaseCreditNote),
        "SC-SA-SERVICE-BOUGHT",
        "Whether purchases may name services, Sage's pages tell in two ways.",
    ),
    OnlySageKnows(
        "No active subscription",
        lambda one: isinstance(one, Item) and one.kind is ItemKind.STOCK,
        "",
        "Sage's pages contradict one another on Standard; a note is told once for a batch.",
    ),
    OnlySageKnows(
        "there is no 'NONE-1'|Couldn't find record",
        lambda one: isinstance(one, Payment) and bool(one.reverses),
        "",
        "Payments are not read: which one is taken back is looked up when it is posted.",
    ),
    OnlySageKnows(
        "you do not have enough stock",
        lambda one: isinstance(one, SalesInvoice),
        "",
        "How much there is of an item changes with every sale, and is not read.",
    ),
)
_OPEN: Final[dict[str, World]] = {}
_TALLY: Final[Counter[str]] = Counter()
"""What became of what was sent: "taken", "told", and each reason of an exception."""
_SLOW: Final = [HealthCheck.too_slow, HealthCheck.data_too_large]


@pytest.fixture(scope="module", autouse=True)
def _worlds() -> Iterator[None]:
    with contextlib.ExitStack() as opened:
        for name in OPTIONS:
            _OPEN[name] = opened.enter_context(world(name))
        yield
        _OPEN.clear()
    excused = sum(_TALLY[one.reason] for one in EXCEPTIONS)
    # An exception that is no exception any more would hide what is wrong.
    assert excused <= 2 + (excused + _TALLY["told"]) / 8, _TALLY


def exception_for(words: str, document: Any, report: Report) -> OnlySageKnows | None:
    """Return why no rule refuses what Sage refuses; None where one should have."""
    said = {one.code for one in report}
    for one in EXCEPTIONS:
        fits = re.search(one.words, words) and one.of(document)
        if fits and (not one.warning or one.warning in said):
            return one
    return None


def told(batch: Sequence[Any], report: Report) -> set[int]:
    """Return which documents are refused by a rule, or depend on one that is."""
    refused = {at for at in range(len(batch)) if report.of(at).errors}
    stopped = {_name(batch[at]) for at in refused}
    return refused | {
        at for at, one in enumerate(batch) if stopped & set(_needs(one)) - {("", "")}
    }


def _name(document: Any) -> tuple[str, str]:
    return getattr(document, "party", ""), getattr(document, "number", "")


def _needs(document: Any) -> Iterator[tuple[str, str]]:
    for part in getattr(document, "allocations", ()):
        yield document.party, part.number


def untold(place: World, batch: list[Any]) -> list[tuple[str, Any]]:
    """Send a batch past the rules; return refusals that no rule had told."""
    report = place.sage.documents.check(batch)
    known = told(batch, report)
    found: list[tuple[str, Any]] = []
    for at, refusal in place.sending.answers(batch):
        if refusal == TAKEN or at in known:
            _TALLY["taken" if refusal == TAKEN else "told"] += 1
            continue
        reason = exception_for(refusal, batch[at], report.of(at))
        if reason is None:
            found.append((refusal, batch[at]))
        else:
            _TALLY[reason.reason] += 1
    return found


def refused(place: World, batch: list[Any]) -> list[tuple[str, Any]]:
    """Post what is clean; return what Sage refuses of it all the same."""
    while True:
        report = place.sage.documents.check(batch)
        known = told(batch, report)
        if not known:
            break
        batch = [one for at, one in enumerate(batch) if at not in known]
    outcomes = place.sage.documents.post_all(batch)
    found = [
        ("; ".join(map(str, (*one.report.errors, one.error))), one)
        for one in outcomes
        # What was not run needs something that was refused.
        if not one.posted and one.state is not State.NOT_RUN
    ]
    return [
        (words, one.document)
        for words, one in found
        if exception_for(words, one.document, one.report) is None
    ]


@hypothesis_settings(suppress_health_check=_SLOW)
@given(st.sampled_from(sorted(OPTIONS)), st.data())
def test_what_a_business_refuses_a_rule_had_told(name: str, data: st.DataObject) -> None:
    place = _OPEN[name]

    assert untold(place, data.draw(batches(place.shop))) == []


@hypothesis_settings(suppress_health_check=_SLOW)
@given(st.sampled_from(sorted(OPTIONS)), st.data())
def test_what_is_clean_a_business_takes(name: str, data: st.DataObject) -> None:
    place = _OPEN[name]

    assert refused(place, data.draw(batches(place.shop))) == []

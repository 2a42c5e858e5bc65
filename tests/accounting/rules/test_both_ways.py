"""Rules and business agree: what is clean is taken, and what is refused had been told."""

import contextlib
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings as hypothesis_settings, strategies as st

from sage_connect.ledger import State

from .muddle import batches
from .worlds import OPTIONS, World, world

WORLDS: dict[str, World] = {}
_TALLY: Counter[str] = Counter()
_CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


@pytest.fixture(scope="module", autouse=True)
def _open() -> Iterator[None]:
    with contextlib.ExitStack() as opened:
        for name in OPTIONS:
            WORLDS[name] = opened.enter_context(world(name))
        yield
        WORLDS.clear()
    print(dict(sorted(_TALLY.items())))


@hypothesis_settings(suppress_health_check=_CHECKS)
@given(st.sampled_from(sorted(OPTIONS)), st.data())
def test_what_is_refused_had_been_told(name: str, data: st.DataObject) -> None:
    place = WORLDS[name]
    batch = data.draw(batches(place.shop))
    report = place.sage.documents.check(batch)
    untold = []
    for answer in place.sending.answers(batch):
        errors = report.of(answer.at).errors
        _TALLY[
            f"told={bool(errors)} refused={answer.refusal is None or bool(answer.refusal)}"
        ] += 1
        if answer.refusal and not errors:
            untold.append((answer.refusal, batch[answer.at]))
    assert untold == []


@hypothesis_settings(suppress_health_check=_CHECKS)
@given(st.sampled_from(sorted(OPTIONS)), st.data())
def test_what_is_clean_is_taken(name: str, data: st.DataObject) -> None:
    place = WORLDS[name]
    batch = data.draw(batches(place.shop))
    while True:
        report = place.sage.documents.check(batch)
        clean = [one for at, one in enumerate(batch) if not report.of(at).errors]
        if len(clean) == len(batch):
            break
        batch = clean
    outcomes = place.sage.documents.post_all(batch)
    refused = [
        (
            one.state.value,
            [str(each) for each in one.report.errors],
            one.error,
            one.document,
        )
        for one in outcomes
        if not one.posted
    ]
    for one in outcomes:
        _TALLY[f"clean {one.state.value}"] += 1
    assert refused == []

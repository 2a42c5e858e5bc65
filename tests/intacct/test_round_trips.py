"""What the rules let pass is kept by the company as it was sent, and known again."""

import functools
import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

import attrs
import pytest
from hypothesis import (
    HealthCheck,
    Phase,
    given,
    settings as hypothesis_settings,
    strategies as st,
)

from sage_connect import State
from sage_connect.intacct.settings import NotCarried, Taxes
from sage_connect.ledger import Outcome
from sage_connect.model import Reference, totals
from sage_connect.testing.strategies import documents

from .trading import Trade, a_bill, an_invoice, said, trading, with_policy

# Both sides of a document stand in it, though the strategies give them to either.
POLICY = with_policy(not_carried=NotCarried.WARNING)
EXAMPLES = int(os.environ.get("EXAMPLES", "6"))
DIFFERENT = {"SC-IN-READ-BACK", "SC-IN-NOT-READ-BACK", "SC-IN-DIFFERS"}


@pytest.fixture(scope="module", params=[Taxes.ENTRIES, Taxes.LINES])
def trade(request: pytest.FixtureRequest) -> Iterator[Trade]:
    with trading(with_policy(POLICY, taxes=request.param)) as made:
        made.posted(an_invoice("OPEN-1"), an_invoice("OPEN-2", party="BIRCH"))
        made.posted(a_bill("OPEN-3"), a_bill("OPEN-4", party="INK"))
        STATES.clear()
        yield made

        # Otherwise nothing would have been shown.
        assert STATES[State.CREATED] >= STATES.total() / 8
        assert STATES[State.REFUSED] <= STATES.total() * 2 / 3


STATES: Counter[State] = Counter()


@functools.cache
def known(trade: Trade) -> Reference:
    """Read once: most of the time would go into it."""
    return trade.sage.company.load()


def shown(outcomes: Any) -> list[tuple[Any, ...]]:
    return [(one.document.type, one.state, said(one), one.error) for one in outcomes]


def is_settled(outcome: Outcome[Any]) -> bool:
    """Whether it is kept as it was sent, or refused with a reason."""
    found = {one.code for one in outcome.report}
    if outcome.state is State.CREATED:
        return not found & DIFFERENT
    if outcome.state is State.UNCHANGED:
        return not found
    return outcome.state in {State.REFUSED, State.NOT_RUN} and bool(found)


@hypothesis_settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    max_examples=EXAMPLES,
)
@given(st.data())
def test_what_passes_is_kept_and_known_again(trade: Trade, data: st.DataObject) -> None:
    reference = known(trade)
    batch = data.draw(st.lists(documents(reference), min_size=5, max_size=12))

    outcomes = trade.post(*batch)

    STATES.update(one.state for one in outcomes)
    assert [one for one in outcomes if not is_settled(one)] == [], shown(outcomes)
    kept = [one.document for one in outcomes if one.state is State.CREATED]
    again = trade.post(*kept)
    assert [one.state for one in again] == [State.UNCHANGED] * len(kept), shown(again)
    assert trade.simulator.books().is_balanced()


@hypothesis_settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    max_examples=EXAMPLES,
)
@given(st.data())
def test_what_is_wrong_is_refused_or_has_a_place(trade: Trade, data: st.DataObject) -> None:
    reference = known(trade)
    batch = data.draw(st.lists(documents(reference, wild=True), min_size=3, max_size=8))

    outcomes = trade.post(*batch)

    # Two taxes on a line, and an adjustment, have a place in this company.
    assert [one for one in outcomes if not is_settled(one)] == [], shown(outcomes)


@hypothesis_settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    max_examples=EXAMPLES,
)
@given(st.data())
def test_whatever_is_made_up_is_refused_or_kept(trade: Trade, data: st.DataObject) -> None:
    """Codes that nobody knows, days and currencies of any kind: nothing breaks."""
    batch = data.draw(st.lists(documents(), min_size=3, max_size=8))

    outcomes = trade.post(*batch)

    assert [one for one in outcomes if not is_settled(one)] == [], shown(outcomes)


@hypothesis_settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    max_examples=EXAMPLES,
)
@given(st.data())
def test_what_is_read_back_says_what_was_sent(trade: Trade, data: st.DataObject) -> None:
    reference = known(trade)
    wanted = documents(reference).filter(lambda one: one.type == "sales_invoice")
    drawn: Any = data.draw(wanted)
    invoice: Any = attrs.evolve(drawn, party_number="", source_id="")

    (outcome,) = trade.post(invoice)

    if outcome.state is State.CREATED:
        read = trade.sage.sales_invoices.get(outcome.unwrap().id)
        for name in ("number", "date", "due", "party", "currency", "reference", "notes"):
            sent = getattr(invoice, name)
            if sent:
                assert getattr(read, name) == sent

        assert totals(read).gross == totals(invoice).gross
        if trade.settings.policy.taxes is Taxes.ENTRIES:
            assert totals(read).tax == totals(invoice).tax

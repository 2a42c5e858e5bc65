"""The level of transactions: frozen in a preview, and changed when nothing waits."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import attrs
import pytest

from sage_connect import (
    ConfigurationError,
    DocumentRejectedError,
    Line,
    Mapping,
    SalesInvoice,
    State,
)
from sage_connect.intacct.settings import Level
from sage_connect.testing.intacct import IntacctSimulator

from .company import SETTINGS, connected

DAY = dt.date(2026, 11, 2)


@pytest.fixture
def simulator() -> Iterator[IntacctSimulator]:
    with IntacctSimulator() as simulator:
        yield simulator
        assert simulator.crashes == []


def an_invoice(number: str, **changes: Any) -> SalesInvoice:
    line = Line(description="Boiler service", unit_price=Decimal("65.00"), account="4000")
    values: dict[str, Any] = {
        "number": number,
        "date": DAY,
        "due": DAY + dt.timedelta(30),
        "party": "ARDENT",
        "currency": "GBP",
        "lines": [line],
    }
    return SalesInvoice(**{**values, **changes})


def entities_of_posts(simulator: IntacctSimulator) -> list[str]:
    """The entity that each invoice stands in; "" for the top level."""
    rows = simulator.books().all("ARINVOICE")
    return [row.get("MEGAENTITYID") or "" for row in rows]


def at_entity(entity: str) -> Any:
    return attrs.evolve(SETTINGS, level=Level.ENTITY, entity=entity)


@pytest.mark.requirement("S228")
def test_a_preview_keeps_the_level_that_it_was_made_at(simulator: IntacctSimulator) -> None:
    entity = simulator.entities[0]
    with connected(simulator) as ledger:
        ledger.company.load()
        old = ledger.documents.preview([an_invoice("L-1")])
    with connected(simulator, at_entity(entity)) as changed:
        changed.company.load()
        with pytest.raises(ConfigurationError) as stale:
            changed.documents.post_all(old)
        assert simulator.books().count("ARINVOICE") == 0
    with connected(simulator) as ledger:
        ledger.company.load()
        (outcome,) = ledger.documents.post_all(old)

    assert stale.value.code == "SC-PREVIEW-STALE"
    assert outcome.state is State.CREATED
    assert entities_of_posts(simulator) == [""]


@pytest.mark.requirement("S228", "S230")
def test_a_changed_level_counts_for_what_is_posted_after_it(
    simulator: IntacctSimulator,
) -> None:
    entity = simulator.entities[0]
    with connected(simulator) as ledger:
        ledger.documents.post_all([an_invoice("L-1")])
        settings = ledger.company.change_level(
            Level.ENTITY, entity=entity, pending=[an_invoice("L-1")]
        )
        ledger.documents.post_all([an_invoice("L-2")])

    assert (settings.level, settings.entity) == (Level.ENTITY, entity)
    assert entities_of_posts(simulator) == ["", entity]


@pytest.mark.requirement("S228")
def test_what_was_previewed_before_the_change_is_refused_as_stale(
    simulator: IntacctSimulator,
) -> None:
    with connected(simulator) as ledger:
        ledger.company.load()
        preview = ledger.documents.preview([an_invoice("L-1")])
        ledger.company.change_level(Level.ENTITY, entity=simulator.entities[0])
        with pytest.raises(ConfigurationError) as stale:
            ledger.documents.post_all(preview)

    assert stale.value.code == "SC-PREVIEW-STALE"


@pytest.mark.requirement("S229")
def test_the_level_is_not_changed_while_documents_wait_and_each_is_listed(
    simulator: IntacctSimulator,
) -> None:
    entity = simulator.entities[0]
    waiting = [an_invoice(f"L-{at}") for at in range(1, 4)]
    own = an_invoice("L-9", entity=entity)
    with connected(simulator) as ledger:
        done = an_invoice("L-0")
        ledger.documents.post_all([done])
        with pytest.raises(DocumentRejectedError) as refused:
            ledger.company.change_level(
                Level.ENTITY, entity=entity, pending=[done, *waiting, own]
            )
        (later,) = ledger.documents.post_all([an_invoice("L-5")])

    report = refused.value.report
    assert [(one.code, one.document) for one in report] == [
        ("SC-IN-LEVEL-CHANGE-PENDING", one.number) for one in waiting
    ]
    assert later.state is State.CREATED
    assert set(entities_of_posts(simulator)) == {""}


@pytest.mark.requirement("S230")
def test_what_waits_is_posted_at_the_old_level_before_the_change(
    simulator: IntacctSimulator,
) -> None:
    entity = simulator.entities[0]
    waiting = [an_invoice(f"L-{at}") for at in range(3)]
    with connected(simulator) as ledger:
        ledger.company.change_level(
            Level.ENTITY, entity=entity, pending=waiting, drain=True
        )
        again = ledger.documents.post_all(waiting)
        ledger.documents.post_all([an_invoice("L-9")])

    assert [one.state for one in again] == [State.UNCHANGED] * 3
    assert entities_of_posts(simulator) == ["", "", "", entity]


@pytest.mark.requirement("S230")
def test_what_cannot_be_posted_keeps_the_old_level(simulator: IntacctSimulator) -> None:
    bad = an_invoice("L-1", party="NOBODY")
    with connected(simulator) as ledger:
        with pytest.raises(DocumentRejectedError) as refused:
            ledger.company.change_level(
                Level.ENTITY, entity=simulator.entities[0], pending=[bad], drain=True
            )
        ledger.documents.post_all([an_invoice("L-2")])

    assert [one.document for one in refused.value.report] == ["L-1"]
    assert entities_of_posts(simulator) == [""]


@pytest.mark.requirement("S215")
def test_two_sites_of_ours_are_posted_to_one_entity(simulator: IntacctSimulator) -> None:
    entity = simulator.entities[0]
    sites = Mapping(entities={"FACTORY": entity, "SHOP": entity})
    settings = attrs.evolve(SETTINGS, mapping=sites)
    with connected(simulator, settings) as ledger:
        outcomes = ledger.documents.post_all(
            [an_invoice("L-1", entity="FACTORY"), an_invoice("L-2", entity="SHOP")]
        )

    assert [one.state for one in outcomes] == [State.CREATED] * 2
    assert entities_of_posts(simulator) == [entity] * 2

"""Levels: which entity a document is posted in, and what belongs to the top."""

import datetime as dt
from typing import Any

import attrs
import pytest

from sage_connect import SalesCreditNote, State
from sage_connect.errors import ConfigurationError
from sage_connect.intacct.settings import Level

from .company import SETTINGS
from .trading import (
    DAY,
    Trade,
    a_bill,
    a_credit,
    a_debit,
    a_line,
    a_payment,
    a_supplier_payment,
    an_invoice,
    said,
    trading,
)

AT_ENTITY = attrs.evolve(SETTINGS, level=Level.ENTITY, entity="100")


def entry(number: str, **given: Any) -> Any:
    from sage_connect import JournalEntry  # noqa: PLC0415 - here alone

    return JournalEntry(
        number=number,
        journal="GJ",
        date=DAY,
        currency="GBP",
        description="Entry",
        movements=[a_debit("7500", 1), a_credit("2101", 1)],
        **given,
    )


def entities(trade: Trade) -> dict[str, str]:
    receivable = ("ARINVOICE", "ARPYMT", "ARADVANCE", "ARADJUSTMENT")
    names = (*receivable, "APBILL", "APPYMT", "GLBATCH")
    return {name: row.get("MEGAENTITYID", "") for name in names for row in trade.rows(name)}


BATCH = (
    an_invoice(),
    a_bill(),
    SalesCreditNote(
        number="C1", date=DAY, party="ARDENT", currency="GBP", lines=[a_line(5)]
    ),
    entry("J1"),
    a_payment(120, ("F1", 120)),
    a_supplier_payment(120, ("B1", 120)),
    a_payment(40, number="A1"),
)


@pytest.mark.requirement("S202", "S207", "S226")
@pytest.mark.parametrize(("settings", "entity"), [(SETTINGS, ""), (AT_ENTITY, "100")])
def test_every_kind_is_posted_at_the_level_of_the_settings(
    settings: Any, entity: str
) -> None:
    with trading(settings) as made:
        receipts = made.posted(*BATCH)
        found = entities(made)
        again = made.post(*BATCH)
        logins = {call.location for call in made.simulator.calls if call.location}

    assert set(found.values()) == {entity}
    assert len(found) == 7
    assert {one.details.get("entity", "") for one in receipts} == {entity}
    assert {one.state for one in again} == {State.UNCHANGED}
    assert logins == ({entity} if entity else set())


@pytest.mark.requirement("S225")
def test_kinds_may_have_levels_of_their_own() -> None:
    settings = attrs.evolve(SETTINGS, entity="200", levels={"journal_entry": "entity"})
    with trading(settings) as made:
        made.posted(an_invoice(), entry("J1"))
        found = entities(made)

    assert (found["ARINVOICE"], found["GLBATCH"]) == ("", "200")


@pytest.mark.requirement("S202", "S215")
def test_a_document_names_its_entity_itself() -> None:
    with trading() as made:
        made.posted(
            an_invoice("F1", entity="100"),
            an_invoice("F2", entity="200"),
            an_invoice("F3"),
            an_invoice("F4", entity="100"),
        )
        found = [
            made.row("ARINVOICE", RECORDID=number).get("MEGAENTITYID", "")
            for number in ("F1", "F2", "F3", "F4")
        ]
        read = made.sage.sales_invoices.list()
        told = {one.number: one.entity for one in read}

    assert found == ["100", "200", "", "100"]
    assert told == {"F1": "100", "F2": "200", "F3": "", "F4": "100"}


@pytest.mark.requirement("S214")
@pytest.mark.parametrize("entity", ["300", "London"])
def test_an_entity_that_is_not_there_is_refused(entity: str) -> None:
    with trading() as made:
        (outcome,) = made.post(an_invoice(entity=entity))

    assert outcome.state is State.REFUSED
    assert [path for _, path in said(outcome)] == ["/entity"]


@pytest.mark.requirement("S228")
def test_the_level_of_a_preview_is_the_one_it_was_made_with() -> None:
    with trading(AT_ENTITY) as made:
        made.sage.company.load()
        preview = made.sage.documents.preview([an_invoice()])
        with made.anew(SETTINGS) as other, pytest.raises(ConfigurationError) as caught:
            other.documents.post_all(preview)
        nothing = made.rows("ARINVOICE")
        made.sage.documents.post_all(preview)
        row = made.row("ARINVOICE")

    assert caught.value.code == "SC-PREVIEW-STALE"
    assert (nothing, row["MEGAENTITYID"]) == ([], "100")


def test_what_was_posted_at_another_level_is_not_posted_twice() -> None:
    with trading() as made:
        made.posted(an_invoice())
        with made.anew(AT_ENTITY) as other:
            (outcome,) = other.documents.post_all([an_invoice()])
        left = len(made.rows("ARINVOICE"))

    assert (outcome.state, left) == (State.UNCHANGED, 1)


def test_what_a_private_entity_has_is_known_at_the_top() -> None:
    with trading(AT_ENTITY, private_entities=("100",)) as made:
        made.posted(an_invoice())
        (again,) = made.post(an_invoice())
        with made.anew() as other:
            (paid,) = other.documents.post_all([a_payment(120, ("F1", 120))])

    assert (again.state, paid.state) == (State.UNCHANGED, State.CREATED)


@pytest.mark.requirement("S173")
def test_a_company_with_one_entity_has_none_to_name() -> None:
    with trading(multi_entity=False) as made:
        made.posted(an_invoice())
        (refused,) = made.post(an_invoice("F2", entity="100"))
        row = made.row("ARINVOICE")

    assert row.get("MEGAENTITYID", "") == ""
    assert refused.state in {State.REFUSED, State.FAILED}


def test_a_reversal_stays_in_the_entity() -> None:
    with trading(AT_ENTITY) as made:
        _, payment = made.posted(an_invoice(), a_payment(120, ("F1", 120)))
        made.sage.documents.reverse(payment, number="R1", day=dt.date(2026, 11, 9))
        row = made.row("ARINVOICE")

    assert row["TRX_TOTALDUE"] == "120"

import csv
import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from sage_connect import (
    BrokenReplyError,
    Line,
    Outcome,
    Outcomes,
    OutcomeUnknownError,
    SalesInvoice,
    State,
)
from sage_connect.ledger.batch import key_of
from sage_connect.testing import MemoryLedger
from sage_connect.validation.text import word

DAY = dt.date(2026, 9, 30)


def invoice(number: str, **changes: Any) -> SalesInvoice:
    given = {
        "number": number,
        "source_id": f"crm-{number}",
        "date": DAY,
        "party": "DUPONT",
        "currency": "EUR",
        "lines": [Line(description="Plans", unit_price=Decimal(10), account="706000")],
    }
    return SalesInvoice(**{**given, **changes})


def outcome(state: State, number: str = "F1", **changes: Any) -> Outcome[Any]:
    document = invoice(number)
    return Outcome(document=document, key=key_of(document, "books"), state=state, **changes)


def posted(*invoices: SalesInvoice) -> Outcomes:
    with MemoryLedger() as ledger:
        return Outcomes(ledger.documents.post_all(invoices))


def rows(outcomes: Outcomes, **told: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(outcomes.to_csv(**told).splitlines()))


@pytest.mark.parametrize(
    ("states", "code"),
    [
        ([], 0),
        ([State.CREATED, State.UNCHANGED, State.SKIPPED, State.HANDED_OVER], 0),
        ([State.CREATED, State.REFUSED], 1),
        ([State.NOT_RUN], 1),
        ([State.FAILED], 1),
        ([State.REFUSED, State.UNKNOWN, State.CREATED], 3),
    ],
)
def test_a_batch_ends_as_the_command_line_does(states: list[State], code: int) -> None:
    assert Outcomes(outcome(one) for one in states).exit_code == code


def test_states_are_counted() -> None:
    found = posted(invoice("F1"), invoice("F2", currency="EURO"), invoice("F3"))

    assert found.counts == {State.CREATED: 2, State.REFUSED: 1}


def test_outcomes_of_several_batches_are_taken_together() -> None:
    bad = invoice("F2", currency="EURO")
    found = Outcomes([*posted(invoice("F1"), bad), *posted(bad)])

    assert len(found) == 3
    assert [one.index for one in found.report] == [1, 2]
    assert found.report.documents == 3
    assert found[1:] == tuple(found)[1:]


def test_the_table_has_a_row_for_each_document_and_each_of_its_findings() -> None:
    found = posted(invoice("F1"), invoice("F2", currency="EURO", lines=[]))

    assert [(row["source_id"], row["state"], row["code"]) for row in rows(found)] == [
        ("crm-F1", "CREATED", ""),
        ("crm-F2", "REFUSED", "SC-INV-NO-LINES"),
        ("crm-F2", "REFUSED", "SC-CURRENCY-UNKNOWN"),
    ]
    assert rows(found)[0]["id"] == found[0].unwrap().id


def test_the_table_speaks_french_to_excel() -> None:
    found = posted(invoice("F2", lines=[]))

    assert found.to_csv(bom=True)[0] == "\ufeff"
    assert rows(found, language="fr")[0]["message"] == found.report[0].message("fr")


def test_what_no_rule_found_is_told_by_the_error_that_stopped_it() -> None:
    lost = OutcomeUnknownError("the connection was cut")
    broken = BrokenReplyError("no JSON", status=502, fix="Try again later.")
    found = Outcomes(
        [outcome(State.UNKNOWN, error=lost), outcome(State.FAILED, error=broken)]
    )

    told = [(one["state"], one["message"], one["fix"]) for one in rows(found)]
    assert told == [
        ("UNKNOWN", "the connection was cut", ""),
        ("FAILED", "no JSON", "Try again later."),
    ]


def test_a_cell_is_no_formula() -> None:
    found = posted(invoice("=1+1", lines=[]))

    assert rows(found)[0]["document"] == "'=1+1"


@pytest.mark.parametrize(
    ("language", "counted"),
    [
        ("en", "created: 1, posted before: 1, refused: 1, not known: 1"),
        ("fr", "créés : 1, déjà passés : 1, refusés : 1, incertains : 1"),
    ],
)
def test_people_are_told_counts_and_what_to_do(language: str, counted: str) -> None:
    good, bad = invoice("F1"), invoice("F2", lines=[])
    lost = OutcomeUnknownError("the connection was cut")
    last = outcome(State.UNKNOWN, "F9", error=lost)
    with MemoryLedger() as ledger:
        first = ledger.documents.post_all([good, bad])
        found = Outcomes([*first, *ledger.documents.post_all([good]), last])

    told = found.summary(language).splitlines()

    finding = found.report[0]
    colon = " : " if language == "fr" else ": "
    assert told == [
        counted,
        f"F2{colon}{finding.message(language)} {finding.fix(language)}",
        f"F9{colon}the connection was cut",
    ]


def test_warnings_stop_nothing_and_are_in_the_table_alone() -> None:
    found = posted(invoice("F1", due=DAY - dt.timedelta(days=1)))

    assert found.summary() == "created: 1"
    assert [row["code"] for row in rows(found)] == ["SC-DUE-BEFORE-DATE"]


def test_people_are_told_which_line_is_meant() -> None:
    line = Line(description="Plans", unit_price=Decimal("0.12345678901"), account="706000")
    found = posted(invoice("F1", lines=[line]))

    assert found.summary().splitlines()[1].startswith("F1, line 1, unit price: ")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_state_has_a_word(language: str) -> None:
    assert {one for one in State if word(one, language) == one.value} == set()

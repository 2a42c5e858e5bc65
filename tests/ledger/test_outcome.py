"""What became of a document."""

import datetime as dt
import pickle
from typing import Any

import pytest

from sage_connect.errors import DocumentRejectedError, OutcomeUnknownError
from sage_connect.ledger import POSTED, Key, Outcome, Preview, Receipt, State, judged
from sage_connect.model import Reference
from sage_connect.validation import Finding, Report, Severity

from .documents import invoice

KEY = Key.of(invoice(), "s")
RECEIPT = Receipt(
    key=KEY, id="1", document=invoice(), posted_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
)


def outcome(state: State, **said: Any) -> Outcome[Any]:
    return Outcome(document=invoice(), key=KEY, state=state, **said)


@pytest.mark.parametrize("state", sorted(POSTED))
def test_what_is_posted_unwraps_to_its_receipt(state: State) -> None:
    one = outcome(state, receipt=RECEIPT)

    assert one.posted
    assert one.unwrap() is RECEIPT


@pytest.mark.parametrize("state", sorted({*State} - POSTED))
def test_what_is_not_posted_never_unwraps(state: State) -> None:
    one = outcome(state, receipt=RECEIPT)

    assert not one.posted
    with pytest.raises(DocumentRejectedError):
        one.unwrap()


def test_what_stopped_a_document_is_raised_as_it_was() -> None:
    error = OutcomeUnknownError("lost", key=KEY)

    with pytest.raises(OutcomeUnknownError) as caught:
        outcome(State.UNKNOWN, error=error).unwrap()

    assert caught.value is error


def test_a_refusal_raises_with_everything_that_was_found() -> None:
    report = Report(findings=(finding("SC-DRAFT"),), documents=1)

    with pytest.raises(DocumentRejectedError) as caught:
        outcome(State.REFUSED, report=report).unwrap()

    assert caught.value.report == report


def test_the_value_of_a_state_is_its_name() -> None:
    assert [one.value for one in State] == [one.name for one in State]


def test_an_outcome_may_be_pickled() -> None:
    one = outcome(State.CREATED, receipt=RECEIPT)

    assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301 - our own bytes


def test_a_preview_shows_the_size_of_its_bytes_alone() -> None:
    preview = Preview(
        documents=(),
        report=Report(),
        entries=(),
        content=b"sensitive",
        settings="sensitive",
        reference=Reference(),
    )

    assert "sensitive" not in repr(preview)


def finding(code: str, severity: Severity = Severity.ERROR) -> Finding:
    return Finding(code=code, severity=severity)


@pytest.mark.parametrize(
    ("findings", "state"),
    [
        ((), None),
        ((finding("SC-DRAFT", Severity.WARNING),), None),
        ((finding("SC-DRAFT"),), State.REFUSED),
        ((finding("SC-PERIOD-BEFORE-START", Severity.SKIP),), State.SKIPPED),
        ((finding("SC-DRAFT"), finding("SC-X", Severity.SKIP)), State.SKIPPED),
    ],
)
def test_a_report_refuses_skips_or_lets_pass(
    findings: tuple[Finding, ...], state: State | None
) -> None:
    assert judged(Report(findings=findings)) is state

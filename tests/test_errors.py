"""Errors say what, where and what to do; they pickle, as workers of a pool need."""

import pickle

import pytest

from sage_connect import (
    CodecError,
    FileFormatError,
    OutcomeUnknownError,
    RateLimitedError,
    RefusedError,
    SageConnectError,
    SalesInvoice,
    StorageError,
    check,
)
from sage_connect.errors import DocumentRejectedError

REPORT = check([SalesInvoice(date=None, party="", currency="EUR", lines=())])


@pytest.mark.parametrize(
    "error",
    [
        SageConnectError("what", code="SC-X", fix="do"),
        CodecError("what", path="/lines/0", code="SC-X"),
        FileFormatError("what", file="f.txt", line=7, fix="do"),
        StorageError("what", file="f.txt"),
        OutcomeUnknownError("what"),
        RateLimitedError("what", retry_after=3, status=429, request_id="r"),
        RefusedError("what", report=REPORT, status=422),
        DocumentRejectedError(REPORT),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_survives_a_pickle(error: SageConnectError) -> None:
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own

    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))


def test_a_text_names_place_code_message_and_cure() -> None:
    error = FileFormatError("cut off.", file="f.txt", line=7, code="SC-X", fix="Do it.")

    assert str(error) == "f.txt, line 7: SC-X: cut off. Do it."
    assert str(SageConnectError("what")) == "what"

"""What Sage says when it refuses, as errors with a code, a cause, a cure and a place."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from sage_connect.accounting.faults import (
    Fault,
    error_of,
    faults_in,
    is_edition_refusal,
    pointer,
    retry_after,
)
from sage_connect.accounting.sayings import NOT_SAGE, SAYINGS, UNMAPPED, saying_of
from sage_connect.errors import (
    BrokenReplyError,
    DuplicateError,
    NotFoundError,
    RemoteError,
)
from sage_connect.plan import Reply

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)

CORPUS = [
    [cell.strip() for cell in line.split("|")]
    for line in Path(__file__).with_name("messages.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
]
"""Status, $dataCode, $message, $source; our code, and the name of our error."""


def answered(status: int, tree: Any, *headers: tuple[str, str]) -> Reply:
    body = tree if isinstance(tree, bytes) else json.dumps(tree).encode()
    return Reply(status=status, body=body, headers=headers)


def entry(said: str, message: str, source: str = "") -> dict[str, str]:
    return {
        "$severity": "error",
        "$dataCode": said,
        "$message": message,
        "$source": source,
    }


@pytest.mark.requirement("S157")
@pytest.mark.parametrize("row", CORPUS, ids=lambda row: " ".join(row[:3])[:60])
def test_every_known_message_has_a_code_a_cause_and_a_cure(row: list[str]) -> None:
    status, said, message, source, code, kind = row
    reply = answered(int(status), [entry(said, message, source)], ("x-request-id", "r-77"))

    error = error_of(reply, "POST /sales_invoices")

    assert (type(error).__name__, error.code, error.status) == (kind, code, int(status))
    assert error.request_id == "r-77"
    assert error.fix
    # Nothing that Sage said is lost.
    assert all(part in error.message for part in (said, message, "(request r-77)"))
    assert source in {*error.message.split(), "base", ""} or f"{source} " in error.message
    assert faults_in(error.reply.encode()) == (
        Fault(code=said, message=message, source=source),
    )


@pytest.mark.requirement("S157")
def test_words_are_told_in_any_spelling_of_blanks_case_and_apostrophes() -> None:
    said = [
        "couldn\u2019t find  SUPPLIER.",
        "COULDN'T FIND supplier",
        "contains: MUST BE \u2019Zero Rated\u2019 for customers outside the EU",
    ]

    assert [saying_of(422, "", one, "").code for one in said] == [
        "SC-SA-CONTACT-KIND",
        "SC-SA-CONTACT-KIND",
        "SC-SA-ABROAD-ZERO",
    ]


@pytest.mark.requirement("S160")
def test_a_missing_field_is_named_and_the_umbrella_is_not_taken_for_it() -> None:
    reply = answered(
        422,
        [
            entry("RecordInvalid", "This field is required", "line_items.description"),
            entry(
                "RecordInvalid", "This field is required.", "invoice_lines[1].tax_rate_id"
            ),
        ],
    )

    error = error_of(reply, "POST /sales_invoices")

    assert error.code == "SC-REQUIRED"
    assert "invoice_lines[1].tax_rate_id" in error.message
    alone = error_of(answered(422, json.loads(reply.body)[:1]), "POST /sales_invoices")
    assert alone.code == "SC-SA-UMBRELLA"
    assert "totals" in alone.message


@pytest.mark.requirement("S159")
def test_a_number_that_is_taken_is_told_among_other_faults() -> None:
    reply = answered(
        422,
        [
            entry("RecordInvalid", "odd"),
            entry("", "Artefact number must be unique", "base"),
        ],
    )

    error = error_of(reply, "POST /sales_invoices")

    assert isinstance(error, DuplicateError)
    assert error.code == "SC-SA-NUMBER-TAKEN"


def test_every_row_of_the_table_says_what_to_do_and_how_sure_it_is() -> None:
    rows = [*SAYINGS, UNMAPPED, NOT_SAGE]

    assert [one.code for one in rows if not (one.cause and one.fix)] == []
    assert {one.mark for one in rows} <= {
        *("documented", "observed", "inferred", "assumed", "ours"),
    }
    assert [
        one.code for one in SAYINGS if not (one.words or one.said or one.statuses)
    ] == []


@pytest.mark.parametrize(
    ("source", "wrap", "expected"),
    [
        ("", "sales_invoice", ""),
        ("base", "sales_invoice", ""),
        ("contact_id", "sales_invoice", "/contact_id"),
        ("invoice_lines[0].tax_rate_id", "sales_invoice", "/invoice_lines/0/tax_rate_id"),
        (
            "purchase_invoice[invoice_lines][0][description]",
            "purchase_invoice",
            "/invoice_lines/0/description",
        ),
        ("sales_invoice.contact_id", "sales_invoice", "/contact_id"),
        ("line_items[2].quantity", "sales_credit_note", "/credit_note_lines/2/quantity"),
        ("line_items.description", "sales_quote", "/quote_lines"),
        ("main_address.postal_code", "sales_invoice", "/main_address/postal_code"),
        ("a~b/c", "sales_invoice", "/a~0b~1c"),
    ],
)
def test_a_source_in_any_spelling_points_into_the_body(
    source: str, wrap: str, expected: str
) -> None:
    assert pointer(source, wrap) == expected


@pytest.mark.requirement("S160")
@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([{"unit_price": "1"}], "/invoice_lines/0/tax_rate_id"),
        ([{"tax_rate_id": "x"}, {"tax_rate_id": ""}], "/invoice_lines/1/tax_rate_id"),
        ([{}, {}], "/invoice_lines"),
        ([], "/invoice_lines"),
    ],
)
def test_a_line_that_sage_does_not_name_is_found_by_what_it_lacks(
    lines: list[Any], expected: str
) -> None:
    body = {"invoice_lines": lines}

    assert pointer("line_items.tax_rate_id", "sales_invoice", body) == expected


@given(st.text(max_size=40), st.sampled_from(["sales_invoice", "journal", ""]))
def test_any_source_gives_a_pointer_or_the_whole(source: str, wrap: str) -> None:
    found = pointer(source, wrap)

    assert found == "" or found.startswith("/")


def test_a_reply_in_older_wrappings_is_read() -> None:
    wrapped = {"$diagnoses": [entry("ValidationError", "blank", "amount")]}
    single = entry("RecordInvalid", "odd")

    assert [one.source for one in faults_in(json.dumps(wrapped).encode())] == ["amount"]
    assert [one.message for one in faults_in(json.dumps(single).encode())] == ["odd"]
    assert faults_in(b'{"error":"invalid_grant","error_description":"used"}') == (
        Fault(code="invalid_grant", message="used"),
    )


def test_what_is_said_twice_is_told_once_and_much_is_told_in_part() -> None:
    twice = [entry("RecordInvalid", "blank", "date")] * 2
    many = [
        entry("RecordInvalid", "blank", f"invoice_lines[{n}].date") for n in range(10_000)
    ]

    assert len(faults_in(json.dumps(twice).encode())) == 1
    error = error_of(answered(422, many), "POST /sales_invoices")
    assert "and 9995 more" in error.message
    assert len(str(error)) < 2000
    assert len(faults_in(error.reply.encode())) == 10_000


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>Bad gateway</body></html>",
        b'[{"$message": "cut of',
        '[{"$message":"é"}]'.encode("latin-1"),
        b"null",
        b"7",
        b'["x"]',
        b"[" * 5000,
        b"\x1f\x8b\x08",
        b'[{"$message": 7, "$dataCode": null, "$source": {"a": 1}}]',
    ],
)
@pytest.mark.parametrize("status", [302, 400, 404, 418, 422, 502])
def test_a_refusal_that_is_not_sages_is_a_typed_error_with_the_request_id(
    body: bytes, status: int
) -> None:
    reply = answered(status, body, ("x_request_id", "r-1"))

    error = error_of(reply, "GET /contacts")

    assert isinstance(error, RemoteError)
    assert (error.request_id, error.status) == ("r-1", status)
    assert error.code
    assert "(request r-1)" in error.message


def test_html_with_status_404_is_no_missing_record() -> None:
    reply = answered(404, b"<html>", ("content-type", "text/html; charset=utf-8"))

    error = error_of(reply, "GET /contacts/x")

    assert not isinstance(error, NotFoundError)
    assert (type(error), error.code) == (BrokenReplyError, "SC-SA-NOT-SAGE")


def test_a_token_that_a_proxy_repeats_is_masked() -> None:
    page = (
        b"<pre>Authorization: Bearer canary-1\n"
        b'{"access_token": "canary-2", "refresh_token":"canary-3"}\n'
        b"client_secret=canary-4&x=1</pre>"
    )
    error = error_of(answered(502, page), "GET /contacts")
    quoted = error_of(
        answered(422, [entry("x", 'header "Bearer canary-5" is odd')]), "GET /contacts"
    )

    assert "canary" not in error.reply + error.message + quoted.reply + quoted.message
    assert "***" in error.reply
    assert len(faults_in(quoted.reply.encode())) == 1


@pytest.mark.parametrize(
    ("headers", "now", "seconds"),
    [
        ([("retry-after", "7")], None, 7),
        ([("retry-after", " 0 ")], None, 0),
        ([("retry-after", "1.5")], None, 1.5),
        ([("retry-after", "Sun, 01 Mar 2026 12:02:00 GMT")], NOW, 120),
        (
            [
                ("retry-after", "Sun, 01 Mar 2026 12:02:00 GMT"),
                ("date", "Sun, 01 Mar 2026 12:01:00 GMT"),
            ],
            NOW,
            60,
        ),
        ([("retry-after", "Sun, 01 Mar 2026 11:00:00 GMT")], NOW, 0),
        ([("retry-after", "Sun, 01 Mar 2026 12:02:00 GMT")], None, None),
        ([("retry-after", "soon")], NOW, None),
        ([("retry-after", "-1")], NOW, None),
        ([("retry-after", "9" * 400)], NOW, None),
        ([], NOW, None),
    ],
)
def test_retry_after_is_read_in_seconds_and_as_a_date(
    headers: list[tuple[str, str]], now: dt.datetime | None, seconds: float | None
) -> None:
    assert retry_after(answered(429, b"", *headers), now) == seconds


def test_only_the_words_tell_a_missing_edition_from_a_stale_token() -> None:
    edition = answered(
        401, [entry("AuthorizationFailure", "No active subscription. (MSE)")]
    )
    stale = answered(401, [entry("AuthorizationFailure", "The token has expired")])

    assert is_edition_refusal(edition)
    assert not is_edition_refusal(stale)


@pytest.mark.requirement("S157")
def test_refusals_that_were_recorded_are_all_known(spec: Path) -> None:
    found = {}
    for path in sorted((spec / "accounting" / "samples").glob("error_*.json")):
        status = next((int(part) for part in path.stem.split("_") if part.isdigit()), 422)
        found[path.name] = error_of(answered(status, path.read_bytes()), "GET /x").code

    assert len(found) > 3
    assert [name for name, code in found.items() if code == UNMAPPED.code] == []

"""What Sage Intacct says when it refuses, and what is made of it."""
# ruff: noqa: E501 - the table has a line for each saying

import pickle

import pytest

from sage_connect.errors import (
    AuthenticationError,
    BrokenReplyError,
    DuplicateError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitedError,
    RefusedError,
    RemoteError,
)
from sage_connect.intacct.faults import Level, error_of, masked, shown, unread
from sage_connect.intacct.sayings import NOT_SAGE, REPEATED, SAYINGS, UNMAPPED
from sage_connect.intacct.wire.reply import ErrorMessage, Result
from sage_connect.plan import Reply, Secret

SAID = [
    # Rate and maintenance.
    ("result", "GW-0010", "", "", RateLimitedError, "SC-IN-THROTTLED"),
    ("result", "", "", "API rate limit exceeded", RateLimitedError, "SC-IN-THROTTLED"),
    ("control", "", "", "The Service is Temporarily Off-line", BrokenReplyError, "SC-IN-OFFLINE"),
    # The same number at each level.
    ("control", "XL03000006", "", "Incorrect Intacct XML Partner ID or password.", AuthenticationError, "SC-IN-SENDER"),
    ("authentication", "XL03000006", "", "Sign-in information is incorrect", AuthenticationError, "SC-IN-SIGN-IN"),
    ("authentication", "XL03000006", "", "The sender ID 'x' is not authorized to make Web Services requests to company ID 'y'", PermissionDeniedError, "SC-IN-SENDER-NOT-AUTHORISED"),
    ("control", "XL03000006", "", "test is not a valid transport policy.", AuthenticationError, "SC-IN-POLICY"),
    ("control", "XMLGW_JPP0002", "", "Sign-in information is incorrect. Please check your request.", AuthenticationError, "SC-IN-SIGN-IN"),
    ("authentication", "UJPP0002", "", "Sign-in information is incorrect", AuthenticationError, "SC-IN-SIGN-IN"),
    ("authentication", "XX", "", "something new", AuthenticationError, "SC-IN-SIGN-IN"),
    ("authentication", "PL04000055", "", "This company is a demo company and has expired.", AuthenticationError, "SC-IN-DEMO-EXPIRED"),
    ("result", "Get API Session Failed", "", "Something went wrong", AuthenticationError, "SC-IN-SESSION"),
    ("result", "BL03000025", "", "no such login", AuthenticationError, "SC-IN-SIGN-IN"),
    ("result", "XL03000009", "", "The entire transaction in this operation has been rolled back", RefusedError, "SC-IN-ROLLED-BACK"),
    # Rights and modules.
    ("result", "PL04000005", "", "You do not have permission for API operation READ_BY_QUERY on objects of type arinvoice", PermissionDeniedError, "SC-IN-PERMISSION"),
    ("result", "", "", "You're not authorized to perform this action", PermissionDeniedError, "SC-IN-PERMISSION"),
    ("result", "", "", "You do not have permission to view audit history", PermissionDeniedError, "SC-IN-PERMISSION"),
    ("result", "BL01001973", "", "The Account allocation module is not subscribed", PermissionDeniedError, "SC-IN-MODULE"),
    ("result", "", "", "Multivisibility is not subscribed for this company", PermissionDeniedError, "SC-IN-MODULE"),
    ("result", "", "", "API operation 'READ_BY_QUERY' cannot be performed on objects of type X", RefusedError, "SC-IN-OPERATION"),
    # Names.
    ("result", "Query Failed", "", "Object definition FOO not found", NotFoundError, "SC-IN-OBJECT"),
    ("result", "Query Failed", "", "Field Y does not exist on this object", RefusedError, "SC-IN-FIELD"),
    ("result", "DL02000001", "", "There was an error processing the request.", RefusedError, "SC-IN-FIELD"),
    ("result", "Invalid fields list x", "", "", RefusedError, "SC-IN-FIELD"),
    # Business.
    ("result", "BL34000061", "", "Another Project with the given value(s) PD1 already exists", DuplicateError, "SC-IN-DUPLICATE"),
    ("result", "PL05000104", "", "", DuplicateError, "SC-IN-DUPLICATE"),
    ("result", "BL01001973", "GL-0493", "", DuplicateError, "SC-IN-DUPLICATE"),
    ("result", "BL01001973", "", "Invalid Project '10064' specified", RefusedError, "SC-IN-REFERENCE"),
    ("result", "BL03000018", "", "Missing location dimension for account 4000", RefusedError, "SC-IN-DIMENSION-REQUIRED"),
    ("result", "BL03000018", "", "Missing unit", RefusedError, "SC-REQUIRED"),
    ("result", "PL01000127", "", "Document number missing", RefusedError, "SC-REQUIRED"),
    ("result", "PL03000006", "", "Transaction date invalid", RefusedError, "SC-IN-DATE"),
    ("result", "BL03000130", "", "Payment could not be applied", RefusedError, "SC-IN-PAYMENT"),
    ("control", "XL03000003", "", "line 4, column 2", RefusedError, "SC-IN-XML"),
    ("control", "GW-0011", "", "Invalid request", RefusedError, "SC-IN-REQUEST"),
    ("control", "invalidRequest", "", "", RefusedError, "SC-IN-REQUEST"),
    # Next to nothing.
    ("result", "BL01001973", "", "Could not create Class record!", RefusedError, "SC-IN-VAGUE"),
    ("result", "BL01001973", "GL-0504", "", RefusedError, "SC-IN-VAGUE"),
    ("result", "INV10045", "", "never explained", RefusedError, "SC-UNMAPPED"),
]  # fmt: skip


def message(
    number: str = "", text: str = "", id: str = "", support: str = ""
) -> ErrorMessage:
    return ErrorMessage(number=number, description2=text, error_id=id, support_id=support)


@pytest.mark.parametrize(
    ("level", "number", "id", "text", "kind", "code"),
    SAID,
    ids=[f"{one[0]} {one[1] or one[3][:30]} {one[2]}" for one in SAID],
)
@pytest.mark.requirement("S191", "S224", "S232")
def test_what_is_said_becomes_what_is_to_be_done(  # noqa: PLR0917 - a row of the table
    level: str, number: str, id: str, text: str, kind: type[RemoteError], code: str
) -> None:
    found = error_of(Level(level), [message(number, text, id)])

    assert (type(found), found.code) == (kind, code)
    assert found.fix


@pytest.mark.requirement("S191")
def test_a_sender_that_the_company_does_not_know_is_told_the_way_there() -> None:
    found = error_of(
        Level.AUTHENTICATION, [message("XL03000006", "sender ID is not authorized")]
    )

    assert "Company > Setup > Company > Security > Web Services authorizations" in found.fix


def test_the_entry_that_names_the_cause_counts_more_than_the_catch_all() -> None:
    entries = [
        message("BL01001973", "Could not create Project record!"),
        message("BL01001973", "Invalid Project '10064' specified"),
        message("BL01001973", "Could not create Project record!"),
    ]

    found = error_of(Level.RESULT, entries)

    assert found.code == "SC-IN-REFERENCE"
    assert str(found).count("Could not create Project record!") == 1


def test_an_error_names_the_function_its_place_and_the_support_id() -> None:
    result = Result(status="failure", function="create_invoice", control_id="key-7")

    found = error_of(
        Level.RESULT,
        [message("BL03000018", "Missing unit", "INV-1", support="a~b:c")],
        result,
        200,
        index=2,
        reply="<response/>",
    )

    assert str(found).startswith(
        "SC-REQUIRED: create_invoice (key-7), function 3 of the request, was refused: "
        "something that Sage requires is missing. Sage says: "
        "“Missing unit” [BL03000018/INV-1] (support id a~b:c)"
    )
    assert (found.request_id, found.reply, found.status) == ("a~b:c", "<response/>", 200)
    assert str(pickle.loads(pickle.dumps(found))) == str(found)  # noqa: S301 - ours


def test_many_entries_are_told_in_part() -> None:
    found = error_of(Level.RESULT, [message(f"X{at}", f"text {at}") for at in range(9)])

    assert "text 4" in found.message
    assert "text 5" not in found.message
    assert "and 4 more" in found.message


def test_nothing_said_is_told_as_nothing() -> None:
    found = error_of(Level.RESULT, [])

    assert found.message.endswith("It says no more.")
    assert found.code == "SC-UNMAPPED"


@pytest.mark.parametrize(
    ("status", "text", "kind", "code"),
    [
        (429, "", RateLimitedError, "SC-IN-THROTTLED"),
        (200, "API rate limit exceeded", RateLimitedError, "SC-IN-THROTTLED"),
        (200, "The Service is Temporarily Off-line", BrokenReplyError, "SC-IN-OFFLINE"),
        (
            200,
            "You do not have permission for API",
            PermissionDeniedError,
            "SC-IN-PERMISSION",
        ),
        (500, "", BrokenReplyError, "SC-IN-SAGE-FAILED"),
        (503, "<html>", BrokenReplyError, "SC-IN-UNAVAILABLE"),
        (524, "<html>", BrokenReplyError, "SC-IN-STILL-RUNNING"),
        (200, "<html>Sign in to the guest network", BrokenReplyError, "SC-IN-NOT-SAGE"),
        (404, "", BrokenReplyError, "SC-IN-NOT-SAGE"),
    ],
)
def test_what_is_no_xml_is_told_by_its_words_or_its_status(
    status: int, text: str, kind: type[RemoteError], code: str
) -> None:
    found = unread(Reply(status=status, body=text.encode()))

    assert (type(found), found.code, found.status) == (kind, code, status)


def test_every_saying_has_a_cause_a_cure_and_a_mark() -> None:
    marks = {"documented", "observed", "inferred", "assumed", "ours"}
    rows = (*SAYINGS, UNMAPPED, NOT_SAGE, REPEATED)

    assert [one.code for one in rows if not (one.cause and one.fix)] == []
    assert [one.code for one in rows if one.mark not in marks] == []
    assert [one.code for one in rows if not one.code.startswith(("SC-IN-", "SC-"))] == []


@pytest.mark.parametrize(
    "body",
    [
        b"<r><password>canary</password><a>seen</a></r>",
        b"<r><PASSWORD\n  x='1'>\ncanary\n</PASSWORD><a>seen</a></r>",
        b"<r><sessionid><![CDATA[canary]]></sessionid><a>seen</a></r>",
        b"<r><sessionid>can<b/>canary</sessionid><a>seen</a></r>",
        b"<r><taxid>canary</taxid><CARDNUM>canary</CARDNUM><a>seen</a></r>",
        b"<r><a>seen</a><password>canary",
        b"a seen page <password>canary</password >",
    ],
    ids=["plain", "over lines", "cdata", "mixed", "others", "torn", "no xml"],
)
def test_an_answer_is_shown_without_what_is_nobodys_business(body: bytes) -> None:
    found = shown(body)

    assert "canary" not in found
    assert "seen" in found


def test_what_was_sent_is_masked_wherever_it_comes_back() -> None:
    secrets = [Secret("a&b<c"), Secret("")]

    assert masked("x a&b<c y a&amp;b&lt;c z", secrets) == "x *** y *** z"


def test_a_hostile_answer_is_shown_as_text() -> None:
    bomb = b"<!DOCTYPE r [<!ENTITY a 'aaaa'>]><r>&a;</r>"

    assert shown(bomb) == bomb.decode()

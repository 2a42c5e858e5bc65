"""Answers: every shape that is documented, and what is none of the gateway's."""

import copy
import datetime as dt
import json
import pickle
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from sage_connect.errors import BrokenReplyError, RefusedError
from sage_connect.intacct import objects
from sage_connect.intacct.wire.reply import (
    ErrorMessage,
    Expected,
    Response,
    Result,
    parse_reply,
    records_in,
)

from .answers import (
    CONTROL,
    SIGNED_IN,
    answer,
    bare,
    error,
    failed,
    record,
    response,
    result,
)

GOOD = CONTROL.format(status="success")
BAD = CONTROL.format(status="failure")


def only(body: bytes) -> Result:
    (found,) = parse_reply(body, expected="online").results
    return found


def told(number: str = "BL01001973", second: str = "", more: str = "") -> ErrorMessage:
    (found,) = only(answer(failed(error(number, second, more)))).errors
    return found


def test_an_answer_tells_who_signed_in_where_and_until_when() -> None:
    found = parse_reply(answer(result(), entity="North"))

    assert found.control.sender_id == "acme"
    assert found.control.control_id == "request-1"
    assert found.control.unique_id is False
    assert found.control.dtd_version == "3.0"
    assert found.authentication is not None
    assert found.authentication.user_id == "api"
    assert found.authentication.company_id == "books"
    assert found.authentication.entity_id == "North"
    assert found.authentication.session_timeout == dt.datetime(
        2026, 3, 1, 19, tzinfo=dt.UTC
    )
    assert found.failed_level == ""


@pytest.mark.parametrize("odd", ["", "tomorrow", "2026-03-01T08:00:00", "03/01/2026"])
def test_an_odd_time_does_not_cost_the_answer(odd: str) -> None:
    body = answer(result()).replace(b"2026-03-01T14:00:00-05:00", odd.encode())

    signed_in = parse_reply(body).authentication

    assert signed_in is not None
    assert signed_in.session_timeout is None


def test_a_query_tells_how_much_there_is() -> None:
    rows = record("CUSTOMER", CUSTOMERID="C1") + record("CUSTOMER", CUSTOMERID="C2")
    counts = {"totalcount": "52", "offset": "10", "count": "2", "numremaining": "40"}

    found = only(answer(result(rows, listtype="CUSTOMER", **counts)))

    assert (found.total, found.offset, found.count, found.remaining) == (52, 10, 2, 40)
    assert found.list_type == "CUSTOMER"
    assert found.result_id == ""
    assert [one["CUSTOMERID"] for one in found.records] == ["C1", "C2"]
    assert {type(one) for one in found.records} == {objects.CUSTOMER}


def test_a_legacy_query_tells_what_to_ask_more_of() -> None:
    found = only(
        answer(
            result(
                record("apbill", RECORDNO="1"),
                function="readByQuery",
                listtype="apbill",
                count="1",
                totalcount="2",
                numremaining="1",
                resultId="7030372031",
            )
        )
    )

    assert (found.result_id, found.remaining) == ("7030372031", 1)
    assert isinstance(found.records[0], objects.APBILL)


def test_a_legacy_list_tells_its_place() -> None:
    body = '<listtype start="0" end="9" total="383">supdoc</listtype><data>{}</data>'
    rows = record("supdoc", supdocid="A", creationdate="03/31/2026")

    found = only(answer(bare(body.format(rows), "get_list")))

    assert (found.start, found.end, found.total) == (0, 9, 383)
    assert found.list_type == "supdoc"
    (doc,) = found.records
    assert isinstance(doc, objects.SUPDOC)
    assert doc.creationdate == dt.date(2026, 3, 31)


def test_a_legacy_create_tells_the_key() -> None:
    found = only(answer(bare("<key>C1234</key>", "create_class")))

    assert (found.key, found.records) == ("C1234", ())


def test_a_create_tells_what_it_made() -> None:
    rows = record("CUSTOMER", RECORDNO="7", CUSTOMERID="C7") + record(
        "vendor", RECORDNO="8"
    )

    found = only(answer(result(rows, function="create", listtype="objects", count="2")))

    assert [(one.tag, one["RECORDNO"]) for one in found.records] == [
        ("CUSTOMER", "7"),
        ("vendor", "8"),
    ]


def test_a_delete_tells_nothing_but_success() -> None:
    found = only(answer(bare(function="delete")))

    assert found.is_success
    assert found.records == ()


@pytest.mark.parametrize("views", [1, 2])
def test_the_records_of_a_view_are_those_inside_it(views: int) -> None:
    rows = record("CUSTOMER", NAME="a") + record("CUSTOMER", NAME="b")
    one = f'<view name="V#1">{rows}</view>'

    found = only(answer(result(one * views, function="readView", count="2")))

    assert [row["NAME"] for row in found.records] == ["a", "b"] * views
    assert found.attributes == {"count": "2", "name": "V#1"}


def test_no_record_of_a_second_block_is_lost() -> None:
    inside = f"<data>{record('A', B='1')}</data><data count='9'>{record('A', B='2')}</data>"

    found = only(answer(bare(inside)))

    assert [row["B"] for row in found.records] == ["1", "2"]
    assert found.count == 9


def test_a_view_that_is_not_nested_is_read_as_well() -> None:
    found = only(answer(result(record("CUSTOMER", NAME="a"), function="readView")))

    assert [row["NAME"] for row in found.records] == ["a"]


def test_an_object_called_view_is_a_record_elsewhere() -> None:
    found = only(answer(result(record("view", NAME="a"))))

    assert [(row.tag, row["NAME"]) for row in found.records] == [("view", "a")]


def test_a_session_is_told_and_shown_to_nobody() -> None:
    inside = record(
        "api", sessionid="s3cr3t", endpoint="https://na1.intacct.com/x", locationid=""
    )
    found = parse_reply(answer(result(inside, function="getAPISession")))

    api = found.results[0].data.rows("api")[0]

    assert (api["sessionid"], api["locationid"]) == ("s3cr3t", "")
    assert "s3cr3t" not in repr(found) + repr(api) + repr(found.results[0].data)
    assert b"s3cr3t" not in pickle.dumps(found)
    assert copy.deepcopy(api)["sessionid"] == "s3cr3t"


def test_a_queued_request_is_acknowledged_and_no_more() -> None:
    body = response("<acknowledgement><status>success</status></acknowledgement>", GOOD)

    found = parse_reply(body, expected="offline")

    assert (found.acknowledgement, found.results) == ("success", ())


def test_several_functions_have_their_results_in_order() -> None:
    bodies = [bare(control_id=str(at), function="delete") for at in range(50)]

    found = parse_reply(answer(*bodies)).results

    assert [one.control_id for one in found] == [str(at) for at in range(50)]


def test_a_refused_request_is_no_malformed_one() -> None:
    found = parse_reply(
        response(
            "<control><status>failure</status></control>",
            f"<errormessage>{error('XL03000006', 'Incorrect sender')}</errormessage>",
        ),
        expected="online",
    )

    assert found.failed_level == "control"
    assert found.control.unique_id is None
    assert [one.text for one in found.errors] == ["Incorrect sender"]


@pytest.mark.parametrize("expected", ["any", "online"])
def test_a_refused_sign_in_is_no_malformed_one(expected: Expected) -> None:
    found = parse_reply(
        response(
            GOOD,
            "<operation><authentication><status>failure</status></authentication>",
            f"<errormessage>{error('XL03000006')}</errormessage></operation>",
        ),
        expected=expected,
    )

    assert found.failed_level == "authentication"
    assert [one.number for one in found.errors] == ["XL03000006"]


def test_a_failed_function_may_have_records_all_the_same() -> None:
    body = bare(
        f"<data listtype='objects' count='1'>{record('PROJECT', RECORDNO='9')}</data>"
        f"<errormessage>{error('BL34000061', 'already exists')}</errormessage>",
        "create",
        "failure",
    )

    found = only(answer(body))

    assert not found.is_success
    assert [one["RECORDNO"] for one in found.records] == ["9"]
    assert [one.number for one in found.errors] == ["BL34000061"]


def test_all_errors_of_a_function_are_told_in_order() -> None:
    body = failed(
        error("Query Failed", "No VENDOR9"), error("XL03000009"), status="aborted"
    )

    found = only(answer(body))

    assert found.status == "aborted"
    assert [one.number for one in found.errors] == ["Query Failed", "XL03000009"]


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (
            "Could not create &lt;b&gt;Class&lt;/b&gt; record.",
            "Could not create Class record.",
        ),
        ("<b>Missing</b><br/>unit", "Missing unit"),
        ('See <a href="x?a=1&amp;b=2">here</a>', "See here"),
        ("<ul><li>one</li><li>two</li></ul>", "one two"),
        ("&amp;lt;i&amp;gt;twice&amp;lt;/i&amp;gt;", "twice"),
        ("Smith &amp; Sons&#39; limit", "Smith & Sons' limit"),
        ("1 < 2 > 0", "1 < 2 > 0"),
        ("Enter <CUSTOMERID>", "Enter <CUSTOMERID>"),
        ("two\nlines", "two\nlines"),
    ],
)
def test_texts_are_told_as_a_person_would_read_them(sent: str, read: str) -> None:
    assert told(second=sent).description2 == read


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("No. [Support ID: XzgKpEB017%7EYVnQlP0K5]", "XzgKpEB017~YVnQlP0K5"),
        ("No. [support id: a-b%2Bc ] ", "a-b+c"),
        ("No.", ""),
    ],
)
def test_the_support_id_is_told_decoded(sent: str, read: str) -> None:
    assert told(second=sent).support_id == read


def test_a_hostile_text_is_cleaned_in_no_time() -> None:
    for text in (
        "<" * 500_000,
        "<a " * 200_000,
        "[Support ID:" * 50_000,
        "&amp;" * 200_000,
    ):
        assert len(told(second=text).description2) <= 20_000


def test_additional_information_is_read() -> None:
    more = (
        "<additionalinfo><errorid>GL-0493</errorid><category>BUSINESS</category>"
        '<target domain="GL" object="GLACCOUNT" field="ACCOUNTNO"/>'
        '<description messageid="IA.DUPLICATE"><placeholders>'
        '<placeholder name="ACCOUNT" value="4000"/></placeholders></description>'
        '<correction messageid="IA.USE_ANOTHER"/></additionalinfo>'
    )

    found = told(second="Duplicate", more=more)

    assert (found.error_id, found.category) == ("GL-0493", "BUSINESS")
    assert found.target == {"domain": "GL", "object": "GLACCOUNT", "field": "ACCOUNTNO"}
    assert found.message_ids == {
        "description": "IA.DUPLICATE",
        "correction": "IA.USE_ANOTHER",
    }
    assert found.placeholders == {"ACCOUNT": "4000"}


def test_additional_information_may_be_elements_or_attributes() -> None:
    more = (
        '<additionalinfo errorid="GL-0493"><target><object>GLACCOUNT</object></target>'
        "<description><messageid>IA.X</messageid><placeholders><placeholder>"
        "<name>A</name><value>4</value></placeholder></placeholders></description>"
        "</additionalinfo>"
    )

    found = told(more=more)

    assert (found.error_id, found.target) == ("GL-0493", {"object": "GLACCOUNT"})
    assert (found.message_ids, found.placeholders) == ({"description": "IA.X"}, {"A": "4"})


def test_an_answer_survives_a_pickle() -> None:
    more = '<additionalinfo><target object="X"/></additionalinfo>'
    rows = result(record("CUSTOMER", NAME="a"))

    found = parse_reply(answer(rows, failed(error(more=more))))

    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301 - our own


OPERATION = f"<operation>{SIGNED_IN.format(entity='')}{{}}</operation>"
NOBODY = "<authentication><userid/><companyid/></authentication>"
ONLINE: Sequence[str] = (
    GOOD,
    "<control/>" + OPERATION.format(result()),
    OPERATION.format(result()),
    GOOD + OPERATION.format(""),
    GOOD + f"<operation>{result()}</operation>",
    GOOD + OPERATION.format("<result><function>f</function><controlid/></result>"),
    GOOD + OPERATION.format("<result><status>success</status><controlid/></result>"),
    GOOD + OPERATION.format("<result><status>success</status><function/></result>"),
    *(
        GOOD
        + OPERATION.format(result())
        .replace(f"<{name}>", "<x>")
        .replace(f"</{name}>", "</x>")
        for name in ("userid", "companyid")
    ),
    GOOD + f"<operation>{NOBODY}{result()}</operation>",
)


@pytest.mark.parametrize("inside", ONLINE)
def test_what_lacks_a_part_is_none_of_the_gateways_answers(inside: str) -> None:
    with pytest.raises(BrokenReplyError):
        parse_reply(response(inside), expected="online")


@pytest.mark.parametrize(
    "inside", [GOOD, "<acknowledgement><status>success</status></acknowledgement>"]
)
def test_what_lacks_a_part_acknowledges_nothing(inside: str) -> None:
    with pytest.raises(BrokenReplyError):
        parse_reply(response(inside), expected="offline")


@pytest.mark.parametrize("root", ["html", "Response", "request"])
def test_other_documents_are_no_answers(root: str) -> None:
    with pytest.raises(BrokenReplyError, match=root):
        parse_reply(f"<{root}>{GOOD}</{root}>".encode())


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            response(BAD, f"<errormessage>{error('XL03000006', 'No')}</errormessage>"),
            "control",
        ),
        (answer(result(record("A", B="1")), failed(error(second="No"))), "create"),
    ],
)
def test_a_stream_does_not_end_quietly_when_something_failed(
    body: bytes, words: str
) -> None:
    with pytest.raises(RefusedError, match=f"{words} failed: .* No"):
        list(records_in([body]))


def asserted(found: Response, about: str, path: str) -> Any:
    """Return what a shared case calls `path`."""
    last = path.rpartition(".")[2]
    if path == "status":
        return found.acknowledgement
    if path == "results":
        return list(found.results)
    (one,) = found.results
    if about == "SessionProvider" and not last.startswith("session_t"):
        names = {"session_id": "sessionid", "endpoint_url": "endpoint"}
        return one.records[0][names.get(last, "locationid")]
    if path.startswith("result."):
        names = {"total_count": "total", "num_remaining": "remaining", "data": "records"}
        return getattr(one, names.get(last, last))
    value = getattr(found.authentication, last)
    return value.isoformat() if isinstance(value, dt.datetime) else value


def test_every_shared_answer_reads_as_stated(spec: Path) -> None:
    cases = json.loads((spec / "intacct/responses/responses.json").read_text("utf-8"))
    assert cases
    for case in cases:
        bodies = case["response_xml"]
        body = (bodies if isinstance(bodies, str) else bodies[-1]).encode()
        broken = (case.get("expected_error") or {}).get("php_class") == "IntacctException"
        # These are about the control block alone, of whatever kind of answer.
        is_part = case["about"] in {"AbstractResponse", "Control"}
        expected: Expected = "any" if is_part else case["kind"]
        if broken:
            with pytest.raises(BrokenReplyError):
                parse_reply(body, expected=expected)
            continue
        found = parse_reply(body, expected=expected)
        _agrees(found, case["parsed"])
        for one in case.get("asserted", ()):
            value = asserted(found, case["about"], one["path"])
            if one["op"] == "is_array":
                assert isinstance(value, list), case["id"]
            else:
                value = len(value) if one["op"] == "count" else value
                assert value == one["value"], case["id"]


def _agrees(found: Response, parsed: dict[str, Any]) -> None:
    assert found.control.status == parsed["control"]["status"]
    assert found.control.control_id == parsed["control"].get("controlid", "")
    stated = parsed.get("operation", {}).get("results", [])
    assert len(found.results) == len(stated)
    for one, said in zip(found.results, stated, strict=True):
        assert (one.status, one.function) == (said["status"], said["function"])
        assert one.control_id == said["controlid"]
        assert [row.tag for row in one.records] == said.get("data", {}).get("children", [])
        assert one.attributes == said.get("data", {}).get("attributes", {})
        _errors_agree(one.errors, said)
    _errors_agree(found.errors, parsed)


def _errors_agree(errors: Sequence[ErrorMessage], said: dict[str, Any]) -> None:
    assert [(one.number, one.description, one.description2) for one in errors] == [
        (one["errorno"], one["description"] or "", one["description2"] or "")
        for one in said.get("errors", [])
    ]

"""Envelope, sign-in, sessions, transactions, repeats, faults, callbacks."""

import http.server
import threading
from collections.abc import Iterator

import httpx
import pytest

from sage_connect.testing.intacct import (
    Cut,
    Drop,
    Elsewhere,
    Expired,
    Failure,
    Html,
    IntacctSimulator,
    Offline,
    OtherControlId,
    Refuse,
    Slow,
    Throttle,
    Truncate,
)

from .desk import Desk, Start, invoice, line

COUNT = "<query><object>CUSTOMER</object><select><count>RECORDNO</count></select></query>"
CUSTOMER = (
    "<create><CUSTOMER><CUSTOMERID>{}</CUSTOMERID><NAME>New</NAME></CUSTOMER></create>"
)


def test_an_answer_repeats_what_the_request_said_of_itself(desk: Desk) -> None:
    reply = desk.ask(COUNT, id="my request", ids=("my function",))

    assert (
        reply.say("control/senderid"),
        reply.say("control/controlid"),
        reply.say("control/uniqueid"),
        reply.say("control/dtdversion"),
        reply.say("operation/authentication/userid"),
        reply.say("operation/authentication/companyid"),
        reply.say("operation/result/function"),
        reply.say("operation/result/controlid"),
    ) == (
        "XT_demo",
        "my request",
        "false",
        "3.0",
        "API alias",
        "demo-company",
        "query",
        "my function",
    )
    assert reply.level == ("success", "success", "success")


# --- what is refused at the gate


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b"<request><control></request>", "line 1"),
        (b"<request>\n\n<control>&nbsp;</control></request>", "line 3"),
        (b"", "line 1"),
        (b"not xml", "line 1"),
    ],
)
def test_broken_xml_is_refused_with_line_and_column(
    desk: Desk, body: bytes, place: str
) -> None:
    reply = desk.post(body)

    assert (reply.level[0], reply.errors) == ("failure", ["XL03000003"])
    assert place in reply.text
    assert "column" in reply.text


@pytest.mark.parametrize(
    "dtd",
    [
        '<!DOCTYPE request [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE request [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE request SYSTEM "http://127.0.0.1:1/x.dtd">',
    ],
)
def test_a_document_type_is_refused_and_nothing_is_fetched(desk: Desk, dtd: str) -> None:
    body = desk.body(COUNT, id="x").replace("<request>", f"{dtd}<request>")

    reply = desk.post(body)

    assert (reply.level[0], reply.errors) == ("failure", ["XL03000003"])
    assert "root:" not in reply.text


def test_a_nest_too_deep_is_refused(desk: Desk) -> None:
    reply = desk.post(b"<request>" + b"<a>" * 240 + b"</a>" * 240 + b"</request>")

    assert reply.errors == ["XL03000003"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<dtdversion>3.0</dtdversion>", "<dtdversion>9.9</dtdversion>"),
        ("<controlid>request-1</controlid>", "<controlid></controlid>"),
        ("<controlid>request-1</controlid>", f"<controlid>{'x' * 257}</controlid>"),
        ("<uniqueid>false</uniqueid>", "<uniqueid>perhaps</uniqueid>"),
        ('controlid="function-1"', f'controlid="{"x" * 257}"'),
        ('controlid="function-1"', 'controlid=""'),
    ],
)
def test_wrong_values_in_the_envelope_are_gw_0011_with_status_400(
    desk: Desk, old: str, new: str
) -> None:
    body = desk.body(COUNT)
    assert old in body

    reply = desk.post(body.replace(old, new))

    assert (reply.status, reply.level[0], reply.errors) == (400, "failure", ["GW-0011"])


def test_a_function_that_nobody_knows_is_against_the_schema(desk: Desk) -> None:
    reply = desk.ask("<create_everything/>")

    assert (reply.level[0], reply.errors) == ("failure", ["XL03000003"])


@pytest.mark.requirement("S191", "S192")
def test_refusals_of_sign_in_are_told_apart_by_level_and_text(start: Start) -> None:
    desk = start(authorised_senders=("another",))
    wrong_sender = desk.ask(COUNT, sender="xt_DEMO")
    wrong_password = desk.ask(COUNT, sender_password="wrong")  # noqa: S106 - made up
    not_listed = desk.ask(COUNT)

    assert [one.errors for one in (wrong_sender, wrong_password, not_listed)] == [
        ["XL03000006"]
    ] * 3
    assert [one.level[:2] for one in (wrong_sender, wrong_password, not_listed)] == [
        ("failure", None),
        ("failure", None),
        ("success", "failure"),
    ]
    assert "not authorized" in not_listed.text


@pytest.mark.requirement("S199")
@pytest.mark.parametrize("field", ["user", "company", "password"])
def test_wrong_credentials_fail_at_the_level_of_authentication(
    desk: Desk, field: str
) -> None:
    reply = desk.ask(COUNT, **{field: "wrong"})

    assert (reply.level, reply.errors) == (
        ("success", "failure", None),
        ["XL03000006"],
    )


def test_a_wrong_sign_in_may_be_http_401_with_xml(start: Start) -> None:
    desk = start(sign_in_status=401)

    reply = desk.ask(COUNT, password="wrong")  # noqa: S106 - made up

    assert (reply.status, reply.errors) == (401, ["XMLGW_JPP0002"])


def test_a_password_may_begin_and_end_with_a_space(start: Start) -> None:
    desk = start(user_password=" <secret> ")  # noqa: S106 - made up

    assert desk.ask(COUNT).level[2] == "success"
    assert desk.ask(COUNT, password="<secret>").level[1] == "failure"  # noqa: S106


@pytest.mark.requirement("S188", "S175")
def test_who_is_not_active_does_not_sign_in(start: Start) -> None:
    desk = start()
    desk.simulator.user(status="inactive")
    expired = start(expired=True)

    assert desk.ask(COUNT).level[1] == "failure"
    assert expired.ask(COUNT).errors == ["PL04000055"]


# --- sessions


@pytest.mark.requirement("S197")
def test_a_session_works_at_its_endpoint_until_it_is_over(desk: Desk) -> None:
    desk.sign_in()
    simulator = desk.simulator
    assert desk.ask(COUNT).level[2] == "success"
    simulator.advance(59 * 60)
    assert desk.ask(COUNT).level[2] == "success"
    # It slid forward.
    simulator.advance(59 * 60)
    assert desk.ask(COUNT).level[2] == "success"
    simulator.advance(61 * 60)

    assert (desk.ask(COUNT).level, desk.ask(COUNT).errors) == (
        ("success", "failure", None),
        ["XL03000006"],
    )


def test_times_of_a_session_are_instants_with_an_offset(desk: Desk) -> None:
    reply = desk.ask("<getAPISession/>")

    since = reply.say("operation/authentication/sessiontimestamp")
    until = reply.say("operation/authentication/sessiontimeout")
    assert since is not None
    assert until is not None
    assert since < until
    assert since.endswith("+00:00")
    assert reply.say("operation/result/data/api/endpoint") == desk.simulator.endpoint


def test_get_api_session_is_alone_in_its_request(desk: Desk) -> None:
    reply = desk.ask("<getAPISession/>", COUNT)

    assert reply.results == ["failure", "success"]
    assert reply.errors == ["Get API Session Failed"]


@pytest.mark.requirement("S190", "S202", "S207")
def test_entities_confine_and_stamp(desk: Desk) -> None:
    desk.sign_in("100")
    key = desk.ask(invoice(number="E1")).key
    seen_here = desk.query("ARINVOICE", "RECORDNO MEGAENTITYID").records
    desk.sign_in("200")
    seen_there = desk.query("ARINVOICE", "RECORDNO").records
    desk.sign_in("")
    seen_above = desk.query("ARINVOICE", "RECORDNO").records

    assert seen_here == [{"RECORDNO": key, "MEGAENTITYID": "100"}]
    assert (seen_there, seen_above) == ([], [{"RECORDNO": key}])


def test_private_entities_need_showprivate_at_the_top(start: Start) -> None:
    desk = start(private_entities=("100",))
    desk.sign_in("100")
    desk.ask(invoice())
    desk.sign_in("")
    shown = "<options><showprivate>true</showprivate></options>"

    assert desk.query("ARINVOICE", "RECORDNO").records == []
    assert len(desk.query("ARINVOICE", "RECORDNO", more=shown).records) == 1


@pytest.mark.requirement("S190")
def test_a_user_of_one_entity_has_no_top_level(desk: Desk) -> None:
    desk.simulator.user(entities=("200",))
    desk.location = ""
    above = desk.ask(COUNT)
    desk.location = "100"
    elsewhere = desk.ask(COUNT)
    desk.location = None
    own = desk.ask(COUNT)

    assert [above.level[1], elsewhere.level[1], own.level[1]] == [
        "failure",
        "failure",
        "success",
    ]
    assert own.say("operation/authentication/locationid") == "200"


# --- transactions and repeats


def test_functions_are_independent_unless_they_are_one_transaction(desk: Desk) -> None:
    asked = (CUSTOMER.format("A1"), CUSTOMER.format("ARDENT"), CUSTOMER.format("A2"))

    apart = desk.ask(*asked)
    together = desk.ask(
        CUSTOMER.format("B1"), CUSTOMER.format("ARDENT"), CUSTOMER.format("B2"),
        transaction=True,
    )  # fmt: skip

    assert apart.results == ["success", "failure", "success"]
    assert together.results == ["aborted", "failure", "aborted"]
    assert together.errors == ["XL03000009", "BL34000061", "BL01001973", "XL03000009"]
    ids = {row["CUSTOMERID"] for row in desk.simulator.books().all("CUSTOMER")}
    assert {"A1", "A2"} <= ids
    assert not {"B1", "B2"} & ids


def test_a_completed_function_is_not_executed_again_under_its_id(desk: Desk) -> None:
    first = desk.ask(CUSTOMER.format("A1"), ids=("id-1",), unique=True)
    again = desk.ask(CUSTOMER.format("A2"), ids=("id-1",), unique=True)
    # Left out, it is true.
    silent = desk.ask(CUSTOMER.format("A3"), ids=("id-1",), unique=None)
    open_ = desk.ask(CUSTOMER.format("A4"), ids=("id-1",), unique=False)

    assert [one.results for one in (first, again, silent, open_)] == [
        ["success"],
        ["failure"],
        ["failure"],
        ["success"],
    ]
    assert again.errors == [desk.simulator.options.repeat_number]


def test_a_failed_or_rolled_back_function_is_not_completed(desk: Desk) -> None:
    failed = desk.ask(CUSTOMER.format("ARDENT"), ids=("id-1",), unique=True)
    after = desk.ask(CUSTOMER.format("A1"), ids=("id-1",), unique=True)
    both = (CUSTOMER.format("B1"), CUSTOMER.format("ARDENT"))
    rolled = desk.ask(*both, ids=("id-2", "id-3"), unique=True, transaction=True)
    later = desk.ask(CUSTOMER.format("B1"), ids=("id-2",), unique=True)

    assert [one.results for one in (failed, after, rolled, later)] == [
        ["failure"],
        ["success"],
        ["aborted", "failure"],
        ["success"],
    ]


def test_the_answer_to_a_repeat_can_be_set(start: Start) -> None:
    desk = start(repeat_number="XX1", repeat_text="Seen {id}", repeat_level="control")
    desk.ask(CUSTOMER.format("A1"), ids=("id-1",), unique=True)

    again = desk.ask(CUSTOMER.format("A1"), ids=("id-1",), unique=True)

    assert (again.level[0], again.errors) == ("failure", ["XX1"])
    assert "Seen id-1" in again.text


# --- what goes wrong on demand


def test_throttling_has_a_number_and_a_text_or_the_text_alone(desk: Desk) -> None:
    desk.simulator.fail(Throttle())
    numbered = desk.ask(COUNT)
    desk.simulator.fail(Throttle(text_only=True))
    bare = desk.ask(COUNT)

    assert (numbered.status, numbered.errors) == (429, ["GW-0010"])
    assert (bare.status, "API rate limit exceeded" in bare.text) == (200, True)


@pytest.mark.parametrize("fault", [Drop(), Failure(status=502), Failure(status=524)])
def test_what_fails_before_it_is_done_is_not_done(desk: Desk, fault: Failure) -> None:
    desk.simulator.fail(fault)
    before = desk.simulator.books().count("CUSTOMER")

    try:
        status = desk.ask(CUSTOMER.format("A1")).status
    except httpx.TransportError:
        status = 0

    assert status in {0, 502, 524}
    assert desk.simulator.books().count("CUSTOMER") == before


@pytest.mark.parametrize(
    "fault",
    [
        Drop(after_commit=True),
        Cut(keep=150),
        Cut(keep=0),
        Failure(status=500, after_commit=True),
        Failure(status=524, after_commit=True),
        Truncate(keep=150),
    ],
)
def test_what_fails_after_it_was_done_is_done(desk: Desk, fault: Failure) -> None:
    desk.simulator.fail(fault, function="create", object="CUSTOMER")
    before = desk.simulator.books().count("CUSTOMER")
    desk.ask(COUNT)

    try:
        told = desk.ask(CUSTOMER.format("A1")).text
    except httpx.TransportError:
        told = ""

    assert "</response>" not in told
    assert desk.simulator.books().count("CUSTOMER") == before + 1


def test_a_function_may_be_refused_and_answers_may_be_of_others(desk: Desk) -> None:
    simulator = desk.simulator
    simulator.fail(Offline())
    simulator.fail(Refuse(number="XX", text="because"))
    simulator.fail(OtherControlId(id="not yours"))
    simulator.fail(Elsewhere(url="https://evil.example.com/"))
    simulator.fail(Expired())
    simulator.fail(Html())

    assert "The Service is Temporarily Off-line" in desk.ask(COUNT).text
    assert desk.ask(COUNT).errors == ["XX"]
    assert desk.ask(COUNT).say("operation/result/controlid") == "not yours"
    session = desk.ask("<getAPISession/>")
    assert session.say("operation/result/data/api/endpoint") == "https://evil.example.com/"
    assert desk.ask(COUNT).level[1] == "failure"
    assert desk.ask(COUNT).text.startswith("<html>")
    assert desk.ask(COUNT).level[2] == "success"


def test_more_requests_at_a_time_than_allowed_are_refused(start: Start) -> None:
    desk = start(concurrency=1)
    desk.simulator.fail(Slow(seconds=0.5), function="getDimensions")
    slow = threading.Thread(target=lambda: desk.ask("<getDimensions/>"))
    slow.start()
    while not desk.simulator.running:
        pass
    body = desk.body(COUNT)
    reply = httpx.post(desk.simulator.endpoint, content=body, trust_env=False)
    slow.join()

    assert (reply.status_code, b"GW-0010" in reply.content) == (429, True)


def test_calls_are_kept_in_order(desk: Desk) -> None:
    desk.ask(COUNT, COUNT, ids=("a", "b"), unique=True)
    desk.post(b"nothing")

    first, second = desk.simulator.calls
    assert (first.functions, first.control_ids, first.unique, first.status) == (
        ("query", "query"),
        ("a", "b"),
        True,
        200,
    )
    assert second.functions == ()


def test_other_addresses_and_verbs_are_none(desk: Desk) -> None:
    url = desk.simulator.url

    assert desk.http.post(f"{url}/elsewhere").status_code == 404
    assert desk.http.get(desk.simulator.endpoint).status_code == 405


def test_long_answers_are_compressed_for_those_who_accept_it(desk: Desk) -> None:
    asked = "<lookup><object>CUSTOMER</object></lookup>"

    assert desk.ask(asked).response.headers["content-encoding"] == "gzip"
    body = desk.body(asked)
    plain = desk.post(body, **{"accept-encoding": "identity"})
    assert "content-encoding" not in plain.response.headers


# --- errors in detail


def test_errors_end_with_a_support_id_and_can_be_told_in_detail(desk: Desk) -> None:
    asked = CUSTOMER.format("ARDENT")

    plain = desk.ask(asked)
    more = "<showadditionalerrorinfo>true</showadditionalerrorinfo>"
    detailed = desk.ask(asked, control=more)

    assert "[Support ID: " in plain.text
    assert "%7E" in plain.text
    assert "additionalinfo" not in plain.text
    path = "operation/result/errormessage/error/additionalinfo"
    target = detailed.tree.find(f"{path}/target")
    assert (target.get("object"), target.get("field")) == ("CUSTOMER", "CUSTOMERID")
    assert detailed.say(f"{path}/errorid") == "BL34000061"


# --- asynchronous requests


@pytest.fixture
def listener() -> Iterator[tuple[str, list[bytes]]]:
    """An address that takes callbacks, and the bodies it took."""
    taken: list[bytes] = []

    class Taker(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:
            del format, arguments

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Taker)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/callback", taken
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.requirement("S198")
def test_a_policy_acknowledges_at_once_and_calls_back_later(
    start: Start, listener: tuple[str, list[bytes]]
) -> None:
    url, taken = listener
    desk = start(policies={"policy-1": url})
    policy = "<policyid>policy-1</policyid>"
    reply = desk.ask(CUSTOMER.format("ARDENT"), id="later", ids=("f",), control=policy)
    desk.simulator.callbacks.wait()

    assert reply.say("acknowledgement/status") == "success"
    assert reply.say("control/status") == "success"
    assert reply.tree.find("operation") is None
    assert desk.simulator.callbacks.delivered == [200]
    (body,) = taken
    assert b"<controlid>later</controlid>" in body
    assert b"BL34000061" in body


def test_an_unknown_policy_is_refused_at_once(desk: Desk) -> None:
    reply = desk.ask(COUNT, control="<policyid>none</policyid>")

    assert reply.level[0] == "failure"
    assert "none is not a valid transport policy." in reply.text


# --- state


def test_a_state_file_keeps_everything_for_the_next_time(
    start: Start, tmp_path_factory: pytest.TempPathFactory
) -> None:
    state = str(tmp_path_factory.mktemp("state") / "company.db")
    with IntacctSimulator(state=state) as simulator:
        desk = Desk(simulator)
        session = desk.sign_in()
        key = desk.ask(invoice(lines=line("10.50")), ids=("once",), unique=True).key
        desk.http.close()

    again = start(state=state)
    again.session = session

    assert again.read("ARINVOICE", key, "TRX_TOTALDUE") == {"TRX_TOTALDUE": "10.5"}
    repeated = again.ask(invoice(), ids=("once",), unique=True)
    assert repeated.results == ["failure"]
    assert int(again.invoice().key) > int(key)


def test_a_state_is_of_one_company(tmp_path_factory: pytest.TempPathFactory) -> None:
    state = str(tmp_path_factory.mktemp("state") / "company.db")
    with IntacctSimulator(state=state):
        pass

    with pytest.raises(ValueError, match="another"):
        IntacctSimulator(state=state, company_id="another")

"""What is sent again, and what an answer is worth, over real sockets."""

import re
from typing import Any

import pytest

from sage_connect.errors import (
    AuthenticationError,
    BrokenReplyError,
    ConfigurationError,
    DuplicateError,
    NotSentError,
    OutcomeUnknownError,
    RateLimitedError,
    RefusedError,
    SageConnectError,
)
from sage_connect.intacct.credentials import Endpoints
from sage_connect.intacct.functions import (
    ApiSessionCreate,
    ClassCreate,
    CompanyPrefsGet,
    Create,
    Query,
)
from sage_connect.intacct.gateway import Patience
from sage_connect.intacct.pace import Limiter
from sage_connect.intacct.sayings import RepeatAnswer
from sage_connect.intacct.service import Service
from sage_connect.plan import Now, Reply, Send, Wait
from sage_connect.testing import ScriptedDriver

from .answering import (
    CREDENTIALS,
    Answer,
    Asked,
    ScriptedGateway,
    cut,
    done,
    error,
    failed,
    http,
    operation,
    plain,
    result,
    turned_away,
    unique,
)
from .conftest import Drive

READ = CompanyPrefsGet(application="GL")


def write(key: str = "key-1") -> ClassCreate:
    return ClassCreate(class_id="C1", class_name="Class", control_id=key)


REPEAT = failed(error("BL01001973", "This controlid has already been executed."))
LOST: list[Answer] = [
    cut,
    plain(500),
    plain(502),
    plain(503),
    plain(200, "<html>"),
    plain(524),
]
LOST_IDS = ["cut", "500", "502", "503", "a page of a proxy", "524"]


def test_reads_and_writes_ask_for_what_guards_them(
    gateway: ScriptedGateway, drive: Drive
) -> None:
    service = gateway.service()

    drive(service.one(READ))
    drive(service.one(write()))
    drive(service.one(Create(object="CLASS", fields={"CLASSID": "C2"})))
    drive(service.execute([READ, write("key-2")]))
    drive(service.one(write("key-3"), unique=False))

    assert unique(gateway.sent) == ["false", "true", "true", "true", "false"]
    assert gateway.sent[1].ids == ["key-1"]
    assert re.fullmatch(r"[0-9a-f-]{36}", gateway.sent[2].ids[0])
    assert len({one.control_id for one in gateway.asked}) == len(gateway.asked)


@pytest.mark.parametrize("lost", LOST, ids=LOST_IDS)
def test_a_write_whose_answer_is_lost_is_sent_again_under_the_same_ids(
    gateway: ScriptedGateway, drive: Drive, lost: Answer
) -> None:
    gateway.script = [lost]
    function = ClassCreate(class_id="C1", class_name="Class")

    answer = drive(gateway.service().one(function))

    first, second = gateway.sent
    assert answer.is_success
    assert (first.ids, first.functions[0][0].tag) == (second.ids, "create")
    assert unique([first, second]) == ["true", "true"]
    assert first.control_id != second.control_id
    assert function.control_id is None


@pytest.mark.parametrize("lost", LOST, ids=LOST_IDS)
def test_a_write_that_stays_unanswered_is_unknown(
    gateway: ScriptedGateway, drive: Drive, lost: Answer
) -> None:
    gateway.script = [lost] * 9

    with pytest.raises(OutcomeUnknownError):
        drive(gateway.service().one(write()))

    assert len(gateway.sent) == (3 if lost is LOST[-1] else 4)


@pytest.mark.parametrize("lost", LOST, ids=LOST_IDS)
def test_a_write_without_a_guard_is_never_sent_again(
    gateway: ScriptedGateway, drive: Drive, lost: Answer
) -> None:
    gateway.script = [lost]

    with pytest.raises(OutcomeUnknownError):
        drive(gateway.service().one(write(), unique=False))

    assert len(gateway.sent) == 1


def test_a_read_is_repeated_and_in_the_end_told_as_it_was(
    gateway: ScriptedGateway, drive: Drive
) -> None:
    gateway.script = [plain(502), cut, done, *[plain(503)] * 4]
    service = gateway.service()

    assert drive(service.one(READ)).is_success
    with pytest.raises(BrokenReplyError) as caught:
        drive(service.one(READ))

    assert (caught.value.status, caught.value.code) == (503, "SC-IN-UNAVAILABLE")
    assert len(gateway.sent) == 7


def test_what_does_not_leave_is_tried_again_and_told_as_not_sent() -> None:
    refused = NotSentError("no route")
    driver = ScriptedDriver(*[refused] * 4)
    service = Service(
        CREDENTIALS,
        Endpoints(gateway="http://127.0.0.1:1"),
        patience=Patience(delays=(1, 2, 4)),
    )

    with pytest.raises(NotSentError):
        driver.drive(service.one(write()))

    assert [step.seconds for step in driver.asked if isinstance(step, Wait)] == [1, 2, 4]


def _waits(lost: Reply | Exception, function: Any) -> list[float]:
    """How long was waited between tries of `function`, answered so each time."""

    def answer(step: Send) -> Any:
        assert not isinstance(step.body, bytes)
        asked = Asked(b"", step.body.open().encode())
        if asked.names != ["getAPISession"]:
            return lost
        api = "<data><api><sessionid>s</sessionid><endpoint/><locationid/></api></data>"
        body = operation(asked, result(asked, 0, api)).encode()
        return Reply(status=200, body=body)

    driver = ScriptedDriver(*[answer] * 9)
    service = Service(CREDENTIALS, Endpoints(gateway="http://127.0.0.1:1"))
    with pytest.raises(SageConnectError):
        driver.drive(service.one(function))
    return [step.seconds for step in driver.asked if isinstance(step, Wait)]


def test_a_write_is_sent_again_only_after_the_first_may_have_ended() -> None:
    # The gateway remembers what is completed, not what is still at work.
    lost = OutcomeUnknownError("cut")

    assert _waits(lost, READ) == [0.5, 2, 8]
    assert _waits(lost, write()) == [5, 20, 60]
    assert _waits(Reply(status=524), write()) == [60, 240, 600]
    assert _waits(Reply(status=524), READ) == [60, 240, 600]


@pytest.mark.parametrize(
    "busy",
    [
        plain(429),
        turned_away(error("GW-0010", "API rate limit exceeded"), status=429),
        turned_away(error("GW-0010", "Too many")),
        plain(200, "API rate limit exceeded"),
        failed(error("Query Failed", "API rate limit exceeded")),
    ],
    ids=["429", "429 with XML", "GW-0010", "text alone", "result"],
)
@pytest.mark.parametrize("function", [READ, write()], ids=["read", "write"])
def test_what_is_turned_away_for_being_too_much_is_sent_again(
    gateway: ScriptedGateway, drive: Drive, busy: Answer, function: Any
) -> None:
    service = gateway.service()
    gateway.script = [busy, busy, done, *[busy] * 9]

    assert drive(service.one(function)).is_success
    with pytest.raises(RateLimitedError) as caught:
        drive(service.one(function))

    assert caught.value.code == "SC-IN-THROTTLED"
    assert len(gateway.sent) == 3 + 4


def test_a_wait_that_is_asked_for_is_obeyed_for_the_whole_company() -> None:
    limiter = Limiter()
    busy = Reply(status=429, headers=(("retry-after", "7"),))
    driver = ScriptedDriver(busy, NotSentError("x"))
    service = Service(
        CREDENTIALS,
        Endpoints(gateway="http://127.0.0.1:1"),
        pace=limiter,
        patience=Patience(delays=()),
    )

    with pytest.raises(NotSentError):
        driver.drive(service.one(READ))

    assert [step.seconds for step in driver.asked if isinstance(step, Wait)] == [7]
    assert any(isinstance(step, Now) for step in driver.asked)


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (
            turned_away(error("XMLGW_JPP0002", "Sign-in is incorrect."), status=401),
            AuthenticationError,
            "SC-IN-SIGN-IN",
        ),
        (turned_away(error("GW-0011", "bad"), status=400), RefusedError, "SC-IN-REQUEST"),
        (turned_away(error("XL03000003", "line 1"), status=500), RefusedError, "SC-IN-XML"),
        (plain(403), BrokenReplyError, "SC-IN-NOT-SAGE"),
        (plain(302), BrokenReplyError, "SC-IN-NOT-SAGE"),
    ],
    ids=["401 with XML", "400 with XML", "500 with XML", "403", "302"],
)  # fmt: skip
def test_xml_is_read_first_whatever_the_status(
    gateway: ScriptedGateway,
    drive: Drive,
    answer: Answer,
    kind: type[Exception],
    code: str,
) -> None:
    gateway.script = [answer] * 4

    with pytest.raises(kind) as caught:
        drive(gateway.service().one(write()))

    assert isinstance(caught.value, SageConnectError)
    assert caught.value.code == code


def test_an_answer_to_another_request_is_not_taken(
    gateway: ScriptedGateway, drive: Drive
) -> None:
    def other_request(asked: Asked) -> bytes:
        said = operation(asked, result(asked))
        return http(said.replace(asked.control_id, "somebody else's"))

    def other_function(asked: Asked) -> bytes:
        return http(operation(asked, result(asked, id="somebody else's")))

    gateway.script = [other_request, other_function, other_request]
    service = gateway.service()

    for _ in range(2):
        with pytest.raises(BrokenReplyError) as caught:
            drive(service.one(READ))
        assert caught.value.code == "SC-IN-ECHO"
    with pytest.raises(OutcomeUnknownError):
        drive(service.one(write()))

    assert len(gateway.sent) == 3


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<response>",
        "<response/>",
        "<other/>",
        "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><response>&a;</response>",
    ],
    ids=["empty", "cut off", "nothing in it", "something else", "a document type"],
)
def test_an_answer_that_cannot_be_read_may_be_to_a_write_that_was_done(
    gateway: ScriptedGateway, drive: Drive, body: str
) -> None:
    gateway.script = [lambda _: http(body)] * 8

    with pytest.raises(BrokenReplyError):
        drive(gateway.service().one(READ))
    with pytest.raises(OutcomeUnknownError):
        drive(gateway.service().one(write()))


def test_a_repeat_that_sage_refuses_is_told_as_done(
    gateway: ScriptedGateway, drive: Drive
) -> None:
    gateway.script = [cut, REPEAT]

    with pytest.raises(DuplicateError) as caught:
        drive(gateway.service().one(write()))

    assert caught.value.code == "SC-IN-REPEATED"
    assert "carried out before under the same control id" in str(caught.value)


def test_how_a_repeat_is_refused_can_be_set(gateway: ScriptedGateway, drive: Drive) -> None:
    repeat = RepeatAnswer(numbers=("XL99",), texts=())
    gateway.script = [failed(error("XL99", "no")), REPEAT]
    service = gateway.service(repeat=repeat)

    found = []
    for _ in range(2):
        with pytest.raises(SageConnectError) as caught:
            drive(service.one(write()))
        found.append(caught.value.code)

    assert found == ["SC-IN-REPEATED", "SC-IN-VAGUE"]


def test_a_text_that_would_fit_every_error_is_refused() -> None:
    with pytest.raises(ConfigurationError):
        RepeatAnswer(texts=("",))


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (error("BL34000061", "Another Class with the value already exists"), "unknown"),
        (error("BL01001973", "Could not create"), "unknown"),
        (error("XX-1", "never heard of"), "unknown"),
        (error("BL03000018", "Missing unit"), "refused"),
    ],
    ids=["duplicate", "catch-all", "unmapped", "clear"],
)
def test_what_is_refused_at_a_repeat_is_refused_only_if_it_is_no_trace_of_ours(
    gateway: ScriptedGateway, drive: Drive, said: str, kind: str
) -> None:
    gateway.script = [cut, failed(said), failed(said)]
    service = gateway.service()

    with pytest.raises(SageConnectError) as caught:
        drive(service.one(write()))
    with pytest.raises(SageConnectError) as plainly:
        drive(service.one(write()))

    expected = OutcomeUnknownError if kind == "unknown" else RefusedError
    assert type(caught.value) is expected
    assert not isinstance(plainly.value, OutcomeUnknownError)


def test_two_functions_of_one_request_need_two_ids(
    gateway: ScriptedGateway, drive: Drive
) -> None:
    with pytest.raises(ConfigurationError, match="'same'"):
        drive(gateway.service().execute([write("same"), write("same")]))


def test_a_session_is_asked_for_alone(gateway: ScriptedGateway, drive: Drive) -> None:
    with pytest.raises(ConfigurationError, match="alone"):
        drive(gateway.service().execute([ApiSessionCreate(), READ]))


def test_a_query_that_is_executed_is_a_read(gateway: ScriptedGateway, drive: Drive) -> None:
    query = Query(object_name="CLASS").select("CLASSID")

    drive(gateway.service().one(query))

    assert unique(gateway.sent) == ["false"]

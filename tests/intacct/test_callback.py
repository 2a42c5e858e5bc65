"""Answers that come later, from whoever knows the address."""

import time
from typing import Any

import attrs
import pytest

from sage_connect.errors import BrokenReplyError, OutcomeUnknownError
from sage_connect.intacct.call import Call, call_of
from sage_connect.intacct.callback import LARGEST, parse_callback
from sage_connect.intacct.functions import ClassCreate
from sage_connect.intacct.outcomes import Became

from .answering import error, errors, signed_in


def queued(control_id: str = "job-1") -> Call:
    functions = [
        ClassCreate(class_id=one, class_name=one, control_id=one) for one in ("a", "b")
    ]
    return attrs.evolve(call_of(functions, policy_id="p"), control_id=control_id)


def result(id: str, status: str = "success", inner: str = "") -> str:
    return (
        f"<result><status>{status}</status><function>create</function>"
        f"<controlid>{id}</controlid>{inner}</result>"
    )


def body(*inner: str, id: str = "job-1", status: str = "success", auth: str = "") -> bytes:
    operation = f"<operation>{auth or signed_in()}{''.join(inner)}</operation>"
    return (
        f"<response><control><status>{status}</status><senderid>vendor</senderid>"
        f"<controlid>{id}</controlid></control>{operation if inner else ''}</response>"
    ).encode()


@pytest.mark.requirement("S198")
def test_what_was_acknowledged_may_fail_later() -> None:
    call = queued()
    said = body(
        result("b"), result("a", "failure", errors(error("BL03000018", "Missing unit")))
    )

    found = parse_callback(said, {"job-1": call})
    answers = found.answers(call)

    assert found.control_id == "job-1"
    assert [(one.control_id, one.became) for one in answers] == [
        ("a", Became.FAILED),
        ("b", Became.DONE),
    ]


def test_a_request_that_was_turned_away_after_all_was_not_run() -> None:
    call = queued()
    refusal = errors(error("XL03000006", "wrong"))
    said = body(status="failure").replace(b"</response>", refusal.encode() + b"</response>")

    answers = parse_callback(said).answers(call)

    assert [one.became for one in answers] == [Became.NOT_RUN] * 2


def test_a_callback_that_leaves_a_function_out_leaves_it_unknown() -> None:
    answers = parse_callback(body(result("a"))).answers(queued())

    assert [one.became for one in answers] == [Became.DONE, Became.UNKNOWN]
    with pytest.raises(OutcomeUnknownError):
        answers[1].unwrap()


@pytest.mark.parametrize(
    "said",
    [
        body(result("a"), id="other"),
        body(result("a"), id=""),
        (
            b"<response><acknowledgement><status>success</status></acknowledgement>"
            b"<control><status>success</status><controlid>job-1</controlid></control>"
            b"</response>"
        ),
        b"",
        b"controlid=job-1",
        b"<html>",
        body(result("a"))[:-20],
    ],
    ids=["another's", "nobody's", "acknowledgement", "empty", "form", "page", "cut off"],
)
def test_what_answers_nothing_that_waits_is_refused(said: bytes) -> None:
    with pytest.raises(BrokenReplyError):
        parse_callback(said, {"job-1": queued()})


def test_a_callback_is_held_against_its_own_request_alone() -> None:
    found = parse_callback(body(result("a")))
    foreign = parse_callback(body(result("z")))

    with pytest.raises(BrokenReplyError):
        found.answers(queued("job-2"))
    with pytest.raises(BrokenReplyError):
        foreign.answers(queued())


_LOL = "".join(
    f'<!ENTITY l{at} "{f"&l{at - 1};" * 10 if at else "lol"}">' for at in range(10)
)
HOSTILE: dict[str, bytes] = {
    "file": b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><response>&x;</response>',
    "bomb": f"<!DOCTYPE r [{_LOL}]><response>&l9;</response>".encode(),
    "deep": b"<response>" + b"<a>" * 100_000 + b"</a>" * 100_000 + b"</response>",
    "long": b"<response><control>" + b"x" * (11 << 20) + b"</control></response>",
    "too large": b" " * (LARGEST + 1),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_body_is_refused_at_once(name: str) -> None:
    began = time.process_time()

    with pytest.raises(BrokenReplyError) as caught:
        parse_callback(HOSTILE[name])

    assert "root:" not in str(caught.value)
    assert time.process_time() - began < 1


def test_a_callback_does_not_show_what_it_holds() -> None:
    said: Any = body(result("a", inner="<data><x><PASSWORD>canary</PASSWORD></x></data>"))

    assert "canary" not in repr(parse_callback(said))

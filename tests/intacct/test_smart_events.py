"""Calls of smart events: typed, once, and nobody's word for anything."""

import json
import tracemalloc
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given, strategies as st

from sage_connect import AuthenticationError, BrokenReplyError, SageConnectError, Secret
from sage_connect.intacct import (
    HOOKS,
    Record,
    SmartHook,
    logged_event,
    parse_smart_event,
)

CALL = {
    "object": "CUSTOMER",
    "topic": "ADD_CUSTOMER",
    "key": "C-17 & Söhne",
    "RECORDNO": "42",
    "WHENMODIFIED": "09/14/2026 10:11:12",
}


AGREED = {"token": "canary-token"}
GUESSED = {"token": "guessed", "object": "?"}


def form(**changes: str) -> bytes:
    return urlencode({**CALL, **changes}).encode()


def xml(content: dict[str, str]) -> bytes:
    escaped = {name: text.replace("&", "&amp;") for name, text in content.items()}
    inner = "".join(f"<{name}>{text}</{name}>" for name, text in escaped.items())
    return f"<event>{inner}</event>".encode()


@pytest.mark.requirement("S204")
@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (form(), "application/x-www-form-urlencoded"),
        (json.dumps(CALL).encode(), "application/json; charset=utf-8"),
        (xml(CALL), "text/xml"),
    ],
)
def test_the_body_of_a_smart_event_becomes_an_event(body: bytes, content_type: str) -> None:
    event = parse_smart_event(body, content_type)

    assert (event.object, event.topic, event.key) == (
        "CUSTOMER",
        "ADD_CUSTOMER",
        "C-17 & Söhne",
    )
    assert dict(event.fields) == {"RECORDNO": "42", "WHENMODIFIED": "09/14/2026 10:11:12"}
    assert event.is_addition


@pytest.mark.requirement("S204")
def test_a_call_that_comes_twice_is_one_event_and_a_second_change_is_another() -> None:
    calls = [
        form(),
        form(),
        json.dumps(CALL).encode(),
        form(WHENMODIFIED="09/14/2026 11:00:00"),
    ]
    types = ["application/x-www-form-urlencoded"] * 4
    types[2] = "application/json"

    inbox = {
        event.identity: event
        for event in (
            parse_smart_event(body, kind) for body, kind in zip(calls, types, strict=True)
        )
    }

    assert [event.fields["WHENMODIFIED"] for event in inbox.values()] == [
        "09/14/2026 10:11:12",
        "09/14/2026 11:00:00",
    ]


@pytest.mark.requirement("S204")
def test_what_a_person_enters_is_what_is_read_back() -> None:
    for hook in HOOKS:
        entered = hook.body
        # What Intacct does: each place takes the record's own value.
        for at, name in enumerate((hook.key, *hook.fields)):
            entered = entered.replace(f"{{!{hook.object}.{name}!}}", quote(f"value {at}"))

        event = parse_smart_event(entered.encode(), hooks=HOOKS)

        assert (event.object, event.topic, event.key) == (
            hook.object,
            hook.topic,
            "value 0",
        )
        assert tuple(event.fields) == hook.fields


@pytest.mark.parametrize(
    "changes",
    [
        {"object": "EMPLOYEE_SECRET", "topic": "ADD_CUSTOMER"},
        {"topic": "DELETE_CUSTOMER"},
        {"CREDITLIMIT": "1000000"},
    ],
)
def test_what_was_not_set_up_is_refused(changes: dict[str, str]) -> None:
    with pytest.raises(BrokenReplyError, match=r"not (set up|asked for)"):
        parse_smart_event(form(**changes), hooks=HOOKS)


def test_a_call_without_the_token_is_not_looked_at() -> None:
    token = Secret(AGREED["token"])

    with pytest.raises(AuthenticationError) as caught:
        parse_smart_event(form(**GUESSED), token=token)
    taken = parse_smart_event(form(**AGREED), token=token)

    assert "canary" not in f"{caught.value}{taken!r}{dict(taken.fields)}"
    assert taken.identity == parse_smart_event(form()).identity


_NESTED = b"[" * 100_000
_BOMB = (
    b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><event>&b;</event>'
)
_FILE = (
    b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><event><key>&x;</key></event>'
)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", "application/x-www-form-urlencoded"),
        (b"no pairs at all", "application/x-www-form-urlencoded"),
        (b"object=CUSTOMER&topic=ADD&key=%ff", "application/x-www-form-urlencoded"),
        (b"\xff\xfe", "application/x-www-form-urlencoded"),
        (form() + b"&key=C-18", "application/x-www-form-urlencoded"),
        (form(key=""), "application/x-www-form-urlencoded"),
        (form(key="C\r\n17"), "application/x-www-form-urlencoded"),
        (form(key="{!CUSTOMER.CUSTOMERID!}"), "application/x-www-form-urlencoded"),
        (form(object="../CUSTOMER"), "application/x-www-form-urlencoded"),
        (form(**{"a b": "1"}), "application/x-www-form-urlencoded"),
        (
            b"&".join(b"a%d=1" % at for at in range(300)),
            "application/x-www-form-urlencoded",
        ),
        (form(NAME="x" * 300_000), "application/x-www-form-urlencoded"),
        (_NESTED, "application/json"),
        (b'{"object":' * 50_000, "application/json"),
        (b'{"object": "A", "object": "B"}', "application/json"),
        (json.dumps({**CALL, "more": {"deep": 1}}).encode(), "application/json"),
        (json.dumps({**CALL, "more": float("nan")}).encode(), "application/json"),
        (json.dumps([CALL]).encode(), "application/json"),
        (b"{", "application/json"),
        (_BOMB, "text/xml"),
        (_FILE, "application/xml"),
        (b"<event><a><b/></a></event>", "text/xml"),
        (b"<event", "text/xml"),
        (form(), "multipart/form-data"),
        (form(), ""),
    ],
)
def test_a_hostile_or_broken_call_is_refused_in_bounded_memory(
    body: bytes, content_type: str
) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(BrokenReplyError) as caught:
            parse_smart_event(body, content_type)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert most < 8 * 2**20
    assert len(str(caught.value)) < 1000


@given(
    body=st.binary(max_size=300),
    content_type=st.sampled_from(
        ["application/x-www-form-urlencoded", "application/json", "text/xml", "x"]
    ),
)
def test_whatever_comes_is_an_event_or_one_error_of_ours(
    body: bytes, content_type: str
) -> None:
    try:
        event = parse_smart_event(body, content_type)
    except SageConnectError:
        return
    assert event.key


def test_an_entry_of_intacct_s_own_log_is_an_event_too() -> None:
    entry = Record(
        "smarteventlog",
        {
            "recordno": "7",
            "smartlinkid": "3",
            "topic": "ADD_SODOCUMENT",
            "ownerobject": "SODOCUMENT",
            "timestamp": "09/14/2026 10:11:12",
            "userid": "jsmith",
            "objectkey": "Sales Invoice-INV17",
        },
    )

    event = logged_event(entry)

    assert (event.object, event.topic, event.key) == (
        "SODOCUMENT",
        "ADD_SODOCUMENT",
        "Sales Invoice-INV17",
    )
    assert event.fields["recordno"] == "7"


def test_a_hook_of_one_s_own_names_its_fields() -> None:
    hook = SmartHook(object="GL_MINE", key="id", topic="ADD_GL_MINE", fields=())

    assert hook.body == "object=GL_MINE&topic=ADD_GL_MINE&key={!GL_MINE.id!}"

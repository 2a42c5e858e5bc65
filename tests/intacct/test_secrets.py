"""What opens doors is told to nobody: no log, no text, no traceback, no pickle."""

import contextlib
import logging
import pickle
import traceback
from collections.abc import Iterator
from typing import Any

import pytest

from sage_connect.errors import SageConnectError
from sage_connect.intacct import AsyncSageIntacct, Credentials, SageIntacct, query
from sage_connect.intacct.functions import ClassCreate, CompanyPrefsGet

from .answering import (
    NOW,
    Answer,
    Asked,
    ScriptedGateway,
    cut,
    error,
    errors,
    failed,
    http,
    not_signed_in,
    operation,
    plain,
    result,
    turned_away,
)
from .conftest import Drive

CANARY = "canary-"
CREDENTIALS = Credentials(
    sender_id=f"{CANARY}sender",
    sender_password=f"{CANARY}sender-<pass>&word",
    company_id="acme",
    user_id=f"{CANARY}user",
    user_password=f"{CANARY}user-password",
    client_id=f"{CANARY}client",
)
WRITE = ClassCreate(class_id="C", class_name="Class", control_id="key")


def echo(status: int, kind: str = "text/html") -> Answer:
    """What a proxy likes to do: show the request that it could not deliver."""
    return lambda asked: http(b"<pre>" + asked.body + b"</pre>", status, kind)


def echoed_in_xml(asked: Asked) -> bytes:
    secrets = "".join(
        f"<{name}>{asked.text(path)}</{name}>".replace("&", "&amp;").replace("<pass>", "")
        for name, path in (
            ("senderid", "control/senderid"),
            ("password", "control/password"),
            ("sessionid", "operation/authentication/sessionid"),
        )
    )
    refusal = errors(error("XX", "no"), secrets)
    return http(
        f"<response><control><status>failure</status></control>{refusal}</response>"
    )


def torn(asked: Asked) -> bytes:
    return http(asked.body[:-40])


ANSWERS: dict[str, list[Answer]] = {
    "cut": [cut] * 9,
    "echo 400": [echo(400)],
    "echo 403": [echo(403, "text/plain")],
    "echo 502": [echo(502)] * 9,
    "echo 200": [echo(200, "text/xml")] * 9,
    "the request itself": [lambda asked: http(asked.body)] * 9,
    "torn": [torn] * 9,
    "echoed in XML": [echoed_in_xml] * 3,
    "refused": [failed(error("BL01001973", "no"))],
    "not signed in": [not_signed_in(error("XL03000006", "no"))] * 9,
    "turned away": [turned_away(error("XL03000006", "no"))] * 9,
    "429": [plain(429)] * 9,
    "another's": [lambda asked: http(operation(asked, result(asked, id="x")))],
}


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """Every line that anybody logs."""
    told: list[str] = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            told.append(f"{record.getMessage()} {record.__dict__}")

    root, before = logging.getLogger(), logging.getLogger().level
    keeper = Keeper(level=0)
    root.addHandler(keeper)
    root.setLevel(0)
    yield told
    root.removeHandler(keeper)
    root.setLevel(before)


def everything(failure: BaseException) -> str:
    """All that can be seen of an error and of those that it comes from."""
    seen: list[str] = [
        "".join(traceback.format_exception(failure)),
        "".join(traceback.TracebackException.from_exception(failure).format()),
    ]
    one: BaseException | None = failure
    while one is not None:
        seen += [repr(one), str(one), repr(vars(one))]
        with contextlib.suppress(TypeError):
            seen.append(repr(pickle.dumps(one)))
        one = one.__cause__ or one.__context__
    return "\n".join(seen)


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("function", [WRITE, CompanyPrefsGet(application="GL")])
def test_no_failure_tells_what_opens_doors(
    gateway: ScriptedGateway, drive: Drive, lines: list[str], name: str, function: Any
) -> None:
    gateway.script = list(ANSWERS[name])

    with pytest.raises(SageConnectError) as caught:
        drive(gateway.service(CREDENTIALS).one(function))

    assert any(CANARY in one.body.decode() for one in gateway.asked)
    assert CANARY not in everything(caught.value)
    assert [line for line in lines if CANARY in line] == []
    assert any("xmlgw.phtml" in line for line in lines)


@pytest.mark.parametrize("name", ANSWERS)
def test_no_failure_of_a_sign_in_does(
    gateway: ScriptedGateway, drive: Drive, lines: list[str], name: str
) -> None:
    gateway.sign_in = list(ANSWERS[name])

    with pytest.raises(SageConnectError) as caught:
        drive(gateway.service(CREDENTIALS).one(WRITE))

    assert CANARY not in everything(caught.value)
    assert [line for line in lines if CANARY in line] == []


def test_nothing_that_a_caller_holds_does(gateway: ScriptedGateway, drive: Drive) -> None:
    service = gateway.service(CREDENTIALS)
    response = drive(service.execute([WRITE]))
    session = drive(service._sessions.current(None, None))
    opened: list[Any] = [
        SageIntacct(CREDENTIALS, gateway=gateway.url, patience=NOW),
        AsyncSageIntacct(CREDENTIALS, gateway=gateway.url, patience=NOW),
    ]

    seen = [
        repr(one)
        for one in (
            CREDENTIALS,
            CREDENTIALS.client(),
            service,
            vars(service),
            response,
            session,
            session.client,
            service._sessions._sessions,
            opened,
            [one.api for one in opened],
            opened[0].api.query(query("CLASS").select("CLASSID")),
        )
    ]

    assert [one for one in seen if CANARY in one] == []


@pytest.mark.parametrize("held", [CREDENTIALS, CREDENTIALS.client()], ids=type)
def test_nothing_that_opens_doors_can_be_pickled(held: Any) -> None:
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(held)

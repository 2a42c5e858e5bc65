"""What surrounds functions: letter by letter as the gateway wants it."""

import json
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from sage_connect.errors import ConfigurationError
from sage_connect.intacct import envelope, functions
from sage_connect.intacct.credentials import Credentials
from sage_connect.intacct.envelope import (
    ClientConfig,
    ControlBlock,
    LoginAuthentication,
    OperationBlock,
    RequestBlock,
    RequestConfig,
)
from sage_connect.intacct.service import Service
from sage_connect.plan import Reply, Secret
from sage_connect.testing import ScriptedDriver

SENDER = {"sender_id": "vendor", "sender_password": "pass&word<"}
USER = {"company_id": "acme", "user_id": "api user", "user_password": "user>pass"}
SDKS: dict[str, Any] = {"show_additional_error_info": None}
"""What Sage's own SDKs leave out."""


def text_of(block: Any) -> str:
    return str(block.sealed().open())


def test_a_control_block_has_its_parts_in_the_order_of_the_schema() -> None:
    config = RequestConfig(control_id="c 1", unique_id=True, policy_id="nightly")

    text = text_of(ControlBlock(ClientConfig(**SENDER), config))

    assert text == (
        "<control><senderid>vendor</senderid><password>pass&amp;word&lt;</password>"
        "<controlid>c 1</controlid><uniqueid>true</uniqueid><dtdversion>3.0</dtdversion>"
        "<policyid>nightly</policyid><includewhitespace>false</includewhitespace>"
        "<showadditionalerrorinfo>true</showadditionalerrorinfo></control>"
    )


def test_what_surrounds_an_envelope_is_stated_though_the_gateway_has_a_default() -> None:
    tree = etree.fromstring(text_of(ControlBlock(ClientConfig(**SENDER))))

    told = {one.tag: one.text for one in tree if one.tag not in {"senderid", "password"}}

    assert told.pop("controlid")
    assert told == {
        "uniqueid": "false",
        "dtdversion": "3.0",
        "includewhitespace": "false",
        "showadditionalerrorinfo": "true",
    }


@pytest.mark.parametrize(
    ("entity", "written"),
    [
        (None, ""),
        ("", "<locationid/>"),
        ("E&1", "<locationid>E&amp;1</locationid>"),
    ],
    ids=["left to the user", "top level", "entity"],
)
@pytest.mark.requirement("S202")
def test_a_login_names_its_level(entity: str | None, written: str) -> None:
    text = text_of(
        LoginAuthentication(
            user_id="api user",
            company_id="acme",
            password="secret",  # noqa: S106
            client_id="client",
            entity_id=entity,
        )
    )

    assert text == (
        "<authentication><login><userid>api user</userid><companyid>acme</companyid>"
        f"<password>secret</password><clientid>client</clientid>{written}"
        "</login></authentication>"
    )


def test_a_session_stands_in_place_of_a_login() -> None:
    client = ClientConfig(**SENDER, **USER, session_id="abc..")
    config = RequestConfig(transaction=True)

    text = text_of(
        OperationBlock(
            client_config=client,
            request_config=config,
            content=[functions.ApiSessionCreate(control_id="f1")],
        )
    )

    assert text == (
        '<operation transaction="true"><authentication><sessionid>abc..</sessionid>'
        '</authentication><content><function controlid="f1"><getAPISession/></function>'
        "</content></operation>"
    )


def test_a_request_is_utf_8_with_a_declaration() -> None:
    client = ClientConfig(sender_id="vendor", sender_password="pÄss", session_id="s")  # noqa: S106
    block = RequestBlock(client_config=client, content=[])

    sent = block.document().open().encode()

    assert sent.startswith(b'<?xml version="1.0" encoding="UTF-8"?><request><control>')
    assert etree.fromstring(sent).findtext("control/password") == "pÄss"


@pytest.mark.requirement("S185", "S192")
def test_names_are_sent_as_typed() -> None:
    client = ClientConfig(
        sender_id="XT_mfg", sender_password="p", company_id="A", user_id=" API alias ",  # noqa: S106
        user_password="p",  # noqa: S106
    )  # fmt: skip

    tree = etree.fromstring(text_of(RequestBlock(client_config=client, content=[])))

    assert tree.findtext("control/senderid") == "XT_mfg"
    assert tree.findtext(".//userid") == " API alias "


@pytest.mark.parametrize("length", [0, 257, 300])
def test_a_control_id_has_1_to_256_characters(length: int) -> None:
    config = RequestConfig(control_id="x" * length)

    with pytest.raises(ConfigurationError, match=f"found {length}") as caught:
        ControlBlock(ClientConfig(**SENDER), config)
    longest = ControlBlock(ClientConfig(**SENDER), RequestConfig(control_id="x" * 256))

    assert caught.value.code == "SC-IN-CONTROL-ID"
    assert f"<controlid>{'x' * 256}</controlid>" in text_of(longest)


@pytest.mark.parametrize(
    "given",
    [
        {"sender_id": ""},
        {"sender_password": ""},
        {"company_id": " "},
        {"user_id": ""},
        {"user_password": ""},
    ],
    ids=lambda given: next(iter(given)),
)
def test_what_is_missing_is_named(given: dict[str, str]) -> None:
    client = ClientConfig(**{**SENDER, **USER, **given})

    with pytest.raises(ConfigurationError, match=next(iter(given))):
        RequestBlock(client_config=client, content=[])


@pytest.mark.parametrize("name", [*SENDER, *USER])
def test_a_control_character_is_refused_without_showing_what_it_is_in(name: str) -> None:
    client = {**SENDER, **USER, name: "canary\x07"}

    with pytest.raises(ConfigurationError, match=name) as caught:
        text_of(RequestBlock(client_config=ClientConfig(**client), content=[]))

    assert "canary" not in f"{caught.value!r} {caught.value}"


def test_the_name_of_a_policy_has_at_most_40_characters() -> None:
    with pytest.raises(ConfigurationError, match="41"):
        ControlBlock(ClientConfig(**SENDER), RequestConfig(policy_id="p" * 41))


def test_an_envelope_shows_no_secret() -> None:
    client = ClientConfig(
        sender_id="canary", sender_password="canary", company_id="acme", user_id="canary",  # noqa: S106
        user_password="canary", client_id="canary",  # noqa: S106
    )  # fmt: skip
    signed = ClientConfig(**SENDER, session_id="canary")

    shown = [
        str(form(block))
        for block in (
            RequestBlock(client_config=client, content=[]),
            RequestBlock(client_config=signed, content=[]),
        )
        for form in (repr, lambda one: one.sealed(), lambda one: repr(one.document()))
    ]

    assert [text for text in shown if "canary" in text] == []


class TestCases:
    """Sage's own cases, with the options of its SDKs set explicitly."""

    def test_each_is_as_expected(self, spec: Path) -> None:
        found = json.loads((spec / "intacct/cases/envelope.json").read_text("utf-8"))
        wrong = [case["id"] for case in found if not self._holds(case)]

        assert len(found) > 10
        assert wrong == []

    def _holds(self, case: dict[str, Any]) -> bool:
        if case["operation"] == "must-refuse":
            try:
                self._done(case["input"])
            except Exception as error:  # noqa: BLE001 - any is looked at
                return type(error).__module__ == "sage_connect.errors"
            return False
        text = text_of(self._made(case["input"]))
        return bool(self._shape(text) == self._shape(case["expected_xml"]))

    def _done(self, given: dict[str, Any]) -> None:
        if given["_type"] != "RequestHandler":
            text_of(self._made(given))
            return
        client = given["client_config"]
        credentials = Credentials(
            sender_id=client["sender_id"],
            sender_password=client["sender_password"],
            company_id=client.get("company_id", "acme"),
            user_id=client.get("user_id", "user"),
            user_password=client.get("user_password", "password"),
        )
        service = Service(credentials)
        content = [functions.ApiSessionCreate()]
        for verb, _ in given["_calls"]:
            if verb == "execute_offline":
                ScriptedDriver().drive(service.queue(content, control_id="c"))
                continue
            (reply,) = client["mock_handler"]["arg0"]
            answer = Reply(
                status=reply["arg0"],
                body=reply["arg2"].encode(),
                headers=(("content-type", reply["arg1"]["Content-Type"]),),
            )
            ScriptedDriver(answer).drive(service.execute(content))

    def _made(self, given: Any) -> Any:
        if isinstance(given, list):
            return [self._made(one) for one in given]
        if not isinstance(given, dict):
            return given
        fields = {name: self._made(one) for name, one in given.items() if name != "_type"}
        kind = getattr(envelope, given["_type"], None)
        if kind is RequestConfig:
            fields |= SDKS
        return (kind or getattr(functions, given["_type"]))(**fields)

    def _shape(self, text: str) -> Any:
        def shape(element: Any) -> Any:
            return (
                element.tag,
                dict(element.attrib),
                element.text or "",
                [shape(one) for one in element],
            )

        return shape(etree.fromstring(text))


def test_a_secret_may_be_given_as_one() -> None:
    client = ClientConfig(sender_id="vendor", sender_password=Secret("word"))

    assert "<password>word</password>" in text_of(ControlBlock(client))

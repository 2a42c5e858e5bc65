"""Who signs in, and where: from arguments, the environment, an INI file."""

import pickle

import pytest

from sage_connect.errors import ConfigurationError
from sage_connect.intacct.credentials import (
    GATEWAY,
    Credentials,
    Endpoints,
    endpoint_of,
)

ENVIRONMENT = {
    "INTACCT_SENDER_ID": "vendor",
    "INTACCT_SENDER_PASSWORD": "canary-1",
    "INTACCT_COMPANY_ID": "acme",
    "INTACCT_USER_ID": "api",
    "INTACCT_USER_PASSWORD": "canary-2",
}
INI = """
; profiles of this machine
[default]
sender_id = "vendor"
sender_password = "canary;=%(x)s # 1"
company_id = acme ; the usual one
user_id = api
user_password = canary-2
endpoint_url = "https://na12.intacct.com/ia/xml/xmlgw.phtml"

[other]
company_id = other
entity_id =
user_id = "someone"
user_password = 'canary-3'
"""


def told(credentials: Credentials) -> tuple[str, ...]:
    return (
        credentials.sender_id,
        credentials.sender_password.reveal(),
        credentials.company_id,
        credentials.user_id,
        credentials.user_password.reveal(),
    )


@pytest.mark.requirement("S191", "S199")
def test_the_environment_gives_all_of_it() -> None:
    found = Credentials.from_environment(ENVIRONMENT)

    assert told(found) == ("vendor", "canary-1", "acme", "api", "canary-2")
    assert found.entity_id is None


def test_an_entity_that_is_set_and_empty_is_the_top_level() -> None:
    found = Credentials.from_environment({**ENVIRONMENT, "INTACCT_ENTITY_ID": ""})

    assert found.entity_id == ""


def test_a_profile_is_read_as_php_reads_it() -> None:
    found = Credentials.from_ini(INI)

    assert told(found) == ("vendor", "canary;=%(x)s # 1", "acme", "api", "canary-2")


def test_the_sender_and_the_company_may_come_from_different_places() -> None:
    environment = {
        "INTACCT_SENDER_ID": "mine",
        "INTACCT_SENDER_PASSWORD": "canary-9",
        "INTACCT_COMPANY_PROFILE": "other",
    }

    found = Credentials.from_environment(environment, INI)

    assert told(found) == ("mine", "canary-9", "other", "someone", "canary-3")
    assert found.entity_id == ""


def test_a_part_is_never_mixed_of_both() -> None:
    environment = {"INTACCT_SENDER_ID": "mine"}

    with pytest.raises(ConfigurationError, match="INTACCT_SENDER_PASSWORD"):
        Credentials.from_environment(environment, INI)


def test_all_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(ConfigurationError) as caught:
        Credentials.from_environment({"INTACCT_COMPANY_ID": "acme"})

    assert caught.value.message == (
        "missing to sign in to Sage Intacct: INTACCT_SENDER_ID, INTACCT_SENDER_PASSWORD, "
        "INTACCT_USER_ID, INTACCT_USER_PASSWORD"
    )
    assert caught.value.code == "SC-IN-CREDENTIALS"


@pytest.mark.parametrize(
    "text",
    [
        "[a]\nuser_password = canary\nuser_password = canary",
        "user_password = canary",
        "[a\nuser_password canary",
    ],
    ids=["twice", "without a section", "torn"],
)
def test_a_file_that_cannot_be_read_is_told_without_its_lines(text: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Credentials.from_ini(text, "a")

    assert "canary" not in f"{caught.value!r} {caught.value}"
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)


def test_a_profile_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(ConfigurationError, match="found default, other"):
        Credentials.from_ini(INI, "missing")


def test_the_gateway_comes_from_the_environment_a_profile_or_is_sages_own() -> None:
    url = "https://na1.intacct.com/ia/xml/xmlgw.phtml"

    found = [
        endpoint_of({"INTACCT_ENDPOINT_URL": url}, INI),
        endpoint_of({}, INI),
        endpoint_of({"INTACCT_PROFILE": "other"}, INI),
    ]

    assert found == [url, "https://na12.intacct.com/ia/xml/xmlgw.phtml", GATEWAY]


@pytest.mark.requirement("S197")
@pytest.mark.parametrize(
    "url",
    [
        "https://na12.intacct.com/ia/xml/xmlgw.phtml",
        "https://NA12.Intacct.COM./ia/xml/xmlgw.phtml",
        "https://api.intacct.com:443/x",
        "",
    ],
)
def test_a_session_is_used_within_sages_domain(url: str) -> None:
    assert Endpoints().session_endpoint(url) == (url or GATEWAY)


HOSTILE = [
    "https://intacct.com.evil.example/x",
    "https://evilintacct.com/x",
    "https://intacct.com/x",
    "http://api.intacct.com/x",
    "https://api.intacct.com@evil.example/x",
    "https://evil.example\\.intacct.com/x",
    "https://evil.example/?.intacct.com",
    "https://evil.example#.intacct.com",
    "https://.intacct.com/x",
    "https://a b.intacct.com/x",
    "https://evil.example\n.intacct.com/x",
    "https://na1.intacct.com:port/x",
    "https://\uff49ntacct.com/x",
    "//api.intacct.com/x",
    "ftp://api.intacct.com/x",
    "http://127.0.0.1:1/x",
    "api.intacct.com",
]


@pytest.mark.requirement("S197")
@pytest.mark.parametrize("url", HOSTILE)
def test_a_session_is_never_used_elsewhere(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Endpoints().session_endpoint(url)

    assert caught.value.code == "SC-IN-ENDPOINT"


@pytest.mark.parametrize("url", [one for one in HOSTILE if "127.0.0.1" not in one])
def test_nor_is_a_session_asked_for_elsewhere(url: str) -> None:
    with pytest.raises(ConfigurationError):
        Endpoints(gateway=url)


def test_a_simulator_of_this_machine_is_named_by_the_gateway_and_stays_on_it() -> None:
    endpoints = Endpoints(gateway="http://127.0.0.1:8080/ia/xml/xmlgw.phtml")
    other = "http://localhost:8081/ia/xml/xmlgw.phtml"

    assert endpoints.session_endpoint(other) == other
    for url in ("http://192.0.2.1/x", "http://127.0.0.1.evil.example/x"):
        with pytest.raises(ConfigurationError):
            endpoints.session_endpoint(url)


def test_another_host_is_trusted_by_name_and_by_https_alone() -> None:
    endpoints = Endpoints(trusted_hosts=["Proxy.Example."])

    assert endpoints.session_endpoint("https://proxy.example/x")
    for url in ("http://proxy.example/x", "https://sub.proxy.example/x"):
        with pytest.raises(ConfigurationError):
            endpoints.session_endpoint(url)


def test_an_address_is_shown_without_a_password_in_it() -> None:
    with pytest.raises(ConfigurationError) as caught:
        Endpoints(gateway="https://user:canary@evil.example/x?key=canary")

    assert "canary" not in str(caught.value)


def test_credentials_show_and_pickle_no_secret() -> None:
    found = Credentials(
        sender_id="canary-a",
        sender_password="canary-b",  # noqa: S106
        company_id="acme",
        user_id="canary-c",
        user_password="canary-d",  # noqa: S106
        client_id="canary-e",
    )

    assert "canary" not in repr(found)
    with pytest.raises(TypeError):
        pickle.dumps(found)

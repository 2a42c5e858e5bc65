"""Sessions: one for each level, pinned to its endpoint, renewed before and after."""

import asyncio
import datetime as dt

import attrs
import pytest

from sage_connect.drive import AwaitingDriver
from sage_connect.errors import (
    AuthenticationError,
    BrokenReplyError,
    ConfigurationError,
    NotSentError,
    OutcomeUnknownError,
)
from sage_connect.intacct.credentials import Endpoints
from sage_connect.intacct.functions import CompanyPrefsGet, LocationUpdate
from sage_connect.intacct.gateway import Patience
from sage_connect.intacct.service import Service
from sage_connect.intacct.session import Session
from sage_connect.intacct.wire.reply import Authentication
from sage_connect.plan import Reply, Secret, Send
from sage_connect.testing import ScriptedDriver
from sage_connect.testing.scripted import NOON

from .answering import (
    CREDENTIALS,
    Asked,
    ScriptedGateway,
    cut,
    error,
    failed,
    http,
    not_signed_in,
    operation,
    plain,
    result,
    signed_in,
    turned_away,
)
from .conftest import Drive

READ = CompanyPrefsGet(application="GL")
WRITE = LocationUpdate(location_id="L1", location_name="new", control_id="key-1")


def minutes(count: float) -> dt.timedelta:
    return dt.timedelta(minutes=count)


def test_a_session_is_asked_for_once_and_alone(
    gateway: ScriptedGateway, drive: Drive
) -> None:
    service = gateway.service()

    for _ in range(3):
        drive(service.one(READ))

    assert [one.names for one in gateway.asked] == [
        ["getAPISession"],
        *[["get_companyprefs"]] * 3,
    ]
    assert [one.session for one in gateway.sent] == ["canary-session-1"] * 3
    assert gateway.asked[0].text("operation/authentication/login/userid") == "api user"


@pytest.mark.requirement("S202")
def test_each_level_has_a_session_of_its_own(
    gateway: ScriptedGateway, drive: Drive
) -> None:
    service = gateway.service(attrs.evolve(CREDENTIALS, entity_id="E1"))

    for entity in ("", None, "E2", "", "E2"):
        drive(service.one(READ, entity=entity))
    drive(service.one(READ))

    logins = [
        one.text("operation/authentication/login/locationid")
        for one in gateway.asked
        if one.names == ["getAPISession"]
    ]
    assert logins == ["", None, "E2", "E1"]
    assert [str(one.session)[-1] for one in gateway.sent] == ["1", "2", "3", "1", "3", "4"]


def test_coroutines_that_want_a_session_at_once_share_one(
    gateway: ScriptedGateway,
) -> None:
    service = gateway.service()

    async def all_at_once() -> None:
        driver = AwaitingDriver()
        await asyncio.gather(*(driver.drive(service.one(READ)) for _ in range(8)))
        await driver.close()

    asyncio.run(all_at_once())

    assert gateway.counted == {"getAPISession": 1, "get_companyprefs": 8}


@pytest.mark.requirement("S197")
def test_a_session_is_used_at_the_endpoint_that_came_with_it(drive: Drive) -> None:
    with ScriptedGateway() as own, ScriptedGateway() as other:
        own.endpoint = own.url.replace("xmlgw", "other")

        drive(own.service().one(READ))

        assert [one.head.split()[1] for one in own.asked] == [
            "/ia/xml/xmlgw.phtml",
            "/ia/xml/other.phtml",
        ]
        assert other.asked == []


@pytest.mark.requirement("S197")
@pytest.mark.parametrize("host", ["https://evil.example", "http://192.0.2.1"])
def test_a_session_is_not_carried_to_a_foreign_endpoint(
    gateway: ScriptedGateway, drive: Drive, host: str
) -> None:
    gateway.endpoint = f"{host}/ia/xml/xmlgw.phtml"

    with pytest.raises(ConfigurationError) as caught:
        drive(gateway.service().one(WRITE))

    assert caught.value.code == "SC-IN-ENDPOINT"
    assert gateway.sent == []


@pytest.mark.parametrize(
    "refusal",
    [
        not_signed_in(error("XL03000006", "Session has expired")),
        turned_away(error("XL03000006", "Invalid session"), status=401),
    ],
    ids=["authentication", "control"],
)
def test_a_session_that_is_refused_is_renewed_and_nothing_is_done_twice(
    gateway: ScriptedGateway, drive: Drive, refusal: object
) -> None:
    service = gateway.service()
    gateway.script = [refusal]  # type: ignore[list-item]  # an answer

    answer = drive(service.one(WRITE))

    assert answer.is_success
    assert [one.session for one in gateway.sent] == ["canary-session-1", "canary-session-2"]
    assert [one.ids for one in gateway.sent] == [["key-1"], ["key-1"]]


def test_a_user_who_may_not_sign_in_is_not_asked_again_and_again(
    gateway: ScriptedGateway, drive: Drive
) -> None:
    refusal = not_signed_in(error("XL03000006", "Sign-in information is incorrect"))
    gateway.script = [refusal] * 9

    with pytest.raises(AuthenticationError) as caught:
        drive(gateway.service().one(READ))

    assert caught.value.code == "SC-IN-SIGN-IN"
    assert len(gateway.sent) == 3


def life(begin: dt.datetime | None, end: dt.datetime | None) -> Authentication:
    return Authentication(status="success", session_timestamp=begin, session_timeout=end)


class TestExpiry:
    """By Sage's clock, however far ours is off."""

    SESSION = Session(id=Secret("s"), endpoint="http://x")

    @pytest.mark.parametrize("off", [minutes(0), minutes(90), -minutes(3000)])
    def test_each_use_puts_the_end_off(self, off: dt.timedelta) -> None:
        sage = NOON + off
        begun = self.SESSION.begun(life(sage, sage + minutes(30)), NOON)
        used = begun.used(
            # That the first time moves too, or does not, makes no difference.
            life(sage, sage + minutes(50)),
            NOON + minutes(20),
        )

        assert begun.is_good(NOON + minutes(29))
        assert not begun.is_good(NOON + minutes(30))
        assert used.is_good(NOON + minutes(49))
        assert not used.is_good(NOON + minutes(50))

    def test_an_answer_that_does_not_tell_puts_it_off_as_the_first_one_told(self) -> None:
        begun = self.SESSION.begun(life(NOON, NOON + minutes(30)), NOON)

        used = begun.used(None, NOON + minutes(10))

        assert used.is_good(NOON + minutes(39))
        assert not used.is_good(NOON + minutes(40))

    @pytest.mark.parametrize(
        "said",
        [
            None,
            life(None, None),
            life(NOON, NOON - minutes(1)),
            life(NOON, NOON + dt.timedelta(days=600)),
        ],
        ids=["nothing", "no times", "ended before", "years"],
    )
    def test_what_cannot_be_is_not_believed(self, said: Authentication | None) -> None:
        begun = self.SESSION.begun(said, NOON)

        assert begun.used(said, NOON) == self.SESSION
        assert begun.is_good(NOON + minutes(10_000))

    def test_of_a_short_one_half_is_used(self) -> None:
        begun = self.SESSION.begun(life(None, NOON + minutes(0.5)), NOON)

        assert begun.is_good(NOON + minutes(0.24))
        assert not begun.is_good(NOON + minutes(0.25))


def test_a_session_is_renewed_before_it_ends() -> None:
    driver = ScriptedDriver(*[_scripted] * 5)
    service = Service(CREDENTIALS, Endpoints(gateway="http://127.0.0.1:1"))

    driver.drive(service.one(READ))
    driver.now += minutes(15)
    driver.drive(service.one(READ))
    driver.now += minutes(31)
    driver.drive(service.one(READ))

    assert [name for step in driver.asked if (name := _name(step))] == [
        "getAPISession",
        "get_companyprefs",
        "get_companyprefs",
        "getAPISession",
        "get_companyprefs",
    ]


def _scripted(step: Send) -> Reply:
    assert not isinstance(step.body, bytes)
    asked = Asked(b"", step.body.open().encode())
    auth = signed_in().replace(
        "</auth",
        "<sessiontimestamp>2020-01-01T00:00:00-08:00</sessiontimestamp>"
        "<sessiontimeout>2020-01-01T00:30:00-08:00</sessiontimeout></auth",
    )
    if asked.names != ["getAPISession"]:
        return Reply(status=200, body=operation(asked, result(asked)).encode())
    api = "<data><api><sessionid>s</sessionid><endpoint/><locationid/></api></data>"
    return Reply(
        status=200, body=operation(asked, result(asked, 0, api), auth=auth).encode()
    )


def _name(step: object) -> str:
    if not isinstance(step, Send) or isinstance(step.body, bytes):
        return ""
    return Asked(b"", step.body.open().encode()).names[0]


@pytest.mark.parametrize(
    "answer",
    [cut, plain(503), plain(200, "<html>"), plain(524)],
    ids=["cut", "503", "html", "524"],
)
def test_a_session_is_asked_for_again_whatever_became_of_the_first_answer(
    gateway: ScriptedGateway, drive: Drive, answer: object
) -> None:
    gateway.sign_in = [answer]  # type: ignore[list-item]  # an answer

    drive(gateway.service().one(WRITE))

    assert gateway.counted == {"getAPISession": 2, "update": 1}


def test_what_a_session_was_wanted_for_did_not_leave(
    gateway: ScriptedGateway, drive: Drive
) -> None:
    gateway.sign_in = [cut] * 4

    with pytest.raises(NotSentError) as caught:
        drive(gateway.service().one(WRITE))

    assert "nothing was sent" in caught.value.message
    assert gateway.sent == []


def test_a_write_whose_answer_was_lost_is_unknown_though_no_new_session_is_had(
    gateway: ScriptedGateway, drive: Drive
) -> None:
    service = gateway.service()
    drive(service.one(READ))
    gateway.script = [cut, not_signed_in(error("XL03000006", "Session has expired"))]
    gateway.sign_in = [not_signed_in(error("XL03000006", "locked"))]

    with pytest.raises(OutcomeUnknownError) as caught:
        drive(service.one(WRITE))

    assert isinstance(caught.value.__cause__, AuthenticationError)


@pytest.mark.requirement("S190")
def test_another_entity_than_was_asked_for_is_refused(
    gateway: ScriptedGateway, drive: Drive
) -> None:
    gateway.sign_in = [lambda asked: gateway.session(asked, locationid="E1")]

    with pytest.raises(AuthenticationError) as caught:
        drive(gateway.service().one(WRITE, entity=""))

    assert caught.value.code == "SC-IN-ENTITY"
    assert "the top level was asked for, and Sage signed in to the entity E1" in str(
        caught.value
    )
    assert gateway.sent == []


@pytest.mark.parametrize("changed", [{"companyid": "other"}, {"locationid": "E2"}])
def test_the_answer_of_another_company_or_entity_is_not_taken(
    gateway: ScriptedGateway, drive: Drive, changed: dict[str, str]
) -> None:
    def foreign(asked: Asked) -> bytes:
        return http(operation(asked, result(asked), auth=signed_in(**changed)))

    gateway.script = [foreign, foreign]

    with pytest.raises(BrokenReplyError) as caught:
        drive(gateway.service().one(READ, entity="E1"))
    with pytest.raises(OutcomeUnknownError) as lost:
        drive(gateway.service().one(WRITE, entity="E1"))

    assert (caught.value.code, lost.value.code) == ("SC-IN-ECHO", "SC-IN-ECHO")
    assert len(gateway.sent) == 2


def test_a_console_may_be_answered_by_its_clients_name(
    gateway: ScriptedGateway, drive: Drive
) -> None:
    credentials = attrs.evolve(CREDENTIALS, company_id="console|ACME")

    assert drive(gateway.service(credentials).one(READ)).is_success


def test_a_refused_session_tells_why(gateway: ScriptedGateway, drive: Drive) -> None:
    gateway.sign_in = [failed(error("Get API Session Failed", "No such location"))]

    with pytest.raises(AuthenticationError, match="No such location") as caught:
        drive(gateway.service().one(READ))

    assert caught.value.code == "SC-IN-SESSION"


@pytest.mark.parametrize("said", ["", "<data/>", "<data><api><sessionid/></api></data>"])
def test_an_answer_without_a_session_is_told(
    gateway: ScriptedGateway, drive: Drive, said: str
) -> None:
    gateway.sign_in = [lambda asked: http(operation(asked, result(asked, 0, said)))]

    with pytest.raises(NotSentError, match="holds none"):
        drive(gateway.service().one(READ))


def test_health_says_what_is_the_matter(gateway: ScriptedGateway, drive: Drive) -> None:
    service = gateway.service(patience=Patience())
    gateway.sign_in = [
        gateway.session,
        not_signed_in(error("XL03000006", "locked")),
        plain(429),
        plain(503),
    ]

    found = [drive(service.health()).state.value for _ in range(4)]

    assert found == ["ok", "reauth_needed", "throttled", "down"]

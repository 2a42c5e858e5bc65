"""The client against the simulator, which was written apart from it."""

import asyncio
import os
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sage_connect.drive import AwaitingDriver, BlockingDriver
from sage_connect.errors import (
    AuthenticationError,
    DuplicateError,
    PermissionDeniedError,
    SageConnectError,
)
from sage_connect.intacct import Credentials, SageIntacct, field, query
from sage_connect.intacct.credentials import Endpoints
from sage_connect.intacct.functions import ClassCreate, Create
from sage_connect.intacct.outcomes import Became
from sage_connect.intacct.service import Service
from sage_connect.testing.intacct import (
    Cut,
    Drop,
    Expired,
    Failure,
    Fault,
    Html,
    IntacctSimulator,
    Offline,
    OtherControlId,
    Throttle,
    Truncate,
)

from .answering import NOW

POSTS = int(os.environ.get("POSTS", "200"))


@pytest.fixture
def simulator() -> Iterator[IntacctSimulator]:
    with IntacctSimulator() as made:
        yield made

        assert made.crashes == []


def credentials(simulator: IntacctSimulator, **changed: Any) -> Credentials:
    options = simulator.options
    given: dict[str, Any] = {
        "sender_id": options.sender_id,
        "sender_password": options.sender_password,
        "company_id": options.company_id,
        "user_id": options.user_id,
        "user_password": options.user_password,
        **changed,
    }
    return Credentials(**given)


def opened(simulator: IntacctSimulator, **changed: Any) -> SageIntacct:
    return SageIntacct(
        credentials(simulator, **changed), gateway=simulator.endpoint, patience=NOW
    )


def a_class(number: int) -> ClassCreate:
    return ClassCreate(
        class_id=f"S{number}", class_name=f"Storm {number}", control_id=f"storm-{number}"
    )


def test_what_is_created_is_found_by_a_query(simulator: IntacctSimulator) -> None:
    with opened(simulator) as intacct:
        made = intacct.api.execute(a_class(1))
        found = list(
            intacct.api.query(
                query("CLASS").select("CLASSID", "NAME").where(field("CLASSID") == "S1")
            )
        )
        described = intacct.api.lookup("CLASS")

    assert made.is_success
    assert [(one["CLASSID"], one["NAME"]) for one in found] == [("S1", "Storm 1")]
    assert described.field("CLASSID") is not None


def test_every_page_of_a_long_list_is_read(simulator: IntacctSimulator) -> None:
    with opened(simulator) as intacct:
        answers = intacct.api.execute_all([a_class(number) for number in range(120)])
        by_key = intacct.api.query(
            query("CLASS").select("CLASSID").where(field("CLASSID").like("S%")).page_size(7)
        )
        by_name = intacct.api.query(
            query("CLASS").select("CLASSID").where(field("CLASSID").like("S%"))
            .order_by("CLASSID").page_size(50)
        )  # fmt: skip
        by_reader = intacct.api.read_by_query("CLASS", "CLASSID like 'S%'", page_size=50)
        expected = {f"S{number}" for number in range(120)}

        assert {one.became for one in answers} == {Became.DONE}
        for listed in (by_key, by_name, by_reader):
            found = [one["CLASSID"] for one in listed]
            assert (len(found), set(found)) == (120, expected)


@pytest.mark.requirement("S191")
def test_a_sender_that_is_not_authorised_is_told_the_menu() -> None:
    for level in ("control", "operation"):
        with (
            IntacctSimulator(authorised_senders=(), unauthorised_sender_at=level) as made,
            opened(made) as intacct,
            pytest.raises((PermissionDeniedError, AuthenticationError)) as caught,
        ):
            intacct.api.execute(a_class(1))

        assert caught.value.code == "SC-IN-SENDER-NOT-AUTHORISED"
        assert "Web Services authorizations" in caught.value.fix


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"sender_password": "wrong"}, "SC-IN-SENDER"),
        ({"user_password": "wrong"}, "SC-IN-SIGN-IN"),
        ({"user_id": "nobody"}, "SC-IN-SIGN-IN"),
        ({"company_id": "nowhere"}, "SC-IN-SIGN-IN"),
        ({"entity_id": "nowhere"}, None),
    ],
)
@pytest.mark.parametrize("status", [200, 401])
def test_wrong_credentials_are_told_apart(
    changed: dict[str, str], code: str | None, status: int
) -> None:
    with (
        IntacctSimulator(sign_in_status=status) as made,
        opened(made, **changed) as intacct,
        pytest.raises(AuthenticationError) as caught,
    ):
        intacct.api.execute(a_class(1))

    if code and status == 200:
        assert caught.value.code == code


def test_a_session_that_is_over_is_renewed(simulator: IntacctSimulator) -> None:
    with opened(simulator) as intacct:
        intacct.api.execute(a_class(1))
        simulator.end_sessions()
        intacct.api.execute(a_class(2))
        simulator.advance(24 * 3600)
        intacct.api.execute(a_class(3))

    sessions = sum(one.functions == ("getAPISession",) for one in simulator.calls)
    assert sessions == 3


def test_entities_are_apart(simulator: IntacctSimulator) -> None:
    entity = simulator.entities[0]
    with opened(simulator) as intacct:
        at_entity = list(
            intacct.api.at(entity).query(query("LOCATIONENTITY").select("NAME"))
        )
        at_top = list(intacct.api.at("").query(query("LOCATIONENTITY").select("NAME")))

    assert len(at_entity) <= len(at_top)
    assert [one.location for one in simulator.calls if one.location is not None] == [
        entity,
        "",
    ]


@pytest.mark.parametrize("level", ["result", "control"])
def test_a_lost_answer_to_a_write_ends_in_a_repeat(level: Any) -> None:
    with IntacctSimulator(repeat_level=level) as made, opened(made) as intacct:
        made.fail(Drop(after_commit=True), function="create", times=2)
        with pytest.raises(DuplicateError) as caught:
            intacct.api.execute(a_class(1))
        answers = intacct.api.execute_all([a_class(number) for number in range(4)])
        left = [one["CLASSID"] for one in made.books().all("CLASS")]

    assert caught.value.code == "SC-IN-REPEATED"
    assert {one.became for one in answers} <= {Became.DONE, Became.REPEATED}
    assert answers[1].became is Became.REPEATED
    assert Counter(left)["S1"] == 1
    assert {"S0", "S2", "S3"} <= set(left)


def test_a_transaction_is_taken_back_whole(simulator: IntacctSimulator) -> None:
    bad = Create(object="CLASS", fields={"CLASSID": "", "NAME": ""})
    with opened(simulator) as intacct:
        answers = intacct.api.execute_all([a_class(1), bad, a_class(2)], transaction=True)
        left = {one["CLASSID"] for one in simulator.books().all("CLASS")}

    assert [one.became for one in answers] == [
        Became.ROLLED_BACK,
        Became.FAILED,
        Became.ROLLED_BACK,
    ]
    assert not {"S1", "S2"} & left


FAULTS: list[tuple[Fault, float]] = [
    (Drop(), 0.05),
    (Drop(after_commit=True), 0.1),
    (Cut(keep=120), 0.05),
    (Truncate(keep=300), 0.05),
    (Failure(status=500, after_commit=True), 0.05),
    (Failure(status=502), 0.05),
    (Failure(status=524, after_commit=True), 0.03),
    (Html(), 0.03),
    (Offline(), 0.03),
    (Throttle(), 0.05),
    (Throttle(text_only=True), 0.03),
    (Expired(), 0.03),
    (OtherControlId(), 0.02),
]


def posted(service: Service, drive: Callable[[Any], Any], number: int) -> str:
    """What became of one class, posted until it is known; the tries are the caller's."""
    for _ in range(20):
        try:
            drive(service.one(a_class(number)))
        except DuplicateError as error:
            return error.code
        except SageConnectError:
            continue
        return "done"
    return "never"


@pytest.mark.parametrize("mode", ["blocking", "awaiting"])
def test_nothing_is_lost_or_doubled_in_a_storm(
    simulator: IntacctSimulator, mode: str
) -> None:
    for at, (fault, chance) in enumerate(FAULTS):
        simulator.fail(fault, times=None, chance=chance, seed=at)
    service = Service(
        credentials(simulator), Endpoints(gateway=simulator.endpoint), patience=NOW
    )

    if mode == "blocking":
        blocking = BlockingDriver()
        became = [posted(service, blocking.drive, number) for number in range(POSTS)]
        blocking.close()
    else:
        with asyncio.Runner() as runner:
            awaiting = AwaitingDriver()
            became = [
                posted(service, lambda plan: runner.run(awaiting.drive(plan)), number)
                for number in range(POSTS)
            ]
            runner.run(awaiting.close())
    simulator.mend()

    left = Counter(
        row["CLASSID"]
        for row in simulator.books().all("CLASS")
        if row["NAME"].startswith("Storm")
    )
    assert set(became) <= {"done", "SC-IN-REPEATED", "SC-IN-DUPLICATE"}
    assert left == {f"S{number}": 1 for number in range(POSTS)}

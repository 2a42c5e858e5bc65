"""Many functions at once, and those that are answered later."""

from collections.abc import Sequence
from typing import Any

import pytest

from sage_connect.errors import (
    AuthenticationError,
    ConfigurationError,
    OutcomeUnknownError,
    SageConnectError,
)
from sage_connect.intacct.functions import (
    ClassCreate,
    CompanyPrefsGet,
)
from sage_connect.intacct.outcomes import Became

from .answering import (
    Asked,
    ScriptedGateway,
    control,
    cut,
    done,
    error,
    errors,
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


def states(answers: Sequence[Any]) -> list[Became]:
    return [one.became for one in answers]


def some(
    gateway: ScriptedGateway, refused: dict[str, str], status: str = "failure"
) -> None:
    """Have functions of these ids refused, each time."""

    def answer(asked: Asked) -> bytes:
        inner = [
            result(asked, at, errors(error(*refused[id].split("|"))), status)
            if id in refused
            else result(asked, at)
            for at, id in enumerate(asked.ids)
        ]
        return http(operation(asked, *inner))

    gateway.script = [answer] * 9


class TestBatches:
    def test_each_function_has_its_own_answer_in_order(
        self, gateway: ScriptedGateway, drive: Drive
    ) -> None:
        some(gateway, {"2": "BL03000018|Missing unit", "5": "PL04000005|no right"})
        functions = [write(str(at)) for at in range(7)]

        answers = drive(gateway.service(batch=3).batches(functions))

        assert [one.control_id for one in answers] == list("0123456")
        assert states(answers) == [
            *[Became.DONE] * 2,
            Became.FAILED,
            *[Became.DONE] * 2,
            Became.FAILED,
            Became.DONE,
        ]
        assert [one.error.code for one in answers if one.error] == [
            "SC-REQUIRED",
            "SC-IN-PERMISSION",
        ]
        assert "function 3 of the request" in str(answers[2].error)
        assert [len(one.ids) for one in gateway.sent] == [3, 3, 1]

    def test_a_transaction_is_all_or_nothing(
        self, gateway: ScriptedGateway, drive: Drive
    ) -> None:
        def answer(asked: Asked) -> bytes:
            assert asked.tree.find("operation").get("transaction") == "true"
            closing = errors(error("XL03000009", "rolled back"))
            inner = [
                result(asked, 0, closing, "aborted"),
                result(asked, 1, errors(error("BL03000018", "Missing unit")), "failure"),
                result(asked, 2, closing, "failure"),
            ]
            return http(operation(asked, *inner))

        gateway.script = [answer]

        answers = drive(
            gateway.service().batches([write(one) for one in "abc"], transaction=True)
        )

        assert states(answers) == [Became.ROLLED_BACK, Became.FAILED, Became.ROLLED_BACK]

    def test_a_transaction_is_never_divided(
        self, gateway: ScriptedGateway, drive: Drive
    ) -> None:
        functions = [write(str(at)) for at in range(4)]

        with pytest.raises(ConfigurationError, match="at most 3"):
            drive(gateway.service(batch=3).batches(functions, transaction=True))

        assert gateway.asked == []

    def test_a_transaction_whose_answer_was_lost_was_done_whole(
        self, gateway: ScriptedGateway, drive: Drive
    ) -> None:
        def refused(asked: Asked) -> bytes:
            closing = errors(error("XL03000009", "rolled back"))
            repeat = errors(error("X", "the controlid was already executed"))
            inner = [
                result(asked, 0, repeat, "failure"),
                result(asked, 1, closing, "aborted"),
            ]
            return http(operation(asked, *inner))

        service = gateway.service()
        gateway.script = [cut, refused, refused]
        functions = [write("a"), write("b")]

        after_a_loss = drive(service.batches(functions, transaction=True))
        otherwise = drive(service.batches(functions, transaction=True))

        assert states(after_a_loss) == [Became.REPEATED] * 2
        assert states(otherwise) == [Became.REPEATED, Became.ROLLED_BACK]

    def test_what_is_not_told_is_unknown(
        self, gateway: ScriptedGateway, drive: Drive
    ) -> None:
        gateway.script = [lambda asked: http(operation(asked, result(asked, 1)))]

        answers = drive(gateway.service().batches([write("a"), write("b"), write("c")]))

        assert states(answers) == [Became.UNKNOWN, Became.DONE, Became.UNKNOWN]

    def test_a_part_that_is_lost_does_not_stop_the_others(
        self, gateway: ScriptedGateway, drive: Drive
    ) -> None:
        gateway.script = [done, *[plain(524)] * 3, done]

        answers = drive(gateway.service(batch=1).batches([write(one) for one in "abc"]))

        assert states(answers) == [Became.DONE, Became.UNKNOWN, Became.DONE]

    def test_a_company_that_lets_nobody_in_is_asked_once(
        self, gateway: ScriptedGateway, drive: Drive
    ) -> None:
        gateway.sign_in = [turned_away(error("XL03000006", "wrong"))]

        answers = drive(gateway.service(batch=1).batches([write(one) for one in "abc"]))

        assert states(answers) == [Became.NOT_RUN] * 3
        assert {one.error.code for one in answers} == {"SC-IN-SENDER"}
        assert len(gateway.asked) == 1

    def test_one_function_that_sage_cannot_read_does_not_spoil_the_others(
        self, gateway: ScriptedGateway, drive: Drive
    ) -> None:
        def schema(asked: Asked) -> bytes | None:
            if "bad" in asked.ids:
                return turned_away(error("XL03000003", "line 1"))(asked)
            return done(asked)

        gateway.script = [schema] * 9

        answers = drive(
            gateway.service().batches([write(one) for one in ("a", "b", "bad", "c", "d")])
        )

        assert states(answers) == [
            *[Became.DONE] * 2,
            Became.NOT_RUN,
            *[Became.DONE] * 2,
        ]
        assert answers[2].error.code == "SC-IN-XML"

    def test_nothing_is_sent_if_a_function_cannot_be_written(
        self, gateway: ScriptedGateway, drive: Drive
    ) -> None:
        functions = [write("a"), ClassCreate(class_id="C2")]

        with pytest.raises(SageConnectError):
            drive(gateway.service(batch=1).batches(functions))

        assert gateway.asked == []


class TestQueue:
    def test_an_acknowledgement_is_not_an_answer(
        self, gateway: ScriptedGateway, drive: Drive
    ) -> None:
        gateway.script = [
            lambda asked: http(
                "<response><acknowledgement><status>success</status></acknowledgement>"
                f"{control(asked)}</response>"
            )
        ]
        service = gateway.service(policy_id="nightly")

        found = drive(service.queue([write("a"), write("b")], control_id="job-1"))

        (asked,) = gateway.asked
        assert (found.control_id, found.status, found.call.ids) == (
            "job-1",
            "success",
            ("a", "b"),
        )
        assert asked.text("control/policyid") == "nightly"
        assert asked.control_id == "job-1"
        # A session might have died before its turn comes.
        assert asked.session is None
        assert unique([asked]) == ["true"]

    @pytest.mark.requirement("S198")
    def test_a_policy_that_sage_does_not_know_is_told(
        self, gateway: ScriptedGateway, drive: Drive
    ) -> None:
        gateway.script = [
            turned_away(error("XL03000006", "test is not a valid transport policy."))
        ]

        with pytest.raises(AuthenticationError) as caught:
            drive(gateway.service().queue([write()], control_id="c", policy_id="test"))

        assert caught.value.code == "SC-IN-POLICY"

    def test_without_a_policy_nothing_is_sent(
        self, gateway: ScriptedGateway, drive: Drive
    ) -> None:
        with pytest.raises(ConfigurationError) as caught:
            drive(gateway.service().queue([write()], control_id="c"))

        assert caught.value.code == "SC-IN-POLICY"
        assert gateway.asked == []

    def test_what_is_too_long_to_be_queued_is_not_sent(
        self, gateway: ScriptedGateway, drive: Drive
    ) -> None:
        long = ClassCreate(class_id="C", class_name="n", description="x" * 500_000)

        with pytest.raises(ConfigurationError, match="500000"):
            drive(gateway.service(policy_id="p").queue([long], control_id="c"))

    def test_an_answer_that_acknowledges_nothing_may_mean_that_it_is_queued(
        self, gateway: ScriptedGateway, drive: Drive
    ) -> None:
        gateway.script = [lambda asked: http(f"<response>{control(asked)}</response>")] * 9

        with pytest.raises(OutcomeUnknownError):
            drive(gateway.service(policy_id="p").queue([write()], control_id="c"))

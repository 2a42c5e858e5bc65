"""A driver that answers from a script."""

import asyncio
import datetime as dt

import pytest

from sage_connect.errors import StorageError
from sage_connect.plan import Now, Plan, ReadFile, Wait
from sage_connect.testing import AsyncScriptedDriver, ScriptedDriver
from sage_connect.testing.scripted import NOON


def reading(*paths: str) -> Plan[list[bytes]]:
    found: list[bytes] = []
    for path in paths:
        content = yield from ReadFile(path)
        found.append(content)
    return found


def forgiving() -> Plan[str]:
    try:
        yield from ReadFile("a")
    except Exception as error:  # noqa: BLE001 - a plan that forgives too much
        return f"forgave {error}"
    return "nothing to forgive"


def test_each_step_is_given_the_next_reply() -> None:
    driver = ScriptedDriver(b"1", b"2")

    assert driver.drive(reading("a", "b")) == [b"1", b"2"]
    assert driver.asked == [ReadFile("a"), ReadFile("b")]
    driver.close()


def test_an_exception_is_raised_at_its_step() -> None:
    driver = ScriptedDriver(StorageError("full"))

    assert driver.drive(forgiving()) == "forgave full"


def test_a_callable_is_asked_with_the_step() -> None:
    def answer(step: ReadFile) -> bytes:
        return step.path.encode()

    assert ScriptedDriver(answer).drive(reading("a")) == [b"a"]


def test_a_callable_may_give_an_exception() -> None:
    driver = ScriptedDriver(lambda step: StorageError(step.path))

    with pytest.raises(StorageError, match="a"):
        driver.drive(reading("a"))


def test_a_step_beyond_the_script_fails_the_test_even_in_a_forgiving_plan() -> None:
    driver = ScriptedDriver()

    with pytest.raises(AssertionError, match=r"step 1 is not in the script.*ReadFile"):
        driver.drive(forgiving())


def test_replies_that_are_left_fail_at_the_end_and_once() -> None:
    driver = ScriptedDriver(b"1", b"2", b"3")
    driver.drive(reading("a"))

    with pytest.raises(AssertionError, match=r"2 of 3 replies.*next is b'2'"):
        driver.close()
    driver.close()


def test_a_clock_stands_still_until_the_plan_waits() -> None:
    def waiting() -> Plan[list[dt.datetime]]:
        before = yield from Now()
        same = yield from Now()
        yield from Wait(90)
        after = yield from Now()
        return [before, same, after]

    driver = ScriptedDriver()

    later = NOON + dt.timedelta(seconds=90)
    assert driver.drive(waiting()) == [NOON, NOON, later]
    assert [type(step) for step in driver.asked] == [Now, Now, Wait, Now]


def test_a_clock_may_be_set() -> None:
    new_year = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)

    assert ScriptedDriver(now=new_year).drive(iter(Now())) == new_year


@pytest.mark.parametrize("replies", [(), (b"1",), (StorageError("full"),)])
def test_a_plan_is_closed_whatever_happens(replies: tuple[object, ...]) -> None:
    closed: list[str] = []

    def plan() -> Plan[None]:
        try:
            yield from ReadFile("a")
        finally:
            closed.append("closed")

    try:
        ScriptedDriver(*replies).drive(plan())
    except (AssertionError, StorageError):
        closed.append("raised")

    assert closed[0] == "closed"


def test_the_awaiting_driver_answers_alike() -> None:
    async def driving() -> list[bytes]:
        driver = AsyncScriptedDriver(b"1", b"2")
        found: list[bytes] = await driver.drive(reading("a"))
        with pytest.raises(AssertionError, match="1 of 2"):
            await driver.close()
        return found

    assert asyncio.run(driving()) == [b"1"]

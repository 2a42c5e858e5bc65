"""What may be repeated, and what must not."""

import pytest

from sage_connect.errors import NotSentError, OutcomeUnknownError, StorageError
from sage_connect.plan import Plan, ReadFile, Wait, retrying
from sage_connect.testing import ScriptedDriver


def reading() -> Plan[bytes]:
    first = yield from ReadFile("a")
    second = yield from ReadFile("b")
    return first + second


def looking_up() -> Plan[bytes]:
    try:
        return (yield from ReadFile("a"))
    except OutcomeUnknownError:
        return (yield from ReadFile("instead"))


def test_what_did_not_leave_is_repeated_after_each_delay() -> None:
    driver = ScriptedDriver(NotSentError("no"), NotSentError("no"), b"a", b"b")

    content = driver.drive(retrying(reading(), (0.5, 2)))

    assert content == b"ab"
    a = ReadFile("a")
    assert driver.asked == [a, Wait(0.5), a, Wait(2), a, ReadFile("b")]


def test_after_the_last_delay_the_error_is_the_plans() -> None:
    driver = ScriptedDriver(*(NotSentError(f"{n}") for n in range(3)))

    with pytest.raises(NotSentError, match="2"):
        driver.drive(retrying(reading(), (1, 1)))


def test_what_may_have_left_is_never_repeated() -> None:
    driver = ScriptedDriver(OutcomeUnknownError("lost"), b"found")

    content = driver.drive(retrying(looking_up(), (1, 1)))

    assert content == b"found"
    assert driver.asked == [ReadFile("a"), ReadFile("instead")]


def test_other_errors_reach_the_caller() -> None:
    driver = ScriptedDriver(StorageError("full"))

    with pytest.raises(StorageError, match="full"):
        driver.drive(retrying(reading(), (1,)))


def test_the_inner_plan_is_closed_whatever_happens() -> None:
    closed: list[bool] = []

    def inner() -> Plan[None]:
        try:
            yield from ReadFile("a")
        finally:
            closed.append(True)

    outer = retrying(inner(), ())
    next(outer)
    outer.close()

    assert closed == [True]

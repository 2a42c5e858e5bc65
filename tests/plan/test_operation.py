"""One definition of a verb, in both modes."""

import asyncio
import doctest
import inspect
import sys
from collections.abc import Callable
from typing import Any

import pytest

from sage_connect.plan import Async, M, Now, Plan, ReadFile, Seat, Sync, operation
from sage_connect.testing import AsyncScriptedDriver, ScriptedDriver


class Shelf(Seat[M]):
    """Something with verbs."""

    @operation
    def read(self, path: str, *, times: int = 1) -> Plan[bytes]:
        """Read a file, again and again."""
        content = b""
        for _ in range(times):
            content += yield from ReadFile(path)
        return content

    @operation
    def count(self):  # type: ignore[no-untyped-def]  # a verb that says nothing of its result
        """Count nothing."""
        yield from ()
        return 0


def test_a_verb_of_a_blocking_seat_returns_its_result() -> None:
    driver = ScriptedDriver(b"a", b"b")

    content = Shelf[Sync](driver).read("x", times=2)

    assert content == b"ab"
    assert driver.asked == [ReadFile("x"), ReadFile("x")]


def test_a_verb_of_an_awaiting_seat_is_awaited() -> None:
    driver = AsyncScriptedDriver(b"a")

    async def reading() -> bytes:
        return await Shelf[Async](driver).read("x")

    assert asyncio.run(reading()) == b"a"


def test_a_notebook_shows_what_comes_back_rather_than_the_plan() -> None:
    read = Shelf(ScriptedDriver()).read

    signature = inspect.signature(read)

    assert str(signature) == "(path: str, *, times: int = 1) -> bytes"
    assert repr(read) == "<Shelf.read(path: str, *, times: int = 1) -> bytes>"


def test_a_verb_without_annotations_is_shown_as_it_is() -> None:
    assert repr(Shelf(ScriptedDriver()).count) == "<Shelf.count()>"


def test_a_verb_keeps_its_name_and_its_docstring() -> None:
    read: Any = Shelf(ScriptedDriver()).read

    assert read.__name__ == "read"
    assert inspect.getdoc(read) == "Read a file, again and again."
    assert inspect.getdoc(type(read)) == "An operation bound to its seat; called, it runs."


def test_help_and_doctest_can_read_a_verb() -> None:
    module = sys.modules[type(Shelf(ScriptedDriver()).read).__module__]

    assert doctest.testmod(module).failed == 0
    assert "Read a file" in inspect.getdoc(Shelf.read)  # type: ignore[operator]  # it has one


def test_a_verb_of_the_class_is_the_operation_itself() -> None:
    assert isinstance(Shelf.read, operation)
    assert inspect.isgeneratorfunction(Shelf.read.plan)


def test_a_verb_checks_its_arguments_before_a_step() -> None:
    driver = ScriptedDriver()
    read: Callable[..., bytes] = Shelf(driver).read

    with pytest.raises(TypeError):
        read()

    assert driver.asked == []


def test_a_step_is_iterated_to_be_asked_for() -> None:
    step = Now()

    assert [*step] == [step]

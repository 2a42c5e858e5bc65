"""Drivers of either mode."""

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Any, Protocol

import pytest

from sage_connect.drive import AwaitingDriver, BlockingDriver
from sage_connect.plan import Plan

from .answering import ScriptedGateway


class Drive(Protocol):
    def __call__(self, plan: Plan[Any], /) -> Any: ...


@pytest.fixture(params=["blocking", "awaiting"])
def drive(request: pytest.FixtureRequest) -> Iterator[Drive]:
    """Drives a plan over the network, in either mode."""
    if request.param == "blocking":
        with contextlib.closing(BlockingDriver()) as blocking:
            yield blocking.drive
        return
    with asyncio.Runner() as runner:
        awaiting = AwaitingDriver()
        yield lambda plan: runner.run(awaiting.drive(plan))
        runner.run(awaiting.close())


@pytest.fixture
def gateway() -> Iterator[ScriptedGateway]:
    """A gateway that does what it is asked."""
    with ScriptedGateway() as made:
        yield made

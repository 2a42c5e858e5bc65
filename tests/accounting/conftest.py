"""A simulator, and ledgers on it in either mode."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

from sage_connect.accounting import AccountingSettings
from sage_connect.testing.accounting import AccountingSimulator
from sage_connect.testing.modes import Books, awaited

from .business import connected, connected_async
from .native import Native, reached

Opening = Callable[..., Books]


@pytest.fixture
def simulator() -> Iterator[AccountingSimulator]:
    """A British business with contacts and items, and no documents."""
    with AccountingSimulator() as made:
        yield made

        assert made.crashes == []


@pytest.fixture(params=["blocking", "awaiting"])
def opening(request: pytest.FixtureRequest) -> Iterator[Opening]:
    """Opens ledgers on a simulator, in either mode; closes them in the end."""
    with contextlib.ExitStack() as opened:
        if request.param == "blocking":

            def blocking(
                simulator: AccountingSimulator, settings: AccountingSettings | None = None
            ) -> Books:
                return Books(opened.enter_context(connected(simulator, settings)))

            yield blocking
            return
        runner = opened.enter_context(asyncio.Runner())

        def run(result: Awaitable[Any]) -> Any:
            return runner.run(awaited(result))

        def awaiting(
            simulator: AccountingSimulator, settings: AccountingSettings | None = None
        ) -> Books:
            ledger = connected_async(simulator, settings)
            opened.callback(lambda: run(ledger.aclose()))
            return Books(ledger, run)

        yield awaiting


@pytest.fixture
def books(opening: Opening, simulator: AccountingSimulator) -> Books:
    """A ledger on the simulator, in either mode."""
    return opening(simulator)


@pytest.fixture(params=["blocking", "awaiting"])
def native(
    request: pytest.FixtureRequest, simulator: AccountingSimulator
) -> Iterator[Native]:
    """The native API on the simulator, in either mode."""
    with reached(simulator, request.param) as made:
        yield made

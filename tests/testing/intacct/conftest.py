"""Simulators and those who use them."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from sage_connect.testing.intacct import IntacctSimulator

from .desk import Desk, Start


@pytest.fixture
def start() -> Iterator[Start]:
    """Start simulators; none of them may have a fault of its own."""
    with ExitStack() as stack:

        def started(**options: Any) -> Desk:
            simulator = stack.enter_context(IntacctSimulator(**options))
            stack.callback(_check, simulator)
            desk = Desk(simulator)
            stack.callback(desk.http.close)
            return desk

        yield started


@pytest.fixture
def desk(start: Start) -> Desk:
    """A desk in the demo company."""
    return start()


def _check(simulator: IntacctSimulator) -> None:
    assert simulator.crashes == []

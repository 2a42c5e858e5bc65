"""A simulator of a British demo business, and plain clients of it."""

from collections.abc import Iterator

import pytest

from sage_connect.testing.accounting import AccountingSimulator

from .desk import Desk, Start


@pytest.fixture
def start() -> Iterator[Start]:
    """Start simulators with a desk in front of each; all end with the test."""
    desks: list[Desk] = []

    def started(**options: object) -> Desk:
        desk = Desk(AccountingSimulator(**options))  # type: ignore[arg-type]  # by name
        desks.append(desk)
        return desk

    yield started
    crashes = [crash for desk in desks for crash in desk.simulator.crashes]
    for desk in desks:
        desk.close()
    assert crashes == []


@pytest.fixture
def desk(start: Start) -> Desk:
    """A British demo business, Plus."""
    return start()

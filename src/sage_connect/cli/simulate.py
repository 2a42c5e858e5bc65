"""`simulate`: a simulator as a process of its own, until it is told to stop."""

import json
import signal
import threading
from collections.abc import Mapping
from types import FrameType
from typing import Any, Final

import click

from ..targets import start_intacct_simulator, start_simulator
from .ending import GOOD, output

_TICK: Final = 0.2


def serve(product: str, options: Mapping[str, Any]) -> int:
    """Start, say on one line what a client needs, and answer until a signal comes.

    Args:
        product: "accounting" or "intacct".
        options: What the simulator takes.
    """
    stopping = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    start = start_intacct_simulator if product == "intacct" else start_simulator
    with start(**options) as simulator:
        with output():
            click.echo(json.dumps(simulator.ready_line()))
        # In short turns: Windows lets no signal into a wait without an end.
        while not stopping.wait(_TICK):
            pass
    return GOOD

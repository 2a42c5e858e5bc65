"""A plan around a plan: repeat what certainly did not leave."""

from collections.abc import Sequence
from typing import Any

from ..errors import NotSentError
from .steps import Plan, Step, T, Wait


def retrying(plan: Plan[T], delays: Sequence[float]) -> Plan[T]:
    """Repeat any step that certainly did not leave, after each delay in seconds.

    Every other error goes into the inner plan, which may look the record up: that is the
    guard against duplicates.
    """
    try:
        step = next(plan)
        while True:
            try:
                reply = yield from _attempt(step, delays)
            except Exception as error:  # noqa: BLE001 - the inner plan decides
                step = plan.throw(error)
            else:
                step = plan.send(reply)
    except StopIteration as stop:
        result: T = stop.value
        return result
    finally:
        plan.close()


def _attempt(step: Step[Any], delays: Sequence[float]) -> Plan[Any]:
    for delay in delays:
        try:
            return (yield step)
        except NotSentError:
            yield Wait(delay)
    return (yield step)

"""A plan around a plan: do something with each step on its way to the driver."""

from collections.abc import Callable, Sequence
from typing import Any

import attrs

from ..errors import NotSentError
from .steps import Exclusively, Plan, Step, T, Wait


def relayed(plan: Plan[T], each: Callable[[Step[Any]], Plan[Any]]) -> Plan[T]:
    """Return `plan` with every step of it done by `each`, which may do more, or other.

    What `each` returns, or raises, is what the inner plan gets for its step. The steps
    within an `Exclusively` are done by `each` too.
    """
    try:
        step = next(plan)
        while True:
            try:
                reply = yield from each(_relayed_within(step, each))
            except Exception as error:  # noqa: BLE001 - the inner plan decides
                step = plan.throw(error)
            else:
                step = plan.send(reply)
    except StopIteration as stop:
        result: T = stop.value
        return result
    finally:
        plan.close()


def _relayed_within(step: Step[Any], each: Callable[[Step[Any]], Plan[Any]]) -> Step[Any]:
    if not isinstance(step, Exclusively):
        return step
    plan: Callable[[], Plan[Any]] = step.plan
    return attrs.evolve(step, plan=lambda: relayed(plan(), each))


def retrying(plan: Plan[T], delays: Sequence[float]) -> Plan[T]:
    """Repeat any step that certainly did not leave, after each delay in seconds.

    Every other error goes into the inner plan, which may look the record up: that is the
    guard against duplicates.
    """

    def attempt(step: Step[Any]) -> Plan[Any]:
        # The steps within are repeated one by one: never all of them together.
        for delay in () if isinstance(step, Exclusively) else delays:
            try:
                return (yield step)
            except NotSentError:
                yield Wait(delay)
        return (yield step)

    return relayed(plan, attempt)

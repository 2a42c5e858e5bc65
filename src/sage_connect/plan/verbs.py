"""One definition of a verb, run by a blocking or an awaiting driver, typed for both."""

import inspect
from collections.abc import Awaitable, Callable
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, Self, overload

from typing_extensions import TypeVar

from .steps import Plan, T


class Sync:
    """Mode: results are returned."""


class Async:
    """Mode: results are awaited."""


P = ParamSpec("P")
M = TypeVar("M", bound="Sync | Async", default=Sync)
M_co = TypeVar("M_co", bound="Sync | Async", default=Sync, covariant=True)


class Driver(Protocol[M_co]):
    """Performs the steps of a plan, then hands its result over."""

    def drive(self, plan: Plan[Any], /) -> Any:
        """Return the plan's result, or an awaitable of it. Always closes the plan."""
        ...

    def close(self) -> Any:
        """Give connections back, or return an awaitable that does. May be called twice."""
        ...


class Seat(Generic[M]):
    """An object whose operations run on one driver."""

    _driver: Driver[M]

    def __init__(self, driver: Driver[M]) -> None:
        self._driver = driver


class Call:
    """An operation bound to its seat; called, it runs."""

    # No `__slots__`: a slot for `__doc__` would hide the docstring of the class itself.
    __doc__: str | None
    __wrapped__: Callable[..., Plan[Any]]
    _seat: "Seat[Any]"

    def __init__(self, plan: Callable[..., Plan[Any]], seat: "Seat[Any]") -> None:
        self.__doc__ = plan.__doc__
        self.__wrapped__ = plan
        self._seat = seat

    @property
    def __name__(self) -> str:
        """The verb."""
        return self.__wrapped__.__name__

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the plan on the seat's driver."""
        driver = self._seat._driver  # noqa: SLF001 - the one friend of `Seat`
        return driver.drive(self.__wrapped__(self._seat, *args, **kwargs))

    @property
    def __signature__(self) -> inspect.Signature:
        """What a notebook shows: what comes back, not that a plan makes it."""
        signature = inspect.signature(self.__wrapped__)
        parameters = list(signature.parameters.values())[1:]
        told: Any = signature.return_annotation
        inner: tuple[Any, ...] = getattr(told, "__args__", ())
        return signature.replace(
            parameters=parameters,
            return_annotation=inner[2] if len(inner) > 2 else told,  # noqa: PLR2004 - Generator[yield, send, return]
        )

    def __repr__(self) -> str:
        return f"<{type(self._seat).__name__}.{self.__name__}{self.__signature__}>"


class operation(Generic[P, T]):
    """Turn a plan-returning method of a seat into one that runs on its driver."""

    __doc__: str | None

    def __init__(self, plan: Callable[Concatenate[Any, P], Plan[T]]) -> None:
        self.plan: Callable[..., Plan[T]] = plan
        self.__doc__ = plan.__doc__

    @overload
    def __get__(self, seat: None, owner: type) -> Self: ...
    @overload
    def __get__(self, seat: Seat[Sync], owner: type) -> Callable[P, T]: ...
    @overload
    def __get__(self, seat: Seat[Async], owner: type) -> Callable[P, Awaitable[T]]: ...
    def __get__(self, seat: Any, owner: type) -> Any:
        return self if seat is None else Call(self.plan, seat)

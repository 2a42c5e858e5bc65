"""Who may send when: as many requests of a company at a time as its tier allows.

Pure: the clock is an argument. Sage counts per company, whoever its users are; a company
that is told to wait, or that fails, does not hold up others.
"""

import datetime as dt
import threading
from typing import Final

import attrs

_SOON: Final = 0.05
# Clocks tell microseconds: less than this might be no time at all.
_BRIEF: Final = 1e-3
_REMEMBERED: Final = 10_000

_positive: Final = attrs.validators.gt(0)


@attrs.frozen(kw_only=True)
class Limits:
    """How much may be sent for one company.

    Attributes:
        concurrent: Requests under way at the same time. Two are what the usual tier is said
            to allow, by a weak source; Sage tells each company its own number.
        failures: After so many failures in a row, a company only tries now and then.
        failing_for: Seconds that they must have lasted: a flicker is no outage.
        probe_every: Seconds between such tries.
        longest: Seconds after which a request counts as over, whatever became of it: the
            gateway itself gives up after fifteen minutes.
    """

    concurrent: int = attrs.field(default=2, validator=_positive)
    failures: int = attrs.field(default=5, validator=_positive)
    failing_for: float = attrs.field(default=20, validator=attrs.validators.ge(0))
    probe_every: float = attrs.field(default=60, validator=_positive)
    longest: float = attrs.field(default=1200, validator=_positive)


@attrs.define
class _Company:
    """What is known of one company, in seconds of the limiter's own time.

    Attributes:
        ends: When each request under way counts as over at the latest.
        paused: Until when it was told to wait.
        failures: In a row.
        since: When the first of them was.
        probe: When it may try again, while all its requests fail; None otherwise.
        seen: When it asked last.
    """

    ends: list[float] = attrs.field(factory=list[float])
    paused: float = 0
    failures: int = 0
    since: float = 0
    probe: float | None = None
    seen: float = 0


class Limiter:
    """The budgets of all companies in this process, for any number of threads.

    Args:
        limits: How much may be sent for each.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits: Limits = limits or Limits()
        self._guard: threading.Lock = threading.Lock()
        # Time that passes by the caller's clock; a clock set back does not turn it back.
        self._clock: dt.datetime | None = None
        self._time: float = 0
        self._companies: dict[str, _Company] = {}

    def delay(self, company: str, now: dt.datetime) -> float:
        """Return 0 and count a request as under way, or the seconds to wait and ask again.

        Args:
            company: Whose request.
            now: An aware instant.
        """
        with self._guard:
            self._pass(now)
            one = self._company(company)
            held = max(one.paused, one.probe or 0) - self._time
            if held > 0:
                return max(held, _BRIEF)
            one.ends = [end for end in one.ends if end > self._time]
            if len(one.ends) >= self.limits.concurrent:
                return _SOON
            one.ends.append(self._time + self.limits.longest)
            if one.probe is not None:
                # The one try of this minute.
                one.probe = self._time + self.limits.probe_every
            return 0

    def throttled(self, company: str, now: dt.datetime, seconds: float) -> None:
        """Note that a company was told to wait, from `now` on."""
        with self._guard:
            self._pass(now)
            one = self._company(company)
            one.paused = max(one.paused, self._time + seconds)

    def ended(self, company: str, *, failed: bool | None) -> None:
        """Note that a request is over.

        Args:
            company: Whose request.
            failed: Whether the gateway failed, or could not be reached; None where that is
                not known.
        """
        with self._guard:
            one = self._company(company)
            if one.ends:
                one.ends.pop(0)
            if failed:
                one.since = one.since if one.failures else self._time
                one.failures += 1
                lasted = self._time - one.since >= self.limits.failing_for
                if lasted and one.failures >= self.limits.failures:
                    one.probe = self._time + self.limits.probe_every
            elif failed is not None:
                one.failures = 0
                one.probe = None

    def has_given_up(self, company: str) -> bool:
        """Return whether a company only tries now and then, since all its tries failed."""
        with self._guard:
            one = self._companies.get(company)
            return one is not None and one.probe is not None

    def forget(self) -> None:
        """Begin anew: in a fork, what was under way is not there."""
        self._guard = threading.Lock()
        self._companies = {}

    def _pass(self, now: dt.datetime) -> None:
        passed = 0.0 if self._clock is None else (now - self._clock).total_seconds()
        self._clock = now
        self._time += max(passed, 0)

    def _company(self, company: str) -> _Company:
        one = self._companies.get(company)
        if one is None:
            if len(self._companies) >= _REMEMBERED:
                self._forget_the_quiet()
            one = self._companies[company] = _Company()
        one.seen = self._time
        return one

    def _forget_the_quiet(self) -> None:
        """Drop those of whom nothing need be known any more."""
        self._companies = {
            name: one
            for name, one in self._companies.items()
            if one.ends or one.failures or one.paused > self._time
        }


_limiters = dict[str, Limiter]()
_making: Final = threading.Lock()


def limiter_of(gateway: str, limits: Limits | None = None) -> Limiter:
    """Return the one limiter of a gateway in this process.

    Args:
        gateway: Its address.
        limits: How much may be sent for each company; those of the first call hold.
    """
    with _making:
        if gateway not in _limiters:
            _limiters[gateway] = Limiter(limits)
        return _limiters[gateway]


def forget_all() -> None:
    """Have all limiters begin anew: for a fork."""
    for one in _limiters.values():
        one.forget()

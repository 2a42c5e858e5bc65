"""Who may send when: one budget of requests for all businesses of an app, fairly shared.

Pure: the clock is an argument. A business that asks for much waits for its turn behind
those that ask for little, however many requests it has waiting.
"""

import bisect
import datetime as dt
import heapq
import threading
from typing import Final

import attrs

from .service import Pace

_DAY: Final = 86_400
_GRACE: Final = 1.0
_SOON: Final = 0.05
# Clocks tell microseconds: less than this might be no time at all.
_BRIEF: Final = 1e-3
_SLOWEST: Final = 1 / 64
_BACK_OFF: Final = 0.8
_RECOVERY: Final = 1 / 10_000
# Whoever counts may round otherwise.
_MARGIN: Final = 0.995
_LATELY: Final = 60
# So many requests more than others may a business make before it has to stand back.
_LEEWAY: Final = 10
_REMEMBERED: Final = 10_000
_QUIET: Final = 300

_positive: Final = attrs.validators.gt(0)


@attrs.frozen(kw_only=True)
class Limits:
    """How much may be sent for one app.

    Attributes:
        per_day: Requests a day; Sage's own number. Spread evenly, they are 15 a second.
        burst: Requests that may be sent without a pause after a time of rest. Sage states a
            number for a day, none for a second.
        concurrent: Requests under way at the same time; Sage's own number.
        failures: After so many failures in a row, a business only tries now and then.
        probe_every: Seconds between such tries.
        shared_after: Whom a 429 is meant for is not documented: the app, or the business.
            When so many businesses are told to wait within a minute, all are meant.
    """

    per_day: int = attrs.field(default=1_296_000, validator=_positive)
    burst: int = attrs.field(default=100_000, validator=_positive)
    concurrent: int = attrs.field(default=150, validator=_positive)
    failures: int = attrs.field(default=5, validator=_positive)
    probe_every: float = attrs.field(default=60, validator=_positive)
    shared_after: int = attrs.field(default=3, validator=_positive)

    @property
    def rate(self) -> float:
        """Requests a second that, with one burst, make the day's number."""
        return max(self.per_day - self.burst, self.per_day / 2) / _DAY


class _Business:
    """What is known of one business.

    Attributes:
        turn: The virtual time of its next request: what it has had counts against it.
        paused: Until when Sage told it to wait.
        failures: In a row.
        probe: When it may try again, while all its requests fail; None otherwise.
        place: Its place among those who wait; None while it does not.
        due: When it was told to come back.
        seen: When it asked last.
    """

    __slots__ = ("due", "failures", "paused", "place", "probe", "seen", "turn")

    def __init__(self, turn: float) -> None:
        self.turn: float = turn
        self.paused: float = 0
        self.failures: int = 0
        self.probe: float | None = None
        self.place: tuple[float, int, str] | None = None
        self.due: float = 0
        self.seen: float = 0


class Limiter(Pace):
    """One app's budget, for all its businesses and threads of this process.

    A request leaves when one is due by the rate and no business stands before it that has
    had less. That is start-time fair queueing, with one place in the queue for each
    business.

    Args:
        limits: How much may be sent.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits: Limits = limits or Limits()
        self._guard: threading.Lock = threading.Lock()
        self._full: float = self.limits.rate * _MARGIN
        self._rate: float = self._full
        self._budget: float = self.limits.burst
        self._under_way: int = 0
        # Time that passes by the caller's clock; a clock set back does not turn it back.
        self._clock: dt.datetime | None = None
        self._time: float = 0
        self._virtual: float = 0
        self._serial: int = 0
        self._businesses: dict[str, _Business] = {}
        self._most: int = _REMEMBERED
        self._waiting: list[tuple[float, int, str]] = []
        self._expected: list[tuple[float, int, str]] = []
        self._paused: float = 0
        self._told: dict[str, float] = {}

    def delay(self, business: str, now: dt.datetime) -> float:
        """Return 0 and count a request as under way, or the seconds to wait and ask again.

        Args:
            business: Whose request.
            now: An aware instant.
        """
        with self._guard:
            self._pass(now)
            one = self._business(business)
            held = max(self._paused, one.paused, one.probe or 0) - self._time
            if held > 0:
                self._leave(one)
                return max(held, _BRIEF)
            self._forget_the_gone()
            turn = max(self._virtual, one.turn - _LEEWAY)
            place = one.place or (turn, self._serial, business)
            ahead = bisect.bisect_left(self._waiting, place)
            free = self.limits.concurrent - self._under_way - ahead
            if self._budget - ahead >= 1 and free > 0:
                self._grant(one, place)
                return 0
            wait = _SOON
            if self._budget - ahead < 1:
                wait = max((ahead + 1 - self._budget) / self._rate, _BRIEF)
            self._queue(one, place, wait)
            return wait

    def throttled(self, business: str, now: dt.datetime, seconds: float) -> None:
        """Note that Sage told a business to wait.

        Args:
            business: Whose request was turned away.
            now: An aware instant.
            seconds: How long.
        """
        with self._guard:
            self._pass(now)
            until = self._time + seconds
            one = self._business(business)
            one.paused = max(one.paused, until)
            since = self._time - _LATELY
            self._told = {name: at for name, at in self._told.items() if at > since}
            self._told[business] = self._time
            if len(self._told) >= self.limits.shared_after:
                # The app is meant: it sends too much as a whole.
                self._told.clear()
                self._paused = max(self._paused, until)
                self._budget = min(self._budget, 0)
                self._rate = max(self._rate * _BACK_OFF, self._full * _SLOWEST)

    def ended(self, business: str, *, failed: bool | None) -> None:
        """Note that a request is no longer under way.

        Args:
            business: Whose request.
            failed: Whether the service failed, or could not be reached; None where that is
                not known.
        """
        with self._guard:
            self._under_way = max(self._under_way - 1, 0)
            one = self._business(business)
            if failed:
                one.failures += 1
                if one.failures >= self.limits.failures:
                    one.probe = self._time + self.limits.probe_every
            elif failed is not None:
                one.failures = 0
                one.probe = None

    def has_given_up(self, business: str) -> bool:
        """Return whether a business only tries now and then, since all its tries failed."""
        with self._guard:
            one = self._businesses.get(business)
            return one is not None and one.probe is not None

    def _pass(self, now: dt.datetime) -> None:
        passed = 0.0 if self._clock is None else (now - self._clock).total_seconds()
        self._clock = now
        if passed > 0:
            self._time += passed
            self._budget = min(self._budget + passed * self._rate, self.limits.burst)

    def _business(self, business: str) -> _Business:
        one = self._businesses.get(business)
        if one is None:
            if len(self._businesses) >= self._most:
                self._forget_the_quiet()
            one = self._businesses[business] = _Business(self._virtual)
        one.seen = self._time
        return one

    def _grant(self, one: _Business, place: tuple[float, int, str]) -> None:
        self._leave(one)
        self._virtual = max(self._virtual, place[0])
        one.turn = max(self._virtual, one.turn) + 1
        self._budget -= 1
        self._under_way += 1
        if self._rate < self._full:
            self._rate = min(self._rate + self._full * _RECOVERY, self._full)
        if one.probe is not None:
            # The one try of this minute.
            one.probe = self._time + self.limits.probe_every

    def _queue(self, one: _Business, place: tuple[float, int, str], wait: float) -> None:
        if one.place is None:
            one.place = place
            self._serial += 1
            bisect.insort(self._waiting, place)
        one.due = self._time + wait
        heapq.heappush(self._expected, (one.due + _GRACE, place[1], place[2]))

    def _leave(self, one: _Business) -> None:
        if one.place is not None:
            del self._waiting[bisect.bisect_left(self._waiting, one.place)]
            one.place = None

    def _forget_the_gone(self) -> None:
        """Drop those who did not come back when they were told to: they hold up others."""
        while self._expected and self._expected[0][0] < self._time:
            _, serial, business = heapq.heappop(self._expected)
            one = self._businesses.get(business)
            if one is None or one.place is None or one.place[1] != serial:
                continue
            if one.due + _GRACE < self._time:
                self._leave(one)

    def _forget_the_quiet(self) -> None:
        """Drop those of whom nothing need be known any more."""
        since = self._time - _QUIET
        self._businesses = {
            name: one
            for name, one in self._businesses.items()
            if one.place or one.failures or max(one.seen, one.paused) > since
        }
        # Twice as many as are busy, so that this is seldom done.
        self._most = max(_REMEMBERED, 2 * len(self._businesses))


_limiters = dict[str, Limiter]()
_making: Final = threading.Lock()


def limiter_of(app: str, limits: Limits | None = None) -> Limiter:
    """Return the one limiter of an app in this process.

    Args:
        app: The app's client id.
        limits: How much may be sent; those of the first call hold.
    """
    with _making:
        if app not in _limiters:
            _limiters[app] = Limiter(limits)
        return _limiters[app]

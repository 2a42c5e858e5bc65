"""The clock of a simulator: real time, which a test may set forward."""

import datetime as dt
import time


class Clock:
    """Real time, and how far a test has set it forward.

    Attributes:
        ahead: Seconds that it is ahead of real time.
    """

    def __init__(self, ahead: float = 0.0) -> None:
        self.ahead: float = ahead

    def seconds(self) -> float:
        """Return the seconds since 1970."""
        return time.time() + self.ahead

    def now(self) -> dt.datetime:
        """Return the instant, in UTC."""
        return dt.datetime.fromtimestamp(self.seconds(), dt.UTC)

    def stamp(self) -> str:
        """Return the instant as replies write it: to the second, with a Z."""
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.seconds()))

    def today(self) -> dt.date:
        """Return the date, in UTC."""
        return self.now().date()

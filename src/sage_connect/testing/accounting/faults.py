"""What goes wrong on demand: refusals, drops, delays, broken answers."""

import random
import threading
from collections.abc import Mapping
from typing import Final, TypeAlias

import attrs

from .calls import Answer, Call, answer
from .refusals import Complaint, written

_HTML: Final = b"<html><head><title>%d</title></head><body>Bad gateway</body></html>"


@attrs.frozen(kw_only=True)
class Throttle:
    """Too many requests: status 429; nothing is done.

    Attributes:
        retry_after: `Retry-After`: seconds, or an HTTP date as text; None for none. Seen in
            production both with and without.
    """

    retry_after: int | str | None = None


@attrs.frozen(kw_only=True)
class Failure:
    """A fault of the service.

    Attributes:
        status: 500 answers in Sage's shape; 502, 503, 504 and 525 come from the edge, in
            HTML (seen in production on big reads).
        after_commit: Whether everything was done nevertheless (documented for 500).
    """

    status: int = 500
    after_commit: bool = False


@attrs.frozen(kw_only=True)
class Drop:
    """The connection breaks off without an answer.

    Attributes:
        after_commit: Whether everything was done nevertheless.
    """

    after_commit: bool = False


@attrs.frozen(kw_only=True)
class Slow:
    """The answer comes late.

    Attributes:
        seconds: How late.
        after_commit: Whether the wait is after everything was done, or before.
    """

    seconds: float
    after_commit: bool = True


@attrs.frozen(kw_only=True)
class Html:
    """A proxy answers in Sage's stead, in HTML; nothing is done.

    Attributes:
        status: What it says, perhaps 200.
    """

    status: int = 200


@attrs.frozen(kw_only=True)
class Truncate:
    """Everything is done; the answer's text stops short, in a whole HTTP message.

    Attributes:
        keep: So many bytes are left.
    """

    keep: int = 20


@attrs.frozen(kw_only=True)
class Charset:
    """Everything is done; the answer is not in the character set that it says.

    Attributes:
        written: What it is written in.
        said: What it says it is.
    """

    written: str = "utf-16"
    said: str = "utf-8"


@attrs.frozen(kw_only=True)
class WrongBusiness:
    """Everything is done; the answer names another business.

    Attributes:
        id: The id in `X-Business`.
    """

    id: str = "0" * 32


Fault: TypeAlias = (
    Throttle | Failure | Drop | Slow | Html | Truncate | Charset | WrongBusiness
)
"""What can go wrong with a request."""


class Trouble:
    """A fault, and whom it meets.

    Attributes:
        fault: What goes wrong.
        met: How many requests it has met.
    """

    def __init__(
        self,
        fault: Fault,
        *,
        method: str,
        path: str,
        query: Mapping[str, str],
        times: int | None,
        chance: float,
        seed: int,
    ) -> None:
        self.fault: Fault = fault
        self.met: int = 0
        self._method = method
        self._path = path.rstrip("/")
        self._query = query.items()
        self._times = times
        self._chance = chance
        # Not for secrets: trials must be repeatable.
        self._random = random.Random(seed)  # noqa: S311

    def meets(self, method: str, path: str, query: Mapping[str, str]) -> bool:
        """Whether a request is met; counts it if so."""
        if self._times is not None and self.met >= self._times:
            return False
        if self._method not in {"", method} or not self._query <= query.items():
            return False
        if self._path and path != self._path and not path.startswith(f"{self._path}/"):
            return False
        if self._random.random() >= self._chance:
            return False
        self.met += 1
        return True


class Troubles:
    """Everything that is planned to go wrong."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._planned: list[Trouble] = []

    def plan(self, trouble: Trouble) -> Trouble:
        """Add one; the first that meets a request wins."""
        with self._guard:
            self._planned.append(trouble)
        return trouble

    def clear(self) -> None:
        """Let everything go well again."""
        with self._guard:
            self._planned.clear()

    def of(self, call: Call, path: str) -> Fault | None:
        """Return what goes wrong with a request; None for nothing."""
        with self._guard:
            for trouble in self._planned:
                if trouble.meets(call.method, path, call.query):
                    return trouble.fault
        return None


def instead(fault: Fault) -> Answer | None:
    """Return what is answered in place of doing anything; None to do it."""
    if isinstance(fault, Throttle):
        wait = fault.retry_after
        headers = {} if wait is None else {"retry-after": str(wait)}
        return Answer(status=429, content=b"Too Many Requests", headers=headers)
    if isinstance(fault, Html):
        return _html(fault.status)
    if isinstance(fault, Failure) and not fault.after_commit:
        return _failure(fault.status)
    return None


def spoilt(fault: Fault, made: Answer) -> Answer:
    """Return what becomes of an answer once everything was done."""
    if isinstance(fault, Failure):
        return _failure(fault.status)
    if isinstance(fault, Truncate):
        return attrs.evolve(made, content=made.content[: fault.keep])
    if isinstance(fault, Charset):
        content = made.content.decode().encode(fault.written)
        kind = {"content-type": f"application/json; charset={fault.said}"}
        return attrs.evolve(made, content=content, headers={**made.headers, **kind})
    if isinstance(fault, WrongBusiness):
        return attrs.evolve(made, headers={**made.headers, "x-business": fault.id})
    return made


def _failure(status: int) -> Answer:
    if status != 500:  # noqa: PLR2004 - the one that Sage itself answers
        return _html(status)
    complaint = Complaint("UnexpectedError", "An unexpected error occurred.")
    return answer(status, [written(complaint, "path", "")])


def _html(status: int) -> Answer:
    return Answer(
        status=status, content=_HTML % status, headers={"content-type": "text/html"}
    )

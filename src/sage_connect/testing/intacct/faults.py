"""What goes wrong on demand: refusals, drops, delays, broken answers."""

import random
import re
import threading
from collections.abc import Sequence
from typing import Final, TypeAlias

import attrs

from ..exchange import Answer
from . import refusals
from .refusals import Complaint
from .written import Head, control, errors, response

XML: Final = "text/xml; charset=UTF-8"
_HTML: Final = b"<html><head><title>%d</title></head><body>Bad gateway</body></html>"
_CONTROL_ID: Final = re.compile(rb"(<result>.*?<controlid>)[^<]*", re.DOTALL)


@attrs.frozen(kw_only=True)
class Throttle:
    """Too many requests: nothing is done.

    Attributes:
        text_only: Whether the answer has status 200 and a text, as some clients know it
            (seen), rather than status 429 and GW-0010.
    """

    text_only: bool = False


@attrs.frozen(kw_only=True)
class Failure:
    """A fault of the service, without XML.

    Attributes:
        status: 500 and its like; 524 is the edge that cut the wire while work goes on.
        after_commit: Whether everything was done nevertheless.
    """

    status: int = 500
    after_commit: bool = False


@attrs.frozen(kw_only=True)
class Offline:
    """The function fails: "The Service is Temporarily Off-line" (seen)."""


@attrs.frozen(kw_only=True)
class Refuse:
    """The function fails for a reason that is given.

    Attributes:
        number: `errorno`.
        text: `description2`.
    """

    number: str = refusals.GENERAL
    text: str = "The record could not be processed."


@attrs.frozen(kw_only=True)
class Drop:
    """The connection breaks off without an answer.

    Attributes:
        after_commit: Whether everything was done nevertheless.
    """

    after_commit: bool = False


@attrs.frozen(kw_only=True)
class Cut:
    """Everything is done; the connection breaks off in the middle of the answer.

    Attributes:
        keep: So many bytes arrive.
    """

    keep: int = 200


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
    """A proxy answers in the gateway's stead, in HTML; nothing is done.

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

    keep: int = 200


@attrs.frozen(kw_only=True)
class OtherControlId:
    """Everything is done; the answer is for another function.

    Attributes:
        id: The controlid of its results.
    """

    id: str = "another"


@attrs.frozen(kw_only=True)
class Expired:
    """The session is over, whatever its time; nothing is done."""


@attrs.frozen(kw_only=True)
class Elsewhere:
    """getAPISession names another endpoint.

    Attributes:
        url: Which.
    """

    url: str = "https://intacct.example.com/ia/xml/xmlgw.phtml"


Fault: TypeAlias = (
    Throttle
    | Failure
    | Offline
    | Refuse
    | Drop
    | Cut
    | Slow
    | Html
    | Truncate
    | OtherControlId
    | Expired
    | Elsewhere
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
        function: str,
        object: str,
        times: int | None,
        after: int,
        chance: float,
        seed: int,
    ) -> None:
        self.fault: Fault = fault
        self.met: int = 0
        self._function = function
        self._object = object.upper()
        self._times = times
        self._after = after
        self._chance = chance
        # Not for secrets: trials must be repeatable.
        self._random = random.Random(seed)  # noqa: S311

    def meets(self, functions: Sequence[str], objects: Sequence[str]) -> bool:
        """Whether a request is met; counts it if so."""
        if self._times is not None and self.met >= self._times:
            return False
        if self._function not in {"", *functions}:
            return False
        if self._object not in {"", *objects}:
            return False
        if self._after:
            self._after -= 1
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

    def of(self, functions: Sequence[str], objects: Sequence[str]) -> Fault | None:
        """Return what goes wrong with a request; None for nothing."""
        with self._guard:
            for trouble in self._planned:
                if trouble.meets(functions, objects):
                    return trouble.fault
        return None


def instead(fault: Fault, head: Head) -> Answer | None:
    """Return what is answered in place of doing anything; None to do it."""
    if isinstance(fault, Throttle):
        return throttled(head, text_only=fault.text_only)
    if isinstance(fault, Html):
        return _html(fault.status)
    if isinstance(fault, Failure) and not fault.after_commit:
        return _html(fault.status)
    return None


def spoilt(fault: Fault, made: Answer) -> Answer:
    """Return what becomes of an answer once everything was done."""
    if isinstance(fault, Failure):
        return _html(fault.status)
    if isinstance(fault, Truncate):
        return attrs.evolve(made, content=made.content[: fault.keep])
    if isinstance(fault, OtherControlId):
        content = _CONTROL_ID.sub(rb"\g<1>" + fault.id.encode(), made.content)
        return attrs.evolve(made, content=content)
    return made


def complaint_of(fault: Fault) -> Complaint | None:
    """Return why functions fail; None for a fault of another kind."""
    if isinstance(fault, Offline):
        text = "The Service is Temporarily Off-line. Please try again later."
        return Complaint(number=refusals.GENERAL, text=text, category="SYSTEM_ERROR")
    if isinstance(fault, Refuse):
        return Complaint(number=fault.number, text=fault.text)
    return None


def throttled(head: Head, *, text_only: bool = False) -> Answer:
    """Return the answer to one request too many."""
    if text_only:
        text = b"<html><body>API rate limit exceeded</body></html>"
        return Answer(status=200, content=text, headers={"content-type": XML})
    complaint = Complaint(
        number=refusals.RATE_LIMIT,
        title="Too Many Requests",
        text="API rate limit exceeded",
        correction="Try again later.",
        supported=False,
    )
    told = errors([complaint], extended=head.extended)
    content = response(control(head, "failure") + told)
    return Answer(status=429, content=content, headers={"content-type": XML})


def _html(status: int) -> Answer:
    return Answer(
        status=status, content=_HTML % status, headers={"content-type": "text/html"}
    )

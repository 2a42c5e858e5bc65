"""Answers that come later: what a transport policy posts to its address.

A callback comes from the network, from whoever knows the address: its body is read as what
a stranger sent. Let the policy give a user and password for the address, and check them in
the web server before the body gets here.
"""

from collections.abc import Mapping
from typing import Final

import attrs

from ..errors import BrokenReplyError
from .call import Call
from .faults import Level, error_of
from .gateway import ECHO, Exchanged
from .outcomes import Answer, answers_of, not_run
from .sayings import RepeatAnswer
from .wire.reply import Response, parse_reply

LARGEST: Final = 64 * 2**20
"""Bytes of a callback at most."""

__all__ = ("LARGEST", "Callback", "parse_callback")


@attrs.frozen(kw_only=True)
class Callback:
    """The answer to a request that was queued.

    That its form is the one of an immediate answer, and that it is told apart by the
    control id of the request, is inferred: Sage shows no sample.

    Attributes:
        control_id: Of the request that it answers.
        response: What Sage says.
    """

    control_id: str
    response: Response = attrs.field(repr=False)

    def answers(self, call: Call, repeat: RepeatAnswer | None = None) -> tuple[Answer, ...]:
        """Return what became of each function that was queued, in order.

        Args:
            call: What was sent: `Acknowledgement.call`.
            repeat: How Sage says that it carried out a function before.

        Raises:
            BrokenReplyError: It answers another request, or functions that were not sent.
        """
        ids = {one.control_id for one in self.response.results}
        if self.control_id != call.control_id or not ids <= set(call.ids):
            raise BrokenReplyError(
                "the callback answers another request than it is held against",
                code=ECHO,
                fix="Find the request by the callback's control id.",
            )
        for level, status in (
            (Level.CONTROL, self.response.control.status),
            (Level.AUTHENTICATION, _signed_in(self.response)),
        ):
            if status != "success":
                error = error_of(level, self.response.errors, doing=call.doing)
                return not_run(call, error)
        found = Exchanged(response=self.response)
        return answers_of(call, found, repeat or RepeatAnswer())


def parse_callback(body: bytes, waiting: Mapping[str, Call] | None = None) -> Callback:
    """Return what a callback says.

    Args:
        body: As it was posted.
        waiting: What was queued, by control id; a callback to nothing of it is refused.
            None to take any.

    Raises:
        BrokenReplyError: It is no answer of the gateway, is hostile, or answers nothing
            that waits.
    """
    if len(body) > LARGEST:
        raise BrokenReplyError(
            f"a callback of {len(body)} bytes is refused: {LARGEST} are allowed",
            code="SC-IN-NOT-SAGE",
            fix="Queue smaller requests.",
        )
    response = parse_reply(body, expected="online")
    id = response.control.control_id
    if response.acknowledgement is not None or not id:
        raise BrokenReplyError(
            "what was posted is no callback: it names no request, or only acknowledges one",
            code="SC-IN-NOT-SAGE",
        )
    if waiting is not None and id not in waiting:
        raise BrokenReplyError(
            "the callback answers no request that waits for one",
            code=ECHO,
            fix="It may have been taken before, or come from somebody else.",
        )
    return Callback(control_id=id, response=response)


def _signed_in(response: Response) -> str:
    said = response.authentication
    return "success" if said is None else said.status

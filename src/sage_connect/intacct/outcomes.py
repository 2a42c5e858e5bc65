"""What became of each function of a call, told apart by what to do next."""

import enum
from collections.abc import Iterator, Sequence
from typing import Final

import attrs

from ..errors import DuplicateError, OutcomeUnknownError, RemoteError, SageConnectError
from .call import Call
from .faults import Level, RepeatAnswer, error_of, is_repeat
from .gateway import Exchanged
from .sayings import VAGUE
from .wire.reply import Result


class Became(enum.StrEnum):
    """What became of a function.

    Attributes:
        DONE: It was carried out.
        FAILED: Sage refused it; nothing was done.
        ROLLED_BACK: Another function of its transaction failed: nothing stays.
        NOT_RUN: It was not tried, or turned away unread.
        REPEATED: It was carried out before under the same control id: look it up.
        UNKNOWN: It may have been carried out: look before it is sent again.
    """

    DONE = "done"
    FAILED = "failed"
    ROLLED_BACK = "rolled back"
    NOT_RUN = "not run"
    REPEATED = "repeated"
    UNKNOWN = "unknown"


@attrs.frozen(kw_only=True)
class Answer:
    """What became of one function.

    Attributes:
        control_id: Its control id.
        became: What became of it.
        result: What Sage says of it; None where it says nothing.
        error: Why it was not done; None where it was.
    """

    control_id: str
    became: Became
    result: Result | None = None
    error: SageConnectError | None = None

    def unwrap(self) -> Result:
        """Return the result.

        Raises:
            DuplicateError: It was carried out before, or its id is taken.
            OutcomeUnknownError: It may have been carried out.
            SageConnectError: It was not.
        """
        if self.error is not None:
            raise self.error
        if self.result is None:
            raise OutcomeUnknownError(f"nothing is said of the function {self.control_id}")
        return self.result


_CLOSING: Final = "XL03000009"


def answers_of(call: Call, found: Exchanged, repeat: RepeatAnswer) -> tuple[Answer, ...]:
    """Return what became of each function of `call`, in order.

    Args:
        call: What was sent.
        found: What was answered.
        repeat: How Sage says that it carried out a function before.
    """
    told = {one.control_id: one for one in found.response.results}
    answers = tuple(
        _answer(call, found, index, told.get(id), repeat)
        for index, id in enumerate(call.ids)
    )
    if call.transaction and found.resent:
        return tuple(_of_a_lost_whole(answers))
    if call.transaction and any(one.became is not Became.DONE for one in answers):
        return tuple(map(_not_alone, answers))
    return answers


def not_run(call: Call, error: SageConnectError) -> tuple[Answer, ...]:
    """Return that nothing of `call` was tried."""
    return tuple(
        Answer(control_id=id, became=Became.NOT_RUN, error=error) for id in call.ids
    )


def repeated(call: Call, error: SageConnectError) -> tuple[Answer, ...]:
    """Return that `call` was carried out before."""
    return tuple(
        Answer(control_id=id, became=Became.REPEATED, error=error) for id in call.ids
    )


def unknown(call: Call, error: OutcomeUnknownError) -> tuple[Answer, ...]:
    """Return that nobody knows what became of `call`."""
    return tuple(
        Answer(control_id=id, became=Became.UNKNOWN, error=error) for id in call.ids
    )


def _answer(
    call: Call, found: Exchanged, index: int, result: Result | None, repeat: RepeatAnswer
) -> Answer:
    id = call.ids[index]
    if result is None:
        return Answer(
            control_id=id,
            became=Became.UNKNOWN,
            error=OutcomeUnknownError(
                f"the answer says nothing of {call.names[index]} ({id})"
            ),
        )
    if result.status == "success":
        return Answer(control_id=id, became=Became.DONE, result=result)
    repeated = call.unique and is_repeat(result.errors, repeat)
    error = error_of(
        Level.RESULT,
        result.errors,
        result,
        found.status,
        index=index if len(call.ids) > 1 else None,
        repeat=repeat if repeated else None,
    )
    if repeated:
        became = Became.REPEATED
    elif result.status == "aborted" or _is_closing(result):
        became = Became.ROLLED_BACK
    elif found.resent and _may_be_ours(error):
        return _doubted(id, result, error)
    else:
        became = Became.FAILED
    return Answer(control_id=id, became=became, result=result, error=error)


def _is_closing(result: Result) -> bool:
    return any(one.number == _CLOSING for one in result.errors)


def _may_be_ours(error: RemoteError) -> bool:
    """Whether Sage might refuse what its lost answer said was done."""
    return isinstance(error, DuplicateError) or error.code in VAGUE


def _doubted(id: str, result: Result, error: SageConnectError) -> Answer:
    doubt = OutcomeUnknownError(
        "it was sent again since its answer was lost, and what is said now may mean that "
        f"it was done then: {error.message}"
    )
    doubt.code = error.code
    doubt.__cause__ = error
    return Answer(control_id=id, became=Became.UNKNOWN, result=result, error=doubt)


def _of_a_lost_whole(answers: Sequence[Answer]) -> Iterator[Answer]:
    """Tell what became of a transaction whose first answer was lost: all, or nothing."""
    repeated = next((one for one in answers if one.became is Became.REPEATED), None)
    doubted = next((one for one in answers if one.became is Became.UNKNOWN), None)
    for one in answers:
        if one.became is Became.ROLLED_BACK and repeated is not None:
            yield attrs.evolve(one, became=Became.REPEATED, error=repeated.error)
        elif one.became is Became.ROLLED_BACK and doubted is not None:
            yield attrs.evolve(one, became=Became.UNKNOWN, error=doubted.error)
        else:
            yield one


def _not_alone(answer: Answer) -> Answer:
    """Return what an answer means when another of its transaction says no."""
    if answer.became is not Became.DONE:
        return answer
    # Sage would not say so of a transaction: all of it is done, or none.
    doubt = OutcomeUnknownError(
        f"the function {answer.control_id} is said to be done, though others of its "
        "transaction are not"
    )
    return attrs.evolve(answer, became=Became.UNKNOWN, error=doubt)

"""What the errors tell a type checker."""

from typing import assert_type

from sage_connect.errors import (
    CodecError,
    OutcomeUnknownError,
    RateLimitedError,
    RemoteError,
    TransportError,
)


def what_is_caught_says_what_to_do(error: RateLimitedError) -> None:
    assert_type(error.retry_after, float)
    assert_type(error.status, int)


def only_a_rate_limit_says_when(error: RemoteError) -> None:
    str(error.retry_after)  # type: ignore[attr-defined]  # that is the case


def a_lost_answer_is_a_transport_error(error: OutcomeUnknownError) -> TransportError:
    return error


def details_are_given_by_name() -> CodecError:
    return CodecError("too long", "/number")  # type: ignore[call-arg]  # path=

"""Steps are plain data that show no more than they should."""

import pickle

import pytest

from sage_connect.plan import AppendFile, Reply, Sealed, Secret, Send, WriteFile


def test_a_reply_gives_headers_in_any_case() -> None:
    reply = Reply(status=200, headers=(("x-request-id", "a"), ("x-request-id", "b")))

    assert reply.header("X-Request-Id") == "b"
    assert reply.header("Missing") == ""


def test_a_reply_shows_the_size_of_its_body_alone() -> None:
    assert repr(Reply(status=200, body=b"sensitive")) == (
        "Reply(status=200, body=<9 bytes>, url='')"
    )


@pytest.mark.parametrize(
    "step",
    [
        Send(method="POST", url="https://x", headers=(("a", "hunter2"),), body=b"hunter2"),
        Send(method="POST", url="https://x", body=Sealed((Secret("hunter2"),))),
        WriteFile("a", b"hunter2"),
        AppendFile("a", b"hunter2"),
    ],
)
def test_a_step_shows_no_content(step: object) -> None:
    assert "hunter2" not in repr(step)


def test_a_step_may_be_pickled() -> None:
    step = Send(method="GET", url="https://x", query=(("a", "1"),))

    assert pickle.loads(pickle.dumps(step)) == step  # noqa: S301 - our own bytes

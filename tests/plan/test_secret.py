"""Secrets are shown to nobody but a driver."""

import copy
import pickle

import pytest

from sage_connect.plan import MASK, Sealed, Secret, opened

SENTINEL = "hunter2"


@pytest.mark.parametrize(
    "shown", [repr, str, lambda secret: f"{secret}", lambda secret: f"{secret!r:>20}"]
)
def test_a_secret_is_masked_wherever_it_is_shown(shown: object) -> None:
    assert callable(shown)

    text = shown(Secret(SENTINEL))

    assert SENTINEL not in text
    assert MASK in text


def test_a_secret_reveals_itself_when_asked() -> None:
    assert Secret(SENTINEL).reveal() == SENTINEL


def test_an_empty_secret_is_false() -> None:
    assert [bool(Secret("")), bool(Secret("x"))] == [False, True]


def test_secrets_are_equal_by_their_text_and_never_to_it() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert {Secret("a"), Secret("a")} == {Secret("a")}


@pytest.mark.parametrize("leave", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_secret_is_neither_pickled_nor_copied(leave: object) -> None:
    assert callable(leave)

    with pytest.raises(TypeError, match="not pickled"):
        leave(Secret(SENTINEL))


def test_a_secret_is_text() -> None:
    with pytest.raises(TypeError, match="must be a str, not bytes"):
        Secret(b"x")  # type: ignore[arg-type]  # that is the case


def test_a_sealed_body_opens_for_a_driver_and_is_masked_for_all_others() -> None:
    sealed = Sealed(("<password>", Secret(SENTINEL), "</password>"))

    assert opened(sealed) == f"<password>{SENTINEL}</password>"
    assert str(sealed) == f"<password>{MASK}</password>"
    assert SENTINEL not in repr(sealed)


def test_what_is_not_sealed_is_open_already() -> None:
    assert opened(b"bytes") == b"bytes"

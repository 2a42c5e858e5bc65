"""Secrets, and bodies that must hold one: shown to nobody but a driver."""

from typing import Any, NoReturn

import attrs

MASK = "***"
"""What stands in place of a secret wherever it would be shown."""


class Secret:
    """A password, token or key. Its text is shown by no `repr`, `str`, format or pickle.

    >>> Secret("hunter2")
    Secret('***')
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        if not isinstance(text, str):
            raise TypeError(f"a secret must be a str, not {type(text).__name__}")
        self._text = text

    def reveal(self) -> str:
        """Return the text itself. Only what opens a connection should ask."""
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __repr__(self) -> str:
        return f"Secret({MASK!r})"

    def __str__(self) -> str:
        return MASK

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "a Secret is not pickled: pass it on by the environment or a keyring"
        )


@attrs.frozen
class Sealed:
    """Text with places for secrets that only a driver fills.

    Attributes:
        parts: Plain text and secrets, in order.
    """

    parts: tuple[str | Secret, ...]

    def open(self) -> str:
        """Return the text with its secrets. For drivers alone."""
        return "".join(
            part.reveal() if isinstance(part, Secret) else part for part in self.parts
        )

    def __str__(self) -> str:
        return "".join(str(part) for part in self.parts)


def opened(value: "str | bytes | Sealed") -> Any:
    """Return `value`, opened if it is sealed. For drivers alone."""
    return value.open() if isinstance(value, Sealed) else value

"""What a value that came as JSON is."""

from typing import Any

from typing_extensions import TypeIs


def is_object(value: Any) -> "TypeIs[dict[str, Any]]":
    """Whether it is an object."""
    return isinstance(value, dict)


def is_list(value: Any) -> "TypeIs[list[Any]]":
    """Whether it is a list."""
    return isinstance(value, list)

"""Sage Intacct, by its XML gateway."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import functions as functions
    from .wire.conditions import where as where
    from .wire.encoding import (
        element_of as element_of,
        encode as encode,
        is_write as is_write,
        unsent as unsent,
    )
    from .wire.function import Fragment as Fragment, Function as Function
    from .wire.queries import field as field, query as query
else:
    from .._lazy import attach

    __getattr__, __dir__ = attach(
        __name__,
        {
            "wire.conditions": ("where",),
            "wire.encoding": ("element_of", "encode", "is_write", "unsent"),
            "wire.function": ("Fragment", "Function"),
            "wire.queries": ("field", "query"),
        },
    )

__all__ = (
    "Fragment",
    "Function",
    "element_of",
    "encode",
    "field",
    "functions",
    "is_write",
    "query",
    "unsent",
    "where",
)

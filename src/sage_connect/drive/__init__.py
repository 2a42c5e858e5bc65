"""Doing it: the only code that touches the world.

The names are loaded when they are first used: a blocking run never meets asyncio, and work
on files never meets HTTP.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .awaiting import AwaitingDriver as AwaitingDriver
    from .blocking import BlockingDriver as BlockingDriver
    from .options import HttpOptions as HttpOptions
    from .stores import FileTokens as FileTokens, MemoryTokens as MemoryTokens
else:
    from .._lazy import attach

    __getattr__, __dir__ = attach(
        __name__,
        {
            "awaiting": ("AwaitingDriver",),
            "blocking": ("BlockingDriver",),
            "options": ("HttpOptions",),
            "stores": ("FileTokens", "MemoryTokens"),
        },
    )

__all__ = (
    "AwaitingDriver",
    "BlockingDriver",
    "FileTokens",
    "HttpOptions",
    "MemoryTokens",
)

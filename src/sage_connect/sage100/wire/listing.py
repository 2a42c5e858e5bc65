"""The list of what was found in a file: many faults of one kind never hide another."""

from __future__ import annotations

import attrs

from .sentences import FileFault, Severity

__all__ = ("Listing",)


class Listing:
    """Lists faults in the order in which they are found, each code up to a limit."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._listed: list[FileFault] = []
        self._counts: dict[str, int] = {}
        self._worst: dict[str, Severity] = {}

    def put(self, found: FileFault) -> None:
        """List a fault, or count it where its code is full."""
        code = found.code
        count = self._counts[code] = self._counts.get(code, 0) + 1
        if code not in self._worst or found.severity == "error":
            self._worst[code] = found.severity
        if count <= self._limit:
            self._listed.append(found)

    def close(self, more: FileFault) -> tuple[FileFault, ...]:
        """Return what is listed, and for each full code how many were left out.

        Args:
            more: The fault that tells so, with the fields `{found}` and `{code}`.
        """
        for code, count in self._counts.items():
            if count > self._limit:
                text = more.message.format(found=count - self._limit, code=code)
                severity = self._worst[code]
                self._listed.append(attrs.evolve(more, severity=severity, message=text))
        return tuple(self._listed)

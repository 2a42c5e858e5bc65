"""How many lines each record has, whose child it is, and which class reads it.

The facts of all modules come from a generated table; this module gives them a shape and
answers for one file: its module, its version, its code page.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Literal

import attrs

from ._generated import layouts as _facts
from .values import AROUND, Encoding

__all__ = ("MODULE_VERSIONS", "Dialect", "Fit", "Layout", "Module", "flags_of")

Module = Literal["accounting", "commercial_management", "fixed_assets"]
"""The program of Sage 100 whose file it is."""
Fit = Literal["yes", "no", "unproven"]

MODULE_VERSIONS: Mapping[Module, int] = {
    "accounting": 31,
    "commercial_management": 33,
    "fixed_assets": 23,
}
"""The version of each module whose layouts were seen in real files."""


@attrs.frozen(kw_only=True, eq=False)
class Layout:
    """The shape of one kind of record in one module.

    Attributes:
        flag: With its number sign, as `#MECG`.
        title: In English; "" for a flag nobody has published.
        module: Whose files it stands in.
        version: The `#VER` on which the shape was seen.
        fixed: Fields before the repeated tail; None where the count varies.
        width: Fields of one item of the tail; 0 without a tail.
        extra: Lines by which an item may be longer, in steps; 0 mostly.
        least: The fewest fields of a whole record.
        observed: Fewest and most fields seen, where no layout is published.
        counts: `#VER` to number of fields, where several versions are known.
        singleton: At most one in a file.
        parents: Flags of which one must stand before it; () for a record of its own.
        reliability: `proven`, `observed`, `single`, `documented-only`, or "" if unknown.
        key: Numbers, from 1, of the fields that identify a master record.
        home: Generated module and class that read it; None for raw fields only.
        known: Whether the flag is published for this module.
    """

    flag: str
    title: str = ""
    module: Module = "accounting"
    version: int = 0
    fixed: int | None = None
    width: int = 0
    extra: int = 0
    least: int = 0
    observed: tuple[int, int] | None = None
    counts: Mapping[int, int] = attrs.field(factory=dict[int, int])
    singleton: bool = False
    parents: tuple[str, ...] = ()
    reliability: str = ""
    key: tuple[int, ...] = ()
    home: tuple[str, str] | None = None
    known: bool = True

    def expected(self, version: int | None) -> str:
        """Say how many fields a record should have, as `39` or `133 + N x 1`."""
        exact = self.count(version)
        if self.counts and exact is None:
            return " or ".join(map(str, sorted({*self.counts.values()})))
        if self.counts:
            return str(exact)
        if self.width:
            return f"{self.fixed} + N x {self.width}"
        if self.fixed is not None:
            return str(self.fixed)
        if self.observed is not None:
            return f"{self.observed[0]} to {self.observed[1]}"
        return "any number of"

    def count(self, version: int | None) -> int | None:
        """Return the fields before any tail in files of `version`, None if it varies."""
        if self.counts:
            return None if version is None else self.counts.get(version)
        return self.fixed

    def fits(self, found: int, version: int | None) -> Fit:
        """Tell whether a record of `found` fields is whole.

        `unproven` where another count is wrong as far as anyone has seen, but the layout
        was seen too seldom, or not in this version, to be sure.
        """
        if not self.known:
            return "yes"
        if self.counts:
            exact = self.count(version)
            if exact is not None:
                return "yes" if found == exact else "no"
            return "yes" if found in self.counts.values() else "unproven"
        if self._holds(found):
            return "yes"
        # A record of which a file has one is seen but once: its documentation agrees.
        seen = self.reliability in {"proven", "observed"} or self.singleton
        sure = seen and version == self.version
        return "no" if sure and self.fixed is not None else "unproven"

    def _holds(self, found: int) -> bool:
        if self.width and self.fixed is not None:
            rest = found - self.fixed
            if found < self.least:
                return False
            if not self.extra:
                return rest % self.width == 0
            items = rest // self.width
            return any((rest - self.width * n) % self.extra == 0 for n in range(items + 1))
        if self.fixed is not None:
            return found == self.fixed
        if self.observed is not None:
            return self.observed[0] <= found <= self.observed[1]
        return True


@cache
def _layout(flag: str, module: Module) -> Layout:
    row = _facts.LAYOUTS[module, flag]
    (
        title, version, fixed, width, extra, least, observed, counts, singleton, parents,
        reliability, key, home,
    ) = row  # fmt: skip
    return Layout(
        flag=flag,
        title=title,
        module=module,
        version=version,
        fixed=fixed,
        width=width,
        extra=extra,
        least=least,
        observed=observed,
        counts=dict(counts),
        singleton=singleton,
        parents=parents,
        reliability=reliability,
        key=key,
        home=home,
    )


def flags_of(module: Module) -> tuple[str, ...]:
    """Return the published flags of `module`, in the order of the fact table."""
    return tuple(flag for owner, flag in _facts.LAYOUTS if owner == module)


@attrs.frozen
class Dialect:
    """What a file's header, and its reader, decide for all its records.

    Attributes:
        module: Which product's file it is.
        version: The number on `#VER`; None where there is none.
        encoding: The code page of its text.
        around: Two-digit years are read from 50 before this year to 49 after.
    """

    module: Module = "accounting"
    version: int | None = 31
    encoding: Encoding = "cp850"
    around: int = AROUND

    def layout(self, flag: str) -> Layout:
        """Return the layout of `flag`; one that is not `known` for a foreign flag."""
        # Flags come from files: a damaged one must not fill a cache for ever.
        if (self.module, flag) in _facts.LAYOUTS:
            return _layout(flag, self.module)
        return _unknown(flag, self.module)


@lru_cache(maxsize=256)
def _unknown(flag: str, module: Module) -> Layout:
    return Layout(flag=flag, module=module, known=False)

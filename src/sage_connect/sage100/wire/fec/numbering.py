"""Numbers of entries: do they run on, over the file or journal by journal, and only once?

Memory: under a byte an entry where numbers run on, about a hundred where each stands far
from all others; beyond `PAGES` such islands the counting stops, and says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import attrs

from .faults import Code, Faults

__all__ = ("PAGES", "Numbers")

PAGES = 50_000
"""Islands of 256 numbers that are remembered."""

_SPLIT = re.compile(r"(.*?)([0-9]{1,18})", re.DOTALL)
# Counts begin at 0 or 1, also after a year or another mark: 1, 2026001. One that goes on
# from the year before begins anywhere.
_AFTER_FIRST = re.compile(r"(?:[0-9]*00)?[2-9]")
_PAGE = 8
_MASK = (1 << _PAGE) - 1
_STEPS = 1000
_FEW = 3

Place = tuple[str, str]
"""Journal ("" for the whole file) and what stands before the digits."""


Step = tuple[int, int, int]
"""Where a number did not follow the one before it: line, the one before, the number."""


@attrs.define
class _Run:
    """The numbers of one place."""

    first: int
    last: int
    highest: int
    line: int
    count: int = 0
    pages: dict[int, int] = attrs.Factory(dict[int, int])
    steps: list[Step] = attrs.Factory(list[Step])
    falls: int = 0
    fall: Step | None = None

    def missing(self) -> int:
        return self.highest - self.first + 1 - self.count

    def has(self, number: int) -> bool:
        return bool(self.pages.get(number >> _PAGE, 0) >> (number & _MASK) & 1)

    def add(self, number: int, line: int) -> int:
        """Count a number that was not given before; return how many pages were begun."""
        page = number >> _PAGE
        bits = self.pages.get(page, 0)
        self.pages[page] = bits | 1 << (number & _MASK)
        if self.count and number != self.last + 1:
            if number < self.last:
                self.falls += 1
                self.fall = self.fall or (line, self.last, number)
            if len(self.steps) < _STEPS:
                self.steps.append((line, self.last, number))
        self.count += 1
        self.last = number
        if number < self.first:
            self.first, self.line = number, line
        self.highest = max(self.highest, number)
        return not bits

    def gaps(self) -> Iterator[tuple[int, int, int]]:
        """Yield the line after a gap, the number there, and how many are missing."""
        known = -1
        for page in sorted(self.pages):
            bits = self.pages[page]
            while bits:
                low = (bits & -bits).bit_length() - 1
                number = (page << _PAGE) + low
                bits &= bits - 1
                if known >= 0 and number > known + 1:
                    yield self._line(number), number, number - known - 1
                known = number

    def _line(self, number: int) -> int:
        return next((line for line, _, found in self.steps if found == number), 0)


class Numbers:
    """Takes the numbers of entries as they begin, and tells at the end what they do."""

    def __init__(self, faults: Faults, label: Callable[[str], str]) -> None:
        self._faults = faults
        self._label = label
        self._whole: dict[str, _Run] = {}
        self._journals: dict[Place, _Run] = {}
        self._shared: list[tuple[int, str, str]] = []
        self._clashes = 0
        self._entries = 0
        self._pages = 0
        self._full = ""
        self._odd: tuple[int, str] | None = None

    def again(self, journal: str, number: str, line: int) -> bool:
        """Take the number of an entry; return whether its journal gave it before."""
        self._entries += 1
        match = _SPLIT.fullmatch(number)
        if match is None:
            self._odd = self._odd or (line, number)
            # Without digits: at least once only.
            prefix, value = number, 0
        else:
            prefix, value = match[1], int(match[2])
        own = self._journals.get((journal, prefix))
        if own is not None and own.has(value):
            return True
        if self._pages >= PAGES:
            self._full = self._full or number
            return False
        whole = self._whole.get(prefix)
        if whole is None:
            whole = self._whole[prefix] = _Run(value, value, value, line)
        if own is None:
            own = self._journals[journal, prefix] = _Run(value, value, value, line)
        if whole.has(value):
            self._clashes += 1
            if len(self._shared) < _STEPS:
                self._shared.append((line, number, journal))
        else:
            self._pages += whole.add(value, line)
        self._pages += own.add(value, line)
        return False

    def close(self) -> None:
        """Tell what the numbers do, judged by what explains them best."""
        if self._odd is not None:
            line, number = self._odd
            self._add(
                Code.NUMBER_FORM,
                line,
                found=number,
                reason="it has no digits at its end",
            )
        if self._full:
            self._add(
                Code.NUMBER_FORM,
                0,
                found=self._full,
                reason=f"they stand in {PAGES} places, and are counted no further",
            )
            return
        if len(self._whole) * 2 > self._entries > _FEW:
            reason = "what stands before its last digits is another for most entries"
            found = next(iter(self._whole))
            self._add(Code.NUMBER_FORM, 0, found=found, reason=reason)
        if self._by_journal():
            line = self._shared[0][0] if self._shared else 0
            self._add(Code.NUMBER_BY_JOURNAL, line)
            for (journal, prefix), run in self._journals.items():
                self._tell(run, prefix, f" in journal {journal}")
            return
        for line, number, journal in self._shared:
            self._add(Code.NUMBER_JOURNALS, line, number=number, found=journal)
        for prefix, run in self._whole.items():
            self._tell(run, prefix, "")

    def _add(self, code: Code, line: int, /, **values: object) -> None:
        self._faults.add(code, line, self._label("EcritureNum"), **values)

    def _by_journal(self) -> bool:
        """Whether journals count for themselves.

        Inferred from the file, since nothing in it says so: counting by journal explains
        far more than counting over the whole file does. Journals of one entry prove
        nothing.
        """
        apart = sum(run.missing() for run in self._whole.values())
        within = sum(run.missing() for run in self._journals.values())
        faults = apart + self._clashes
        if faults < 2 * within + 2:
            return False
        if self._clashes > 1:
            return True
        return apart > self._entries and all(
            run.count > 1 for run in self._journals.values()
        )

    def _tell(self, run: _Run, prefix: str, journal: str) -> None:
        if _AFTER_FIRST.fullmatch(str(run.first)) and run.count > 1:
            first = f"{prefix}{run.first}"
            self._add(Code.NUMBER_FIRST, run.line, number=first, journal=journal)
        if run.missing():
            for line, number, missing in run.gaps():
                told = "1 number is" if missing == 1 else f"{missing} numbers are"
                self._add(
                    Code.NUMBER_GAP,
                    line,
                    missing=told,
                    number=f"{prefix}{number}",
                    journal=journal,
                )
        if run.fall is not None:
            line, before, number = run.fall
            self._add(
                Code.NUMBER_ORDER,
                line,
                number=f"{prefix}{number}",
                before=f"{prefix}{before}",
                journal=journal,
                count=run.falls,
            )

"""Everything that was found, for a person and for a program."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import overload

import attrs

from .finding import Finding, Severity

# Enough for a person to act on; the report itself has them all.
_SHOWN = 20


@attrs.frozen(kw_only=True)
class Unchecked:
    """A rule that could not look: it is not fine, it is not known.

    Attributes:
        code: The rule's code.
        missing: Parts of `Reference` that it needs, or "country", "edition".
    """

    code: str
    missing: tuple[str, ...]


@attrs.frozen(kw_only=True)
class Report(Sequence[Finding]):
    """The findings of a check, in the order of the documents.

    Attributes:
        findings: All of them; never only the first of a document.
        unchecked: Rules that lacked what they need.
        documents: How many documents were checked.
    """

    findings: tuple[Finding, ...] = ()
    unchecked: tuple[Unchecked, ...] = ()
    documents: int = 0

    @overload
    def __getitem__(self, at: int) -> Finding: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Finding, ...]: ...
    def __getitem__(self, at: int | slice) -> Finding | tuple[Finding, ...]:
        return self.findings[at]

    def __len__(self) -> int:
        return len(self.findings)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    @property
    def ok(self) -> bool:
        """True when no finding is an error."""
        return not self.errors

    @cached_property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that refuse their document."""
        return tuple(one for one in self.findings if one.severity is Severity.ERROR)

    @cached_property
    def by_index(self) -> Mapping[int, "Report"]:
        """A report for each document that has findings, by its position from 0."""
        grouped: dict[int, list[Finding]] = {}
        for one in self.findings:
            grouped.setdefault(one.index, []).append(one)
        return {
            index: Report(findings=tuple(found), unchecked=self.unchecked, documents=1)
            for index, found in grouped.items()
        }

    def of(self, index: int) -> "Report":
        """Return the report of the document at `index`, counted from 0."""
        return self.by_index.get(index) or Report(unchecked=self.unchecked, documents=1)

    def summary(self, language: str = "en") -> str:
        """Return the errors as text, a line each; of very many, the first."""
        shown = [
            " ".join(
                part
                for part in (_place(one), one.message(language), one.fix(language))
                if part
            )
            for one in self.errors[:_SHOWN]
        ]
        left = len(self.errors) - len(shown)
        return "\n".join([*shown, f"… {left}"] if left else shown)


def _place(one: Finding) -> str:
    place = " ".join(part for part in (one.document, one.path) if part)
    return f"{place}: {one.code}:" if place else f"{one.code}:"

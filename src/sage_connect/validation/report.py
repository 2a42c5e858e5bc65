"""Everything that was found, for a person and for a program."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Literal, TypeVar, overload

import attrs

from .._card import counted
from . import forward, page, render
from .finding import Finding, Owner, Severity
from .text import word

# Enough for a person to act on; the report itself has them all.
_SHOWN = 20
K = TypeVar("K")


@attrs.frozen(kw_only=True)
class Unchecked:
    """A rule that could not look: it is not fine, it is not known.

    Attributes:
        code: The rule's code.
        missing: Parts of `Reference` that it needs, or "country", "edition"; "taxid" for
            the extra of the package that is not installed.
    """

    code: str
    missing: tuple[str, ...]


@attrs.frozen(kw_only=True, repr=False)
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
        return self._grouped(lambda one: one.index)

    @cached_property
    def by_document(self) -> Mapping[str, "Report"]:
        """A report for each name of a document that has findings, in order."""
        return self._grouped(lambda one: one.document)

    @cached_property
    def by_kind(self) -> Mapping[str, "Report"]:
        """A report for each type of document that has findings, such as "payment"."""
        return self._grouped(lambda one: one.kind)

    @cached_property
    def by_journal(self) -> Mapping[str, "Report"]:
        """A report for each journal whose documents have findings, by its code.

        Where product and document name no journal, the type of the document stands in its
        place, such as "purchase_invoice"; "" for what is about no document.
        """
        return self._grouped(lambda one: one.journal or one.kind)

    @cached_property
    def by_code(self) -> Mapping[str, "Report"]:
        """A report for each code found, in order of appearance."""
        return self._grouped(lambda one: one.code)

    @cached_property
    def by_owner(self) -> Mapping[Owner, "Report"]:
        """A report for each of those who can put something right."""
        return self._grouped(lambda one: one.owner)

    def _grouped(self, key: Callable[[Finding], K]) -> Mapping[K, "Report"]:
        grouped: dict[K, list[Finding]] = {}
        for one in self.findings:
            grouped.setdefault(key(one), []).append(one)
        return {
            name: Report(
                findings=tuple(found),
                unchecked=self.unchecked,
                documents=len({one.index for one in found}),
            )
            for name, found in grouped.items()
        }

    def of(self, index: int) -> "Report":
        """Return the report of the document at `index`, counted from 0."""
        return self.by_index.get(index) or Report(unchecked=self.unchecked, documents=1)

    def summary(self, language: str = "en") -> str:
        """Return the errors as text, a line each; of very many, the first."""
        shown = [
            " ".join(
                part
                for part in (
                    _place(one, language),
                    one.message(language),
                    one.fix(language),
                )
                if part
            )
            for one in self.errors[:_SHOWN]
        ]
        left = len(self.errors) - len(shown)
        return "\n".join([*shown, f"… {left}"] if left else shown)

    def to_forward(self, owner: Owner | None = None, language: str = "en") -> str:
        """Return what `owner` has to put right, as a message to send on; "" for nothing.

        It says whom it is for, then each point by number: what is wrong, what to do and in
        which menu, and of which documents. What is alike of many documents is one point;
        errors come first. Notes are left out.

        Args:
            owner: Who it is for; None for all, a part for each.
            language: "en" or "fr".
        """
        return forward.message_of(self, owner, language)

    def to_csv(self, *, language: str = "en", bom: bool = False) -> str:
        """Return a table with a row for each finding, the lines ended by CR LF.

        Columns: document, index (from 0; empty for none), path, code, severity, owner,
        message, fix, place (the path in words), journal. A cell that a spreadsheet would
        take for a formula gets an apostrophe in front.

        Args:
            language: "en" or "fr", of place, message and fix.
            bom: Begin with a byte order mark, by which Excel knows UTF-8.
        """
        return render.csv_of(self, language=language, bom=bom)

    def to_json(self, *, language: str = "en", indent: int | None = None) -> str:
        """Return everything as JSON: documents, ok, findings, unchecked.

        Args:
            language: "en" or "fr", of place, message and fix.
            indent: Blanks for each level; None for a single line.
        """
        return render.json_of(self, language=language, indent=indent)

    def to_html(self, *, language: str = "en", title: str = "", lead: str = "") -> str:
        """Return a page that stands alone: no script, no picture, nothing loaded.

        Args:
            language: "en" or "fr".
            title: Heading of the page; "" for the usual one.
            lead: HTML to stand before the findings, already escaped; "" for none.
        """
        return page.page_of(self, language=language, title=title, lead=lead)

    def __repr__(self) -> str:
        numbers = Counter(one.severity for one in self.findings)
        told = [counted(numbers[one], one) for one in Severity if numbers[one]]
        if self.unchecked:
            told.append(f"{counted(len(self.unchecked), 'rule')} not checked")
        of = counted(self.documents, "document")
        return f"<Report on {of}: {', '.join(told) or 'nothing found'}>"

    def to_table(self, *, language: str = "en") -> str:
        """Return the first findings as an HTML table, as a notebook shows it.

        Args:
            language: "en" or "fr".
        """
        return page.table_of(self, language)

    def _repr_html_(self) -> str:
        return self.to_table()

    def to_frame(
        self, *, language: str = "en", library: Literal["pandas", "polars"] = "pandas"
    ) -> Any:
        """Return a data frame: a row for each finding, the columns of the CSV.

        Args:
            language: "en" or "fr", of place, message and fix.
            library: Whose frame it is.

        Raises:
            ConfigurationError: The library is not installed.
        """
        return render.frame_of(self, language=language, library=library)


def _place(one: Finding, language: str) -> str:
    place = ", ".join(filter(None, (one.subject(language), one.place(language))))
    colon = word("colon", language)
    return f"{colon.join(filter(None, (place, one.code)))}{colon}".rstrip()

"""Repairs: what was offered, what it changes, and the documents with it."""

from collections.abc import Iterator, Sequence
from typing import Any, overload

import attrs

from ..._card import SHOWN, Marked, Stack, card, counted, table
from ..finding import Finding
from ..report import Report
from ..text import word
from . import wording


@attrs.frozen(kw_only=True)
class Change:
    """One value that a repair changes.

    Attributes:
        path: JSON pointer into the document; "" for all of it.
        before: What stands there, as text; "" for nothing.
        after: What will stand there.
    """

    path: str
    before: str
    after: str


@attrs.frozen(kw_only=True)
class Repair:
    """What would put one finding right, tried and found to do so. Nothing is changed yet.

    Attributes:
        name: Of the way it is done: "cap-overpayment".
        finding: What it answers.
        before: The document as it was found, earlier repairs of it included.
        after: What stands in its place, in order; nearly always one document.
        newcomers: Master data that is sent before it.
        settings: Settings to go by from then on; None to leave them as they are.
        changes: Every value that it changes.
        settings_changes: Every setting that it changes.
        keeps_totals: True when net, tax, gross and money moved are what they were.
        guess: True where it chooses what only a person can know: look before you take it.
    """

    name: str
    finding: Finding
    before: Any
    after: tuple[Any, ...]
    newcomers: tuple[Any, ...] = ()
    settings: Any = attrs.field(default=None, repr=False)
    changes: tuple[Change, ...]
    settings_changes: tuple[Change, ...] = ()
    keeps_totals: bool
    guess: bool

    @property
    def index(self) -> int:
        """Position of the document in what was given, from 0."""
        return self.finding.index

    @property
    def document(self) -> str:
        """Number of the document, or what else it is known by."""
        return self.finding.document

    def title(self, language: str = "en") -> str:
        """Return what is done, in short, in "en" or "fr"."""
        return wording.title(self.name, language)

    def preview(self, language: str = "en") -> str:
        """Return what is done and every value that changes, as text of a few lines."""
        return wording.preview(self, language)

    def __str__(self) -> str:
        return self.preview()


@attrs.frozen(kw_only=True, repr=False)
class Repairs(Sequence[Repair]):
    """Repairs of a batch, in the order in which they were made. The batch is as it was.

    Attributes:
        repairs: Each builds on those before it.
        documents: The batch with all of them made: newcomers first, then the documents in
            their order.
        settings: The settings with all of them made; None where they stay as they are.
        report: What a check says of `documents`.
    """

    repairs: tuple[Repair, ...] = ()
    documents: tuple[Any, ...] = ()
    settings: Any = attrs.field(default=None, repr=False)
    report: Report

    @overload
    def __getitem__(self, at: int) -> Repair: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Repair, ...]: ...
    def __getitem__(self, at: int | slice) -> Repair | tuple[Repair, ...]:
        return self.repairs[at]

    def __len__(self) -> int:
        return len(self.repairs)

    def __iter__(self) -> Iterator[Repair]:
        return iter(self.repairs)

    @property
    def keeps_totals(self) -> bool:
        """True when every one of them keeps the totals."""
        return all(one.keeps_totals for one in self.repairs)

    def of(self, index: int) -> tuple[Repair, ...]:
        """Return those of the document at `index`, counted from 0."""
        return tuple(one for one in self.repairs if one.index == index)

    def preview(self, language: str = "en") -> str:
        """Return all of them as text; "" for none."""
        return "\n".join(one.preview(language) for one in self.repairs)

    def __str__(self) -> str:
        return self.preview()

    def __repr__(self) -> str:
        left = counted(len(self.report.errors), "error")
        return f"<Repairs: {len(self):,}, with {left} left>"

    def _repr_html_(self) -> str:
        left = len(self.report.errors)
        return card(
            counted(len(self), "repair"),
            table(
                [word(name, "en") for name in ("document", "repair")],
                [
                    (one.document, Stack((one.title(), *wording.lines(one, "en"))))
                    for one in self.repairs[:SHOWN]
                ],
                total=len(self),
            ),
            verdict=Marked(f"{counted(left, 'error')} left", "bad" if left else "good"),
        )

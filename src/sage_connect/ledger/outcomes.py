"""What became of a whole batch: how it is counted, told and ended."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final

import attrs

from ..validation import Report, Severity, Unchecked
from ..validation.render import csv_text
from ..validation.text import place, word
from . import cards
from .outcome import POSTED, D_co, Outcome, State

_COLUMNS: Final = (
    *("document", "type", "source_id", "state", "id", "path", "code", "message", "fix"),
)
# What a document has several of: which one is meant, its sentences leave to the place.
_PARTS: Final = ("/lines/", "/charges/", "/movements/", "/allocations/", "/people/")
_GOOD: Final = POSTED | {State.SKIPPED}


def exit_code_of(states: Iterable[str]) -> int:
    """Return how a program ends that posted a batch, as the command line does.

    Args:
        states: What became of each document.

    Returns:
        3 with an unknown outcome, 1 with a document that was neither posted nor left out by
        a setting, else 0.
    """
    found = set(states)
    if State.UNKNOWN in found:
        return 3
    return 0 if found <= _GOOD else 1


class Outcomes(tuple[Outcome[D_co], ...]):
    """The outcomes of a batch, in its order: a tuple that counts, tells and prints itself.

    ```python
    outcomes = ledger.documents.post_all(documents)
    Path("report.csv").write_text(outcomes.to_csv(bom=True), "utf-8", newline="")
    sys.exit(outcomes.exit_code)
    ```

    Those of several batches become one: `Outcomes([*first, *second])`.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        told = ", ".join(
            f"{number:,} {state.value}" for state, number in self.counts.items()
        )
        return f"<Outcomes: {told or 'none'}>"

    def _repr_html_(self) -> str:
        return cards.outcomes_card(self)

    @property
    def counts(self) -> Mapping[State, int]:
        """How many came to each state, in the order of `State`; without those at none."""
        found = Counter(one.state for one in self)
        return {state: found[state] for state in State if state in found}

    @property
    def exit_code(self) -> int:
        """3 with an unknown outcome, 1 with a document that is not posted, else 0.

        What a setting leaves out is as good as posted.
        """
        return exit_code_of(one.state for one in self)

    @property
    def report(self) -> Report:
        """Everything that was found, at the positions of the outcomes."""
        unchecked: dict[Unchecked, None] = {}
        for one in self:
            unchecked.update(dict.fromkeys(one.report.unchecked))
        return Report(
            findings=tuple(
                attrs.evolve(found, index=at)
                for at, one in enumerate(self)
                for found in one.report
            ),
            unchecked=tuple(unchecked),
            documents=len(self),
        )

    def summary(self, language: str = "en") -> str:
        """Return what became of the batch, for people: counts, then what is wrong.

        A line for each thing that stopped a document: where, what, what to do. What
        stopped one without a finding is told in English.

        Args:
            language: "en" or "fr".
        """
        colon = " : " if language == "fr" else ": "
        counted = (
            f"{word(state, language)}{colon}{count}" for state, count in self.counts.items()
        )
        stopped = (
            f"{_place(row, language)}{colon}{row['message']} {row['fix']}".rstrip()
            for at, one in enumerate(self)
            for row in _rows(at, one, language, only=(Severity.ERROR,))
            if row["message"]
        )
        return "\n".join([", ".join(counted), *stopped])

    def to_csv(self, *, language: str = "en", bom: bool = False) -> str:
        """Return a table with a row for each document, and for each of its findings.

        Columns: document, type, source_id, state, id (the product's own), path, code,
        message, fix. What stopped a document without a finding stands there in English, as
        the message. A cell that a spreadsheet would take for a formula gets an apostrophe
        in front.

        Args:
            language: "en" or "fr", of message and fix.
            bom: Begin with a byte order mark, by which Excel knows UTF-8.
        """
        rows = (row for one in enumerate(self) for row in _rows(*one, language))
        return csv_text(_COLUMNS, rows, bom=bom)


def _place(row: Mapping[str, str], language: str) -> str:
    path = row["path"]
    where = f", {place(path, language)}" if path.startswith(_PARTS) else ""
    return f"{row['document']}{where}"


def _rows(
    at: int, one: Outcome[Any], language: str, only: Collection[Severity] = tuple(Severity)
) -> Iterator[Mapping[str, str]]:
    names = (getattr(one.document, name, "") for name in ("number", "code", "source_id"))
    row = {
        "document": next(filter(None, names), f"#{at + 1}"),
        "type": one.document.type,
        "source_id": getattr(one.document, "source_id", ""),
        "state": one.state.value,
        "id": one.receipt.id if one.receipt else "",
        **dict.fromkeys(("path", "code", "message", "fix"), ""),
    }
    told = [found for found in one.report if found.severity in only]
    for found in told:
        yield {
            **row,
            "path": found.path,
            "code": found.code,
            "message": found.message(language),
            "fix": found.fix(language),
        }
    # A refusal by Sage is a finding already; a lost contact is an error alone.
    if one.error is not None and one.report.ok:
        error = one.error
        yield {**row, "code": error.code, "message": error.message, "fix": error.fix}
    elif not told:
        yield row

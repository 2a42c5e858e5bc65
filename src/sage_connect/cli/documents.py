"""`check` and `post`: documents read from a file, and what became of each."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

import attrs

from ..errors import UnsupportedError
from ..ledger import Outcome, State, judged
from ..ledger.batch import key_of
from ..ledger.outcomes import exit_code_of
from ..model.convert import Loaded, read
from ..targets import connect
from ..validation import COMMON, Finding, Report, Unchecked
from .files import blocks_of, name_of

ACCEPTED = "ACCEPTED"
"""State of a checked document that would be posted."""


@attrs.frozen(kw_only=True)
class Result:
    """What became of one document of the file.

    Attributes:
        number: Its number, code or source id.
        state: ACCEPTED after a check, else the outcome's state.
        key: Digest of its key; "" where it could not be read.
        id: The product's own identity of it; "" for none.
        report: What the rules said; positions are those of the file.
        file: The file that it was handed over in; "" for none.
    """

    number: str
    state: str
    key: str
    id: str
    report: Report
    file: str = ""


@attrs.frozen(kw_only=True)
class Results:
    """What became of every document of a file, in its order."""

    results: tuple[Result, ...]

    @property
    def report(self) -> Report:
        """All findings, in the order of the file, and the rules that could not look."""
        unchecked: dict[Unchecked, None] = {}
        for result in self.results:
            unchecked.update(dict.fromkeys(result.report.unchecked))
        return Report(
            findings=tuple(one for result in self.results for one in result.report),
            unchecked=tuple(unchecked),
            documents=len(self.results),
        )

    @property
    def files(self) -> Sequence[str]:
        """Files that something was handed over in now, each once."""
        handed = (one.file for one in self.results if one.state == State.HANDED_OVER)
        return tuple(dict.fromkeys(name for name in handed if name))

    @property
    def exit_code(self) -> int:
        """3 with an unknown outcome, 1 with a document that is not good, else 0."""
        # What would be posted is as good as what is.
        return exit_code_of(
            State.CREATED.value if one.state == ACCEPTED else one.state
            for one in self.results
        )

    def rows(self, language: str) -> list[dict[str, Any]]:
        """Return what `--json` prints."""
        return [
            {
                "number": result.number,
                "state": result.state,
                "key": result.key,
                "id": result.id,
                "findings": [_row(one, language) for one in result.report],
            }
            for result in self.results
        ]


def check_documents(source: str, target: str) -> Results:
    """Check the documents of a file against what the target's company says."""
    loaded = _read(source)
    documents = [one.document for one in loaded if one.document is not None]
    with connect(target) as ledger:
        # Without an export the rules say so, each for its document.
        with suppress(UnsupportedError):
            ledger.company.load()
        report = ledger.documents.check(documents)
        scope = ledger.scope
    place = iter(range(len(documents)))
    return Results(
        results=tuple(
            _unreadable(one)
            if one.document is None
            else _judged(one, report.of(next(place)), scope)
            for one in loaded
        )
    )


def _judged(one: Loaded, report: Report, scope: str) -> Result:
    document: Any = one.document
    state = judged(report)
    return Result(
        number=_number(one),
        state=ACCEPTED if state is None else state.value,
        key=key_of(document, scope).digest,
        id="",
        report=_placed(one, report),
    )


def post_documents(source: str, target: str) -> Results:
    """Post the documents of a file, each once."""
    loaded = _read(source)
    documents = [one.document for one in loaded if one.document is not None]
    with connect(target) as ledger:
        outcomes: Sequence[Outcome[Any]] = ledger.documents.post_all(documents)
    following = iter(outcomes)
    return Results(
        results=tuple(
            _unreadable(one) if one.document is None else _posted(one, next(following))
            for one in loaded
        )
    )


def _posted(one: Loaded, outcome: Outcome[Any]) -> Result:
    return Result(
        number=_number(one),
        state=outcome.state.value,
        key=outcome.key.digest,
        id=outcome.receipt.id if outcome.receipt else "",
        report=_placed(one, outcome.report),
        file=outcome.receipt.details.get("file", "") if outcome.receipt else "",
    )


def _placed(one: Loaded, report: Report) -> Report:
    """Return a report as of the file, where documents that cannot be read count too."""
    name = _number(one)
    findings = tuple(
        attrs.evolve(found, index=one.index, document=name) for found in report
    )
    return attrs.evolve(report, findings=findings)


def _read(source: str) -> Sequence[Loaded]:
    blocks: Iterable[bytes] = blocks_of(source)
    return read(b"".join(blocks), name=name_of(source))


def _number(one: Loaded) -> str:
    document: Any = one.document
    for name in ("number", "code", "source_id"):
        text: str = getattr(document, name, "")
        if text:
            return text
    return f"#{one.index + 1}"


def _unreadable(one: Loaded) -> Result:
    error = one.error
    finding = COMMON.finding(
        "SC-DOC-UNREADABLE",
        error.path if error else "",
        document=_number(one),
        index=one.index,
        error=error.message if error else "",
    )
    return Result(
        number=_number(one),
        state=State.REFUSED.value,
        key="",
        id="",
        report=Report(findings=(finding,), documents=1),
    )


def _row(one: Finding, language: str) -> dict[str, str]:
    return {
        "code": one.code,
        "severity": one.severity.value,
        "path": one.path,
        "message": one.message(language),
        "fix": one.fix(language),
        "owner": one.owner.value,
    }

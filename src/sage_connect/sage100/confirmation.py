"""What exports prove of the documents that were handed over: imported, changed, doubled.

A document is recognised by the digest of its key, which stands in field 33 of its lines.
Where Sage did not keep that, by journal, invoice number, third party and amount; where it
has no number, by journal, day and all of its lines. Never by piece, since Sage may number
pieces anew. What is found there in part is not said to be missing: it cannot be told.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Final

import attrs

from ..ledger import State
from ..validation import Finding, Report, Unchecked
from .booked import Booked, Expected, Gathered, Handed, Place, Seen, Survey
from .by_lines import ByLines
from .differences import (
    FIELD,
    Fault,
    added,
    comes_to,
    differences,
    in_common,
    is_copy,
    owes_the_same,
)
from .rules import BOOK

_NOT_IMPORTED: Final = "SC-S100-NOT-IMPORTED"
_GONE: Final = "SC-S100-DRIFT-GONE"
_UNSURE: Final = "SC-S100-CANNOT-TELL"


@attrs.frozen(kw_only=True)
class HandedOver:
    """A document that was handed over, and where an export shows it.

    Attributes:
        key: Digest of its key, `Key.digest`.
        kind: Its type, such as "sales_invoice".
        number: Its own number, or "".
        journal: Journal it was handed over to.
        piece: Piece number it was handed over with.
        file: Name of the import file.
        at: When it was handed over, an aware instant in UTC.
        state: `CONFIRMED` once an export has shown it, else `HANDED_OVER`.
        export: Name of the newest export in the folder that shows it, or "".
        booked_as: Piece number in that export, which Sage may have given; or "".
        line: Physical line of its first entry in that export; 0 for none.
    """

    key: str
    kind: str
    number: str
    journal: str
    piece: str
    file: str
    at: dt.datetime
    state: State
    export: str = ""
    booked_as: str = ""
    line: int = 0


@attrs.frozen(kw_only=True)
class Confirmation:
    """What the exports say of everything that was handed over.

    Attributes:
        documents: In the order of handing over.
        report: What was changed in Sage, is there twice, is missing, or cannot be told;
            `report.of(at)` is that of `documents[at]`.
    """

    documents: tuple[HandedOver, ...]
    report: Report

    @property
    def confirmed(self) -> tuple[HandedOver, ...]:
        """What an export has shown."""
        return tuple(one for one in self.documents if one.state is State.CONFIRMED)

    @property
    def waiting(self) -> tuple[HandedOver, ...]:
        """What no export has shown yet."""
        return tuple(one for one in self.documents if one.state is State.HANDED_OVER)


@attrs.frozen(kw_only=True)
class _Proof:
    """Where an export shows a document, and what is wrong with it there."""

    export: str
    piece: str
    line: int
    faults: tuple[Fault, ...] = ()
    compared: bool = True


class Confirming:
    """Exports weighed one after the other, the oldest first; the newest word counts.

    Args:
        expected: What was handed over.
        confirmed: What was shown by exports of earlier times: name of the export by digest
            of the key.
    """

    def __init__(self, expected: Expected, confirmed: Mapping[str, str]) -> None:
        self._expected = expected
        self._confirmed = confirmed
        self._proofs: dict[str, _Proof] = {}
        # What an export does not show though it should: its name, and whether it is sure.
        self._missing: dict[str, tuple[str, bool]] = {}

    def conclude(
        self,
        survey: Survey,
        gathered: Gathered,
        written: Mapping[str, Sequence[Booked]],
        *,
        name: str,
        modified: dt.datetime,
    ) -> None:
        """Take in what one export shows.

        Args:
            survey: Its first reading.
            gathered: Its second reading.
            written: Lines of the suspects, as they were handed over.
            name: Its file name.
            modified: When it was written.
        """
        shown = {
            reference: _Proof(
                export=name,
                piece=found.piece,
                line=found.line,
                faults=tuple(
                    added(one.booked) for one in gathered.added.get(reference, ())
                ),
            )
            for reference, found in survey.unchanged.items()
        }
        found, doubtful = self._recognised(gathered, written)
        for reference, lines in found.items():
            own, booked = written.get(reference, ()), [one.booked for one in lines]
            shown[reference] = _Proof(
                export=name,
                piece=lines[0].piece,
                line=lines[0].line,
                faults=tuple(differences(own, booked)) if own else (),
                compared=bool(own),
            )
        self._proofs.update(shown)
        for reference in shown:
            self._missing.pop(reference, None)
        for reference, handed in self._expected.by_reference.items():
            # Only an export of the company itself, made later, tells what is missing.
            if reference in shown or not survey.full or handed.entry.at >= modified:
                continue
            sure = reference not in doubtful
            if survey.has_day_of(handed) or not (sure or handed.day):
                self._missing[reference] = name, sure

    def _recognised(
        self, gathered: Gathered, written: Mapping[str, Sequence[Booked]]
    ) -> tuple[Mapping[str, list[Seen]], Collection[str]]:
        """Return the lines of what is there at all, and of what it cannot be told."""
        doubtful: set[str] = set()
        found = {
            reference: [*lines, *gathered.added.get(reference, ())]
            for reference, lines in gathered.own.items()
        }
        for number, lines in gathered.loose.items():
            pieces: dict[Place, list[Seen]] = {}
            for one in lines:
                pieces.setdefault(one.place, []).append(one)
            for piece in pieces.values():
                owner = self._owner(
                    [one.booked for one in piece],
                    self._expected.by_number[number],
                    written,
                    gathered.own,
                )
                if owner:
                    found.setdefault(owner, []).extend(piece)
                else:
                    doubtful.update(self._expected.by_number[number])
        by_lines = ByLines(gathered.alike)
        for reference in gathered.found:
            lines = by_lines.claimed(written[reference])
            if lines:
                found[reference] = lines
        rest = (one for one in gathered.found if one not in found)
        doubtful.update(one for one in rest if by_lines.has_much_of(written[one]))
        return found, doubtful

    def _owner(
        self,
        piece: Sequence[Booked],
        rivals: Sequence[str],
        written: Mapping[str, Sequence[Booked]],
        known: Collection[str],
    ) -> str:
        """Return whose a piece is that bears an invoice number of ours, "" for nobody's.

        A correction by hand may well bear it too: what is known by its reference claims a
        second piece only where it is a copy of the first.
        """
        claims: dict[str, int] = {}
        for reference in rivals:
            own = written.get(reference, ())
            if reference in known:
                claimed = bool(own) and is_copy(own, piece)
            elif own:
                claimed = owes_the_same(own, piece) or is_copy(own, piece)
            else:
                gross = self._expected.by_reference[reference].entry.gross
                claimed = comes_to(gross, piece)
            if claimed:
                claims[reference] = in_common(own, piece)
        return max(claims, key=lambda reference: claims[reference], default="")

    def result(self) -> Confirmation:
        """Return what all of them say."""
        documents = tuple(map(self._document, self._expected.by_reference.values()))
        findings = tuple(
            finding
            for at, reference in enumerate(self._expected.by_reference)
            for finding in self._findings(at, reference)
        )
        told = all(proof.compared for proof in self._proofs.values())
        return Confirmation(
            documents=documents,
            report=Report(
                findings=findings,
                unchecked=() if told else (Unchecked(code=FIELD, missing=("registry",)),),
                documents=len(documents),
            ),
        )

    def _document(self, handed: Handed) -> HandedOver:
        entry = handed.entry
        proof = self._proofs.get(handed.reference)
        shown = proof is not None or entry.digest in self._confirmed
        return HandedOver(
            key=entry.digest,
            kind=entry.kind,
            number=entry.number,
            journal=entry.journal,
            piece=entry.id,
            file=entry.file,
            at=entry.at,
            state=State.CONFIRMED if shown else State.HANDED_OVER,
            export=proof.export if proof else "",
            booked_as=proof.piece if proof else "",
            line=proof.line if proof else 0,
        )

    def _findings(self, at: int, reference: str) -> list[Finding]:
        entry = self._expected.by_reference[reference].entry
        proof, missing = self._proofs.get(reference), self._missing.get(reference)
        before = proof.export if proof else self._confirmed.get(entry.digest, "")
        faults: tuple[Fault, ...] = proof.faults if proof else ()
        if missing is not None:
            export, sure = missing
            code = _UNSURE if not sure else _GONE if before else _NOT_IMPORTED
            faults = ((code, {"export": export, "before": before, "file": entry.file}),)
        name = entry.number or entry.id
        known = {"number": name, "journal": entry.journal, "key": entry.digest}
        found = (
            BOOK.finding(code, "", document=name, index=at, **known, **values)
            for code, values in faults
        )
        return [attrs.evolve(one, journal=entry.journal) for one in found]

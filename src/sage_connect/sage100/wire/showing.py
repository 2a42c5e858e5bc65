"""How files of Sage 100, their records and what is wrong with them print in a notebook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from ..._card import Marked, Stack, Tone, card, counted, folded, table
from ...errors import CodecError

if TYPE_CHECKING:
    from .flat import FlatFile
    from .inspection import Inspection
    from .pnm import PnmFile
    from .record import Record
    from .rows import Losses
    from .sentences import FileFault

_TONES: Final[dict[str, Tone]] = {"error": "bad", "warning": "unsure"}
_WORST: Final = ("error", "warning", "note")
# More than a record has that a person looks at.
_FIELDS: Final = 100
_FORMATS: Final = {"flat": "Flat file", "pnm": "PNM file", "fec": "FEC"}


def file_card(file: FlatFile) -> str:
    """Return a flat file: its header, and its records by flag."""
    numbers = Counter(record.flag for record in file.records)
    first = {record.flag: record for record in reversed(file.records)}
    return card(
        f"Flat file of Sage 100, {counted(len(file.records), 'record')}",
        table(
            ("flag", "is", "number", "first line"),
            [
                (flag, _about(first[flag]), number, first[flag].line or None)
                for flag, number in numbers.items()
            ],
            of="more flags",
        ),
        verdict=None if file.trailer else Marked("no end mark: is it whole?", "bad"),
        facts={
            "module": file.dialect.module,
            "version": file.header.version_text,
            "currency": file.header.currency,
            "code page": file.dialect.encoding,
        },
    )


def _about(record: Record) -> str:
    text = (type(record).__doc__ or "").partition("\n")[0]
    # Of a flag that nobody knows, the class speaks of records in general.
    return text.partition(" (`")[0] if type(record).FLAG else "not known"


def pnm_card(file: PnmFile) -> str:
    """Return a PNM file: whose it is, and its lines by type."""
    numbers = Counter(line.kind for line in file.lines)
    return card(
        f"PNM file of Sage 100, {counted(len(file.lines), 'line')}",
        table(("type of line", "number"), sorted(numbers.items())),
        facts={"company": file.company},
    )


def inspection_card(found: Inspection) -> str:
    """Return what was found in a file, faults first."""
    errors = sum(one.severity == "error" for one in found.faults)
    verdict = Marked("nothing is wrong with it", "good")
    if errors:
        verdict = Marked(counted(errors, "error"), "bad")
    elif found.faults:
        verdict = Marked(counted(len(found.faults), "remark"), "unsure")
    sums = found.totals
    return card(
        f"{_FORMATS[found.format]} of Sage 100, {counted(found.records, 'record')}",
        table(
            ("", "times", "first line", "field", "what is wrong there"),
            _kinds(found.faults),
            of="more kinds of faults",
        ),
        table(
            ("journal", "debit", "credit"),
            [(name, one.debit, one.credit) for name, one in sums.by_journal.items()],
            of="more journals",
        ),
        table(("records", "number"), [*found.records_by_flag.items()]),
        verdict=verdict,
        facts={"version": found.version, "debit": sums.debit, "credit": sums.credit},
    )


def _kinds(faults: tuple[FileFault, ...]) -> list[tuple[object, ...]]:
    """Return a row for each kind of fault in each field, the worst first."""
    numbers = Counter((one.code, one.field) for one in faults)
    first = {(one.code, one.field): one for one in reversed(faults)}
    worst = sorted(numbers, key=lambda kind: _WORST.index(first[kind].severity))
    return [
        (
            Marked(one.severity, _TONES.get(one.severity, "")),
            number,
            one.line or None,
            one.field,
            Stack((one.message, one.code)),
        )
        for one, number in ((first[kind], numbers[kind]) for kind in worst)
    ]


def record_card(record: Record) -> str:
    """Return a record: its fields and their values, and what cannot be read."""
    return card(
        f"{_about(record)} {record.flag}",
        table(("field", "value", "as it stands"), _fields(record), most=_FIELDS),
        folded("The record as it stands", record.raw),
        facts={"line": record.line or None},
    )


def _fields(record: Record) -> Iterator[tuple[object, ...]]:
    cells = record.cells()
    for field in record.own_fields:
        text = cells[field.at] if field.at < len(cells) else ""
        if text:
            yield field.label, _value(record, field.name), text


def _value(record: Record, name: str) -> object:
    try:
        value: Any = getattr(record, name)
    except CodecError as error:
        return Marked("cannot be read", "bad", str(error))
    # A code is told by its name; what it is in the file stands beside it.
    return getattr(value, "name", value).lower() if hasattr(value, "name") else value


def losses_card(losses: Losses) -> str:
    """Return what the file written does not say as the file read did."""
    return card(
        "What got lost" if len(losses) else "Nothing got lost",
        table(
            ("field", "on records", "first line", "why"),
            [
                (one.field, one.count, one.line or None, Stack((one.reason, one.example)))
                for one in losses
            ],
            of="more fields",
        ),
    )

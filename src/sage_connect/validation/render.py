"""A report for other programs: CSV, JSON, a data frame."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from ..errors import ConfigurationError
from .finding import Finding
from .registry import RuleBook
from .text import shown, template

if TYPE_CHECKING:
    from .repairs import Remedies
    from .report import Report

COLUMNS: Final = (
    *("document", "index", "path", "code", "severity", "owner", "message", "fix"),
    *("place", "journal"),
)
"""Of the CSV and the frame, in order; also the keys of a finding in JSON."""

# What spreadsheets take for a formula, wide forms included.
_FORMULAS: Final = (*"=+-@\t\r\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def row_of(one: Finding, language: str) -> dict[str, Any]:
    """Return a finding by the names of `COLUMNS`."""
    return {
        "document": one.document,
        "index": one.index,
        "path": one.path,
        "code": one.code,
        "severity": one.severity.value,
        "owner": one.owner.value,
        "message": one.message(language),
        "fix": one.fix(language),
        "place": one.place(language),
        "journal": one.journal,
    }


def csv_of(report: "Report", *, language: str, bom: bool) -> str:
    """Return the report as `Report.to_csv` promises."""
    rows = (row_of(one, language) for one in report.findings)
    shown = ({**row, "index": "" if row["index"] < 0 else row["index"]} for row in rows)
    return csv_text(COLUMNS, shown, bom=bom)


def csv_text(
    columns: Sequence[str], rows: Iterable[Mapping[str, Any]], *, bom: bool
) -> str:
    """Return a table for a spreadsheet, the lines ended by CR LF.

    A cell that would be a formula there gets an apostrophe in front.

    Args:
        columns: Names of the columns, in order.
        rows: Values by column.
        bom: Begin with a byte order mark, by which Excel knows UTF-8.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_harmless(str(row[name])) for name in columns])
    return ("\ufeff" if bom else "") + out.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULAS) else cell


def json_of(report: "Report", *, language: str, indent: int | None) -> str:
    """Return the report as `Report.to_json` promises."""
    whole = {
        "documents": report.documents,
        "ok": report.ok,
        "findings": [
            {**row_of(one, language), "values": dict(one.values)} for one in report.findings
        ],
        "unchecked": [
            {"code": one.code, "missing": list(one.missing)} for one in report.unchecked
        ],
    }
    return json.dumps(whole, ensure_ascii=False, indent=indent)


def frame_of(report: "Report", *, language: str, library: str) -> Any:
    """Return the report as `Report.to_frame` promises."""
    try:
        module = import_module(library)
    except ImportError as error:
        raise ConfigurationError(
            f"a frame needs {library}, which is not installed",
            fix='Install it with: pip install "sage-connect[frames]"',
        ) from error
    rows = [row_of(one, language) for one in report.findings]
    named = {"schema" if library == "polars" else "columns": list(COLUMNS)}
    return module.DataFrame(rows, **named)


def describe(
    book: RuleBook,
    language: str = "en",
    *,
    code: str = "",
    remedies: "Remedies | None" = None,
) -> list[dict[str, Any]]:
    """Return what is to be told about each rule of `book`, for a table or `explain`.

    Args:
        book: The rules.
        language: "en" or "fr".
        code: Only this one; "" for all, in the order of the book.
        remedies: What answers the codes, to tell of the repairs as well.

    Returns:
        For each: code, title, severity, owner, products (empty for all), countries,
        editions, source, mark, on (types that it looks at), needs, adjustable, repairs (by
        name), and the templates message and fix.

    Raises:
        KeyError: The book has no such code.
    """
    return [
        {
            "code": rule.code,
            "title": template(rule.home, rule.code, "title", language),
            "severity": rule.severity.value,
            "owner": rule.owner.value,
            "products": list(rule.products),
            "countries": list(rule.countries),
            "editions": list(rule.editions),
            "source": rule.source,
            "mark": rule.mark.value,
            "on": [one.__name__ for one in rule.on],
            "needs": list(rule.needs),
            "adjustable": rule.adjustable,
            "repairs": [one.name for one in (remedies or {}).get(rule.code, ())],
            "message": shown(rule.home, rule.code, "message", language),
            "fix": shown(rule.home, rule.code, "fix", language),
        }
        for rule in ([book[code]] if code else book.values())
    ]

"""What a person sees in a terminal: tables on standard output, errors on standard error."""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ..drive.files import write_file
from ..errors import ConfigurationError, SageConnectError
from ..validation import Report, Severity

if TYPE_CHECKING:
    from ..sage100.wire import Inspection
    from .demo import Demo
    from .documents import Results

_OUT: Final = Console(highlight=False)
_ERR: Final = Console(stderr=True, highlight=False)
_COLOURS: Final = {
    Severity.ERROR: "bold red",
    Severity.WARNING: "yellow",
    Severity.NOTE: "blue",
    Severity.SKIP: "cyan",
}
_ROWS: Final = 200


def working(message: str) -> AbstractContextManager[object]:
    """Show on standard error that something is under way."""
    return _ERR.status(message)


def error(problem: SageConnectError) -> None:
    """Print what stopped the command, and the cure."""
    _ERR.print(f"[bold red]{escape(str(problem))}[/]", soft_wrap=True)


def write_report(path: str, report: Report, language: str) -> None:
    """Write a report in the format that the file's name asks for.

    Raises:
        ConfigurationError: No .html, .csv or .json.
        StorageError: The file cannot be written.
    """
    if path.endswith(".html"):
        text = report.to_html(language=language)
    elif path.endswith(".csv"):
        # A spreadsheet takes UTF-8 for what it is only with a byte order mark.
        text = report.to_csv(language=language, bom=True)
    elif path.endswith(".json"):
        text = report.to_json(language=language)
    else:
        raise ConfigurationError(
            f"expected a report file that ends in .html, .csv or .json, found {path!r}"
        )
    write_file(path, text.encode("utf-8"))


def results(found: "Results", language: str) -> None:
    """Print what became of each document that is not good, and how many there are of each."""
    findings(found.report, language)
    for state, count in Counter(one.state for one in found.results).most_common():
        _OUT.print(f"{count:>7} {state}")


def findings(report: Report, language: str) -> None:
    """Print findings as a table: what is wrong, where, and what to do."""
    if not report:
        return
    table = Table(box=None, pad_edge=False, show_edge=False)
    for column in ("document", "field", "what is wrong, and what to do"):
        table.add_column(column, overflow="fold")
    for one in report[:_ROWS]:
        colour = _COLOURS[one.severity]
        message = escape(one.message(language))
        fix = escape(one.fix(language))
        table.add_row(
            escape(one.document),
            escape(one.path),
            f"[{colour}]{one.code}[/] {message} [dim]{fix}[/]",
        )
    _OUT.print(table)
    if len(report) > _ROWS:
        _OUT.print(f"… and {len(report) - _ROWS} more; --report FILE.html has them all")


def inspection(path: str, found: "Inspection") -> None:
    """Print what is in a file, and its faults."""
    version = f" version {found.version}" if found.version is not None else ""
    _OUT.print(f"[bold]{escape(path)}[/]: {found.format}{version}, {found.records} records")
    for journal, sums in found.totals.by_journal.items():
        _OUT.print(f"  {journal:<8} debit {sums.debit:>16}  credit {sums.credit:>16}")
    for fault in found.faults[:_ROWS]:
        colour = _COLOURS[Severity(fault.severity)]
        place = f"line {fault.line}" + (f", {fault.field}" if fault.field else "")
        _OUT.print(f"  {place}: [{colour}]{fault.code}[/] {escape(fault.message)}")
    if len(found.faults) > _ROWS:
        _OUT.print(f"  … and {len(found.faults) - _ROWS} more; --json has them all")


def rules(found: Sequence[Mapping[str, object]]) -> None:
    """Print what is known of codes."""
    for one in found:
        _OUT.print(f"[bold]{one['code']}[/]  {escape(str(one['title']))}")
        for name in ("severity", "owner", "message", "fix", "source", "mark"):
            if one.get(name):
                _OUT.print(f"  {name:<9}{escape(str(one[name]))}", soft_wrap=True)


def demo(result: "Demo") -> None:
    """Print what the demo did, and where its report stands."""
    for line in result.lines:
        _OUT.print(escape(line), soft_wrap=True)
    findings(result.report, result.language)
    _OUT.print(f"\nReport: [bold]{escape(str(result.page))}[/]", soft_wrap=True)

"""What a person sees in a terminal: blocks on standard output, errors on standard error."""

import codecs
import sys
import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ..drive.files import write_file
from ..errors import ConfigurationError
from ..validation import Report, Severity
from ..validation.guide import Done
from ..validation.text import word
from .page import kind_word

if TYPE_CHECKING:
    from ..ledger import Health
    from ..sage100.wire import Inspection
    from ..validation.guide import ToldStep
    from ..validation.repairs import Repairs
    from .conversion import Converted
    from .demo import Demo
    from .documents import Results
    from .signing_in import SignedIn


class _Console(Console):
    def on_broken_pipe(self) -> None:
        # Rich would end the process with a code of its own.
        raise BrokenPipeError


_OUT: Final = _Console(highlight=False)
_ERR: Final = _Console(stderr=True, highlight=False)
# A terminal's own yellow is lost on white, and its blue on black; these are read on both.
_RED: Final = "bold red3"
_TEAL: Final = "turquoise4"
_BLUE: Final = "dodger_blue2"
_COLOURS: Final = {
    Severity.ERROR: _RED,
    Severity.WARNING: "dark_orange3",
    Severity.NOTE: _BLUE,
    Severity.SKIP: _TEAL,
}
_DONE: Final = {Done.YES: "green4", Done.NO: _RED, Done.UNREAD: _BLUE}
_BLOCKS: Final = 200
_LONGEST: Final = 1000
_EXAMPLE: Final = 30
_NARROWEST: Final = 40
_LACKING: Final = "sage_connect.shown"
_REPORTS: Final = (".html", ".csv", ".json")


def repairs(found: "Repairs", language: str) -> None:
    """Print what is offered, and what is refused all the same."""
    for one in found:
        for line in one.preview(language).splitlines():
            _OUT.print(escape(_filled(line, then=" " * 4)), soft_wrap=True)
    for finding in found.report.errors:
        _OUT.print(f"[{_RED}]{escape(finding.subject(language))}[/] {finding.code}")
        _OUT.print(_indented(finding.message(language)), soft_wrap=True)
    left = len({one.index for one in found.report.errors})
    names = ("repairs_made", "repairs_left")
    made, kept = (word(name, language) for name in names)
    _OUT.print(f"{made} {len(found)}, {kept} {left}")


def working(message: str) -> AbstractContextManager[object]:
    """Show on standard error that something is under way."""
    # No spinner of Unicode's: a terminal may have ASCII alone.
    return _ERR.status(message, spinner="line")


def error(message: str) -> None:
    """Print what stopped the command, and the cure."""
    # With standard error gone too, nobody is left to tell; the exit code still does.
    with suppress(OSError):
        _ERR.print(f"[{_RED}]{escape(_for_a_person(message))}[/]", soft_wrap=True)


def note(message: str) -> None:
    """Print on standard error what a person is to do meanwhile."""
    with suppress(OSError):
        _ERR.print(escape(_for_a_person(message)), soft_wrap=True)


def _for_a_person(message: str) -> str:
    # A log wants it in one line.
    return _filled(message) if _ERR.is_terminal else message


def signed_in(found: "SignedIn") -> None:
    """Print where a sign-in rests, and which businesses it reaches."""
    until = found.grant.refresh_expires_at
    lasts = f", until {until.date().isoformat()} unless it is used" if until else ""
    _OUT.print(f"Signed in{lasts}: {escape(found.folder)}", soft_wrap=True)
    for id, name in found.businesses or ():
        _OUT.print(f"  {escape(id)}  {escape(name)}", soft_wrap=True)
    if found.businesses == ():
        _OUT.print("The person sees no business.")


def health(found: "Health") -> None:
    """Print how a connection is, and why."""
    told = f"{found.state.value}: {found.reason}" if found.reason else found.state.value
    _OUT.print(escape(told), soft_wrap=True)


def require_report(path: str | None) -> None:
    """Refuse a report that could not be written, before anything is posted.

    Raises:
        ConfigurationError: It does not end in .html, .csv or .json.
    """
    if path is not None and not path.lower().endswith(_REPORTS):
        raise ConfigurationError(
            f"expected a report file that ends in {', '.join(_REPORTS)}, found {path!r}",
            fix="Name it report.html, for one.",
        )


def write_report(path: str, report: Report, language: str) -> None:
    """Write a report in the format that the file's name asks for.

    Raises:
        StorageError: The file cannot be written.
    """
    ending = path.lower().rpartition(".")[2]
    if ending == "html":
        text = report.to_html(language=language)
    elif ending == "csv":
        # A spreadsheet takes UTF-8 for what it is only with a byte order mark.
        text = report.to_csv(language=language, bom=True)
    else:
        text = report.to_json(language=language, indent=2)
    # Text of a document may hold half a character, which UTF-8 has no bytes for.
    write_file(path, text.encode("utf-8", "backslashreplace"))


def results(found: "Results", language: str) -> None:
    """Print every finding, and how many documents came to each state."""
    findings(found.report, language)
    for state, count in Counter(one.state for one in found.results).most_common():
        _OUT.print(f"{count:>7} {state}")
    for name in found.files:
        _OUT.print(f"For Sage to import: {escape(name)}", soft_wrap=True)


def findings(report: Report, language: str) -> None:
    """Print findings in short blocks: the document, then what is wrong and what to do."""
    for line in _blocks(report, language):
        _OUT.print(line, soft_wrap=True)
    if len(report) > _BLOCKS:
        left = len(report) - _BLOCKS
        _OUT.print(f"... and {left} more; --report FILE.html has them all\n")
    lacking = dict.fromkeys(part for one in report.unchecked for part in one.missing)
    if lacking:
        told = (
            f"{len(report.unchecked)} rules could not look, since this is not known: "
            f"{', '.join(word(part, language) for part in lacking)}"
        )
        _OUT.print(f"{escape(_filled(told))}\n", soft_wrap=True)


def _blocks(report: Report, language: str) -> Iterator[str]:
    shown = report[:_BLOCKS]
    for (_, subject), found in groupby(
        shown, lambda one: (one.index, one.subject(language))
    ):
        yield f"[bold]{escape(subject)}[/]"
        for one in found:
            colour = _COLOURS[one.severity]
            severity = word(one.severity.value, language)
            place = escape(one.place(language))
            yield f"  [{colour}]{severity} {one.code}[/] {place}".rstrip()
            yield _indented(one.message(language))
            yield f"[dim]{_indented(one.fix(language))}[/]"
        yield ""


def _indented(text: str) -> str:
    """Return text as a paragraph of its own, cut when endless, as markup."""
    short = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
    return escape(_filled(short, first="    ", then="    "))


def _filled(text: str, *, first: str = "", then: str = "") -> str:
    """Return text in lines at most so wide as the terminal."""
    lines = textwrap.wrap(
        text,
        max(_OUT.width, _NARROWEST),
        initial_indent=first,
        subsequent_indent=then,
        # A path or an address is kept whole, to be copied.
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(lines)


def inspection(name: str, found: "Inspection") -> None:
    """Print what is in a file, and its faults."""
    version = f" version {found.version}" if found.version is not None else ""
    head = f"[bold]{escape(name)}[/]: {found.format}{version}, {found.records} records"
    _OUT.print(head, soft_wrap=True)
    for journal, sums in found.totals.by_journal.items():
        told = f"  {escape(journal):<8} debit {sums.debit:>16}  credit {sums.credit:>16}"
        _OUT.print(told, soft_wrap=True)
    for fault in found.faults[:_BLOCKS]:
        colour = _COLOURS[Severity(fault.severity)]
        place = f"line {fault.line}" if fault.line else "the file"
        place += f", {escape(fault.field)}" if fault.field else ""
        _OUT.print(f"  [{colour}]{fault.severity} {fault.code}[/] {place}", soft_wrap=True)
        _OUT.print(_indented(fault.message), soft_wrap=True)
    if len(found.faults) > _BLOCKS:
        _OUT.print(f"  ... and {len(found.faults) - _BLOCKS} more; --json has them all")


def conversion(out: str, done: "Converted") -> None:
    """Print what was written, and a table of what it does not say."""
    what = "records" if done.copied else "rows"
    _OUT.print(f"{escape(out)}: {done.rows} {what}, {done.bytes} bytes", soft_wrap=True)
    if not done.losses:
        return
    table = Table("not as it was", "count", "first line", "example", "reason", box=None)
    for one in done.losses:
        short = textwrap.shorten(one.example, _EXAMPLE, placeholder="...")
        line = str(one.line or "")
        table.add_row(
            escape(one.field), str(one.count), line, escape(short), escape(one.reason)
        )
    _OUT.print(table)


def rules(found: Sequence[Mapping[str, object]]) -> None:
    """Print what is known of codes."""
    for one in found:
        head = escape(_filled(f"{one['code']}  {one['title']}", then=" " * 4))
        _OUT.print(
            head.replace(f"{one['code']}", f"[bold]{one['code']}[/]", 1), soft_wrap=True
        )
        for name in ("severity", "owner", "message", "fix", "source", "mark", "repairs"):
            if one.get(name):
                milder = name == "severity" and one["adjustable"]
                said = _said(one[name]) + (" (can be made milder)" if milder else "")
                told = _filled(said, first=f"  {name:<9}", then=" " * 11)
                _OUT.print(escape(told), soft_wrap=True)


def _said(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] # names of repairs


def guide(product: str, steps: Sequence["ToldStep"], language: str) -> None:
    """Print what to set up, step by step."""
    _OUT.print(f"[bold]{escape(product)}[/]\n", soft_wrap=True)
    for one in steps:
        done = (
            f"  [{_DONE[one.done]}]{word(f'done_{one.done}', language)}[/]"
            if one.done
            else ""
        )
        _OUT.print(f"[bold]{one.number:>3}  {escape(one.title)}[/]{done}", soft_wrap=True)
        if one.where:
            where = _filled(one.where, first=" " * 5, then=" " * 7)
            _OUT.print(escape(where), soft_wrap=True)
        told = _filled(one.text, first=" " * 5, then=" " * 5)
        _OUT.print(escape(told), soft_wrap=True)
        for label, value in one.entries:
            # To be copied as it is: no wrapping, and blanks are kept.
            _OUT.print(
                f"      - {escape(label)}: [{_TEAL}]{escape(value)}[/]", soft_wrap=True
            )
        checks = ", ".join(one.checks) or word("unread_by_us", language)
        told = _filled(
            f"{word('verified_by', language)} {checks}", first=" " * 6, then=" " * 8
        )
        _OUT.print(f"[dim]{escape(told)}[/]", soft_wrap=True)
        for found in one.findings:
            _OUT.print(f"      [{_COLOURS[found.severity]}]{found.code}[/]", soft_wrap=True)
            told = f"{found.message(language)} {found.fix(language)}"
            _OUT.print(_indented(told), soft_wrap=True)
        _OUT.print()


def overview(page: Path) -> None:
    """Print where the report on all products stands."""
    _OUT.print(f"Report: [bold]{escape(str(page))}[/]", soft_wrap=True)


def demo(result: "Demo", *, brief: bool = False) -> None:
    """Print what the demo did, and where its report stands; briefly, that alone."""
    for line in result.lines:
        _OUT.print(escape(_filled(line, then="  ")), soft_wrap=True)
    if brief:
        _OUT.print()
        return
    for one in result.kinds:
        told = f"{one.documents:>7} {kind_word(one.name, result.language)}"
        gross = f"{one.gross:>14,.2f} {result.currency}" if one.gross else ""
        _OUT.print(escape(f"{told:<41}{one.journal:<6}{gross}".rstrip()), soft_wrap=True)
    for bank in result.banks:
        told = (
            f"in {bank.received:>14,.2f} {result.currency}  "
            f"out {bank.paid:>14,.2f} {result.currency}"
        )
        _OUT.print(escape(f"  {bank.account:<28}{told}"), soft_wrap=True)
    _OUT.print()
    findings(result.report, result.language)
    _OUT.print(f"Report: [bold]{escape(str(result.page))}[/]", soft_wrap=True)


def prepare() -> None:
    """Let no character stop a message: what a terminal lacks is shown by its number."""
    for stream in (sys.stdout, sys.stderr):
        # Closed by the caller, or replaced by something that is no file.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors=_LACKING)


def _shown(error: UnicodeError) -> tuple[str | bytes, int]:
    """Let a space that a terminal lacks be a plain one, and show others by their number."""
    if isinstance(error, UnicodeEncodeError):
        lacking = error.object[error.start : error.end]
        if lacking.isspace():
            return " " * len(lacking), error.end
    return codecs.backslashreplace_errors(error)


codecs.register_error(_LACKING, _shown)

"""After the import: what Sage said of a file, and what its exports show. As plans."""

from collections.abc import Collection, Iterator
from functools import partial
from typing import Final

from ..errors import ConfigurationError
from ..ledger import OpenLedger
from ..plan import Driver, M, Plan, ReadFile, ScanFile, Seat, operation
from ..validation import Report
from .booked import Expected, Gathered, Survey, lines_of, traces_of
from .confirmation import Confirmation, Confirming
from .export import scan
from .faults import explained
from .registry import Registry, contents
from .resources import Sage100Books
from .workspace import Listing, Workspace

_SHOWN: Final = 5


class AfterImport(OpenLedger[M], Seat[M]):
    """A Sage 100 ledger with what only it can be asked: about files already handed over."""

    def __init__(self, driver: Driver[M], books: Sage100Books) -> None:
        super().__init__(driver, books)
        self._books: Sage100Books = books

    @operation
    def explain(self, messages: str, file: str = "") -> Plan[Report]:
        """Translate what Sage said when it was given an import file.

        Each message becomes a finding (`SC-S100-SAGE-…`) that names document, record, line
        and field, the cause, the way out and who can go it. Case, accents, blanks and
        exclamation marks do not matter. A message that is not known is kept word for word,
        as `SC-S100-SAGE-UNKNOWN`.

        Args:
            messages: As pasted from the screen or from Sage's report, a line for each.
            file: Name of the import file, as it stood in `imports/`; "" for the newest.

        Raises:
            ConfigurationError: No such file was handed over.
            StorageError: The registry cannot be trusted.
        """
        registry = yield from self._books.registry()
        name, content = yield from _handed_over(self._books.workspace, registry, file)
        return explained(messages, content, file=name, entries=registry.entries.values())

    @operation
    def confirm(self) -> Plan[Confirmation]:
        """Compare the exports in the folder with everything that was handed over.

        What is found is `CONFIRMED`, and remembered as such. What was changed in Sage
        since is reported field by field with the old and the new value; what stands there
        twice, is gone again or never came is reported too. Customers are not compared.
        Each export is read twice, in memory that grows with what was handed over and not
        with the export.

        Raises:
            UnsupportedError: There is no export to read.
            FileFormatError: An export cannot be read, is cut off, or is no export but an
                import file of ours.
            StorageError: The registry cannot be trusted.
        """
        yield from self._books.load()
        registry = yield from self._books.registry()
        return (yield from _confirmed(self._books, registry))


def _confirmed(books: Sage100Books, registry: Registry) -> Plan[Confirmation]:
    before = yield from books.workspace.confirmed(registry)
    handed = (content for _, content in contents(registry))
    expected = Expected(registry.entries.values(), handed)
    confirming = Confirming(expected, before)
    yield from _weigh(books.exports, expected, confirming, registry)
    found = confirming.result()
    new = {one.key: one.export for one in found.confirmed if one.key not in before}
    if new:
        yield from books.workspace.keep_confirmed({**before, **new})
    return found


def _weigh(
    exports: Listing, expected: Expected, confirming: Confirming, registry: Registry
) -> Plan[None]:
    for file in sorted(exports, key=lambda one: one.modified):
        read = partial(scan, name=file.name, modified=file.modified)
        survey = Survey(expected)
        yield from ScanFile(file.path, partial(read, take=survey.take))
        survey.finish()
        traces = traces_of(_contents(registry, survey.sought), survey.sought)
        gathered = Gathered(expected, survey, traces)
        if survey.own or survey.loose or traces:
            yield from ScanFile(file.path, partial(read, take=gathered.take))
        wanted = {*survey.suspects, *gathered.found}
        written = lines_of(_contents(registry, wanted), wanted)
        confirming.conclude(
            survey, gathered, written, name=file.name, modified=file.modified
        )


def _contents(registry: Registry, wanted: Collection[str]) -> Iterator[bytes]:
    """Return the import files, or none where nothing is wanted of them."""
    return (content for _, content in contents(registry) if wanted)


def _handed_over(
    workspace: Workspace, registry: Registry, file: str
) -> Plan[tuple[str, bytes]]:
    """Return name and content of an import file; what is in `imports/` comes first."""
    name = file or registry.newest
    if name in registry.files:
        content = yield from ReadFile(workspace.path("imports", name), missing=b"")
        kept = (kept for known, kept in contents(registry) if known == name)
        content = content or next(kept, b"")
        if content:
            return name, content
    known = ", ".join(sorted(registry.files)[-_SHOWN:]) or "none"
    raise ConfigurationError(
        f"expected an import file that was handed over, found {name!r}; known: {known}",
        code="SC-S100-FILE-UNKNOWN",
        fix="Give the name of the file as it stood in imports/.",
    )
